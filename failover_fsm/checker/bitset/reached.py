"""The breadth-first search: level after level, until no new state is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.batches import Outcomes
from failover_fsm.checker.bitset.forest import DecisionForest
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.rows import FunctionFails, Rows, SparseRows, count, grown, remove
from failover_fsm.checker.bitset.transitions import TransitionRelation

__all__ = ["ReachableSet"]

Ints = NDArray[np.int64]

KEYS_PER_BATCH, ENTRIES_PER_BATCH = 1 << 14, 1 << 22
"""Limits of a batch of new keys: their number, and the entries that they are expected to make by the average so far.
Intermediate results take some hundred bytes per entry."""


class ReachableSet:
    """The states reached so far.

    Args:
        layout: of the states.
        forest: evaluates rules and predicates.
        rules: how many functions of the forest are rules.
        relation: the transition relation; grows with the search.
        initial: the initial states, as codes by slot; none in a part of a search that has none of them.

    Attributes:
        visited: all states reached, shape (at least the keys reached, row_words), uint64.
        frontier: the states of the newest level, whose transitions have not been taken, shape (n_keys, row_words),
            uint64.
        active: the non-empty rows of the frontier, ascending, shape (n_active,), int64.
        levels: the states of each level, kept for counterexamples.
        sizes: the number of states of each level.
        new_keys: the keys first reached in the newest level, ascending, shape (n_new,), int64.
        entry_counts: the number of transition entries when each level was found.
    """

    def __init__(
        self,
        layout: Layout,
        forest: DecisionForest,
        rules: int,
        relation: TransitionRelation,
        initial: Sequence[Sequence[int]],
    ) -> None:
        self.layout = layout
        self.forest = forest
        self.rules = rules
        self.relation = relation
        self.visited = np.zeros((0, layout.row_words), dtype=np.uint64)
        self._expanded = np.zeros(0, dtype=np.bool_)
        split = [layout.split(layout.packing.pack_codes(codes)) for codes in initial]
        keys = np.array([key for key, _ in split], dtype=np.uint64).reshape(-1, layout.packing.words)
        numbers = relation.keys.intern(keys)
        self.frontier = np.zeros((len(relation.keys), layout.row_words), dtype=np.uint64)
        for number, (_, bit) in zip(numbers, split, strict=True):
            self.frontier[number, bit >> 6] |= np.uint64(1 << (bit & 63))
        self.levels: list[SparseRows] = []
        self.sizes: list[int] = []
        self.entry_counts: list[int] = []
        self._add_level()

    def _add_level(self) -> None:
        """Make the frontier a level."""
        allocator = self.relation.allocator
        self.visited = grown(self.visited, len(self.frontier), allocator)
        self.visited[: len(self.frontier)] |= self.frontier
        self.levels.append(SparseRows.of(self.frontier, allocator))
        self.sizes.append(count(self.frontier))
        self.active = np.flatnonzero(self.frontier.any(axis=1))
        if len(self._expanded) < len(self.frontier):
            flags = np.zeros(len(self.visited), dtype=np.bool_)
            flags[: len(self._expanded)] = self._expanded
            self._expanded = flags
        self.new_keys = self.active[~self._expanded[self.active]]
        self.entry_counts.append(len(self.relation.source))  # last: a level is complete once it has its count

    def drop_partial_level(self) -> None:
        """Return to the complete levels: an interrupt may have hit the search while it added one."""
        whole = len(self.entry_counts)
        del self.levels[whole:], self.sizes[whole:]
        self.visited = self.frontier = np.zeros((0, self.layout.row_words), dtype=np.uint64)  # free the old ones first
        self.visited = self._no_states()
        for level in self.levels:
            self.visited.reshape(-1)[level.places] |= level.words
        self.frontier = self.levels[-1].dense(self.visited)

    def clear(self) -> None:
        """Free all sets, after which nothing else may be called."""
        self.visited = self.frontier = np.zeros((0, self.layout.row_words), dtype=np.uint64)
        self.levels.clear()

    def trim(self, most: int) -> None:
        """Cut the newest level down to its first states by key and offset; drop it if none are left.

        Args:
            most: how many states the level may keep, fewer than it has.
        """
        level, size = self.levels.pop(), most
        del self.sizes[-1], self.entry_counts[-1]
        self.visited.reshape(-1)[level.places] &= ~level.words
        if size == 0:
            self.frontier = self.levels[-1].dense(self.visited)
            self.active, self.new_keys = np.flatnonzero(self.frontier.any(axis=1)), self.new_keys[:0]
            return
        states = np.cumsum(np.bitwise_count(level.words), dtype=np.int64)
        last = int(np.searchsorted(states, size))
        words = level.words[: last + 1].copy()
        for _ in range(int(states[last]) - size):
            words[last] ^= np.uint64(1) << np.uint64(int(words[last]).bit_length() - 1)
        self.frontier = SparseRows(level.places[: last + 1], words).dense(self.frontier)
        self._add_level()

    def expand(
        self,
        predicates: Sequence[int],
        on_keys: Callable[[Ints, Outcomes], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Create the transition entries of the keys that are new in this level.

        Args:
            predicates: numbers of the predicates to evaluate on them, ascending.
            on_keys: called with new keys, shape (n,), and the outcomes of the predicates.
            should_stop: called between batches of a large level; true ends the expansion.

        Returns:
            Whether all new keys were expanded.

        Raises:
            FunctionFails: a rule fails in a state of the frontier.
        """
        first = 0
        while first < len(self.new_keys):
            if first and should_stop():
                return False
            keys = self.new_keys[first : first + self._batch_size()]
            first += len(keys)
            words = self.relation.keys.rows(keys)
            results, outcomes = self.forest.evaluate(
                self.relation.codes_of(words), len(keys), self.relation.rules, predicates
            )
            self.relation.expand(keys, words, results)
            self._expanded[keys] = True
            on_keys(keys, outcomes)
        groups = self.relation.groups
        for source, group, rule in self.relation.failing:
            failing = self.frontier[source] & groups.covers[group]
            if failing.any():
                states = np.zeros_like(self.frontier)
                states[source] = failing
                raise FunctionFails(groups.failures[group], states, rule)
        return True

    def _batch_size(self) -> int:
        """How many new keys are evaluated together."""
        each = self.relation.bit_moves / max(1, int(self._expanded.sum()))
        return max(1, min(KEYS_PER_BATCH, int(ENTRIES_PER_BATCH / max(1.0, each))))

    def advance(self, check: Callable[[], object] = lambda: None) -> bool:
        """Take every transition of the frontier; return whether a new state was found.

        Args:
            check: called now and then; may raise to give up.
        """
        after = self.next_states(check)
        if not after.any():
            return False
        self.begin_level(after)
        return True

    def begin_level(self, states: Rows) -> None:
        """Make new states, shape (n_keys, row_words), uint64, the newest level."""
        self.frontier = states
        self._add_level()

    def next_states(self, check: Callable[[], object] = lambda: None) -> Rows:
        """The image of the frontier without the states reached before, shape (n_keys, row_words), uint64."""
        after = self._no_states()
        self.relation.add_image(self.frontier, self.active, after, check)
        known = min(len(after), len(self.visited))
        remove(self.visited[:known], after[:known])
        return after

    def _no_states(self) -> Rows:
        """The empty set, with a row for each known key."""
        return self.relation.allocator.zeros((len(self.relation.keys), self.layout.row_words), np.uint64)

    def restore_level(self, level: SparseRows, exactly: bool) -> bool:
        """Make a saved level the newest one; the keys of the level before must have been expanded.

        Args:
            level: without contradictions of its own (`Checkpoint.contradiction`).
            exactly: whether to compute the level and compare; else only `is_closed` finds missing states.

        Returns:
            False if it cannot follow: it has unknown keys, offsets that stand for no state, states of earlier levels,
            or, with `exactly`, any other difference from the next level of the search.
        """
        size = len(self.relation.keys)
        if int(level.places[-1]) >= size * self.layout.row_words:
            return False
        used = self.layout.row(self.layout.used())
        if (level.words & ~used[level.places % self.layout.row_words]).any():
            return False
        restored = self._no_states()
        restored.reshape(-1)[level.places] = level.words
        known = min(size, len(self.visited))
        if (restored[:known] & self.visited[:known]).any():
            return False
        if exactly and not np.array_equal(restored, self.next_states()):
            return False
        self.begin_level(restored)
        return True

    def is_closed(self) -> bool:
        """Whether the levels below the newest one lead to reached states only, and to every one but the initial ones.

        One image of the whole set: it finds every state that is missing, and added ones unless they lead to each other.
        """
        expanded = self.relation.allocator.copy(self.reached)
        expanded[: len(self.frontier)] &= ~self.frontier
        after = np.zeros_like(expanded)
        self.relation.add_image(expanded, np.flatnonzero(expanded.any(axis=1)), after)
        initial = self.levels[0].dense(after)
        return not (after & ~self.reached).any() and not (self.reached & ~after & ~initial).any()

    @property
    def nbytes(self) -> int:
        """Bytes in memory of all tables, and of the set that the next level needs."""
        of = self.relation.allocator.in_memory
        levels = sum(of(level.places) + of(level.words) for level in self.levels)
        return of(self.visited) + 2 * of(self.frontier) + levels + self.relation.nbytes

    @property
    def reached(self) -> Rows:
        """All states reached, one row per known key, shape (n_keys, row_words), uint64."""
        size = len(self.relation.keys)
        self.visited = grown(self.visited, size, self.relation.allocator)
        return self.visited[:size]

    def transitions(self, done: Rows) -> NDArray[np.int64]:
        """The number of transitions that leave the states of `done`, per rule.

        Args:
            done: shape (n_keys, row_words), uint64.

        Returns:
            Counts, shape (n_rules,), int64.
        """
        relation, covers = self.relation, self.relation.groups.covers
        totals = np.zeros(self.rules, dtype=np.int64)
        step = max(1, (1 << 16) // self.layout.row_words)
        for first in range(0, len(relation.source), step):
            part = slice(first, first + step)
            rows = done[relation.source[part]] & covers[relation.group[part]]
            each = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
            np.add.at(totals, relation.rule[part], each)
        for group, rule in relation.in_place:
            totals[rule] += count(done & covers[group])
        return totals
