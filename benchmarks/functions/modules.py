"""What is mutated, in the order in which it is."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.functions.sites import ROOT

__all__ = ["FOLDERS", "modules"]

FIRST = (
    "environment", "health", "settings", "replication", "sessions", "addresses", "outputs", "step_result", "wiring",
    "reach", "ports", "step", "forwarding", "impairments", "hindering", "hindered", "obstacles", "stateful",
    "unit_effects", "group", "unit", "faults", "run_time", "replicated_commands", "states", "syslog", "interface_logs",
    "obstacle_logs", "command_logs",
)  # fmt: skip
"""Modules of `pair/` that decide what happens and what is told, before the others."""

FOLDERS = ("pair", "timing", "topology", "services", "device", "config/checks", "config/records", "model", "promises")


def modules() -> Iterator[str]:
    """The paths of the modules from the root of the repository."""
    for folder in FOLDERS:
        found = sorted((ROOT / "failover_fsm" / folder).rglob("*.py"))
        if folder == "pair":
            found.sort(key=lambda path: FIRST.index(path.stem) if path.stem in FIRST else len(FIRST))
        yield from (str(path.relative_to(ROOT)) for path in found)
