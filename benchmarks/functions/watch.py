"""Which mistakes a killer could notice at all: those with which a function answers otherwise what it is asked there.

While a killer runs the package as it ships, every call of a watched function is made again with each of its mistakes,
on copies of the arguments. A mistake with which all calls end alike - the answer, what is left of the arguments, the
error - cannot be noticed by that killer, and the killer need not be asked about it.
"""

from __future__ import annotations

import ast
import signal
from collections.abc import Iterable, Iterator
from itertools import islice
from types import CodeType, FunctionType
from typing import Any

import attrs

from benchmarks.functions.copies import NoCopy, copied, plain
from benchmarks.functions.install import Live, code_of
from benchmarks.functions.sites import Part

__all__ = ["Watch", "writes_elsewhere"]

MOST_CALLS = 400
"""So many different calls of a function are made again while one killer runs; after that it may notice what is left."""

PATIENCE = 0.5
"""Processor seconds for one call with a mistake."""

ROOM = 5_000
"""The most items that are taken from an iterator."""

_CHANGES = frozenset(
    ("append", "add", "update", "pop", "setdefault", "extend", "clear", "write", "remove", "discard", "insert",
     "popleft", "appendleft", "sort", "popitem", "send", "cache_clear")
)  # fmt: skip

_MAKES = ("__init__", "__attrs_post_init__", "__setattr__", "__hash__", "__eq__")
"""Functions whose first argument is not yet as it will be, or that are called to compare it."""


class _TooSlow(Exception):
    """A call with a mistake goes on for too long."""


def writes_elsewhere(node: ast.AST) -> bool:
    """Whether a function puts something into what is not its own, or keeps something: it is not called twice then."""
    if isinstance(node, ast.FunctionDef) and (node.name in _MAKES or _ends_later(node)):
        return True
    own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    for each in ast.walk(node):
        if isinstance(each, ast.Global | ast.Nonlocal):
            return True
        if isinstance(each, ast.Subscript) and not isinstance(each.ctx, ast.Load) and _root(each) not in own:
            return True
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in _CHANGES:
            base = each.func.value
            if not (isinstance(base, ast.Name) and base.id in own) and not _is_of_context(base):
                return True
    return False


def _ends_later(node: ast.FunctionDef) -> bool:
    """A context manager, which does its work after the call, or one that calls itself: within, that is as it ships."""
    if any(isinstance(each, ast.Name) and each.id == "contextmanager" for each in node.decorator_list):
        return True
    called = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    names = [each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in called]
    return node.name in names


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_of_context(node: ast.expr) -> bool:
    """`ctx.sent`: a list of the context of a rule, which is copied."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ctx"


@attrs.define(eq=False)
class _Watched:
    """A function as it ships, its mistakes as functions of their own, and the numbers of those not noticed yet.

    A *blind* one is not called twice: whoever calls it could notice all its mistakes.
    """

    function: FunctionType
    asks: CodeType
    shipped: FunctionType
    wrong: dict[int, FunctionType]
    blind: bool
    noticed: set[int] = attrs.field(factory=set)
    asked: set[Any] = attrs.field(factory=set)
    calls: int = 0

    def begin(self) -> None:
        """Nothing has been noticed."""
        self.noticed.clear()
        self.asked.clear()
        self.calls = 0
        self.function.__code__ = self.asks

    def give_up(self) -> None:
        """Whatever is left of the mistakes could be noticed."""
        self.noticed.update(self.wrong)


class Watch:
    """Watches functions of this process, which is a child: they are not as they were afterwards."""

    def __init__(
        self, live: Live, parts: Iterable[tuple[Part, dict[int, CodeType]]], *, calls_again: bool = True
    ) -> None:
        """Begins.

        Args:
            live: The functions of the process.
            parts: Functions, with the wrong codes by the number of the mistake.
            calls_again: False to note only which of them are called.
        """
        self._calls_again = calls_again
        self._busy, self._limited = False, False
        self._all: list[tuple[tuple[str, str], _Watched]] = []
        self._closed: dict[tuple[str, str], set[int]] = {}
        for part, wrong in parts:
            self._add(live, part, wrong)
        live.forget()
        signal.signal(signal.SIGPROF, self._late)

    def _add(self, live: Live, part: Part, wrong: dict[int, CodeType]) -> None:
        blind = not self._calls_again or writes_elsewhere(part.node)
        for each in live.functions(part.module, code_of(part)):
            if each.__closure__ is not None:
                self._closed[part.key] = set(wrong)
                continue
            copies = {number: _clone(each, code) for number, code in wrong.items()}
            watched = _Watched(each, _asks(each.__code__, len(self._all)), _clone(each, each.__code__), copies, blind)
            each.__globals__["__mistakes__"] = self._call
            watched.begin()
            self._all.append((part.key, watched))

    def found(self) -> dict[tuple[str, str], set[int]]:
        """By module and function, the numbers of the mistakes that could be noticed here; empty: it was called.

        A function that uses variables of one around it is not watched, and counts as called.
        """
        found = {key: set(numbers) for key, numbers in self._closed.items()}
        for key, watched in self._all:
            if watched.calls:
                found.setdefault(key, set()).update(watched.noticed)
        return found

    def _call(self, number: int, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        _, watched = self._all[number]
        if not self._busy:
            self._busy = True
            try:
                self._compare(watched, arguments, named)
            except Exception:  # of an argument that is only half made, for one
                watched.give_up()
            finally:
                self._busy = False
            if len(watched.noticed) == len(watched.wrong):
                watched.function.__code__ = watched.shipped.__code__
        return watched.shipped(*arguments, **named)

    def _compare(self, watched: _Watched, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        watched.calls += 1
        if watched.blind or len(watched.asked) >= MOST_CALLS or watched.calls > 20 * MOST_CALLS:
            watched.give_up()
            return
        copies: dict[int, Any] = {}
        try:
            given = copied(arguments, copies), copied(named, copies)
        except NoCopy:
            watched.give_up()
            return
        if not self._is_new(watched, plain(given)):
            return
        is_fixed = copies.keys() <= {id(arguments), id(named)}
        right = self._end_of(watched.shipped, given, is_fixed)
        for number, function in watched.wrong.items():
            if number not in watched.noticed:
                if not is_fixed:
                    copies = {}
                    given = copied(arguments, copies), copied(named, copies)
                if not _is_alike(right, self._end_of(function, given, is_fixed)):
                    watched.noticed.add(number)

    def _is_new(self, watched: _Watched, key: Any) -> bool:
        """Whether the function has not been asked this before; where that cannot be told, it is for a while."""
        try:
            if key in watched.asked:
                return False
            watched.asked.add(key)
        except TypeError:  # it cannot be hashed
            if watched.calls > MOST_CALLS:
                watched.give_up()
                return False
        return True

    def _end_of(self, function: FunctionType, given: tuple[tuple[Any, ...], dict[str, Any]], is_fixed: bool) -> Any:
        """The answer, or the error, and what is left of the arguments if they can change."""
        arguments, named = given
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        self._limited = True
        try:
            answer = function(*arguments, **named)
            if hasattr(answer, "__next__"):
                answer = ("iterator", tuple(islice(answer, ROOM)))
            ends: Any = plain(answer)
        except _TooSlow:
            return ("too slow", object())
        except Exception as error:
            ends = (type(error), str(error))
        finally:
            self._limited = False
            signal.setitimer(signal.ITIMER_PROF, 0)
        return ends if is_fixed else (ends, plain(given))

    def _late(self, *_: object) -> None:
        if self._limited:
            raise _TooSlow


def _is_alike(right: Any, wrong: Any) -> bool:
    try:
        return bool(right == wrong)
    except Exception:
        return False


def _clone(function: FunctionType, code: CodeType) -> FunctionType:
    found = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    found.__kwdefaults__ = function.__kwdefaults__
    return found


def _parameters(code: CodeType) -> Iterator[tuple[str, str, str]]:
    """Each parameter as it is declared, as a part of the arguments, as a part of the named ones."""
    names = code.co_varnames
    for index, name in enumerate(names[: code.co_argcount]):
        yield f"{name}{', /' if index + 1 == code.co_posonlyargcount else ''}", f"{name},", ""
    index = code.co_argcount + code.co_kwonlyargcount
    if code.co_flags & 0x04:
        yield f"*{names[index]}", f"*{names[index]},", ""
        index += 1
    elif code.co_kwonlyargcount:
        yield "*", "", ""
    for name in names[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        yield name, "", f"{name!r}: {name},"
    if code.co_flags & 0x08:
        yield f"**{names[index]}", "", f"**{names[index]},"


def _asks(code: CodeType, number: int) -> CodeType:
    """A code with the same parameters that asks the watch."""
    declared, given, named = zip(*_parameters(code), strict=True) if [*_parameters(code)] else ((), (), ())
    text = f"def f({', '.join(declared)}): return __mistakes__({number}, ({''.join(given)}), {{{''.join(named)}}})"
    made = compile(text, code.co_filename, "exec").co_consts[0]
    assert isinstance(made, CodeType), "the text is one function"
    return made.replace(co_name=code.co_name, co_qualname=code.co_qualname, co_firstlineno=code.co_firstlineno)
