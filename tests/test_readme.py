"""The README shows what really happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def sessions() -> list[tuple[str, str]]:
    """Each command after a `$` in an indented block, with the output printed below it."""
    blocks = re.findall(r"^    \$ (.+)\n((?:(?:    .*)?\n)+)", README, flags=re.MULTILINE)
    return [(command, "\n".join(line[4:] for line in shown.strip("\n").split("\n"))) for command, shown in blocks]


def without_seconds(text: str) -> str:
    """The text with measured times taken out."""
    return re.sub(r"\d+\.\d s\b", "N s", text).strip()


def run(command: str) -> str:
    """What a `failover-fsm` command prints, advice first."""
    words = command.split()
    assert words[0] == "failover-fsm"
    done = subprocess.run(
        [sys.executable, "-m", "failover_fsm", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr + done.stdout


def test_there_is_a_session() -> None:
    assert len(sessions()) >= 1


@pytest.mark.parametrize("command, shown", sessions())
def test_a_session_prints_what_the_readme_shows(command: str, shown: str) -> None:
    assert without_seconds(run(command)) == without_seconds(shown)


def test_the_library_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    block = re.search(r"((?:    .*\n|\n)*    from failover_fsm import (?:    .*\n|.*\n|\n)*?)\n## ", README)
    assert block is not None
    code = "\n".join(line[4:] for line in block[1].splitlines() if line.startswith("    ") or not line)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.endswith("Verdict.HOLDS\n")


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "models" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
