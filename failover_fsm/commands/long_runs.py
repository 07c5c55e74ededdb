"""Options of `check` for long runs: threads, a memory bound, room on disk beyond it, checkpoints."""

from __future__ import annotations

import argparse
import os
import re
import sys
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from failover_fsm.checker import Progress
from failover_fsm.commands.checkpoint_file import CheckpointFile, CheckpointFileError, read_checkpoint
from failover_fsm.commands.files import BadInput, complain, on_terminal, show_progress
from failover_fsm.commands.spill_folder import SpillFolder

if TYPE_CHECKING:
    from failover_fsm.checker.compiled import Checkpoint

__all__ = [
    "Anonymous",
    "Rate",
    "add_arguments",
    "add_memory",
    "compiled_options",
    "given",
    "growth",
    "growth_beside_files",
    "memory_options",
    "progress_line",
    "progress_shown",
]

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options to `check`."""
    parser.add_argument("--workers", metavar="N", type=_workers, help="threads of the compiled engine (default 1)")
    add_memory(parser)
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        help="keep what was reached in FILE, every five minutes (with --spill after every level) and at the end",
    )
    parser.add_argument(
        "--resume", metavar="FILE", help="go on where the search that wrote FILE had come to, asking its rules again"
    )


def add_memory(parser: argparse.ArgumentParser) -> None:
    """Adds the bound on memory, in bytes, and the folder for what goes beyond it."""
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        type=_memory,
        help="give up, undecided, when the search takes more, as in 500M or 8G",
    )
    parser.add_argument(
        "--spill", metavar="DIR", help="beyond half of --memory go on with files in DIR, which vanish when it ends"
    )


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads; allowed: 1 to 1024")
    return int(text)


def _memory(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMGT]?)B?", text, re.IGNORECASE | re.ASCII)
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of memory; allowed: bytes, as in 500M or 8G")
    return int(found[1]) * UNITS[found[2].upper()]


def growth() -> Callable[[], int] | None:
    """A function that returns by how many bytes the process has grown since now; None where that is not measured."""
    try:
        import resource
    except ImportError:  # not a Unix
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def grown() -> int:
        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) * unit

    return grown


class Anonymous:
    """By how many bytes the process has grown since this was made, without mapped files: these are on disk, and in
    memory only while there is room for them.

    Raises OSError where the system has no such figure.
    """

    def __init__(self) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._unit = os.sysconf("SC_PAGE_SIZE")
        self._begun = self._bytes()

    def __call__(self) -> int:
        """The growth since then; negative where it has shrunk."""
        return self._bytes() - self._begun

    def _bytes(self) -> int:
        _, resident, shared, *_ = os.pread(self._file, 200, 0).split()
        return (int(resident) - int(shared)) * self._unit


def growth_beside_files() -> Callable[[], int] | None:
    """As `growth`, without mapped files."""
    try:
        return Anonymous()
    except (OSError, AttributeError):  # not Linux
        return None


FLAGS = ("workers", "memory", "spill", "checkpoint", "resume")
"""The options of the compiled engine only."""


def given(args: argparse.Namespace) -> tuple[str, ...]:
    """The given options of the compiled engine, as they are written."""
    return tuple(f"--{flag}" for flag in FLAGS if getattr(args, flag) is not None)


@attrs.frozen
class Keeper:
    """A checkpoint store that keeps the search running if a checkpoint cannot be written."""

    file: CheckpointFile

    def save(self, checkpoint: Checkpoint) -> None:
        """Saves a checkpoint, or prints to stderr why it cannot be saved."""
        try:
            self.file.save(checkpoint)
        except CheckpointFileError as error:
            complain(f"{error}; the search goes on without")


def memory_options(args: argparse.Namespace) -> dict[str, Any]:
    """The bound on memory, for what begins now, and room on disk, by the names of the checkers; empty without a bound.

    Raises:
        BadInput: If the folder cannot be written, or goes beyond no bound.
    """
    if args.spill is not None and args.memory is None:
        raise BadInput("--spill: what goes there is what does not fit a bound; allowed: with --memory")
    if args.memory is None:
        return {}
    found: dict[str, Any] = {"memory": args.memory}
    if (measured := growth() if args.spill is None else growth_beside_files()) is not None:
        found["process_memory"] = measured
    if args.spill is not None:
        found["spill"] = SpillFolder(args.spill)
        found["spill"].check()
    return found


def compiled_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options for the compiled engine, by the names of `CompiledChecker.verify`; empty if there are none.

    Raises:
        BadInput: If a checkpoint cannot be read, or a file could not be written later.
    """
    found = memory_options(args)
    if args.workers is not None:
        found["workers"] = args.workers
    if args.spill is not None:
        found["save_every"] = 0.0
    try:
        if args.resume is not None:
            room = found["spill"].room if args.spill is not None else bytearray
            found["resume"] = read_checkpoint(args.resume, room)
        if args.checkpoint is not None:
            file = CheckpointFile(args.checkpoint)
            file.check()
            found["store"] = Keeper(file)
    except CheckpointFileError as error:
        raise BadInput(str(error)) from None
    return found


@attrs.define
class Rate:
    """States per second since the last call; an average over a large search would hide changes."""

    states: int = 0
    seconds: float = 0.0

    def of(self, now: Progress) -> float:
        """The rate since the last call."""
        passed, done = now.seconds - self.seconds, now.states - self.states
        self.states, self.seconds = now.states, now.seconds
        return done / passed if passed > 0 else 0.0


def progress_line(now: Progress, rate: float) -> str:
    """The progress of a search in one line."""
    line = f"{now.states:,} states, {rate:,.0f}/s, {now.frontier:,} waiting, depth {now.depth}"
    return f"{line}, {now.memory / (1 << 20):,.0f} MB" if now.memory else line


def progress_shown() -> Callable[[Progress], None] | None:
    """A function that shows the progress of a search in one line that is overwritten; None away from a terminal."""
    if not on_terminal():
        return None
    rate = Rate()

    def show(now: Progress) -> None:
        show_progress(progress_line(now, rate.of(now)))

    return show
