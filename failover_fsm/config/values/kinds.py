"""What kind of value each field of a record takes: that of its annotation, checked as a record is made.

Records are compared by identity and equality all over (`unit is Unit.PRIMARY`), so a value of another kind, such as
`unit="primary"`, would be no error and no unit either.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from failover_fsm.config.values.field_values import ValueNotAllowed

__all__ = ["checked", "in_order"]

_Value = TypeVar("_Value")


def checked(_class: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """An attrs field transformer: a record whose fields take only what their annotations say.

    Such a record raises ValueNotAllowed for anything else, before its other validators run.
    """

    def both(validator: Any) -> Any:
        return _check if validator is None else attrs.validators.and_(_check, validator)

    return [each.evolve(validator=both(each.validator)) for each in fields]


def in_order(values: Any, kind: type[_Value], key: Callable[[_Value], Any]) -> tuple[_Value, ...]:
    """For attrs converters: values of a kind as a sorted tuple; anything else as it is, for `checked` to refuse."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return typing.cast(tuple[_Value, ...], values)
    found = tuple(values)
    return tuple(sorted(found, key=key)) if all(isinstance(value, kind) for value in found) else found


def _check(record: attrs.AttrsInstance, field: attrs.Attribute[Any], value: object) -> None:
    wanted = _annotations(type(record))[field.name]
    if not _fits(value, wanted):
        what = f"{field.name} of {type(record).__name__} cannot be {value!r}"
        raise ValueNotAllowed(what, _words(wanted))


@lru_cache(maxsize=256)
def _annotations(record: type[attrs.AttrsInstance]) -> Mapping[str, Any]:
    return typing.get_type_hints(record)


def _fits(value: object, wanted: Any) -> bool:
    of, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if of in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in inner)
    if of is tuple:
        return isinstance(value, tuple) and all(_fits(each, inner[0]) for each in value)
    if wanted is int and isinstance(value, bool):
        return False
    return isinstance(value, of or wanted)


def _words(wanted: Any) -> str:
    """The name of a kind: `Unit`, `int or None`, `tuple of Interface`."""
    of, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if of in (typing.Union, types.UnionType):
        return " or ".join(map(_words, inner))
    if of is tuple:
        return f"tuple of {_words(inner[0])}"
    return "None" if wanted is type(None) else str((of or wanted).__name__)
