"""Service after a single fault: lost for good or taken over, and whether both units become active.

Every fault is tried in a settled pair with both units ready, and every order of the units' own steps after it is
followed to its end, without a repair and without a command. Service is *lost* if the protocol comes to rest without it
in some order: what the take-over itself interrupts is not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.analysis.cut_sets import CutSetSearch, name_of, possible_faults
from failover_fsm.analysis.fault_kinds import JoinedKind, joined_kinds
from failover_fsm.analysis.goals import STATES
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, Start, Units, every_start
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.service import Loss, dual_groups, loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit

__all__ = ["FaultOutcome", "every_fault", "lost_for_good", "outcomes_of", "ready_starts", "single_faults"]

EVERY_PLACE = ("power", "failover-link", "stateful-link", "interfaces", "paths")
"""The faults that any pair can have; elements and service modules are added where the pair has them."""


@attrs.frozen(kw_only=True)
class FaultOutcome:
    """What becomes of a settled pair with both units ready after one fault.

    Attributes:
        fault: The fault.
        lost: Names of the interfaces that stay without service, in the order of the configuration.
        lost_groups: Positions of the failover groups that no unit stays active for.
        dual_active: True if a failover group stays active on both units.
        taken_over: True if a unit becomes active that was not.
        start: Where the run of `trace` begins.
        trace: A shortest run to the worst end, from two units that are off.
    """

    fault: e.Fault
    lost: tuple[str, ...]
    lost_groups: tuple[int, ...]
    dual_active: bool
    taken_over: bool
    start: Start
    trace: tuple[e.Event, ...]

    @property
    def name(self) -> str:
        """The fault as reports name it."""
        return name_of(self.fault)

    @property
    def survived(self) -> bool:
        """True if service comes back everywhere by the protocol alone, and one unit is active."""
        return not (self.lost or self.lost_groups or self.dual_active)


def single_faults(scenario: Scenario) -> tuple[FaultOutcome, ...]:
    """The outcome of every single fault of the pair, in a fixed order; empty if both units are never ready.

    The faults are those of every unit, link, port and interface, monitored or not, whatever the scenario's
    environment leaves out, and those of the elements of its topology.
    """
    settings = attrs.evolve(scenario.settings, follow=())
    return outcomes_of(settings, every_fault(settings, scenario.environment))


def outcomes_of(settings: Settings, faults: Iterable[e.Fault]) -> tuple[FaultOutcome, ...]:
    """The outcome of each of these faults by itself; empty if both units are never ready."""
    begin = ready_starts(settings)
    explorer = Explorer(settings)
    return tuple(_outcome(explorer, begin, fault) for fault in faults) if begin else ()


def lost_for_good(settings: Settings) -> tuple[JoinedKind, ...]:
    """The single faults of any kind after which service does not come back by the protocol alone."""
    environment = Environment(faults=_words(settings))
    search = CutSetSearch(settings, environment, STATES["service-lost"])
    search.run(1)
    return joined_kinds(search, 1)


def every_fault(settings: Settings, environment: Environment) -> tuple[e.Fault, ...]:
    """The faults of every unit, link, element, port and interface, monitored or not."""
    whole = attrs.evolve(environment, faults=(*_words(settings), *environment.faults), max_faults=None)
    return possible_faults(settings, whole, everywhere=True)


def _words(settings: Settings) -> tuple[str, ...]:
    return (*EVERY_PLACE, *(["elements"] if settings.topology is not None else []))


def ready_starts(settings: Settings) -> tuple[Start, ...]:
    """The settled pairs in which each group has an active unit and a ready one."""
    return tuple(start for start in every_start(settings) if _is_ready(start.state, settings))


def _is_ready(state: State, settings: Settings) -> bool:
    return all(observer.healthy for observer in Explorer(settings).model.observers(state))


# -- one fault -------------------------------------------------------------------------------------


@attrs.frozen
class _End:
    """A state in which the protocol rests after the fault."""

    start: Start
    reach_set: ReachSet
    units: Units
    state: State
    loss: Loss
    dual: tuple[int, ...]
    taken: bool

    @property
    def badness(self) -> tuple[int, ...]:
        """The worst end is the greatest; among equals the shortest run."""
        cost = self.reach_set.reached[self.units].cost
        return len(self.loss.groups), len(self.dual), len(self.loss.interfaces), self.taken, -cost

    def run(self) -> tuple[e.Event, ...]:
        """The events from two units that are off."""
        found: list[e.Event] = []
        arrival = self.reach_set.reached[self.units]
        while arrival.event is not None and arrival.before is not None:
            found.append(arrival.event)
            if isinstance(arrival.event, e.Fault):
                break
            arrival = self.reach_set.reached[arrival.before]
        return (*self.start.events, *reversed(found))


def _outcome(explorer: Explorer, begin: Iterable[Start], fault: e.Fault) -> FaultOutcome:
    settings = explorer.settings
    ends = [end for start in begin for end in _ends(explorer, start, fault)]
    worst = max(ends, key=lambda end: end.badness)
    lost = {index for end in ends for index in end.loss.interfaces}
    return FaultOutcome(
        fault=fault,
        lost=tuple(port.name for index, port in enumerate(settings.ports) if index in lost),
        lost_groups=tuple(sorted({index for end in ends for index in end.loss.groups})),
        dual_active=any(end.dual for end in ends),
        taken_over=any(end.taken for end in ends),
        start=worst.start,
        trace=worst.run(),
    )


def _ends(explorer: Explorer, start: Start, fault: e.Fault) -> Iterator[_End]:
    """The states in which the protocol rests after the fault."""
    settings = explorer.settings
    before = ReachSet(start.state, {explorer.units(start.state): Arrival(0, 0)})
    for shared, units, arrival in explorer.post(before, 0, fault):
        after = ReachSet(shared)
        for _ in explorer.close(after, [(units, arrival)], 1):
            pass
        for each in explorer.at_rest(after):
            state = explorer.within(shared, each)
            yield _End(
                start=start,
                reach_set=after,
                units=each,
                state=state,
                loss=loss_in(state, settings),
                dual=dual_groups(state, settings),
                taken=_is_taken_over(start.state, state),
            )


def _is_taken_over(before: State, after: State) -> bool:
    """True if some group is active on a unit on which it was not."""
    pairs = ((before.unit(unit).groups, after.unit(unit).groups) for unit in Unit)
    return any(new.active and not old.active for olds, news in pairs for old, new in zip(olds, news, strict=True))
