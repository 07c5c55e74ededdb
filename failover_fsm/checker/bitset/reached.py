"""The search itself: level after level, until nothing is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import Found
from failover_fsm.checker.bitset.forest import Forest
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.rows import Rows, SparseRows, count, grown
from failover_fsm.checker.bitset.transitions import Edges
from failover_fsm.checker.core.model import ModelError

__all__ = ["Space"]

Ints = NDArray[np.int64]

KEYS_AT_ONCE, ENTRIES_AT_ONCE = 1 << 14, 1 << 22
"""New keys that walk together, and entries that they make by the average so far: what is found on the way
takes some hundred bytes an entry."""


class Space:
    """The states reached so far.

    forest, rules: the trees, of which the first so many are those of rules.
    visited: all of them.
    frontier: those of the newest level; their transitions have not been taken yet.
    levels: the states of each level, kept for counterexamples.
    sizes: how many they are.
    newcomers: the keys first reached in the newest level, ascending; see `advance`.
    marks: how many entries there were when each level was found.
    """

    def __init__(
        self, layout: Layout, forest: Forest, rules: int, edges: Edges, initial: Sequence[Sequence[int]]
    ) -> None:
        self.layout = layout
        self.forest = forest
        self.rules = rules
        self.edges = edges
        self.visited = np.zeros((0, layout.row_words), dtype=np.uint64)
        self._expanded = np.zeros(0, dtype=np.bool_)
        split = [layout.split(layout.packing.pack_codes(codes)) for codes in initial]
        numbers = edges.keys.intern(np.array([key for key, _ in split], dtype=np.uint64))
        self.frontier = np.zeros((len(edges.keys), layout.row_words), dtype=np.uint64)
        for number, (_, bit) in zip(numbers, split, strict=True):
            self.frontier[number, bit >> 6] |= np.uint64(1 << (bit & 63))
        self.levels: list[SparseRows] = []
        self.sizes: list[int] = []
        self.marks: list[int] = []
        self._accept()

    def _accept(self) -> None:
        """Make the frontier part of what is known."""
        self.visited = grown(self.visited, len(self.frontier))
        self.visited[: len(self.frontier)] |= self.frontier
        self.levels.append(SparseRows.of(self.frontier))
        self.sizes.append(count(self.frontier))
        self.active = np.flatnonzero(self.frontier.any(axis=1))
        if len(self._expanded) < len(self.frontier):
            flags = np.zeros(len(self.visited), dtype=np.bool_)
            flags[: len(self._expanded)] = self._expanded
            self._expanded = flags
        self.newcomers = self.active[~self._expanded[self.active]]
        self.marks.append(len(self.edges.source))  # last: a level counts once it has its mark

    def drop_half_a_level(self) -> None:
        """Go back to the levels that are whole: an interrupt may have hit the search while it accepted one."""
        whole = len(self.marks)
        del self.levels[whole:], self.sizes[whole:]
        self.visited = np.zeros((len(self.edges.keys), self.layout.row_words), dtype=np.uint64)
        for level in self.levels:
            self.visited.reshape(-1)[level.places] |= level.words
        self.frontier = self.levels[-1].dense(self.visited)

    def expand(
        self, wanted: Sequence[int], meet: Callable[[Ints, Found], None], stop: Callable[[], bool] = lambda: False
    ) -> bool:
        """Make the entries of the keys that are new in this level; return whether that was all of them.

        wanted: the trees of predicates that are asked, ascending.
        meet: called with new keys and where they end in all these trees.
        stop: asked between parts of a large level whether to leave it at that.

        Raises ModelError where a rule fails in a state of the frontier.
        """
        begin = 0
        while begin < len(self.newcomers):
            if begin and stop():
                return False
            keys = self.newcomers[begin : begin + self._at_once()]
            begin += len(keys)
            words = self.edges.keys.rows(keys)
            walked, found = self.forest.walk(self.edges.codes_of(words), len(keys), self.edges.rules, wanted)
            self.edges.expand(keys, words, walked)
            self._expanded[keys] = True
            meet(keys, found)
        bundles = self.edges.bundles
        for source, bundle in self.edges.failing:
            if (self.frontier[source] & bundles.covers[bundle]).any():
                raise ModelError(bundles.failures[bundle])
        return True

    def _at_once(self) -> int:
        """How many new keys walk together."""
        each = self.edges.operations / max(1, int(self._expanded.sum()))
        return max(1, min(KEYS_AT_ONCE, int(ENTRIES_AT_ONCE / max(1.0, each))))

    def advance(self) -> bool:
        """Take every transition of the frontier; return whether that found anything new."""
        size = len(self.edges.keys)
        after = np.zeros((size, self.layout.row_words), dtype=np.uint64)
        self.edges.forward(self.frontier, self.active, after)
        known = min(size, len(self.visited))
        after[:known] &= ~self.visited[:known]
        if not after.any():
            return False
        self.frontier = after
        self._accept()
        return True

    def take(self, level: SparseRows) -> bool:
        """Make a level of an earlier search the newest one; return whether it can be one.

        The keys of the level before must have been expanded.
        """
        size = len(self.edges.keys)
        if not len(level.places) or int(level.places[-1]) >= size * self.layout.row_words:
            return False
        after = np.zeros((size, self.layout.row_words), dtype=np.uint64)
        after.reshape(-1)[level.places] = level.words
        known = min(size, len(self.visited))
        if (after[:known] & self.visited[:known]).any():
            return False
        self.frontier = after
        self._accept()
        return True

    @property
    def nbytes(self) -> int:
        """Bytes of all tables, and of the set that the next level needs."""
        levels = sum(level.places.nbytes + level.words.nbytes for level in self.levels)
        return self.visited.nbytes + 2 * self.frontier.nbytes + levels + self.edges.nbytes

    @property
    def reached(self) -> Rows:
        """All states reached, one row for every key known."""
        size = len(self.edges.keys)
        self.visited = grown(self.visited, size)
        return self.visited[:size]

    def transitions(self, done: Rows) -> NDArray[np.int64]:
        """How many transitions leave the states of `done`, by rule."""
        edges, covers = self.edges, self.edges.bundles.covers
        totals = np.zeros(self.rules, dtype=np.int64)
        step = max(1, (1 << 16) // self.layout.row_words)
        for begin in range(0, len(edges.source), step):
            part = slice(begin, begin + step)
            rows = done[edges.source[part]] & covers[edges.bundle[part]]
            each = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
            np.add.at(totals, edges.rule[part], each)
        for bundle, rule in edges.everywhere:
            totals[rule] += count(done & covers[bundle])
        return totals
