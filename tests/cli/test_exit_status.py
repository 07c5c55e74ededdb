"""Errors of this program are not taken for a violated promise, and Ctrl-C is no error."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from failover_fsm import __version__
from failover_fsm.cli import main
from failover_fsm.commands import files

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


def wrapped(*, cause: BaseException | None) -> RuntimeError:
    """An error raised while Ctrl-C was being handled, as in the creation of a class."""
    try:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise RuntimeError("Error calling __set_name__") from cause
    except RuntimeError as error:
        return error


@pytest.mark.parametrize("cause", [None, KeyboardInterrupt(), ValueError("in between")])
@pytest.mark.parametrize("words", [("config", CONFIG), ("config", CONFIG, "--debug")])
def test_ctrl_c_wrapped_in_another_error_is_an_interrupt(
    words: tuple[str, ...],
    cause: BaseException | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken(monkeypatch, wrapped(cause=cause))
    assert main(words) == 130
    assert capsys.readouterr() == ("", "interrupted\n")


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


def shell(command: str) -> tuple[int, str, str]:
    """Status, output and errors of a shell command in which `$FSM` is the program."""
    environment = {**os.environ, "FSM": f"{sys.executable} -m failover_fsm"}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


WORKING = f"config {CONFIG}"
HAS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full, as Linux has it")


@pytest.mark.slow
@HAS_FULL
@pytest.mark.parametrize("words", ["--version", "--help", "check --help", "diagram unit", WORKING])
@pytest.mark.parametrize("where, what", [(">/dev/full", "No space left on device"), (">&-", "is closed")])
def test_standard_output_that_cannot_be_written_is_status_2_and_one_line(words: str, where: str, what: str) -> None:
    status, out, err = shell(f"$FSM {words} {where}")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "standard output" in err and what in err


@pytest.mark.slow
@HAS_FULL
@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize(
    "words, expected",
    [
        ("check missing.cfg", 2),
        ("frobnicate", 2),
        ("diagram nothing", 2),
        ("--version", 0),
        (WORKING, 0),
        ("config models/fpr4150.cfg", 0),
    ],
)
def test_errors_that_cannot_be_written_change_neither_status_nor_output(words: str, expected: int, where: str) -> None:
    _, plain, _ = shell(f"$FSM {words} 2>/dev/null")
    assert shell(f"$FSM {words} {where}") == (expected, plain, "")


@pytest.mark.slow
@HAS_FULL
@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize("error, expected", [("RuntimeError('x')", 4), ("KeyboardInterrupt", 130)])
@pytest.mark.parametrize("debug", ["", "--debug"])
def test_our_errors_and_interrupts_keep_their_status_without_stderr(
    error: str, expected: int, debug: str, where: str
) -> None:
    code = f"""
import sys
import failover_fsm.commands.config as command
def fail(*_):
    raise {error}
command.read_config = fail
from failover_fsm.cli import main
sys.exit(main(sys.argv[1:]))
"""
    status, out, err = shell(f'{sys.executable} -c "{code}" config x.cfg {debug} {where}')
    assert (status, out, err) == (expected, "", "")


@pytest.mark.slow
def test_help_into_a_pipe_whose_reader_has_left_is_no_error() -> None:
    assert shell("$FSM check --help | true; $FSM --version") == (0, f"failover-fsm {__version__}\n", "")


@HAS_FULL
def test_progress_on_a_terminal_that_has_gone_does_not_end_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    with open("/dev/full", "wb", buffering=0) as full:
        gone = Gone(full, write_through=True)
        monkeypatch.setattr("sys.stderr", gone)
        files.show_progress("1,000 states")
        files.complain("gone too")
        gone.write("and what comes later")
        gone.flush()
