"""The search for the smallest explanations: in the order of their cost, over (state, place in each track).

The cost of a run is lexicographic: lines of the evidence that it leaves unexplained, then events from outside, then
messages that it prints and the logs lack. Places are looked at in the order of what they cost and what they need at
least from there (`landmarks`), so the first end that is met is a smallest explanation, and every place that was not
looked at needs no fewer events: a search that ends early still shows how many events are needed.

Of two places with the same state, where the same is owed by the same times and forbidden until the same if times count,
the one that costs fewer events and has used up no less of any log makes the other one superfluous: whatever follows
that one can follow it as well.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from itertools import count

import attrs

from failover_fsm.postmortem.deadlines import Due
from failover_fsm.postmortem.earliest import Waits
from failover_fsm.postmortem.evidence import Kind
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Cursors, Known, Matching, Node, Way
from failover_fsm.postmortem.steps import Move, Sort

__all__ = ["CHECK_EVERY", "Found", "Search"]

_Entry = tuple[int, int, int, int, int, int, Node, tuple[int, int, int]]
_OWN, _OUTSIDE, _REST, _SKIP = range(4)

CHECK_EVERY = 256
"""So many nodes are looked at between two calls of `check`."""

COMPARED = 40
"""So many places of a state are kept to compare others with; more would only cost time."""


@attrs.frozen(kw_only=True, eq=False)
class Found:
    """The end of a search.

    Attributes:
        cost: Of the best explanations; None where there is none within the limits.
        goals: The ends of the best explanations.
        is_complete: Every smaller explanation, and every other one of the same cost, was looked at.
        is_smallest: The cost is that of the smallest explanations.
        is_stopped: The search was stopped before its end.
        least: No explanation within the limits costs less, lost lines apart.
        known: The ways to every node met.
        nodes: How many nodes were looked at.
    """

    cost: Cost | None
    goals: tuple[Node, ...]
    is_complete: bool
    is_smallest: bool
    is_stopped: bool
    least: Cost
    known: dict[Node, Known]
    nodes: int

    @property
    def frontier(self) -> tuple[Node, ...]:
        """The nodes of the least cost among those that use up most of the evidence."""
        if not self.known:
            return ()
        best = min((known.cost[0], -sum(node[1])) for node, known in self.known.items())
        return tuple(node for node, known in self.known.items() if (known.cost[0], -sum(node[1])) == best)


class Search:
    """One search; `run` runs it.

    Args:
        matching: The evidence beside the pair.
        landmarks: The least numbers of events that the evidence needs.
        starts: The states in which a run can begin.
        most: The most outside events of an explanation.
        check: Is called now and then with the number of nodes; what it raises as TimeoutError ends the search.
    """

    def __init__(
        self,
        matching: Matching,
        landmarks: Landmarks,
        starts: Iterable[int],
        *,
        most: int,
        check: Callable[[int], None] | None = None,
    ) -> None:
        self.most = most
        self._matching = matching
        self._steps = matching.steps
        self._landmarks = landmarks
        self._starts = tuple(starts)
        self._check = check or (lambda _nodes: None)
        self._histories = tuple(at for at, track in enumerate(matching.tracks) if track.kind is Kind.HISTORY)
        self._known: dict[Node, Known] = {}
        self._looked_at: dict[tuple[int, Due, Waits], list[tuple[int, int, Cursors]]] = {}
        self._queue: list[_Entry] = []
        self._later: list[tuple[Known, Node]] = []
        self._order = count()

    # -- the loop -------------------------------------------------------------------------------------

    def run(self) -> Found:
        """The best explanations, all of them."""
        self._begin()
        best: tuple[int, int, int] | None = None
        goals: list[Node] = []
        nodes, is_complete = 0, True
        least = (0, 0)
        try:
            while self._queue or self._later:
                if not self._queue:
                    self._leave_lines_out()
                    continue
                unexplained, outside, lost, _, _, kind, node, cost = heapq.heappop(self._queue)
                if best is not None and (unexplained, outside, lost) > best:
                    break
                least = unexplained, outside
                known = self._known[node]
                if known.cost != cost or (kind == _OWN and self._is_put_off(node, known, outside)):
                    continue
                nodes += 1
                if nodes % CHECK_EVERY == 0:
                    self._check(nodes)
                if kind == _OWN and self._matching.is_over(node):
                    best = best or known.cost
                    goals += [node] if known.cost == best else []
                    continue
                self._expand(node, known, kind)
            else:
                least = best[:2] if best is not None else (0, self.most + 1)
        except TimeoutError:
            is_complete = False
        return Found(
            cost=None if best is None else Cost(*best),
            goals=tuple(dict.fromkeys(goals)),
            is_complete=is_complete,
            is_smallest=best is not None,
            is_stopped=not is_complete,
            least=Cost(*least),
            known=self._known,
            nodes=nodes,
        )

    def _begin(self) -> None:
        for number in self._starts:
            node = self._matching.first(number)
            self._reach(node, (0, 0, 0), None)
            self._known[node].is_start = True

    def _is_put_off(self, node: Node, known: Known, outside: int) -> bool:
        """The node needs more events than was thought before its own steps were known, or is superfluous."""
        needed = self._needed(node)
        if known.cost[1] + needed > outside:
            self._push(known, needed, _OWN, node)
            return True
        return self._is_superfluous(node, known)

    def _is_superfluous(self, node: Node, known: Known) -> bool:
        """Another place of the state has cost fewer events and has used up no less; if not, it is kept as such."""
        unexplained, outside, _ = known.cost
        number, cursors, clock = node
        before = self._looked_at.setdefault((number, self._matching.due(node), clock[2]), [])
        for fewer, skipped, others in before:
            cheaper = fewer < outside and skipped <= unexplained
            if cheaper and all(map(int.__ge__, others, cursors)) and self._in_one_entry(others, cursors):
                return True
        if len(before) < COMPARED:
            before.append((outside, unexplained, cursors))
        return False

    def _in_one_entry(self, others: Cursors, cursors: Cursors) -> bool:
        """Both are at the same entry of each history, where nothing is lost in between."""
        return all(others[at] == cursors[at] for at in self._histories)

    def _needed(self, node: Node) -> int:
        """The least number of events still to come; a pair at rest needs one for whatever is left."""
        least = self._landmarks.least(node[1], self._steps.states[node[0]])
        if least or not self._steps.settled(node[0]) or self._matching.is_over(node):
            return least
        return 1

    def _leave_lines_out(self) -> None:
        """No run explains every line, or as many of them as was tried so far: one line less."""
        later, self._later = self._later, []
        for known, node in later:
            self._push(known, 0, _SKIP, node)

    def _push(self, known: Known, needed: int, kind: int, node: Node) -> None:
        cost = known.cost
        if cost[1] + needed <= self.most:
            place = (cost[0] + (kind == _SKIP), cost[1] + needed, cost[2], -sum(node[1]), next(self._order))
            heapq.heappush(self._queue, (*place, kind, node, cost))

    def _expand(self, node: Node, known: Known, kind: int) -> None:
        unexplained, outside, lost = known.cost
        if kind == _SKIP:
            for after, skip in self._matching.skips(node):
                self._reach(after, (unexplained + 1, outside, lost), (node, skip))
            return
        for move in self._moves(node, known, kind):
            if not move.is_idle or self._matching.is_next(node, move):
                for after, missing in self._matching.after(node, move):
                    cost = unexplained, outside + move.is_outside, lost + missing
                    self._reach(after, cost, (node, move))
        if kind == _OWN:
            self._push(known, max(self._needed(node), 1), _OUTSIDE, node)
            if node[1] != self._matching.ends:
                self._later.append((known, node))

    def _moves(self, node: Node, known: Known, kind: int) -> Iterable[Move]:
        """The steps of a node; events from outside that bring nothing nearer are put off, they cost one more."""
        number, cursors, _ = node
        if kind == _OWN:
            return self._steps.own(number)
        state = self._steps.states[number]
        least = self._landmarks.least(cursors, state)
        if not least:
            return self._steps.outside(number)
        helpful = self._landmarks.helpful(cursors, state)
        if kind == _REST:
            return self._steps.outside(number, [sort for sort in Sort if sort not in helpful])
        self._push(known, least + 1, _REST, node)
        return self._steps.outside(number, helpful)

    def _reach(self, node: Node, cost: tuple[int, int, int], way: Way | None) -> None:
        known = self._known.get(node)
        if known is not None and known.cost < cost:
            return
        if known is not None and known.cost == cost:
            if way is not None:
                known.ways.append(way)
            return
        known = self._known[node] = Known(cost, [] if way is None else [way])
        self._push(known, self._landmarks.least(node[1], self._steps.states[node[0]]), _OWN, node)
