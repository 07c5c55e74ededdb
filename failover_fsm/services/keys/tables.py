"""The tables of the failover key: what the command does where it is entered, and what the keys do to the link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failover_fsm.pair.tables import Effect, Guard, Table, ignore
from failover_fsm.services.keys import case as c
from failover_fsm.services.keys.case import Side
from failover_fsm.services.keys.records import KeyEntered, KeyRemoved, KeysCompared, Talk
from failover_fsm.services.machine import MachineRow

__all__ = ["KEY", "LINK", "TABLES"]


def _row(
    states: Any, event: Any, reason: str, *rules: str, do: tuple[Effect, ...] = (), when: Guard | None = None
) -> MachineRow[Any]:
    """A row that is carried out; one without effects refuses."""
    return MachineRow(states, event, when=when, do=do, reason=reason, rules=rules, refuses=not do)


_BOTH = (c.keep_here, c.keep_there)

KEY: Table[Side] = Table.of(
    "key",
    tuple(Side),
    (KeyEntered, KeyRemoved),
    [
        _row(Side.STOPPED, KeyEntered, "the unit is not running", "KEY-4"),
        _row(Side.OFF, KeyEntered, "failover is off: nothing crosses", "KEY-8", do=(c.keep_here,)),
        _row(Side.ACTIVE, KeyEntered, "the key crosses to the peer in clear text", "KEY-1", "KEY-4", "KEY-8",
             do=(*_BOTH, c.expose), when=c.reaches_in_clear),
        _row(Side.ACTIVE, KeyEntered, "the key crosses to the peer, encrypted with the old one", "KEY-4", "KEY-8",
             do=_BOTH, when=c.reaches),
        _row(Side.ACTIVE, KeyEntered, "the peer does not get it", "KEY-3", "KEY-4", do=(c.keep_here,)),
        _row(Side.STANDBY, KeyEntered, "the unit is not the active one, and keeps it for itself", "KEY-3", "KEY-4",
             do=(c.keep_here,)),
        _row(Side.STOPPED, KeyRemoved, "the unit is not running", "KEY-4"),
        _row(Side.OFF, KeyRemoved, "failover is off: nothing crosses", "KEY-8", do=(c.keep_here,)),
        _row(Side.ACTIVE, KeyRemoved, "the peer drops its key too", "KEY-4", do=_BOTH, when=c.reaches),
        _row(Side.ACTIVE, KeyRemoved, "the peer keeps its key", "KEY-3", "KEY-4", do=(c.keep_here,)),
        _row(Side.STANDBY, KeyRemoved, "the unit is not the active one: the peer keeps its key", "KEY-3", "KEY-4",
             do=(c.keep_here,)),
    ],
)  # fmt: skip
"""What the command does, by the unit on which it is entered."""

LINK: Table[Talk] = Table.of(
    "link",
    tuple(Talk),
    (KeysCompared,),
    [
        _row(Talk.NONE, KeysCompared, "the keys differ: no message is accepted", "KEY-3", do=(c.silence,),
             when=c.link_works),
        _row((Talk.CLEAR, Talk.ENCRYPTED), KeysCompared, "the keys agree again", "KEY-3", do=(c.speak,),
             when=c.is_silenced),
        ignore(tuple(Talk), (KeysCompared,), "the units understand each other as before, or not"),
    ],
)  # fmt: skip
"""What the keys do to the failover link."""

TABLES: Mapping[str, Table[Any]] = {table.name: table for table in (KEY, LINK)}
"""The tables by name."""
