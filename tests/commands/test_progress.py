"""The progress line: what it says, where it is shown, and that nothing of it stays."""

from __future__ import annotations

import io
import sys
import time
from itertools import pairwise

import pytest

from failover_fsm.checker import Progress as Reached
from failover_fsm.cli import main
from failover_fsm.commands import files, progress
from failover_fsm.commands.progress import Progress


class Terminal(io.StringIO):
    """A standard error on which somebody looks."""

    def isatty(self) -> bool:
        return True


def looked_at(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody looks from now on; pytest has a standard error of its own in fixtures."""
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "AGAIN", 0.01)
    return shown


def waits_for(terminal: Terminal, text: str) -> bool:
    end = time.monotonic() + 30
    while text not in terminal.getvalue() and time.monotonic() < end:
        time.sleep(0.01)
    return text in terminal.getvalue()


def test_what_the_line_says() -> None:
    line = Progress("drawing x.html")
    assert line.line(3.2) == "drawing x.html: 3 s"
    line.now("sweep", "settings", 40)
    assert line.line(0.1) == "sweep: 0 of 40 settings, 0.0/s, 0 s"
    line.at(10)
    assert line.line(1.0) == "sweep: 10 of 40 settings, 10/s, 1 s", "too early to tell"
    assert line.line(5.0) == "sweep: 10 of 40 settings, 2.0/s, 5 s, about 15 s more"
    line.now("looking", "places")
    line.at(120_000)
    assert line.line(60.0) == "looking: 120,000 places, 2,000/s, 60 s"
    line.now("drawing /a/long/name/of/a/file.html", "places")
    line.at(120_000)
    assert line.line(60.0, 50) == "drawing /a/long/...: 120,000 places, 2,000/s, 60 s", "what counts is seen"


def test_the_rate_of_a_search_is_that_of_the_last_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    with Progress("searching") as line:
        tell = line.reached()
        assert tell is not None
        for states, seconds, memory in ((1000, 1.0, 0), (2000, 1.5, 0), (2000, 1.5, 3 << 20)):
            tell(Reached(states=states, transitions=0, frontier=7, depth=3, seconds=seconds, memory=memory))
        assert line.line(2.0) == "searching: 2,000 states, 0.0/s, 7 waiting, depth 3, 3 MB, 2 s"
    assert "searching: 1,000 states, 1,000/s, 7 waiting, depth 3, " in terminal.getvalue()
    assert "searching: 2,000 states, 2,000/s, 7 waiting, depth 3, " in terminal.getvalue()


def test_it_moves_on_by_itself_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    with Progress("drawing") as line:
        assert waits_for(terminal, "drawing: 0 s")
        with Progress("inside"):
            assert waits_for(terminal, "inside: 0 s")
        line.now("printing")
        assert waits_for(terminal, "printing: 0 s")
        files.complain("by the way")
    assert "\r\033[Kby the way\n" in terminal.getvalue()
    assert terminal.getvalue().endswith(("\r\033[K", "by the way\n")), "the line is gone"


def test_a_line_is_cut_where_the_terminal_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    files.show_progress("x" * 100)
    files.show_progress("\u6f22" * 100)
    one, two = terminal.getvalue().split("\r\033[K")[1:]
    assert one == "x" * 69 and two == "\u6f22" * 34


def test_nothing_is_shown_where_a_line_cannot_be_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert shown_of_a_drawing() is terminal and terminal.getvalue() == ""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert shown_of_a_drawing().getvalue() == ""


def shown_of_a_drawing() -> io.StringIO:
    with Progress("drawing") as line:
        assert line.reached() is None
        time.sleep(0.05)
    assert isinstance(sys.stderr, io.StringIO)
    return sys.stderr


def test_a_limit_ends_a_search() -> None:
    check = Progress("looking").limited(-1.0, "places")
    with pytest.raises(TimeoutError, match="s are over"):
        check(1)


@pytest.mark.slow
def test_a_sweep_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Any command may be asked: it is the same line everywhere."""
    terminal = looked_at(monkeypatch)
    assert main(["times", "--sweep"]) == 0
    capsys.readouterr()
    counts = [int(text.split()[0]) for text in terminal.getvalue().split("following the clocks: ")[1:]]
    assert counts and all(one <= other for one, other in pairwise(counts))
