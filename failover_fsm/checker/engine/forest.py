"""Decision trees as arrays, so that thousands of keys walk all of them at once.

A walker is a key on its way down a tree, with the set of rests for which it takes that way.  At a node
that asks for a key slot it goes on by the key's code; at a node that asks for a rest slot it splits, one
walker a code, each with its part of the set.  All walkers of a level take a step together, in
some twenty steps they are all at the ends of their trees.  Where a way was never taken before,
the path is learned, by one run of the rule in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.layout import Layout
from failover_fsm.checker.engine.masks import EVERY, Masks
from failover_fsm.checker.learned import NOWHERE, Branch, DecisionTree, End, Pairs, Result
from failover_fsm.draft import Shape

__all__ = ["Codes", "Forest", "Found"]

Ints = NDArray[np.int64]
UNKNOWN = -1


class Codes(dict[int, Ints]):
    """Per key slot, the codes of some keys; of questions about a key slot the answers, worked out when needed."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape

    def __missing__(self, slot: int) -> Ints:
        question = self._shape.asked(slot)
        if question is None:
            raise KeyError(slot)
        answers = np.array(question.table, dtype=np.int64)[self[question.leaf.number]]
        self[slot] = answers
        return answers


@attrs.frozen(eq=False)
class Found:
    """Where keys end in trees, in order of tree and key: for the rests `mask`, key `key` ends in `result`."""

    tree: Ints
    key: Ints
    result: Ints
    mask: Ints

    def of_trees(self, first: int, after: int) -> Found:
        """What was found in the trees from number `first` to before number `after`."""
        begin, end = np.searchsorted(self.tree, [first, after])
        return self._take(slice(int(begin), int(end)))

    def only(self, results: Ints) -> Found:
        """What ends in these results, which are ascending."""
        return self._take(np.isin(self.result, results))

    def _take(self, places: slice | NDArray[np.bool_]) -> Found:
        return Found(self.tree[places], self.key[places], self.result[places], self.mask[places])


class Forest:
    """The trees of a search, as far as they are learned.

    results: every end met, each once.

    Node n asks for slot `_slot[n]` and has its children from `_first[n]` on in `_child`; an end asks for -1,
    and its `_first` is the number of its result.  The first places of `_child` hold the roots, tree by tree.
    """

    def __init__(self, layout: Layout, masks: Masks, trees: Sequence[DecisionTree]) -> None:
        self.trees = list(trees)
        self.results: list[Result] = []
        self._layout, self._masks = layout, masks
        self._shape = layout.packing.shape
        self._numbers: dict[Result, int] = {}
        self._slot, self._first, self._child = _Column(), _Column(), _Column()
        self._child.extend(len(self.trees))
        for number in range(len(self.trees)):
            self._enter_all(number)

    def constant(self, tree: int) -> bool:
        """The tree is wholly known and asks for no key slot."""
        slots = self.trees[tree].read_slots()
        return self.trees[tree].complete and all(self._in_rest(slot) for slot in slots)

    def walk(self, codes: Codes, count: int, trees: Sequence[int]) -> Found:
        """Where each of `count` keys ends in each of these trees; what is not known yet is learned.

        Raises ModelError as `DecisionTree.learn`.
        """
        place = np.repeat(np.array(trees, dtype=np.int64), count)
        tree, key = place.copy(), np.tile(np.arange(count), len(trees))
        mask = np.full(len(place), EVERY, dtype=np.int64)
        ended: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(place):
            node = self._child.data[place]
            if (node == UNKNOWN).any():
                self._learn(codes, place, tree, key, mask, np.flatnonzero(node == UNKNOWN))
                continue
            asks, first = self._slot.data[node], self._first.data[node]
            over = asks < 0
            ended.append((tree[over], key[over], first[over], mask[over]))
            walkers = np.flatnonzero(~over)
            if not len(walkers):
                break
            tree, key, mask, place = self._onward(
                codes, tree[walkers], key[walkers], mask[walkers], asks[walkers], first[walkers]
            )
        if not ended:
            nothing = np.empty(0, dtype=np.int64)
            return Found(nothing, nothing, nothing, nothing)
        return self._merged(*(np.concatenate(column) for column in zip(*ended, strict=True)))

    def _onward(
        self, codes: Codes, tree: Ints, key: Ints, mask: Ints, asks: Ints, first: Ints
    ) -> tuple[Ints, Ints, Ints, Ints]:
        """All walkers one step down: their trees, keys and sets, and where in `children` they are."""
        moved: list[tuple[Ints, Ints, Ints]] = []
        for slot in map(int, np.unique(asks)):
            here = np.flatnonzero(asks == slot)
            if not self._in_rest(slot):
                moved.append((here, codes[slot][key[here]], mask[here]))
                continue
            here = here[np.argsort(mask[here], kind="stable")]
            starts = np.flatnonzero(np.diff(mask[here], prepend=-1))
            for those in np.split(here, starts[1:]):
                ways, parts = self._masks.ways(int(mask[those[0]]), slot)
                moved.append((np.repeat(those, len(ways)), np.tile(ways, len(those)), np.tile(parts, len(those))))
        source, code, part = (np.concatenate(column) for column in zip(*moved, strict=True))
        return tree[source], key[source], part, first[source] + code

    def _merged(self, tree: Ints, key: Ints, result: Ints, mask: Ints) -> Found:
        """Ends that are alike joined to one."""
        order = np.lexsort((mask, result, key, tree))
        tree, key, result, mask = tree[order], key[order], result[order], mask[order]
        while True:
            same = (tree[1:] == tree[:-1]) & (key[1:] == key[:-1]) & (result[1:] == result[:-1])
            if not same.any():
                return Found(tree, key, result, mask)
            starts = np.flatnonzero(~np.concatenate([[False], same]))
            position = np.arange(len(tree)) - np.repeat(starts, np.diff(np.append(starts, len(tree))))
            later = np.flatnonzero(position % 2 == 1)
            mask[later - 1] = self._masks.unions(mask[later - 1], mask[later])
            kept = position % 2 == 0
            tree, key, result, mask = tree[kept], key[kept], result[kept], mask[kept]

    def _in_rest(self, slot: int) -> bool:
        return self._shape.base(slot) in self._layout.shifts

    # -- growing ---------------------------------------------------------------------------------

    def _learn(self, codes: Codes, place: Ints, tree: Ints, key: Ints, mask: Ints, unknown: Ints) -> None:
        """Learn one path for each way that was never taken: that of the first walker there."""
        _, firsts = np.unique(place[unknown], return_index=True)
        for walker in unknown[np.sort(firsts)]:
            number = int(tree[walker])
            rest = self._layout.rest_codes(int(np.argmax(self._masks.bits[int(mask[walker])])))
            reads = self.trees[number].learn(self._oracle(codes, int(key[walker]), rest))
            self._enter_path(number, reads)

    def _oracle(self, codes: Codes, key: int, rest: dict[int, int]) -> Callable[[int], int]:
        """What is read in the state of a key and a rest."""

        def oracle(slot: int) -> int:
            question = self._shape.asked(slot)
            base = slot if question is None else question.leaf.number
            code = rest[base] if base in rest else int(codes[base][key])
            return code if question is None else question.table[code]

        return oracle

    def _enter_path(self, tree: int, reads: Pairs) -> None:
        """Write down the nodes of a path that are new."""
        place, node = tree, self.trees[tree].root
        for _, code in reads:
            assert isinstance(node, Branch)
            place = self._enter(place, node) + code
            node = node.children[code]
        assert isinstance(node, End)
        self._enter(place, node)

    def _enter_all(self, tree: int) -> None:
        """Write down every node of a tree."""
        stack: list[tuple[int, Branch | End | None]] = [(tree, self.trees[tree].root)]
        while stack:
            place, node = stack.pop()
            if node is None or node is NOWHERE:
                continue
            first = self._enter(place, node)
            if isinstance(node, Branch):
                stack.extend((first + code, child) for code, child in enumerate(node.children))

    def _enter(self, place: int, node: Branch | End) -> int:
        """Write down a node that stands at `place`; return where its children are, or its result."""
        number = int(self._child.data[place])
        if number != UNKNOWN:
            return int(self._first.data[number])
        self._child.data[place] = len(self._slot)
        if isinstance(node, End):
            first = self._result(node.result)
            self._slot.append(-1)
        else:
            first = len(self._child)
            self._slot.append(node.slot)
            self._child.extend(len(node.children))
        self._first.append(first)
        return first

    def _result(self, result: Result) -> int:
        number = self._numbers.setdefault(result, len(self.results))
        if number == len(self.results):
            self.results.append(result)
        return number


class _Column:
    """Numbers in a row that grows."""

    def __init__(self) -> None:
        self.data: Ints = np.full(1024, UNKNOWN, dtype=np.int64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, value: int) -> None:
        """One more number."""
        self.extend(1)
        self.data[self._size - 1] = value

    def extend(self, many: int) -> None:
        """So many more numbers, unknown ones."""
        self._size += many
        if self._size > len(self.data):
            larger = np.full(2 * self._size, UNKNOWN, dtype=np.int64)
            larger[: len(self.data)] = self.data
            self.data = larger
