"""What walks down decision trees: keys with their codes, in parties, and where they were found to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.columns import expand_ranges
from failover_fsm.checker.rules.rule_tree import Result, Step
from failover_fsm.records import Shape

__all__ = ["Batch", "BatchResult", "EquivalenceClasses", "KeyCodes", "Outcomes", "RuleTransitions", "sorted_rows"]

Ints = NDArray[np.int64]

PACKED_BITS = 62
"""Numbers that have so many bits in all are combined to one."""


def sorted_rows(*columns: Ints) -> tuple[Ints, ...]:
    """The rows of columns of numbers from 0 on, in order; packed into one number a row where that has room."""
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


def _weighted_sum(columns: Ints, weights: Sequence[int]) -> Ints:
    """The sum of the rows, each times its weight."""
    answer: Ints = np.array(weights, dtype=np.int64) @ columns
    return answer


class KeyCodes:
    """What keys hold: the codes of key slots, and of questions about one the answers, worked out when needed.

    count: how many keys there are.
    columns: the codes of every key slot that is a leaf.
    """

    def __init__(self, shape: Shape, count: int, columns: Mapping[int, Ints]) -> None:
        self._shape, self._columns = shape, columns
        self._table = np.empty((len(shape.leaves), count), dtype=np.int32)
        self._filled = np.zeros(len(self._table), dtype=np.bool_)

    def at(self, slots: Ints, keys: Ints) -> Ints:
        """What each of the keys, known by their places, holds in the slot beside it."""
        if len(slots):
            self._fill(slots)
        codes: Ints = self._table[slots, keys].astype(np.int64)
        return codes

    def of(self, slots: Sequence[int], keys: Ints) -> Ints:
        """What the keys, known by their places, hold in all these slots, a row each."""
        wanted = np.array(slots, dtype=np.int64)
        if len(wanted):
            self._fill(wanted)
        rows: Ints = self._table[np.ix_(wanted, keys)].astype(np.int64)
        return rows

    def one(self, slot: int, key: int) -> int:
        """What a key holds in a slot that is a leaf."""
        return int(self._columns[slot][key])

    def _fill(self, slots: Ints) -> None:
        """Make the rows of these slots, at least one."""
        while int(slots.max()) >= len(self._filled):
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
            self._filled = np.concatenate([self._filled, np.zeros_like(self._filled)])
        for slot in np.unique(slots[~self._filled[slots]]).tolist():
            question = self._shape.asked(slot)
            column = self._columns[slot if question is None else question.leaf.number]
            self._table[slot] = column if question is None else np.array(question.table)[column]
            self._filled[slot] = True


@attrs.frozen(eq=False)
class Outcomes:
    """Where keys end in trees, in order of tree and key: for the rests `mask`, key `key` ends in `result`.

    Ends in which nothing happens are left out.
    """

    tree: Ints
    key: Ints
    result: Ints
    offsets: Ints

    def of_trees(self, first: int, after: int) -> Outcomes:
        """What was found in the trees from number `first` to before number `after`."""
        begin, end = np.searchsorted(self.tree, [first, after])
        part = slice(int(begin), int(end))
        return Outcomes(self.tree[part], self.key[part], self.result[part], self.offsets[part])

    @classmethod
    def concatenate(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """What was found in the trees of all parts, which are in order."""
        columns = [[part.tree, part.key, part.result, part.offsets] for part in parts] or [[np.empty(0, np.int64)] * 4]
        return cls(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    def shifted_keys(self, first: int) -> Outcomes:
        """The same with keys counted from another one on."""
        return Outcomes(self.tree, self.key - first, self.result, self.offsets)


@attrs.frozen(eq=False)
class Batch:
    """Walkers that set out together: where `key` is to end, of the rests `mask`, in trees known by one number.

    of_all: there is one for each key, all in the same tree and for every rest.
    """

    tree: Ints
    key: Ints
    offsets: Ints
    covers_all_keys: bool = False


@attrs.frozen(eq=False)
class EquivalenceClasses:
    """Walkers that are alike in all that their trees ask.

    first: the first walker of each class.
    of_walker: the class of each.
    """

    first: Ints
    of_item: Ints

    @classmethod
    def each(cls, count: int) -> EquivalenceClasses:
        """Classes of so many walkers, none like another."""
        return cls(np.arange(count), np.arange(count))

    @classmethod
    def of(cls, columns: Ints) -> EquivalenceClasses:
        """The classes of walkers with the same numbers, all from 0 on, in these columns, one a row."""
        combined, size, begin = np.zeros(columns.shape[1], dtype=np.int64), 1, 0
        weights: list[int] = []
        for position, width in enumerate((columns.max(axis=1, initial=0) + 1).tolist()):
            if size * width > 1 << PACKED_BITS:
                combined = np.unique(combined + _weighted_sum(columns[begin:position], weights), return_inverse=True)[1]
                size, begin, weights = int(combined.max(initial=0)) + 1, position, []
            weights.append(size)
            size *= width
        combined = combined + _weighted_sum(columns[begin:], weights)
        order = np.argsort(combined, kind="stable")
        begins = np.diff(combined[order], prepend=-1) != 0
        of_item = np.empty_like(order)
        of_item[order] = np.cumsum(begins) - 1
        return cls(order[begins], of_item)

    def expanded(self, outcomes: Outcomes, keys: Ints) -> Outcomes:
        """What was found for classes, by number, for all walkers, which stand for these keys."""
        starts = np.searchsorted(outcomes.key, np.arange(len(self.first) + 1))
        item, position = expand_ranges(starts[self.of_item], np.diff(starts)[self.of_item])
        return Outcomes(outcomes.tree[position], keys[item], outcomes.result[position], outcomes.offsets[position])


@attrs.frozen(eq=False)
class BatchResult:
    """Where the walkers of a party ended.

    key: the key that each walker stands for.
    classes: their classes.
    ends: where those ended; they are known by number.
    """

    key: Ints
    classes: EquivalenceClasses
    outcomes: Outcomes

    @classmethod
    def concatenate(cls, parts: Sequence[BatchResult]) -> BatchResult:
        """Parties as one, their walkers and classes counted on; at least one."""
        classes = np.cumsum([0, *(len(part.classes.first) for part in parts)]).tolist()
        items = np.cumsum([0, *(len(part.key) for part in parts)]).tolist()
        first = [part.classes.first + begin for part, begin in zip(parts, items, strict=False)]
        of_item = [part.classes.of_item + begin for part, begin in zip(parts, classes, strict=False)]
        ends = Outcomes.concatenate(
            [part.outcomes.shifted_keys(-begin) for part, begin in zip(parts, classes, strict=False)]
        )
        key = np.concatenate([part.key for part in parts])
        return cls(key, EquivalenceClasses(np.concatenate(first), np.concatenate(of_item)), ends)

    def expanded(self) -> Outcomes:
        """Where every key ended."""
        return self.classes.expanded(self.outcomes, self.key)


@attrs.frozen(eq=False)
class RuleTransitions:
    """The steps among the ends of a rule, for sequels to set out from.

    ends: the numbers of the results that are steps.
    kept: which ends of the classes are steps.
    place: where the result of each of those is in `ends`.
    grouped: where the keys took a step of each group, for the ways in which the steps were grouped so far.
    """

    batch_result: BatchResult
    results: list[int]
    rows: Ints
    position: Ints
    by_group: dict[tuple[int, ...], Outcomes] = attrs.field(factory=dict)

    @classmethod
    def of(cls, batch_result: BatchResult, results: Sequence[Result]) -> RuleTransitions:
        """The steps of a rule, of whose ends these are the results."""
        ends, places = np.unique(batch_result.outcomes.result, return_inverse=True)
        is_step = np.array([isinstance(results[end], Step) for end in ends.tolist()], dtype=np.bool_)
        rows = np.flatnonzero(is_step[places])
        return cls(batch_result, ends[is_step].tolist(), rows, (np.cumsum(is_step) - 1)[places[rows]])
