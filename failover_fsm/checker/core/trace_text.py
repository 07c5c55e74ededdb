"""A run as text: its first state, then each event with what it changed."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from failover_fsm.records.annotated import declared_domain
from failover_fsm.records.fields import is_record, record_fields
from failover_fsm.records.made import SchemaError
from failover_fsm.records.steady import shown_fields, steady, steady_members

__all__ = ["changes", "event_text", "fields_of", "run_lines", "value_text"]


def run_lines(events: Sequence[Any], states: Sequence[Any], loop: int | None) -> list[str]:
    """A run as lines: the fields of its first state, then each event, followed by the fields that it changed.

    Args:
        events: the events.
        states: the states along them, one more; none for no run at all.
        loop: how many events come before the part that is repeated for ever; None for a run that ends.
    """
    if not states:
        return []
    lines = ["start", *(f"    {name} = {value}" for name, value in fields_of(states[0]).items())]
    for number, event in enumerate(events):
        if number == loop:
            lines.append("from here on, again and again")
        lines.append(f"{number + 1}. {event_text(event)}")
        changed = changes(states[number], states[number + 1])
        lines += [f"    {change}" for change in changed or ["nothing changes"]]
    if loop == len(events):
        lines.append("nothing more happens")
    return lines


def event_text(event: Any) -> str:
    """An event on one line; a tuple as its parts: `timeout 1`."""
    if type(event) is tuple and event:
        return " ".join(event_text(part) for part in event)
    return value_text(event) if not isinstance(event, str) else " ".join(event.split()) or repr(event)


def changes(before: Any, after: Any) -> list[str]:
    """What differs between two states, a line for each field: `routers[0].state: backup -> active`."""
    old, new = fields_of(before), fields_of(after)
    names = dict.fromkeys((*old, *new))
    return [
        f"{name}: {old.get(name, 'absent')} -> {new.get(name, 'absent')}"
        for name in names
        if old.get(name) != new.get(name)
    ]


def fields_of(state: Any) -> dict[str, str]:
    """The leaves of a state by their names as written in Python: `routers[0].state`; a plain value is `state`."""
    return {name.removeprefix(".") or "state": value_text(value) for name, value in _leaves(state, "")}


def value_text(value: Any) -> str:
    """A value on one line: members of an enumeration by name, a string without quotes where nothing is lost by it.

    A set is its members in braces, in an order that does not depend on hashes; a tuple, and a record, is made of the
    texts of its parts.
    """
    if isinstance(value, enum.Enum):
        return value.name
    if type(value) is str and value and value.isprintable() and value.strip() == value:
        return value
    if type(value) in (frozenset, set):
        return f"{{{', '.join(steady_members(value, value_text))}}}"
    if type(value) is tuple:
        return f"({', '.join(map(value_text, value))})"
    if is_record(type(value)) and (names := shown_fields(value)) is not None:
        parts = ", ".join(f"{name}={value_text(getattr(value, name))}" for name in names)
        return f"{type(value).__name__}({parts})"
    return " ".join(steady(value).split())


@cache
def _has_domain(kind: Hashable, name: str) -> bool:
    """Whether a field of a class of records has a domain of its own."""
    try:
        return declared_domain(kind, name) is not None
    except SchemaError:  # of a model that is searched without domains
        return False


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The leaves of records, tuples and mappings with their paths; a field with a domain of its own is one."""
    if is_record(type(value)):
        for field in record_fields(type(value)):
            inner, here = getattr(value, field.name), f"{path}.{field.name}"
            kind: Any = type(value)
            if _has_domain(kind, field.name):
                yield here, inner
            else:
                yield from _leaves(inner, here)
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        for name in value._fields:
            yield from _leaves(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}[{steady(key)}]")
    else:
        yield path, value
