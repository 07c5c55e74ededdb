"""Shared parts of subcommands: the error for bad input, printing, and writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from failover_fsm.config.values.printable import error_line, printable, printable_lines


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
    if sys.stdout is None:
        raise BadInput("standard output is closed; allowed: an open one")
    try:
        sys.stdout.write(_encodable(text if styled else printable_lines(text)))
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        _discard_output()
        raise BadInput(f"standard output: {error.strerror}; allowed: one that can be written") from None


def complain(*lines: str) -> None:
    """Prints a warning or an error on stderr: each line escaped, and not too long."""
    for line in lines:
        print(error_line(line), file=sys.stderr)


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
        print(f"\r\033[K{printable(text)}", end="", file=sys.stderr, flush=True)


def _discard_output() -> None:
    """Discards the rest of the buffer, which would raise another error when the interpreter exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_bytes(name: str | Path, data: bytes) -> None:
    """Writes a file; after an interrupt the old file is still there, or none, never half of one.

    Raises:
        BadInput: If the file cannot be written.
    """
    try:
        path = Path(os.path.realpath(name))
        if path.is_dir():
            raise BadInput(f"{name}: is a directory; allowed: the name of a file")
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path, data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise BadInput(f"{name}: cannot be written: {reason}; allowed: a path that can be written") from None


def check_writable(name: str | Path | None) -> None:
    """Checks before long work that the folder of a file exists; None is no file.

    Raises:
        BadInput: If it does not exist.
    """
    if name is None:
        return
    folder = Path(os.path.realpath(name)).parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadInput(f"{name}: cannot be written: no folder that can be written; allowed: a path that can be written")


def _replace(path: Path, data: bytes) -> None:
    """Writes a temporary file beside `path` and renames it, so that readers see the old file or the new one."""
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
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
