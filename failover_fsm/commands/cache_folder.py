"""The user's cache folder: what an earlier run found or learned, for the next one on the same pair.

A key covers all that a result depends on: the pair, the environment, every source file of this package, Python and
numpy, so that nothing outlives a change of the protocol or of the checker. The folder belongs to the user, and nobody
else can write it or what is in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from failover_fsm.commands.files import BadInput, write_bytes
from failover_fsm.fleet import software
from failover_fsm.model.scenario import Scenario

__all__ = ["folder", "is_ours", "key_of", "own_folder", "pair_of", "read", "write"]


def folder() -> Path:
    """The folder, which need not exist."""
    found = Path(os.environ.get("XDG_CACHE_HOME") or "")
    if not found.is_absolute():  # the XDG specification ignores a relative one
        found = Path("~/.cache").expanduser()
    return found / "failover-fsm"


def own_folder() -> Path | None:
    """The folder, made if need be; None if it cannot be made, or is not the user's own."""
    found = folder()
    with suppress(OSError):
        found.parent.mkdir(parents=True, exist_ok=True)
        found.mkdir(mode=0o700, exist_ok=True)
        if is_ours(found) and os.access(found, os.W_OK):
            return found
    return None


def read(path: Path, largest: int) -> bytes | None:
    """The content of a file of the folder; None if it is empty, larger than `largest` bytes, or not ours."""
    try:
        ours = is_ours(path.parent) and is_ours(path)
        return path.read_bytes() if ours and 0 < path.stat().st_size <= largest else None
    except OSError:
        return None


def write(path: Path, content: bytes) -> None:
    """Writes a file of the folder, whole or not at all; a folder that cannot be written is no error."""
    if own_folder() is not None:
        with suppress(OSError, BadInput):
            write_bytes(path, content)
            path.chmod(0o600)  # whatever the umask is


def is_ours(path: Path) -> bool:
    """Whether a file or folder belongs to the user, and only the user can write it.  Raises OSError."""
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def key_of(*parts: object) -> str:
    """A digest of these parts, the sources, and what they run on; equal parts must have equal `repr`."""
    return hashlib.sha256(repr((parts, software.software_digest())).encode()).hexdigest()


def pair_of(scenario: Scenario) -> tuple[object, ...]:
    """The pair of a scenario and its environment, as parts of a key: the settings, and what their `repr` leaves out."""
    settings = scenario.settings
    return settings, settings.vlans, settings.running, scenario.environment
