"""The options and subcommands of the command line, and the errors that are the user's."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

from failover_fsm import __version__
from failover_fsm.analysis.model_file import ModelFileError
from failover_fsm.commands.files import BadInput, complain, emit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.trace.lines import TraceError

BAD_INPUT = 2
GROUPS = {
    "my pair": ("check", "faults", "times", "whatif", "diff", "runbook", "explain", "watch", "autoupdate", "config"),
    "the device": ("run", "show"),
    "build on it": ("suite", "diagram", "export", "tables"),
}
"""The subcommands in the order of the help text, by what they are for: each a module of `failover_fsm.commands`."""

COMMANDS = tuple(command for group in GROUPS.values() for command in group)

NAMING = (
    "-o", "--output", "--report", "--traces", "--checkpoint", "--resume", "--plot", "--config", "--topology",
    "--junit", "--sarif", "--old-peer", "--new-peer", "--server", "--log", "--history", "--state",
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


class _Listed:
    """The subparsers of a parser; keeps what the help text says of each, which is grouped there."""

    def __init__(self, subparsers: Any) -> None:
        self.subparsers = subparsers
        self.help: dict[str, str] = {}

    def add_parser(self, name: str, *, help: str, **arguments: Any) -> argparse.ArgumentParser:
        """Adds a subcommand; the arguments are those of `argparse`."""
        self.help[name] = help
        added: argparse.ArgumentParser = self.subparsers.add_parser(name, **arguments)
        return added

    def text(self) -> Iterator[str]:
        """The end of the help text: the subcommands by group, two examples, the exit statuses."""
        for group, names in GROUPS.items():
            yield f"{group}:"
            for name in names:
                if name in self.help:
                    lines = textwrap.wrap(self.help[name], 64)
                    yield from (f"  {name if at == 0 else '':<11} {line}" for at, line in enumerate(lines))
            yield ""
        yield from (
            "examples:",
            "  failover-fsm check primary.cfg --strict",
            '  failover-fsm whatif primary.cfg --after "unit_failed unit=primary"',
            "",
            "exit status: 0 as it should be, 1 not so, 2 bad input, 3 undecided,",
            "  4 an error in this program, 130 Ctrl-C; COMMAND --help says more",
        )


def parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line's parser.

    Args:
        commands: The subcommands it knows; the modules of others are not imported.
    """
    top = _Parser(
        prog="failover-fsm",
        usage="%(prog)s [-h] [--version] [--debug] COMMAND ...",
        description="A formally checked model of a Cisco ASA failover pair.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"failover-fsm {__version__}")
    top.add_argument("--debug", action="store_true", help="after an error in this program, print its traceback")
    listed = _Listed(
        top.add_subparsers(
            metavar="COMMAND", required=True, parser_class=_Parser, prog=top.prog, help=argparse.SUPPRESS
        )
    )
    for command in commands:
        import_module(f"failover_fsm.commands.{command}").add_parser(listed)
    top.epilog = "\n".join(listed.text())
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
