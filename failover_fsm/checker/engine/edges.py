"""All transitions between keys: whole rows of states at a time.

An entry says: the bits of row `source` that operation `op` applies to move as it says and
land in row `target`.  Entries are made once a key, when the key is first reached; the states
of the key then take them again and again, level after level, without asking any rule.

Operations of rules that neither read nor assign the key (a link fails, an interface comes
back) are not entries: they apply to every row in place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.flow import Block, Flow, push, push_in_place
from failover_fsm.checker.engine.forest import Forest
from failover_fsm.checker.engine.kernels import Kernels, kernels
from failover_fsm.checker.engine.keys import KeyTable
from failover_fsm.checker.engine.layout import Layout
from failover_fsm.checker.engine.masks import Masks
from failover_fsm.checker.engine.operations import Operations
from failover_fsm.checker.engine.orbits import Orbits
from failover_fsm.checker.engine.rows import Rows
from failover_fsm.checker.engine.walkers import Codes, Found

__all__ = ["Edges"]

Ints = NDArray[np.int64]


class Edges:
    """The entries of a search; grows as keys are reached.

    keys: all keys that were ever the target of an entry, reached or not.
    source, target, op, rule: one number an entry, in order of expansion, rules in order within a key.
    everywhere: (operation, rule) that apply to every row in place.

    rules: the rules that are not in place; what they do to a key is found in the forest.

    patience: how many words are handled by numpy before the compiled loops are loaded, if there are any.
    workers: threads that run the compiled loops.
    orbits: sorts interchangeable members of the states, if there are any; their slots must be in the key.
    swapping: (source, operation, rule) that did nothing but exchange such members.
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
        self.ops = Operations(masks)
        self.source = np.empty(0, dtype=np.int32)
        self.target = np.empty(0, dtype=np.int32)
        self.op = np.empty(0, dtype=np.int32)
        self.rule = np.empty(0, dtype=np.int32)
        self.failing: list[tuple[int, int]] = []
        self.everywhere: list[tuple[int, int]] = []
        self._forest = forest
        self._blocks: dict[bool, list[Block]] = {False: [], True: []}
        self._patience, self._work = patience, 0
        self._workers, self._orbits = workers, orbits
        self.swapping: list[tuple[int, int, int]] = []
        self.rules = [rule for rule in range(rules) if not self._in_place(rule)]

    def _in_place(self, rule: int) -> bool:
        """Whether a rule leaves the key alone; if so its operations apply everywhere."""
        if not self._forest.constant(rule):
            return False
        found = self._forest.walk(Codes(self.layout.packing.shape), 1, [rule])
        first, many = self.ops.ranges(self._forest.results, found.result, found.mask)
        ops = [op for begin, size in zip(first, many, strict=True) for op in range(int(begin), int(begin + size))]
        if any(self.ops.write_mask[op].any() or op in self.ops.failures for op in ops):
            return False
        self.everywhere.extend((op, rule) for op in ops)
        return True

    def codes_of(self, words: Rows) -> Codes:
        """Per key slot, and per question asked of one so far, the codes of keys given as words."""
        codes = Codes(self.layout.packing.shape)
        for slot, place in enumerate(self.layout.packing.places):
            if slot not in self.layout.shifts:
                mask = np.uint64((1 << place.width) - 1)
                codes[slot] = ((words[:, place.word] >> np.uint64(place.shift)) & mask).astype(np.int64)
        return codes

    def expand(self, keys: Ints, words: Rows, found: Found) -> None:
        """Make the entries of these keys, ascending and never expanded before, given with their words.

        found: where they end in the trees of `rules`; keys by their position in `keys`.
        """
        first, many = self.ops.ranges(self._forest.results, found.result, found.mask)
        starts = np.cumsum(many) - many
        total = int(many.sum())
        op = np.repeat(first - starts, many) + np.arange(total)
        local, rule = np.repeat(found.key, many), np.repeat(found.tree, many)
        order = np.lexsort((rule, local))
        op, local, rule = op[order], local[order], rule[order]
        after = (words[local] & ~self.ops.write_mask[op]) | self.ops.write_value[op]
        target = keys[local]
        away = np.flatnonzero((after != words[local]).any(axis=1))
        if self._orbits is not None:
            after[away] = self._orbits.canonical(after[away])
            back = away[(after[away] == words[local[away]]).all(axis=1) & ~self.ops.moving[op[away]]]
            self.swapping.extend(zip(target[back].tolist(), op[back].tolist(), rule[back].tolist(), strict=True))
        target[away] = self.keys.intern(after[away])
        self._append(keys[local], target, op, rule)

    def _append(self, source: Ints, target: Ints, op: Ints, rule: Ints) -> None:
        fails = np.isin(op, list(self.ops.failures)) if self.ops.failures else np.zeros(len(op), dtype=np.bool_)
        self.failing.extend((int(source[place]), int(op[place])) for place in np.flatnonzero(fails))
        new = [item[~fails].astype(np.int32) for item in (source, target, op, rule)]
        self.source, self.target, self.op, self.rule = (
            np.concatenate(pair) for pair in zip((self.source, self.target, self.op, self.rule), new, strict=True)
        )
        for block in Block.of(new[0], new[1], new[2], self.ops.moving[new[2]]):
            blocks = self._blocks[block.moving]
            blocks.append(block)
            while len(blocks) > 1 and len(blocks[-2].op) < 2 * len(blocks[-1].op):
                last = blocks.pop()
                blocks.append(blocks.pop().joined(last))

    def forward(self, rows: Rows, active: Ints, after: Rows) -> None:
        """Add to `after` every state that one transition reaches from the states of `rows`.

        active: the keys whose rows are not empty, ascending.
        """
        fast = self._compiled(len(active) * rows.shape[1])
        push_in_place([op for op, _ in self.everywhere], self.ops, rows, active, after, fast)
        flags = np.zeros(len(rows), dtype=np.bool_)
        flags[active] = True
        for block in (*self._blocks[False], *self._blocks[True]):
            push(block, self.ops, rows, flags, after, fast)

    def _compiled(self, words: int) -> Kernels | None:
        """The compiled loops, once the search has proved large enough to pay for loading them."""
        self._work += words * (len(self.everywhere) + len(self.op) // max(1, len(self.keys)))
        found = kernels() if self._work > self._patience else None
        return found if found is None or self._workers == 1 else found.shared(self._workers)

    @property
    def nbytes(self) -> int:
        """Bytes of the entries, as they were made and in order of target, of the operations and of the keys."""
        entries = (self.source, self.target, self.op, self.rule)
        ordered = sum(block.nbytes for blocks in self._blocks.values() for block in blocks)
        return sum(column.nbytes for column in entries) + ordered + self.ops.nbytes + self.keys.nbytes

    def flow(self, within: Callable[[int], bool] | None = None, changing: bool = False) -> Flow:
        """The entries made so far, or some of them.

        within: which rules count; None for all.
        changing: whether only transitions that change the state count.
        """
        wanted = np.ones(len(self.op), dtype=np.bool_)
        everywhere = self.everywhere
        if within is not None:
            numbers = range(int(self.rule.max()) + 1 if len(self.rule) else 0)
            wanted &= np.array([within(rule) for rule in numbers], dtype=np.bool_)[self.rule]
            everywhere = [(op, rule) for op, rule in everywhere if within(rule)]
        if changing:
            wanted &= (self.source != self.target) | self.ops.moving[self.op]
            everywhere = [(op, rule) for op, rule in everywhere if self.ops.moving[op]]
        source, target, entry_op = self.source[wanted], self.target[wanted], self.op[wanted]
        return Flow(self.ops, source, target, entry_op, [op for op, _ in everywhere])
