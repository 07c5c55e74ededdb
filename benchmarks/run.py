"""Our explorer beside SPIN and Rumur on the reference model, in one run: `python -m benchmarks.run`.

Every explorer runs in a process of its own, in turn, so that a busy moment of the machine
hits them all alike; the table shows medians.  Counts must agree or the run ends.  Nothing is
written but a temporary directory, unless `--json FILE` asks for the figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from benchmarks import peers
from benchmarks.machine import machine
from benchmarks.murphi import murphi
from benchmarks.peers import Measured
from benchmarks.promela import promela
from benchmarks.reference import COUNTS

ROOT = Path(__file__).parents[1]


def ours(engine: str) -> Callable[[int, Path], Measured]:
    """Our explorer, in a fresh Python."""

    def measure(k: int, _: Path) -> Measured:
        begun, before = time.perf_counter(), peers.children()
        command = [sys.executable, "-m", "benchmarks.ours", str(k), engine]
        found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        total, cpu = time.perf_counter() - begun, peers.children() - before
        counted = (found["states"], found["transitions"])
        return Measured(*counted, found["prepare"], found["search"], total, cpu, found["peak"])

    return measure


def _spin(k: int, place: Path) -> Measured:
    return peers.spin(promela(k), *COUNTS[k][:2], place)


def _rumur(threads: int) -> Callable[[int, Path], Measured]:
    return lambda k, place: peers.rumur(murphi(k), threads, place)


EXPLORERS: dict[str, Callable[[int, Path], Measured]] = {
    "ours, numpy": ours("numpy"),
    "ours, numba": ours("numba"),
    "SPIN": _spin,
    "Rumur, 1 thread": _rumur(1),
    "Rumur, 2 threads": _rumur(2),
    "ours, plain": ours("plain"),
}

NEEDS = {"SPIN": "spin", "Rumur, 1 thread": "rumur", "Rumur, 2 threads": "rumur"}

LARGEST = {"ours, plain": 1, "Rumur, 1 thread": 4, "Rumur, 2 threads": 5, "SPIN": 5}
"""Above so many interfaces an explorer takes minutes, or more memory than most machines have, and is left out."""


def measure(k: int, runs: int) -> dict[str, list[Measured]]:
    """Run every explorer `runs` times, in turn.  Ends the program where counts differ."""
    found: dict[str, list[Measured]] = {}
    for _ in range(runs):
        for name, explorer in EXPLORERS.items():
            if k > LARGEST.get(name, 99) or (name in NEEDS and shutil.which(NEEDS[name]) is None):
                continue
            with tempfile.TemporaryDirectory() as place:
                result = explorer(k, Path(place))
            if (result.states, result.transitions) != COUNTS[k][:2]:
                raise SystemExit(f"{name}, k = {k}: counted {result}, expected {COUNTS[k]}")
            found.setdefault(name, []).append(result)
    return found


def table(k: int, found: dict[str, list[Measured]]) -> str:
    """The medians of one model as text, with ratios to SPIN's states per second."""

    def median(name: str, field: str) -> float:
        return float(statistics.median(getattr(item, field) for item in found[name]))

    states, transitions, depth = COUNTS[k]
    lines = [f"k = {k}: {states:,} states, {transitions:,} transitions, depth {depth}"]
    lines.append(
        f"{'':18}{'states/s':>13}{'/ SPIN':>8}{'/ Rumur':>9}{'prepare':>10}{'search':>10}{'total':>10}{'B/state':>9}"
    )
    base = median("SPIN", "search") if "SPIN" in found else float("nan")
    other = median("Rumur, 2 threads", "search") if "Rumur, 2 threads" in found else float("nan")
    for name in found:
        search = median(name, "search")
        times = f"{median(name, 'prepare'):9.2f}s{search:9.2f}s{median(name, 'total'):9.2f}s"
        ratios = f"{base / search:8.2f}{other / search:9.2f}"
        lines.append(f"{name:18}{states / search:13,.0f}{ratios}{times}{median(name, 'peak') / states:9.1f}")
    return "\n".join(lines)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--k", type=int, nargs="*", default=[3, 5], help="interfaces per unit (default: 3 5)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each explorer (default: 3)")
    parser.add_argument("--json", type=Path, help="write every single measurement to this file")
    chosen = parser.parse_args()
    where = machine()
    print("; ".join(f"{name} {value}" for name, value in where.items()) + f"; medians of {chosen.runs} runs")
    everything: dict[int, Any] = {}
    for k in chosen.k:
        found = measure(k, chosen.runs)
        everything[k] = {name: [attrs.asdict(item) for item in items] for name, items in found.items()}
        print(table(k, found), flush=True)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps({"machine": where, "runs": everything}, indent=1) + "\n")


if __name__ == "__main__":
    main()
