"""The pair in its environment as a transition system, and distances to goals in its explored graph.

Everything here is a function of the configuration and the environment, memoised. Nothing depends on earlier runs of a
test, so a test case that is run twice takes the same way.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.core_steps import CoreSteps, core_of, with_core
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Interface, State
from failover_fsm.pair.step import next_state
from failover_fsm.testing.kit.backward import BackwardDistances
from failover_fsm.testing.kit.collection import without_collection
from failover_fsm.testing.pair.explored_graph import GRAPH_LIMIT, ExploredGraph, PromiseGoals
from failover_fsm.testing.pair.situations import detailed_situation, situation

__all__ = ["GRAPH_LIMIT", "Choice", "GoalDistances", "Ground", "TransitionSystem", "situation"]

WALKS, WALK_STEPS = 60, 50
"""The number of random walks that rank the goals, and the steps of each."""

UNREACHED = 255
"""The distance of a state from which the goal is not reached within the explored graph."""


@attrs.frozen
class Choice:
    """One possible step: the event, the state after it, and the table rows that fire."""

    event: e.Event
    after: State
    rows: tuple[str, ...]


class TransitionSystem:
    """A pair in its environment as a transition system.

    Attributes:
        config: The configuration of the pair.
        environment: The events from outside that may happen, and their bounds.
        options: The reading of the points that the chapter leaves open.
        settings: The part of configuration and options that the protocol reads.
        start: The initial state, both units off.
        model: The checker's model of the same pair, for canonical states and successors.
    """

    def __init__(
        self, config: PairConfig, environment: Environment = DEFAULT_ENVIRONMENT, options: Options | None = None
    ) -> None:
        self.config = config
        self.environment = environment
        self.options = Options() if options is None else options
        for value, kind in ((config, PairConfig), (environment, Environment), (self.options, Options)):
            if not isinstance(value, kind):
                raise TypeError(f"{value!r} given for the {kind.__name__} of a pair; allowed: one of that class")
        self.settings = Settings.of(config, self.options)
        self.start = cold(self.settings)
        self.model = PairModel(self.settings, environment)
        self._states: dict[State, State] = {}
        self._choices: dict[State, tuple[Choice, ...]] = {}
        self._by_kind: dict[State, Mapping[type[e.Event], tuple[Choice, ...]]] = {}
        of_core = tuple(environment.unit_events(self.settings.group_count))
        self._core_steps = CoreSteps(self.settings, environment, of_core, self.model.handler)
        self._placed_events: tuple[Any, ...] = tuple(placed_events(self.settings, environment))
        self._placed: dict[tuple[Interface, ...], tuple[tuple[e.Event, tuple[Interface, ...], int], ...]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """What pickle makes it from: what is known of its states is worked out again."""
        return type(self), (self.config, self.environment, self.options)

    def choices(self, state: State) -> tuple[Choice, ...]:
        """Every event that is possible in the state and changes it, protocol steps first in settle order."""
        known = self._choices.get(state)
        if known is None:
            known = self._choices.setdefault(state, tuple(self._compute(state)))
        return known

    def by_kind(self, state: State) -> Mapping[type[e.Event], tuple[Choice, ...]]:
        """The choices by the classes of their events."""
        known = self._by_kind.get(state)
        if known is None:
            found: dict[type[e.Event], list[Choice]] = {}
            for choice in self.choices(state):
                found.setdefault(type(choice.event), []).append(choice)
            known = self._by_kind.setdefault(state, {kind: tuple(choices) for kind, choices in found.items()})
        return known

    @cached_property
    def kinds(self) -> tuple[type[e.Event], ...]:
        """The classes of events that may happen: protocol steps, and what the environment has."""
        outside = {type(event): None for event in (*self._core_steps.events, *self._placed_events)}
        return tuple(kind for kind in e.EVENTS if issubclass(kind, e.ProtocolStep) or kind in outside)

    def own_steps(self, state: State) -> tuple[Choice, ...]:
        """The choices that are protocol steps."""
        return tuple(choice for choice in self.choices(state) if isinstance(choice.event, e.ProtocolStep))

    def settled(self, state: State) -> bool:
        """True if no protocol step changes the state."""
        first = next(iter(self.choices(state)), None)
        return first is None or not isinstance(first.event, e.ProtocolStep)

    def take(self, state: State, event: e.Event) -> Choice | None:
        """The step by this event; None if the event is impossible in the state or refused."""
        for choice in self.by_kind(state).get(type(event), ()):
            if choice.event == event:
                return choice
        return self.take_afresh(state, event)

    def take_afresh(self, state: State, event: e.Event) -> Choice | None:
        """As `take`, computed without what is known of choices."""
        try:
            moved = next_state(state, self.settings, event, self.model.handler)
        except StepError:
            return None
        return Choice(event, moved.state, tuple(row.name for _, answer in moved.units for row in answer.rows))

    def _compute(self, state: State) -> Iterator[Choice]:
        core, limit = core_of(state), self.environment.max_faults
        room = None if limit is None else max(limit - self.model.faults(state), 0)
        for step in self._core_steps.of(state, core, self.model.senses(state.interfaces)):
            if step.after != core and (room is None or step.cost <= room):
                yield Choice(step.event, self._kept(with_core(state, step.after)), step.rows)
        if self.model.is_fragile(core) or state.wiring is not None:
            taken = (self.take_afresh(state, event) for event in self._placed_events)
            for choice in taken:
                if choice is not None and choice.after != state and self._within_bounds(state, choice):
                    yield attrs.evolve(choice, after=self._kept(choice.after))
        else:
            for event, interfaces, cost in self._interfaces_after(state.interfaces):
                if room is None or cost <= room:
                    yield Choice(event, self._kept(attrs.evolve(state, interfaces=interfaces)), ())

    def _kept(self, state: State) -> State:
        """The state as one object, so that it is found without a comparison."""
        return self._states.setdefault(state, state)

    def _interfaces_after(
        self, interfaces: tuple[Interface, ...]
    ) -> tuple[tuple[e.Event, tuple[Interface, ...], int], ...]:
        """The faults and repairs that change the interfaces, with the interfaces after them and what more is broken."""
        known = self._placed.get(interfaces)
        if known is None:
            found = ((event, interfaces_after(self.settings, interfaces, event)) for event in self._placed_events)
            broken = self.model.broken
            changed = tuple(
                (event, after, broken(after) - broken(interfaces) if isinstance(event, e.Fault) else 0)
                for event, after in found
                if after is not None and after != interfaces
            )
            known = self._placed.setdefault(interfaces, changed)
        return known

    def _within_bounds(self, before: State, choice: Choice) -> bool:
        limit = self.environment.max_faults
        if limit is None or not isinstance(choice.event, e.Fault):
            return True
        return self.model.faults(choice.after) <= max(limit, self.model.faults(before))

    @cached_property
    def distances(self) -> GoalDistances:
        """The distances to all goals, from the explored graph; computed on first use."""
        return GoalDistances(self)


class GoalDistances:
    """Shortest distances to goals in the explored graph, the heuristic that steers tests to rare goals.

    A state that was not explored is taken for one with the same units, links and modules.

    Attributes:
        graph: The explored graph, with all goals by kinds.
        rare_goals: All goals, those that plain random walks meet least first.
    """

    def __init__(self, transitions: TransitionSystem, limit: int = GRAPH_LIMIT) -> None:
        self._transitions = transitions
        with without_collection():
            self.graph = ExploredGraph(transitions.model, limit)
        self._promises = PromiseGoals(transitions.model)
        self._numbers: dict[State, int | None] = {}
        self.rare_goals = self._rank()

    def _rank(self) -> tuple[str, ...]:
        met: Counter[str] = Counter()
        dice = random.Random(0)  # fixed: the same goals in every run
        for _ in range(WALKS):
            state = self._transitions.start
            for _ in range(WALK_STEPS):
                kinds = self._transitions.by_kind(state)
                if not kinds:
                    break
                choice = dice.choice(kinds[dice.choice(tuple(kinds))])
                met.update((situation(choice.after), *choice.rows, *self._met_by(state, choice)))
                met.update(self._promises.scenes(choice.after))
                state = choice.after
                canonical = self._transitions.model.canonical(state)
                met[detailed_situation(canonical, moving=not self._transitions.settled(state))] += 1
        graph = self.graph
        goals = (*graph.situations, *graph.rows, *graph.detailed_situations, *graph.premises, *graph.scenes)
        return tuple(sorted(goals, key=lambda goal: met[goal]))

    def toward(self, state: State, goal: str) -> Choice | None:
        """The next step of a shortest way to the goal.

        A situation, a detailed situation or a "sometimes" promise is reached in a state; a table row or a promise about
        steps is reached by the step that fires the row or meets the premise.

        Returns:
            The step; None if the goal is reached or no way is known.
        """
        here = self._distance(state, goal)
        if here == UNREACHED or (here == 0 and not self._is_step(goal)):
            return None
        for choice in self._transitions.choices(state):
            if self.reached(state, choice, goal) if here == 0 else self._distance(choice.after, goal) == here - 1:
                return choice
        return None

    def reached(self, before: State, choice: Choice, goal: str) -> bool:
        """True if the step reaches the goal."""
        if self._is_step(goal):
            return goal in choice.rows or goal in self._met_by(before, choice)
        return self._distance(choice.after, goal) == 0

    def _met_by(self, before: State, choice: Choice) -> tuple[str, ...]:
        return self._promises.premises(before, choice.event, choice.after)

    def _is_step(self, goal: str) -> bool:
        return goal in self.graph.rows or goal in self.graph.premises

    def _distance(self, state: State, goal: str) -> int:
        if state not in self._numbers:
            self._numbers[state] = self.graph.number(state)
        number = self._numbers[state]
        known = self.graph.goals.get(goal)
        return UNREACHED if number is None or known is None else self._ways.between(number, known)

    @cached_property
    def _ways(self) -> BackwardDistances:
        return BackwardDistances(self.graph.before, self.graph.reached, UNREACHED)


# The name of `TransitionSystem` up to version 0.1, kept for users' tests.
Ground = TransitionSystem
