"""A model that breaks its contract is reported, with the state and the event."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import attrs
import pytest

import failover_fsm.checker as checker
from failover_fsm.checker import Checker, ModelError, always, always_step, can_recover, converges, leads_to
from failover_fsm.checker import when_settled as settled
from failover_fsm.checker.explicit.breadth_first import Limits, Search
from failover_fsm.checker.explicit.paths import Trace, replay
from tests.toys import FastToy, Toy, toy


def changed(**methods: Callable[..., Any]) -> Toy:
    """Return the model a -go-> b -on-> c with some methods replaced."""
    model = FastToy([("a", "go", "b"), ("b", "on", "c")]) if "successors" in methods else toy("a go b on c")
    for name, method in methods.items():
        setattr(model, name, method)
    return model


def boom(*_: object) -> Any:
    raise RuntimeError("boom")


def at_b(state: str, *_: object) -> Any:
    return boom() if state == "b" else ["go"]


def test_a_model_without_a_method_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match=r"int has no initial_states\(\)"):
        Checker(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "message", "state", "event"),
    [
        (changed(initial_states=boom), r"initial_states\(\) raised RuntimeError: boom", None, None),
        (changed(events=at_b), r"events\('b'\) raised RuntimeError: boom", "b", None),
        (changed(step=boom), r"step\('a', 'go'\) raised RuntimeError: boom", "a", "go"),
        (changed(successors=boom), r"successors\('a'\) raised RuntimeError", "a", None),
        (changed(initial_states=list), "no initial state", None, None),
        (changed(initial_states=lambda: [None]), "None cannot be a state", None, None),
        (changed(initial_states=lambda: [["a"]]), "unhashable", None, None),
        (changed(initial_states=lambda: 7), "not iterable", None, None),
        (changed(initial_states=lambda: {"a"}), "whose order is not fixed", None, None),
        (changed(events=lambda _: {"go"}), "whose order is not fixed", "a", None),
        (changed(successors=lambda _: frozenset()), "whose order is not fixed", "a", None),
        (changed(successors=lambda _: ["b"]), "must list pairs", "a", None),
        (changed(successors=lambda _: [3]), "must list pairs", "a", None),
        (changed(step=lambda *_: ["b"]), r"the state \['b'\] is not hashable", "a", "go"),
    ],
)
def test_a_failure_names_state_and_event(model: Toy, message: str, state: object, event: object) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        Checker(model).verify()
    assert (caught.value.state, caught.value.event) == (state, event)


@pytest.mark.parametrize("method", ["events", "successors"])
def test_a_generator_without_an_end_is_refused(method: str) -> None:
    pairs: Callable[[int], Any] = str if method == "events" else lambda number: (number, "b")
    model = changed(**{method: lambda state: map(pairs, count())})
    with pytest.raises(ModelError, match=rf"{method}\(\) yielded more than 100,000 items in state 'a'"):
        Checker(model).verify(time_limit=2, clock=lambda: 0.0)


def test_events_need_a_hash_only_where_the_graph_is_stored() -> None:
    model = changed(events=lambda s: [["go"]] if s == "a" else [], step=lambda *_: "b")
    assert Checker(model).verify(always("x", bool)).states == 2
    with pytest.raises(ModelError, match=r"the event \['go'\] is not hashable"):
        Checker(model).verify(converges("x", within=lambda _: True))


def test_states_that_compare_by_identity_are_found_before_an_endless_search() -> None:
    """A known bug of toy checkers and toy models: a hash without equality, and nothing is ever seen twice."""

    class Box:
        def __hash__(self) -> int:
            return 1

    model = changed(step=lambda *_: Box(), events=lambda _: ["go"])
    with pytest.raises(ModelError, match="compare by identity"):
        Checker(model).verify()


def test_initial_states_in_an_order_that_changes_are_found_before_the_search() -> None:
    answers = iter([["a", "b"], ["b", "a"]])
    with pytest.raises(ModelError, match="asked twice, the model gave different answers") as caught:
        Checker(changed(initial_states=lambda: next(answers))).verify()
    assert caught.value.state == "a"


def test_a_counterexample_that_cannot_be_replayed_is_an_error_with_advice() -> None:
    answers = iter(["b", "b", "b", "b", "c"])
    model = changed(step=lambda *_: next(answers), events=lambda s: ["go"] if s == "a" else [])
    with pytest.raises(ModelError, match=r"cannot be replayed: in step 0.*a random number") as caught:
        Checker(model).verify(always("never b", lambda s: s != "b"))
    assert (caught.value.state, caught.value.event) == ("a", "go")


def test_a_fast_path_that_disagrees_with_step_is_found_by_replay() -> None:
    model = changed(successors=lambda s: [("go", "c")] if s == "a" else [])
    with pytest.raises(ModelError, match=r"in successors\(\), not in step\(\)"):
        Checker(model).verify(always("never c", lambda s: s != "c"))


def test_a_loop_that_does_not_come_back_is_found_by_replay() -> None:
    search = Search(toy("a go b on c back b"), (), Limits())
    closed = Trace(("go", "on", "back"), ("a", "b", "c", "b"), 1)
    replay(search, closed, "p")
    with pytest.raises(ModelError, match=r"step 0, state 'b' begins a loop that does not come back to it"):
        replay(search, attrs.evolve(closed, loop=0), "p")


def test_an_initial_state_that_changes_is_found_by_replay() -> None:
    answers = iter([["a"], ["a"], ["a"], ["b"]])
    model = changed(initial_states=lambda: next(answers))
    with pytest.raises(ModelError, match="not an initial state any more"):
        Checker(model).verify(always("never a", lambda s: s != "a"))


@pytest.mark.parametrize(
    "claim",
    [
        always("claim", boom),
        always("claim", bool, premise=boom),
        always_step("claim", boom),
        leads_to("claim", boom, bool),
        leads_to("claim", bool, boom),
        leads_to("claim", bool, lambda s: False, within=boom),
        leads_to("claim", bool, lambda s: False, weak=boom),
        leads_to("claim", bool, lambda s: False, strong=lambda _: ["unhashable"]),  # type: ignore[arg-type,return-value]
        can_recover("claim", boom),
        settled("claim", boom, within=lambda _: False),
    ],
    ids=lambda claim: claim.kind.value,
)
def test_a_predicate_that_fails_is_named(claim: checker.Property) -> None:
    with pytest.raises(ModelError, match=r"'claim'.*(boom|unhashable)"):
        Checker(toy("a go b on c")).verify(claim)


NOTHING: Any = None
WORDS: Any = "falls back"
NO_FUNCTIONS: dict[str, Callable[[], object]] = {
    "rule 'x': None is no function; allowed: Rule(event, function)": lambda: checker.Rule("x", NOTHING),
    "'falls back' is no function; allowed: Rule(event, function)": lambda: checker.Rule(boom, WORDS),
    "'x': converges needs `within`; allowed: a function of an event": lambda: converges("x", within=NOTHING),
    "must be a function, not 'falls back'; allowed: a function of an event": lambda: leads_to(
        "x", bool, bool, weak=WORDS
    ),
}


@pytest.mark.parametrize("message", NO_FUNCTIONS)
def test_what_is_no_function_is_refused_when_it_is_made(message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        NO_FUNCTIONS[message]()


def test_a_within_that_fails_on_the_way_is_reported() -> None:
    with pytest.raises(ModelError, match=r"within.*boom"):
        Checker(toy("a go b")).verify(settled("claim", bool, within=boom))


def test_the_public_names_exist() -> None:
    assert sorted(checker.__all__) == checker.__all__
    assert all(hasattr(checker, name) for name in checker.__all__)
    assert "Model" not in checker.__all__ and checker.Model  # `import *` does not hide a model that is called so


class Sour:
    """A state that cannot be compared."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        if self is not other:
            raise TypeError("not comparable")
        return True


def test_states_that_cannot_be_compared_are_an_error_of_the_model() -> None:
    first, second = Sour(1), Sour(2)

    class Sours:
        def initial_states(self) -> list[Sour]:
            return [first]

        def events(self, state: Sour) -> list[str]:
            return ["on"] if state is first else []

        def step(self, state: Sour, event: str) -> Sour | None:
            return second

    with pytest.raises(ModelError, match=r"comparing the states after it raised TypeError: not comparable"):
        Checker(Sours()).verify()
