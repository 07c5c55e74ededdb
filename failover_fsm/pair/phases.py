"""The values in a pair's state: phases, roles, what a unit hears and knows, links and ports; questions about them."""

from __future__ import annotations

import enum

__all__ = [
    "DEAF",
    "JOINING",
    "POWERED",
    "SENDING",
    "AnnouncedRole",
    "ConfigSync",
    "Handover",
    "LinkState",
    "PeerContact",
    "Phase",
    "PortState",
    "Role",
    "Value",
    "is_acquainted",
    "is_active",
    "is_joining",
    "is_negotiating",
    "is_nothing",
    "is_powered",
    "is_up",
    "says_active",
    "travels_by_data",
]


class Value(enum.Enum):
    """Base of the enums in a state: there is one object of each member, and hashing its name would take longer."""

    __hash__ = object.__hash__


class Phase(Value):
    """The unit FSM: what the unit as a whole is doing."""

    OFF = "off"
    DOWN = "down"
    RESTARTING = "restarting"
    NEGOTIATION = "negotiation"
    COLD_STANDBY = "cold-standby"
    SYNC_CONFIG = "sync-config"
    SYNC_FILE_SYSTEM = "sync-file-system"
    BULK_SYNC = "bulk-sync"
    UP = "up"


JOINING = (Phase.COLD_STANDBY, Phase.SYNC_CONFIG, Phase.SYNC_FILE_SYSTEM, Phase.BULK_SYNC)
"""The phases in which a unit receives configuration and state from an active peer."""

POWERED = (Phase.NEGOTIATION, *JOINING, Phase.UP)
"""The phases in which the unit runs its software."""


class Role(Value):
    """The failover-group FSM.  NONE if and only if the unit is not up."""

    NONE = "none"
    ACTIVE = "active"
    STANDBY_READY = "standby-ready"
    FAILED = "failed"


class PeerContact(Value):
    """How the unit hears its peer.

    NEVER: not on the failover link since its own boot (the peer is not detected, and hellos on
    data interfaces mean nothing to it yet).  LOST: on no channel now.  DATA: on a data interface
    only, the failover link is marked failed and failover is suspended.  LINK: on the failover link.
    """

    NEVER = "never"
    LOST = "lost"
    DATA = "data"
    LINK = "link"


class AnnouncedRole(Value):
    """What the last hello or message of the peer said about a group; NONE after silence.

    UNCHECKED: standby ready, but only by a reset or because it yielded; its health has not been checked since.
    """

    NONE = "none"
    NEGOTIATION = "negotiation"
    JOINING = "joining"
    ACTIVE = "active"
    STANDBY_READY = "standby-ready"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Handover(Value):
    """The hand-over message that is on its way to the unit, for one group.

    REQUEST: the peer asks for the active role.  GRANT: the peer gave it up.  ANSWER: the peer gave
    it up because this unit asked.  GRANT_BY_DATA: the peer gave it up after the sample that follows
    a failure of the failover link; the only message that travels on a data interface.
    """

    NONE = "none"
    REQUEST = "request"
    GRANT = "grant"
    ANSWER = "answer"
    GRANT_BY_DATA = "grant-by-data"


class ConfigSync(Value):
    """The unit's running configuration against its peer's.

    OVERRUN: commands were entered while it was being replicated, so what arrives may miss them.
    """

    SYNCHRONIZED = "synchronized"
    OVERRUN = "overrun"
    OUT_OF_SYNC = "out-of-sync"


class LinkState(Value):
    """A link or a path between the units, a service module."""

    GOOD = "good"
    CUT = "cut"


class PortState(Value):
    """One unit's port on an interface.

    SILENT: up, but nothing arrives.  BLOCKED: up, and the switch passes nothing either way yet (spanning tree).
    """

    GOOD = "good"
    BLOCKED = "blocked"
    SILENT = "silent"
    DOWN = "down"


SENDING = (PortState.GOOD, PortState.SILENT)
"""The states of a port from which something goes out."""

DEAF = (PortState.SILENT, PortState.BLOCKED)
"""The states of a port that is up and receives nothing."""


# The questions below are asked many times in a step, and to find a member in its class takes longer than to compare it.
_UP, _NEGOTIATION = Phase.UP, Phase.NEGOTIATION
_NEVER = PeerContact.NEVER
_NO_MESSAGE, _GRANT_BY_DATA = Handover.NONE, Handover.GRANT_BY_DATA
_ACTIVE, _SAID_ACTIVE = Role.ACTIVE, AnnouncedRole.ACTIVE
_JOINING, _POWERED = frozenset(JOINING), frozenset(POWERED)


def is_powered(phase: Phase) -> bool:
    """The unit runs its software."""
    return phase in _POWERED


def is_up(phase: Phase) -> bool:
    """The unit is up."""
    return phase is _UP


def is_joining(phase: Phase) -> bool:
    """The unit receives configuration and state."""
    return phase in _JOINING


def is_negotiating(phase: Phase) -> bool:
    """The unit looks for a peer."""
    return phase is _NEGOTIATION


def is_active(role: Role) -> bool:
    """The group is active."""
    return role is _ACTIVE


def is_acquainted(heard: PeerContact) -> bool:
    """The peer was heard on the failover link."""
    return heard is not _NEVER


def travels_by_data(inbox: Handover) -> bool:
    """A message is on its way on a data interface."""
    return inbox is _GRANT_BY_DATA


def says_active(view: AnnouncedRole) -> bool:
    """The peer said that it is active."""
    return view is _SAID_ACTIVE


def is_nothing(inbox: Handover) -> bool:
    """No message is on its way."""
    return inbox is _NO_MESSAGE
