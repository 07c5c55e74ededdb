"""One search and a divided one beside each other: `python -m benchmarks.divided MODEL N ...`.

MODEL is the file of a pair, or the number of interfaces of the reference model; each N is a number of processes of Ray
on this machine, 0 one search in this process. A line each: counts, a digest of the level sizes, processor seconds and
the most memory of this process (learning in advance, and all of one search) of each part, and what went
between them.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks.reference import Reference
from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Property, Result, always
from failover_fsm.checker.compiled import CompiledChecker, Shard
from failover_fsm.commands.ray_cluster import RayCluster, RayCrew


class Measured(RayCluster):
    """Keeps what its processes took (number, processor seconds, bytes), and the bytes that went between them."""

    taken: list[tuple[int, float, int]] = []
    handed_over = 0

    @contextmanager
    def crew(self, make: Callable[[int, int], Any]) -> Iterator[RayCrew]:
        with super().crew(make) as crew:
            yield crew
            self.taken, self.handed_over = crew.processes(), sum(crew.ask("handed_over"))


def claim() -> Property:
    """A promise of the reference model that holds."""
    return always("two timers", lambda state: len(state.timers) == 2)


def part(k: int, tables: bytes | None, number: int, of: int) -> Shard:
    """A part of the search of the reference model."""
    return CompiledChecker(Reference(k), kept=tables).part(claim(), number=number, of=of)


def searched(model: str, cluster: Measured | None) -> Result[Any, Any]:
    """The result, by one search without a cluster."""
    if not model.isdecimal():
        return verify(read_model(model), engine="compiled", clock=time.monotonic, cluster=cluster).result
    checker = CompiledChecker(Reference(int(model)))
    if cluster is None:
        return checker.verify(claim())
    tables = checker.learned(claim())
    with cluster.crew(partial(part, int(model), tables)) as crew:
        return checker.divided(crew, claim())


def measured(model: str, processes: int) -> str:
    """The line of one search, which this process has made nothing before."""
    begun, taken, between = time.process_time(), list[tuple[int, float, int]](), 0
    if processes:
        with Measured(processes) as cluster:
            found = searched(model, cluster)
            taken, between = cluster.taken, cluster.handed_over
    else:
        found = searched(model, None)
    here = f"{time.process_time() - begun:.1f} s {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
    levels = hashlib.sha256(repr(found.levels).encode()).hexdigest()[:12]
    verdicts = " ".join(sorted({finding.verdict.value for finding in found.findings}))
    parts = ", ".join(f"{seconds:.1f} s {size >> 20} MB" for _, seconds, size in taken)
    counts = f"{found.states:,} states, {found.transitions:,} transitions, depth {found.depth}, levels {levels}"
    return f"{processes} parts: {counts}, {verdicts}; here {here}; parts {parts or 'none'}, {between >> 20} MB between"


if __name__ == "__main__":
    for number in sys.argv[2:]:
        print(measured(sys.argv[1], int(number)), flush=True)
