"""Shared parts of subcommands: the error for bad input, printing, and writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from failover_fsm.config.values.printable import error_line, printable, printable_lines
from failover_fsm.text.colour import answer_coloured, has_colour

PREFIX = 40
"""Characters of a file's name that its temporary file has too: a name has room for 255 bytes, not for more."""


class BadInput(Exception):
    """Input that cannot be used; `str` is what the user sees: a line for each argument, escaped."""

    def __str__(self) -> str:
        return "\n".join(printable(str(line)) for line in self.args)


def emit(text: str, *, styled: bool = False) -> None:
    """Prints the result of a command. A closed pipe does not change the command's exit status.

    Args:
        text: Lines; characters that control a terminal, or that it does not show, are escaped.
        styled: The text has control sequences of our own, and its foreign parts are escaped already.

    Raises:
        BadInput: If standard output cannot be written.
    """
    shown = text if styled else printable_lines(text)
    _write_output(lambda: sys.stdout.write(_encodable(shown)))


def emit_answer(text: str) -> None:
    """Prints the answer of a command for people, with colours where the terminal has them; raises as `emit`."""
    shown = printable_lines(text)
    colour = sys.stdout is not None and has_colour(sys.stdout.isatty(), os.environ)
    emit(answer_coloured(shown) if colour else shown, styled=True)


def emit_bytes(data: bytes) -> None:
    """Writes a result to standard output as it is; a closed pipe and errors as `emit`."""

    def write() -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)

    _write_output(write)


def _write_output(write: Callable[[], object]) -> None:
    """Calls a function that writes to standard output, and flushes it; raises as `emit`."""
    if sys.stdout is None:
        raise BadInput("standard output is closed; allowed: an open one")
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise BadInput(f"standard output: {error.strerror}; allowed: one that can be written") from None


def complain(*lines: str) -> None:
    """Prints a warning or an error on stderr: each line escaped, and not too long."""
    for line in lines:
        to_stderr(error_line(line) + "\n")


def to_stderr(text: str) -> None:
    """Writes to stderr; where it is closed or cannot be written, the exit status has to suffice."""
    if sys.stderr is None:  # closed when the program began
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _encodable(text: str) -> str:
    """The text without characters that standard output has no bytes for; those are escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def on_terminal() -> bool:
    """True if stderr is a terminal; progress is shown only there."""
    return sys.stderr is not None and sys.stderr.isatty()


def show_progress(text: str = "") -> None:
    """Overwrites the progress line on a terminal; "" clears it."""
    if on_terminal():
        to_stderr(f"\r\033[K{printable(text)}")


def _discard(stream: TextIO) -> None:
    """Discards the rest of a stream's buffer, which would raise another error when the interpreter exits."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


def time_watch(limit: float, things: str) -> Callable[[int], None]:
    """A function that shows how many things a search has looked at, and raises TimeoutError when its time is over.

    Args:
        limit: Seconds from now.
        things: What is counted, in the plural.
    """
    end = time.monotonic() + limit

    def check(count: int) -> None:
        if time.monotonic() > end:
            raise TimeoutError(f"{limit:g} s are over")
        if on_terminal():
            show_progress(f"{count:,} {things}")

    return check


def make_folder(option: str, folder: Path) -> None:
    """Makes the directory that an option names.

    Raises:
        BadInput: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{option} {folder}: {error.strerror}; allowed: a directory that can be written") from None


def write_bytes(name: str | Path, data: bytes) -> None:
    """Writes a file; after an interrupt the old file is still there, or none, never half of one.

    Raises:
        BadInput: If the file cannot be written.
    """
    try:
        path = Path(name)
        if path.is_dir():
            raise BadInput(f"{name}: is a directory; allowed: the name of a file")
        if path.exists() and not path.is_file():  # also /dev/stdout, which is no path once its links are resolved
            path.write_bytes(data)
        else:
            with replacing(Path(os.path.realpath(name))) as file:
                file.write(data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise BadInput(f"{name}: cannot be written: {reason}; allowed: a path that can be written") from None


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A temporary file beside `path`, renamed at the end, so that readers see the old file or the new one.

    Raises:
        OSError: If it cannot be written; the old file is then still there.
    """
    handle, beside = tempfile.mkstemp(prefix=f".{path.name[:PREFIX]}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            yield file
        os.chmod(beside, _mode(path))
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _mode(path: Path) -> int:
    """The permissions of the existing file, or those of a new one."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
