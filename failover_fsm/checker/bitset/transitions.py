"""All transitions between keys: whole rows of states at a time.

An entry says: the bits of row `source` that the operations of a bundle apply to move as these say and
land in row `target`.  Entries are made once a key, when the key is first reached; the states
of the key then take them again and again, level after level, without asking any rule.

Bundles of rules that neither read nor assign the key (a link fails, an interface comes
back) are not entries: they apply to every row in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import BatchResult, KeyCodes
from failover_fsm.checker.bitset.canonicalise import Canonicaliser
from failover_fsm.checker.bitset.columns import Column, expand_ranges
from failover_fsm.checker.bitset.forest import DecisionForest
from failover_fsm.checker.bitset.images import ImageOperator, TransitionBlock, add_image, add_image_in_place
from failover_fsm.checker.bitset.kernels import Kernels, kernels
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.checker.bitset.rows import Rows
from failover_fsm.checker.bitset.sparse_keys import KeyTable
from failover_fsm.checker.bitset.updates import UpdateGroups

__all__ = ["TransitionRelation"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]


class TransitionRelation:
    """The entries of a search; grows as keys are reached.

    keys: all keys that were ever the target of an entry, reached or not.
    source, target, bundle, rule: one number an entry, in order of expansion, rules in order within a key.
    operations: how many operations the bundles of all entries have.
    everywhere: (bundle, rule) that apply to every row in place.
    failing: (source, bundle) on which a rule fails; no entries.

    rules: the rules that are not in place; what they do to a key is found in the forest.

    patience: how many words are handled by numpy before the compiled loops are loaded, if there are any.
    workers: threads that run the compiled loops.
    orbits: sorts interchangeable members of the states, if there are any; their slots must be in the key.
    swapping: (source, bundle, rule) that did nothing but exchange such members.
    """

    def __init__(
        self,
        layout: Layout,
        offset_sets: OffsetSets,
        forest: DecisionForest,
        rules: int,
        patience: int,
        workers: int = 1,
        canonicaliser: Canonicaliser | None = None,
    ) -> None:
        self.layout = layout
        self.keys = KeyTable(layout.packing.words)
        self.groups = UpdateGroups(offset_sets)
        self._columns = [Column(np.int32) for _ in range(4)]
        self.bit_moves = 0
        self.failing: list[tuple[int, int]] = []
        self.in_place: list[tuple[int, int]] = []
        self._forest = forest
        self._blocks: dict[bool, list[TransitionBlock]] = {False: [], True: []}
        self._patience, self._work = patience, 0
        self._workers, self._canonicaliser = workers, canonicaliser
        self.member_swaps: list[tuple[int, int, int]] = []
        self.rules = [rule for rule in range(rules) if not self._in_place(rule)]

    @property
    def source(self) -> Small:
        """The row that each entry leads from."""
        return self._column(0)

    @property
    def target(self) -> Small:
        """The row that each entry leads to."""
        return self._column(1)

    @property
    def group(self) -> Small:
        """What each entry does."""
        return self._column(2)

    @property
    def rule(self) -> Small:
        """The rule that each entry is of."""
        return self._column(3)

    def _column(self, number: int) -> Small:
        """One column of the entries that are whole: an interrupt may have left the last column behind the others."""
        return self._columns[number].data[: len(self._columns[-1])]

    def _in_place(self, rule: int) -> bool:
        """Whether a rule leaves the key alone; if so its bundles apply everywhere."""
        if not self._forest.constant(rule):
            return False
        results = self._forest.evaluate(KeyCodes(self.layout.packing.shape, 1, {}), 1, [rule])[0][0]
        _, found = self.groups.of(self._forest.results, results.outcomes, 1)
        numbers = found.tolist()
        if any(self.groups.write_mask[number].any() or number in self.groups.failures for number in numbers):
            return False
        self.in_place.extend((number, rule) for number in numbers)
        return True

    def codes_of(self, words: Rows) -> KeyCodes:
        """What keys, given as words, hold in the slots of keys."""
        columns = {}
        for slot, place in enumerate(self.layout.packing.places):
            if slot not in self.layout.shifts:
                mask = np.uint64((1 << place.width) - 1)
                columns[slot] = ((words[:, place.word] >> np.uint64(place.shift)) & mask).astype(np.int64)
        return KeyCodes(self.layout.packing.shape, len(words), columns)

    def expand(self, keys: Ints, words: Rows, results: Sequence[BatchResult]) -> None:
        """Make the entries of these keys, ascending and never expanded before, given with their words.

        walked: where they end in the trees of `rules`, in that order; keys by their position in `keys`.
        """
        if not results:
            return
        local, group, rule = self._entries(results)
        order = np.argsort(local, kind="stable")
        local, group, rule = local[order], group[order], rule[order]
        after = (words[local] & ~self.groups.write_mask[group]) | self.groups.write_value[group]
        target = keys[local]
        away = np.flatnonzero((after != words[local]).any(axis=1))
        if self._canonicaliser is not None:
            after[away] = self._canonicaliser.canonical(after[away])
            back = away[(after[away] == words[local[away]]).all(axis=1) & ~self.groups.moving[group[away]]]
            self.member_swaps.extend(zip(target[back].tolist(), group[back].tolist(), rule[back].tolist(), strict=True))
        target[away] = self.keys.intern(after[away])
        self._append(keys[local], target, group, rule)

    def _entries(self, results: Sequence[BatchResult]) -> tuple[Ints, Ints, Ints]:
        """The entries of keys, known by their position, rule after rule: keys, bundles, rules."""
        every = BatchResult.concatenate(results)
        counts, group = self.groups.of(self._forest.results, every.outcomes, len(every.classes.first))
        own = every.classes.of_item
        item, place = expand_ranges((np.cumsum(counts) - counts)[own], counts[own])
        rule = np.repeat(self.rules, [len(each.key) for each in results])
        return every.key[item], group[place], rule[item]

    def _append(self, source: Ints, target: Ints, group: Ints, rule: Ints) -> None:
        if self.groups.failures:
            fails = np.isin(group, list(self.groups.failures))
            self.failing.extend(zip(source[fails].tolist(), group[fails].tolist(), strict=True))
            source, target, group, rule = (item[~fails] for item in (source, target, group, rule))
        new = [item.astype(np.int32) for item in (source, target, group, rule)]
        for column, values in zip(self._columns, new, strict=True):
            column.add(values)
        self.bit_moves += int(self.groups.counts[group].sum())
        for block in TransitionBlock.of(new[0], new[1], new[2], self.groups.moving[group]):
            blocks = self._blocks[block.moving]
            blocks.append(block)
            while len(blocks) > 1 and len(blocks[-2].group) < 2 * len(blocks[-1].group):
                last = blocks.pop()
                blocks.append(blocks.pop().joined(last))

    def add_image(self, rows: Rows, active: Ints, after: Rows) -> None:
        """Add to `after` every state that one transition reaches from the states of `rows`.

        active: the keys whose rows are not empty, ascending.
        """
        fast = self._compiled(len(active) * rows.shape[1])
        add_image_in_place([group for group, _ in self.in_place], self.groups, rows, active, after, fast)
        flags = np.zeros(len(rows), dtype=np.bool_)
        flags[active] = True
        for block in (*self._blocks[False], *self._blocks[True]):
            add_image(block, self.groups, rows, flags, after, fast)

    def _compiled(self, words: int) -> Kernels | None:
        """The compiled loops, once the search has proved large enough to pay for loading them."""
        self._work += words * (len(self.in_place) + self.bit_moves // max(1, len(self.keys)))
        found = kernels() if self._work > self._patience else None
        return found if found is None or self._workers == 1 else found.shared(self._workers)

    @property
    def nbytes(self) -> int:
        """Bytes of the entries, as they were made and in order of target, of the bundles and of the keys."""
        entries = sum(column.nbytes for column in self._columns)
        ordered = sum(block.nbytes for blocks in self._blocks.values() for block in blocks)
        return entries + ordered + self.groups.nbytes + self.keys.nbytes

    def operator(self, within: Callable[[int], bool] | None = None, changing: bool = False) -> ImageOperator:
        """The entries made so far, or some of them.

        within: which rules count; None for all.
        changing: whether only transitions that change the state count.
        """
        wanted = np.ones(len(self.group), dtype=np.bool_)
        in_place = self.in_place
        if within is not None:
            numbers = range(int(self.rule.max()) + 1 if len(self.rule) else 0)
            wanted &= np.array([within(rule) for rule in numbers], dtype=np.bool_)[self.rule]
            in_place = [(group, rule) for group, rule in in_place if within(rule)]
        if changing:
            wanted &= (self.source != self.target) | self.groups.moving[self.group]
            in_place = [(group, rule) for group, rule in in_place if self.groups.moving[group]]
        source, target, group = self.source[wanted], self.target[wanted], self.group[wanted]
        return ImageOperator(self.groups, source, target, group, [number for number, _ in in_place])
