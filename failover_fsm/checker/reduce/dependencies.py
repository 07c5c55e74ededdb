"""What learned functions depend on, as far as they are learned.

A node of a tree matters for a slot if two ways part there, agree on all that both ask below, and leave that slot
otherwise.  A tree that read its whole state but assigns one slot from another depends on that other, for the one;
reads that made no difference do not count, nor does the order of reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Step

__all__ = ["POSSIBLE", "depends"]

POSSIBLE = -1
"""Stands for "is it possible?" among the slots."""

Form = Any
"""A tree as it looks to one slot: a tuple of what becomes of it, or a slot and a form for each code; None: unknown."""


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
    return forms[0] if all(form == forms[0] for form in forms) else (asked, forms)


def _clash(one: Form, other: Form, known: Mapping[int, int]) -> bool:
    """Whether two forms differ for a state that both are learned for."""
    one, other = _under(one, known), _under(other, known)
    if one is None or other is None or one is other:
        return False
    if len(one) == 1:
        one, other = other, one
    if len(one) == 1:
        return bool(one != other)
    return any(_clash(child, other, {**known, one[0]: code}) for code, child in enumerate(one[1]))


def _under(form: Form, known: Mapping[int, int]) -> Form:
    """The form below the nodes whose answers are known."""
    while form is not None and len(form) > 1 and form[0] in known:
        form = form[1][known[form[0]]]
    return form


def _outcome(end: End, slot: int, known: Mapping[int, int]) -> Form:
    """What becomes of a slot, as a tuple of one; whether it is possible at all for POSSIBLE."""
    possible = isinstance(end.result, Step)
    if slot == POSSIBLE or not isinstance(end.result, Step):
        return (possible if slot == POSSIBLE else None,)
    code = dict(end.result.writes).get(slot)
    return (None if code is not None and known.get(slot) == code else code,)


def _note(form: Form, seen: dict[int, None]) -> None:
    if form is None or len(form) == 1:
        return
    if form[0] not in seen and any(_clash(*pair, {}) for pair in combinations(form[1], 2)):
        seen[form[0]] = None
    for child in form[1]:
        _note(child, seen)
