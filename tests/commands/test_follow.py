"""`run --follow` on a terminal and in a pipe: the steps of `run`, one by one, in colour only where there is colour."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.commands.follow import HELP, Reader
from failover_fsm.commands.keys import Keys
from failover_fsm.text.colour import coloured, has_colour

pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")

ROOT = Path(__file__).parents[2]
TRACE = ROOT / "models" / "split-brain.trace"
CODES = re.compile("\033\\[[0-9;]*[A-Za-z]")


def plain(*arguments: str) -> str:
    """What `run` prints into a pipe."""
    command = [sys.executable, "-m", "failover_fsm", "run", str(TRACE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def on_terminal(keys: bytes, **environment: str) -> tuple[str, int]:
    """What a terminal shows of `run --follow` while somebody types, and the exit status; line ends as in a file."""
    ours, theirs = pty.openpty()
    known = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM", "COLUMNS")}
    command = [sys.executable, "-m", "failover_fsm", "run", str(TRACE), "--follow"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
        preexec_fn=_take_terminal, env={**known, "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"-- Enter" not in shown:
        shown += _read(ours, process)
    os.write(ours, keys)
    while True:
        try:
            more = _read(ours, process, keys if keys == b"\x03" else b"")
        except OSError:  # the other end is closed
            break
        if not more:
            break
        shown += more
    os.close(ours)
    return shown.decode().replace("\r\n", "\n"), process.wait(timeout=30)


def _read(terminal: int, process: subprocess.Popen[bytes], again: bytes = b"") -> bytes:
    """What comes next; a process that says nothing for a minute is ended: the test fails and does not hang.

    again: what is typed once more meanwhile. A Ctrl-C just before Python waits for a line is seen with the
    next key only.
    """
    for _ in range(30):
        ready, _, _ = select.select([terminal], [], [], 2)
        if ready:
            return os.read(terminal, 4096)
        os.write(terminal, again)
    process.kill()
    raise AssertionError("the terminal shows nothing any more")


def _take_terminal() -> None:
    """Makes the pseudo terminal that of the process, so that Ctrl-C reaches it even if the tests ignore it."""
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def words(text: str) -> list[str]:
    """The words shown, without colours and questions."""
    return re.sub(r"-- Enter: [^\r\n]*\r", "", CODES.sub("", text)).split()


@pytest.mark.slow
def test_in_a_pipe_it_is_what_run_prints() -> None:
    assert plain("--follow") == plain()
    assert "\033" not in plain()


@pytest.mark.slow
def test_on_a_terminal_it_waits_before_each_step_and_shows_the_same() -> None:
    steps = plain().count("\n\n")
    shown, status = on_terminal(b"\n" * steps)
    assert status == 0
    assert words(shown) == plain().split()
    assert shown.count("-- Enter") == steps, "once a step"
    assert "\033[1;34mActive\033[0m" in shown


@pytest.mark.slow
def test_all_that_is_left_comes_at_once() -> None:
    shown, status = on_terminal(b"a\n")
    assert status == 0 and shown.count("-- Enter") == 1
    assert [word for word in words(shown) if word != "a"] == [word for word in plain().split() if word != "a"]


@pytest.mark.slow
@pytest.mark.parametrize("keys", [b"q\n", b"\x04"], ids=["q", "Ctrl-D"])
def test_it_can_be_left_and_still_says_the_verdict(keys: bytes) -> None:
    shown, status = on_terminal(keys)
    assert status == 0 and shown.count("-- Enter") == 1
    assert "at the end" not in shown and plain().splitlines()[-1] in shown


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    shown, status = on_terminal(b"\x03")
    assert status == 130 and "Traceback" not in shown
    assert shown.rstrip().endswith("interrupted")


@pytest.mark.slow
def test_no_colour_where_none_is_wanted() -> None:
    shown, _ = on_terminal(b"a\n", NO_COLOR="1")
    assert "\033[1;34m" not in shown
    shown, _ = on_terminal(b"a\n", TERM="dumb")
    assert "\033" not in shown and "-- Enter: next step, a: all that is left" in shown
    assert has_colour(True, {}) and not has_colour(False, {})
    assert has_colour(True, {"NO_COLOR": ""}), "an empty NO_COLOR is none, says no-color.org"


def test_colour_marks_roles_and_alarms_and_leaves_the_words() -> None:
    story = "5     the secondary is Active\n      Standby Ready -> Active | log 104001: Switching to ACTIVE\n"
    story += "      ** both units are active **\n      outside: Failed\n"
    painted = coloured(story)
    assert CODES.sub("", painted) == story
    head, roles, alarm, failed, _ = painted.split("\n")
    assert head == "\033[1m5     the secondary is Active\033[0m"
    assert roles.count("\033[0m") == 2 and "\033[36mStandby Ready" in roles
    assert alarm == "      \033[1;7m** both units are active **\033[0m"
    assert failed == "      outside: \033[1;31mFailed\033[0m"


def test_follow_and_json_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(TRACE), "--follow", "--json"]) == 2
    assert "allowed: one of them" in capsys.readouterr().err


# -- the way through a story -----------------------------------------------------------------------

STEPS = ("STATUS", "1     power fails on the primary", "2-4   hold time expires", "5     the secondary hears", "END")


def keys(*sent: bytes) -> Keys:
    """Keys that are pressed one after the other; then the terminal is gone."""
    ours, theirs = os.pipe()
    os.write(theirs, b"".join(sent))
    os.close(theirs)
    return Keys(ours)


def read(capsys: pytest.CaptureFixture[str], *sent: bytes) -> list[str]:
    """The steps in the order in which they are shown, and what is said beside the question."""
    Reader(STEPS, STEPS, keys(*sent)).read()
    found = []
    for line in re.sub("\033\\[K|\033\\[H\033\\[2J", "", capsys.readouterr().out).replace("\r", "\n").splitlines():
        said = re.search(r"q: quit \(\d of 5\) (.*)", line)
        if line in STEPS:
            found.append(STEPS.index(line))
        elif said is not None and said[1]:
            found.append(said[1].strip())
    return found


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ((b"\n", b" ", b"q"), [0, 1, 2]),
        ((b"\033[C", b"\033[B", b"\033[D", b"\033OA", b"\033[C", b"q"), [0, 1, 2, 1, 0, 1]),
        ((b"b", b"q"), [0, "this is the first step,"]),
        ((b"3g", b"q"), [0, "3", 2]),
        ((b"9g", b"q"), [0, "9", "there is no step 9,"]),
        ((b"G", b"g", b"q"), [0, 4, 0]),
        ((b"\033[F", b"\033[H", b"\033[4~", b"q"), [0, 4, 0, 4]),
        ((b"/HEARS\n", b"N", b"q"), [0, 3, "no 'HEARS' before,"]),
        ((b"/ex\177xpires\n", b"n", b"q"), [0, 2, "no 'expires' after this step,"]),
        ((b"/nobody\033", b"n", b"q"), [0]),
        ((b"\n", b"a"), [0, 1, 2, 3, 4]),
        ((b"G", b"\n", b"\n"), [0, 4]),
        ((b"\033[99~", b"\033", b"x", b"\n", b"\x04"), [0, 1]),
        ((b"/\xe6\xbc\xa2\n", b"q"), [0, "no '\u6f22' after this step,"]),
    ],
)
def test_keys_lead_through_the_steps(
    sent: tuple[bytes, ...], shown: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(capsys, *sent) == shown


def test_what_the_keys_are_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Reader(STEPS, STEPS, keys(b"?q")).read()
    told = capsys.readouterr().out
    assert all(key in told and does in told for key, does in HELP)


@pytest.mark.slow
def test_on_a_terminal_one_goes_back_and_the_terminal_is_as_before() -> None:
    shown, status = on_terminal(b"\033[C\033[C\033[Dq")
    assert status == 0
    shown = CODES.sub("", shown)
    first = plain().split("\n\n")[1]
    assert shown.count(first) == 2, "it is shown again"
    with contextlib.suppress(OSError):
        assert plain().splitlines()[-1] in shown
