"""What a search has learned of a pair, kept in the user's cache folder for the next question about the same pair."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import attrs

from failover_fsm.commands import cache_folder
from failover_fsm.commands.files import complain
from failover_fsm.model.scenario import Scenario

__all__ = ["KeptTables"]

MOST_KEPT = 20
"""The most pairs whose tables are kept; those that were not used for longest make room."""

LARGEST = 16_000_000
"""Bytes of one file, at most; larger tables are not kept."""


@attrs.frozen
class KeptTables:
    """The tables of one pair in its environment; see `analysis.explorers.Tables`."""

    scenario: Scenario

    def read(self, name: str) -> bytes | None:
        """The tables of a form of the pair, None if there are none."""
        path = self._path(name)
        found = cache_folder.read(path, LARGEST)
        if found is not None:
            with suppress(OSError):
                os.utime(path)  # used just now
        return found

    def write(self, name: str, content: bytes) -> None:
        """Keeps the tables, and removes those of other pairs where there are too many."""
        if len(content) > LARGEST:
            return
        cache_folder.write(self._path(name), content)
        with suppress(OSError):
            kept = sorted(cache_folder.folder().glob("tables-*.bin"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-MOST_KEPT]:
                path.unlink(missing_ok=True)

    def refuse(self, name: str, reason: str) -> None:
        """Says that the tables cannot be used; new ones take their place."""
        complain(f"{self._path(name)}: kept tables cannot be used and are made again: {reason}")

    def _path(self, name: str) -> Path:
        key = cache_folder.key_of(name, *cache_folder.pair_of(self.scenario))
        return cache_folder.folder() / f"tables-{key[:40]}.bin"
