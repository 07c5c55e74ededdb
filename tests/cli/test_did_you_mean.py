"""A slip of the pen in an option, a command, a name or a file is answered with what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.promises import BY_ID
from failover_fsm.trace.lines import MOST_LISTED, listed

PAIR = str(Path(__file__).parents[2] / "models" / "cisco-asav.cfg")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    try:
        status = main(list(words))
    except SystemExit as ended:
        status = int(ended.code or 0)
    assert status == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("chek", PAIR), "check"),
        (("check", PAIR, "--reprot=x.html"), "--report"),
        (("check", PAIR, "--engine", "plane"), "plain"),
        (("check", PAIR.replace("asav", "asv")), PAIR),
        (("check", PAIR, "--promise", "always-recovrable"), "always-recoverable"),
        (("faults", PAIR, "--promise", "always-recovrable"), "always-recoverable"),
        (("faults", PAIR, "--goal", "no-activ"), "no-active"),
        (("diagram", "unit", "--events", "protocl"), "protocol"),
        (("diagram", "pair", PAIR, "--fold", "role"), "roles"),
    ],
)
def test_what_is_near_is_named(words: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"did you mean {meant}" in said(capsys, *words)


@pytest.mark.parametrize(
    "words", [("xyzzy",), ("check", PAIR, "--xyzzy"), ("check", "/xyzzy"), ("check", PAIR, "--promise", "xyzzy")]
)
def test_what_is_near_to_nothing_is_no_guess(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean" not in said(capsys, *words)


def test_a_long_list_is_shortened_and_begins_with_what_is_near() -> None:
    names = listed("converge", BY_ID).split(", ")
    assert len(names) == MOST_LISTED + 1 and names[-1] == f"and {len(BY_ID) - MOST_LISTED} more"
    near = listed("always-recovrable", BY_ID).split(", ")[0]
    assert near == "always-recoverable"
    assert listed("x", ("a", "b")) == "a, b"
