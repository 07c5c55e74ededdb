"""What the compiled code of a function compares with values that are known before it runs.

Such a value is a constant, or a word or number that a module or an enclosing function has by a name. What is compared
with it may be written there, kept in a variable that is assigned once, or matched by `match`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs

from failover_fsm.checker.rules.matching import Seen, matched
from failover_fsm.checker.rules.steps import Operand, Step, operand, steps_of
from failover_fsm.checker.rules.variables import assigned_once, taken_in_turn
from failover_fsm.records.steady import steady

__all__ = ["Comparison", "comparisons"]


@attrs.frozen
class Comparison:
    """One place where something is compared.

    Attributes:
        line: of the source.
        seen: what is compared.
        values: each value that it is compared with.
        by_name: the values have a name together, so that some of them may be there for other uses of the name.
    """

    line: int
    seen: Seen
    values: Sequence[Any]
    by_name: bool = False


def comparisons(function: FunctionType, code: CodeType) -> Iterator[Comparison]:
    """The comparisons of a function.

    Args:
        function: knows what its names are.
        code: its own, or that of a function written in it.
    """
    steps = steps_of(code)
    variables = {**assigned_once(steps, code), **taken_in_turn(function, steps, code)}
    for found in sorted(chain(_written(function, steps), _matched(function, steps)), key=lambda each: each.line):
        seen = _written_out(found.seen, variables)
        if seen.owner is not None or (seen.subject and not _is_from_outside(function, seen.subject[0])):
            yield attrs.evolve(found, seen=seen)


def _written(function: FunctionType, steps: Operand) -> Iterator[Comparison]:
    """What is compared with values outside of patterns."""
    for at, step in enumerate(steps):
        right = operand(steps, at)
        left = operand(steps, at - len(right)) if right else ()
        yield from _compared(function, step, left, right)


def _matched(function: FunctionType, steps: Operand) -> Iterator[Comparison]:
    """What is compared with values in patterns of `match`."""

    def class_of(loaded: Operand) -> type | None:
        return next((each for each in _found(function, loaded) if isinstance(each, type)), None)

    for line, seen, loaded in matched(steps, class_of):
        yield from (Comparison(line, seen, (value,)) for value in _value(function, loaded))


def _compared(function: FunctionType, step: Step, left: Operand, right: Operand) -> Iterator[Comparison]:
    """What an instruction compares with values."""
    line = step.line
    both = ((Seen(left), right), (Seen(right), left))
    if step.opname == "COMPARE_OP" and step.argval in ("==", "!="):
        for seen, other in both:
            yield from (Comparison(line, seen, (value,)) for value in _value(function, other))
    elif step.opname == "IS_OP":
        for seen, other in both:
            members = (value for value in _value(function, other) if isinstance(value, enum.Enum))
            yield from (Comparison(line, seen, (value,)) for value in members)
    elif step.opname == "CONTAINS_OP":
        yield from (Comparison(line, Seen(right, (None,)), (value,)) for value in _value(function, left))
        for value in _value(function, right, several=True):
            if isinstance(value, tuple | list | frozenset | set):
                values = sorted(value, key=steady) if isinstance(value, frozenset | set) else tuple(value)
                yield Comparison(line, Seen(left), values, by_name=not _is_constant(right))


def _value(function: FunctionType, loaded: Operand, *, several: bool = False) -> Iterator[Any]:
    """The value of an operand, if it is known and of a kind of which words are; `several` for one of many words."""
    if _is_constant(loaded):
        yield loaded[0].argval
        return
    for found in _found(function, loaded):
        if several:
            if isinstance(found, tuple | list | frozenset | set) and all(map(_is_word, found)):
                yield found
        elif _is_word(found) or (type(found) is int and loaded[0].opname in ("LOAD_GLOBAL", "LOAD_NAME")):
            yield found


def _found(function: FunctionType, loaded: Operand) -> Iterator[Any]:
    """What an operand is that is a name, or a name in modules and classes."""
    if not loaded or any(step.opname != "LOAD_ATTR" for step in loaded[1:]):
        return
    for value in _named(function, loaded[0]):
        found = value
        for step in loaded[1:]:
            if not isinstance(found, ModuleType | type) or step.argval not in vars(found):
                return
            found = getattr(found, step.argval)
        yield found


def _is_word(value: Any) -> bool:
    return isinstance(value, str | enum.Enum)


def _named(function: FunctionType, step: Step) -> Iterator[Any]:
    """What a name stands for in a function: nothing for its own variables."""
    if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in function.__globals__:
        yield function.__globals__[step.argval]
    elif step.opname == "LOAD_DEREF" and step.argval in function.__code__.co_freevars:
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(step.argval)]
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            return


def _is_constant(loaded: Operand) -> bool:
    return len(loaded) == 1 and loaded[0].opname == "LOAD_CONST"


def _is_from_outside(function: FunctionType, first: Step) -> bool:
    """Whether an operand begins with what is no state: a name of the module or around the function, or `self`."""
    outside = first.opname == "LOAD_DEREF" and first.argval in function.__code__.co_freevars
    return outside or first.opname in ("LOAD_GLOBAL", "LOAD_NAME") or first.argval == "self"


def _written_out(seen: Seen, variables: Mapping[str, Seen]) -> Seen:
    """What is compared with what its variable is; a field of an item of something is known by its name alone."""
    first = seen.subject[0] if seen.subject else None
    if first is None or not first.opname.startswith("LOAD_FAST"):
        return seen
    whole = variables.get(first.argval)
    if whole is None or (whole.part and len(seen.subject) > 1):
        return seen
    return attrs.evolve(seen, subject=(*whole.subject, *seen.subject[1:]), part=(*whole.part, *seen.part))
