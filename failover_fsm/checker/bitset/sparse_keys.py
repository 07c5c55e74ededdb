"""Numbers sparse keys in order of appearance. Exact: keys are compared in full, not by a hash."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["KeyTable"]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class _Words:
    """Distinct 64-bit words, numbered from 0 in order of appearance (ascending within one call).

    Attributes:
        values: the word of each number, shape (n_distinct,), uint64.
    """

    def __init__(self) -> None:
        self._sorted = np.empty(0, dtype=np.uint64)
        self._numbers = np.empty(0, dtype=np.int64)
        self.values = np.empty(0, dtype=np.uint64)

    def intern(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The number of each word, shape (n,), int64; new words get the next numbers."""
        ordered = np.sort(words)
        first = np.ones(len(ordered), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        new = ordered[first]
        if len(self._sorted):
            new = new[self._sorted[self._positions(new)] != new]
        if len(new):
            where = np.searchsorted(self._sorted, new)
            numbers = np.arange(len(self.values), len(self.values) + len(new))
            in_order = np.insert(self._sorted, where, new)
            numbered = np.insert(self._numbers, where, numbers)
            values = np.concatenate([self.values, new])
            self._sorted, self._numbers, self.values = in_order, numbered, values  # at once, against interrupts
        answer: NDArray[np.int64] = self._numbers[np.searchsorted(self._sorted, words)]
        return answer

    def find(self, word: int) -> int | None:
        """The number of a word, or None if it is unknown."""
        where = int(np.searchsorted(self._sorted, np.uint64(word)))
        known = where < len(self._sorted) and int(self._sorted[where]) == word
        return int(self._numbers[where]) if known else None

    @property
    def nbytes(self) -> int:
        """Bytes of the three arrays."""
        return self._sorted.nbytes + self._numbers.nbytes + self.values.nbytes

    def _positions(self, words: NDArray[np.uint64]) -> NDArray[np.intp]:
        return np.minimum(np.searchsorted(self._sorted, words), len(self._sorted) - 1)


class KeyTable:
    """Sparse keys of one or more words each.

    A key of several words is numbered pairwise: the number of its prefix and the number of its next word are packed
    into one word again.
    """

    def __init__(self, words: int) -> None:
        self._single = [_Words() for _ in range(words)]
        self._pairs = [_Words() for _ in range(words - 1)]

    def __len__(self) -> int:
        return len((self._pairs or self._single)[-1].values)

    @property
    def nbytes(self) -> int:
        """Bytes of all words."""
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
