"""Leaving out of a sequence what a failure does not need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["shortened"]

T = TypeVar("T")


def shortened(events: Sequence[T], keeps: Callable[[Sequence[T]], Sequence[T] | None]) -> tuple[T, ...]:
    """A subsequence of the events that `keeps` accepts and from which no single event can be left out.

    Args:
        events: The sequence to shorten.
        keeps: Returns the needed part of its argument, or None if the argument is not accepted.
    """
    best = tuple(keeps(events) or events)
    size = max(1, len(best) // 2)
    while True:
        start, shrunk = 0, False
        while start < len(best):
            kept = keeps((*best[:start], *best[start + size :]))
            if kept is not None and len(kept) < len(best):
                best, shrunk = tuple(kept), True
            else:
                start += size
        if size == 1 and not shrunk:
            return best
        size = max(1, size // 2)
