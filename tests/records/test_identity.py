"""Functions that ask for a class by identity are found in their code, and others are not."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.records import TypeTests

S = P = int
NAMED: Any = None


def direct(s: Any) -> Any:
    return type(s) is S and s.x == 1


def negated(s: Any) -> Any:
    return (type(s.part) is not P) or s.a


def turned(s: Any) -> Any:
    return S is type(NAMED(s).x)


def kept(s: Any) -> Any:
    kind = type(s.part)
    return kind is not P


def kept_with_others(s: Any) -> Any:
    a, kind = s.a, type(s)
    return a and kind is NAMED.P


def of_both(s: Any) -> Any:
    return type(s.a) is type(s.b)


def in_comprehension(s: Any) -> Any:
    return [1 for p in s.parts if type(p) is S]


def in_another(s: Any) -> Any:
    return direct(s)


def enclosing(inner: Any) -> Any:
    return lambda s: inner(s.part)


def in_default(s: Any, test: Any = direct) -> Any:
    return test(s)


def of_event(before: Any, event: Any, after: Any) -> Any:
    return type(event) is S or before == after


@pytest.mark.parametrize(
    "function",
    [
        direct, negated, turned, kept, kept_with_others, of_both, in_comprehension, in_another, enclosing(direct),
        in_default, lambda s: type(s) is S, functools.partial(direct), of_event,
    ],
)  # fmt: skip
def test_a_test_by_identity_is_found_with_its_line(function: Any) -> None:
    found = TypeTests().find(function)
    assert found is not None
    assert found.file == __file__
    line = Path(__file__).read_text().splitlines()[found.line - 1]
    assert "type(" in line or "kind is" in line


def equal(s: Any) -> Any:
    return s.x is S and type(s) == S  # noqa: E721


def contained(s: Any) -> Any:
    return type(s) in (S,) and s.p is not S


def compared_with_none(s: Any) -> Any:
    return s.x is None and type(s).__name__ == "x"


def class_of_record(s: Any) -> Any:
    return s.__class__ is S and isinstance(s, type)


def field_like_a_function(s: Any) -> Any:
    """Its field is called as a function of this module is, which it does not call."""
    return s.direct or s.kept


def kept_for_more(s: Any) -> Any:
    own, kind = s.own, type(s.event)
    leaves = own.to is not None and own.to is not S
    return leaves and own is S.phase and kind in NAMED.events


def result_compared(s: Any) -> Any:
    return (type(s) == S) is True  # noqa: E721


@pytest.mark.parametrize(
    "function",
    [
        equal,
        contained,
        compared_with_none,
        class_of_record,
        kept_for_more,
        result_compared,
        field_like_a_function,
        len,
        S,
        None,
    ],
)
def test_what_a_view_answers_is_left_alone(function: Any) -> None:
    assert TypeTests().find(function) is None


def test_the_class_of_an_event_may_be_asked() -> None:
    """Events are no views; and a function that is clean is not looked at again."""
    tests = TypeTests()
    assert tests.find(of_event, besides="event") is None
    assert tests.find(lambda before, event, after: type(before) is S, besides="event") is not None
    assert tests.find(of_event, besides="event") is None
