"""Views: objects that stand in for a frozen record while a rule or a predicate runs.

The class of a view is a subclass of the record's class in which every field is a property. So whatever Python does
with a record it does with a view: class patterns, `isinstance`, methods, operators, `repr`, and what attrs generates
all read the fields through the properties. What cannot work by subclassing is done here:

* `view.__class__` is the record's class, and the view's class compares equal to it, has its name, and when called
  makes a record. Only `type(view) is Record` is false, and so is `type(view) is type(other)`; `records.identity` looks
  for that in the code.
* Copies, pickles, hashes, `vars` and `dir` are those of the record that the view shows.
* Comparison with `==` reads as few fields as it can where attrs generated `__eq__`; a method of one's own is run.
* Cached properties are computed at each access: a view may change.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from types import FunctionType, MemberDescriptorType
from typing import Any

from failover_fsm.records.fields import compares_fields, record_fields
from failover_fsm.records.identity import tests_type
from failover_fsm.records.queries import Answered
from failover_fsm.records.schema import Path, path_name
from failover_fsm.records.steady import steady

__all__ = [
    "DraftError",
    "RecordView",
    "check_record",
    "check_same_length",
    "leaf_refused",
    "make_class",
    "record_of",
    "record_type",
    "unhashable",
]


class DraftError(AttributeError):
    """A rule read or assigned something the state does not have, or a value outside its domain."""


class RecordView:
    """Base class of views; `make_class` creates the subclasses that have instances."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Do not call the `__init_subclass__` of the record's bases, which may register their subclasses."""

    def _view_record(self) -> Any:
        """Return the frozen record that the view shows now; reads every leaf."""
        raise NotImplementedError

    def _view_equal(self, other: Any) -> Any:
        """Compare with another view or record of the same class, field by field up to the first difference."""
        for field in record_fields(record_type(self)):
            if field.eq:
                mine, its = getattr(self, field.name), getattr(other, field.name)
                key = field.eq_key or (lambda value: value)
                if key(mine) != key(its):
                    return False
        return True

    def _view_hashable(self) -> None:
        """Raises TypeError where the view cannot be a key."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._view_record().__reduce_ex__(protocol)

    def __dir__(self) -> Iterable[str]:
        return dir(self._view_record())


def record_of(value: Any) -> Any:
    """Return the frozen record that a view shows; views in a tuple are replaced, any other value is returned."""
    if issubclass(type(value), RecordView):  # its own class: an opaque value would be read to know the one it shows
        return value._view_record()
    if type(value) is tuple:
        frozen = tuple(map(record_of, value))
        return value if all(map(operator.is_, frozen, value)) else frozen
    return value


def record_type(view: Any) -> Any:
    """Return the class of the record that a view shows; of a record, its class."""
    kind = type(view)
    return kind.__dict__["_view_type"] if isinstance(view, RecordView) else kind


class ViewType(type):
    """Metaclass of views: a view's class compares equal to the record's class, and calling it makes a record."""

    _view_type: type

    def __eq__(cls, other: object) -> bool:
        return cls._view_type is (other._view_type if isinstance(other, ViewType) else other)

    def __hash__(cls) -> int:
        return hash(cls._view_type)

    def __call__(cls, *args: Any, **values: Any) -> Any:
        return cls._view_type(*args, **values)


@cache
def _meta(kind: Any) -> Any:
    """Return the metaclass for views of records whose metaclass is `kind`."""
    return ViewType if kind is type else type("ViewType", (ViewType, kind), {})


def make_class(
    base: type,
    kind: Any,
    slots: tuple[str, ...],
    getter: Callable[[str], Callable[[Any], Any]],
    besides: Mapping[str, Any] | None = None,
) -> Any:
    """Return the class of the views of a record class.

    Args:
        base: a subclass of RecordView without slots.
        kind: the class of the records.
        slots: the names of the views' own attributes.
        getter: returns the getter of a field, given its name.
        besides: attributes in place of those of the record's class.
    """
    fields = {field.name: field for field in record_fields(kind)}
    members: dict[str, Any] = {**dict(_of_the_record(kind, fields)), **(besides or {})}
    members |= {name: property(getter(name)) for name in fields}
    members |= {"__slots__": slots, "_view_type": kind, "__class__": property(lambda view: kind)}
    members |= {"__hash__": _hash, "__module__": kind.__module__, "__qualname__": kind.__qualname__}
    if compares_fields(kind):
        members["__eq__"] = _equal
    elif kind.__eq__ is object.__eq__:
        members["__eq__"] = _identical
    if "__dict__" in dir(kind):
        members["__dict__"] = property(lambda view: {name: getattr(view, name) for name in fields})
    meta: Any = type(kind)
    return _meta(meta)(kind.__name__, (base, kind), members)


def _of_the_record(kind: type, fields: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield the attributes of the record's class that a view's class needs in another form."""
    for owner in reversed(kind.__mro__[:-1]):
        for name, found in vars(owner).items():
            if name in ("__setattr__", "__delattr__"):  # the view's own are in force
                continue
            if isinstance(found, Answered):
                yield name, found.original
            elif isinstance(found, cached_property):
                yield name, property(found.func)
            elif isinstance(found, MemberDescriptorType) and name not in fields and hasattr(kind, "__getattr__"):
                yield name, property(_computed(kind, name), _forgotten)  # a cached property of a slotted attrs class
            elif isinstance(found, classmethod) and not name.startswith("__"):
                yield name, staticmethod(getattr(kind, name))
            elif isinstance(found, FunctionType) and tests_type(found) is not None:
                yield name, _on_records(found)
            elif isinstance(found, property) and found.fget is not None and tests_type(found.fget) is not None:
                yield name, property(_on_records(found.fget))


def _computed(kind: Any, name: str) -> Callable[[Any], Any]:
    return lambda view: kind.__getattr__(view, name)


def _forgotten(view: Any, value: Any) -> None:
    """Discard what attrs would cache: the view may change."""


def _on_records(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that runs on frozen records instead of views, because it compares classes by identity."""

    def method(*args: Any, **values: Any) -> Any:
        return function(*map(record_of, args), **{name: record_of(value) for name, value in values.items()})

    return method


def _equal(view: Any, other: Any) -> Any:
    if view is other:
        return True
    if record_type(other) is not record_type(view):
        return NotImplemented
    return view._view_equal(other)


def _identical(view: Any, other: Any) -> Any:
    """Refuse to compare by identity: whether two parts of a state are one object is not part of its value."""
    if view is not other and record_type(other) is record_type(view):
        name = record_type(view).__name__
        raise DraftError(f"{name} compares by identity (eq=False), which has no answer in a state: compare its fields")
    return view is other


def _hash(view: Any) -> int:
    view._view_hashable()
    return hash(view._view_record())


def leaf_refused(path: Path, value: Any, allowed: str) -> DraftError:
    """The error for a value that is not in the domain of the leaf at `path`."""
    return DraftError(f"{path_name(path)} cannot be {steady(value)}; allowed: {allowed}")


def check_record(path: Path, kind: type, value: Any) -> None:
    """Raises DraftError for a value that cannot be assigned where a record of this class lies."""
    if type(value) is not kind:
        raise DraftError(f"{path_name(path)} cannot be {steady(value)}; allowed: a {kind.__name__}")


def check_same_length(path: Path, old: Sequence[Any], value: Any) -> None:
    """Raises DraftError for a value that cannot be assigned where a tuple of this length lies."""
    if type(value) is not tuple or len(value) != len(old):
        grows = '; one that grows declares its most items, as in attrs.field(metadata={"most": 3})'
        what = f"{path_name(path)} cannot be {steady(value)}; allowed: a tuple of {len(old)}"
        raise DraftError(what + (grows if type(value) is tuple else ""))


def unhashable(view: Any) -> TypeError:
    """The error for the hash of a view that a rule may assign to."""
    return TypeError(
        f"{record_type(view).__name__} is unhashable in a rule, which may assign to it: compare it with ==, or use its "
        "fields as the key"
    )
