"""Hellos and answers that are under way on the failover link (LNK-19): what goes out, what is heard, what is asked."""

from __future__ import annotations

from functools import cache

import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import LinkState, PeerContact, State
from failover_fsm.pair.step import UnitHandler, next_state
from failover_fsm.timing.conditions import settled
from failover_fsm.timing.late import ARRIVAL, UnderWay, asked, heard, sends
from failover_fsm.timing.location import Clock, Location, Timer
from failover_fsm.timing.timed import TimedPair, TimerOutcome, every_port
from failover_fsm.timing.times import InterfaceTimes, Times

P, S = Unit.PRIMARY, Unit.SECONDARY
PAIR = Settings(ports=(Port(name="outside"),))
TIMES = Times(poll=1000, hold=4500, interfaces=(InterfaceTimes(poll=2000, hold=16_000),), link_delay=300)
CUT = e.FailoverLinkFailed()
SILENCE = {unit: Clock(Timer.SILENCE, unit) for unit in (P, S)}

at_rest = cache(settled)


def timed_pair(settings: Settings = PAIR) -> TimedPair:
    return TimedPair(settings=settings, times=TIMES, blocks=every_port(settings))


def after(timed: TimedPair, *events: e.Event) -> Location:
    location = timed.at(at_rest(timed.settings, P))
    for event in events:
        location = timed.happen(location, event)
    return location


def mover(state: State, event: e.Event, handler: UnitHandler) -> State:
    return next_state(state, PAIR, event, handler).state


def test_a_hello_under_way_has_a_clock_of_its_own() -> None:
    assert UnderWay(S, 1300).clock == Clock(Timer.HELLO, S, ARRIVAL) != Clock(Timer.HELLO, S)


@pytest.mark.parametrize(
    ("events", "goes_out"),
    [
        ([], (True, True)),
        ([CUT], (False, False)),
        ([e.FailoverLinkOneWay(unit=P)], (True, False)),
        ([e.UnitFailed(unit=S)], (False, False)),
    ],
)
def test_a_hello_goes_out_on_a_link_that_carries_it(events: list[e.Event], goes_out: tuple[bool, bool]) -> None:
    """What arrives does not go out again, and neither does a hello that is lost in congestion."""
    timed = timed_pair()
    location = after(timed, *events)
    for unit, expected in zip((P, S), goes_out, strict=True):
        assert sends(timed, location, Clock(Timer.HELLO, unit)) is expected
        assert not sends(timed, location, Clock(Timer.HELLO, unit, ARRIVAL))
        assert not sends(timed, location, SILENCE[unit])
        assert not sends(timed, location.with_lost(unit, 1), Clock(Timer.HELLO, unit))
        assert sends(timed, location.with_lost(unit.peer, 1), Clock(Timer.HELLO, unit)) is expected


@pytest.mark.parametrize(
    ("events", "is_heard"),
    [
        ([], True),
        ([e.UnitFailed(unit=P)], True),  # it was sent before
        ([CUT], False),
        ([e.UnitFailed(unit=P), CUT], False),
        ([e.UnitFailed(unit=S)], False),
        ([e.FailoverDisabled(unit=S)], False),
    ],
)
def test_a_hello_is_heard_although_its_sender_has_stopped(events: list[e.Event], is_heard: bool) -> None:
    """It ends the silence, and brings no news."""
    timed = timed_pair()
    location = after(timed, *events).with_probes(S, 1)
    expected = TimerOutcome(location.with_probes(S, 0), (SILENCE[S],)) if is_heard else TimerOutcome(location)
    assert heard(timed, location, P, mover) == expected


def test_a_hello_of_a_dead_unit_is_no_contact_where_there_was_none() -> None:
    timed = timed_pair()
    (answered,) = timed.fire(after(timed, CUT), SILENCE[S])
    assert answered.location.unit(S).contact is PeerContact.DATA
    gone = timed.happen(timed.happen(answered.location, e.FailoverLinkRestored()), e.UnitFailed(unit=P))
    assert heard(timed, gone, P, mover) == TimerOutcome(gone)
    back = timed.happen(answered.location, e.FailoverLinkRestored())
    assert heard(timed, back, P, mover).location.unit(S).contact is PeerContact.LINK


def test_an_answer_on_a_data_interface_is_there_before_that_on_the_link() -> None:
    """UHM-4: it marks the failover link failed, which works all the time."""
    timed = timed_pair()
    location = after(timed).with_probes(S, 1)
    outcome = asked(timed, location, SILENCE[S], mover)
    assert outcome is not None and outcome.restarted == (SILENCE[S],)
    found = outcome.location
    assert found.unit(S).contact is PeerContact.DATA and found.probes == (0, 0)
    assert found.pair.links == location.pair.links and found.pair.links.failover is LinkState.GOOD
    again = asked(timed, found, SILENCE[S], mover)
    assert again is not None and again.location.unit(S).contact is PeerContact.DATA and again.restarted == (SILENCE[S],)


def test_without_a_data_interface_the_unit_goes_on_asking() -> None:
    timed = timed_pair(Settings())
    location = after(timed).with_probes(S, 1)
    assert asked(timed, location, SILENCE[S], mover) == TimerOutcome(location.with_probes(S, 2))


def test_other_clocks_and_other_silences_are_as_they_are_without_a_delay() -> None:
    """The end of a hold time; a peer that cannot answer on the link; answers that are lost in congestion."""
    timed = timed_pair()
    location = after(timed)
    for clock in (Clock(Timer.HELLO, S), Clock(Timer.POLL, S), Clock(Timer.WATCH, S)):
        assert asked(timed, location, clock, mover) is None
    assert asked(timed, location.with_probes(S, 2), SILENCE[S], mover) is not None
    assert asked(timed, location.with_probes(S, 3), SILENCE[S], mover) is None
    assert asked(timed, location.with_lost(P, 1), SILENCE[S], mover) is None
    assert asked(timed, location.with_lost(S, 1), SILENCE[S], mover) is not None
    for fault in (CUT, e.UnitFailed(unit=P)):
        assert asked(timed, after(timed, fault), SILENCE[S], mover) is None
    one_way = after(timed, e.FailoverLinkOneWay(unit=P))
    found = {unit: asked(timed, one_way, SILENCE[unit], mover) is None for unit in (P, S)}
    assert found == {P: True, S: False}
