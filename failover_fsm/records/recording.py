"""Mutable views of frozen records, with a journal of reads and assignments.

Reading a leaf that has not been assigned yet is a *read* of the state and is recorded; reading back an assignment is
not, and an assignment is never a read.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
from attrs.exceptions import FrozenInstanceError

from failover_fsm.records.annotated import declared_domain, item_domain
from failover_fsm.records.fields import field_of, is_record, record_fields
from failover_fsm.records.made import Domain, declared_values, has_value, listed
from failover_fsm.records.schema import Path, domain_of, is_whole, path_name
from failover_fsm.records.view import (
    DraftError,
    RecordView,
    check_record,
    check_same_length,
    leaf_refused,
    make_class,
    record_of,
    record_type,
    unhashable,
)

__all__ = ["Draft", "DraftError", "Journal", "Path", "applied", "assigned_leaf", "bring", "brought", "edit"]


@attrs.define
class Journal:
    """Reads and assignments in order.

    Attributes:
        phase: a label for the entries made from now on, such as "environment" or "rule"; set by the caller.
        reads: (phase, path, value).
        writes: (phase, path, value).
    """

    phase: str = ""
    reads: list[tuple[str, Path, Any]] = attrs.field(factory=list)
    writes: list[tuple[str, Path, Any]] = attrs.field(factory=list)


SLOTS = ("_view_base", "_view_journal", "_view_path", "_view_assigned", "_view_children")


class Draft(RecordView):
    """A mutable view of one frozen record.

    Its attributes are those of the record: leaves are values, records are views, tuples contain views or values. A
    record or a tuple is assigned field by field, when all of them were read.
    """

    __slots__ = ()

    _view_base: Any
    _view_journal: Journal | None
    _view_path: Path
    _view_assigned: dict[str, Any]
    _view_children: dict[str, Any]

    def _view_part(self, name: str, value: Any) -> Any:
        """Return the view or views of a field that is not a leaf, created at the first access."""
        children = self._view_children
        child = children.get(name)
        if child is None:
            path = (*self._view_path, name)
            if isinstance(value, tuple):
                if type(value) is not tuple:
                    kind = type(value).__name__
                    raise DraftError(f"{path_name(path)} is a {kind}, a tuple of a class of its own; use a record")
                child = tuple(edit(item, self._view_journal, (*path, index)) for index, item in enumerate(value))
            else:
                child = edit(value, self._view_journal, path)
            children[name] = child
        return child

    def __setattr__(self, name: str, value: Any) -> None:
        base = self._view_base
        kind: Any = type(base)
        was: Any = type(getattr(base, name, None))
        domain = _domain(kind, name, was)
        if domain is NO_FIELD:
            raise DraftError(f"{kind.__name__} has no field {name!r}")
        value = record_of(value)
        if domain is NO_LEAF:
            self._view_assign_whole(name, value, (*self._view_path, name))
            return
        if type(value) is not was if domain is None else not has_value(domain, value):
            raise leaf_refused((*self._view_path, name), value, listed(domain or ()))
        if self._view_journal is not None:
            self._view_journal.writes.append((self._view_journal.phase, (*self._view_path, name), value))
        self._view_assigned[name] = value

    def _view_assign_whole(self, name: str, value: Any, path: Path) -> None:
        """Assign a record, or a tuple, field by field; `value` is frozen, so that nothing of it changes meanwhile."""
        old = self._view_assigned.get(name, getattr(self._view_base, name))
        if isinstance(old, tuple) and not _is_made_of_parts(old):
            check_same_length(path, old, value)
            items = item_domain(record_type(self), name)
            for index, (item, new) in enumerate(zip(old, value, strict=True)):
                domain = domain_of(item, items, (*path, index))
                if not has_value(domain, new):
                    raise leaf_refused((*path, index), new, listed(domain))
            if self._view_journal is not None:
                self._view_journal.writes.append((self._view_journal.phase, path, value))
            self._view_assigned[name] = value
            return
        shown = getattr(self, name)
        if not isinstance(shown, tuple):
            _assign_record(shown, value, path)
            return
        check_same_length(path, shown, value)
        for index, (part, new) in enumerate(zip(shown, value, strict=True)):
            _assign_record(part, new, (*path, index))

    def freeze(self) -> Any:
        """Return the record after all assignments; the original if nothing changed."""
        base = self._view_base
        assigned = self._view_assigned
        changes = (
            {name: value for name, value in assigned.items() if getattr(base, name) is not value} if assigned else {}
        )
        for name, child in self._view_children.items():
            old = getattr(base, name)
            new: Any
            if type(child) is tuple:
                new = tuple(map(Draft.freeze, child))
                same = all(map(_same, new, old))
            else:
                new = Draft.freeze(child)
                same = new is old
            if not same:
                changes[name] = new
        if not changes:
            return base
        kind: Any = type(base)
        return kind(**{alias: changes[name] if name in changes else getattr(base, name)
                       for name, alias in _arguments(kind)})  # fmt: skip

    def _view_record(self) -> Any:
        return Draft.freeze(self)

    def _view_hashable(self) -> None:
        raise unhashable(self)


def _assign_record(view: Any, value: Any, path: Path) -> None:
    """Assign every field of a record to a view."""
    check_record(path, record_type(view), value)
    for field in record_fields(record_type(view)):
        setattr(view, field.name, getattr(value, field.name))


def assigned_leaf(view: Any) -> str | None:
    """Return the name of a leaf that was assigned in a view, None if none was."""
    for name in view._view_assigned:
        return path_name((*view._view_path, name))
    for child in view._view_children.values():
        for part in child if isinstance(child, tuple) else (child,):
            if (found := assigned_leaf(part)) is not None:
                return found
    return None


_same = operator.is_


@cache
def _arguments(kind: Any) -> tuple[tuple[str, str], ...]:
    """Return each field that makes a record, with the name of its argument: `_private` is `private`."""
    return tuple((field.name, field.alias) for field in record_fields(kind) if field.init)


NO_FIELD, NO_LEAF = ("no field",), ("no leaf",)


@cache
def _domain(record_type: Any, name: str, kind: Any) -> Domain | None:
    """Return the values that may be assigned to a field whose value is of this class; None for any of the class."""
    field = field_of(record_type, name)
    if field is None:
        return NO_FIELD
    if is_whole(field):
        return None
    declared = declared_domain(record_type, name)
    if declared is None and (is_record(kind) or issubclass(kind, tuple)):
        return NO_LEAF
    if declared is not None:
        return declared_values(declared, f"the domain of {name}")
    return domain_of(next(iter(kind)) if issubclass(kind, enum.Enum) else kind(), None, (name,))


@cache
def _may_have_parts(kind: Any) -> bool:
    """Return whether values of a class can be made of parts: it is a record's class, or one of tuples."""
    return is_record(kind) or issubclass(kind, tuple)


def _is_made_of_parts(value: Any) -> bool:
    """Return whether a value is a record or a tuple of records."""
    some = value[0] if isinstance(value, tuple) and value else value
    kind: Any = type(some)
    return is_record(kind)


@cache
def draft_class(kind: Any) -> Any:
    """Return the class of the mutable views of a record class."""

    def getter(name: str) -> Callable[[Draft], Any]:
        field = field_of(kind, name)
        assert field is not None, f"{kind.__name__} has no field {name}"
        return _getter(name, is_whole(field) or declared_domain(kind, name) is not None)

    return make_class(Draft, kind, SLOTS, getter)


def _getter(name: str, is_leaf: bool) -> Callable[[Draft], Any]:
    def get(view: Draft) -> Any:
        assigned = view._view_assigned
        if name in assigned:
            return assigned[name]
        child = view._view_children.get(name)
        if child is not None:
            return child
        value = getattr(view._view_base, name)
        kind: Any = type(value)
        if not is_leaf and _may_have_parts(kind) and _is_made_of_parts(value):
            return view._view_part(name, value)
        journal = view._view_journal
        if journal is not None:
            journal.reads.append((journal.phase, (*view._view_path, name), value))
        return value

    return get


def edit(record: Any, journal: Journal | None = None, path: Path = ()) -> Any:
    """Return a mutable view of `record`; typed loosely, because it stands in for the record.

    Args:
        record: a frozen record.
        journal: records reads and assignments; None for none.
        path: the path of the record in the state that the journal is about.
    """
    kind: Any = type(record)
    view = object.__new__(draft_class(kind))
    _put(view, "_view_base", record)
    _put(view, "_view_journal", journal)
    _put(view, "_view_path", path)
    _put(view, "_view_assigned", {})
    _put(view, "_view_children", {})
    return view


def bring(record: Any, name: str, value: Any) -> None:
    """Assign to a field of a view, or leave a frozen record alone that has the value already; see `brought`."""
    if isinstance(record, RecordView) or getattr(record, name) is not value:
        setattr(record, name, value)


def applied(function: Callable[..., Any], record: Any, *details: Any) -> tuple[Any, Any]:
    """Return a record after `function(view, *details)`, which assigns to a view of it, and what that returned.

    A view is assigned to itself; of a frozen record the next one is returned.
    """
    if isinstance(record, RecordView):
        return record, function(record, *details)
    view = edit(record)
    told = function(view, *details)
    return view.freeze(), told


def brought(function: Callable[..., Any], record: Any, *details: Any) -> tuple[Any, Any]:
    """As `applied`, for a function that seldom changes anything and uses `bring`: it is tried on the record itself."""
    try:
        return record, function(record, *details)
    except FrozenInstanceError:
        return applied(function, record, *details)


_put = object.__setattr__
