"""A quick search for any good run that explains the evidence: along its lines, with the best few places at each.

Places are looked at by how much of the evidence they have used up, and among those by their cost. At each count of
lines only the cheapest places go on, the more of them the wider the beam; a lost line weighs as much as an event there,
since a run that follows the log closely soon needs fewer events too. Faults, repairs and commands come only while
the pair is at rest. So a run that it finds explains the evidence, but a smaller one may exist.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Known, Matching, Node, Way
from failover_fsm.postmortem.search import Found

__all__ = ["WIDTHS", "Beam"]

WIDTHS = (1, 8, 64)
"""So many places at rest go on at each count of lines: a run is found soon, then a better one if time is left."""

PATIENCE = 10
"""So many places for each line and each place of its width a beam looks at, before it gives way to a wider one."""

_Entry = tuple[tuple[int, int], int, Node, tuple[int, int, int]]


class Beam:
    """One such search; `run` runs it.

    Args:
        matching: The evidence beside the pair.
        landmarks: The least numbers of events that the evidence needs.
        starts: The states in which a run can begin.
        width: How many places at rest go on at each count of lines.
        most: The most outside events of a run; None for any number.
        check: Is called now and then with the number of nodes; what it raises as TimeoutError ends the search.
    """

    def __init__(
        self,
        matching: Matching,
        landmarks: Landmarks,
        starts: Iterable[int],
        *,
        width: int,
        most: int | None = None,
        check: Callable[[int], None],
    ) -> None:
        self._matching = matching
        self._steps = matching.steps
        self._landmarks = landmarks
        self._width = width
        self._most = most
        self._check = check
        self._known: dict[Node, Known] = {}
        self._layers: list[list[_Entry]] = [[] for _ in range(sum(matching.ends) + 1)]
        self._patience = width * PATIENCE * max(len(self._layers), 100) if width < WIDTHS[-1] else None
        self._order = count()
        self._nodes = self._furthest = 0
        for number in starts:
            node = matching.first(number)
            self._reach(node, (0, 0, 0), None)
            self._known[node].is_start = True

    def run(self) -> Found:
        """The first run found, as the end of a search that is not complete."""
        goal, is_stopped = None, False
        try:
            goal = self._forward()
        except TimeoutError:
            is_stopped = True
        return Found(
            cost=None if goal is None else Cost(*self._known[goal].cost),
            goals=() if goal is None else (goal,),
            is_complete=False,
            is_smallest=False,
            is_stopped=is_stopped,
            least=Cost(),
            known=self._known,
            nodes=self._nodes,
        )

    def _forward(self) -> Node | None:
        """The end of a run, from layer to layer; where none has got any further, back to more places of earlier ones.

        Each time that this does not help it goes back twice as far.
        """
        place, furthest, back = 0, 0, 1
        while place < len(self._layers) and (self._patience is None or self._nodes < self._patience):
            goal = self._along(place)
            if goal is not None:
                return goal
            if place < self._furthest:
                place += 1
            elif not any(self._layers):
                return None
            else:
                back = 1 if self._furthest > furthest else 2 * back
                furthest = self._furthest
                place = max(0, place - back)
        return None

    def _along(self, place: int) -> Node | None:
        """Looks at the cheapest places of a layer; the end of a run, if one is among them."""
        layer, at_rest = self._layers[place], 0
        while layer and at_rest < self._width:
            _, _, node, cost = heapq.heappop(layer)
            if self._known[node].cost != cost:
                continue
            self._nodes += 1
            self._check(self._nodes)
            if self._matching.is_over(node):
                return node
            at_rest += self._steps.settled(node[0])
            for after, price, way in self._next(node, cost):
                self._reach(after, price, way)
        return None

    def _next(self, node: Node, cost: tuple[int, int, int]) -> Iterator[tuple[Node, tuple[int, int, int], Way]]:
        unexplained, outside, lost = cost
        own = self._steps.own(node[0])
        for move in own or self._steps.outside(node[0]):
            if not move.is_idle or self._matching.is_next(node, move):
                for after, missing in self._matching.after(node, move):
                    price = unexplained, outside + move.is_outside, lost + missing
                    yield after, price, (node, move)

    def _reach(self, node: Node, cost: tuple[int, int, int], way: Way | None) -> None:
        known = self._known.get(node)
        if known is not None and known.cost <= cost:
            return
        self._known[node] = Known(cost, [] if way is None else [way])
        unexplained, outside, lost = cost
        needed = self._landmarks.least(node[1], self._steps.states[node[0]])
        if self._most is None or outside + needed <= self._most:
            price = unexplained, outside + needed + lost
            place = sum(node[1])
            self._furthest = max(self._furthest, place)
            heapq.heappush(self._layers[place], (price, next(self._order), node, cost))
