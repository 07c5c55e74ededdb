"""Changes that are tried on frozen records first, and properties whose answers are looked up."""

from __future__ import annotations

import enum
from typing import Any

import attrs
import pytest

from failover_fsm.pair.phases import Handover, PeerContact, Phase, Role
from failover_fsm.pair.states import Group, UnitState
from failover_fsm.records import answered, applied, ask_of, bring, brought, edit


def bring_up(own: Any, phase: Phase) -> str:
    """Changes a record by `bring` alone."""
    bring(own, "phase", phase)
    for group in own.groups:
        bring(group, "role", Role.ACTIVE)
    return "told"


def test_what_changes_nothing_returns_the_record_itself() -> None:
    same = UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE),))
    after, told = brought(bring_up, same, Phase.UP)
    assert after is same and told == "told"


@pytest.mark.parametrize("change", [applied, brought])
def test_what_changes_a_frozen_record_gives_the_next_one(change: Any) -> None:
    before = UnitState(phase=Phase.UP)
    after, told = change(bring_up, before, Phase.UP)
    assert after == UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE),)) and told == "told"
    assert before == UnitState(phase=Phase.UP), "the record stays as it was"


@pytest.mark.parametrize("change", [applied, brought])
def test_a_view_is_assigned_to_itself(change: Any) -> None:
    view = edit(UnitState())
    after, _ = change(bring_up, view, Phase.UP)
    assert after is view and view.freeze().groups[0].role is Role.ACTIVE


def test_errors_of_a_change_are_its_own() -> None:
    def refuse(own: Any) -> None:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        brought(refuse, UnitState())


@pytest.mark.parametrize(
    ("kind", "field", "values", "names"),
    [
        (UnitState, "phase", Phase, ("powered", "up", "joining", "negotiating")),
        (UnitState, "contact", PeerContact, ("acquainted",)),
        (Group, "handover", Handover, ("quiet", "travelling_by_data")),
        (Group, "role", Role, ("active",)),
    ],
)
def test_answers_that_are_looked_up_are_those_that_views_work_out(
    kind: type, field: str, values: type[enum.Enum], names: tuple[str, ...]
) -> None:
    for value in values:
        record = kind(**{field: value})
        for name in names:
            assert getattr(record, name) is getattr(edit(record), name), (value, name)
    assert all(len({getattr(kind(**{field: value}), name) for value in values}) == 2 for name in names)


class Lamp(enum.Enum):
    """A leaf."""

    ON = "on"
    OFF = "off"


def test_a_class_of_ones_own_keeps_its_docstrings() -> None:
    @answered(bright="lamp")
    @attrs.frozen
    class Room:
        lamp: Lamp = Lamp.OFF

        @property
        def bright(self) -> bool:
            """The lamp is on."""
            return ask_of(self, "lamp", lambda lamp: lamp is Lamp.ON)

    assert Room(Lamp.ON).bright and not Room().bright
    assert vars(Room)["bright"].__doc__ == "The lamp is on."
    view = edit(Room())
    view.lamp = Lamp.ON
    assert view.bright, "a view may have changed since"
