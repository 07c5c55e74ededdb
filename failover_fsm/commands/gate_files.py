"""The options `--junit` and `--sarif` of several subcommands."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence

from failover_fsm import __version__
from failover_fsm.commands.files import write_bytes
from failover_fsm.reports.gates.finding import Finding

__all__ = ["add_arguments", "outputs", "wanted", "write"]

_BEGAN = "gates_began"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options; the clock of the report starts here."""
    parser.add_argument("--junit", metavar="FILE.xml", help="write what passed and what failed there as JUnit XML")
    parser.add_argument("--sarif", metavar="FILE.sarif", help="write what failed there as SARIF 2.1.0")
    parser.set_defaults(**{_BEGAN: time.monotonic()})


def wanted(args: argparse.Namespace) -> bool:
    """Whether one of the files is asked for."""
    return args.junit is not None or args.sarif is not None


def outputs(args: argparse.Namespace) -> Mapping[str, str | None]:
    """The files by their options, for `check_outputs`."""
    return {"--junit": args.junit, "--sarif": args.sarif}


def write(args: argparse.Namespace, findings: Sequence[Finding], suite: str) -> None:
    """Writes the files that are asked for.

    Args:
        args: The command line.
        findings: What was looked at.
        suite: The name of the test suite.

    Raises:
        BadInput: If a file cannot be written.
    """
    if args.junit is not None:
        from failover_fsm.reports.gates.junit import junit_xml

        write_bytes(args.junit, junit_xml(findings, suite=suite, seconds=time.monotonic() - getattr(args, _BEGAN)))
    if args.sarif is not None:
        from failover_fsm.reports.gates.sarif import sarif_json

        write_bytes(args.sarif, sarif_json(findings, __version__))
