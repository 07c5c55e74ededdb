"""Sets of states as bitsets: one row per sparse key, one bit per dense offset."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator, slices

__all__ = ["FunctionFails", "Rows", "SparseRows", "count", "grown", "move", "move_back", "remove"]

Rows = NDArray[np.uint64]
"""Shape (n_keys, row_words), uint64: bit `offset & 63` of word `offset >> 6` in row `key` is one state."""


def count(rows: Rows) -> int:
    """The number of states in the set."""
    return int(np.bitwise_count(rows).sum(dtype=np.int64))


def grown(rows: Rows, size: int, allocator: Allocator) -> Rows:
    """The same set with room for at least `size` keys; capacity grows by half."""
    if size <= len(rows):
        return rows
    larger = allocator.zeros((max(size, len(rows) + len(rows) // 2), rows.shape[1]), np.uint64)
    larger[: len(rows)] = rows
    return larger


def remove(others: Rows, rows: Rows) -> None:
    """Take the states of `others` out of `rows`, in place; both of one shape."""
    flat, out = rows.reshape(-1), others.reshape(-1)
    for part in slices(len(flat)):
        flat[part] &= ~out[part]


def move(rows: Rows, up: NDArray[np.uint64], down: NDArray[np.uint64], flip: NDArray[np.int64]) -> Rows:
    """Move the bits of every row within their words, then permute the words.

    Args:
        rows: shape (n, row_words), uint64; overwritten, and may share memory with the result.
        up: left shifts, shape (n,) or (1,), uint64.
        down: right shifts, shape (n,) or (1,), uint64.
        flip: word w goes to word `w ^ flip`; shape (n,) or (1,), int64.
    """
    np.left_shift(rows, up[:, None], out=rows)
    np.right_shift(rows, down[:, None], out=rows)
    return _exchange(rows, flip)


def move_back(rows: Rows, up: NDArray[np.uint64], down: NDArray[np.uint64], flip: NDArray[np.int64]) -> Rows:
    """The inverse of `move` on bits that `move` has put there; arguments as there. The result is a new array."""
    rows = _exchange(rows.copy(), flip)
    return (rows >> up[:, None]) << down[:, None]


def _exchange(rows: Rows, flip: NDArray[np.int64]) -> Rows:
    """Permute the words of each row by XOR with `flip`, shape (n,) or (1,); `rows` may be overwritten."""
    moving = np.flatnonzero(flip)
    if rows.shape[1] == 1 or not len(moving):
        return rows
    words = np.arange(rows.shape[1])
    if len(flip) == 1:
        return rows[:, words ^ flip[0]]
    rows[moving] = np.take_along_axis(rows[moving], words[None, :] ^ flip[moving, None], axis=1)
    return rows


class FunctionFails(Exception):
    """A rule or predicate fails in reached states.

    Attributes:
        message: what was learned about the failure.
        states: the states, shape (n_keys, row_words), uint64; at least one.
        rule: the number of the rule that fails; None for a predicate.
    """

    def __init__(self, message: str, states: Rows, rule: int | None = None) -> None:
        super().__init__(message)
        self.message, self.states, self.rule = message, states, rule


@attrs.frozen(eq=False)
class SparseRows:
    """A set of states that stores its non-zero words only.

    Attributes:
        places: positions in the flattened rows, ascending, shape (n,), int32 or int64.
        words: the word at each position, shape (n,), uint64.
    """

    places: NDArray[np.int64]
    words: NDArray[np.uint64]

    @classmethod
    def of(cls, rows: Rows, allocator: Allocator | None = None) -> SparseRows:
        """The sparse form of a set; `allocator` makes it, None for memory."""
        allocator = Allocator() if allocator is None else allocator
        flat = rows.reshape(-1)
        size = sum(int(np.count_nonzero(flat[part])) for part in slices(len(flat)))
        places = allocator.zeros(size, np.int32 if len(flat) < 1 << 31 else np.int64)
        words = allocator.zeros(size, np.uint64)
        begin = 0
        for part in slices(len(flat)):
            found = np.flatnonzero(flat[part])
            end = begin + len(found)
            places[begin:end] = found + part.start
            words[begin:end] = flat[part][found]
            begin = end
        return cls(places, words)

    def meets(self, rows: Rows) -> bool:
        """Whether the two sets intersect."""
        return bool((rows.reshape(-1)[self.places] & self.words).any())

    def within(self, rows: Rows) -> Rows:
        """The intersection, as rows of the shape of `rows`."""
        both = np.zeros_like(rows)
        flat = both.reshape(-1)
        flat[self.places] = rows.reshape(-1)[self.places] & self.words
        return both

    def has(self, place: int, bit: int) -> bool:
        """Whether the set contains the state at bit `bit` of the word at position `place`."""
        where = int(np.searchsorted(self.places, place))
        found = where < len(self.places) and int(self.places[where]) == place
        return found and bool(int(self.words[where]) >> bit & 1)

    def dense(self, like: Rows) -> Rows:
        """The set as rows of the shape of `like`."""
        rows = np.zeros_like(like)
        rows.reshape(-1)[self.places] = self.words
        return rows
