"""The timed pair over zones: every phase and every interleaving at once, as a model for the checker.

A state is a location with the zone of all clock values that one order of steps leaves there. Time passes in it until
some clock is due. A run ends when the goal is reached.

*Gauges* are clocks that are never restarted. ELAPSED counts from the fault, IDLE from the moment without an active
unit, UNSERVED from the moment without service, and each AGE gives the age of a clock at the fault as `AGE - ELAPSED`.
With gauges the graph is a tree of runs up to the goal; without them it is finite even if the goal is never reached.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

import attrs

from failover_fsm.pair.events import UnitFailed
from failover_fsm.pair.states import Role
from failover_fsm.timing.location import UNITS, Clock, Location, Timer
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.zones import Zone

__all__ = [
    "ELAPSED",
    "IDLE",
    "UNSERVED",
    "Age",
    "Fired",
    "Goal",
    "Symbol",
    "SymbolicModel",
    "TooManyStates",
    "anyone_active",
    "reachable",
]

ELAPSED = "elapsed"
IDLE = "idle"
UNSERVED = "unserved"


class TooManyStates(Exception):
    """A search met more symbolic states than it may."""


Goal = Callable[[Location], bool]
Key = tuple[tuple[Hashable, ...], tuple[int, ...]]


@attrs.frozen
class Age:
    """The gauge of a clock: its age at the fault."""

    clock: Clock


@attrs.frozen
class _Phase:
    """The age of a clock from before the fault at the time at which it first matters."""

    clock: Clock


class Fired(NamedTuple):
    """A due clock and its outcome.

    Attributes:
        clock: The clock.
        choice: Numbers the outcomes of one clock.
        instant: The step may repeat in no time: the clock is due at zero, or does not start again at the step.
    """

    clock: Clock
    choice: int = 0
    instant: bool = False

    def __str__(self) -> str:
        return str(self.clock)


@attrs.frozen(cache_hash=True)
class Symbol:
    """A symbolic state.

    Attributes:
        location: The location.
        zone: The clock values, as the key of a zone.
        ends: True if the run ends here.
        used: The clocks that ran before the fault and have mattered since.
        overdue: True if a clock is past its due value, so that time cannot pass and nothing can happen.
    """

    location: Location
    zone: Key
    used: frozenset[Clock] = frozenset()
    ends: bool = False
    overdue: bool = False

    def range(self, gauge: Hashable) -> tuple[int, int]:
        """The least and the greatest value of a gauge, in milliseconds.

        Raises:
            KeyError: If the gauge is not running.
        """
        return Zone.of(self.zone).range(gauge)


def anyone_active(location: Location) -> bool:
    """True if every failover group is active on some unit."""
    pairs = zip(*(location.unit(unit).groups for unit in UNITS), strict=True)
    return all(any(group.role is Role.ACTIVE for group in both) for both in pairs)


@attrs.frozen(kw_only=True)
class SymbolicModel:
    """The runs after a fault, in time.

    Attributes:
        timed: The timed pair.
        start: The location right after the fault.
        ages: The clocks that ran before the fault, with the greatest value of each in milliseconds.
        tied: Clocks that are equal to another.
        goal: The predicate on locations at which a run ends.
        measured: True to run gauges.
        later: A unit that also stops, at any time.
        served: The predicate on locations in which the gauge UNSERVED does not run.
        most: The most symbolic states that a search may meet before it raises TooManyStates; None for any number.
    """

    timed: TimedPair
    start: Location
    ages: dict[Clock, int]
    tied: dict[Clock, Clock]
    goal: Goal
    measured: bool = True
    later: UnitFailed | None = None
    served: Goal = attrs.field(default=anyone_active)
    most: int | None = None

    _running: dict[tuple[Location, frozenset[Clock]], dict[Clock, int]] = attrs.field(
        factory=dict, init=False, repr=False, eq=False
    )
    _known: dict[Symbol, tuple[tuple[Fired, Symbol], ...]] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    # -- the interface to the checker -------------------------------------------------------------------

    def initial_states(self) -> tuple[Symbol, ...]:
        """Every phase, right after the fault."""
        zone = Zone()
        if self.measured:
            zone.add(ELAPSED)
        return (self._arrived(self.start, zone, frozenset()),)

    def events(self, symbol: Symbol) -> tuple[Fired, ...]:
        """The clocks that can be due first."""
        return tuple(fired for fired, _ in self.successors(symbol))

    def step(self, symbol: Symbol, event: Fired) -> Symbol | None:
        """The state after the event; None if another clock is due before."""
        return dict(self.successors(symbol)).get(event)

    def successors(self, symbol: Symbol) -> Sequence[tuple[Fired, Symbol]]:
        """Every clock that can be due first, with the resulting state."""
        if symbol.ends or symbol.overdue:
            return ()
        if self.measured:
            return tuple(self._successors(symbol))
        known = self._known.get(symbol)
        if known is None:
            if self.most is not None and len(self._known) >= self.most:
                raise TooManyStates
            known = self._known[symbol] = tuple(self._successors(symbol))
        return known

    # -- one step --------------------------------------------------------------------------------

    def _successors(self, symbol: Symbol) -> Iterator[tuple[Fired, Symbol]]:
        for clock, value in self.running(symbol.location, symbol.used).items():
            zone = Zone.of(symbol.zone)
            zone.limit(clock, low=value)
            if zone.empty:
                continue
            due = zone.key
            for choice, outcome in enumerate(self.timed.fire(symbol.location, clock)):
                zone = Zone.of(due)
                for each in outcome.restarted:
                    if each in zone.names:
                        zone.restart(each)
                for each, by in outcome.set_back:
                    if each in zone.names:
                        zone.set_back(each, by)
                after = self._arrived(outcome.location, zone, symbol.used)
                goes_on = clock not in outcome.restarted and clock in self.running(after.location, after.used)
                yield Fired(clock, choice, instant=not value or goes_on), after

        yield from self._stops(symbol)

    def _stops(self, symbol: Symbol) -> Iterator[tuple[Fired, Symbol]]:
        """The second fault, which can happen at any time."""
        if self.later is None or not symbol.location.unit(self.later.unit).powered:
            return
        location = self.timed.happen(symbol.location, self.later)
        clock = Clock(Timer.FAULT, self.later.unit)
        yield Fired(clock, instant=True), self._arrived(location, Zone.of(symbol.zone), symbol.used)

    def running(self, location: Location, used: frozenset[Clock]) -> dict[Clock, int]:
        """The running clocks, each with the value in milliseconds at which it is due.

        Hellos from before the fault that continue without news are left out, together with the silence that they end.
        Their phase stays unconstrained and is introduced when it begins to matter.
        """
        known = self._running.get((location, used))
        if known is None:
            known = dict(self.timed.due(location))
            for unit in UNITS:
                hello = Clock(Timer.HELLO, unit)
                if hello not in used and self.timed.is_routine(location, unit):
                    known.pop(hello, None)
                    known.pop(Clock(Timer.SILENCE, unit.peer), None)
            self._running[location, used] = known
        return known

    def _arrived(self, location: Location, zone: Zone, used: frozenset[Clock]) -> Symbol:
        """The state in which the run ends, or in which time has passed until a clock is due."""
        ends = self.goal(location)
        running = {} if ends else self.running(location, used)
        for name in [name for name in zone.names if isinstance(name, Clock) and name not in running]:
            zone.remove(name)
        if self.measured and not ends:
            self._count(IDLE, not anyone_active(location), zone)
            self._count(UNSERVED, not self.served(location), zone)
        used = used.union(self._begin(running, zone, used))
        if not ends:
            zone.pass_time()
            for clock, value in running.items():
                zone.limit(clock, high=value)
            if zone.empty:
                return Symbol(location, Zone().key, used, overdue=True)
        return Symbol(location, zone.key, used, ends)

    def _begin(self, running: dict[Clock, int], zone: Zone, used: frozenset[Clock]) -> set[Clock]:
        """Adds new clocks: at zero, or with any value if they have run since before the fault."""
        found = set()
        for clock in running:
            source = self.tied.get(clock, clock)
            if clock in zone.names:
                continue
            if source not in self.ages or source in used:
                zone.add(clock)
                continue
            if source not in found:
                found.add(source)
                zone.free(_Phase(source), self.ages[source])
                if self.measured:
                    zone.copy_of(Age(source), _Phase(source))
            zone.copy_of(clock, _Phase(source))
        for source in found:
            zone.remove(_Phase(source))
        return found

    def _count(self, gauge: str, runs: bool, zone: Zone) -> None:
        """Starts the gauge where it runs from now on, and drops it where it does not."""
        if runs and gauge not in zone.names:
            zone.add(gauge)
        elif not runs and gauge in zone.names:
            zone.remove(gauge)


def reachable(model: SymbolicModel, keep: Callable[[Symbol], bool] = lambda _: True) -> list[Symbol]:
    """Every state of the model, breadth first; no successors of states for which `keep` is False.

    Raises:
        TooManyStates: If there are more than the model allows.
    """
    states = list(model.initial_states())
    seen = set(states)
    for symbol in states:
        for _, after in model.successors(symbol) if keep(symbol) else ():
            if after not in seen:
                if model.most is not None and len(seen) >= model.most:
                    raise TooManyStates
                seen.add(after)
                states.append(after)
    return states
