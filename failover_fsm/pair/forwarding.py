"""Spanning tree: a switch port that comes up passes nothing until it forwards, unless it has PortFast (LNK-13).

With the option `forward_delay` a port that comes up is BLOCKED, and the failover link, which then is taken to run over
a switch, carries nothing either, until the switch forwards. In time that is so many seconds later; else at any time. A
port that is blocked counts as broken still. In time a unit that boots brings its ports up too; without time that is
covered by ports that go down while it is off.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.faults import Change
from failover_fsm.pair.impairments import is_blocked, with_impairment, with_link_blocked
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, PortState, State, Unit
from failover_fsm.records import ask

__all__ = ["interface_forwards", "is_link_blocked", "then_blocked", "unit_boots"]


def interface_forwards(interface: Interface, event: Any) -> Interface | None:
    """The interface whose blocked port at the event's unit forwards; None where it is not blocked."""
    return interface.with_line(event.unit, PortState.GOOD) if interface.line(event.unit) is PortState.BLOCKED else None


def then_blocked(change: Change) -> Change:
    """A change that brings the failover link up, after which the switches do not forward there yet."""

    def apply(state: Any, settings: Settings, event: e.Event) -> tuple[Output, ...]:
        outputs = change(state, settings, event)
        if settings.options.forward_delay:
            state.impairments = ask(state.impairments, with_link_blocked)
        return outputs

    return apply


def is_link_blocked(state: Any) -> bool:
    """The failover link is up, and its switches do not forward there yet."""
    return ask(state.impairments, is_blocked)


def unit_boots(state: State, settings: Settings, unit: Unit) -> State:
    """The state in which the ports of a unit have just come up with it, in time."""
    if not settings.options.forward_delay:
        return state
    interfaces = tuple(
        item.with_line(unit, PortState.BLOCKED) if item.line(unit) is PortState.GOOD else item
        for item in state.interfaces
    )
    return attrs.evolve(
        state, interfaces=interfaces, impairments=with_impairment(state.impairments, "blocked", unit, True)
    )
