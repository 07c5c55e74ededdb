"""Scenario files for extreme times: boot the units so that their timers have the required ages, apply the fault, wait.

A unit's timers start when it boots, so their ages at the fault are chosen by the boot times. A bound that is reached
only in the limit (a hello is due in the very instant of the fault and is no longer sent) is shown a millisecond short
of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import lcm

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import PeerContact, Role, State
from failover_fsm.timing.bounds import Extreme
from failover_fsm.timing.conditions import FailureCase
from failover_fsm.timing.location import Clock, Timer
from failover_fsm.timing.times import Times
from failover_fsm.trace.language import Advance, Config, Do, Expect, Statement, Trace
from failover_fsm.trace.timed_player import Timeline
from failover_fsm.trace.writer import format_trace, option_lines

__all__ = ["TimingScene", "scene"]

BOOT_TAKES = 100_000
"""An upper bound of boot, election and synchronisation, in milliseconds."""
INSTANT = 1
"""A millisecond, the shortest time of the trace language."""


@attrs.frozen(kw_only=True)
class TimingScene:
    """A run that takes an extreme time.

    Attributes:
        statements: The statements of the trace, without the configuration.
        group: The position of the failover group that is measured.
        elapsed: Milliseconds from the fault to the detection or takeover.
        states: (Milliseconds, the pair from then on), from the fault on.
    """

    statements: tuple[Statement, ...]
    group: int
    elapsed: int
    states: tuple[tuple[int, State], ...]

    def text(self, config: Sequence[str], options: Options, comments: Sequence[str] = ()) -> str:
        """The scenario file, for a configuration file of this name."""
        return format_trace(Trace((Config(tuple(config)), *option_lines(options), *self.statements)), comments)


def scene(config: PairConfig, options: Options, extreme: Extreme, *, takeover: bool) -> TimingScene | None:
    """The run of an extreme.

    Args:
        config: The configuration of the pair.
        options: The reading of the points that the chapter leaves open.
        extreme: The extreme.
        takeover: True to wait for the takeover, False for the detection.

    Returns:
        The run; None if no boot times bring it about.
    """
    for boots in _boots(extreme, Times.of(config, options)):
        found = _Stage(Pair.cold(config, options), extreme.case, boots).play(takeover, extreme.elapsed)
        if found is not None:
            return found
    return None


def _boots(extreme: Extreme, times: Times) -> Iterator[dict[Unit, tuple[int, int]]]:
    """For each unit the possible time since its boot: (milliseconds, period that may be added any number of times)."""
    for wanted in range(4):
        yield {
            unit: _offset([(clock, age) for clock, age in extreme.ages.items() if clock.unit is unit], times, wanted)
            for unit in Unit
        }


def _offset(own: list[tuple[Clock, int]], times: Times, wanted: int) -> tuple[int, int]:
    """A boot time that gives all of a unit's timers their ages; failing that, one timer its age."""
    if not own:
        return 0, times.poll
    periods = [_period(clock, times) for clock, _ in own]
    ages = [min(age, period - INSTANT) for (_, age), period in zip(own, periods, strict=True)]
    every = lcm(*periods)
    for start in range(ages[0], min(every, 1000 * periods[0]), periods[0]):
        if all((start - age) % period == 0 for age, period in zip(ages, periods, strict=True)):
            return start, every
    return ages[wanted % len(ages)], periods[wanted % len(ages)]


def _period(clock: Clock, times: Times) -> int:
    if clock.timer is Timer.HELLO:
        return times.poll
    item = times.interfaces[clock.number]
    return item.card_poll if clock.timer is Timer.CARD else item.poll


def _at_least(offset: tuple[int, int], least: int) -> int:
    start, step = offset
    return start + -(-max(0, least - start) // step) * step


@attrs.define
class _Stage:
    """A scenario that is written while it is played."""

    pair: Pair
    case: FailureCase
    boots: dict[Unit, tuple[int, int]]
    line: Timeline = attrs.field(init=False)
    written: list[Statement] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        cards = [block for block in self.case.blocks if block.card]
        self.line = Timeline.of(self.pair)
        self.line.timed.blocks = tuple(
            attrs.evolve(each, card=any(each.ports[0] in block.ports for block in cards))
            for each in self.line.timed.blocks
        )

    def play(self, takeover: bool, elapsed: int) -> TimingScene | None:
        """The scenario, if the awaited event comes at the expected time."""
        self._set_up()
        start, before = self.line.now, self.line.location.pair
        self.line.taken.clear()
        for fault in self.case.faults:
            self._do(fault)
        reached = self._wait(takeover, 2 * elapsed + BOOT_TAKES)
        if reached is None or abs(reached - elapsed) > INSTANT:
            return None
        self._expect(takeover, reached)
        states = [(0, before), *((now - start, step.after) for now, step in self.line.taken)]
        return TimingScene(statements=tuple(self.written), group=self.case.group, elapsed=reached, states=tuple(states))

    def _do(self, event: e.Event) -> None:
        self.line.happen(event)
        self.written.append(Do(event))

    def _advance(self, milliseconds: int) -> None:
        if milliseconds:
            self.line.advance(milliseconds)
            self.written.append(Advance(milliseconds))

    def _set_up(self) -> None:
        """Boots both units, the active one first, and moves groups to where they are before the fault."""
        first, peer = self.case.active, self.case.active.peer
        settling = BOOT_TAKES + max(self.line.timed.times.preempt)
        second = _at_least(self.boots[peer], 2 * settling)
        total = _at_least(self.boots[first], second + settling)
        self._do(e.UnitRestored(unit=first))
        self._advance(total - second)
        self._do(e.UnitRestored(unit=peer))
        if not self.case.faults:
            self._until_available()
            return
        self._advance(settling)
        self._move_groups(first)
        self._advance(total - self.line.now)

    def _move_groups(self, first: Unit) -> None:
        for index, group in enumerate(self.case.pair.unit(first).groups):
            if self.line.location.unit(first).groups[index].role is not group.role:
                target = first if group.role is Role.ACTIVE else first.peer
                self._do(e.FailoverActive(unit=target, group=index + 1))

    def _until_available(self) -> None:
        """Waits until the unit that a group prefers is available."""
        unit, index = self.case.active.peer, self.case.group
        passed = 0
        while not self.line.location.unit(unit).groups[index].return_pending:
            following = self.line.next_due()
            if following is None or passed > BOOT_TAKES:
                break
            self.line.advance(following[0])
            passed += following[0]
        self.written.append(Advance(passed))

    def _wait(self, takeover: bool, most: int) -> int | None:
        """The milliseconds until the awaited event; None if it does not come."""
        start = self.line.now
        while not self._reached(takeover):
            following = self.line.next_due()
            if following is None or self.line.now + following[0] - start > most:
                return None
            self.line.advance(following[0])
        return self.line.now - start

    def _reached(self, takeover: bool) -> bool:
        if takeover:
            return self.case.taken_over(self.line.location)
        return self.case.detected_on(self.line.location, self.line.timed.blocks)

    def _expect(self, takeover: bool, reached: int) -> None:
        """Writes the expectations of the last instant before the event and of its instant."""
        if reached:
            self.written.append(Advance(reached - INSTANT)) if reached > INSTANT else None
            self.written.append(Expect(self._claim(takeover, reached=False)))
        self.written.append(Advance(min(reached, INSTANT)))
        self.written.append(Expect(self._claim(takeover, reached=True)))

    def _claim(self, takeover: bool, *, reached: bool) -> tuple[tuple[str, str], ...]:
        group = (("group", str(self.case.group + 1)),) if self.line.timed.settings.groups else ()
        peer = self.case.active.peer
        if takeover:
            state = "active" if reached else "standby"
            return (("unit", peer.value), *group, ("role", state))
        cut = [unit for unit in Unit if self.line.location.unit(unit).contact is not PeerContact.LINK]
        unit = cut[0] if cut else peer
        return (("unit", unit.value), ("failover_link", "failed" if reached else "up"))
