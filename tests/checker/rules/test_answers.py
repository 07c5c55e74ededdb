"""What rules and predicates may answer, on both engines; and what is found out when they do not keep to it."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

from failover_fsm.checker import (
    Checker,
    ModelError,
    Verdict,
    always,
    always_step,
    can_recover,
    converges,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.core.answers import AnswerError, truth
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule


@attrs.frozen
class Part:
    """A record below the state."""

    on: bool = False


@attrs.frozen
class State:
    """A counter and a lamp."""

    n: int = attrs.field(default=0, metadata={"domain": range(10)})
    part: Part = Part()


class Model:
    """A counter that goes round, and further rules."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = [Rule("count", self.count), *rules]

    @staticmethod
    def count(s: Any) -> bool:
        s.n = (s.n + 1) % 10
        return True

    def initial_states(self) -> list[State]:
        return [State()]


ENGINES: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: Checker(PlainModel(model)),
    "compiled": CompiledChecker,
    "compiled, learning along": lambda model: CompiledChecker(model, budget=0, rest_bits=0),
}
engines = pytest.mark.parametrize("engine", ENGINES)


def generator(_s: Any) -> Iterator[bool]:
    yield True


NO_ANSWERS: dict[str, Callable[[Any], Any]] = {
    "None": lambda s: None,
    "list": lambda s: [s.n < 3],
    "empty list": lambda s: [],
    "string": lambda s: "yes",
    "generator": generator,
    "generator expression": lambda s: (s.n == k for k in range(3)),
    "number": lambda s: s.n + 2,
    "float": lambda s: 1.0,
    "record": lambda s: s.part,
    "function": lambda s: s.part.__class__,
    "array": lambda s: np.array([True, False]),
}


@engines
@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_is_no_answer_of_a_predicate_is_an_error_with_its_line(name: str, engine: str) -> None:
    """As a predicate, a premise, a goal, a predicate of steps and of settled states."""
    wrong = NO_ANSWERS[name]
    for claim in (
        always("p", wrong),
        always("p", lambda s: True, premise=wrong),
        sometimes("p", wrong),
        always_step("p", lambda before, event, after: wrong(after)),
        always_step("p", lambda before, event, after: True, premise=lambda before, event, after: wrong(before)),
        leads_to("p", wrong, lambda s: s.n == 1),
        leads_to("p", lambda s: True, wrong),
        can_recover("p", wrong),
        when_settled("p", wrong, within=lambda event: False),
    ):
        with pytest.raises(ModelError, match=r"property 'p'.* it returned (?s:.*); allowed: True, False, 0, 1"):
            ENGINES[engine](Model()).verify(claim)


@engines
@pytest.mark.parametrize("wrong", [None, "", "yes", [], 2])
def test_what_is_no_answer_of_within_is_an_error(wrong: Any, engine: str) -> None:
    for claim in (
        converges("p", within=lambda event: wrong),
        can_recover("p", lambda s: s.n == 3, within=lambda event: wrong),
        leads_to("p", lambda s: s.n == 3, lambda s: s.n == 4, within=lambda event: wrong),
        when_settled("p", lambda s: True, within=lambda event: wrong),
    ):
        with pytest.raises(ModelError, match=r"`within`.* it returned"):
            ENGINES[engine](Model()).verify(claim)


@engines
@pytest.mark.parametrize("kind", [bool, int, np.bool_])
def test_booleans_of_every_kind_are_answers(kind: Callable[[Any], Any], engine: str) -> None:
    """Of predicates, of rules, and of functions of events: a numpy boolean is no fairness key."""
    back = Rule("back", lambda s: kind(s.n == 9) and (setattr(s, "n", 0), kind(True))[1])
    on = Rule("on", lambda s: (setattr(s.part, "on", True), kind(not s.n))[1])
    result = ENGINES[engine](Model(back, on)).verify(
        always("a", lambda s: kind(s.n < 9)),
        sometimes("s", lambda s: kind(s.n == 9)),
        converges("c", within=lambda event: kind(event == "on")),
        leads_to("l", lambda s: s.n == 3, lambda s: s.part.on, strong=lambda event: kind(event == "on")),
        leads_to("l2", lambda s: s.n == 3, lambda s: s.part.on, strong=lambda event: kind(event == "back")),
    )
    words = [found.verdict.value for found in result.findings]
    assert words == ["violated", "holds", "holds", "holds", "violated"]
    assert (result.states, result.transitions) == (20, 24)


@engines
def test_a_rule_that_assigned_and_returned_nothing_is_an_error(engine: str) -> None:
    """It names the field and the line; a rule that returns nothing and assigned nothing is not possible."""

    def forgets(s: Any) -> None:
        if s.n == 3:
            s.part.on = True

    with pytest.raises(ModelError, match=r"rule on failed: .*it assigned part.on and returned nothing.*answers\.py"):
        ENGINES[engine](Model(Rule("on", forgets))).verify()
    result = ENGINES[engine](Model(Rule("on", lambda s: None))).verify()
    assert (result.states, result.transitions) == (10, 10)


@engines
@pytest.mark.parametrize("name", [name for name in NO_ANSWERS if name != "None"])
def test_what_is_no_answer_of_a_rule_is_an_error(name: str, engine: str) -> None:
    with pytest.raises(ModelError, match=r"rule odd failed: AnswerError: it returned .*test_answers\.py:\d+"):
        ENGINES[engine](Model(Rule("odd", NO_ANSWERS[name]))).verify()


def test_truth_is_exact() -> None:
    assert [truth(answer) for answer in (True, 1, np.True_, False, 0, np.False_)] == [True] * 3 + [False] * 3
    with pytest.raises(AnswerError, match=r"^it returned nothing \(None\); allowed"):
        truth(None)
    with pytest.raises(AnswerError, match=r"^it returned '(x{70,80})\.\.\. \(str\)"):
        truth("x" * 100)


def counting_rule(limit: int) -> Rule:
    """A rule that is possible so many times."""
    left = itertools.count()
    return Rule("on", lambda s: next(left) < limit)


def rule_by_lot() -> Rule:
    dice = random.Random(1)
    return Rule("on", lambda s: dice.random() < 0.5)


def rule_by_clock() -> Rule:
    """A clock that goes on by one at each reading."""
    clock = itertools.count()
    return Rule("on", lambda s: next(clock) // 5 % 2 == 0)


def rule_with_memory() -> Rule:
    """It assigns something else when a state is seen again."""
    seen: list[int] = []

    def rule(s: Any) -> bool:
        if s.n == 7:
            seen.append(1)
        s.part.on = len(seen) > 1
        return bool(s.n == 7)

    return Rule("on", rule)


@engines
@pytest.mark.parametrize("make", [lambda: counting_rule(7), rule_by_lot, rule_by_clock, rule_with_memory])
def test_rules_with_hidden_state_are_found_out(make: Callable[[], Rule], engine: str) -> None:
    with pytest.raises(ModelError, match=r"not a function of the state|gave different answers|did one thing"):
        ENGINES[engine](Model(make())).verify(always("a", lambda s: True))


@engines
@pytest.mark.parametrize("step", [False, True])
def test_predicates_with_hidden_state_are_found_out(step: bool, engine: str) -> None:
    """A counter that says yes while the search goes on; both engines ask again afterwards."""
    calls = itertools.count()

    def predicate(*_values: Any) -> bool:
        return next(calls) < 10

    for claim in (
        always_step("p", predicate) if step else always("p", predicate),
        sometimes("p", lambda s: not predicate(s)),
    ):
        calls = itertools.count()
        with pytest.raises(ModelError, match=r"'p'.*(must depend on the fields|not a function of the state)"):
            ENGINES[engine](Model()).verify(claim)


@engines
@pytest.mark.parametrize("kind", [can_recover, lambda name, goal: leads_to(name, lambda s: s.n == 1, goal)])
def test_goals_with_hidden_state_are_found_out(kind: Callable[..., Any], engine: str) -> None:
    calls = itertools.count()
    with pytest.raises(ModelError, match=r"'p'.*(must depend on the fields|not a function of the state)"):
        ENGINES[engine](Model()).verify(kind("p", lambda s: next(calls) % 2 == 0))


@engines
def test_functions_of_events_with_hidden_state_are_found_out(engine: str) -> None:
    calls = itertools.count()

    def odd(_event: Any) -> bool:
        return next(calls) % 2 == 1

    for claim in (
        converges("p", within=odd),
        can_recover("p", lambda s: s.n == 3, within=odd),
        leads_to("p", lambda s: s.n == 3, lambda s: s.n == 4, weak=odd),
    ):
        with pytest.raises(ModelError, match=r"'p'.*must depend on the event only"):
            ENGINES[engine](Model()).verify(claim)


@engines
def test_a_search_without_a_transition_is_vacuous(engine: str) -> None:
    """But for a witness, which is one."""
    still = Model()
    still.rules = [Rule("never", lambda s: False)]
    result = ENGINES[engine](still).verify(
        always("a", lambda s: True),
        always_step("as", lambda before, event, after: True),
        sometimes("s", lambda s: s.n == 0),
        leads_to("l", lambda s: True, lambda s: s.n == 0),
        can_recover("c", lambda s: True),
        converges("cv", within=lambda event: True),
        when_settled("w", lambda s: True, within=lambda event: True),
    )
    assert [found.verdict for found in result.findings] == [Verdict.HOLDS] * 7
    assert [found.name for found in result.findings if not found.vacuous] == ["s"]
    assert result.vacuous
    still.rules = []
    assert ENGINES[engine](still).verify(always("a", lambda s: True)).vacuous


@engines
def test_no_claims_and_claims_never_put_to_the_test_are_vacuous(engine: str) -> None:
    checker = ENGINES[engine](Model())
    assert checker.verify().vacuous
    untested = always("a", lambda s: True, premise=lambda s: s.part.on)
    unspoken = always_step("as", lambda before, event, after: False, events=(int,))
    result = checker.verify(untested, unspoken)
    assert result.verdict is Verdict.HOLDS
    assert result.vacuous
    assert all(found.vacuous for found in result.findings)
    assert not checker.verify(untested, always("b", lambda s: s.n < 10)).vacuous
    assert not checker.verify(always("b", lambda s: s.n < 9)).vacuous


class Point(NamedTuple):
    """No record."""

    x: bool = False


def model_of(record: Any) -> Any:
    """A model that stays in one state."""
    made = Model()
    made.rules = [Rule("stay", lambda s: True)]
    made.initial_states = lambda: [record]  # type: ignore[method-assign]
    return made


def test_states_that_no_view_can_show_are_refused() -> None:
    """A named tuple, and records that compare equal though they differ."""
    named = attrs.make_class("Named", {"p": attrs.field(default=Point())}, frozen=True)()
    with pytest.raises(ModelError, match="p is a Point, a tuple of a class of its own"):
        CompiledChecker(model_of(named))
    coarse = attrs.make_class("Coarse", {"a": attrs.field(default=False, eq=False)}, frozen=True)()
    with pytest.raises(ModelError, match="states that differ in a compare equal"):
        CompiledChecker(model_of(coarse))


@engines
def test_a_field_may_hold_values_of_several_types(engine: str) -> None:
    @attrs.frozen
    class Optional:
        value: Any = attrs.field(default=None, metadata={"domain": (None, 1, "one")})

    def change(s: Any) -> bool:
        s.value = {None: 1, 1: "one", "one": None}[s.value]
        return True

    made = model_of(Optional())
    made.rules = [Rule("change", change)]
    assert ENGINES[engine](made).verify(sometimes("s", lambda s: s.value == "one")).states == 3
    made.rules = [Rule("change", lambda s: (setattr(s, "value", True), True)[1])]
    with pytest.raises(ModelError, match="value cannot be True; allowed: None, 1, 'one'"):
        ENGINES[engine](made).verify()


@engines
def test_a_remembered_answer_is_not_found_unless_it_skips_a_field(engine: str) -> None:
    """docs/explanation/trust.md: right if the whole state is the key, found where a field is not read, else not."""
    wrong = always("n < 9", lambda s: s.n < 9)
    assert ENGINES[engine](Model()).verify(wrong).verdict is Verdict.VIOLATED

    @functools.cache
    def whole(s: Any) -> bool:
        return bool(s.n < 9)

    assert ENGINES[engine](Model()).verify(always("p", whole)).verdict is Verdict.VIOLATED

    eager: dict[bool, bool] = {}
    remembered = always("p", lambda s: eager.setdefault(s.part.on, s.n < 9))
    assert ENGINES[engine](Model()).verify(remembered).verdict is Verdict.HOLDS

    lazy: dict[bool, bool] = {}

    def skips(s: Any) -> bool:
        if s.part.on not in lazy:
            lazy[s.part.on] = s.n < 9
        return lazy[s.part.on]

    if engine == "plain":
        assert ENGINES[engine](Model()).verify(always("p", skips)).verdict is Verdict.HOLDS
    else:
        with pytest.raises(ModelError, match="not a function of the state"):
            ENGINES[engine](Model()).verify(always("p", skips))
