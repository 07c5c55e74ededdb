"""The pair in its environment as a transition system, and distances to goals in its explored graph.

Everything here is a function of the configuration and the environment, memoised. Nothing depends on earlier runs of a
test, so a test case that is run twice takes the same way.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.core_steps import CoreSteps, core_of, with_core
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Interface, State, UnitState
from failover_fsm.pair.step import next_state
from failover_fsm.promises import Promise, chosen
from failover_fsm.testing.kit.backward import BackwardDistances
from failover_fsm.text.words import state_word

__all__ = ["GRAPH_LIMIT", "Choice", "GoalDistances", "Ground", "TransitionSystem", "situation"]

GRAPH_LIMIT = 25_000
"""The number of states that `GoalDistances` explores by default; beyond them distances are unknown."""

WALKS, WALK_STEPS = 60, 50
"""The number of random walks that rank the goals, and the steps of each."""

UNREACHED = 255
"""The distance of a state from which the goal is not reached within the explored graph."""


def situation(state: State) -> str:
    """Both units in a few words, `active / standby-ready`; a unit with failover off also shows its role."""
    return " / ".join(_unit_words(state.unit(unit)) for unit in Unit)


def _unit_words(own: UnitState) -> str:
    words = [state_word(own, index) for index in range(len(own.groups))]
    if own.powered and not own.enabled:
        words = [f"disabled {group.role.value}" for group in own.groups]
    return " + ".join(words)


def _detailed_situation(state: State, moving: bool) -> str:
    heard = ", ".join(f"{unit.value} hears {state.unit(unit).contact.value}" for unit in Unit)
    ending = "moving" if moving else "at rest"
    return f"{situation(state)}; failover link {state.links.failover.value}; {heard}; {ending}"


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
        self._choices: dict[State, tuple[Choice, ...]] = {}
        of_core = tuple(environment.unit_events(self.settings.group_count))
        self._core_steps = CoreSteps(self.settings, environment, of_core, self.model.handler)
        self._placed_events: tuple[Any, ...] = tuple(placed_events(self.settings, environment))
        self._placed: dict[tuple[Interface, ...], tuple[tuple[e.Event, tuple[Interface, ...]], ...]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """What pickle makes it from: what is known of its states is worked out again."""
        return type(self), (self.config, self.environment, self.options)

    def choices(self, state: State) -> tuple[Choice, ...]:
        """Every event that is possible in the state and changes it, protocol steps first in settle order."""
        known = self._choices.get(state)
        if known is None:
            within = tuple(choice for choice in self._compute(state) if self._within_bounds(state, choice))
            known = self._choices.setdefault(state, within)
        return known

    def own_steps(self, state: State) -> tuple[Choice, ...]:
        """The choices that are protocol steps."""
        return tuple(choice for choice in self.choices(state) if isinstance(choice.event, e.ProtocolStep))

    def settled(self, state: State) -> bool:
        """True if no protocol step changes the state."""
        first = next(iter(self.choices(state)), None)
        return first is None or not isinstance(first.event, e.ProtocolStep)

    def take(self, state: State, event: e.Event) -> Choice | None:
        """The step by this event; None if the event is impossible in the state or refused."""
        try:
            moved = next_state(state, self.settings, event, self.model.handler)
        except StepError:
            return None
        return Choice(event, moved.state, tuple(row.name for _, answer in moved.units for row in answer.rows))

    def _compute(self, state: State) -> Iterator[Choice]:
        core = core_of(state)
        for step in self._core_steps.of(state, core, self.model.senses(state.interfaces)):
            if step.after != core:
                yield Choice(step.event, with_core(state, step.after), step.rows)
        if self.model.is_fragile(core) or state.wiring is not None:
            taken = (self.take(state, event) for event in self._placed_events)
            yield from (choice for choice in taken if choice is not None and choice.after != state)
        else:
            for event, interfaces in self._interfaces_after(state.interfaces):
                yield Choice(event, attrs.evolve(state, interfaces=interfaces), ())

    def _interfaces_after(self, interfaces: tuple[Interface, ...]) -> tuple[tuple[e.Event, tuple[Interface, ...]], ...]:
        """The faults and repairs that change the interfaces, with the interfaces after them."""
        known = self._placed.get(interfaces)
        if known is None:
            found = ((event, interfaces_after(self.settings, interfaces, event)) for event in self._placed_events)
            changed = tuple((event, after) for event, after in found if after is not None and after != interfaces)
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

    The graph is explored breadth first up to `limit` states. A goal is the name of a situation, a detailed situation, a
    table row, a promise about steps, or a promise that something happens ("sometimes").

    Attributes:
        situations: The situations of all explored states, in the order of discovery.
        settled_situations: Those of them in which the units can be at rest.
        rows: The table rows that some explored step fires.
        detailed_situations: Situations with the state of the failover link, the units' contact, and whether they are at
            rest.
        premises: Ids of the promises about steps whose premise some explored step meets.
        scenes: Ids of the "sometimes" promises that hold in some explored state.
        complete: True if the whole graph was explored.
        rare_goals: All goals, those that plain random walks meet least first.
    """

    def __init__(self, transitions: TransitionSystem, limit: int = GRAPH_LIMIT) -> None:
        self._transitions = transitions
        self._canonical = transitions.model.canonical
        self._numbers: dict[State, int] = {}
        self._before: list[list[int]] = []
        self._goals: dict[str, int] = {}
        self._reached: list[int] = []
        self.situations: dict[str, None] = {}
        self.settled_situations: dict[str, None] = {}
        self.rows: dict[str, None] = {}
        self.detailed_situations: dict[str, None] = {}
        self.premises: dict[str, None] = {}
        self.scenes: dict[str, None] = {}
        applicable = chosen(transitions.environment, groups=bool(transitions.settings.groups))
        self._step_promises = tuple(each for each in applicable if each.kind == "step" and each.premise is not None)
        self._speaking: dict[type[e.Event], tuple[Promise, ...]] = {}
        self._sometimes = tuple(each for each in applicable if each.kind == "sometimes")
        self.complete = self._explore(limit)
        self.rare_goals = self._rank()

    def _explore(self, limit: int) -> bool:
        model = self._transitions.model
        queue = [self._canonical(self._transitions.start)]
        self._numbers[queue[0]] = 0
        self._before.append([])
        for number, state in enumerate(queue):
            moves = model.moves(state)
            self._reached.append(self._bits(self._of_state(state, moves)))
            seen, goals = model.observers(state), dict[str, None]()
            for event, after, rows in moves:
                self.rows.update(dict.fromkeys(rows))
                met = tuple(self._met(seen, event, after))
                self.premises.update(dict.fromkeys(met))
                goals.update(dict.fromkeys((*rows, *met)))
                known = self._numbers.get(after)
                if known is None and len(queue) < limit:
                    known = self._numbers[after] = len(queue)
                    queue.append(after)
                    self._before.append([])
                if known is not None:
                    self._before[known].append(number)
            self._reached[number] |= self._bits(goals)
        return len(queue) < limit

    def _of_state(self, state: State, moves: Sequence[tuple[e.Event, State, tuple[str, ...]]]) -> tuple[str, ...]:
        """The goals that are reached in a state."""
        moving = any(isinstance(event, e.ProtocolStep) for event, *_ in moves)
        words, detailed = situation(state), _detailed_situation(state, moving)
        self.situations.setdefault(words)
        if not moving:
            self.settled_situations.setdefault(words)
        self.detailed_situations.setdefault(detailed)
        scenes = tuple(self._scenes(state))
        self.scenes.update(dict.fromkeys(scenes))
        return (words, detailed, *scenes)

    def _bits(self, goals: Iterable[str]) -> int:
        """Goals as one number, as `BackwardDistances` takes them."""
        return sum({1 << self._goals.setdefault(goal, len(self._goals)) for goal in goals})

    def _met(self, seen: tuple[Observer, ...], event: e.Event, after: State) -> Iterator[str]:
        """Ids of the promises whose premise the step meets; seen: the state before."""
        speaking = self._speaking.get(type(event))
        if speaking is None:
            speaking = tuple(promise for promise in self._step_promises if promise.speaks_of(event))
            self._speaking[type(event)] = speaking
        if speaking:
            then = self._transitions.model.observers(after)
            views = [(old, event, new) for old, new in zip(seen, then, strict=True)]
            yield from (promise.id for promise in speaking if promise.is_met(views))

    def _scenes(self, state: State) -> Iterator[str]:
        """Ids of the "sometimes" promises that hold in the state."""
        views = [(seen,) for seen in self._transitions.model.observers(state)]
        yield from (promise.id for promise in self._sometimes if promise.is_kept(views))

    def _rank(self) -> tuple[str, ...]:
        met: Counter[str] = Counter()
        dice = random.Random(0)  # fixed: the same goals in every run
        for _ in range(WALKS):
            state = self._transitions.start
            for _ in range(WALK_STEPS):
                choices = self._transitions.choices(state)
                if not choices:
                    break
                kinds = tuple(dict.fromkeys(type(choice.event) for choice in choices))
                kind = dice.choice(kinds)
                choice = dice.choice([each for each in choices if type(each.event) is kind])
                met.update((situation(choice.after), *choice.rows, *self._met_by(state, choice)))
                met.update(self._scenes(choice.after))
                state = choice.after
                met[_detailed_situation(self._canonical(state), not self._transitions.settled(state))] += 1
        goals = (*self.situations, *self.rows, *self.detailed_situations, *self.premises, *self.scenes)
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

    def _met_by(self, before: State, choice: Choice) -> Iterator[str]:
        return self._met(self._transitions.model.observers(before), choice.event, choice.after)

    def _is_step(self, goal: str) -> bool:
        return goal in self.rows or goal in self.premises

    def _distance(self, state: State, goal: str) -> int:
        number = self._numbers.get(self._canonical(state))
        return UNREACHED if number is None or goal not in self._goals else self._ways.between(number, self._goals[goal])

    @cached_property
    def _ways(self) -> BackwardDistances:
        return BackwardDistances(self._before, self._reached, UNREACHED)


# The name of `TransitionSystem` up to version 0.1, kept for users' tests.
Ground = TransitionSystem
