"""Dining philosophers who take the lower fork first: the introduction to Murphi of the checker rumur.

A philosopher who thinks may get hungry again before both forks are back on the table, and forks go back in
descending order.
"""

from __future__ import annotations

from typing import NamedTuple

from .two_phase import put

Event = tuple[str, int]


class Seat(NamedTuple):
    """What a philosopher does, and which forks they hold."""

    mood: str = "hungry"
    left: bool = False
    right: bool = False


State = tuple[Seat, ...]


class Philosophers:
    """``count`` philosophers; the fork to the left of philosopher i is i, the one to the right i + 1."""

    def __init__(self, count: int, ordered: bool = True) -> None:
        self.count = count
        self.ordered = ordered

    def initial_states(self) -> list[State]:
        return [(Seat(),) * self.count]

    def events(self, state: State) -> list[Event]:
        names = ("take left", "take right", "eat", "think", "get hungry", "drop left", "drop right")
        return [(name, i) for i in range(self.count) for name in names]

    def step(self, state: State, event: Event) -> State | None:
        name, i = event
        after = self._move(state, name, i)
        return None if after is None else put(state, i, after)

    def _move(self, state: State, name: str, i: int) -> Seat | None:
        mood, left, right = seat = state[i]
        left_is_lower = i < (i + 1) % self.count
        left_free = not left and not state[i - 1].right
        right_free = not right and not state[(i + 1) % self.count].left
        moods = {"eat": "eating", "think": "thinking", "get hungry": "hungry"}
        possible = {
            "take left": mood == "hungry" and left_free and (right or left_is_lower or not self.ordered),
            "take right": mood == "hungry" and right_free and (left or not left_is_lower or not self.ordered),
            "eat": mood == "hungry" and left and right,
            "think": mood == "eating",
            "get hungry": mood == "thinking",
            "drop left": mood == "thinking" and left and (not right or not left_is_lower or not self.ordered),
            "drop right": mood == "thinking" and right and (not left or left_is_lower or not self.ordered),
        }
        if not possible[name]:
            return None
        if name in moods:
            return seat._replace(mood=moods[name])
        taken = name.startswith("take")
        return seat._replace(left=taken) if name.endswith("left") else seat._replace(right=taken)
