"""Decision trees as arrays, so that thousands of keys walk all of them at once.

A walker is a key on its way down a tree, with the set of rests for which it takes that way.  At a node
that asks for a key slot it goes on by the key's code; at a node that asks for a rest slot it splits, one
walker a code, each with its part of the set.  All walkers of a level take a step together, in
some twenty steps they are all at the ends of their trees.  Where a way was never taken before,
the path is learned, by one run of the rule in Python.

What is asked of the steps of a rule is asked by walkers that set out where those of the rule have ended, in
a tree for what the rule has assigned there, as far as the predicate looks at that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import Classes, Codes, Found, Party, Steps, Walked, in_order
from failover_fsm.checker.bitset.columns import Column
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.masks import EVERY, Masks
from failover_fsm.checker.rules.predicates import Sequel
from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Pairs, Result, Step

__all__ = ["Forest"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]
UNKNOWN = -1

WORTH_SORTING = 64
"""Walkers of a party of which to find out whether some are alike: fewer have walked sooner."""


class Forest:
    """The trees of a search, as far as they are learned.

    asked: what has a number here: trees, those of rules first, and sequels, with a tree for what matters to them of the
        ends of their rule.
    trees: all trees, the sequels' after those of `asked`.
    results: every end met, each once.

    Node n asks for slot `_slot[n]` and has its children from `_first[n]` on in `_child`; an end asks for -1,
    and its `_first` is the number of its result.  `_splits` is 1 where a slot of the rest is asked for.  `_root` says
    where in `_child` a tree has its root, and `_number` which number in `asked` it is known by; `_asks` lists, by
    number, the slots and questions asked for.
    """

    def __init__(self, layout: Layout, masks: Masks, asked: Sequence[DecisionTree | Sequel]) -> None:
        self.trees: list[DecisionTree] = []
        self.results: list[Result] = []
        self._asked = list(asked)
        self._layout, self._masks = layout, masks
        self._shape = layout.packing.shape
        self._numbers: dict[Result, int] = {}
        self._looked: list[dict[int, None]] = [{} for _ in asked]
        self._sequels: dict[tuple[int, tuple[object, ...]], int] = {}
        self._after_end: dict[tuple[int, int], tuple[int, int]] = {}
        self._slot, self._first, self._child, self._splits = Column(), Column(), Column(), Column()
        self._root, self._number = Column(), Column()
        self._asks: list[dict[int, None]] = [{} for _ in asked]
        self._in_key: dict[tuple[int, int], tuple[int, ...]] = {}
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

    def walk(
        self, codes: Codes, count: int, rules: Sequence[int], wanted: Sequence[int] = ()
    ) -> tuple[list[Walked], Found]:
        """Where each of `count` keys ends in the trees of these rules, and in those of what else is wanted.

        wanted: numbers of predicates, ascending; a sequel is asked where its rule has ended.

        What is not known yet is learned.  Raises ModelError as `DecisionTree.learn`.
        """
        sequels: dict[int, list[int]] = {}
        for number in wanted:
            asked = self._asked[number]
            if isinstance(asked, Sequel):
                sequels.setdefault(asked.rule, []).append(number)
        states = [number for number in wanted if number in self._tree]
        first = sorted({*rules, *sequels, *states})
        ended = self._ends(codes, {number: partial(self._of_all, count, number) for number in first})
        following = {
            number: partial(self._after, steps, number)
            for rule, those in sequels.items()
            for steps in [Steps.of(ended[rule], self.results)]
            for number in those
            if any(tree != UNKNOWN for tree in self._trees(steps, number))
        }
        told = {**{number: ended[number] for number in states}, **self._ends(codes, following)}
        return [ended[rule] for rule in rules], Found.together([told[number].spread() for number in sorted(told)])

    def _ends(self, codes: Codes, setting_out: Mapping[int, Callable[[], Party]]) -> dict[int, Walked]:
        """Where the walkers of parties, known by their numbers, end.

        Of those that are alike in all that their trees ask only the first walks; where it turns out that more matters,
        the party sets out again.
        """
        ended: dict[int, Walked] = {}
        left = list(setting_out)
        while left:
            known = [self._matters(number) for number in left]
            parties = [setting_out[number]() for number in left]
            shared: dict[tuple[int, ...], Classes] = {}
            classes = [self._classes(number, party, codes, shared) for number, party in zip(left, parties, strict=True)]
            tree, key, mask = (
                np.concatenate([getattr(party, name)[own.first] for party, own in zip(parties, classes, strict=True)])
                for name in ("tree", "key", "mask")
            )
            found = self._down(codes, tree, key, mask)
            begin = 0
            for number, party, own in zip(left, parties, classes, strict=True):
                ends = found.of_trees(number, number + 1).counted_from(begin)
                ended[number] = Walked(party.key, own, ends)
                begin += len(own.first)
            left = [number for number, before in zip(left, known, strict=True) if self._matters(number) > before]
        return ended

    def _matters(self, number: int) -> tuple[int, int]:
        """How much is known to matter to what has this number: of the state, and of what was assigned."""
        return len(self._asks[number]), len(self._looked[number])

    def _classes(self, number: int, party: Party, codes: Codes, shared: dict[tuple[int, ...], Classes]) -> Classes:
        """Which walkers of a party are alike, as far as is known.

        shared: the classes of parties of all keys, by the slots that matter.
        """
        if len(party.key) < WORTH_SORTING:
            return Classes.each(len(party.key))
        slots = self._key_slots(number)
        if not party.of_all:
            return Classes.of(np.vstack([party.tree, party.mask, codes.of(slots, party.key)]))
        found = shared.get(slots)
        if found is None:
            found = shared[slots] = Classes.of(codes.of(slots, party.key))
        return found

    def _key_slots(self, number: int) -> tuple[int, ...]:
        """The slots of the key that were asked for so far."""
        asked = len(self._asks[number])
        known = self._in_key.get((number, asked))
        if known is None:
            known = tuple(sorted(slot for slot in self._asks[number] if not self._in_rest(slot)))
            self._in_key[number, asked] = known
        return known

    def recheck(self, most: int) -> None:
        """Run learned paths of everything asked once more, so many of each; see `DecisionTree.recheck`."""
        told = self._number.data
        for number in range(len(self._asked)):
            trees = np.flatnonzero(told == number)
            stride = max(1, -(-len(trees) // most))
            for tree in trees[::stride]:
                self.trees[int(tree)].recheck(max(1, most * stride // len(trees)))

    def _of_all(self, count: int, number: int) -> Party:
        """A walker for each of so many keys."""
        return Party(np.full(count, self._tree[number]), np.arange(count), np.full(count, EVERY), of_all=True)

    def _after(self, steps: Steps, number: int) -> Party:
        """The walkers that ask a sequel where the rule has ended in a step, but for those of which all is known."""
        alike: dict[int, int] = {}
        groups = tuple(alike.setdefault(tree, len(alike)) if tree >= 0 else tree for tree in self._trees(steps, number))
        found = steps.grouped.get(groups)
        if found is None:
            ends, group = steps.walked.ends, np.array(groups, dtype=np.int64)[steps.place]
            is_asked = group >= 0
            group, kept = group[is_asked], steps.kept[is_asked]
            merged = self._merged(np.zeros_like(group), ends.key[kept], group, ends.mask[kept])
            found = steps.grouped[groups] = steps.walked.classes.spread(merged, steps.walked.key)
        return Party(np.array(list(alike), dtype=np.int64)[found.result], found.key, found.mask)

    def _trees(self, steps: Steps, number: int) -> list[int]:
        """The trees of a sequel after these steps, `UNKNOWN` for one that is known to end in nothing at once."""
        trees = [self._sequel(number, end) for end in steps.ends]
        return [UNKNOWN if self._is_dull(tree) else tree for tree in trees]

    def _is_dull(self, tree: int) -> bool:
        node = self._child.at(self._root.at(tree))
        return node != UNKNOWN and self._slot.at(node) < 0 and self._first.at(node) == self._nothing

    def _sequel(self, number: int, end: int) -> int:
        """The tree of a sequel after a step, given by its number in `results`.

        Once more is known to matter, trees that were learned without that are not used again.
        """
        looked = self._looked[number]
        known = self._after_end.get((number, end))
        if known is not None and known[0] == len(looked):
            return known[1]
        result = self.results[end]
        assert isinstance(result, Step)
        seen = (len(looked), *sorted(pair for pair in result.writes if pair[0] in looked))
        tree = self._sequels.get((number, seen))
        if tree is None:
            sequel = self._asked[number]
            assert isinstance(sequel, Sequel)
            tree = self._sequels[number, seen] = self._plant(number, sequel.tree(result.writes, looked))
        self._after_end[number, end] = (len(looked), tree)
        return tree

    def _down(self, codes: Codes, tree: Ints, key: Ints, mask: Ints) -> Found:
        """Where walkers end that stand for these keys and set out at the roots of these trees, by their places."""
        walker, place = np.arange(len(tree)), self._root.data[tree]
        ended: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(place):
            node = self._child.data[place]
            if (node == UNKNOWN).any():
                self._learn(codes, place, tree[walker], key[walker], mask, np.flatnonzero(node == UNKNOWN))
                continue
            asks, first = self._slot.data[node], self._first.data[node]
            over = asks < 0
            told = over & (first != self._nothing)
            ended.append((tree[walker[told]], walker[told], first[told], mask[told]))
            going = np.flatnonzero(~over)
            if not len(going):
                break
            at_rest = self._splits.data[node[going]] == 1
            step, code, mask = self._onward(codes, key[walker[going]], mask[going], asks[going], at_rest)
            walker, place = walker[going[step]], first[going[step]] + code
        if not ended:
            nothing = np.empty(0, dtype=np.int64)
            return Found(nothing, nothing, nothing, nothing)
        tree, walker, result, mask = (np.concatenate(column) for column in zip(*ended, strict=True))
        return self._merged(self._number.data[tree], walker, result, mask)

    def _onward(self, codes: Codes, key: Ints, mask: Ints, asks: Ints, at_rest: Bits) -> tuple[Ints, Ints, Ints]:
        """Walkers one step down, each at a node that asks for this slot, one of the rest or of the key.

        Returns, for each way that is taken, the place of the walker, the code, and the part of its set.
        """
        by_key, by_rest = np.flatnonzero(~at_rest), np.flatnonzero(at_rest)
        place, code, part = self._masks.ways(mask[by_rest], asks[by_rest])
        return (
            np.concatenate([by_key, by_rest[place]]),
            np.concatenate([codes.at(asks[by_key], key[by_key]), code]),
            np.concatenate([mask[by_key], part]),
        )

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
            code = rest[base] if base in rest else codes.one(base, key)
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
        place, node, number = self._root.at(tree), self.trees[tree].root, self._number.at(tree)
        for _, code in reads:
            assert isinstance(node, Branch)
            self._asks[number].setdefault(node.slot)
            place = self._enter(place, node) + code
            node = node.children[code]
        assert isinstance(node, End)
        self._enter(place, node)

    def _enter_all(self, tree: int) -> None:
        """Write down every node of a tree."""
        stack: list[tuple[int, Branch | End | None]] = [(self._root.at(tree), self.trees[tree].root)]
        while stack:
            place, node = stack.pop()
            if node is None or node is NOWHERE:
                continue
            first = self._enter(place, node)
            if isinstance(node, Branch):
                self._asks[self._number.at(tree)].setdefault(node.slot)
                stack.extend((first + code, child) for code, child in enumerate(node.children))

    def _enter(self, place: int, node: Branch | End) -> int:
        """Write down a node that stands at `place`; return where its children are, or its result."""
        number = self._child.at(place)
        if number != UNKNOWN:
            return self._first.at(number)
        self._child.put(place, len(self._slot))
        if isinstance(node, End):
            first = self._result(node.result)
            self._slot.append(-1)
            self._splits.append(0)
        else:
            first = len(self._child)
            self._slot.append(node.slot)
            self._splits.append(int(self._in_rest(node.slot)))
            self._child.extend(len(node.children))
        self._first.append(first)
        return first

    def _result(self, result: Result) -> int:
        number = self._numbers.setdefault(result, len(self.results))
        if number == len(self.results):
            self.results.append(result)
        return number
