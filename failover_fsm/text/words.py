"""Words for what a unit shows: its state, role and peer, its links and interfaces.

The words are in small letters with hyphens, as in the trace language; `title` gives the form that an ASA prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from failover_fsm.pair.health import Status, status
from failover_fsm.pair.impairments import is_impaired
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import (
    JOINING,
    AnnouncedRole,
    ConfigSync,
    PeerContact,
    Phase,
    Role,
    State,
    Unit,
    UnitState,
)

__all__ = [
    "CONFIG_WORDS",
    "LINK_WORDS",
    "ROLE_WORDS",
    "SEEN_WORDS",
    "STATE_WORDS",
    "STATUS_WORDS",
    "active_units",
    "active_word",
    "config_word",
    "joined",
    "link_word",
    "role_word",
    "roles_word",
    "seen_word",
    "state_word",
    "status_word",
    "title",
    "units_word",
]

_STANDING = (Role.STANDBY_READY.value, Role.ACTIVE.value, Role.FAILED.value)

STATE_WORDS = ("off", Phase.NEGOTIATION.value, *(phase.value for phase in JOINING), *_STANDING, "disabled")
ROLE_WORDS = ("active", "standby", "none")
_UNSEEN = (AnnouncedRole.NONE, AnnouncedRole.UNCHECKED)
SEEN_WORDS = ("not-detected", *(view.value for view in AnnouncedRole if view not in _UNSEEN))
LINK_WORDS = ("up", "failed", "unused")
CONFIG_WORDS = (ConfigSync.SYNCHRONIZED.value, ConfigSync.OUT_OF_SYNC.value, "replicating")
STATUS_WORDS = tuple(status.value for status in Status)


def title(word: str) -> str:
    """The word as an ASA prints it, `Standby Ready`."""
    return word.replace("-", " ").title()


def state_word(own: UnitState, index: int = 0) -> str:
    """The state of a unit's group: off, a phase of starting, the role, or disabled if failover is off."""
    if not own.powered:
        return "off"
    if not own.enabled:
        return "disabled"
    return own.groups[index].role.value if own.phase is Phase.UP else own.phase.value


def role_word(own: UnitState, index: int = 0) -> str:
    """Active or standby; none before the first role. A disabled unit keeps its last role (CTL-10)."""
    if own.phase is Phase.UP:
        return "active" if own.groups[index].role is Role.ACTIVE else "standby"
    return "standby" if own.phase in JOINING else "none"


def roles_word(own: UnitState) -> str:
    """The role of the unit, or the roles of its groups if they differ."""
    return joined({index + 1: role_word(own, index) for index in range(len(own.groups))})


def seen_word(own: UnitState, index: int = 0) -> str:
    """The unit's view of its peer: the last announced role, or failed after silence (T2-1, T2-3).

    The peer is not detected before the first hello, nor while failover is off.
    """
    view = own.groups[index].peer_role
    if view is AnnouncedRole.UNCHECKED:  # a unit does not print that its peer was reset
        return AnnouncedRole.STANDBY_READY.value
    if view is not AnnouncedRole.NONE:
        return str(view.value)
    return "failed" if own.contact is PeerContact.LOST and own.listening else "not-detected"


def impairment_words(state: State, unit: Unit) -> Iterator[str]:
    """What is impaired at a unit, each as what follows its name in a sentence."""
    said = (
        ("hangs", "hangs"),
        ("congested", "loses to congestion whatever is sent to it"),
        ("one_way", "receives nothing on the failover link"),
        ("blocked", "is blocked on the failover link by its switch"),
    )
    yield from (text for name, text in said if is_impaired(state.impairments, name, unit))


def link_word(own: UnitState) -> str:
    """The unit's mark for its failover link: failed if no hello arrives there (UHM-4, T2-5)."""
    if not own.listening:
        return "unused"
    return "up" if own.contact is PeerContact.LINK else "failed"


def config_word(own: UnitState) -> str:
    """The unit's running configuration compared with its peer's."""
    if own.phase in JOINING:
        return "replicating"
    return ConfigSync.SYNCHRONIZED.value if own.config_sync is ConfigSync.SYNCHRONIZED else ConfigSync.OUT_OF_SYNC.value


def status_word(state: State, settings: Settings, unit: Unit, index: int) -> str:
    """The status of the interface at `index`; a unit that is off shows none."""
    return status(state, settings, unit, index).value if state.unit(unit).powered else "off"


def joined(by_group: Mapping[int, str]) -> str:
    """The word that all groups share; if they differ, `group 1 active, group 2 failed`."""
    if len(set(by_group.values())) == 1:
        return next(iter(by_group.values()))
    return ", ".join(f"group {number} {word}" for number, word in by_group.items())


def active_units(state: State, index: int = 0) -> tuple[Unit, ...]:
    """The units on which the group is active."""
    return tuple(unit for unit in Unit if state.unit(unit).groups[index].role is Role.ACTIVE)


def active_word(state: State, index: int = 0) -> str:
    """The active unit: primary, secondary, both or none."""
    return units_word(active_units(state, index))


def units_word(units: tuple[Unit, ...]) -> str:
    """A unit, both, or none."""
    return "both" if len(units) > 1 else units[0].value if units else "none"


def groups_of(state: State) -> tuple[tuple[int, int | None], ...]:
    """(Index, group number): one with group None in an Active/Standby pair, else 1 and 2."""
    count = len(state.primary.groups)
    return tuple((index, None if count == 1 else index + 1) for index in range(count))


def unit_word(state: State, unit: Unit, index: int) -> str:
    """The word of a unit's state; `disabled (active)` for a unit that is active with failover off (CTL-10)."""
    own = state.unit(unit)
    word = state_word(own, index)
    return f"{word} (active)" if word == "disabled" and role_word(own, index) == "active" else word
