"""Messages about interfaces in time: they come when a unit notices, with the interface poll (5 s) and hold (25 s)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.pair.interface_logs import DETECTED
from tests.trace.test_timed_player import played

ROOT = Path(__file__).parents[2]
START = 100_000
"""Both units are up, and send hellos at whole polls."""


def noticed(text: str, unit: str = "", numbers: tuple[int, ...] = DETECTED) -> list[tuple[float, str, int, str]]:
    """What is logged of interfaces after `text` begins: seconds since then, the unit, the number, the last words."""
    run = played(text)
    assert run.failures == (), [str(each) for each in run.failures]
    found = []
    for record in run.records:
        for at, log in record.messages:
            assert at is not None
            if log.number in numbers and at >= START and unit in ("", log.unit.value):
                found.append(((at - START) / 1000, log.unit.value, log.number, log.text.rpartition("interface ")[2]))
    return found


def test_monitoring_waits_for_the_first_hello() -> None:
    run = played("")
    first = [
        (at, log.unit.value, log.number) for record in run.records for at, log in record.messages
        if log.number in DETECTED and "inside" in log.text
    ]  # fmt: skip
    assert [each for each in first if each[1] == "primary"] == [
        (15_000, "primary", 105003),
        (55_000, "primary", 105004),
    ]
    assert [each[2] for each in first if each[1] == "secondary"] == [105003, 105004]


def test_a_cut_path_is_noticed_after_half_of_the_hold_time_by_both_units() -> None:
    """105005 at half of 25 s after the last hello; the first test finds traffic, so nothing fails (IFM-7)."""
    found = noticed("interface_path_failed interface=inside\nadvance seconds=60\nexpect unit=primary output=105009\n")
    for unit in ("primary", "secondary"):
        assert [each[:1] + each[2:] for each in found if each[1] == unit] == [
            (12.5, 105005, "inside"), (12.5, 105008, "Testing Interface inside"), (15.625, 105009, "inside Passed"),
            (15.625, 105003, "inside waiting"),
        ]  # fmt: skip


def test_a_path_that_is_mended_is_normal_with_the_next_hello() -> None:
    text = "interface_path_failed interface=inside\nadvance seconds=31\ninterface_path_restored interface=inside\n"
    found = noticed(text + "advance seconds=10\n")
    assert [each for each in found if each[0] > 20] == [
        (35.0, "secondary", 105004, "inside normal"), (35.0, "primary", 105004, "inside normal"),
    ]  # fmt: skip


def test_tests_that_end_badly_count_at_the_end_of_the_hold_time_and_the_peer_is_told() -> None:
    """IFM-22, IFM-23: 25 s after the last hello; the standby hears of it in the next hello."""
    found = noticed("interface_traffic_failed unit=secondary interface=inside\nadvance seconds=40\n")
    assert [each for each in found if each[1] == "secondary"] == [
        (12.5, "secondary", 105005, "inside"), (12.5, "secondary", 105008, "Testing Interface inside"),
        (25.0, "secondary", 105009, "inside Failed"),
    ]  # fmt: skip
    ((at, _, number, text),) = (each for each in found if each[1] == "primary")
    assert (number, text) == (103003, "2 failed.")
    assert 25.0 <= at <= 26.0


def test_a_port_is_noticed_with_the_next_poll() -> None:
    """T7-2: 5 s; the port itself logs at once."""
    text = "advance seconds=1\ninterface_link_failed unit=secondary interface=inside\nadvance seconds=9\n"
    found = noticed(text, "secondary", (*DETECTED, 411001, 411002))
    assert [each[:1] + each[2:3] for each in found] == [(1.0, 411002), (5.0, 105007)]
    more = "interface_link_restored unit=secondary interface=inside\nadvance seconds=11\n"
    after = noticed(text + more, "secondary", (*DETECTED, 411001, 411002))[len(found) :]
    assert [(at, number) for at, _, number, _ in after] == [
        (10.0, 411001), (15.0, 105006), (15.0, 105003), (20.0, 105004),
    ]  # fmt: skip


def test_a_dead_peer_is_lost_on_interfaces_before_its_role_is_taken() -> None:
    """As in logs of real pairs: 105005 some seconds before 104001."""
    text = "unit_failed unit=primary\nadvance seconds=100\nexpect active=secondary\n"
    found = noticed(text, "secondary", (*DETECTED, 104001))
    assert [(at, number) for at, _, number, _ in found] == [
        (12.5, 105005), (12.5, 105008), (12.5, 105005), (12.5, 105008),
        (15.0, 104001), (15.625, 105009), (15.625, 105003), (15.625, 105009), (15.625, 105003),
    ]  # fmt: skip
    silent = "interface_traffic_failed unit=secondary interface=inside\n" + text
    ended = [each for each in noticed(silent, "secondary") if each[2] == 105009]
    assert (25.0, "secondary", 105009, "inside Status Undetermined") in ended


def test_rounds_that_are_not_played_change_no_message() -> None:
    quiet = noticed("advance seconds=3000\ninterface_path_failed interface=inside\nadvance seconds=20\n")
    assert [each[0] for each in quiet if each[2] == 105005] == [3012.5, 3012.5]


def test_a_unit_whose_failover_is_off_monitors_nothing() -> None:
    text = (
        "failover_disabled unit=secondary\nadvance seconds=3\ninterface_link_failed unit=secondary interface=inside\n"
    )
    assert noticed(text + "advance seconds=60\n", "secondary") == []


def test_the_messages_of_a_run_are_printed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    trace = str(ROOT / "models" / "timing" / "dies-under-test.trace")
    assert main(["run", "--messages", trace]) == 0
    out = capsys.readouterr().out.splitlines()
    assert (
        "  137.500 secondary : %ASA-1-105005: (Secondary) Lost Failover communications with mate on interface inside"
        in out
    )
    assert out[-1] == "OK: 3 of 3 expectations met"
    assert not any("PRIMARY" in line for line in out)
    assert main(["run", "--messages", "--json", trace]) == 2
    assert "--messages with --json; allowed: one of them" in capsys.readouterr().err
    assert main(["run", "--json", trace]) == 0
    outputs = json.loads(capsys.readouterr().out)["outputs"]
    late = [each for each in outputs if each["event"] is None]
    assert {each["number"] for each in late} <= set(DETECTED)
    assert {"seconds", "message", "unit", "line"} <= set(late[0])
    assert not any(each.get("number") in DETECTED for each in outputs if each["event"] is not None)


def test_a_run_without_time_has_no_stamps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--messages", str(ROOT / "models" / "forced-switch.trace")]) == 0
    out = capsys.readouterr().out
    assert "\nsecondary : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command.\n" in out
