"""When a switch that is due is late: by the watcher's clock, or by the times of the lines, whoever writes them."""

from __future__ import annotations

import attrs

from failover_fsm.device.messages import Stamp
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.calendar import Calendar

__all__ = ["Clock", "Deadline", "Times"]

Clock = str | Unit | None
"""Whose times they are: a host's, a unit's where hosts do not tell, or nobody's by name."""


class Times:
    """The times of lines beside each other.

    Attributes:
        is_anew: The last line was the first with a year; those before cannot be compared with it.
    """

    def __init__(self) -> None:
        self.is_anew = False
        self._calendar = Calendar()
        self._last: dict[Clock, float] = {}

    def read(self, clock: Clock, stamp: Stamp | None) -> float | None:
        """The seconds of a line's time, None where it has none that can be compared with the others."""
        self.is_anew = stamp is not None and self._calendar.knows_no_year(stamp)
        if self.is_anew:
            self._calendar = Calendar()
            self._last.clear()
        whole = self._calendar.whole(stamp)
        if whole is None:
            return None
        self._calendar = self._calendar.moved_to(whole)
        self._last[clock] = whole.seconds
        return whole.seconds

    @property
    def last(self) -> dict[Clock, float]:
        """The last time that each clock wrote."""
        return dict(self._last)


@attrs.frozen(kw_only=True)
class Deadline:
    """What is due after a line, and until when.

    Attributes:
        line: The line.
        until: On the watcher's clock, or on that of the line.
        ahead: By how much the last lines of the other clocks were later than the line; a clock that wrote none yet is
            taken to agree.
        is_said: It has been said that it is late.
    """

    line: str
    until: float
    ahead: dict[Clock, float] = attrs.field(factory=dict)
    is_said: bool = False

    @classmethod
    def after(cls, line: str, time: float, patience: float, times: Times | None = None) -> Deadline:
        """What is due after a line.

        Args:
            line: The line.
            time: When it came, or its own time.
            patience: How long the switch may take, in seconds.
            times: Those of the lines so far, where it is its own.
        """
        last = {} if times is None else times.last
        ahead = {clock: max(0.0, written - time) for clock, written in last.items()}
        return cls(line=line, until=time + patience, ahead=ahead)

    def is_over(self, time: float | None, clock: Clock = None, *, is_switch: bool = False) -> bool:
        """Whether it is over.

        Args:
            time: A time, None where it is not known.
            clock: The clock that wrote it.
            is_switch: It is the time of a switch: the first time of a clock does not say that it is late.
        """
        if self.is_said or time is None or (is_switch and clock not in self.ahead):
            return False
        return time - self.ahead.get(clock, 0.0) > self.until
