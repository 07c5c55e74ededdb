"""Errors of the user's rules and predicates: both engines give state, event, cause, and a trace to the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import (
    Checker,
    ModelError,
    Property,
    always,
    always_step,
    can_recover,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.reduce.interchangeable import SymmetricChecker
from failover_fsm.checker.reduce.symmetry import RecordBlock, record_block
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.checker.sliced import verify_sliced


@attrs.frozen
class Tank:
    """Two pumps fill it, one after the other."""

    level: int = attrs.field(default=0, metadata={"domain": range(9)})
    open: bool = False


class Broken(Exception):
    """What the user's code raises."""


class Filling:
    """Fills the tank; one rule may break at a level."""

    def __init__(self, breaks: int | None = None) -> None:
        def fill(by: int) -> Callable[[Any], bool]:
            def function(draft: Any) -> bool:
                if draft.level + by > 8:
                    return False
                draft.level = draft.level + by
                return True

            return function

        def drain(draft: Any) -> bool:
            if draft.level == breaks and draft.open:
                raise Broken("the drain")
            draft.open = not draft.open
            return True

        self.rules = (Rule("fill 3", fill(3)), Rule("fill 1", fill(1)), Rule("drain", drain))

    def initial_states(self) -> list[Tank]:
        """An empty tank."""
        return [Tank()]


def breaking(state: Any, *_: Any) -> bool:
    """A predicate that fails at one level."""
    if state.level == 6:
        raise Broken("the gauge")
    return state.level < 9


def compiled(model: Any, *claims: Property, **options: Any) -> Any:
    return CompiledChecker(model, **options).verify(*claims)


def plain(model: Any, *claims: Property, **_: Any) -> Any:
    return Checker(PlainModel(model)).verify(*claims)


def sliced(model: Any, *claims: Property, **_: Any) -> Any:
    return verify_sliced(model, claims, budget=100)


def replayed(model: Any, error: ModelError) -> Tank:
    """The state to which the trace of an error leads."""
    assert error.trace is not None
    state: Any = Tank()
    for event in error.trace:
        state = PlainModel(model).step(state, event)
    return state


@pytest.mark.parametrize("engine", [compiled, plain, sliced])
@pytest.mark.parametrize("options", [{}, {"budget": 0}, {"rest_bits": 0}])
def test_a_rule_that_fails_is_shown_with_the_way_there(engine: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"drain.* Broken: the drain") as caught:
        engine(Filling(breaks=4), always("fine", lambda state: state.level < 9), **options)
    error = caught.value
    assert (error.state, error.event) == (Tank(level=4, open=True), "drain")
    assert isinstance(error.__cause__, Broken) and error.__cause__.__traceback__ is not None
    assert error.trace == ("fill 3", "fill 1", "drain") or engine is not compiled
    assert error.trace is not None and len(error.trace) == 3 and replayed(Filling(), error) == error.state


CLAIMS = (
    always("p", breaking),
    always("p", lambda state: True, premise=lambda state: not breaking(state)),
    sometimes("p", lambda state: not breaking(state)),
    always_step("p", breaking),
    always_step("p", lambda before, event, after: breaking(after) or True),
    always_step("p", lambda before, event, after: True, premise=lambda before, *step: not breaking(before)),
    can_recover("p", breaking),
    when_settled("p", breaking, within=lambda event: event == "fill 3"),
    leads_to("p", breaking, lambda state: False),
    leads_to("p", lambda state: False, breaking),
)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("engine", [compiled, plain, sliced])
def test_a_predicate_that_fails_is_shown_with_the_way_there(engine: Any, claim: Property) -> None:
    with pytest.raises(ModelError, match=r"property 'p'.* Broken: the gauge") as caught:
        engine(Filling(), claim)
    error = caught.value
    assert isinstance(error.__cause__, Broken)
    assert isinstance(error.state, Tank) and replayed(Filling(), error) == error.state
    if claim.kind.value == "always-step":
        after = PlainModel(Filling()).step(error.state, error.event)
        assert 6 in (error.state.level, after.level), "the step at which it fails"
    else:
        assert (error.state.level, error.event) == (6, None)


def seats() -> tuple[Any, RecordBlock]:
    """Two seats that fill alike; a full house breaks."""

    @attrs.frozen
    class Seat:
        taken: bool = False

    @attrs.frozen
    class House:
        seats: tuple[Seat, ...] = (Seat(), Seat(), Seat())

    def sit(place: int) -> Callable[[Any], bool]:
        def function(draft: Any) -> bool:
            if draft.seats[place].taken:
                return False
            draft.seats[place].taken = True
            return True

        return function

    def close(draft: Any) -> bool:
        if all(seat.taken for seat in draft.seats):
            raise Broken("full")
        return False

    class Model:
        rules = (*(Rule(("sit", place), sit(place)) for place in range(3)), Rule(("close",), close))

        def initial_states(self) -> list[House]:
            return [House()]

    def renamed(event: Any, places: tuple[int, ...]) -> Any:
        return event if len(event) == 1 else (event[0], places[event[1]])

    return Model(), record_block(House(), "seats", renamed=renamed)


def test_the_way_there_has_the_members_own_names() -> None:
    model, block = seats()
    for verify in (CompiledChecker(model, blocks=(block,)).verify, SymmetricChecker(model, block).verify):
        with pytest.raises(ModelError, match="Broken: full") as caught:
            verify()
        error = caught.value
        assert error.event == ("close",) and isinstance(error.__cause__, Broken)
        assert error.trace is not None and len(error.trace) == 3
        if verify.__func__ is CompiledChecker.verify:  # type: ignore[attr-defined]  # bound methods
            assert sorted(error.trace) == [("sit", 0), ("sit", 1), ("sit", 2)]


def test_a_failure_that_the_frozen_state_does_not_show_is_no_function_of_the_state() -> None:
    calls = [0]

    def moody(draft: Any) -> bool:
        calls[0] += 1
        if draft.level == 1 and calls[0] < 30:
            raise Broken("moody")
        return False

    model = Filling()
    model.rules = (*model.rules, Rule("moody", moody))
    with pytest.raises(ModelError, match="moody"):
        for _ in range(30):
            CompiledChecker(model).verify()


class ThreeMethods:
    """A model for the plain checker."""

    def initial_states(self) -> list[Tank]:
        return [Tank()]

    def events(self, state: Tank) -> list[str]:
        return ["x"]

    def step(self, state: Tank, event: str) -> Tank:
        return state


@pytest.mark.parametrize("verify", [CompiledChecker, lambda model: verify_sliced(model, CLAIMS[:1], budget=0)])
def test_a_model_without_rules_is_told_what_is_missing(verify: Any) -> None:
    with pytest.raises(ModelError) as caught:
        verify(ThreeMethods())
    text = str(caught.value)
    assert text.startswith("a rule model needs `rules`") and "ThreeMethods" in text
    assert "Checker" in text and "\n" not in text
    for rules in (5, [lambda draft: True], ["x"]):
        model: Any = ThreeMethods()
        model.rules = rules
        with pytest.raises(ModelError, match="a rule model needs `rules`"):
            verify(model)
    model = Filling()
    model.initial_states = None  # type: ignore[assignment, method-assign]  # that is the test
    with pytest.raises(ModelError, match=r"a rule model needs `rules`.*initial_states"):
        verify(model)
