"""Promises that were found to hold, kept in the user's cache folder for the next run on a pair of the same structure.

Only finished searches without a violation are kept.
"""

from __future__ import annotations

import json
from pathlib import Path

from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands import cache_folder
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.structure import structure
from failover_fsm.promises import chosen

__all__ = ["keep", "kept"]

MOST_KEPT = 1000
"""The most results in the file; the oldest ones make room."""

LARGEST = 4_000_000
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
    cache_folder.write(_file(), json.dumps(newest).encode())


def _file() -> Path:
    return cache_folder.folder() / "promises.json"


def _read() -> dict[str, object]:
    """The results by key; empty where the file is not there or holds anything else."""
    content = cache_folder.read(_file(), LARGEST)
    try:
        found = json.loads(content or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(scenario: Scenario) -> str:
    """A digest of the structure of the pair, its environment and the promises."""
    return cache_folder.key_of(structure(scenario), scenario.check)
