"""The manual page, made from the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence

from failover_fsm import __version__

__all__ = ["man_page"]


def man_page(parser: argparse.ArgumentParser, groups: Mapping[str, Iterable[str]], ending: Sequence[str]) -> str:
    """The page in the macros of man(7).

    Args:
        parser: The parser, with its subcommands.
        groups: The subcommands by what they are for.
        ending: The lines with examples and exit statuses, as the help text has them.
    """
    return "\n".join(_page(parser, groups, ending)) + "\n"


def _page(parser: argparse.ArgumentParser, groups: Mapping[str, Iterable[str]], ending: Sequence[str]) -> Iterator[str]:
    commands = next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    helped = {each.dest: each.help or "" for each in commands._choices_actions}
    yield f'.TH FAILOVER-FSM 1 "" "failover-fsm {__version__}" "User Commands"'
    yield from (".SH NAME", f"failover-fsm \\- {_text(_lower(parser.description or ''))}")
    yield from (".SH SYNOPSIS", f".B {_text(parser.prog)}", _text("[-h] [--version] [--debug] COMMAND ..."))
    yield from (".SH OPTIONS", *_arguments(parser))
    yield ".SH COMMANDS"
    for group, names in groups.items():
        yield f".SS {_text(group.capitalize())}"
        for name in names:
            yield from (".TP", f".B {_text(name)}", _text(helped[name]))
    for name in (name for names in groups.values() for name in names):
        yield from _command(name, commands.choices[name])
    yield from (".SH EXAMPLES AND EXIT STATUS", ".nf", *map(_text, ending), ".fi")


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """The part of the page on one subcommand."""
    yield f".SH {_text(name.upper())}"
    yield _text(" ".join(parser.format_usage().removeprefix("usage: ").split()))
    yield from (".PP", _text(parser.description or ""))
    yield from _arguments(parser)
    if parser.epilog:
        yield from (".PP", _text(parser.epilog))


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = parser._get_formatter()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
            continue
        yield from (".TP", f".B {_text(formatter._format_action_invocation(action))}")
        yield _text(formatter._expand_help(action) if action.help else "")


def _lower(sentence: str) -> str:
    """A sentence as the name line of a manual page has it: without a capital and a stop."""
    return (sentence[:1].lower() + sentence[1:]).removesuffix(".")


def _text(words: str) -> str:
    """A line of text in which nothing is a request, and hyphens are those of options."""
    line = " ".join(words.split()) if not words.startswith(" ") else words
    escaped = line.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
