"""The ground a test walks on: what can happen in a state, what it leads to, and the way to somewhere.

Everything here is a function of the configuration and the environment, remembered where it is asked
again.  Nothing depends on what a test has seen so far, so a test case that is run twice goes the same way.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel, core_of
from failover_fsm.model.scenario import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import State, UnitState
from failover_fsm.pair.step import next_state
from failover_fsm.promises import chosen
from failover_fsm.text.words import state_word

__all__ = ["GRAPH_LIMIT", "Choice", "Compass", "Ground", "situation"]

GRAPH_LIMIT = 25_000
"""How many states a compass looks at; beyond them it does not know the way."""

WALKS, WALK_STEPS, FAR = 60, 50, 255


def situation(state: State) -> str:
    """Both units in a few words, `active / standby-ready`; a unit whose failover is off shows its role too."""
    return " / ".join(_unit_words(state.unit(unit)) for unit in Unit)


def _unit_words(own: UnitState) -> str:
    words = [state_word(own, index) for index in range(len(own.groups))]
    if own.powered and not own.enabled:
        words = [f"disabled {group.role.value}" for group in own.groups]
    return " + ".join(words)


def _corner(state: State, moving: bool) -> str:
    heard = ", ".join(f"{unit.value} hears {state.unit(unit).contact.value}" for unit in Unit)
    ending = "moving" if moving else "at rest"
    return f"{situation(state)}; failover link {state.links.failover.value}; {heard}; {ending}"


@attrs.frozen
class Choice:
    """One thing that can happen: the event, the state after it, and the rows that fire."""

    event: e.Event
    after: State
    rows: tuple[str, ...]


class Ground:
    """A pair in an environment.

    config, environment, options: as given.  settings: what the protocol reads.  start: both units off.
    model: the same pair as the checker sees it, for the fixed form of its states.
    """

    def __init__(
        self, config: PairConfig, environment: Environment = DEFAULT_ENVIRONMENT, options: Options | None = None
    ) -> None:
        self.config = config
        self.environment = environment
        self.options = options or Options()
        self.settings = Settings.of(config, self.options)
        self.start = cold(self.settings)
        self.model = PairModel(self.settings, environment)
        self._choices: dict[State, tuple[Choice, ...]] = {}
        names = [self.settings.ports[index].name for index in self.settings.counted]
        self._from_outside = (
            *environment.unit_events(self.settings.group_count),
            *(event for name in names for event in environment.interface_events(name)),
        )  # fmt: skip

    def choices(self, state: State) -> tuple[Choice, ...]:
        """Everything that can happen in the state and changes it, the units' own steps first in settle order."""
        known = self._choices.get(state)
        if known is None:
            known = self._choices.setdefault(state, tuple(self._compute(state)))
        return known

    def own_steps(self, state: State) -> tuple[Choice, ...]:
        """The choices that are protocol steps."""
        return tuple(choice for choice in self.choices(state) if isinstance(choice.event, e.ProtocolStep))

    def settled(self, state: State) -> bool:
        """No protocol step changes the state."""
        first = next(iter(self.choices(state)), None)
        return first is None or not isinstance(first.event, e.ProtocolStep)

    def take(self, state: State, event: e.Event) -> Choice | None:
        """What the event does in the state; None where it cannot happen or is refused."""
        try:
            moved = next_state(state, self.settings, event, self.model.handler)
        except StepError:
            return None
        return Choice(event, moved.state, tuple(row.name for _, answer in moved.units for row in answer.rows))

    def _compute(self, state: State) -> Iterator[Choice]:
        left_out = e.SynchronizationFinished if self.environment.sync_states else e.SynchronizationAdvanced
        for event in (*protocol_steps(state, self.settings), *self._from_outside):
            choice = None if isinstance(event, left_out) else self.take(state, event)
            if choice is not None and choice.after != state and self._within_bounds(state, choice):
                yield choice

    def _within_bounds(self, before: State, choice: Choice) -> bool:
        limit = self.environment.max_faults
        if limit is None or not isinstance(choice.event, e.Fault):
            return True
        return self.model.faults(choice.after) <= max(limit, self.model.faults(before))

    @cached_property
    def compass(self) -> Compass:
        """The way to everywhere, from the explored graph; made when it is first asked for."""
        return Compass(self)


class Compass:
    """The explored graph of a ground, breadth first up to `limit` states, and ways through it.

    situations, rows, corners: all that the graph holds, in the order in which it was reached; a corner is a
    situation with the failover link, what the units hear, and whether they are at rest.  premises: ids of promises
    about steps, where a step meets what they speak of; scenes: of those that say that something happens.
    complete: the graph is the whole.  seldom: what plain random walks meet least comes first; the goals that a
    steered test heads for.
    """

    def __init__(self, ground: Ground, limit: int = GRAPH_LIMIT) -> None:
        self._ground = ground
        self._canonical = ground.model.canonical
        self._numbers: dict[State, int] = {}
        self._before: list[list[int]] = []
        self._sources: dict[str, dict[int, None]] = {}
        self.situations: dict[str, None] = {}
        self.rows: dict[str, None] = {}
        self.corners: dict[str, None] = {}
        self.premises: dict[str, None] = {}
        self.scenes: dict[str, None] = {}
        asked = chosen(ground.environment, groups=bool(ground.settings.groups))
        self._asked = tuple(each for each in asked if each.kind == "step" and each.premise is not None)
        self._happening = tuple(each for each in asked if each.kind == "sometimes")
        self._rows_of: dict[Any, tuple[str, ...]] = {}
        self._distances: dict[str, bytearray] = {}
        self.complete = self._explore(limit)
        self.seldom = self._rank()

    def _explore(self, limit: int) -> bool:
        queue = [self._canonical(self._ground.start)]
        self._numbers[queue[0]] = 0
        self._before.append([])
        for number, state in enumerate(queue):
            successors = self._ground.model.successors(state)
            words = situation(state), _corner(state, any(isinstance(event, e.ProtocolStep) for event, _ in successors))
            self.situations.setdefault(words[0])
            self.corners.setdefault(words[1])
            scenes = tuple(self._scenes(state))
            self.scenes.update(dict.fromkeys(scenes))
            for word in (*words, *scenes):
                self._sources.setdefault(word, {})[number] = None
            for event, after in successors:
                for row in self._rows(state, event):
                    self.rows.setdefault(row)
                    self._sources.setdefault(row, {})[number] = None
                for promise in self._met(state, event, after):
                    self.premises.setdefault(promise)
                    self._sources.setdefault(promise, {})[number] = None
                if after not in self._numbers and len(queue) < limit:
                    self._numbers[after] = len(queue)
                    queue.append(after)
                    self._before.append([])
                if after in self._numbers:
                    self._before[self._numbers[after]].append(number)
        return len(queue) < limit

    def _rows(self, state: State, event: e.Event) -> tuple[str, ...]:
        if not hasattr(event, "unit") or hasattr(event, "interface"):
            return ()
        key = (core_of(state), self._ground.model.senses(state.interfaces), event)
        known = self._rows_of.get(key)
        if known is None:
            choice = self._ground.take(state, event)
            known = self._rows_of.setdefault(key, choice.rows if choice else ())
        return known

    def _met(self, before: State, event: e.Event, after: State) -> Iterator[str]:
        """The promises whose premise the step meets."""
        settings = self._ground.settings
        observers = [
            (Observer(before, settings, at), event, Observer(after, settings, at)) for at in range(settings.group_count)
        ]
        yield from (promise.id for promise in self._asked if promise.speaks_of(event) and promise.is_met(observers))

    def _scenes(self, state: State) -> Iterator[str]:
        """The promises that something happens, of those that it happens here."""
        observers = [(Observer(state, self._ground.settings, at),) for at in range(self._ground.settings.group_count)]
        yield from (promise.id for promise in self._happening if promise.is_kept(observers))

    def _rank(self) -> tuple[str, ...]:
        met: Counter[str] = Counter()
        dice = random.Random(0)  # fixed: the same goals in every run
        for _ in range(WALKS):
            state = self._ground.start
            for _ in range(WALK_STEPS):
                choices = self._ground.choices(state)
                if not choices:
                    break
                kinds = tuple(dict.fromkeys(type(choice.event) for choice in choices))
                kind = dice.choice(kinds)
                choice = dice.choice([each for each in choices if type(each.event) is kind])
                met.update((situation(choice.after), *choice.rows, *self._met(state, choice.event, choice.after)))
                met.update(self._scenes(choice.after))
                state = choice.after
                met[_corner(self._canonical(state), not self._ground.settled(state))] += 1
        goals = (*self.situations, *self.rows, *self.corners, *self.premises, *self.scenes)
        return tuple(sorted(goals, key=lambda goal: met[goal]))

    def toward(self, state: State, goal: str) -> Choice | None:
        """The next step of a shortest way to the goal; None when it is reached or no way is known.

        A goal is a situation, a corner or a scene, reached in a state, or the name of a row or a promise, reached by
        the step that takes it or meets its premise.
        """
        here = self._distance(state, goal)
        if here == FAR or (here == 0 and not self._is_step(goal)):
            return None
        for choice in self._ground.choices(state):
            if self.reached(state, choice, goal) if here == 0 else self._distance(choice.after, goal) == here - 1:
                return choice
        return None

    def reached(self, before: State, choice: Choice, goal: str) -> bool:
        """The step ends the way to the goal."""
        if self._is_step(goal):
            return goal in choice.rows or goal in self._met(before, choice.event, choice.after)
        return self._distance(choice.after, goal) == 0

    def _is_step(self, goal: str) -> bool:
        return goal in self.rows or goal in self.premises

    def _distance(self, state: State, goal: str) -> int:
        number = self._numbers.get(self._canonical(state))
        return FAR if number is None else self._distances_to(goal)[number]

    def _distances_to(self, goal: str) -> bytearray:
        known = self._distances.get(goal)
        if known is None:
            known = bytearray([FAR]) * len(self._before)
            queue = list(self._sources.get(goal, {}))
            for number in queue:
                known[number] = 0
            for number in queue:
                for before in self._before[number]:
                    if known[before] == FAR and known[number] + 1 < FAR:
                        known[before] = known[number] + 1
                        queue.append(before)
            self._distances[goal] = known
        return known
