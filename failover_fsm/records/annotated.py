"""The domains that a record's annotations give its fields: `Literal["a", "b"]`, `Colour | None`, `Optional[bool]`."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

__all__ = ["declared_domain"]


def declared_domain(kind: Any, name: str) -> Any:
    """The domain of a field: as its metadata says, else as its annotation does; None where neither says one.

    Args:
        kind: a class of records.
        name: of the field.
    """
    declared = attrs.fields_dict(kind)[name].metadata.get("domain")
    return _annotated(kind).get(name) if declared is None else declared


@cache
def _annotated(kind: Any) -> Mapping[str, tuple[Any, ...]]:
    """The fields of a class whose annotation is a choice: a Literal, or a union of finite types."""
    try:
        hints = get_type_hints(kind)
    except Exception:  # a name that exists for type checkers only, or no longer
        hints = {field.name: field.type for field in attrs.fields(kind)}
    found = {}
    for field in attrs.fields(kind):
        hint = hints.get(field.name)
        if get_origin(hint) in (Literal, Union, UnionType):
            values = list(_values(hint))
            if all(value is not _ENDLESS for value in values):
                found[field.name] = tuple(values)
    return MappingProxyType(found)


_ENDLESS = object()


def _values(hint: Any) -> Iterator[Any]:
    """The values of a type in the order in which they are written; `_ENDLESS` where they cannot be listed."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif get_origin(hint) in (Union, UnionType):
        for each in get_args(hint):
            yield from _values(each)
    elif hint in (None, NoneType):
        yield None
    elif hint is bool:
        yield from (False, True)
    elif isinstance(hint, type) and issubclass(hint, enum.Enum):
        yield from hint
    else:
        yield _ENDLESS
