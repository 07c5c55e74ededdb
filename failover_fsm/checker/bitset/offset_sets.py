"""Sets of bit numbers of a row, each stored once and known by its number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.columns import Column, expand_ranges
from failover_fsm.checker.bitset.layout import Layout

__all__ = ["ALL_OFFSETS", "OffsetSets"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]

ALL_OFFSETS = 0
"""The number of the set of all bits that stand for a state."""


class OffsetSets:
    """The sets met so far.

    bits: a set a number, one truth value for each bit number of a row.

    The ways out of set and slot number n are the codes and parts from `_first[n]` on, `_many[n]` of them.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.bits: list[Bits] = []
        self._numbers: dict[bytes, int] = {}
        self._split_numbers: dict[tuple[int, int], int] = {}
        self._first, self._many, self._code, self._subset = Column(), Column(), Column(), Column()
        self._unions: dict[tuple[int, int], int] = {}
        self._holds: dict[tuple[int, int], Bits] = {}
        self.number(layout.used())

    def number(self, bits: Bits) -> int:
        """The number of a set."""
        key = np.packbits(bits).tobytes()
        known = self._numbers.setdefault(key, len(self.bits))
        if known == len(self.bits):
            self.bits.append(bits)
        return known

    def row(self, offsets: int) -> NDArray[np.uint64]:
        """The set as a row of words."""
        return self.layout.row(self.bits[offsets])

    def where(self, slot: int, code: int) -> Bits:
        """Where a rest slot, or a question about one, has this code."""
        if (slot, code) not in self._holds:
            self._holds[slot, code] = self.layout.holds(slot, code)
        return self._holds[slot, code]

    def split(self, offset_sets: Ints, slots: Ints) -> tuple[Ints, Ints, Ints]:
        """Which codes the rest slots, or questions, have within the sets beside them.

        Returns, for each code that there is, the place in `masks`, the code, and the part of the set that has it.
        """
        pairs = slots * len(self.bits) + offset_sets
        distinct, places = np.unique(pairs, return_inverse=True)
        size = len(self.bits)
        split_numbers = np.array(
            [self._split(pair % size, pair // size) for pair in distinct.tolist()], dtype=np.int64
        )[places]
        place, way = expand_ranges(self._first.data[split_numbers], self._many.data[split_numbers])
        return place, self._code.data[way], self._subset.data[way]

    def _split(self, offsets: int, slot: int) -> int:
        """The number of a set and a slot, whose ways are written down."""
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
        """The union of each set of `one` with that of `other`."""
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
