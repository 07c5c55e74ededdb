"""`failover-fsm show`, and `run --show` with any show command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.device import read_failover_history, read_failover_state, read_show_failover

ROOT = Path(__file__).parents[2]
ONE, TWO = (str(ROOT / "models" / f"{name}.cfg") for name in ("active-standby", "active-active"))
TIMED, UNTIMED = str(ROOT / "models" / "timing" / "dies-under-test.trace"), str(ROOT / "models" / "split-brain.trace")
NOTE = "no time passes in this run: each step counts as 1 second from 00:00:00 UTC Jan 1 2026 on"


def run(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> tuple[str, str]:
    assert main([*words]) == status
    told = capsys.readouterr()
    return told.out, told.err


def test_a_unit_shows_what_it_prints_after_events(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "show", "show failover", ONE, "--on", "secondary", "--after", "unit_failed unit=primary")
    found = read_show_failover(out)
    assert (found.unit, found.this.state, found.other.state, found.unread) == ("Secondary", "Active", "Failed", ())
    assert err == f"show failover: {NOTE}\n"
    out, err = run(capsys, "show", "sh fail hist", ONE, "--after", "edge/sec/stby# failover active")
    assert read_failover_history(out).entries[-1].reason == "Other unit wants me Standby"


def test_in_a_context_and_without_times(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "show", "show monitor-interface", TWO, "--context", "plant", "--on", "secondary")
    assert out.startswith("This host: Secondary - Active\n    Interface outside (198.51.100.1): Normal (Monitored)\n")
    assert err == ""


@pytest.mark.parametrize(
    "words, error",
    [
        (["show version", ONE], "`show version` is unknown; allowed: show failover, "),
        (["show failover", ONE, "--context", "shop"], "show failover: there is no context shop; allowed: no context"),
        (["show failover group 2", ONE], "there is no failover group 2"),
        (["show failover", ONE, "--after", "settle"], "`settle` is no event"),
        (["show failover", "none.cfg"], "none.cfg"),
    ],
)
def test_what_cannot_be_shown(capsys: pytest.CaptureFixture[str], words: list[str], error: str) -> None:
    out, err = run(capsys, "show", *words, status=2)
    assert out == "" and error in err and len(err.splitlines()) == 1


def test_a_run_ends_with_any_show_commands(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "run", UNTIMED, "--show", "show failover state@secondary", "--show", "primary")
    assert "/sec/act# show failover state\n" in out and "/pri/stby# show failover\n" in out
    state = read_failover_state(out.split("# show failover state\n")[1].split("# show failover\n")[0])
    assert state.this.role == "Secondary"
    assert out.count(f"({NOTE})\n") == 1 and err == ""
    out, _ = run(capsys, "run", UNTIMED, "--json", "--show", "show failover history@primary")
    record = json.loads(out)
    assert record["show"] == record["shows"][0]["text"]
    assert record["shows"][0]["command"] == "show failover history" and record["shows"][0]["unit"] == "primary"


def test_a_run_in_which_time_passes_shows_its_own_times(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "run", TIMED, "--show", "show failover history@secondary")
    assert NOTE not in out and "UTC Jan 1 2026" in out


@pytest.mark.parametrize(
    "asked, error",
    [
        ("third", "--show third: no unit; allowed: primary, secondary, or COMMAND@UNIT"),
        ("show version@primary", "--show show version@primary: `show version` is unknown"),
        ("show failover@primary/shop", "show failover: there is no context shop; allowed: no context"),
    ],
)
def test_a_run_that_cannot_show_that_prints_nothing(capsys: pytest.CaptureFixture[str], asked: str, error: str) -> None:
    out, err = run(capsys, "run", UNTIMED, UNTIMED, "--show", asked, status=2)
    assert out == "" and err.startswith(error)
