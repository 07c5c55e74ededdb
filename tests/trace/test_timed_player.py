"""Traces in which time passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.states import Role, Unit
from failover_fsm.testing.pair.mutants import mutants
from failover_fsm.testing.pair.mutation import in_force
from failover_fsm.timing.location import GOOD_WATCH, Clock, Timer
from failover_fsm.trace.language import TraceError, parse_trace
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played
from failover_fsm.trace.timed_player import Timeline

ROOT = Path(__file__).parents[2]
CONFIG = read_config(ROOT / "models" / "active-standby.cfg")
UP = """
    unit_restored unit=primary
    advance seconds=50
    unit_restored unit=secondary
    advance seconds=50
    expect active=primary
    mark
"""
"""Both units are up, and their timers stand at whole seconds."""


def played(text: str, options: str = "") -> Played:
    return play(parse_trace(f"config x\n{options}\n{UP}{text}", "t.trace"), CONFIG)


def kept(text: str, options: str = "") -> None:
    found = played(text, options)
    assert found.failures == () and not found.is_livelock, [str(each) for each in found.failures]


# -- hold times --------------------------------------------------------------------------------------


def test_a_standby_takes_over_when_the_hold_time_is_over_and_not_before() -> None:
    """UHM-8, T7-1: 15 s after the last hello, which was heard at the instant of the crash."""
    kept("""
        unit_failed unit=primary
        advance seconds=14.999
        expect active=none
        advance seconds=0.001
        expect active=secondary reason="HELLO not heard from mate" unit=secondary
    """)


def test_the_hold_time_counts_from_the_last_hello_and_not_from_the_crash() -> None:
    kept("""
        advance seconds=0.7
        unit_failed unit=primary
        advance seconds=14.299
        expect active=none
        advance seconds=0.001
        expect active=secondary
    """)


def test_under_the_option_it_counts_from_the_first_missed_hello() -> None:
    late = """
        unit_failed unit=primary
        advance seconds=15.999
        expect active=none
        advance seconds=0.001
        expect active=secondary
    """
    kept(late, "option count_from=first-missed")
    assert len(played(late).failures) == 1


def test_a_lost_failover_link_is_marked_after_two_polls_and_moves_no_role() -> None:
    """UHM-4, UHM-7, T2-4."""
    kept("""
        failover_link_failed
        advance seconds=1.999
        expect unit=secondary failover_link=up
        advance seconds=0.001
        expect unit=secondary failover_link=failed
        advance seconds=1000
        expect active=primary failovers=0
        failover_link_restored
        settle
        expect unit=secondary failover_link=up state=standby-ready
    """)


def test_after_three_polls_under_the_option() -> None:
    """UHM-2."""
    kept(
        "failover_link_failed\nadvance seconds=2.999\nexpect unit=primary failover_link=up\nadvance seconds=0.001\n"
        "expect unit=primary failover_link=failed",
        "option probe_after=3",
    )


def test_when_the_data_interfaces_fall_silent_too_the_hold_time_counts_from_the_last_answer() -> None:
    kept("""
        failover_link_failed
        advance seconds=10
        unit_failed unit=primary
        advance seconds=14.999
        expect active=none
        advance seconds=0.001
        expect active=secondary
    """)


# -- interfaces ----------------------------------------------------------------------------------------


def test_a_port_that_goes_down_is_noticed_at_the_next_interface_poll() -> None:
    """IFM-25."""
    kept("""
        advance seconds=1
        interface_link_failed unit=primary interface=inside
        advance seconds=3.999
        expect active=primary
        advance seconds=0.001
        expect active=secondary unit=primary state=failed
        interface_link_restored unit=primary interface=inside
        advance seconds=4.999
        expect unit=primary state=failed
        advance seconds=0.001
        expect unit=primary state=standby-ready
    """)


def test_a_silent_port_fails_when_the_interface_hold_time_is_over() -> None:
    """IFM-3, IFM-23, T7-4."""
    kept("""
        interface_traffic_failed unit=primary interface=inside
        advance seconds=24.999
        expect active=primary
        advance seconds=0.001
        expect active=secondary
        interface_traffic_restored unit=primary interface=inside
        advance seconds=5
        expect unit=primary state=standby-ready
    """)


def test_the_status_of_an_interface_is_what_the_unit_has_found_out() -> None:
    """IFM-3, IFM-25: in an untimed run it is what the interface comes to."""
    kept("""
        advance seconds=1
        interface_link_failed unit=secondary interface=outside
        interface_traffic_failed unit=secondary interface=inside
        expect unit=secondary interface=outside status=normal
        expect unit=secondary interface=inside status=normal
        advance seconds=4
        expect unit=secondary interface=outside status=no-link
        expect unit=primary interface=outside status=waiting
        advance seconds=7.499
        expect unit=secondary interface=inside status=normal
        advance seconds=0.001
        expect unit=secondary interface=inside status=testing
        advance seconds=12.5
        expect unit=secondary interface=inside status=failed
    """)


def test_a_silence_that_ends_before_the_verdict_is_nothing() -> None:
    """IFM-17, IFM-23."""
    kept("""
        interface_traffic_failed unit=primary interface=inside
        advance seconds=24
        interface_traffic_restored unit=primary interface=inside
        advance seconds=100
        expect active=primary failovers=0
    """)


def test_an_interface_that_is_silent_on_both_units_is_unknown_and_does_not_count() -> None:
    """IFM-16; it is well again as soon as something arrives (IFM-17), and fails if only one side stays silent."""
    kept("""
        interface_traffic_failed unit=primary interface=inside
        interface_traffic_failed unit=secondary interface=inside
        advance seconds=25
        expect unit=primary interface=inside status=unknown
        expect unit=secondary interface=inside status=unknown
        expect active=primary failovers=0
        interface_traffic_restored unit=secondary interface=inside
        advance seconds=5
        expect unit=secondary interface=inside status=normal
        advance seconds=20
        expect unit=primary state=failed active=secondary
    """)


def test_an_unknown_interface_is_well_again_with_any_traffic_even_if_no_hello_comes() -> None:
    """IFM-17: the unit sees it when it looks at its ports."""
    kept("""
        interface_traffic_failed unit=primary interface=inside
        interface_traffic_failed unit=secondary interface=inside
        advance seconds=25
        interface_path_failed interface=inside
        interface_traffic_restored unit=primary interface=inside
        advance seconds=5
        expect unit=primary interface=inside status=normal
    """)


def test_a_silent_interface_whose_peer_has_no_link_is_unknown() -> None:
    """IFM-14, IFM-16: its peer passes no traffic there either; the active unit stays (TRG-5)."""
    kept("""
        interface_link_failed unit=secondary interface=inside
        interface_traffic_failed unit=primary interface=inside
        advance seconds=24.999
        expect unit=primary interface=inside status=testing
        advance seconds=0.001
        expect unit=primary interface=inside status=unknown
        expect unit=secondary state=failed active=primary
    """)


def test_a_unit_that_boots_has_to_find_out_anew() -> None:
    kept("""
        interface_traffic_failed unit=secondary interface=inside
        advance seconds=25
        expect unit=secondary state=failed
        unit_failed unit=secondary
        unit_restored unit=secondary
        advance seconds=20
        expect unit=secondary state=standby-ready
        advance seconds=10
        expect unit=secondary state=failed
    """)


def test_a_hand_over_message_is_a_sign_of_life() -> None:
    """It counts as hearing the peer."""
    line = timeline()
    line.advance(300)
    line.happen(e.FailoverActive(unit=Unit.SECONDARY))
    line.advance(0)
    assert line.location.unit(Unit.SECONDARY).groups[0].role is Role.ACTIVE
    assert [line.counters[Clock(Timer.SILENCE, unit)] for unit in Unit] == [0, 0]


def test_other_traffic_keeps_an_interface_well_whose_path_is_cut() -> None:
    """IFM-7."""
    kept("interface_path_failed interface=inside\nadvance seconds=500\nexpect active=primary failovers=0")


def test_tests_begin_after_half_of_the_interface_hold_time() -> None:
    """IFM-3, IFM-22: the clock of the silence is due at half of the hold time, and the status is then testing."""
    line = timeline()
    line.happen(e.InterfaceTrafficFailed(unit=Unit.PRIMARY, interface="inside"))
    line.advance(12_499)
    assert line.location.watch(Unit.PRIMARY, 1).stage == 0
    line.advance(1)
    assert line.location.watch(Unit.PRIMARY, 1).stage == 1
    assert line.location.watch(Unit.PRIMARY, 0).stage == 0


def test_a_hello_ends_the_tests_on_its_interface() -> None:
    """IFM-17, IFM-23: after it the interface is as good as any, and its hold time begins anew."""
    line = timeline()
    line.happen(e.InterfaceTrafficFailed(unit=Unit.PRIMARY, interface="inside"))
    line.advance(22_000)
    assert line.location.watch(Unit.PRIMARY, 1).status is Status.TESTING
    line.happen(e.InterfaceTrafficRestored(unit=Unit.PRIMARY, interface="inside"))
    line.advance(3000)
    assert line.location.watch(Unit.PRIMARY, 1) == GOOD_WATCH


def timeline() -> Timeline:
    line = Timeline.of(Pair.cold(CONFIG))
    for unit in Unit:
        line.happen(e.UnitRestored(unit=unit))
        line.advance(50_000)
    return line


# -- time ----------------------------------------------------------------------------------------------


def test_boot_election_and_synchronisation_take_less_than_a_hundred_seconds_whatever_the_times() -> None:
    slowest = read_config(ROOT / "models" / "active-standby.cfg")
    text = "config x\nunit_restored unit=secondary\nadvance seconds=100\nexpect active=secondary\n"
    text += "unit_restored unit=primary\nadvance seconds=100\nexpect unit=primary state=standby-ready active=secondary"
    for poll, hold in ((200, 800), (15_000, 45_000)):
        unit = type(slowest.unit_poll)(poll_ms=poll, hold_ms=hold)
        config = type(slowest)(**{**_fields(slowest), "unit_poll": unit})
        assert play(parse_trace(text, "t.trace"), config).failures == ()


def _fields(config: object) -> dict[str, object]:
    import attrs

    return {field.name: getattr(config, field.name) for field in attrs.fields(type(config))}


def test_a_simultaneous_boot_makes_the_primary_active() -> None:
    text = "config x\nunit_restored unit=secondary\nunit_restored unit=primary\nadvance seconds=100\n"
    text += "expect active=primary"
    assert play(parse_trace(text, "t.trace"), CONFIG).failures == ()


def test_a_year_in_which_nothing_happens_is_played_at_once_and_keeps_the_phases() -> None:
    line = timeline()
    before = dict(line.counters)
    line.advance(365 * 86_400_000)
    assert line.counters == before
    line.advance(300)
    assert line.counters[Clock(Timer.HELLO, Unit.PRIMARY)] == 300
    assert line.location.unit(Unit.PRIMARY).groups[0].role is Role.ACTIVE


def test_each_unit_says_hello_in_every_poll_period_on_the_link_and_on_its_interfaces() -> None:
    """LNK-2, IFM-21: no clock of sending or hearing ever grows beyond its poll time in a pair that is well."""
    line = timeline()
    oldest: dict[Timer, int] = {}
    for _ in range(300):
        line.advance(100)
        for clock, age in line.counters.items():
            oldest[clock.timer] = max(oldest.get(clock.timer, 0), age)
    assert oldest == {Timer.HELLO: 900, Timer.SILENCE: 900, Timer.POLL: 4900, Timer.WATCH: 4900}


def test_advancing_in_pieces_is_advancing_at_once() -> None:
    whole, pieces = timeline(), timeline()
    for line in (whole, pieces):
        line.happen(e.UnitFailed(unit=Unit.PRIMARY))
    whole.advance(20_000)
    for _ in range(400):
        pieces.advance(50)
    assert (whole.location, whole.counters, whole.now) == (pieces.location, pieces.counters, pieces.now)


def test_steps_are_told_with_their_times() -> None:
    notes = [note for step in played("unit_failed unit=primary\nadvance seconds=20").steps for note in step.notes]
    assert notes[-2:] == ["at 100 s", "at 115 s"]


def test_a_reload_takes_half_a_minute() -> None:
    kept("reload unit=secondary\nadvance seconds=29\nexpect unit=secondary state=off\nadvance seconds=10\n"
         "expect unit=secondary state=standby-ready active=primary")  # fmt: skip


def test_protocol_steps_are_not_written_into_a_timed_trace() -> None:
    with pytest.raises(TraceError, match="steps happen when they fall due; allowed: advance"):
        played("hold_time_expired unit=secondary")


def test_refusals_and_pointless_faults_are_told_in_a_timed_trace_too() -> None:
    found = played("failover_active unit=primary\nexpect refused=yes\nfailover_link_restored\nadvance seconds=1")
    assert found.failures == () and "changes nothing" in str(found.warnings[0])


@pytest.mark.parametrize("path", sorted((ROOT / "models" / "timing").glob("*.trace")), ids=lambda path: path.stem)
def test_the_shipped_scenarios_end_as_they_say(path: Path) -> None:
    found = play(*load(path))
    assert found.failures == () and any(record.claims for record in found.records)


def test_wrong_tables_that_flap_without_time_end_in_an_error() -> None:
    """A standby that fails whenever its interfaces are good fails and recovers within one moment, for ever."""
    name = "group: standby-ready --InterfacesChecked[over_policy]--> failed: not over_policy"
    mutant = next(each for each in mutants() if each.name == name)
    trace, config, _ = load(ROOT / "models" / "timing" / "dies-under-test.trace")
    assert not play(trace, config).failures
    with in_force(mutant), pytest.raises(TraceError, match="for ever and no time passes"):
        play(trace, config)


# -- how long time may pass --------------------------------------------------------------------------------------

TESTED_AGAIN_AND_AGAIN = """
    unit_restored unit=primary
    unit_restored unit=secondary
    advance seconds=50
    failover_link_failed
    interface_path_failed interface=outside
    interface_path_failed interface=inside
"""


def test_rounds_in_which_only_tests_repeat_are_not_played_one_by_one() -> None:
    """Both units test silent interfaces again and again, which changes what they have found out, and back."""
    short, long = (
        play(parse_trace(f"{TESTED_AGAIN_AND_AGAIN}advance seconds={time}\n", config_given=True), CONFIG)
        for time in (100, 99_999_999)
    )
    assert [step.event for step in long.steps] == [step.event for step in short.steps]
    assert long.pair.state == short.pair.state


def test_time_in_which_rounds_are_skipped_ends_where_it_would_have_ended() -> None:
    """The same seconds at once and one by one."""
    at_once, one_by_one = (Timeline.of(Pair.cold(CONFIG)) for _ in range(2))
    for line in (at_once, one_by_one):
        for unit in Unit:
            line.happen(e.UnitRestored(unit=unit))
        line.advance(50_000)
        line.happen(e.FailoverLinkFailed())
        for interface in ("outside", "inside"):
            line.happen(e.InterfacePathFailed(interface=interface))
    at_once.advance(1_234_567)
    for _ in range(1_234):
        one_by_one.advance(1_000)
    one_by_one.advance(567)
    assert (at_once.now, at_once.location, at_once.counters) == (
        one_by_one.now,
        one_by_one.location,
        one_by_one.counters,
    )
    assert at_once.taken == one_by_one.taken


def test_more_than_can_be_played_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.trace.timed_player.MOST_DUE", 20)
    trace = parse_trace(f"{TESTED_AGAIN_AND_AGAIN}advance seconds=99999999\n", config_given=True)
    with pytest.raises(
        TraceError, match=r":4: more than 20 timers fall due in this time.*; allowed: a shorter `advance`"
    ):
        play(trace, CONFIG)
