"""Options of `check` for long runs: a memory bound, room on disk beyond it, checkpoints."""

from __future__ import annotations

import argparse
import os
import re
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import attrs

from failover_fsm.checker import CheckpointError, Result
from failover_fsm.commands.arguments import positive
from failover_fsm.commands.checkpoint_file import CheckpointFile, CheckpointFileError, read_checkpoint
from failover_fsm.commands.files import BadInput, complain
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.ray_cluster import RayCluster
from failover_fsm.commands.spill_folder import SpillFolder

if TYPE_CHECKING:
    from failover_fsm.checker.compiled import Checkpoint

__all__ = [
    "Resident",
    "add_arguments",
    "add_checkpoints",
    "add_memory",
    "check_files",
    "checkpoints",
    "cluster_of",
    "compiled_options",
    "given",
    "growth",
    "growth_beside_files",
    "memory_options",
    "not_resumed",
    "say_if_kept",
]

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options to `check`."""
    parser.add_argument("--workers", type=positive("threads"), help=argparse.SUPPRESS)  # goes in version 0.4
    add_memory(parser)
    add_checkpoints(parser)
    parser.add_argument(
        "--cluster",
        metavar="N",
        type=positive("processes"),
        help="divide the states over N processes of Ray, here or where RAY_ADDRESS says (extra `cluster`)",
    )


def add_checkpoints(parser: argparse.ArgumentParser) -> None:
    """Adds the options that keep what a search of the compiled engine reached, and go on from there."""
    parser.add_argument(
        "--checkpoint", metavar="FILE", help="keep what was reached in FILE, every five minutes and at the end"
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


def _memory(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMGT]?)B?", text, re.IGNORECASE | re.ASCII)
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of memory; allowed: bytes, as in 500M or 8G")
    return int(found[1]) * UNITS[found[2].upper()]


def growth() -> Callable[[], int] | None:
    """A function that returns by how many bytes the process has grown since now; None where that is not measured.

    Without Linux it is the largest size so far, which a process takes over from the one that began it.
    """
    try:
        return Resident(beside_files=False)
    except (OSError, AttributeError):  # not Linux
        pass
    try:
        import resource
    except ImportError:  # not a Unix
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def grown() -> int:
        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) * unit

    return grown


class Resident:
    """By how many bytes the process has grown in memory since this was made.

    Args:
        beside_files: Without mapped files: these are on disk, and in memory only while there is room for them.

    Raises OSError where the system has no such figure.
    """

    def __init__(self, *, beside_files: bool) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._unit = os.sysconf("SC_PAGE_SIZE")
        self._beside_files = beside_files
        self._begun = self._bytes()

    def __call__(self) -> int:
        """The growth since then; negative where it has shrunk."""
        return self._bytes() - self._begun

    def _bytes(self) -> int:
        _, resident, shared, *_ = os.pread(self._file, 200, 0).split()
        return (int(resident) - (int(shared) if self._beside_files else 0)) * self._unit


def growth_beside_files() -> Callable[[], int] | None:
    """As `growth`, without mapped files."""
    try:
        return Resident(beside_files=True)
    except (OSError, AttributeError):  # not Linux
        return None


FLAGS = ("memory", "spill", "checkpoint", "resume", "cluster")
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


@contextmanager
def cluster_of(args: argparse.Namespace) -> Iterator[RayCluster | None]:
    """The processes that search together; nothing without `--cluster`. What Ray prints beside is not printed.

    Raises:
        BadInput: If another option does not go with it.
        NoCluster: If Ray is not installed, does not start, or has fewer processors.
    """
    if args.cluster is None:
        yield None
        return
    beside = {"--cost": args.cost, "--slice": args.slice, "--spill": args.spill, "--checkpoint": args.checkpoint}
    beside |= {"--resume": args.resume, "--memory": args.memory}
    for flag, used in beside.items():
        if used:
            raise BadInput(f"{flag}: needs one search in this process; allowed: without --cluster")
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), RayCluster(args.cluster) as cluster:
        yield cluster


def compiled_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options for the compiled engine, by the names of `CompiledChecker.verify`; empty if there are none.

    Raises:
        BadInput: If a checkpoint cannot be read, or a file could not be written later.
    """
    if args.workers is not None:
        complain("--workers: has no effect, since threads made no search faster; the option goes in version 0.4")
    found = memory_options(args)
    if args.spill is not None:
        found["save_every"] = 0.0
    return {**found, **checkpoints(args, found.get("spill"))}


def checkpoints(args: argparse.Namespace, spill: SpillFolder | None) -> dict[str, Any]:
    """The checkpoint to go on from, and where to keep others, by the names of `CompiledChecker.verify`.

    Args:
        args: with `checkpoint` and `resume`.
        spill: where a checkpoint is read to; None for memory.

    Raises:
        BadInput: If a checkpoint cannot be read, or its file could not be written later.
    """
    found: dict[str, Any] = {}
    room = bytearray if spill is None else spill.room
    try:
        if args.resume is not None:
            found["resume"] = read_checkpoint(args.resume, room)
        if args.checkpoint is not None:
            file = CheckpointFile(args.checkpoint)
            file.check()
            found["store"] = Keeper(file)
    except CheckpointFileError as error:
        raise BadInput(str(error)) from None
    return found


def not_resumed(args: argparse.Namespace, error: CheckpointError) -> BadInput:
    """The error for a checkpoint of something else."""
    return BadInput(f"--resume {args.resume}: {error}; allowed: one that the same check wrote")


def say_if_kept(args: argparse.Namespace, found: Result[Any, Any], kept: Checkpoint | None) -> None:
    """Says where a search that ended early left no checkpoint, or not another one than it went on from, which had more.

    Args:
        args: with `checkpoint` and `resume`.
        found: the answer.
        kept: from which the search went on.
    """
    if args.checkpoint is not None and not found.complete and not os.path.exists(args.checkpoint):
        complain(f"--checkpoint {args.checkpoint}: not written: the search stopped before there was anything to keep")
    if kept is not None and not found.complete and found.states < kept.states:
        complain(f"{args.resume}: holds {kept.states:,} states, more than were reached again; it is kept")


def check_files(
    args: argparse.Namespace,
    inputs: Iterable[str],
    pages: Mapping[str, str | None],
    folders: Mapping[str, str | None] | None = None,
) -> None:
    """Checks the outputs; a checkpoint may replace that from which the search goes on, nothing else may.

    Args:
        args: with `checkpoint` and `resume`.
        inputs: the files that are read.
        pages: option and file of all other outputs.
        folders: option and folder.

    Raises:
        BadInput: as `check_outputs`.
    """
    check_outputs(inputs, {"--checkpoint": args.checkpoint, **pages}, folders)
    if args.resume is not None:
        check_outputs([args.resume], pages, folders)
