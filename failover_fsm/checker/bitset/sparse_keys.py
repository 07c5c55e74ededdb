"""Numbers sparse keys in order of appearance. Exact: keys are compared in full, not by a hash."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator
from failover_fsm.checker.bitset.columns import Column

__all__ = ["KeyTable"]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class _Words:
    """Distinct 64-bit words, numbered from 0 in order of appearance (ascending within one call).

    They are kept in sorted runs; a run is merged with the one before it when it is no longer much shorter.
    """

    def __init__(self, allocator: Allocator) -> None:
        self._allocator = allocator
        self._runs: list[tuple[NDArray[Any], ...]] = []
        self._values = Column(np.uint64, fill=0, allocator=allocator)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> NDArray[np.uint64]:
        """The word of each number, shape (n_distinct,), uint64."""
        return self._values.data

    def intern(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The number of each word, shape (n,), int64; new words get the next numbers."""
        ordered = np.sort(words)
        first = np.ones(len(ordered), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        distinct = ordered[first]
        numbers = self._numbers(distinct)
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            numbers[unknown] = np.arange(len(self), len(self) + len(unknown))
            runs = self._joined((distinct[unknown], numbers[unknown]))
            self._values.add(distinct[unknown])
            self._runs = runs  # last: an interrupt may leave words that are not found, but none without a value
        answer: NDArray[np.int64] = numbers[np.searchsorted(distinct, words)]
        return answer

    def _numbers(self, distinct: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The number of each of these words, which ascend; -1 for unknown ones."""
        found = np.full(len(distinct), -1, dtype=np.int64)
        for words, numbers in self._runs:
            place = np.minimum(np.searchsorted(words, distinct), len(words) - 1)
            known = np.flatnonzero(words[place] == distinct)
            found[known] = numbers[place[known]]
        return found

    def _joined(self, run: tuple[NDArray[Any], ...]) -> list[tuple[NDArray[Any], ...]]:
        """The runs with one more."""
        runs = list(self._runs)
        while runs and len(runs[-1][0]) < 4 * len(run[0]):
            run = self._allocator.merged(runs.pop(), run)
        return [*runs, run]

    def find(self, word: int) -> int | None:
        """The number of a word, or None if it is unknown."""
        number = int(self._numbers(np.array([word], dtype=np.uint64))[0])
        return None if number < 0 else number

    @property
    def nbytes(self) -> int:
        """Bytes of the runs and of the values in memory."""
        return self._values.nbytes + sum(self._allocator.in_memory(column) for run in self._runs for column in run)


class KeyTable:
    """Sparse keys of one or more words each.

    A key of several words is numbered pairwise: the number of its prefix and the number of its next word are packed
    into one word again.
    """

    def __init__(self, words: int, allocator: Allocator | None = None) -> None:
        allocator = Allocator() if allocator is None else allocator
        self._single = [_Words(allocator) for _ in range(words)]
        self._pairs = [_Words(allocator) for _ in range(words - 1)]

    def __len__(self) -> int:
        return len((self._pairs or self._single)[-1])

    @property
    def nbytes(self) -> int:
        """Bytes of all words in memory."""
        return sum(words.nbytes for words in (*self._single, *self._pairs))

    def intern(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The number of each key; new keys get the next numbers.

        Args:
            keys: shape (n, n_words), uint64.

        Returns:
            Sparse indices, shape (n,), int64.
        """
        numbers = self._single[0].intern(keys[:, 0])
        for index, pairs in enumerate(self._pairs):
            own = self._single[index + 1].intern(keys[:, index + 1])
            numbers = pairs.intern((numbers.astype(np.uint64) << _HALF) | own.astype(np.uint64))
        return numbers

    def find(self, key: tuple[int, ...]) -> int | None:
        """The number of one key, or None if it is unknown."""
        number = self._single[0].find(key[0])
        for index, pairs in enumerate(self._pairs):
            own = self._single[index + 1].find(key[index + 1])
            if number is None or own is None:
                return None
            number = pairs.find((number << 32) | own)
        return number

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The words of the numbered keys, shape (n, n_words), uint64."""
        columns = []
        for index in range(len(self._pairs) - 1, -1, -1):
            pair = self._pairs[index].values[numbers]
            columns.append(self._single[index + 1].values[(pair & _LOW).astype(np.int64)])
            numbers = (pair >> _HALF).astype(np.int64)
        columns.append(self._single[0].values[numbers])
        return np.stack(columns[::-1], axis=1)
