"""SPIN and Rumur on a model given as text: generate, compile, search, read the counts."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import attrs

__all__ = ["Measured", "rumur", "spin", "timed"]

SPIN_FLAGS = ("-O2", "-DSAFETY", "-DNOREDUCE")
RUMUR_FLAGS = ("-O3", "-march=native")


@attrs.frozen
class Measured:
    """One run.  prepare: seconds before the search (learning, or generating and compiling C); search: the search
    itself; total: from command to verdict; peak: bytes of memory, above start-up for ours."""

    states: int
    transitions: int
    prepare: float
    search: float
    total: float
    peak: int


def spin(text: str, states: int, transitions: int, place: Path) -> Measured:
    """SPIN: depth first, exhaustive, its best flags; the hash table is sized to the model.

    states, transitions: how many there are; large counts are printed with eight digits.
    """
    begun = time.perf_counter()
    (place / "model.pml").write_text(text, encoding="utf-8")
    _call(["spin", "-a", "model.pml"], place)
    _call(["gcc", *SPIN_FLAGS, "-o", "pan", "pan.c"], place)
    built = time.perf_counter()
    bits = max(18, (states * 2).bit_length() - 1)
    output, peak = timed(["./pan", f"-m{max(100_000, states)}", f"-w{bits}"], place)
    ended = time.perf_counter()
    if "errors: 0" not in output or "max search depth too small" in output:
        raise SystemExit(f"SPIN did not finish:\n{output}")
    stored, taken = (_number(_found(r"([\d.e+]+) " + word, output)) for word in ("states, stored", "transitions"))
    if abs(taken - 1 - transitions) < transitions / 10_000_000:
        taken = transitions + 1
    return Measured(stored, taken - 1, built - begun, ended - built, ended - begun, peak)


def rumur(text: str, threads: int, place: Path) -> Measured:
    """Rumur with one thread or more."""
    begun = time.perf_counter()
    (place / "model.m").write_text(text, encoding="utf-8")
    options = ["--deadlock-detection", "off", "--threads", str(threads)]
    _call(["rumur", "model.m", "-o", "model.c", *options], place)
    machine = ["-mcx16"] if os.uname().machine == "x86_64" else []
    _call(["gcc", *RUMUR_FLAGS, *machine, "-o", "checker", "model.c", "-lpthread", "-latomic"], place)
    built = time.perf_counter()
    output, peak = timed(["./checker"], place)
    ended = time.perf_counter()
    output = output.partition("State Space Explored")[2]
    states, fired = (int(_found(pattern, output)) for pattern in (r"(\d+) states, \d+ rules", r"(\d+) rules fired"))
    return Measured(states, fired, built - begun, ended - built, ended - begun, peak)


def timed(command: list[str], place: Path) -> tuple[str, int]:
    """Output of a command, and the most bytes of memory it used."""
    process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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
