"""The decision forest: all learned trees as arrays, so that thousands of keys are evaluated in all of them at once.

The *front* is the list of items (tree, sparse key, offset set) with the node that each has arrived at. A node that
reads a sparse slot sends the item on by the code of its key; a node that reads a dense slot splits the item, one per
code, each with the matching subset of its offsets. The whole front advances by one level of the trees at a time; after
some twenty levels all items are at leaves. Where a branch was never taken before, its path is learned by one run of the
rule in Python.

Predicates of steps are evaluated from the results of their rule, in one tree for each distinct assignment as far as the
predicate reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import (
    SMALLEST_DEDUPLICATED,
    Batch,
    BatchResult,
    EquivalenceClasses,
    KeyCodes,
    Outcomes,
    RuleTransitions,
    merged,
)
from failover_fsm.checker.bitset.kept_trees import KeptTrees
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.nodes import UNKNOWN, Nodes
from failover_fsm.checker.bitset.offset_sets import ALL_OFFSETS, OffsetSets
from failover_fsm.checker.rules.predicates import Sequel
from failover_fsm.checker.rules.rule_tree import DecisionTree, Step

__all__ = ["DecisionForest"]

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]


class DecisionForest:
    """The trees of a search, as far as they are learned.

    `_nodes` has the trees as arrays, `_assigned_reads[f]` the slots whose assignment by the step the predicate of
    function f reads.

    Args:
        layout: of the states.
        offset_sets: the sets of dense offsets.
        functions: the rules, then predicate trees and step predicates, numbered in this order; a step
            predicate owns one tree per distinct rule result.
        check: called before each run of a rule or predicate; may raise to give up.
        kept: trees of step predicates from an earlier search.

    Attributes:
        trees: all trees; those of step predicates follow those given.
        results: every distinct result, by number.
    """

    def __init__(
        self,
        layout: Layout,
        offset_sets: OffsetSets,
        functions: Sequence[DecisionTree | Sequel],
        check: Callable[[], object] = lambda: None,
        kept: KeptTrees | None = None,
    ) -> None:
        self._functions = list(functions)
        self._check = check
        self._layout, self._offset_sets = layout, offset_sets
        self._shape = layout.packing.shape
        self._assigned_reads: list[dict[int, None]] = [{} for _ in functions]
        self._step_tree_numbers: dict[tuple[int, tuple[object, ...]], int] = {}
        self._after_end: dict[tuple[int, int], dict[int, int]] = {}
        self._nodes = Nodes(len(functions), self._is_dense_slot)
        self.trees, self.results, self._reads = self._nodes.trees, self._nodes.results, self._nodes.reads
        self._in_key: dict[tuple[int, int], tuple[int, ...]] = {}
        self._tree = {number: self._add_tree(number, tree)
                      for number, tree in enumerate(functions) if isinstance(tree, DecisionTree)}  # fmt: skip

        for number, function in enumerate(functions):
            if isinstance(function, Sequel) and kept is not None:
                for writes, tree in kept.of_steps(function, self._assigned_reads[number]):
                    seen = (len(self._assigned_reads[number]), *writes)
                    self._step_tree_numbers[number, seen] = self._add_tree(number, tree)

    def __len__(self) -> int:
        """How many nodes all trees have."""
        return len(self._nodes.slot)

    def learned(self) -> tuple[list[DecisionTree], dict[Sequel, tuple[list[int], list[tuple[Any, DecisionTree]]]]]:
        """The trees of rules and state predicates; of step predicates the slots they read, and trees by assignment."""
        steps = {function: (list(reads), list[tuple[Any, DecisionTree]]())
                 for function, reads in zip(self._functions, self._assigned_reads, strict=True)
                 if isinstance(function, Sequel)}  # fmt: skip
        for (number, (size, *writes)), tree in self._step_tree_numbers.items():
            function = self._functions[number]
            if isinstance(function, Sequel) and size == len(self._assigned_reads[number]):
                steps[function][1].append((tuple(writes), self.trees[tree]))
        return [self.trees[number] for number in self._tree.values()], steps

    def tree(self, number: int) -> DecisionTree:
        """The tree of a function that has a single one: a rule or a state predicate."""
        return self.trees[self._tree[number]]

    def constant(self, number: int) -> bool:
        """Whether the tree is completely learned and reads no sparse slot."""
        tree = self.tree(number)
        return tree.complete and all(self._is_dense_slot(slot) for slot in tree.read_slots())

    def reads_of(self, number: int) -> tuple[int, ...]:
        """The leaf slots that the trees of this function have read so far, ascending."""
        return tuple(sorted(dict.fromkeys(map(self._shape.base, self._reads[number]))))

    def evaluate(
        self, codes: KeyCodes, count: int, rules: Sequence[int], predicates: Sequence[int] = ()
    ) -> tuple[list[BatchResult], Outcomes]:
        """Evaluate rules and predicates on a batch of keys, learning unknown paths on the way.

        Args:
            codes: of the keys.
            count: the number of keys.
            rules: numbers of rules.
            predicates: numbers of predicates, ascending; a step predicate is evaluated at the transitions of its rule.

        Returns:
            The batch result of each rule, and the outcomes of the predicates.

        Raises:
            ModelError: as `DecisionTree.learn`.
        """
        step_predicates: dict[int, list[int]] = {}
        for number in predicates:
            function = self._functions[number]
            if isinstance(function, Sequel):
                step_predicates.setdefault(function.rule, []).append(number)
        states = [number for number in predicates if number in self._tree]
        first = sorted({*rules, *step_predicates, *states})
        results = self._evaluate_batches(codes, {number: partial(self._full_batch, count, number) for number in first})
        step_batches: dict[int, Callable[[], Batch | None]] = {}
        for rule, those in step_predicates.items():
            if not len(results[rule].outcomes.result):
                continue
            transitions = RuleTransitions.of(results[rule], self._nodes.is_step.data)
            if transitions.results:
                step_batches.update((number, partial(self._step_batch, transitions, number)) for number in those)
        reported = [results[number].expanded() for number in states]
        reported.append(self._evaluate_steps(codes, dict(sorted(step_batches.items()))))
        return [results[rule] for rule in rules], Outcomes.concatenate(reported).by_number()

    def _evaluate_batches(self, codes: KeyCodes, batch_of: Mapping[int, Callable[[], Batch]]) -> dict[int, BatchResult]:
        """Evaluate batches, by function number.

        Of equivalent items only the first is evaluated. If a tree turns out to read more than was known, its batch is
        evaluated again with finer classes.

        Args:
            codes: of the keys.
            batch_of: builds the batch of each function.
        """
        results: dict[int, BatchResult] = {}
        left = list(batch_of)
        while left:
            counts = [self._dependency_counts(number) for number in left]
            batches = [batch_of[number]() for number in left]
            shared: dict[tuple[int, ...], EquivalenceClasses] = {}
            classes = [self._classes(number, batch, codes, shared) for number, batch in zip(left, batches, strict=True)]
            whole, every = Batch.concatenate(batches), EquivalenceClasses.concatenate(classes)
            found = self._evaluate(codes, whole.tree[every.first], whole.key[every.first], whole.offsets[every.first])
            begin = 0
            for number, batch, own, ends in zip(left, batches, classes, found.by_tree(left), strict=True):
                results[number] = BatchResult(batch.key, own, ends.shifted_keys(begin))
                begin += len(own.first)
            left = [
                number for number, count in zip(left, counts, strict=True) if self._dependency_counts(number) > count
            ]
        return results

    def _evaluate_steps(self, codes: KeyCodes, batch_of: Mapping[int, Callable[[], Batch | None]]) -> Outcomes:
        """As `_evaluate_batches`, for step predicates: thousands of batches, most of them small, and all in one.

        Args:
            codes: of the keys.
            batch_of: builds the batch of each predicate, ascending; None where nothing is to be evaluated.

        Returns:
            The outcomes of every item.
        """
        parts: list[Outcomes] = [Outcomes.concatenate([])]
        left = list(batch_of)
        while left:
            made = ((number, self._dependency_counts(number), batch_of[number]()) for number in left)
            asked = [(number, count, batch) for number, count, batch in made if batch is not None]
            if not asked:
                break
            batches = [batch for _, _, batch in asked]
            classes = [self._classes(number, batch, codes, {}) for number, _, batch in asked]
            whole, every = Batch.concatenate(batches), EquivalenceClasses.concatenate(classes)
            found = self._evaluate(codes, whole.tree[every.first], whole.key[every.first], whole.offsets[every.first])
            left = [number for number, count, _ in asked if self._dependency_counts(number) > count]
            parts.append(every.expanded(found, whole.key).without(left))
        return Outcomes.concatenate(parts)

    def _dependency_counts(self, number: int) -> tuple[int, int]:
        """How many slots of the state, and of the step's assignment, the function is known to read."""
        return len(self._reads[number]), len(self._assigned_reads[number])

    def _classes(
        self, number: int, batch: Batch, codes: KeyCodes, shared: dict[tuple[int, ...], EquivalenceClasses]
    ) -> EquivalenceClasses:
        """The equivalence classes of a batch by what its trees are known to read.

        Args:
            number: the function.
            batch: its items.
            codes: of the keys.
            shared: classes of batches that cover all keys, by the slots read; extended here.
        """
        if len(batch.key) < SMALLEST_DEDUPLICATED:
            return EquivalenceClasses.each(len(batch.key))
        slots = self._key_slots(number)
        if not batch.covers_all_keys:
            return EquivalenceClasses.of(np.vstack([batch.tree, batch.offsets, codes.of(slots, batch.key)]))
        found = shared.get(slots)
        if found is None:
            found = shared[slots] = EquivalenceClasses.of(codes.of(slots))
        return found

    def _key_slots(self, number: int) -> tuple[int, ...]:
        """The sparse slots that a function has read so far, ascending."""
        read_count = len(self._reads[number])
        known = self._in_key.get((number, read_count))
        if known is None:
            known = tuple(sorted(slot for slot in self._reads[number] if not self._is_dense_slot(slot)))
            self._in_key[number, read_count] = known
        return known

    def recheck(self, most: int) -> None:
        """Re-execute up to `most` learned paths of every function; see `DecisionTree.recheck`."""
        reported = self._nodes.number.data
        for number in range(len(self._functions)):
            trees = np.flatnonzero(reported == number)
            stride = max(1, -(-len(trees) // most))
            for tree in trees[::stride]:
                self.trees[int(tree)].recheck(max(1, most * stride // len(trees)))

    def _full_batch(self, count: int, number: int) -> Batch:
        """One item for each of `count` keys, for all offsets."""
        return Batch(
            np.full(count, self._tree[number]), np.arange(count), np.full(count, ALL_OFFSETS), covers_all_keys=True
        )

    def _step_batch(self, transitions: RuleTransitions, number: int) -> Batch | None:
        """The items of a step predicate: one for each transition whose tree is not trivial; None without one."""
        trees = self._step_trees(transitions, number)
        alike: dict[int, int] = {}
        groups = tuple([alike.setdefault(tree, len(alike)) if tree >= 0 else tree for tree in trees])
        if not alike:
            return None
        found = transitions.grouped(groups, self._offset_sets)
        return Batch(np.array(list(alike), dtype=np.int64)[found.result], found.key, found.offsets)

    def _step_trees(self, transitions: RuleTransitions, number: int) -> list[int]:
        """The tree of a step predicate for each transition result, `UNKNOWN` if the tree was a single leaf "not
        possible" when it was first asked for.
        """
        count = len(self._assigned_reads[number])
        known = transitions.trees.get(number)
        if known is not None and known[0] == count:
            return known[1]
        after = self._after_end.setdefault((number, count), {})  # trees learned with less are abandoned
        found = []
        for end in transitions.results:
            tree = after.get(end)
            if tree is None:
                tree = after[end] = self._step_tree(number, end)
            found.append(UNKNOWN if self._nodes.is_trivial(tree) else tree)
        transitions.trees[number] = (count, found)
        return found

    def _step_tree(self, number: int, end: int) -> int:
        """The tree of a step predicate after one transition result, given by its number."""
        assigned_reads = self._assigned_reads[number]
        result = self.results[end]
        assert isinstance(result, Step)
        seen = (len(assigned_reads), *sorted(pair for pair in result.writes if pair[0] in assigned_reads))
        tree = self._step_tree_numbers.get((number, seen))
        if tree is None:
            step_predicate = self._functions[number]
            assert isinstance(step_predicate, Sequel)
            tree = self._step_tree_numbers[number, seen] = self._add_tree(
                number, step_predicate.tree(result.writes, assigned_reads)
            )
        return tree

    def _evaluate(self, codes: KeyCodes, tree: Ints, key: Ints, offsets: Ints) -> Outcomes:
        """Advance a front from the roots to the leaves.

        Args:
            codes: of the keys.
            tree: the tree of each item, shape (n_items,), int64.
            key: its key, as a position in the batch, shape (n_items,), int64.
            offsets: its offset set, shape (n_items,), int64.

        Returns:
            Outcomes whose `tree` is a function number and whose `key` is an item.
        """
        item, place = np.arange(len(tree)), self._nodes.root.data[tree]
        results: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(place):
            node = self._nodes.child.data[place]
            if (node == UNKNOWN).any():
                self._learn(codes, place, tree[item], key[item], offsets, np.flatnonzero(node == UNKNOWN))
                continue
            read_slots, first = self._nodes.slot.data[node], self._nodes.first.data[node]
            is_leaf = read_slots < 0
            reported = is_leaf & (first != self._nodes.nothing)
            results.append((tree[item[reported]], item[reported], first[reported], offsets[reported]))
            inner = np.flatnonzero(~is_leaf)
            if not len(inner):
                break
            is_dense = self._nodes.dense.data[node[inner]] == 1
            step, code, offsets = self._children(codes, key[item[inner]], offsets[inner], read_slots[inner], is_dense)
            item, place = item[inner[step]], first[inner[step]] + code
        if not results:
            nothing = np.empty(0, dtype=np.int64)
            return Outcomes(nothing, nothing, nothing, nothing)
        tree, item, result, offsets = (np.concatenate(column) for column in zip(*results, strict=True))
        return merged(Outcomes(self._nodes.number.data[tree], item, result, offsets), self._offset_sets)

    def _children(
        self, codes: KeyCodes, key: Ints, offsets: Ints, read_slots: Ints, is_dense: Bits
    ) -> tuple[Ints, Ints, Ints]:
        """Advance items by one node; every item is at an inner node.

        Args:
            codes: of the keys.
            key: the key of each item, shape (n,), int64.
            offsets: its offset set, shape (n,), int64.
            read_slots: the slot read, shape (n,), int64.
            is_dense: whether that slot is dense, shape (n,), bool.

        Returns:
            For each branch taken: the item, the code, and its offset set; each of shape (n_branches,), int64.
        """
        if not is_dense.any():
            return np.arange(len(key)), codes.at(read_slots, key), offsets
        by_key, by_offset = np.flatnonzero(~is_dense), np.flatnonzero(is_dense)
        place, code, subset = self._offset_sets.split(offsets[by_offset], read_slots[by_offset])
        return (
            np.concatenate([by_key, by_offset[place]]),
            np.concatenate([codes.at(read_slots[by_key], key[by_key]), code]),
            np.concatenate([offsets[by_key], subset]),
        )

    def _is_dense_slot(self, slot: int) -> bool:
        """Whether a slot, or the leaf that a question is about, is dense."""
        return self._shape.base(slot) in self._layout.shifts

    # -- growing ---------------------------------------------------------------------------------

    def _learn(self, codes: KeyCodes, place: Ints, tree: Ints, key: Ints, offsets: Ints, unknown: Ints) -> None:
        """Learn one path for each unknown branch, from the first item that arrived there.

        Args:
            codes: of the keys.
            place: the position in `_child` of each item, shape (n,), int64.
            tree, key, offsets: of each item, shape (n,), int64.
            unknown: the items at unknown branches, shape (n_unknown,), int64.
        """
        _, firsts = np.unique(place[unknown], return_index=True)
        for item in unknown[np.sort(firsts)]:
            number = int(tree[item])
            dense = self._offset_sets.first_codes(int(offsets[item]))
            reads = self.trees[number].learn(self._oracle(codes, int(key[item]), dense))
            self._nodes.add_path(number, reads)

    def _oracle(self, codes: KeyCodes, key: int, dense: dict[int, int]) -> Callable[[int], int]:
        """The function that returns the code of any slot in the state with this key and these dense codes."""

        bases, tables, columns = self._shape.bases, self._shape.tables, codes.columns

        def oracle(slot: int) -> int:
            base, table = bases[slot], tables[slot]
            code = dense.get(base)
            if code is None:
                code = columns[base].item(key)
            return code if table is None else table[code]

        return oracle

    def _add_tree(self, number: int, tree: DecisionTree) -> int:
        """Add a tree of function `number`; return its position in `trees`."""
        tree.before_run = self._check
        return self._nodes.add_tree(number, tree)
