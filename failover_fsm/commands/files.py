"""Shared parts of subcommands: the error for bad input, printing, and writing a file whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from failover_fsm.config.values.printable import error_line, printable, printable_lines
from failover_fsm.text.colour import answer_coloured, has_colour
from failover_fsm.text.layout import WIDTH, cut, fitted, lines_of

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


def emit_answer(text: Callable[[], str], *, coloured: Callable[[str], str] = answer_coloured) -> None:
    """Prints the answer of a command for people, as wide as the terminal and in its colours; raises as `emit`.

    Args:
        text: Lays the answer out; elsewhere than on a terminal lines are as long as in a file.
        coloured: Puts colours into it.
    """
    laid = laid_out(text)
    emit(coloured(laid) if colour_wanted() else laid, styled=True)


def laid_out(text: Callable[[], str]) -> str:
    """The text that is laid out for the terminal, if standard output is one; escaped, and no line is too long."""
    with lines_of(terminal_width()):
        shown = printable_lines(text())
        return "\n".join(part for line in shown.split("\n") for part in fitted(line))


def terminal_width() -> int | None:
    """The columns of the terminal that standard output is; None if it is none."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if on_terminal(sys.stdout) else None


def colour_wanted() -> bool:
    """Whether standard output is a terminal with colours, and they are wanted."""
    return has_colour(on_terminal(sys.stdout), os.environ)


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
    show_progress()
    for line in lines:
        to_stderr("".join(f"{part}\n" for part in _fitted_error(error_line(line))))


def _fitted_error(line: str) -> list[str]:
    """The lines of an error: where stderr is a terminal, none ends within a word."""
    if not on_terminal(sys.stderr):
        return [line]
    with lines_of(progress_width() + 1):
        return fitted(line)


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


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; it is None where it was closed when the program began."""
    return stream is not None and stream.isatty()


def progress_is_shown() -> bool:
    """Whether progress is shown: stderr is a terminal that can clear a line."""
    return on_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"


def show_progress(text: str = "") -> None:
    """Overwrites the progress line where progress is shown; "" clears it, if there is one."""
    if progress_is_shown() and (text or _progress[0]):
        _progress[0] = bool(text)
        to_stderr(f"\r\033[K{cut(printable(text), progress_width())}")


_progress = [False]
"""Whether there is a progress line."""


def progress_width() -> int:
    """The columns of the progress line: a line that wraps could not be cleared."""
    columns = 0  # what a terminal says that does not know
    with suppress(OSError, ValueError):
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    return (columns or shutil.get_terminal_size().columns) - 1


def _discard(stream: TextIO) -> None:
    """Discards the rest of a stream's buffer, which would raise another error when the interpreter exits."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


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
