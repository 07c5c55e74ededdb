"""A quick search for any good run that explains the evidence: the nearer a place is to the end, the more it may cost.

Every line that is used up makes up for a part of an event, so places far along the lines are looked at before cheaper
ones that have used up less; a lost line weighs as much as an event or half of one, since a run that follows the log
closely soon needs fewer events too. Faults, repairs and commands come only while the pair is at rest. So a run that
it finds explains the evidence, but a smaller one may exist.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count

import attrs

from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Known, Matching, Node, Way
from failover_fsm.postmortem.search import Found
from failover_fsm.postmortem.steps import Move, Sort

__all__ = ["HASTES", "LAST_HASTE", "Haste", "Hasty"]


@attrs.frozen(kw_only=True)
class Haste:
    """How costs are weighed.

    Attributes:
        line: A line that is used up makes up for so many events.
        lost: So many events weighs a line that is lost.
    """

    line: float
    lost: float


HASTES = (Haste(line=0.1, lost=1.0), Haste(line=0.05, lost=0.5), Haste(line=0.3, lost=0.5))
"""Those that are tried: the first two for logs that have nearly every line, the third for others."""

LAST_HASTE = Haste(line=0.3, lost=0.02)
"""Is tried where none of these finds a run: for logs that have hardly any line of what a unit prints when it boots."""

_Entry = tuple[float, int, int, bool, Node, tuple[int, int, int]]


class Hasty:
    """One such search; `run` runs it.

    Args:
        matching: The evidence beside the pair.
        landmarks: The least numbers of events that the evidence needs.
        starts: The states in which a run can begin.
        haste: How costs are weighed.
        patience: How many places are looked at, at most.
        most: The most outside events of a run; None for any number.
        check: Is called now and then with the number of nodes; what it raises as TimeoutError ends the search.
    """

    def __init__(
        self,
        matching: Matching,
        landmarks: Landmarks,
        starts: Iterable[int],
        *,
        haste: Haste,
        patience: int,
        most: int | None = None,
        check: Callable[[int], None],
    ) -> None:
        self._matching = matching
        self._steps = matching.steps
        self._landmarks = landmarks
        self._haste = haste
        self._patience = patience
        self._most = most
        self._check = check
        self._known: dict[Node, Known] = {}
        self._queue: list[_Entry] = []
        self._order = count()
        self._nodes = 0
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
        while self._queue and self._nodes < self._patience:
            _, _, _, is_rest, node, cost = heapq.heappop(self._queue)
            if self._known[node].cost != cost:
                continue
            self._nodes += 1
            self._check(self._nodes)
            if self._matching.is_over(node):
                return node
            for after, price, way in self._next(node, cost, is_rest=is_rest):
                self._reach(after, price, way)
        return None

    def _next(
        self, node: Node, cost: tuple[int, int, int], *, is_rest: bool
    ) -> Iterator[tuple[Node, tuple[int, int, int], Way]]:
        unexplained, outside, lost = cost
        for move in self._steps.own(node[0]) or self._outside(node, cost, is_rest=is_rest):
            if not move.is_idle or self._matching.is_next(node, move):
                for after, missing in self._matching.after(node, move):
                    price = unexplained, outside + move.is_outside, lost + missing
                    yield after, price, (node, move)

    def _outside(self, node: Node, cost: tuple[int, int, int], *, is_rest: bool) -> list[Move]:
        """Events from outside; those that bring nothing nearer are put off, they cost one more."""
        number, cursors, _ = node
        state = self._steps.states[number]
        least = self._landmarks.least(cursors, state)
        if not least:
            return self._steps.outside(number)
        helpful = self._landmarks.helpful(cursors, state)
        if is_rest:
            return self._steps.outside(number, [sort for sort in Sort if sort not in helpful])
        self._push(node, cost, least + 1, is_rest=True)
        return self._steps.outside(number, helpful)

    def _reach(self, node: Node, cost: tuple[int, int, int], way: Way | None) -> None:
        known = self._known.get(node)
        if known is not None and known.cost <= cost:
            return
        self._known[node] = Known(cost, [] if way is None else [way])
        self._push(node, cost, self._landmarks.least(node[1], self._steps.states[node[0]]), is_rest=False)

    def _push(self, node: Node, cost: tuple[int, int, int], needed: int, *, is_rest: bool) -> None:
        _, outside, lost = cost
        if self._most is None or outside + needed <= self._most:
            place = sum(node[1])
            price = outside + needed + self._haste.lost * lost - self._haste.line * place
            heapq.heappush(self._queue, (price, -place, next(self._order), is_rest, node, cost))
