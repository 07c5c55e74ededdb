"""The bounds of the timed pair, against an independent simulation of every phase, tick by tick, and Table 13-7."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict, always, sometimes
from failover_fsm.pair.events import PortFailed
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import GroupSettings, InterfacePolicy, Options, Port, Settings, Unit
from failover_fsm.timing.bounds import Bounds, Measured, measure
from failover_fsm.timing.conditions import CONDITIONS, TWO_FAULTS, Condition, FailureCase
from failover_fsm.timing.table import table_13_7
from failover_fsm.timing.ticks import TickModel
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.times import InterfaceTimes, Times
from tests.timing.brute import extremes

BY_ID = {condition.id: condition for condition in CONDITIONS}
SMALL = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=1000, hold=5000),))
PORTS = (Port(name="outside"), Port(name="inside"))
PAIR = Settings(ports=PORTS)


def seconds(bounds: Bounds | None) -> Any:
    return None if bounds is None else tuple(None if each is None else each / 1000 for each in bounds.pair)


def found(condition: str, settings: Settings = PAIR, times: Times = SMALL) -> dict[str, Any]:
    measured = measure(BY_ID[condition], settings, times)
    return {
        "detection": seconds(measured.detection),
        "takeover": seconds(measured.takeover),
        "no_active": seconds(measured.no_active),
        "service": seconds(measured.service),
    }


def test_a_single_failover_group_has_the_times_of_an_implied_one() -> None:
    one = attrs.evolve(PAIR, groups=(GroupSettings(preferred=Unit.PRIMARY),))
    for condition in ("forced", "interface-link-down"):
        assert found(condition, one) == found(condition), condition


# -- a second opinion ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition", ["active-unit-dies", "interface-link-down", "interface-silent", "failover-link-lost"]
)
def test_a_simulation_of_every_phase_written_apart_gives_the_same_extremes(condition: str) -> None:
    assert found(condition) == extremes(condition)


def test_without_a_data_interface_the_simulation_agrees_too() -> None:
    assert found("failover-link-lost", Settings()) == extremes("failover-link-lost, no data interface")


LINK_PORT = Carrier(name="GigabitEthernet0/0", interfaces=(0,), failover=True)
ON_LINK_PORT = Settings(ports=PORTS, carriers=(LINK_PORT, Carrier(name="GigabitEthernet0/1", interfaces=(1,))))


@pytest.mark.parametrize("poll", [1000, 3000])
def test_the_port_of_the_failover_link_goes_down(poll: int) -> None:
    """The unit learns of the lost link before or after it looks at its port; somebody takes over in any order."""
    condition = BY_ID["interface-link-down"]
    cases = [each for each in condition.cases(ON_LINK_PORT) if isinstance(each.faults[0], PortFailed)]
    times = attrs.evolve(SMALL, interfaces=(InterfaceTimes(poll=poll, hold=5 * poll),))
    measured = measure(attrs.evolve(condition, cases=lambda _: cases), ON_LINK_PORT, times)
    expected = extremes("interface-link-down, with the failover link", if_poll=poll * 8 // 1000)
    assert [
        seconds(each) for each in (measured.detection, measured.takeover, measured.no_active, measured.service)
    ] == [*expected.values()]


@pytest.mark.parametrize(("most", "known"), [(3, False), (30, False), (10_000, True)])
def test_a_search_with_too_many_states_leaves_every_bound_unknown(most: int, known: bool) -> None:
    """Both the graph and the tree of runs are limited; without reaching the limit nothing changes."""
    condition = BY_ID["interface-link-down"]
    measured = measure(condition, ON_LINK_PORT, SMALL, most=most)
    if known:
        assert measured == measure(condition, ON_LINK_PORT, SMALL) and not measured.unknown
    else:
        assert measured.takeover is measured.service is None
        assert measured.unknown == f"more than {most} symbolic states"


@pytest.mark.parametrize("place", [0, 1])
def test_each_kind_of_port_fails_wherever_it_stands(place: int) -> None:
    """The extremes are those over the port with the failover link, 1 to 3 s, and one without it, 0 to 5 s."""
    shared = attrs.evolve(LINK_PORT, interfaces=(place,))
    settings = Settings(ports=PORTS, carriers=(shared, Carrier(name="GigabitEthernet0/1", interfaces=(1 - place,))))
    times = attrs.evolve(SMALL, interfaces=(InterfaceTimes(poll=5000, hold=25_000),))
    assert found("interface-link-down", settings, times)["takeover"] == (0.0, 5.0)
    assert found("interface-link-down", settings)["no_active"] == (0.0, 3.0)


def test_a_pair_without_interfaces_is_without_service_while_no_unit_is_active() -> None:
    bounds = found("active-unit-dies", Settings())
    assert bounds["service"] == bounds["no_active"] == (2.0, 3.0)


def test_service_is_measured_for_the_group_that_fails() -> None:
    """Ports of group 2 go down on its unit; nothing is missing of group 1."""
    groups = (GroupSettings(preferred=Unit.PRIMARY), GroupSettings(preferred=Unit.SECONDARY))
    pair = Settings(ports=(Port(name="a", group=0), Port(name="b", group=1)), groups=groups)
    slow = InterfaceTimes(poll=4000, hold=20_000)
    times = attrs.evolve(SMALL, interfaces=(SMALL.interfaces[0], slow), preempt=(0, 0))
    by_group = [measure(BY_ID["interface-link-down"], pair, times, group) for group in (1, 2)]
    assert [seconds(each.service) for each in by_group] == [(0.0, 1.0), (0.0, 4.0)]


def test_probing_after_three_polls_agrees_with_the_simulation() -> None:
    times = attrs.evolve(SMALL, probe_after=3)
    assert found("failover-link-lost", times=times) == extremes("failover-link-lost", probe=24)


def test_hold_times_from_the_first_missed_hello_agree_with_the_simulation() -> None:
    times = attrs.evolve(SMALL, from_first_missed=True)
    assert found("active-unit-dies", times=times) == extremes("active-unit-dies", hold=32)


def test_a_wrong_hold_time_is_noticed_by_the_simulation() -> None:
    longer = attrs.evolve(SMALL, hold=4000)
    assert found("active-unit-dies", times=longer) != extremes("active-unit-dies")


# -- tick by tick ----------------------------------------------------------------------------------

WHOLE = Times(poll=1000, hold=3000, interfaces=(InterfaceTimes(poll=1000, hold=8000),))
"""Every time of it is a multiple of a second, the tick."""


def by_ticks(case: FailureCase, times: Times, goal: Any, bounds: Bounds | None) -> dict[str, Verdict]:
    """What the plain checker says, tick by tick, of bounds found with zones."""
    timed = TimedPair(settings=PAIR, times=times, blocks=case.blocks, lasting=True)
    start = timed.at(case.pair)
    for event in case.faults:
        start = timed.happen(start, event)
    ages, tied = case.ages(times)
    model = TickModel(timed=timed, start=start, ages=ages, tied=tied, goal=goal, horizon=40_000 // times.tick)
    if bounds is None:
        result = Checker(model).verify(always("never", lambda moment: not goal(moment.location)))
    else:
        low, high = bounds.best.value // times.tick, bounds.worst.value // times.tick
        result = Checker(model).verify(
            always("within", lambda moment: not goal(moment.location) or low <= moment.elapsed <= high),
            always("in time", lambda moment: goal(moment.location) or moment.elapsed <= high),
            sometimes("best", lambda moment: goal(moment.location) and moment.elapsed == low),
            sometimes("worst", lambda moment: goal(moment.location) and moment.elapsed == high),
        )
    return {finding.name: finding.verdict for finding in result.findings}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.id)
def test_the_checker_confirms_the_bounds_tick_by_tick(condition: Condition) -> None:
    assert WHOLE.tick == 1000
    for case in condition.cases(PAIR):
        only = attrs.evolve(condition, cases=lambda _, case=case: [case])
        measured = measure(only, PAIR, WHOLE)
        for goal, bounds in ((case.detected, measured.detection), (case.taken_over, measured.takeover)):
            if condition.announced and goal == case.detected:
                continue
            verdicts = by_ticks(case, WHOLE, goal, bounds)
            assert set(verdicts.values()) == {Verdict.HOLDS}, (verdicts, bounds)


def test_ticks_of_an_eighth_of_a_second_confirm_the_takeover_after_a_crash() -> None:
    case = BY_ID["active-unit-dies"].cases(PAIR)[0]
    bounds = measure(BY_ID["active-unit-dies"], PAIR, SMALL).takeover
    assert SMALL.tick == 125
    assert set(by_ticks(case, SMALL, case.taken_over, bounds).values()) == {Verdict.HOLDS}


def test_a_bound_that_is_too_tight_is_refuted_tick_by_tick() -> None:
    case = BY_ID["active-unit-dies"].cases(PAIR)[0]
    bounds = measure(BY_ID["active-unit-dies"], PAIR, WHOLE).takeover
    assert bounds is not None
    tighter = attrs.evolve(bounds, worst=attrs.evolve(bounds.worst, value=bounds.worst.value - 1000))
    verdicts = by_ticks(case, WHOLE, case.taken_over, tighter)
    assert verdicts["within"] is Verdict.VIOLATED


# -- what a configuration decides ------------------------------------------------------------------


def test_table_13_7_comes_out_as_worst_cases() -> None:
    """T7-1 to T7-4: all twelve cells."""
    cells = list(table_13_7())
    assert len(cells) == 12
    assert all(cell.is_worst_case for cell in cells)
    shown = {(cell.rule, cell.column): (cell.best, cell.worst) for cell in cells}
    assert shown["T7-1", "minimum"] == (600, 800) and shown["T7-1", "maximum"] == (30_000, 45_000)
    assert shown["T7-3", "minimum"] == (0, 2000) and shown["T7-4", "default"] == (20_000, 25_000)


def test_hold_times_from_the_first_missed_hello_break_the_table() -> None:
    """UHM-8 and CFG-32 read literally: the hold time rows are a poll longer, and UHM-9's second is not kept."""
    cells = list(table_13_7(Options(count_from="first-missed")))
    wrong = {(cell.rule, cell.column): cell.worst - cell.chapter for cell in cells if not cell.is_worst_case}
    polls = {"minimum": (200, 500), "default": (1000, 5000), "maximum": (15_000, 15_000)}
    assert wrong == {(rule, column): polls[column][rule == "T7-4"] for rule in ("T7-1", "T7-4") for column in polls}


def test_a_minute_of_detection_grows_with_poll_and_hold() -> None:
    """UHM-6, IFM-24: detection time is monotone in the settings."""
    holds = [found("active-unit-dies", times=attrs.evolve(SMALL, hold=hold))["takeover"] for hold in (3000, 5000, 9000)]
    assert holds == sorted(holds)
    polls = [
        found("interface-link-down", times=attrs.evolve(SMALL, interfaces=(InterfaceTimes(poll=poll, hold=75_000),)))
        for poll in (1000, 5000, 15_000)
    ]
    assert [each["detection"] for each in polls] == [(0.0, 1.0), (0.0, 5.0), (0.0, 15.0)]


def test_a_policy_of_two_takes_two_interfaces_and_no_more_time() -> None:
    policy = Settings(ports=PORTS, policy=InterfacePolicy(count=2))
    assert found("interface-silent", policy) == found("interface-silent")
    assert len(BY_ID["interface-silent"].cases(policy)[0].faults) == 2
    beyond = Settings(ports=PORTS, policy=InterfacePolicy(count=3))
    assert found("interface-silent", beyond) == dict.fromkeys(("detection", "takeover", "no_active", "service"))


def test_a_unit_that_dies_under_test_is_out_for_both_hold_times_at_worst() -> None:
    measured = measure(TWO_FAULTS[0], PAIR, SMALL)
    assert seconds(measured.takeover) == (2.0, 8.0)
    assert seconds(measured.no_active) == (0.0, 3.0)


def test_a_preempt_delay_is_kept_to_the_second() -> None:
    """PRE-5: the group moves exactly when the delay is over."""
    groups = tuple(GroupSettings(preferred=unit, preempt=True, preempt_delay=30) for unit in Unit)
    settings = Settings(groups=groups)
    times = Times(interfaces=(InterfaceTimes(poll=5000, hold=25_000),) * 2, preempt=(30_000, 30_000))
    measured = measure(BY_ID["preempted-return"], settings, times)
    assert seconds(measured.takeover) == (30.0, 30.0)
    assert measured.takeover is not None and measured.takeover.certain


def test_what_need_not_come_about_has_no_worst_case() -> None:
    """The second network test runs if the first one saw no traffic; with traffic the verdict is found at once."""

    @attrs.frozen(kw_only=True)
    class SecondTest(FailureCase):
        def taken_over(self, location: Any) -> bool:
            return bool(location.watch(self.active, 0).stage == 2)

    cases = [
        SecondTest(**{field.name: getattr(case, field.name) for field in attrs.fields(FailureCase)})
        for case in BY_ID["interface-silent"].cases(PAIR)
    ]
    found_ = measure(attrs.evolve(BY_ID["interface-silent"], cases=lambda _: cases), PAIR, SMALL).takeover
    assert found_ is not None and not found_.certain
    assert seconds(found_) == (2.125, None)


def test_an_interrupted_search_gives_no_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    verify = Checker.verify

    def interrupted(self: Any, *properties: Any) -> Any:
        return attrs.evolve(verify(self, *properties), interrupted=True)

    monkeypatch.setattr(Checker, "verify", interrupted)
    with pytest.raises(KeyboardInterrupt):
        measure(BY_ID["forced"], PAIR, SMALL)


def test_the_number_of_interfaces_costs_nothing() -> None:
    many = Settings(ports=tuple(Port(name=f"i{index}") for index in range(60)))
    few, more = (measure(BY_ID["interface-silent"], each, SMALL) for each in (PAIR, many))
    assert isinstance(few, Measured) and few.states == more.states
    assert seconds(few.takeover) == seconds(more.takeover)


def test_settings_without_a_common_tick_cost_nothing_either() -> None:
    odd = Times(poll=333, hold=999, interfaces=(InterfaceTimes(poll=997, hold=5000),))
    assert odd.tick == 1
    assert found("active-unit-dies", times=odd)["takeover"] == (0.666, 0.999)
    assert found("interface-silent", times=odd)["takeover"] == (4.003, 5.0)


def test_leaving_out_routine_hellos_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = (*CONDITIONS, *TWO_FAULTS)
    slim = {each.id: measure(each, PAIR, SMALL).takeover for each in everything}
    monkeypatch.setattr(TimedPair, "is_routine", lambda *_: False)
    for each in everything:
        assert seconds(measure(each, PAIR, SMALL).takeover) == seconds(slim[each.id]), each.id


def test_the_time_to_the_detection_can_be_left_out() -> None:
    whole, rest = (measure(BY_ID["active-unit-dies"], PAIR, SMALL, detection=each) for each in (True, False))
    assert whole.detection is not None and rest.detection is None and rest.states < whole.states
    assert rest == attrs.evolve(whole, detection=None, states=rest.states)
