"""The parts of a search put together: learned functions, monitors, the transition relation, the first level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.bitset.allocator import Allocator
from failover_fsm.checker.bitset.batches import Outcomes
from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.forest import DecisionForest
from failover_fsm.checker.bitset.monitor import PropertyMonitor, monitors_of, trees_of
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.record_guard import RecordGuard
from failover_fsm.checker.bitset.transitions import TransitionRelation
from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.reduce.interchangeable import prove_property
from failover_fsm.checker.rules.rule_tree import DecisionTree

__all__ = ["Assembly"]


@attrs.frozen(eq=False)
class Assembly:
    """What a search works on; build it with `of`.

    Attributes:
        checker: the model.
        monitors: one per property.
        reachable: the states reached.
        guard: compares what was learned with what records say.
        known_nodes: how many nodes the trees had at first.
    """

    checker: CompiledModel
    monitors: list[PropertyMonitor]
    reachable: ReachableSet
    guard: RecordGuard
    known_nodes: int

    @classmethod
    def of(
        cls,
        checker: CompiledModel,
        properties: Sequence[Property],
        allocator: Allocator,
        initial: Sequence[tuple[int, ...]],
    ) -> Assembly:
        """Learn the properties and begin a search.

        Args:
            checker: the model.
            properties: what is to be judged.
            allocator: makes the tables.
            initial: the states to begin in, as codes by slot.
        """
        rules = checker.model.rules
        claimed = trees_of(properties, rules, checker.shape)
        predicates = [function for parts in claimed for part in parts for function in part]
        for function in predicates:
            if isinstance(function, DecisionTree):
                function.before_run = checker.watchdog.check
                if not checker.kept.fill(function):
                    checker.learning(function)
        offset_sets = OffsetSets(checker.layout)
        forest = DecisionForest(
            checker.layout, offset_sets, [*checker.trees, *predicates], checker.watchdog.check, checker.kept
        )
        known_nodes = len(forest)
        monitors = monitors_of(properties, claimed, forest, offset_sets, len(rules), allocator)
        if checker.symmetric is not None:
            for monitor in monitors:
                prove_property(checker.model, monitor.claim, checker.shape, checker.symmetric.blocks)
                monitor.claim = checker.symmetric.claim(monitor.claim)
        relation = TransitionRelation(
            checker.layout, offset_sets, forest, len(rules), checker.patience, checker.canonicaliser, allocator
        )
        reachable = ReachableSet(checker.layout, forest, len(rules), relation, initial)
        plain = checker.plain if checker.symmetric is None else None
        guard = RecordGuard(reachable, rules, checker.trees, plain, list(properties))
        return cls(checker, monitors, reachable, guard, known_nodes)

    def expand(self, should_stop: Callable[[], bool] = lambda: False) -> bool:
        """Create the transition entries of new keys; return whether that was all of them.

        Raises:
            FunctionFails: a rule fails in a state of the newest level.
        """
        trees = [number for monitor in self.monitors for number in monitor.open_trees()]
        return self.reachable.expand(trees, self._add_keys, should_stop)

    def _add_keys(self, keys: Any, outcomes: Outcomes) -> None:
        """Enter the outcomes of new keys, shape (n,), int64, in all monitors."""
        for monitor in self.monitors:
            monitor.add_keys(keys, outcomes)

    @property
    def nbytes(self) -> int:
        """Bytes in memory of all tables."""
        return self.reachable.nbytes + sum(monitor.nbytes for monitor in self.monitors)

    def tables(self) -> bytes | None:
        """All trees, as far as they are learned, for the argument `kept` of a later checker; None if two of them cannot
        be told apart by name.
        """
        trees, steps = self.reachable.forest.learned()
        return self.checker.kept.written(trees, steps, tuple(self.checker.layout.shifts))
