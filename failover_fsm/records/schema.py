"""What values a state can have: the leaves of a record tree with their finite domains.

A state type is a frozen attrs class.  Its fields are enums, booleans, choices by annotation (`Literal["a", "b"]`,
`Colour | None`), declared values of any kind (`attrs.field(metadata={"domain": range(4)})`), further records, or tuples
of these whose length an example state fixes.  Nothing else: what has no finite domain cannot be explored.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import attrs

from failover_fsm.records.annotated import declared_domain

Path = tuple[str | int, ...]

MAX_VALUES = 1_000_000
"""Values of a leaf, at most: more could neither be listed nor searched."""

RESERVED = "_view_"
"""The beginning of the names of the attributes that views add to those of a record."""

LISTED = 20
"""Values of a domain that a message lists, at most."""


class SchemaError(TypeError):
    """A state holds something that has no finite domain."""


@attrs.frozen
class Slot:
    """One leaf of the state tree.

    Attributes:
        path: attribute names and tuple positions from the root to the leaf.
        domain: every value the leaf can have, in declaration order.
        whole: the leaf is opaque: rules evaluate queries on it (see `records.queries`).
    """

    path: Path
    domain: tuple[Any, ...]
    whole: bool = False

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


def domain_of(value: Any, declared: Any = None, path: Path = ()) -> tuple[Any, ...]:
    """Return the finite domain of a leaf: as declared, else from the class of its value.

    Raises:
        SchemaError: there is none; names the path.
    """
    if declared is not None:
        return tuple(declared_values(declared, path))
    if isinstance(value, bool):
        return (False, True)
    if isinstance(value, enum.Enum):
        return tuple(type(value))
    where = path_name(path) or "the state"
    raise SchemaError(
        f"{where} has no finite domain: {value!r}; allowed: enum, bool, a Literal, records, or values that the field "
        'declares, as in attrs.field(metadata={"domain": range(4)})'
    )


def field_path(path: Path, name: str) -> Path:
    """The path of a field of the record at `path`.  Raises SchemaError for a name that views use themselves."""
    if name.startswith(RESERVED):
        raise SchemaError(f"{path_name((*path, name))} begins with {RESERVED}, which views keep for themselves")
    return (*path, name)


def declared_values(declared: Any, path: Path) -> Sequence[Any]:
    """Return the values of a declared domain.

    Raises:
        SchemaError: it is no collection, its order is not fixed, it can be read only once, or it is too large.
    """
    where = f"the domain of {path_name(path)}"
    allowed = "allowed: a tuple, a list, a range or an enum"
    if not isinstance(declared, Iterable):
        raise SchemaError(f"{where} is {declared!r}, which has no values; {allowed}")
    if isinstance(declared, Iterator | Set):
        why = "whose order is not fixed" if isinstance(declared, Set) else "which can be read only once"
        raise SchemaError(f"{where} is a {type(declared).__name__}, {why}; {allowed}")
    try:
        size = len(declared)  # type: ignore[arg-type]  # an error for what has no length
    except (TypeError, OverflowError):
        size = 0 if not isinstance(declared, range) else MAX_VALUES + 1
    if size > MAX_VALUES:
        raise SchemaError(f"{where} has more than {MAX_VALUES:,} values; allowed: fewer")
    return declared if isinstance(declared, tuple | range) else tuple(declared)


def listed(domain: Sequence[Any]) -> str:
    """A domain in a message: its values, or the first ones and the last one."""
    if len(domain) <= LISTED:
        return ", ".join(map(repr, domain))
    return f"{', '.join(map(repr, domain[:3]))}, ... {domain[-1]!r} ({len(domain):,} values)"


def has_value(domain: Sequence[Any], value: Any) -> bool:
    """Return whether a domain contains a value of the same type; `True` is not the number 1 here."""
    try:
        return type(domain[domain.index(value)]) is type(value)
    except ValueError:
        return False


def check_domains(record: Any, domains: Mapping[str, Iterable[Any]] | None = None, path: Path = ()) -> None:
    """Check the leaves of a record, and of the records in it, that have a declared domain; others may be anything.

    Args:
        record: a state.
        domains: the domains of opaque leaves, by name.
        path: where the record lies in the state.

    Raises:
        SchemaError: a value is not in its domain; names the path.
    """
    if not attrs.has(type(record)):
        raise SchemaError(f"{path_name(path) or 'the state'} is not an attrs record: {record!r}")
    for field in attrs.fields(type(record)):
        value, here = getattr(record, field.name), field_path(path, field.name)
        declared = declared_domain(type(record), field.name)
        if is_whole(field):
            declared = (domains or {}).get(path_name(here), declared)
        if declared is not None:
            values = declared_values(declared, here)
            if not has_value(values, value):
                raise SchemaError(f"{path_name(here)} cannot be {value!r}; allowed: {listed(values)}")
        elif not is_whole(field):
            for index, item in enumerate(value if type(value) is tuple else (value,)):
                if attrs.has(type(item)):
                    check_domains(item, domains, (*here, index) if type(value) is tuple else here)


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


def is_whole(field: attrs.Attribute[Any]) -> bool:
    """Return whether the field is an opaque leaf."""
    return bool(field.metadata.get("whole"))


def is_leaf(field: attrs.Attribute[Any], value: Any) -> bool:
    """Return whether the field is a leaf: opaque, with a declared domain, or neither a record nor a tuple."""
    if is_whole(field) or field.metadata.get("domain") is not None:
        return True
    return not attrs.has(type(value)) and not isinstance(value, tuple)


def _walk(record: Any, path: Path, domains: Mapping[str, Iterable[Any]]) -> Iterator[Slot]:
    if not attrs.has(type(record)):
        raise SchemaError(f"{path_name(path) or 'the state'} is not an attrs record: {record!r}")
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        here = field_path(path, field.name)
        if is_leaf(field, value):
            declared = declared_domain(type(record), field.name)
            declared = domains.get(path_name(here), declared) if is_whole(field) else declared
            yield Slot(here, domain_of(value, declared, here), whole=is_whole(field))
        elif attrs.has(type(value)):
            yield from _walk(value, here, domains)
        elif type(value) is not tuple:
            kind = type(value).__name__
            raise SchemaError(f"{path_name(here)} is a {kind}, a tuple of a class of its own; use an attrs record")
        else:
            for index, item in enumerate(value):
                if attrs.has(type(item)):
                    yield from _walk(item, (*here, index), domains)
                else:
                    yield Slot((*here, index), domain_of(item, None, (*here, index)))
