"""The tables of saving: what happens to a space on a unit, and to the connections through it.

COPY has a row for everything that can happen, by the mark of the copy. Rows are tried in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from failover_fsm.pair.states import ConfigSync, Role
from failover_fsm.pair.tables import Effect, Guard, Row, Table, ignore
from failover_fsm.services.saving import case as c
from failover_fsm.services.saving import happenings as h

__all__ = ["CONNECTIONS", "COPY", "TABLES"]

_ALL = tuple(ConfigSync)
_SYNCHRONIZED, _OVERRUN, _OUT = ConfigSync.SYNCHRONIZED, ConfigSync.OVERRUN, ConfigSync.OUT_OF_SYNC


def _row(
    states: Iterable[Any],
    event: type[h.Happening],
    reason: str,
    *rules: str,
    when: Guard | None = None,
    to: Any = None,
    do: tuple[Effect, ...] = (),
) -> Row[Any]:
    return Row(tuple(states), event, when=when, to=to, do=do, reason=reason, rules=rules)


COPY: Table[ConfigSync] = Table.of(
    "space",
    _ALL,
    h.HAPPENINGS,
    [
        _row(_ALL, h.Configured, "entered where it belongs", "CMD-1", "CMD-20", "CMD-22",
             when=c.on_right_unit, do=(c.get_change,)),
        _row((_OVERRUN,), h.Configured, "may be overwritten by the copy under way", "SYN-6",
             when=c.receives, do=(c.get_change,)),
        _row(_ALL, h.Configured, "entered on the wrong unit", "CMD-11", "CMD-23", to=_OUT, do=(c.get_change,)),
        _row(_ALL, h.PeerConfigured, "may be missing from the copy under way", "SYN-5",
             when=c.receives, to=_OVERRUN, do=(c.miss_change,)),
        _row(_ALL, h.PeerConfigured, "replicated", "CMD-2", "CMD-20", when=c.command_arrives, do=(c.get_change,)),
        _row(_ALL, h.PeerConfigured, "cannot cross", "CMD-2", "CMD-19",
             when=c.on_right_unit, to=_OUT, do=(c.miss_change,)),
        _row(_ALL, h.PeerConfigured, "not replicated: entered on the wrong unit", "CMD-11", "CMD-23",
             do=(c.miss_change,)),
        _row(_ALL, h.Saved, "the external server is not reached", "SYN-13", when=c.cannot_write),
        _row(_ALL, h.Saved, "one file on the server serves both units", "SYN-13", when=c.is_written_by_the_peer),
        _row(_ALL, h.Saved, "saved before the copy is complete", "SYN-5", when=c.receives, do=(c.save_in_part,)),
        _row(_ALL, h.Saved, "saved", "SYN-10", "SYN-11", "SYN-12", "SYN-17", "CMD-17", "CMD-18", "CMD-28", "CFG-22",
             do=(c.save,)),
        _row(_ALL, h.Written, "written by the peer", "CMD-25", "CMD-27", to=_SYNCHRONIZED, do=(c.take_running,)),
        _row(_ALL, h.WrittenToPeer, "the peer has it too", "CMD-25", "CMD-27", to=_SYNCHRONIZED),
        _row(_ALL, h.CopyArrived, "used from the next boot on", "SYN-14", do=(c.take_file,)),
        _row(_ALL, h.ReceptionBegan, "cleared, and received anew, in memory only", "SYN-3", "SYN-9",
             to=_OUT, do=(c.take_running,)),
        _row((_OVERRUN,), h.Received, "received, and something may be missing", "SYN-5",
             to=_OUT, do=(c.keep_received,)),
        _row((_SYNCHRONIZED, _OUT), h.Received, "received", "SYN-3", "SYN-6", to=_SYNCHRONIZED, do=(c.keep_received,)),
        _row(_ALL, h.PeerReceived, "the peer has it all", "SYN-3", when=c.peer_is_in_step, to=_SYNCHRONIZED),
        _row(_ALL, h.ReceptionLeft, "left incomplete", "SYN-3", to=_OUT, do=(c.lose_running,)),
        _row(_ALL, h.SenderStopped, "left incomplete", "SYN-3", to=_OVERRUN, do=(c.lose_running,)),
        _row(_ALL, h.PeerElected, "the peer runs what it had saved", "SYN-9", "CMD-16", to=_OUT),
        _row(_ALL, h.Stopped, "only what was saved remains", "SYN-9", "CMD-16",
             to=_SYNCHRONIZED, do=(c.lose_running,)),
        _row(_ALL, h.Booted, "the external server is not reached", "SYN-13", when=c.cannot_write),
        _row(_ALL, h.Booted, "loads what was saved", "SYN-9", "SYN-14", "CMD-16", "CFG-22", do=(c.load,)),
        ignore(_ALL, (h.PeerReceived,), "the copy misses something"),
    ],
)  # fmt: skip
"""What happens to a space on a unit, by its mark."""

CONNECTIONS: Table[Role] = Table.of(
    "connections",
    tuple(Role),
    (h.WholeWritten, h.SpaceWritten),
    [
        _row((Role.ACTIVE,), h.WholeWritten, "rewritten under its connections", "CMD-25", "CMD-26",
             do=(c.end_connections,)),
        ignore((Role.NONE, Role.STANDBY_READY, Role.FAILED), (h.WholeWritten,), "no connections of its own"),
        ignore(tuple(Role), (h.SpaceWritten,), "a context is written only where it is not active"),
    ],
)  # fmt: skip
"""What becomes of the connections of a failover group on the unit that `write standby` reaches."""

TABLES: Mapping[str, Table[Any]] = {table.name: table for table in (COPY, CONNECTIONS)}
"""The tables by name."""
