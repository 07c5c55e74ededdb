"""Queues of messages in records: a fixed number of cells, the empty ones behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from .case import among
from .channel import VALUES

EMPTY = ""


@attrs.frozen
class Cell:
    """A message, or none."""

    item: str = among((EMPTY, *VALUES))


def cell_of(items: Iterable[str]) -> Any:
    """Return the record of a cell for other messages."""
    return attrs.make_class("Cell", {"item": among((EMPTY, *items))}, frozen=True)


def cells(count: int, kind: Any = Cell) -> tuple[Any, ...]:
    """Return an empty queue."""
    return tuple(kind() for _ in range(count))


def first(queue: Any) -> str | None:
    """Return the message at the head, None if there is none."""
    return queue[0].item if queue and queue[0].item != EMPTY else None


def length(queue: Any) -> int:
    """Return how many messages the queue holds."""
    return next((place for place, cell in enumerate(queue) if cell.item == EMPTY), len(queue))


def push(queue: Any, item: str) -> None:
    """Append a message. OverflowError if there is no cell left, so that a queue too short is found out."""
    place = length(queue)
    if place == len(queue):
        raise OverflowError("a queue of the model is too short")
    queue[place].item = item


def shift(queue: Any, start: int = 0) -> None:
    """Take out the message at ``start``; those behind it move up."""
    for place in range(start, len(queue)):
        if queue[place].item == EMPTY:
            return
        queue[place].item = queue[place + 1].item if place + 1 < len(queue) else EMPTY
