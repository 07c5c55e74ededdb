"""System messages of a step: which, with which words, in which order, on which unit (MON-1 to MON-3, SYN-4)."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm import PairConfig
from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.health import Status
from failover_fsm.pair.interface_logs import DETECTED, status_logs
from failover_fsm.pair.obstacle_logs import REASON_OF
from failover_fsm.pair.outputs import ConsoleLine, Output, RoleChanged, SystemLog
from failover_fsm.pair.states import Role, Unit
from failover_fsm.pair.syslog import CONSOLE_BEGIN, CONSOLE_END, SYSTEM_REASONS
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.templates.messages.reasons import is_known_reason
from tests.pair.test_groups import TRACES
from tests.pair.test_step import BOOTED, CONFIG, told
from tests.pairs import PRIMARY, SECONDARY

ALONE, _ = Pair.cold(CONFIG).step(e.UnitRestored(unit=PRIMARY))[0].settle()


def settled(pair: Pair, *happened: e.Event) -> Pair:
    for event in happened:
        pair = pair.step(event)[0].settle()[0]
    return pair


def through(pair: Pair, *happened: e.Event) -> tuple[Pair, list[Output]]:
    """The pair after events, each of them settled, and all outputs."""
    shown: list[Output] = []
    for event in happened:
        pair, outputs = pair.step(event)
        pair, steps = pair.settle()
        shown += outputs
        shown += (output for _, each in steps for output in each)
    return pair, shown


def lines(outputs: list[Output], unit: Unit | None = None, numbers: tuple[int, ...] = ()) -> list[str]:
    """The messages among outputs, of one unit or of some numbers, without the mark."""
    logs = [each for each in outputs if isinstance(each, SystemLog) and (unit is None or each.unit is unit)]
    return [str(each).partition("-")[2] for each in logs if not numbers or each.number in numbers]


def numbers(outputs: list[Output], unit: Unit) -> list[int]:
    return [each.number for each in outputs if isinstance(each, SystemLog) and each.unit is unit]


# -- a switch --------------------------------------------------------------------------------------


def test_each_data_interface_goes_down_and_up_in_a_switch_on_both_units() -> None:
    """MON-3: one 411002 and then one 411001 for each interface, and no interface fails by it."""
    pair, shown = through(BOOTED, e.FailoverActive(unit=SECONDARY))
    down, up = "411002: Line protocol on Interface {}, changed state to down", "411001: Line protocol on Interface {}, "
    flaps = [
        f"4-{text}"
        for name in ("outside", "inside")
        for text in (down.format(name), up.format(name) + "changed state to up")
    ]
    assert lines(shown, PRIMARY, (104001, 104002, 411001, 411002)) == [
        "1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby.", *flaps
    ]  # fmt: skip
    assert lines(shown, SECONDARY, (111008, 104001, 104002, 411001, 411002)) == [
        "5-111008: User 'enable_15' executed the 'failover active' command.",
        "1-104001: (Secondary) Switching to ACTIVE - Set by the config command.", *flaps,
    ]  # fmt: skip
    assert not any(number in DETECTED for unit in Unit for number in numbers(shown, unit))
    assert pair.state.interfaces == BOOTED.state.interfaces


def test_a_port_that_is_down_stays_down_in_a_switch() -> None:
    broken = settled(BOOTED, e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"), e.FailoverReset(unit=SECONDARY))
    _, shown = through(broken, e.InterfaceLinkFailed(unit=PRIMARY, interface="inside"), e.UnitFailed(unit=PRIMARY))
    assert [line for line in lines(shown, SECONDARY, (411001, 411002)) if "inside" in line] == []


@pytest.mark.parametrize(
    "cause",
    [
        e.FailoverActive(unit=SECONDARY), e.NoFailoverActive(unit=PRIMARY),
        e.InterfaceLinkFailed(unit=PRIMARY, interface="inside"), e.FailoverDisabled(unit=SECONDARY),
    ],
    ids=str,
)  # fmt: skip
def test_both_units_log_a_failover(cause: e.Event) -> None:
    """MON-1: 104001 where the role goes, 104002 where it was; switching failover off moves no role."""
    pair, shown = through(BOOTED, cause)
    moved = pair.state.secondary.groups[0].role is Role.ACTIVE
    assert (104001 in numbers(shown, SECONDARY)) is moved
    assert (104002 in numbers(shown, PRIMARY)) is moved
    assert moved is not isinstance(cause, e.FailoverDisabled)


def test_a_group_and_its_interfaces_are_named_and_the_others_do_not_flap() -> None:
    groups = Pair.cold(read_config(TRACES / "groups.cfg"))
    groups = settled(groups, e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    group = 1 if groups.state.primary.groups[0].role is Role.ACTIVE else 2
    _, shown = through(groups, e.NoFailoverActive(unit=PRIMARY, group=group))
    assert lines(shown, PRIMARY, (104002,)) == [
        f"1-104002: (Primary_group_{group}) Switching to STANDBY - Set by the config command."
    ]
    ports = [port.name for port in groups.settings.ports if port.group == group - 1]
    flapped = [line.split("Interface ")[1].split(",")[0] for line in lines(shown, PRIMARY, (411002,))]
    assert flapped == ports
    assert len(ports) < len(groups.settings.ports)
    _, shown = through(groups, e.InterfaceLinkFailed(unit=PRIMARY, interface=ports[0]))
    assert f"1-105007: (Primary_group_{group}) Link status 'Down' on interface {ports[0]}." in lines(shown, PRIMARY)


# -- reasons ---------------------------------------------------------------------------------------


def test_every_reason_of_the_tables_that_a_switch_can_have_is_a_word_of_devices() -> None:
    """Two vocabularies: the project's own words appear in no message."""
    told_by = [row.reason for row in GROUP_TABLE.rows if row.to is not None]
    told_by += ["No Active unit found", "Detected an Active mate", "interface check, mate is healthier"]
    assert {row.reason for row in UNIT_TABLE.rows} > {"No Active unit found", "Detected an Active mate"}
    for reason in told_by:
        assert is_known_reason(SYSTEM_REASONS.get(reason, reason)), reason
    rows = {row.reason for row in (*GROUP_TABLE.rows, *UNIT_TABLE.rows)}
    assert set(SYSTEM_REASONS) <= rows | set(REASON_OF.values()), "a mismatch is worded by what differs"
    assert not any(is_known_reason(reason) for reason in SYSTEM_REASONS), "these are the ones to be worded otherwise"


def test_the_history_keeps_its_own_words() -> None:
    _, shown = through(BOOTED, e.NoFailoverActive(unit=PRIMARY))
    change = next(each for each in shown if isinstance(each, RoleChanged) and each.unit is SECONDARY)
    assert change.reason == "Other unit wants me Active"
    assert "1-104001: (Secondary) Switching to ACTIVE - mate want me Active." in lines(shown)


# -- the peer ----------------------------------------------------------------------------------------


def only_link(config: PairConfig) -> PairConfig:
    """The pair without data interfaces on which a unit could ask."""
    nameless = tuple(attrs.evolve(each, nameif=None, monitored=False) for each in config.interfaces)
    return attrs.evolve(config, interfaces=nameless)


def test_the_reason_codes_of_silence() -> None:
    """103001: 4 nothing on data interfaces either, 1 none to ask on, 5 the peer was joining, 6 this unit was."""
    silence = "1-103001: ({}) No response from other firewall (reason code = {})."
    _, shown = through(BOOTED, e.UnitFailed(unit=PRIMARY))
    assert lines(shown, SECONDARY, (103001,)) == [silence.format("Secondary", 4)]
    bare = settled(Pair.cold(only_link(CONFIG)), e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    _, shown = through(bare, e.UnitFailed(unit=PRIMARY))
    assert lines(shown, SECONDARY, (103001,)) == [silence.format("Secondary", 1)]
    joining, _ = told(ALONE, e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY), e.HelloHeard(unit=PRIMARY))
    _, shown = told(joining, e.UnitFailed(unit=SECONDARY), e.HoldTimeExpired(unit=PRIMARY))
    assert lines(shown, PRIMARY, (103001,)) == [silence.format("Primary", 5)]
    _, shown = told(joining, e.UnitFailed(unit=PRIMARY), e.HoldTimeExpired(unit=SECONDARY))
    assert lines(shown, SECONDARY, (103001, 105020)) == [
        silence.format("Secondary", 6), "1-105020: (Secondary) Incomplete/slow config replication"
    ]  # fmt: skip


def test_a_copy_that_had_arrived_is_not_incomplete() -> None:
    joining, _ = told(
        ALONE, e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY), e.HelloHeard(unit=PRIMARY),
        e.SynchronizationAdvanced(unit=SECONDARY), e.SynchronizationAdvanced(unit=SECONDARY),
    )  # fmt: skip
    _, shown = told(joining, e.UnitFailed(unit=PRIMARY), e.HoldTimeExpired(unit=SECONDARY))
    assert 105020 not in numbers(shown, SECONDARY)


def test_the_port_of_the_failover_link_goes_down_and_up() -> None:
    broken, shown = told(BOOTED, e.FailoverLinkFailed())
    assert [numbers(shown, unit) for unit in Unit] == [[105032], [105032]]
    _, shown = told(broken, e.FailoverLinkRestored())
    assert [numbers(shown, unit)[:1] for unit in Unit] == [[105033], [105033]], "neither had missed a hello"
    noticed = broken.settle()[0]
    _, shown = through(noticed, e.FailoverLinkRestored())
    for unit in Unit:
        assert lines(shown, unit, (105031, 105033, 105042)) == [
            "1-105031: Failover LAN interface is up", f"1-105042: ({unit.value.capitalize()}) Failover interface OK"
        ]  # fmt: skip
    off = settled(BOOTED, e.FailoverDisabled(unit=PRIMARY))
    assert not any(numbers(told(off, e.FailoverLinkFailed())[1], unit) for unit in Unit)


def test_a_peer_that_boots_says_so_first() -> None:
    booted = settled(BOOTED, e.UnitFailed(unit=PRIMARY))
    _, shown = told(booted, e.UnitRestored(unit=PRIMARY), e.HelloHeard(unit=SECONDARY))
    found = [number for number in numbers(shown, SECONDARY) if number // 1000 == 105 and number not in DETECTED]
    assert found == [105034, 105042]


def test_a_peer_with_failover_off_is_told_from_a_dead_one() -> None:
    off, _ = told(Pair.cold(CONFIG), e.UnitRestored(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY))
    off, _ = told(off, e.FailoverDisabled(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    _, shown = told(off, e.NegotiationExpired(unit=SECONDARY))
    assert "105039: (Secondary) Unable to verify the Interface count with mate. " in lines(shown, SECONDARY)[0]
    dead, _ = told(off, e.UnitFailed(unit=PRIMARY))
    assert 105039 not in numbers(told(dead, e.NegotiationExpired(unit=SECONDARY))[1], SECONDARY)


def test_after_a_split_brain_each_unit_hears_that_it_had_counted_as_failed() -> None:
    cuts = [e.InterfacePathFailed(interface=port.name) for port in BOOTED.settings.ports]
    split = settled(BOOTED, e.FailoverLinkFailed(), *cuts)
    _, shown = told(split, e.FailoverLinkRestored(), e.HelloHeard(unit=SECONDARY))
    assert lines(shown, SECONDARY, (103004,)) == [
        "1-103004: (Secondary) Other firewall reports this firewall failed. "
        "Reason: Missed poll packets on failover command interface exceeded threshold."
    ]


def test_a_message_that_is_lost_is_logged_by_its_sender() -> None:
    _, shown = told(BOOTED, e.NoFailoverActive(unit=PRIMARY), e.FailoverLinkFailed())
    assert lines(shown, None, (105036,)) == ["1-105036: dropped a LAN Failover command message."]
    assert 105036 in numbers(shown, PRIMARY)


# -- interfaces --------------------------------------------------------------------------------------


def test_a_port_that_goes_down_and_up_is_logged_by_both_units() -> None:
    down, shown = told(BOOTED, e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    assert lines(shown, SECONDARY) == [
        "4-411002: Line protocol on Interface inside, changed state to down",
        "1-105007: (Secondary) Link status 'Down' on interface inside.",
    ]
    assert lines(shown, PRIMARY) == [
        "1-105005: (Primary) Lost Failover communications with mate on interface inside",
        "1-105008: (Primary) Testing Interface inside",
        "1-105009: (Primary) Testing on interface inside Passed",
        "1-105003: (Primary) Monitoring on interface inside waiting",
        "1-103003: (Primary) Other firewall network interface 2 failed.",
    ]
    _, shown = told(down, e.InterfaceLinkRestored(unit=SECONDARY, interface="inside"))
    assert numbers(shown, SECONDARY) == [411001, 105006, 105003, 105004]
    assert numbers(shown, PRIMARY) == [105004, 103002]


def test_an_interface_that_receives_nothing_fails_its_tests() -> None:
    _, shown = told(BOOTED, e.InterfaceTrafficFailed(unit=SECONDARY, interface="inside"))
    assert lines(shown, SECONDARY) == [
        "1-105005: (Secondary) Lost Failover communications with mate on interface inside",
        "1-105008: (Secondary) Testing Interface inside",
        "1-105009: (Secondary) Testing on interface inside Failed",
    ]
    assert numbers(shown, PRIMARY) == [103003]


def test_interfaces_that_are_not_monitored_are_not_logged_but_their_ports_are() -> None:
    quiet = attrs.evolve(CONFIG, interfaces=tuple(attrs.evolve(each, monitored=False) for each in CONFIG.interfaces))
    pair = settled(Pair.cold(quiet), e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    _, shown = told(pair, e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    assert [numbers(shown, unit) for unit in Unit] == [[], [411002]]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (None, Status.WAITING, [105003]), (None, Status.NORMAL, [105003, 105004]), (None, Status.NO_LINK, [105007]),
        (Status.WAITING, Status.NORMAL, [105004]), (Status.NORMAL, Status.FAILED, [105005, 105008, 105009]),
        (Status.UNKNOWN, Status.FAILED, [105008, 105009]), (Status.FAILED, Status.NORMAL, [105004]),
        (Status.FAILED, Status.WAITING, [105003]),
        (Status.NO_LINK, Status.FAILED, [105006, 105003, 105005, 105008, 105009]),
    ],
)  # fmt: skip
def test_the_messages_between_two_statuses(was: Status | None, now: Status, said: list[int]) -> None:
    assert [log.number for log in status_logs(PRIMARY, "x", None, was, now)] == said


# -- copies and commands -----------------------------------------------------------------------------


def test_the_console_of_the_sender_shows_two_lines_around_a_copy_and_that_of_the_receiver_none() -> None:
    """SYN-4, SYN-18."""
    _, shown = through(ALONE, e.UnitRestored(unit=SECONDARY))
    assert [(each.unit, each.text) for each in shown if isinstance(each, ConsoleLine)] == [
        (PRIMARY, CONSOLE_BEGIN), (PRIMARY, CONSOLE_END)
    ]  # fmt: skip
    order = [each.number for each in shown if isinstance(each, SystemLog) and each.number // 1000 in (311, 709)]
    assert order == [311003, 311004, 311003, 311004, 709005, 709003, 709006, 709004, 311001, 311002]


def test_without_stateful_failover_nothing_is_loaded() -> None:
    bare = settled(Pair.cold(attrs.evolve(CONFIG, link=None)), e.UnitRestored(unit=PRIMARY))
    _, shown = through(bare, e.UnitRestored(unit=SECONDARY))
    found = [number for unit in Unit for number in numbers(shown, unit)]
    assert 709006 in found
    assert not {311001, 311002, 311003, 311004, 720028, 720032, 721002} & set(found)


def test_one_long_step_of_a_synchronisation_logs_what_the_short_ones_do() -> None:
    joining, _ = told(ALONE, e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY))
    _, short = told(joining, *[e.SynchronizationAdvanced(unit=SECONDARY)] * 4)
    _, at_once = told(joining, e.SynchronizationFinished(unit=SECONDARY))
    assert sorted(lines(short)) == sorted(lines(at_once))


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (e.FailoverActive(unit=SECONDARY), "failover active"), (e.NoFailoverActive(unit=PRIMARY), "no failover active"),
        (e.FailoverReset(unit=PRIMARY), "failover reset"), (e.FailoverDisabled(unit=PRIMARY), "no failover"),
        (e.WriteStandby(unit=PRIMARY), "write standby"), (e.Reload(unit=PRIMARY), "reload"),
        (e.CommandEntered(unit=PRIMARY, text="fail ac"), "fail ac"),
    ],
    ids=str,
)  # fmt: skip
def test_a_command_is_logged_where_it_is_entered(event: e.Command, line: str) -> None:
    try:
        _, shown = told(BOOTED, event)
    except Exception:  # a refused command is another test's
        _, shown = told(settled(BOOTED, e.FailoverActive(unit=SECONDARY)), event)
    assert lines(shown, event.unit, (111008,)) == [f"5-111008: User 'enable_15' executed the '{line}' command."]
    assert 111008 not in numbers(shown, event.unit.peer)


def entered(text: str, unit: Unit = PRIMARY) -> e.CommandEntered:
    return e.CommandEntered(unit=unit, text=text)


def test_what_becomes_of_a_command_is_logged() -> None:
    def said(pair: Pair, event: e.CommandEntered) -> list[str]:
        return lines(told(pair, event)[1], event.unit)[1:]

    assert said(BOOTED, entered("hostname x")) == []
    assert said(BOOTED, entered("show version")) == ["7-709002: FO unreplicable: cmd=show version"]
    assert lines(told(BOOTED, entered("show version"))[1])[0] == "7-111009: User 'enable_15' executed cmd: show version"
    apart = settled(BOOTED, e.FailoverLinkFailed())
    assert said(apart, entered("hostname x")) == ["7-709001: FO replication failed: cmd=hostname x returned=1"]
    assert said(BOOTED, entered("hostname x", SECONDARY)) == []
    joining, _ = told(ALONE, e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY))
    assert said(joining, entered("hostname x")) == [
        "4-709008: (Primary) Configuration sync in progress. Command: 'hostname x' executed from (terminal) will not "
        "be replicated to or executed by the standby unit."
    ]
    two = lines(told(BOOTED, entered("interface Gi0/1; shutdown"))[1], PRIMARY, (111008,))
    assert [line.split("'")[3] for line in two] == ["interface Gi0/1", "shutdown"]


def test_the_callbacks_of_vpn_failover_name_both_states() -> None:
    _, shown = through(BOOTED, e.UnitFailed(unit=PRIMARY))
    failed = "HA status change: event HA_STATUS_PEER_STATE, my state Active, peer state Failed."
    assert lines(shown, SECONDARY, (720028, 720032, 721002)) == [
        "6-720028: (VPN-Secondary) HA status callback: Peer state Failed.", f"6-721002: (WebVPN-Secondary) {failed}"
    ]  # fmt: skip
    _, shown = through(ALONE, e.UnitRestored(unit=SECONDARY))
    words = {line.rpartition("state ")[2].rstrip(".") for line in lines(shown, None, (720028,))}
    assert words == {"Negotiation", "Cold Standby", "Active", "Standby Ready"}, "device words, never Joining"


def test_a_message_of_another_number_names_its_unit() -> None:
    other = SystemLog(unit=PRIMARY, number=199999, severity=2, text="x", group=1)
    assert (str(other), other.is_brief) == ("%ASA-2-199999: (Primary_group_1) x", True)
