"""A slip of the pen in an option, a command, a name or a file is answered with what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.config.values.suggestions import MOST_LISTED, listed
from failover_fsm.promises import BY_ID

TRACE = Path(__file__).parents[2] / "models" / "split-brain.trace"
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
        (("diagram", "unitt"), "unit"),
        (("diagram", "unit", "--format", "pgn"), "png"),
        (("times", PAIR, "--topology", "figur-13-1"), "figure-13-1"),
        (("suite", PAIR, "--cover", "row", "-o", "x"), "rows"),
        (("show", "show failovr", PAIR), "show failover"),
        (("autoupdate", PAIR, "--sever", "server.toml"), "--server"),
        (("report", PAIR, "--outptu=x.html"), "--output"),
        (("check", PAIR, "--require", "survive=1"), "survives"),
        (("check", PAIR, "--require", "outge<=5s"), "outage"),
        (("run", str(TRACE), "--show", "show failover@primry"), "primary"),
        (("whatif", PAIR, "--after", "interface_link_failed unit=primary interface=outsid"), "outside"),
    ],
)
def test_what_is_near_is_named(words: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"did you mean {meant}" in said(capsys, *words)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('[environmnt]\nfaults = ["power"]', "environment"),
        ('[environment]\nfaults = ["interface"]', "interfaces"),
        ('[environment]\noperator = ["reste"]', "reset"),
        ('[options]\nprobee = "monitored"', "probe"),
        ('[options]\nprobe = "monitor"', "monitored"),
        ('[promises]\ncheck = ["one-active-while-lnk-up"]', "one-active-while-link-up"),
    ],
)
def test_what_is_near_in_a_model_file_is_named(
    text: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "x.toml"
    model.write_text(f'title = "x"\nconfig = "{PAIR}"\n{text}\n')
    assert f"did you mean {meant}" in said(capsys, "check", str(model))


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("primry: reload", "primary"),
        ("primary: relod", "reload"),
        ("primary: failover actve", "failover active"),
        ("unplug outsid of primary", "outside"),
        ("wait until primary standby redy", "standby ready"),
        ("wait untl pair ready", "wait until pair ready"),
        ("poweroff primary", "power off primary"),
    ],
)
def test_what_is_near_in_a_runbook_is_named(
    line: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runbook = tmp_path / "x.runbook"
    runbook.write_text(f"{line}\n")
    assert f"did you mean {meant}" in said(capsys, "runbook", str(runbook), PAIR)


@pytest.mark.parametrize(
    "words",
    [
        ("xyzzy",),
        ("check", PAIR, "--xyzzy"),
        ("check", "/xyzzy"),
        ("check", PAIR, "--promise", "xyzzy"),
        ("times", PAIR, "--conditon"),
        ("report", PAIR),
        ("autoupdate", PAIR),
    ],
)
def test_what_is_near_to_nothing_is_no_guess(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean" not in said(capsys, *words)


def test_a_long_list_is_shortened_and_begins_with_what_is_near() -> None:
    names = listed("converge", BY_ID).split(", ")
    assert len(names) == MOST_LISTED + 1 and names[-1] == f"and {len(BY_ID) - MOST_LISTED} more"
    near = listed("always-recovrable", BY_ID).split(", ")[0]
    assert near == "always-recoverable"
    assert listed("x", ("a", "b")) == "a, b"
