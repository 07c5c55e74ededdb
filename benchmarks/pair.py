"""Whole pairs beside SPIN and Rumur on our own export, in one run: `python -m benchmarks.pair`.

Each model file is explored by `failover-fsm check`, judging the promises that speak of single states, and by SPIN and
Rumur from what `failover-fsm export` writes of it, with the same promises.  Every explorer runs in a process of its
own, in turn; the table shows medians.  Counts must agree or the run ends.  Writing the export is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs

from benchmarks import peers
from benchmarks.machine import machine
from benchmarks.peers import Measured
from failover_fsm.analysis.model_file import read_model
from failover_fsm.promises import chosen

ROOT = Path(__file__).parents[1]
MODELS = (
    "models/incidents/22-flip-flop.toml",
    "models/active-active.toml",
    "models/active-active-interfaces.toml",
    "models/active-standby.toml",
    "benchmarks/models/active-active-two-faults.toml",
    "benchmarks/models/active-active-three-faults.toml",
    "benchmarks/models/active-active-any-faults.toml",
)
ENGINES = ("compiled", "plain")


def ours(model: str, engine: str, place: Path) -> Measured:
    """`check` with the promises that the exports carry."""
    scenario = read_model(ROOT / model)
    asked = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    promises = [word for promise in asked if promise.kind == "always" for word in ("--promise", promise.id)]
    command = [sys.executable, "-m", "failover_fsm", "check", str(ROOT / model), "--engine", engine, *promises]
    begun = time.perf_counter()
    text, peak = peers.timed([*command, "--json"], place)
    total = time.perf_counter() - begun
    record = json.loads(text[text.index("{\n") :])
    search = record["seconds"]
    return Measured(record["states"], record["transitions"], total - search, search, total, peak)


def exported(model: str, language: str) -> str:
    """What `export` writes of a model."""
    command = [sys.executable, "-m", "failover_fsm", "export", str(ROOT / model), "--to", language]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def exports(model: str, names: list[str]) -> dict[str, str]:
    """The texts for SPIN and Rumur."""
    wanted = [(name, language) for name, language in (("SPIN", "promela"), ("Rumur", "murphi")) if name in names]
    return {name: exported(model, language) for name, language in wanted}


def measure(model: str, runs: int, names: list[str]) -> dict[str, list[Measured]]:
    """Run every explorer of these names `runs` times, in turn.  Ends the program where counts differ."""
    first = ours(model, "compiled", ROOT)
    counts = (first.states, first.transitions)
    texts = exports(model, names)
    found: dict[str, list[Measured]] = {}
    for _ in range(runs):
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder)
                if name == "SPIN":
                    result = peers.spin(texts[name], *counts, place)
                elif name == "Rumur":
                    result = peers.rumur(texts[name], 2, place)
                else:
                    result = ours(model, name, place)
            if (result.states, result.transitions) != counts:
                raise SystemExit(f"{name}, {model}: counted {result}, expected {counts}")
            found.setdefault(name, []).append(result)
    return found


def table(model: str, found: dict[str, list[Measured]]) -> str:
    """The medians of one model as text, with ratios to SPIN's states per second and time to verdict."""

    def median(name: str, field: str) -> float:
        return float(statistics.median(getattr(item, field) for item in found[name]))

    first = next(iter(found.values()))[0]
    lines = [f"{model}: {first.states:,} states, {first.transitions:,} transitions"]
    titles = ("states/s", "/ SPIN", "prepare", "search", "total", "/ SPIN", "B/state")
    lines.append(" " * 15 + "".join(f"{title:>9} " for title in titles))
    spin = {field: median("SPIN", field) if "SPIN" in found else float("nan") for field in ("search", "total")}
    for name in found:
        search, total = median(name, "search"), median(name, "total")
        times = f"{median(name, 'prepare'):9.2f}s{search:9.2f}s{total:9.2f}s{spin['total'] / total:9.2f}"
        size = median(name, "peak") / first.states
        lines.append(f"{name:12}{first.states / search:12,.0f}{spin['search'] / search:10.2f}{times} {size:9,.0f}")
    return "\n".join(lines)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=MODELS, help="model files (default: seven pairs)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each explorer (default: 3)")
    parser.add_argument("--explorers", nargs="*", default=["compiled", "SPIN", "Rumur"],
                        choices=[*ENGINES, "SPIN", "Rumur"])  # fmt: skip
    parser.add_argument("--json", type=Path, help="write every single measurement to this file")
    given = parser.parse_args()
    absent = [name for name in given.explorers if name in ("SPIN", "Rumur") and shutil.which(name.lower()) is None]
    names = [name for name in given.explorers if name not in absent]
    where = machine()
    print("; ".join(f"{name} {value}" for name, value in where.items()) + f"; medians of {given.runs} runs")
    everything: dict[str, Any] = {}
    for model in given.models:
        found = measure(os.path.relpath(model, ROOT) if Path(model).exists() else model, given.runs, names)
        everything[model] = {name: [attrs.asdict(item) for item in items] for name, items in found.items()}
        print(table(model, found), flush=True)
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": where, "runs": everything}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
