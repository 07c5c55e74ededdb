"""Dense state numbers: a state as a key and a rest.

Some slots, the *rest*, are numbered densely: all their value combinations together are
the bit positions of a row of 2**bits bits.  All other slots together are the *key*.  The
engine keeps one row a key, one bit a state, so that a set of states costs a bit each and a
rule moves 64 states with one instruction.

Any choice of rest slots is correct.  A good one has few keys and full rows, and few
different masks: slots that change by themselves (the environment: a link, an interface),
least read first, are nearly always in every combination in the reached set.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.rules.rule_tree import DecisionTree, Step
from failover_fsm.records import Packing

__all__ = ["Layout", "choose_dense_slots"]

WORD = 6
"""log2 of the bits in a word of a row."""


@attrs.frozen(eq=False)
class Layout:
    """Which slots are the rest, and where each lies in the number of a bit.  Build it with `of`.

    shifts: bit position per rest slot.
    bits: how many bits the rest takes; a row has 2**bits bits.
    row_words: 64-bit words in a row.
    key_mask: per packed word, the bits that belong to the key.
    """

    packing: Packing
    shifts: dict[int, int]
    bits: int
    row_words: int
    key_mask: NDArray[np.uint64]

    @classmethod
    def of(cls, packing: Packing, dense_slots: Sequence[int]) -> Layout:
        """The layout with these rest slots, lowest bits first."""
        shifts, bits = {}, 0
        for slot in dense_slots:
            shifts[slot] = bits
            bits += packing.places[slot].width
        key = [slot for slot in range(len(packing.places)) if slot not in shifts]
        mask = np.array(packing.mask_of(key), dtype=np.uint64)
        return cls(packing, shifts, bits, 1 << max(0, bits - WORD), mask)

    def bit_of(self, codes: Sequence[int]) -> int:
        """The number of a state's bit within its row."""
        return sum(codes[slot] << shift for slot, shift in self.shifts.items())

    def split(self, packed: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """The key words of packed words, and the number of the bit."""
        key = tuple(int(word) & int(mask) for word, mask in zip(packed, self.key_mask, strict=True))
        return key, self.bit_of(self.packing.codes(packed))

    def dense_codes(self, bit: int) -> dict[int, int]:
        """The codes of the rest slots at a bit number."""
        places = self.packing.places
        return {slot: (bit >> shift) & ((1 << places[slot].width) - 1) for slot, shift in self.shifts.items()}

    def _codes(self, slot: int) -> NDArray[np.int64]:
        """The code of a rest slot at every bit number of a row."""
        width = self.packing.places[slot].width
        answer: NDArray[np.int64] = (np.arange(1 << self.bits) >> self.shifts[slot]) & ((1 << width) - 1)
        return answer

    def used(self) -> NDArray[np.bool_]:
        """For every bit number of a row: whether it stands for a state, since codes do not fill all bits."""
        chosen = np.ones(1 << self.bits, dtype=np.bool_)
        for slot in self.shifts:
            chosen &= self._codes(slot) < len(self.packing.shape.values(slot))
        return chosen

    def holds(self, slot: int, code: int) -> NDArray[np.bool_]:
        """For every bit number of a row: whether a rest slot, or a question about one, has this code there."""
        question = self.packing.shape.asked(slot)
        if question is None:
            same: NDArray[np.bool_] = self._codes(slot) == code
            return same
        padded = np.full(1 << self.packing.places[question.leaf.number].width, -1)
        padded[: len(question.table)] = question.table
        answer: NDArray[np.bool_] = padded[self._codes(question.leaf.number)] == code
        return answer

    def row(self, chosen: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """A row of words in which the chosen bit numbers are set."""
        padded = np.zeros(self.row_words << WORD, dtype=np.uint8)
        padded[: len(chosen)] = chosen
        return np.packbits(padded, bitorder="little").view(np.uint64)


def choose_dense_slots(
    trees: Sequence[DecisionTree],
    packing: Packing,
    max_bits: int = 12,
    fixed: Sequence[int] = (),
    dense: Sequence[str] = (),
) -> tuple[int, ...]:
    """The rest slots for these rules: free slots, least read first, up to `most_bits` bits.

    fixed: slots that belong to the key in any case.

    A slot is free when every path that assigns it reads and assigns nothing else.  Where free
    slots do not fill one word, others are added to fill it.  What no known path assigns stays in the
    key: its bit would double the rows, and half of each would be empty.
    dense: names of slots that the model knows to be free of everything but each other; they come first,
    as many bits as they take.
    """
    shape = packing.shape
    readers, bound = [0] * len(packing.places), [False] * len(packing.places)
    moved = [False] * len(packing.places)
    for tree in trees:
        for slot in dict.fromkeys(map(shape.base, tree.read_slots())):
            readers[slot] += 1
        for reads, result in tree.paths():
            writes = [slot for slot, _ in result.writes] if isinstance(result, Step) else []
            touched = {shape.base(slot) for slot, _ in reads}.union(writes)
            for slot in writes:
                bound[slot] = bound[slot] or len(touched) > 1
                moved[slot] = True
    named = [number for number in range(len(bound)) if shape.name(number) in dense]
    dense_slots, used = list(named), sum(packing.places[slot].width for slot in named)
    for slot in sorted(range(len(bound)), key=lambda number: (bound[number], readers[number], number)):
        width = packing.places[slot].width
        room = min(WORD, max_bits) if bound[slot] else max_bits
        if moved[slot] and slot not in named and 0 < width <= room - used and slot not in fixed:
            dense_slots.append(slot)
            used += width
    return tuple(dense_slots)
