"""Minimal cut sets: all minimal sets of faults that lead to a goal, in any order and with any unit steps between.

Sets are taken by size. The states that a set leads to are the successors, by its last fault, of the states of its
subsets with one fault fewer, closed under the units' own steps; so each set costs one closure. A set that contains a
smaller one that leads to the goal is skipped: it is not minimal. There are no repairs and no commands.

Interfaces, and ports that carry alike, are interchangeable if no topology distinguishes them, except one that carries
tracked connections: sets that differ only in the names of such interfaces lead to the same states and are explored
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from math import comb

import attrs

from failover_fsm.analysis.goals import Goal
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, Start, Units, replayed, starts
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.places import Place, placed_events, places_alike
from failover_fsm.model.scenario import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state

FaultSet = tuple[int, ...]
"""Positions of faults in `CutSetSearch.faults`, ascending."""


def possible_faults(settings: Settings, environment: Environment) -> tuple[e.Fault, ...]:
    """Every fault of the environment once: units, links, elements, then interface by interface."""
    found: list[e.Event] = list(environment.unit_events(settings.group_count))
    if settings.topology is not None:
        found += environment.element_events(settings.topology.elements)
    found += placed_events(settings, environment)
    own_link = settings.stateful is StatefulLink.DEDICATED
    faults = [event for event in found if isinstance(event, e.Fault)]
    return tuple(event for event in faults if own_link or not isinstance(event, e.StatefulLinkFailed))


@attrs.frozen(kw_only=True)
class CutSet:
    """A minimal cut set.

    Attributes:
        faults: In the order of `CutSetSearch.faults`.
        start: The state in which its run begins.
        events: A shortest run that meets the goal, beginning with the way to the start.
    """

    faults: tuple[e.Fault, ...]
    start: Start
    events: tuple[e.Event, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The faults by name."""
        return tuple(map(name_of, self.faults))


def name_of(fault: e.Event) -> str:
    """A fault as reports name it: an element by its name, any other fault as an event."""
    return fault.element if isinstance(fault, e.ElementFailed) else str(fault)


_Runs = list[list[list[int]]]
"""The faults of a place: runs of rows, the faults of one interface each; the rows of a run are interchangeable."""


class InterfaceSymmetry:
    """The symmetry of fault sets under renaming of interchangeable interfaces.

    A set is *ordered*, the representative of its orbit, if the interfaces with more, or earlier, faults come first.
    """

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        self._all = range(len(faults))
        self._blocks: list[list[_Runs]] = []
        if settings.topology is not None:
            return
        for alike in places_alike(settings, by_state=settings.state_on_data):
            self._blocks.append([self._runs(settings, faults, place) for place in alike])

    def _runs(self, settings: Settings, faults: tuple[e.Fault, ...], place: Place) -> _Runs:
        """The faults of a place: of its port, then of each interface, run by run."""
        of_port = [at for at in self._all if place.port and getattr(faults[at], "port", None) == place.port.name]
        runs = [[settings.ports[index].name for index in run] for run in place.runs]
        return [
            [of_port],
            *(
                [[at for at in self._all if getattr(faults[at], "interface", None) == name] for name in run]
                for run in runs
            ),
        ]

    def renaming(self, chosen: FaultSet) -> list[int]:
        """For each fault, the fault that takes its place in the ordered set of `chosen`."""
        names = list(self._all)

        def pattern(row: list[int]) -> list[bool]:
            return [at not in chosen for at in row]

        for block in self._blocks:
            inner = [[at for run in runs for row in sorted(run, key=pattern) for at in row] for runs in block]
            for runs, row in zip(block, sorted(inner, key=pattern), strict=True):
                for target, at in zip((at for run in runs for each in run for at in each), row, strict=True):
                    names[at] = target
        return names

    def ordered(self, chosen: FaultSet) -> FaultSet:
        """The representative of `chosen`."""
        names = self.renaming(chosen)
        return tuple(sorted(names[at] for at in chosen))


@attrs.frozen
class _GoalReached:
    """The end of a run that meets the goal: its reach set, and the arrival in its last state."""

    reach_set: int
    last: Arrival


class CutSetSearch:
    """A search for minimal cut sets; its results so far can be read at any time.

    Attributes:
        settings: The pair, with the history variables that the goal reads.
        goal: The goal.
        faults: All possible faults.
        starts: The states in which runs begin.
        found: The minimal cut sets, smallest first.
        complete_up_to: The size up to which every set has been decided, -1 before the search.
        states: The number of visited states.
        explorer: The steps of the pair, memoised.
        symmetry: The interchangeable interfaces.
        explored_sets: The fault sets explored so far, one per orbit of the symmetry.
        reach_sets: The states that each of them leads to.
    """

    def __init__(self, settings: Settings, environment: Environment, goal: Goal) -> None:
        settings = attrs.evolve(settings, follow=goal.follow)
        self.settings = settings
        self.goal = goal
        self.faults = possible_faults(settings, environment)
        self.starts = starts(settings)
        self.found: list[CutSet] = []
        self.complete_up_to = -1
        self.states = 0
        self.explorer = Explorer(settings)
        self.symmetry = InterfaceSymmetry(settings, self.faults)
        self._set_numbers: dict[FaultSet, int] = {}
        self.reach_sets: list[ReachSet] = []
        self.explored_sets: list[FaultSet] = []
        self._goal_ends: dict[FaultSet, _GoalReached] = {}

    @property
    def single_points(self) -> tuple[str, ...]:
        """The single points of failure, by name."""
        return tuple(found.names[0] for found in self.found if len(found.faults) == 1)

    def sets_of(self, size: int) -> tuple[CutSet, ...]:
        """The minimal cut sets of this size."""
        return tuple(found for found in self.found if len(found.faults) == size)

    def reach_set_of(self, chosen: FaultSet) -> ReachSet:
        """The states that the representative of an explored fault set leads to."""
        return self.reach_sets[self._set_numbers[self.symmetry.ordered(chosen)]]

    def run(self, most: int, progress: Callable[[int, int, int], object] | None = None) -> None:
        """Decides every set of at most `most` faults.

        Args:
            most: The largest size.
            progress: Called before each set with its size, the number of sets of this size decided so far, and their
                total. An exception that it raises ends the search; the results so far are kept.
        """
        bits: list[int] = []
        for size in range(min(most, len(self.faults)) + 1):
            for count, chosen in enumerate(combinations(range(len(self.faults)), size)):
                if progress is not None:
                    progress(size, count, comb(len(self.faults), size))
                mask = sum(1 << index for index in chosen)
                if any(known & mask == known for known in bits):
                    continue
                if self._reaches_goal(chosen):
                    self.found.append(self._cut_set(chosen))
                    bits.append(mask)
            self.complete_up_to = size
        self.complete_up_to = most

    def _reaches_goal(self, chosen: FaultSet) -> bool:
        ordered = self.symmetry.ordered(chosen)
        if ordered not in self._set_numbers:
            end = self._explore(ordered)
            if end is not None:
                self._goal_ends[ordered] = end
        return ordered in self._goal_ends

    # -- one set -----------------------------------------------------------------------------------

    def _explore(self, chosen: FaultSet) -> _GoalReached | None:
        number = self._set_numbers.setdefault(chosen, len(self.reach_sets))
        reach_set = ReachSet(self._environment_part(chosen))
        arrivals = list(self._arrivals(chosen))
        self.reach_sets.append(reach_set)
        self.explored_sets.append(chosen)
        best = self._goal_step_by_fault(arrivals, reach_set.shared)
        for units in self.explorer.close(reach_set, arrivals, number):
            self.states += 1
            if best is not None and reach_set.reached[units].cost >= best.cost:
                break
            last = self._goal_arrival(reach_set, number, units)
            if last is not None:
                return _GoalReached(number, last)
        return _GoalReached(number, best) if best else None

    def _environment_part(self, chosen: FaultSet) -> State:
        """A state with the links and interfaces after the faults of the set."""
        state = self.starts[0].state
        for index in chosen:
            if not isinstance(self.faults[index], e.UnitFailed):
                with suppress(NotPossible):  # broken already by another fault of the set
                    state = next_state(state, self.settings, self.faults[index]).state
        return state

    def _arrivals(self, chosen: FaultSet) -> Iterator[tuple[Units, Arrival]]:
        if not chosen:
            for number, start in enumerate(self.starts):
                yield self.explorer.units(start.state), Arrival(0, number)
        for index in chosen:
            rest = tuple(each for each in chosen if each != index)
            there = self.faults[self.symmetry.renaming(rest)[index]]
            number = self._set_numbers[self.symmetry.ordered(rest)]
            for _, units, arrival in self.explorer.post(self.reach_sets[number], number, there):
                yield units, attrs.evolve(arrival, event=self.faults[index])

    def _goal_step_by_fault(self, arrivals: list[tuple[Units, Arrival]], shared: State) -> Arrival | None:
        """The earliest arrival that itself meets a goal about steps."""
        best: Arrival | None = None
        for units, arrival in arrivals:
            event, before = arrival.event, arrival.before
            if before is None or not isinstance(event, self.goal.events):
                continue
            if best is None or arrival.cost < best.cost:
                then = self.explorer.observers(self.reach_sets[arrival.reach_set].shared, before)
                if self.goal.met_on(then, event, self.explorer.observers(shared, units)):
                    best = arrival
        return best

    def _goal_arrival(self, reach_set: ReachSet, number: int, units: Units) -> Arrival | None:
        """The arrival in a state that meets the goal, or by a step from `units` that does."""
        goal, explorer, arrival = self.goal, self.explorer, reach_set.reached[units]
        if goal.of_state is not None:
            if goal.settled and explorer.steps_of(reach_set.shared, units):
                return None
            return arrival if goal.met_by(explorer.observers(reach_set.shared, units)) else None
        for event, after in explorer.steps_of(reach_set.shared, units):
            if isinstance(event, goal.events):
                observers = explorer.observers(reach_set.shared, units), explorer.observers(reach_set.shared, after)
                if goal.met_on(observers[0], event, observers[1]):
                    return Arrival(arrival.cost + 1, number, event, units)
        return None

    # -- runs of sets -----------------------------------------------------------------------------------

    def _cut_set(self, chosen: FaultSet) -> CutSet:
        """The cut set with its run, in the interface names of `chosen`."""
        end = self._goal_ends[self.symmetry.ordered(chosen)]
        real = _inverse(self.symmetry.renaming(chosen))
        within, arrival, run = self.explored_sets[end.reach_set], end.last, list[e.Event]()
        while arrival.event is not None and arrival.before is not None:
            if isinstance(arrival.event, e.Fault):
                index = self.faults.index(arrival.event)
                run.append(self.faults[real[index]])
                rest = tuple(each for each in within if each != index)
                back = _inverse(self.symmetry.renaming(rest))
                real = [real[each] for each in back]
                within = self.explored_sets[arrival.reach_set]
            else:
                run.append(arrival.event)
            arrival = self.reach_sets[arrival.reach_set].reached[arrival.before]
        start = self.starts[arrival.reach_set]
        faults = tuple(self.faults[index] for index in chosen)
        return CutSet(faults=faults, start=start, events=(*start.events, *reversed(run)))

    def steps(self, found: CutSet) -> tuple[NamedStep, ...]:
        """The run of a cut set, replayed through `step`."""
        return tuple(replayed(self.settings, found.events))


def _inverse(names: list[int]) -> list[int]:
    back = list(names)
    for index, name in enumerate(names):
        back[name] = index
    return back
