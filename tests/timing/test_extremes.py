"""The ends of a range, the runs that attain them, and what is survived, on pairs so small that hands can check them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.timing import bounds as bounding
from failover_fsm.timing.bounds import (
    Bounds,
    Extreme,
    Known,
    Measured,
    TimeStop,
    measure,
    measure_all,
    measure_groups,
    until,
)
from failover_fsm.timing.conditions import CONDITIONS, TWO_FAULTS, settled_cases
from failover_fsm.timing.location import Clock, Timer
from failover_fsm.timing.survived import longest_pause, survived, survived_or_stop, survives_pause
from failover_fsm.timing.symbolic import Fired
from failover_fsm.timing.times import InterfaceTimes, Times

P, S = Unit.PRIMARY, Unit.SECONDARY
BY_ID = {each.id: each for each in (*CONDITIONS, *TWO_FAULTS)}
BARE = Settings()
TIMES = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=2000, hold=16_000),))
HELLO = {unit: Clock(Timer.HELLO, unit) for unit in (P, S)}


# -- one condition ---------------------------------------------------------------------------------------


def told(bounds: Bounds | None) -> tuple[int, int | None] | None:
    return None if bounds is None else bounds.pair


def test_the_extremes_of_a_death_come_right_after_a_hello_and_right_before_one() -> None:
    """T7-1: the hold time runs from the last hello of the unit that dies."""
    found = measure(BY_ID["active-unit-dies"], BARE, TIMES)
    assert [told(each) for each in (found.detection, found.takeover, found.no_active, found.service)] == [
        (2000, 3000)
    ] * 4
    for bounds in (found.detection, found.takeover, found.no_active, found.service):
        assert bounds is not None and bounds.certain
        for extreme, age in ((bounds.best, 1000), (bounds.worst, 0)):
            assert extreme.elapsed == extreme.value == 3000 - age
            assert extreme.ages[HELLO[extreme.case.active]] == age
            assert all(0 <= each <= 1000 for each in extreme.ages.values())
    assert found.stop is None and found.group is None and found.limit is None and found.unknown == ""
    assert found.id == "active-unit-dies" and found.states > 0


def test_the_loss_of_the_only_channel_is_found_by_both_and_ends_in_two_active_units() -> None:
    """Nobody is without an active unit meanwhile: the outage is none, and no run is needed for that."""
    found = measure(BY_ID["failover-link-lost"], BARE, TIMES)
    assert told(found.takeover) == (2000, 3000) and told(found.detection) == (2000, 3000)
    for none in (found.no_active, found.service):
        assert none is not None and none.pair == (0, 0) and none.certain


def test_with_a_data_interface_nobody_takes_over_and_nothing_is_out() -> None:
    """UHM-4: units that answer each other on data interfaces keep their roles; that is detected after two polls."""
    found = measure(BY_ID["failover-link-lost"], attrs.evolve(BARE, ports=(Port(name="outside"),)), TIMES)
    assert told(found.detection) == (1000, 2000) and found.takeover is None
    assert found.no_active == found.service
    assert found.no_active is not None and found.no_active.pair == (0, 0)
    assert found.no_active.best == found.no_active.worst
    assert (found.no_active.best.ages, found.no_active.best.elapsed) == ({}, 0)


def test_what_is_announced_needs_no_detection() -> None:
    """TRG-4, LNK-19: one message, or two where the standby has to ask for the role first."""
    found = measure(BY_ID["forced"], BARE, attrs.evolve(TIMES, link_delay=70))
    assert found.detection is None and told(found.takeover) == (70, 140)
    assert told(found.no_active) == (70, 70)


GROUPS = Settings(groups=(GroupSettings(preferred=P), GroupSettings(preferred=S, preempt=True)))
OF_GROUPS = attrs.evolve(TIMES, interfaces=TIMES.interfaces * 2, preempt=(0, 5000))


def test_each_group_is_measured_where_it_belongs() -> None:
    known = Known(GROUPS, OF_GROUPS)
    one, two = measure_groups(BY_ID["preempted-return"], GROUPS, OF_GROUPS, known=known)
    assert [each.id for each in (one, two)] == ["preempted-return group 1", "preempted-return group 2"]
    assert one.takeover is None and told(two.takeover) == (5000, 5000)
    whole = measure(BY_ID["preempted-return"], GROUPS, OF_GROUPS)
    assert whole.takeover == two.takeover and whole.id == "preempted-return"
    (alone,) = measure_groups(BY_ID["forced"], BARE, TIMES)
    assert alone == measure(BY_ID["forced"], BARE, TIMES)


def test_all_conditions_are_measured_in_their_order_with_what_is_known_of_the_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def measured(condition: Any, settings: Any, times: Any, group: Any, *, most: Any, known: Any) -> Any:
        asked.append((condition.id, group, most, known))
        return len(asked)

    monkeypatch.setattr(bounding, "measure", measured)
    assert [*measure_all(GROUPS, OF_GROUPS)] == [*range(1, 2 * len(CONDITIONS) + 1)]
    assert [each[:3] for each in asked] == [(each.id, group, 40_000) for each in CONDITIONS for group in (1, 2)]
    assert len({id(known) for *_, known in asked}) == 1
    asked.clear()
    assert [*measure_all(BARE, TIMES)] and {group for _, group, *_ in asked} == {None}


def test_too_many_states_leave_every_bound_unknown() -> None:
    found = measure(BY_ID["active-unit-dies"], GROUPS, OF_GROUPS, 2, most=1)
    assert found == Measured(
        condition=BY_ID["active-unit-dies"], detection=None, takeover=None, no_active=None, service=None, states=0,
        group=2, limit=1,
    )  # fmt: skip
    assert found.unknown == "more than 1 symbolic states" and found.id == "active-unit-dies group 2"
    (case, _) = BY_ID["active-unit-dies"].cases(BARE)
    timed = Known(BARE, TIMES).timed(case.blocks)
    assert until(timed, case, case.taken_over, 1) is None
    assert told(until(timed, case, case.taken_over, 1000)) == (2000, 3000)
    assert until(timed, case, lambda _: False, 1000) is None


def test_what_a_pair_knows_is_computed_once() -> None:
    known = Known(BARE, TIMES)
    condition = BY_ID["forced"]
    (case, *_) = cases = known.cases(condition)
    assert known.cases(condition) is cases and known.timed(case.blocks) is known.timed(case.blocks)
    assert known.timed(case.blocks).lasting
    effects: Any = {}
    Known(BARE, TIMES, effects).timed(case.blocks).due(known.timed(case.blocks).at(case.pair))
    other = Known(BARE, attrs.evolve(TIMES, hold=9000), effects).timed(case.blocks)
    assert other.effects is effects[case.blocks] and other.effects, "steps are the same whatever the times"


# -- several cases together ------------------------------------------------------------------------------


def extreme(value: int) -> Extreme:
    case: Any = SimpleNamespace(faults=(e.FailoverLinkFailed(),))
    return Extreme(value=value, case=case, ages={}, elapsed=value)


def between(low: int, high: int, *, certain: bool = True) -> Bounds:
    return Bounds(best=extreme(low), worst=extreme(high), certain=certain)


@pytest.mark.parametrize(
    ("cases", "pair"),
    [
        ([(3, 5), (1, 4)], (1, 5)),
        ([(1, 9), (3, 5)], (1, 9)),
        ([(3, 5), None], (3, None)),
        ([(3, 5), (1, None)], (1, None)),
        ([None, None], None),
        ([], None),
    ],
)
def test_a_condition_has_the_extremes_of_its_cases_and_is_certain_if_all_are(
    cases: list[tuple[int, int | None] | None], pair: tuple[int, int | None] | None
) -> None:
    found = [None if each is None else between(each[0], each[1] or 7, certain=each[1] is not None) for each in cases]
    assert told(bounding._together(found)) == pair


def test_a_run_after_which_time_cannot_pass_is_told_step_by_step() -> None:
    stop = TimeStop(case=extreme(0).case, fired=(Fired(HELLO[P]), Fired(Clock(Timer.SILENCE, S))))
    assert stop.steps == ("failover_link_failed", "primary hello 0", "secondary silence 0")


@pytest.mark.usefixtures("stuck")
def test_where_time_stops_bounds_are_of_the_other_runs_and_the_first_such_run_is_told() -> None:
    found = measure(BY_ID["active-unit-dies"], BARE, TIMES)
    assert found.stop is not None and found.stop.case.active is P and found.stop.steps == ("unit_failed unit=primary",)
    _, stop = survived_or_stop(BARE, TIMES)
    assert stop is not None and stop.case.active is P and stop.steps == ("primary hello 0",)


# -- what is survived ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hold", "first_missed", "lost"),
    [(3000, False, 1), (3500, False, 2), (4000, False, 2), (5000, False, 3), (3000, True, 2)],
)
def test_as_many_hellos_may_get_lost_as_leave_time_for_one_more(hold: int, first_missed: bool, lost: int) -> None:
    """UHM-6: with n lost ones the next comes n + 1 polls after the last; a tie with the hold time is a race."""
    times = attrs.evolve(TIMES, hold=hold, from_first_missed=first_missed)
    assert survived_or_stop(BARE, times) == (lost, None)
    assert survived(BARE, times, Known(BARE, times)) == lost


def test_a_pause_is_survived_if_a_hello_comes_in_time_after_it() -> None:
    """The last hello before the pause and the first after it are a poll and the pause apart."""
    assert [survives_pause(BARE, TIMES, pause) for pause in (-5, 0, 1, 1999, 2000)] == [True] * 4 + [False]
    assert longest_pause(BARE, TIMES) == 1999
    assert [survives_pause(GROUPS, OF_GROUPS, pause) for pause in (1999, 2000)] == [True, False]


@pytest.mark.parametrize("limit", [0, 5, 1998, 2000, 3700])
def test_the_longest_pause_is_found_wherever_it_is(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By halving, where it is not a poll less than the hold time."""
    from failover_fsm.timing import survived as module

    asked: list[int] = []

    def survives(settings: Settings, times: Times, pause: int) -> bool:
        asked.append(pause)
        return pause <= limit

    monkeypatch.setattr(module, "survives_pause", survives)
    assert longest_pause(BARE, TIMES) == limit
    assert len(asked) < 20


def test_a_unit_that_hangs_is_followed_in_every_settled_pair() -> None:
    assert [(each.active, each.group, each.faults) for each in settled_cases(BARE)] == [(P, 0, ()), (S, 0, ())]
    assert [(each.active, each.group) for each in settled_cases(GROUPS)] == [(P, 0), (S, 1)]


# -- conditions ------------------------------------------------------------------------------------------


def test_a_second_fault_comes_while_the_first_is_tested() -> None:
    pair = attrs.evolve(BARE, ports=(Port(name="outside"), Port(name="inside")))
    for case in BY_ID["active-unit-dies-under-test"].cases(pair):
        assert case.later == e.UnitFailed(unit=case.active)
        assert case.faults == (e.InterfaceTrafficFailed(unit=case.active, interface="outside"),)
        assert [(block.group, block.ports) for block in case.blocks] == [(0, (0,)), (0, (1,))]


def test_the_clocks_of_a_settled_pair_have_ages_of_up_to_their_period() -> None:
    """A unit last heard what its peer last sent: on the failover link, and on each interface of a group."""
    pair = attrs.evolve(GROUPS, ports=(Port(name="a", group=0), Port(name="b", group=1)))
    (case, _) = settled_cases(pair)
    times = attrs.evolve(
        OF_GROUPS, interfaces=(InterfaceTimes(poll=2000, hold=16_000), InterfaceTimes(poll=500, hold=5000))
    )
    ages, tied = case.ages(times)
    assert ages == {
        Clock(timer, unit, number): age
        for unit in (P, S)
        for timer, number, age in (
            (Timer.HELLO, 0, 1000), (Timer.POLL, 0, 2000), (Timer.POLL, 1, 500), (Timer.CARD, 0, 2000),
            (Timer.CARD, 1, 2000),
        )
    }  # fmt: skip
    assert tied == {
        Clock(timer, unit, number): Clock(source, unit.peer, number)
        for unit in (P, S)
        for timer, source, number in (
            (Timer.SILENCE, Timer.HELLO, 0),
            (Timer.WATCH, Timer.POLL, 0),
            (Timer.WATCH, Timer.POLL, 1),
        )
    }


def test_options_are_those_of_the_pair() -> None:
    """UHM-2: with three polls before a probe a takeover at the least hold time comes all the same."""
    three = Options(probe_after=3)
    found = measure(BY_ID["active-unit-dies"], attrs.evolve(BARE, options=three), attrs.evolve(TIMES, probe_after=3))
    assert told(found.takeover) == (2000, 3000)
