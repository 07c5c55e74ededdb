"""The model of a pair with a topology: its interfaces are told apart by their cables, so they keep their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.model.observer import UNITS
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, Phase, State, Wiring
from failover_fsm.pair.wiring import is_hosted


class WiredModel(PairModel):
    """A pair with a topology in its environment, for the checker.

    The units' own steps are those of `PairModel`; whatever the environment and the operator do is computed
    through `step`, since an element can change several links and interfaces together.

    Attributes:
        scope: The environment.
        outside: Its events, in the order in which they are tried.
        wirings: What each event leads to from each wiring that can come about, once that is known (wired_rules.py).
    """

    def __init__(self, settings: Settings, environment: Environment) -> None:
        super().__init__(settings, attrs.evolve(environment, faults=(), max_faults=None))
        self.scope = environment
        self._bound = environment.max_faults
        self.outside = tuple(_outside(settings, environment))
        self.wirings: dict[Wiring, dict[e.Event, Wiring]] = {}
        self._seen: dict[type[e.Event], None] = {}

    def canonical(self, state: State) -> State:
        """The state with each unit reduced to its essence; the interfaces keep their places."""
        kept = super().canonical(state)
        return attrs.evolve(state, primary=kept.primary, secondary=kept.secondary)

    def order(self, interfaces: tuple[Interface, ...]) -> tuple[int, ...]:
        """Every interface in its own place."""
        return self.places

    def successors(self, state: State) -> Sequence[tuple[e.Event, State]]:
        """Every event that changes the state, and every configuration command, with the state after it."""
        found = [step for step in super().successors(state) if isinstance(step[0], e.ProtocolStep)]
        for event in self.outside:
            after = self.step(state, event)
            if after is not None:
                found.append((event, after))
        self._seen |= dict.fromkeys(type(event) for event, _ in found)
        return found

    def step(self, state: State, event: e.Event) -> State | None:
        """The state after the event, None where it cannot happen, changes nothing, or is one fault too many."""
        after = super().step(state, event)
        if after is None or self._bound is None or not isinstance(event, e.Fault):
            return after
        return after if self.faults(after) <= max(self._bound, self.faults(state)) else None

    def events_seen(self) -> frozenset[type[e.Event]]:
        """The classes of the events that changed something in the part that was explored."""
        return frozenset(self._seen)

    def faults(self, state: State) -> int:
        """How many things are broken by themselves now."""
        if state.wiring is None:
            return super().faults(state)
        own = attrs.evolve(state, links=state.wiring.links, interfaces=state.wiring.interfaces, wiring=None)
        return super().faults(own) + state.wiring.elements.count(LinkState.CUT) - self._stopped_with_a_host(state)

    def _stopped_with_a_host(self, state: State) -> int:
        """The units that are off because their host is: one fault, not two."""
        off = (unit for unit in UNITS if state.unit(unit).phase is Phase.DOWN)
        return sum(not is_hosted(self.settings.topology, state.wiring, unit) for unit in off)


def _outside(settings: Settings, environment: Environment) -> Iterator[e.Event]:
    yield from environment.unit_events(settings.group_count)
    if settings.topology is not None:
        yield from environment.element_events(settings.topology.elements)
    yield from placed_events(settings, environment)
