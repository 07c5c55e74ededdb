"""Promises of ordinary pairs, searched before this version shipped: `shipped_promises.json`.

`python -m failover_fsm.commands.ordinary_pairs` writes it. A record is of what the units of a pair observe
(`analysis.observed_structure`), so it answers for every pair that has the same structure. The file names the sources
that a verdict depends on by a digest. Where these are others, nothing in it is used: a changed protocol, promise or
checker never has a verdict of an older one.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["FILE", "key_of", "record_of", "sources_digest"]

PACKAGE = Path(__file__).parents[1]
FILE = Path(__file__).with_name("shipped_promises.json")

SOURCES = (
    "records", "config/records", "pair", "checker", "model", "promises",
    "analysis/explorers.py", "analysis/observed.py", "analysis/observed_structure.py", "analysis/report.py",
    "analysis/verify.py", "assessment/protocol.py",
)  # fmt: skip
"""The rooms and modules that run in a search, from the settings of a pair to the words for its promises."""


def record_of(seen: str) -> Mapping[str, Any] | None:
    """What was found of the pairs with this structure (`observed_structure`); None if nothing that is current."""
    found = _pairs_in(FILE).get(key_of(seen))
    return found if isinstance(found, dict) else None


def key_of(seen: str) -> str:
    """A digest of a structure."""
    return hashlib.sha256(seen.encode()).hexdigest()


@functools.cache
def _pairs_in(path: Path) -> dict[str, Any]:
    """The records in a file by the digest of their structure; empty if it is not there, or of other sources."""
    try:
        whole = json.loads(path.read_bytes())
        current = whole["sources"] == sources_digest()
        return dict(whole["pairs"]) if current else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


@functools.cache
def sources_digest() -> str:
    """A digest of SOURCES, which stay as they are while this runs."""
    digest = hashlib.sha256()
    for place in SOURCES:
        for path in sorted((PACKAGE / place).rglob("*.py")) if not place.endswith(".py") else (PACKAGE / place,):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
