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

from failover_fsm.checker.bitset.batches import Found
from failover_fsm.checker.bitset.columns import laid_out
from failover_fsm.checker.bitset.masks import Masks
from failover_fsm.checker.bitset.rows import Rows, move, move_back
from failover_fsm.checker.rules.rule_tree import Failure, Pairs, Result

__all__ = ["Bundles", "Operation", "Pieces"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Distance = tuple[int, int, int]


@attrs.frozen(eq=False)
class Operation:
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


def operations_of(result: Result, mask: int, masks: Masks) -> Iterator[Operation]:
    """The operations of an end in which something happens, for the rests of a mask."""
    if isinstance(result, Failure):
        yield Operation(masks.row(mask), STAYS, (), result.message)
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
        yield Operation(layout.row(part), (max(0, distance), max(0, -distance), int(way) >> 7), writes)


@attrs.frozen(eq=False)
class _Bundle:
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


class Bundles:
    """The bundles of a search and their operations as arrays, shared by all rules and keys.

    applies, up, down, flip: an operation each, as in `Operation`; those of a bundle stand together.
    first, many: a bundle each, which operations are its own.
    pieces: the operations word by word, since most apply to few words of a wide row.
    covers: the bits that they apply to; no two operations of a bundle apply to the same.
    moving: whether they move bits; all of a bundle do or none does.
    write_mask, write_value: the bits of the key that are assigned, and what.
    failures: the messages of those on which a rule fails.
    """

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self._of_end: dict[tuple[int, int], tuple[Operation, ...]] = {}
        self._of_ends: dict[bytes, tuple[int, ...]] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self.failures: dict[int, str] = {}
        words = masks.layout.packing.words
        self.applies = np.empty((0, masks.layout.row_words), dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
        self.flip = np.empty(0, dtype=np.int64)
        self.first, self.many = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.pieces = Pieces()
        self.covers = np.empty((0, masks.layout.row_words), dtype=np.uint64)
        self.moving = np.empty(0, dtype=np.bool_)
        self.write_mask = np.empty((0, words), dtype=np.uint64)
        self.write_value = np.empty((0, words), dtype=np.uint64)

    def of(self, results: Sequence[Result], ends: Found, classes: int) -> tuple[Ints, Ints]:
        """What a rule does to keys: how many bundles each class of them has, and the bundles, class after class.

        ends: where the classes, known by number, end in the trees of their rules.
        """
        told = ((ends.result << 32) | ends.mask).tobytes()
        starts = (8 * np.searchsorted(ends.key, np.arange(classes + 1))).tolist()
        made: list[_Bundle] = []
        lists = []
        for begin, end in pairwise(starts):
            here = told[begin:end]
            known = self._of_ends.get(here)
            if known is None:
                known = self._of_ends[here] = tuple(self._number(results, here, made))
            lists.append(known)
        self._enter(made)
        many = np.fromiter(map(len, lists), dtype=np.int64, count=classes)
        return many, np.fromiter((number for item in lists for number in item), dtype=np.int64, count=int(many.sum()))

    def _number(self, results: Sequence[Result], told: bytes, made: list[_Bundle]) -> Iterator[int]:
        """The bundles of some ends; new ones are added to `made`."""
        found: dict[tuple[Pairs, str, bool], _Bundle] = {}
        for end in np.frombuffer(told, dtype=np.int64).tolist():
            for item in self._operations(results, end >> 32, end & 0xFFFFFFFF):
                bundle = found.setdefault(
                    (item.writes, item.failure, item.distance != STAYS), _Bundle(item.writes, item.failure, {})
                )
                known = bundle.parts.get(item.distance)
                bundle.parts[item.distance] = item.applies if known is None else known | item.applies
        for bundle in found.values():
            content = bundle.content
            if content not in self._numbers:
                self._numbers[content] = len(self._numbers)
                made.append(bundle)
            yield self._numbers[content]

    def _operations(self, results: Sequence[Result], result: int, mask: int) -> tuple[Operation, ...]:
        known = self._of_end.get((result, mask))
        if known is None:
            known = self._of_end[result, mask] = tuple(operations_of(results[result], mask, self._masks))
        return known

    def _enter(self, made: Sequence[_Bundle]) -> None:
        """Write down bundles that are new."""
        if not made:
            return
        packing = self._masks.layout.packing
        for number, bundle in enumerate(made, len(self.first)):
            if bundle.failure:
                self.failures[number] = bundle.failure
        many = np.array([len(bundle.parts) for bundle in made])
        distances = np.array([distance for bundle in made for distance in bundle.parts], dtype=np.int64)
        parts = [row for bundle in made for row in bundle.parts.values()]
        covers = [np.bitwise_or.reduce(list(bundle.parts.values())) for bundle in made]
        self.first = np.append(self.first, len(self.up) + np.cumsum(many) - many)
        self.many = np.append(self.many, many)
        self.pieces.enter(np.stack(parts), distances, many)
        self.applies = np.concatenate([self.applies, np.stack(parts)])
        self.covers = np.concatenate([self.covers, np.stack(covers)])
        self.up = np.append(self.up, distances[:, 0].astype(np.uint64))
        self.down = np.append(self.down, distances[:, 1].astype(np.uint64))
        self.flip = np.append(self.flip, distances[:, 2])
        self.moving = np.append(self.moving, [STAYS not in bundle.parts for bundle in made])
        masks = [packing.mask_of(slot for slot, _ in bundle.writes) for bundle in made]
        values = [packing.pack_some(bundle.writes) for bundle in made]
        self.write_mask = np.concatenate([self.write_mask, np.array(masks, dtype=np.uint64)])
        self.write_value = np.concatenate([self.write_value, np.array(values, dtype=np.uint64)])

    @property
    def nbytes(self) -> int:
        """Bytes of the larger arrays."""
        keys = self.write_mask.nbytes + self.write_value.nbytes
        return self.applies.nbytes + self.covers.nbytes + self.pieces.nbytes + keys

    def operations(self, bundles: Sequence[int]) -> Ints:
        """The operations of these bundles one after the other."""
        numbers = np.array(bundles, dtype=np.int64)
        return laid_out(self.first[numbers], self.many[numbers])[1]

    def moved(self, rows: Rows, ops: Ints) -> Rows:
        """Each row after its operation; `rows` is overwritten."""
        return move(rows, self.up[ops], self.down[ops], self.flip[ops])

    def moved_back(self, rows: Rows, ops: Ints) -> Rows:
        """Each row before its operation: the bits that the operation moves into `rows`."""
        before = move_back(rows, self.up[ops], self.down[ops], self.flip[ops])
        return np.bitwise_and(before, self.applies[ops], out=before)


class Pieces:
    """What the operations of bundles do to single words of a row.

    first, many: a bundle each, which pieces are its own.
    word, applies, up, down, goal: a piece each: of which word which bits move how far towards higher and towards
        lower ones, and into which word.
    """

    def __init__(self) -> None:
        self.first, self.many = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.word, self.goal = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.applies = np.empty(0, dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)

    def enter(self, applies: NDArray[np.uint64], distances: Ints, many: Ints) -> None:
        """Write down the operations of new bundles.

        applies, distances: an operation each.  many: how many of them each bundle has.
        """
        op, word = np.nonzero(applies)
        bundle = np.repeat(np.arange(len(many)), many)[op]
        own = np.bincount(bundle, minlength=len(many))
        self.first = np.append(self.first, len(self.word) + np.cumsum(own) - own)
        self.many = np.append(self.many, own)
        self.word = np.append(self.word, word)
        self.goal = np.append(self.goal, word ^ distances[op, 2])
        self.applies = np.append(self.applies, applies[op, word])
        self.up = np.append(self.up, distances[op, 0].astype(np.uint64))
        self.down = np.append(self.down, distances[op, 1].astype(np.uint64))

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return 5 * self.word.nbytes + 2 * self.first.nbytes

    def of(self, bundles: Ints | Small) -> tuple[Ints, Ints]:
        """The pieces of these bundles one after the other: the place of the bundle each is of, and its number."""
        return laid_out(self.first[bundles], self.many[bundles])
