"""What values a state can have: the leaves of a record tree with their finite domains.

A state type is a frozen attrs class or data class.  Its fields are enums, booleans, what annotation and metadata give a
domain (`records.annotated`), further records, or tuples of these whose length an example state fixes.  Nothing else:
what has no finite domain cannot be explored.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.records.annotated import declared_domain, item_domain
from failover_fsm.records.fields import RecordField, is_record, record_fields
from failover_fsm.records.made import (
    MAX_MADE,
    Domain,
    Made,
    SchemaError,
    declared_values,
    has_value,
    listed,
    size_of,
)
from failover_fsm.records.steady import steady

__all__ = ["Path", "Schema", "Slot", "check_domains", "domain_of", "field_path", "is_leaf", "is_whole", "path_name"]

Path = tuple[str | int, ...]

RESERVED = "_view_"
"""The beginning of the names of the attributes that views add to those of a record."""


@attrs.frozen
class Slot:
    """One leaf of the state tree.

    Attributes:
        path: attribute names and tuple positions from the root to the leaf.
        domain: every value the leaf can have, in declaration order.
        allowed: the domain in a message.
        whole: the leaf is opaque: rules evaluate queries on it (see `records.queries`).
    """

    path: Path
    domain: tuple[Any, ...]
    allowed: str = attrs.field(eq=False)
    whole: bool = False

    @classmethod
    def of(cls, path: Path, domain: Domain, *, whole: bool = False) -> Slot:
        """The slot at a path.

        Raises:
            SchemaError: the domain is too large to be listed.
        """
        size = size_of(domain)
        if isinstance(domain, Made) and size > MAX_MADE:
            many = f"{size:,}" if size < 10**15 else "more than 10**15"
            what = f"{path_name(path)} has {many} values"
            raise SchemaError(f"{what}; allowed where they are listed: {MAX_MADE:,}, so fewer or shorter ones")
        return cls(path, tuple(domain), listed(domain), whole)

    @property
    def name(self) -> str:
        """The path as it is written in Python, `units[0].heard`."""
        return path_name(self.path)


def path_name(path: Path) -> str:
    """A path as it is written in Python, without the leading dot."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def domain_of(value: Any, declared: Any = None, path: Path = ()) -> Domain:
    """Return the finite domain of a leaf: as declared, else from the class of its value.

    Raises:
        SchemaError: there is none; names the path.
    """
    if declared is not None:
        return declared_values(declared, f"the domain of {path_name(path)}")
    if isinstance(value, bool):
        return (False, True)
    if isinstance(value, enum.Enum):
        return tuple(type(value))
    raise SchemaError(
        f"{path_name(path) or 'the state'} has no finite domain: {steady(value)}; {_what_to_declare(value)}"
    )


def _what_to_declare(value: Any) -> str:
    """What a field can declare that holds such a value."""
    if isinstance(value, frozenset):
        return 'allowed: what it may hold, as frozenset[Colour] or attrs.field(metadata={"items": range(4)})'
    if isinstance(value, list | set | dict | bytearray):
        return "allowed: a tuple, a frozenset or a record, which do not change"
    return (
        "allowed: enum, bool, a Literal, records, or values that the field declares, as in "
        'attrs.field(metadata={"domain": range(4)})'
    )


def field_path(path: Path, name: str) -> Path:
    """The path of a field of the record at `path`.  Raises SchemaError for a name that views use themselves."""
    if name.startswith(RESERVED):
        raise SchemaError(f"{path_name((*path, name))} begins with {RESERVED}, which views keep for themselves")
    return (*path, name)


def check_domains(record: Any, domains: Mapping[str, Iterable[Any]] | None = None, path: Path = ()) -> None:
    """Check the leaves of a record, and of the records in it, that have a declared domain; others may be anything.

    Args:
        record: a state.
        domains: the domains of opaque leaves, by name.
        path: where the record lies in the state.

    Raises:
        SchemaError: a value is not in its domain; names the path.
    """
    if not is_record(type(record)):
        raise SchemaError(f"{path_name(path) or 'the state'} is not a record of attrs or dataclasses: {steady(record)}")
    for field in record_fields(type(record)):
        value, here = getattr(record, field.name), field_path(path, field.name)
        declared = declared_domain(type(record), field.name)
        if is_whole(field):
            declared = (domains or {}).get(path_name(here), declared)
        if declared is not None:
            _check_value(value, declared_values(declared, f"the domain of {path_name(here)}"), here)
        elif type(value) is tuple and not is_whole(field):
            items = item_domain(type(record), field.name)
            for index, item in enumerate(value):
                if is_record(type(item)):
                    check_domains(item, domains, (*here, index))
                elif items is not None:
                    _check_value(item, items, (*here, index))
        elif is_record(type(value)) and not is_whole(field):
            check_domains(value, domains, here)


def _check_value(value: Any, domain: Domain, path: Path) -> None:
    if not has_value(domain, value):
        raise SchemaError(f"{path_name(path)} cannot be {steady(value)}; allowed: {listed(domain)}")


@attrs.frozen
class Schema:
    """The slots of a state type, in depth-first field order."""

    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, example: Any, domains: Mapping[str, Iterable[Any]] | None = None) -> Schema:
        """Return the schema of every state shaped like `example`.

        Args:
            example: a state.
            domains: the domains of opaque leaves, by name, such as `interfaces`.

        Raises:
            SchemaError: a field has no finite domain.
        """
        return cls(tuple(_walk(example, (), domains or {})))

    @property
    def size(self) -> int:
        """How many value combinations there are, reachable or not."""
        product = 1
        for slot in self.slots:
            product *= len(slot.domain)
        return product


def is_whole(field: RecordField) -> bool:
    """Return whether the field is an opaque leaf."""
    return bool(field.metadata.get("whole"))


def is_leaf(kind: Any, field: RecordField, value: Any) -> bool:
    """Return whether a field is a leaf: opaque, with a domain of its own, or neither a record nor a tuple."""
    if is_whole(field) or declared_domain(kind, field.name) is not None:
        return True
    return not is_record(type(value)) and not isinstance(value, tuple)


def _walk(record: Any, path: Path, domains: Mapping[str, Iterable[Any]]) -> Iterator[Slot]:
    if not is_record(type(record)):
        raise SchemaError(f"{path_name(path) or 'the state'} is not a record of attrs or dataclasses: {steady(record)}")
    for field in record_fields(type(record)):
        value = getattr(record, field.name)
        here = field_path(path, field.name)
        if is_leaf(type(record), field, value):
            declared = declared_domain(type(record), field.name)
            declared = domains.get(path_name(here), declared) if is_whole(field) else declared
            yield Slot.of(here, domain_of(value, declared, here), whole=is_whole(field))
        elif is_record(type(value)):
            yield from _walk(value, here, domains)
        elif type(value) is not tuple:
            kind = type(value).__name__
            raise SchemaError(f"{path_name(here)} is a {kind}, a tuple of a class of its own; use a record")
        else:
            items = item_domain(type(record), field.name)
            for index, item in enumerate(value):
                if is_record(type(item)):
                    yield from _walk(item, (*here, index), domains)
                else:
                    yield Slot.of((*here, index), domain_of(item, items, (*here, index)))
