"""What a model shows has a form; what an adapter tells is compared with it, and refused if no state has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, Flag
from fractions import Fraction
from typing import Any, NamedTuple

import attrs
import pytest

from failover_fsm.testing.kit.python_text import NoExpression, Source
from failover_fsm.testing.kit.values import Form, agrees, is_empty, is_whole, words_of


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Flags(Flag):
    A = 1
    B = 2


class Text:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


@attrs.frozen
class Box:
    size: int
    _hidden: str = "x"


@dataclass(frozen=True)
class Point:
    x: int
    y: tuple[int, ...] = ()


class Named(NamedTuple):
    first: str
    second: Any = None


def form(*values: Any) -> Form:
    learned = Form()
    for value in values:
        learned.learn(value)
    return learned


@pytest.mark.parametrize(
    ("shown", "seen", "complaint"),
    [
        (["a", "b"], "b", None),
        (["a", "b"], "c", "'c' (str); allowed: 'a', 'b'"),
        (["a", None], None, None),
        ([Colour.RED], Colour.RED, None),
        ([Colour.RED], "red", "'red' (str); allowed: Colour.RED"),
        ([Colour.RED], Colour.BLUE, "Colour.BLUE (Colour); allowed: Colour.RED"),
        ([1, 2], 7, None),
        ([1, 2], 7.5, "7.5 (float); allowed: 1, 2"),
        ([True, False], 7, "7 (int); allowed: True, False"),
        ([("a", 1)], ("a", 9), None),
        ([("a", 1)], ("b", 1), "at place 0 'b' (str); allowed: 'a'"),
        ([("a", 1)], ("a",), "('a',) (tuple); allowed: a tuple of 2"),
        ([{"x": {"y": "a"}}], {"x": {"y": "b"}}, "at key 'x' at key 'y' 'b' (str); allowed: 'a'"),
        ([{"x": "a"}], {}, None),
        ([{"x": "a"}], "x", "'x' (str); allowed: a mapping with the keys 'x'"),
        ([frozenset("ab")], frozenset("b"), None),
        ([frozenset("ab")], frozenset("c"), "'c' (str); allowed: 'a', 'b'"),
        ([frozenset("ab")], {"a"}, "{'a'} (set); allowed: a frozenset"),
        (["a"], ["a"], "['a'] (list); allowed: 'a'"),
    ],
)
def test_what_no_state_has_is_named_with_what_is_allowed(shown: list[Any], seen: Any, complaint: str | None) -> None:
    assert form(*shown).complaint(seen) == complaint


def test_words_that_may_not_be_all_are_told_by_their_type_only() -> None:
    assert form("a").complaint("b", known=False) is None
    assert form("a").complaint(1, known=False) == "1 (int); allowed: 'a'"


def test_a_partial_mapping_agrees_and_is_not_whole() -> None:
    shown = {"a": 1, "b": {"c": 2, "d": 3}}
    assert agrees(shown, {"b": {"c": 2}}) and not agrees(shown, {"b": {"c": 3}}) and not agrees(shown, {"e": 1})
    assert is_whole(shown, {"a": 1, "b": {"c": 2, "d": 3}}) and not is_whole(shown, {"a": 1, "b": {"c": 2}})
    assert is_empty({}) and is_empty({"b": {}}) and not is_empty({"b": {"c": 2}}) and not is_empty(())


def test_words() -> None:
    assert words_of(("a", Colour.RED, 1)) == "a / red / 1"
    assert words_of({"a": "x", "b": ("y", "z")}) == "a: x, b: y / z"
    assert words_of(frozenset("ba")) == "{a, b}" and words_of("a\nb") == "a\\nb" and words_of({}) == "nothing"


VALUES = [
    ("a'b", 1, 1.5, None, True, b"x"),
    [Colour.BLUE, {"k": (Colour.RED,)}, {1}, frozenset({2}), ()],
    Box(3),
    Point(1, (2,)),
    Named("a", Box(1, "y")),
    [Fraction(1, 2), date(2020, 1, 2), float("inf"), 2j, Flags.A, Flags.A | Flags.B],
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_an_expression_with_its_imports_gives_the_value(value: Any) -> None:
    source = Source()
    names: dict[str, Any] = {}
    text = source.expression(value)
    exec("\n".join(source.imports), names)
    assert eval(text, names) == value


@attrs.frozen
class Outer:
    @attrs.frozen
    class Inner:
        x: int = 1


def test_a_class_in_a_class_is_imported_by_the_outer_one() -> None:
    assert Source().expression(Outer.Inner()) == "Outer.Inner(x=1)"


@pytest.mark.parametrize("text", ["<ev>", "on", "3", "Text", "Text(on)", "other(1)", "a b", "'a'", "\0"])
def test_what_cannot_be_read_back_is_refused_wherever_it_lies(text: str) -> None:
    for value in (Text(text), [Text(text)], Box(Text(text))):  # type: ignore[arg-type]  # on purpose
        with pytest.raises(NoExpression, match=r"cannot be read back by Python; allowed: words, numbers"):
            Source().expression(value)


def test_a_class_in_a_function_cannot_be_imported() -> None:
    @attrs.frozen
    class Local:
        x: int = 1

    with pytest.raises(NoExpression, match=r"<locals>.Local cannot be read back"):
        Source().expression(Local())
