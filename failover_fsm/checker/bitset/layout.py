"""State numbering: a state is a sparse key and a dense offset.

The *dense slots* are numbered together: each combination of their codes is an offset, the position of a bit in a row of
2**bits bits. All other slots form the *sparse key*; keys are numbered as they are reached (`sparse_keys`). A set of
states has one row per key and one bit per state, so a rule moves 64 states with one instruction.

Any choice of dense slots is correct. A good choice gives few keys, full rows and few distinct offset sets. Slots that
change independently (the environment: a link, an interface) and are read by few rules usually take all combinations in
the reachable set.
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
"""log2 of the bits in a word."""


@attrs.frozen(eq=False)
class Layout:
    """Which slots are dense, and the position of each in the offset. Build it with `of`.

    Attributes:
        packing: of whole states into 64-bit words.
        shifts: the bit position of each dense slot within the offset.
        bits: the width of the offset; a row has 2**bits bits.
        row_words: 64-bit words per row.
        key_mask: the bits of each packed word that belong to the key, shape (n_words,), uint64.
    """

    packing: Packing
    shifts: dict[int, int]
    bits: int
    row_words: int
    key_mask: NDArray[np.uint64]

    @classmethod
    def of(cls, packing: Packing, dense_slots: Sequence[int]) -> Layout:
        """The layout with these dense slots, lowest bits first."""
        shifts, bits = {}, 0
        for slot in dense_slots:
            shifts[slot] = bits
            bits += packing.places[slot].width
        key = [slot for slot in range(len(packing.places)) if slot not in shifts]
        mask = np.array(packing.mask_of(key), dtype=np.uint64)
        return cls(packing, shifts, bits, 1 << max(0, bits - WORD), mask)

    def bit_of(self, codes: Sequence[int]) -> int:
        """The offset of a state, given its codes by slot."""
        return sum(codes[slot] << shift for slot, shift in self.shifts.items())

    def split(self, packed: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """The key words and the offset of a packed state."""
        key = tuple(int(word) & int(mask) for word, mask in zip(packed, self.key_mask, strict=True))
        return key, self.bit_of(self.packing.codes(packed))

    def dense_codes(self, bit: int) -> dict[int, int]:
        """The codes of the dense slots at an offset."""
        places = self.packing.places
        return {slot: (bit >> shift) & ((1 << places[slot].width) - 1) for slot, shift in self.shifts.items()}

    def _codes(self, slot: int) -> NDArray[np.int64]:
        """The code of a dense slot at every offset, shape (2**bits,), int64."""
        width = self.packing.places[slot].width
        answer: NDArray[np.int64] = (np.arange(1 << self.bits) >> self.shifts[slot]) & ((1 << width) - 1)
        return answer

    def used(self) -> NDArray[np.bool_]:
        """Whether each offset stands for a state (codes need not fill their bits), shape (2**bits,), bool."""
        chosen = np.ones(1 << self.bits, dtype=np.bool_)
        for slot in self.shifts:
            chosen &= self._codes(slot) < len(self.packing.shape.values(slot))
        return chosen

    def holds(self, slot: int, code: int) -> NDArray[np.bool_]:
        """Whether a dense slot, or a question about one, has this code at each offset; shape (2**bits,), bool."""
        question = self.packing.shape.query_of(slot)
        if question is None:
            same: NDArray[np.bool_] = self._codes(slot) == code
            return same
        padded = np.full(1 << self.packing.places[question.leaf.number].width, -1)
        padded[: len(question.table)] = question.table
        answer: NDArray[np.bool_] = padded[self._codes(question.leaf.number)] == code
        return answer

    def row(self, chosen: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """The offsets marked in `chosen`, shape (2**bits,), bool, as a row: shape (row_words,), uint64."""
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
    """Choose the dense slots for these rules: free slots first, those read by the fewest rules first.

    A slot is free if every path that assigns it reads and assigns nothing else. If free slots do not fill one word,
    bound ones are added. A slot that no known path assigns stays in the key: its bit would double the rows and half of
    each would be empty.

    Args:
        trees: the decision trees of the rules, as far as they are learned.
        packing: of the states.
        max_bits: the largest width of the offset, unless `dense` needs more.
        fixed: slots that must stay in the key.
        dense: names of slots that the model declares independent of everything but each other; dense if they move.

    Returns:
        Slot numbers, lowest bits first.
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
    named = [number for number in range(len(bound)) if moved[number] and shape.name(number) in dense]
    dense_slots, used = list(named), sum(packing.places[slot].width for slot in named)
    for slot in sorted(range(len(bound)), key=lambda number: (bound[number], readers[number], number)):
        width = packing.places[slot].width
        room = min(WORD, max_bits) if bound[slot] else max_bits
        if moved[slot] and slot not in named and 0 < width <= room - used and slot not in fixed:
            dense_slots.append(slot)
            used += width
    return tuple(dense_slots)
