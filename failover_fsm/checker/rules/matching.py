"""What the patterns of `match` compare: followed along all ways through the compiled code, from where it is loaded.

Only instructions that patterns are made of are followed; a way ends at any other, as at a call in a guard.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.checker.rules.steps import Operand, Step, operand, operands

__all__ = ["Part", "Seen", "matched"]

Part = Sequence[int | None]
"""Which item of something, which item of that one, and so on; None for any."""


@attrs.frozen
class Seen:
    """What is compared.

    Attributes:
        subject: begins with an argument or a variable; empty for nothing that is known.
        part: which item of it.
        owner, field: the field of a class, in a pattern of that class; `subject` says nothing then.
    """

    subject: Operand = ()
    part: Part = ()
    owner: type | None = None
    field: str = ""


@attrs.frozen
class Loaded:
    """What a pattern or a guard loads: what something is compared with."""

    steps: Operand


Slot = Any
"""A value on the stack: `Seen`, several of them in a tuple, `Loaded`, or None for what is not known."""

Stack = tuple[Slot, ...]
ClassOf = Callable[[Operand], type | None]


def matched(steps: Operand, class_of: ClassOf) -> Iterator[tuple[int, Seen, Operand]]:
    """The line, what is compared, and the instructions of what it is compared with.

    Args:
        steps: of a function.
        class_of: the class that instructions leave, None if it is none.
    """
    stacks: dict[int, Stack] = {}
    for at in range(len(steps)):
        start = None if at in stacks else _start(steps, at)
        todo = [] if start is None else [(at, start)]
        while todo:
            here, stack = todo.pop()
            merged = _merged(stacks.get(here, stack), stack)
            if merged and merged != stacks.get(here):
                stacks[here] = merged
                todo += _after(steps, here, merged, class_of)
    for at, stack in sorted(stacks.items()):
        if steps[at].opname == "COMPARE_OP" and steps[at].argval == "==" and len(stack) > 1:
            seen, loaded = stack[-2:]
            if isinstance(seen, Seen) and isinstance(loaded, Loaded):
                yield steps[at].line, seen, loaded.steps


def _start(steps: Operand, at: int) -> Stack | None:
    """The stack where a pattern begins: with what is matched, and for one of a class with the class; else None."""
    step = steps[at]
    if step.opname == "MATCH_CLASS":
        return (None, Loaded(operand(steps, at - 1)), Loaded(steps[at - 1 : at]))
    if step.opname != "MATCH_SEQUENCE" and (step.opname != "COPY" or step.arg != 1):
        return None
    if step.opname == "COPY" and steps[at + 1].opname.startswith("POP_JUMP"):  # `or`: what is compared is another value
        return None
    if steps[at - 1].opname == "BUILD_TUPLE":
        found = operands(steps, at - 1, steps[at - 1].arg or 0)
        return (tuple(map(Seen, reversed(found))),) if found and not step.is_target else None
    subject = operand(steps, at)
    return (Seen(subject),) if subject else None


def _merged(one: Stack, other: Stack) -> Stack:
    """What is known where two ways meet."""
    return tuple(a if a == b else None for a, b in zip(reversed(one), reversed(other), strict=False))[::-1]


def _after(steps: Operand, at: int, stack: Stack, class_of: ClassOf) -> Iterator[tuple[int, Stack]]:
    """Where it goes on after an instruction, each with the stack there; nowhere after one of no pattern."""
    step = steps[at]
    if step.opname.startswith("POP_JUMP"):
        yield from ((at + 1, stack[:-1]), (_target(steps, step), stack[:-1]))
    elif step.opname.startswith("JUMP") and "OR_POP" not in step.opname:
        yield _target(steps, step), stack
    else:
        after = _changed(step, stack, class_of)
        if after is not None:
            yield at + 1, after


def _target(steps: Operand, step: Step) -> int:
    return bisect_right([each.offset for each in steps], step.argval) - 1


_POPPED: Mapping[str, int] = {"POP_TOP": 1, "STORE_FAST": 1, "COMPARE_OP": 2, "IS_OP": 2, "CONTAINS_OP": 2}
_LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_GLOBAL", "LOAD_NAME", "LOAD_CONST")
_PUSHES_ANSWER = ("COMPARE_OP", "IS_OP", "CONTAINS_OP", "GET_LEN", "MATCH_SEQUENCE", "MATCH_MAPPING")


def _changed(step: Step, stack: Stack, class_of: ClassOf) -> Stack | None:
    """The stack after an instruction that goes on with the next one; None after one that is not followed."""
    name, count = step.opname, step.arg or 0
    if name in _POPPED or name in _PUSHES_ANSWER:
        kept = stack[: len(stack) - _POPPED.get(name, 0)]
        return (*kept, None) if name in _PUSHES_ANSWER else kept
    if name == "LOAD_ATTR":
        is_loaded = isinstance(stack[-1], Loaded)
        return (*stack[:-1], Loaded((*stack[-1].steps, step)) if is_loaded else None)
    if name.startswith(_LOADS):
        return (*stack, Loaded((step,)))
    if name == "COPY" and count <= len(stack):
        return (*stack, stack[-count])
    if name == "SWAP" and count <= len(stack):
        return (*stack[:-count], stack[-1], *stack[1 - count : -1], stack[-count])
    if name == "UNPACK_SEQUENCE":
        return (*stack[:-1], *reversed(_parts(stack[-1], count)))
    if name == "MATCH_CLASS" and len(stack) > 2:
        return (*stack[:-3], _fields(stack[-2], stack[-1], count, class_of))
    return None


def _parts(slot: Slot, count: int) -> Stack:
    """The items of a value, as many as that."""
    if isinstance(slot, Seen):
        return tuple(attrs.evolve(slot, part=(*slot.part, place)) for place in range(count))
    return slot if isinstance(slot, tuple) and len(slot) == count else (None,) * count


def _fields(named: Slot, words: Slot, positional: int, class_of: ClassOf) -> Slot:
    """The fields that a pattern of a class looks at, those without their names first."""
    owner = class_of(named.steps) if isinstance(named, Loaded) else None
    if owner is None or not isinstance(words, Loaded):
        return None
    first = getattr(owner, "__match_args__", ())[:positional]
    names = (*first, *words.steps[0].argval) if len(first) == positional else ()
    return tuple(Seen(owner=owner, field=name) for name in names)
