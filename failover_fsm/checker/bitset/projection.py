"""Existential projection of the reachable set: counts states without some of their slots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import Rows

__all__ = ["projected_count"]

ROWS_AT_ONCE = 1 << 12
"""Rows whose bits are unpacked together."""


def projected_count(reachable: ReachableSet, slots: Sequence[int]) -> int:
    """The number of distinct states that remain when these slots are projected out."""
    layout = reachable.layout
    rows = reachable.reached
    keys = reachable.relation.keys.rows(np.arange(len(rows)))
    used = np.flatnonzero(rows.any(axis=1))
    rows, keys = rows[used], keys[used]
    out = np.array(layout.packing.mask_of(slot for slot in slots if slot not in layout.shifts), dtype=np.uint64)
    if out.any():
        rows = _merged_rows(rows, keys & ~out)
    inner = [slot for slot in slots if slot in layout.shifts]
    return sum(
        _count(
            rows[begin : begin + ROWS_AT_ONCE], layout.bits, [(layout.shifts[s], _width(reachable, s)) for s in inner]
        )
        for begin in range(0, len(rows), ROWS_AT_ONCE)
    )


def _width(reachable: ReachableSet, slot: int) -> int:
    """The width of a slot in bits."""
    return reachable.layout.packing.places[slot].width


def _merged_rows(rows: Rows, keys: Rows) -> Rows:
    """OR together the rows of equal keys.

    Args:
        rows: shape (n, row_words), uint64.
        keys: the key of each row, shape (n, n_words), uint64.
    """
    order = np.lexsort(keys.T)
    ordered = keys[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    joined: Rows = np.bitwise_or.reduceat(rows[order], np.flatnonzero(first), axis=0)
    return joined


def _count(rows: Rows, bits: int, inner: Sequence[tuple[int, int]]) -> int:
    """The number of bits that remain when dense slots are projected out.

    Args:
        rows: shape (n, row_words), uint64.
        bits: the width of the offset.
        inner: the (shift, width) of each slot to project out.
    """
    if not inner:
        return int(np.bitwise_count(rows).sum(dtype=np.int64))
    cells = np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little")[:, : 1 << bits].astype(np.bool_)
    for shift, width in inner:
        split = cells.reshape(len(rows), -1, 1 << width, 1 << shift)
        one = split.any(axis=2, keepdims=True)
        keep = np.zeros((1 << width, 1), dtype=np.bool_)
        keep[0] = True
        cells = (one & keep).reshape(len(rows), -1)
    return int(np.count_nonzero(cells))
