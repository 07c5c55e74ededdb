"""Sets of bit numbers of a row, each stored once and known by its number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.columns import Column, laid_out
from failover_fsm.checker.bitset.layout import Layout

__all__ = ["EVERY", "Masks"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]

EVERY = 0
"""The number of the set of all bits that stand for a state."""


class Masks:
    """The sets met so far.

    bits: a set a number, one truth value for each bit number of a row.

    The ways out of set and slot number n are the codes and parts from `_first[n]` on, `_many[n]` of them.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.bits: list[Bits] = []
        self._numbers: dict[bytes, int] = {}
        self._ways: dict[tuple[int, int], int] = {}
        self._first, self._many, self._code, self._part = Column(), Column(), Column(), Column()
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

    def row(self, mask: int) -> NDArray[np.uint64]:
        """The set as a row of words."""
        return self.layout.row(self.bits[mask])

    def where(self, slot: int, code: int) -> Bits:
        """Where a rest slot, or a question about one, has this code."""
        if (slot, code) not in self._holds:
            self._holds[slot, code] = self.layout.holds(slot, code)
        return self._holds[slot, code]

    def ways(self, masks: Ints, slots: Ints) -> tuple[Ints, Ints, Ints]:
        """Which codes the rest slots, or questions, have within the sets beside them.

        Returns, for each code that there is, the place in `masks`, the code, and the part of the set that has it.
        """
        pairs = slots * len(self.bits) + masks
        distinct, places = np.unique(pairs, return_inverse=True)
        size = len(self.bits)
        numbers = np.array([self._way(pair % size, pair // size) for pair in distinct.tolist()], dtype=np.int64)[places]
        place, way = laid_out(self._first.data[numbers], self._many.data[numbers])
        return place, self._code.data[way], self._part.data[way]

    def _way(self, mask: int, slot: int) -> int:
        """The number of a set and a slot, whose ways are written down."""
        number = self._ways.get((mask, slot))
        if number is None:
            size = len(self.layout.packing.shape.values(slot))
            parts = [(code, self.bits[mask] & self.where(slot, code)) for code in range(size)]
            some = [(code, self.number(part)) for code, part in parts if part.any()]
            self._first.append(len(self._code))
            self._many.append(len(some))
            for code, part in some:
                self._code.append(code)
                self._part.append(part)
            number = self._ways[mask, slot] = len(self._first) - 1
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
