"""Rules and predicates in every style of user code: both engines answer as frozen records do, or refuse with a line."""

# ruff: noqa: SIM103, SIM110, SIM202, RUF015  # users write so

from __future__ import annotations

import collections.abc
import copy
import functools
import operator
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from failover_fsm.checker import (
    Checker,
    ModelError,
    Property,
    Result,
    always,
    always_step,
    can_recover,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule


class Base:
    """What a record inherits."""

    __slots__ = ()
    LIMIT = 2

    def inherited(self) -> bool:
        return self.n == self.LIMIT  # type: ignore[attr-defined, no-any-return]


@attrs.frozen(order=True)
class Part(Base):
    """A record in the state."""

    n: int = attrs.field(default=0, metadata={"domain": range(3)})

    @property
    def full(self) -> bool:
        return self.n == 2

    @functools.cached_property
    def left(self) -> int:
        return 2 - self.n

    def early(self) -> bool:
        if self.n < 2:
            return False
        return True

    def __len__(self) -> int:
        return self.left

    def __contains__(self, number: int) -> bool:
        return number == self.n

    def __iter__(self) -> Any:
        return iter([self.n])

    @staticmethod
    def twice(number: int) -> int:
        return 2 * number

    @classmethod
    def made(cls, number: int) -> Any:
        return cls(number)


@attrs.frozen(eq=False)
class Own:
    """A record that is compared by a method of its own, which asks for the class by identity."""

    n: int = attrs.field(default=0, metadata={"domain": range(3)})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.n == other.n  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return self.n


@attrs.frozen(slots=False)
class Loose:
    """A record that keeps its fields in a dictionary."""

    n: int = attrs.field(default=0, metadata={"domain": range(3)})


@attrs.frozen
class State:
    """Three counters that always have the same value, in records of three kinds."""

    x: int = attrs.field(default=0, metadata={"domain": range(3)})
    part: Part = Part()
    parts: tuple[Part, ...] = (Part(), Part())
    own: Own = Own()
    loose: Loose = Loose()
    bad: bool = False

    @functools.cached_property
    def twice(self) -> int:
        return 2 * self.x


@functools.singledispatch
def dispatched(_value: object) -> int:
    return 9


@dispatched.register
def _(value: Part) -> int:
    return value.n


def by_class_pattern(s: Any) -> bool:
    match s:
        case State(x=2):
            return True
    return False


def by_nested_pattern(s: Any) -> bool:
    match s:
        case State(part=Part(2), parts=(Part(n=n), _)) if n > 1:
            return True
        case _:
            return False


def by_exception(s: Any) -> bool:
    try:
        return bool(s.nothing)
    except AttributeError:
        return bool(s.x == 2)


def by_loop(s: Any) -> bool:
    for part in s.parts:
        if part.n == 2:
            return True
    return False


STYLES: dict[str, Callable[[Any], Any]] = {
    "class pattern": by_class_pattern,
    "nested pattern": by_nested_pattern,
    "isinstance": lambda s: isinstance(s, State) and s.x == 2,
    "isinstance of a part": lambda s: not isinstance(s.part, Base) or s.part.n == 2,
    "isinstance of an abstract class": lambda s: isinstance(s.part, collections.abc.Sized) and s.part.n == 2,
    "issubclass": lambda s: issubclass(type(s), State) and s.x == 2,
    "type equal": lambda s: type(s) == State and s.x == 2,  # noqa: E721
    "type in": lambda s: type(s.part) in {Part: 1} and s.x == 2,
    "type called": lambda s: type(s.part)(2) == s.part,
    "type name": lambda s: type(s).__name__ == "State" and s.x == 2,
    "class": lambda s: s.__class__ is State and s.x == 2,
    "singledispatch": lambda s: dispatched(s.part) == 2,
    "repr": lambda s: repr(s.part) == "Part(n=2)",
    "str": lambda s: "x=2" in str(s),
    "format": lambda s: f"{s.part}{s.x:02d}" == "Part(n=2)02",
    "property": lambda s: s.part.full,
    "cached property": lambda s: s.part.left == 0,
    "cached property of the state": lambda s: s.twice == 4,
    "early return": lambda s: s.part.early(),
    "inherited": lambda s: s.part.inherited(),
    "constant": lambda s: s.part.n == s.part.LIMIT,
    "static method": lambda s: s.part.twice(s.x) == 4,
    "class method": lambda s: s.part.made(2) == s.part,
    "function of the class": lambda s: Part.early(s.part),
    "len": lambda s: len(s.part) == 0,
    "truth by len": lambda s: not s.part,
    "in": lambda s: 2 in s.part,
    "iteration": lambda s: [*s.part] == [2],
    "order": lambda s: s.part > Part(1),
    "max": lambda s: max(s.part, Part(1)).n == 2,
    "equal": lambda s: s.part == Part(2),
    "equal, turned": lambda s: Part(2) == s.part,
    "unequal": lambda s: not s.part != Part(2),
    "equal parts": lambda s: s.parts == (Part(2), Part(2)),
    "count": lambda s: s.parts.count(Part(2)) == 2,
    "own equality": lambda s: s.own == Own(2),
    "own equality, turned": lambda s: Own(2) == s.own,
    "whole state": lambda s: attrs.evolve(s, x=2) == s,
    "asdict": lambda s: attrs.asdict(s)["part"]["n"] == 2,
    "astuple": lambda s: attrs.astuple(s)[0] == 2,
    "evolve": lambda s: attrs.evolve(s.part, n=2) == s.part,
    "fields": lambda s: [getattr(s, field.name) for field in attrs.fields(type(s))][0] == 2,
    "copy": lambda s: copy.copy(s.part) == Part(2),
    "deepcopy": lambda s: copy.deepcopy(s).part.n == 2,
    "vars": lambda s: vars(s.loose) == {"n": 2},
    "attrgetter": lambda s: operator.attrgetter("part.n")(s) == 2,
    "getattr": lambda s: getattr(s, "nothing", s.x) == 2,
    "exception": by_exception,
    "loop": by_loop,
    "comprehension": lambda s: {part.n for part in s.parts} == {2},
    "numpy": lambda s: np.array([part.n for part in s.parts]).sum() == 4,
}

REFUSED_IN_RULES: dict[str, Callable[[Any], Any]] = {
    "type is": lambda s: type(s) is State and s.x == 2,
    "hash": lambda s: hash(s.part) == hash(Part(2)),
    "in a set": lambda s: s.part in {Part(2)},
    "key": lambda s: {Part(2): True}.get(s.part, False),
}

ENGINES: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: Checker(PlainModel(model)),
    "compiled": CompiledChecker,
    "compiled, learning along": lambda model: CompiledChecker(model, budget=0, rest_bits=0),
}


class Model:
    """Counters that go round, and further rules."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = [Rule("count", self.count), *rules]

    @staticmethod
    def count(s: Any) -> bool:
        for part in (s.part, *s.parts, s.own, s.loose):
            part.n = (part.n + 1) % 3
        s.x = s.part.n
        return True

    def initial_states(self) -> list[State]:
        return [State()]


def verdicts(result: Result[Any, Any]) -> list[tuple[str, bool, int]]:
    """What was found, comparable."""
    return [(found.verdict.value, found.vacuous, len(found.trace)) for found in result.findings]


def claims(bad: Callable[[Any], Any]) -> list[Property]:
    """Claims of each kind; `bad` is true of every third state."""
    return [
        always("a", lambda s: not bad(s)),
        always("premise", lambda s: True, premise=bad),
        sometimes("s", bad),
        always_step("as", lambda before, event, after: not bad(after)),
        always_step("as2", lambda before, event, after: not (bad(before) and after.x == 0)),
        leads_to("l", lambda s: s.x == 0, bad),
        leads_to("l2", bad, lambda s: s.x == 1),
        leads_to("l3", lambda s: True, bad, within=lambda event: False),
        can_recover("c", bad),
        can_recover("c2", bad, within=lambda event: event == "nothing"),
        when_settled("w", lambda s: not bad(s), within=lambda event: event == "nothing"),
    ]


EXPECTED = [("violated", False, 2), ("holds", False, 0), ("holds", False, 2), ("violated", False, 2),
            ("violated", False, 3), ("holds", False, 0), ("holds", False, 0), ("violated", False, 0),
            ("holds", False, 0), ("violated", False, 0), ("violated", False, 2)]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("style", [*STYLES, *REFUSED_IN_RULES])
def test_predicates_answer_as_on_frozen_records(style: str, engine: str) -> None:
    bad = (STYLES | REFUSED_IN_RULES)[style]
    assert [bool(bad(State(n, Part(n), (Part(n), Part(n)), Own(n), Loose(n)))) for n in range(3)] == [
        False,
        False,
        True,
    ]
    assert verdicts(ENGINES[engine](Model()).verify(*claims(bad))) == EXPECTED


def spoiling(bad: Callable[[Any], Any]) -> Rule:
    """A rule that spoils bad states."""

    def spoil(s: Any) -> bool:
        if not bad(s):
            return False
        s.bad = True
        return True

    return Rule("spoil", spoil)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("style", STYLES)
def test_rules_see_what_predicates_see(style: str, engine: str) -> None:
    result = ENGINES[engine](Model(spoiling(STYLES[style]))).verify(always("a", lambda s: not s.bad))
    assert (verdicts(result), result.findings[0].trace) == ([("violated", False, 3)], ("count", "count", "spoil"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("style", REFUSED_IN_RULES)
def test_rules_are_refused_what_no_view_can_answer(style: str, engine: str) -> None:
    """The error names the rule and the line."""
    with pytest.raises(ModelError, match=r"^rule spoil .*\(?test_user_code\.py:\d+\)"):
        ENGINES[engine](Model(spoiling(REFUSED_IN_RULES[style]))).verify(always("a", lambda s: not s.bad))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cached_property_is_computed_again_after_an_assignment(engine: str) -> None:
    def spoil(s: Any) -> bool:
        before = s.part.left, s.twice
        s.part.n, s.x = 2, 2
        s.bad = (s.part.left, s.twice) == (0, 4) and before == (2, 0)
        return True

    result = ENGINES[engine](Model(Rule("spoil", spoil))).verify(always("a", lambda s: not s.bad))
    assert result.findings[0].trace == ("spoil",)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_predicate_that_assigns_is_an_error(engine: str) -> None:
    with pytest.raises(ModelError, match=r"property 'a'.*\(test_user_code\.py:\d+\)"):
        ENGINES[engine](Model()).verify(always("a", lambda s: setattr(s, "x", 1) is None))


@attrs.frozen(eq=False)
class Nameless:
    """A record that compares by identity."""

    n: int = attrs.field(default=0, metadata={"domain": range(3)})


def test_what_compares_by_identity_has_no_answer_in_a_state() -> None:
    holder = attrs.make_class("Holder", {"a": attrs.field(default=Nameless()), "b": attrs.field(default=Nameless())},
                              frozen=True)  # fmt: skip

    class Two:
        rules = [Rule("stay", lambda s: s.a.n == 5)]

        def initial_states(self) -> list[Any]:
            return [holder()]

    with pytest.raises(ModelError, match=r"Nameless compares by identity \(eq=False\).*test_user_code\.py"):
        CompiledChecker(Two()).verify(always("a", lambda s: s.a == s.b))
