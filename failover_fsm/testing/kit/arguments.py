"""The arguments of the kit's functions, checked before anything is played: what is wrong, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from failover_fsm.checker import Property
from failover_fsm.checker.core.properties import check_properties
from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.coverage import Floor

__all__ = [
    "check_counts",
    "check_functions",
    "check_seed",
    "checked_events",
    "checked_floor",
    "checked_plan",
    "checked_promises",
]


def check_counts(**counts: object) -> None:
    """Refuses what is no number of things.

    Raises:
        ValueError: With the name of the argument.
    """
    for name, number in counts.items():
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ValueError(f"{name} {number!r}; allowed: 1 or more")


def check_seed(seed: object) -> None:
    """Refuses what makes no plans that come again.

    Raises:
        TypeError: If it is no whole number.
    """
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise TypeError(f"seed {seed!r}; allowed: a whole number")


def check_functions(**functions: tuple[object, str]) -> None:
    """Refuses what cannot be called.

    Args:
        functions: By the name of the argument: its value, and what is allowed.

    Raises:
        TypeError: With the name of the argument.
    """
    for name, (function, allowed) in functions.items():
        if not callable(function):
            raise TypeError(f"{name} {function!r}; allowed: {allowed}")


def checked_floor(floor: object) -> Floor:
    """A floor; the one that asks for nothing for None.

    Raises:
        TypeError: If it is neither.
    """
    if floor is not None and not isinstance(floor, Floor):
        raise TypeError(f"floor {floor!r}; allowed: a Floor, such as Floor(situations=1.0), or None")
    return floor or Floor()


def checked_promises(promises: object) -> tuple[Property, ...]:
    """Properties of the checker.

    Raises:
        TypeError, ValueError: If one is none, or two have one name.
    """
    found = _collected("promises", promises, "a list of properties, such as [always(...)]")
    check_properties(found)
    return found


def checked_events(name: str, events: object) -> tuple[Any, ...]:
    """A collection of events.

    Raises:
        TypeError: If it is none.
    """
    return _collected(name, events, "a list of events")


def checked_plan(plan: object) -> tuple[Act, ...]:
    """A plan that is given as acts.

    Raises:
        TypeError: If it is none.
    """
    allowed = "the trace of a Disagreement, or a list of acts, such as [Act(event)]"
    acts = _collected("plan", plan, allowed)
    for act in acts:
        if not isinstance(act, Act):
            raise TypeError(f"plan: {act!r} is no Act; allowed: {allowed}")
    return acts


def _collected(name: str, values: object, allowed: str) -> tuple[Any, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name} {values!r}; allowed: {allowed}")
    return tuple(values)
