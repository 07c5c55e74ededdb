"""Every interleaving of a few given events with the units' own steps.

A *pool* holds what can be reached once certain outside events have happened, whatever their order and whatever
the units did in between.  All its states have the same links and interfaces, so a pool keeps the two unit
records only.  `flood` lets the units step inside a pool; `carry` takes an outside event into the next one.
States are reduced to their canonical form, as in every search (pair/canonical.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

import attrs

from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import NamedStep, PairModel, core_of
from failover_fsm.model.scenario import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Interface, State, Unit, UnitState
from failover_fsm.pair.step import next_state, step

Units = tuple[UnitState, UnitState]
OwnSteps = tuple[tuple[e.Event, Units], ...]


@attrs.frozen
class Arrival:
    """How a state of a pool was reached: after how many steps, by which event, from which state of which pool.

    Attributes:
        cost: The number of steps.
        pool: The number of the pool; of the start where the exploration begins.
        event: None for a state in which the exploration starts.
        before: The two records before the event.
    """

    cost: int
    pool: int
    event: e.Event | None = None
    before: Units | None = None


@attrs.frozen
class Pool:
    """The states that are reached with the same outside events.

    around: a state with the links and interfaces of all of them.  reached: in the order of their cost.
    """

    around: State
    reached: dict[Units, Arrival] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Start:
    """Where an exploration begins.  says: in words.  events: the way there from two units that are off."""

    says: str
    events: tuple[e.Event, ...]
    state: State


class Explorer:
    """The steps of a pair, each computed once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = PairModel(settings, Environment(faults=(), operator=()))
        self._by_interfaces: dict[tuple[Interface, ...], PairModel] = {}
        self._own: dict[object, dict[Units, OwnSteps]] = {}

    def units(self, state: State) -> Units:
        """The two records, reduced to what can still matter."""
        kept = self.model.canonical(state)
        return kept.primary, kept.secondary

    def within(self, around: State, units: Units) -> State:
        """The state of these units in a pool."""
        return attrs.evolve(around, primary=units[0], secondary=units[1])

    def own_steps(self, around: State) -> dict[Units, OwnSteps]:
        """What is known of the units' own steps where links and interfaces are such; `steps_of` fills it."""
        seen = around.interfaces if self.settings.state_on_data else self.model.senses(around.interfaces)
        return self._own.setdefault((core_of(around)[2:], seen), {})

    def _stepping(self, interfaces: tuple[Interface, ...]) -> PairModel:
        """The model that steps where interfaces are such.

        A model keeps steps by what the protocol senses; connections also depend on the one interface that carries them.
        """
        if not self.settings.state_on_data:
            return self.model
        if interfaces not in self._by_interfaces:
            self._by_interfaces[interfaces] = PairModel(self.settings, self.model.environment)
        return self._by_interfaces[interfaces]

    def steps_of(self, around: State, units: Units) -> OwnSteps:
        """The units' own steps that change something."""
        known = self.own_steps(around)
        found = known.get(units)
        if found is None:
            plain = attrs.evolve(self.within(around, units), wiring=None)
            found = known.setdefault(
                units,
                tuple(
                    (event, (after.primary, after.secondary))
                    for event, after in self._stepping(around.interfaces).successors(plain)
                    if isinstance(event, e.ProtocolStep)
                ),
            )
        return found

    def observers(self, around: State, units: Units) -> tuple[Observer, ...]:
        """An observer's view of each failover group."""
        return self.model.observers(self.within(around, units))

    def flood(self, pool: Pool, arrivals: Iterable[tuple[Units, Arrival]], number: int) -> Iterator[Units]:
        """Fills a pool from these arrivals by the units' own steps; yields each state once, the cheapest first.

        number: of the pool, for the arrivals inside it.
        """
        waiting: list[tuple[int, int, Units, Arrival]] = []
        for units, arrival in arrivals:
            heappush(waiting, (arrival.cost, len(waiting), units, arrival))
        count, reached = len(waiting), pool.reached
        known = self.own_steps(pool.around)
        while waiting:
            _, _, units, arrival = heappop(waiting)
            if units in reached:
                continue
            reached[units] = arrival
            yield units
            for event, after in known.get(units) or self.steps_of(pool.around, units):
                if after not in reached:
                    count += 1
                    heappush(waiting, (arrival.cost + 1, count, after, Arrival(arrival.cost + 1, number, event, units)))

    def carry(self, pool: Pool, number: int, event: e.Event) -> Iterator[tuple[State, Units, Arrival]]:
        """Every state of a pool after an outside event, where it can happen there; a refused command changes nothing.

        number: of the pool.  Yields a state with the links and interfaces that are so afterwards, the units'
        records, and the arrival.
        """
        is_wiring = isinstance(event, e.Fault | e.Repair) and not isinstance(event, e.UnitFailed | e.UnitRestored)
        around: State | None = None
        for units, arrival in pool.reached.items():
            here = Arrival(arrival.cost + 1, number, event, units)
            if around is not None and not any(
                group.handover is not Handover.NONE for own in units for group in own.groups
            ):
                yield around, units, here
                continue
            state = self.within(pool.around, units)
            try:
                after = next_state(state, self.settings, event).state
            except NotPossible:
                if is_wiring:
                    return
                continue
            except Refused:
                after = state
            around = after if is_wiring and not self.settings.follow else None
            yield after, self.units(after), here


def starts(settings: Settings) -> tuple[Start, ...]:
    """The healthy settled pair: as it boots, and with the active role handed over once."""
    booted = [e.UnitRestored(unit=unit) for unit in Unit]
    first, events = _settled(cold(settings), settings, booted)
    found = [Start(says="the pair as it boots, settled", events=events, state=first)]
    try:
        other, more = _settled(first, settings, [e.FailoverActive(unit=Unit.SECONDARY)])
    except Refused:
        return tuple(found)
    if other != first:
        says = "the same after `failover active` on the secondary, settled"
        found.append(Start(says=says, events=(*events, *more), state=other))
    return tuple(found)


def _settled(state: State, settings: Settings, events: Iterable[e.Event]) -> tuple[State, tuple[e.Event, ...]]:
    """The state after these events, settled, and the events with the units' own steps; ends where it repeats."""
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


def retold(settings: Settings, events: Iterable[e.Event]) -> Iterator[NamedStep]:
    """The events from two units that are off, replayed through `step`; a refused command changes nothing."""
    state = cold(settings)
    for event in events:
        try:
            after, outputs = step(state, settings, event)
        except Refused:
            after, outputs = state, ()
        yield NamedStep(event=event, before=state, after=after, outputs=outputs)
        state = after
