"""The program on the page docs/reference/device-texts.md prints what it shows; its commands are run in tests/docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from failover_fsm import device
from failover_fsm.device.commands import COMMANDS, find

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "device-texts.md").read_text()


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
