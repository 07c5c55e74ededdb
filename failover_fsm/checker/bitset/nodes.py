"""The nodes of all learned trees as arrays, which grow as paths are learned.

Node n reads slot `slot[n]`, and its children stand in `child` from `first[n]` on; `dense[n]` is 1 if the slot is
dense. A leaf has slot -1 and the number of its result in `first`. Tree t has its root at `child[root[t]]` and belongs
to function `number[t]`. Entries of `child` that are not learned yet are `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable

from failover_fsm.checker.bitset.columns import LateColumn
from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Pairs, Result, Step

__all__ = ["UNKNOWN", "Nodes"]

UNKNOWN = -1


class Nodes:
    """The nodes of trees that belong to numbered functions.

    Args:
        functions: how many functions there are.
        is_dense: whether a slot, or the leaf that a query is about, is dense.

    Attributes:
        trees: all trees, in the order in which they were added.
        results: every distinct result, by number.
        nothing: the number of the result "not possible".
        slot, first, child, dense: of the nodes, int64, as above.
        root, number: of the trees, int64.
        is_step: of the results, 1 for a transition.
        reads: per function, the slots and queries that its trees read.
    """

    def __init__(self, functions: int, is_dense: Callable[[int], bool]) -> None:
        self.trees: list[DecisionTree] = []
        self.results: list[Result] = []
        self.slot, self.first, self.child, self.dense = LateColumn(), LateColumn(), LateColumn(), LateColumn()
        self.root, self.number = LateColumn(), LateColumn()
        self.is_step = LateColumn()
        self.reads: list[dict[int, None]] = [{} for _ in range(functions)]
        self._is_dense = is_dense
        self._numbers: dict[Result, int] = {}
        self._children: dict[Branch, int] = {}
        self.nothing = self._result(None)

    def add_tree(self, number: int, tree: DecisionTree) -> int:
        """Add a tree of function `number` with all that it has learned; return its position in `trees`."""
        self.trees.append(tree)
        self.root.append(len(self.child))
        self.number.append(number)
        self.child.extend(1)
        self._add_all(len(self.trees) - 1)
        return len(self.trees) - 1

    def add_path(self, tree: int, reads: Pairs) -> None:
        """Add the nodes of a learned path that are new."""
        place, node = self.root.at(tree), self.trees[tree].root
        own_reads = self.reads[self.number.at(tree)]
        known = self._children  # this is an inner loop: most nodes of a path are known
        for _, code in reads:
            assert type(node) is Branch
            first = known.get(node)
            if first is None:
                own_reads.setdefault(node.slot)
                first = self._add(place, node)
            place = first + code
            node = node.children[code]
        assert type(node) is End
        self._add(place, node)

    def is_trivial(self, tree: int) -> bool:
        """Whether a tree is a single leaf with the result "not possible"."""
        root = self.trees[tree].root
        return type(root) is End and root.result is None

    def _add_all(self, tree: int) -> None:
        """Add every node of a tree."""
        root = self.trees[tree].root
        stack: list[tuple[int, Branch | End]] = [] if root is None else [(self.root.at(tree), root)]
        while stack:
            place, node = stack.pop()
            first = self._add(place, node)
            if isinstance(node, Branch):
                self.reads[self.number.at(tree)].setdefault(node.slot)
                for code, child in enumerate(node.children):
                    if child is not None and child is not NOWHERE:
                        stack.append((first + code, child))

    def _add(self, place: int, node: Branch | End) -> int:
        """Add a node at position `place` of `child` unless it is known; return the position of its children, or its
        result.
        """
        number = self.child.at(place)
        if number != UNKNOWN:
            return self.first.at(number)
        self.child.put(place, len(self.slot))
        if isinstance(node, End):
            first = self._result(node.result)
            self.slot.append(-1)
            self.dense.append(0)
        else:
            first = len(self.child)
            self.slot.append(node.slot)
            self.dense.append(int(self._is_dense(node.slot)))
            self.child.extend(len(node.children))
            self._children[node] = first
        self.first.append(first)
        return first

    def _result(self, result: Result) -> int:
        """The number of a result; a new result gets the next number."""
        number = self._numbers.setdefault(result, len(self.results))
        if number == len(self.results):
            self.results.append(result)
            self.is_step.append(isinstance(result, Step))
        return number
