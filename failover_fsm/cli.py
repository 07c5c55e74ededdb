"""The command line: `failover-fsm` and `python -m failover_fsm`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from failover_fsm import __version__
from failover_fsm.commands import check, config, diagram, export, faults, run, suite, tables, times, whatif
from failover_fsm.commands.files import BadInput
from failover_fsm.config.errors import ConfigError
from failover_fsm.modelfile import ModelFileError
from failover_fsm.show.lines import TraceError

BAD_INPUT = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it exits, as the original does
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    top = _Parser(prog="failover-fsm", description="A formally checked model of a Cisco ASA failover pair.")
    top.add_argument("--version", action="version", version=f"failover-fsm {__version__}")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    for command in (check, run, times, faults, whatif, tables, suite, config, diagram, export):
        command.add_parser(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status: 0, 1 violated, 2 bad input, 3 undecided."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except (BadInput, ConfigError, ModelFileError, TraceError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
