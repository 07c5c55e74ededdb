"""Where a timed pair is, apart from its clocks: the pair itself, and what only time distinguishes.

A *clock* counts from when it was last set to zero.  A *location* says which clocks run and when
each of them falls due; until then nothing changes.  Locations know nothing of how clocks are kept:
as counters of ticks (`ticks.py`, `player.py`) or as zones of all values at once (`zones.py`).
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.health import COUNTED, Status
from failover_fsm.pair.states import State, UnitState

__all__ = ["JUDGED", "OVER", "QUIET", "UNITS", "Block", "Clock", "Location", "Timer", "Watch"]

UNITS = (Unit.PRIMARY, Unit.SECONDARY)

QUIET, OVER, JUDGED = 0, 5, 6
"""Stages of watching an interface: waiting for hellos, tests over, verdict given; 1 to 4 is the test that runs."""


class Timer(enum.IntEnum):
    """What falls due.  In a run, timers that are due at the same instant happen in this order, the primary's first."""

    MESSAGE = enum.auto()
    CHECK = enum.auto()
    HAND_OUT = enum.auto()
    HELLO = enum.auto()
    POLL = enum.auto()
    CARD = enum.auto()
    SYNCHRONIZATION = enum.auto()
    ELECTION = enum.auto()
    NEGOTIATION = enum.auto()
    RESTART = enum.auto()
    PREEMPT = enum.auto()
    WATCH = enum.auto()
    SILENCE = enum.auto()
    FAULT = enum.auto()


class Clock(NamedTuple):
    """One clock: of a unit, and where there are several, of one failover group or block of interfaces, by position."""

    timer: Timer
    unit: Unit
    number: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """Where it stands among clocks that are due at the same instant."""
        return self.timer, UNITS.index(self.unit), self.number

    def __str__(self) -> str:
        return f"{self.unit.value} {self.timer.name.lower()} {self.number}"


@attrs.frozen(kw_only=True)
class Block:
    """Monitored interfaces of one failover group that fare alike: their positions in the configuration.

    card: the ports are on a 4GE card (T7-3).
    """

    group: int
    ports: tuple[int, ...]
    card: bool = False


@attrs.frozen(cache_hash=True)
class Watch:
    """What a unit has found out about its side of a block.

    status: as it counts and is shown.  stage: how far the silence has come.  verdict: what the tests
    came to; it counts when the hold time is over.
    """

    status: Status = Status.NORMAL
    stage: int = QUIET
    verdict: Status | None = None


GOOD_WATCH = Watch()


@attrs.frozen(kw_only=True, cache_hash=True)
class Location:
    """A timed pair without its clocks.

    pair: the state of the pair.  watches: what each unit knows of each block, the primary's first.
    probes: how often each unit has asked on every interface since it heard its peer.  lost: how many of each unit's
    next hellos get lost in congestion; until then its answers do too.
    """

    pair: State
    watches: tuple[tuple[Watch, ...], tuple[Watch, ...]]
    probes: tuple[int, int] = (0, 0)
    lost: tuple[int, int] = (0, 0)

    def unit(self, unit: Unit) -> UnitState:
        """The record of the unit."""
        return self.pair.unit(unit)

    def watch(self, unit: Unit, block: int) -> Watch:
        """What the unit knows of its side of the block."""
        return self.watches[UNITS.index(unit)][block]

    def asked(self, unit: Unit) -> int:
        """How often the unit has asked since it heard its peer."""
        return self.probes[UNITS.index(unit)]

    def loses(self, unit: Unit) -> int:
        """How many of the unit's next hellos get lost."""
        return self.lost[UNITS.index(unit)]

    def with_lost(self, unit: Unit, count: int) -> Location:
        """The location with another number of hellos of the unit that get lost."""
        lost = (count, self.lost[1]) if unit is Unit.PRIMARY else (self.lost[0], count)
        return attrs.evolve(self, lost=lost)

    def with_watch(self, unit: Unit, block: int, watch: Watch) -> Location:
        """The location with another watch."""
        own = list(self.watches[UNITS.index(unit)])
        own[block] = watch
        return self.with_watches(unit, tuple(own))

    def with_watches(self, unit: Unit, own: tuple[Watch, ...]) -> Location:
        """The location with other watches of the unit."""
        pairs = (own, self.watches[1]) if unit is Unit.PRIMARY else (self.watches[0], own)
        return self if pairs == self.watches else attrs.evolve(self, watches=pairs)

    def with_probes(self, unit: Unit, count: int) -> Location:
        """The location with another number of probes of the unit."""
        probes = (count, self.probes[1]) if unit is Unit.PRIMARY else (self.probes[0], count)
        return self if probes == self.probes else attrs.evolve(self, probes=probes)

    def with_pair(self, pair: State) -> Location:
        """The location with another state of the pair."""
        return self if pair is self.pair else attrs.evolve(self, pair=pair)


def failed_of(location: Location, unit: Unit, blocks: tuple[Block, ...], groups: int) -> tuple[int, ...]:
    """The failed monitored interfaces that the unit knows of, one number a group (IFM-15, IFM-20)."""
    counts = [0] * groups
    for block, watch in zip(blocks, location.watches[UNITS.index(unit)], strict=True):
        if watch.status in COUNTED:
            counts[block.group] += len(block.ports)
    return tuple(counts)
