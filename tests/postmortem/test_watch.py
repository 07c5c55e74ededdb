"""A pair that is watched: what is impossible, lacks its cause or is late is said at once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import Unit
from failover_fsm.pair.step import next_state
from failover_fsm.pair.step_result import logged_outputs
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.steps import PairSteps
from failover_fsm.postmortem.watch import MOST_STATES, AlarmKind, Watch
from failover_fsm.postmortem.watch_states import is_redundant
from tests.postmortem.truth import GROUPS, ONE, steps_of

CONFIG = PairConfig.from_asa(ONE)
COMMAND = "%ASA-5-111008: User 'admin' executed the 'failover active' command."
TOOK = "%ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command"
GAVE = "%ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby"
CUT = "%ASA-1-105043: ({}) Failover interface failed"
DOWN = "%ASA-1-105032: LAN Failover interface is down"


def kinds(watch: Watch, *lines: str) -> list[AlarmKind]:
    """The kinds of alarms that lines bring about."""
    return [alarm.kind for line in lines for alarm in watch.feed(line)]


def test_a_switch_with_its_command_is_as_it_should_be_whichever_unit_is_heard_first() -> None:
    for order in ((GAVE, TOOK), (TOOK, GAVE)):
        watch = Watch(CONFIG)
        assert watch.feed(COMMAND, unit=Unit.SECONDARY) == ()
        assert kinds(watch, *order) == []


def test_a_switch_without_a_cause_says_what_it_takes() -> None:
    (alarm,) = Watch(CONFIG).feed(GAVE)
    assert alarm.kind is AlarmKind.NO_CAUSE
    assert "failover_active unit=secondary" in alarm.text


def test_a_line_that_cannot_follow_is_impossible_and_it_begins_anew() -> None:
    watch = Watch(CONFIG)
    watch.feed(GAVE)
    watch.feed(TOOK)
    wrong = "%ASA-1-104001: (Primary) Switching to ACTIVE - Other unit wants me Standby"
    assert kinds(watch, wrong) == [AlarmKind.IMPOSSIBLE]
    assert [alarm.kind for alarm in watch.gap()] == [AlarmKind.ANEW]


def test_redundancy_that_is_lost_without_a_takeover_is_said_once() -> None:
    watch = Watch(CONFIG)
    found = [alarm for unit in Unit for alarm in watch.feed(DOWN, unit=unit)]
    found += [alarm for unit in Unit for alarm in watch.feed(CUT.format(unit.value.title()))]
    assert [alarm.kind for alarm in found] == [AlarmKind.NO_REDUNDANCY]
    assert "failover link" in found[0].text


def test_a_switch_that_is_due_and_does_not_come_is_late() -> None:
    watch = Watch(CONFIG)
    assert watch.feed("%ASA-1-105007: (Primary) Link status 'Down' on interface inside.", now=0.0) == ()
    assert watch.tick(25.0) == ()
    assert [alarm.kind for alarm in watch.tick(27.0)] == [AlarmKind.LATE]
    assert watch.tick(2000.0) == ()


def test_the_set_of_possible_states_is_bounded() -> None:
    watch = Watch(PairConfig.from_asa(Path("models/active-standby.cfg").read_text()))
    for line in (GAVE, TOOK, CUT.format("Primary")):
        watch.feed(line)
        assert 0 < len(watch.states) <= MOST_STATES


def test_other_lines_are_passed_over() -> None:
    assert kinds(Watch(CONFIG), "", "hello", "%ASA-6-302013: Built outbound TCP connection 7") == []


def test_a_host_whose_lines_have_named_one_unit_tells_whose_a_command_is() -> None:
    at = "Sep 28 2021 13:50:0{} {} : {}"
    switch = [at.format(0, "fw2", COMMAND), at.format(1, "fw2", TOOK), at.format(1, "fw1", GAVE)]
    told = Watch(CONFIG, hosts={"fw2": Unit.SECONDARY})
    assert kinds(told, *switch) == [] and told.ownerless == 0
    learned = Watch(CONFIG)
    assert kinds(learned, *switch) == [AlarmKind.NO_CAUSE] and learned.ownerless == 1
    back = [COMMAND, TOOK.replace("Secondary", "Primary"), GAVE.replace("Primary", "Secondary")]
    assert (
        kinds(learned, *(at.format(5, host, line) for host, line in zip(("fw1", "fw1", "fw2"), back, strict=True)))
        == []
    )


def test_a_host_of_both_units_tells_nothing() -> None:
    watch = Watch(CONFIG)
    for line in (GAVE, TOOK, COMMAND):
        watch.feed(f"Sep 28 2021 13:50:00 collector : {line}")
    assert watch.ownerless == 1


def test_a_service_module_that_dies_is_no_impossible_line() -> None:
    card = "%ASA-1-104001: (Secondary) Switching to ACTIVE - Service card in other unit has failed"
    assert kinds(Watch(CONFIG), card) == [AlarmKind.NO_CAUSE, AlarmKind.NO_REDUNDANCY]


def test_an_interface_test_of_an_active_active_pair_is_no_impossible_line() -> None:
    watch = Watch(PairConfig.from_asa(GROUPS))
    assert kinds(watch, "%ASA-1-105009: (Primary) Testing on interface office Failed") == []


def test_without_a_clock_the_times_of_the_lines_tell_that_a_switch_is_late() -> None:
    port = "Sep 28 2021 12:{} fw1 : %ASA-1-105007: (Primary) Link status 'Down' on interface inside."
    gave = "Sep 28 2021 12:{} fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Interface check, mate is healthier"
    assert kinds(Watch(CONFIG), port.format("00:00"), gave.format("00:20")) == []
    assert kinds(Watch(CONFIG), port.format("00:00"), gave.format("10:00")) == [AlarmKind.LATE]


@pytest.mark.parametrize(
    ("first", "second", "late"),
    [
        ("Sep 28 12:00:00", "2021-09-28T12:00:20Z", []),  # how long it took is not known
        ("2021-09-28T12:00:00Z", "Sep 28 12:00:20", []),
        ("2021-09-28T12:00:00Z", "Sep 28 12:10:00", [AlarmKind.LATE]),
        ("Dec 31 23:59:55", "Jan  1 00:00:15", []),
        ("Dec 31 23:59:55", "Jan  1 00:10:00", [AlarmKind.LATE]),
    ],
)
def test_times_with_and_without_their_year_are_compared(first: str, second: str, late: list[AlarmKind]) -> None:
    port = f"{first} fw1 : %ASA-1-105007: (Primary) Link status 'Down' on interface inside."
    gave = f"{second} fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Interface check, mate is healthier"
    assert kinds(Watch(CONFIG), port, gave) == late


def test_the_line_at_which_it_begins_anew_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """After lost lines: the other unit's line about the same switch is as it should be."""
    monkeypatch.setattr("failover_fsm.postmortem.watch_states.MOST_EVENTS", 1)
    watch = Watch(CONFIG)
    assert kinds(watch, GAVE) == [AlarmKind.NO_CAUSE]
    assert kinds(watch, GAVE) == [AlarmKind.IMPOSSIBLE, AlarmKind.ANEW]
    assert kinds(watch, TOOK) == []


@pytest.mark.parametrize(
    "line",
    [
        "%ASA-1-104004: (Primary) Switching to STANDBY - Loss of Failover communications resolved",
        "%ASA-1-104001: Failover unit is Active. Reason: Other unit wants me Active",
        "14:32:20 [Firewall] %ASA-4-411001: Line protocol on Interface down",
    ],
)
def test_a_text_that_no_device_prints_is_impossible(line: str) -> None:
    watch = Watch(CONFIG)
    (alarm,) = watch.feed(line)
    number = line.split("%ASA-")[1][2:8]
    assert (alarm.kind, alarm.line) == (AlarmKind.IMPOSSIBLE, line)
    assert f"no device prints this text as message {number}; allowed: " in alarm.text
    assert watch.messages == 1


RECOVERY = """\
Sep 28 2016 13:51:50 fw1 : %ASA-1-105007: (Primary) Link status 'Down' on interface inside.
Sep 28 2016 13:51:51 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - interface check, mate is healthier.
Sep 28 2016 13:51:51 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - mate want me Active.
Sep 28 2016 13:51:51 fw1 : %ASA-1-104003: (Primary) Switching to FAILED.
Sep 28 2016 13:55:51 fw1 : %ASA-1-105006: (Primary) Link status 'Up' on interface inside.
{}Sep 28 2016 13:56:51 fw1 : %ASA-1-104004: (Primary) Switching to OK.
"""
TESTED = """\
Sep 28 2016 13:55:51 fw1 : %ASA-1-105003: (Primary) Monitoring on interface inside waiting
Sep 28 2016 13:56:01 fw1 : %ASA-1-105004: (Primary) Monitoring on interface inside normal
"""


@pytest.mark.parametrize("between", ["", TESTED])
def test_a_unit_that_is_well_again_makes_the_pair_redundant_at_once(between: str) -> None:
    watch = Watch(PairConfig.from_asa(Path("models/active-standby.cfg").read_text()))
    lines = RECOVERY.format(between).splitlines()
    assert kinds(watch, *lines[:-1]) == [AlarmKind.NO_REDUNDANCY]
    assert kinds(watch, lines[-1]) == [AlarmKind.REDUNDANT]


ALONE = """\
Sep 28 2016 13:50:00 fw1 : %ASA-1-105043: (Primary) Failover interface failed
Sep 28 2016 13:50:00 fw1 : %ASA-1-103001: (Primary) No response from other firewall (reason code = 4).
"""


def test_a_pair_whose_lone_unit_stops_too_is_not_redundant_again() -> None:
    watch = Watch(CONFIG)
    reload = "Sep 28 2016 13:59:00 fw1 : %ASA-5-111008: User 'admin' executed the 'reload' command."
    assert kinds(watch, *ALONE.splitlines(), reload) == [AlarmKind.NO_REDUNDANCY]


def test_a_unit_whose_failure_is_due_is_not_ready_again() -> None:
    """Its lines have been lost in part; in every state that is as likely it fails by itself."""
    late = GAVE.replace("Other unit wants me Standby", "Interface check, mate is healthier")
    lines = [
        "%ASA-1-104003: (Primary) Switching to FAILED.",
        TOOK.replace("Set by the config command", "Other unit wants me Active"),
        late,
    ]
    assert AlarmKind.REDUNDANT not in kinds(Watch(CONFIG), PORT, *lines)


LINK_LOST = ["105032: LAN Failover interface is down", "105043: ({unit}) Failover interface failed"]
LINK_BACK = [
    "105031: Failover LAN interface is up",
    "709003: ({unit}) Beginning configuration replication: Send to mate.",
    "709004: ({unit}) End Configuration Replication (ACT)",
]
JOINED = [
    "709006: ({unit}) End Configuration Replication (STB)",
    "105003: ({unit}) Monitoring on interface inside waiting",
    "105004: ({unit}) Monitoring on interface inside normal",
]


def test_lost_lines_do_not_keep_a_standby_that_is_ready_from_being_told() -> None:
    """105042 of both units is lost: in states that are as likely, a unit has not heard its peer again."""
    watch = Watch(CONFIG)

    def told(unit: Unit, texts: list[str]) -> list[AlarmKind]:
        lines = [f"%ASA-1-{text.format(unit=unit.value.title())}" for text in texts]
        return [alarm.kind for line in lines for alarm in watch.feed(line, unit=unit)]

    assert told(Unit.PRIMARY, LINK_LOST) + told(Unit.SECONDARY, LINK_LOST) == [AlarmKind.NO_REDUNDANCY]
    assert told(Unit.SECONDARY, LINK_BACK[:1]) + told(Unit.PRIMARY, LINK_BACK[:2]) == [], "it is replicating"
    assert told(Unit.PRIMARY, LINK_BACK[2:]) + told(Unit.SECONDARY, JOINED) == [AlarmKind.REDUNDANT]


def test_after_lost_lines_nothing_says_that_redundancy_is_back() -> None:
    watch = Watch(CONFIG)
    assert kinds(watch, *ALONE.splitlines()) == [AlarmKind.NO_REDUNDANCY]
    (anew,) = watch.gap()
    assert "whether redundancy is back is not known" in anew.text
    assert kinds(watch, TOOK) == [AlarmKind.NO_CAUSE]
    assert "redundancy" not in watch.gap()[0].text


PORT = "Sep 28 2016 13:51:50 fw1 : %ASA-1-105007: (Primary) Link status 'Down' on interface inside."


@pytest.mark.parametrize(
    "later",
    [
        "fw1 : %ASA-6-302013: Built inbound TCP connection",
        "fw2 : %ASA-5-111008: User 'enable_15' executed the 'show version' command.",
        "fw2 : %ASA-6-302013: Built inbound TCP connection",
        "fw2 : %ASA-1-105004: (Secondary) Monitoring on interface inside normal",
        "fw1 : %ASA-1-105003: (Primary) Monitoring on interface inside waiting",
    ],
)
def test_any_line_with_a_time_moves_the_clock(later: str) -> None:
    assert kinds(Watch(CONFIG), PORT, f"Sep 28 2016 13:52:16 {later}") == []
    watch = Watch(CONFIG)
    watch.feed(PORT)
    (alarm, *_) = watch.feed(f"Sep 28 2016 13:52:17 {later}")
    assert (alarm.kind, alarm.line) == (AlarmKind.LATE, PORT)
    assert "within 26 s of this line" in alarm.text
    assert AlarmKind.LATE not in kinds(watch, f"Sep 28 2016 13:53:50 {later}")


def test_a_clock_that_is_ahead_makes_nothing_late() -> None:
    other = "fw2 : %ASA-6-302013: Built inbound TCP connection"
    watch = Watch(CONFIG)
    assert kinds(watch, f"Sep 28 2016 14:51:49 {other}", PORT, f"Sep 28 2016 14:52:10 {other}") == []
    assert kinds(watch, f"Sep 28 2016 14:52:16 {other}") == [AlarmKind.LATE]


def test_a_switch_in_the_first_line_of_a_clock_is_not_late() -> None:
    gave = (
        "Sep 28 2016 13:51:51 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - interface check, mate is healthier."
    )
    took = "Sep 28 2016 14:31:51 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - mate want me Active."
    assert kinds(Watch(CONFIG), PORT, gave, took) == [AlarmKind.NO_REDUNDANCY]
    known = "Sep 28 2016 13:51:49 fw2 : %ASA-6-302013: Built inbound TCP connection"
    assert AlarmKind.LATE in kinds(Watch(CONFIG), known, PORT, gave, took)


def test_lines_about_the_same_do_not_put_off_what_is_due() -> None:
    watch = Watch(CONFIG)
    lost = "Sep 28 2016 13:52:03 fw2 : %ASA-1-105005: (Secondary) Lost Failover communications with mate on interface"
    test = "Sep 28 2016 13:52:10 fw2 : %ASA-1-105008: (Secondary) Testing Interface inside"
    assert kinds(watch, PORT, f"{lost} inside", test) == []
    assert kinds(watch, "Sep 28 2016 13:52:17 fw2 : %ASA-6-302013: Built inbound TCP connection") == [AlarmKind.LATE]


def test_the_watchers_own_clock_counts_whatever_times_lines_have() -> None:
    watch = Watch(CONFIG)
    other = "Sep 28 2016 13:51:{} : %ASA-6-302013: Built inbound TCP connection"
    assert [watch.feed(line, now=5.0) for line in (other.format(40), PORT, other.format(41))] == [(), (), ()]
    assert [alarm.kind for alarm in watch.feed(other.format(42), now=32.0)] == [AlarmKind.LATE]


MAIN_2016 = """\
Sep 28 2016 13:51:53 192.168.1.254 : %ASA-1-105005: (Secondary) Lost Failover communications with mate on interface inside
Sep 28 2016 13:51:57 192.168.1.254 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.
Sep 28 2016 13:51:57 192.168.1.253 : %ASA-1-104002: (Primary) Switching to STNDBY - interface check, mate is healthier
"""  # noqa: E501


@pytest.mark.parametrize("stamp", ["13:51:57", "13:51:56"])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_lines_of_two_units_within_a_second_have_no_order(order: tuple[int, ...], stamp: str) -> None:
    lines = MAIN_2016.splitlines()
    lines[order[1]] = lines[order[1]].replace("13:51:57", stamp)
    watch = Watch(PairConfig.from_asa(Path("models/active-standby.cfg").read_text()))
    found = [alarm for place in order for alarm in watch.feed(lines[place])]
    assert {alarm.kind for alarm in found} == {AlarmKind.NO_CAUSE, AlarmKind.NO_REDUNDANCY}
    assert len(found) == 2 and all(alarm.line == lines[1] for alarm in found)


def test_lines_that_are_farther_apart_came_in_their_order() -> None:
    lines = MAIN_2016.replace("13:51:57 192.168.1.253", "13:52:57 192.168.1.253").splitlines()
    watch = Watch(PairConfig.from_asa(Path("models/active-standby.cfg").read_text()))
    assert kinds(watch, *lines) == [AlarmKind.NO_CAUSE, AlarmKind.NO_REDUNDANCY, AlarmKind.NO_CAUSE]


@pytest.mark.parametrize("later", ["13:50:01", "13:50:15", "14:00:00"])
@pytest.mark.parametrize(
    "first",
    [
        "105043: (Secondary) Failover interface failed",
        "103001: (Secondary) No response from other firewall (reason code = 4).",
    ],
)
def test_a_takeover_from_a_unit_that_stopped_without_a_line_lacks_its_cause(first: str, later: str) -> None:
    watch = Watch(PairConfig.from_asa(Path("models/active-standby.cfg").read_text()))
    watch.feed(f"Sep 28 2016 13:50:00 fw2 : %ASA-1-{first}")
    took = f"Sep 28 2016 {later} fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate."
    (alarm, *_) = watch.feed(took)
    assert (alarm.kind, alarm.line) == (AlarmKind.NO_CAUSE, took)
    assert "unit_failed unit=primary" in alarm.text


def test_a_reload_that_was_entered_is_the_cause_of_a_takeover() -> None:
    reload = "%ASA-5-111008: User 'admin' executed the 'reload' command."
    lines = [
        "%ASA-1-105043: (Secondary) Failover interface failed",
        TOOK.replace("Set by the config command", "HELLO not heard from mate."),
    ]
    watch = Watch(CONFIG)
    assert watch.feed(reload, unit=Unit.PRIMARY) == ()
    assert AlarmKind.NO_CAUSE not in kinds(watch, *lines)


def episode(steps: PairSteps, at: int, dice: random.Random) -> tuple[int, list[SystemLog]]:
    """An event from outside and what the units then do by themselves: the state at the end, and all messages."""
    outside = [move for move in steps.outside(at) if not move.is_idle]
    kind = dice.choice(sorted({type(move.event).__name__ for move in outside}))
    moves = [dice.choice([move for move in outside if type(move.event).__name__ == kind])]
    while own := steps.own(moves[-1].after):
        moves.append(dice.choice(own))
    told: list[SystemLog] = []
    for move in moves:
        before = steps.states[move.before]
        result = next_state(before, steps.settings, move.event)
        told += (each for each in logged_outputs(before, steps.settings, result) if isinstance(each, SystemLog))
    return moves[-1].after, told


@pytest.mark.parametrize("seed", range(12))
def test_no_redundancy_is_taken_back_only_where_somebody_can_take_over(seed: int) -> None:
    steps, dice, watch = steps_of(ONE), random.Random(seed), Watch(CONFIG)
    at, level = next(iter(starts_of(steps))), dice.choice((1, 4, 6))
    for _ in range(4):
        at, told = episode(steps, at, dice)
        lines = [each for each in told if each.severity <= level]
        said = [alarm.kind for each in lines for alarm in watch.feed(str(each), unit=each.unit)]
        assert AlarmKind.REDUNDANT not in said or is_redundant(steps.states[at])
