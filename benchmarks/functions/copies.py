"""Copies of arguments, so that a call can be made again as often as there are mistakes, and what is left of them."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, MappingProxyType, ModuleType, NoneType
from typing import Any

import attrs

__all__ = ["NoCopy", "copied", "plain"]

_ATOMS = frozenset(
    (str, bytes, int, float, bool, NoneType, range, frozenset, Fraction, ModuleType,
     MappingProxyType, re.Pattern, re.Match, type, enum.EnumType)
)  # fmt: skip
"""Classes whose values nobody changes. A method, or a function that closes over something, may change what it is of."""


class NoCopy(Exception):
    """A value of which nothing is known: a call with it cannot be made twice."""


@functools.cache
def _is_atom(kind: type) -> bool:
    if kind in _ATOMS or issubclass(kind, enum.Enum | PurePath | type):
        return True
    return attrs.has(kind) and kind.__setattr__.__name__ == "_frozen_setattrs"


@functools.cache
def _left_out(kind: type) -> tuple[str, ...]:
    """The fields of a record that `==` leaves out, but for what it keeps for itself."""
    if not attrs.has(kind) or kind.__eq__ is object.__eq__:
        return ()
    return tuple(each.name for each in attrs.fields(kind) if not each.eq and not each.name.startswith("_"))


@functools.cache
def _draft() -> tuple[type, type]:
    """The classes of drafts and of all views; imported late, because a mistake may be put in at the import."""
    from failover_fsm.records.recording import Draft
    from failover_fsm.records.view import RecordView

    return Draft, RecordView


def copied(value: Any, known: dict[int, Any]) -> Any:
    """A copy that can be changed without changing the value; what nobody changes is its own copy.

    Args:
        value: An argument.
        known: The copies so far by identity: two arguments that are the same, or parts of one another, stay so.

    Raises:
        NoCopy: It is of a class of which nothing is known, such as an iterator.
    """
    kind = type(value)
    draft, view = _draft()
    if issubclass(kind, view):
        if not issubclass(kind, draft):
            raise NoCopy(kind.__name__)
    elif _is_atom(kind):
        return value
    if id(value) not in known:
        known[id(value)] = _copy(value, kind, known, is_draft=issubclass(kind, draft))
    return known[id(value)]


def _copy(value: Any, kind: Any, known: dict[int, Any], *, is_draft: bool) -> Any:
    if kind is FunctionType and value.__closure__ is None:
        return value
    if kind is BuiltinFunctionType and isinstance(value.__self__, ModuleType | None):
        return value
    if is_draft:
        new = object.__new__(kind)
        children = {name: _child(each, known) for name, each in value._view_children.items()}
        parts = (value._view_base, None, value._view_path, dict(value._view_assigned), children)
        for name, part in zip(_SLOTS, parts, strict=True):
            object.__setattr__(new, name, part)
        return new
    if kind is tuple or kind is list:
        return kind(copied(each, known) for each in value)
    if kind is set:
        return set(value)
    if kind is dict:
        return {name: copied(each, known) for name, each in value.items()}
    if attrs.has(kind):
        new = object.__new__(kind)
        for field in attrs.fields(kind):
            object.__setattr__(new, field.name, copied(getattr(value, field.name), known))
        return new
    raise NoCopy(kind.__name__)


_SLOTS = ("_view_base", "_view_journal", "_view_path", "_view_assigned", "_view_children")


def _child(value: Any, known: dict[int, Any]) -> Any:
    return tuple(copied(each, known) for each in value) if type(value) is tuple else copied(value, known)


def plain(value: Any) -> Any:
    """What a value holds now, to be compared, and to be looked up where it can be hashed; with the classes."""
    kind = type(value)
    draft, view = _draft()
    if issubclass(kind, view):
        return draft.freeze(value) if issubclass(kind, draft) else value  # type: ignore[attr-defined]
    if _is_atom(kind):
        if names := _left_out(kind):
            return kind.__name__, value, tuple(plain(getattr(value, name)) for name in names)
        return (kind, value) if kind in (bool, int, float) else value
    if kind is tuple or kind is list:
        return kind.__name__, tuple(map(plain, value))
    if isinstance(value, Mapping):
        return kind.__name__, tuple((name, plain(each)) for name, each in value.items())
    if kind is not set and attrs.has(kind):
        return kind.__name__, tuple(plain(getattr(value, field.name)) for field in attrs.fields(kind))
    return value
