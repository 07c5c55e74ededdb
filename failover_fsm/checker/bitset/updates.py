"""What ends of rules do to rows: operations, as arrays, so that thousands of entries are looked up at once.

For the rests of a mask a rule ends in a step.  Its bits of a row are split by how far they move, and to which word,
when the step assigns rest slots: one shift moves all bits of a part, an *operation*.  All that a rule does to the rests
of a key under one assignment to the key is a *bundle* of operations, one a distance, whatever the ends they come from:
a rule that breaks an interface has an end for each condition of the interfaces, but few distances.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import Outcomes
from failover_fsm.checker.bitset.columns import expand_ranges
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.checker.bitset.rows import Rows, move, move_back
from failover_fsm.checker.rules.rule_tree import Failure, Pairs, Result

__all__ = ["BitMove", "UpdateGroups", "WordMoves"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Distance = tuple[int, int, int]


@attrs.frozen(eq=False)
class BitMove:
    """Some bits of a row, moved together.

    applies: the bits, as a row of words.
    distance: how far they move within their word, towards higher and towards lower bits, one of them zero; and the
        XOR of the word number they move to with their own.
    writes: what is assigned to the key.
    failure: not empty where the rule fails on these bits instead of moving them.
    """

    applies: NDArray[np.uint64]
    distance: Distance
    writes: Pairs
    failure: str = ""


STAYS: Distance = (0, 0, 0)


def bit_moves_of(result: Result, offsets: int, offset_sets: OffsetSets) -> Iterator[BitMove]:
    """The operations of an end in which something happens, for the rests of a mask."""
    if isinstance(result, Failure):
        yield BitMove(offset_sets.row(offsets), STAYS, (), result.message)
        return
    assert result is not None, "ends in which nothing happens are not found"
    layout = offset_sets.layout
    shifts = layout.shifts
    writes = tuple(sorted((slot, code) for slot, code in result.writes if slot not in shifts))
    chosen = offset_sets.bits[offsets]
    bits = np.flatnonzero(chosen)
    after = bits
    for slot, code in result.writes:
        if slot in shifts:
            field = ((1 << layout.packing.places[slot].width) - 1) << shifts[slot]
            after = (after & ~field) | (code << shifts[slot])
    far = (after & 63) - (bits & 63)
    codes = (((after ^ bits) >> 6) << 7) | (far + 63)  # the word that a bit lands in, and how far it moves in its word
    for code in np.unique(codes):
        part = np.zeros(len(chosen), dtype=np.bool_)
        part[bits[codes == code]] = True
        distance = int(code & 127) - 63
        yield BitMove(layout.row(part), (max(0, distance), max(0, -distance), int(code) >> 7), writes)


@attrs.frozen(eq=False)
class _UpdateGroup:
    """Operations that assign the same to the key, and that all move bits or do not.

    parts: the bits that move by each distance.
    """

    writes: Pairs
    failure: str
    parts: dict[Distance, NDArray[np.uint64]]

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two bundles the same."""
        parts = tuple(sorted((distance, row.tobytes()) for distance, row in self.parts.items()))
        return (self.writes, self.failure, parts)


class UpdateGroups:
    """The bundles of a search and their operations as arrays, shared by all rules and keys.

    applies, up, down, flip: an operation each, as in `Operation`; those of a bundle stand together.
    first, many: a bundle each, which operations are its own.
    pieces: the operations word by word, since most apply to few words of a wide row.
    covers: the bits that they apply to; no two operations of a bundle apply to the same.
    moving: whether they move bits; all of a bundle do or none does.
    write_mask, write_value: the bits of the key that are assigned, and what.
    failures: the messages of those on which a rule fails.
    """

    def __init__(self, offset_sets: OffsetSets) -> None:
        self._offset_sets = offset_sets
        self._of_end: dict[tuple[int, int], tuple[BitMove, ...]] = {}
        self._of_ends: dict[bytes, tuple[int, ...]] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self.failures: dict[int, str] = {}
        words = offset_sets.layout.packing.words
        self.applies = np.empty((0, offset_sets.layout.row_words), dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
        self.flip = np.empty(0, dtype=np.int64)
        self.first, self.counts = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.word_moves = WordMoves()
        self.covers = np.empty((0, offset_sets.layout.row_words), dtype=np.uint64)
        self.moving = np.empty(0, dtype=np.bool_)
        self.write_mask = np.empty((0, words), dtype=np.uint64)
        self.write_value = np.empty((0, words), dtype=np.uint64)

    def of(self, results: Sequence[Result], ends: Outcomes, classes: int) -> tuple[Ints, Ints]:
        """What a rule does to keys: how many bundles each class of them has, and the bundles, class after class.

        ends: where the classes, known by number, end in the trees of their rules.
        """
        encoded = ((ends.result << 32) | ends.offsets).tobytes()
        starts = (8 * np.searchsorted(ends.key, np.arange(classes + 1))).tolist()
        new: list[_UpdateGroup] = []
        lists = []
        for begin, end in pairwise(starts):
            here = encoded[begin:end]
            known = self._of_ends.get(here)
            if known is None:
                known = self._of_ends[here] = tuple(self._number(results, here, new))
            lists.append(known)
        self._append(new)
        counts = np.fromiter(map(len, lists), dtype=np.int64, count=classes)
        return counts, np.fromiter(
            (number for item in lists for number in item), dtype=np.int64, count=int(counts.sum())
        )

    def _number(self, results: Sequence[Result], encoded: bytes, new: list[_UpdateGroup]) -> Iterator[int]:
        """The bundles of some ends; new ones are added to `made`."""
        found: dict[tuple[Pairs, str, bool], _UpdateGroup] = {}
        for end in np.frombuffer(encoded, dtype=np.int64).tolist():
            for item in self._bit_moves(results, end >> 32, end & 0xFFFFFFFF):
                group = found.setdefault(
                    (item.writes, item.failure, item.distance != STAYS), _UpdateGroup(item.writes, item.failure, {})
                )
                known = group.parts.get(item.distance)
                group.parts[item.distance] = item.applies if known is None else known | item.applies
        for group in found.values():
            content = group.content
            if content not in self._numbers:
                self._numbers[content] = len(self._numbers)
                new.append(group)
            yield self._numbers[content]

    def _bit_moves(self, results: Sequence[Result], result: int, offsets: int) -> tuple[BitMove, ...]:
        known = self._of_end.get((result, offsets))
        if known is None:
            known = self._of_end[result, offsets] = tuple(bit_moves_of(results[result], offsets, self._offset_sets))
        return known

    def _append(self, new: Sequence[_UpdateGroup]) -> None:
        """Write down bundles that are new."""
        if not new:
            return
        packing = self._offset_sets.layout.packing
        for number, group in enumerate(new, len(self.first)):
            if group.failure:
                self.failures[number] = group.failure
        counts = np.array([len(group.parts) for group in new])
        distances = np.array([distance for group in new for distance in group.parts], dtype=np.int64)
        parts = [row for group in new for row in group.parts.values()]
        covers = [np.bitwise_or.reduce(list(group.parts.values())) for group in new]
        self.first = np.append(self.first, len(self.up) + np.cumsum(counts) - counts)
        self.counts = np.append(self.counts, counts)
        self.word_moves.append(np.stack(parts), distances, counts)
        self.applies = np.concatenate([self.applies, np.stack(parts)])
        self.covers = np.concatenate([self.covers, np.stack(covers)])
        self.up = np.append(self.up, distances[:, 0].astype(np.uint64))
        self.down = np.append(self.down, distances[:, 1].astype(np.uint64))
        self.flip = np.append(self.flip, distances[:, 2])
        self.moving = np.append(self.moving, [STAYS not in group.parts for group in new])
        masks = [packing.mask_of(slot for slot, _ in group.writes) for group in new]
        values = [packing.pack_some(group.writes) for group in new]
        self.write_mask = np.concatenate([self.write_mask, np.array(masks, dtype=np.uint64)])
        self.write_value = np.concatenate([self.write_value, np.array(values, dtype=np.uint64)])

    @property
    def nbytes(self) -> int:
        """Bytes of the larger arrays."""
        keys = self.write_mask.nbytes + self.write_value.nbytes
        return self.applies.nbytes + self.covers.nbytes + self.word_moves.nbytes + keys

    def bit_moves(self, groups: Sequence[int]) -> Ints:
        """The operations of these bundles one after the other."""
        numbers = np.array(groups, dtype=np.int64)
        return expand_ranges(self.first[numbers], self.counts[numbers])[1]

    def moved(self, rows: Rows, numbers: Ints) -> Rows:
        """Each row after its operation; `rows` is overwritten."""
        return move(rows, self.up[numbers], self.down[numbers], self.flip[numbers])

    def moved_back(self, rows: Rows, numbers: Ints) -> Rows:
        """Each row before its operation: the bits that the operation moves into `rows`."""
        before = move_back(rows, self.up[numbers], self.down[numbers], self.flip[numbers])
        return np.bitwise_and(before, self.applies[numbers], out=before)


class WordMoves:
    """What the operations of bundles do to single words of a row.

    first, many: a bundle each, which pieces are its own.
    word, applies, up, down, goal: a piece each: of which word which bits move how far towards higher and towards
        lower ones, and into which word.
    """

    def __init__(self) -> None:
        self.first, self.counts = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.word, self.goal = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.applies = np.empty(0, dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)

    def append(self, applies: NDArray[np.uint64], distances: Ints, counts: Ints) -> None:
        """Write down the operations of new bundles.

        applies, distances: an operation each.  many: how many of them each bundle has.
        """
        bit_move, word = np.nonzero(applies)
        group = np.repeat(np.arange(len(counts)), counts)[bit_move]
        own = np.bincount(group, minlength=len(counts))
        self.first = np.append(self.first, len(self.word) + np.cumsum(own) - own)
        self.counts = np.append(self.counts, own)
        self.word = np.append(self.word, word)
        self.goal = np.append(self.goal, word ^ distances[bit_move, 2])
        self.applies = np.append(self.applies, applies[bit_move, word])
        self.up = np.append(self.up, distances[bit_move, 0].astype(np.uint64))
        self.down = np.append(self.down, distances[bit_move, 1].astype(np.uint64))

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return 5 * self.word.nbytes + 2 * self.first.nbytes

    def of(self, groups: Ints | Small) -> tuple[Ints, Ints]:
        """The pieces of these bundles one after the other: the place of the bundle each is of, and its number."""
        return expand_ranges(self.first[groups], self.counts[groups])
