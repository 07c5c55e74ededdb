"""The system messages of a run as lines, both units' in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failover_fsm.config.values.printable import printable
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import Unit

__all__ = ["message_lines"]

_WIDTH = max(len(unit.value) for unit in Unit)


def message_lines(messages: Iterable[tuple[int | None, SystemLog]]) -> Iterator[str]:
    """One line a message, as a syslog server writes it: the seconds since the start, the unit, the message.

    Args:
        messages: The messages, each with its time in milliseconds; None in a run without time, which has no stamps.
    """
    for at, log in messages:
        stamp = "" if at is None else f"{at / 1000:9.3f} "
        yield printable(f"{stamp}{log.unit.value:<{_WIDTH}} : {log}")
