"""The journal of a fleet: each finished pair is a line of it at once, so that nothing finished is lost.

A line is a JSON object. The first says which software wrote the journal; rows of other software, of files that have
changed, and of files that could not be used are not taken again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, BinaryIO

from failover_fsm.commands import cache_folder
from failover_fsm.commands.files import BadInput
from failover_fsm.fleet.pairs import Pair
from failover_fsm.fleet.row import FAILED, Row
from failover_fsm.fleet.software import software_digest
from failover_fsm.fleet.work import Examined

__all__ = ["Journal", "default_journal"]

MOST_LINE = 2**22
"""Bytes of a line, at most; a longer one is none of ours."""


def default_journal(target: str) -> str | None:
    """The journal of a directory or list in the user's cache folder; None if that cannot be written."""
    folder = cache_folder.own_folder()
    name = hashlib.sha256(os.path.realpath(target).encode()).hexdigest()[:32]
    return None if folder is None else str(folder / f"fleet-{name}.jsonl")


class Journal:
    """The journal of one run, a context manager; no two runs write one at the same time.

    Args:
        path: The file; None for one that is gone when the run ends.
        resume: Whether to keep what is in it.

    Raises:
        BadInput: If it cannot be written, is no journal, or another run writes it.
    """

    def __init__(self, path: str | None, *, resume: bool) -> None:
        self._path = path
        self._file = _opened(path)
        try:
            if not (self._is_ours() and resume):
                self._file.truncate(0)
                self._write({"journal": "failover-fsm fleet", "software": software_digest()})
            self._cut()
        except OSError as error:
            self._file.close()
            raise BadInput(f"{path}: cannot be written: {error.strerror}; allowed: another --journal") from None

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, found: Examined) -> None:
        """Adds a finished pair; once it returns, the row outlives this process.

        Raises:
            BadInput: If it cannot be written.
        """
        try:
            self._write({"row": found.row.to_dict(), "page": found.page})
        except OSError as error:
            raise BadInput(f"{self._path}: cannot be written: {error.strerror}; allowed: space for it") from None

    def rows(self, pairs: Iterable[Pair]) -> tuple[Row, ...]:
        """The rows of these pairs, as their files are now."""
        digests = {pair.name: pair.digest for pair in pairs}
        found = {row.name: row for row, _ in self._entries() if digests.get(row.name) == row.digest}
        return tuple(row for row in found.values() if row.verdict != FAILED)

    def pages(self) -> Iterator[tuple[Row, str]]:
        """Every row with what its page consists of, one at a time."""
        yield from self._entries()

    def _entries(self) -> Iterator[tuple[Row, str]]:
        self._file.seek(0)
        while line := self._file.readline(MOST_LINE):
            record = _object(line)
            if "row" in record:
                try:
                    yield Row.from_dict(record["row"]), str(record["page"])
                except (KeyError, TypeError, ValueError, AttributeError):
                    continue

    def _is_ours(self) -> bool:
        """Whether this software wrote the file. Raises BadInput if it holds something else: that is not replaced."""
        self._file.seek(0)
        line = self._file.readline(MOST_LINE)
        head = _object(line)
        if line and head.get("journal") != "failover-fsm fleet":
            raise BadInput(f"{self._path}: is no journal of a fleet; allowed: the file that --journal named before")
        return head.get("software") == software_digest()

    def _cut(self) -> None:
        """Cuts off a line that was not finished when the process was killed, and goes to the end."""
        end = self._file.seek(0, os.SEEK_END)
        while end:
            step = max(0, end - 65536)
            self._file.seek(step)
            place = self._file.read(end - step).rfind(b"\n")
            if place >= 0:
                end = step + place + 1
                break
            end = step
        self._file.truncate(end)

    def _write(self, record: dict[str, Any]) -> None:
        self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(record).encode() + b"\n")
        self._file.flush()


def _opened(path: str | None) -> BinaryIO:
    """The file, open and locked."""
    if path is None:
        return tempfile.TemporaryFile()
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise BadInput(f"--journal {path}: {reason}; allowed: a file that can be written") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise BadInput(
            f"{path}: another run writes this journal; allowed: one at a time, or another --journal"
        ) from None
    return file


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
