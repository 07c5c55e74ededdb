"""Sets of states as rows of bits: one row a key, one bit a state."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "SparseRows", "count", "grown", "move", "move_back"]

Rows = NDArray[np.uint64]


def count(rows: Rows) -> int:
    """How many states are in the set."""
    return int(np.bitwise_count(rows).sum(dtype=np.int64))


def grown(rows: Rows, size: int) -> Rows:
    """The same set with room for `size` keys, and for more to come."""
    if size <= len(rows):
        return rows
    larger = np.zeros((max(size, len(rows) + len(rows) // 2), rows.shape[1]), dtype=np.uint64)
    larger[: len(rows)] = rows
    return larger


def move(rows: Rows, up: NDArray[np.uint64], down: NDArray[np.uint64], flip: NDArray[np.int64]) -> Rows:
    """Every row with its bits moved within their words, and its words exchanged; one move a row, or one for all.

    The result may share memory with `rows`, which is overwritten.
    """
    np.left_shift(rows, up[:, None], out=rows)
    np.right_shift(rows, down[:, None], out=rows)
    return _exchange(rows, flip)


def move_back(rows: Rows, up: NDArray[np.uint64], down: NDArray[np.uint64], flip: NDArray[np.int64]) -> Rows:
    """The inverse of `move`, for bits that `move` put there.  The result is a new array."""
    rows = _exchange(rows.copy(), flip)
    return (rows >> up[:, None]) << down[:, None]


def _exchange(rows: Rows, flip: NDArray[np.int64]) -> Rows:
    """The rows with their words exchanged; `rows` may be overwritten.  flip: one a row, or one for all."""
    moving = np.flatnonzero(flip)
    if rows.shape[1] == 1 or not len(moving):
        return rows
    words = np.arange(rows.shape[1])
    if len(flip) == 1:
        return rows[:, words ^ flip[0]]
    rows[moving] = np.take_along_axis(rows[moving], words[None, :] ^ flip[moving, None], axis=1)
    return rows


@attrs.frozen(eq=False)
class SparseRows:
    """A set kept aside: only its words that are not zero."""

    places: NDArray[np.int64]
    words: NDArray[np.uint64]

    @classmethod
    def of(cls, rows: Rows) -> SparseRows:
        """Keep a copy of a set."""
        flat = rows.reshape(-1)
        places = np.flatnonzero(flat)
        return cls(places.astype(np.int32) if len(flat) < 1 << 31 else places, flat[places])

    def meets(self, rows: Rows) -> bool:
        """Whether some state is in both sets."""
        return bool((rows.reshape(-1)[self.places] & self.words).any())

    def within(self, rows: Rows) -> Rows:
        """The states that are in both sets, as a new set of the size of `rows`."""
        both = np.zeros_like(rows)
        flat = both.reshape(-1)
        flat[self.places] = rows.reshape(-1)[self.places] & self.words
        return both

    def has(self, place: int, bit: int) -> bool:
        """Whether the set has one state: a bit of the word at a place."""
        where = int(np.searchsorted(self.places, place))
        found = where < len(self.places) and int(self.places[where]) == place
        return found and bool(int(self.words[where]) >> bit & 1)

    def dense(self, like: Rows) -> Rows:
        """The set as rows, as many as `like` has."""
        rows = np.zeros_like(like)
        rows.reshape(-1)[self.places] = self.words
        return rows
