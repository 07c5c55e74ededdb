"""The model that the checker explores: a pair in an environment that the scenario bounds.

Exactness.  Three things keep the search small, none of which loses a behaviour:

* the protocol sees of the interfaces only what `Senses` holds, so its steps are computed once for
  each combination of unit records, links, modules and senses, whatever the interfaces look like otherwise;
* monitored interfaces of a group are interchangeable, a policy only counts them, and so are ports that carry alike
  (places.py): states are kept with the interfaces in a fixed order, and traces are given back their names;
* of each unit's record only its canonical form is kept (pair/canonical.py).

Steps that change nothing are left out, but for configuration commands: that a command reached both
units, or that it should have been marked, shows in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.model.core_steps import Core, CoreStep, CoreSteps, Senses, core_of, sensed, with_core
from failover_fsm.model.interface_ranks import Rank, order_of, rank_of
from failover_fsm.model.observer import Observer
from failover_fsm.model.places import Place, events_at, places_alike, port_of
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.pair import cold
from failover_fsm.pair.reaction_cache import ReactionCache
from failover_fsm.pair.registry import broken_on, interfaces_after
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Group, Handover, Interface, State, UnitState
from failover_fsm.pair.step import next_state, step

KNOWN: dict[type, tuple[str, ...]] = {
    State: (
        "primary",
        "secondary",
        "links",
        "modules",
        "impairments",
        "obstacles",
        "interfaces",
        "wiring",
        "running",
    ),
    UnitState: ("phase", "enabled", "contact", "config_sync", "newest", "saved", "hindrance", "groups"),
    Group: ("role", "peer_role", "handover", "return_pending", "unchecked", "sessions"),
}
"""The fields that searches know. A new one is added here after a look at `core_of`, `Senses` and pair/canonical.py."""

InterfaceStep = tuple[e.Event, tuple[Interface, ...], int]


def refuse_unknown_fields(state: State) -> None:
    """Raises TypeError where a record of the state has a field that searches do not know.

    A search that kept states without it would take different states for one and could miss a violation.
    """
    for record in (state, state.primary, state.primary.groups[0]):
        known = next(names for kind, names in KNOWN.items() if isinstance(record, kind))
        for field in attrs.fields(type(record)):
            if field.name not in known:
                what = f"{type(record).__name__}.{field.name} is a field that searches do not know"
                raise TypeError(f"{what}: see KNOWN in {__name__}")


@attrs.frozen(kw_only=True)
class NamedStep:
    """One step of a trace with real names: the event, the states around it, the outputs, lines to be shown with it."""

    event: e.Event
    before: State
    after: State
    outputs: tuple[Output, ...]
    notes: tuple[str, ...] = ()


class PairModel:
    """A pair in its environment, for the checker.

    States are `State` records in the fixed form described above; `named_steps` turns a path of them into
    steps with the interfaces' own names.  `handler` keeps the units' results.

    Raises:
        TypeError: A record of the state has a field that searches do not know.
    """

    def __init__(self, settings: Settings, environment: Environment) -> None:
        self.settings = settings
        self.environment = self.scope = environment
        self.alike = places_alike(settings)
        self.places = tuple(index for alike in self.alike for place in alike for index in place.positions)
        self._senses: dict[tuple[Interface, ...], Senses] = {}
        self._moves: dict[tuple[Interface, ...], tuple[InterfaceStep, ...]] = {}
        self._observers: dict[tuple[Core, Senses], tuple[Observer, ...]] = {}
        start = cold(settings)
        refuse_unknown_fields(start)
        self._newest = self._older = (start, self._observers_of(start))
        self._faults: dict[tuple[Interface, ...], int] = {}
        self._essences: dict[UnitState, UnitState] = {}
        self.handler = ReactionCache()
        self._taken: dict[type[e.Event], None] = {}
        self.unit_events = tuple(environment.unit_events(settings.group_count, settings.other_contexts))
        self._core_steps = CoreSteps(settings, environment, self.unit_events, self.handler, self._core)

    # -- what the checker asks -----------------------------------------------------------------

    def initial_states(self) -> tuple[State, ...]:
        """Both units off and never started, everything good."""
        return (self.canonical(cold(self.settings)),)

    def events(self, state: State) -> tuple[e.Event, ...]:
        """The events that can happen in the state and change it, protocol steps first."""
        return tuple(event for event, _ in self.successors(state))

    def step(self, state: State, event: e.Event) -> State | None:
        """The state after the event, None where it cannot happen; computed afresh, without the caches."""
        try:
            after = self.canonical(next_state(state, self.settings, event).state)
        except StepError:
            return None
        told = after != state or isinstance(event, e.CommandEntered)
        return after if told and self._allowed(state, after, event) else None

    def successors(self, state: State) -> Sequence[tuple[e.Event, State]]:
        """Every event that changes the state, and every configuration command, with the state after it."""
        return [(event, after) for event, after, _ in self.moves(state)]

    def moves(self, state: State) -> Sequence[tuple[e.Event, State, tuple[str, ...]]]:
        """As `successors`, with the names of the table rows that the units take."""
        core = core_of(state)
        interfaces = state.interfaces
        limit = self.environment.max_faults
        room = None if limit is None else limit - self.faults(state)
        found: list[tuple[e.Event, State, tuple[str, ...]]] = [
            (step.event, with_core(state, step.after), step.rows)
            for step in self.core_steps(state, core)
            if room is None or step.cost <= room or step.cost <= 0
        ]
        fragile = self.is_fragile(core)
        for event, placed, cost in self.interface_steps(interfaces):
            if room is not None and cost > room and cost > 0:
                continue
            if fragile:
                after = self.canonical(next_state(state, self.settings, event).state)
            else:
                after = attrs.evolve(state, interfaces=placed)
            found.append((event, after, ()))
        self._taken.update((type(event), None) for event, _, _ in found)
        return found

    def core_steps(self, state: State, core: Core) -> tuple[CoreStep, ...]:
        """The steps that change units, links and modules: the same in each condition that is sensed alike."""
        return self._core_steps.of(state, core, self.senses(state.interfaces))

    def is_fragile(self, core: Core) -> bool:
        """A message may be lost with an interface or a port: it travels there, or shares the failover link's port."""
        by_link = bool(self.settings.together.failover)
        messages = (group.handover for unit in core[:2] for group in unit.groups)
        return any(
            message is Handover.GRANT_BY_DATA or (by_link and message is not Handover.NONE) for message in messages
        )

    def events_seen(self) -> frozenset[type[e.Event]]:
        """The classes of the events that changed something in the part that was explored."""
        return frozenset(self._taken)

    # -- the fixed form --------------------------------------------------------------------------

    def canonical(self, state: State) -> State:
        """The state in the form in which it is kept."""
        primary, secondary = self.essence(state.primary), self.essence(state.secondary)
        return attrs.evolve(
            state, primary=primary, secondary=secondary, interfaces=self.in_order(state.interfaces), wiring=None
        )

    def _core(self, state: State) -> Core:
        return self.essence(state.primary), self.essence(state.secondary), *core_of(state)[2:]

    def essence(self, record: UnitState) -> UnitState:
        """The canonical form of a unit's record."""
        known = self._essences.get(record)
        if known is None:
            reduced = canonical_record(record, self.settings, commands=self.environment.has("command"))
            known = self._essences.setdefault(record, self._essences.setdefault(reduced, reduced))
        return known

    def order(self, interfaces: tuple[Interface, ...]) -> tuple[int, ...]:
        """Which interface stands at each place of the fixed form: broken ones first, among those that are alike."""
        return tuple(index for alike in self.alike for index in order_of(alike, interfaces))

    def in_order(self, interfaces: tuple[Interface, ...]) -> tuple[Interface, ...]:
        """The interfaces in the fixed order."""
        placed = list(interfaces)
        for slot, index in zip(self.places, self.order(interfaces), strict=True):
            placed[slot] = interfaces[index]
        return tuple(placed)

    def named_steps(self, events: Sequence[e.Event]) -> Iterator[NamedStep]:
        """The events of a path with the interfaces' own names, replayed through `step`."""
        state = cold(self.settings)
        for event in events:
            named = self._named(state, event)
            after, outputs = step(state, self.settings, named)
            yield NamedStep(event=named, before=state, after=after, outputs=outputs)
            state = after

    def _named(self, state: State, event: e.Event) -> e.Event:
        if isinstance(event, e.AtPort):
            first = next(place.first for alike in self.alike for place in alike if _fails_there(place, event.port))
            port = port_of(self.alike, self._standing_at(state, first)).port
            assert port is not None, "ports stand only in the places of ports"
            return attrs.evolve(event, port=port.name)
        if isinstance(event, e.AtInterface):
            real = self._standing_at(state, self.settings.index_of(event.interface))
            return attrs.evolve(event, interface=self.settings.ports[real].name)
        return event

    def _standing_at(self, state: State, position: int) -> int:
        """The interface that stands at a position in the fixed form of a state."""
        return self.order(state.interfaces)[self.places.index(position)]

    # -- faults ----------------------------------------------------------------------------------

    def faults(self, state: State) -> int:
        """How many things are broken now; a unit that was never started is not."""
        return self._core_steps.broken(state, core_of(state)) + self.broken(state.interfaces)

    def broken(self, interfaces: tuple[Interface, ...]) -> int:
        """How many things are broken on the interfaces."""
        known = self._faults.get(interfaces)
        if known is None:
            known = broken_on(interfaces, self.settings.together.followers)
            self._faults[interfaces] = known
        return known

    def _allowed(self, before: State, after: State, event: e.Event) -> bool:
        limit = self.environment.max_faults
        if not isinstance(event, e.Fault) or limit is None:
            return True
        return self.faults(after) <= max(limit, self.faults(before))

    # -- steps -----------------------------------------------------------------------------------

    def senses(self, interfaces: tuple[Interface, ...]) -> Senses:
        """What the units can sense of the interfaces."""
        known = self._senses.get(interfaces)
        if known is None:
            known = self._senses.setdefault(interfaces, sensed(interfaces, self.settings))
        return known

    def observers(self, state: State) -> tuple[Observer, ...]:
        """An observer's view of each group; states that differ only in what nobody senses share them.

        A search asks many questions of the two states around one step, so the last two are kept at hand.
        """
        if state is self._newest[0]:
            return self._newest[1]
        if state is self._older[0]:
            return self._older[1]
        found = self._look(state)
        self._older, self._newest = self._newest, (state, found)
        return found

    def _observers_of(self, state: State) -> tuple[Observer, ...]:
        return tuple(Observer(state, self.settings, index) for index in range(self.settings.group_count))

    def _look(self, state: State) -> tuple[Observer, ...]:
        key = (core_of(state), self.senses(state.interfaces))
        known = self._observers.get(key)
        if known is None:
            known = self._observers.setdefault(key, self._observers_of(state))
        return known

    def interface_steps(self, interfaces: tuple[Interface, ...]) -> tuple[InterfaceStep, ...]:
        """The faults and repairs of interfaces in this condition, one of those that are interchangeable."""
        known = self._moves.get(interfaces)
        if known is None:
            known = self._moves.setdefault(interfaces, tuple(self._interface_moves(interfaces)))
        return known

    def rank(self, interfaces: tuple[Interface, ...]) -> tuple[Rank, ...]:
        """By what conditions of the interfaces are sorted."""
        return tuple(rank_of(item) for item in interfaces)

    def _interface_moves(self, interfaces: tuple[Interface, ...]) -> Iterator[InterfaceStep]:
        for alike in self.alike:
            seen: list[object] = []
            for place in alike:
                around = tuple(tuple(interfaces[index] for index in run) for run in place.runs)
                for index, event in events_at(self.settings, self.environment, place):
                    run = None if index is None else next(at for at, run in enumerate(place.runs) if index in run)
                    kind = (around, run, None if index is None else interfaces[index], _form(event))
                    if kind in seen:
                        continue  # interchangeable with one that was served already
                    seen.append(kind)
                    yield from self._interface_move(interfaces, event)

    def _interface_move(self, interfaces: tuple[Interface, ...], event: e.Event) -> Iterator[InterfaceStep]:
        assert isinstance(event, e.AtInterface | e.AtPort)
        placed = interfaces_after(self.settings, interfaces, event)
        if placed is not None:
            cost = self.broken(placed) - self.broken(interfaces) if isinstance(event, e.Fault) else 0
            yield event, self.in_order(placed), cost


def _form(event: e.Event) -> tuple[type[e.Event], object]:
    """What an event at a place is, besides the place."""
    return type(event), getattr(event, "unit", None)


def _fails_there(place: Place, port: str) -> bool:
    return place.port is not None and place.port.name == port
