"""The user's cache folder for what an earlier run found: one that belongs to the user, and nobody else can write."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

__all__ = ["cache_folder", "is_ours", "own_cache_folder"]


def cache_folder() -> Path:
    """The folder, which need not exist."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or "")
    if not folder.is_absolute():  # the XDG specification ignores a relative one
        folder = Path("~/.cache").expanduser()
    return folder / "failover-fsm"


def own_cache_folder() -> Path | None:
    """The folder, made if need be; None if it cannot be made, or is not the user's own."""
    folder = cache_folder()
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if is_ours(folder) and os.access(folder, os.W_OK):
            return folder
    return None


def is_ours(path: Path) -> bool:
    """Whether a file or folder belongs to the user, and only the user can write it.  Raises OSError."""
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
