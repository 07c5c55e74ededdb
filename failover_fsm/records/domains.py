"""What the fields of records can be, by name, as far as it is known."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any

from failover_fsm.records.annotated import declared_domain, item_domain
from failover_fsm.records.fields import is_record, record_fields
from failover_fsm.records.made import Domain, Joined, Made, Product, SchemaError, Subsets, TuplesUpTo, declared_values

__all__ = ["field_values", "record_kinds"]


def field_values(state: Any) -> Mapping[str, Domain]:
    """The values of the fields of a state and of the records in it, by the name of the field.

    Left out is a name of which some field has values that are not known. Fields of one name in several classes have
    the values of all of them.

    Args:
        state: a record; anything else has no fields.
    """
    found: dict[str, Domain | None] = {}
    for _, name, domain in _known(state):
        if name not in found or found[name] == domain:
            found[name] = domain
        else:
            found[name] = _joined(found[name], domain)
    return {name: domain for name, domain in found.items() if domain is not None}


def record_kinds(state: Any) -> Iterator[type]:
    """The class of a state and those of the records in it, each with fields once or several times."""
    return (kind for kind, _, _ in _known(state))


def _joined(one: Domain | None, other: Domain | None) -> Domain | None:
    if one is None or other is None or isinstance(one, Made) or isinstance(other, Made):
        return None
    return (*one, *other)


def _known(value: Any) -> Iterator[tuple[type, str, Domain | None]]:
    """The class, name and domain of each field, None where that is not known, records before the records in them."""
    if not is_record(type(value)):
        return
    for field in record_fields(type(value)):
        inner = getattr(value, field.name)
        try:
            domain = _domain(type(value), field.name, inner)
        except SchemaError:  # reported by the search
            domain = None
        yield type(value), field.name, domain
        yield from _in_domain(domain)
        for item in inner if type(inner) is tuple else (inner,):
            yield from _known(item)


def _domain(kind: Any, name: str, value: Any) -> Domain | None:
    declared = declared_domain(kind, name)
    if declared is not None:
        return declared_values(declared, name)
    if isinstance(value, bool):
        return (False, True)
    if isinstance(value, enum.Enum):
        return tuple(type(value))
    if type(value) is not tuple or any(is_record(type(item)) for item in value):
        return None
    items = item_domain(kind, name)
    return None if items is None else Product(tuple, (items,) * len(value), tuple, lambda given: given)


def _in_domain(domain: Domain | None) -> Iterator[tuple[type, str, Domain | None]]:
    """The fields of the records that a domain holds."""
    if isinstance(domain, TuplesUpTo | Subsets):
        yield from _in_domain(domain.items)
    elif isinstance(domain, Joined):
        for part in domain.parts:
            yield from _in_domain(part)
    elif isinstance(domain, Product) and is_record(domain.kind):
        for field, part in zip(record_fields(domain.kind), domain.parts, strict=True):
            yield domain.kind, field.name, part
            yield from _in_domain(part)
    elif isinstance(domain, tuple):
        for value in domain:
            yield from _known(value)
