"""Colours of an answer: verdicts and labels, and nothing that is not in the words."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.commands.files import emit_answer
from failover_fsm.text.colour import answer_coloured

ROOT = Path(__file__).parents[2]
ANSWER = "a.cfg: AT RISK\n  single fault    survives 3 of 4\n                  HOLDS\nno-active: SURVIVES any 1 fault\n"


def test_colours_only_repeat_the_words() -> None:
    painted = answer_coloured(ANSWER)
    assert re.sub(r"\033\[[\d;]*m", "", painted) == ANSWER
    assert "\033[1;31mAT RISK\033[0m" in painted and "\033[1;32mSURVIVES\033[0m" in painted
    assert "\033[1m  single fault\033[0m    survives" in painted


@pytest.mark.parametrize(
    ("is_terminal", "variables", "has_colour"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_there_are_colours_where_the_terminal_has_them(
    is_terminal: bool, variables: dict[str, str], has_colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Out(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    out = Out()
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", out)
    emit_answer(lambda: ANSWER)
    assert ("\033[" in out.getvalue()) is has_colour


def test_the_name_above_a_row_told_in_a_paragraph_is_a_label() -> None:
    told = "  active-unit-dies\n      detection 14 to 15"
    assert answer_coloured(told) == "\033[1m  active-unit-dies\033[0m\n      detection 14 to 15"
    assert answer_coloured("  the link fails\n") == "  the link fails\n"


def test_the_labels_of_a_runbook_stand_apart(capsys: pytest.CaptureFixture[str]) -> None:
    pulled = ROOT / "models" / "runbooks" / "pull-a-cable.runbook"
    assert main(["runbook", str(pulled), str(ROOT / "models" / "active-standby.cfg")]) == 0
    labels = re.findall(r"\033\[1m  ([a-z ]+)\033", answer_coloured(capsys.readouterr().out))
    assert labels == ["interrupted", "one fault", "no standby", "riskiest"]


def test_an_event_that_is_named_behind_its_heading_is_no_label() -> None:
    line = "  power fails on the primary   [unit_failed unit=primary]"
    assert answer_coloured(line) == line
