"""`failover-fsm report`: everything about a pair as one page: `check` with `--report`, and a bound on its time."""

from __future__ import annotations

import argparse
from typing import Any

from failover_fsm.commands import check
from failover_fsm.commands.arguments import seconds
from failover_fsm.commands.files import BadInput

__all__ = ["add_parser", "run"]

TIME_LIMIT = 300.0
"""Seconds after which the search of the promises ends that names no `--time-limit`: a page is wanted in any case."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "report",
        description="Writes one page: the answer about the pair, times, single faults, a drawing of its ports and its"
        " topology, the promises, and every run to step through. Prints the answer too, as `check` does.",
        epilog="Exit status: as `check`.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected: its switches fail too")
    parser.add_argument(
        "--time-limit", metavar="S", type=seconds, default=TIME_LIMIT,
        help=f"after S seconds write the page with what is known by then ({TIME_LIMIT:g})",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE.html", required=True, help="where to write the page")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `report`; returns the exit status of `check`, and raises what that raises."""
    parser = argparse.ArgumentParser()
    check.add_parser(parser.add_subparsers())
    files = [args.file, *([args.secondary] if args.secondary is not None else [])]
    topology = [] if args.topology is None else [f"--topology={args.topology}"]
    options = [f"--report={args.output}", f"--time-limit={args.time_limit}", *topology]
    try:
        return check.run(parser.parse_args(["check", *options, "--", *files]))
    except BadInput as error:
        raise BadInput(*(line.replace("--report ", "-o ", 1) for line in error.args)) from None
