"""Cubes: the paths of learned rules as masks over packed words.

A cube says: where the state has these values in these fields, the rule assigns those values
to those fields.  On packed words that is `state & mask == value` and
`state & ~write_mask | write_value`, and it needs nothing of Python any more.  Cubes are what
exports print and what the engine's tables are checked against.
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

    rule: the number of the rule.
    reads: (slot, code) that the path demands, in the order in which the rule asked.
    writes: (slot, code) that the rule then assigns.
    """

    rule: int
    reads: Pairs
    writes: Pairs


def cubes_of(trees: Iterable[DecisionTree]) -> Iterator[Cube]:
    """The cubes learned so far, by rule and then in order of codes.  Failures are no cubes."""
    for rule, tree in enumerate(trees):
        for reads, result in tree.paths():
            if isinstance(result, Step):
                yield Cube(rule, reads, result.writes)


@attrs.frozen(eq=False)
class CubeTable:
    """Cubes on packed words; row i of each array belongs to cube i.

    rule: the number of the rule.
    mask, value: what the state must have.
    write_mask, write_value: what it gets.
    """

    rule: NDArray[np.int64]
    mask: Words
    value: Words
    write_mask: Words
    write_value: Words

    @classmethod
    def of(cls, cubes: Sequence[Cube], packing: Packing) -> CubeTable:
        """Pack cubes."""

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
        """The row numbers of the states in which a cube applies."""
        return np.flatnonzero(((states & self.mask[cube]) == self.value[cube]).all(axis=1))

    def after(self, states: Words, cube: int) -> Words:
        """The states after a cube, which must apply in all of them."""
        successors: Words = (states & ~self.write_mask[cube]) | self.write_value[cube]
        return successors

    def successors(self, states: Words) -> Words:
        """Every state after every transition of `states`, repetitions included: one row a transition."""
        found = [states[:0]]
        for cube in range(len(self)):
            found.append(self.after(states[self.matching(states, cube)], cube))
        return np.concatenate(found)
