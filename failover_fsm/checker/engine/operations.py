"""The operations of a search as arrays, so that thousands of entries can be looked up at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.layout import Layout
from failover_fsm.checker.engine.residuals import Operation, Residuals
from failover_fsm.checker.engine.rows import Rows, move, move_back

__all__ = ["Operations"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]


class Operations:
    """The operations of a search as arrays, one row an operation; shared by all rules and keys."""

    def __init__(self, layout: Layout, residuals: Residuals) -> None:
        self._layout = layout
        self._residuals = residuals
        self.first: dict[int, tuple[int, int]] = {}
        self.failures: dict[int, str] = {}
        words = layout.packing.words
        self.applies = np.empty((0, layout.row_words), dtype=np.uint64)
        self.up, self.down = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
        self.flip = np.empty(0, dtype=np.int64)
        self.moving = np.empty(0, dtype=np.bool_)
        self.write_mask = np.empty((0, words), dtype=np.uint64)
        self.write_value = np.empty((0, words), dtype=np.uint64)

    def ranges(self, residuals: Ints) -> tuple[Ints, Ints]:
        """For each residual, the number of its first operation and how many it has."""
        known = np.unique(residuals)
        for residual in known:
            if int(residual) not in self.first:
                self._add(int(residual))
        table = np.array([self.first[int(residual)] for residual in known], dtype=np.int64)
        found = table[np.searchsorted(known, residuals)]
        return found[:, 0], found[:, 1]

    def _add(self, residual: int) -> None:
        made = self._residuals.operations(residual)
        self.first[residual] = (len(self.up), len(made))
        packing = self._layout.packing
        for number, operation in enumerate(made, len(self.up)):
            if operation.failure:
                self.failures[number] = operation.failure
        if not made:
            return
        self.applies = np.concatenate([self.applies, np.stack([item.applies for item in made])])
        self.up = np.append(self.up, np.array([item.up for item in made], dtype=np.uint64))
        self.down = np.append(self.down, np.array([item.down for item in made], dtype=np.uint64))
        self.flip = np.append(self.flip, [item.flip for item in made])
        self.moving = np.append(self.moving, [_moves(item) for item in made])
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


def _moves(operation: Operation) -> bool:
    return bool(operation.up or operation.down or operation.flip)
