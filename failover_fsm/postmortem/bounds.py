"""How many outside events the rest of a log needs at least, so that a search looks at what can still be the best.

Between some two messages of one unit a fault, a repair or a command must lie, whatever the pair was in before and
whatever of the log is lost. `bounds.json` says between which, for an Active/Standby pair. It was found by the method of
`python -m failover_fsm.commands.bounds_table` and then cut down: no entry is above one, and messages that only repeat
others are left out. Random runs of other pairs, held against it by a test, support it; nothing proves it. The rest of
a log needs the largest sum along any selection of its lines.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path

import attrs

from failover_fsm.pair.settings import Settings
from failover_fsm.postmortem.evidence import Kind, Track
from failover_fsm.postmortem.tokens import DETECTED, Token

__all__ = ["TABLE", "Bounds", "Key", "between", "is_bounded", "key_of"]

Key = tuple[int, str]
"""A kind of message: its number, and its reason or what else it says."""

TABLE = Path(__file__).with_name("bounds.json")
WINDOW = 40
"""So many lines ahead a selection can continue; beyond them it only costs time."""


_STATE_COPY = range(311001, 311005)
_VPN = 720000


def is_bounded(number: int) -> bool:
    """Messages of interface tests come late, those of VPN failover and of the copy of the state only repeat others."""
    return number not in DETECTED and number not in _STATE_COPY and number < _VPN


def key_of(token: Token) -> Key:
    """The kind of a message; commands are told apart by their words, without unit and group."""
    says = token.says or ""
    return token.number, says.split(" ")[0] if token.number == 111008 else says


@functools.cache
def _table() -> dict[int, dict[str, dict[Key, int]]]:
    """For each kind of message, by number and words: the kinds that need an event after it, and how many."""
    read = json.loads(TABLE.read_text(encoding="ascii"))
    keys = [(int(number), str(says)) for number, says in read["kinds"]]
    found: dict[int, dict[str, dict[Key, int]]] = {}
    for (number, says), row in zip(keys, read["least"], strict=True):
        found.setdefault(number, {})[says] = {key: int(digit) for key, digit in zip(keys, row, strict=True)}
    return found


@functools.cache
def between(first: Key, then: Key) -> int:
    """The least number of outside events after a message until another; 0 where it is not known.

    A message whose reason is open can be any of its number.
    """
    rows = _table().get(first[0], {})
    chosen = [rows[first[1]]] if first[1] in rows else list(rows.values())
    found = [
        row.get(then, min((least for key, least in row.items() if key[0] == then[0]), default=0)) for row in chosen
    ]
    return min(found, default=0)


@attrs.frozen(eq=False)
class Bounds:
    """The bounds of the tracks of a search.

    Attributes:
        tracks: The numbers of the tracks that are bounded, those of logs.
        after: For each of them, by the number of lines used up: the least that is needed after the last of these.
        rest: The same after the next line, and with it.
    """

    tracks: tuple[int, ...] = ()
    after: tuple[tuple[int, ...], ...] = ()
    ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, settings: Settings, tracks: Sequence[Track]) -> Bounds:
        """The bounds; none for an Active/Active pair, where one event can move the groups one after another."""
        if settings.groups:
            return cls()
        numbers = tuple(index for index, track in enumerate(tracks) if track.kind is Kind.LOG)
        after = tuple(_after([key_of(each.token) for each in tracks[index].seen]) for index in numbers)
        return cls(numbers, after, tuple(len(tracks[index].seen) for index in numbers))

    def least(self, cursors: tuple[int, ...], outside: int, marks: tuple[int, ...]) -> int:
        """The least number of outside events that are still to come.

        Args:
            cursors: How many lines of each track are used up.
            outside: The outside events so far.
            marks: For each bounded track, how many there were at its last line.
        """
        most = 0
        for place, track in enumerate(self.tracks):
            cursor = cursors[track]
            if cursor == self.ends[place]:
                continue
            row = self.after[place]
            needed = row[cursor]
            if cursor:
                needed = max(needed, row[cursor - 1] - (outside - marks[place]))
            most = max(most, needed)
        return most

    def at_rest(self, cursors: tuple[int, ...]) -> int:
        """The same for a pair at rest: one event until the next line, and what is needed after that."""
        open_ = (place for place, track in enumerate(self.tracks) if cursors[track] < self.ends[place])
        return max((1 + self.after[place][cursors[self.tracks[place]]] for place in open_), default=0)

    def marked(self, marks: tuple[int, ...], track: int, outside: int) -> tuple[int, ...]:
        """The marks after a line of a track."""
        if track not in self.tracks:
            return marks
        place = self.tracks.index(track)
        return (*marks[:place], outside, *marks[place + 1 :])


def _after(keys: Sequence[Key]) -> tuple[int, ...]:
    """For each line, the least number of events after it until the last: the best sum along selections of lines."""
    found = [0] * len(keys)
    for index in range(len(keys) - 2, -1, -1):
        ahead = range(index + 1, min(index + 1 + WINDOW, len(keys)))
        found[index] = max(between(keys[index], keys[other]) + found[other] for other in ahead)
    return tuple(found)
