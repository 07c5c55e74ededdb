"""One run of our explorer on the reference model, in a process of its own: `python -m benchmarks.ours K ENGINE`."""

from __future__ import annotations

import json
import resource
import sys
import time

from benchmarks.reference import Reference
from failover_fsm.checker import Checker
from failover_fsm.checker.bitset.kernels import kernels
from failover_fsm.checker.compiled import NEVER, CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = ["main"]


def main(k: int, engine: str) -> dict[str, float]:
    """Explore with `numpy`, `numba` or `plain` and return what was measured.

    prepare: seconds for learning the rules; search: for everything after it.  peak: bytes above start-up.
    """
    if engine == "numba" and kernels() is None:
        raise SystemExit("numba is not installed")
    if engine == "numba":
        CompiledChecker(Reference(0), patience=0).verify()  # loads the kernels from the cache: start-up
    before = _peak()
    begun = time.perf_counter()
    if engine == "plain":
        learned = begun
        result = Checker(PlainModel(Reference(k))).verify()
    else:
        checker = CompiledChecker(Reference(k), patience=0 if engine == "numba" else NEVER)
        learned = time.perf_counter()
        result = checker.verify()
    ended = time.perf_counter()
    return {
        "states": result.states,
        "transitions": result.transitions,
        "depth": result.depth,
        "prepare": learned - begun,
        "search": ended - learned,
        "peak": _peak() - before,
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2])))
