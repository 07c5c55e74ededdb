"""The system messages about interfaces in time: when a unit notices, which is with its interface poll and hold times.

A unit notices a port at its next poll (105006, 105007). After half of the interface hold time without a hello it says
that it has lost its mate there and tests (105005, 105008). Tests that end well end at once, others count when the hold
time does (105009). Until the next hello the interface is waiting (105003), with it normal (105004). A unit tells its
peer of a failed interface in its next hello (103002, 103003). A test that is repeated with the same result is logged
once.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.environment import group_number
from failover_fsm.pair.health import COUNTED, Status, hears_on_link
from failover_fsm.pair.interface_logs import DETECTED, report_log
from failover_fsm.pair.outputs import Output, SystemLog
from failover_fsm.pair.states import PortState
from failover_fsm.timing.location import UNITS, Clock, Location, Timer
from failover_fsm.timing.ports import lines
from failover_fsm.timing.timed import TimedPair

__all__ = ["Monitor", "without_detected"]

_RESULTS = {Status.FAILED: "Failed", Status.UNKNOWN: "Undetermined"}


def without_detected(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """The outputs of a step without the messages that come when a unit notices."""
    return tuple(each for each in outputs if not isinstance(each, SystemLog) or each.number not in DETECTED)


@attrs.define
class _Shown:
    """What a unit has last said of an interface, and when it last heard its peer there, in milliseconds."""

    status: Status
    heard: int


@attrs.define
class Monitor:
    """The interfaces of both units as their logs show them.

    Attributes:
        timed: The timed pair.
        logs: New messages, with their times in milliseconds, in order of time; whoever takes them empties the list.
    """

    timed: TimedPair
    logs: list[tuple[int, SystemLog]] = attrs.field(factory=list)
    _shown: dict[tuple[Unit, int], _Shown] = attrs.field(factory=dict)
    _reports: list[tuple[Unit, int, Status, Status]] = attrs.field(factory=list)

    def pass_time(self, now: int, location: Location) -> None:
        """Time has passed up to `now`: interfaces beside a peer that has fallen silent are tested."""
        while due := [each for each in self._lapses(location) if each[0] <= now]:
            at, unit, index, shown, numbers, status = due[0]
            self._say(at, unit, index, *numbers, result=_RESULTS.get(status, "Passed"))
            shown.status = status

    def skip(self, start: int, milliseconds: int) -> None:
        """Rounds since `start` are repeated for so many milliseconds without being played."""
        for shown in self._shown.values():
            if shown.heard >= start:
                shown.heard += milliseconds

    def fired(self, now: int, clock: Clock, before: Location, after: Location) -> None:
        """A clock was due: hellos on interfaces arrive, and units see what has changed."""
        if clock.timer is Timer.POLL:
            for index, block in enumerate(self.timed.blocks):
                if block.group == clock.number and self.timed.carries_hellos(before, clock.unit, index):
                    self._heard(now, after, clock.unit.peer, index)
        if clock.timer is Timer.HELLO and hears_on_link(after.pair, self.timed.settings, clock.unit.peer):
            self._tell(now, clock.unit, after)
        self.look(now, after)

    def look(self, now: int, location: Location) -> None:
        """Both units see what has changed: monitoring begins or ends, a port or the result of a test."""
        for unit in UNITS:
            own = location.unit(unit)
            for index in range(len(self.timed.blocks)):
                if not (own.up and own.enabled and self.timed.watches(location, unit, index)):
                    self._shown.pop((unit, index), None)
                    continue
                if (unit, index) not in self._shown:
                    self._shown[unit, index] = _Shown(Status.WAITING, now)
                    self._say(now, unit, index, 105003)
                self._watched(now, location, unit, index)

    # -- one interface ---------------------------------------------------------------------------------

    def _heard(self, now: int, location: Location, unit: Unit, index: int) -> None:
        """A hello of the peer arrives."""
        shown = self._shown.get((unit, index))
        if shown is None or Status.NO_LINK in (shown.status, location.watch(unit, index).status):
            return
        shown.heard = now
        if shown.status is Status.TESTING:
            self._say(now, unit, index, 105009, result="Passed")
        if shown.status is not Status.NORMAL:
            self._say(now, unit, index, 105004)
            self._change(unit, index, Status.NORMAL)

    def _watched(self, now: int, location: Location, unit: Unit, index: int) -> None:
        """The unit's watch of the interface has another status than its log."""
        shown, status = self._shown[unit, index], location.watch(unit, index).status
        was = shown.status
        if status is Status.NO_LINK and was is not status:
            self._say(now, unit, index, 105007)
            self._change(unit, index, status)
        elif was is Status.NO_LINK and status is Status.NORMAL:
            self._say(now, unit, index, 105006, 105003)
            self._change(unit, index, Status.WAITING)
        elif status is Status.TESTING and was is Status.NORMAL:
            self._say(now, unit, index, 105005, 105008)
            shown.status = status
        elif status in _RESULTS and was is not status:
            if was is not Status.TESTING:
                self._say(now, unit, index, 105008)
            self._say(now, unit, index, 105009, result=_RESULTS[status])
            self._change(unit, index, status)
        elif status is Status.NORMAL and was is Status.TESTING and self._both_listen(location):
            self._say(now, unit, index, 105009, result="Passed")
            self._say(now, unit, index, 105003)
            shown.status = Status.WAITING
        elif status is Status.NORMAL and was in _RESULTS:
            self._say(now, unit, index, 105003)
            self._change(unit, index, Status.WAITING)

    def _lapses(self, location: Location) -> list[tuple[int, Unit, int, _Shown, tuple[int, ...], Status]]:
        """What follows from silence where no watch runs, beside a peer that does not listen, in order of time."""
        if self._both_listen(location):
            return []
        found: list[tuple[int, Unit, int, _Shown, tuple[int, ...], Status]] = []
        for (unit, index), shown in self._shown.items():
            group = self.timed.blocks[index].group
            times = self.timed.times_of(location, unit)
            item = times.interfaces[group]
            start = shown.heard + times.quiet(group)
            if shown.status is Status.NORMAL:
                found.append((start + item.hold // 2, unit, index, shown, (105005, 105008), Status.TESTING))
            elif shown.status is Status.TESTING and self._receives(location, unit, index):
                end = start + item.hold // 2 + item.test
                found.append((end, unit, index, shown, (105009, 105003), Status.WAITING))
            elif shown.status is Status.TESTING:
                found.append((start + item.hold, unit, index, shown, (105009,), Status.UNKNOWN))
        return sorted(found, key=lambda each: (each[0], UNITS.index(each[1]), each[2]))

    def _receives(self, location: Location, unit: Unit, index: int) -> bool:
        return lines(location, unit, self.timed.blocks[index])[0] is PortState.GOOD

    def _both_listen(self, location: Location) -> bool:
        return all(location.unit(unit).listening for unit in UNITS)

    # -- what is said ----------------------------------------------------------------------------------

    def _change(self, unit: Unit, index: int, status: Status) -> None:
        shown = self._shown[unit, index]
        if (shown.status in COUNTED) is not (status in COUNTED):
            self._reports.append((unit, index, shown.status, status))
        shown.status = status

    def _tell(self, now: int, unit: Unit, location: Location) -> None:
        """The unit's hello reaches its peer, with what has become of its interfaces (UHM-1)."""
        told = [each for each in self._reports if each[0] is unit]
        self._reports = [each for each in self._reports if each[0] is not unit]
        for _, index, was, status in told:
            place = self.timed.blocks[index].ports[0]
            for log in report_log(location.pair, self.timed.settings, unit, place, (was, status)):
                self.logs.append((now, log))

    def _say(self, now: int, unit: Unit, index: int, *numbers: int, result: str = "Passed") -> None:
        port = self.timed.settings.ports[self.timed.blocks[index].ports[0]]
        group = group_number(self.timed.settings, port.group)
        for number in numbers:
            fields = {"interface": port.name, "result": result} if number == 105009 else {"interface": port.name}
            self.logs.append((now, SystemLog.of(unit, number, group, **fields)))
