"""The player for traces in which time passes: every step happens when it falls due.

Clocks are counters of milliseconds. A unit's hellos and interface polls start when it boots, so their phases are chosen
by the boot times. `advance` includes its end. Steps due at the same instant happen in the order of `Timer`, the
primary's first. If the result of an interface test depends on the network, there is traffic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair import Pair, changing_steps, step
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status, status
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import UnitHandler
from failover_fsm.services.machine import Answer, MachineEvent
from failover_fsm.text.story import RecordedStep
from failover_fsm.timing.late import UnderWay, asked, heard, sends
from failover_fsm.timing.location import Clock, Location, Timer
from failover_fsm.timing.noticed import Monitor, without_detected
from failover_fsm.timing.timed import TimedPair, TimerOutcome, every_port
from failover_fsm.timing.times import Times, seconds
from failover_fsm.trace.beside import Beside, outputs_of
from failover_fsm.trace.claims import ClaimContext
from failover_fsm.trace.language import Advance, Do, LinkDelay, Settle, Statement, SynchronisationTime, TraceError
from failover_fsm.trace.messages import Notice
from failover_fsm.trace.run import StatementRecord, TraceRun

__all__ = ["LONGEST_SETTLE", "TimedRun", "Timeline"]

_BROKEN = (Status.FAILED.value, Status.NO_LINK.value, Status.UNKNOWN.value)

LONGEST_SETTLE = 3_600_000
"""The time after which `settle` gives up: one hour, in milliseconds."""


MOST_DUE = 100_000
"""The most clocks that may fall due in one `advance`: about ten seconds of work."""


class Standstill(Exception):
    """Steps follow each other for ever without time passing; the tables are wrong."""


class TooLong(Exception):
    """More clocks fall due in one `advance` than can be played."""


_Moment = tuple[Location, tuple[int, ...], tuple[tuple[Unit, int], ...]]


@attrs.define
class Timeline:
    """A timed pair with counters, advancing in time.

    Attributes:
        timed: The timed pair.
        location: The present location.
        counters: The value of each running clock in milliseconds.
        now: Milliseconds since the start.
        monitor: What the units log of interfaces when they notice it.
        taken: The steps that changed something or had outputs, with their times.
        noticed: The messages of the monitor since the last statement.
        under_way: The hellos on the failover link that have not arrived yet, in the order in which they do.
    """

    timed: TimedPair
    location: Location
    monitor: Monitor
    now: int = 0
    counters: dict[Clock, int] = attrs.field(factory=dict)
    taken: list[tuple[int, RecordedStep]] = attrs.field(factory=list)
    noticed: list[Notice] = attrs.field(factory=list)
    under_way: list[UnderWay] = attrs.field(factory=list)
    _seen: dict[_Moment, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, pair: Pair) -> Timeline:
        """The pair at time zero."""
        settings = pair.settings
        times = Times.of(pair.config, settings.options)
        timed = TimedPair(settings=settings, times=times, blocks=every_port(settings))
        return cls(timed, timed.at(pair.state), Monitor(timed))

    def happen(self, event: e.Event) -> None:
        """Applies a fault, a repair or a command now.

        Raises:
            Refused: If the unit refuses the command.
            NotPossible: If the event is impossible in this state.
        """
        self._arrive(self.timed.happen(self.location, event, self._mover), ())
        self.monitor.look(self.now, self.location)
        self._note()

    def advance(self, milliseconds: int) -> None:
        """Lets time pass; steps that fall due, the end included, happen.

        Args:
            milliseconds: The duration.

        Raises:
            Standstill: If steps follow each other for ever without time passing.
            TooLong: If more than `MOST_DUE` clocks fall due.
        """
        end = self.now + milliseconds
        moments: set[_Moment] = set()
        for _ in range(MOST_DUE):
            following = self.next_due()
            if following is None or self.now + following[0] > end:
                self._wait(end - self.now)
                return
            if following[0] > 0:
                moments.clear()
            if self._moment in moments:
                raise Standstill(f"after {self.now / 1000:g} s steps follow each other for ever and no time passes")
            moments.add(self._moment)
            self._wait(following[0])
            self._fire(following[1])
            self._skip_rounds(end)
        raise TooLong(f"more than {MOST_DUE:,} timers fall due in this time, {self.now // 1000} s after the start")

    @property
    def _moment(self) -> _Moment:
        """All that the future depends on."""
        arriving = tuple((each.sender, each.arrives - self.now) for each in self.under_way)
        return self.location, tuple(self.counters.values()), arriving

    def next_due(self) -> tuple[int, Clock] | None:
        """The milliseconds until the next clock is due, and that clock."""
        due = self.timed.due(self.location)
        waits = [(max(0, value - self.counters.get(clock, 0)), clock) for clock, value in due.items()]
        waits += [(max(0, each.arrives - self.now), each.clock) for each in self.under_way]
        return min(waits, key=lambda item: (item[0], item[1].order), default=None)

    def _wait(self, milliseconds: int) -> None:
        self.now += milliseconds
        for clock in self.counters:
            if self.location.pair.runs(clock.unit) or clock.timer in (Timer.RESUME, Timer.FORWARD):
                self.counters[clock] += milliseconds
        self.monitor.pass_time(self.now, self.location)
        self._note()

    def _fire(self, clock: Clock) -> None:
        """What is due happens."""
        before = self.location
        outcome = self._late(clock) or self.timed.fire(before, clock, self._mover)[0]
        self._arrive(outcome.location, outcome.restarted)
        self.monitor.fired(self.now, clock, before, self.location)
        self._note()

    def change_times(self, link_delay: int | None = None, synchronization: int | None = None) -> None:
        """Another delay of the failover link or length of a synchronisation from now on, in milliseconds."""
        times = self.timed.times.with_durations(link_delay, synchronization)
        self.timed = self.monitor.timed = attrs.evolve(self.timed, times=times)
        self._seen.clear()
        self._arrive(self.location, ())

    def _late(self, clock: Clock) -> TimerOutcome | None:
        """What comes of a clock where messages take time: a hello goes out or arrives, or a probe is sent."""
        delay = self.timed.times.link_delay
        arriving = next((each for each in self.under_way if each.clock == clock), None)
        if arriving is not None:
            self.under_way.remove(arriving)
            return heard(self.timed, self.location, arriving.sender, self._mover)
        if delay == 0 and not self.under_way:
            return None
        if sends(self.timed, self.location, clock):
            self._send(clock.unit, self.now + delay)
            return TimerOutcome(self.location, (clock,))
        outcome = asked(self.timed, self.location, clock, self._mover)
        if outcome is not None:
            self._send(clock.unit.peer, self.now + 2 * delay, is_answer=True)
        return outcome

    def _send(self, sender: Unit, arrives: int, *, is_answer: bool = False) -> None:
        """A hello goes out, which does not overtake those before it; or an answer will, when the probe has arrived."""
        before = (each.arrives for each in self.under_way if each.sender is sender and not each.is_answer)
        in_order = arrives if is_answer else max(arrives, *before, 0)
        self.under_way.append(UnderWay(sender, in_order, is_answer))
        self.under_way.sort(key=lambda each: each.arrives)

    def _note(self) -> None:
        """Takes over what the monitor logs; rounds in which a unit logs something are no repetition of each other."""
        if self.monitor.logs:
            self.noticed += (Notice(at, len(self.taken), log) for at, log in self.monitor.logs)
            self.monitor.logs.clear()
            self._seen.clear()

    def _arrive(self, location: Location, restarted: tuple[Clock, ...]) -> None:
        self.location = location
        running = self.timed.due(location)
        self.counters = {clock: 0 if clock in restarted else self.counters.get(clock, 0) for clock in running}

    def _skip_rounds(self, end: int) -> None:
        """Where a moment comes back and no step was taken in between, the rounds are not played one by one."""
        before = self._seen.setdefault(self._moment, self.now)
        if before < self.now:
            skipped = (end - self.now) // (self.now - before) * (self.now - before)
            self.now += skipped
            self.monitor.skip(before, skipped)
            self.under_way = [attrs.evolve(each, arrives=each.arrives + skipped) for each in self.under_way]
            self._seen.clear()

    def _mover(self, state: State, event: e.Event, handler: UnitHandler) -> State:
        after, shown = step(state, self.timed.settings, event, handler)
        outputs = without_detected(shown)
        if after != state or outputs or not isinstance(event, e.ProtocolStep):
            self.taken.append((self.now, RecordedStep(event, state, after, outputs)))
            self._seen.clear()
        return after


def _falls_due(event: e.Event) -> bool:
    """True for a protocol step of the pair, which happens by itself when it falls due."""
    return isinstance(event, e.ProtocolStep) and not isinstance(event, MachineEvent)


@attrs.define
class TimedRun(TraceRun):
    """A timed run in progress."""

    line: Timeline = attrs.field(kw_only=True)

    @classmethod
    def of(cls, source: str, pair: Pair, beside: Beside | None = None) -> TimedRun:
        """A run of the pair, both units off."""
        return cls(source, pair, beside=beside or Beside.of(pair), line=Timeline.of(pair))

    def take(self, statement: Statement) -> StatementRecord:
        """Executes one statement."""
        try:
            return self._taken(statement)
        except Standstill as error:
            raise TraceError(self.source, statement.line, str(error), "tables whose rounds take time") from None
        except TooLong as error:
            raise TraceError(self.source, statement.line, str(error), "a shorter `advance`") from None

    def _taken(self, statement: Statement) -> StatementRecord:
        if isinstance(statement, Advance):
            self.line.advance(statement.milliseconds)
            return self._record(statement)
        if isinstance(statement, LinkDelay):
            self.line.change_times(link_delay=statement.milliseconds)
        if isinstance(statement, SynchronisationTime):
            self.line.change_times(synchronization=statement.milliseconds)
        if isinstance(statement, Do) and _falls_due(statement.event):
            what = f"`{statement.event}` in a timed run, where steps happen when they fall due"
            raise TraceError(self.source, statement.line, what, "advance seconds=NUMBER")
        return attrs.evolve(super().take(statement), noticed=self._new_messages())

    def _step(self, event: e.Event) -> RecordedStep:
        self.line.happen(event)
        (record,) = self._new_steps()
        return record

    def _move(self, event: MachineEvent, answer: Answer[Any]) -> RecordedStep:
        """As in an untimed run, where time does not pass."""
        if answer.event is None:
            return super()._move(event, answer)
        step = attrs.evolve(self._step(answer.event), event=event, outputs=outputs_of(answer, event.unit))
        return step if answer.then is None else attrs.evolve(step, after=self._step(answer.then).after)

    def _settle(self, statement: Settle) -> StatementRecord:
        """Lets time pass until nothing more would change, by the rules of the untimed pair."""
        line, end = self.line, self.line.now + LONGEST_SETTLE
        while next(changing_steps(line.location.pair, self.pair.settings), None) is not None:
            following = line.next_due()
            if following is None or line.now + following[0] > end:
                hours = f"the pair has not settled after {LONGEST_SETTLE // 1000} seconds"
                return attrs.evolve(self._record(statement), remarks=(self._remark(statement, hours),))
            line.advance(following[0])
        return self._record(statement)

    def _record(self, statement: Statement) -> StatementRecord:
        """What has happened since the last statement."""
        return StatementRecord(statement=statement, steps=tuple(self._new_steps()), noticed=self._new_messages())

    def answer(self, key: str, value: str, scene: ClaimContext) -> tuple[bool, str]:
        """As in an untimed run, but the status of an interface is what its unit has detected so far."""
        holds, found = super().answer(key, value, scene)
        if key == "status":
            found = self._noticed(scene.unit, scene.settings.index_of(scene.subjects["interface"]), found)
            holds = found == value
        return holds, found

    def detected(self) -> dict[tuple[Unit, int], Status]:
        """The status that each unit that runs has detected of each interface, by its position."""
        state, settings = self.pair.state, self.pair.settings
        return {
            (unit, index): Status(self._noticed(unit, index, status(state, settings, unit, index).value))
            for unit in Unit
            if state.unit(unit).powered
            for index in range(len(settings.ports))
        }

    def _noticed(self, unit: Unit, index: int, settled: str) -> str:
        """The detected status of an interface.

        Args:
            unit: The unit.
            index: The position of the interface.
            settled: The status that the interface will reach if nothing else happens.
        """
        for number, block in enumerate(self.line.timed.blocks):
            if block.ports == (index,) and self.line.timed.watches(self.line.location, unit, number):
                found = self.line.location.watch(unit, number).status
                well = found is Status.NORMAL
                return Status.NORMAL.value if well and settled in _BROKEN else settled if well else found.value
        return settled

    def _new_steps(self) -> Iterator[RecordedStep]:
        """The steps since the last statement, with their times."""
        taken, self.line.taken = self.line.taken, []
        for now, each in taken:
            outputs = self.history.add(each.event, each.after, each.outputs)
            told = self.beside.follow(each.before, each.event, each.after)
            yield attrs.evolve(each, at=now, outputs=outputs, notes=(*each.notes, *told, f"at {seconds(now)} s"))
        self.pair = attrs.evolve(self.pair, state=self.line.location.pair)

    def _new_messages(self) -> tuple[Notice, ...]:
        """What units have noticed of interfaces since the last statement."""
        noticed, self.line.noticed = tuple(self.line.noticed), []
        self.history.logs += (each.log for each in noticed)
        return noticed
