"""Columns of numbers: growing ones, whose room is doubled so that no level copies them again, and ranges laid out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["Column", "expand_ranges"]

Ints = NDArray[np.int64]


class Column:
    """A column of numbers.

    fill: what `extend` puts there.
    """

    def __init__(self, dtype: DTypeLike = np.int64, fill: int = -1) -> None:
        self._room: NDArray[Any] = np.full(1024, fill, dtype=dtype)
        self._fill, self._size = fill, 0

    def __len__(self) -> int:
        return self._size

    @property
    def data(self) -> NDArray[Any]:
        """The numbers; a view that is good until the column grows."""
        return self._room[: self._size]

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers, and of the room for more."""
        return self._room.nbytes

    def at(self, place: int) -> int:
        """One of the numbers."""
        return int(self._room[place])

    def put(self, place: int, value: int) -> None:
        """Write over one of the numbers."""
        self._room[place] = value

    def append(self, value: int) -> None:
        """One more number."""
        self._make_room(1)
        self._room[self._size] = value
        self._size += 1

    def add(self, values: NDArray[Any]) -> None:
        """More numbers.  They count once they are all written: an interrupt may come at any time."""
        self._make_room(len(values))
        self._room[self._size : self._size + len(values)] = values
        self._size += len(values)

    def extend(self, many: int) -> None:
        """So many more numbers, all `fill`."""
        self._make_room(many)
        self._size += many

    def _make_room(self, many: int) -> None:
        size = self._size + many
        if size > len(self._room):
            larger = np.full(2 * size, self._fill, dtype=self._room.dtype)
            larger[: self._size] = self.data
            self._room = larger


def expand_ranges(first: Ints, many: Ints) -> tuple[Ints, Ints]:
    """The numbers from each of `first` on, as many as `many` says: the place in `first`, and the number."""
    place = np.repeat(np.arange(len(many)), many)
    before = np.cumsum(many) - many
    return place, np.arange(len(place)) + (first - before)[place]
