"""Decision trees as arrays, so that thousands of keys walk all of them at once.

A walker is a key on its way down a tree, with the set of rests for which it takes that way.  At a node
that asks for a key slot it goes on by the key's code; at a node that asks for a rest slot it splits, one
walker a code, each with its part of the set.  All walkers of a level take a step together, in
some twenty steps they are all at the ends of their trees.  Where a way was never taken before,
the path is learned, by one run of the rule in Python.

What is asked of the steps of a rule is asked by walkers that set out where those of the rule have ended, each in
a tree of its own for what the rule has assigned there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.layout import Layout
from failover_fsm.checker.engine.masks import EVERY, Masks
from failover_fsm.checker.engine.walkers import Classes, Codes, Found, Party, in_order
from failover_fsm.checker.learned import NOWHERE, Branch, DecisionTree, End, Pairs, Result, Step
from failover_fsm.checker.predicates import Sequel

__all__ = ["Forest"]

Ints = NDArray[np.int64]
UNKNOWN = -1


class Forest:
    """The trees of a search, as far as they are learned.

    asked: what has a number here: trees, those of rules first, and sequels, with a tree for each end of their rule.
    trees: all trees, the sequels' after those of `asked`.
    results: every end met, each once.

    Node n asks for slot `_slot[n]` and has its children from `_first[n]` on in `_child`; an end asks for -1,
    and its `_first` is the number of its result.  `_root` says where in `_child` a tree has its root, and
    `_number` which number in `asked` it is known by; `_asks` lists, by number, the slots and questions asked for.
    """

    def __init__(self, layout: Layout, masks: Masks, asked: Sequence[DecisionTree | Sequel]) -> None:
        self.trees: list[DecisionTree] = []
        self.results: list[Result] = []
        self._asked = list(asked)
        self._layout, self._masks = layout, masks
        self._shape = layout.packing.shape
        self._numbers: dict[Result, int] = {}
        self._sequels: dict[tuple[int, int], int] = {}
        self._slot, self._first, self._child = _Column(), _Column(), _Column()
        self._root, self._number = _Column(), _Column()
        self._asks: list[dict[int, None]] = [{} for _ in asked]
        self._nothing = self._result(None)
        self._tree = {number: self._plant(number, tree)
                      for number, tree in enumerate(asked) if isinstance(tree, DecisionTree)}  # fmt: skip

    def constant(self, number: int) -> bool:
        """The tree is wholly known and asks for no key slot."""
        tree = self.trees[self._tree[number]]
        return tree.complete and all(self._in_rest(slot) for slot in tree.read_slots())

    def reads_of(self, number: int) -> tuple[int, ...]:
        """The leaves that the trees of this number were seen to ask for, in ascending order."""
        return tuple(sorted(dict.fromkeys(map(self._shape.base, self._asks[number]))))

    def walk(self, codes: Codes, count: int, numbers: Sequence[int]) -> Found:
        """Where each of `count` keys ends in the trees of these numbers, and of the rules that their sequels follow.

        What is not known yet is learned.  Raises ModelError as `DecisionTree.learn`.
        """
        sequels: dict[int, list[int]] = {}
        for number in numbers:
            asked = self._asked[number]
            if isinstance(asked, Sequel):
                sequels.setdefault(asked.rule, []).append(number)
        first = sorted({*sequels, *(number for number in numbers if number in self._tree)})
        every = np.arange(count)
        found = self._ends(codes, [
            Party(number, np.full(count, self._tree[number]), every, np.full(count, EVERY)) for number in first
        ])  # fmt: skip
        following = [party for rule, those in sequels.items() for party in self._setting_out(found, rule, those)]
        return found.joined(self._ends(codes, following)) if following else found

    def _ends(self, codes: Codes, parties: Sequence[Party]) -> Found:
        """Where the walkers of these parties, in order of their numbers, end.

        Of those that are alike in all that their trees ask only the first walks; where a tree learns to ask more,
        its party sets out again.
        """
        classes: dict[int, Classes] = {}
        ended: dict[int, Found] = {}
        left = list(parties)
        while left:
            asked = [len(self._asks[party.number]) for party in left]
            for party in left:
                slots = [slot for slot in self._asks[party.number] if not self._in_rest(slot)]
                columns = [party.tree - party.tree.min(initial=0), party.mask]
                columns += [codes[slot][party.key] for slot in slots]
                classes[party.number] = Classes.of(columns)
            firsts = [classes[party.number].first for party in left]
            tree, key, mask = (
                np.concatenate([getattr(party, name)[first] for party, first in zip(left, firsts, strict=True)])
                for name in ("tree", "key", "mask")
            )
            found = self._down(codes.at(key), tree, np.arange(len(key)), mask)
            begin = 0
            for party, first in zip(left, firsts, strict=True):
                ended[party.number] = found.of_trees(party.number, party.number + 1).counted_from(begin)
                begin += len(first)
            left = [party for party, many in zip(left, asked, strict=True) if len(self._asks[party.number]) > many]
        return Found.together([classes[party.number].spread(ended[party.number], party.key) for party in parties])

    def recheck(self, most: int) -> None:
        """Run learned paths of everything asked once more, so many of each; see `DecisionTree.recheck`."""
        told = self._number.data[: len(self._number)]
        for number in range(len(self._asked)):
            trees = np.flatnonzero(told == number)
            stride = max(1, -(-len(trees) // most))
            for tree in trees[::stride]:
                self.trees[int(tree)].recheck(max(1, most * stride // len(trees)))

    def _setting_out(self, found: Found, rule: int, sequels: Sequence[int]) -> Iterator[Party]:
        """The walkers that ask these sequels where the rule has ended."""
        ended = found.of_trees(rule, rule + 1)
        ends, places = np.unique(ended.result, return_inverse=True)
        is_step = np.array([isinstance(self.results[int(end)], Step) for end in ends], dtype=np.bool_)
        kept = is_step[places]
        place = (np.cumsum(is_step) - 1)[places[kept]]
        for number in sequels:
            trees = np.array([self._sequel(number, int(end)) for end in ends[is_step]], dtype=np.int64)
            yield Party(number, trees[place], ended.key[kept], ended.mask[kept])

    def _sequel(self, number: int, end: int) -> int:
        """The tree of a sequel after an end of its rule."""
        tree = self._sequels.get((number, end))
        if tree is None:
            sequel, result = self._asked[number], self.results[end]
            assert isinstance(sequel, Sequel) and isinstance(result, Step)
            tree = self._sequels[number, end] = self._plant(number, sequel.tree(result.writes))
        return tree

    def _down(self, codes: Codes, tree: Ints, key: Ints, mask: Ints) -> Found:
        """Where walkers end that set out at the roots of these trees."""
        place = self._root.data[tree]
        ended: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(place):
            node = self._child.data[place]
            if (node == UNKNOWN).any():
                self._learn(codes, place, tree, key, mask, np.flatnonzero(node == UNKNOWN))
                continue
            asks, first = self._slot.data[node], self._first.data[node]
            over = asks < 0
            told = over & (first != self._nothing)
            ended.append((tree[told], key[told], first[told], mask[told]))
            walkers = np.flatnonzero(~over)
            if not len(walkers):
                break
            tree, key, mask, place = self._onward(
                codes, tree[walkers], key[walkers], mask[walkers], asks[walkers], first[walkers]
            )
        if not ended:
            nothing = np.empty(0, dtype=np.int64)
            return Found(nothing, nothing, nothing, nothing)
        tree, key, result, mask = (np.concatenate(column) for column in zip(*ended, strict=True))
        return self._merged(self._number.data[tree], key, result, mask)

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
        tree, key, result, mask = in_order(tree, key, result, mask)
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

    def _plant(self, number: int, tree: DecisionTree) -> int:
        """Make room for a tree that is known by this number; return its place in `trees`."""
        self.trees.append(tree)
        self._root.append(len(self._child))
        self._number.append(number)
        self._child.extend(1)
        self._enter_all(len(self.trees) - 1)
        return len(self.trees) - 1

    def _enter_path(self, tree: int, reads: Pairs) -> None:
        """Write down the nodes of a path that are new."""
        place, node, number = int(self._root.data[tree]), self.trees[tree].root, int(self._number.data[tree])
        for _, code in reads:
            assert isinstance(node, Branch)
            self._asks[number].setdefault(node.slot)
            place = self._enter(place, node) + code
            node = node.children[code]
        assert isinstance(node, End)
        self._enter(place, node)

    def _enter_all(self, tree: int) -> None:
        """Write down every node of a tree."""
        stack: list[tuple[int, Branch | End | None]] = [(int(self._root.data[tree]), self.trees[tree].root)]
        while stack:
            place, node = stack.pop()
            if node is None or node is NOWHERE:
                continue
            first = self._enter(place, node)
            if isinstance(node, Branch):
                self._asks[int(self._number.data[tree])].setdefault(node.slot)
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
