"""The lines of a unit's log from one file or several, in one order, and each of them once.

Logs are rotated, and given newest first by the shell; the same lines are in two servers' files, or twice in one. Within
a file the order of lines counts, from its end where time only goes back, as in what a viewer shows. Lines of several
files are put together by their times, where all have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from failover_fsm.postmortem.evidence import Observation

__all__ = ["InOrder", "in_order", "is_again", "is_newest_first"]


@attrs.frozen
class InOrder:
    """The observations in their order, and those that only repeat another one."""

    seen: tuple[Observation, ...]
    again: tuple[Observation, ...]


def is_newest_first(times: Sequence[float | None]) -> bool:
    """Whether time only goes back, over three moments at least: more than a clock that is set back does.

    Args:
        times: Of a file's messages, in seconds; None where one has none.
    """
    known = [time for time in times if time is not None]
    return len(known) == len(times) and len({*known}) > 2 and known == sorted(known, reverse=True)


def in_order(seen: Sequence[Observation]) -> InOrder:
    """Puts a unit's observations from all files in order.

    Args:
        seen: They, file by file.
    """
    if len({each.source for each in seen}) > 1 and all(each.stamp is not None for each in seen):
        seen = _by_time(seen)
    kept: list[Observation] = []
    again: list[Observation] = []
    counts: dict[object, Counter[str]] = {}
    for each in seen:
        times = counts.setdefault(each.said, Counter())
        times[each.source] += 1
        is_elsewhere = each.said is not None and max(times, key=lambda source: times[source]) != each.source
        repeats = is_elsewhere or (bool(kept) and is_again(kept[-1].said, each.said))
        (again if repeats else kept).append(each)
    return InOrder(tuple(kept), tuple(again))


def is_again(last: object, said: object) -> bool:
    """Whether a line only repeats the last one of its unit: no device prints the same at the same time twice."""
    return said is not None and last == said


def _by_time(seen: Sequence[Observation]) -> list[Observation]:
    """They by their times; in a file whose clock goes back a line is not earlier than the one before."""
    latest: dict[str, float] = {}
    keys = []
    for each in seen:
        latest[each.source] = max(latest.get(each.source, each.stamp or 0.0), each.stamp or 0.0)
        keys.append(latest[each.source])
    return [seen[at] for at in sorted(range(len(seen)), key=keys.__getitem__)]
