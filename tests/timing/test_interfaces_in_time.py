"""What units know of their interfaces and of each other in time: what they see, what reaches them, what they count."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import PeerContact, Phase, PortState, Role
from failover_fsm.timing.conditions import settled
from failover_fsm.timing.location import (
    JUDGED,
    OVER,
    Clock,
    InterfaceBlock,
    InterfaceWatch,
    Location,
    Timer,
    failed_of,
)
from failover_fsm.timing.ports import can_fail, carries, lines, looked, verdicts
from failover_fsm.timing.timed import Effects, TimedPair, TimerOutcome, every_port
from failover_fsm.timing.times import InterfaceTimes, Times

P, S = Unit.PRIMARY, Unit.SECONDARY
GOOD, SILENT, DOWN, BLOCKED = PortState.GOOD, PortState.SILENT, PortState.DOWN, PortState.BLOCKED
TIMES = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=2000, hold=16_000),))
PAIR = Settings(ports=(Port(name="outside"), Port(name="inside")))
FIRST = InterfaceBlock(group=0, ports=(0,))

at_rest = cache(settled)


def timed_pair(settings: Settings = PAIR, *, lasting: bool = False) -> TimedPair:
    times = attrs.evolve(TIMES, interfaces=TIMES.interfaces * settings.group_count, preempt=(0,) * settings.group_count)
    return TimedPair(settings=settings, times=times, blocks=every_port(settings), lasting=lasting)


def after(timed: TimedPair, *events: e.Event) -> Location:
    location = timed.at(at_rest(timed.settings, P))
    for event in events:
        location = timed.happen(location, event)
    return location


def watch(status: Status, stage: int = 0, verdict: Status | None = None) -> InterfaceWatch:
    return InterfaceWatch(status=status, stage=stage, verdict=verdict)


NORMAL, NO_LINK = watch(Status.NORMAL), watch(Status.NO_LINK)
TESTING, FAILED, UNKNOWN = watch(Status.TESTING, 2), watch(Status.FAILED, JUDGED), watch(Status.UNKNOWN)


# -- ports -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "of_primary", "of_secondary", "carried"),
    [
        ([], (GOOD, GOOD), (GOOD, GOOD), (True, True)),
        ([e.UnitFailed(unit=P)], (GOOD, GOOD), (GOOD, DOWN), (False, False)),
        ([e.UnitFailed(unit=S)], (GOOD, DOWN), (GOOD, GOOD), (False, False)),
        ([e.FailoverDisabled(unit=S)], (GOOD, GOOD), (GOOD, GOOD), (False, False)),
        ([e.InterfaceLinkFailed(unit=P, interface="outside")], (DOWN, GOOD), (GOOD, DOWN), (False, False)),
        ([e.InterfaceTrafficFailed(unit=P, interface="outside")], (SILENT, GOOD), (GOOD, SILENT), (True, False)),
        ([e.InterfaceTrafficFailed(unit=S, interface="outside")], (GOOD, SILENT), (SILENT, GOOD), (False, True)),
        ([e.InterfacePathFailed(interface="outside")], (GOOD, GOOD), (GOOD, GOOD), (False, False)),
        ([e.InterfacePathOneWay(unit=S, interface="outside")], (GOOD, GOOD), (GOOD, GOOD), (False, True)),
        ([e.CongestionBegan(unit=S)], (GOOD, GOOD), (GOOD, GOOD), (False, True)),
        ([e.UnitPaused(unit=P)], (GOOD, GOOD), (GOOD, GOOD), (False, False)),
        ([e.FailoverLinkFailed()], (GOOD, GOOD), (GOOD, GOOD), (True, True)),
        ([e.InterfaceLinkFailed(unit=P, interface="inside")], (GOOD, GOOD), (GOOD, GOOD), (True, True)),
    ],
)  # fmt: skip
def test_hellos_arrive_where_both_ports_and_the_path_between_them_let_them(
    events: list[e.Event],
    of_primary: tuple[PortState, PortState],
    of_secondary: tuple[PortState, PortState],
    carried: tuple[bool, bool],
) -> None:
    """IFM-21: from the primary to the secondary, and back. A port that receives nothing still sends (IFM-22)."""
    timed = timed_pair()
    location = after(timed, *events)
    assert (lines(location, P, FIRST), lines(location, S, FIRST)) == (of_primary, of_secondary)
    assert (carries(location, P, FIRST), carries(location, S, FIRST)) == carried
    assert (timed.carries_hellos(location, P, 0), timed.carries_hellos(location, S, 0)) == carried


def test_a_port_that_does_not_forward_yet_carries_nothing_either_way() -> None:
    """LNK-13."""
    location = after(timed_pair())
    (outside, inside) = location.pair.interfaces
    for unit in (P, S):
        blocked = location.with_pair(attrs.evolve(location.pair, interfaces=(outside.with_line(unit, BLOCKED), inside)))
        assert not carries(blocked, P, FIRST) and not carries(blocked, S, FIRST)


@pytest.mark.parametrize(
    ("known", "events", "found"),
    [
        (NORMAL, "", NORMAL),
        (NORMAL, "down", NO_LINK),
        (NORMAL, "deaf", NORMAL),
        (TESTING, "", TESTING),
        (TESTING, "down", NO_LINK),
        (FAILED, "down", NO_LINK),
        (FAILED, "deaf", FAILED),
        (FAILED, "", NORMAL),
        (UNKNOWN, "deaf", UNKNOWN),
        (UNKNOWN, "", NORMAL),
        (NO_LINK, "down", NO_LINK),
        (NO_LINK, "", NORMAL),
        (NO_LINK, "deaf", NORMAL),
        (watch(Status.TESTING, OVER, Status.FAILED), "", watch(Status.TESTING, OVER, Status.FAILED)),
        (watch(Status.NORMAL, JUDGED), "", NORMAL),
        (watch(Status.NO_LINK, 3), "down", watch(Status.NO_LINK, 3)),
    ],
)
def test_a_look_at_a_port_tells_whether_there_is_a_link(
    known: InterfaceWatch, events: str, found: InterfaceWatch
) -> None:
    """IFM-17, IFM-25: a port that comes up, or receives again after a verdict, is well until more is known."""
    faults: dict[str, list[e.Event]] = {
        "": [], "down": [e.InterfaceLinkFailed(unit=S, interface="outside")],
        "deaf": [e.InterfaceTrafficFailed(unit=S, interface="outside")],
    }  # fmt: skip
    location = after(timed_pair(), *faults[events]).with_watch(S, 0, known)
    assert looked(location, S, 0, FIRST) == found
    assert looked(location, S, 1, InterfaceBlock(group=0, ports=(1,))) == NORMAL


@pytest.mark.parametrize(
    ("ports", "with_contact", "without", "ping", "fails"),
    [
        ((GOOD, GOOD), (Status.NORMAL, None), (Status.NORMAL, None), (Status.NORMAL,), False),
        ((SILENT, GOOD), (Status.FAILED, None), (None,), (Status.FAILED,), True),
        ((DOWN, GOOD), (Status.FAILED, None), (None,), (Status.FAILED,), True),
        ((GOOD, SILENT), (Status.NORMAL, None), (Status.NORMAL, None), (Status.NORMAL,), False),
        ((GOOD, DOWN), (Status.NORMAL, None), (Status.NORMAL, None), (Status.NORMAL,), False),
        ((SILENT, SILENT), (None,), (None,), (Status.UNKNOWN,), False),
        ((SILENT, DOWN), (None,), (None,), (Status.UNKNOWN,), False),
    ],
)
def test_a_network_test_finds_traffic_or_the_next_one_runs(
    ports: tuple[PortState, PortState],
    with_contact: tuple[Status | None, ...],
    without: tuple[Status | None, ...],
    ping: tuple[Status, ...],
    fails: bool,
) -> None:
    """IFM-7 to IFM-13: own port and the peer's; a unit fails only if it knows that its peer has received something."""
    for unit in (P, S):
        for stage in (1, 2, 3):
            assert verdicts(unit, ports, stage, contact=True) == with_contact
            assert verdicts(unit, ports, stage, contact=False) == without
        assert verdicts(unit, ports, 4, contact=True) == ping
        assert can_fail(unit, ports) is fails


# -- locations -------------------------------------------------------------------------------------------


def test_a_location_keeps_what_each_unit_knows_apart() -> None:
    start = after(timed_pair())
    both = start.with_watch(S, 1, TESTING).with_watch(P, 0, FAILED).with_probes(P, 1).with_probes(S, 2)
    both = both.with_lost(P, 3).with_lost(S, 4)
    assert both.watches == ((FAILED, NORMAL), (NORMAL, TESTING))
    assert (both.probes, both.lost, both.pause) == ((1, 2), (3, 4), 0)
    assert (both.probes_sent(P), both.probes_sent(S), both.loses(P), both.loses(S)) == (1, 2, 3, 4)
    assert [both.watch(unit, index) for unit in (P, S) for index in (0, 1)] == [FAILED, NORMAL, NORMAL, TESTING]
    assert both.unit(P) is both.pair.primary and both.unit(S) is both.pair.secondary


def test_a_location_that_does_not_change_is_the_same_one() -> None:
    """What is known of it is found at once then: how long a hash takes is what a search costs."""
    start = after(timed_pair())
    for unit in (P, S):
        assert start.with_watches(unit, (NORMAL, NORMAL)) is start.with_probes(unit, 0) is start
    assert start.with_pair(start.pair) is start
    timed = timed_pair()
    assert timed.due(start) is timed.due(start)
    assert timed.fire(start, Clock(Timer.HELLO, P)) is timed.fire(start, Clock(Timer.HELLO, P))


def test_what_steps_do_is_asked_once_for_all_times() -> None:
    """Pairs with the same settings and blocks share it; here somebody has noted what is not so."""
    timed = timed_pair()
    start = after(timed)
    timed.due(start)
    assert timed.effects and not any(timed.effects.values())
    noted: Effects = {(start, e.NegotiationExpired(unit=P)): True}
    assert Clock(Timer.NEGOTIATION, P) in attrs.evolve(timed, effects=noted).due(start)


def test_failed_interfaces_are_counted_by_group() -> None:
    """IFM-15, IFM-20: those with a failed or a missing link, as many as are in the block."""
    start = after(timed_pair())
    blocks = (InterfaceBlock(group=1, ports=(0, 2, 3)), InterfaceBlock(group=0, ports=(1,)))
    known = start.with_watches(P, (FAILED, NO_LINK)).with_watches(S, (TESTING, UNKNOWN))
    assert failed_of(known, P, blocks, 2, (0, 1)) == (1, 3) and failed_of(known, P, blocks, 2, (0,)) == (0, 3)
    assert failed_of(known, S, blocks, 2, (0, 1)) == (0, 0) and failed_of(known, P, blocks, 3, ()) == (0, 0, 0)


# -- what units do with it -------------------------------------------------------------------------------


def roles(location: Location, group: int = 0) -> tuple[Role, Role]:
    return location.unit(P).groups[group].role, location.unit(S).groups[group].role


def fire(timed: TimedPair, location: Location, timer: Timer, unit: Unit, number: int = 0) -> Location:
    (outcome,) = timed.fire(location, Clock(timer, unit, number))
    return outcome.location


HANDED = (Role.STANDBY_READY, Role.ACTIVE)


def test_a_unit_counts_the_failures_that_it_knows_of() -> None:
    """The port is down at once; the unit hands over when it has looked, and its peer takes over at the message."""
    timed = timed_pair()
    down = after(timed, e.InterfaceLinkFailed(unit=P, interface="outside"))
    assert Clock(Timer.CHECK, P) not in timed.due(down)
    known = fire(timed, down, Timer.POLL, P)
    assert timed.due(known)[Clock(Timer.CHECK, P)] == 0 and Clock(Timer.CHECK, S) not in timed.due(known)
    checked = fire(timed, known, Timer.CHECK, P)
    assert roles(checked)[0] is Role.FAILED
    (told,) = timed.fire(checked.with_probes(S, 1), Clock(Timer.MESSAGE, S))
    assert roles(told.location)[1] is Role.ACTIVE and told.location.probes == (0, 0)
    assert told.restarted == (Clock(Timer.SILENCE, S), Clock(Timer.MESSAGE, S))


def test_whose_interfaces_are_healthier_is_decided_by_what_each_unit_knows() -> None:
    """With `mate_is_healthier` an active unit compares what it knows with what its peer has found out by then."""
    timed = timed_pair(attrs.evolve(PAIR, options=Options(mate_is_healthier=True)))
    down = [e.InterfaceLinkFailed(unit=unit, interface="outside") for unit in (P, S)]
    known = fire(timed, after(timed, *down), Timer.POLL, P)
    assert Clock(Timer.CHECK, P) in timed.due(known), "the peer has not looked at its own port yet"
    both = fire(timed, known, Timer.POLL, S)
    assert Clock(Timer.CHECK, P) not in timed.due(both)


def test_after_the_loss_of_the_failover_link_both_units_look_at_their_ports_at_that_moment() -> None:
    """SPL-8: the healthier one becomes active, although nobody had noticed the port before."""
    timed = timed_pair()
    for unit, expected in ((P, HANDED), (S, (Role.ACTIVE, Role.STANDBY_READY))):
        broken = after(timed, e.InterfaceLinkFailed(unit=unit, interface="outside"), e.FailoverLinkFailed())
        location = broken
        for _ in range(9):
            timers = (Timer.MESSAGE, Timer.HAND_OUT, Timer.SILENCE)
            asked = [each for each in timed.due(location) if each.timer in timers and each.unit is S]
            asked += [each for each in timed.due(location) if each.timer in timers and each.unit is P]
            location = timed.fire(location, min(asked, key=lambda each: each.order))[0].location
        assert roles(location) == expected, unit
        assert location.watches == broken.watches, "that sample is all; the polls go on"


def test_a_unit_that_does_not_run_knows_nothing() -> None:
    timed = timed_pair()
    known = after(timed).with_watch(P, 1, TESTING).with_watch(S, 0, TESTING).with_probes(P, 1).with_probes(S, 1)
    off = timed.happen(known, e.UnitFailed(unit=P))
    assert off.watches == ((NORMAL, NORMAL), (TESTING, NORMAL)) and off.probes == (0, 1)
    both = timed.happen(off, e.UnitFailed(unit=S))
    assert both.watches == ((NORMAL, NORMAL), (NORMAL, NORMAL)) and both.probes == (0, 0)


def test_a_unit_that_reloads_is_back_after_its_boot_with_ports_that_come_up() -> None:
    """LNK-13."""
    timed = timed_pair(attrs.evolve(PAIR, options=Options(forward_delay=30)))
    gone = timed.happen(after(timed), e.Reload(unit=S))
    assert timed.due(gone)[Clock(Timer.RESTART, S)] == 30_000 and gone.unit(S).phase is Phase.RESTARTING
    back = fire(timed, gone, Timer.RESTART, S)
    assert back.unit(S).phase is Phase.NEGOTIATION
    assert [(each.primary, each.secondary) for each in back.pair.interfaces] == [(GOOD, BLOCKED)] * 2


def test_a_hello_on_an_interface_ends_a_test_but_brings_no_link() -> None:
    timed = timed_pair()
    for known, expected in ((TESTING, NORMAL), (NO_LINK, NO_LINK), (FAILED, NORMAL), (NORMAL, NORMAL)):
        location = after(timed).with_watch(S, 0, known)
        (outcome,) = timed.fire(location, Clock(Timer.POLL, P))
        assert outcome.location == location.with_watch(S, 0, expected)
        assert outcome.restarted == (Clock(Timer.POLL, P), Clock(Timer.WATCH, S, 0), Clock(Timer.WATCH, S, 1))


def test_a_poll_is_about_the_interfaces_of_its_group() -> None:
    groups = tuple(GroupSettings(preferred=unit) for unit in (P, S))
    timed = timed_pair(Settings(ports=(Port(name="a", group=0), Port(name="b", group=1)), groups=groups))
    location = after(timed).with_watches(S, (TESTING, TESTING))
    (outcome,) = timed.fire(location, Clock(Timer.POLL, P, 1))
    assert outcome == TimerOutcome(
        location.with_watch(S, 1, NORMAL), (Clock(Timer.POLL, P, 1), Clock(Timer.WATCH, S, 1))
    )


def test_units_that_had_lost_each_other_are_reunited_by_hellos_on_an_interface() -> None:
    """SPL-3: on every channel nothing was heard; one interface works again, the failover link does not."""
    for lasting in (False, True):
        timed = timed_pair(lasting=lasting)
        cut = [e.FailoverLinkFailed(), *(e.InterfacePathFailed(interface=each) for each in ("outside", "inside"))]
        lost = after(timed, *cut)
        for unit in (S, P):
            lost = timed.fire(lost.with_probes(unit, 1), Clock(Timer.SILENCE, unit))[0].location
        assert [lost.unit(unit).contact for unit in (P, S)] == [PeerContact.LOST] * 2
        assert roles(lost) == (Role.ACTIVE, Role.ACTIVE)
        polled = fire(timed, lost, Timer.POLL, P) if not lasting else lost
        assert polled.unit(S).contact is PeerContact.LOST
        assert (Clock(Timer.POLL, P) in timed.due(lost)) is not lasting
        heard = timed.happen(lost, e.InterfacePathRestored(interface="inside"))
        assert Clock(Timer.POLL, P) in timed.due(heard) and Clock(Timer.POLL, S) in timed.due(heard)
        (outcome,) = timed.fire(heard.with_probes(S, 1), Clock(Timer.POLL, P))
        assert outcome.location.unit(S).contact is PeerContact.DATA and outcome.location.probes == (1, 0)
        assert outcome.location.unit(P).contact is PeerContact.LOST
        assert outcome.restarted == (Clock(Timer.POLL, P), Clock(Timer.WATCH, S, 1), Clock(Timer.SILENCE, S))


def test_a_link_that_works_one_way_carries_hellos_one_way() -> None:
    for deaf in (P, S):
        timed = timed_pair(lasting=True)
        location = after(timed, e.FailoverLinkOneWay(unit=deaf))
        hellos = {unit: timed.fire(location, Clock(Timer.HELLO, unit))[0].restarted for unit in (P, S)}
        assert hellos[deaf] == (Clock(Timer.SILENCE, deaf.peer), Clock(Timer.HELLO, deaf))
        assert hellos[deaf.peer] == (Clock(Timer.HELLO, deaf.peer),)
        assert Clock(Timer.HELLO, deaf) in timed.due(location) and Clock(Timer.HELLO, deaf.peer) not in timed.due(
            location
        )


def test_an_answer_that_nothing_carries_is_a_probe_more() -> None:
    alone = timed_pair(Settings())
    cut = after(alone, e.FailoverLinkFailed())
    assert alone.fire(cut, Clock(Timer.SILENCE, S)) == (TimerOutcome(cut.with_probes(S, 1)),)
    timed = timed_pair()
    last = after(timed).with_lost(P, 1)
    assert timed.fire(last, Clock(Timer.SILENCE, S)) == (TimerOutcome(last.with_probes(S, 1)),)


def test_a_step_that_is_impossible_changes_nothing() -> None:
    timed = timed_pair()
    assert not timed._changes(after(timed), e.HoldTimeExpired(unit=S))
