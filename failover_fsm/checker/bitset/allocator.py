"""The large arrays of a search: in memory while they fit there, beyond that on disk.

Where an array is makes no difference to what is in it, so a search that spills finds the same, later. An array is
placed when it is made and stays there; the large ones of a search grow by being made again, larger.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from failover_fsm.checker.core.limits import LimitReached

__all__ = ["Allocator", "Disk", "slices"]

SMALLEST = 1 << 16
"""Bytes of the smallest array that is worth a place on disk."""

PIECE = 1 << 20
"""Items that are handled together, so that what is computed in between needs little memory."""


class Disk(Protocol):
    """Room outside memory. The checker itself has no files."""

    def room(self, size: int, /) -> memoryview:
        """So many bytes, all zero, that can be written and are given back when nobody refers to them.

        Raises:
            OSError: there is no more room; `strerror` says why.
        """
        ...


class Allocator:
    """Makes the large arrays of a search.

    Args:
        memory: bytes that the search may take; its arrays take half of them at most, the rest is on disk.
        disk: None to keep every array in memory.

    Attributes:
        on_disk: bytes of the arrays that are on disk now.
        most_on_disk: the most that there have been.
    """

    def __init__(self, memory: int | None = None, disk: Disk | None = None) -> None:
        self._disk = disk
        self._bound = 0 if memory is None else memory // 2
        self._in_memory = self.on_disk = self.most_on_disk = 0
        self._spilled: set[int] = set()

    def zeros(self, shape: int | tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """A new array of zeros.

        Raises:
            LimitReached: it has to be on disk, and there is no more room. Later arrays are in memory then, so that the
                search can report what it has found.
        """
        if self._disk is None:
            return np.zeros(shape, dtype=dtype)
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        if size < SMALLEST or self._in_memory + size <= self._bound:
            array = np.zeros(shape, dtype=dtype)
            self._in_memory += size
            weakref.finalize(array, self._freed, size).atexit = False
            return array
        try:
            room = self._disk.room(size)
        except OSError as error:
            self._disk = None
            raise LimitReached(f"room on disk: {error.strerror or error}") from None
        array = np.frombuffer(room, dtype=dtype).reshape(shape)
        self.on_disk += size
        self.most_on_disk = max(self.most_on_disk, self.on_disk)
        self._spilled.add(id(array))
        weakref.finalize(array, self._removed, id(array), size).atexit = False
        return array

    def like(self, array: NDArray[Any]) -> NDArray[Any]:
        """Zeros of the shape and kind of `array`."""
        return self.zeros(array.shape, array.dtype)

    def copy(self, array: NDArray[Any]) -> NDArray[Any]:
        """A copy of `array`."""
        copied = self.like(array)
        copied[...] = array
        return copied

    def chosen(self, array: NDArray[Any], wanted: NDArray[np.bool_]) -> NDArray[Any]:
        """The items of `array` that are wanted; both of shape (n,)."""
        found = self.zeros(int(np.count_nonzero(wanted)), array.dtype)
        place = 0
        for part in slices(len(array)):
            items = array[part][wanted[part]]
            found[place : place + len(items)] = items
            place += len(items)
        return found

    def merged(self, one: tuple[NDArray[Any], ...], other: tuple[NDArray[Any], ...]) -> tuple[NDArray[Any], ...]:
        """Two tables, each sorted by its first column, as one; equal rows keep their order, those of `one` first.

        Args:
            one, other: the columns of a table, each of shape (n_rows,), of the same kinds.
        """
        size = len(one[0]) + len(other[0])
        columns = tuple(self.zeros(size, column.dtype) for column in one)
        place = 0
        for mine, theirs in _pieces(one[0], other[0]):
            keys = np.concatenate([one[0][mine], other[0][theirs]])
            order = np.argsort(keys, kind="stable")  # linear for two sorted runs
            part = slice(place, place + len(order))
            columns[0][part] = keys[order]
            for column, left, right in zip(columns[1:], one[1:], other[1:], strict=True):
                column[part] = np.concatenate([left[mine], right[theirs]])[order]
            place = part.stop
        return columns

    def in_memory(self, array: NDArray[Any]) -> int:
        """Bytes of an array, as it was made here, in memory: 0 of one on disk."""
        return 0 if id(array) in self._spilled else array.nbytes

    def _freed(self, size: int) -> None:
        self._in_memory -= size

    def _removed(self, name: int, size: int) -> None:
        self._spilled.discard(name)
        self.on_disk -= size


def slices(size: int) -> Iterator[slice]:
    """The range from 0 to `size` in pieces."""
    for first in range(0, size, PIECE):
        yield slice(first, min(size, first + PIECE))


def _pieces(one: NDArray[Any], other: NDArray[Any]) -> Iterator[tuple[slice, slice]]:
    """Ranges of two sorted arrays such that what follows is larger than what is in them: at most a piece of each, and
    what equals its end.
    """
    left = right = 0
    while left < len(one) or right < len(other):
        ends = [column[at + PIECE] for column, at in ((one, left), (other, right)) if at + PIECE < len(column)]
        if not ends:
            yield slice(left, len(one)), slice(right, len(other))
            return
        bound = min(ends)
        after = [int(np.searchsorted(column, bound, side="right")) for column in (one, other)]
        yield slice(left, after[0]), slice(right, after[1])
        left, right = after
