"""The timed pair tick by tick: clocks are counters, and a `Tick` is impossible while one of them is due.

This is the explicit counterpart of `symbolic.py` for the plain checker, with one state per tick and phase. It is
feasible for small settings only; a test shows that both give the same extremes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import attrs

from failover_fsm.timing.location import Clock, Location
from failover_fsm.timing.symbolic import Fired, Goal, anyone_active
from failover_fsm.timing.timed import TimedPair

__all__ = ["Moment", "Tick", "TickModel"]


@attrs.frozen
class Tick:
    """Passage of one tick of the settings (`Times.tick`)."""


@attrs.frozen(cache_hash=True)
class Moment:
    """A location, its counters in ticks, and the ticks since the fault and without an active unit."""

    location: Location
    counters: tuple[tuple[Clock, int], ...]
    elapsed: int = 0
    idle: int = 0


@attrs.frozen(kw_only=True)
class TickModel:
    """The runs after a fault, tick by tick, until the goal or until `horizon` ticks have passed.

    The other arguments are those of `SymbolicModel`.
    """

    timed: TimedPair
    start: Location
    ages: dict[Clock, int]
    tied: dict[Clock, Clock]
    goal: Goal
    horizon: int

    def initial_states(self) -> Iterator[Moment]:
        """Every phase that is a multiple of the tick, right after the fault."""
        tick = self.timed.times.tick
        running = self.timed.due(self.start)
        sources = list(dict.fromkeys(self.tied.get(clock, clock) for clock in running))
        sources = [source for source in sources if source in self.ages]
        for values in product(*(range(self.ages[source] // tick + 1) for source in sources)):
            at = dict(zip(sources, values, strict=True))
            yield Moment(self.start, tuple((clock, at.get(self.tied.get(clock, clock), 0)) for clock in running))

    def events(self, moment: Moment) -> list[Fired | Tick]:
        """The due clocks, with one event per outcome; a tick if there is none."""
        if self.goal(moment.location) or moment.elapsed >= self.horizon:
            return []
        tick = self.timed.times.tick
        due = self.timed.due(moment.location)
        fired = [
            Fired(clock, choice)
            for clock, counter in moment.counters
            if counter * tick >= due[clock]
            for choice in range(len(self.timed.fire(moment.location, clock)))
        ]
        return list(fired) or [Tick()]

    def step(self, moment: Moment, event: Fired | Tick) -> Moment | None:
        """The moment after the event; None if it is impossible."""
        if isinstance(event, Tick):
            idle = moment.idle + (not anyone_active(moment.location))
            counters = tuple((clock, counter + 1) for clock, counter in moment.counters)
            return Moment(moment.location, counters, moment.elapsed + 1, idle)
        outcome = self.timed.fire(moment.location, event.clock)[event.choice]
        before = {clock: 0 if clock in outcome.restarted else counter for clock, counter in moment.counters}
        for clock, by in outcome.set_back:
            before[clock] -= by // self.timed.times.tick
        counters = tuple((clock, before.get(clock, 0)) for clock in self.timed.due(outcome.location))
        return Moment(outcome.location, counters, moment.elapsed, moment.idle)
