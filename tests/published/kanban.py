"""Four cells of a factory that pass on cards: the PRISM case study "kanban", after Ciardo and Tilgner (1996).

prismmodelchecker/prism-benchmarks, models/ctmcs/kanban; states, transitions and breadth-first iterations of its logs:
160, 616 and 15 for one card in each cell, 4,600, 28,120 and 29 for two. The rates are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import can_recover, leads_to

from .case import Case, among, rule


class Kanban:
    """``cards`` cards in each cell. A card is taken, worked on, reworked, finished."""

    def __init__(self, cards: int) -> None:
        self.cards = cards
        fields = {name: among(range(cards + 1)) for name in ("cards", "work", "rework", "done")}
        self.cell = attrs.make_class("Cell", fields, frozen=True)
        self.rules = [
            rule(self.enter, (0,)),
            rule(self.hand_on, (0,), (1, 2)),
            rule(self.hand_on, (1, 2), (3,)),
            rule(self.hand_on, (3,), ()),
            *(rule(self.within, cell, *move) for cell in range(4) for move in MOVES),
        ]

    def initial_states(self) -> list[Any]:
        return [State(tuple(self.cell() for _ in range(4)))]

    def enter(self, places: tuple[int, ...], state: Any) -> bool:
        """Work comes to these cells, if each has room."""
        cells = [state.cells[place] for place in places]
        if any(cell.cards == self.cards or cell.work == self.cards for cell in cells):
            return False
        for cell in cells:
            cell.cards, cell.work = cell.cards + 1, cell.work + 1
        return True

    def hand_on(self, sources: tuple[int, ...], targets: tuple[int, ...], state: Any) -> bool:
        """What is done in some cells goes to others, or away."""
        cells = [state.cells[place] for place in sources]
        if any(not cell.done or not cell.cards for cell in cells) or not self.enter(targets, state):
            return False
        for cell in cells:
            cell.cards, cell.done = cell.cards - 1, cell.done - 1
        return True

    def within(self, place: int, source: str, target: str, state: Any) -> bool:
        cell = state.cells[place]
        if not getattr(cell, source) or getattr(cell, target) == self.cards:
            return False
        setattr(cell, source, getattr(cell, source) - 1)
        setattr(cell, target, getattr(cell, target) + 1)
        return True


MOVES = (("work", "rework"), ("work", "done"), ("rework", "work"))


@attrs.frozen
class State:
    """The cells; the second and the third work side by side."""

    cells: tuple[Any, ...]


def empty(state: Any) -> bool:
    return not any(cell.cards for cell in state.cells)


def case(cards: int, distinct: int, transitions: int, depth: int) -> Case:
    return Case(
        f"kanban, t={cards}",
        Kanban(cards),
        distinct=distinct,
        generated=transitions + 1,
        depth=depth,
        holds=(can_recover("can be empty", empty),),
        violated=(leads_to("empty", lambda s: True, empty, strong=lambda event: event),),
    )


CASES = [case(1, 160, 616, 15), case(2, 4600, 28120, 29)]
