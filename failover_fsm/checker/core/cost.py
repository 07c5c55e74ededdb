"""The cost of each field of the state: the factor by which it multiplies the reached set.

A field, or a part of the state with several fields, is projected out: states that differ in nothing else become one.
The size of the reached set divided by the size of its projection is the factor. It is 1 for a field that is determined
by the others, and the number of its values for a field that is independent of everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.checker.core.model import ModelError
from failover_fsm.records import SchemaError, Shape
from failover_fsm.records.fields import is_record, record_fields
from failover_fsm.records.schema import Path, is_whole, path_name

__all__ = ["Cost", "costs_of", "costs_of_states", "parts_of"]


@attrs.frozen
class Cost:
    """The cost of one field or part of the state.

    Attributes:
        name: as written in Python: `units[0].heard`, `units[0]`, `units`.
        fields: how many fields it has; 1 for a field itself.
        without: the number of states when it is projected out.
        factor: the number of reached states divided by `without`.
    """

    name: str
    fields: int
    without: int
    factor: float


def parts_of(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The slots of every part and field: parts with several fields by decreasing size, then single fields."""
    found: dict[str, list[int]] = {}
    for leaf in shape.leaves:
        path = leaf.slot.path
        for size in range(1, len(path) + 1):
            found.setdefault(path_name(path[:size]), []).append(leaf.number)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    distinct: dict[tuple[int, ...], str] = {}
    for name, slots in ordered:
        if len(slots) < len(shape.leaves) or len(shape.leaves) == 1:
            if len(slots) == 1:
                name = shape.name(slots[0])
            distinct.setdefault(tuple(slots), name)
    return {name: slots for slots, name in distinct.items()}


def costs_of(shape: Shape, states: int, projected: Callable[[Sequence[int]], int]) -> tuple[Cost, ...]:
    """The cost of every part and field.

    Args:
        shape: the slots of a state.
        states: how many were reached, at least one.
        projected: returns the number of states that remain when these slots are projected out.
    """
    costs = []
    for name, slots in parts_of(shape).items():
        without = projected(slots)
        costs.append(Cost(name, len(slots), without, states / without))
    return tuple(costs)


def _asked(record: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """The leaves whose type does not determine their values (they are read through questions), with their paths."""
    for field in record_fields(type(record)) if is_record(type(record)) else ():
        value, here = getattr(record, field.name), (*path, field.name)
        if is_whole(field):
            yield path_name(here), here
        elif is_record(type(value)):
            yield from _asked(value, here)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from _asked(item, (*here, index))


def _seen(path: Path, states: Iterable[Any]) -> Iterable[Any]:
    """The values that a leaf has in some state."""

    def value(state: Any) -> Any:
        for part in path:
            state = state[part] if isinstance(part, int) else getattr(state, part)
        return state

    return dict.fromkeys(map(value, states))


def costs_of_states(states: Iterable[Any]) -> tuple[Cost, ...]:
    """The costs in a set of records; empty for an empty set.

    Raises:
        ModelError: the states are not records with finite domains.
    """
    listed = list(states)
    if not listed:
        return ()
    try:
        shape = Shape.of(listed[0], {name: _seen(path, listed) for name, path in _asked(listed[0], ())})
        rows = [shape.codes(state) for state in listed]
    except SchemaError as error:
        raise ModelError(f"the states have no fields to tell the cost of: {error}") from error
    places, size = [], 1
    for leaf in shape.leaves:
        places.append(size)
        size *= len(leaf.slot.domain)
    numbers = [sum(code * place for code, place in zip(row, places, strict=True)) for row in rows]

    def projected(slots: Sequence[int]) -> int:
        left = (
            number - sum(row[slot] * places[slot] for slot in slots) for number, row in zip(numbers, rows, strict=True)
        )
        return len(dict.fromkeys(left))

    return costs_of(shape, len(dict.fromkeys(numbers)), projected)
