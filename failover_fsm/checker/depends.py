"""What learned functions depend on, as far as they are learned.

A node of a tree matters for a slot if the ways below it do not all leave that slot alike.  A tree that read its whole
state but assigns one slot from another depends on that other, for the one; reads that made no difference do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from failover_fsm.checker.learned import NOWHERE, Branch, DecisionTree, End, Step

__all__ = ["POSSIBLE", "depends"]

POSSIBLE = -1
"""Stands for "is it possible?" among the slots."""

Form = Hashable
"""A tree as it looks to one slot: what becomes of it, or a slot and a form for each code."""


def depends(tree: DecisionTree) -> dict[int, tuple[int, ...]]:
    """For each slot that a tree assigns, and for POSSIBLE, the leaves that the outcome was seen to depend on."""
    base = tree.shape.base
    found = {}
    for slot in (POSSIBLE, *tree.written_slots()):
        seen: dict[int, None] = {}
        _note(_form(tree.root, slot, {}), seen)
        found[slot] = tuple(dict.fromkeys(map(base, seen)))
    return found


def _form(node: Branch | End | None, slot: int, known: Mapping[int, int]) -> Form:
    """The form of what is below a node; None where nothing was learned."""
    if node is None or node is NOWHERE:
        return None
    if isinstance(node, End):
        return _outcome(node, slot, known)
    asked = node.slot
    forms = tuple(_form(child, slot, {**known, asked: code}) for code, child in enumerate(node.children))
    learned = [form for form in forms if form is not None]
    if not learned or all(form == learned[0] for form in learned):
        return learned[0] if learned else None
    return (asked, forms)


def _outcome(end: End, slot: int, known: Mapping[int, int]) -> Form:
    """What becomes of a slot, as a tuple of one; whether it is possible at all for POSSIBLE."""
    possible = isinstance(end.result, Step)
    if slot == POSSIBLE or not isinstance(end.result, Step):
        return (possible if slot == POSSIBLE else None,)
    code = dict(end.result.writes).get(slot)
    return (None if code is not None and known.get(slot) == code else code,)


def _note(form: Any, seen: dict[int, None]) -> None:
    if form is not None and len(form) == 2:
        seen[form[0]] = None
        for child in form[1]:
            _note(child, seen)
