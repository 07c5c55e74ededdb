"""States as machine words.

Each slot gets as many bits as its domain needs and lies within one 64-bit word; a state
that needs more takes several words.  A slot with one value only takes no bits at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from failover_fsm.records.made import SchemaError
from failover_fsm.records.shape import Shape

__all__ = ["WORD_BITS", "Packing", "Place"]

WORD_BITS = 64


@attrs.frozen
class Place:
    """Where a slot lies: `width` bits of word number `word`, from bit `shift` up."""

    word: int
    shift: int
    width: int

    @property
    def mask(self) -> int:
        """The bits of the slot within its word."""
        return ((1 << self.width) - 1) << self.shift


@attrs.frozen(eq=False)
class Packing:
    """How states of one shape are packed.  Build it with `of`."""

    shape: Shape
    places: tuple[Place, ...]
    words: int

    @classmethod
    def of(cls, shape: Shape, *, word_bits: int = WORD_BITS) -> Packing:
        """Place the slots in schema order, opening a new word where one does not fit.

        `word_bits` is smaller than 64 only in tests, to make a small state take several words.
        Raises SchemaError for a single slot that no word can hold.
        """
        places, word, used = [], 0, 0
        for leaf in shape.leaves:
            width = (len(leaf.slot.domain) - 1).bit_length()
            if width > word_bits:
                raise SchemaError(f"{leaf.slot.name} has more values than {word_bits} bits can tell apart")
            if used + width > word_bits:
                word, used = word + 1, 0
            places.append(Place(word, used, width))
            used += width
        return cls(shape, tuple(places), word + 1)

    def pack_codes(self, codes: Sequence[int]) -> tuple[int, ...]:
        """The words of a row of codes."""
        return self.pack_some(enumerate(codes))

    def pack_some(self, pairs: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        """The words that have these (slot number, code) pairs and zeros elsewhere."""
        words = [0] * self.words
        for number, code in pairs:
            place = self.places[number]
            words[place.word] |= code << place.shift
        return tuple(words)

    def mask_of(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """The words in which exactly the bits of these slots are set."""
        words = [0] * self.words
        for number in numbers:
            words[self.places[number].word] |= self.places[number].mask
        return tuple(words)

    def codes(self, words: Sequence[int]) -> tuple[int, ...]:
        """The row of codes of packed words: the inverse of `pack_codes`."""
        return tuple((int(words[place.word]) & place.mask) >> place.shift for place in self.places)

    def pack(self, record: Any) -> tuple[int, ...]:
        """The words of a record.  Raises SchemaError where the record does not fit the shape."""
        return self.pack_codes(self.shape.codes(record))

    def unpack(self, words: Sequence[int]) -> Any:
        """The record of packed words: the inverse of `pack`."""
        return self.shape.build(self.codes(words))
