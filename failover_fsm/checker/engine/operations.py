"""What ends of rules do to rows: operations, as arrays, so that thousands of entries are looked up at once.

For the rests of a mask a rule ends in a step.  Its bits of a row are split by how far they move, and to which word,
when the step assigns rest slots: one shift moves all bits of a part.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.masks import Masks
from failover_fsm.checker.engine.rows import Rows, move, move_back
from failover_fsm.checker.learned import Failure, Pairs, Result

__all__ = ["Operation", "Operations"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]


@attrs.frozen(eq=False)
class Operation:
    """Some bits of a row, moved together.

    applies: the bits, as a row of words.
    up, down: how far they move within their word, towards higher and lower bits; one is zero.
    flip: the word number they move to is their own XOR this.
    writes: what is assigned to the key.
    failure: not empty where the rule fails on these bits instead of moving them.
    """

    applies: NDArray[np.uint64]
    up: int
    down: int
    flip: int
    writes: Pairs
    failure: str = ""

    @property
    def moving(self) -> bool:
        """It changes the rest."""
        return bool(self.up or self.down or self.flip)


def operations_of(result: Result, mask: int, masks: Masks) -> Iterator[Operation]:
    """The operations of an end in which something happens, for the rests of a mask."""
    if isinstance(result, Failure):
        yield Operation(masks.row(mask), 0, 0, 0, (), result.message)
        return
    assert result is not None, "ends in which nothing happens are not found"
    layout = masks.layout
    shifts = layout.shifts
    writes = tuple(sorted((slot, code) for slot, code in result.writes if slot not in shifts))
    chosen = masks.bits[mask]
    bits = np.flatnonzero(chosen)
    after = bits
    for slot, code in result.writes:
        if slot in shifts:
            field = ((1 << layout.packing.places[slot].width) - 1) << shifts[slot]
            after = (after & ~field) | (code << shifts[slot])
    far = (after & 63) - (bits & 63)
    ways = (((after ^ bits) >> 6) << 7) | (far + 63)  # the word that a bit lands in, and how far it moves in its word
    for way in np.unique(ways):
        part = np.zeros(len(chosen), dtype=np.bool_)
        part[bits[ways == way]] = True
        distance = int(way & 127) - 63
        yield Operation(layout.row(part), max(0, distance), max(0, -distance), int(way) >> 7, writes)


class Operations:
    """The operations of a search as arrays, one row an operation; shared by all rules and keys."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self.first: dict[tuple[int, int], tuple[int, int]] = {}
        self.failures: dict[int, str] = {}
        words = masks.layout.packing.words
        self.applies = np.empty((0, masks.layout.row_words), dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
        self.flip = np.empty(0, dtype=np.int64)
        self.moving = np.empty(0, dtype=np.bool_)
        self.write_mask = np.empty((0, words), dtype=np.uint64)
        self.write_value = np.empty((0, words), dtype=np.uint64)

    def ranges(self, results: list[Result], result: Ints, mask: Ints) -> tuple[Ints, Ints]:
        """For each end (its number in `results`) and mask, the number of its first operation and how many it has."""
        size = int(mask.max()) + 1 if len(mask) else 1
        known, places = np.unique(result * size + mask, return_inverse=True)
        pairs = [(int(pair) // size, int(pair) % size) for pair in known]
        self._add([pair for pair in pairs if pair not in self.first], results)
        table = np.array([self.first[pair] for pair in pairs], dtype=np.int64).reshape(-1, 2)
        found = table[places]
        return found[:, 0], found[:, 1]

    def _add(self, pairs: list[tuple[int, int]], results: list[Result]) -> None:
        """Make the operations of these ends and masks."""
        made: list[Operation] = []
        size = len(self.up)
        for result, mask in pairs:
            new = list(operations_of(results[result], mask, self._masks))
            self.first[result, mask] = (size + len(made), len(new))
            made += new
        self.failures.update({size + number: item.failure for number, item in enumerate(made) if item.failure})
        if not made:
            return
        packing = self._masks.layout.packing
        self.applies = np.concatenate([self.applies, np.stack([item.applies for item in made])])
        self.up = np.append(self.up, np.array([item.up for item in made], dtype=np.uint64))
        self.down = np.append(self.down, np.array([item.down for item in made], dtype=np.uint64))
        self.flip = np.append(self.flip, [item.flip for item in made])
        self.moving = np.append(self.moving, [item.moving for item in made])
        masks = [packing.mask_of(slot for slot, _ in item.writes) for item in made]
        values = [packing.pack_some(item.writes) for item in made]
        self.write_mask = np.concatenate([self.write_mask, np.array(masks, dtype=np.uint64)])
        self.write_value = np.concatenate([self.write_value, np.array(values, dtype=np.uint64)])

    @property
    def nbytes(self) -> int:
        """Bytes of the larger arrays."""
        return self.applies.nbytes + self.write_mask.nbytes + self.write_value.nbytes

    def moved(self, rows: Rows, ops: Ints | Small) -> Rows:
        """Each row after its operation; `rows` is overwritten."""
        return move(rows, self.up[ops], self.down[ops], self.flip[ops])

    def moved_back(self, rows: Rows, ops: Ints | Small) -> Rows:
        """Each row before its operation: the bits that the operation moves into `rows`."""
        before = move_back(rows, self.up[ops], self.down[ops], self.flip[ops])
        return np.bitwise_and(before, self.applies[ops], out=before)

