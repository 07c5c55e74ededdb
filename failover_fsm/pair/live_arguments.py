"""The arguments of a live pair, checked: what is wrong is said where it was passed, not when a callback never comes."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from inspect import iscoroutinefunction

__all__ = ["check_argument", "check_function", "listed"]


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


def check_function(method: str, name: str, value: object) -> None:
    """Raises TypeError for what cannot be called, and for a coroutine function, which would never be awaited."""
    if not callable(value):
        raise TypeError(f"{method}: {name} {value!r}; allowed: a function")
    if iscoroutinefunction(value):
        raise TypeError(
            f"{method}: {name} {value!r} is a coroutine function; allowed: a function, which may start a task"
        )
