"""A machine of any model walks at random, finds what is seldom met, and shortens what breaks a promise."""

from __future__ import annotations

import pickle
import unittest
from typing import Any

import numpy as np
import pytest

from failover_fsm.checker import Kind, ModelError, Property, always, always_step, leads_to, sometimes, when_settled
from failover_fsm.testing import Floor, FloorNotReached, ModelMachine, ModelPromiseBroken, machine_for, profile
from tests.testing.kit.cluster import TESTER, Cluster, Plain, State, System, shown

SPLIT = ("leads", "leads")
FEW = profile(examples=15, steps=15)


def is_own(event: object) -> bool:
    return event not in TESTER


def test_a_machine_meets_everything_and_its_table_says_so() -> None:
    machine = machine_for(Cluster(), shown=shown, promises=[sometimes("split", lambda state: shown(state) == SPLIT)])
    table = machine.check(FEW).table()
    assert "situations: 9 of 9" in table and "rows: 9 of 9" in table and "premises: 1 of 1" in table
    assert table.startswith("15 runs, ")


BROKEN = {
    "always": (always("p", lambda state: shown(state) != SPLIT), 4),
    "a step": (always_step("p", lambda before, event, after: event != "yield"), 5),
    "settled": (when_settled("p", lambda state: "leads" not in shown(state), within=is_own), 2),
}


def breaks(claim: Property, events: list[Any]) -> bool:
    """Whether a run breaks the claim; events that cannot happen are passed over."""
    model = Plain()
    state = model.initial_states()[0]
    assert claim.predicate is not None
    for event in events:
        before, after = state, model.step(state, event)
        if after is None:
            continue
        state = after
        if claim.kind is Kind.ALWAYS_STEP:
            wrong = not claim.predicate(before, event, state)
        else:
            rests = all(model.step(state, own) in (None, state) for own in model.events(state) if is_own(own))
            wrong = (claim.kind is Kind.ALWAYS or rests) and not claim.predicate(state)
        if wrong:
            return True
    return False


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("model", [Cluster, Plain])
def test_a_broken_promise_comes_with_a_run_from_which_no_event_can_be_left_out(name: str, model: Any) -> None:
    claim, events = BROKEN[name]
    with pytest.raises(ModelPromiseBroken, match=r"^p is broken in State") as caught:
        machine_for(model(), promises=[claim], shown=shown).check(FEW)
    found = caught.value
    run = list(found.events)
    assert breaks(claim, run) and len(run) >= events, "which is the shortest run of all"
    assert not any(breaks(claim, run[:number] + run[number + 1 :]) for number in range(len(run)))
    assert found.trace in str(found) and f"do {found.events[0]!r}" in found.trace
    again = pickle.loads(pickle.dumps(found))
    assert vars(again) == vars(found) and str(again) == str(found)


def test_promises_that_hold_are_kept_and_counted() -> None:
    claims = [
        when_settled("one leads", lambda state: shown(state) != SPLIT or not state.wire, within=is_own),
        always("never", lambda state: True, premise=lambda state: False),
        always_step("only stops", lambda *step: True, premise=lambda before, event, after: event == ("stop", 0)),
    ]
    machine = machine_for(Cluster(), promises=claims, floor=Floor(premises=0.6))
    machine.check(FEW)
    assert machine.premises["one leads"] and machine.premises["only stops"] and not machine.premises["never"]
    with pytest.raises(FloorNotReached, match=r"premises: 67%.*too seldom:\n +0 never"):
        machine_for(Cluster(), promises=claims, floor=Floor(premises=1)).check(FEW)


def test_what_a_walk_cannot_judge_is_refused() -> None:
    claim = leads_to("split ends", lambda state: True, lambda state: True)
    with pytest.raises(ValueError, match="'split ends' is a leads-to promise, for `Checker`; allowed: always, always"):
        machine_for(Cluster(), promises=[claim])


@pytest.mark.parametrize("given", ["no", None, 2, [], (True for _ in "")])
def test_an_answer_that_is_neither_true_nor_false_is_refused_as_by_the_checker(given: Any) -> None:
    wrong = r"property 'p': a predicate failed on State.* it returned .*; allowed: True, False, 0, 1"
    for claim in (
        always("p", lambda state: given),
        always("p", lambda state: True, premise=lambda state: given),
        always_step("p", lambda before, event, after: given),
        sometimes("p", lambda state: given),
    ):
        with pytest.raises(ModelError, match=wrong):
            machine_for(Cluster(), promises=[claim]).check(FEW)


@pytest.mark.parametrize("kind", [bool, int, np.bool_])
def test_what_the_checker_takes_for_an_answer_is_one(kind: Any) -> None:
    machine_for(Cluster(), promises=[always("p", lambda state: kind(True))]).check(FEW)
    with pytest.raises(ModelPromiseBroken):
        machine_for(Cluster(), promises=[always("p", lambda state: kind(False))]).check(FEW)


def test_a_sometimes_that_never_comes_fails_by_the_floor_alone() -> None:
    never = sometimes("never", lambda state: False)
    assert "never  never" in machine_for(Cluster(), promises=[never]).check(FEW).table()
    with pytest.raises(FloorNotReached, match=r"premises: 0%"):
        machine_for(Cluster(), promises=[never], floor=Floor(premises=1.0)).check(FEW)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"visits": 1000}, "visits 1000 alone asks for nothing; allowed: with situations, rows or premises above 0"),
        ({"visits": 0}, "visits cannot be 0; allowed: 1 or more"),
        ({"visits": "x"}, "visits cannot be 'x'; allowed: 1 or more"),
        ({"rows": 2}, "rows cannot be 2; allowed: 0 to 1"),
        ({"rows": "x"}, "rows cannot be 'x'; allowed: 0 to 1"),
    ],
)
def test_a_floor_that_asks_for_nothing_or_too_much_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Floor(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"promises": None}, TypeError, "promises None; allowed: a list of properties"),
        ({"promises": BROKEN["always"][0]}, TypeError, "promises Property.*; allowed: a list of properties"),
        ({"floor": 1}, TypeError, "floor 1; allowed: a Floor"),
        ({"max_states": "x"}, ValueError, "max_states 'x'; allowed: 1 or more"),
    ],
)
def test_wrong_arguments_are_refused_in_a_line(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        machine_for(Cluster(), **arguments)


def test_a_subclass_drives_a_system_along() -> None:
    class Driven(machine_for(Cluster(), shown=shown)):  # type: ignore[misc]  # made at run time
        system = System()

        def began(self, state: State) -> None:
            self.system.reset()

        def happened(self, before: State, event: Any, after: State) -> None:
            if event in TESTER:
                self.system.apply(event)
                assert [node != "off" for node in self.system.nodes] == [node != "off" for node in shown(after)]

    Driven.check(FEW)
    assert issubclass(Driven, ModelMachine) and Driven.runs >= 15

    class Deaf(System):
        def apply(self, event: Any) -> None:
            if event != ("stop", 1):
                super().apply(event)

    Driven.system = Deaf()
    with pytest.raises(AssertionError):
        Driven.check(FEW)


def test_the_test_case_runs_the_machine() -> None:
    broken = machine_for(Cluster(), promises=[BROKEN["always"][0]]).TestCase
    right = machine_for(Cluster()).TestCase
    right.settings = broken.settings = FEW  # type: ignore[attr-defined]
    result = unittest.TestResult()
    unittest.TestSuite([broken(), right()]).run(result)
    assert result.testsRun == 2 and len(result.failures) == 1 and "p is broken" in result.failures[0][1]
