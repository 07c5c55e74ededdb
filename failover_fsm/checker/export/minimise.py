"""Learned rules told shorter: as they are in the reached states, and no matter how elsewhere.

A path of a rule says what the rule asked, in its own order.  Most of that is implied by less in the states that are
ever reached, and fields that never change need not be mentioned.  So each rule is cast into a new decision tree that
tells the reached states apart by as few questions as the greedy way finds: at each node the slot that leaves
the least doubt (entropy) about the end.  What is left out can only make a condition wider, never lose a step of
a reached state: another checker still finds every step that was learned, also one that the search overlooked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.rules.rule_tree import DecisionTree, Pairs, Result, Step

__all__ = ["Guard", "GuardedUpdate", "ReachedCodes"]

Ints = NDArray[np.int64]

Guard = tuple[tuple[int, tuple[int, ...]], ...]
"""Slots, each with the codes that it may have, fewer than all."""

GuardedUpdate = tuple[Pairs, Guard]
"""What a rule assigns, and where."""

DISABLED = -1
"""The end of states in which a rule is not possible."""

PACKED_BITS = 62
"""Bits of codes that fit a number."""

Tree = Any
"""The number of an end, or a slot with, per group of its codes, what is below."""


@attrs.frozen(eq=False)
class ReachedCodes:
    """The codes of all reached states, one column a slot.

    changing: the slots that do not have one code in all of them.
    """

    columns: tuple[NDArray[np.uint16], ...]
    changing: tuple[int, ...]

    @classmethod
    def of(cls, reachable: ReachableSet) -> ReachedCodes:
        """The reached states of a search."""
        layout, rows = reachable.layout, reachable.reached
        keys = reachable.relation.keys.rows(np.arange(len(rows)))
        which, bit = np.nonzero(np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little"))
        columns = []
        for slot, place in enumerate(layout.packing.places):
            mask = (1 << place.width) - 1
            if slot in layout.shifts:
                column = (bit >> layout.shifts[slot]) & mask
            else:
                column = ((keys[:, place.word] >> np.uint64(place.shift)) & np.uint64(mask)).astype(np.int64)[which]
            columns.append(column.astype(np.uint16))
        changing = tuple(slot for slot, column in enumerate(columns) if (column != column[0]).any())
        return cls(tuple(columns), changing)

    def first(self, slot: int) -> int:
        """The code of a slot in the first state: the only one, where it never changes."""
        return int(self.columns[slot][0])

    def guarded_updates(self, tree: DecisionTree) -> Iterator[GuardedUpdate]:
        """The ways on which a rule is possible, those with the same assignments one after the other."""
        base, read = tree.shape.base, tree.read_slots()
        slots = [slot for slot in dict.fromkeys(map(base, read)) if slot in self.changing]
        valuations = self._valuations(slots)
        results, labels = self._labels(tree, slots, valuations)
        found: dict[int, list[Guard]] = {}
        for end, guard in _leaves(_decision_tree(valuations, labels, slots), {}):
            found.setdefault(end, []).append(guard)
        for end, places in found.items():
            yield from ((results[end], guard) for guard in places if end != DISABLED)

    def _valuations(self, slots: Sequence[int]) -> Ints:
        """The combinations of codes that these slots have in reached states, one row each."""
        words: list[Ints] = [np.zeros(len(self.columns[0]), dtype=np.int64)]
        shift = 0
        places = []
        for slot in slots:
            column = self.columns[slot].astype(np.int64)
            width = max(1, int(column.max()).bit_length())
            if shift + width > PACKED_BITS:
                words.append(np.zeros(len(column), dtype=np.int64))
                shift = 0
            words[-1] |= column << shift
            places.append((len(words) - 1, shift, (1 << width) - 1))
            shift += width
        packed = np.unique(words[0])[:, None] if len(words) == 1 else np.unique(np.stack(words, axis=1), axis=0)
        rows = np.empty((len(packed), len(slots)), dtype=np.int64)
        for column_number, (word, begin, mask) in enumerate(places):
            rows[:, column_number] = (packed[:, word] >> begin) & mask
        return rows

    def _labels(self, tree: DecisionTree, slots: Sequence[int], valuations: Ints) -> tuple[list[Pairs], Ints]:
        """What the rule assigns in the end, each once, and the number of it in each situation."""
        codes = [int(column[0]) for column in self.columns]
        numbers: dict[Pairs, int] = {}
        labels = []
        for valuation in valuations.tolist():
            for slot, code in zip(slots, valuation, strict=True):
                codes[slot] = code
            result: Result = tree.result(codes)
            if isinstance(result, Step):
                writes = tuple((slot, code) for slot, code in result.writes if slot in self.changing)
                labels.append(numbers.setdefault(writes, len(numbers)))
            else:
                labels.append(DISABLED)
        return list(numbers), np.array(labels, dtype=np.int64)


def _decision_tree(valuations: Ints, labels: Ints, slots: Sequence[int]) -> Tree:
    """A decision tree that gives each situation its label."""
    if (labels == labels[0]).all():
        return int(labels[0])
    entropies = [_conditional_entropy(valuations[:, place], labels) for place in range(len(slots))]
    place = int(np.argmin(entropies))
    below: dict[Tree, list[int]] = {}
    for code in np.unique(valuations[:, place]):
        here = valuations[:, place] == code
        below.setdefault(_decision_tree(valuations[here], labels[here], slots), []).append(int(code))
    return (slots[place], tuple((tuple(codes), tree) for tree, codes in below.items()))


def _conditional_entropy(codes: Ints, labels: Ints) -> float:
    """The entropy of the labels that is left when the code is known, in bits; infinite where the code says nothing."""
    if (codes == codes[0]).all():
        return float("inf")
    _, both = np.unique(codes * (int(labels.max()) + 2) + labels, return_counts=True)
    _, each = np.unique(codes, return_counts=True)
    return round(float((each * np.log2(each)).sum() - (both * np.log2(both)).sum()), 6)


def _leaves(tree: Tree, guard: dict[int, tuple[int, ...]]) -> Iterator[tuple[int, Guard]]:
    """The ends of a tree with what is demanded on the way there."""
    if not isinstance(tree, tuple):
        yield tree, tuple(guard.items())
        return
    slot, below = tree
    for codes, child in below:
        yield from _leaves(child, {**guard, slot: codes})
