"""The search for the smallest explanations: best first over (state, place in each track).

The cost of a run is lexicographic: lines of the evidence that it leaves unexplained, then events from outside, then
messages that it prints and the logs lack. A message that the next line of its track can be is that line: to take the
first line that fits never costs more, since what fits later would fit then too. A history has no gap between its first
entry and its last: a unit does not lose one there.

`bounds` says how many outside events the rest of a log needs at least, and a pair at rest needs one before it prints
anything. Outside events of a state are only tried when the cost allows for them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, product

import attrs

from failover_fsm.postmortem.bounds import Bounds
from failover_fsm.postmortem.evidence import Kind, Observation, Snapshot, Track
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.steps import CLEARED, Move, PairSteps
from failover_fsm.postmortem.tokens import Token

__all__ = ["Cost", "Found", "Node", "Search", "Skip"]

Node = tuple[int, tuple[int, ...]]
"""A numbered state, and how many observations of each track are used up."""


@attrs.frozen(order=True)
class Cost:
    """What an explanation costs, compared from left to right.

    Attributes:
        unexplained: Lines of the evidence that it does not print.
        outside: Faults, repairs and commands.
        lost: Messages that it prints and the evidence lacks.
    """

    unexplained: int = 0
    outside: int = 0
    lost: int = 0


@attrs.frozen
class Skip:
    """An observation that is left unexplained: the number of its track, and its place there."""

    track: int
    index: int


Way = tuple[Node, "Move | Skip"]
_Entry = tuple[int, int, int, int, int, int, Node, tuple[int, int, int]]


@attrs.define
class _Known:
    """The best way to a node so far: its cost, where in it each bounded track was last met, and all equal ways."""

    cost: tuple[int, int, int]
    marks: tuple[int, ...]
    ways: list[Way]
    is_start: bool = False


@attrs.frozen(eq=False)
class Found:
    """The end of a search.

    Attributes:
        cost: Of the best explanations; None where there is none within the limits.
        goals: The ends of the best explanations.
        is_complete: Every smaller explanation, and every other one of the same cost, was looked at.
        frontier: The nodes of the least cost among those that use up most of the evidence.
        known: The ways to every node met.
        nodes: How many nodes were looked at.
    """

    cost: Cost | None
    goals: tuple[Node, ...]
    is_complete: bool
    frontier: tuple[Node, ...]
    known: dict[Node, _Known]
    nodes: int


_OWN, _OUTSIDE, _SKIP = range(3)
FAR = 1_000_000
"""A line that was left unexplained says nothing of what must follow: as if so many events had come since."""
WINDOW = 4
"""So many lines may a place be behind the furthest one in a search for any good run."""

PATIENCE = 300
"""After so many places without a further line explained, such a search goes on from the furthest ones only."""

NODES_ASKED = 200
"""So many places are asked what the pair could have printed there."""

CHECK_EVERY = 512
"""So many nodes are looked at between two calls of `check`."""


class Search:
    """One search; `run` runs it.

    Args:
        steps: The pair.
        tracks: The evidence.
        starts: The states in which a run can begin.
        snapshots: What the units show in the last state, which is one of rest then.
        most: The most outside events of an explanation.
        check: Is called now and then with the number of nodes; what it raises as TimeoutError ends the search.
        bounds: The least numbers of outside events; those of the class by default.
        first: Look for any good run that explains everything instead of the best: places that are more than `WINDOW`
            lines behind the furthest one wait until nothing else is left.
    """

    def __init__(
        self,
        steps: PairSteps,
        tracks: Sequence[Track],
        starts: Iterable[int],
        *,
        snapshots: Sequence[Snapshot] = (),
        most: int,
        check: Callable[[int], None] | None = None,
        bounds: Bounds | None = None,
        first: bool = False,
    ) -> None:
        self.steps = steps
        self.tracks = tuple(tracks)
        self.starts = tuple(starts)
        self.most = most
        self._snapshots = tuple(snapshots)
        self._shown: dict[int, bool] = {}
        self._window = WINDOW if first else 0
        self._check = check or (lambda _nodes: None)
        self._ends = tuple(len(track.seen) for track in self.tracks)
        self._bounds = bounds or Bounds.of(steps.settings, self.tracks)
        self._landmarks = Landmarks(steps.settings, self.tracks, snapshots)
        self._relevant: dict[Move, tuple[tuple[int, int], ...]] = {}
        self._batches: dict[tuple[Token, ...], int] = {}
        self._batch: list[tuple[Token, ...]] = []
        self._options: dict[tuple[int, int, int], tuple[tuple[int, int], ...]] = {}
        self.known: dict[Node, _Known] = {}
        self._queue: list[_Entry] = []
        self._behind: list[_Entry] = []
        self._furthest = self._waited = 0
        self._order = count()

    # -- the loop -------------------------------------------------------------------------------------

    def run(self) -> Found:
        """The best explanations, all of them."""
        for number in self.starts:
            node = number, (0,) * len(self.tracks)
            self._reach(node, (0, 0, 0), (0,) * len(self._bounds.tracks), None)
            self.known[node].is_start = True
        best: tuple[int, int, int] | None = None
        goals: list[Node] = []
        nodes, is_complete = 0, True
        try:
            while (entry := self._next()) is not None:
                unexplained, outside, lost, _, _, kind, node, cost = entry
                if best is not None and (self._window or (unexplained, outside, lost) > best):
                    break
                known = self.known[node]
                if known.cost != cost or (kind == _OWN and self._comes_later(node, known, outside)):
                    continue
                nodes += 1
                if nodes % CHECK_EVERY == 0:
                    self._check(nodes)
                if kind == _OWN and self._is_over(node):
                    best = best or known.cost
                    goals += [node] if known.cost == best else []
                    continue
                self._expand(node, known, kind)
        except TimeoutError:
            is_complete = False
        least = None if best is None else Cost(*best)
        return Found(least, tuple(dict.fromkeys(goals)), is_complete, self._frontier(), self.known, nodes)

    def _next(self) -> _Entry | None:
        """The next place to look at; with a window, one that is far behind only once all others are looked at."""
        while self._queue or self._behind:
            if not self._queue or (self._behind and self._queue[0][0] > self._behind[0][0]):
                self._window *= 2
                for entry in self._behind:
                    heapq.heappush(self._queue, entry)
                self._behind.clear()
            entry = heapq.heappop(self._queue)
            self._waited += 1
            if -entry[3] > self._furthest:
                self._furthest, self._waited = -entry[3], 0
            window = self._window if self._waited < PATIENCE else 0
            if not self._window or -entry[3] >= self._furthest - window:
                return entry
            self._behind.append(entry)
        return None

    def _comes_later(self, node: Node, known: _Known, outside: int) -> bool:
        """The node needs more events than was thought before its own steps were known, and is put back."""
        needed = self._needed(node, known)
        if known.cost[1] + needed > outside:
            self._push(known, needed, _OWN, node)
            return True
        return False

    def _needed(self, node: Node, known: _Known) -> int:
        """The least number of events still to come; a pair at rest needs one for whatever is left."""
        least = self._least(node, known)
        if not self.steps.settled(node[0]) or self._is_over(node):
            return least
        return max(least, self._bounds.at_rest(node[1]), 1)

    def _least(self, node: Node, known: _Known) -> int:
        along = self._bounds.least(node[1], known.cost[1], known.marks)
        return max(along, self._landmarks.least(node[1], self.steps.states[node[0]]))

    def _push(self, known: _Known, needed: int, kind: int, node: Node, unexplained: int = 0) -> None:
        cost = known.cost
        if cost[1] + needed <= self.most:
            place = (cost[0] + unexplained, cost[1] + needed, cost[2], -sum(node[1]), next(self._order))
            heapq.heappush(self._queue, (*place, kind, node, cost))

    def _expand(self, node: Node, known: _Known, kind: int) -> None:
        unexplained, outside, lost = known.cost
        if kind == _OWN:
            for move in self.steps.own(node[0]):
                self._go(node, known, move)
            self._push(known, max(self._needed(node, known), 1), _OUTSIDE, node)
            if node[1] != self._ends:
                self._push(known, 0, _SKIP, node, unexplained=1)
        elif kind == _OUTSIDE:
            for move in self.steps.outside(node[0]):
                if not move.is_idle or self._is_next(node, move):
                    self._go(node, known, move)
        else:
            for index, end in enumerate(self._ends):
                if node[1][index] < end:
                    cursors = _moved(node[1], index)
                    cost = (unexplained + 1, outside, lost)
                    marks = self._bounds.marked(known.marks, index, outside - FAR)
                    self._reach((node[0], cursors), cost, marks, (node, Skip(index, node[1][index])))

    # -- one step ---------------------------------------------------------------------------------------

    def _go(self, node: Node, known: _Known, move: Move) -> None:
        unexplained, outside, lost = known.cost
        outside += move.is_outside
        relevant = self._relevant.get(move)
        if relevant is None:
            relevant = self._relevant[move] = tuple(self._of_tracks(move))
        if not relevant:
            self._reach((move.after, node[1]), (unexplained, outside, lost), known.marks, (node, move))
            return
        options = [self._options_at(track, node[1][track], batch) for track, batch in relevant]
        for chosen in product(*options):
            cursors, marks, more = list(node[1]), known.marks, 0
            for (track, _), (cursor, missing) in zip(relevant, chosen, strict=True):
                more += missing
                if cursor != cursors[track]:
                    marks = self._bounds.marked(marks, track, outside)
                cursors[track] = cursor
            self._reach((move.after, tuple(cursors)), (unexplained, outside, lost + more), marks, (node, move))

    def _reach(self, node: Node, cost: tuple[int, int, int], marks: tuple[int, ...], way: Way | None) -> None:
        known = self.known.get(node)
        if known is not None and known.cost < cost:
            return
        if known is not None and known.cost == cost:
            if way is not None:
                known.ways.append(way)
            return
        known = self.known[node] = _Known(cost, marks, [] if way is None else [way])
        self._push(known, self._least(node, known), _OWN, node)

    def _of_tracks(self, move: Move) -> Iterator[tuple[int, int]]:
        """What the step prints that tracks would have: numbers of tracks and of what belongs there."""
        for index, track in enumerate(self.tracks):
            side = 0 if track.unit is track.unit.PRIMARY else 1
            printed = move.entries[side] if track.kind is Kind.HISTORY else move.logs[side]
            batch = tuple(token for token in printed if track.takes(token))
            if batch:
                if batch not in self._batches:
                    self._batches[batch] = len(self._batch)
                    self._batch.append(batch)
                yield index, self._batches[batch]

    def _options_at(self, track: int, cursor: int, batch: int) -> tuple[tuple[int, int], ...]:
        """Where in its track what is printed can lead, each with the number of messages that are lost."""
        key = track, cursor, batch
        found = self._options.get(key)
        if found is None:
            is_history = self.tracks[track].kind is Kind.HISTORY
            taken = _entered if is_history else _logged
            found = self._options[key] = tuple(taken(self.tracks[track], cursor, self._batch[batch]))
        return found

    def _is_over(self, node: Node) -> bool:
        """Every observation is used up, and the state can be the last one."""
        return node[1] == self._ends and self._accepts(node[0])

    def _accepts(self, number: int) -> bool:
        """The state can be the last one."""
        if not self._snapshots:
            return True
        found = self._shown.get(number)
        if found is None:
            state = self.steps.states[number]
            found = all(each.holds(state) for each in self._snapshots) and self.steps.settled(number)
            self._shown[number] = found
        return found

    def least(self) -> int:
        """The least number of outside events that the evidence needs, before anything is searched."""
        starts = [(number, (0,) * len(self.tracks)) for number in self.starts]
        known = _Known((0, 0, 0), (0,) * len(self._bounds.tracks), [])
        return min((self._needed(node, known) for node in starts), default=0)

    def options_of(self, move: Move, track: int, cursor: int) -> tuple[tuple[int, int], ...]:
        """Where in a track a step can lead, each with the number of messages that are lost."""
        for number, batch in self._of_tracks(move):
            if number == track:
                return self._options_at(track, cursor, batch)
        return ((cursor, 0),)

    def printable(self, seen: Observation) -> set[Token]:
        """What the pair could have printed where an observation stands, in the runs that explain all before it."""
        index = next(at for at, track in enumerate(self.tracks) if seen in track.seen)
        place = self.tracks[index].seen.index(seen)
        nodes = [node for node, known in self.known.items() if node[1][index] == place and not known.cost[0]]
        found: dict[Token, None] = {}
        for node in nodes[:NODES_ASKED]:
            for move in (*self.steps.own(node[0]), *self.steps.outside(node[0])):
                for track, batch in () if move.is_idle else self._of_tracks(move):
                    if track == index:
                        found.setdefault(self._batch[batch][0])
        return {token for token in found if token.number >= 0}

    def _is_next(self, node: Node, move: Move) -> bool:
        """A command without effect counts only where the next line of the log is its own."""
        for track, batch in self._of_tracks(move):
            if self._options_at(track, node[1][track], batch)[0][0] > node[1][track]:
                return True
        return False

    def _frontier(self) -> tuple[Node, ...]:
        if not self.known:
            return ()
        best = min((known.cost[0], -sum(node[1])) for node, known in self.known.items())
        return tuple(node for node, known in self.known.items() if (known.cost[0], -sum(node[1])) == best)


def _moved(cursors: tuple[int, ...], index: int) -> tuple[int, ...]:
    return (*cursors[:index], cursors[index] + 1, *cursors[index + 1 :])


def _logged(track: Track, cursor: int, printed: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A log: each message is the next line, or it is lost."""
    lost = 0
    for token in printed:
        if cursor < len(track.seen) and track.seen[cursor].token.matches(token):
            cursor += 1
        else:
            lost += 1
    yield cursor, lost


def _entered(track: Track, cursor: int, printed: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A history: before its first entry anything can have been, then nothing is missing until its end."""
    if printed == (CLEARED,):
        if cursor in (0, len(track.seen)):
            yield cursor, 0
        return
    starts = range(len(printed) + 1) if cursor == 0 else (0,)
    for first in starts:
        here, lost = cursor, 0
        for token in printed[first:]:
            if here == len(track.seen) and here:
                lost += 1
            elif here < len(track.seen) and track.seen[here].token.matches(token):
                here += 1
            else:
                break
        else:
            yield here, lost
