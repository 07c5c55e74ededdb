"""Dining philosophers who take the lower fork first: the introduction to Murphi of the checker Rumur
(doc/intro-to-murphi.rst).

Five philosophers: 3,216 states, 16,160 rules fired. A philosopher who thinks may get hungry again before both forks
are back on the table, and forks go back in descending order.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, can_recover, leads_to

from .case import Case, among, rule


@attrs.frozen
class Seat:
    """What a philosopher does, and which forks they hold."""

    mood: str = among(("hungry", "eating", "thinking"))
    left: bool = False
    right: bool = False


@attrs.frozen
class Table:
    """The fork to the left of philosopher i is i, the one to the right i + 1."""

    seats: tuple[Seat, ...]


MOODS = {"eat": ("hungry", "eating"), "think": ("eating", "thinking"), "get hungry": ("thinking", "hungry")}


class Philosophers:
    """``count`` philosophers; ``ordered``: the lower fork is taken first and laid back last."""

    def __init__(self, count: int, ordered: bool = True) -> None:
        self.count = count
        self.ordered = ordered
        self.rules = [
            item
            for i in range(count)
            for item in (
                *(rule(act, side, i) for act in (self.take, self.drop) for side in ("left", "right")),
                *(rule(self.change, what, i) for what in MOODS),
            )
        ]

    def initial_states(self) -> list[Table]:
        return [Table((Seat(),) * self.count)]

    def is_lower(self, side: str, i: int) -> bool:
        """Whether the fork on this side has the lower number."""
        return (side == "left") == (i < (i + 1) % self.count)

    def take(self, side: str, i: int, table: Any) -> bool:
        seat = table.seats[i]
        neighbour = table.seats[i - 1].right if side == "left" else table.seats[(i + 1) % self.count].left
        other = seat.right if side == "left" else seat.left
        if seat.mood != "hungry" or getattr(seat, side) or neighbour:
            return False
        if self.ordered and not other and not self.is_lower(side, i):
            return False
        setattr(seat, side, True)
        return True

    def drop(self, side: str, i: int, table: Any) -> bool:
        seat = table.seats[i]
        other = seat.right if side == "left" else seat.left
        if seat.mood != "thinking" or not getattr(seat, side):
            return False
        if self.ordered and other and self.is_lower(side, i):
            return False
        setattr(seat, side, False)
        return True

    def change(self, what: str, i: int, table: Any) -> bool:
        seat = table.seats[i]
        before, after = MOODS[what]
        if seat.mood != before or (what == "eat" and not (seat.left and seat.right)):
            return False
        seat.mood = after
        return True


def fork_is_not_shared(table: Any) -> bool:
    return not any(table.seats[i - 1].right and table.seats[i].left for i in range(len(table.seats)))


def eats(table: Any) -> bool:
    return table.seats[0].mood == "eating"


CASES = [
    Case(
        "philosophers.m",
        Philosophers(5),
        distinct=3216,
        generated=16161,
        depth=31,
        published=("distinct", "generated"),
        holds=(
            always("no fork is shared", fork_is_not_shared),
            can_recover("the first can eat", eats),
            leads_to("eats, all strongly fair", lambda t: True, eats, strong=lambda event: event, progress=False),
        ),
        violated=(leads_to("eats, all weakly fair", lambda t: True, eats, weak=lambda event: event, progress=False),),
    )
]
