"""Dependencies of learned functions on slots, as far as the functions are learned.

A decision node influences a slot if two of its branches, given equal answers below, assign that slot different values.
So a tree that reads the whole state but copies one slot into another yields one dependency; reads that make no
difference do not count, nor does the order of reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Step

__all__ = ["ENABLED", "dependencies_of"]

ENABLED = -1
"""Stands for "is the rule enabled?" among the slots."""

Projection = Any
"""A tree projected on one slot: a tuple of one outcome, or a slot with a projection for each code; None if unknown."""


def dependencies_of(tree: DecisionTree) -> dict[int, tuple[int, ...]]:
    """For each slot that a tree assigns, and for `ENABLED`, the leaf slots that the outcome was seen to depend on."""
    base = tree.shape.base
    found = {}
    for slot in (ENABLED, *tree.written_slots()):
        seen: dict[int, None] = {}
        _collect(_projection(tree.root, slot, {}), seen)
        found[slot] = tuple(dict.fromkeys(map(base, seen)))
    return found


def _projection(node: Branch | End | None, slot: int, known: Mapping[int, int]) -> Projection:
    """The projection of the tree below a node; None if nothing was learned there."""
    if node is None or node is NOWHERE:
        return None
    if isinstance(node, End):
        return _outcome(node, slot, known)
    read = node.slot
    projections = tuple(_projection(child, slot, {**known, read: code}) for code, child in enumerate(node.children))
    return projections[0] if all(projection == projections[0] for projection in projections) else (read, projections)


def _differ(one: Projection, other: Projection, known: Mapping[int, int]) -> bool:
    """Whether two projections differ for a state for which both are learned."""
    one, other = _below(one, known), _below(other, known)
    if one is None or other is None or one is other:
        return False
    if len(one) == 1:
        one, other = other, one
    if len(one) == 1:
        return bool(one != other)
    return any(_differ(child, other, {**known, one[0]: code}) for code, child in enumerate(one[1]))


def _below(projection: Projection, known: Mapping[int, int]) -> Projection:
    """The projection below the nodes whose answers are known."""
    while projection is not None and len(projection) > 1 and projection[0] in known:
        projection = projection[1][known[projection[0]]]
    return projection


def _outcome(end: End, slot: int, known: Mapping[int, int]) -> Projection:
    """The value assigned to a slot, as a tuple of one; for `ENABLED` whether the rule is enabled."""
    possible = isinstance(end.result, Step)
    if slot == ENABLED or not isinstance(end.result, Step):
        return (possible if slot == ENABLED else None,)
    code = dict(end.result.writes).get(slot)
    return (None if code is not None and known.get(slot) == code else code,)


def _collect(projection: Projection, seen: dict[int, None]) -> None:
    """Add to `seen` the slots of the nodes that influence the outcome."""
    if projection is None or len(projection) == 1:
        return
    if projection[0] not in seen and any(_differ(*pair, {}) for pair in combinations(projection[1], 2)):
        seen[projection[0]] = None
    for child in projection[1]:
        _collect(child, seen)
