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

from failover_fsm.checker.bitset.reached import Space
from failover_fsm.checker.rules.rule_tree import DecisionTree, Pairs, Result, Step

__all__ = ["Demands", "Reached", "Way"]

Ints = NDArray[np.int64]

Demands = tuple[tuple[int, tuple[int, ...]], ...]
"""Slots, each with the codes that it may have, fewer than all."""

Way = tuple[Pairs, Demands]
"""What a rule assigns, and where."""

NOTHING = -1
"""The end of states in which a rule is not possible."""

WORD = 62
"""Bits of codes that fit a number."""

Tree = Any
"""The number of an end, or a slot with, per group of its codes, what is below."""


@attrs.frozen(eq=False)
class Reached:
    """The codes of all reached states, one column a slot.

    changing: the slots that do not have one code in all of them.
    """

    columns: tuple[NDArray[np.uint16], ...]
    changing: tuple[int, ...]

    @classmethod
    def of(cls, space: Space) -> Reached:
        """The reached states of a search."""
        layout, rows = space.layout, space.reached
        keys = space.edges.keys.rows(np.arange(len(rows)))
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

    def ways(self, tree: DecisionTree) -> Iterator[Way]:
        """The ways on which a rule is possible, those with the same assignments one after the other."""
        base, read = tree.shape.base, tree.read_slots()
        slots = [slot for slot in dict.fromkeys(map(base, read)) if slot in self.changing]
        situations = self._situations(slots)
        ends, labels = self._ends(tree, slots, situations)
        found: dict[int, list[Demands]] = {}
        for end, demands in _leaves(_grown(situations, labels, slots), {}):
            found.setdefault(end, []).append(demands)
        for end, places in found.items():
            yield from ((ends[end], demands) for demands in places if end != NOTHING)

    def _situations(self, slots: Sequence[int]) -> Ints:
        """The combinations of codes that these slots have in reached states, one row each."""
        words: list[Ints] = [np.zeros(len(self.columns[0]), dtype=np.int64)]
        shift = 0
        places = []
        for slot in slots:
            column = self.columns[slot].astype(np.int64)
            width = max(1, int(column.max()).bit_length())
            if shift + width > WORD:
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

    def _ends(self, tree: DecisionTree, slots: Sequence[int], situations: Ints) -> tuple[list[Pairs], Ints]:
        """What the rule assigns in the end, each once, and the number of it in each situation."""
        codes = [int(column[0]) for column in self.columns]
        numbers: dict[Pairs, int] = {}
        labels = []
        for situation in situations.tolist():
            for slot, code in zip(slots, situation, strict=True):
                codes[slot] = code
            result: Result = tree.result(codes)
            if isinstance(result, Step):
                writes = tuple((slot, code) for slot, code in result.writes if slot in self.changing)
                labels.append(numbers.setdefault(writes, len(numbers)))
            else:
                labels.append(NOTHING)
        return list(numbers), np.array(labels, dtype=np.int64)


def _grown(situations: Ints, labels: Ints, slots: Sequence[int]) -> Tree:
    """A decision tree that gives each situation its label."""
    if (labels == labels[0]).all():
        return int(labels[0])
    doubts = [_doubt(situations[:, place], labels) for place in range(len(slots))]
    place = int(np.argmin(doubts))
    below: dict[Tree, list[int]] = {}
    for code in np.unique(situations[:, place]):
        here = situations[:, place] == code
        below.setdefault(_grown(situations[here], labels[here], slots), []).append(int(code))
    return (slots[place], tuple((tuple(codes), tree) for tree, codes in below.items()))


def _doubt(codes: Ints, labels: Ints) -> float:
    """The entropy of the labels that is left when the code is known, in bits; infinite where the code says nothing."""
    if (codes == codes[0]).all():
        return float("inf")
    _, both = np.unique(codes * (int(labels.max()) + 2) + labels, return_counts=True)
    _, each = np.unique(codes, return_counts=True)
    return round(float((each * np.log2(each)).sum() - (both * np.log2(both)).sum()), 6)


def _leaves(tree: Tree, demanded: dict[int, tuple[int, ...]]) -> Iterator[tuple[int, Demands]]:
    """The ends of a tree with what is demanded on the way there."""
    if not isinstance(tree, tuple):
        yield tree, tuple(demanded.items())
        return
    slot, below = tree
    for codes, child in below:
        yield from _leaves(child, {**demanded, slot: codes})
