"""Promises that were found to hold, kept in the user's cache folder for the next run on the same pair.

The key covers all that a search depends on: the pair, the environment, every source file of this package, Python and
numpy, so that a result never outlives a change of the protocol or of the checker. Only finished searches without a
violation are kept, in a folder that belongs to the user and that nobody else can write.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands.files import BadInput, write_bytes
from failover_fsm.model.scenario import Scenario
from failover_fsm.promises import chosen

__all__ = ["keep", "kept"]

PACKAGE = Path(__file__).parents[1]

MOST_KEPT = 100
"""The most results in the file; the oldest ones make room."""

LARGEST = 1_000_000
"""Bytes of the file, at most; a larger one is not ours."""


def kept(scenario: Scenario) -> Protocol | None:
    """The promises of a scenario from an earlier run, None if there was none."""
    words = _read().get(_key(scenario))
    promises = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    if not isinstance(words, dict) or list(words) != [each.id for each in promises]:
        return None
    if not all(word in ("holds", "happens", "not tested") for word in words.values()):
        return None
    return Protocol(words=tuple(words.items()))


def keep(scenario: Scenario, protocol: Protocol) -> None:
    """Keeps the promises of a finished search; a folder that cannot be written is no error."""
    if protocol.violated or protocol.limit or any(word == "undecided" for _, word in protocol.words):
        return
    results = {**_read(), _key(scenario): dict(protocol.words)}
    newest = dict(list(results.items())[-MOST_KEPT:])
    with suppress(OSError, BadInput):
        _file().parent.parent.mkdir(parents=True, exist_ok=True)
        _file().parent.mkdir(mode=0o700, exist_ok=True)
        if _is_ours(_file().parent):
            write_bytes(_file(), json.dumps(newest).encode())


def _file() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or "")
    if not folder.is_absolute():  # the XDG specification ignores a relative one
        folder = Path("~/.cache").expanduser()
    return folder / "failover-fsm" / "promises.json"


def _read() -> dict[str, object]:
    """The results by key; empty where the file is not there or holds anything else."""
    try:
        if not (_is_ours(_file().parent) and _is_ours(_file()) and 0 < _file().stat().st_size <= LARGEST):
            return {}
        found = json.loads(_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_ours(path: Path) -> bool:
    """Whether a file or folder belongs to the user, and only the user can write it.  Raises OSError."""
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _key(scenario: Scenario) -> str:
    """A digest of the pair, the environment, the sources, and what they run on."""
    pair = scenario.settings, scenario.environment, scenario.check
    digest = hashlib.sha256(repr((pair, sys.version, _numpy())).encode())
    for part in _sources():
        digest.update(part)
    return digest.hexdigest()


def _numpy() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:
        return ""


def _sources() -> Iterator[bytes]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix().encode()
        yield path.read_bytes()
