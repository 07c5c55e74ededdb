"""Which clocks of a pair run, when each is due, and what comes of it: docs/explanation/timing.md, row by row.

Times here: unit poll 1 s, hold 3 s; interface poll 2 s, hold 16 s. A clock is written `P.watch1=8000`: of the primary,
of the second block of interfaces, due after 8 s; a clock that stands still is never due.
"""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import PeerContact, Phase, PortState, Role, State
from failover_fsm.timing.conditions import CONDITIONS, settled
from failover_fsm.timing.location import OVER, Clock, InterfaceBlock, InterfaceWatch, Location, Timer
from failover_fsm.timing.pauses import NEVER
from failover_fsm.timing.timed import TimedPair, TimerOutcome, every_port
from failover_fsm.timing.times import InterfaceTimes, Times

P, S = Unit.PRIMARY, Unit.SECONDARY
TIMES = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=2000, hold=16_000),))
PAIR = Settings(ports=(Port(name="outside"), Port(name="inside")))
GROUPS = Settings(
    ports=(Port(name="a", group=0), Port(name="b", group=1)),
    groups=(GroupSettings(preferred=P, preempt=True, preempt_delay=60), GroupSettings(preferred=S, preempt=True)),
)
OF_GROUPS = attrs.evolve(
    TIMES, interfaces=(*TIMES.interfaces, InterfaceTimes(poll=500, hold=5000)), preempt=(60_000, 0), link_delay=7
)
DIES, DOWN = e.UnitFailed(unit=P), e.InterfaceLinkFailed(unit=P, interface="outside")
DEAF = e.InterfaceTrafficFailed(unit=P, interface="outside")
CUT = e.FailoverLinkFailed()

at_rest = cache(settled)


def told(clock: Clock) -> str:
    return f"{clock.unit.value[0].upper()}.{clock.timer.name.lower()}{clock.number or ''}"


def due(timed: TimedPair, location: Location, *without: Timer) -> str:
    found = timed.due(location)
    assert [*found] == sorted(found, key=lambda clock: clock.order)
    values = {clock: "never" if value == NEVER else value for clock, value in found.items()}
    return " ".join(f"{told(clock)}={value}" for clock, value in values.items() if clock.timer not in without)


def after(timed: TimedPair, pair: State, *events: e.Event) -> Location:
    location = timed.at(pair)
    for event in events:
        location = timed.happen(location, event)
    return location


def timed_pair(settings: Settings = PAIR, times: Times = TIMES, *, lasting: bool = False) -> TimedPair:
    return TimedPair(settings=settings, times=times, blocks=every_port(settings), lasting=lasting)


LINK = "P.hello=1000 S.hello=1000 P.silence=2000 S.silence=2000"
EVERY = (
    "P.hello=1000 S.hello=1000 P.poll=2000 S.poll=2000 P.watch=8000 P.watch1=8000 S.watch=8000 S.watch1=8000 "
    "P.silence=2000 S.silence=2000"
)
HANGS = (
    "P.hello=never S.hello=1000 P.poll=never S.poll=2000 P.watch=never P.watch1=never S.watch=8000 S.watch1=8000 "
    "P.silence=never S.silence=2000"
)


@pytest.mark.parametrize(
    ("events", "every", "lasting"),
    [
        ([], EVERY, LINK),
        # a unit without power has no clocks; nobody hears the other's hellos, and no interface is watched
        ([DIES], "S.hello=1000 S.poll=2000 S.silence=2000", "S.silence=2000"),
        # the unit will find out at its poll, or after half of the hold time (IFM-3, IFM-25)
        ([DOWN], EVERY, "P.hello=1000 S.hello=1000 P.poll=2000 P.watch=8000 P.silence=2000 S.silence=2000"),
        ([DEAF], EVERY, "P.hello=1000 S.hello=1000 P.watch=8000 P.silence=2000 S.silence=2000"),
        # both go on receiving what others send, so no test fails
        ([e.InterfacePathFailed(interface="outside")], EVERY, LINK),
        ([CUT], EVERY, "P.silence=2000 S.silence=2000"),
        ([e.UnitPaused(unit=P)], HANGS, "P.hello=never P.silence=never S.silence=2000"),
        ([e.FailoverActive(unit=S)], EVERY.replace("P.hello", "P.message=0 P.hello", 1), f"P.message=0 {LINK}"),
        ([e.FailoverDisabled(unit=S)], "P.hello=1000 P.poll=2000 P.silence=2000", "P.silence=2000"),
    ],
)  # fmt: skip
def test_these_clocks_run_and_of_them_those_that_still_matter(events: list[e.Event], every: str, lasting: str) -> None:
    """Where nothing else will happen, hellos that nobody hears do not matter, nor ports that are as they are known."""
    whole, slim = timed_pair(), timed_pair(lasting=True)
    assert due(whole, after(whole, at_rest(PAIR, P), *events)) == every
    assert due(slim, after(slim, at_rest(PAIR, P), *events)) == lasting


def test_the_end_of_a_pause_is_due_and_takes_back_what_the_others_have_counted() -> None:
    timed = timed_pair()
    hung = attrs.evolve(after(timed, at_rest(PAIR, P), e.UnitPaused(unit=P)), pause=700)
    assert due(timed, hung) == f"{HANGS} P.resume=700"
    (outcome,) = timed.fire(hung, Clock(Timer.RESUME, P))
    assert outcome.location == timed.at(at_rest(PAIR, P)) and outcome.location.pause == 0 and not outcome.restarted
    assert {told(clock): by for clock, by in outcome.set_back} == dict.fromkeys(
        ["P.hello", "P.poll", "P.watch", "P.watch1", "P.silence"], 700
    )


def test_a_pair_boots_by_these_clocks() -> None:
    """A unit alone negotiates for a hold time; one that hears an active peer is synchronised in four states."""
    stateful = attrs.evolve(PAIR, stateful=StatefulLink.DEDICATED)
    timed = timed_pair(stateful, TIMES.with_durations(synchronization=1003))
    start = timed.at(cold(stateful))
    assert due(timed, start) == ""
    alone = timed.happen(start, e.UnitRestored(unit=P))
    assert due(timed, alone) == "P.hello=1000 P.poll=2000 P.negotiation=3000"
    (up,) = timed.fire(alone, Clock(Timer.NEGOTIATION, P))
    assert up.restarted == (Clock(Timer.NEGOTIATION, P),)
    assert due(timed, up.location) == "P.hello=1000 P.poll=2000"
    both = timed.happen(up.location, e.UnitRestored(unit=S))
    assert due(timed, both, Timer.WATCH) == "P.hello=1000 S.hello=1000 P.poll=2000 S.poll=2000"
    (heard,) = timed.fire(both, Clock(Timer.HELLO, P))
    assert set(heard.restarted) == {Clock(Timer.SILENCE, S), Clock(Timer.HELLO, P)}
    found: list[int] = []
    location = heard.location
    while (clock := Clock(Timer.SYNCHRONIZATION, S)) in timed.due(location):
        found.append(timed.due(location)[clock])
        (outcome,) = timed.fire(location, clock)
        assert outcome.restarted == (clock,)
        location = outcome.location
    assert found == [250, 250, 250, 253] and location.unit(S).phase is Phase.UP


def test_each_group_has_clocks_of_its_own() -> None:
    """Messages take the delay of the link (LNK-19), a preempt its own (PRE-5), interfaces the times of their group."""
    timed = timed_pair(GROUPS, OF_GROUPS)
    rest = timed.at(at_rest(GROUPS, P))
    polls = "P.poll=2000 P.poll1=500 S.poll=2000 S.poll1=500"
    watches = "P.watch=8000 P.watch1=2500 S.watch=8000 S.watch1=2500"
    silences = "P.silence=2000 S.silence=2000"
    assert due(timed, rest) == f"P.hello=1000 S.hello=1000 {polls} {watches} {silences}"
    forced = timed.happen(rest, e.FailoverActive(unit=S, group=1))
    assert due(timed, forced, Timer.HELLO, Timer.POLL, Timer.WATCH) == f"P.message=7 {silences}"
    returns = next(each for each in CONDITIONS if each.id == "preempted-return").cases(GROUPS)
    assert [due(timed, timed.at(each.pair), Timer.HELLO, Timer.POLL, Timer.WATCH) for each in returns] == [
        f"P.preempt=60000 {silences}", f"S.preempt1=0 {silences}",
    ]  # fmt: skip


def test_of_two_groups_only_that_in_which_something_is_wrong_is_polled() -> None:
    timed = timed_pair(GROUPS, OF_GROUPS, lasting=True)
    pair = at_rest(GROUPS, P)
    deaf = after(timed, pair, e.InterfaceTrafficFailed(unit=S, interface="b"))
    assert due(timed, deaf) == "P.hello=1000 S.hello=1000 S.watch1=2500 P.silence=2000 S.silence=2000"
    down = after(timed, pair, e.InterfaceLinkFailed(unit=S, interface="b"))
    assert due(timed, down) == "P.hello=1000 S.hello=1000 S.poll1=500 S.watch1=2500 P.silence=2000 S.silence=2000"


def test_ports_of_a_card_are_looked_at_by_a_clock_of_their_own() -> None:
    """T7-3; hellos go out with the poll all the same."""
    card = (InterfaceBlock(group=0, ports=(0,), card=True), InterfaceBlock(group=0, ports=(1,)))
    slim = TimedPair(settings=PAIR, times=attrs.evolve(TIMES), blocks=card, lasting=True)
    down = after(slim, at_rest(PAIR, P), DOWN)
    assert due(slim, down, Timer.HELLO, Timer.SILENCE) == "P.card=2000 P.watch=8000"
    (looked,) = slim.fire(down, Clock(Timer.CARD, P))
    assert looked.location.watch(P, 0) == InterfaceWatch(status=Status.NO_LINK)
    assert looked.restarted == (Clock(Timer.CARD, P), Clock(Timer.WATCH, P))
    whole = attrs.evolve(slim, lasting=False)
    rest = whole.at(at_rest(PAIR, P))
    assert (
        due(whole, rest, Timer.WATCH, Timer.HELLO, Timer.SILENCE) == "P.poll=2000 S.poll=2000 P.card=2000 S.card=2000"
    )
    (polled,) = whole.fire(rest, Clock(Timer.POLL, P))
    assert polled == TimerOutcome(rest, (Clock(Timer.POLL, P), Clock(Timer.WATCH, S), Clock(Timer.WATCH, S, 1)))
    (seen,) = whole.fire(after(whole, at_rest(PAIR, P), DOWN), Clock(Timer.POLL, P))
    assert seen.location.watch(P, 0).status is Status.NORMAL, "a poll does not look at the ports of a card"
    assert seen.restarted == (Clock(Timer.POLL, P), Clock(Timer.WATCH, S, 1)), "and sends no hello on a dead port"


def test_ports_that_come_up_with_a_unit_forward_later() -> None:
    """LNK-13: the failover link, and each port, once where several interfaces share it."""
    slow = attrs.evolve(PAIR, options=Options(forward_delay=30))
    shared = attrs.evolve(slow, carriers=(Carrier(name="GigabitEthernet0/0", interfaces=(0, 1)),))
    clocks = {"alone": [-1, 0, 1], "shared": [-1, 0]}
    events = {
        "alone": [e.FailoverLinkForwards(unit=S), e.InterfaceForwards(unit=S, interface="outside"),
                  e.InterfaceForwards(unit=S, interface="inside")],
        "shared": [e.FailoverLinkForwards(unit=S), e.PortForwards(unit=S, port="GigabitEthernet0/0")],
    }  # fmt: skip
    for name, settings in (("alone", slow), ("shared", shared)):
        timed = timed_pair(settings)
        rest = timed.at(at_rest(settings, P))
        assert all(clock.timer is not Timer.FORWARD for clock in timed.due(rest))
        booted = timed.happen(timed.happen(rest, e.UnitFailed(unit=S)), e.UnitRestored(unit=S))
        assert {each.secondary for each in booted.pair.interfaces} == {PortState.BLOCKED}
        blocked = {clock: at for clock, at in timed.due(booted).items() if clock.timer is Timer.FORWARD}
        assert blocked == {Clock(Timer.FORWARD, S, number): 30_000 for number in clocks[name]}
        for clock, event in zip(blocked, events[name], strict=True):
            (outcome,) = timed.fire(booted, clock)
            assert outcome == TimerOutcome(timed.happen(booted, event)), event
    timed = timed_pair()
    booted = timed.happen(after(timed, at_rest(PAIR, P), e.UnitFailed(unit=S)), e.UnitRestored(unit=S))
    assert all(clock.timer is not Timer.FORWARD for clock in timed.due(booted)), "PortFast"


# -- silence on the failover link ------------------------------------------------------------------------


def silences(timed: TimedPair, location: Location, unit: Unit, most: int = 9) -> list[tuple[int, int]]:
    """When the unit asks, and with how many probes before, until it hears something or its hold time ends."""
    found: list[tuple[int, int]] = []
    while (at := timed.due(location).get(Clock(Timer.SILENCE, unit))) is not None and len(found) < most:
        found.append((at, location.probes_sent(unit)))
        outcomes = timed.fire(location, Clock(Timer.SILENCE, unit))
        if not outcomes or outcomes[0].restarted:
            break
        location = outcomes[0].location
    return found


@pytest.mark.parametrize(
    ("times", "asks"),
    [
        (TIMES, [(2000, 0), (3000, 1)]),
        (attrs.evolve(TIMES, probe_after=3), [(3000, 0)]),
        (attrs.evolve(TIMES, hold=4500), [(2000, 0), (3000, 1), (4000, 2), (4500, 3)]),
        (attrs.evolve(TIMES, from_first_missed=True), [(2000, 0), (3000, 1), (4000, 2)]),
    ],
)
def test_a_unit_asks_each_poll_until_its_hold_time_ends(times: Times, asks: list[tuple[int, int]]) -> None:
    """UHM-2, UHM-5, UHM-7, UHM-8: of a peer that is dead."""
    timed = timed_pair(times=times)
    location = after(timed, at_rest(PAIR, P), DIES)
    assert silences(timed, location, S) == asks
    for at, sent in asks:
        location = location.with_probes(S, sent)
        assert timed.probes_next(location, S) is (at != times.silence)
    (over,) = timed.fire(location, Clock(Timer.SILENCE, S))
    assert over.location.unit(S).groups[0].role is Role.ACTIVE and over.restarted == (Clock(Timer.SILENCE, S),)


def test_an_answer_on_a_data_interface_marks_the_link_failed_and_is_asked_for_each_poll() -> None:
    """UHM-4: the peer is alive, and nobody takes over; once it is dead too, the hold time ends."""
    timed = timed_pair()
    (answered,) = timed.fire(after(timed, at_rest(PAIR, P), CUT), Clock(Timer.SILENCE, S))
    assert answered.location.unit(S).contact is PeerContact.DATA
    assert answered.restarted == (Clock(Timer.SILENCE, S),) and answered.location.probes_sent(S) == 0
    assert timed.due(answered.location)[Clock(Timer.SILENCE, S)] == 1000
    (again,) = timed.fire(answered.location, Clock(Timer.SILENCE, S))
    assert again == TimerOutcome(answered.location, (Clock(Timer.SILENCE, S),))
    assert silences(timed, timed.happen(answered.location, DIES), S) == [(1000, 0), (2000, 1), (3000, 2)]


def test_a_probe_is_answered_on_the_link_and_ends_the_silence() -> None:
    timed = timed_pair(times=attrs.evolve(TIMES, hold=4500))
    location = timed.at(at_rest(PAIR, P)).with_probes(S, 1)
    (outcome,) = timed.fire(location, Clock(Timer.SILENCE, S))
    assert outcome == TimerOutcome(location.with_probes(S, 0), (Clock(Timer.SILENCE, S),))


def test_in_congestion_hellos_and_answers_are_lost_one_by_one() -> None:
    timed = timed_pair()
    location = timed.at(at_rest(PAIR, P)).with_lost(P, 2)
    sent = (Clock(Timer.HELLO, P),)
    (outcome,) = timed.fire(location, Clock(Timer.HELLO, P))
    assert outcome == TimerOutcome(location.with_lost(P, 1), sent) and outcome.location.lost == (1, 0)
    (unanswered,) = timed.fire(location, Clock(Timer.SILENCE, S))
    assert unanswered == TimerOutcome(location.with_probes(S, 1))
    (other,) = timed.fire(location, Clock(Timer.SILENCE, P))
    assert other == TimerOutcome(location, (Clock(Timer.SILENCE, P),)), "the other way nothing is lost"
    assert not timed.is_routine(location, P) and timed.is_routine(location, S)
    (ended,) = timed.fire(location.with_probes(S, 1), Clock(Timer.SILENCE, S))
    assert ended.location.unit(S).groups[0].role is Role.ACTIVE, "to the unit every channel is cut"
    assert (
        ended.location.pair.links == location.pair.links and ended.location.pair.interfaces == location.pair.interfaces
    )


@pytest.mark.parametrize(
    ("events", "routine"),
    [
        ([], (True, True)),
        ([CUT], (False, False)),
        ([DIES], (False, False)),
        ([e.FailoverActive(unit=S)], (True, True)),
        ([e.UnitFailed(unit=S)], (False, False)),
        ([DOWN], (True, True)),
    ],
)
def test_hellos_are_routine_while_they_arrive_and_bring_no_news(
    events: list[e.Event], routine: tuple[bool, bool]
) -> None:
    timed = timed_pair()
    location = after(timed, at_rest(PAIR, P), *events)
    assert (timed.is_routine(location, P), timed.is_routine(location, S)) == routine
    assert not timed.is_routine(location.with_probes(S, 1), P), "an answer to a probe is no routine"


# -- silence on an interface -----------------------------------------------------------------------------


def watched(
    timed: TimedPair, location: Location, *turns: int
) -> tuple[list[int], list[list[tuple[Status, int, Status | None, bool]]]]:
    """When the primary's watch of the first block is due, and all that may come of it; each turn chooses one."""
    clock = Clock(Timer.WATCH, P)
    times: list[int] = []
    found: list[list[tuple[Status, int, Status | None, bool]]] = []
    for turn in turns:
        times.append(timed.due(location)[clock])
        outcomes = timed.fire(location, clock)
        found.append([])
        for each in outcomes:
            watch = each.location.watch(P, 0)
            assert each.restarted in ((), (clock,)) and each.location == location.with_watch(P, 0, watch)
            found[-1].append((watch.status, watch.stage, watch.verdict, bool(each.restarted)))
        location = outcomes[turn].location
    return times, found


TESTING = Status.TESTING


def test_tests_begin_after_half_of_the_hold_time_and_count_at_its_end() -> None:
    """IFM-3, IFM-8, IFM-23: the peer hears traffic and this unit does not, in whichever test there is some."""
    timed = timed_pair()
    location = after(timed, at_rest(PAIR, P), DEAF)
    times, found = watched(timed, location, 0, 1, 1, 1, 0, 0)
    assert times == [8000, 10_000, 12_000, 14_000, 16_000, 16_000]
    over = (TESTING, OVER, Status.FAILED, False)
    assert found == [
        [(TESTING, 1, None, False)],
        [over, (TESTING, 2, None, False)],
        [over, (TESTING, 3, None, False)],
        [over, (TESTING, 4, None, False)],
        [over],
        [(Status.FAILED, 6, None, False)],
    ]
    assert watched(timed, location, 0, 0, 0)[0] == [8000, 10_000, 16_000], "a verdict found early waits for the end"
    first = timed_pair(times=attrs.evolve(TIMES, from_first_missed=True))
    assert watched(first, location, 0, 0, 0)[0] == [10_000, 12_000, 18_000], "a poll later (CFG-32)"


def test_traffic_ends_the_tests_well_at_once() -> None:
    """IFM-7: nobody hears the other, but both hear something else."""
    timed = timed_pair()
    times, found = watched(timed, after(timed, at_rest(PAIR, P), e.InterfacePathFailed(interface="outside")), 0, 0)
    assert times == [8000, 10_000]
    assert found[1] == [(Status.NORMAL, 0, None, True), (TESTING, 2, None, False)]


def test_where_neither_unit_hears_anything_the_tests_say_nothing() -> None:
    """IFM-9: the status is unknown, which does not count, and the silence goes on."""
    timed = timed_pair()
    deaf = after(timed, at_rest(PAIR, P), DEAF, e.InterfaceTrafficFailed(unit=S, interface="outside"))
    times, found = watched(timed, deaf, 0, 0, 0, 0, 0, 0)
    assert times == [8000, 10_000, 12_000, 14_000, 16_000, 16_000]
    assert found[1:4] == [[(TESTING, stage, None, False)] for stage in (2, 3, 4)]
    assert found[4:] == [[(TESTING, OVER, Status.UNKNOWN, False)], [(Status.UNKNOWN, 0, None, True)]]


def test_a_port_that_is_down_needs_no_test() -> None:
    timed = timed_pair()
    down = after(timed, at_rest(PAIR, P), DOWN)
    assert watched(timed, down, 0)[1] == [[(Status.NO_LINK, 0, None, False)]]
    (polled,) = timed.fire(down, Clock(Timer.POLL, P))
    known = polled.location
    assert known.watch(P, 0) == InterfaceWatch(status=Status.NO_LINK)
    assert polled.restarted == (Clock(Timer.POLL, P), Clock(Timer.WATCH, P), Clock(Timer.WATCH, S, 1))
    assert Clock(Timer.WATCH, P) not in timed.due(known) and Clock(Timer.CHECK, P) in timed.due(known)
    assert timed.at(down.pair).watch(P, 0).status is Status.NORMAL, "the unit has not looked yet"
    (checked,) = timed.fire(known, Clock(Timer.CHECK, P))
    assert timed.at(checked.location.pair).watch(P, 0) == known.watch(P, 0), "a pair at rest knows it"
    (unheard,) = timed.fire(known, Clock(Timer.POLL, S))
    assert unheard.location.watch(P, 0) == known.watch(P, 0)
