"""The arguments of a live pair, checked: what is wrong is said where it was passed, not when a callback never comes."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction, signature

__all__ = ["check_argument", "check_function", "listed"]

NEVER_RUN: dict[Callable[[object], bool], str] = {
    iscoroutinefunction: "coroutine",
    isasyncgenfunction: "generator",
    isgeneratorfunction: "generator",
}
"""Functions whose body does not run when they are called, and what they are called."""


def listed(values: Iterable[object]) -> str:
    """Values as a message names them."""
    return ", ".join(map(str, values))


def check_argument(method: str, name: str, value: object, *kinds: type) -> None:
    """Raises TypeError for a value of none of the kinds; the message lists the members of enumerations."""
    if isinstance(value, kinds):
        return
    allowed = (listed(kind) if issubclass(kind, enum.Enum) else kind.__name__ for kind in kinds)
    if isinstance(value, type):
        given = f"the class {value.__name__}"
    else:
        given = str(value) if isinstance(value, enum.Enum) else repr(value)
    raise TypeError(f"{method}: {name} {given}; allowed: {', '.join(allowed)}")


def check_function(method: str, name: str, value: object, *arguments: str) -> None:
    """Raises TypeError for what cannot be called with so many arguments, and for a function that would not run.

    A coroutine function would never be awaited, and of a generator function nothing would be iterated.

    Args:
        method: Where the value was passed.
        name: As which argument.
        value: The value.
        arguments: What it is called with, in words.
    """
    if not callable(value):
        raise TypeError(f"{method}: {name} {value!r}; allowed: a function")
    for function in (value, getattr(type(value), "__call__", None)):  # noqa: B004  # an object may have an async one
        for is_kind, kind in NEVER_RUN.items():
            if is_kind(function):
                raise TypeError(
                    f"{method}: {name} {value!r} is a {kind} function; allowed: a function, which may start a task"
                )
    try:
        signature(value).bind(*arguments)
    except ValueError:
        return  # some functions of C do not tell their parameters
    except TypeError as error:
        called = f"called with {listed(arguments)}" if arguments else "called without arguments"
        raise TypeError(f"{method}: {name} {value!r}: {error}; allowed: a function that can be {called}") from None
