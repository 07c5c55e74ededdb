"""The command line: `failover-fsm` and `python -m failover_fsm`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

from failover_fsm import __version__
from failover_fsm.analysis.model_file import ModelFileError
from failover_fsm.commands.files import BadInput
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.trace.lines import TraceError

BAD_INPUT = 2
INTERRUPTED = 130
COMMANDS = ("check", "run", "times", "faults", "whatif", "tables", "suite", "config", "diagram", "export")
"""The subcommands in the order of the help text: each a module of `failover_fsm.commands`."""

NAMING = (
    "-o", "--output", "--report", "--traces", "--checkpoint", "--resume", "--plot", "--config", "--topology",
)  # fmt: skip
"""The options that name a file or a directory."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it exits, as the original does
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line's parser.

    Args:
        commands: The subcommands it knows; the modules of others are not imported.
    """
    top = _Parser(prog="failover-fsm", description="A formally checked model of a Cisco ASA failover pair.")
    top.add_argument("--version", action="version", version=f"failover-fsm {__version__}")
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


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status: 0, 1 violated, 2 bad input, 3 undecided."""
    words = sys.argv[1:] if argv is None else list(argv)
    if (wrong := _unusable(words)) is not None:
        print(f"failover-fsm: {wrong}", file=sys.stderr)
        return BAD_INPUT
    try:
        args = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS).parse_args(words)
        return int(args.run(args))
    except (BadInput, ConfigError, ModelFileError, TraceError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
