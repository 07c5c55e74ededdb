"""The example of a cluster with a witness: it keeps to its model, and each cluster with a fault does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from examples.quorum.adapter import ClusterAdapter, check
from examples.quorum.model import Quorum, by_tester, shown
from examples.quorum.wrong import WRONG, Wrong
from failover_fsm.checker import Checker, PlainModel, Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.testing import Disagreement, replay


@contextmanager
def cluster(wrong: Wrong | None = None) -> Iterator[ClusterAdapter]:
    adapter = ClusterAdapter() if wrong is None else ClusterAdapter(wrong.node_class, wrong.witness_class)
    try:
        yield adapter
    finally:
        adapter.close()


def test_the_model_keeps_its_promises_on_both_engines() -> None:
    plain = Checker(PlainModel(Quorum())).verify(*Quorum.properties)
    compiled = CompiledChecker(Quorum()).verify(*Quorum.properties)
    assert (plain.verdict, plain.states, plain.transitions) == (Verdict.HOLDS, 128, 832)
    assert plain.digest == compiled.digest and not plain.never_taken
    assert not any(finding.vacuous for finding in plain.findings)


def test_the_cluster_keeps_to_the_model_and_every_row_is_seen() -> None:
    with cluster() as adapter:
        assert "rows: 16 of 16" in check(adapter).table()


@pytest.mark.parametrize("wrong", WRONG, ids=[wrong.name for wrong in WRONG])
def test_a_cluster_with_a_fault_is_found_and_its_plan_fails_again(wrong: Wrong) -> None:
    with cluster(wrong) as adapter, pytest.raises(Disagreement) as found:
        check(adapter, examples=200)
    assert len(found.value.acts) <= 8
    with cluster(wrong) as adapter, pytest.raises(Disagreement):
        replay(found.value.trace, adapter, Quorum(), tester=by_tester, shown=shown)
    with cluster() as adapter:
        replay(found.value.trace, adapter, Quorum(), tester=by_tester, shown=shown)
