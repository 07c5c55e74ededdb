"""The classes of records, attrs classes and data classes, and their fields, alike for both."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import attrs

__all__ = ["RecordField", "compares_fields", "field_of", "is_generated", "is_record", "record_fields"]


@attrs.frozen
class RecordField:
    """A field of a record.

    Attributes:
        name: of the attribute.
        alias: of the argument that makes a record: `_private` is `private` in attrs.
        init: whether there is such an argument.
        eq: whether records that differ in it differ.
        eq_key: what is compared, as a function of the value; None for the value.
        type: the annotation.
        metadata: what the field declares.
    """

    name: str
    alias: str
    init: bool
    eq: bool
    eq_key: Callable[[Any], Any] | None
    type: Any
    metadata: Mapping[Any, Any] = attrs.field(eq=False)


def _is_record(kind: Any) -> bool:
    """Whether a class is one of records."""
    return attrs.has(kind) or dataclasses.is_dataclass(kind)


def _record_fields(kind: Any) -> tuple[RecordField, ...]:
    """The fields of a class of records in their order."""
    if attrs.has(kind):
        return tuple(
            RecordField(each.name, each.alias or each.name, each.init, each.eq, each.eq_key, each.type, each.metadata)
            for each in attrs.fields(kind)
        )
    return tuple(
        RecordField(each.name, each.name, each.init, each.compare, None, each.type, each.metadata)
        for each in dataclasses.fields(kind)
    )


is_record: Callable[[Any], bool] = cache(_is_record)
record_fields: Callable[[Any], tuple[RecordField, ...]] = cache(_record_fields)


def field_of(kind: Any, name: str) -> RecordField | None:
    """The field of that name; None if there is none."""
    return _by_name(kind).get(name)


@cache
def _by_name(kind: Any) -> Mapping[str, RecordField]:
    return {field.name: field for field in record_fields(kind)}


@cache
def compares_fields(kind: Any) -> bool:
    """Whether the `__eq__` of a class of records was generated, so that it compares their fields."""
    owner: Any = next(each for each in kind.__mro__ if "__eq__" in vars(each))
    if is_generated(kind.__eq__):
        return True
    code = getattr(kind.__eq__, "__code__", None)
    made = vars(owner).get("__dataclass_params__")
    if code is None or made is None or not made.eq or code.co_filename != "<string>":
        return False
    compared = {field.name for field in record_fields(owner) if field.eq}
    return {*code.co_names} == {"__class__", *compared}  # a program given by `python -c` is "<string>", too


def is_generated(function: Any) -> bool:
    """Whether attrs generated a method."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename.startswith("<attrs generated")
