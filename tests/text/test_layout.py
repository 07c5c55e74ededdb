"""Lines of a terminal: paragraphs, tables, wide characters; and every answer between 60 and 200 columns."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.cli.subcommands import COMMANDS
from failover_fsm.commands.tables import feature_lines
from failover_fsm.reports.text.sweep import sweep_answer
from failover_fsm.text.layout import (
    WIDTH,
    columns,
    cut,
    display_width,
    fitted,
    line_width,
    lines_of,
    padded,
    some_of,
    wrap,
)
from failover_fsm.timing.sweep import Point, sweep_text

ROOT = Path(__file__).parents[2]
PAIR = "models/active-standby.cfg"
ROWS = [("", "detection", "takeover"), ("active-unit-dies", "14 to 15", "14 to 15"), ("forced", "", "0")]


def test_a_wide_character_takes_two_columns_and_an_accent_none() -> None:
    assert display_width("ab") == 2 and display_width("\u6f22\u5b57") == 4 and display_width("e\u0301") == 1
    assert padded("\u6f22", 4) == "\u6f22  " and cut("\u6f22\u5b57", 3) == "\u6f22" and cut("abc", 2) == "ab"


def test_lines_are_as_wide_as_is_said() -> None:
    assert line_width() == WIDTH
    for asked, given in ((20, 60), (60, 60), (132, 132), (500, 200)):
        with lines_of(asked):
            assert line_width() == given
    assert line_width() == WIDTH


def test_a_paragraph_of_wide_characters_is_no_wider_than_the_line() -> None:
    text = " ".join(["\u9632\u706b\u5899.cfg"] * 30)
    lines = wrap(text, "  ", "    ", width=60)
    assert all(display_width(line) <= 60 for line in lines) and max(map(display_width, lines)) > 50
    assert " ".join(" ".join(lines).split()) == text and "\x00" not in "".join(lines)


def test_a_table_that_is_too_wide_is_told_row_by_row_on_a_terminal_only() -> None:
    whole = [
        "                    detection  takeover",
        "  active-unit-dies  14 to 15   14 to 15",
        "  forced                       0",
    ]
    assert columns(ROWS) == whole
    with lines_of(60):
        assert columns(ROWS) == whole
        wide = columns([("", "x" * 30, "y" * 30), *ROWS[1:]])
    assert wide[0] == "  active-unit-dies" and wide[1].startswith("      xxx") and wide[-1] == f"      {'y' * 30} 0"


def test_a_short_cell_told_in_a_paragraph_keeps_its_heading() -> None:
    rows = [
        ("", "detection", "takeover", "no unit active", "without service"),
        ("forced", "1 to 2", "14 to 15", "14 to 15", "0 to 5"),
    ]
    with lines_of(60):
        lines = columns(rows)
    assert lines[1:] == [
        "      detection 1 to 2; takeover 14 to 15;",
        "      no unit active 14 to 15; without service 0 to 5",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_no_alarm_of_watch_is_wider_than_the_terminal(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "asa.log"
    log.write_text(
        "%ASA-1-105043: (Primary) Failover interface failed\n%ASA-1-104001: (Secondary) Switching to ACTIVE - x\n"
    )
    words = ["watch", str(ROOT / PAIR), "--log", str(log)]
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", out := Terminal())
    assert main(words) == 1
    lines = out.getvalue().splitlines()
    assert max(map(display_width, lines)) <= width and len(lines) > 4
    monkeypatch.setattr(sys, "stdout", piped := io.StringIO())
    assert main(words) == 1
    assert len(piped.getvalue().splitlines()) == 4, "elsewhere an alarm and its line are a line each"


def test_a_long_line_is_left_alone_in_a_file() -> None:
    line = "  - " + "word " * 30
    assert fitted(line) == [line]
    with lines_of(60):
        lines = fitted(line)
        assert fitted("name    " + "text " * 12)[0].startswith("name    text"), "blanks within it stay"
    assert len(lines) > 1 and all(len(each) <= 60 for each in lines) and lines[1].startswith("    word")


def test_many_names_are_not_all_told() -> None:
    assert some_of(["a", "b"]) == "a, b"
    assert some_of([f"vlan{number}" for number in range(250)]) == "vlan0, vlan1, vlan2, vlan3, vlan4, 245 more"


class Terminal(io.StringIO):
    """A standard output on which somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "words",
    [
        ("times", PAIR),
        ("faults", PAIR, "--topology", "figure-13-2", "--list-elements"),
        ("whatif", PAIR, "--after", "unit_failed unit=primary"),
        ("run", "models/split-brain.trace"),
        ("runbook", "models/runbooks/test-failover.runbook", PAIR, "--no-faults", "-v"),
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal(
    width: int, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # a name of a file is not broken, however long it is
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", out := Terminal())
    assert main(list(words)) == 0
    lines = out.getvalue().splitlines()
    assert max(map(display_width, lines)) <= width
    assert width < 200 or "--list-elements" in words or max(map(display_width, lines)) > 100, "all of it is used"


def test_a_page_has_the_same_bytes_whatever_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pages = []
    for width in ("60", "200"):
        monkeypatch.setenv("COLUMNS", width)
        monkeypatch.setattr(sys, "stdout", Terminal())
        page = tmp_path / f"{width}.html"
        assert main(["whatif", PAIR, "--after", "unit_failed unit=primary", "--any-order", "--report", str(page)]) == 0
        pages.append(page.read_bytes())
    assert pages[0] == pages[1]


def test_a_long_word_of_alternatives_ends_behind_one_of_them() -> None:
    name = "  negotiation|cold-standby|sync-config|sync-file-system|bulk-sync|up --Reload--> restarting"
    assert fitted(name) == [name]
    with lines_of(60):
        lines = fitted(name)
        assert fitted("  off|down --UnitRestored--> up") == ["  off|down --UnitRestored--> up"]
    assert max(map(display_width, lines)) <= 60 and lines[0].endswith("|")
    assert "".join(each.strip() for each in lines[:2]) == name.removesuffix(" restarting").strip()


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_sweep_stays_a_table(width: int) -> None:
    point = Point(poll=1000, hold=15_000, outage=15_000, survived=13, pause=14_999, best=True)
    with lines_of(width):
        lines = sweep_answer([point, point], point).splitlines()
    assert max(map(display_width, lines)) <= width and "This pair: poll 1, hold 15" in " ".join(lines)
    assert any("poll    hold" in line for line in lines)
    rows = [line for line in lines if line.startswith("  *")]
    assert [row.split() for row in rows] == [["*", "1", "15", "15", "13", "14.999", "1.00"]] * 2
    assert sweep_answer([point]) == sweep_text([point]), "as it is in a file"


def test_what_each_kind_of_pair_supports_fits_a_narrow_terminal() -> None:
    with lines_of(60):
        assert max(map(display_width, feature_lines())) <= 60
    assert "T5-2  multiple context mode               yes            yes" in list(feature_lines())


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_help_is_wider_than_the_terminal(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert max(map(display_width, capsys.readouterr().out.splitlines())) <= 60
