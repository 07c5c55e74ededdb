"""The results of earlier searches in one file of the user's cache folder, each a JSON value under its key."""

from __future__ import annotations

import json
from pathlib import Path

from failover_fsm.commands import cache_folder

__all__ = ["EARLIER", "add", "file", "found"]

MOST_KEPT = 1000
"""The most results in the file; the oldest ones make room."""

LARGEST = 4_000_000
"""Bytes of the file, at most; a larger one is not ours."""

EARLIER = "in an earlier run"
"""When a result in the file was found."""


def file() -> Path:
    """The file, which need not exist."""
    return cache_folder.folder() / "promises.json"


def found() -> dict[str, object] | None:
    """The results by key; empty where the file is not there or not the user's own, None if it holds anything else."""
    content = cache_folder.read(file(), LARGEST)
    if content is None:
        return {}
    try:
        results = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return results if isinstance(results, dict) else None


def add(key: str, record: object) -> None:
    """Adds a result; the oldest ones make room, and one that is larger than the file may be is not kept."""
    texts = {name: json.dumps({name: each}) for name, each in list({**(found() or {}), key: record}.items())}
    newest: list[str] = []
    room = LARGEST
    for text in list(reversed(texts.values()))[:MOST_KEPT]:
        room -= len(text)
        if room < 0:
            break
        newest.append(text[1:-1])
    if newest:
        cache_folder.write(file(), f"{{{', '.join(reversed(newest))}}}".encode())
