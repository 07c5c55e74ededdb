"""The graph of every small pair is the one that is known of it."""

from __future__ import annotations

import pytest

from failover_fsm.model import pair_model
from failover_fsm.testing.pair.mutation import SmallPair
from tests.promises.graphs import PAIRS, graph, known

KNOWN = known()


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_small_pair_has_its_graph(pair: SmallPair) -> None:
    assert graph(pair) == KNOWN[pair.name], (
        "other states or steps than before: if that is meant, python -m tests.promises.graphs, and an entry in the "
        "CHANGELOG"
    )


def test_the_file_has_no_pair_that_is_gone() -> None:
    assert [*KNOWN] == [each.name for each in PAIRS]


def test_a_change_of_which_no_promise_speaks_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that are kept whole are more states with the same verdicts."""
    (pair,) = (each for each in PAIRS if each.name == "groups boot")
    monkeypatch.setattr(pair_model, "canonical_record", lambda record, settings, *, commands: record)
    found = graph(pair)
    assert found != KNOWN[pair.name] and found.split()[0] != KNOWN[pair.name].split()[0]
