"""What the compiled code of a function compares with values that are known before it runs.

Such a value is a constant, or a word or number that a module or an enclosing function has by a name. What is compared
with it may be written there, kept in a variable that is assigned once, or matched by `match`.
"""

from __future__ import annotations

import dis
import enum
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs

from failover_fsm.records.identity import code_of
from failover_fsm.records.steady import steady

__all__ = ["Comparison", "Operand", "comparisons"]

Operand = Sequence[dis.Instruction]
"""The instructions that leave one value on the stack."""

LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_CONST", "BINARY_SUBSCR", "BINARY_OP")
"""Instructions of an operand without calls."""

SKIPPED = ("PRECALL", "CACHE", "EXTENDED_ARG", "NOP", "RESUME", "PUSH_NULL", "TO_BOOL")

BETWEEN_CASES = ("COPY", "POP_TOP", "POP_JUMP", "JUMP", "RETURN", "RAISE")
"""Instructions after which the value that `match` looks at is on top of the stack."""


@attrs.frozen
class Comparison:
    """One place where something is compared.

    Attributes:
        line: of the source.
        subject: what is compared; it begins with an argument or a variable.
        values: each value that it is compared with.
        by_name: the values have a name together, so that some of them may be there for other uses of the name.
        of_items: an item of the subject is compared, and not the subject.
    """

    line: int
    subject: Operand
    values: Sequence[Any]
    by_name: bool = False
    of_items: bool = False


def comparisons(function: FunctionType, code: CodeType) -> Iterator[Comparison]:
    """The comparisons of a function.

    Args:
        function: knows what its names are.
        code: its own, or that of a function written in it.
    """
    steps = [step for step in dis.get_instructions(code) if step.opname not in SKIPPED]
    variables, items = _assigned_once(steps, code), _taken_in_turn(function, steps, code)
    matched: Operand = ()
    for at, step in enumerate(steps):
        if step.opname == "COPY" and step.arg == 1:
            matched = _operand(steps, at) or matched
        right = _operand(steps, at)
        left = _operand(steps, at - len(right))
        if not left and right and steps[at - len(right) - 1].opname.startswith(BETWEEN_CASES):
            left = matched
        line = (step.positions.lineno if step.positions else None) or code.co_firstlineno
        for found in _compared(function, line, step, left, right):
            name = found.subject[0].argval if len(found.subject) == 1 and not found.of_items else ""
            if name in items:
                whole = attrs.evolve(found, subject=items[name], of_items=True)
            else:
                whole = attrs.evolve(found, subject=_written_out(found.subject, variables))
            if whole.subject and not _is_from_outside(function, whole.subject[0]):
                yield whole


def _compared(
    function: FunctionType, line: int, step: dis.Instruction, left: Operand, right: Operand
) -> Iterator[Comparison]:
    """What an instruction compares with values."""
    both = ((left, right), (right, left))
    if step.opname == "COMPARE_OP" and step.argval in ("==", "!="):
        for subject, other in both:
            yield from (Comparison(line, subject, (value,)) for value in _value(function, other))
    elif step.opname == "IS_OP":
        for subject, other in both:
            members = (value for value in _value(function, other) if isinstance(value, enum.Enum))
            yield from (Comparison(line, subject, (value,)) for value in members)
    elif step.opname == "CONTAINS_OP":
        yield from (Comparison(line, right, (value,), of_items=True) for value in _value(function, left))
        for value in _value(function, right, several=True):
            if isinstance(value, tuple | list | frozenset | set):
                values = sorted(value, key=steady) if isinstance(value, frozenset | set) else tuple(value)
                yield Comparison(line, left, values, by_name=not _is_constant(right))


def _value(function: FunctionType, operand: Operand, *, several: bool = False) -> Iterator[Any]:
    """The value of an operand, if it is known and of a kind of which words are; `several` for one of many words."""
    if _is_constant(operand):
        yield operand[0].argval
        return
    if not operand or any(step.opname != "LOAD_ATTR" for step in operand[1:]):
        return
    first = operand[0]
    for value in _named(function, first):
        found = value
        for step in operand[1:]:
            if not isinstance(found, ModuleType | type) or step.argval not in vars(found):
                return
            found = getattr(found, step.argval)
        if several:
            if isinstance(found, tuple | list | frozenset | set) and all(map(_is_word, found)):
                yield found
        elif _is_word(found) or (type(found) is int and first.opname in ("LOAD_GLOBAL", "LOAD_NAME")):
            yield found


def _is_word(value: Any) -> bool:
    return isinstance(value, str | enum.Enum)


def _named(function: FunctionType, step: dis.Instruction) -> Iterator[Any]:
    """What a name stands for in a function: nothing for its own variables."""
    if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in function.__globals__:
        yield function.__globals__[step.argval]
    elif step.opname == "LOAD_DEREF" and step.argval in function.__code__.co_freevars:
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(step.argval)]
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            return


def _is_constant(operand: Operand) -> bool:
    return len(operand) == 1 and operand[0].opname == "LOAD_CONST"


def _is_from_outside(function: FunctionType, first: dis.Instruction) -> bool:
    """Whether an operand begins with what is no state: a name of the module or around the function, or `self`."""
    outside = first.opname == "LOAD_DEREF" and first.argval in function.__code__.co_freevars
    return outside or first.opname in ("LOAD_GLOBAL", "LOAD_NAME") or first.argval == "self"


def _assigned_once(steps: Sequence[dis.Instruction], code: CodeType) -> Mapping[str, Operand]:
    """The variables that are assigned in one place, and no arguments, with what they are."""
    taken = dict.fromkeys(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    places: dict[str, list[int]] = {}
    for at, step in enumerate(steps):
        if step.opname.startswith("STORE_FAST"):
            for name in step.argval if isinstance(step.argval, tuple) else (step.argval,):
                places.setdefault(name, []).append(at)
    single = {name: _operand(steps, at) for name, (at, *more) in places.items() if not more and name not in taken}
    return {name: operand for name, operand in single.items() if operand}


def _taken_in_turn(function: FunctionType, steps: Sequence[dis.Instruction], code: CodeType) -> Mapping[str, Operand]:
    """The variables of loops and comprehensions, with what their values are taken from."""
    found: dict[str, Operand] = {}
    for at, step in enumerate(steps[2:], start=2):
        if step.opname == "STORE_FAST" and steps[at - 1].opname == "FOR_ITER":
            begin = steps[at - 2]
            found[step.argval] = _operand(steps, at - 2) if begin.opname == "GET_ITER" else ()
            if begin.argval == ".0":
                found[step.argval] = _given(function, code)
    stored = [step.argval for step in steps if step.opname.startswith("STORE_FAST")]
    return {name: operand for name, operand in found.items() if operand and stored.count(name) == 1}


def _given(function: FunctionType, code: CodeType) -> Operand:
    """What the code of a comprehension, which is written in a function, goes through."""
    for outer in code_of(function):
        steps = [step for step in dis.get_instructions(outer) if step.opname not in SKIPPED]
        for at, step in enumerate(steps):
            operand = _operand(steps, at) if step.opname == "GET_ITER" else ()
            made = at - len(operand) - 1
            if operand and made > 0 and steps[made].opname == "MAKE_FUNCTION" and steps[made - 1].argval is code:
                return operand
    return ()


def _written_out(subject: Operand, variables: Mapping[str, Operand]) -> Operand:
    """An operand with what its variable is."""
    if subject and subject[0].opname == "LOAD_FAST" and subject[0].argval in variables:
        return (*variables[subject[0].argval], *subject[1:])
    return subject


def _operand(steps: Sequence[dis.Instruction], end: int) -> Operand:
    """The instructions before `end` that leave one value there; none where they do more than load."""
    need = 1
    for at in range(end - 1, -1, -1):
        step = steps[at]
        if not step.opname.startswith(LOADS):
            return ()
        if step.opname == "LOAD_ATTR":
            continue
        need += 1 if step.opname.startswith("BINARY_") else -1
        if need == 0:
            return steps[at:end]
    return ()
