"""The options and subcommands of the command line, and the errors that are the user's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import NoReturn

from failover_fsm import __version__
from failover_fsm.analysis.model_file import ModelFileError
from failover_fsm.commands.files import BadInput, complain, emit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.trace.lines import TraceError

BAD_INPUT = 2
COMMANDS = (
    "check", "faults", "times", "whatif", "diff", "runbook", "autoupdate", "run", "show", "config", "tables", "suite",
    "diagram", "export",
)  # fmt: skip
"""The subcommands in the order of the help text: each a module of `failover_fsm.commands`."""

NAMING = (
    "-o", "--output", "--report", "--traces", "--checkpoint", "--resume", "--plot", "--config", "--topology",
    "--junit", "--sarif", "--old-peer", "--new-peer", "--server",
)  # fmt: skip
"""The options that name a file or a directory."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and whose help is written as any other result."""

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {message}")
        sys.exit(BAD_INPUT)

    def _print_message(self, message: str, file: object = None) -> None:
        """Prints help and version; argparse itself would pass over a standard output that cannot be written."""
        emit(message, styled=True)


def parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line's parser.

    Args:
        commands: The subcommands it knows; the modules of others are not imported.
    """
    top = _Parser(prog="failover-fsm", description="A formally checked model of a Cisco ASA failover pair.")
    top.add_argument("--version", action="version", version=f"failover-fsm {__version__}")
    top.add_argument("--debug", action="store_true", help="after an error in this program, print its traceback")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    for command in commands:
        import_module(f"failover_fsm.commands.{command}").add_parser(subparsers)
    return top


def _unusable(words: Sequence[str]) -> str | None:
    """An error about a word that should name a file or a directory; argparse accepts any word."""
    pairs = pairwise(["", *words])
    names = [word for before, word in pairs if before in NAMING or not before.startswith("-")]
    names += [word.partition("=")[2] for word in words if word.partition("=")[0] in NAMING and "=" in word]
    if "" in names:
        return "the name of a file or directory is empty; allowed: one that is not"
    if "-" in names:
        return "-: standard input and output are not named so here; allowed: the name of a file, as in ./-"
    return None


def run(words: Sequence[str]) -> int:
    """Runs the command that `words` ask for; returns its exit status, which is 2 for bad input.

    Words that are no command line end the program with status 2, `--help` and `--version` with 0.
    """
    if (wrong := _unusable(words)) is not None:
        complain(f"failover-fsm: {wrong}")
        return BAD_INPUT
    try:
        args = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS).parse_args(words)
        return int(args.run(args))
    except (BadInput, ConfigError, ModelFileError, TraceError) as error:
        complain(*str(error).split("\n"))
        return BAD_INPUT
