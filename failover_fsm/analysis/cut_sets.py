"""All minimal sets of faults that lead to a goal, in any order, with the units' own steps anywhere in between.

Sets are taken by size.  The states that a set leads to are those of its subsets with one fault fewer, after
that fault, and then whatever the units do; so each set costs one flood, and a set that contains one which
leads to the goal is not looked at: it is not minimal.  Nothing is repaired and nobody enters anything.

Interfaces are interchangeable where no topology tells them apart, but for one that carries connections which are
followed: sets that differ only in their names lead to the same states, and are explored once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from math import comb

import attrs

from failover_fsm.analysis.goals import Goal
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.interleavings import Arrival, Explorer, Pool, Start, Units, retold, starts
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.scenario import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state

FaultSet = tuple[int, ...]
"""Positions of faults in the list of all, in ascending order."""


def possible_faults(settings: Settings, environment: Environment) -> tuple[e.Fault, ...]:
    """Everything of the environment that can fail, each once: units, links, elements, then interface by interface."""
    found: list[e.Event] = list(environment.unit_events(settings.group_count))
    if settings.topology is not None:
        found += environment.element_events(settings.topology.elements)
    for index in settings.counted:
        found += environment.interface_events(settings.ports[index].name)
    own_link = settings.stateful is StatefulLink.DEDICATED
    faults = [event for event in found if isinstance(event, e.Fault)]
    return tuple(event for event in faults if own_link or not isinstance(event, e.StatefulLinkFailed))


@attrs.frozen(kw_only=True)
class Found:
    """A minimal set.

    faults: in the order of the list.  start: where its run begins.  events: a shortest run that meets the goal,
    the way to the start first.
    """

    faults: tuple[e.Fault, ...]
    start: Start
    events: tuple[e.Event, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The faults by name."""
        return tuple(map(name_of, self.faults))


def name_of(fault: e.Event) -> str:
    """A fault as a report names it: an element by its name, everything else as an event."""
    return fault.element if isinstance(fault, e.ElementFailed) else str(fault)


class _Alike:
    """Which sets of faults differ only in the names of interchangeable interfaces.

    A set is *ordered* when the interfaces on which more, or earlier, faults lie come first.
    """

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        self._all = range(len(faults))
        self._blocks: list[list[list[int]]] = []
        if settings.topology is not None:
            return
        for group in range(settings.group_count):
            for carrying in (False, True) if settings.state_on_data else (None,):
                ports = [settings.ports[index] for index in settings.counted_in(group)]
                names = [port.name for port in ports if carrying in (None, port.carries_state)]
                on = [[at for at in self._all if getattr(faults[at], "interface", None) == name] for name in names]
                self._blocks.append([row for row in on if row])

    def renaming(self, chosen: FaultSet) -> list[int]:
        """For each fault the one in whose place it stands when `chosen` is ordered."""
        names = list(self._all)
        for block in self._blocks:
            by_pattern = sorted(block, key=lambda row: [at not in chosen for at in row])
            for place, row in zip(block, by_pattern, strict=True):
                for target, at in zip(place, row, strict=True):
                    names[at] = target
        return names

    def ordered(self, chosen: FaultSet) -> FaultSet:
        """The ordered set that stands for `chosen`."""
        names = self.renaming(chosen)
        return tuple(sorted(names[at] for at in chosen))


@attrs.frozen
class _Hit:
    """The end of a run that meets the goal: its pool, and how its last state was reached."""

    pool: int
    last: Arrival


class FaultSearch:
    """A search under way; what it has found so far can be read at any time.

    faults: what can fail.  found: the minimal sets, smallest first.  complete_up_to: every set of so many
    faults has been judged, -1 before the search has begun.  states: how many were visited.
    """

    def __init__(self, settings: Settings, environment: Environment, goal: Goal) -> None:
        settings = attrs.evolve(settings, follow=goal.follow)
        self.settings = settings
        self.goal = goal
        self.faults = possible_faults(settings, environment)
        self.starts = starts(settings)
        self.found: list[Found] = []
        self.complete_up_to = -1
        self.states = 0
        self._explorer = Explorer(settings)
        self._alike = _Alike(settings, self.faults)
        self._pools: dict[FaultSet, int] = {}
        self._kept: list[Pool] = []
        self._sets: list[FaultSet] = []
        self._hits: dict[FaultSet, _Hit] = {}

    @property
    def single_points(self) -> tuple[str, ...]:
        """The faults of which one suffices, by name."""
        return tuple(found.names[0] for found in self.found if len(found.faults) == 1)

    def sets_of(self, size: int) -> tuple[Found, ...]:
        """The minimal sets of so many faults."""
        return tuple(found for found in self.found if len(found.faults) == size)

    def run(self, most: int, progress: Callable[[int, int, int], object] | None = None) -> None:
        """Judges every set of at most `most` faults.

        progress: called before each set with its size, how many of that size have been looked at, and how
        many there are; an exception that it raises ends the search, and what has been found stays.
        """
        bits: list[int] = []
        for size in range(min(most, len(self.faults)) + 1):
            for count, chosen in enumerate(combinations(range(len(self.faults)), size)):
                if progress is not None:
                    progress(size, count, comb(len(self.faults), size))
                mask = sum(1 << index for index in chosen)
                if any(known & mask == known for known in bits):
                    continue
                if self._leads_there(chosen):
                    self.found.append(self._told(chosen))
                    bits.append(mask)
            self.complete_up_to = size
        self.complete_up_to = most

    def _leads_there(self, chosen: FaultSet) -> bool:
        ordered = self._alike.ordered(chosen)
        if ordered not in self._pools:
            hit = self._explore(ordered)
            if hit is not None:
                self._hits[ordered] = hit
        return ordered in self._hits

    # -- one set -----------------------------------------------------------------------------------

    def _explore(self, chosen: FaultSet) -> _Hit | None:
        number = self._pools.setdefault(chosen, len(self._kept))
        pool = Pool(self._around(chosen))
        arrivals = list(self._arrivals(chosen))
        self._kept.append(pool)
        self._sets.append(chosen)
        best = self._by_a_fault(arrivals, pool.around)
        for units in self._explorer.flood(pool, arrivals, number):
            self.states += 1
            if best is not None and pool.reached[units].cost >= best.cost:
                break
            last = self._judge(pool, number, units)
            if last is not None:
                return _Hit(number, last)
        return _Hit(number, best) if best else None

    def _around(self, chosen: FaultSet) -> State:
        """A state with the links and interfaces of the set."""
        state = self.starts[0].state
        for index in chosen:
            if not isinstance(self.faults[index], e.UnitFailed):
                with suppress(NotPossible):  # broken already by another fault of the set
                    state = next_state(state, self.settings, self.faults[index]).state
        return state

    def _arrivals(self, chosen: FaultSet) -> Iterator[tuple[Units, Arrival]]:
        if not chosen:
            for number, start in enumerate(self.starts):
                yield self._explorer.units(start.state), Arrival(0, number)
        for index in chosen:
            rest = tuple(each for each in chosen if each != index)
            there = self.faults[self._alike.renaming(rest)[index]]
            number = self._pools[self._alike.ordered(rest)]
            for _, units, arrival in self._explorer.carry(self._kept[number], number, there):
                yield units, attrs.evolve(arrival, event=self.faults[index])

    def _by_a_fault(self, arrivals: list[tuple[Units, Arrival]], around: State) -> Arrival | None:
        """The earliest arrival that itself meets a goal about steps."""
        best: Arrival | None = None
        for units, arrival in arrivals:
            event, before = arrival.event, arrival.before
            if before is None or not isinstance(event, self.goal.events):
                continue
            if best is None or arrival.cost < best.cost:
                then = self._explorer.observers(self._kept[arrival.pool].around, before)
                if self.goal.met_on(then, event, self._explorer.observers(around, units)):
                    best = arrival
        return best

    def _judge(self, pool: Pool, number: int, units: Units) -> Arrival | None:
        """The arrival in a state that meets the goal, or by a step from `units` that does."""
        goal, explorer, arrival = self.goal, self._explorer, pool.reached[units]
        if goal.of_state is not None:
            if goal.settled and explorer.steps_of(pool.around, units):
                return None
            return arrival if goal.met_by(explorer.observers(pool.around, units)) else None
        for event, after in explorer.steps_of(pool.around, units):
            if isinstance(event, goal.events):
                observers = explorer.observers(pool.around, units), explorer.observers(pool.around, after)
                if goal.met_on(observers[0], event, observers[1]):
                    return Arrival(arrival.cost + 1, number, event, units)
        return None

    # -- telling -----------------------------------------------------------------------------------

    def _told(self, chosen: FaultSet) -> Found:
        """The set with its run, in the names of the set itself."""
        hit = self._hits[self._alike.ordered(chosen)]
        real = _inverse(self._alike.renaming(chosen))
        within, arrival, run = self._sets[hit.pool], hit.last, list[e.Event]()
        while arrival.event is not None and arrival.before is not None:
            if isinstance(arrival.event, e.Fault):
                index = self.faults.index(arrival.event)
                run.append(self.faults[real[index]])
                rest = tuple(each for each in within if each != index)
                back = _inverse(self._alike.renaming(rest))
                real = [real[each] for each in back]
                within = self._sets[arrival.pool]
            else:
                run.append(arrival.event)
            arrival = self._kept[arrival.pool].reached[arrival.before]
        start = self.starts[arrival.pool]
        faults = tuple(self.faults[index] for index in chosen)
        return Found(faults=faults, start=start, events=(*start.events, *reversed(run)))

    def steps(self, found: Found) -> tuple[NamedStep, ...]:
        """The run of a set, replayed through `step`."""
        return tuple(retold(self.settings, found.events))


def _inverse(names: list[int]) -> list[int]:
    back = list(names)
    for index, name in enumerate(names):
        back[name] = index
    return back
