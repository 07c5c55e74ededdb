"""How obstacles come and go, and what the world refuses for their sake.

Each `Change` here is given to an event class by `pair.registry`. What a unit itself does about an obstacle stands in
the tables; here stands only what no unit decides: where an obstacle can strike, and what it keeps from happening.
"""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import UNITS
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.faults import ALREADY, Change, lose_messages
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.obstacles import Mismatch, Obstacles, gave_up
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase
from failover_fsm.records import ask

__all__ = ["keys", "mismatch", "of_unit", "refuse_hindered"]

NO_HEARTBEAT = "MIO module heartbeat failure detected, failover can not be enabled"
"""What a unit answers to `failover` while its supervisor does not (a line of a real boot)."""


def mismatch(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
    """The units differ, or match again.

    Software, mode and hardware change only while a unit does not run; a license can end at any time.
    """
    wanted = event.what if isinstance(event, e.UnitsMismatched) else None
    if ask(state.obstacles, Obstacles.mismatched) is (wanted is not None):
        raise NotPossible(event, ALREADY)
    if wanted not in (None, Mismatch.LICENSE) and all(state.unit(unit).powered for unit in UNITS):
        raise NotPossible(event, "both units run; allowed: what=license, or while a unit does not run")
    state.obstacles = ask(state.obstacles, Obstacles.with_mismatch, wanted)
    return ()


def keys(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
    """The keys of the units differ, or are the same again; what is on its way on the failover link is lost."""
    differ = isinstance(event, e.KeysMismatched)
    if ask(state.obstacles, Obstacles.keys_agree) is not differ:
        raise NotPossible(event, ALREADY)
    state.obstacles = ask(state.obstacles, Obstacles.with_keys, differ)
    return tuple(lose_messages(state, settings)) if differ else ()


def of_unit(name: str) -> Change:
    """The change of an obstacle of one unit, an attribute of `Obstacles`."""

    def change(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
        there = isinstance(event, e.Fault)
        if ask(state.obstacles, Obstacles.has, name, event.unit) is there:
            raise NotPossible(event, ALREADY)
        state.obstacles = ask(state.obstacles, Obstacles.with_unit, name, event.unit, there)
        return ()

    return change


def refuse_hindered(state: Any, settings: Settings, event: e.AtUnit) -> None:
    """What an obstacle or a hindrance keeps from happening at all.

    Raises:
        Refused: A command that the unit refuses for it.
        NotPossible: A synchronisation that gets stuck although nothing has interrupted it.
    """
    if isinstance(event, e.FailoverEnabled) and ask(state.obstacles, Obstacles.lacks_heartbeat, event.unit):
        own = state.unit(event.unit)
        if own.powered and not own.enabled:
            raise Refused(event, NO_HEARTBEAT)
    if isinstance(event, e.WriteStandby):
        peer = state.unit(event.unit.peer)
        if peer.phase is Phase.UP and ask(peer.hindrance, gave_up):
            raise Refused(event, "the standby has given up its synchronisation; reset it or reload it")
    if isinstance(event, e.SynchronizationStuck) and hears_on_link(state, settings, event.unit):
        raise NotPossible(event, "the failover link is there; allowed: after it was lost during a synchronisation")
