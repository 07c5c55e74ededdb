"""The words that devices have for what the model knows: states, and the reasons of a change of state."""

from __future__ import annotations

from collections.abc import Mapping

from failover_fsm.pair.states import JOINING, AnnouncedRole, PeerContact, Phase, Role, UnitState

__all__ = ["ACTIVE_CHAIN", "HISTORY_REASONS", "JOIN_CHAIN", "STATE_NAMES", "peer_state", "state_name"]

STATE_NAMES: Mapping[Phase | Role, str] = {
    Phase.NEGOTIATION: "Negotiation",
    Phase.COLD_STANDBY: "Cold Standby",
    Phase.SYNC_CONFIG: "Sync Config",
    Phase.SYNC_FILE_SYSTEM: "Sync File System",
    Phase.BULK_SYNC: "Bulk Sync",
    Role.ACTIVE: "Active",
    Role.STANDBY_READY: "Standby Ready",
    Role.FAILED: "Failed",
}
"""A unit's phase, or the role of a group of a unit that is up."""

ACTIVE_CHAIN = ("Just Active", "Active Drain", "Active Applying Config", "Active Config Applied", "Active")
"""The states through which a unit or a group becomes active, within a second."""

JOIN_CHAIN = tuple(STATE_NAMES[phase] for phase in JOINING)
"""The states through which a unit joins."""

HISTORY_REASONS: Mapping[str, str] = {
    "interface check, mate is healthier": "Interface check",
    "Preemption": "Set by the config command",
}
"""The reasons of table rows that are no words of the history, and those that it has for them.

The first is a word of system messages. No public text shows the reason of a preemption on the unit that takes over; a
command of its configuration, `preempt`, asked for it. All other reasons stand in the history as they are.
"""


def state_name(own: UnitState, index: int = 0) -> str | None:
    """The state of a unit's group as the device prints it; None for a unit that does not run."""
    if not own.powered:
        return None
    if not own.enabled:
        return "Disabled"
    return STATE_NAMES[own.groups[index].role if own.phase is Phase.UP else own.phase]


_ANNOUNCED: Mapping[AnnouncedRole, str] = {
    AnnouncedRole.NEGOTIATION: "Negotiation",
    AnnouncedRole.ACTIVE: "Active",
    AnnouncedRole.STANDBY_READY: "Standby Ready",
    AnnouncedRole.UNCHECKED: "Standby Ready",  # a device does not print that its peer was reset
    AnnouncedRole.FAILED: "Failed",
}


def peer_state(own: UnitState, peer: UnitState, index: int = 0) -> str:
    """The state of the peer's group as the unit prints it: what it heard last.

    The peer is not detected before its first hello, nor while failover is off; after silence it is failed (T2-1, T2-3).
    The name of the phase in which a peer joins is taken from the peer while its hellos arrive.
    """
    view = own.groups[index].peer_role
    if view is AnnouncedRole.JOINING:
        return STATE_NAMES[peer.phase if own.contact is PeerContact.LINK and peer.phase in JOINING else JOINING[0]]
    if view is not AnnouncedRole.NONE:
        return _ANNOUNCED[view]
    return "Failed" if own.contact is PeerContact.LOST and own.listening else "Not Detected"
