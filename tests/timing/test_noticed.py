"""When units notice what happens to interfaces, as their logs show it: sentences of `timing/noticed.py`.

A message is written `8000 S 105008 outside`: after 8 s the secondary says that it tests its interface.
"""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.outputs import CommandReplicated, SystemLog
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.timing.conditions import settled
from failover_fsm.timing.location import JUDGED, OVER, Clock, InterfaceWatch, Location, Timer
from failover_fsm.timing.noticed import Monitor, without_detected
from failover_fsm.timing.timed import TimedPair, every_port
from failover_fsm.timing.times import InterfaceTimes, Times

P, S = Unit.PRIMARY, Unit.SECONDARY
PAIR = Settings(ports=(Port(name="outside"), Port(name="inside")))
TIMES = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=2000, hold=16_000),))
NORMAL = InterfaceWatch()
NO_LINK = InterfaceWatch(status=Status.NO_LINK)
TESTING = InterfaceWatch(status=Status.TESTING, stage=1)
FAILED = InterfaceWatch(status=Status.FAILED, stage=JUDGED)
UNKNOWN = InterfaceWatch(status=Status.UNKNOWN, stage=OVER)

at_rest = cache(settled)


class Story:
    """A pair in time, told step by step; what its units say meanwhile."""

    def __init__(self, settings: Settings = PAIR, times: Times = TIMES) -> None:
        self.timed = TimedPair(settings=settings, times=times, blocks=every_port(settings))
        self.monitor = Monitor(self.timed)
        self.location: Location = self.timed.at(at_rest(settings, P))

    def said(self) -> list[str]:
        """The messages since it was last asked."""
        found = [f"{at} {log.unit.value[0].upper()} {log.number} {self._about(log)}" for at, log in self.monitor.logs]
        self.monitor.logs.clear()
        return found

    def _about(self, log: SystemLog) -> str:
        names = [port.name for port in self.timed.settings.ports if port.name in log.text]
        results = log.text.split()[-1:] if log.number == 105009 else []
        return " ".join(names + results) or log.text

    def begun(self) -> Story:
        """At time zero both units hear each other on every interface."""
        self.monitor.look(0, self.location)
        for unit in (P, S):
            self.poll(0, unit)
        self.said()
        return self

    def poll(self, now: int, unit: Unit, group: int = 0) -> list[str]:
        return self._fired(now, Clock(Timer.POLL, unit, group))

    def hello(self, now: int, unit: Unit) -> list[str]:
        return self._fired(now, Clock(Timer.HELLO, unit))

    def _fired(self, now: int, clock: Clock) -> list[str]:
        self.monitor.fired(now, clock, self.location, self.location)
        return self.said()

    def happen(self, now: int, *events: e.Event) -> list[str]:
        for event in events:
            self.location = self.timed.happen(self.location, event)
        self.monitor.look(now, self.location)
        return self.said()

    def watch(self, now: int, unit: Unit, watch: InterfaceWatch, index: int = 0) -> list[str]:
        """The unit finds something out about one of its interfaces."""
        self.location = self.location.with_watch(unit, index, watch)
        self.monitor.look(now, self.location)
        return self.said()

    def wait(self, now: int) -> list[str]:
        self.monitor.pass_time(now, self.location)
        return self.said()


def test_an_interface_waits_until_the_first_hello_of_the_peer() -> None:
    """105003, 105004."""
    story = Story()
    story.monitor.look(5, story.location)
    assert story.said() == ["5 P 105003 outside", "5 P 105003 inside", "5 S 105003 outside", "5 S 105003 inside"]
    assert story.poll(700, P) == ["700 S 105004 outside", "700 S 105004 inside"]
    assert story.poll(2700, P) == [], "once is enough"
    assert story.hello(2800, S) == [], "a hello on the failover link says nothing of interfaces"
    assert story.poll(3000, S) == ["3000 P 105004 outside", "3000 P 105004 inside"]


def test_a_port_that_goes_down_is_told_to_the_peer_in_the_next_hello_and_so_is_its_return() -> None:
    """105007, 105006; 103003, 103002 (UHM-1)."""
    story = Story().begun()
    story.location = story.timed.happen(story.location, e.InterfaceLinkFailed(unit=P, interface="outside"))
    assert story.watch(2000, P, NO_LINK) == ["2000 P 105007 outside"]
    assert story.poll(2100, S) == [], "nothing is heard on a dead port"
    assert story.hello(2200, S) == [], "the hello of the other unit"
    (told,) = story.hello(2300, P)
    assert told.startswith("2300 S 103003 ") and "1" in told
    assert story.hello(3300, P) == []
    story.location = story.timed.happen(story.location, e.InterfaceLinkRestored(unit=P, interface="outside"))
    assert story.poll(3500, S) == [], "the unit has not looked at its port yet"
    assert story.watch(4000, P, NORMAL) == ["4000 P 105006 outside", "4000 P 105003 outside"]
    (back,) = story.hello(4300, P)
    assert back.startswith("4300 S 103002 ")
    assert story.poll(4500, S) == ["4500 P 105004 outside"]
    assert story.hello(5300, P) == [], "waiting and normal are the same to the peer"


def test_a_report_waits_for_a_failover_link_that_works() -> None:
    story = Story().begun()
    story.watch(2000, S, NO_LINK, 1)
    story.happen(2100, e.FailoverLinkFailed())
    assert story.hello(3000, S) == []
    story.happen(3100, e.FailoverLinkRestored())
    (told,) = story.hello(4000, S)
    assert told.startswith("4000 P 103003 ") and "2" in told


@pytest.mark.parametrize(
    ("watches", "said", "is_reported"),
    [
        ([TESTING], ["105005", "105008"], False),
        ([TESTING, TESTING], [], False),
        ([TESTING, FAILED], ["105009 Failed"], True),
        ([TESTING, UNKNOWN], ["105009 Undetermined"], False),
        ([TESTING, NORMAL], ["105009 Passed", "105003"], False),
        ([TESTING, NO_LINK], ["105007"], True),
        ([FAILED], ["105008", "105009 Failed"], True),
        ([UNKNOWN], ["105008", "105009 Undetermined"], False),
        ([TESTING, FAILED, FAILED], [], True),
        ([TESTING, FAILED, NORMAL], ["105003"], True),
        ([TESTING, UNKNOWN, NORMAL], ["105003"], False),
        ([TESTING, UNKNOWN, FAILED], ["105008", "105009 Failed"], True),
        ([TESTING, UNKNOWN, TESTING], [], False),
        ([NO_LINK, NORMAL, TESTING], [], True),
        ([NORMAL], [], False),
    ],
)
def test_the_last_thing_that_a_unit_finds_out_is_said_like_this(
    watches: list[InterfaceWatch], said: list[str], is_reported: bool
) -> None:
    """105005 and 105008 begin the tests, 105009 ends them; one with the same result again is not logged."""
    story = Story().begun()
    for watch in watches:
        found = story.watch(8000, P, watch)
    assert found == [
        f"8000 P {number} outside {result}".strip() for number, _, result in (each.partition(" ") for each in said)
    ]
    reports = story.hello(9000, P)
    assert bool(reports) is is_reported and all(each.startswith("9000 S 10300") for each in reports)


def test_a_hello_ends_tests_well_and_makes_an_interface_normal() -> None:
    story = Story().begun()
    story.watch(8000, P, TESTING)
    story.location = story.location.with_watch(P, 0, NORMAL)  # the timed pair takes the hello as an end of the tests
    assert story.poll(8500, S) == ["8500 P 105009 outside Passed", "8500 P 105004 outside"]
    story = Story().begun()
    for watch in (TESTING, FAILED, NORMAL):
        story.watch(8000, P, watch)
    assert story.poll(8500, S) == ["8500 P 105004 outside"], "it waited; the inside was normal all the time"


def test_an_interface_without_link_hears_nothing_whether_its_unit_knows_or_not() -> None:
    story = Story().begun()
    story.watch(2000, P, NO_LINK)
    story.location = story.location.with_watch(P, 0, NORMAL)
    story.monitor.fired(3000, Clock(Timer.POLL, S), story.location, story.location)
    assert story.said() == ["3000 P 105006 outside", "3000 P 105003 outside"], "first it sees the port, then it hears"
    story = Story().begun()
    story.location = story.location.with_watch(P, 0, NO_LINK)
    assert story.poll(2000, S) == ["2000 P 105007 outside"]


# -- beside a peer that has fallen silent ----------------------------------------------------------------


def lonely(story: Story, *also: e.Event) -> Story:
    """The primary dies at 1 s; the secondary has heard it at zero on the inside, at 0.5 s on the outside."""
    block = story.location
    story.monitor._shown[S, 0].heard = 500
    assert story.happen(1000, *also, e.UnitFailed(unit=P)) == [] and block is not story.location
    return story


@pytest.mark.parametrize(("times", "later"), [(TIMES, 0), (attrs.evolve(TIMES, from_first_missed=True), 2000)])
def test_silence_is_tested_after_half_of_the_hold_time_and_traffic_ends_the_test_well(times: Times, later: int) -> None:
    """One test of 2 s is enough where others send; afterwards the interface waits for the peer."""
    story = lonely(Story(times=times).begun())
    assert story.wait(7999 + later) == []
    first = [f"{8000 + later} S 105005 inside", f"{8000 + later} S 105008 inside"]
    assert story.wait(8000 + later) == first
    assert story.wait(8000 + later) == []
    assert story.wait(60_000) == [
        f"{8500 + later} S 105005 outside",
        f"{8500 + later} S 105008 outside",
        f"{10_000 + later} S 105009 inside Passed",
        f"{10_000 + later} S 105003 inside",
        f"{10_500 + later} S 105009 outside Passed",
        f"{10_500 + later} S 105003 outside",
    ]
    assert story.wait(90_000) == []


def test_where_nothing_arrives_the_tests_end_with_the_hold_time_and_without_a_result() -> None:
    story = lonely(Story().begun(), e.InterfaceTrafficFailed(unit=S, interface="inside"))
    assert story.wait(15_999)[-2:] == ["10500 S 105009 outside Passed", "10500 S 105003 outside"]
    assert story.wait(16_000) == ["16000 S 105009 inside Undetermined"]
    assert story.wait(60_000) == []


def test_beside_a_peer_that_listens_the_watches_of_the_pair_decide() -> None:
    story = Story().begun()
    assert story.wait(60_000) == []


def test_tests_that_ran_when_the_peer_fell_silent_go_on() -> None:
    """The watch of the pair has ended; what was found out so far is not taken back."""
    story = Story().begun()
    story.watch(8000, S, TESTING)
    story.location = story.timed.happen(story.location, e.UnitFailed(unit=P))
    story.location = story.location.with_watch(S, 0, NORMAL)
    assert story.happen(8100) == []
    assert story.wait(9999) == ["8000 S 105005 inside", "8000 S 105008 inside"]
    assert story.wait(10_000) == [
        "10000 S 105009 outside Passed",
        "10000 S 105003 outside",
        "10000 S 105009 inside Passed",
        "10000 S 105003 inside",
    ]


@pytest.mark.parametrize(("start", "later"), [(0, 5000), (1, 0)])
def test_time_that_is_skipped_is_added_to_what_was_heard_in_it(start: int, later: int) -> None:
    story = Story().begun()
    story.monitor.skip(start, 5000)
    story.happen(6000, e.UnitFailed(unit=P))
    assert story.wait(60_000)[0] == f"{8000 + later} S 105005 outside"


def test_the_silence_counts_from_the_last_hello() -> None:
    story = Story().begun()
    story.poll(3000, P)
    story.happen(4000, e.UnitFailed(unit=P))
    assert story.wait(10_999) == []
    assert story.wait(11_000)[0] == "11000 S 105005 outside"


def test_a_unit_that_does_not_take_part_forgets_and_begins_anew() -> None:
    story = Story().begun()
    assert story.happen(1000, e.FailoverDisabled(unit=S)) == []
    assert story.wait(7999) == []
    assert story.wait(8000) == [f"8000 P {n} {port}" for port in ("outside", "inside") for n in (105005, 105008)]
    story = Story().begun()
    story.happen(1000, e.UnitFailed(unit=S))
    assert story.happen(2000, e.UnitRestored(unit=S)) == [], "it is not up yet"
    assert story.poll(2500, P) == [], "nobody is there who says what it hears"


def test_each_group_has_its_times_and_its_name() -> None:
    groups = Settings(
        ports=(Port(name="a", group=0), Port(name="b", group=1)),
        groups=(GroupSettings(preferred=P), GroupSettings(preferred=S)),
    )
    times = attrs.evolve(TIMES, interfaces=(*TIMES.interfaces, InterfaceTimes(poll=500, hold=5000)), preempt=(0, 0))
    story = Story(groups, times)
    story.monitor.look(0, story.location)
    story.monitor.fired(0, Clock(Timer.POLL, P, 1), story.location, story.location)
    logs = [(log.number, log.unit, log.group) for _, log in story.monitor.logs]
    assert logs == [(105003, P, 1), (105003, P, 2), (105003, S, 1), (105003, S, 2), (105004, S, 2)]
    story.begun()
    story.happen(100, e.UnitFailed(unit=P))
    story.monitor.pass_time(60_000, story.location)
    assert [(at, log.number, log.group) for at, log in story.monitor.logs] == [
        (2500, 105005, 2), (2500, 105008, 2), (3125, 105009, 2), (3125, 105003, 2),
        (8000, 105005, 1), (8000, 105008, 1), (10_000, 105009, 1), (10_000, 105003, 1),
    ]  # fmt: skip


def test_a_step_leaves_to_the_monitor_what_units_notice_later() -> None:
    """Of its outputs only messages about what was found out are taken away."""
    down = SystemLog.of(P, 105007, interface="outside")
    port = SystemLog.of(P, 411002, interface="outside")
    other = CommandReplicated(unit=P, text="hostname a")
    assert without_detected([down, port, other]) == (port, other)
