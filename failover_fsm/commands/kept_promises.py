"""Promises that were found to hold on a pair of the same structure: in an earlier run, or before this version shipped.

Only finished searches without a violation are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from failover_fsm.analysis.observed_structure import observed_structure
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands import cache_folder, shipped_promises
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.structure import structure
from failover_fsm.promises import chosen

__all__ = ["keep", "kept"]

MOST_KEPT = 1000
"""The most results in the file; the oldest ones make room."""

LARGEST = 4_000_000
"""Bytes of the file, at most; a larger one is not ours."""

EARLIER = "in an earlier run"
SHIPPED = "before this version shipped"


def kept(scenario: Scenario) -> Protocol | None:
    """The promises of a scenario from an earlier run, or as shipped; None if they are in neither.

    What was found by what the units observe is kept for the pair itself: the next run need not work that out again.
    """
    for key, record, when in _records(scenario):
        found = _protocol(scenario, record, when)
        if found is not None:
            if key is not None:
                _add(key, {**record, "when": when})
            return found
    return None


def _protocol(scenario: Scenario, record: Any, when: str) -> Protocol | None:
    """The promises that a record says of a scenario; None if it says anything else."""
    promises = [each.id for each in chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))]
    try:
        found = Protocol(
            words=tuple((name, str(record["words"][name])) for name in promises),
            never=tuple(map(str, record["never"])),
            kept=f"found {when} on a pair of the same structure, {record['explored']}; --no-cache searches again",
            scenario=scenario,
        )
    except (KeyError, TypeError):
        return None
    words = [word for _, word in found.words]
    fits = len(record["words"]) == len(words) and all(word in ("holds", "happens", "not tested") for word in words)
    return found if fits else None


def keep(scenario: Scenario, protocol: Protocol) -> None:
    """Keeps the promises of a finished search; a folder that cannot be written is no error."""
    if protocol.violated or protocol.limit or any(word == "undecided" for _, word in protocol.words):
        return
    seen = observed_structure(scenario) if protocol.observed else None
    record = {"words": dict(protocol.words), "explored": protocol.explored, "never": protocol.never}
    _add(_key(scenario) if seen is None else _key_of(seen), record)


def _records(scenario: Scenario) -> Iterator[tuple[str | None, Any, str]]:
    """What is kept of a scenario, and when it was found, with the key to keep it under if it is under another one."""
    results, own = _read(), _key(scenario)
    record = results.get(own)
    yield None, record, SHIPPED if isinstance(record, dict) and record.get("when") == SHIPPED else EARLIER
    seen = observed_structure(scenario)
    if seen is not None:
        yield own, results.get(_key_of(seen)), EARLIER
        yield own, shipped_promises.record_of(seen), SHIPPED


def _add(key: str, record: Any) -> None:
    """Adds a result to the file; the oldest ones make room."""
    newest = dict(list({**_read(), key: record}.items())[-MOST_KEPT:])
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


def _key_of(seen: str) -> str:
    """The same of what its units observe."""
    return cache_folder.key_of("observed", seen)
