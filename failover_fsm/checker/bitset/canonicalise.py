"""Symmetry canonicalisation of packed states: the members of each block are sorted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.reduce.symmetry import RecordBlock
from failover_fsm.records import Packing

__all__ = ["Canonicaliser"]

WIDEST = 63
"""A member of more bits cannot be sorted as one uint64."""


class Canonicaliser:
    """Sorts the members of each block, in the order of `Symmetric.canonical`.

    Attributes:
        blocks: the blocks of interchangeable members.
        slots: the slots of all members.

    Raises:
        ModelError: a member has more than 63 bits, or a slot is in two blocks.
    """

    def __init__(self, blocks: Sequence[RecordBlock], packing: Packing) -> None:
        self.blocks = tuple(blocks)
        self.slots = tuple(slot for block in blocks for own in block.slots for slot in own)
        self._packing = packing
        if len(dict.fromkeys(self.slots)) < len(self.slots):
            raise ModelError("a field is in two blocks of interchangeable members")
        for block in blocks:
            if sum(packing.places[slot].width for slot in block.slots[0]) > WIDEST:
                raise ModelError(f"a member of the block {block.name} has more than {WIDEST} bits")

    def canonical(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The canonical representative of each state.

        Args:
            words: packed states, shape (n_states, n_words), uint64.

        Returns:
            A new array of the same shape and dtype.
        """
        found = words.copy()
        for block in self.blocks:
            members = np.stack([self._number(words, own) for own in block.slots], axis=1)
            members.sort(axis=1)
            for column, own in enumerate(block.slots):
                self._put(found, own, members[:, column])
        return found

    def codes(self, codes: Sequence[int]) -> tuple[int, ...]:
        """The canonical representative of one state, as codes by slot."""
        found = list(codes)
        for block in self.blocks:
            members = sorted(tuple(codes[slot] for slot in own) for own in block.slots)
            for own, member in zip(block.slots, members, strict=True):
                for slot, code in zip(own, member, strict=True):
                    found[slot] = code
        return tuple(found)

    def _number(self, words: NDArray[np.uint64], own: Sequence[int]) -> NDArray[np.uint64]:
        """One member of each state as one number, its first slot in the highest bits; shape (n_states,), uint64."""
        number = np.zeros(len(words), dtype=np.uint64)
        for slot in own:
            place = self._packing.places[slot]
            code = (words[:, place.word] >> np.uint64(place.shift)) & np.uint64((1 << place.width) - 1)
            number = (number << np.uint64(place.width)) | code
        return number

    def _put(self, words: NDArray[np.uint64], own: Sequence[int], numbers: NDArray[np.uint64]) -> None:
        """Write member numbers, shape (n_states,), uint64, back into `words`: the inverse of `_number`."""
        for slot in reversed(own):
            place = self._packing.places[slot]
            code = numbers & np.uint64((1 << place.width) - 1)
            numbers = numbers >> np.uint64(place.width)
            column = words[:, place.word]
            column &= np.uint64(((1 << 64) - 1) ^ place.mask)
            column |= code << np.uint64(place.shift)
