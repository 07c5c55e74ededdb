"""The instructions of compiled code, one for each thing that is done, whichever Python compiled it."""

from __future__ import annotations

import dis
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any

import attrs

__all__ = ["Operand", "Step", "operand", "operands", "steps_of"]

LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_CONST", "BINARY_SUBSCR", "BINARY_OP")
"""Instructions of an operand without calls."""

SKIPPED = ("PRECALL", "CACHE", "EXTENDED_ARG", "NOP", "RESUME", "PUSH_NULL", "TO_BOOL", "NOT_TAKEN")


@attrs.frozen
class Step:
    """An instruction.

    Attributes:
        opname, arg, argval: as `dis` has them; of a jump, `argval` is the offset of its target.
        offset: its place, or that of the first instruction before it that was left out.
        line: of the source.
        is_target: a jump leads to it.
    """

    opname: str
    arg: int | None
    argval: Any
    offset: int
    line: int
    is_target: bool


Operand = Sequence[Step]
"""The instructions that leave one value on the stack."""


def steps_of(code: CodeType) -> Operand:
    """The instructions of a function in their order, without those that leave the values on the stack as they are."""
    found: list[Step] = []
    offset, is_target = None, False
    for each in dis.get_instructions(code):
        offset = each.offset if offset is None else offset
        is_target = is_target or each.is_jump_target
        if each.opname not in SKIPPED:
            line = (each.positions.lineno if each.positions else None) or code.co_firstlineno
            found += _apart(Step(each.opname, each.arg, each.argval, offset, line, is_target))
            offset, is_target = None, False
    return found


def _apart(step: Step) -> Iterator[Step]:
    """`STORE_FAST_LOAD_FAST` and the like, of Python 3.13, as two instructions; a small number as a constant."""
    if step.opname == "LOAD_SMALL_INT":
        yield attrs.evolve(step, opname="LOAD_CONST")
    elif isinstance(step.argval, tuple) and step.opname.startswith(("LOAD_FAST_", "STORE_FAST_")):
        first, _, second = step.opname.replace("_BORROW", "").partition("_FAST_")
        yield attrs.evolve(step, opname=f"{first}_FAST", argval=step.argval[0])
        yield attrs.evolve(step, opname=second, argval=step.argval[1], is_target=False)
    else:
        yield step


def operand(steps: Operand, end: int) -> Operand:
    """The instructions before `end` that leave one value there; none where they do more than load.

    None either where the value may come from elsewhere: a jump leads behind the first of them.
    """
    need = 1
    for at in range(end - 1, -1, -1):
        step = steps[at]
        if not step.opname.startswith(LOADS) or (at + 1 < len(steps) and steps[at + 1].is_target):
            return ()
        if step.opname == "LOAD_ATTR":
            continue
        need += 1 if step.opname.startswith("BINARY_") else -1
        if need == 0:
            return tuple(steps[at:end])
    return ()


def operands(steps: Operand, end: int, count: int) -> Sequence[Operand]:
    """The instructions of so many values before `end`, the last value first; none where one of them is not known."""
    found: list[Operand] = []
    for _ in range(count):
        found.append(operand(steps, end))
        if not found[-1]:
            return ()
        end -= len(found[-1])
    return found
