"""Faults and repairs of interfaces and ports, with what the units print of them.

Such an event changes no unit's record, and a unit prints of it what its phase, its contact with the peer and the links
make of it, whatever the roles of its groups. So it is computed once for all states that are alike in this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, State, Unit, UnitState
from failover_fsm.pair.step_result import StepResult, logged_outputs
from failover_fsm.postmortem.tokens import Token, tokens_of

__all__ = ["PlacedEvents"]

Logs = tuple[tuple[Token, ...], tuple[Token, ...]]
"""What the primary prints, and the secondary."""


class PlacedEvents:
    """Some events at the interfaces and ports of a pair.

    Attributes:
        events: All of them.
    """

    def __init__(self, settings: Settings, events: Iterable[e.Event]) -> None:
        self.events = tuple(events)
        self._settings = settings
        self._after: dict[tuple[Interface, ...], tuple[tuple[e.Event, tuple[Interface, ...]], ...]] = {}
        self._plain: dict[UnitState, UnitState] = {}
        self._logs: dict[Any, tuple[Logs, ...]] = {}

    def can_stop_messages(self, state: State) -> bool:
        """A message between the units is on its way where an event at an interface or a port can stop it."""
        groups = (*state.primary.groups, *state.secondary.groups)
        if self._settings.together.failover:
            return not all(group.quiet for group in groups)
        return any(group.travelling_by_data for group in groups)

    def of(self, state: State) -> Iterator[tuple[e.Event, State, Logs]]:
        """The events that change a state, each with the state after it and what both units print.

        Args:
            state: One in which no event can stop a message.
        """
        changes = self._changes(state.interfaces)
        key = (
            self._without_groups(state.primary),
            self._without_groups(state.secondary),
            *(state.links, state.modules, state.impairments, state.obstacles, state.interfaces, state.running),
        )
        logs = self._logs.get(key)
        if logs is None:
            logs = self._logs[key] = tuple(self._printed(state, event, after) for event, after in changes)
        for (event, after), printed in zip(changes, logs, strict=True):
            yield event, attrs.evolve(state, interfaces=after), printed

    def _changes(self, interfaces: tuple[Interface, ...]) -> tuple[tuple[e.Event, tuple[Interface, ...]], ...]:
        found = self._after.get(interfaces)
        if found is None:
            found = self._after[interfaces] = tuple(self._changing(interfaces))
        return found

    def _changing(self, interfaces: tuple[Interface, ...]) -> Iterator[tuple[e.Event, tuple[Interface, ...]]]:
        for event in self.events:
            assert isinstance(event, e.AtInterface | e.AtPort), "only these are at places"
            after = interfaces_after(self._settings, interfaces, event)
            if after is not None and after != interfaces:
                yield event, after

    def _without_groups(self, record: UnitState) -> UnitState:
        found = self._plain.get(record)
        if found is None:
            found = self._plain[record] = attrs.evolve(record, groups=())
        return found

    def _printed(self, state: State, event: e.Event, interfaces: tuple[Interface, ...]) -> Logs:
        result = StepResult(state=attrs.evolve(state, interfaces=interfaces), event=event)
        outputs: tuple[Output, ...] = tuple(logged_outputs(state, self._settings, result))
        primary, secondary = (tuple(tokens_of(outputs, unit)) for unit in Unit)
        return primary, secondary
