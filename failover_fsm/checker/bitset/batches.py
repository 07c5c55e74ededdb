"""Batches: the inputs and outputs of evaluating decision trees on many sparse keys at once.

An *item* of a batch is one evaluation: a tree, a key, and the set of dense offsets for which it is evaluated. Items
whose trees read the same values are equivalent and are evaluated once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.columns import expand_ranges
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.records import Shape

__all__ = ["Batch", "BatchResult", "EquivalenceClasses", "KeyCodes", "Outcomes", "RuleTransitions", "merged"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

PACKED_BITS = 62
"""Columns whose widths sum to at most this many bits are packed into one int64 for sorting and comparing."""


SMALLEST_DEDUPLICATED = 64
"""Smallest batch worth deduplicating or merging; smaller ones are evaluated directly."""

SORTED_FASTER = 1 << 16
"""Numbers below this are sorted as 16-bit ones, which numpy sorts digit by digit."""


def sorted_rows(*columns: Ints) -> tuple[Ints, ...]:
    """Sort the rows of a table lexicographically.

    Args:
        columns: the table by column; each of shape (n_rows,), int64, values from 0 on.

    Returns:
        The sorted columns. Rows are packed into one int64 each where they fit (`PACKED_BITS`), which sorts faster.
    """
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > PACKED_BITS:
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns)
    shifts = [sum(widths[position + 1 :]) for position in range(len(widths))]
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for column, shift in zip(columns, shifts, strict=True):
        packed |= column << shift
    packed.sort()
    return tuple((packed >> shift) & ((1 << width) - 1) for shift, width in zip(shifts, widths, strict=True))


class KeyCodes:
    """The codes of a batch of keys, by slot. Codes of questions are derived from their leaf on first use.

    Args:
        shape: the slots of a state.
        count: the number of keys, n_keys.

    Attributes:
        columns: the codes of every sparse slot that is a leaf, by slot number; each of shape (n_keys,), int64.
    """

    def __init__(self, shape: Shape, count: int, columns: Mapping[int, Ints]) -> None:
        self._shape, self.columns = shape, columns
        self._table = np.empty((len(shape.leaves), count), dtype=np.int32)
        self._filled = np.zeros(len(self._table), dtype=np.bool_)

    def at(self, slots: Ints, keys: Ints) -> Ints:
        """The code of slot `slots[i]` in key `keys[i]`.

        Args:
            slots: slot numbers, shape (n,), int64.
            keys: positions in the batch, shape (n,), int64.

        Returns:
            Codes, shape (n,), int64.
        """
        if len(slots):
            self._fill(slots)
        codes: Ints = self._table[slots, keys].astype(np.int64)
        return codes

    def of(self, slots: Sequence[int], keys: Ints | None = None) -> Small:
        """The codes of several slots for several keys.

        Args:
            slots: slot numbers, n_slots of them.
            keys: positions in the batch, shape (n,), int64; None for all keys in order.

        Returns:
            Codes, shape (n_slots, n), int32.
        """
        wanted = np.array(slots, dtype=np.int64)
        if len(wanted):
            self._fill(wanted)
        rows: Small = self._table[wanted] if keys is None else self._table[np.ix_(wanted, keys)]
        return rows

    def _fill(self, slots: Ints) -> None:
        """Compute the rows of the code table for these slots; at least one slot, shape (n,), int64."""
        while int(slots.max()) >= len(self._filled):
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
            self._filled = np.concatenate([self._filled, np.zeros_like(self._filled)])
        for slot in np.unique(slots[~self._filled[slots]]).tolist():
            question = self._shape.query_of(slot)
            column = self.columns[slot if question is None else question.leaf.number]
            self._table[slot] = column if question is None else np.array(question.table)[column]
            self._filled[slot] = True


@attrs.frozen(eq=False)
class Outcomes:
    """Results of evaluating trees on keys: for the dense offsets in set `offsets[i]`, key `key[i]` ends in result
    `result[i]` of tree `tree[i]`.

    Rows are sorted by tree, then key. The result "not possible" is left out.

    Attributes:
        tree: numbers of trees, shape (n,), int64.
        key: positions of keys in the batch, shape (n,), int64.
        result: numbers of results in the forest, shape (n,), int64.
        offsets: numbers of offset sets, shape (n,), int64.
    """

    tree: Ints
    key: Ints
    result: Ints
    offsets: Ints

    def of_trees(self, first: int, after: int) -> Outcomes:
        """The outcomes of the trees numbered `first` to `after - 1`."""
        begin, end = np.searchsorted(self.tree, [first, after])
        part = slice(int(begin), int(end))
        return Outcomes(self.tree[part], self.key[part], self.result[part], self.offsets[part])

    def by_tree(self, numbers: Sequence[int]) -> Iterator[Outcomes]:
        """The outcomes of each of these trees."""
        wanted = np.array(numbers, dtype=np.int64)
        begins = np.searchsorted(self.tree, wanted).tolist()
        ends = np.searchsorted(self.tree, wanted, side="right").tolist()
        for begin, end in zip(begins, ends, strict=True):
            part = slice(begin, end)
            yield Outcomes(self.tree[part], self.key[part], self.result[part], self.offsets[part])

    def without(self, trees: Sequence[int]) -> Outcomes:
        """The outcomes but for those of these trees."""
        return self._chosen(~np.isin(self.tree, trees)) if trees else self

    def by_number(self) -> Outcomes:
        """The same outcomes, sorted by tree; those of one tree stay in their order."""
        if (self.tree[1:] >= self.tree[:-1]).all():
            return self
        return self._chosen(np.argsort(self.tree, kind="stable"))

    def _chosen(self, rows: Ints | NDArray[np.bool_]) -> Outcomes:
        return Outcomes(self.tree[rows], self.key[rows], self.result[rows], self.offsets[rows])

    @classmethod
    def concatenate(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """The outcomes of all parts, in their order."""
        columns = [[part.tree, part.key, part.result, part.offsets] for part in parts] or [[np.empty(0, np.int64)] * 4]
        return cls(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    def shifted_keys(self, first: int) -> Outcomes:
        """The same outcomes with `first` subtracted from every key."""
        return Outcomes(self.tree, self.key - first, self.result, self.offsets)


def merged(outcomes: Outcomes, offset_sets: OffsetSets) -> Outcomes:
    """The same outcomes, sorted, those that differ in their offset sets only joined."""
    tree, key, result, offsets = sorted_rows(outcomes.tree, outcomes.key, outcomes.result, outcomes.offsets)
    while True:
        same = (tree[1:] == tree[:-1]) & (key[1:] == key[:-1]) & (result[1:] == result[:-1])
        if not same.any():
            return Outcomes(tree, key, result, offsets)
        starts = np.flatnonzero(~np.concatenate([[False], same]))
        position = np.arange(len(tree)) - np.repeat(starts, np.diff(np.append(starts, len(tree))))
        later = np.flatnonzero(position % 2 == 1)
        offsets[later - 1] = offset_sets.unions(offsets[later - 1], offsets[later])
        kept = position % 2 == 0
        tree, key, result, offsets = tree[kept], key[kept], result[kept], offsets[kept]


@attrs.frozen(eq=False)
class Batch:
    """Items to be evaluated together by functions that share one number.

    Attributes:
        tree: the tree of each item, shape (n_items,), int64.
        key: its key as a position in the batch of keys, shape (n_items,), int64.
        offsets: its offset set, shape (n_items,), int64.
        covers_all_keys: there is one item for each key, all with the same tree and all offsets.
    """

    tree: Ints
    key: Ints
    offsets: Ints
    covers_all_keys: bool = False

    @classmethod
    def concatenate(cls, parts: Sequence[Batch]) -> Batch:
        """The items of several batches as one; at least one part."""
        columns = [(part.tree, part.key, part.offsets) for part in parts]
        tree, key, offsets = (np.concatenate(column) for column in zip(*columns, strict=True))
        return cls(tree, key, offsets)


@attrs.frozen(eq=False)
class EquivalenceClasses:
    """A partition of the items of a batch: equivalent items agree in everything that their trees read.

    Attributes:
        first: the first item of each class, shape (n_classes,), int64.
        of_item: the class of each item, shape (n_items,), int64.
    """

    first: Ints
    of_item: Ints

    @classmethod
    def each(cls, count: int) -> EquivalenceClasses:
        """Every one of `count` items in a class of its own."""
        return cls(np.arange(count), np.arange(count))

    @classmethod
    def concatenate(cls, parts: Sequence[EquivalenceClasses]) -> EquivalenceClasses:
        """The classes of several batches as one; at least one part."""
        classes = np.cumsum([0, *(len(part.first) for part in parts)]).tolist()
        items = np.cumsum([0, *(len(part.of_item) for part in parts)]).tolist()
        first = [part.first + begin for part, begin in zip(parts, items, strict=False)]
        of_item = [part.of_item + begin for part, begin in zip(parts, classes, strict=False)]
        return cls(np.concatenate(first), np.concatenate(of_item))

    @classmethod
    def of(cls, columns: Ints | Small) -> EquivalenceClasses:
        """Partition items by their values.

        Args:
            columns: what distinguishes items, shape (n_columns, n_items), int32 or int64, values from 0 on.
        """
        combined, size = np.zeros(columns.shape[1], dtype=np.int64), 1
        for column, width in zip(columns, (columns.max(axis=1, initial=0) + 1).tolist(), strict=True):
            if size * width > 1 << PACKED_BITS:
                combined = np.unique(combined, return_inverse=True)[1]
                size = int(combined.max(initial=0)) + 1
            if width > 1:
                combined = combined + column * np.int64(size)
            size *= width
        order = np.argsort(combined.astype(np.uint16) if size <= SORTED_FASTER else combined, kind="stable")
        ordered = combined[order]
        begins = np.ones(len(order), dtype=np.bool_)
        begins[1:] = ordered[1:] != ordered[:-1]
        of_item = np.empty_like(order)
        of_item[order] = np.cumsum(begins) - 1
        return cls(order[begins], of_item)

    def expanded(self, outcomes: Outcomes, keys: Ints) -> Outcomes:
        """Copy the outcomes of each class to all of its items.

        Args:
            outcomes: of the classes; `outcomes.key` is a class number.
            keys: the key of each item, shape (n_items,), int64.
        """
        if not len(outcomes.key):
            return outcomes
        starts = np.searchsorted(outcomes.key, np.arange(len(self.first) + 1))
        item, position = expand_ranges(starts[self.of_item], np.diff(starts)[self.of_item])
        return Outcomes(outcomes.tree[position], keys[item], outcomes.result[position], outcomes.offsets[position])


@attrs.frozen(eq=False)
class BatchResult:
    """The result of evaluating a batch.

    Attributes:
        key: the key of each item, shape (n_items,), int64.
        classes: the equivalence classes of the items.
        outcomes: the outcomes of the classes; `outcomes.key` is a class number.
    """

    key: Ints
    classes: EquivalenceClasses
    outcomes: Outcomes

    @classmethod
    def concatenate(cls, parts: Sequence[BatchResult]) -> BatchResult:
        """Several batches as one, with items and classes renumbered; at least one part."""
        begins = np.cumsum([0, *(len(part.classes.first) for part in parts)]).tolist()
        ends = Outcomes.concatenate(
            [part.outcomes.shifted_keys(-begin) for part, begin in zip(parts, begins, strict=False)]
        )
        key = np.concatenate([part.key for part in parts])
        return cls(key, EquivalenceClasses.concatenate([part.classes for part in parts]), ends)

    def expanded(self) -> Outcomes:
        """The outcomes of every item."""
        return self.classes.expanded(self.outcomes, self.key)


@attrs.frozen(eq=False)
class RuleTransitions:
    """Results of a rule that are transitions; step predicates are evaluated from here.

    Attributes:
        batch_result: of the rule.
        results: numbers of the results that are transitions, n_results of them.
        rows: the rows of `batch_result.outcomes` with such a result, shape (n_rows,), int64.
        position: the position of each row's result in `results`, shape (n_rows,), int64.
        by_group: what `grouped` has returned.
        trees: the trees of a step predicate after each of `results`, with how much of an assignment it was known to
            read.
    """

    batch_result: BatchResult
    results: list[int]
    rows: Ints
    position: Ints
    by_group: dict[tuple[int, ...], Outcomes] = attrs.field(factory=dict)
    trees: dict[int, tuple[int, list[int]]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, batch_result: BatchResult, is_step: NDArray[Any]) -> RuleTransitions:
        """Select the transitions of a rule.

        Args:
            batch_result: of the rule.
            is_step: whether each result of the forest is a transition, 1 or 0, shape (n_results_of_the_forest,).
        """
        ends = batch_result.outcomes.result
        rows = np.flatnonzero(is_step[ends])
        taken = ends[rows]
        results = sorted(set(taken.tolist()))  # most rules have few of them: faster than to sort
        return cls(batch_result, results, rows, np.searchsorted(results, taken))

    def grouped(self, groups: tuple[int, ...], offset_sets: OffsetSets) -> Outcomes:
        """The outcomes of all items that are transitions, with the group of each result in its place; made once.

        Args:
            groups: the number of the group of each of `results`, from 0 on by first occurrence; negative for results
                that are left out.
            offset_sets: joins the offsets of one key with results of one group, where there are many.
        """
        known = self.by_group.get(groups)
        if known is not None:
            return known
        ends = self.batch_result.outcomes
        group, rows = np.array(groups, dtype=np.int64)[self.position], self.rows
        if min(groups) < 0:
            is_asked = group >= 0
            group, rows = group[is_asked], rows[is_asked]
        found = Outcomes(np.zeros_like(group), ends.key[rows], group, ends.offsets[rows])
        if max(groups) + 1 < len(groups) and len(rows) >= SMALLEST_DEDUPLICATED:
            found = merged(found, offset_sets)
        known = self.by_group[groups] = self.batch_result.classes.expanded(found, self.batch_result.key)
        return known
