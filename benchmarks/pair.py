"""Whole pairs beside SPIN, Rumur and TLC on our own export, in one run: `python -m benchmarks.pair`.

Each model file is explored by our explorer, judging the promises that speak of single states, and by the others
from what `failover-fsm export` writes of it, with the same promises.  Every explorer runs in a process of its own, in
turn, so that a busy moment of the machine hits them all alike.  SPIN and Rumur are compiled in several ways, TLC runs
with one worker and one a core, and the table marks for each what takes the least processor time from command to
verdict.  Of several runs it shows the smallest: other work on the machine only adds to it.  Counts must agree or the
run ends.  Writing the export is not counted; ours keeps no tables from one run to the next, but as `kept`, whose every
run is a second one: it is to be compared with the search of a peer that is compiled already.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
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
ENGINES = ("compiled", "kept", "plain")
LARGEST = {"plain": 50_000, "Rumur": 100_000, "TLC": 40_000}
"""With more states an explorer takes minutes a run and is left out."""


def ours(model: str, engine: str, cache: Path | None = None) -> Measured:
    """Our explorer, in a fresh Python; `cache` is the folder of the tables that `kept` keeps."""
    environment = None if cache is None else {**os.environ, "XDG_CACHE_HOME": str(cache)}
    begun, before = time.perf_counter(), peers.children()
    text, peak = peers.timed(
        [sys.executable, "-m", "benchmarks.ours_pair", str(ROOT / model), engine], ROOT, environment
    )
    total, cpu = time.perf_counter() - begun, peers.children() - before
    record = json.loads(text)
    search = record["seconds"]
    return Measured(record["states"], record["transitions"], total - search, search, total, cpu, peak)


def exported(model: str, language: str) -> str:
    """What `export` writes of a model."""
    command = [sys.executable, "-m", "failover_fsm", "export", str(ROOT / model), "--to", language]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


LANGUAGES = {"SPIN": "promela", "Rumur": "murphi", "TLC": "tla"}
"""By peer, in which language it is given a model."""


def exports(model: str, names: list[str]) -> dict[str, str]:
    """The texts for the peers of these names."""
    return {name: exported(model, language) for name, language in LANGUAGES.items() if name in names}


def installed(peer: str) -> bool:
    """Whether a peer can be run here."""
    return peers.jar_of_tlc() is not None if peer == "TLC" else shutil.which(peer.lower()) is not None


def explorers(names: list[str], parallel: bool) -> list[str]:
    """The explorers of these names, SPIN and Rumur once per way to compile them, TLC per number of workers.

    parallel: have SPIN search breadth first with all cores too.
    """
    spin = (*peers.SPIN_BUILDS, peers.BREADTH_FIRST) if parallel else peers.SPIN_BUILDS
    builds = {"SPIN": spin, "Rumur": peers.RUMUR_BUILDS, "TLC": peers.TLC_WORKERS}
    return [f"{name} {build}".strip() for name in names for build in builds.get(name, ("",))]


def run_once(
    model: str, explorer: str, texts: dict[str, str], counts: tuple[int, int], cache: Path | None = None
) -> Measured:
    """One run of an explorer.  Ends the program where counts differ."""
    name, _, build = explorer.partition(" ")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if name == "SPIN":
            result = peers.spin(texts[name], *counts, place, build)
        elif name == "Rumur":
            result = peers.rumur(texts[name], 2, place, build)
        elif name == "TLC":
            result = peers.tlc(texts[name], 1, place, build)
        else:
            result = ours(model, name, cache)
    if (result.states, result.transitions) != counts:
        raise SystemExit(f"{explorer}, {model}: counted {result}, expected {counts}")
    return result


def measure(model: str, runs: int, wanted: list[str], texts: dict[str, str]) -> dict[str, list[Measured]]:
    """Run every explorer `runs` times, in turn.  Ends the program where counts differ."""
    first = ours(model, "compiled")
    found: dict[str, list[Measured]] = {}
    wanted = [name for name in wanted if first.states <= LARGEST.get(name.partition(" ")[0], first.states)]
    with tempfile.TemporaryDirectory() as cache:
        if "kept" in wanted:
            ours(model, "kept", Path(cache))
        for _ in range(runs):
            for explorer in wanted:
                result = run_once(model, explorer, texts, (first.states, first.transitions), Path(cache))
                found.setdefault(explorer, []).append(result)
    return found


def least(runs: list[Measured], field: str) -> float:
    """The smallest of several runs."""
    return float(min(getattr(item, field) for item in runs))


def best(found: dict[str, list[Measured]], field: str = "cpu") -> list[str]:
    """The explorers, of those that are compiled in several ways the one with the least of a field."""
    chosen: dict[str, str] = {}
    for explorer, runs in found.items():
        name = explorer.partition(" ")[0]
        if name not in chosen or least(runs, field) < least(found[chosen[name]], field):
            chosen[name] = explorer
    return list(chosen.values())


COLUMNS = ("cpu", "total", "prepare", "search")
"""The columns of the table, in seconds."""


def table(model: str, found: dict[str, list[Measured]]) -> str:
    """One model as text: the smallest of the runs, SPIN's best processor time and total divided by each."""
    first = next(iter(found.values()))[0]
    lines = [f"{model}: {first.states:,} states, {first.transitions:,} transitions"]
    lines.append(f"{'':32}" + "".join(f"{title:>9} " for title in (*COLUMNS, "SPIN/cpu", "SPIN/tot", "B/state")))
    chosen = best(found)
    spin = next((explorer for explorer in chosen if explorer.startswith("SPIN")), None)
    for explorer, runs in found.items():
        mark = "*" if explorer in chosen else " "
        seconds = "".join(f"{least(runs, field):8.2f}s " for field in COLUMNS)
        base = runs if spin is None else found[spin]
        ratios = "".join(f"{least(base, field) / least(runs, field):9.2f} " for field in ("cpu", "total"))
        lines.append(f"{mark} {explorer:30}{seconds}{ratios}{least(runs, 'peak') / first.states:9,.0f}")
    return "\n".join(lines)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=MODELS, help="model files (default: seven pairs)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each explorer (default: 3)")
    parser.add_argument("--explorers", nargs="*", default=["compiled", "SPIN", "Rumur"],
                        choices=[*ENGINES, *LANGUAGES])  # fmt: skip
    parser.add_argument("--parallel", action="store_true", help="try SPIN's parallel breadth-first search too")
    parser.add_argument("--json", type=Path, help="write every single measurement to this file")
    given = parser.parse_args()
    names = [name for name in given.explorers if name not in LANGUAGES or installed(name)]
    where = machine()
    print("; ".join(f"{name} {value}" for name, value in where.items()) + f"; smallest of {given.runs} runs")
    everything: dict[str, Any] = {}
    for model in given.models:
        path = os.path.relpath(model, ROOT) if Path(model).exists() else model
        found = measure(path, given.runs, explorers(names, given.parallel), exports(path, names))
        everything[model] = {name: [attrs.asdict(item) for item in items] for name, items in found.items()}
        print(table(model, found), flush=True)
        if given.json is not None:  # after each model: what was measured stays if the rest is not
            text = json.dumps({"machine": where, "runs": everything}, indent=1)
            given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
