"""A search divided into parts in one process: the counts, verdicts and runs of one search, however many parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks.reference import Reference
from failover_fsm.checker import ModelError, Property, Result, Verdict, always, deadlock, sometimes
from failover_fsm.checker.bitset.divided import GRAPH_UNJUDGED
from failover_fsm.checker.bitset.rows import count
from failover_fsm.checker.bitset.shard import owners
from failover_fsm.checker.compiled import CompiledChecker, Shard
from failover_fsm.checker.core.properties import NEEDS_GRAPH
from failover_fsm.checker.rules.rule_tree import Rule
from tests.checker.bitset.test_against_plain import random_model, random_properties
from tests.checker.bitset.test_checkpoints import CLAIMS
from tests.patience import one_in


class Together:
    """Parts in one process."""

    def __init__(self, make: Callable[[int, int], Shard], of: int) -> None:
        self.parts, self.handed_over = [make(number, of) for number in range(of)], 0

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        return [getattr(part, method)(*arguments) for part in self.parts]

    def exchange(self, give: str, take: str) -> list[Any]:
        given = self.ask(give)
        self.handed_over += sum(count(rows) for parcels in given for _, rows in parcels)
        return [getattr(part, take)([parcels[place] for parcels in given]) for place, part in enumerate(self.parts)]


def together(model: Any, claims: list[Property], of: int, **limits: Any) -> tuple[Result[Any, Any], Together]:
    checker = CompiledChecker(model, budget=50)
    kept = checker.learned(*claims, max_states=20)
    crew = Together(
        lambda number, of: CompiledChecker(model, budget=50, kept=kept).part(*claims, number=number, of=of), of
    )
    return checker.divided(crew, *claims, **limits), crew


def test_keys_belong_to_the_same_part_on_every_machine_and_to_all_parts_alike() -> None:
    keys = np.arange(4000, dtype=np.uint64).reshape(-1, 2) << np.uint64(40)
    assert owners(keys[:8], 4).tolist() == [0, 2, 1, 0, 0, 1, 2, 0]
    assert min(np.bincount(owners(keys, 4))) > 400
    assert not owners(keys, 1).any()


@pytest.mark.parametrize("seed", range(0, 40, one_in(40)))
def test_random_models_have_the_result_of_one_search(seed: int) -> None:
    model = random_model(seed)
    claims = [claim for claim in (*random_properties(seed), deadlock("ends")) if claim.kind not in NEEDS_GRAPH]
    one = CompiledChecker(model).verify(*claims)
    for of in (1, 2, 3)[:: one_in(2)]:
        found, crew = together(model, claims, of)
        assert attrs.asdict(found, recurse=False) == attrs.asdict(one, recurse=False), of
        assert sum(sum(part._reachable.sizes) for part in crew.parts) == one.states


def test_the_reference_model_is_divided_about_evenly_and_each_state_is_handed_over_once() -> None:
    """At most once from each part; `one active` is violated, which is shown by the run of one search."""
    claims = [CLAIMS[0], sometimes("off", lambda state: not state.link)]
    one = CompiledChecker(Reference(0)).verify(*claims)
    found, crew = together(Reference(0), claims, 4)
    assert (found.states, found.transitions, found.levels) == (3_944, 29_212, one.levels)
    assert found.digest == one.digest and len(found.findings[0].trace) == 7
    shares = [sum(part._reachable.sizes) for part in crew.parts]
    assert sum(shares) == 3_944 and min(shares) > 700
    assert 3_944 / 4 < crew.handed_over <= 3 * 3_944


def test_what_asks_for_the_whole_graph_stays_undecided() -> None:
    claims = [claim for claim in random_properties(39) if claim.name in ("recover", "converges", "sometimes 2")]
    one = CompiledChecker(random_model(39)).verify(*claims)
    found, _ = together(random_model(39), claims, 2)
    assert {finding.name: finding.verdict for finding in found.findings} == {
        "sometimes 2": one.finding("sometimes 2").verdict,
        "recover": Verdict.UNDECIDED,
        "converges": Verdict.UNDECIDED,
    }
    assert found.complete and found.limit == GRAPH_UNJUDGED and found.states == one.states


def test_limits_count_between_levels() -> None:
    model = random_model(39)
    one = CompiledChecker(model).verify()
    seen: list[int] = []
    most = one.states - 1
    found, _ = together(model, [], 2, max_states=most, progress=lambda each: seen.append(each.states))
    assert not found.complete and found.limit == f"max_states of {most} states" and found.verdict is Verdict.UNDECIDED
    assert found.levels == one.levels and seen[-1] == found.states == one.states and found.transitions
    late, _ = together(model, [], 2, time_limit=1.0, clock=lambda: 1.0, begun=0.0)
    assert late.limit == "time_limit of 1.0 seconds" and late.levels == one.levels[:1]
    first, _ = together(model, [always("never", lambda state: False)], 2, stop_at_first=True)
    assert first.limit == "stopped at the first violation" and first.verdict is Verdict.VIOLATED and first.depth == 0


def test_parts_that_learned_other_rules_are_refused() -> None:
    """Also where the counts would come out right."""

    def make(number: int, of: int) -> Shard:
        return CompiledChecker(random_model(39), rest_bits=3 + number).part(number=number, of=of)

    with pytest.raises(ModelError, match="the parts of the search have learned different rules"):
        CompiledChecker(random_model(39)).divided(Together(make, 2))


def test_a_rule_that_fails_where_only_a_part_gets_is_an_error() -> None:
    model = random_model(39)
    dies = Rule("dies", lambda state: 1 / 0 if state.q == 2 and state.s == 3 else False)
    failing = attrs.evolve(model, rules=(*model.rules, dies))
    crew = Together(lambda number, of: CompiledChecker(failing).part(number=number, of=of), 2)
    with pytest.raises(ModelError, match="rule dies failed: ZeroDivisionError"):
        CompiledChecker(failing).divided(crew)
