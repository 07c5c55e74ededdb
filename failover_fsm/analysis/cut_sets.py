"""Minimal cut sets: all minimal sets of faults that lead to a goal, in any order and with any unit steps between.

Sets are taken by size. The states that a set leads to are the successors, by its last fault, of the states of its
subsets with one fault fewer, closed under the units' own steps; so each set costs one closure. A set that contains a
smaller one that leads to the goal is skipped: it is not minimal. There are no repairs and no commands.

Interfaces, and ports that carry alike, are interchangeable if no topology distinguishes them, except one that carries
tracked connections: sets that differ only in the names of such interfaces are of one kind (`symmetry.py`). They lead to
the same states, and one of each kind is explored: the sets of a size are those of the size below with one fault more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import attrs

from failover_fsm.analysis.goals import Goal
from failover_fsm.analysis.symmetry import FaultSet, FaultSymmetry
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, Start, Units, every_start, replayed, starts
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.places import placed_events, unwatched_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state


def possible_faults(settings: Settings, environment: Environment, *, everywhere: bool = False) -> tuple[e.Fault, ...]:
    """Every fault of the environment once: units, links, elements, then interface by interface.

    An interface made of software, such as a BVI or a loopback, has no fault of its own.

    Args:
        settings: The pair.
        environment: The kinds of faults.
        everywhere: True for the interfaces that do not count too. Without it, only a port of such interfaces that
            carries a link besides is among the faults.
    """
    found: list[e.Event] = list(environment.unit_events(settings.group_count))
    if settings.topology is not None:
        found += environment.element_events(settings.topology.elements)
    found += placed_events(settings, environment)
    own_link = settings.stateful is StatefulLink.DEDICATED
    under_links = [carrier.name for carrier in settings.carriers if carrier.failover or carrier.stateful]
    for event in unwatched_events(settings, environment):
        if everywhere or (isinstance(event, e.AtPort) and event.port in under_links):
            found.append(event)
    faults = [
        event for event in dict.fromkeys(found) if isinstance(event, e.Fault) and not _is_virtual(event, settings)
    ]
    return tuple(event for event in faults if own_link or not isinstance(event, e.StatefulLinkFailed))


def _is_virtual(fault: e.Fault, settings: Settings) -> bool:
    return isinstance(fault, e.AtInterface) and fault.interface in settings.virtual


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


@attrs.frozen(kw_only=True)
class CutSetKind:
    """The minimal cut sets that differ only in the names of interchangeable interfaces.

    Attributes:
        example: One of them, with its run.
        count: The number of them.
    """

    example: CutSet
    count: int

    @property
    def size(self) -> int:
        """The number of faults in each."""
        return len(self.example.faults)


@attrs.frozen
class _GoalReached:
    """The end of a run that meets the goal: its reach set, and the arrival in its last state."""

    reach_set: int
    last: Arrival


@attrs.frozen(kw_only=True)
class Extent:
    """How far a search is with the sets of one size; those that contain a smaller set that is found are left out.

    Attributes:
        size: The number of faults in each set.
        kinds: The kinds that were looked at.
        of_kinds: All kinds; 0 while they are still being listed.
        sets: The sets that these kinds stand for.
        of_sets: All sets of this size.
    """

    size: int
    kinds: int = 0
    of_kinds: int = 0
    sets: int = 0
    of_sets: int = 0


class CutSetSearch:
    """A search for minimal cut sets; its results so far can be read at any time.

    Attributes:
        settings: The pair, with the history variables that the goal reads.
        goal: The goal.
        faults: All possible faults.
        positions: The position of each of them.
        starts: The states in which runs begin.
        kinds: The kinds of minimal cut sets, smallest first.
        complete_up_to: The size up to which every set has been decided, -1 before the search.
        extent: How far the search is with the size that it works on; None where no size is begun and not finished.
        states: The number of visited states.
        explorer: The steps of the pair, memoised.
        symmetry: The interchangeable interfaces.
        explored_sets: The fault sets explored so far, one per orbit of the symmetry.
        reach_sets: The states that each of them leads to.
    """

    def __init__(
        self, settings: Settings, environment: Environment, goal: Goal, explorer: Explorer | None = None
    ) -> None:
        """The search; `explorer` is that of another search on the same pair, whose steps are known already."""
        settings = attrs.evolve(settings, follow=goal.follow)
        self.settings = settings
        self.goal = goal
        self.faults = possible_faults(settings, environment, everywhere=goal.everywhere)
        self.positions = {fault: index for index, fault in enumerate(self.faults)}
        self.starts = every_start(settings) if goal.everywhere else starts(settings)
        self.kinds: list[CutSetKind] = []
        self.complete_up_to = -1
        self.extent: Extent | None = None
        self.states = 0
        same = explorer is not None and explorer.settings == settings
        self.explorer = explorer if explorer is not None and same else Explorer(settings)
        self.symmetry = FaultSymmetry(settings, self.faults)
        self._set_numbers: dict[FaultSet, int] = {}
        self.reach_sets: list[ReachSet] = []
        self.explored_sets: list[FaultSet] = []
        self._goal_ends: dict[FaultSet, _GoalReached] = {}
        self._spared: dict[FaultSet, None] = {}  # kinds of the largest decided size that do not contain a cut set

    @property
    def found(self) -> tuple[CutSet, ...]:
        """The minimal cut sets, smallest first, in the order of the faults."""
        return tuple(each for size in sorted({kind.size for kind in self.kinds}) for each in self.sets_of(size))

    @property
    def single_points(self) -> tuple[str, ...]:
        """The single points of failure, by name."""
        return tuple(found.names[0] for found in self.sets_of(1))

    def sets_of(self, size: int) -> tuple[CutSet, ...]:
        """The minimal cut sets of this size, in the order of the faults."""
        return tuple(map(self._cut_set, sorted(each for kind in self.kinds_of(size) for each in self._members(kind))))

    def kinds_of(self, size: int) -> tuple[CutSetKind, ...]:
        """The kinds of minimal cut sets of this size."""
        return tuple(kind for kind in self.kinds if kind.size == size)

    def count_of(self, size: int) -> int:
        """The number of minimal cut sets of this size."""
        return sum(kind.count for kind in self.kinds_of(size))

    def _members(self, kind: CutSetKind) -> Iterator[FaultSet]:
        return self.symmetry.members(tuple(self.positions[fault] for fault in kind.example.faults))

    def parts_of(self, kind: CutSetKind) -> Iterator[CutSetKind]:
        """A kind in parts that can be told by names, see `FaultSymmetry.variants`."""
        chosen = tuple(self.positions[fault] for fault in kind.example.faults)
        parts = tuple(self.symmetry.variants(chosen))
        if len(parts) == 1:
            yield kind
        else:
            yield from (CutSetKind(example=self._cut_set(each), count=count) for each, count in parts)

    def reach_set_of(self, chosen: FaultSet) -> ReachSet:
        """The states that the representative of an explored fault set leads to."""
        return self.reach_sets[self._set_numbers[self.symmetry.ordered(chosen)]]

    def run(self, most: int, progress: Callable[[int, int, int], object] | None = None) -> None:
        """Decides every set of at most `most` faults; sizes that an earlier call decided are kept.

        Args:
            most: The largest size.
            progress: Called before each kind of sets with its size, the number of kinds of this size decided so far,
                and their total, and while the kinds are listed with 0 of 1. An exception that it raises ends the
                search for good; the results so far are kept.
        """

        def told(size: int, count: int, total: int) -> None:
            if progress is not None:
                progress(size, count, total)

        for size in range(self.complete_up_to + 1, min(most, len(self.faults)) + 1):
            self.extent = Extent(size=size)
            self._decide(size, told)
            self.extent, self.complete_up_to = None, size
        self.complete_up_to = max(most, self.complete_up_to)

    def _decide(self, size: int, told: Callable[[int, int, int], object]) -> None:
        """Decides every set of a size, kind by kind."""
        candidates = self._candidates(lambda: told(size, 0, 1)) if size else [()]
        counts = [self.symmetry.count(chosen) for chosen in candidates]
        self._spared, done = {}, 0
        for index, (chosen, count) in enumerate(zip(candidates, counts, strict=True)):
            self.extent = Extent(size=size, kinds=index, of_kinds=len(counts), sets=done, of_sets=sum(counts))
            told(size, index, len(counts))
            end = self._explore(chosen)
            done += count
            if end is None:
                self._spared[chosen] = None
            else:
                self._goal_ends[chosen] = end
                self.kinds.append(CutSetKind(example=self._cut_set(chosen), count=count))

    def _candidates(self, told: Callable[[], object]) -> list[FaultSet]:
        """The representatives with one fault more of which every smaller set is spared."""
        found: dict[FaultSet, None] = {}
        for chosen in self._spared:
            told()
            for more in self.symmetry.extensions(chosen):
                larger = self.symmetry.ordered((*chosen, more))
                if larger in found:
                    continue
                rests = (tuple(each for each in larger if each != index) for index in larger)
                if all(self.symmetry.ordered(rest) in self._spared for rest in rests):
                    found[larger] = None
        return sorted(found)

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
        best = best or self._endless_arrival(reach_set)
        return _GoalReached(number, best) if best else None

    def _observers(self, shared: State, units: Units) -> tuple[Observer, ...]:
        """An observer's view of each group. Views that are shared between states tell no interface from another."""
        if not self.goal.everywhere:
            return self.explorer.observers(shared, units)
        state = self.explorer.within(shared, units)
        return tuple(Observer(state, self.settings, index) for index in range(self.settings.group_count))

    def _endless_arrival(self, reach_set: ReachSet) -> Arrival | None:
        """The earliest arrival in a state that meets the goal and belongs to a round of steps without an end."""
        if not self.goal.everywhere:
            return None
        ends = (units for units in self.explorer.at_rest(reach_set) if self.explorer.steps_of(reach_set.shared, units))
        met = [reach_set.reached[each] for each in ends if self.goal.met_by(self._observers(reach_set.shared, each))]
        return min(met, key=lambda arrival: arrival.cost, default=None)

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
                then = self._observers(self.reach_sets[arrival.reach_set].shared, before)
                if self.goal.met_on(then, event, self._observers(shared, units)):
                    best = arrival
        return best

    def _goal_arrival(self, reach_set: ReachSet, number: int, units: Units) -> Arrival | None:
        """The arrival in a state that meets the goal, or by a step from `units` that does."""
        goal, explorer, arrival = self.goal, self.explorer, reach_set.reached[units]
        if goal.of_state is not None:
            if goal.settled and explorer.steps_of(reach_set.shared, units):
                return None
            return arrival if goal.met_by(self._observers(reach_set.shared, units)) else None
        for event, after in explorer.steps_of(reach_set.shared, units):
            if isinstance(event, goal.events):
                observers = self._observers(reach_set.shared, units), self._observers(reach_set.shared, after)
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
                index = self.positions[arrival.event]
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
