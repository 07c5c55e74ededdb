"""Pairs made by hand, and an observer's look at them: what formulas are asked of in unit tests."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import (
    Group,
    Interface,
    Links,
    LinkState,
    Modules,
    PeerContact,
    Phase,
    PortState,
    Role,
    State,
    UnitState,
)

__all__ = [
    "ACTIVE", "ANSWERED", "BOTH", "CHECK", "CUT_LINK", "DEAD_MODULES", "DELIVERED", "FAILED", "GROUPS", "HELLO", "NONE",
    "NO_STATEFUL", "PRIMARY", "READY", "SECONDARY", "Differing", "groups_of", "look", "port", "unit",
]  # fmt: skip

PRIMARY, SECONDARY = Unit.PRIMARY, Unit.SECONDARY
BOTH = (PRIMARY, SECONDARY)
NONE, ACTIVE, READY, FAILED = Role.NONE, Role.ACTIVE, Role.STANDBY_READY, Role.FAILED

CUT_LINK = Links(failover=LinkState.CUT)
NO_STATEFUL = Links(stateful=LinkState.CUT)
DEAD_MODULES = {
    PRIMARY: Modules(primary=LinkState.CUT),
    SECONDARY: Modules(secondary=LinkState.CUT),
}

HELLO, CHECK = e.HelloHeard(unit=PRIMARY), e.InterfacesChecked(unit=PRIMARY)
DELIVERED, ANSWERED = e.MessageDelivered(unit=PRIMARY), e.PeerAnsweredOnData(unit=PRIMARY)

_OF_GROUP = {field.name for field in attrs.fields(Group)}


def groups_of(*preferred: Unit, preempt: bool = True) -> Settings:
    """An Active/Active pair whose groups prefer these units."""
    return Settings(groups=tuple(GroupSettings(preferred=each, preempt=preempt) for each in preferred))


GROUPS = groups_of(PRIMARY, SECONDARY)
"""An Active/Active pair with a group at home on each unit."""


def unit(role: Role = NONE, *others: Group, phase: Phase = Phase.UP, **fields: Any) -> UnitState:
    """A unit that is up and hears its peer on the failover link, unless something else is said.

    Args:
        role: Of its only group, or of the first one.
        others: Its other groups.
        phase: Of the unit.
        fields: More fields of the first group and of the unit.
    """
    of_group = {name: value for name, value in fields.items() if name in _OF_GROUP}
    of_unit = {name: value for name, value in fields.items() if name not in _OF_GROUP}
    groups = (Group(role=role, **of_group), *others)
    return UnitState(**{"phase": phase, "contact": PeerContact.LINK, "groups": groups, **of_unit})


def port(primary: PortState = PortState.GOOD, secondary: PortState = PortState.GOOD, **fields: Any) -> Interface:
    """An interface with these ports."""
    return Interface(primary=primary, secondary=secondary, **fields)


def look(
    primary: UnitState | Role = ACTIVE,
    secondary: UnitState | Role = READY,
    pair: Settings | None = None,
    *,
    index: int = 0,
    **fields: Any,
) -> Observer:
    """An observer's look at a pair.

    Args:
        primary: The primary, or the role of one that is up.
        secondary: The secondary likewise.
        pair: What the pair is configured to do; an Active/Standby pair without interfaces if nothing is said.
        index: The position of the group that is looked at.
        fields: More fields of the state.
    """
    first, second = (unit(each) if isinstance(each, Role) else each for each in (primary, secondary))
    return Observer(State(primary=first, secondary=second, **fields), pair or Settings(), index)


@attrs.frozen(kw_only=True)
class Differing(Settings):
    """What a pair is configured to do whose secondary has other interfaces, policies or groups by commands."""

    secondary: Settings

    def at(self, state: Any, unit: Unit) -> Settings:
        """The settings of the unit."""
        return self if unit is PRIMARY else self.secondary
