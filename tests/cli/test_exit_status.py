"""Errors of this program are not taken for a violated promise, and Ctrl-C is no error."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from failover_fsm.cli import main

ROOT = Path(__file__).parents[2]
CONFIG = str(ROOT / "models" / "active-standby.cfg")


def broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """The configuration reader fails in a way that nobody has thought of."""

    def fail(*_: object) -> object:
        raise error

    monkeypatch.setattr("failover_fsm.commands.config.read_config", fail)


@pytest.mark.parametrize(
    "error", [RuntimeError("no\nway \x1b[2J"), AssertionError(), RecursionError("deep"), MemoryError(), OSError(5, "x")]
)
def test_an_error_of_ours_is_one_line_and_status_4(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(monkeypatch, error)
    assert main(["config", CONFIG]) == 4
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1) and len(err) <= 301
    assert err.startswith(f"failover-fsm: an error of its own: {type(error).__name__}; --debug shows where")
    assert "\x1b" not in err


@pytest.mark.parametrize("words", [("--debug", "config", CONFIG), ("config", CONFIG, "--debug")])
def test_with_debug_there_is_a_traceback(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(monkeypatch, RuntimeError("why"))
    assert main(words) == 4
    assert "Traceback (most recent call last)" in (said := capsys.readouterr().err) and "RuntimeError: why" in said


def test_debug_changes_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", CONFIG]) == 0
    expected = capsys.readouterr()
    assert main(["--debug", "config", CONFIG]) == 0
    assert capsys.readouterr() == expected
    assert main(["config", "missing.cfg", "--debug"]) == 2


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    broken(monkeypatch, KeyboardInterrupt())
    assert main(["config", CONFIG]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("module", ["argparse", "failover_fsm.analysis.model_file", "failover_fsm.commands.check"])
def test_ctrl_c_while_modules_are_imported_is_130_without_a_traceback(module: str) -> None:
    code = f"""
import sys
class Interrupted:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted)
sys.argv = ["failover-fsm", "check", "x.cfg"]
import runpy
runpy.run_module("failover_fsm", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_output_that_cannot_be_encoded_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", ascii_only)
    from failover_fsm.commands.files import emit

    emit("Zürich\n")
    assert ascii_only.buffer.getvalue() == b"Z\\xfcrich\n"  # type: ignore[attr-defined]  # a BytesIO
