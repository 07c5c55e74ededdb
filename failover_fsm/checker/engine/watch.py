"""Properties during a search: which of the states reached have what a property looks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.residuals import Residuals, RuleTable
from failover_fsm.checker.engine.rows import Rows, SparseRows, grown
from failover_fsm.checker.engine.space import Space
from failover_fsm.checker.learned import DecisionTree, Rule, tree_of_predicate, tree_of_step
from failover_fsm.checker.model import ModelError
from failover_fsm.checker.properties import Kind, Property
from failover_fsm.draft import Shape

__all__ = ["Hit", "StateSet", "Watch", "watches_of"]

Ints = NDArray[np.int64]


class StateSet:
    """The states in which some learned predicate is true, known for every key met so far.

    rows: the states, one row a key.
    """

    def __init__(self, trees: Sequence[DecisionTree], residuals: Residuals) -> None:
        self.trees = trees
        self._tables = [RuleTable(tree, residuals) for tree in trees]
        self._residuals = residuals
        self.rows: Rows = np.zeros((0, residuals.layout.row_words), dtype=np.uint64)
        self._failing: list[tuple[int, Rows, str]] = []
        self._known: dict[int, tuple[Rows, Rows, str]] = {}

    def meet(self, keys: Ints, codes: dict[int, Ints]) -> None:
        """Evaluate the predicate for all states of new keys."""
        self.rows = grown(self.rows, int(keys[-1]) + 1)
        for table in self._tables:
            numbers = table.residuals_of(codes, len(keys))
            for number in np.unique(numbers):
                true, failed, message = self._bits(int(number))
                chosen = keys[numbers == number]
                if true.any():
                    self.rows[chosen] |= true
                if message:
                    self._failing.extend((int(key), failed, message) for key in chosen)

    def _bits(self, number: int) -> tuple[Rows, Rows, str]:
        if number not in self._known:
            self._known[number] = self._residuals.true_bits(number)
        return self._known[number]

    def among(self, states: Rows) -> Rows:
        """Those of `states` in which the predicate is true; their keys must have been met.

        Raises ModelError where the predicate fails in one of them.
        """
        for key, failed, message in self._failing:
            if key < len(states) and (states[key] & failed).any():
                raise ModelError(message)
        self.rows = grown(self.rows, len(states))
        return states & self.rows[: len(states)]


@attrs.frozen(eq=False)
class Hit:
    """Where a property is decided: some states of one level, at least one."""

    level: int
    states: SparseRows


@attrs.define(eq=False)
class Watch:
    """One property during and after a search.

    claim: the property.
    wrong: the states that violate it (ALWAYS, WHEN_SETTLED: the predicate is true in all others), from which a
        violating step leads (ALWAYS_STEP), or that witness it (SOMETIMES).
    premise: the states, or sources of steps, that meet the premise.
    hit: the first of `wrong`, once found.
    asked: whether the premise was ever met, or anything the property speaks about.
    lasso: the run of a LEADS_TO that is violated.
    cycles: states on or between cycles, of a CONVERGES that is violated.
    """

    claim: Property
    wrong: StateSet | None
    premise: StateSet | None
    hit: Hit | None = None
    asked: bool = False
    cycles: Rows | None = None
    lasso: tuple[tuple[Any, ...], tuple[Any, ...], int] | None = None

    def meet(self, keys: Ints, codes: dict[int, Ints]) -> None:
        """Evaluate everything for new keys."""
        for states in (self.wrong, self.premise):
            if states is not None:
                states.meet(keys, codes)

    def judge_level(self, space: Space) -> bool:
        """Look at the states of the newest level; return whether the property was violated just now."""
        if self.claim.kind not in (Kind.ALWAYS, Kind.ALWAYS_STEP, Kind.SOMETIMES):
            return False
        if self.premise is not None and not self.asked:
            self.asked = bool(self.premise.among(space.frontier).any())
        if self.hit is not None or self.wrong is None:
            return False
        wrong = self.wrong.among(space.frontier)
        if wrong.any():
            self.hit = Hit(len(space.levels) - 1, SparseRows.of(wrong))
        return self.hit is not None and self.claim.kind is not Kind.SOMETIMES


def watches_of(
    properties: Sequence[Property],
    rules: Sequence[Rule],
    shape: Shape,
    residuals: Residuals,
    learn: Callable[[DecisionTree], None],
) -> list[Watch]:
    """One watch a property.

    learn: called with each new tree, to learn its paths in advance.
    """

    def states(trees: list[DecisionTree]) -> StateSet:
        for tree in trees:
            learn(tree)
        return StateSet(trees, residuals)

    watches = []
    for claim in properties:
        name, wanted = f"property {claim.name!r}", claim.kind in (Kind.SOMETIMES, Kind.CAN_RECOVER)
        wrong = premise = None
        if claim.predicate is not None:
            wrong = states(_trees(name, claim, claim.predicate, wanted, rules, shape))
        if claim.premise is not None:
            premise = states(_trees(f"the premise of {name}", claim, claim.premise, True, rules, shape))
        watches.append(Watch(claim, wrong, premise))
    return watches


def _trees(
    name: str, claim: Property, predicate: Callable[..., object], wanted: bool, rules: Sequence[Rule], shape: Shape
) -> list[DecisionTree]:
    """The trees that find where a predicate is `wanted`."""
    if claim.kind is Kind.ALWAYS_STEP:
        return [tree_of_step(name, rule, predicate, wanted, shape) for rule in rules]
    return [tree_of_predicate(name, predicate, wanted, shape)]
