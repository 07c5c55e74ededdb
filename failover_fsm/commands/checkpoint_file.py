"""Checkpoints of a search in a file, written whole or not at all, and read only if unchanged.

A file has a line with format and version, a line of JSON, the arrays one after the other, and the SHA-256 of everything
before it. Nothing in it is executed, and only numbers are built from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from failover_fsm.checker import CheckpointError
from failover_fsm.commands.files import replacing

if TYPE_CHECKING:
    from failover_fsm.checker.compiled import Checkpoint

__all__ = ["CheckpointFile", "CheckpointFileError", "read_checkpoint"]

FORMAT = b"failover-fsm checkpoint 1\n"
DIGEST_BYTES = 32
MAX_HEADER = 2**24
KINDS = ("int32", "int64")
ALLOWED = "allowed: a file that `check --checkpoint` wrote"

Room = Callable[[int], bytearray | memoryview]
"""Makes so many bytes."""


class CheckpointFileError(CheckpointError):
    """A checkpoint file that cannot be read or written; `str` is the one line for the user."""


class CheckpointFile:
    """A checkpoint store of the checker that keeps the latest checkpoint in one file.

    Attributes:
        path: The file. Each checkpoint replaces it; a process that dies while writing leaves the old file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(os.path.realpath(path))

    def check(self) -> None:
        """Checks before the search that the file can be written.

        Raises:
            CheckpointFileError: If it cannot.
        """
        try:
            self._refuse_special_files()
            with tempfile.TemporaryFile(dir=self.path.parent):
                pass
        except OSError as error:
            raise self._refused(error) from None

    def save(self, checkpoint: Checkpoint) -> None:
        """Replaces the file.

        Raises:
            CheckpointFileError: If that fails; the old file is then still there.
        """
        try:
            self._refuse_special_files()
            with replacing(self.path) as file:
                _write(file, checkpoint)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._refused(error) from None

    def _refuse_special_files(self) -> None:
        """Refuses directories, which cannot be replaced, and devices and pipes, which must not be."""
        if self.path.exists() and not self.path.is_file():
            what = "a directory" if self.path.is_dir() else "a device or a pipe"
            raise CheckpointFileError(f"{self.path}: is {what}; allowed: the name of a file")

    def _refused(self, error: OSError) -> CheckpointFileError:
        reason = f"cannot be written: {error.strerror}"
        return CheckpointFileError(f"{self.path}: {reason}; allowed: a file in a directory that can be written")


def _write(file: Any, checkpoint: Checkpoint) -> None:
    found = hashlib.sha256()
    header = {
        "model": checkpoint.model,
        "space": checkpoint.space,
        "row_words": checkpoint.row_words,
        "levels": [[len(level.places), str(level.places.dtype)] for level in checkpoint.levels],
    }
    parts: list[bytes | memoryview] = [FORMAT, json.dumps(header).encode() + b"\n"]
    for level in checkpoint.levels:
        for column in (level.places, level.words):
            parts.append(column.astype(column.dtype.newbyteorder("<"), copy=False).data)
    for part in parts:
        found.update(part)
        file.write(part)
    file.write(found.digest())


def read_checkpoint(path: str | Path, room: Room = bytearray) -> Checkpoint:
    """The checkpoint in a file.

    Args:
        path: The file.
        room: Makes the bytes that the file is read into.

    Raises:
        CheckpointFileError: With one line, if there is none: another kind of file, another version, or a damaged one.
    """
    try:
        header, data = _read_whole(path, room)
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "not a file name"
        raise CheckpointFileError(f"{path}: cannot be read: {reason}; {ALLOWED}") from None
    if hashlib.sha256(data[:-DIGEST_BYTES]).digest() != bytes(data[-DIGEST_BYTES:]):
        raise CheckpointFileError(f"{path}: the checkpoint is damaged (its digest is wrong); {ALLOWED}")
    try:
        return _read(header, data)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise CheckpointFileError(f"{path}: the checkpoint is malformed; {ALLOWED}") from None


def _read_whole(path: str | Path, room: Room) -> tuple[bytes, memoryview]:
    """The header of a checkpoint file, and all its bytes, which are as many as the header says; no more than that is
    read before.

    Raises OSError for a file that cannot be read, CheckpointFileError for one that is no checkpoint.
    """
    if not Path(path).is_file() and Path(path).exists() and not Path(path).is_dir():
        raise CheckpointFileError(f"{path}: cannot be read: a device or a pipe; {ALLOWED}")
    with open(path, "rb") as file:
        first = file.read(len(FORMAT))
        name, number = FORMAT.rsplit(b" ", 1)
        if not first.startswith(name):
            raise CheckpointFileError(f"{path}: not a checkpoint; {ALLOWED}")
        if first != FORMAT:
            version = number.decode().strip()
            raise CheckpointFileError(f"{path}: a checkpoint of another version; allowed: version {version}")
        header = file.readline(MAX_HEADER)
        size = len(first) + len(header) + _length(header) + DIGEST_BYTES
        if size == os.fstat(file.fileno()).st_size:
            data = memoryview(room(size))
            file.seek(0)
            if file.readinto(data) == size:
                return header, data
        raise CheckpointFileError(f"{path}: the checkpoint is damaged (its length is wrong); {ALLOWED}")


def _length(header: bytes) -> int:
    """The bytes of the arrays that a header announces; -1 where it is none."""
    try:
        sizes = {"int32": 4, "int64": 8}
        levels = json.loads(header)["levels"]
        if not all(isinstance(count, int) and count >= 0 for count, _ in levels):
            return -1
        return sum(count * (sizes[kind] + 8) for count, kind in levels)
    except (ValueError, KeyError, TypeError, RecursionError):
        return -1


def _read(line: bytes, data: memoryview) -> Checkpoint:
    """The checkpoint in the bytes of a file, with the line that is their header.

    Raises:
        ValueError, KeyError, TypeError: If they are no checkpoint.
    """
    import numpy as np

    from failover_fsm.checker.bitset.rows import SparseRows
    from failover_fsm.checker.compiled import Checkpoint

    place = len(FORMAT) + len(line)
    header = json.loads(line)
    levels = []
    for count, kind in header["levels"]:
        if kind not in KINDS or isinstance(count, bool):
            raise ValueError(kind)
        columns = []
        for dtype in (np.dtype(kind).newbyteorder("<"), np.dtype("<u8")):
            column = np.frombuffer(data, dtype=dtype, count=count, offset=place)
            columns.append(column.astype(dtype.newbyteorder("="), copy=False))
            place += column.nbytes
        levels.append(SparseRows(*columns))
    model, space, row_words = (header[name] for name in ("model", "space", "row_words"))
    if place != len(data) - DIGEST_BYTES or not (isinstance(model, str) and isinstance(space, str)):
        raise ValueError("header")
    checkpoint = Checkpoint(model, space, row_words, tuple(levels))
    if isinstance(row_words, bool) or checkpoint.contradiction() is not None:
        raise ValueError("contradiction")
    return checkpoint
