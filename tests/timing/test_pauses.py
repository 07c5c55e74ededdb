"""Units that hang, in time: what goes on where it was, which pauses are survived, and a second opinion tick by tick."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.assessment.outages import outages
from failover_fsm.assessment.pauses import Pauses
from failover_fsm.checker import Checker, Verdict, sometimes
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.timing.conditions import settled_cases
from failover_fsm.timing.location import Clock, Timer
from failover_fsm.timing.pauses import NEVER
from failover_fsm.timing.survived import longest_pause, survives_pause
from failover_fsm.timing.table import PAIR
from failover_fsm.timing.ticks import TickModel
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.times import InterfaceTimes, Times
from failover_fsm.timing.within import limit_of
from failover_fsm.timing.zones import Zone
from tests.pairs import active_active

SETTINGS = Settings(ports=PAIR)


@pytest.mark.parametrize(("poll", "hold"), [(1000, 15_000), (200, 800), (1000, 3000)])
def test_a_pause_is_survived_if_it_ends_a_poll_before_the_hold_time(poll: int, hold: int) -> None:
    """By hand: the last hello before the pause and the first one after it are a poll and the pause apart."""
    times = Times(poll=poll, hold=hold)
    assert longest_pause(SETTINGS, times) == hold - poll - 1
    assert Pauses.of(outages(SETTINGS, times)) == Pauses(hold - poll - 1), "what `check` says, from the death of a unit"


def test_hold_times_from_the_first_missed_hello_survive_a_pause_longer_by_a_poll() -> None:
    assert longest_pause(SETTINGS, Times(poll=1000, hold=3000, from_first_missed=True)) == 2999


def test_the_pause_is_found_by_halving_where_the_guess_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    times = Times(poll=200, hold=800)
    monkeypatch.setattr(Times, "silence", property(lambda self: self.hold + 100))
    assert survives_pause(SETTINGS, times, 699) and not survives_pause(SETTINGS, times, 700)
    assert longest_pause(SETTINGS, times) == 699


@pytest.mark.parametrize(("pause", "takes_over"), [(1000, False), (2000, True)])
def test_tick_by_tick_the_same_pauses_are_survived(pause: int, takes_over: bool) -> None:
    """Poll 1 s, hold 3 s: the counters of the unit that hangs are set back by the pause, its peer's are not."""
    times = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=5000, hold=40_000),))
    (case, _) = settled_cases(Settings())
    timed = TimedPair(settings=Settings(), times=times, blocks=(), lasting=True)
    ages, tied = case.ages(times)
    hung = timed.happen(timed.at(case.pair), e.UnitPaused(unit=case.active))
    start = attrs.evolve(hung, pause=pause)
    model = TickModel(timed=timed, start=start, ages=ages, tied=tied, goal=case.taken_over, horizon=8)
    found = Checker(model).verify(sometimes("taken over", lambda moment: case.taken_over(moment.location)))
    assert (found.finding("taken over").verdict is Verdict.HOLDS) is takes_over


def test_the_clocks_of_a_unit_that_hangs_stand_still_and_those_of_its_peer_run() -> None:
    (case, _) = settled_cases(SETTINGS)
    timed = TimedPair(settings=SETTINGS, times=Times(), blocks=case.blocks)
    unit = case.active
    start = timed.at(case.pair)
    hung = attrs.evolve(timed.happen(start, e.UnitPaused(unit=unit)), pause=700)
    due = timed.due(hung)
    assert {clock for clock, value in due.items() if value < NEVER and clock.unit is unit} == {
        Clock(Timer.RESUME, unit)
    }
    assert {clock for clock in due if clock.timer is not Timer.RESUME} == set(timed.due(start))
    (outcome,) = timed.fire(hung, Clock(Timer.RESUME, unit))
    assert outcome.location == start and {by for _, by in outcome.set_back} == {700}


def test_a_clock_is_set_back_with_what_is_known_of_its_difference_to_others() -> None:
    zone = Zone()
    zone.free("x", 5)
    zone.copy_of("y", "x")
    zone.pass_time()
    zone.limit("x", low=20, high=20)
    zone.set_back("x", 15)
    assert zone.range("x") == (5, 5) and zone.range("y") == (20, 20)
    with pytest.raises(ValueError, match="cannot be set back by 6"):
        zone.set_back("x", 6)


def test_in_a_pair_with_groups_each_group_counts() -> None:
    pair = active_active()
    times = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=5000, hold=25_000),) * 2, preempt=(0, 0))
    assert survives_pause(pair, times, 1999) and not survives_pause(pair, times, 2000)


def test_no_time_is_answered_where_the_times_of_a_dead_unit_are_not_known() -> None:
    assert Pauses.of(()) is None


@pytest.mark.parametrize("text", ["never", "13 hellos", "1.5 ms", 5])
def test_a_promise_about_a_pause_is_a_time(text: object) -> None:
    with pytest.raises(ValueError, match=r'^pause cannot be .*; allowed: "15 s", "800 ms"$'):
        limit_of("pause", text)
