"""Numbers in options: those of ASCII digits, as everywhere else, and no longer than any number needs to be."""

from __future__ import annotations

import pytest

from failover_fsm.cli import main
from failover_fsm.commands.arguments import as_seconds

PAIR = "models/one-interface.cfg"


@pytest.mark.parametrize(
    "options",
    [
        ["check", PAIR, "--faults", "\u0663"],
        ["check", PAIR, "--faults", "9" * 5000],
        ["check", PAIR, "--max-states", "\u0663"],
        ["check", PAIR, "--max-states", "9" * 5000],
        ["check", PAIR, "--time-limit", "\u0663"],
        ["check", PAIR, "--time-limit", "1_0"],
        ["check", PAIR, "--time-limit", "nan"],
        ["faults", PAIR, "--time-limit", "\u0663"],
        ["faults", PAIR, "--time-limit", "1_0"],
        ["times", PAIR, "--link-delay", "\u0663 ms"],
    ],
)
def test_a_number_of_other_digits_is_bad_input(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(options)
    except SystemExit as left:  # refused by the parser
        status = int(str(left))
    assert status == 2
    assert "allowed: " in capsys.readouterr().err


@pytest.mark.parametrize(("text", "value"), [("90", 90.0), ("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0)])
def test_forms_of_seconds(text: str, value: float) -> None:
    assert as_seconds(text) == value


@pytest.mark.parametrize("text", ["", "0", "0.0", ".", "e3", ".e3", "-1", "inf", "1e999", " 1", "1 s"])
def test_what_is_no_number_of_seconds(text: str) -> None:
    assert as_seconds(text) is None
