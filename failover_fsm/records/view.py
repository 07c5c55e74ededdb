"""What every kind of draft has in common: it stands in for a record."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any

import attrs

from failover_fsm.records.schema import Path, path_name

__all__ = ["DraftError", "DraftView", "derived", "leaf_refused"]


class DraftError(AttributeError):
    """A rule read or assigned something the state does not have, or a value outside its domain."""


class DraftView:
    """A stand-in for a record, compared by what the record holds: leaf by leaf, up to the first difference.

    Comparing reads.  Without this, two drafts would be compared by identity and a rule that
    compares two parts of the state would silently get another answer than on frozen records.
    """

    __slots__ = ()

    @property
    def _record_type(self) -> type:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        other_type = other._record_type if isinstance(other, DraftView) else type(other)
        if other_type is not self._record_type:
            return NotImplemented
        compared = (field.name for field in attrs.fields(other_type) if field.eq)
        return all(getattr(self, name) == getattr(other, name) for name in compared)

    __hash__ = None  # type: ignore[assignment]  # a draft changes, so nothing may remember it by value


def derived(view: DraftView, record_type: type, name: str) -> Any:
    """A property or method of the record, run on the draft so that what it reads is recorded.

    Raises DraftError where the record type has neither.
    """
    found = getattr(record_type, name, None)
    if isinstance(found, property) and found.fget is not None:
        return found.fget(view)
    if isinstance(found, FunctionType):
        return MethodType(found, view)
    raise DraftError(f"{record_type.__name__} has no field {name!r}")


def leaf_refused(path: Path, value: Any, domain: tuple[Any, ...]) -> DraftError:
    """The error for a value that is not in the domain of the leaf at `path`."""
    return DraftError(f"{path_name(path)} cannot be {value!r}; allowed: {', '.join(map(repr, domain))}")
