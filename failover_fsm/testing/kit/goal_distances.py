"""Shortest distances to goals in the reached graph of a model: what steers random walks to what they seldom meet.

Everything is a function of the model, so a walk that is repeated takes the same way.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import attrs

from failover_fsm.testing.kit.explored import Explored
from failover_fsm.testing.kit.specification import ModelSpecification, name_of

__all__ = ["GoalDistances"]

WALKS, WALK_STEPS = 60, 50
"""The number of random walks that rank the goals, and the steps of each."""

FAR = 1 << 30
"""The distance of a state from which the goal is not reached."""


@attrs.define(eq=False)
class GoalDistances:
    """Distances to what states show and to events, in steps.

    Attributes:
        specification: The model, all of whose events a walk may take.
        explored: Its reached graph.
        rare_goals: Situations and names of events, those that random walks meet least first.
    """

    specification: ModelSpecification
    explored: Explored
    rare_goals: tuple[str, ...] = attrs.field(init=False)
    _numbers: dict[Any, int] = attrs.field(init=False)
    _before: list[list[int]] = attrs.field(init=False)
    _sources: dict[str, dict[int, None]] = attrs.field(init=False, factory=dict)
    _distances: dict[str, list[int]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        states = self.explored.states
        self._numbers = {state: number for number, state in enumerate(states)}
        self._before = [[] for _ in states]
        for number, state in enumerate(states):
            self._sources.setdefault(self.specification.words(state), {})[number] = None
            for event, (after, *_) in self.specification.choices(state).items():
                self._sources.setdefault(name_of(event), {})[number] = None
                if after in self._numbers:
                    self._before[self._numbers[after]].append(number)
        self.rare_goals = self._ranked()

    def _ranked(self) -> tuple[str, ...]:
        met: Counter[str] = Counter()
        dice = random.Random(0)  # fixed: the same goals in every run
        for _ in range(WALKS):
            state = self.specification.starts[0]
            for _ in range(WALK_STEPS):
                choices = self.specification.choices(state)
                if not choices:
                    break
                event = dice.choice(tuple(choices))
                state = choices[event][0]
                met.update((name_of(event), self.specification.words(state)))
        return tuple(sorted(self._sources, key=lambda goal: met[goal]))

    def toward(self, state: Any, goal: str) -> Any | None:
        """The next event on a shortest way to a goal; None if it is reached, or not known to be reachable."""
        here = self._distance(state, goal)
        choices = self.specification.choices(state)
        if here == 0:
            return next((event for event in choices if name_of(event) == goal), None)
        if here == FAR:
            return None
        return next(event for event, after in choices.items() if self._distance(after[0], goal) == here - 1)

    def _distance(self, state: Any, goal: str) -> int:
        number = self._numbers.get(state)
        return FAR if number is None else self._distances_to(goal)[number]

    def _distances_to(self, goal: str) -> list[int]:
        known = self._distances.get(goal)
        if known is None:
            known = self._distances[goal] = [FAR] * len(self._before)
            queue = list(self._sources[goal])
            for number in queue:
                known[number] = 0
            for number in queue:
                for before in self._before[number]:
                    if known[before] == FAR:
                        known[before] = known[number] + 1
                        queue.append(before)
        return known
