"""The system messages of a run, both units' in their order, and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from failover_fsm.config.values.printable import printable
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import Unit
from failover_fsm.text.story import RecordedStep

__all__ = ["Notice", "TimedLog", "message_lines", "messages_of"]

TimedLog = tuple[int | None, SystemLog]
"""A message with its time in milliseconds since the start; None in a run without time."""

_WIDTH = max(len(unit.value) for unit in Unit)


@attrs.frozen
class Notice:
    """A system message that comes with no step, but when a unit notices something.

    Attributes:
        at: Milliseconds since the start.
        steps: How many steps of the statement come before it.
        log: The message.
    """

    at: int
    steps: int
    log: SystemLog


def messages_of(steps: Sequence[RecordedStep], noticed: Sequence[Notice]) -> tuple[TimedLog, ...]:
    """The messages of steps, and those that come with none, in their order."""
    found: list[TimedLog] = []
    for place in range(len(steps) + 1):
        found += ((each.at, each.log) for each in noticed if each.steps == place)
        for step in steps[place : place + 1]:
            found += ((step.at, log) for log in step.outputs if isinstance(log, SystemLog))
    return tuple(found)


def message_lines(messages: Iterable[TimedLog]) -> Iterator[str]:
    """One line a message, as a syslog server writes it: the seconds since the start, the unit, the message."""
    for at, log in messages:
        stamp = "" if at is None else f"{at / 1000:9.3f} "
        yield printable(f"{stamp}{log.unit.value:<{_WIDTH}} : {log}")
