"""Promises that were found to hold on a pair of the same structure: in an earlier run, or before this version shipped.

Only finished searches without a violation are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failover_fsm.analysis.observed_structure import observed_structure
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands import cache_folder, kept_results, shipped_promises
from failover_fsm.commands.kept_results import EARLIER
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.structure import structure
from failover_fsm.promises import chosen

__all__ = ["keep", "kept"]

SHIPPED = "before this version shipped"


def kept(scenario: Scenario) -> Protocol | None:
    """The promises of a scenario from an earlier run, or as shipped; None if they are in neither.

    What was found by what the units observe is kept for the pair itself: the next run need not work that out again.
    """
    for key, record, when in _records(scenario):
        found = _protocol(scenario, record, when)
        if found is not None:
            if key is not None:
                kept_results.add(key, {**record, "when": when})
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
    kept_results.add(_key(scenario) if seen is None else _key_of(seen), record)


def _records(scenario: Scenario) -> Iterator[tuple[str | None, Any, str]]:
    """What is kept of a scenario, and when it was found, with the key to keep it under if it is under another one."""
    results, own = kept_results.found() or {}, _key(scenario)
    record = results.get(own)
    yield None, record, SHIPPED if isinstance(record, dict) and record.get("when") == SHIPPED else EARLIER
    seen = observed_structure(scenario)
    if seen is not None:
        yield own, results.get(_key_of(seen)), EARLIER
        yield own, shipped_promises.record_of(seen), SHIPPED


def _key(scenario: Scenario) -> str:
    """A digest of the structure of the pair, its environment and the promises."""
    return cache_folder.key_of(structure(scenario), scenario.check)


def _key_of(seen: str) -> str:
    """The same of what its units observe."""
    return cache_folder.key_of("observed", seen)
