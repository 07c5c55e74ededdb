"""What is left of a rule once the key is known.

For one key, a decision tree shrinks to a tree over rest slots alone: its *residual*.  A rule
has few different residuals, whatever the number of keys, so each is turned only once
into *operations*: which bits of the row it applies to, where they move within the row, and
what it assigns to the key.  Leaves that end alike are merged here; a scan over interfaces
that stops at the first bad one has many leaves and two operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.engine.layout import Layout
from failover_fsm.checker.learned import Branch, DecisionTree, End, Failure, Pairs, Result, Step

__all__ = ["Operation", "Residuals", "RuleTable"]

Codes = Mapping[int, NDArray[np.int64]]
"""Per key slot, the codes of some keys."""

GRID = 1 << 13
"""Up to this many key values, a rule's residuals are tabulated in advance."""


@attrs.frozen(eq=False)
class Operation:
    """Some bits of a row, moved together.

    applies: the bits, as a row of words.
    up, down: how far they move within their word, towards higher and lower bits; one is zero.
    flip: the word number they move to is their own XOR this.
    writes: what is assigned to the key.
    failure: not empty where the rule fails on these bits instead of moving them.
    """

    applies: NDArray[np.uint64]
    up: int
    down: int
    flip: int
    writes: Pairs
    failure: str = ""


class Residuals:
    """All residuals met so far, each stored once; shared by the rules and predicates of a search."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._numbers: dict[object, int] = {}
        self._nodes: list[Result | tuple[int, tuple[int, ...]]] = []
        self._holds: dict[tuple[int, int], NDArray[np.bool_]] = {}

    def leaf(self, result: Result) -> int:
        """The residual that has this result for every rest."""
        return self._number(("leaf", result), result)

    def branch(self, slot: int, children: tuple[int, ...]) -> int:
        """The residual that asks for a rest slot; a child if they are all the same."""
        if all(child == children[0] for child in children):
            return children[0]
        return self._number((slot, children), (slot, children))

    def _number(self, key: object, node: Result | tuple[int, tuple[int, ...]]) -> int:
        number = self._numbers.setdefault(key, len(self._nodes))
        if number == len(self._nodes):
            self._nodes.append(node)
        return number

    def operations(self, number: int) -> list[Operation]:
        """The operations of a residual, none where the rule is not possible."""
        found: dict[tuple[Pairs, int, int, int, str], NDArray[np.bool_]] = {}
        for result, bits in self._results(number).items():
            if isinstance(result, Failure):
                found[(), 0, 0, 0, result.message] = bits
            elif result is not None:
                self._moves(result, bits, found)
        row = self.layout.row
        return [
            Operation(row(bits), up, down, flip, writes, failure)
            for (writes, up, down, flip, failure), bits in found.items()
        ]

    def true_bits(self, number: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64], str]:
        """Of a predicate: the row where it is true, the row where it fails, and how it fails."""
        true = failed = np.zeros(1 << self.layout.bits, dtype=np.bool_)
        message = ""
        for result, bits in self._results(number).items():
            if isinstance(result, Failure):
                failed, message = failed | bits, message or result.message
            elif result is not None:
                true = true | bits
        return self.layout.row(true), self.layout.row(failed), message

    def _results(self, number: int) -> dict[Result, NDArray[np.bool_]]:
        """The bit numbers of a row by the result they end with."""
        found: dict[Result, NDArray[np.bool_]] = {}
        stack = [(number, np.ones(1 << self.layout.bits, dtype=np.bool_))]
        while stack:
            current, bits = stack.pop()
            node = self._nodes[current]
            if isinstance(node, tuple):
                slot, children = node
                for code in range(len(children) - 1, -1, -1):
                    stack.append((children[code], bits & self._where(slot, code)))
            else:
                found[node] = found[node] | bits if node in found else bits
        return found

    def _where(self, slot: int, code: int) -> NDArray[np.bool_]:
        if (slot, code) not in self._holds:
            self._holds[slot, code] = self.layout.holds(slot, code)
        return self._holds[slot, code]

    def _moves(
        self, step: Step, bits: NDArray[np.bool_], found: dict[tuple[Pairs, int, int, int, str], NDArray[np.bool_]]
    ) -> None:
        """Split a step by the old codes of the rest slots it assigns, so that all bits of a part move alike."""
        shifts = self.layout.shifts
        writes = tuple(sorted((slot, code) for slot, code in step.writes if slot not in shifts))
        inner = [(slot, code) for slot, code in step.writes if slot in shifts]
        domains = [range(len(self.layout.packing.shape.leaves[slot].slot.domain)) for slot, _ in inner]
        for old in product(*domains):
            part, source, target = bits, 0, 0
            for (slot, code), before in zip(inner, old, strict=True):
                part = part & self._where(slot, before)
                source |= before << shifts[slot]
                target |= code << shifts[slot]
            if part.any():
                distance = (target & 63) - (source & 63)
                key = (writes, max(0, distance), max(0, -distance), (source ^ target) >> 6, "")
                found[key] = found[key] | part if key in found else part


class RuleTable:
    """One rule or predicate, asked for many keys at once.

    key_slots: the slots of the key that the tree reads, as far as it is learned.
    """

    def __init__(self, tree: DecisionTree, residuals: Residuals) -> None:
        self.tree = tree
        self._residuals = residuals
        self._rest = residuals.layout.shifts
        self.key_slots = tuple(slot for slot in tree.read_slots() if slot not in self._rest)
        self._grid: NDArray[np.int64] | None = None
        self._strides: list[tuple[int, int]] = []
        if tree.complete:
            self._tabulate()

    @property
    def constant(self) -> int | None:
        """The residual of every key, for a rule that does not look at the key; else None."""
        return int(self._grid[0]) if self._grid is not None and len(self._grid) == 1 else None

    def _tabulate(self) -> None:
        sizes = [len(self.tree.shape.leaves[slot].slot.domain) for slot in self.key_slots]
        total = int(np.prod(sizes, dtype=np.int64)) if sizes else 1
        if total > GRID:
            return
        stride, codes = total, {}
        numbers = np.arange(total)
        for slot, size in zip(self.key_slots, sizes, strict=True):
            stride //= size
            self._strides.append((slot, stride))
            codes[slot] = numbers // stride % size
        self._grid = self._evaluate(None, 0, codes, numbers, {})

    def residuals_of(self, codes: Codes, count: int) -> NDArray[np.int64]:
        """The residual for each of `count` keys; paths that are not known yet are learned."""
        if self._grid is None:
            return self._evaluate(None, 0, codes, np.arange(count), {})
        index = np.zeros(count, dtype=np.int64)
        for slot, stride in self._strides:
            index += codes[slot] * stride
        answer: NDArray[np.int64] = self._grid[index]
        return answer

    def _evaluate(
        self, above: Branch | None, code: int, codes: Codes, keys: NDArray[np.int64], rest: dict[int, int]
    ) -> NDArray[np.int64]:
        """Walk on from child `code` of `above` (None: from the root) with all `keys` at once.

        Keys part at key slots; at rest slots all of them follow every way.
        """
        node = self.tree.root if above is None else above.children[code]
        if node is None:
            self._learn(codes, int(keys[0]), rest)
            node = self.tree.root if above is None else above.children[code]
        if isinstance(node, End):
            return np.full(len(keys), self._residuals.leaf(node.result), dtype=np.int64)
        assert node is not None
        slot, size = node.slot, len(node.children)
        if slot in self._rest:
            return self._combine(
                slot, [self._evaluate(node, code, codes, keys, {**rest, slot: code}) for code in range(size)]
            )
        answer = np.empty(len(keys), dtype=np.int64)
        own = codes[slot][keys]
        for code in range(size):
            chosen = np.flatnonzero(own == code)
            if len(chosen):
                answer[chosen] = self._evaluate(node, code, codes, keys[chosen], rest)
        return answer

    def _combine(self, slot: int, branches: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """One residual a key from its residuals for every code of a rest slot."""
        if len(branches[0]) == 1:  # the usual case near the start of a search, and np.unique is slow to start
            return np.array([self._residuals.branch(slot, tuple(int(item[0]) for item in branches))])
        rows, places = np.unique(np.stack(branches, axis=1), axis=0, return_inverse=True)
        numbers = [self._residuals.branch(slot, tuple(map(int, row))) for row in rows]
        answer: NDArray[np.int64] = np.array(numbers, dtype=np.int64)[places.reshape(-1)]
        return answer

    def _learn(self, codes: Codes, key: int, rest: dict[int, int]) -> None:
        """Learn one more path: that of a key, with the codes of the rest that lead to where we are."""
        self.tree.learn(lambda slot: rest.get(slot, 0) if slot in self._rest else int(codes[slot][key]))
