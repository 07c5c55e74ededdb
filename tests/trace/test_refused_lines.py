"""A typed line that names no failover group is refused, and the run goes on; `whatif` follows typed lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from failover_fsm import load, play
from failover_fsm.cli import main

MODELS = Path(__file__).parents[2] / "models"
BOOT = "unit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"


@pytest.mark.parametrize("text", ["failover active group 3", "no failover active group 0", "failover reset group 3"])
def test_a_number_that_no_group_has_is_a_refusal_and_not_the_end_of_the_run(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.trace"
    lines = f'command_entered unit=primary text="{text}"\nexpect refused=yes\nsettle\nexpect group=1 active=primary\n'
    path.write_text(f"config {MODELS / 'active-active.cfg'}\n{BOOT}{lines}")
    assert play(*load(path)).failures == ()


def what_if(capsys: pytest.CaptureFixture[str], after: str, *words: str) -> tuple[int, str, str]:
    """Status, output and errors of `whatif --after`."""
    status = main(["whatif", str(MODELS / "active-standby.cfg"), "--after", after, *words])
    out, err = capsys.readouterr()
    return status, " ".join(out.split()), err


def test_what_if_does_what_a_typed_line_does(capsys: pytest.CaptureFixture[str]) -> None:
    fails = "interface_link_failed unit=primary interface=outside"
    unmonitored = f'command_entered unit=primary text="no monitor-interface outside"; {fails}'
    status, out, _ = what_if(capsys, unmonitored)
    assert status == 0 and "Active -> Failed" not in out and out.endswith("Without service: outside")
    assert "Active -> Failed" in what_if(capsys, fails)[1]
    status, out, _ = what_if(capsys, 'command_entered unit=primary text="failover active group 3"')
    assert status == 0 and "refused: there is no failover group 3" in out


@pytest.mark.parametrize("option", ["--any-order", "--plus-one-fault"])
def test_a_typed_line_is_followed_in_one_order_only(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = what_if(capsys, 'command_entered unit=primary text="no monitor-interface outside"', option)
    assert (status, out, err.count("\n")) == (2, "", 1) and "allowed: without --any-order and --plus-one-fault" in err
    assert what_if(capsys, 'command_entered unit=primary text="failover reset"', option)[0] == 0, "it is an event"


NEVER_SETTLES = "state_updates_corrupted unit=secondary; secondary: reload"


def test_what_if_says_that_the_pair_never_settles(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = what_if(capsys, NEVER_SETTLES)
    assert (status, err) == (1, "")
    steps = re.search(r"LIVELOCK: the pair never settles: steps (\d+) to (\d+) repeat$", out)
    assert steps is not None and f"and on again with step {steps[1]} -" in out
    status, out, _ = what_if(capsys, NEVER_SETTLES, "--json")
    loop = json.loads(out)["livelock"]
    assert status == 1 and len(loop) == int(steps[2]) - int(steps[1]) + 1
    assert json.loads(what_if(capsys, "secondary: reload", "--json")[1])["livelock"] is None


def test_show_says_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "show failover state", str(MODELS / "active-standby.cfg"), "--after", NEVER_SETTLES]) == 1
    assert "--after: the pair never settles" in capsys.readouterr().err


def test_semicolons_alone_are_no_events(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = '--after: no event in `;;;`; allowed: "EVENT; EVENT", as in "unit_failed unit=primary"\n'
    assert what_if(capsys, ";;;") == (2, "", wanted)
