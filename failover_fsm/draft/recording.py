"""The recording draft of a frozen record tree.

Reading a leaf that the draft has not assigned yet is a *read* of the state and is
recorded; reading back an own assignment is not, and an assignment is never a read.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, cast

import attrs

from failover_fsm.draft.schema import Path, domain_of, is_leaf, is_whole, path_name
from failover_fsm.draft.view import DraftError, DraftView, derived, leaf_refused

__all__ = ["Draft", "DraftError", "Journal", "Path", "thaw"]


@cache
def field_names(record_type: Any) -> frozenset[str]:
    """The names of the fields of a record type."""
    return frozenset(field.name for field in attrs.fields(record_type))


@cache
def whole_names(record_type: Any) -> frozenset[str]:
    """The names of the fields of a record type that are leaves whatever they hold."""
    return frozenset(field.name for field in attrs.fields(record_type) if is_whole(field))


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
        if name in self._children:
            return self._children[name]
        if name in self._assigned:
            return self._assigned[name]
        record_type = type(self._record)
        if name not in field_names(cast(Hashable, record_type)):
            return derived(self, record_type, name)
        value = getattr(self._record, name)
        path = (*self._path, name)
        whole = name in whole_names(cast(Hashable, record_type))
        if not whole and attrs.has(type(value)):
            child: Any = Draft(value, self._journal, path)
        elif not whole and isinstance(value, tuple) and value and attrs.has(type(value[0])):
            child = tuple(Draft(item, self._journal, (*path, index)) for index, item in enumerate(value))
        else:
            if self._journal is not None:
                self._journal.reads.append((self._journal.phase, path, value))
            return value
        self._children[name] = child
        return child

    @property
    def _record_type(self) -> type:
        return type(self._record)

    def __setattr__(self, name: str, value: Any) -> None:
        record = self._record
        field = next((item for item in attrs.fields(type(record)) if item.name == name), None)
        if field is None:
            raise DraftError(f"{type(record).__name__} has no field {name!r}")
        path = (*self._path, name)
        old = getattr(record, name)
        if not is_leaf(field, old):
            raise DraftError(f"{path_name(path)} is not a leaf: assign its fields one by one")
        domain = None if is_whole(field) else domain_of(old, field.metadata.get("domain"), path)
        if type(value) is not type(old) or (domain is not None and value not in domain):
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


def thaw(record: Any, journal: Journal | None = None) -> Any:
    """A draft of `record`; typed loosely, because it stands in for the record itself."""
    return Draft(record, journal)
