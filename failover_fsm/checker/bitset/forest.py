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

from failover_fsm.checker.bitset.batches import (
    Batch,
    BatchResult,
    EquivalenceClasses,
    KeyCodes,
    Outcomes,
    RuleTransitions,
    sorted_rows,
)
from failover_fsm.checker.bitset.columns import Column
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.offset_sets import ALL_OFFSETS, OffsetSets
from failover_fsm.checker.rules.predicates import Sequel
from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Pairs, Result, Step

__all__ = ["DecisionForest"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]
UNKNOWN = -1

SMALLEST_DEDUPLICATED = 64
"""Walkers of a party of which to find out whether some are alike: fewer have walked sooner."""


class DecisionForest:
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

    def __init__(self, layout: Layout, offset_sets: OffsetSets, asked: Sequence[DecisionTree | Sequel]) -> None:
        self.trees: list[DecisionTree] = []
        self.results: list[Result] = []
        self._functions = list(asked)
        self._layout, self._offset_sets = layout, offset_sets
        self._shape = layout.packing.shape
        self._numbers: dict[Result, int] = {}
        self._assigned_reads: list[dict[int, None]] = [{} for _ in asked]
        self._step_tree_numbers: dict[tuple[int, tuple[object, ...]], int] = {}
        self._after_end: dict[tuple[int, int], tuple[int, int]] = {}
        self._slot, self._first, self._child, self._dense = Column(), Column(), Column(), Column()
        self._root, self._number = Column(), Column()
        self._reads: list[dict[int, None]] = [{} for _ in asked]
        self._in_key: dict[tuple[int, int], tuple[int, ...]] = {}
        self._nothing = self._result(None)
        self._tree = {number: self._add_tree(number, tree)
                      for number, tree in enumerate(asked) if isinstance(tree, DecisionTree)}  # fmt: skip

    def constant(self, number: int) -> bool:
        """The tree is wholly known and asks for no key slot."""
        tree = self.trees[self._tree[number]]
        return tree.complete and all(self._is_dense_slot(slot) for slot in tree.read_slots())

    def reads_of(self, number: int) -> tuple[int, ...]:
        """The leaves that the trees of this number were seen to ask for, in ascending order."""
        return tuple(sorted(dict.fromkeys(map(self._shape.base, self._reads[number]))))

    def evaluate(
        self, codes: KeyCodes, count: int, rules: Sequence[int], predicates: Sequence[int] = ()
    ) -> tuple[list[BatchResult], Outcomes]:
        """Where each of `count` keys ends in the trees of these rules, and in those of what else is wanted.

        wanted: numbers of predicates, ascending; a sequel is asked where its rule has ended.

        What is not known yet is learned.  Raises ModelError as `DecisionTree.learn`.
        """
        step_predicates: dict[int, list[int]] = {}
        for number in predicates:
            asked = self._functions[number]
            if isinstance(asked, Sequel):
                step_predicates.setdefault(asked.rule, []).append(number)
        states = [number for number in predicates if number in self._tree]
        first = sorted({*rules, *step_predicates, *states})
        results = self._evaluate_batches(codes, {number: partial(self._full_batch, count, number) for number in first})
        step_batches = {
            number: partial(self._step_batch, transitions, number)
            for rule, those in step_predicates.items()
            for transitions in [RuleTransitions.of(results[rule], self.results)]
            for number in those
            if any(tree != UNKNOWN for tree in self._step_trees(transitions, number))
        }
        reported = {**{number: results[number] for number in states}, **self._evaluate_batches(codes, step_batches)}
        return [results[rule] for rule in rules], Outcomes.concatenate(
            [reported[number].expanded() for number in sorted(reported)]
        )

    def _evaluate_batches(self, codes: KeyCodes, batch_of: Mapping[int, Callable[[], Batch]]) -> dict[int, BatchResult]:
        """Where the walkers of parties, known by their numbers, end.

        Of those that are alike in all that their trees ask only the first walks; where it turns out that more matters,
        the party sets out again.
        """
        results: dict[int, BatchResult] = {}
        left = list(batch_of)
        while left:
            counts = [self._dependency_counts(number) for number in left]
            batches = [batch_of[number]() for number in left]
            shared: dict[tuple[int, ...], EquivalenceClasses] = {}
            classes = [self._classes(number, batch, codes, shared) for number, batch in zip(left, batches, strict=True)]
            tree, key, offsets = (
                np.concatenate([getattr(batch, name)[own.first] for batch, own in zip(batches, classes, strict=True)])
                for name in ("tree", "key", "offsets")
            )
            found = self._evaluate(codes, tree, key, offsets)
            begin = 0
            for number, batch, own in zip(left, batches, classes, strict=True):
                ends = found.of_trees(number, number + 1).shifted_keys(begin)
                results[number] = BatchResult(batch.key, own, ends)
                begin += len(own.first)
            left = [
                number for number, count in zip(left, counts, strict=True) if self._dependency_counts(number) > count
            ]
        return results

    def _dependency_counts(self, number: int) -> tuple[int, int]:
        """How much is known to matter to what has this number: of the state, and of what was assigned."""
        return len(self._reads[number]), len(self._assigned_reads[number])

    def _classes(
        self, number: int, batch: Batch, codes: KeyCodes, shared: dict[tuple[int, ...], EquivalenceClasses]
    ) -> EquivalenceClasses:
        """Which walkers of a party are alike, as far as is known.

        shared: the classes of parties of all keys, by the slots that matter.
        """
        if len(batch.key) < SMALLEST_DEDUPLICATED:
            return EquivalenceClasses.each(len(batch.key))
        slots = self._key_slots(number)
        if not batch.covers_all_keys:
            return EquivalenceClasses.of(np.vstack([batch.tree, batch.offsets, codes.of(slots, batch.key)]))
        found = shared.get(slots)
        if found is None:
            found = shared[slots] = EquivalenceClasses.of(codes.of(slots, batch.key))
        return found

    def _key_slots(self, number: int) -> tuple[int, ...]:
        """The slots of the key that were asked for so far."""
        asked = len(self._reads[number])
        known = self._in_key.get((number, asked))
        if known is None:
            known = tuple(sorted(slot for slot in self._reads[number] if not self._is_dense_slot(slot)))
            self._in_key[number, asked] = known
        return known

    def recheck(self, most: int) -> None:
        """Run learned paths of everything asked once more, so many of each; see `DecisionTree.recheck`."""
        reported = self._number.data
        for number in range(len(self._functions)):
            trees = np.flatnonzero(reported == number)
            stride = max(1, -(-len(trees) // most))
            for tree in trees[::stride]:
                self.trees[int(tree)].recheck(max(1, most * stride // len(trees)))

    def _full_batch(self, count: int, number: int) -> Batch:
        """A walker for each of so many keys."""
        return Batch(
            np.full(count, self._tree[number]), np.arange(count), np.full(count, ALL_OFFSETS), covers_all_keys=True
        )

    def _step_batch(self, transitions: RuleTransitions, number: int) -> Batch:
        """The walkers that ask a sequel where the rule has ended in a step, but for those of which all is known."""
        alike: dict[int, int] = {}
        group_numbers = tuple(
            alike.setdefault(tree, len(alike)) if tree >= 0 else tree for tree in self._step_trees(transitions, number)
        )
        found = transitions.by_group.get(group_numbers)
        if found is None:
            ends, group = (
                transitions.batch_result.outcomes,
                np.array(group_numbers, dtype=np.int64)[transitions.position],
            )
            is_asked = group >= 0
            group, kept = group[is_asked], transitions.rows[is_asked]
            merged = self._merge_equal(np.zeros_like(group), ends.key[kept], group, ends.offsets[kept])
            found = transitions.by_group[group_numbers] = transitions.batch_result.classes.expanded(
                merged, transitions.batch_result.key
            )
        return Batch(np.array(list(alike), dtype=np.int64)[found.result], found.key, found.offsets)

    def _step_trees(self, transitions: RuleTransitions, number: int) -> list[int]:
        """The trees of a sequel after these steps, `UNKNOWN` for one that is known to end in nothing at once."""
        trees = [self._step_tree(number, end) for end in transitions.results]
        return [UNKNOWN if self._is_trivial(tree) else tree for tree in trees]

    def _is_trivial(self, tree: int) -> bool:
        node = self._child.at(self._root.at(tree))
        return node != UNKNOWN and self._slot.at(node) < 0 and self._first.at(node) == self._nothing

    def _step_tree(self, number: int, end: int) -> int:
        """The tree of a sequel after a step, given by its number in `results`.

        Once more is known to matter, trees that were learned without that are not used again.
        """
        assigned_reads = self._assigned_reads[number]
        known = self._after_end.get((number, end))
        if known is not None and known[0] == len(assigned_reads):
            return known[1]
        result = self.results[end]
        assert isinstance(result, Step)
        seen = (len(assigned_reads), *sorted(pair for pair in result.writes if pair[0] in assigned_reads))
        tree = self._step_tree_numbers.get((number, seen))
        if tree is None:
            sequel = self._functions[number]
            assert isinstance(sequel, Sequel)
            tree = self._step_tree_numbers[number, seen] = self._add_tree(
                number, sequel.tree(result.writes, assigned_reads)
            )
        self._after_end[number, end] = (len(assigned_reads), tree)
        return tree

    def _evaluate(self, codes: KeyCodes, tree: Ints, key: Ints, offsets: Ints) -> Outcomes:
        """Where walkers end that stand for these keys and set out at the roots of these trees, by their places."""
        item, place = np.arange(len(tree)), self._root.data[tree]
        results: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(place):
            node = self._child.data[place]
            if (node == UNKNOWN).any():
                self._learn(codes, place, tree[item], key[item], offsets, np.flatnonzero(node == UNKNOWN))
                continue
            asks, first = self._slot.data[node], self._first.data[node]
            is_leaf = asks < 0
            reported = is_leaf & (first != self._nothing)
            results.append((tree[item[reported]], item[reported], first[reported], offsets[reported]))
            inner = np.flatnonzero(~is_leaf)
            if not len(inner):
                break
            is_dense = self._dense.data[node[inner]] == 1
            step, code, offsets = self._children(codes, key[item[inner]], offsets[inner], asks[inner], is_dense)
            item, place = item[inner[step]], first[inner[step]] + code
        if not results:
            nothing = np.empty(0, dtype=np.int64)
            return Outcomes(nothing, nothing, nothing, nothing)
        tree, item, result, offsets = (np.concatenate(column) for column in zip(*results, strict=True))
        return self._merge_equal(self._number.data[tree], item, result, offsets)

    def _children(
        self, codes: KeyCodes, key: Ints, offsets: Ints, asks: Ints, is_dense: Bits
    ) -> tuple[Ints, Ints, Ints]:
        """Walkers one step down, each at a node that asks for this slot, one of the rest or of the key.

        Returns, for each way that is taken, the place of the walker, the code, and the part of its set.
        """
        by_key, by_offset = np.flatnonzero(~is_dense), np.flatnonzero(is_dense)
        place, code, subset = self._offset_sets.split(offsets[by_offset], asks[by_offset])
        return (
            np.concatenate([by_key, by_offset[place]]),
            np.concatenate([codes.at(asks[by_key], key[by_key]), code]),
            np.concatenate([offsets[by_key], subset]),
        )

    def _merge_equal(self, tree: Ints, key: Ints, result: Ints, offsets: Ints) -> Outcomes:
        """Ends that are alike joined to one."""
        tree, key, result, offsets = sorted_rows(tree, key, result, offsets)
        while True:
            same = (tree[1:] == tree[:-1]) & (key[1:] == key[:-1]) & (result[1:] == result[:-1])
            if not same.any():
                return Outcomes(tree, key, result, offsets)
            starts = np.flatnonzero(~np.concatenate([[False], same]))
            position = np.arange(len(tree)) - np.repeat(starts, np.diff(np.append(starts, len(tree))))
            later = np.flatnonzero(position % 2 == 1)
            offsets[later - 1] = self._offset_sets.unions(offsets[later - 1], offsets[later])
            kept = position % 2 == 0
            tree, key, result, offsets = tree[kept], key[kept], result[kept], offsets[kept]

    def _is_dense_slot(self, slot: int) -> bool:
        return self._shape.base(slot) in self._layout.shifts

    # -- growing ---------------------------------------------------------------------------------

    def _learn(self, codes: KeyCodes, place: Ints, tree: Ints, key: Ints, offsets: Ints, unknown: Ints) -> None:
        """Learn one path for each way that was never taken: that of the first walker there."""
        _, firsts = np.unique(place[unknown], return_index=True)
        for item in unknown[np.sort(firsts)]:
            number = int(tree[item])
            rest = self._layout.dense_codes(int(np.argmax(self._offset_sets.bits[int(offsets[item])])))
            reads = self.trees[number].learn(self._oracle(codes, int(key[item]), rest))
            self._add_path(number, reads)

    def _oracle(self, codes: KeyCodes, key: int, rest: dict[int, int]) -> Callable[[int], int]:
        """What is read in the state of a key and a rest."""

        def oracle(slot: int) -> int:
            question = self._shape.asked(slot)
            base = slot if question is None else question.leaf.number
            code = rest[base] if base in rest else codes.one(base, key)
            return code if question is None else question.table[code]

        return oracle

    def _add_tree(self, number: int, tree: DecisionTree) -> int:
        """Make room for a tree that is known by this number; return its place in `trees`."""
        self.trees.append(tree)
        self._root.append(len(self._child))
        self._number.append(number)
        self._child.extend(1)
        self._add_nodes(len(self.trees) - 1)
        return len(self.trees) - 1

    def _add_path(self, tree: int, reads: Pairs) -> None:
        """Write down the nodes of a path that are new."""
        place, node, number = self._root.at(tree), self.trees[tree].root, self._number.at(tree)
        for _, code in reads:
            assert isinstance(node, Branch)
            self._reads[number].setdefault(node.slot)
            place = self._add_node(place, node) + code
            node = node.children[code]
        assert isinstance(node, End)
        self._add_node(place, node)

    def _add_nodes(self, tree: int) -> None:
        """Write down every node of a tree."""
        stack: list[tuple[int, Branch | End | None]] = [(self._root.at(tree), self.trees[tree].root)]
        while stack:
            place, node = stack.pop()
            if node is None or node is NOWHERE:
                continue
            first = self._add_node(place, node)
            if isinstance(node, Branch):
                self._reads[self._number.at(tree)].setdefault(node.slot)
                stack.extend((first + code, child) for code, child in enumerate(node.children))

    def _add_node(self, place: int, node: Branch | End) -> int:
        """Write down a node that stands at `place`; return where its children are, or its result."""
        number = self._child.at(place)
        if number != UNKNOWN:
            return self._first.at(number)
        self._child.put(place, len(self._slot))
        if isinstance(node, End):
            first = self._result(node.result)
            self._slot.append(-1)
            self._dense.append(0)
        else:
            first = len(self._child)
            self._slot.append(node.slot)
            self._dense.append(int(self._is_dense_slot(node.slot)))
            self._child.extend(len(node.children))
        self._first.append(first)
        return first

    def _result(self, result: Result) -> int:
        number = self._numbers.setdefault(result, len(self.results))
        if number == len(self.results):
            self.results.append(result)
        return number
