"""The part of a pair's graph that is explored to steer walks, with the goals that are reached in it.

A goal is the name of a situation, a detailed situation, a table row, a promise about steps whose premise is met, or a
promise that something happens ("sometimes").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from failover_fsm.model.core_steps import core_of
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, chosen
from failover_fsm.testing.pair.situations import detailed_situation, situation

__all__ = ["GRAPH_LIMIT", "WHOLE", "ExploredGraph", "PromiseGoals"]

GRAPH_LIMIT = 10_000
"""The number of states that are explored by default; beyond them no goals are known."""

WHOLE = 6_000
"""So many states are explored without exception.

Beyond them a state is passed over if one was explored that has the same units, links and modules, and whose units hear
the same on data interfaces. Those that are left out differ in which interfaces are broken besides: a hundred conditions
of the interfaces are no hundred situations of the units.
"""


class PromiseGoals:
    """The promises that are goals of a walk, and whether a state or a step reaches them."""

    def __init__(self, model: PairModel) -> None:
        applicable = chosen(model.environment, groups=bool(model.settings.groups))
        self._model = model
        self._premised = tuple(each for each in applicable if each.kind == "step" and each.premise is not None)
        self._speaking: dict[type[e.Event], tuple[Promise, ...]] = {}
        self._sometimes = tuple(each for each in applicable if each.kind == "sometimes")

    def premises(self, before: State, event: e.Event, after: State) -> tuple[str, ...]:
        """Ids of the promises about steps whose premise the step meets."""
        speaking = self._speaking.get(type(event))
        if speaking is None:
            speaking = tuple(promise for promise in self._premised if promise.speaks_of(event))
            self._speaking[type(event)] = speaking
        if not speaking:
            return ()
        views = tuple(
            (old, event, new)
            for old, new in zip(self._model.observers(before), self._model.observers(after), strict=True)
        )
        return tuple(promise.id for promise in speaking if promise.is_met(views))

    def scenes(self, state: State) -> tuple[str, ...]:
        """Ids of the "sometimes" promises that hold in the state."""
        views: list[tuple[Observer]] = [(seen,) for seen in self._model.observers(state)]
        return tuple(promise.id for promise in self._sometimes if promise.is_kept(views))


class ExploredGraph:
    """States and the steps between them, explored breadth first.

    Attributes:
        goals: All goals, by their numbers.
        before: For each state, by its number, those from which a step leads to it.
        reached: For each state its goals and those of the steps from it: goal `g` as bit `1 << g`.
        situations: The situations of all explored states, in the order of discovery.
        settled_situations: Those of them in which the units can be at rest.
        rows: The table rows that some explored step fires.
        detailed_situations: Situations with the state of the failover link, the units' contact, and whether they are at
            rest.
        premises: Ids of the promises about steps whose premise some explored step meets.
        scenes: Ids of the "sometimes" promises that hold in some explored state.
        complete: True if the whole graph was explored.
    """

    def __init__(self, model: PairModel, limit: int = GRAPH_LIMIT) -> None:
        """Explores.

        Args:
            model: The pair in its environment.
            limit: The number of states after which it ends.
        """
        self._model = model
        self._numbers: dict[State, int] = {}
        self._alike: dict[Any, int] = {}
        self.goals: dict[str, int] = {}
        self.before: list[list[int]] = []
        self.reached: list[int] = []
        self.situations: dict[str, None] = {}
        self.settled_situations: dict[str, None] = {}
        self.rows: dict[str, None] = {}
        self.detailed_situations: dict[str, None] = {}
        self.premises: dict[str, None] = {}
        self.scenes: dict[str, None] = {}
        self._bits_of_names: dict[tuple[str, ...], int] = {}
        self.complete = self._explore(limit)

    def number(self, state: State) -> int | None:
        """The number of a state, or of one with the same units that was explored in its place; None without any."""
        canonical = self._model.canonical(state)
        found = self._numbers.get(canonical)
        return self._alike.get(self._key(canonical)) if found is None else found

    def _key(self, state: State) -> tuple[Any, ...]:
        """What a state must share with an explored one to be passed over."""
        return core_of(state), self._model.senses(state.interfaces).data

    def _explore(self, limit: int) -> bool:
        model = PairModel(self._model.settings, self._model.environment)  # what it remembers goes when all is explored
        promises, (start,) = PromiseGoals(model), model.initial_states()
        queue, complete = [start], True
        self._add(start)
        for number, state in enumerate(queue):
            moves = model.moves(state)
            reached = self._of_state(state, moves) | self._bits(promises.scenes(state), self.scenes)
            for event, after, rows in moves:
                if rows:
                    reached |= self._bits(rows, self.rows)
                if met := promises.premises(state, event, after):
                    reached |= self._bits(met, self.premises)
                known = self._numbers.get(after)
                if known is None and len(queue) < limit and (len(queue) < WHOLE or self._key(after) not in self._alike):
                    known = self._add(after)
                    queue.append(after)
                if known is None:
                    complete = False
                else:
                    self.before[known].append(number)
            self.reached.append(reached)
        return complete

    def _add(self, state: State) -> int:
        number = self._numbers[state] = len(self.before)
        self._alike.setdefault(self._key(state), number)
        self.before.append([])
        return number

    def _of_state(self, state: State, moves: Sequence[tuple[e.Event, State, tuple[str, ...]]]) -> int:
        """The situations of a state, as goals."""
        moving = any(isinstance(event, e.ProtocolStep) for event, *_ in moves)
        words = (situation(state),)
        if not moving:
            self.settled_situations.setdefault(*words)
        found = self._bits(words, self.situations)
        return found | self._bits((detailed_situation(state, moving=moving),), self.detailed_situations)

    def _bits(self, names: tuple[str, ...], kind: dict[str, None]) -> int:
        """Goals of a kind as one number, as `BackwardDistances` takes them."""
        known = self._bits_of_names.get(names)
        if known is None:
            kind.update(dict.fromkeys(names))
            known = sum({1 << self.goals.setdefault(name, len(self.goals)) for name in names})
            self._bits_of_names[names] = known
        return known
