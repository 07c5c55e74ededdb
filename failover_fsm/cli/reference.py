"""Regenerates docs/reference: `python -m failover_fsm.cli.reference [DIRECTORY]`.

Commands come from the parser, promises from the catalogue, states, reasons and events from the tables that run, the
keys of JSON from the schemas. Which mutants a promise kills was measured: docs/explanation/mutation.md has it.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from failover_fsm.cli.command_line import parser
from failover_fsm.cli.json_page import json_page
from failover_fsm.cli.subcommands import GROUPS
from failover_fsm.commands.files import complain
from failover_fsm.pair.events import EVENTS, Command, Event, ProtocolStep, Repair
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.tables import Table
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.promises import PROMISES, Promise
from failover_fsm.text import words

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
WIDTH = 100
"""Of a usage line, whatever the terminal."""

_MADE = "Made by `python -m failover_fsm.cli.reference`; do not edit, make it again.\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# -- commands --------------------------------------------------------------------------------------


def commands_page() -> str:
    """Every subcommand with its arguments and options."""
    return "\n".join(_commands()) + "\n"


def _commands() -> Iterator[str]:
    top = parser()
    (subparsers,) = (each for each in top._actions if isinstance(each, argparse._SubParsersAction))
    yield "# Commands\n"
    yield _MADE
    yield "`failover-fsm COMMAND --help` prints the same; see also [exit statuses](exit-statuses.md).\n"
    for group, names in GROUPS.items():
        yield f"**{group}**: " + ", ".join(f"[{name}](#{name})" for name in names) + "\n"
    for names in GROUPS.values():
        for name in names:
            yield from _command(name, subparsers.choices[name])


def _command(name: str, command: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{_cell(command.description or '')}\n"
    yield from (f"    {line.strip()}" if at == 0 else f"    {line}" for at, line in enumerate(_usage(command)))
    yield "\n| argument or option | what it says |\n|---|---|"
    formatter = argparse.HelpFormatter(command.prog, width=WIDTH)
    for action in command._actions:
        if action.help is not argparse.SUPPRESS:
            shown = formatter._format_action_invocation(action)
            told = formatter._expand_help(action) if action.help else ""
            yield f"| `{_cell(shown)}` | {_cell(told)} |"
    yield ""


def _usage(command: argparse.ArgumentParser) -> list[str]:
    formatter = argparse.HelpFormatter(command.prog, width=WIDTH)
    formatter.add_usage(command.usage, command._actions, command._mutually_exclusive_groups, prefix="")
    return formatter.format_help().strip().split("\n")


# -- promises --------------------------------------------------------------------------------------

_READ = {
    "always": "in every state",
    "sometimes": "in some state",
    "when-settled": "in every state in which the units do nothing more by themselves",
    "step": "in every step",
    "leads-to": "after every state with the premise, by the units' own steps",
    "can-recover": "from every state, by repairs and the units' own steps",
    "converges": "the units' own steps come to an end",
}


def promises_page() -> str:
    """Every promise of the catalogue."""
    return "\n".join(_promises()) + "\n"


def _promises() -> Iterator[str]:
    yield "# Promises\n"
    yield _MADE
    yield (
        "What failover must do in any order of events. `failover-fsm check FILE --promise ID` asks for one. The ids\n"
        "in parentheses are the chapter's [rules](rules.md). A *lemma* follows from other promises and is there to be\n"
        "read. *Kills* are mutants of the tables that it is among the first to catch, of those that were measured\n"
        "([mutation](../explanation/mutation.md)).\n"
    )
    kills = _kills((FOLDER.parent / "explanation" / "mutation.md").read_text(encoding="utf-8"))
    for promise in PROMISES:
        yield f"## {promise.id}\n"
        yield f"{promise.says} ({', '.join(promise.rules)})\n"
        yield from _formula(promise)
        yield f"- Kills: {kills.get(promise.id) or _alone(promise)}"
        yield ""


def _kills(page: str) -> dict[str, str]:
    """What the page of the mutation says of each promise."""
    row = re.compile(r"^\| `([\w-]+)` \| (\d+) \| \d+ \| (.+) \|$", re.MULTILINE)
    none = re.compile(r"^- `([a-z-]+)`: (.+)$", re.MULTILINE)
    first = {name: f"{count}, such as {example}" for name, count, example in row.findall(page.replace("\\|", "|"))}
    return {name: f"none first: {why.removeprefix('not first; ')}" for name, why in none.findall(page)} | first


def _alone(promise: Promise) -> str:
    """What kills are known of a promise that came after the mutants were measured."""
    return "not measured" + ("" if promise.lemma else "; what it alone catches is in `tests/promises/alone.py`")


def _formula(promise: Promise) -> Iterator[str]:
    yield f"- Read: {_READ[promise.kind]}" + (f": {_sentence(promise.holds)}" if promise.holds else "")
    if promise.premise is not None:
        yield f"- Put to the test by: {_sentence(promise.premise)}"
    asked = {"both": "every pair", "active-standby": "Active/Standby pairs", "active-active": "Active/Active pairs"}
    wants = [f"`{word}`" for word in promise.needs]
    yield (
        f"- Asked of: {asked[promise.pairs]}"
        + (f", in environments with {' and '.join(wants)}" if wants else "")
        + (f", with {promise.least_faults} faults at the same time or more" if promise.least_faults else "")
        + (f", without {' and '.join(f'`{word}`' for word in promise.unless)}" if promise.unless else "")
    )
    if promise.lemma:
        yield f"- A lemma: {promise.lemma}"


def _sentence(function: Callable[..., object]) -> str:
    """The first sentence of a function's documentation; its name where it is made of others."""
    text = inspect.getdoc(function) if inspect.isfunction(function) else None
    return _cell(text.split("\n\n")[0]) if text else "a formula made of others; see `failover_fsm/promises/`"


# -- states, reasons, events -----------------------------------------------------------------------


def states_page() -> str:
    """The words for states, and the rows of both tables with their reasons."""
    return "\n".join(_states()) + "\n"


def _states() -> Iterator[str]:
    yield "# States and reasons\n"
    yield _MADE
    yield "A unit is in one of these states, for each failover group if it has several:\n"
    yield from (f"- `{word}`: printed as {words.title(word)}" for word in words.STATE_WORDS)
    yield "\nIt sees its peer as one of: " + ", ".join(f"`{word}`" for word in words.SEEN_WORDS) + "."
    yield "\nAn interface is one of: " + ", ".join(f"`{word}`" for word in words.STATUS_WORDS) + ".\n"
    for title, table in (("Rows of the unit table", UNIT_TABLE), ("Rows of the group table", GROUP_TABLE)):
        yield f"## {title}\n"
        yield from _rows(table)
        yield ""


def _rows(table: Table[Any]) -> Iterator[str]:
    yield "| row | reason, as a device prints it | rules |\n|---|---|---|"
    for row in table.rows:
        yield f"| `{_cell(row.name)}` | {row.reason} | {', '.join(row.rules)} |"


def events_page() -> str:
    """Every event with its arguments, by its cause."""
    return "\n".join(_events()) + "\n"


def _events() -> Iterator[str]:
    yield "# Events\n"
    yield _MADE
    yield "As they are written in [traces](traces.md) and named in results.\n"
    left = list(EVENTS)
    for title, kind in (("Repairs", Repair), ("Operator commands", Command), ("Steps of the units", ProtocolStep)):
        yield from _events_of(title, [each for each in left if issubclass(each, kind)])
        left = [each for each in left if not issubclass(each, kind)]
    yield from _events_of("Faults", left)


def _events_of(title: str, events: Iterable[type[Event]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| event | what happens |\n|---|---|"
    for event in events:
        arguments = "".join(f" {field.name}=" for field in event.__attrs_attrs__)
        yield f"| `{event.word()}{arguments}` | {_sentence_of_class(event)} |"
    yield ""


def _sentence_of_class(event: type[Event]) -> str:
    return _cell(re.split(r"\n\n|\n\s*Attributes:", inspect.getdoc(event) or "")[0])


def keys_page() -> str:
    """Every key of what `--json` prints."""
    return json_page(_MADE)


PAGES = {
    "commands.md": commands_page,
    "promises.md": promises_page,
    "states.md": states_page,
    "events.md": events_page,
    "json.md": keys_page,
}


def main(arguments: list[str]) -> int:
    """Writes the pages; returns 0, or 2 with one line on stderr if they cannot be written."""
    if len(arguments) > 1 or any(each.startswith("-") for each in arguments):
        complain("usage: python -m failover_fsm.cli.reference [DIRECTORY]")
        return 2
    folder = Path(arguments[0]) if arguments else FOLDER
    try:
        for name, page in PAGES.items():
            (folder / name).write_bytes(page().encode("utf-8"))
    except OSError as error:
        complain(f"failover_fsm.cli.reference: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
