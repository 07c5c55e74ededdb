"""Locations of a timed pair: the pair itself, and the further distinctions that only time makes, without clock values.

A *clock* counts from when it was last set to zero. A *location* determines which clocks run and when each falls due;
until then nothing changes. Locations are independent of the representation of clocks: as counters of ticks
(`ticks.py`, `trace/timed_player.py`) or as zones of all values at once (`zones.py`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.health import COUNTED, Status
from failover_fsm.pair.states import State, UnitState

__all__ = ["JUDGED", "OVER", "QUIET", "UNITS", "Clock", "InterfaceBlock", "InterfaceWatch", "Location", "Timer"]

UNITS = (Unit.PRIMARY, Unit.SECONDARY)

QUIET, OVER, JUDGED = 0, 5, 6
"""Stages of watching an interface: waiting for hellos, tests over, verdict given; 1 to 4 is the test that runs."""


class Timer(enum.IntEnum):
    """The kind of step that falls due. Steps due at the same instant run in this order, the primary's first."""

    MESSAGE = enum.auto()
    CHECK = enum.auto()
    HAND_OUT = enum.auto()
    HELLO = enum.auto()
    POLL = enum.auto()
    CARD = enum.auto()
    SYNCHRONIZATION = enum.auto()
    FAILED_SYNCHRONIZATION = enum.auto()
    ELECTION = enum.auto()
    NEGOTIATION = enum.auto()
    RESTART = enum.auto()
    PREEMPT = enum.auto()
    WATCH = enum.auto()
    SILENCE = enum.auto()
    FAULT = enum.auto()
    RESUME = enum.auto()
    FORWARD = enum.auto()


class Clock(NamedTuple):
    """One clock of a unit; if there are several, of one failover group or block of interfaces, by position."""

    timer: Timer
    unit: Unit
    number: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """The sort key among clocks that are due at the same instant."""
        return self.timer, UNITS.index(self.unit), self.number

    def __str__(self) -> str:
        return f"{self.unit.value} {self.timer.name.lower()} {self.number}"


@attrs.frozen(kw_only=True)
class InterfaceBlock:
    """Monitored interfaces of one failover group in equal condition.

    Attributes:
        group: The position of the failover group.
        ports: Their positions in the configuration.
        card: True if the ports are on a 4GE card (T7-3).
    """

    group: int
    ports: tuple[int, ...]
    card: bool = False


@attrs.frozen(cache_hash=True)
class InterfaceWatch:
    """A unit's knowledge of its side of a block.

    Attributes:
        status: The status that is counted and shown.
        stage: The stage of the silence.
        verdict: The result of the tests, which counts when the hold time ends.
    """

    status: Status = Status.NORMAL
    stage: int = QUIET
    verdict: Status | None = None


GOOD_WATCH = InterfaceWatch()
JUDGED_FAILED = InterfaceWatch(status=Status.FAILED, stage=JUDGED)


@attrs.frozen(kw_only=True, cache_hash=True)
class Location:
    """A timed pair without its clocks.

    Attributes:
        pair: The state of the pair.
        watches: Each unit's knowledge of each block, the primary's first.
        probes: The number of probes of each unit since it last heard its peer.
        lost: The number of each unit's next hellos that are lost in congestion; until then its answers are lost too.
        pause: The milliseconds for which the unit that hangs does so; 0 for a pause that somebody else ends.
    """

    pair: State
    watches: tuple[tuple[InterfaceWatch, ...], tuple[InterfaceWatch, ...]]
    probes: tuple[int, int] = (0, 0)
    lost: tuple[int, int] = (0, 0)
    pause: int = 0

    def unit(self, unit: Unit) -> UnitState:
        """The record of the unit."""
        return self.pair.unit(unit)

    def watch(self, unit: Unit, block: int) -> InterfaceWatch:
        """The unit's knowledge of its side of the block."""
        return self.watches[UNITS.index(unit)][block]

    def probes_sent(self, unit: Unit) -> int:
        """The number of the unit's probes since it last heard its peer."""
        return self.probes[UNITS.index(unit)]

    def loses(self, unit: Unit) -> int:
        """The number of the unit's next hellos that are lost."""
        return self.lost[UNITS.index(unit)]

    def with_lost(self, unit: Unit, count: int) -> Location:
        """The location with another number of lost hellos of the unit."""
        lost = (count, self.lost[1]) if unit is Unit.PRIMARY else (self.lost[0], count)
        return attrs.evolve(self, lost=lost)

    def with_watch(self, unit: Unit, block: int, watch: InterfaceWatch) -> Location:
        """The location with another watch of one block."""
        own = list(self.watches[UNITS.index(unit)])
        own[block] = watch
        return self.with_watches(unit, tuple(own))

    def with_watches(self, unit: Unit, own: tuple[InterfaceWatch, ...]) -> Location:
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


def failed_of(
    location: Location, unit: Unit, blocks: tuple[InterfaceBlock, ...], groups: int, places: Iterable[int]
) -> tuple[int, ...]:
    """The number of failed monitored interfaces that the unit knows of, per group (IFM-15, IFM-20).

    Args:
        location: The location.
        unit: The unit.
        blocks: The blocks of interfaces.
        groups: How many failover groups a unit has.
        places: The positions of the blocks that count.
    """
    counts = [0] * groups
    for index in places:
        if location.watch(unit, index).status in COUNTED:
            counts[blocks[index].group] += len(blocks[index].ports)
    return tuple(counts)
