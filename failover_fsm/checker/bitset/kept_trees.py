"""Learned trees as bytes, so that a later search of the same model need not learn them again.

Nothing but numbers and words is kept. A query (`records.queries`) is a function, which no file can hold: a tree names
its queries, and for each gives a path on which it is asked. That path is run again when the tree is read, so the query
is made by the rule itself, and must be the one that was kept: of the same leaf, with the same table. Every other path
is taken as kept; the recheck after a search (`Search`) runs a sample of them, as it does with those just learned.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from failover_fsm.checker.rules.predicates import Sequel
from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Failure, Result, Step
from failover_fsm.records import Query, Shape

__all__ = ["DamagedTrees", "KeptTrees"]

OPEN, CLOSED, LEAF = -1, -2, -3
"""In a tree as numbers: a child that is not learned, one that no state takes, and the first result."""

Path = list[list[int]]


class DamagedTrees(ValueError):
    """What was kept is not what was written, or not of this model."""


@attrs.frozen(eq=False)
class _Kept:
    """One tree: its numbers in the order of a walk, and for each query in it a path on which it is asked.

    writes: for a predicate of steps, the assignment of the step.
    """

    numbers: list[int]
    witnesses: dict[int, Path]
    writes: list[list[int]] | None = None


@attrs.define(eq=False)
class KeptTrees:
    """The trees of a model's rules and predicates, by name.

    Slots are numbered as in the shape up to the leaves; from there on a number is a position in `_queries`.

    Attributes:
        dense: the dense slots of the search.
    """

    shape: Shape
    dense: tuple[int, ...] | None = None
    _queries: list[tuple[int, str, tuple[int, ...]]] = attrs.field(factory=list)
    _results: list[Result] = attrs.field(factory=list)
    _trees: dict[str, list[_Kept]] = attrs.field(factory=dict)
    _looked: dict[str, list[int]] = attrs.field(factory=dict)
    _actual: dict[int, int] = attrs.field(factory=dict)

    # -- reading -----------------------------------------------------------------------------------

    @classmethod
    def read(cls, content: bytes, shape: Shape) -> KeptTrees:
        """The trees that `written` returned.  Raises DamagedTrees if they are damaged, or of another shape."""
        digest, rest = content[:32], content[32:]
        if hashlib.sha256(rest).digest() != digest:
            raise DamagedTrees("its checksum is wrong")
        try:
            words, numbers = rest.split(b"\n", 1)
            kept = json.loads(words)
            every: list[int] = np.frombuffer(numbers, dtype="<i4").tolist()
            if kept["slots"] != _slots(shape):
                raise DamagedTrees("it is of other states")
            found = cls(shape, tuple(kept["dense"]))
            found._queries = [(leaf, name, tuple(table)) for leaf, name, table in kept["queries"]]
            found._results = [_result(each) for each in kept["results"]]
            found._looked = {name: list(slots) for name, slots in kept["looked"].items()}
            for name, begin, end, witnesses, writes in kept["trees"]:
                paths = {int(query): path for query, path in witnesses.items()}
                found._trees.setdefault(name, []).append(_Kept(every[begin:end], paths, writes))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedTrees(str(error)) from None
        return found

    def fill(self, tree: DecisionTree) -> bool:
        """Give a tree of a rule or state predicate what was kept of it; return whether anything was.

        Raises:
            DamagedTrees: it does not fit.
        """
        for kept in self._trees.get(tree.name, ())[:1]:
            self._fill(tree, kept)
            return True
        return False

    def of_steps(self, function: Sequel, looked: dict[int, None]) -> Iterator[tuple[tuple[Any, ...], DecisionTree]]:
        """The trees of a step predicate, each with the assignment that it is for; `looked` gets what they read of it.

        Raises:
            DamagedTrees: they do not fit.
        """
        looked.update(dict.fromkeys(self._looked.get(function.name_at, ())))
        for kept in self._trees.get(function.name_at, ()):
            writes = tuple((slot, code) for slot, code in kept.writes or ())
            tree = function.tree(writes, looked)
            self._fill(tree, kept)
            yield writes, tree

    def _fill(self, tree: DecisionTree, kept: _Kept) -> None:
        try:
            for query, path in kept.witnesses.items():
                if query not in self._actual:
                    self._ask_again(tree, path)
            tree.root = self._node(iter(kept.numbers))
        except (IndexError, KeyError, StopIteration, TypeError, RecursionError) as error:
            raise DamagedTrees(f"{tree.name} does not fit: {error!r}") from None

    def _ask_again(self, tree: DecisionTree, path: Path) -> None:
        """Run a path again, and note which queries it asks."""
        asked = tree.asked_on([code for _, code in path])
        for number, (slot, _) in zip(asked, path, strict=False):
            query = self.shape.query_of(number)
            if query is None:
                if number != slot:
                    raise DamagedTrees(f"{tree.name} reads another slot than it did")
            elif slot < len(self.shape.leaves) or _identity(query) != self._queries[slot - len(self.shape.leaves)]:
                raise DamagedTrees(f"{tree.name} asks another question than it did")
            else:
                self._actual[slot] = number
        if len(asked) != len(path):
            raise DamagedTrees(f"{tree.name} reads more or less than it did")

    def _node(self, numbers: Iterator[int]) -> Branch | End | None:
        """The node that the next numbers stand for."""
        number = next(numbers)
        if number >= 0:
            slot = number if number < len(self.shape.leaves) else self._actual[number]
            return Branch(slot, [self._node(numbers) for _ in self.shape.values(slot)])
        if number in (OPEN, CLOSED):
            return None if number == OPEN else NOWHERE
        return End(self._results[LEAF - number])

    # -- writing -----------------------------------------------------------------------------------

    def written(
        self,
        trees: Sequence[DecisionTree],
        steps: Mapping[Sequel, tuple[Sequence[int], Sequence[tuple[Any, DecisionTree]]]],
        dense: Sequence[int],
    ) -> bytes | None:
        """These trees as bytes, and those kept before whose names are not among them.

        Args:
            trees: of rules and state predicates.
            steps: of step predicates: what they read of an assignment, and each tree with the assignment.
            dense: the dense slots.

        Returns:
            None if two trees or two queries cannot be told apart by name.
        """
        every = [query for query in map(self.shape.query_of, self._query_numbers(trees, steps)) if query is not None]
        if len({_identity(query) for query in every}) < len(every) or len({tree.name for tree in trees}) < len(trees):
            return None
        found = _Writer(self)
        for query in every:
            found.number(query)
        for tree in trees:
            self._trees[tree.name] = [found.kept(tree)]
        for function, (looked, own) in steps.items():
            self._looked[function.name_at] = list(looked)
            self._trees[function.name_at] = [found.kept(tree, writes) for writes, tree in own]
        return self._packed(dense)

    def _query_numbers(self, trees: Sequence[DecisionTree], steps: Mapping[Any, tuple[Any, Any]]) -> list[int]:
        every = [*trees, *(tree for _, own in steps.values() for _, tree in own)]
        slots = {slot: None for tree in every for slot in _slots_in(tree.root)}
        return sorted(slot for slot in slots if slot >= len(self.shape.leaves))

    def _packed(self, dense: Sequence[int]) -> bytes:
        rows, numbers = [], list[int]()
        for name, own in self._trees.items():
            for kept in own:
                rows.append([name, len(numbers), len(numbers) + len(kept.numbers), kept.witnesses, kept.writes])
                numbers += kept.numbers
        words = {
            "slots": _slots(self.shape),
            "dense": list(dense),
            "queries": self._queries,
            "results": [_words(each) for each in self._results],
            "looked": self._looked,
            "trees": rows,
        }
        rest = json.dumps(words).encode() + b"\n" + np.array(numbers, dtype="<i4").tobytes()
        return hashlib.sha256(rest).digest() + rest


class _Writer:
    """Turns trees into numbers, with the queries and results of `KeptTrees`, which it extends."""

    def __init__(self, kept: KeptTrees) -> None:
        self._kept, self._leaves = kept, len(kept.shape.leaves)
        self._numbers: dict[int, int] = {}
        self._of_result: dict[Result, int] = {each: at for at, each in enumerate(kept._results)}
        self._of_query = {each: at for at, each in enumerate(kept._queries)}

    def number(self, query: Query) -> None:
        """Give a query its number."""
        identity = _identity(query)
        place = self._of_query.setdefault(identity, len(self._of_query))
        if place == len(self._kept._queries):
            self._kept._queries.append(identity)
        self._numbers[query.number] = self._leaves + place

    def kept(self, tree: DecisionTree, writes: Any = None) -> _Kept:
        """One tree as numbers."""
        found = _Kept([], {}, None if writes is None else [list(pair) for pair in writes])
        self._walk(tree.root, found, [])
        return found

    def _walk(self, node: Branch | End | None, found: _Kept, path: Path) -> None:
        if isinstance(node, Branch):
            slot = self._numbers.get(node.slot, node.slot)
            found.numbers.append(slot)
            for code, child in enumerate(node.children):
                path.append([slot, code])
                self._walk(child, found, path)
                path.pop()
        elif node is None or node is NOWHERE:
            found.numbers.append(OPEN if node is None else CLOSED)
        else:
            place = self._of_result.setdefault(node.result, len(self._of_result))
            if place == len(self._kept._results):
                self._kept._results.append(node.result)
            found.numbers.append(LEAF - place)
            for slot, _ in path:
                if slot >= self._leaves and slot not in found.witnesses:
                    found.witnesses[slot] = list(path)


def _slots(shape: Shape) -> list[list[Any]]:
    return [[leaf.slot.name, len(leaf.slot.domain)] for leaf in shape.leaves]


def _slots_in(node: Branch | End | None) -> Iterator[int]:
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, Branch):
            yield here.slot
            stack.extend(here.children)


def _identity(query: Query) -> tuple[int, str, tuple[int, ...]]:
    return query.leaf.number, query.name, query.table


def _words(result: Result) -> Any:
    if result is None:
        return None
    return result.message if isinstance(result, Failure) else list(result.writes)


def _result(words: Any) -> Result:
    if words is None:
        return None
    return Failure(words) if isinstance(words, str) else Step(tuple((slot, code) for slot, code in words))
