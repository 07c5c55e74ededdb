"""What the variables of a function are that are assigned in one place: once, unpacked, or in turn by a loop."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType, FunctionType

import attrs

from failover_fsm.checker.rules.matching import Seen
from failover_fsm.checker.rules.steps import Operand, operand, operands, steps_of
from failover_fsm.records.identity import code_of

__all__ = ["assigned_once", "taken_in_turn"]

SAME_ITEMS = ("enumerate", "reversed", "sorted")
"""Functions of one argument that give its items; the first gives their places too."""


def assigned_once(steps: Operand, code: CodeType) -> Mapping[str, Seen]:
    """The variables that are assigned in one place, and no arguments, with what they are."""
    taken = dict.fromkeys(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    single = {
        name: _stored(steps, at) for name, (at, *more) in _places(steps).items() if not more and name not in taken
    }
    return {name: seen for name, seen in single.items() if seen.subject}


def _places(steps: Operand) -> Mapping[str, list[int]]:
    """Where each variable is assigned."""
    places: dict[str, list[int]] = {}
    for at, step in enumerate(steps):
        if step.opname == "STORE_FAST":
            places.setdefault(step.argval, []).append(at)
    return places


def _stored(steps: Operand, at: int) -> Seen:
    """What a variable is assigned; of several at once, each is what stands at its place."""
    first = at
    while steps[first - 1].opname == "STORE_FAST" and not steps[first].is_target:
        first -= 1
    place, before = at - first, steps[first - 1]
    if before.opname != "UNPACK_SEQUENCE":
        found = operands(steps, first, place + 1)
        return Seen(found[place]) if found else Seen()
    count = before.arg or 0
    if place >= count:
        return Seen()
    if steps[first - 2].opname != "BUILD_TUPLE":
        return Seen(operand(steps, first - 1), (place,))
    found = operands(steps, first - 2, count)
    return Seen(found[count - 1 - place]) if found else Seen()


def taken_in_turn(function: FunctionType, steps: Operand, code: CodeType) -> Mapping[str, Seen]:
    """The variables of loops and comprehensions, with what their values are taken from."""
    found: dict[str, Seen] = {}
    for at, step in enumerate(steps):
        if step.opname != "FOR_ITER":
            continue
        items, has_places = _gone_through(function, steps, at, code)
        after = steps[at + 1]
        if after.opname == "STORE_FAST" and not has_places:
            found[after.argval] = items
        elif after.opname == "UNPACK_SEQUENCE":
            stores = steps[at + 2 : at + 2 + (after.arg or 0)]
            for place, store in enumerate(stores if all(each.opname == "STORE_FAST" for each in stores) else ()):
                if not has_places:
                    found[store.argval] = attrs.evolve(items, part=(*items.part, place))
                elif place == 1:
                    found[store.argval] = items
    places = _places(steps)
    return {name: seen for name, seen in found.items() if seen.subject and len(places[name]) == 1}


def _gone_through(function: FunctionType, steps: Operand, at: int, code: CodeType) -> tuple[Seen, bool]:
    """The items that a loop gives in turn, and whether it gives their places too."""
    begin = at - 1
    while begin > 0 and steps[begin].opname.startswith(("SWAP", "BUILD_", "LOAD_FAST_AND_CLEAR")):
        begin -= 1  # Python 3.12 and later keep a comprehension in its function
    if steps[begin].argval == ".0":
        return _given(function, code)
    return _items_before(function, steps, begin) if steps[begin].opname == "GET_ITER" else (Seen(), False)


def _items_before(function: FunctionType, steps: Operand, end: int) -> tuple[Seen, bool]:
    """The items of what is left before `end`, and whether their places are too."""
    last = steps[end - 1]
    if last.opname != "CALL":
        return Seen(operand(steps, end), (None,)), False
    inner = operand(steps, end - 1)
    called = steps[end - 2 - len(inner)]
    is_known = called.opname == "LOAD_GLOBAL" and called.argval in SAME_ITEMS
    if not inner or last.arg != 1 or not is_known or called.argval in function.__globals__:
        return Seen(), False
    return Seen(inner, (None,)), called.argval == "enumerate"


def _given(function: FunctionType, code: CodeType) -> tuple[Seen, bool]:
    """What the code of a comprehension, which is written in a function, goes through."""
    for outer in code_of(function):
        steps = steps_of(outer)
        for at, step in enumerate(steps):
            if step.opname == "MAKE_FUNCTION" and steps[at - 1].argval is code:
                end = next((end for end in range(at, len(steps)) if steps[end].opname == "GET_ITER"), None)
                return (Seen(), False) if end is None else _items_before(function, steps, end)
    return Seen(), False
