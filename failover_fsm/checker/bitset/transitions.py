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

from failover_fsm.checker.bitset.batches import Codes, Walked
from failover_fsm.checker.bitset.columns import Column, laid_out
from failover_fsm.checker.bitset.forest import Forest
from failover_fsm.checker.bitset.images import Block, Flow, push, push_in_place
from failover_fsm.checker.bitset.kernels import Kernels, kernels
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.masks import Masks
from failover_fsm.checker.bitset.operations import Bundles
from failover_fsm.checker.bitset.orbits import Orbits
from failover_fsm.checker.bitset.rows import Rows
from failover_fsm.checker.bitset.sparse_keys import KeyTable

__all__ = ["Edges"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]


class Edges:
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
        masks: Masks,
        forest: Forest,
        rules: int,
        patience: int,
        workers: int = 1,
        orbits: Orbits | None = None,
    ) -> None:
        self.layout = layout
        self.keys = KeyTable(layout.packing.words)
        self.bundles = Bundles(masks)
        self._columns = [Column(np.int32) for _ in range(4)]
        self.operations = 0
        self.failing: list[tuple[int, int]] = []
        self.everywhere: list[tuple[int, int]] = []
        self._forest = forest
        self._blocks: dict[bool, list[Block]] = {False: [], True: []}
        self._patience, self._work = patience, 0
        self._workers, self._orbits = workers, orbits
        self.swapping: list[tuple[int, int, int]] = []
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
    def bundle(self) -> Small:
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
        walked = self._forest.walk(Codes(self.layout.packing.shape, 1, {}), 1, [rule])[0][0]
        _, found = self.bundles.of(self._forest.results, walked.ends, 1)
        numbers = found.tolist()
        if any(self.bundles.write_mask[number].any() or number in self.bundles.failures for number in numbers):
            return False
        self.everywhere.extend((number, rule) for number in numbers)
        return True

    def codes_of(self, words: Rows) -> Codes:
        """What keys, given as words, hold in the slots of keys."""
        columns = {}
        for slot, place in enumerate(self.layout.packing.places):
            if slot not in self.layout.shifts:
                mask = np.uint64((1 << place.width) - 1)
                columns[slot] = ((words[:, place.word] >> np.uint64(place.shift)) & mask).astype(np.int64)
        return Codes(self.layout.packing.shape, len(words), columns)

    def expand(self, keys: Ints, words: Rows, walked: Sequence[Walked]) -> None:
        """Make the entries of these keys, ascending and never expanded before, given with their words.

        walked: where they end in the trees of `rules`, in that order; keys by their position in `keys`.
        """
        if not walked:
            return
        local, bundle, rule = self._made(walked)
        order = np.argsort(local, kind="stable")
        local, bundle, rule = local[order], bundle[order], rule[order]
        after = (words[local] & ~self.bundles.write_mask[bundle]) | self.bundles.write_value[bundle]
        target = keys[local]
        away = np.flatnonzero((after != words[local]).any(axis=1))
        if self._orbits is not None:
            after[away] = self._orbits.canonical(after[away])
            back = away[(after[away] == words[local[away]]).all(axis=1) & ~self.bundles.moving[bundle[away]]]
            self.swapping.extend(zip(target[back].tolist(), bundle[back].tolist(), rule[back].tolist(), strict=True))
        target[away] = self.keys.intern(after[away])
        self._append(keys[local], target, bundle, rule)

    def _made(self, walked: Sequence[Walked]) -> tuple[Ints, Ints, Ints]:
        """The entries of keys, known by their position, rule after rule: keys, bundles, rules."""
        every = Walked.together(walked)
        many, bundle = self.bundles.of(self._forest.results, every.ends, len(every.classes.first))
        own = every.classes.of_walker
        walker, place = laid_out((np.cumsum(many) - many)[own], many[own])
        rule = np.repeat(self.rules, [len(each.key) for each in walked])
        return every.key[walker], bundle[place], rule[walker]

    def _append(self, source: Ints, target: Ints, bundle: Ints, rule: Ints) -> None:
        if self.bundles.failures:
            fails = np.isin(bundle, list(self.bundles.failures))
            self.failing.extend(zip(source[fails].tolist(), bundle[fails].tolist(), strict=True))
            source, target, bundle, rule = (item[~fails] for item in (source, target, bundle, rule))
        new = [item.astype(np.int32) for item in (source, target, bundle, rule)]
        for column, values in zip(self._columns, new, strict=True):
            column.add(values)
        self.operations += int(self.bundles.many[bundle].sum())
        for block in Block.of(new[0], new[1], new[2], self.bundles.moving[bundle]):
            blocks = self._blocks[block.moving]
            blocks.append(block)
            while len(blocks) > 1 and len(blocks[-2].bundle) < 2 * len(blocks[-1].bundle):
                last = blocks.pop()
                blocks.append(blocks.pop().joined(last))

    def forward(self, rows: Rows, active: Ints, after: Rows) -> None:
        """Add to `after` every state that one transition reaches from the states of `rows`.

        active: the keys whose rows are not empty, ascending.
        """
        fast = self._compiled(len(active) * rows.shape[1])
        push_in_place([bundle for bundle, _ in self.everywhere], self.bundles, rows, active, after, fast)
        flags = np.zeros(len(rows), dtype=np.bool_)
        flags[active] = True
        for block in (*self._blocks[False], *self._blocks[True]):
            push(block, self.bundles, rows, flags, after, fast)

    def _compiled(self, words: int) -> Kernels | None:
        """The compiled loops, once the search has proved large enough to pay for loading them."""
        self._work += words * (len(self.everywhere) + self.operations // max(1, len(self.keys)))
        found = kernels() if self._work > self._patience else None
        return found if found is None or self._workers == 1 else found.shared(self._workers)

    @property
    def nbytes(self) -> int:
        """Bytes of the entries, as they were made and in order of target, of the bundles and of the keys."""
        entries = sum(column.nbytes for column in self._columns)
        ordered = sum(block.nbytes for blocks in self._blocks.values() for block in blocks)
        return entries + ordered + self.bundles.nbytes + self.keys.nbytes

    def flow(self, within: Callable[[int], bool] | None = None, changing: bool = False) -> Flow:
        """The entries made so far, or some of them.

        within: which rules count; None for all.
        changing: whether only transitions that change the state count.
        """
        wanted = np.ones(len(self.bundle), dtype=np.bool_)
        everywhere = self.everywhere
        if within is not None:
            numbers = range(int(self.rule.max()) + 1 if len(self.rule) else 0)
            wanted &= np.array([within(rule) for rule in numbers], dtype=np.bool_)[self.rule]
            everywhere = [(bundle, rule) for bundle, rule in everywhere if within(rule)]
        if changing:
            wanted &= (self.source != self.target) | self.bundles.moving[self.bundle]
            everywhere = [(bundle, rule) for bundle, rule in everywhere if self.bundles.moving[bundle]]
        source, target, bundle = self.source[wanted], self.target[wanted], self.bundle[wanted]
        return Flow(self.bundles, source, target, bundle, [number for number, _ in everywhere])
