"""The commands and the program on the page docs/reference/device-texts.md print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from failover_fsm import device
from failover_fsm.cli import main
from failover_fsm.device.commands import COMMANDS, find

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "device-texts.md").read_text()
SESSIONS = re.findall(r"^    \$ (.+)\n((?:(?:    .*)?\n)+)", PAGE, flags=re.MULTILINE)


def test_there_are_sessions() -> None:
    assert len(SESSIONS) == 2


@pytest.mark.parametrize("command, shown", SESSIONS)
def test_a_session(
    command: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)[1:]) == 0
    told = capsys.readouterr()
    wanted = "\n".join(line[4:] for line in shown.rstrip().split("\n"))
    printed = (told.err + told.out).rstrip()
    assert printed.startswith(wanted[:-3]) if wanted.endswith("...") else printed == wanted


def test_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    code, after = PAGE.split("```python\n")[1].split("```\n\nprints\n\n")
    shown = re.match(r"(?:    .*\n)+", after)[0]
    exec(compile(code, "device-texts.md", "exec"), {})
    assert capsys.readouterr().out == "".join(f"{line[4:]}\n" for line in shown.splitlines())


def test_every_command_and_every_reader_is_on_the_page() -> None:
    table = PAGE.split("## The commands")[1].split("`run` ends")[0]
    typed = re.findall(r"`(show [^`]+)`", table)
    assert {find(each)[0].text for each in typed} == {each.text for each in COMMANDS}
    assert {each for each in device.__all__ if each.startswith("read_")} <= set(re.findall(r"`(read_\w+)`", PAGE))
