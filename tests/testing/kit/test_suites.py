"""Generated suites of any model meet every goal, run on their own under pytest, and fail for wrong systems."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest

from failover_fsm.checker import ModelError
from failover_fsm.testing import Disagreement, GraphTooLarge, Suite, make_suite, replay
from failover_fsm.testing.kit.suites import COVERS
from tests.testing.kit.cluster import TESTER, Cluster, Node, Plain, State, System, shown
from tests.testing.kit.test_conformance import WRONG, Blinker


def suite(cover: str, model: Any = None, **more: Any) -> Suite:
    return make_suite(model or Cluster(), cover, **{"tester": TESTER, "shown": shown, **more})


def failures(text: str, system: Any) -> Iterator[str]:
    """The tests of a module that fail for a system."""
    names: dict[str, Any] = {}
    exec(text, names)
    test = names["test_the_system_does_what_the_model_allows"]
    for name in names["TESTS"]:
        try:
            test(system, name)
        except AssertionError as error:
            yield str(error)


@pytest.mark.parametrize(("cover", "goals"), [("states", 8), ("rows", 9), ("transitions", 24)])
def test_a_suite_meets_every_goal(cover: str, goals: int) -> None:
    made = suite(cover)
    assert (made.met, made.missing) == (goals, ())
    for plan in made.plans:
        replay(plan, System(), Cluster(), tester=TESTER, shown=shown)
    assert suite(cover, Plain()) == made


def test_every_transition_is_taken_from_every_state_at_rest() -> None:
    steps = sum(map(len, suite("transitions").tests))
    assert steps < 2 * 24, "few steps are taken twice"


@pytest.mark.parametrize("name", WRONG)
def test_the_module_passes_for_the_right_system_and_fails_for_a_wrong_one(name: str) -> None:
    text = suite("transitions").pytest()
    assert list(failures(text, System())) == []
    first = next(failures(text, WRONG[name]))
    assert "it shows" in first and "; allowed: [(" in first
    assert [line for line in text.splitlines() if line.startswith(("import", "from"))] == ["import pytest"]


def test_a_suite_of_states_catches_less_and_a_plan_of_it_replays() -> None:
    with pytest.raises(Disagreement):
        for plan in suite("transitions").plans:
            replay(plan, WRONG["keeps the lead"], Cluster(), tester=TESTER, shown=shown)


def test_without_tester_and_shown_every_event_is_made_and_the_state_is_what_is_seen() -> None:
    made = make_suite(Cluster(), "transitions")
    text = made.pytest()
    assert "from tests.testing.kit.cluster import Node, State" in text
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["TESTS"]["transitions-01"][0] == (("start", 0), [State(nodes=(Node(is_="idle"), Node()))])


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Coin:
    """Thrown by the tester, falls as it likes; both sides look alike where `blind`."""

    def initial_states(self) -> list[Any]:
        return ["hand"]

    def events(self, state: Any) -> list[str]:
        return ["throw", "falls red", "falls blue", "pick up"]

    def step(self, state: Any, event: str) -> Any:
        if event == "throw":
            return "air" if state == "hand" else None
        if event == "pick up":
            return "hand" if isinstance(state, Colour) else None
        return (Colour.RED if event == "falls red" else Colour.BLUE) if state == "air" else None


def test_a_test_ends_where_the_system_decides_and_says_what_cannot_be_met() -> None:
    made = make_suite(Coin(), "transitions", tester=["throw", "pick up"])
    assert all(len(test) == 1 for test in made.tests)
    assert made.tests[0][0].allowed == (Colour.RED, Colour.BLUE)
    assert "Colour.RED, Colour.BLUE" in made.pytest()
    with pytest.raises(ValueError, match="cover 'states': there is nothing that a test meets for certain"):
        make_suite(Coin(), "states", tester=["throw", "pick up"])
    rows = make_suite(Coin(), "rows", tester=["throw", "pick up"])
    assert set(rows.missing) == {"falls red", "falls blue", "pick up"}


def test_what_looks_alike_goes_on_and_is_not_told_apart() -> None:
    alike = make_suite(Coin(), "rows", tester=["throw", "pick up"], shown=lambda state: isinstance(state, str))
    assert [stage.event for stage in alike.tests[0]] == ["throw", "pick up"]
    assert set(alike.missing) == {"falls red", "falls blue"}
    states = make_suite(Coin(), "states", tester=["throw", "pick up"], shown=lambda state: isinstance(state, str))
    assert len(states.missing) == 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"cover": "rules"}, ValueError, "cover 'rules'; allowed: states, rows, transitions"),
        ({"length": 0}, ValueError, "length 0; allowed: 1 or more"),
        ({"max_states": 0}, ValueError, "max_states 0; allowed: 1 or more"),
        ({"max_states": 2}, GraphTooLarge, "more than 2 states"),
        ({"tester": ["cat"]}, ValueError, "tester: the model has no event 'cat'; allowed"),
        ({"tester": ["yield"]}, ValueError, "cover 'states': there is nothing that a test meets for certain"),
        ({"model": object()}, ModelError, "a rule model needs"),
    ],
)
def test_wrong_arguments_are_refused_in_a_line(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        suite(**{"cover": "states", **arguments})


def test_a_model_that_never_rests_has_a_suite_too() -> None:
    made = make_suite(Blinker(), "rows", tester=["switch"], shown=str)
    assert made.met and set(COVERS) == {"states", "rows", "transitions"}
