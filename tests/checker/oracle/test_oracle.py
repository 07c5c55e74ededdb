"""The comparison itself: a hundred models, and faults put in on purpose, which it must find."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

import pytest

from failover_fsm.checker.bitset import fairness, verdicts
from failover_fsm.checker.explicit import explore, liveness
from failover_fsm.records import tracing
from failover_fsm.records.view import RecordView
from tests.checker.oracle.compare import Fault, compare
from tests.checker.oracle.reference import Action, every_fair_set, fair_set, refined
from tests.checker.oracle.source import write
from tests.checker.oracle.styles import STYLES
from tests.patience import one_in

MODELS = 100 // one_in(3)


def found(seeds: Iterator[int]) -> Iterator[Fault]:
    """The faults that the comparison finds on the models of these seeds."""
    for seed in seeds:
        yield from (compare(seed) or ([], []))[0]


def test_both_engines_agree_with_the_reference() -> None:
    """2,000 models: `python -m tests.checker.oracle 2000`."""
    assert list(map(str, found(iter(range(MODELS))))) == []


def test_the_models_are_written_in_all_styles() -> None:
    styles = {style for seed in range(MODELS) for style in (*write(seed).rule_styles, *write(seed).claim_styles)}
    assert styles == set(STYLES)


def blind(view: Any, other: Any) -> bool:
    return True


def first_value(tracer: Any, number: int) -> int:
    return 0


def anywhere(*task: Any) -> Any:
    return liveness.find_fair_lasso(*task[:6])


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "views that are all equal": (tracing.TracingDraft, "_view_equal", blind),
    "views that forget to read": (tracing.Tracer, "read", first_value),
    "views with the hash of nothing": (RecordView, "__reduce_ex__", lambda view, protocol: (int, ())),
    "nothing is ever lost": (explore, "find_lost", lambda graph, goal: None),
    "no action is enabled": (liveness, "_enabled", lambda graph, actions: [0] * graph.size),
    "cycles are not seen": (explore, "find_cycle", lambda graph: None),
    "no region lasts": (fairness.Arena, "fair_component", lambda arena: None),
    "fairness does not look at the state": (liveness.Actions, "deny", lambda fair, guards: None),
    "any end will do": (explore, "find_fair_lasso", anywhere),
    "nothing is vacuous": (verdicts, "is_vacuous", lambda claim, model, by_rule, exercised: False),
}


RARE = {"fairness does not look at the state": 77}
"""Faults that few models show, with the first seed of one that does; it is looked for from there."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_an_engine_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 400 models at most."""
    monkeypatch.setattr(*FAULTS[name])
    assert next(found(islice(count(RARE.get(name, 0)), 400)), None) is not None


def test_fair_sets_of_large_graphs_are_those_found_by_trying_all() -> None:
    """The two searches of the reference agree on random graphs, half of them with a fair set."""
    chance, answers = random.Random(5), []
    for _ in range(300):
        size = chance.randint(1, 7)
        moves = [[(chance.randrange(4), after) for after in range(size) if after != state and chance.random() < 0.35]
                 for state in range(size)]  # fmt: skip
        inside = [state for state in range(size) if chance.random() < 0.8]
        arena = [[(event, after) for event, after in moves[state] if after in inside] for state in range(size)]
        actions = [Action((event,), chance.random() < 0.5) for event in range(4) if chance.random() < 0.6]
        every = [set(each) for each in every_fair_set(moves, arena, inside, actions)]
        large = refined(moves, arena, inside, actions)
        assert (large is None) is (not every)
        assert large is None or set(large) in every
        assert (fair_set(moves, arena, inside, actions) is None) is (not every)
        answers.append(bool(every))
    assert 50 < sum(answers) < 290
