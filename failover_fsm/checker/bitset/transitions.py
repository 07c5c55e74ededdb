"""The transition relation between rows, as a list of entries.

An entry (source row, update group, target row) says: the bits of the source row that the group applies to move as the
group says and land in the target row. Entries are created once per sparse key, when the key is first reached; the
states of that key then follow them level after level without evaluating any rule.

Groups of rules that neither read nor assign the key (a link fails, an interface recovers) need no entries: they apply
to every row in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator, slices
from failover_fsm.checker.bitset.batches import BatchResult, KeyCodes
from failover_fsm.checker.bitset.canonicalise import Canonicaliser
from failover_fsm.checker.bitset.columns import Column, expand_ranges
from failover_fsm.checker.bitset.forest import DecisionForest
from failover_fsm.checker.bitset.images import ImageOperator, SortedEntries, add_image, add_image_in_place
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
    """The transition entries of a search; grows as keys are reached.

    Args:
        layout: of the states.
        offset_sets: the sets of dense offsets.
        forest: evaluates the rules.
        rules: how many rules there are.
        patience: words of rows that numpy handles before the compiled loops are loaded, if numba is installed.
        canonicaliser: sorts interchangeable members, whose slots must be sparse; None without symmetry.
        allocator: makes the tables; None for memory.

    Attributes:
        allocator: as above.
        keys: all keys that are a target of some entry, reached or not.
        groups: the update groups.
        bit_moves: the sum over all entries of the number of their bit moves.
        in_place: (group, rule) pairs that apply to every row.
        failing: (source row, group, rule) where the rule fails; they are not entries.
        member_swaps: (source row, group, rule) of steps that only exchange interchangeable members.
        rules: the rules that are not in place.
    """

    def __init__(
        self,
        layout: Layout,
        offset_sets: OffsetSets,
        forest: DecisionForest,
        rules: int,
        patience: int,
        canonicaliser: Canonicaliser | None = None,
        allocator: Allocator | None = None,
    ) -> None:
        self.layout = layout
        self.allocator = Allocator() if allocator is None else allocator
        self.keys = KeyTable(layout.packing.words, self.allocator)
        self.groups = UpdateGroups(offset_sets)
        self._columns = [Column(np.int32, fill=0, allocator=self.allocator) for _ in range(4)]
        self.bit_moves = 0
        self.failing: list[tuple[int, int, int]] = []
        self.in_place: list[tuple[int, int]] = []
        self._forest = forest
        self._sorted = SortedEntries(self.groups, self.allocator)
        self._patience, self._work = patience, 0
        self._canonicaliser = canonicaliser
        self.member_swaps: list[tuple[int, int, int]] = []
        self.rules = [rule for rule in range(rules) if not self._in_place(rule)]

    @property
    def source(self) -> Small:
        """The source row of each entry, shape (n_entries,), int32; in order of expansion, by rule within a key."""
        return self._column(0)

    @property
    def target(self) -> Small:
        """The target row of each entry, shape (n_entries,), int32."""
        return self._column(1)

    @property
    def group(self) -> Small:
        """The update group of each entry, shape (n_entries,), int32."""
        return self._column(2)

    @property
    def rule(self) -> Small:
        """The rule of each entry, shape (n_entries,), int32."""
        return self._column(3)

    def _column(self, number: int) -> Small:
        """One column of the complete entries; an interrupt may have left the last column shorter than the others."""
        return self._columns[number].data[: len(self._columns[-1])]

    def _in_place(self, rule: int) -> bool:
        """Whether a rule neither reads nor assigns the key; if so, register its groups."""
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
        """The codes of the sparse slots of keys, given as packed words of shape (n_keys, n_words), uint64."""
        columns = {}
        for slot, place in enumerate(self.layout.packing.places):
            if slot not in self.layout.shifts:
                mask = np.uint64((1 << place.width) - 1)
                columns[slot] = ((words[:, place.word] >> np.uint64(place.shift)) & mask).astype(np.int64)
        return KeyCodes(self.layout.packing.shape, len(words), columns)

    def expand(self, keys: Ints, words: Rows, results: Sequence[BatchResult]) -> None:
        """Create the entries of keys that were never expanded before.

        Args:
            keys: their sparse indices, ascending, shape (n_keys,), int64.
            words: their packed words, shape (n_keys, n_words), uint64.
            results: the batch result of each rule of `rules`, in that order; keys by their position in `keys`.
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
        """The new entries rule by rule: position of the key, update group, rule; each of shape (n,), int64."""
        every = BatchResult.concatenate(results)
        counts, group = self.groups.of(self._forest.results, every.outcomes, len(every.classes.first))
        own = every.classes.of_item
        item, place = expand_ranges((np.cumsum(counts) - counts)[own], counts[own])
        rule = np.repeat(self.rules, [len(each.key) for each in results])
        return every.key[item], group[place], rule[item]

    def _append(self, source: Ints, target: Ints, group: Ints, rule: Ints) -> None:
        """Append entries, and sort them into the blocks. All arguments have shape (n,), int64."""
        if self.groups.failures:
            fails = np.isin(group, list(self.groups.failures))
            columns = (source, group, rule)
            self.failing.extend(zip(*(column[fails].tolist() for column in columns), strict=True))
            source, target, group, rule = (item[~fails] for item in (source, target, group, rule))
        new = [item.astype(np.int32) for item in (source, target, group, rule)]
        for column, values in zip(self._columns, new, strict=True):
            column.add(values)
        self.bit_moves += int(self.groups.counts[group].sum())
        self._sorted.add(new[0], new[1], new[2])

    def add_image(self, rows: Rows, active: Ints, after: Rows, check: Callable[[], object] = lambda: None) -> None:
        """Add the image of `rows` under the whole relation to `after`.

        Args:
            rows: shape (n_keys, row_words), uint64.
            active: the non-empty rows, ascending, shape (n_active,), int64.
            after: shape (n_keys, row_words), uint64; changed in place.
            check: called between blocks of entries; may raise to give up.
        """
        fast = self._compiled(len(active) * rows.shape[1])
        add_image_in_place([group for group, _ in self.in_place], self.groups, rows, active, after, fast)
        flags = np.zeros(len(rows), dtype=np.bool_)
        flags[active] = True
        for block in self._sorted:
            check()
            add_image(block, self.groups, rows, flags, after, fast)

    def _compiled(self, words: int) -> Kernels | None:
        """The compiled loops, once the work done so far justifies loading them; else None."""
        self._work += words * (len(self.in_place) + self.bit_moves // max(1, len(self.keys)))
        return kernels() if self._work > self._patience else None

    @property
    def nbytes(self) -> int:
        """Bytes of the entries in both orders, of the update groups and of the keys in memory."""
        entries = sum(column.nbytes for column in self._columns)
        return entries + self._sorted.nbytes + self.groups.nbytes + self.keys.nbytes

    def operator(
        self,
        within: Callable[[int], bool] | None = None,
        changing: bool = False,
        check: Callable[[], object] = lambda: None,
    ) -> ImageOperator:
        """The image operator of the entries created so far, or of some of them.

        Args:
            within: which rule numbers count; None for all.
            changing: whether only transitions that change the state count.
            check: see `ImageOperator`.
        """
        wanted = np.ones(len(self.group), dtype=np.bool_)
        in_place = self.in_place
        if within is not None:
            numbers = range(int(self.rule.max()) + 1 if len(self.rule) else 0)
            allowed = np.array([within(rule) for rule in numbers], dtype=np.bool_)
            for part in slices(len(wanted)):
                wanted[part] &= allowed[self.rule[part]]
            in_place = [(group, rule) for group, rule in in_place if within(rule)]
        if changing:
            for part in slices(len(wanted)):
                wanted[part] &= (self.source[part] != self.target[part]) | self.groups.moving[self.group[part]]
            in_place = [(group, rule) for group, rule in in_place if self.groups.moving[group]]
        source, target, group = (self.allocator.chosen(each, wanted) for each in (self.source, self.target, self.group))
        in_every_row = [number for number, _ in in_place]
        return ImageOperator(self.groups, source, target, group, in_every_row, self.allocator, check)
