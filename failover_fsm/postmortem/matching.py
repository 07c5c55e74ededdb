"""What the steps of a pair print, held against the tracks of the evidence.

A place in a run is a numbered state and, for each track, how many of its observations are used up. A message that the
next line of its track can be is that line: to take the first line that fits never costs more, since what fits later
would fit then too. A history has no gap between its first entry and its last: a unit does not lose one there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import attrs

from failover_fsm.postmortem.evidence import Kind, Observation, Snapshot, Track
from failover_fsm.postmortem.steps import CLEARED, Both, Move, PairSteps
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, Token

__all__ = ["Cost", "Cursors", "Known", "Matching", "Node", "Order", "Skip", "Way"]

Cursors = tuple[int, ...]
"""How many observations of each track are used up."""

Node = tuple[int, Cursors]
"""A numbered state, and how many observations of each track are used up."""

Order = dict[int, tuple[tuple[tuple[int, int], ...], ...]]
"""By track, for each of its observations: how many of which other tracks come before it."""


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


@attrs.define
class Known:
    """The best way to a place so far: its cost, and all ways that cost the same."""

    cost: tuple[int, int, int]
    ways: list[Way]
    is_start: bool = False


class Matching:
    """The tracks of the evidence beside the steps of the pair.

    Args:
        steps: The pair.
        tracks: The evidence.
        snapshots: What the units show in the last state, which is one of rest then.
        order: What is known of the order of lines of different tracks.
    """

    def __init__(
        self,
        steps: PairSteps,
        tracks: Sequence[Track],
        snapshots: Sequence[Snapshot] = (),
        order: Order | None = None,
    ) -> None:
        self.steps = steps
        self.tracks = tuple(tracks)
        self.snapshots = tuple(snapshots)
        self.begin: Cursors = (0,) * len(self.tracks)
        self.ends: Cursors = tuple(len(track.seen) for track in self.tracks)
        self._order = order or {}
        self._shown: dict[int, bool] = {}
        self._batches: dict[tuple[Token, ...], int] = {}
        self._batch: list[tuple[Token, ...]] = []
        self._relevant: dict[tuple[Both, Both], tuple[tuple[int, int], ...]] = {}
        self._has_commands = any(each.token.number in COMMANDS_LOGGED for track in tracks for each in track.seen)
        self._options: dict[tuple[int, int, int], tuple[tuple[int, int], ...]] = {}
        self._after: dict[tuple[Cursors, tuple[tuple[int, int], ...]], tuple[tuple[Cursors, int], ...]] = {}

    # -- a step --------------------------------------------------------------------------------------------

    def after(self, cursors: Cursors, move: Move) -> tuple[tuple[Cursors, int], ...]:
        """What can be used up after a step, each with the number of messages that are lost; empty if it cannot be."""
        printed = move.logs, move.entries
        relevant = self._relevant.get(printed)
        if relevant is None:
            relevant = self._relevant[printed] = tuple(self._of_tracks(move))
        if not relevant:
            return ((cursors, 0),)
        found = self._after.get((cursors, relevant))
        if found is None:
            found = self._after[cursors, relevant] = tuple(self._combined(cursors, relevant))
        return found

    def is_next(self, cursors: Cursors, move: Move) -> bool:
        """A command without effect counts only where the next line of the log is its own."""
        return self._has_commands and any(sum(after) > sum(cursors) for after, _ in self.after(cursors, move))

    def options_of(self, move: Move, track: int, cursor: int) -> tuple[tuple[int, int], ...]:
        """Where in a track a step can lead, each with the number of messages that are lost."""
        for number, batch in self._of_tracks(move):
            if number == track:
                return self._options_at(track, cursor, batch)
        return ((cursor, 0),)

    def skips(self, cursors: Cursors) -> Iterator[tuple[Cursors, Skip]]:
        """The observations that can be left unexplained next."""
        for index, end in enumerate(self.ends):
            if cursors[index] < end:
                yield (*cursors[:index], cursors[index] + 1, *cursors[index + 1 :]), Skip(index, cursors[index])

    def _combined(self, cursors: Cursors, relevant: tuple[tuple[int, int], ...]) -> Iterator[tuple[Cursors, int]]:
        options = [self._allowed(cursors, track, batch) for track, batch in relevant]
        for chosen in product(*options):
            after, lost = list(cursors), 0
            for (track, _), (cursor, missing) in zip(relevant, chosen, strict=True):
                after[track] = cursor
                lost += missing
            yield tuple(after), lost

    def _allowed(self, cursors: Cursors, track: int, batch: int) -> tuple[tuple[int, int], ...]:
        """The options of a track, without lines that others come before: those are lost here."""
        if track not in self._order:
            return self._options_at(track, cursors[track], batch)
        seen = self.tracks[track].seen[: self.allowed(cursors, track)]
        return tuple(_logged(seen, cursors[track], self._batch[batch]))

    def allowed(self, cursors: Cursors, track: int) -> int:
        """How far a log can be used up before other lines have to come."""
        order, end = self._order.get(track), cursors[track]
        if order is None:
            return self.ends[track]
        while end < self.ends[track] and all(cursors[other] >= least for other, least in order[end]):
            end += 1
        return end

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
        key = track, cursor, batch
        found = self._options.get(key)
        if found is None:
            seen = self.tracks[track].seen
            taken = _entered if self.tracks[track].kind is Kind.HISTORY else _logged
            found = self._options[key] = tuple(taken(seen, cursor, self._batch[batch]))
        return found

    # -- the end -------------------------------------------------------------------------------------------

    def is_over(self, node: Node) -> bool:
        """Every observation is used up, and the state can be the last one."""
        return node[1] == self.ends and self._accepts(node[0])

    def _accepts(self, number: int) -> bool:
        if not self.snapshots:
            return True
        found = self._shown.get(number)
        if found is None:
            state = self.steps.states[number]
            found = all(each.holds(state) for each in self.snapshots) and self.steps.settled(number)
            self._shown[number] = found
        return found

    # -- for people ----------------------------------------------------------------------------------------

    def printable(self, seen: Observation, nodes: Iterable[Node]) -> set[Token]:
        """What the pair could have printed where an observation stands.

        Args:
            seen: The observation.
            nodes: Places of runs in which it is the next of its track.
        """
        index = next(at for at, track in enumerate(self.tracks) if seen in track.seen)
        found: dict[Token, None] = {}
        for number, _ in nodes:
            for move in (*self.steps.own(number), *self.steps.outside(number)):
                for track, batch in () if move.is_idle else self._of_tracks(move):
                    if track == index:
                        found.setdefault(self._batch[batch][0])
        return {token for token in found if token.number >= 0}


def _logged(seen: Sequence[Observation], cursor: int, printed: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A log: each message is the next line, or it is lost."""
    lost = 0
    for token in printed:
        if cursor < len(seen) and seen[cursor].token.matches(token):
            cursor += 1
        else:
            lost += 1
    yield cursor, lost


def _entered(seen: Sequence[Observation], cursor: int, printed: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A history: before its first entry anything can have been, then nothing is missing until its end."""
    if printed == (CLEARED,):
        if cursor in (0, len(seen)):
            yield cursor, 0
        return
    starts = range(len(printed) + 1) if cursor == 0 else (0,)
    for first in starts:
        here, lost = cursor, 0
        for token in printed[first:]:
            if here == len(seen) and here:
                lost += 1
            elif here < len(seen) and seen[here].token.matches(token):
                here += 1
            else:
                break
        else:
            yield here, lost
