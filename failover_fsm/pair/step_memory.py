"""What the pairs of one history remember of the steps that were asked of them: each is worked out once.

`Pair.step`, `possible` and `settle` ask the same questions about the same states again and again. The answers follow
from state and event alone, so pairs that come from one another share them; nobody else sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from failover_fsm.pair.events import Event, ProtocolStep
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit, UnitState
from failover_fsm.pair.step import UnitResult, next_state, react, tables_in_force
from failover_fsm.pair.step_result import StepResult, emitted_outputs

__all__ = ["Follow", "StepMemory"]

Follow = Callable[[State, Settings, Event], StepResult]
"""Stands in for `next_state`."""

ROOM = 4_000
"""So many answers are kept of each kind, some megabytes; then the memory begins anew."""


class StepMemory:
    """Answers about the states of pairs with the same settings. It is not copied with a pair: a copy starts empty."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._reactions: dict[tuple[UnitState, Unit, Event, Inputs], UnitResult] = {}
        self._results: dict[tuple[State, Event], StepResult] = {}
        self._outputs: dict[tuple[State, Event], tuple[Output, ...]] = {}
        self._possible: dict[State, tuple[Event, ...]] = {}
        self._next: dict[State, tuple[ProtocolStep, State] | None] = {}
        self._states: dict[State, State] = {}
        self._imaginable: tuple[Event, ...] | None = None
        self._tables = tables_in_force()

    def __reduce__(self) -> tuple[Any, ...]:
        return StepMemory, (self.settings,)

    def next_state(self, state: State, settings: Settings, event: Event) -> StepResult:
        """As `pair.step.next_state`; settings: those of the memory. A refusal is not remembered."""
        self._forget_other_tables()
        key = (state, event)
        known = self._results.get(key)
        if known is None:
            known = _keep(self._results, key, next_state(state, settings, event, self._react))
        return known

    def _react(self, own: UnitState, unit: Unit, event: Event, inputs: Inputs, settings: Settings) -> UnitResult:
        """As `pair.step.react`, which has been asked the same of other states."""
        if settings is not self.settings:  # a command has changed the running configuration
            return react(own, unit, event, inputs, settings)
        key = (own, unit, event, inputs)
        known = self._reactions.get(key)
        if known is None:
            known = _keep(self._reactions, key, react(own, unit, event, inputs, settings))
        return known

    def step(self, state: State, event: Event) -> tuple[State, tuple[Output, ...]]:
        """As `pair.step.step`."""
        result = self.next_state(state, self.settings, event)
        key = (state, event)
        told = self._outputs.get(key)
        if told is None:
            told = _keep(self._outputs, key, tuple(emitted_outputs(state, self.settings, result)))
        return self._states.get(result.state) or _keep(self._states, result.state, result.state), told

    def possible(self, state: State, events: Callable[[], Iterable[Event]]) -> tuple[Event, ...]:
        """The events that can happen in a state, from `events` where they are not known."""
        self._forget_other_tables()
        known = self._possible.get(state)
        if known is None:
            known = _keep(self._possible, state, tuple(events()))
        return known

    def first_change(
        self, state: State, changes: Callable[[], Iterator[tuple[ProtocolStep, State]]]
    ) -> tuple[ProtocolStep, State] | None:
        """The first protocol step that changes a state, from `changes` where it is not known; None for none."""
        self._forget_other_tables()
        if state in self._next:
            return self._next[state]
        known: tuple[ProtocolStep, State] | None = _keep(self._next, state, next(changes(), None))
        return known

    def imaginable(self, events: Callable[[], Iterable[Event]]) -> tuple[Event, ...]:
        """The events that can be asked for at all, from `events` the first time."""
        if self._imaginable is None:
            self._imaginable = tuple(events())
        return self._imaginable

    def _forget_other_tables(self) -> None:
        """Begins anew where the tables are no more those by which the answers were found."""
        now = tables_in_force()
        if now[0] is not self._tables[0] or now[1] is not self._tables[1]:
            self._tables = now
            for answers in (self._reactions, self._results, self._outputs, self._possible, self._next):
                answers.clear()


def _keep(memory: dict[Any, Any], key: Any, answer: Any) -> Any:
    if len(memory) >= ROOM:
        memory.clear()
    memory[key] = answer
    return answer
