"""Child processes that tests interrupt: started the same way whatever started the tests."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def _hear_ctrl_c() -> None:
    """A shell that runs the tests in the background has them ignore Ctrl-C, and a child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def python(arguments: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Starts Python at the root of the checkout; `options` are those of Popen."""
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, preexec_fn=_hear_ctrl_c, **options)


def interrupted(arguments: Sequence[str], sign: str) -> tuple[int, str, str]:
    """Runs Python and sends it Ctrl-C as soon as `sign` stands on its terminal, which is its standard error.

    Returns:
        Its exit status, its standard output, and what stood on the terminal.
    """
    master, slave = pty.openpty()
    able = {**os.environ, "TERM": "xterm"}  # a dumb terminal shows no progress
    with python(arguments, stdout=subprocess.PIPE, stderr=slave, env=able) as running:
        os.close(slave)
        shown = ""
        while sign not in shown:
            shown += os.read(master, 4096).decode()
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=120)
    try:
        while more := os.read(master, 4096):
            shown += more.decode()
    except OSError:  # how Linux says that nobody has the terminal open any more
        pass
    finally:
        os.close(master)
    return running.returncode, out, shown
