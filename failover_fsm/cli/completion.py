"""Completion scripts for shells, made from the parser by shtab: they complete without starting Python."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

__all__ = ["SHELLS", "NoShtab", "completion"]

SHELLS = ("bash", "zsh", "tcsh")

_A_FILE = re.compile(r"FILE|DIR|\.\w+$|\.\w+\b")


class NoShtab(Exception):
    """The package shtab is not installed; `str` says what is needed."""


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script that completes the command line in a shell.

    Args:
        parser: The parser, whose subcommands are listed (`command_line.parser` with `grouped=False`).
        shell: One of SHELLS.

    Raises:
        NoShtab: If shtab is not installed.
    """
    try:
        import shtab  # of the extra `completion`
    except ModuleNotFoundError:
        need = "needs the package shtab; allowed: pip install 'failover-fsm[completion]'"
        raise NoShtab(need) from None
    for action in _actions(parser):
        if isinstance(action.metavar, str) and _A_FILE.search(action.metavar) and action.choices is None:
            is_folder = action.metavar.startswith("DIR") and "|" not in action.metavar
            action.complete = shtab.DIRECTORY if is_folder else shtab.FILE  # type: ignore[attr-defined]  # shtab reads it
    script: str = shtab.complete(parser, shell)
    return script


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """All arguments of a parser, and of its subcommands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)
