"""`failover-fsm fleet`: every pair below a directory or in a list, one row for each."""

from __future__ import annotations

import argparse
import datetime
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands import gate_files, kept_promises
from failover_fsm.commands.arguments import seconds
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer, progress_is_shown, write_bytes
from failover_fsm.commands.fleet_journal import Journal, default_journal
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.config.asa.files import read_config
from failover_fsm.fleet.answer import FleetAnswer
from failover_fsm.fleet.changes import EarlierError, change_of, gone, read_earlier
from failover_fsm.fleet.list_file import ListError, read_list
from failover_fsm.fleet.page import fleet_page, page_names, pair_page
from failover_fsm.fleet.pairs import Pair, paired
from failover_fsm.fleet.row import Row
from failover_fsm.fleet.schedule import Here, Workers, WorkersError, run_fleet
from failover_fsm.fleet.text import findings_of_fleet, fleet_csv, fleet_text
from failover_fsm.fleet.tree import names_in, read_tree
from failover_fsm.fleet.unit_file import scenario_searched
from failover_fsm.fleet.work import Examined

__all__ = ["add_parser", "run"]

INTERRUPTED = 130
TIME_LIMIT = 300.0
"""Seconds after which the search of a structure ends undecided, unless told otherwise."""
TELL_AGAIN = 30.0
"""Seconds between two lines about how far it is, where stderr is no terminal."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "fleet",
        description="Finds the pairs below a directory (by host name, addresses of the failover link and `failover lan"
        " unit`; trees of RANCID and Oxidized too), or takes those of a list, and says of each what `check` says in"
        " short. A file that cannot be used is a row. What is finished is kept, and --resume goes on from there.",
        epilog="Exit status: 0 every pair holds, with gaps or without; 1 something is wrong with one (with --baseline:"
        " something is worse than there, or new and wrong); 2 bad input; 3 not everything is known; 130 Ctrl-C.",
    )
    parser.add_argument(
        "target", metavar="DIR|LIST.tsv", help="configurations, or lines NAME, PRIMARY.cfg, SECONDARY.cfg"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", metavar="N", type=_jobs, help="so many processes (default: one for each CPU)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="the workers of this scheduler of Dask (extra `cluster`)")
    parser.add_argument(
        "--time-limit", metavar="S", type=seconds, default=TIME_LIMIT,
        help=f"give a search up, undecided, after S seconds (default {TIME_LIMIT:g})",
    )  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="search the promises even if an earlier run did")
    parser.add_argument("--resume", action="store_true", help="keep the rows that an interrupted run has finished")
    parser.add_argument(
        "--journal", metavar="FILE", help="keep finished rows there (default: in the user's cache folder)"
    )
    parser.add_argument(
        "--since", metavar="WHEN", help="only pairs with a changed file: since a date (2026-08-31), or since OLD.json"
    )
    parser.add_argument("--baseline", metavar="OLD.json", help="say what changed since an earlier `fleet --json`")
    gate_files.add_arguments(parser)
    parser.add_argument("--report", metavar="FILE.html", help="write a page, and in the folder FILE one for each pair")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print CSV")
    parser.set_defaults(run=run)


def _jobs(text: str) -> int:
    """A number of processes.  Raises ArgumentTypeError."""
    if not (text.isdecimal() and text.isascii() and 1 <= int(text[:5]) <= 1024):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; allowed: 1 to 1024")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Runs `fleet`.

    Returns:
        The exit status: 0 every pair holds, 1 one does not, 3 not everything is known, 130 interrupted.

    Raises:
        BadInput: If the directory, the list or an option cannot be used.
    """
    earlier, older = _earlier(args.baseline), _since(args.since)
    pairs, others = _pairs(args.target)
    chosen = [pair for pair in pairs if older(pair)]
    inputs = [*(name for pair in pairs for name in pair.files), *filter(None, (args.baseline,))]
    inputs += [args.target] if os.path.isfile(args.target) else []
    pages = _folder(args.report)
    check_outputs(inputs, {"--report": args.report, "--journal": args.journal, **gate_files.outputs(args)},
                  {"--report": pages}, "*.html")  # fmt: skip
    with Journal(args.journal or default_journal(args.target), resume=args.resume) as journal:
        kept = journal.rows(chosen) if args.resume else ()
        rows, interrupted = _examined(args, chosen, kept, journal)
        answer = FleetAnswer(
            source=args.target,
            rows=rows,
            pairs=len(chosen),
            others=others,
            unchanged=len(pairs) - len(chosen),
            structures=len({pair.structure for pair in chosen if pair.structure is not None}),
            changes=None if earlier is None else {row.name: change_of(row, earlier) for row in rows},
            gone=() if earlier is None else gone([Row(name=pair.name, verdict="holds") for pair in pairs], earlier),
        )
        _print(args, answer)
        if pages is not None:
            _draw(answer, args.report, pages, journal)
    return INTERRUPTED if interrupted else answer.exit_status


# -- which pairs -----------------------------------------------------------------------------------


def _pairs(target: str) -> tuple[tuple[Pair, ...], int]:
    """The pairs of a directory or a list, and how many files there are besides.

    Raises:
        BadInput: If there is no pair.
    """
    if not os.path.isdir(target):
        try:
            pairs, others = read_list(target), 0
        except ListError as error:
            raise BadInput(str(error)) from None
    else:
        with Progress(f"reading {target}"):
            tree = read_tree(target)
            pairs, others = tuple(paired(tree.units, names_in(tree.units, target))), tree.others
        _say_dangling(tree.dangling)
    if not pairs:
        beside = f" among {others} files" if others else ""
        raise BadInput(
            f"{target}: no unit of a failover pair{beside}; allowed: configurations with `failover lan interface`"
        )
    return pairs, others


def _say_dangling(links: Sequence[str]) -> None:
    """Names the links that lead to nothing: a unit may be behind one that was meant to be there."""
    if links:
        more = f" and {len(links) - 1} more" if len(links) > 1 else ""
        complain(f"failover-fsm fleet: {links[0]}{more}: links to nothing, left out")


def _since(when: str | None) -> Callable[[Pair], bool]:
    """Whether a pair has a changed file.  Raises BadInput for a time that is none."""
    if when is None:
        return lambda pair: True
    if os.path.isfile(when):
        digests = {name: row.digest for name, row in (_earlier(when) or {}).items()}
        return lambda pair: bool(pair.error) or digests.get(pair.name) != pair.digest
    try:
        since = datetime.datetime.fromisoformat(when).timestamp()
    except (ValueError, OverflowError, OSError):
        allowed = "a date such as 2026-08-31 or 2026-08-31T06:00, or the file of an earlier `fleet --json`"
        raise BadInput(f"--since: {when!r} is no time; allowed: {allowed}") from None
    return lambda pair: any(_modified(name) >= since for name in pair.files)


def _modified(name: str) -> float:
    """When a file was modified; one that cannot be asked counts as changed."""
    try:
        return os.stat(name).st_mtime
    except (OSError, ValueError):
        return float("inf")


def _earlier(source: str | None) -> dict[str, Row] | None:
    if source is None:
        return None
    try:
        return read_earlier(source)
    except EarlierError as error:
        raise BadInput(str(error)) from None


# -- the work --------------------------------------------------------------------------------------


def _examined(
    args: argparse.Namespace, pairs: Sequence[Pair], kept: Sequence[Row], journal: Journal
) -> tuple[tuple[Row, ...], bool]:
    """The rows of the pairs, and whether the run was interrupted before it had all."""
    rows = {row.name: row for row in kept}
    left = [pair for pair in pairs if pair.name not in rows]
    began = told = time.monotonic()

    def done(found: Examined) -> None:
        nonlocal told
        journal.add(found)
        rows[found.row.name] = found.row
        now = time.monotonic()
        line.at(line.done + 1)
        line.note = found.row.name
        if not progress_is_shown() and now - told >= TELL_AGAIN:
            told = now
            about = (now - began) / max(1, len(rows) - len(kept)) * (len(pairs) - len(rows))
            complain(f"{len(rows):,} of {len(pairs):,} pairs, about {about:,.0f} s more: {found.row.name}")

    def known(pair: Pair) -> Protocol | None:
        return None if args.no_cache else kept_promises.kept(_scenario(pair))

    def learned(pair: Pair, promises: Protocol) -> None:
        if not args.no_cache:
            kept_promises.keep(_scenario(pair), promises)

    line = Progress("examining", "pairs", len(left))
    try:
        with line, _workers(args, len(left)) as workers:
            run_fleet(left, workers, known=known, learned=learned, done=done, time_limit=args.time_limit)
    except KeyboardInterrupt:
        complain("interrupted")
        return tuple(rows.values()), True
    except WorkersError as error:
        raise BadInput(f"--scheduler {error}") from None
    return tuple(rows.values()), False


def _scenario(pair: Pair) -> Any:
    """The pair whose promises are searched."""
    path = pair.units[0].path
    return scenario_searched(path, read_config(path, dict(pair.texts().texts)))


def _workers(args: argparse.Namespace, count: int) -> AbstractContextManager[Workers]:
    """Whoever does the work.  Raises WorkersError for a scheduler that cannot be used."""
    if args.scheduler is not None:
        from failover_fsm.fleet.cluster import Cluster  # of the extra `cluster`

        return Cluster(args.scheduler)
    jobs = min(args.jobs or _processors(), max(1, count))
    if jobs == 1:
        return nullcontext(Here())
    from failover_fsm.fleet.processes import Processes  # most runs on one pair need no other process

    return Processes(jobs)


def _processors() -> int:
    """How many CPUs this process may use, where the system says so."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


# -- output ----------------------------------------------------------------------------------------


def _print(args: argparse.Namespace, answer: FleetAnswer) -> None:
    if args.json:
        emit(json_object("fleet", answer.to_dict(), caveats=_caveats(args.time_limit)))
    elif args.csv:
        emit(fleet_csv(answer))
    else:
        emit_answer(lambda: fleet_text(answer))
    if gate_files.wanted(args):
        gate_files.write(args, tuple(findings_of_fleet(answer)), args.target)


def _caveats(limit: float) -> Iterator[str]:
    """What every row rests on."""
    yield "links, ports and paths fail by themselves: no topology is known; `check` says what each answer assumes"
    yield "the promises were searched once for all pairs with the same structure, which differ in names and addresses"
    yield f"a search that takes more than {limit:g} s is given up, undecided"


def _folder(report: str | None) -> str | None:
    """The folder of the pairs' pages: named like the page, without its suffix.

    Raises:
        BadInput: If the page has no suffix.
    """
    if report is None:
        return None
    folder = os.fspath(Path(report).with_suffix("")) if Path(report).name else report
    if folder == report:
        raise BadInput(
            f"--report {report}: has no suffix, by which the folder of the pages differs; allowed: FILE.html"
        )
    return folder


def _draw(answer: FleetAnswer, name: str, folder: str, journal: Journal) -> None:
    """Writes the page of the fleet and those of the pairs, one at a time.

    Raises:
        BadInput: If one cannot be written.
    """
    names = page_names(answer.rows)
    rows = {row.name: row for row in answer.rows}
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--report {folder}: {error.strerror}; allowed: a directory that can be written") from None
    for row, parts in journal.pages():
        if rows.get(row.name) == row:
            write_bytes(os.path.join(folder, names[row.name]), pair_page(row, parts, f"../{Path(name).name}").encode())
    links = {pair: f"{Path(folder).name}/{page}" for pair, page in names.items()}
    write_bytes(name, fleet_page(answer, links).encode())
