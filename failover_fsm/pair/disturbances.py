"""Faults without a cut: a unit that hangs, congestion, links and paths that work one way (changes for `pair.registry`).

A message that was on its way to where nothing arrives any more is lost; so is one that is sent later. Of what a unit
sends before it hangs nothing is late: it arrives before, or never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import UNITS
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.faults import ALREADY, Change, lose_messages
from failover_fsm.pair.impairments import is_impaired, with_impairment
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.phases import is_powered
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, State
from failover_fsm.records import ask, ask_of

__all__ = ["impairs", "is_broken", "path_is_one_way", "path_works_both_ways"]


def impairs(name: str) -> Change:
    """The change of a field of `Impairments` at the event's unit: true by a fault, false by its repair."""

    def change(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
        begins = isinstance(event, e.Fault)
        if ask(state.impairments, is_impaired, name, event.unit) is begins:
            raise NotPossible(event, ALREADY)
        if isinstance(event, e.UnitPaused) and not ask_of(state.unit(event.unit), "phase", is_powered):
            raise NotPossible(event, "the unit is not running")
        state.impairments = ask(state.impairments, with_impairment, name, event.unit, begins)
        return tuple(lose_messages(state, settings)) if begins else ()

    return change


def is_broken(name: str) -> Callable[[State], Iterator[bool]]:
    """For each unit, whether the field of `Impairments` is true of it."""
    return lambda state: (ask(state.impairments, is_impaired, name, unit) for unit in UNITS)


def path_is_one_way(interface: Interface, event: Any) -> Interface | None:
    """The unit of the event does not hear its peer on the interface any more; None where nobody, or one, hears."""
    whole = interface.path is LinkState.GOOD and interface.deaf is None
    return attrs.evolve(interface, deaf=event.unit) if whole else None


def path_works_both_ways(interface: Interface, event: Any) -> Interface | None:
    """The unit of the event hears its peer there again."""
    return attrs.evolve(interface, deaf=None) if interface.deaf is event.unit else None
