"""Image and preimage of sets of states under the transition relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator, slices
from failover_fsm.checker.bitset.kernels import Kernels
from failover_fsm.checker.bitset.rows import Rows
from failover_fsm.checker.bitset.updates import UpdateGroups, WordMoves

__all__ = ["ImageOperator", "SortedEntries", "add_image", "add_image_in_place"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]
CHUNK = 1 << 16
"""Words handled at a time: few enough to stay in the cache of a core."""


@attrs.frozen(eq=False)
class TransitionBlock:
    """Entries sorted by target; either all of their groups move bits within the row or none does.

    Attributes:
        source, target: row numbers, shape (n_entries,), int32.
        group: update groups, shape (n_entries,), int32.
        moving: whether the groups move bits.
    """

    source: Small
    target: Small
    group: Small
    moving: bool

    @classmethod
    def of(cls, source: Small, target: Small, group: Small, moving: NDArray[np.bool_]) -> Iterator[TransitionBlock]:
        """One block of the entries that move bits and one of those that do not; empty blocks are left out.

        Args:
            source, target, group: of each entry, shape (n_entries,), int32.
            moving: whether its group moves bits, shape (n_entries,), bool.
        """
        for kind in (False, True):
            chosen = np.flatnonzero(moving == kind)
            if len(chosen):
                chosen = chosen[np.argsort(target[chosen], kind="stable")]
                yield cls(source[chosen], target[chosen], group[chosen], kind)

    def joined(self, other: TransitionBlock, allocator: Allocator) -> TransitionBlock:
        """The entries of both blocks."""
        ours, theirs = (self.target, self.source, self.group), (other.target, other.source, other.group)
        target, source, group = allocator.merged(ours, theirs)
        return TransitionBlock(source, target, group, self.moving)


class SortedEntries:
    """Entries in blocks sorted by target. Of one kind a block is joined with the one before it unless that is at least
    twice as large.

    Args:
        groups: the update groups.
        allocator: makes the blocks.
    """

    def __init__(self, groups: UpdateGroups, allocator: Allocator) -> None:
        self._groups, self._allocator = groups, allocator
        self._blocks: dict[bool, list[TransitionBlock]] = {False: [], True: []}

    def __iter__(self) -> Iterator[TransitionBlock]:
        return iter((*self._blocks[False], *self._blocks[True]))

    def add(self, source: Small, target: Small, group: Small) -> None:
        """Add entries; all arguments have shape (n_entries,), int32."""
        for block in TransitionBlock.of(source, target, group, self._groups.moving[group]):
            blocks = self._blocks[block.moving]
            blocks.append(block)
            while len(blocks) > 1 and len(blocks[-2].group) < 2 * len(blocks[-1].group):
                last = blocks.pop()
                blocks.append(blocks.pop().joined(last, self._allocator))

    @property
    def nbytes(self) -> int:
        """Bytes of the entries in memory."""
        columns = (column for block in self for column in (block.source, block.target, block.group))
        return sum(map(self._allocator.in_memory, columns))


def add_image(
    block: TransitionBlock,
    groups: UpdateGroups,
    rows: Rows,
    flags: NDArray[np.bool_],
    after: Rows,
    fast: Kernels | None = None,
) -> None:
    """Add the image of `rows` under the entries of a block to `after`.

    Args:
        block: the entries.
        groups: the update groups.
        rows: shape (n_keys, row_words), uint64.
        flags: whether each row is non-empty, shape (n_keys,), bool.
        after: shape (n_keys, row_words), uint64; changed in place.
        fast: the compiled loops; None for numpy.
    """
    if fast is not None:
        fast.add_image(
            rows, flags, block.source, block.target, block.group, *_word_move_arrays(groups.word_moves), after
        )
        return
    for entries in slices(len(block.source)):
        source, target, group = block.source[entries], block.target[entries], block.group[entries]
        chosen = np.flatnonzero(flags[source])
        if block.moving:
            _move(source, target, group, groups.word_moves, chosen, rows, after)
            continue
        for part in _chunks(chosen, rows.shape[1]):
            moved = rows[source[part]]
            np.bitwise_and(moved, groups.covers[group[part]], out=moved)
            full = np.flatnonzero(moved.any(axis=1))
            if len(full):
                _scatter_or(after, target[part[full]], moved[full])


def _move(
    source: Small, target: Small, group: Small, word_moves: WordMoves, chosen: Ints, rows: Rows, after: Rows
) -> None:
    """Add the image under the chosen entries to `after`, word by word; `chosen` holds entry numbers, shape (n,),
    int64.
    """
    width, old, new = rows.shape[1], rows.reshape(-1), after.reshape(-1)
    for part in _chunks_by_moves(chosen, word_moves.counts[group[chosen]]):
        place, move = word_moves.of(group[part])
        words = old[source[part].astype(np.int64)[place] * width + word_moves.word[move]] & word_moves.applies[move]
        full = np.flatnonzero(words)
        place, move = place[full], move[full]
        moved = (words[full] << word_moves.up[move]) >> word_moves.down[move]
        np.bitwise_or.at(new, target[part].astype(np.int64)[place] * width + word_moves.goal[move], moved)


def _move_back(
    source: Small, target: Small, group: Small, word_moves: WordMoves, chosen: Ints, rows: Rows, before: Rows
) -> None:
    """Add the preimage under the chosen entries to `before`; arguments as `_move`."""
    width, old, new = rows.shape[1], rows.reshape(-1), before.reshape(-1)
    for part in _chunks_by_moves(chosen, word_moves.counts[group[chosen]]):
        place, move = word_moves.of(group[part])
        words = old[target[part].astype(np.int64)[place] * width + word_moves.goal[move]]
        full = np.flatnonzero(words)
        place, move = place[full], move[full]
        moved = ((words[full] >> word_moves.up[move]) << word_moves.down[move]) & word_moves.applies[move]
        np.bitwise_or.at(new, source[part].astype(np.int64)[place] * width + word_moves.word[move], moved)


def add_image_in_place(
    in_place: Sequence[int], groups: UpdateGroups, rows: Rows, active: Ints, after: Rows, fast: Kernels | None = None
) -> None:
    """Add the image of `rows` under groups that apply to every row to `after`.

    Args:
        everywhere: the groups.
        groups: the update groups.
        rows: shape (n_keys, row_words), uint64.
        active: the non-empty rows, shape (n_active,), int64.
        after: shape (n_keys, row_words), uint64; changed in place.
        fast: the compiled loops; None for numpy.
    """
    if not in_place:
        return
    numbers = groups.bit_moves(in_place)
    if fast is not None:
        fast.add_image_in_place(rows, active, numbers, groups.applies, groups.up, groups.down, groups.flip, after)
        return
    for part in _chunks(active, rows.shape[1]):
        own, found = rows[part], after[part]
        for bit_move in numbers:
            found |= groups.moved(own & groups.applies[bit_move], bit_move[None])
        after[part] = found


class ImageOperator:
    """Image and preimage under a fixed set of transitions.

    Sets of states have one row per known key, shape (n_keys, row_words), uint64; results are new arrays.

    Args:
        groups: the update groups.
        source, target, group: of each entry, shape (n_entries,), int32, sorted by source.
        in_place: the groups that apply to every row.
        allocator: makes the results.
        check: called before each image and preimage; may raise to give up.
    """

    def __init__(
        self,
        groups: UpdateGroups,
        source: Small,
        target: Small,
        group: Small,
        in_place: Sequence[int],
        allocator: Allocator,
        check: Callable[[], object] = lambda: None,
    ) -> None:
        self._check, self._allocator = check, allocator
        self._bundles = groups
        self._source, self._target, self._bundle = source, target, group
        self._in_place_groups = list(in_place)
        self._sorted: SortedEntries | None = None

    def image(self, rows: Rows) -> Rows:
        """The states that one transition reaches from `rows`."""
        self._check()
        groups = self._bundles
        if self._sorted is None:
            self._sorted = SortedEntries(groups, self._allocator)
            for part in slices(len(self._bundle)):
                self._sorted.add(self._source[part], self._target[part], self._bundle[part])
        after = self._allocator.like(rows)
        flags = (rows != 0).any(axis=1)
        add_image_in_place(self._in_place_groups, groups, rows, np.flatnonzero(flags), after)
        for block in self._sorted:
            add_image(block, groups, rows, flags, after)
        return after

    def preimage(self, rows: Rows, wanted: Flags | None = None) -> Rows:
        """The states from which one transition leads into `rows`.

        Args:
            rows: the states.
            wanted: for which rows that is asked, shape (n_keys,), bool; the others are empty. None for all.
        """
        self._check()
        before, groups = self._allocator.like(rows), self._bundles
        flags: Flags = (rows != 0).any(axis=1)
        for entries in slices(len(self._bundle)):
            source, target, group = self._source[entries], self._target[entries], self._bundle[entries]
            chosen = np.flatnonzero(flags[target] if wanted is None else flags[target] & wanted[source])
            _move_back(source, target, group, groups.word_moves, chosen, rows, before)
        places = np.flatnonzero(flags if wanted is None else flags & wanted)
        if self._in_place_groups and len(places):
            for bit_move in groups.bit_moves(self._in_place_groups):
                before[places] |= groups.moved_back(rows[places], bit_move[None])
        return before

    def sources(self, reached: Rows) -> Rows:
        """The states of `reached` that some transition leaves."""
        found, groups = self._allocator.like(reached), self._bundles
        for part in _chunks(np.arange(len(self._bundle)), reached.shape[1]):
            _scatter_or(found, self._source[part], groups.covers[self._bundle[part]])
        for group in self._in_place_groups:
            found |= groups.covers[group]
        found &= reached
        return found


def _word_move_arrays(word_moves: WordMoves) -> tuple[NDArray[Any], ...]:
    """The arrays of `WordMoves` in the order in which the compiled loop takes them."""
    return (
        word_moves.first,
        word_moves.counts,
        word_moves.word,
        word_moves.applies,
        word_moves.up,
        word_moves.down,
        word_moves.goal,
    )


def _chunks(chosen: Ints, row_words: int) -> Iterator[Ints]:
    """Split `chosen`, shape (n,), so that the rows of a part have about `CHUNK` words."""
    step = max(1, CHUNK // row_words)
    for begin in range(0, len(chosen), step):
        yield chosen[begin : begin + step]


def _chunks_by_moves(chosen: Ints, counts: Ints) -> Iterator[Ints]:
    """Split entries so that a part has about `CHUNK` word moves, and at least one entry.

    Args:
        chosen: entry numbers, shape (n,), int64.
        many: the word moves of each, shape (n,), int64.
    """
    made, begin = np.cumsum(counts), 0
    while begin < len(chosen):
        done = int(made[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(made, done + CHUNK, side="right")))
        yield chosen[begin:end]
        begin = end


def _scatter_or(rows: Rows, targets: Small, values: Rows) -> None:
    """OR each row of `values`, shape (n, row_words), into row `targets[i]`. At least one; equal targets are
    adjacent.
    """
    starts = np.flatnonzero(np.diff(targets, prepend=targets[0] - 1))
    rows[targets[starts]] |= np.bitwise_or.reduceat(values, starts, axis=0)
