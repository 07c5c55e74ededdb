"""Minimise guards for export, treating unreached states as don't-cares.

A path of a rule lists what the rule read, in its own order. In the reachable states most of that is implied by less,
and fields that never change need no mention. So each rule becomes a new decision tree that separates the reached states
with few tests: at each node the slot with the least conditional entropy of the result is tested (greedy). Leaving tests
out can only make a guard weaker, never lose a step of a reached state: another checker still finds every learned step,
including one that the search overlooked.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.export.graphs import DISABLED, Decision, Graph, Graphs
from failover_fsm.checker.rules.rule_tree import DecisionTree, Pairs, Result, Step

__all__ = ["ReachedCodes"]

Ints = NDArray[np.int64]

PACKED_BITS = 62
"""Bits of codes that are packed into one int64."""


@attrs.frozen(eq=False)
class ReachedCodes:
    """The codes of all reached states, by slot.

    Attributes:
        columns: the code of each slot in each state; each of shape (n_states,), uint16.
        changing: the slots that have more than one code.
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
        """The code of a slot in the first state: the only one if it never changes."""
        return int(self.columns[slot][0])

    def decision(self, tree: DecisionTree) -> Decision:
        """What a rule does in the reached states, with few tests; other states may take any way."""
        base, read = tree.shape.base, tree.read_slots()
        slots = [slot for slot in dict.fromkeys(map(base, read)) if slot in self.changing]
        valuations = self._valuations(slots)
        effects, labels = self._labels(tree, slots, valuations)
        return Decision(tuple(effects), _decision_graph(Graphs(), valuations, labels, slots))

    def _valuations(self, slots: Sequence[int]) -> Ints:
        """The distinct valuations of these slots in reached states, shape (n_valuations, n_slots), int64."""
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
        """The distinct assignments of the rule, and the number of the assignment for each valuation, shape
        (n_valuations,), int64.
        """
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


def _decision_graph(graphs: Graphs, valuations: Ints, labels: Ints, slots: Sequence[int]) -> Graph:
    """A graph that maps each valuation, shape (n_valuations, n_slots), to its label."""
    if (labels == labels[0]).all():
        return int(labels[0])
    entropies = [_conditional_entropy(valuations[:, place], labels) for place in range(len(slots))]
    place = int(np.argmin(entropies))
    children = []
    for code in np.unique(valuations[:, place]):
        here = valuations[:, place] == code
        children.append((int(code), _decision_graph(graphs, valuations[here], labels[here], slots)))
    return graphs.test(slots[place], children)


def _conditional_entropy(codes: Ints, labels: Ints) -> float:
    """The entropy of the labels given the codes, in bits, times the number of valuations; infinite if the codes are all
    equal.

    Args:
        codes, labels: shape (n_valuations,), int64.
    """
    if (codes == codes[0]).all():
        return float("inf")
    _, both = np.unique(codes * (int(labels.max()) + 2) + labels, return_counts=True)
    _, each = np.unique(codes, return_counts=True)
    return round(float((each * np.log2(each)).sum() - (both * np.log2(both)).sum()), 6)
