"""Reading a file that somebody names: bounded while it is read, and never for ever.

The one place that reads configurations, traces, model files and topologies. A name may lead to a device that never
ends, to a file of many gigabytes or to a pipe that nobody writes to; each is refused before it costs memory or time.
"""

from __future__ import annotations

import codecs
import errno
import os
import select
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from difflib import get_close_matches
from os import PathLike, fspath

__all__ = [
    "MAX_BYTES",
    "PIPE_SECONDS",
    "InputFileError",
    "as_utf_8",
    "encoding_of",
    "files_read",
    "read_input",
    "refuse_packed",
]

MAX_BYTES = 16 * 2**20
"""Bytes of a configuration, a trace or a model file, at most."""

PIPE_SECONDS = 30.0
"""How long a pipe may be without a writer; one that has a writer is read to its end, however slow."""

_PACKED = {
    b"\x1f\x8b": ("compressed by gzip", "`gzip -dc`"),
    b"BZh": ("compressed by bzip2", "`bzip2 -dc`"),
    b"\xfd7zXZ\x00": ("compressed by xz", "`xz -dc`"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "`zstd -dc`"),
    b"PK\x03\x04": ("a zip archive", "`unzip -p`"),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", "`7z e -so`"),
}
"""How files begin that hold their text packed, with what they are and what prints the text."""

_CHUNK = 2**20
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | os.O_RDONLY


class InputFileError(Exception):
    """A file that cannot be read: `what` is wrong, and what is `allowed`."""

    def __init__(self, what: str, allowed: str = "a readable file") -> None:
        super().__init__(what, allowed)
        self.what = what
        self.allowed = allowed


_names: ContextVar[list[str] | None] = ContextVar("_names", default=None)


@contextmanager
def files_read() -> Iterator[list[str]]:
    """Collects the names of all files that are read inside the `with` statement: no output may replace them."""
    names: list[str] = []
    token = _names.set(names)
    try:
        yield names
    finally:
        _names.reset(token)


def read_input(path: str | PathLike[str], most: int = MAX_BYTES) -> bytes:
    """The bytes of a file, or of a pipe up to its end; a text in UTF-16 becomes UTF-8.

    Args:
        path: its name.
        most: bytes that it may have.

    Raises:
        InputFileError: it cannot be opened, is a device, has more bytes, is compressed, or is a pipe that nobody writes
            to.
    """
    try:
        handle = os.open(path, _WITHOUT_WAITING)
    except ValueError:
        raise InputFileError("cannot be read: not a file name") from None
    except OSError as error:
        like = _similar(path) if isinstance(error, FileNotFoundError) else ""
        raise InputFileError(f"cannot be read: {error.strerror or error}{like}") from None
    if (names := _names.get()) is not None:
        names.append(fspath(path))
    try:
        data = _read(handle, most)
    except OSError as error:
        raise InputFileError(f"cannot be read: {error.strerror or error}") from None
    finally:
        os.close(handle)
    refuse_packed(data)
    return as_utf_8(data)


def refuse_packed(begin: bytes) -> None:
    """Refuses a file whose text is packed.

    Args:
        begin: Its first bytes.

    Raises:
        InputFileError: It is compressed, or an archive.
    """
    for mark, (what, command) in _PACKED.items():
        if begin.startswith(mark):
            raise InputFileError(what, f"its text, as {command} prints it")


def encoding_of(begin: bytes) -> str:
    """The encoding of what a device, a terminal or a Windows program has written: UTF-16 where it says so, else UTF-8.

    Args:
        begin: The first bytes.
    """
    return "utf-16" if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def as_utf_8(data: bytes) -> bytes:
    """A text in UTF-16, as PowerShell and editors on Windows write it, in UTF-8; anything else as it is.

    Args:
        data: The whole text, with its byte order mark.
    """
    if encoding_of(data) == "utf-16":
        with suppress(UnicodeDecodeError):
            return data.decode("utf-16").encode()
    return data


def _similar(path: str | PathLike[str]) -> str:
    """`, did you mean X` for a file of the same directory with a similar name, else nothing."""
    folder, name = os.path.split(fspath(path))
    try:
        close = get_close_matches(name, sorted(os.listdir(folder or ".")), n=1, cutoff=0.8)
    except OSError:
        return ""
    return f", did you mean {os.path.join(folder, close[0])}" if close else ""


def _read(handle: int, most: int) -> bytes:
    found = os.fstat(handle)
    is_pipe = stat.S_ISFIFO(found.st_mode)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not is_pipe and not stat.S_ISREG(found.st_mode):
        raise InputFileError("cannot be read: a device", "a file or a pipe")
    if found.st_size > most:
        raise _too_large(most)
    end_of_patience = time.monotonic() + PIPE_SECONDS
    has_begun = not is_pipe
    data = bytearray()
    while True:
        try:
            chunk = os.read(handle, min(_CHUNK, most + 1 - len(data)))
        except BlockingIOError:  # a writer has the pipe open and takes its time
            has_begun = True
            select.select([handle], [], [])
            continue
        data += chunk
        if len(data) > most:
            raise _too_large(most)
        has_begun = has_begun or bool(chunk) or _was_closed(handle)
        if has_begun and not chunk:
            return bytes(data)
        if not has_begun and time.monotonic() > end_of_patience:
            raise InputFileError(
                f"nobody writes to the pipe within {PIPE_SECONDS:g} s", "a file, or a pipe with a writer"
            )


def _too_large(most: int) -> InputFileError:
    return InputFileError(f"more than {most:,} bytes", f"a file of at most {most:,} bytes")


def _was_closed(handle: int) -> bool:
    """Whether a pipe had a writer, who has left; a pipe without one so far looks the same to a reader."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return any(event & select.POLLHUP for _, event in poll.poll(50))
