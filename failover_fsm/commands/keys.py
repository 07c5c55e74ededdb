"""Keys that are pressed on a terminal, one by one, without waiting for Enter."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from failover_fsm.commands.files import on_terminal

__all__ = ["BACKSPACE", "END_OF_FILE", "ENTER", "ESCAPE", "Keys", "can_be_read", "keys_of_terminal"]

ENTER, ESCAPE, BACKSPACE = "enter", "escape", "backspace"

_NAMES = {
    "\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\b": BACKSPACE, "\x1b": ESCAPE, "\x04": "end-of-file",
    "\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right", "\x1b[D": "left", "\x1b[H": "home", "\x1b[F": "end",
    "\x1bOA": "up", "\x1bOB": "down", "\x1bOC": "right", "\x1bOD": "left", "\x1bOH": "home", "\x1bOF": "end",
    "\x1b[1~": "home", "\x1b[4~": "end", "\x1b[7~": "home", "\x1b[8~": "end",
    "\x1b[5~": "page-up", "\x1b[6~": "page-down",
}  # fmt: skip
"""What terminals send, and the name of the key; any other character is its own name."""

END_OF_FILE = "end-of-file"

SOON = 0.05
"""Seconds within which the rest of what one key sends arrives."""


def can_be_read() -> bool:
    """Whether somebody can press keys: standard input and output are a terminal that can do more than print."""
    if os.environ.get("TERM") == "dumb":
        return False
    if find_spec("termios") is None:  # not a Unix
        return False
    return on_terminal(sys.stdin) and on_terminal(sys.stdout)


class Keys:
    """The keys of an open terminal.

    Args:
        handle: Its file descriptor, in a mode in which it does not wait for Enter.
    """

    def __init__(self, handle: int) -> None:
        self._handle, self._read = handle, b""

    def next(self) -> str:
        """The next key: a name of `_NAMES` or a character; the end of the file if the terminal is gone."""
        if not self._read and not self._more():
            return END_OF_FILE
        if self._read[:1] == b"\x1b":
            return self._escape()
        size = next((size for size, least in ((4, 0xF0), (3, 0xE0), (2, 0xC0)) if self._read[0] >= least), 1)
        while len(self._read) < size and self._more():
            pass
        char = self._take(size).decode("utf-8", "replace")
        return _NAMES.get(char, char)

    def _escape(self) -> str:
        """The key that sends an escape sequence; of an unknown one all is passed over."""
        for size in range(1, 6):
            while len(self._read) < size:
                if not self._has_more() or not self._more():
                    return _NAMES.get(self._take(len(self._read)).decode("ascii", "replace"), ESCAPE)
            sent = self._read[:size].decode("ascii", "replace")
            if size > 1 and sent in _NAMES:
                return _NAMES[self._take(size).decode("ascii")]
            if size == 2 and sent[1] not in "[O":
                return _NAMES[self._take(1).decode("ascii")]
            if size > 2 and (sent[-1].isalpha() or sent[-1] == "~"):
                self._take(size)
                return "unknown"
        self._take(5)
        return "unknown"

    def _take(self, size: int) -> bytes:
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> bool:
        more = os.read(self._handle, 1024)
        self._read += more
        return bool(more)

    def _has_more(self) -> bool:
        import select

        return bool(select.select([self._handle], [], [], SOON)[0])


@contextmanager
def keys_of_terminal() -> Iterator[Keys]:
    """The keys of standard input, which is as before afterwards; Ctrl-C ends the program as ever."""
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSADRAIN)  # what was typed already is not lost
        yield Keys(handle)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
