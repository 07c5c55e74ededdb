"""The tables of asymmetric routing, each by the role that the interface has on the unit.

SESSION says where a session can be opened and ended, LOOKUP what a unit does with a packet that comes back, and RETURN
what its peer does with a packet that is redirected to it. Rows are tried in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failover_fsm.pair.states import Role
from failover_fsm.pair.tables import Effect, Guard, Table
from failover_fsm.services.asymmetric import case as c
from failover_fsm.services.asymmetric import events as a
from failover_fsm.services.machine import MachineRow

__all__ = ["LOOKUP", "RETURN", "SESSION", "TABLES"]

_ACTIVE, _STANDBY, _NONE = (Role.ACTIVE,), (Role.STANDBY_READY, Role.FAILED), (Role.NONE,)

_DOWN = "the interface is down"
_NOT_ACTIVE = "the interface is not active on this unit, and passes nothing on"


def _no(states: tuple[Role, ...], event: Any, reason: str, *rules: str, when: Guard | None = None) -> MachineRow[Role]:
    """A row that refuses: the event cannot come about."""
    return MachineRow(states, event, when=when, reason=reason, rules=rules, refuses=True)


def _does(
    states: tuple[Role, ...], event: Any, reason: str, *rules: str, do: tuple[Effect, ...], when: Guard | None = None
) -> MachineRow[Role]:
    """A row that is carried out."""
    return MachineRow(states, event, when=when, do=do, reason=reason, rules=rules)


SESSION: Table[Role] = Table.of(
    "session",
    tuple(Role),
    (a.SessionOpened, a.SessionEnded),
    [
        _no(_ACTIVE, a.SessionOpened, _DOWN, "AA-1", when=c.is_down),
        _no(_ACTIVE, a.SessionOpened, "a session of the interface is open", "ASR-15", when=c.is_known_here),
        _does(_ACTIVE, a.SessionOpened, "a new session", "ASR-15", "ASR-7", "STF-5", do=(c.open_session,)),
        _no((*_STANDBY, *_NONE), a.SessionOpened, _NOT_ACTIVE, "AA-1"),
        _no(_ACTIVE, a.SessionEnded, "the unit has no session of the interface", "ASR-3", when=c.is_unknown_here),
        _does(_ACTIVE, a.SessionEnded, "the session ends", "ASR-3", "ASR-15", do=(c.end_session,)),
        _no((*_STANDBY, *_NONE), a.SessionEnded, _NOT_ACTIVE, "AA-1"),
    ],
)  # fmt: skip
"""Where a session is opened and ended: on the unit on which its interface is active."""

LOOKUP: Table[Role] = Table.of(
    "lookup",
    tuple(Role),
    (a.PacketArrived,),
    [
        _no((*_ACTIVE, *_STANDBY), a.PacketArrived, _DOWN, "AA-1", when=c.is_down),
        _does(_ACTIVE, a.PacketArrived, "a session of this interface", "ASR-6", do=(c.forward,), when=c.is_known_here),
        _does(
            _ACTIVE, a.PacketArrived, "no session here, and the interface is in no ASR group", "ASR-1", "ASR-11",
            do=(c.drop,), when=c.is_in_no_asr_group,
        ),
        _does(
            _ACTIVE, a.PacketArrived, "no session here, and the ASR group has no effect", "ASR-7", "ASR-8",
            do=(c.drop,), when=c.has_no_effect,
        ),
        _does(
            _ACTIVE, a.PacketArrived, "a session of another interface of this unit", "ASR-4",
            do=(c.reinject,), when=c.is_active_member,
        ),
        _does(
            _ACTIVE, a.PacketArrived, "a session of the peer, and no way to it by that interface", "ASR-3", "ASR-12",
            do=(c.drop_counted,), when=c.has_no_way,
        ),
        _does(
            _ACTIVE, a.PacketArrived, "a session of the peer", "ASR-2", "ASR-3", "ASR-12", "ASR-15",
            do=(c.redirect,), when=c.is_known_to_the_group,
        ),
        _does(
            _ACTIVE, a.PacketArrived, "no session in the ASR group", "ASR-1", "ASR-2", "ASR-12", do=(c.drop_counted,)
        ),
        _does(_STANDBY, a.PacketArrived, _NOT_ACTIVE, "AA-1", do=(c.drop,)),
        _no(_NONE, a.PacketArrived, "the unit is not up", "AA-1"),
    ],
)  # fmt: skip
"""What a unit does with a packet that comes back."""

RETURN: Table[Role] = Table.of(
    "return",
    tuple(Role),
    (a.PacketRedirected,),
    [
        _does(
            _ACTIVE, a.PacketRedirected, "the session goes on", "ASR-3", "ASR-12", "ASR-15",
            do=(c.receive, c.take), when=c.is_known_here,
        ),
        _does(
            _ACTIVE, a.PacketRedirected, "the session has ended", "ASR-3", "ASR-12", do=(c.receive, c.drop_counted)
        ),
        _does((*_STANDBY, *_NONE), a.PacketRedirected, _NOT_ACTIVE, "AA-1", do=(c.drop,)),
    ],
)  # fmt: skip
"""What the peer does with a packet that is redirected to it."""

TABLES: Mapping[str, Table[Any]] = {table.name: table for table in (SESSION, LOOKUP, RETURN)}
"""The tables by name."""
