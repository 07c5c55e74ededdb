"""SPIN, Rumur and TLC on a model given as text: generate, compile, search, read the counts.

The first two can be compiled in several ways, TLC runs with one worker or several, and which is best depends on the
model: little optimisation where compiling decides, more where the search does. So `benchmarks.pair` tries each and
takes the best.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path

import attrs

__all__ = [
    "BREADTH_FIRST",
    "RUMUR_BUILDS",
    "SPIN_BUILDS",
    "TLC_WORKERS",
    "Measured",
    "children",
    "jar_of_tlc",
    "rumur",
    "spin",
    "timed",
    "tlc",
]

BREADTH_FIRST = "-O2 -DNOREDUCE -DBFS_PAR"
"""SPIN's search on all cores. It keeps a hash of each state instead of the state (hash-compact): it may miss some."""

SPIN_BUILDS = ("-O0 -DNOREDUCE", "-O1 -DNOREDUCE", "-O2 -DNOREDUCE", "-O2")
"""Ways to compile SPIN's search. The models have one process, of which partial-order reduction, the last one's, leaves
nothing out; without it the counts are the same and the search is a little faster."""
RUMUR_BUILDS = ("-O0 -march=native", "-O1 -march=native", "-O3 -march=native")
TLC_WORKERS = tuple(dict.fromkeys(("-workers 1", f"-workers {os.cpu_count()}")))


@attrs.frozen
class Measured:
    """One run.  prepare: seconds before the search (learning, or generating and compiling C); search: the search
    itself; total: from command to verdict; cpu: seconds of processor time in all of that, of user and system; peak:
    bytes of memory, above start-up for ours."""

    states: int
    transitions: int
    prepare: float
    search: float
    total: float
    cpu: float
    peak: int


def spin(text: str, states: int, transitions: int, place: Path, build: str = "-O2 -DNOREDUCE") -> Measured:
    """SPIN: exhaustive, depth first unless the build says otherwise; the hash table is sized to the model.

    states, transitions: how many there are; large counts are printed with eight digits.
    build: flags of gcc, besides -DSAFETY.
    """
    begun, before = time.perf_counter(), children()
    (place / "model.pml").write_text(text, encoding="utf-8")
    _call(["spin", "-a", "model.pml"], place)
    _call(["gcc", *build.split(), "-DSAFETY", "-o", "pan", "pan.c"], place)
    built = time.perf_counter()
    bits = max(18, (states * 2).bit_length() - 1)
    cores = [f"-u{os.cpu_count()}"] if build == BREADTH_FIRST else []
    output, peak = timed(["./pan", f"-m{max(100_000, states)}", f"-w{bits}", *cores], place)
    ended, cpu = time.perf_counter(), children() - before
    if "errors: 0" not in output or "max search depth too small" in output:
        raise SystemExit(f"SPIN did not finish:\n{output}")
    stored, taken = (_number(_found(r"([\d.e+]+) " + word, output)) for word in ("states, stored", "transitions"))
    if abs(taken - 1 - transitions) < transitions / 10_000_000:
        taken = transitions + 1
    return Measured(stored, taken - 1, built - begun, ended - built, ended - begun, cpu, peak)


def rumur(text: str, threads: int, place: Path, build: str = "-O3 -march=native") -> Measured:
    """Rumur with one thread or more.

    build: flags of gcc.
    """
    begun, before = time.perf_counter(), children()
    (place / "model.m").write_text(text, encoding="utf-8")
    options = ["--deadlock-detection", "off", "--threads", str(threads)]
    _call(["rumur", "model.m", "-o", "model.c", *options], place)
    machine = ["-mcx16"] if os.uname().machine == "x86_64" else []
    _call(["gcc", *build.split(), *machine, "-o", "checker", "model.c", "-lpthread", "-latomic"], place)
    built = time.perf_counter()
    output, peak = timed(["./checker"], place)
    ended, cpu = time.perf_counter(), children() - before
    output = output.partition("State Space Explored")[2]
    states, fired = (int(_found(pattern, output)) for pattern in (r"(\d+) states, \d+ rules", r"(\d+) rules fired"))
    return Measured(states, fired, built - begun, ended - built, ended - begun, cpu, peak)


def jar_of_tlc() -> Path | None:
    """The tla2tools.jar that the environment variable TLA2TOOLS names; None where there is none, or no Java."""
    named = Path(os.environ.get("TLA2TOOLS", ""))
    return named if named.is_file() and shutil.which("java") is not None else None


def tlc(text: str, initial: int, place: Path, workers: str = "-workers 1") -> Measured:
    """TLC, with the configuration that the export asks for; like SPIN in parallel it keeps a hash of each state.

    initial: how many initial states there are, which TLC counts among those it generates.
    """
    jar = jar_of_tlc()
    if jar is None:
        raise SystemExit("TLC: TLA2TOOLS must name a tla2tools.jar, and Java be installed")
    begun, before = time.perf_counter(), children()
    (place / "failover.tla").write_text(text, encoding="utf-8")
    asked = _found(r"(?m)^\\\* Configuration for TLC: (.*)", text)
    (place / "failover.cfg").write_text(asked.replace(" INVARIANT", "\nINVARIANT"), encoding="utf-8")
    command = ["java", "-XX:+UseParallelGC", "-cp", str(jar), "tlc2.TLC", "-deadlock", "-nowarning", *workers.split()]
    output, peak = timed([*command, "failover.tla"], place)
    ended, cpu = time.perf_counter(), children() - before
    if "No error has been found" not in output:
        raise SystemExit(f"TLC did not finish:\n{output}")
    last = re.findall(r"(\d+) states generated, (\d+) distinct states found, 0 states left", output)[-1]
    return Measured(int(last[1]), int(last[0]) - initial, 0.0, ended - begun, ended - begun, cpu, peak)


def children() -> float:
    """Seconds of processor time, of user and system, of all ended processes that this one began."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command: list[str], place: Path, environment: dict[str, str] | None = None) -> tuple[str, int]:
    """Output of a command, and the most bytes of memory it used."""
    process = subprocess.Popen(
        command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    text = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    return text, usage.ru_maxrss * 1024


def _call(command: list[str], place: Path) -> None:
    subprocess.run(command, cwd=place, check=True, capture_output=True)


def _number(text: str) -> int:
    return int(float(text))


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"cannot read the output:\n{text}")
    return match.group(1)
