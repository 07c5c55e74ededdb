"""What the killers say of the package as it ships, and which mistakes each of them could notice at all."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import CodeType
from typing import Any

import attrs

from benchmarks.functions.children import in_child, spread
from benchmarks.functions.install import Live
from benchmarks.functions.killers import Killer, Seen
from benchmarks.functions.sites import ROOT, Part
from benchmarks.functions.watch import Watch

__all__ = ["Known", "import_everything", "looked"]

Key = tuple[str, str]
"""Module and function."""

Chosen = Iterable[tuple[Part, dict[int, CodeType]]]
"""Functions with the wrong codes by the number of the mistake."""

KILLER_SECONDS = 120
"""Processor seconds that a killer may take while functions are watched."""


@attrs.frozen
class Known:
    """What is known of a killer.

    Attributes:
        killer: Which it is.
        seen: What it says of the package as it ships.
        seconds: The processor seconds it takes while functions are watched; by the clock where none is.
        noticed: By function that it calls, the numbers of the mistakes that it could notice.
    """

    killer: Killer
    seen: Seen
    seconds: float
    noticed: Mapping[Key, set[int]]


def import_everything() -> frozenset[tuple[str, int]]:
    """Imports every module of the package that can be imported here; the functions that this calls, by place."""
    called: set[tuple[str, int]] = set()
    before = f"{ROOT}/"

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(before):
            called.add((frame.f_code.co_filename.removeprefix(before), frame.f_code.co_firstlineno))

    sys.setprofile(note)
    import failover_fsm

    for each in pkgutil.walk_packages(failover_fsm.__path__, "failover_fsm."):
        if not each.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(each.name)
    sys.setprofile(None)
    return frozenset(called)


def looked(
    asked: Iterable[Killer], live: Live, chosen: Chosen, processes: int, *, calls_again: bool = True
) -> list[Known]:
    """What each killer says, and what it could notice; one that fails by itself is left out.

    Args:
        asked: The killers.
        live: The functions of the process.
        chosen: What may be wrong.
        processes: So many at once.
        calls_again: False to take it that a killer could notice all mistakes of each function that it calls.
    """
    parts = list(chosen)
    found = spread([*asked], lambda each: _look(each, live, parts, calls_again), processes)
    for complaint in (each for each in found if isinstance(each, str)):
        print(complaint, file=sys.stderr)
    return sorted((each for each in found if isinstance(each, Known)), key=lambda each: each.seconds)


def _look(
    killer: Killer, live: Live, parts: Sequence[tuple[Part, dict[int, CodeType]]], calls_again: bool
) -> Known | str:
    """What a killer says when nothing is watched, then what it could notice; in processes of their own.

    If it says anything else while functions are watched, a call that was made again has changed something: then
    whoever is called could be noticed in all its mistakes.
    """
    begun = time.monotonic()
    first = in_child(partial(_watched, killer, live, parts, calls_again), KILLER_SECONDS) if parts else None
    if isinstance(first, Known) and not first.noticed:
        return first  # it calls none of the functions
    seen = in_child(killer.ask, KILLER_SECONDS)
    if not isinstance(seen, Seen):
        return f"a killer fails as the package ships: {killer.name}: {seen}"
    if not parts:
        return Known(killer, seen, time.monotonic() - begun, {})
    if isinstance(first, Known) and first.seen == seen:
        return first
    found = in_child(partial(_watched, killer, live, parts, False), KILLER_SECONDS)
    if isinstance(found, Known) and found.seen == seen:
        return found
    return f"a killer fails while functions are watched: {killer.name}: {found} ({time.monotonic() - begun:.0f} s)"


def _watched(killer: Killer, live: Live, parts: Chosen, calls_again: bool) -> Known:
    watch = Watch(live, parts, calls_again=calls_again)
    begun = time.process_time()
    seen = killer.ask()
    return Known(killer, seen, time.process_time() - begun, watch.found())
