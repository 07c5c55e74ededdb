"""Properties of runs that both engines judge: fairness that looks at the state, eventually-always, deadlock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import (
    Checker,
    Finding,
    PlainModel,
    Property,
    Rule,
    Verdict,
    deadlock,
    eventually_always,
    in_states,
    leads_to,
)
from failover_fsm.checker.bitset.fairness import Action
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.sliced import verify_sliced

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED
ENGINES: dict[str, Any] = {"plain": lambda model: Checker(PlainModel(model)), "compiled": CompiledChecker}
EACH = pytest.mark.parametrize("engine", ENGINES)


@attrs.frozen
class Place:
    at: str = attrs.field(default="one", metadata={"domain": ("one", "two", "goal", "end")})


class Roundabout:
    """`go` leads from one to two, and from two to the goal; `back` from two to one; `stop` from the goal to the end."""

    STEPS = {"go": {"one": "two", "two": "goal"}, "back": {"two": "one"}, "stop": {"goal": "end"}}

    def __init__(self, *events: str) -> None:
        self.rules = [Rule(event, self.mover(self.STEPS[event])) for event in events or self.STEPS]

    def mover(self, steps: dict[str, str]) -> Callable[[Any], bool]:
        def move(place: Any) -> bool:
            if place.at not in steps:
                return False
            place.at = steps[place.at]
            return True

        return move

    def initial_states(self) -> list[Place]:
        return [Place()]


def judged(engine: str, claim: Property, *events: str) -> Finding[Any, Any]:
    return ENGINES[engine](Roundabout(*events)).verify(claim).findings[0]  # type: ignore[no-any-return]


def arrives(**fairness: Any) -> Property:
    return leads_to("arrives", lambda place: place.at == "one", lambda place: place.at == "goal", **fairness)


def go(event: str) -> bool:
    return event == "go"


GO_AT_TWO = in_states(go, lambda place: place.at == "two")
GO_AT_ONE = in_states(go, lambda place: place.at == "one")


@EACH
def test_only_steps_from_the_right_states_take_a_fair_action(engine: str) -> None:
    """Going from one to two satisfies the fairness of `go` as a whole, not that of `go` at two."""
    assert judged(engine, arrives(strong=go)).verdict is VIOLATED
    assert judged(engine, arrives(strong=GO_AT_ONE)).verdict is VIOLATED
    assert judged(engine, arrives(strong=GO_AT_TWO)).verdict is HOLDS
    assert judged(engine, arrives(weak=GO_AT_TWO)).verdict is VIOLATED  # at one it is not enabled


def test_that_test_notices_steps_that_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Action, "before", lambda action, rows: action.operator.preimage(rows))
    assert judged("compiled", arrives(strong=GO_AT_TWO)).verdict is VIOLATED


@EACH
def test_where_a_run_ends(engine: str) -> None:
    stuck = judged(engine, deadlock())
    assert (stuck.verdict, stuck.trace) == (VIOLATED, ("go", "go", "stop"))
    assert judged(engine, deadlock("ends well", final=lambda place: place.at == "end")).verdict is HOLDS
    round_and_round = judged(engine, deadlock(final=lambda place: place.at == "goal"), "go", "back")
    assert (round_and_round.verdict, round_and_round.vacuous) == (HOLDS, False)


@EACH
def test_what_stays_true_in_the_end(engine: str) -> None:
    at_end = judged(engine, eventually_always("ends", lambda place: place.at == "end"))
    assert (at_end.verdict, at_end.trace, at_end.loop) == (VIOLATED, ("go", "back"), 0)
    fair = eventually_always("ends", lambda place: place.at == "end", strong=GO_AT_TWO)
    assert judged(engine, fair).verdict is HOLDS
    only_two = judged(engine, eventually_always("at two", lambda place: place.at == "two"), "go", "back")
    assert only_two.verdict is VIOLATED and any(state.at != "two" for state in only_two.states[only_two.loop :])
    stays = judged(engine, eventually_always("at one", lambda place: place.at == "one"), "go")
    assert (stays.verdict, stays.trace, stays.loop) == (VIOLATED, ("go", "go"), 2)


@EACH
def test_events_outside_within_stop_some_time(engine: str) -> None:
    claim = eventually_always("leaves one", lambda place: place.at != "one", within=lambda event: event != "back")
    assert judged(engine, claim).verdict is HOLDS
    without = eventually_always("leaves one", lambda place: place.at != "one", within=lambda e: e == "stop")
    assert (judged(engine, without).verdict, judged(engine, without).loop) == (VIOLATED, 0)


def test_slices_judge_them_as_well() -> None:
    claims = [deadlock(), arrives(strong=GO_AT_TWO), eventually_always("ends", lambda place: place.at == "end")]
    found = [
        finding.verdict
        for part in verify_sliced(Roundabout(), claims, budget=100)  # type: ignore[arg-type]
        for finding in part.result.findings
    ]
    assert sorted(verdict.value for verdict in found) == ["holds", "violated", "violated"]


def test_in_states_wants_two_functions() -> None:
    with pytest.raises(TypeError, match="in_states: the predicate must be a function, not 3"):
        in_states(go, 3)  # type: ignore[arg-type]
