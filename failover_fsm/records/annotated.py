"""The domains that a record's annotations give its fields, with what the fields declare.

| annotation | declared | values |
|---|---|---|
| any | `domain` | those |
| `Literal["a", "b"]`, `Colour \\| None`, `Message \\| None` | | the choices; of a class of records all its records |
| `frozenset[Colour]` | | all subsets |
| `frozenset[int]` | `items` | all subsets of the items, with `most` those of so many members |
| `tuple[Message, ...]` | `most` | tuples of any length up to that |
| `tuple[int, ...]` | `most`, `items` | likewise |
| `tuple[int, ...]` | `items` | tuples of the length that the first state has: each item is a leaf of its own |
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from failover_fsm.records.fields import RecordField, field_of, is_record, record_fields
from failover_fsm.records.made import (
    MAX_ITEMS,
    Domain,
    Joined,
    Made,
    Product,
    SchemaError,
    Subsets,
    TuplesUpTo,
    declared_values,
    size_of,
)

__all__ = ["declared_domain", "item_domain"]


def declared_domain(kind: Any, name: str) -> Any:
    """The domain of a field: as its metadata says, else as its annotation does; None where neither says one.

    Args:
        kind: a class of records.
        name: of the field.

    Raises:
        SchemaError: the field declares what cannot be.
    """
    field = field_of(kind, name)
    declared = None if field is None else field.metadata.get("domain")
    return _domains(kind).get(name) if declared is None else declared


def item_domain(kind: Any, name: str) -> Domain | None:
    """The domain of each item of a field that holds a tuple of fixed length; None where none is declared."""
    field = field_of(kind, name)
    if field is None:
        return None
    hint = _hints(kind).get(name)
    if field.metadata.get("items") is not None:
        return declared_values(field.metadata["items"], f"the items of {kind.__name__}.{name}")
    members = dict.fromkeys(each for each in get_args(hint) if each is not ...) if get_origin(hint) is tuple else {}
    return _of_type(next(iter(members))) if len(members) == 1 else None


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    try:
        return get_type_hints(kind)
    except Exception:  # a name that exists for type checkers only, or no longer
        return {field.name: field.type for field in record_fields(kind)}


@cache
def _domains(kind: Any) -> Mapping[str, Domain]:
    """The domains of the fields of a class that do not follow from the class of a value."""
    found = {field.name: _of_field(kind, field) for field in record_fields(kind)}
    return MappingProxyType({name: domain for name, domain in found.items() if domain is not None})


def _of_field(kind: Any, field: RecordField) -> Domain | None:
    hint = _hints(kind).get(field.name)
    origin = _origin(hint)
    most = field.metadata.get("most")
    if most is not None or (origin is frozenset and field.metadata.get("items") is not None):
        return _collection(kind, field, origin, most)
    return _of_type(hint) if origin in (Literal, Union, UnionType, frozenset) else None


def _origin(hint: Any) -> Any:
    """What an annotation is: `tuple` for `tuple[int, ...]`, also where its names could not be looked up."""
    if isinstance(hint, str):
        return {"tuple": tuple, "frozenset": frozenset}.get(hint.partition("[")[0].strip())
    return get_origin(hint) or hint


def _collection(kind: Any, field: RecordField, origin: Any, most: Any) -> Domain:
    """The domain of a field that declares how many items it has at most, or which.

    Raises:
        SchemaError: it holds no collection, the number is none, or the items are not known.
    """
    where = f"{kind.__name__}.{field.name}"
    if origin not in (tuple, frozenset):
        raise SchemaError(f"{where} declares `most`; allowed: with the annotation tuple[..., ...] or frozenset[...]")
    items = item_domain(kind, field.name) if origin is tuple else _members(kind, field)
    if items is None:
        example = '{"items": range(4), "most": 3}'
        raise SchemaError(
            f"{where} declares `most`, but its items have no finite domain; allowed: finite ones in the annotation,"
            f" tuple[Colour, ...], or metadata={example}"
        )
    least = 1 if origin is tuple else 0
    most = min(size_of(items), MAX_ITEMS) if most is None else most
    if type(most) is not int or not least <= most <= MAX_ITEMS:
        raise SchemaError(f"{where} declares `most` as {most!r}; allowed: {least} to {MAX_ITEMS:,}")
    return TuplesUpTo(items, most) if origin is tuple else Subsets(items, min(most, size_of(items)))


def _members(kind: Any, field: RecordField) -> Domain | None:
    declared = field.metadata.get("items")
    if declared is not None:
        return declared_values(declared, f"the items of {kind.__name__}.{field.name}")
    inner = get_args(_hints(kind).get(field.name))
    return _of_type(inner[0]) if inner else None


def _of_type(hint: Any, inside: tuple[Any, ...] = ()) -> Domain | None:
    """The values of a type in the order in which they are written; None where they cannot be listed.

    Args:
        hint: the annotation.
        inside: the classes of records that it is part of: one that holds itself has no end.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return inner
    if origin in (Union, UnionType):
        return _of_union([_of_type(each, inside) for each in inner])
    if hint in (None, NoneType):
        return (None,)
    if hint is bool:
        return (False, True)
    if origin is frozenset:
        items = _of_type(inner[0], inside)
        return None if items is None else Subsets(items, size_of(items))
    if origin is tuple and inner and ... not in inner:
        return _product(tuple, [_of_type(each, inside) for each in inner], tuple, lambda value: value)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return tuple(hint)
    is_open = isinstance(hint, type) and is_record(hint) and hint not in inside
    return _of_record(hint, (*inside, hint)) if is_open else None


def _of_union(members: list[Domain | None]) -> Domain | None:
    known = tuple(each for each in members if each is not None)
    if len(known) < len(members):
        return None
    return Joined(known) if any(isinstance(each, Made) for each in known) else tuple(chain.from_iterable(known))


def _of_record(kind: Any, inside: tuple[Any, ...]) -> Domain | None:
    """All records of a class whose fields have finite domains."""
    fields = record_fields(kind)
    parts: list[Domain | None] = []
    for field in fields:
        declared = field.metadata.get("domain")
        if declared is not None:
            parts.append(declared_values(declared, f"the domain of {kind.__name__}.{field.name}"))
        elif field.metadata.get("most") is not None:
            parts.append(_of_field(kind, field))
        else:
            parts.append(_of_type(_hints(kind).get(field.name), inside))
    names = [field.name for field in fields]
    aliases = [field.alias for field in fields]
    return _product(
        kind,
        parts,
        lambda values: kind(**dict(zip(aliases, values, strict=True))),
        lambda record: [getattr(record, name) for name in names],
    )


def _product(kind: Any, parts: list[Domain | None], make: Any, values_of: Any) -> Domain | None:
    known = [each for each in parts if each is not None]
    return None if len(known) < len(parts) else Product(kind, tuple(known), make, values_of)
