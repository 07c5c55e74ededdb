"""Effects of rule results on rows, as arrays over many update groups at once.

A rule result applies to a set of dense offsets. If it assigns dense slots, the bits of the row are grouped by the
distance they move and the word they move to; one shift moves all bits of such a *bit move*. All bit moves that a rule
makes from one key under the same assignment to the key form an *update group*: one per distance, whatever results they
come from. A rule that breaks an interface has one result per condition of the interfaces, but few distances.
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
"""Left shift, right shift (one of them zero), and the XOR of source and target word number."""


@attrs.frozen(eq=False)
class BitMove:
    """Some bits of a row that move together.

    Attributes:
        applies: the bits, shape (row_words,), uint64.
        distance: how far they move.
        writes: the assignment to sparse slots.
        failure: the error message if the rule fails on these bits instead of moving them, else empty.
    """

    applies: NDArray[np.uint64]
    distance: Distance
    writes: Pairs
    failure: str = ""


STAYS: Distance = (0, 0, 0)
"""Bits that keep their place."""


def bit_moves_of(result: Result, offsets: int, offset_sets: OffsetSets) -> Iterator[BitMove]:
    """The bit moves of a rule result for the offsets of one set."""
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
    """Bit moves with the same assignment to the key; either all of them move bits or none does.

    Attributes:
        writes: the assignment to sparse slots.
        failure: as in `BitMove`.
        parts: the bits that move by each distance, shape (row_words,), uint64.
    """

    writes: Pairs
    failure: str
    parts: dict[Distance, NDArray[np.uint64]]

    @property
    def content(self) -> tuple[object, ...]:
        """A hashable value, equal for equal groups."""
        parts = tuple(sorted((distance, row.tobytes()) for distance, row in self.parts.items()))
        return (self.writes, self.failure, parts)


class UpdateGroups:
    """The update groups of a search, shared by all rules and keys, with their bit moves as arrays.

    Attributes:
        applies: the bits of each bit move, shape (n_moves, row_words), uint64; moves of a group are adjacent.
        up, down: the shifts of each bit move, shape (n_moves,), uint64.
        flip: the XOR of word numbers of each bit move, shape (n_moves,), int64.
        first, counts: the first bit move of each group and the number of them, shape (n_groups,), int64.
        word_moves: the same bit moves word by word; most apply to few words of a wide row.
        covers: the union of a group's bits, which are disjoint, shape (n_groups, row_words), uint64.
        moving: whether a group moves bits, shape (n_groups,), bool.
        write_mask, write_value: the key bits assigned and their values, shape (n_groups, n_words), uint64.
        failures: the error message of each group on which a rule fails.
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
        """The update groups of a rule, for each equivalence class of keys.

        Args:
            results: the results of the forest, by number.
            ends: the outcomes of the classes; `ends.key` is a class number.
            classes: how many classes there are.

        Returns:
            The number of groups of each class, shape (classes,), and the groups, class after class; both int64.
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
        """The update groups of one class.

        Args:
            results: the results of the forest, by number.
            encoded: the outcomes of the class as bytes of int64, `result << 32 | offset set`.
            new: groups that did not exist before are appended.
        """
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
        """The bit moves of a result for an offset set, computed once."""
        known = self._of_end.get((result, offsets))
        if known is None:
            known = self._of_end[result, offsets] = tuple(bit_moves_of(results[result], offsets, self._offset_sets))
        return known

    def _append(self, new: Sequence[_UpdateGroup]) -> None:
        """Append new groups to the arrays."""
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
        """The bit moves of these groups in order, shape (n,), int64."""
        numbers = np.array(groups, dtype=np.int64)
        return expand_ranges(self.first[numbers], self.counts[numbers])[1]

    def moved(self, rows: Rows, numbers: Ints) -> Rows:
        """Apply bit move `numbers[i]` to row i; `rows` of shape (n, row_words) is overwritten."""
        return move(rows, self.up[numbers], self.down[numbers], self.flip[numbers])

    def moved_back(self, rows: Rows, numbers: Ints) -> Rows:
        """The preimage of row i under bit move `numbers[i]`, as a new array of shape (n, row_words)."""
        before = move_back(rows, self.up[numbers], self.down[numbers], self.flip[numbers])
        return np.bitwise_and(before, self.applies[numbers], out=before)


class WordMoves:
    """The bit moves of all groups, split by the word they read.

    Attributes:
        first, counts: the first word move of each group and the number of them, shape (n_groups,), int64.
        word, goal: the word read and the word written, shape (n_word_moves,), int64.
        applies: the bits, shape (n_word_moves,), uint64.
        up, down: left and right shift, shape (n_word_moves,), uint64.
    """

    def __init__(self) -> None:
        self.first, self.counts = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.word, self.goal = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.applies = np.empty(0, dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)

    def append(self, applies: NDArray[np.uint64], distances: Ints, counts: Ints) -> None:
        """Append the bit moves of new groups.

        Args:
            applies: the bits of each bit move, shape (n, row_words), uint64.
            distances: a `Distance` per bit move, shape (n, 3), int64.
            counts: bit moves per group, shape (n_new_groups,), int64.
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
        """The word moves of these groups in order.

        Args:
            groups: shape (n,), int32 or int64.

        Returns:
            For each word move: the index into `groups`, and its number; both of shape (n_word_moves_selected,), int64.
        """
        return expand_ranges(self.first[groups], self.counts[groups])
