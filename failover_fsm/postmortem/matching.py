"""What the steps of a pair print, held against the tracks of the evidence.

A place in a run is a numbered state, for each track how many of its observations are used up, and with times what is
owed until when. A message that the next line of its track can be is that line: to take the first line that fits never
costs more, since what fits later would fit then too. A history has no gap between its first entry and its last: a unit
does not lose one there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import attrs

from failover_fsm.postmortem.deadlines import NO_CLOCK, Clock, Deadlines, Due
from failover_fsm.postmortem.evidence import Kind, Observation, Snapshot, Track
from failover_fsm.postmortem.steps import CLEARED, Both, Move, PairSteps
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, Token

__all__ = ["Cost", "Cursors", "Known", "Matching", "Node", "Order", "Skip", "Way"]

Cursors = tuple[int, ...]
"""How many observations of each track are used up."""

Node = tuple[int, Cursors, Clock]
"""A numbered state, how many observations of each track are used up, and what is known of the time, if times count."""

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
        snapshots: What the units show in the last state, which is one of rest then unless a unit joins.
        order: What is known of the order of lines of different tracks.
        deadlines: What times allow; None where only the order counts.
    """

    def __init__(
        self,
        steps: PairSteps,
        tracks: Sequence[Track],
        snapshots: Sequence[Snapshot] = (),
        order: Order | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.steps = steps
        self.tracks = tuple(tracks)
        self.snapshots = tuple(snapshots)
        self.begin: Cursors = (0,) * len(self.tracks)
        self.ends: Cursors = tuple(len(track.seen) for track in self.tracks)
        self._order = order or {}
        self._deadlines = deadlines
        self._shown: dict[int, bool] = {}
        self._batches: dict[tuple[Token, ...], int] = {}
        self._batch: list[tuple[Token, ...]] = []
        self._relevant: dict[tuple[Both, Both], tuple[tuple[int, int], ...]] = {}
        self._has_commands = any(each.token.number in COMMANDS_LOGGED for track in tracks for each in track.seen)
        self._options: dict[tuple[int, int, int], tuple[tuple[int, int], ...]] = {}
        self._after: dict[Any, tuple[tuple[Cursors, int], ...]] = {}

    # -- a step --------------------------------------------------------------------------------------------

    def first(self, number: int) -> Node:
        """The place of a state with which a run begins."""
        return number, self.begin, self._deadlines.begin if self._deadlines else NO_CLOCK

    def due(self, node: Node) -> Due:
        """What is owed at a place, if times count."""
        return self._deadlines.due(*node) if self._deadlines else ()

    def after(self, node: Node, move: Move) -> Iterator[tuple[Node, int]]:
        """The places to which a step can lead, each with the number of messages that are lost."""
        due, cursors = self.due(node), node[1]
        if self._deadlines and self._deadlines.earliest.forbids(node[2][2], move.event):
            return
        for after, missing in self._used_up(cursors, due, move):
            yield (move.after, after, self._clock(node, due, move, after)), missing

    def _clock(self, node: Node, due: Due, move: Move, after: Cursors) -> Clock:
        """What is known of the time after a step, if times count."""
        if not self._deadlines:
            return NO_CLOCK
        states = self.steps.states[move.before], self.steps.states[move.after]
        waits = self._deadlines.earliest.after(node[2][2], states, node[1], after)
        return (*self._deadlines.after(due, move.event, node[1], after), waits)

    def _used_up(self, cursors: Cursors, due: Due, move: Move) -> tuple[tuple[Cursors, int], ...]:
        """What can be used up after a step, each with the number of messages that are lost; empty if it cannot be."""
        printed = move.logs, move.entries
        relevant = self._relevant.get(printed)
        if relevant is None:
            relevant = self._relevant[printed] = tuple(self._of_tracks(move))
        if not relevant:
            return ((cursors, 0),)
        ends = self._deadlines.ends(due, move.event, cursors) if self._deadlines else self.ends
        key = cursors, ends, relevant
        found = self._after.get(key)
        if found is None:
            found = self._after[key] = tuple(self._combined(cursors, ends, relevant))
        return found

    def is_next(self, node: Node, move: Move) -> bool:
        """A command without effect counts only where the next line of the log is its own."""
        if not self._has_commands:
            return False
        return any(sum(after) > sum(node[1]) for after, _ in self._used_up(node[1], self.due(node), move))

    def skips(self, node: Node) -> Iterator[tuple[Node, Skip]]:
        """The observations that can be left unexplained next."""
        number, cursors, clock = node
        for index, end in enumerate(self.ends):
            if cursors[index] < end:
                after = (*cursors[:index], cursors[index] + 1, *cursors[index + 1 :])
                yield (number, after, clock), Skip(index, cursors[index])

    def _combined(
        self, cursors: Cursors, ends: Cursors, relevant: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[Cursors, int]]:
        options = [
            self._options_until(self._allowed(cursors, ends, track), cursors, track, batch) for track, batch in relevant
        ]
        for chosen in product(*options):
            after, lost = list(cursors), 0
            for (track, _), (cursor, missing) in zip(relevant, chosen, strict=True):
                after[track] = cursor
                lost += missing
            yield tuple(after), lost

    def _options_until(self, end: int, cursors: Cursors, track: int, batch: int) -> Iterable[tuple[int, int]]:
        """The options of a track, without lines that cannot come yet: those are lost here, and entries are not."""
        if end == self.ends[track]:
            return self._options_at(track, cursors[track], batch)
        if self.tracks[track].kind is Kind.HISTORY:
            return [option for option in self._options_at(track, cursors[track], batch) if option[0] <= end]
        return _logged(self.tracks[track].seen[:end], cursors[track], self._batch[batch])

    def _allowed(self, cursors: Cursors, ends: Cursors, track: int) -> int:
        order, end, last = self._order.get(track), cursors[track], max(cursors[track], ends[track])
        if order is None:
            return last
        while end < last and all(cursors[other] >= least for other, least in order[end]):
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
        number, cursors, _ = node
        return cursors == self.ends and self._accepts(number)

    def _accepts(self, number: int) -> bool:
        if not self.snapshots:
            return True
        found = self._shown.get(number)
        if found is None:
            state = self.steps.states[number]
            found = all(each.holds(state) for each in self.snapshots) and (
                self.steps.settled(number) or any(each.is_passing for each in self.snapshots)
            )
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
        for number, _, _ in nodes:
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
