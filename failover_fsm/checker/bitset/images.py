"""Entries at work: whole sets of states taken one transition forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.kernels import Kernels
from failover_fsm.checker.bitset.operations import Bundles, Pieces
from failover_fsm.checker.bitset.rows import Rows

__all__ = ["Block", "Flow", "push", "push_in_place"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
CHUNK = 1 << 16
"""Words handled at a time: few enough to stay in the cache of a core."""


@attrs.frozen(eq=False)
class Block:
    """Entries in order of target, all of bundles that move bits within the row, or all of others."""

    source: Small
    target: Small
    bundle: Small
    moving: bool

    @classmethod
    def of(cls, source: Small, target: Small, bundle: Small, moving: NDArray[np.bool_]) -> Iterator[Block]:
        """One block of the entries that move bits and one of those that do not, as far as there are any."""
        for kind in (False, True):
            chosen = np.flatnonzero(moving == kind)
            if len(chosen):
                chosen = chosen[np.argsort(target[chosen], kind="stable")]
                yield cls(source[chosen], target[chosen], bundle[chosen], kind)

    @property
    def nbytes(self) -> int:
        """Bytes of the entries."""
        return self.source.nbytes + self.target.nbytes + self.bundle.nbytes

    def joined(self, other: Block) -> Block:
        """The entries of both; a stable sort of two sorted runs is a merge."""
        target = np.concatenate([self.target, other.target])
        order = np.argsort(target, kind="stable")
        source = np.concatenate([self.source, other.source])[order]
        return Block(source, target[order], np.concatenate([self.bundle, other.bundle])[order], self.moving)


def push(
    block: Block, bundles: Bundles, rows: Rows, flags: NDArray[np.bool_], after: Rows, fast: Kernels | None = None
) -> None:
    """Add to `after` what the entries of a block make of the states of `rows`.

    flags: which rows are not empty.
    fast: the compiled loops, None for numpy.
    """
    if fast is not None:
        fast.push(rows, flags, block.source, block.target, block.bundle, *_arrays(bundles.pieces), after)
        return
    chosen = np.flatnonzero(flags[block.source])
    if block.moving:
        _move(block.source, block.target, block.bundle, bundles.pieces, chosen, rows, after)
        return
    for part in _parts(chosen, rows.shape[1]):
        moved = rows[block.source[part]]
        np.bitwise_and(moved, bundles.covers[block.bundle[part]], out=moved)
        full = np.flatnonzero(moved.any(axis=1))
        if len(full):
            _scatter_or(after, block.target[part[full]], moved[full])


def _move(source: Small, target: Small, bundle: Small, pieces: Pieces, chosen: Ints, rows: Rows, after: Rows) -> None:
    """Add to `after` what the chosen entries make of the states of `rows`, word by word."""
    width, old, new = rows.shape[1], rows.reshape(-1), after.reshape(-1)
    for part in _parts_by(chosen, pieces.many[bundle[chosen]]):
        place, piece = pieces.of(bundle[part])
        words = old[source[part].astype(np.int64)[place] * width + pieces.word[piece]] & pieces.applies[piece]
        full = np.flatnonzero(words)
        place, piece = place[full], piece[full]
        moved = (words[full] << pieces.up[piece]) >> pieces.down[piece]
        np.bitwise_or.at(new, target[part].astype(np.int64)[place] * width + pieces.goal[piece], moved)


def push_in_place(
    everywhere: Sequence[int], bundles: Bundles, rows: Rows, active: Ints, after: Rows, fast: Kernels | None = None
) -> None:
    """Add to `after` what bundles that apply to every row make of the states of `rows`.

    active: the rows that are not empty.
    fast: the compiled loops, None for numpy.
    """
    if not everywhere:
        return
    numbers = bundles.operations(everywhere)
    if fast is not None:
        fast.push_in_place(rows, active, numbers, bundles.applies, bundles.up, bundles.down, bundles.flip, after)
        return
    for part in _parts(active, rows.shape[1]):
        own, found = rows[part], after[part]
        for op in numbers:
            found |= bundles.moved(own & bundles.applies[op], op[None])
        after[part] = found


class Flow:
    """A fixed set of entries, in order of source, and of operations that apply to every row.

    Raises nothing; sets are rows, one for every key there is, and results are new arrays.
    """

    def __init__(
        self, bundles: Bundles, source: Small, target: Small, bundle: Small, everywhere: Sequence[int]
    ) -> None:
        self._bundles = bundles
        self._source, self._target, self._bundle = source, target, bundle
        self._everywhere = list(everywhere)
        self._blocks: list[Block] | None = None

    def forward(self, rows: Rows) -> Rows:
        """The states to which one transition leads from `rows`."""
        bundles = self._bundles
        if self._blocks is None:
            self._blocks = list(Block.of(self._source, self._target, self._bundle, bundles.moving[self._bundle]))
        after = np.zeros_like(rows)
        flags = (rows != 0).any(axis=1)
        push_in_place(self._everywhere, bundles, rows, np.flatnonzero(flags), after)
        for block in self._blocks:
            push(block, bundles, rows, flags, after)
        return after

    def backward(self, rows: Rows) -> Rows:
        """The states from which one transition leads into `rows`."""
        before, bundles = np.zeros_like(rows), self._bundles
        flags: NDArray[np.bool_] = (rows != 0).any(axis=1)
        chosen = np.flatnonzero(flags[self._target])
        pieces, width = bundles.pieces, rows.shape[1]
        old, new = rows.reshape(-1), before.reshape(-1)
        for part in _parts_by(chosen, pieces.many[self._bundle[chosen]]):
            place, piece = pieces.of(self._bundle[part])
            words = old[self._target[part].astype(np.int64)[place] * width + pieces.goal[piece]]
            full = np.flatnonzero(words)
            place, piece = place[full], piece[full]
            moved = ((words[full] >> pieces.up[piece]) << pieces.down[piece]) & pieces.applies[piece]
            np.bitwise_or.at(new, self._source[part].astype(np.int64)[place] * width + pieces.word[piece], moved)
        places = np.flatnonzero(flags)
        if self._everywhere and len(places):
            for op in bundles.operations(self._everywhere):
                before[places] |= bundles.moved_back(rows[places], op[None])
        return before

    def sources(self, reached: Rows) -> Rows:
        """The states of `reached` that some transition leaves."""
        found, bundles = np.zeros_like(reached), self._bundles
        for part in _parts(np.arange(len(self._bundle)), reached.shape[1]):
            _scatter_or(found, self._source[part], bundles.covers[self._bundle[part]])
        for bundle in self._everywhere:
            found |= bundles.covers[bundle]
        found &= reached
        return found


def _arrays(pieces: Pieces) -> tuple[NDArray[Any], ...]:
    return pieces.first, pieces.many, pieces.word, pieces.applies, pieces.up, pieces.down, pieces.goal


def _parts(chosen: Ints, row_words: int) -> Iterator[Ints]:
    step = max(1, CHUNK // row_words)
    for begin in range(0, len(chosen), step):
        yield chosen[begin : begin + step]


def _parts_by(chosen: Ints, many: Ints) -> Iterator[Ints]:
    """The chosen entries in parts that have as many pieces as are handled at a time, one entry at least.

    many: how many pieces each of them has.
    """
    made, begin = np.cumsum(many), 0
    while begin < len(chosen):
        done = int(made[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(made, done + CHUNK, side="right")))
        yield chosen[begin:end]
        begin = end


def _scatter_or(rows: Rows, targets: Small, values: Rows) -> None:
    """Join each row of `values`, one at least, to the row of its target; equal targets must be neighbours."""
    starts = np.flatnonzero(np.diff(targets, prepend=targets[0] - 1))
    rows[targets[starts]] |= np.bitwise_or.reduceat(values, starts, axis=0)
