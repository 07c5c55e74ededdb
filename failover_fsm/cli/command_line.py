"""The options and subcommands of the command line, and the errors that are the user's."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

from failover_fsm import __version__
from failover_fsm.cli.completion import SHELLS, NoShtab, completion
from failover_fsm.cli.man_page import man_page
from failover_fsm.cli.subcommands import COMMANDS, GROUPS
from failover_fsm.commands.files import BadInput, complain, emit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.suggestions import nearest

BAD_INPUT = 2
NAMING = (
    "-o", "--output", "--report", "--traces", "--checkpoint", "--resume", "--plot", "--config", "--topology",
    "--junit", "--sarif", "--old-peer", "--new-peer", "--server", "--journal", "--baseline",
    "--log", "--history", "--state", "--diagram", "--export",
)  # fmt: skip
"""The options that name a file or a directory."""


ENDING = (
    "examples:",
    "  failover-fsm check primary.cfg --strict",
    '  failover-fsm whatif primary.cfg --after "unit_failed unit=primary"',
    "",
    "exit status: 0 as it should be, 1 not so, 2 bad input, 3 undecided,",
    "  4 an error in this program, 130 Ctrl-C; COMMAND --help says more",
)
"""The last lines of the help text."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and whose help is written as any other result."""

    _words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse does; what it parses is kept for the message about a word that is missing."""
        self._words = tuple(sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        options = tuple(_options(self))
        if message.startswith("the following arguments are required:"):
            message += _misspelt(self._words, options)
        complain(f"{self.prog}: {message}{_meant(message, options)}")
        sys.exit(BAD_INPUT)

    def _print_message(self, message: str, file: object = None) -> None:
        """Prints help and version; argparse itself would pass over a standard output that cannot be written."""
        emit(message, styled=True)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a parser and of its subcommands."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _options(each)


def _meant(message: str, options: tuple[str, ...]) -> str:
    """`, did you mean X` for an option or a word that argparse does not know, else nothing."""
    if choice := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)$", message):
        return nearest(choice[1], re.findall(r"[\w-]+", choice[2]))
    if message.startswith("unrecognized arguments: --"):
        return _meant_option(message.partition(": ")[2].partition(" ")[0], options)
    return ""


def _meant_option(word: str, options: Sequence[str]) -> str:
    """The same for an option; dashes, which all have, make none like another."""
    bare = {option.lstrip("-"): option for option in options if option.startswith("--")}
    meant = nearest(word.partition("=")[0].lstrip("-"), bare)
    return meant and meant.replace("mean ", "mean --")


def _misspelt(words: Sequence[str], options: Sequence[str]) -> str:
    """The first option that is none, with the one that may have been meant: argparse misses that one first."""
    given = (word.partition("=")[0] for word in words if word.startswith("--") and word != "--")
    unknown = next((word for word in given if not any(each.startswith(word) for each in options)), "")
    return f"; {unknown} is unknown{_meant_option(unknown, options)}" if unknown else ""


class _Listed:
    """The subparsers of a parser, which the help text groups, or argparse itself lists."""

    def __init__(self, subparsers: Any, *, grouped: bool) -> None:
        self.subparsers = subparsers
        self.grouped = grouped

    def add_parser(self, name: str, **arguments: Any) -> argparse.ArgumentParser:
        """Adds a subcommand; the arguments are those of `argparse`, but what is said of it in a list."""
        listed = {} if self.grouped else {"help": COMMANDS[name]}
        added: argparse.ArgumentParser = self.subparsers.add_parser(name, **listed, **arguments)
        return added


def _epilog() -> Iterator[str]:
    """The end of the help text: the subcommands by group, two examples, the exit statuses."""
    width = min(64, shutil.get_terminal_size().columns - 16)
    for group, commands in GROUPS.items():
        yield f"{group}:"
        for name, says in commands.items():
            yield from (f"  {name if at == 0 else '':<11} {line}" for at, line in enumerate(textwrap.wrap(says, width)))
        yield ""
    yield from ENDING


class _Printed(argparse.Action):
    """An option that prints something made from the whole parser, and ends the program."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> NoReturn:
        emit(_completion(values) if values else _manual())
        sys.exit(0)


def _manual() -> str:
    return man_page(parser(grouped=False), GROUPS, ENDING)


def _completion(shell: str) -> str:
    """The script of a shell; ends the program with status 2 if shtab is not installed."""
    try:
        return completion(parser(grouped=False), shell)
    except NoShtab as error:
        complain(f"failover-fsm: --print-completion {error}")
        sys.exit(BAD_INPUT)


def parser(commands: Iterable[str] = COMMANDS, *, grouped: bool = True) -> argparse.ArgumentParser:
    """The command line's parser.

    Args:
        commands: The subcommands it knows; the modules of others are not imported.
        grouped: Whether its help text has them in groups; else argparse itself lists them, for programs to read.
    """
    top = _Parser(
        prog="failover-fsm",
        usage="%(prog)s [-h] [--version] [--debug] COMMAND ...",
        description="A formally checked model of a Cisco ASA failover pair.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"failover-fsm {__version__}")
    top.add_argument("--debug", action="store_true", help="after an error in this program, print its traceback")
    top.add_argument(
        "--print-completion", metavar="SHELL", action=_Printed, choices=SHELLS,
        help=f"print a script that completes these words in {', '.join(SHELLS[:-1])} or {SHELLS[-1]}",
    )  # fmt: skip
    top.add_argument("--print-man", action=_Printed, nargs=0, help="print the manual page")
    help_of = {"help": argparse.SUPPRESS} if grouped else {}
    listed = _Listed(
        top.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser, prog=top.prog, **help_of),
        grouped=grouped,
    )
    for command in commands:
        import_module(f"failover_fsm.commands.{command}").add_parser(listed)
    top.epilog = "\n".join(_epilog())
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
        args = parser(_needed(words)).parse_args(words)
        return int(args.run(args))
    except Exception as error:
        if not isinstance(error, _of_the_user()):
            raise
        complain(*str(error).split("\n"))
        return BAD_INPUT


def _needed(words: Sequence[str]) -> Iterable[str]:
    """The subcommands whose modules these words need: none for the help text, all to find out what was meant."""
    if words and words[0] in COMMANDS:
        return words[:1]
    return () if words and words[0] in ("-h", "--help", "--version") else COMMANDS


def _of_the_user() -> tuple[type[Exception], ...]:
    """The errors that are the user's; a module that takes long to import raises none before it is imported."""
    elsewhere = (("analysis.model_file", "ModelFileError"), ("trace.lines", "TraceError"))
    modules = ((sys.modules.get(f"failover_fsm.{module}"), name) for module, name in elsewhere)
    return (BadInput, ConfigError, *(getattr(module, name) for module, name in modules if module is not None))
