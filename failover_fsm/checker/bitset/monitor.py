"""Property monitors: judge properties on every level of the search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator
from failover_fsm.checker.bitset.batches import Outcomes
from failover_fsm.checker.bitset.forest import DecisionForest
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import FunctionFails, Rows, SparseRows, grown
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.rules.predicates import Sequel, answerable, tree_of_predicate
from failover_fsm.checker.rules.rule_tree import DecisionTree, Failure, Rule
from failover_fsm.records import Shape

__all__ = ["Hit", "PropertyMonitor", "StateSet", "monitors_of", "trees_of"]

Ints = NDArray[np.int64]
Function = DecisionTree | Sequel


class StateSet:
    """The states in which a learned predicate is true, known for every key evaluated so far.

    Args:
        trees: the numbers of its functions in the forest, which are consecutive.
        forest: has the results.
        offset_sets: has the offset sets.
        allocator: makes the rows.

    Attributes:
        trees: as above.
        rows: the states, shape (at least the keys evaluated, row_words), uint64.
    """

    def __init__(self, trees: range, forest: DecisionForest, offset_sets: OffsetSets, allocator: Allocator) -> None:
        self.trees, self._allocator = trees, allocator
        self._forest, self._offset_sets = forest, offset_sets
        self.rows: Rows = np.zeros((0, offset_sets.layout.row_words), dtype=np.uint64)
        self._failing: list[tuple[int, Rows, str]] = []

    def add_keys(self, keys: Ints, outcomes: Outcomes) -> None:
        """Enter the outcomes of new keys.

        Args:
            keys: sparse indices, ascending, shape (n,), int64.
            outcomes: of all predicates; `outcomes.key` is a position in `keys`.
        """
        own = outcomes.of_trees(self.trees.start, self.trees.stop)
        if not len(own.result):  # most promises are broken nowhere, and then need no rows
            return
        self.rows = grown(self.rows, int(keys[-1]) + 1, self._allocator)
        ends, places = np.unique(own.result, return_inverse=True)
        for number, end in enumerate(ends):
            result = self._forest.results[int(end)]
            key, offsets = keys[own.key[places == number]], own.offsets[places == number]
            if isinstance(result, Failure):
                rows = map(self._offset_sets.row, map(int, offsets))
                self._failing.extend((int(each), row, result.message) for each, row in zip(key, rows, strict=True))
                continue
            for each in np.unique(offsets):
                self.rows[key[offsets == each]] |= self._offset_sets.row(int(each))

    @property
    def is_empty(self) -> bool:
        """Whether the predicate is true in no state of the keys entered, and fails in none."""
        return not (len(self.rows) or self._failing)

    def restricted(self, states: Rows) -> Rows:
        """The states of `states` in which the predicate is true; their keys must have been entered.

        Raises:
            FunctionFails: the predicate fails in one of `states`.
        """
        for key, failed, message in self._failing:
            if key < len(states) and (states[key] & failed).any():
                failing = np.zeros_like(states)
                failing[key] = states[key] & failed
                raise FunctionFails(message, failing)
        if not len(self.rows):
            return np.zeros_like(states)
        self.rows = grown(self.rows, len(states), self._allocator)
        found: Rows = self._allocator.like(states)
        return np.bitwise_and(states, self.rows[: len(states)], out=found)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self._allocator.in_memory(self.rows)


@attrs.frozen(eq=False)
class Hit:
    """The first level that decides a property, and the states (at least one) that decide it."""

    level: int
    states: SparseRows


@attrs.define(eq=False)
class PropertyMonitor:
    """One property during and after a search.

    Attributes:
        claim: the property.
        decisive: the states that violate it (ALWAYS, WHEN_SETTLED, DEADLOCK), are the source of a violating step
            (ALWAYS_STEP), witness it (SOMETIMES), satisfy the goal (CAN_RECOVER), or avoid the goal (LEADS_TO,
            EVENTUALLY_ALWAYS).
        premise: the states, or sources of steps, that satisfy the premise.
        hit: the first level with decisive states, once found.
        exercised: whether the premise was ever satisfied, or the situation that the property is about occurred.
        cycles: states on or between cycles, of a violated CONVERGES.
        lasso: the run of a violated LEADS_TO or EVENTUALLY_ALWAYS.
        guards: for each predicate of `Property.guards`, the states in which its fair actions count.
    """

    claim: Property
    decisive: StateSet | None
    premise: StateSet | None
    hit: Hit | None = None
    exercised: bool = False
    cycles: Rows | None = None
    lasso: tuple[tuple[Any, ...], tuple[Any, ...], int] | None = None
    guards: tuple[StateSet, ...] = ()

    def state_sets(self) -> Iterator[StateSet]:
        """The sets of states that its functions are learned for."""
        yield from (states for states in (self.decisive, self.premise, *self.guards) if states is not None)

    def open_trees(self) -> Iterator[int]:
        """The functions still to be evaluated on new keys. A premise of a safety property that was satisfied once is
        closed.
        """
        for states in self.state_sets():
            if not (states is self.premise and self._settled()):
                yield from states.trees

    def _settled(self) -> bool:
        return self.exercised and self.claim.kind in (Kind.ALWAYS, Kind.ALWAYS_STEP, Kind.SOMETIMES)

    def add_keys(self, keys: Ints, outcomes: Outcomes) -> None:
        """Enter the outcomes of new keys, shape (n,), int64."""
        for states in self.state_sets():
            states.add_keys(keys, outcomes)

    @property
    def nbytes(self) -> int:
        """Bytes of the sets of states in memory."""
        return sum(states.nbytes for states in self.state_sets())

    def judge_level(self, reachable: ReachableSet) -> bool:
        """Judge the states of the newest level; return whether the property was violated just now."""
        if self.claim.kind not in (Kind.ALWAYS, Kind.ALWAYS_STEP, Kind.SOMETIMES):
            return False
        if self.premise is not None and not self.exercised:
            self.exercised = bool(self.premise.restricted(reachable.frontier).any())
        if self.hit is not None or self.decisive is None or self.decisive.is_empty:
            return False
        decisive = self.decisive.restricted(reachable.frontier)
        if decisive.any():
            self.hit = Hit(len(reachable.levels) - 1, SparseRows.of(decisive, reachable.relation.allocator))
        return self.hit is not None and self.claim.kind is not Kind.SOMETIMES


def trees_of(properties: Sequence[Property], rules: Sequence[Rule], shape: Shape) -> list[list[list[Function]]]:
    """For each property the functions of its decisive states, of its premise (empty lists if it has none) and of its
    guards.
    """
    outcomes = []
    for claim in properties:
        name, wanted = f"property {claim.name!r}", claim.kind in (Kind.SOMETIMES, Kind.CAN_RECOVER)
        decisive: list[Function] = []
        premise: list[Function] = []
        if claim.predicate is not None:
            decisive = _trees(name, claim, claim.predicate, wanted, rules, shape)
        if claim.premise is not None:
            premise = _trees(f"the premise of {name}", claim, claim.premise, True, rules, shape)
        guards: list[list[Function]] = [
            [tree_of_predicate(f"a fairness item of {name}", guard, True, shape)] for guard in claim.guards
        ]
        outcomes.append([decisive, premise, *guards])
    return outcomes


def monitors_of(
    properties: Sequence[Property],
    trees: Sequence[Sequence[Sequence[Function]]],
    forest: DecisionForest,
    offset_sets: OffsetSets,
    first: int,
    allocator: Allocator,
) -> list[PropertyMonitor]:
    """One monitor per property.

    Args:
        properties: the properties.
        trees: as `trees_of` returns them; they follow each other in the forest.
        forest: has the trees.
        offset_sets: has the offset sets.
        first: the number of the first of these functions in the forest.
        allocator: makes the sets of states.
    """
    monitors, number = [], first
    for claim, parts in zip(properties, trees, strict=True):
        sets = []
        for part in parts:
            sets.append(StateSet(range(number, number + len(part)), forest, offset_sets, allocator))
            number += len(part)
        decisive, premise = None if claim.predicate is None else sets[0], None if claim.premise is None else sets[1]
        monitors.append(PropertyMonitor(claim, decisive, premise, guards=tuple(sets[2:])))
    return monitors


def _trees(
    name: str, claim: Property, predicate: Callable[..., object], wanted: bool, rules: Sequence[Rule], shape: Shape
) -> list[Function]:
    """The functions that find where a predicate has the truth value `wanted`."""
    if claim.kind is Kind.ALWAYS_STEP:
        spoken_of = [(number, rule.event) for number, rule in enumerate(rules) if claim.speaks_of(rule.event)]
        asked = answerable(predicate, step=True)
        return [Sequel(name, number, event, asked, wanted, shape) for number, event in spoken_of]
    return [tree_of_predicate(name, predicate, wanted, shape)]
