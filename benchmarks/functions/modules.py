"""What is mutated, in the order in which it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from benchmarks.functions.sites import ROOT

__all__ = ["FOLDERS", "is_of_promises", "modules", "unit_tests_importing", "unit_tests_of_folder"]

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


def is_of_promises(module: str) -> bool:
    """Whether a module has formulas of promises: about the pair, or about a machine beside it."""
    return "/promises/" in module or module.endswith(("/promises.py", "/findings.py"))


@cache
def unit_tests_importing(module: str) -> tuple[str, ...]:
    """The files of unit tests that import a module, the smaller ones first: they are the most likely to notice."""
    package, _, name = module.removesuffix(".py").replace("/", ".").rpartition(".")
    imported = re.compile(rf"\b{re.escape(package)}\.{name}\b|from {re.escape(package)} import [^\n]*\b{name}\b")
    found = [(len(text), path) for path, text in _texts() if imported.search(text)]
    return tuple(path for _, path in sorted(found)[:MOST])


MOST = 3
"""So many files of tests are asked for their import of a module."""


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return tuple((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)


def unit_tests_of_folder(module: str) -> tuple[str, ...]:
    """The folder of the unit tests of the module's folder, where there is one."""
    path = f"tests/{module.split('/')[1]}"
    return (path,) if (ROOT / path).exists() else ()
