"""A cat that moves to a neighbouring box every night: Cat, of tlaplus/Examples, Moving_Cat_Puzzle (Schanda).

Five boxes (CatOddBoxes.cfg): 30 distinct states, 78 generated, depth 1. Six boxes (CatEvenBoxes.cfg): 48 distinct,
128 generated, depth 1. Looking from the second box to the last but one and back finds the cat.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, among, rule


class MovingCat:
    """``boxes`` in a row; the cat is anywhere, and the search begins anywhere in its pattern."""

    def __init__(self, boxes: int) -> None:
        self.boxes = boxes
        self.state = attrs.make_class(
            "State",
            {"cat": among(range(1, boxes + 1)), "looked_at": among(range(2, boxes)), "step": among((1, -1))},
            frozen=True,
        )
        self.rules = [rule(self.night, way) for way in (1, -1)]

    def initial_states(self) -> list[Any]:
        return [self.state(*values) for values in product(range(1, self.boxes + 1), range(2, self.boxes), (1, -1))]

    def night(self, way: int, state: Any) -> bool:
        """The cat moves, and the next box is looked at, or the same one again at an end of the row."""
        if not 1 <= state.cat + way <= self.boxes:
            return False
        state.cat += way
        if 2 <= state.looked_at + state.step <= self.boxes - 1:
            state.looked_at += state.step
        else:
            state.step = -state.step
        return True


def found(state: Any) -> bool:
    return state.cat == state.looked_at


HOLDS = (leads_to("found, the cat has to move", lambda s: True, found, weak=lambda event: True, progress=False),)
VIOLATED = (leads_to("found, the cat may sit still", lambda s: True, found, progress=False),)
CASES = [
    Case("CatOddBoxes", MovingCat(5), distinct=30, generated=78, depth=1, holds=HOLDS, violated=VIOLATED),
    Case("CatEvenBoxes", MovingCat(6), distinct=48, generated=128, depth=1, holds=HOLDS, violated=VIOLATED),
]
