"""What keeps two units from failing over, besides links, interfaces and modules: a record that only the world changes.

Units that do not match, failover keys that differ, a supervisor's heartbeat that is missing, a Flash without room,
connection state that crashes who receives it. What a unit makes of them is in the tables; what it remembers
of it is its `Hindrance`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.phases import Value

__all__ = [
    "HINDRANCES_OF",
    "NO_OBSTACLES",
    "Hindrance",
    "Mismatch",
    "Obstacle",
    "Obstacles",
    "every_hindrance",
    "every_obstacles",
    "gave_up",
    "has_no_hindrance",
    "is_locked",
    "obstacle_domains",
    "was_refused",
]


class Mismatch(Value):
    """In what the units differ so that they cannot be a pair (HW-2, HW-4, HW-5, HW-7)."""

    VERSION = "version"
    MODE = "mode"
    LICENSE = "license"
    CHASSIS = "chassis"
    CARD = "card"
    SERVICE_MODULE = "service-module"


class Obstacle(Value):
    """What meets a unit with an event.

    MISMATCH: the peer does not match.  HEARTBEAT: the supervisor's heartbeat is missing.  LOCKED: a session on the
    unit holds its configuration.  FLASH: the Flash has no room for what the peer sends.  UPDATES: connection state of
    the peer crashes the unit.
    """

    NONE = "none"
    MISMATCH = "mismatch"
    HEARTBEAT = "heartbeat"
    LOCKED = "locked"
    FLASH = "flash"
    UPDATES = "updates"


class Hindrance(Value):
    """What a unit remembers that keeps it from being a standby.

    REFUSED: it has switched failover off by itself, and has it on in its startup configuration.  GAVE_UP: its
    synchronisation failed for good.  LOCKED: a session on it holds its configuration.
    """

    NONE = "none"
    REFUSED = "refused"
    GAVE_UP = "gave-up"
    LOCKED = "locked"


@attrs.frozen(kw_only=True, cache_hash=True)
class Obstacles:
    """The obstacles of a pair.

    Attributes:
        mismatch: In what the units differ, None if they match.
        keys_differ: The failover keys differ, so that nothing that one unit sends on a link means anything to the other
            (KEY-3).
        no_heartbeat: The units whose supervisor's heartbeat is missing.
        flash_full: The units whose Flash has no room for the other's images and configuration (HW-3).
        bad_updates: The units that connection state of the other crashes.
    """

    mismatch: Mismatch | None = None
    keys_differ: bool = False
    no_heartbeat: tuple[Unit, ...] = ()
    flash_full: tuple[Unit, ...] = ()
    bad_updates: tuple[Unit, ...] = ()

    def mismatched(self) -> bool:
        """The units do not match."""
        return self.mismatch is not None

    def keys_agree(self) -> bool:
        """The failover keys are the same, or there is none."""
        return not self.keys_differ

    def lacks_heartbeat(self, unit: Unit) -> bool:
        """The supervisor's heartbeat of `unit` is missing."""
        return unit in self.no_heartbeat

    def lacks_room(self, unit: Unit) -> bool:
        """The Flash of `unit` has no room."""
        return unit in self.flash_full

    def crashes(self, unit: Unit) -> bool:
        """Connection state crashes `unit`."""
        return unit in self.bad_updates

    def has(self, name: str, unit: Unit) -> bool:
        """`unit` is among those of the attribute `name`."""
        return unit in getattr(self, name)

    def with_unit(self, name: str, unit: Unit, there: bool) -> Obstacles:
        """The obstacles with `unit` among those of the attribute `name`, or without it."""
        others = [each for each in getattr(self, name) if each is not unit]
        units: Any = tuple(each for each in Unit if each in others or (there and each is unit))
        return attrs.evolve(self, **{name: units})

    def with_mismatch(self, mismatch: Mismatch | None) -> Obstacles:
        """The obstacles with units that differ in this, or in nothing."""
        return attrs.evolve(self, mismatch=mismatch)

    def with_keys(self, differ: bool) -> Obstacles:
        """The obstacles with keys that differ, or do not."""
        return attrs.evolve(self, keys_differ=differ)


NO_OBSTACLES = Obstacles()

_UNITS_OF: tuple[tuple[Unit, ...], ...] = ((), (Unit.PRIMARY,), (Unit.SECONDARY,), (Unit.PRIMARY, Unit.SECONDARY))


def every_obstacles(has: Callable[[str], bool]) -> tuple[Obstacles, ...]:
    """Every value that an environment can bring about, the good one first.

    Args:
        has: Whether the environment has a word of `faults`. Of the ways in which units differ one stands for all.
    """
    mismatches = (None, Mismatch.LICENSE) if has("mismatch") else (None,)
    keys = (False, True) if has("keys") else (False,)
    heartbeats, flash, updates = (_UNITS_OF if has(word) else ((),) for word in ("heartbeat", "flash", "bad-updates"))
    return tuple(
        Obstacles(mismatch=mismatch, keys_differ=differ, no_heartbeat=lost, flash_full=full, bad_updates=bad)
        for mismatch in mismatches
        for differ in keys
        for lost in heartbeats
        for full in flash
        for bad in updates
    )


HINDRANCES_OF = {
    Hindrance.REFUSED: ("mismatch", "heartbeat"),
    Hindrance.GAVE_UP: ("stuck-sync", "flash"),
    Hindrance.LOCKED: ("config-lock",),
}
"""The words of `faults` that can bring a hindrance about."""


def every_hindrance(has: Callable[[str], bool]) -> tuple[Hindrance, ...]:
    """Every hindrance that an environment can bring about, none first; `has` as in `every_obstacles`."""
    found = (each for each, words in HINDRANCES_OF.items() if any(map(has, words)))
    return (Hindrance.NONE, *found)


def obstacle_domains(has: Callable[[str], bool]) -> dict[str, tuple[Any, ...]]:
    """The domains of the opaque fields about obstacles, by name; `has` as in `every_obstacles`."""
    hindrances = every_hindrance(has)
    return {
        "obstacles": every_obstacles(has),
        "primary.hindrance": hindrances,
        "secondary.hindrance": hindrances,
    }


def was_refused(hindrance: Hindrance) -> bool:
    """The unit has switched failover off by itself."""
    return hindrance is Hindrance.REFUSED


def gave_up(hindrance: Hindrance) -> bool:
    """The unit's synchronisation failed for good."""
    return hindrance is Hindrance.GAVE_UP


def is_locked(hindrance: Hindrance) -> bool:
    """A session on the unit holds its configuration."""
    return hindrance is Hindrance.LOCKED


def has_no_hindrance(hindrance: Hindrance) -> bool:
    """Nothing hinders the unit."""
    return hindrance is Hindrance.NONE
