"""Every interleaving of a few given events with the units' own steps.

A *reach set* holds the states that are reachable once certain outside events have happened, in whatever order and
whatever steps the units took in between. All its states share the links and interfaces (the *shared environment*),
so a reach set keeps only the two unit records. `close` adds what the units' own steps reach inside a set
(tau-closure); `post` gives the successors of a set under an outside event, which enter the next set.
States are reduced to their canonical form, as in every search (pair/canonical.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count

import attrs

from failover_fsm.model.core_steps import core_of
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Interface, State, Unit, UnitState
from failover_fsm.pair.step import next_state, step

Units = tuple[UnitState, UnitState]
OwnSteps = tuple[tuple[e.Event, Units], ...]


@attrs.frozen
class Arrival:
    """How a state of a reach set was reached.

    Attributes:
        cost: The number of steps.
        reach_set: The number of the reach set that the last step leaves; for a start, the number of the start.
        event: None for a state in which the exploration starts.
        before: The two records before the event.
    """

    cost: int
    reach_set: int
    event: e.Event | None = None
    before: Units | None = None


@attrs.frozen
class ReachSet:
    """The states that are reachable with the same outside events.

    Attributes:
        shared: A state with the links and interfaces of all of them.
        reached: The unit records with their arrival, in the order of cost.
    """

    shared: State
    reached: dict[Units, Arrival] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Start:
    """Where an exploration begins.

    Attributes:
        description: The start in words.
        events: A run that leads there from two units that are off.
        state: The pair there.
    """

    description: str
    events: tuple[e.Event, ...]
    state: State


class Explorer:
    """The steps of a pair, each computed once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = PairModel(settings, Environment(faults=(), operator=()))
        self._by_interfaces: dict[tuple[Interface, ...], PairModel] = {}
        self._own: dict[object, dict[Units, OwnSteps]] = {}
        self._latest: tuple[State | None, dict[Units, OwnSteps]] = (None, {})

    def units(self, state: State) -> Units:
        """The two unit records after the live-variable reduction."""
        return self.model.essence(state.primary), self.model.essence(state.secondary)

    def within(self, shared: State, units: Units) -> State:
        """The state of these units with the links and interfaces of `shared`."""
        return attrs.evolve(shared, primary=units[0], secondary=units[1])

    def own_steps(self, shared: State) -> dict[Units, OwnSteps]:
        """What is known of the units' own steps where links and interfaces are such; `steps_of` fills it."""
        if shared is not self._latest[0]:  # many questions in a row are about one
            seen = shared.interfaces if self.settings.state_on_data else self.model.senses(shared.interfaces)
            self._latest = shared, self._own.setdefault((core_of(shared)[2:], seen), {})
        return self._latest[1]

    def _stepping(self, interfaces: tuple[Interface, ...]) -> PairModel:
        """The model whose step cache is valid for these interfaces.

        The cache of a model is keyed by what the protocol senses; connections that travel over a data interface
        depend on that interface besides.
        """
        if not self.settings.state_on_data:
            return self.model
        if interfaces not in self._by_interfaces:
            self._by_interfaces[interfaces] = PairModel(self.settings, self.model.environment)
        return self._by_interfaces[interfaces]

    def steps_of(self, shared: State, units: Units) -> OwnSteps:
        """The units' own steps that change the state, with the records after them."""
        known = self.own_steps(shared)
        found = known.get(units)
        if found is None:
            state = self.within(shared, units)
            found = known.setdefault(
                units,
                tuple(
                    (event, (after.primary, after.secondary))
                    for event, after in self._stepping(shared.interfaces).successors(state)
                    if isinstance(event, e.ProtocolStep)
                ),
            )
        return found

    def observers(self, shared: State, units: Units) -> tuple[Observer, ...]:
        """An observer's view of each failover group."""
        return self.model.observers(self.within(shared, units))

    def close(self, reach_set: ReachSet, arrivals: Iterable[tuple[Units, Arrival]], number: int) -> Iterator[Units]:
        """Closes a reach set under the units' own steps.

        Args:
            reach_set: The set to fill.
            arrivals: The states that enter it.
            number: The number of the set, for the arrivals inside it.

        Yields:
            Each state once, in the order of cost.
        """
        waiting: list[tuple[int, int, Units, Arrival]] = []
        for units, arrival in arrivals:
            heappush(waiting, (arrival.cost, len(waiting), units, arrival))
        turns, reached = count(len(waiting)), reach_set.reached
        known = self.own_steps(reach_set.shared)
        while waiting:
            _, _, units, arrival = heappop(waiting)
            if units in reached:
                continue
            reached[units] = arrival
            yield units
            for event, after in known.get(units) or self.steps_of(reach_set.shared, units):
                if after not in reached:
                    arrived = Arrival(arrival.cost + 1, number, event, units)
                    heappush(waiting, (arrived.cost, next(turns), after, arrived))

    def _at_a_unit(self, event: e.Event) -> bool:
        """The event changes a unit, its power or that of its host, or cannot happen to one that boots: it hangs."""
        if isinstance(event, e.ElementFailed | e.ElementRestored) and self.settings.topology is not None:
            return bool(self.settings.topology.units_on(event.element))
        return kind_of(type(event)).by_units or isinstance(event, e.UnitPaused)

    def at_rest(self, reach_set: ReachSet) -> tuple[Units, ...]:
        """The states of a closed reach set in which the units' own steps end.

        These are the settled states, and, where a run goes round for ever, the states of rounds that it cannot leave.
        """
        after = {each: [then for _, then in self.steps_of(reach_set.shared, each)] for each in reach_set.reached}
        settled = tuple(each for each, following in after.items() if not following)
        leads_to: dict[Units, list[Units]] = {each: [] for each in after}
        for each, following in after.items():
            for then in following:
                leads_to[then].append(each)
        calm = _reached(settled, leads_to)
        if len(calm) == len(after):
            return settled
        ahead = {each: _reached((each,), after) for each in after if each not in calm}
        rounds = (each for each, found in ahead.items() if all(each in ahead[then] for then in found))
        return (*settled, *rounds)

    def post(self, reach_set: ReachSet, number: int, event: e.Event) -> Iterator[tuple[State, Units, Arrival]]:
        """The successors of every state of a reach set under an outside event.

        States in which the event is impossible have none; a refused command leaves the state as it is.

        Args:
            reach_set: The set.
            number: Its number, for the arrivals.
            event: A fault, a repair or a command.

        Yields:
            A state with the links and interfaces after the event, the unit records, and the arrival.
        """
        is_wiring = not self._at_a_unit(event)
        shared: State | None = None
        for units, arrival in reach_set.reached.items():
            here = Arrival(arrival.cost + 1, number, event, units)
            if shared is not None and not any(
                group.handover is not Handover.NONE for own in units for group in own.groups
            ):
                yield shared, units, here
                continue
            state = self.within(reach_set.shared, units)
            try:
                after = next_state(state, self.settings, event).state
            except NotPossible:
                if is_wiring:
                    return
                continue
            except Refused:
                after = state
            shared = after if is_wiring and not self.settings.follow else None
            yield after, self.units(after), here


def _reached(begin: Iterable[Units], following: Mapping[Units, Iterable[Units]]) -> dict[Units, None]:
    """Everything that is reached from some states, these included."""
    found = dict.fromkeys(begin)
    waiting = list(found)
    for each in waiting:
        for then in following[each]:
            if then not in found:
                found[then] = None
                waiting.append(then)
    return found


def starts(settings: Settings) -> tuple[Start, ...]:
    """The healthy settled pair: as it boots, and with the active role handed over once."""
    booted = [e.UnitRestored(unit=unit) for unit in Unit]
    first, events = _settled(cold(settings), settings, booted)
    found = [Start(description="the pair as it boots, at rest", events=events, state=first)]
    try:
        other, more = _settled(first, settings, [e.FailoverActive(unit=Unit.SECONDARY)])
    except Refused:
        return tuple(found)
    if other != first:
        description = "the same after `failover active` on the secondary, at rest"
        found.append(Start(description=description, events=(*events, *more), state=other))
    return tuple(found)


def every_start(settings: Settings) -> tuple[Start, ...]:
    """The starts of `starts`, and those with the groups distributed over the units in any other way."""
    found = list(starts(settings))
    known = [_places(start.state) for start in found]
    for start in found:
        for unit in Unit:
            for number in range(1, len(settings.groups) + 1):
                if start.state.unit(unit).groups[number - 1].active:
                    continue
                move = e.FailoverActive(unit=unit, group=number)
                state, events = _settled(start.state, settings, [move])
                if _places(state) not in known:
                    known.append(_places(state))
                    base = "the same" if start is found[0] else start.description.removesuffix(", at rest") + ", then"
                    words = f"{base} after `failover active group {number}` on the {unit.value}, at rest"
                    found.append(Start(description=words, events=(*start.events, *events), state=state))
    return tuple(found)


def _places(state: State) -> tuple[bool, ...]:
    """Which groups are active on which unit."""
    return tuple(group.active for unit in Unit for group in state.unit(unit).groups)


def _settled(state: State, settings: Settings, events: Iterable[e.Event]) -> tuple[State, tuple[e.Event, ...]]:
    """The settled state after these events, and the whole run; the run ends where a state repeats."""
    taken: list[e.Event] = []
    for event in events:
        state = next_state(state, settings, event).state
        taken.append(event)
    seen = {state}
    while (following := next(changing_steps(state, settings), None)) is not None:
        event, state = following
        taken.append(event)
        if state in seen:
            break
        seen.add(state)
    return state, tuple(taken)


def replayed(settings: Settings, events: Iterable[e.Event]) -> Iterator[NamedStep]:
    """The events from two units that are off, replayed through `step`; a refused command changes nothing."""
    state = cold(settings)
    for event in events:
        try:
            after, outputs = step(state, settings, event)
        except Refused:
            after, outputs = state, ()
        yield NamedStep(event=event, before=state, after=after, outputs=outputs)
        state = after
