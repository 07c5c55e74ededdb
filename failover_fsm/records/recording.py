"""The recording draft of a frozen record tree.

Reading a leaf that the draft has not assigned yet is a *read* of the state and is
recorded; reading back an own assignment is not, and an assignment is never a read.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import attrs

from failover_fsm.records.schema import Path, domain_of, is_whole, path_name
from failover_fsm.records.view import DraftError, DraftView, derived, leaf_refused

__all__ = ["Draft", "DraftError", "Journal", "Path", "edit"]


@attrs.define
class Journal:
    """What happened to a draft, in order.

    reads, writes: (phase, path, value).  `phase` labels who was at work, for example
    "environment" or "rule"; whoever runs the rules sets it.
    """

    phase: str = ""
    reads: list[tuple[str, Path, Any]] = attrs.field(factory=list)
    writes: list[tuple[str, Path, Any]] = attrs.field(factory=list)


class Draft(DraftView):
    """An editable view of one frozen record; see the module's text for what is recorded.

    Attributes are those of the record: leaves come back as values, records as drafts,
    tuples as sequences of drafts or values.  Leaves can be assigned, nothing else can.
    """

    __slots__ = ("_assigned", "_children", "_journal", "_path", "_record")

    def __init__(self, record: Any, journal: Journal | None = None, path: Path = ()) -> None:
        object.__setattr__(self, "_record", record)
        object.__setattr__(self, "_journal", journal)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_assigned", {})
        object.__setattr__(self, "_children", {})

    def __getattr__(self, name: str) -> Any:
        """What the class of the draft has not; see `draft_class`."""
        return derived(self, type(self._record), name)

    def _part(self, name: str, value: Any) -> Any:
        """The draft, or drafts, of a field that is no leaf; made once."""
        children: dict[str, Any] = self._children
        child = children.get(name)
        if child is None:
            path = (*self._path, name)
            if isinstance(value, tuple):
                child = tuple(edit(item, self._journal, (*path, index)) for index, item in enumerate(value))
            else:
                child = edit(value, self._journal, path)
            children[name] = child
        return child

    @property
    def _record_type(self) -> type:
        return type(self._record)

    def __setattr__(self, name: str, value: Any) -> None:
        record_type: Any = type(self._record)
        old = getattr(self._record, name, None)
        path = (*self._path, name)
        kind: Any = type(old)
        domain = _domain(record_type, name, kind)
        if domain is NO_FIELD:
            raise DraftError(f"{record_type.__name__} has no field {name!r}")
        if domain is NO_LEAF:
            raise DraftError(f"{path_name(path)} is not a leaf: assign its fields one by one")
        if type(value) is not kind or (domain is not None and value not in domain):
            raise leaf_refused(path, value, domain or ())
        if self._journal is not None:
            self._journal.writes.append((self._journal.phase, path, value))
        self._assigned[name] = value

    def freeze(self) -> Any:
        """The frozen record with every assignment made; the original where nothing changed."""
        changes = {name: value for name, value in self._assigned.items() if getattr(self._record, name) is not value}
        for name, child in self._children.items():
            old = getattr(self._record, name)
            new = tuple(item.freeze() for item in child) if isinstance(child, tuple) else child.freeze()
            same = all(map(_same, new, old)) if isinstance(new, tuple) else new is old
            if not same:
                changes[name] = new
        return attrs.evolve(self._record, **changes) if changes else self._record


def _same(new: Any, old: Any) -> bool:
    return new is old


NO_FIELD, NO_LEAF = ("no field",), ("no leaf",)


@cache
def _domain(record_type: Any, name: str, kind: Any) -> tuple[Any, ...] | None:
    """What may be assigned to a field that holds a value of this kind; None for anything of the kind."""
    field = attrs.fields_dict(record_type).get(name)
    if field is None:
        return NO_FIELD
    if is_whole(field):
        return None
    declared = field.metadata.get("domain")
    if declared is None and (attrs.has(kind) or issubclass(kind, tuple)):
        return NO_LEAF
    return domain_of(next(iter(kind)) if issubclass(kind, enum.Enum) else kind(), declared, (name,))


@cache
def _is_record(kind: Any) -> bool:
    return attrs.has(kind)


def _is_made_of_parts(value: Any) -> bool:
    """A record, or a tuple of records."""
    some = value[0] if isinstance(value, tuple) and value else value
    kind: Any = type(some)
    return _is_record(kind)


@cache
def draft_class(record_type: Any) -> type[Draft]:
    """The class of the drafts of a record: a property for each field, and the record's own properties and methods.

    One class a record, since Python finds what a class has much faster than what `__getattr__` makes.
    """
    members: dict[str, Any] = {"__slots__": ()}
    for name, found in vars(record_type).items():
        if not name.startswith("__") and isinstance(found, property | FunctionType):
            members[name] = found
    for field in attrs.fields(record_type):
        members[field.name] = property(_getter(field.name, is_whole(field)))
    return type(f"{record_type.__name__}Draft", (Draft,), members)


def _getter(name: str, whole: bool) -> Callable[[Draft], Any]:
    def get(draft: Draft) -> Any:
        assigned = draft._assigned
        if name in assigned:
            return assigned[name]
        value = getattr(draft._record, name)
        if not whole and _is_made_of_parts(value):
            return draft._part(name, value)
        journal = draft._journal
        if journal is not None:
            journal.reads.append((journal.phase, (*draft._path, name), value))
        return value

    return get


def edit(record: Any, journal: Journal | None = None, path: Path = ()) -> Any:
    """A draft of `record`; typed loosely, because it stands in for the record itself.

    path: where the record stands in the state that the journal is about.
    """
    kind: Any = type(record)
    return draft_class(kind)(record, journal, path)
