"""Sessions in the documentation: commands after a `$` in an indented block, with what they print below.

    python -m tests.docs.sessions docs/tutorial/your-pair.md ...    # writes anew what the commands print

A session in which a line `...` stands shows only parts of what is printed. Commands are run in a
directory that looks like the top of the repository: files that a page writes are there for its next commands, and gone
afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import attrs

__all__ = ["ROOT", "Session", "Workplace", "sessions", "shown_is_printed", "without_seconds"]

ROOT = Path(__file__).parents[2]
_SESSION = re.compile(r"^    \$ (.+)\n((?:(?:    (?!\$ ).*)?\n)*)", re.MULTILINE)
LINKED = ("models", "examples", "tests", "docs", "diagrams")
"""What a page can read."""


@attrs.frozen
class Session:
    """One command of a page.

    Attributes:
        command: As it stands behind the `$`.
        shown: What the page says that it prints.
        line: The number of its line.
    """

    command: str
    shown: str
    line: int


def sessions(text: str) -> Iterator[Session]:
    """The sessions of a page, in their order."""
    for found in _SESSION.finditer(text):
        shown = "\n".join(line[4:] for line in found[2].strip("\n").split("\n"))
        yield Session(found[1], shown, text.count("\n", 0, found.start()) + 1)


class Workplace:
    """A directory that looks like the repository, in which a page's commands are run one after another."""

    def __init__(self) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="failover-fsm-page-")
        self.path = Path(self._made.name)
        for name in LINKED:
            (self.path / name).symlink_to(ROOT / name)
        python = self.path / ".bin"
        python.mkdir()
        for name, words in (("failover-fsm", "-m failover_fsm"), ("python", "")):
            script = python / name
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
            script.chmod(0o755)

    def run(self, command: str) -> tuple[str, str]:
        """What a command prints on standard error, where advice goes, and on standard output."""
        path = f"{self.path / '.bin'}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stderr, done.stdout

    def close(self) -> None:
        """Removes the directory."""
        shutil.rmtree(self.path, ignore_errors=True)


def without_seconds(text: str) -> str:
    """The text with measured times taken out."""
    return re.sub(r"\d+\.\d s\b", "N s", text).strip()


def shown_is_printed(shown: str, printed: str) -> bool:
    """Whether the page shows what is printed, or parts of it in their order where it has a line `...`."""
    parts = [without_seconds(part) for part in re.split(r"^\s*\.\.\.$", shown, flags=re.MULTILINE)]
    pattern = "(?s:.*)".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, without_seconds(printed)) is not None


def refilled(text: str) -> str:
    """The page with what its commands print now; a session with a line `...` is left as it is."""
    place = Workplace()

    def again(found: re.Match[str]) -> str:
        printed = "".join(place.run(found[1])).rstrip("\n")
        if re.search(r"^\s*\.\.\.$", found[2], re.MULTILINE):
            return found[0]
        lines = "".join(f"    {line}".rstrip() + "\n" for line in printed.split("\n"))
        return f"    $ {found[1]}\n{lines}\n"

    try:
        return _SESSION.sub(again, text)
    finally:
        place.close()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(refilled(page.read_text(encoding="utf-8")), encoding="utf-8")
