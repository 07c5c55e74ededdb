"""Sets of dense offsets, each stored once and known by its number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.columns import Column, expand_ranges
from failover_fsm.checker.bitset.layout import Layout

__all__ = ["ALL_OFFSETS", "OffsetSets"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]

ALL_OFFSETS = 0
"""The number of the set of all offsets that stand for a state."""


class OffsetSets:
    """The offset sets created so far.

    Splitting set s by slot n is stored as entries `_first[i] .. _first[i] + _many[i] - 1` of `_code` and `_subset`,
    where i is `_split_numbers[s, n]`.

    Attributes:
        layout: of the states.
        bits: the sets by number; each of shape (2**layout.bits,), bool.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.bits: list[Bits] = []
        self._numbers: dict[bytes, int] = {}
        self._split_numbers: dict[tuple[int, int], int] = {}
        self._first, self._many, self._code, self._subset = Column(), Column(), Column(), Column()
        self._unions: dict[tuple[int, int], int] = {}
        self._holds: dict[tuple[int, int], Bits] = {}
        self._first_codes: dict[int, dict[int, int]] = {}
        self.number(layout.used())

    def number(self, bits: Bits) -> int:
        """The number of a set, shape (2**bits,), bool; a new set gets the next number."""
        key = np.packbits(bits).tobytes()
        known = self._numbers.setdefault(key, len(self.bits))
        if known == len(self.bits):
            self.bits.append(bits)
        return known

    def row(self, offsets: int) -> NDArray[np.uint64]:
        """The set as a row, shape (row_words,), uint64."""
        return self.layout.row(self.bits[offsets])

    def first_codes(self, offsets: int) -> dict[int, int]:
        """The codes of the dense slots at the first offset of a set; not to be changed."""
        codes = self._first_codes.get(offsets)
        if codes is None:
            codes = self._first_codes[offsets] = self.layout.dense_codes(int(np.argmax(self.bits[offsets])))
        return codes

    def where(self, slot: int, code: int) -> Bits:
        """The offsets at which a dense slot, or a question about one, has this code; shape (2**bits,), bool."""
        if (slot, code) not in self._holds:
            self._holds[slot, code] = self.layout.holds(slot, code)
        return self._holds[slot, code]

    def split(self, offset_sets: Ints, slots: Ints) -> tuple[Ints, Ints, Ints]:
        """Split each set by the codes of a dense slot or of a question about one.

        Args:
            offsets: numbers of sets, shape (n,), int64.
            slots: the slot to split each set by, shape (n,), int64.

        Returns:
            One row per non-empty subset: the index into `offsets`, the code, and the number of the subset; each of
                shape (n_subsets,), int64.
        """
        pairs = slots * len(self.bits) + offset_sets
        distinct, places = np.unique(pairs, return_inverse=True)
        size = len(self.bits)
        split_numbers = np.array(
            [self._split(pair % size, pair // size) for pair in distinct.tolist()], dtype=np.int64
        )[places]
        place, entry = expand_ranges(self._first.data[split_numbers], self._many.data[split_numbers])
        return place, self._code.data[entry], self._subset.data[entry]

    def _split(self, offsets: int, slot: int) -> int:
        """The number under which the split of a set by a slot is stored."""
        number = self._split_numbers.get((offsets, slot))
        if number is None:
            size = len(self.layout.packing.shape.values(slot))
            subsets = [(code, self.bits[offsets] & self.where(slot, code)) for code in range(size)]
            nonempty = [(code, self.number(subset)) for code, subset in subsets if subset.any()]
            self._first.append(len(self._code))
            self._many.append(len(nonempty))
            for code, subset in nonempty:
                self._code.append(code)
                self._subset.append(subset)
            number = self._split_numbers[offsets, slot] = len(self._first) - 1
        return number

    def unions(self, one: Ints, other: Ints) -> Ints:
        """The union of `one[i]` and `other[i]`, all set numbers, shape (n,), int64."""
        pairs = one * len(self.bits) + other
        distinct, places = np.unique(pairs, return_inverse=True)
        size = len(self.bits)
        joined = [self._union(int(pair) // size, int(pair) % size) for pair in distinct]
        answer: Ints = np.array(joined, dtype=np.int64)[places]
        return answer

    def _union(self, one: int, other: int) -> int:
        key = (one, other)
        if key not in self._unions:
            self._unions[key] = self.number(self.bits[one] | self.bits[other])
        return self._unions[key]
