"""The sessions of the documentation as killers: what a command prints in this process, held against its page."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.docs.sessions import ROOT, Session, Workplace, sessions, shown_is_printed, without_seconds

__all__ = ["TOOL", "names", "page_shows"]

TOOL = "failover-fsm "

SHELL = ("PIPESTATUS", "2>&1 >")
"""Sessions with these show what the shell does."""


def names() -> Iterator[str]:
    """`docs/howto/outage.md 12` for each session that is one command of the tool: its page and line."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        for each in _sessions(page):
            if each.command.startswith(TOOL) and not any(word in each.command for word in SHELL):
                yield f"{page.relative_to(ROOT)} {each.line}"


def _sessions(page: Path) -> list[Session]:
    return list(sessions(page.read_text(encoding="utf-8")))


def page_shows(name: str) -> tuple[bool, str]:
    """Whether a session prints what its page shows, and a digest of all that it prints."""
    page, _, line = name.rpartition(" ")
    place = Workplace()
    before = Path.cwd()
    try:
        for each in _sessions(ROOT / page):
            if each.line == int(line):
                os.chdir(place.path)
                return _holds(each)
            if not each.command.startswith(TOOL):  # makes a file that later ones read
                place.run(each.command)
    finally:
        os.chdir(before)
        place.close()
    raise ValueError(f"{page} has no session at line {line}")


def _holds(session: Session) -> tuple[bool, str]:
    from failover_fsm.cli import main

    command, _, through = session.command.partition(" | ")
    words = [each for each in shlex.split(command)[1:] if each not in ("2>/dev/null", "2>&1", ">/dev/null")]
    os.environ.update(COLUMNS="100", NO_COLOR="1")
    advice, printed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(advice), contextlib.redirect_stdout(printed):
        main(words)
    text = printed.getvalue()
    if through:
        text = subprocess.run(["bash", "-c", through], input=text, capture_output=True, text=True, check=True).stdout
    shown = any(shown_is_printed(session.shown, each) for each in (text, advice.getvalue() + text))
    everything = without_seconds(printed.getvalue() + advice.getvalue())
    return shown, hashlib.sha256(everything.encode()).hexdigest()[:16]
