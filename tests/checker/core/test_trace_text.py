"""A run as text: whole at first, then only what changed."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, NamedTuple

import attrs
import pytest

from failover_fsm.checker import Checker, always, deadlock, eventually_always, leads_to
from failover_fsm.checker.core.trace_text import changes, event_text, fields_of, value_text
from tests.toys import toy


class Colour(enum.Enum):
    RED = 1


@attrs.frozen
class Lamp:
    colour: Colour = Colour.RED
    lit: bool = False


@dataclasses.dataclass(frozen=True)
class Road:
    lamps: tuple[Any, ...]
    name: str


class Point(NamedTuple):
    x: int


@attrs.frozen
class Held:
    lamps: tuple[Lamp, ...] = attrs.field(default=(), metadata={"most": 2})
    one: Lamp | None = None
    two: tuple[Lamp, ...] = (Lamp(),)


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        (Lamp(), {"colour": "RED", "lit": "False"}),
        (Road((Lamp(), Point(3)), "A 1"), {
            "lamps[0].colour": "RED", "lamps[0].lit": "False", "lamps[1].x": "3", "name": "A 1",
        }),
        (("a", 2, ()), {"[0]": "a", "[1]": "2", "[2]": "()"}),
        ("green", {"state": "green"}),
        (frozenset({2, 10}), {"state": "{2, 10}"}),
        (frozenset({Colour.RED}), {"state": "{RED}"}),
        (Held(), {"lamps": "()", "one": "None", "two[0].colour": "RED", "two[0].lit": "False"}),
        (Held((Lamp(),), Lamp(lit=True)), {
            "lamps": "(Lamp(colour=RED, lit=False))", "one": "Lamp(colour=RED, lit=True)",
            "two[0].colour": "RED", "two[0].lit": "False",
        }),
    ],
)  # fmt: skip
def test_the_fields_of_a_state_have_the_names_of_python(state: Any, fields: dict[str, str]) -> None:
    assert fields_of(state) == fields


def test_only_what_changed_is_told() -> None:
    assert changes(Lamp(), Lamp(lit=True)) == ["lit: False -> True"]
    assert changes((1, 2), (1,)) == ["[1]: 2 -> absent"]
    assert changes(Lamp(), Lamp()) == []


def test_an_event_is_one_line() -> None:
    assert event_text(("timeout", 1)) == "timeout 1"
    assert event_text("cars change") == "cars change"
    assert event_text(("a\nb", "")) == "a b ''"
    assert value_text(" ") == "' '"


def test_a_run_that_ends_and_one_that_goes_on() -> None:
    claims = (always("no c", lambda s: s != "c"), leads_to("away", lambda s: s == "a", lambda s: s == "c"))
    safety, liveness = Checker(toy("a x b y a", "b z c")).verify(*claims).findings
    assert safety.text().split("\n") == [
        "start",
        "    state = a",
        "1. x",
        "    state: a -> b",
        "2. z",
        "    state: b -> c",
    ]
    assert "from here on, again and again" in liveness.text().split("\n")
    stuck = Checker(toy("a x b")).verify(eventually_always("a", lambda s: s == "a"), deadlock())
    assert stuck.findings[0].text().endswith("nothing more happens")
    assert stuck.findings[1].text().endswith("state: a -> b")
    assert Checker(toy("a x b")).verify(always("true", lambda s: True)).findings[0].text() == ""
