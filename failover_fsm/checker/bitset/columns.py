"""Growing one-dimensional arrays, whose capacity grows by half, and concatenation of ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from failover_fsm.checker.bitset.allocator import Allocator

__all__ = ["Column", "LateColumn", "expand_ranges"]

Ints = NDArray[np.int64]


class Column:
    """A growing array of numbers, logical shape (size,).

    Args:
        dtype: of the numbers.
        fill: the value that `extend` appends.
        allocator: makes the array; None for memory.
    """

    def __init__(self, dtype: DTypeLike = np.int64, fill: int = -1, allocator: Allocator | None = None) -> None:
        self._allocator = Allocator() if allocator is None else allocator
        self._room: NDArray[Any] = np.full(1024, fill, dtype=dtype)
        self._fill, self._size = fill, 0

    def __len__(self) -> int:
        return self._size

    @property
    def data(self) -> NDArray[Any]:
        """The numbers, shape (size,): a view that is valid until the column grows."""
        return self._room[: self._size]

    @property
    def nbytes(self) -> int:
        """Bytes allocated in memory, including spare capacity."""
        return self._allocator.in_memory(self._room)

    def append(self, value: int) -> None:
        """Append one number."""
        self._make_room(1)
        self._room[self._size] = value
        self._size += 1

    def add(self, values: NDArray[Any]) -> None:
        """Append `values`, shape (n,). The size changes last, so an interrupt never exposes half-written values."""
        self._make_room(len(values))
        self._room[self._size : self._size + len(values)] = values
        self._size += len(values)

    def extend(self, many: int) -> None:
        """Append `many` copies of `fill`."""
        self._make_room(many)
        self._size += many

    def _make_room(self, many: int) -> None:
        size = self._size + many
        if size > len(self._room):
            larger = self._allocator.zeros(size + max(1024, size // 2), self._room.dtype)
            larger[: self._size] = self.data
            if self._fill:
                larger[self._size :] = self._fill
            self._room = larger


class LateColumn(Column):
    """A column that mostly grows by single numbers: they wait in a list until the array is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._late: list[int] = []

    def __len__(self) -> int:
        return self._size + len(self._late)

    @property
    def data(self) -> NDArray[Any]:
        """As in `Column`."""
        if self._late:
            late, self._late = self._late, []
            self.add(np.array(late, dtype=np.int64))
        return self._room[: self._size]

    def at(self, place: int) -> int:
        """The number at one place."""
        return int(self._room[place]) if place < self._size else self._late[place - self._size]

    def put(self, place: int, value: int) -> None:
        """Overwrite the number at one place."""
        if place < self._size:
            self._room[place] = value
        else:
            self._late[place - self._size] = value

    def append(self, value: int) -> None:
        """As in `Column`."""
        self._late.append(value)

    def extend(self, many: int) -> None:
        """As in `Column`."""
        self._late.extend([self._fill] * many)


def expand_ranges(first: Ints, many: Ints) -> tuple[Ints, Ints]:
    """Concatenate the ranges `first[i] .. first[i] + many[i] - 1`.

    Args:
        first: the first number of each range, shape (n_ranges,), int64.
        many: the length of each range, shape (n_ranges,), int64.

    Returns:
        For each number: the index i of its range, and the number itself; both of shape (many.sum(),), int64.
    """
    place = np.repeat(np.arange(len(many)), many)
    before = np.cumsum(many) - many
    return place, np.arange(len(place)) + (first - before)[place]
