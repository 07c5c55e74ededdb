"""Annotations that list their values give a field its domain, on both engines."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Literal, Optional

import attrs
import pytest

from failover_fsm.checker import Checker, ModelError, PlainModel, Rule
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.records.annotated import declared_domain

if TYPE_CHECKING:
    from somewhere import Unknown  # type: ignore[import-not-found]


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


@attrs.frozen
class Signal:
    word: Literal["stop", "go"] = "stop"
    colour: Colour | None = None
    known: Optional[bool] = None  # noqa: UP045
    count: int = attrs.field(default=0, metadata={"domain": range(3)})
    choice: Literal["a", "b"] = attrs.field(default="a", metadata={"domain": ("a",)})
    endless: int | None = None


@attrs.frozen
class Unresolved:
    there: Unknown | None = None
    word: Literal["a"] = "a"


def test_the_domain_is_what_the_annotation_lists() -> None:
    domains = {field.name: declared_domain(Signal, field.name) for field in attrs.fields(Signal)}
    assert domains == {
        "word": ("stop", "go"), "colour": (Colour.RED, Colour.GREEN, None), "known": (False, True, None),
        "count": range(3), "choice": ("a",), "endless": None,
    }  # fmt: skip
    assert declared_domain(Unresolved, "word") is None  # one name of the class is not there


@attrs.frozen
class Lamp:
    word: Literal["stop", "go"] = "stop"
    colour: Colour | None = None


def turn(lamp: Any) -> bool:
    lamp.word = "go" if lamp.word == "stop" else "stop"
    return True


def light(lamp: Any) -> bool:
    lamp.colour = {None: Colour.RED, Colour.RED: Colour.GREEN, Colour.GREEN: None}[lamp.colour]
    return True


def misspell(lamp: Any) -> bool:
    lamp.word = "sotp"
    return True


class Lamps:
    def __init__(self, *acts: Any) -> None:
        self.rules = [Rule(act.__name__, act) for act in acts]

    def initial_states(self) -> list[Lamp]:
        return [Lamp()]


ENGINES: dict[str, Any] = {"plain": lambda model: Checker(PlainModel(model)), "compiled": CompiledChecker}


@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_know_it(engine: str) -> None:
    result = ENGINES[engine](Lamps(turn, light)).verify()
    assert (result.states, result.transitions) == (6, 12)
    with pytest.raises(ModelError, match="word cannot be 'sotp'; allowed: 'stop', 'go'"):
        ENGINES[engine](Lamps(misspell)).verify()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_field_without_a_domain_is_told_what_to_declare(engine: str) -> None:
    @attrs.frozen
    class Number:
        value: int = 0

    def up(number: Any) -> bool:
        number.value += 1
        return True

    model = Lamps(up)
    model.initial_states = lambda: [Number()]  # type: ignore[assignment,list-item,method-assign]
    wanted = r'value has no finite domain: 0; .*as in attrs.field\(metadata=\{"domain": range\(4\)\}\)'
    with pytest.raises(ModelError, match=wanted):
        ENGINES[engine](model).verify()
