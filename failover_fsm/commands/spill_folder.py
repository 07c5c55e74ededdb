"""A folder for what of a search does not fit into memory: files without names, mapped into memory.

A file without a name is gone when the process is, however it ends, and no other process sees it.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path

from failover_fsm.commands.files import BadInput

__all__ = ["SpillFolder"]

SLAB = 1 << 24
"""Bytes of a file that holds several arrays: a mapped file counts as open, and a process may have a thousand or so."""

ALONE = 1 << 21
"""Bytes from which an array has a file of its own, so that it is given back as soon as it is not used."""

ALIGNED = 64
"""Bytes to whose multiple a place in a slab begins."""


class SpillFolder:
    """Room on disk for the large arrays of a search (`checker.bitset.allocator.Disk`).

    Attributes:
        path: The folder.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(os.path.realpath(path))
        self._slab, self._used = memoryview(b""), 0

    def check(self) -> None:
        """Checks before the search that files can be made there.

        Raises:
            BadInput: If they cannot.
        """
        try:
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            reason = f"cannot be written: {error.strerror}"
            raise BadInput(f"{self.path}: {reason}; allowed: a folder in which files can be made") from None

    def room(self, size: int) -> memoryview:
        """So many bytes of zeros.

        Raises:
            OSError: If the disk is full, or too many files are open.
        """
        if size >= ALONE:
            return self._mapped(size)
        if len(self._slab) - self._used < size:
            self._slab, self._used = self._mapped(SLAB), 0
        first = self._used
        self._used += -(-size // ALIGNED) * ALIGNED
        return self._slab[first : first + size]

    def _mapped(self, size: int) -> memoryview:
        with tempfile.TemporaryFile(dir=self.path) as file:
            _reserve(file.fileno(), size)
            return memoryview(mmap.mmap(file.fileno(), size))


def _reserve(file: int, size: int) -> None:
    """Takes the room on the disk now: a write into a mapped file that finds none would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
        return
    zeros = bytes(1 << 20)
    for first in range(0, size, len(zeros)):
        os.write(file, zeros[: size - first])
