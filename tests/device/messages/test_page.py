"""The page of messages is current, and its example runs as it says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from failover_fsm.commands import messages_page
from failover_fsm.device.messages.page import render
from failover_fsm.templates.messages.table import MESSAGES


def test_the_page_is_current(tmp_path: Path) -> None:
    assert messages_page.PAGE.read_text(encoding="utf-8") == render()
    assert messages_page.main([str(tmp_path / "page.md")]) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == render()


def test_the_page_has_every_message_once() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d{6}) \|", render(), re.MULTILINE)]
    assert sorted(numbers) == sorted(MESSAGES)


def test_the_example_prints_what_the_page_says() -> None:
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", render(), re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    assert out.getvalue() == printed


def test_the_page_is_printed_on_request_and_a_bad_call_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert messages_page.main(["-"]) == 0
    assert capsys.readouterr().out == render()
    assert messages_page.main(["--help"]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
    assert messages_page.main([str(tmp_path / "none" / "page.md")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
