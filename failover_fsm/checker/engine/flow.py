"""Entries at work: whole sets of states taken one transition forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.kernels import Kernels
from failover_fsm.checker.engine.operations import Operations
from failover_fsm.checker.engine.rows import Rows

__all__ = ["Block", "Flow", "push", "push_in_place"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
CHUNK = 1 << 16
"""Words handled at a time: few enough to stay in the cache of a core."""


@attrs.frozen(eq=False)
class Block:
    """Entries in order of target, all of operations that move bits within the row, or all of others."""

    source: Small
    target: Small
    op: Small
    moving: bool

    @classmethod
    def of(cls, source: Small, target: Small, op: Small, moving: NDArray[np.bool_]) -> Iterator[Block]:
        """One block of the entries that move bits and one of those that do not, as far as there are any."""
        for kind in (False, True):
            chosen = np.flatnonzero(moving == kind)
            if len(chosen):
                chosen = chosen[np.argsort(target[chosen], kind="stable")]
                yield cls(source[chosen], target[chosen], op[chosen], kind)

    @property
    def nbytes(self) -> int:
        """Bytes of the entries."""
        return self.source.nbytes + self.target.nbytes + self.op.nbytes

    def joined(self, other: Block) -> Block:
        """The entries of both; a stable sort of two sorted runs is a merge."""
        target = np.concatenate([self.target, other.target])
        order = np.argsort(target, kind="stable")
        source = np.concatenate([self.source, other.source])[order]
        return Block(source, target[order], np.concatenate([self.op, other.op])[order], self.moving)


def push(
    block: Block, ops: Operations, rows: Rows, flags: NDArray[np.bool_], after: Rows, fast: Kernels | None = None
) -> None:
    """Add to `after` what the entries of a block make of the states of `rows`.

    flags: which rows are not empty.
    fast: the compiled loops, None for numpy.
    """
    if fast is not None:
        entries = (block.source, block.target, block.op)
        fast.push(rows, flags, *entries, ops.applies, ops.up, ops.down, ops.flip, after)
        return
    chosen = np.flatnonzero(flags[block.source])
    for part in _parts(chosen, rows.shape[1]):
        op, target = block.op[part], block.target[part]
        moved = rows[block.source[part]]
        np.bitwise_and(moved, ops.applies[op], out=moved)
        full = np.flatnonzero(moved.any(axis=1))
        if len(full) < len(part):
            moved, op, target = moved[full], op[full], target[full]
        if block.moving:
            moved = ops.moved(moved, op)
        if len(full):
            _scatter_or(after, target, moved)


def push_in_place(
    everywhere: Sequence[int], ops: Operations, rows: Rows, active: Ints, after: Rows, fast: Kernels | None = None
) -> None:
    """Add to `after` what operations that apply to every row make of the states of `rows`.

    active: the rows that are not empty.
    fast: the compiled loops, None for numpy.
    """
    if not everywhere:
        return
    if fast is not None:
        numbers = np.array(everywhere)
        fast.push_in_place(rows, active, numbers, ops.applies, ops.up, ops.down, ops.flip, after)
        return
    for part in _parts(active, rows.shape[1]):
        own, found = rows[part], after[part]
        for op in everywhere:
            found |= ops.moved(own & ops.applies[op], np.array([op]))
        after[part] = found


class Flow:
    """A fixed set of entries, in order of source, and of operations that apply to every row.

    Raises nothing; sets are rows, one for every key there is, and results are new arrays.
    """

    def __init__(self, ops: Operations, source: Small, target: Small, op: Small, everywhere: Sequence[int]) -> None:
        self._ops = ops
        self._source, self._target, self._op = source, target, op
        self._everywhere = list(everywhere)
        self._blocks: list[Block] | None = None

    def forward(self, rows: Rows) -> Rows:
        """The states to which one transition leads from `rows`."""
        if self._blocks is None:
            self._blocks = list(Block.of(self._source, self._target, self._op, self._ops.moving[self._op]))
        after = np.zeros_like(rows)
        flags = (rows != 0).any(axis=1)
        push_in_place(self._everywhere, self._ops, rows, np.flatnonzero(flags), after)
        for block in self._blocks:
            push(block, self._ops, rows, flags, after)
        return after

    def backward(self, rows: Rows) -> Rows:
        """The states from which one transition leads into `rows`."""
        before = np.zeros_like(rows)
        flags: NDArray[np.bool_] = (rows != 0).any(axis=1)
        for part in _parts(np.flatnonzero(flags[self._target]), rows.shape[1]):
            op = self._op[part]
            _scatter_or(before, self._source[part], self._ops.moved_back(rows[self._target[part]], op))
        places = np.flatnonzero(flags)
        for everywhere in self._everywhere:
            before[places] |= self._ops.moved_back(rows[places], np.array([everywhere]))
        return before

    def sources(self, reached: Rows) -> Rows:
        """The states of `reached` that some transition leaves."""
        found = np.zeros_like(reached)
        for part in _parts(np.arange(len(self._op)), reached.shape[1]):
            _scatter_or(found, self._source[part], self._ops.applies[self._op[part]])
        for everywhere in self._everywhere:
            found |= self._ops.applies[everywhere]
        found &= reached
        return found


def _parts(chosen: Ints, row_words: int) -> Iterator[Ints]:
    step = max(1, CHUNK // row_words)
    for begin in range(0, len(chosen), step):
        yield chosen[begin : begin + step]


def _scatter_or(rows: Rows, targets: Small, values: Rows) -> None:
    """Join each row of `values`, one at least, to the row of its target; equal targets must be neighbours."""
    starts = np.flatnonzero(np.diff(targets, prepend=targets[0] - 1))
    rows[targets[starts]] |= np.bitwise_or.reduceat(values, starts, axis=0)
