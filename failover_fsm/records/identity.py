"""Functions that ask whether `type(x) is C`: the one question about a record that no stand-in for it can answer.

Found in the compiled code, so that a function can be run on frozen records instead, or refused. Followed are the
functions that a function names: nested ones, globals, those of modules it names, and variables of enclosing functions.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import attrs

__all__ = ["TypeTest", "TypeTests", "code_of", "functions_of", "tests_type"]

PASSIVE = ("LOAD_", "PUSH_NULL", "COPY", "NOP", "RESUME", "PRECALL", "KW_NAMES", "CACHE", "EXTENDED_ARG")
"""Instructions that leave the values on the stack as they are."""


@attrs.frozen
class TypeTest:
    """Where a function tests a class by identity."""

    file: str
    line: int


class TypeTests:
    """A search through several functions, which looks at those that they have in common once."""

    def __init__(self) -> None:
        self._clean: dict[int, Any] = {}

    def find(self, function: Any, besides: str | None = None) -> TypeTest | None:
        """The first such test in a function or in one that it names, or None.

        besides: an argument of the function whose class it may test.
        """
        todo: list[tuple[Any, str | None]] = [(function, besides)]
        seen: dict[int, Any] = {}
        while todo:
            item, allowed = todo.pop()
            if isinstance(item, partial):
                todo += [(part, None) for part in (item.func, *item.args)]
            elif isinstance(item, MethodType):
                todo.append((item.__func__, None))
            elif isinstance(item, FunctionType) and id(item) not in seen and id(item) not in self._clean:
                seen[id(item)] = item
                if _is_known(item):
                    continue
                if (found := tests_type(item, allowed)) is not None:
                    return found
                todo += [(each, None) for each in _named(item)]
        self._clean |= seen
        return None


def functions_of(function: Any) -> Iterator[FunctionType]:
    """A function and those that it names, each once, but for those of the standard library and of attrs."""
    todo, seen = [function], dict[int, Any]()
    while todo:
        item = todo.pop()
        if isinstance(item, partial):
            todo += [*item.args, item.func]
        elif isinstance(item, MethodType):
            todo.append(item.__func__)
        elif isinstance(item, FunctionType) and id(item) not in seen:
            seen[id(item)] = item
            if not _is_known(item):
                yield item
                todo += _named(item)


def code_of(function: FunctionType) -> Iterator[CodeType]:
    """The code of a function, and of those that are written in it."""
    return _codes(function.__code__)


def _is_known(function: FunctionType) -> bool:
    """Whether a function is of the standard library or of attrs: what those ask, views answer."""
    module = function.__globals__.get("__name__", "")
    return str(module).partition(".")[0] in (*sys.stdlib_module_names, "attr", "attrs", "numpy")


def tests_type(function: FunctionType | Callable[..., Any], besides: str | None = None) -> TypeTest | None:
    """The first such test in the source of one function, or None."""
    code = getattr(function, "__code__", None)
    return None if code is None else _in_code(code, besides)


def _named(function: FunctionType) -> Iterator[Any]:
    """The functions that a function names."""
    names, attributes = _loaded(function.__code__)
    for name in names:
        found = function.__globals__.get(name)
        if isinstance(found, ModuleType):
            yield from (vars(found).get(attribute) for attribute in attributes)
        else:
            yield found
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    yield from function.__defaults__ or ()


@cache
def _loaded(code: CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The global names that a piece of code loads, and the attributes: a field may be called as a global is."""
    names, attributes = dict[str, None](), dict[str, None]()
    for each in _codes(code):
        for step in dis.get_instructions(each):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                names[step.argval] = None
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
                attributes[step.argval] = None
    return tuple(names), tuple(attributes)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A piece of code and those nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _in_code(code: CodeType, besides: str | None) -> TypeTest | None:
    for each in _codes(code):
        if "type" in each.co_names and (line := _line(each, besides)) is not None:
            return TypeTest(code.co_filename, line)
    return None


def _line(code: CodeType, besides: str | None) -> int | None:
    """The line on which the result of a call of `type` is compared by identity, at once or by way of a variable."""
    steps = list(dis.get_instructions(code))
    for start, step in enumerate(steps):
        if step.argval == "type" and step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            begin = start - 1 if start and steps[start - 1].opname == "PUSH_NULL" else start
            called = _call(steps, begin)
            if called is None or _loads(steps[begin:called]) == ["type", besides]:
                continue
            used = _use(steps, called + 1, code)
            if used is not None:
                position = steps[used].positions
                return (position.lineno if position else None) or code.co_firstlineno
    return None


def _loads(steps: Sequence[dis.Instruction]) -> list[Any]:
    return [name for step in steps if step.opname.startswith("LOAD_") for name in _names(step)]


def _call(steps: Sequence[dis.Instruction], begin: int) -> int | None:
    """Where the function that is loaded from `begin` on is called."""
    depth = 0
    for at in range(begin, len(steps)):
        depth += dis.stack_effect(steps[at].opcode, steps[at].arg, jump=False)
        if depth == 1 and steps[at].opname.startswith("CALL"):
            return at
        if depth < 1:
            return None
    return None


def _use(steps: Sequence[dis.Instruction], begin: int, code: CodeType | None) -> int | None:
    """Where a value on top of the stack is compared by identity, but not with a constant.

    begin: the instruction after the value is there.  code: where to follow variables it is kept in; None for nowhere.
    """
    depth = 1  # how many values there are from this one on
    for at in range(begin, len(steps)):
        step = steps[at]
        if step.opname == "IS_OP" and depth <= 2:
            return None if steps[at - 1].opname == "LOAD_CONST" else at
        if depth == 1 and step.opname.startswith("STORE_"):
            return None if code is None else _use_of_variable(steps, step.argval)
        if depth == 1 and step.opname == "SWAP":  # several variables are assigned at once
            depth = step.arg or 1
            continue
        passive = step.opname.startswith(PASSIVE) and step.opname not in ("LOAD_ATTR", "LOAD_METHOD")
        if depth == 1 and not passive:
            return None
        if depth == 2 and step.opname.startswith(("COMPARE_", "CONTAINS_", "BINARY_", "BUILD_")):
            return None
        depth += dis.stack_effect(step.opcode, step.arg, jump=False)
        if depth < 1:
            return None
    return None


def _use_of_variable(steps: Sequence[dis.Instruction], name: Any) -> int | None:
    """Where a variable is compared by identity."""
    for place, step in enumerate(steps):
        if step.opname.startswith("LOAD_") and name in _names(step):
            found = _use(steps, place + 1, None)
            if found is not None:
                return found
    return None


def _names(step: dis.Instruction) -> tuple[Any, ...]:
    """What an instruction loads: later versions of Python load two variables by one."""
    return step.argval if isinstance(step.argval, tuple) else (step.argval,)
