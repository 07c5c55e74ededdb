"""Cubes: the paths of rules as masks over packed words.

A cube is a condition on the values of some fields and an assignment to others: on packed words
`state & mask == value` and `state & ~write_mask | write_value`, without Python code of the model. Exports print cubes,
and tests compare the tables of the engine with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.rules.rule_tree import DecisionTree, Pairs, Step
from failover_fsm.records import Packing

__all__ = ["Cube", "CubeTable", "Words", "cubes_of"]

Words = NDArray[np.uint64]


@attrs.frozen
class Cube:
    """One path on which a rule is possible.

    Attributes:
        rule: the number of the rule.
        reads: (slot, code) of the condition, in the order in which the rule reads.
        writes: (slot, code) of the assignment.
    """

    rule: int
    reads: Pairs
    writes: Pairs


def cubes_of(trees: Iterable[DecisionTree]) -> Iterator[Cube]:
    """Yield the learned cubes by rule and then in order of codes. Failures are not cubes."""
    for rule, tree in enumerate(trees):
        for reads, result in tree.paths():
            if isinstance(result, Step):
                yield Cube(rule, reads, result.writes)


@attrs.frozen(eq=False)
class CubeTable:
    """Cubes on packed words; row i of each array belongs to cube i.

    Attributes:
        rule: the number of the rule, shape (n_cubes,), int64.
        mask, value: the condition, shape (n_cubes, words), uint64.
        write_mask, write_value: the assignment, shape (n_cubes, words), uint64.
    """

    rule: NDArray[np.int64]
    mask: Words
    value: Words
    write_mask: Words
    write_value: Words

    @classmethod
    def of(cls, cubes: Sequence[Cube], packing: Packing) -> CubeTable:
        """Return the table of some cubes."""

        def table(rows: Iterable[tuple[int, ...]]) -> Words:
            return np.array(list(rows), dtype=np.uint64).reshape(len(cubes), packing.words)

        return cls(
            np.array([cube.rule for cube in cubes], dtype=np.int64),
            table(packing.mask_of(slot for slot, _ in cube.reads) for cube in cubes),
            table(packing.pack_some(cube.reads) for cube in cubes),
            table(packing.mask_of(slot for slot, _ in cube.writes) for cube in cubes),
            table(packing.pack_some(cube.writes) for cube in cubes),
        )

    def __len__(self) -> int:
        return len(self.rule)

    def matching(self, states: Words, cube: int) -> NDArray[Any]:
        """Return the row numbers of the states, shape (n, words), to which a cube applies; shape (n_matching,)."""
        return np.flatnonzero(((states & self.mask[cube]) == self.value[cube]).all(axis=1))

    def after(self, states: Words, cube: int) -> Words:
        """Return the states after a cube, which must apply to all of them."""
        successors: Words = (states & ~self.write_mask[cube]) | self.write_value[cube]
        return successors

    def successors(self, states: Words) -> Words:
        """Return the state after every transition of `states`, with repetitions: one row per transition."""
        found = [states[:0]]
        for cube in range(len(self)):
            found.append(self.after(states[self.matching(states, cube)], cube))
        return np.concatenate(found)
