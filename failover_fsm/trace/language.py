"""The trace language: scenarios and counterexamples as plain text, one statement per line.

    config asa.cfg                     # one file for both units, or the primary's and the secondary's
    option recovery=edge               # a decision of the model other than the default
    topology figure-13-1               # how the pair is connected: a figure, or a file with a [topology] table
    software unit=secondary version=7.2(4)  # a unit that does not run the configuration's software
    unit_restored unit=primary         # an event, by its class name in small letters
    settle                             # protocol steps until none changes anything
    expect unit=primary state=active
    mark                               # `failovers=` and `output=` count from here

A command can also stand as it is typed, after its unit: `secondary: failover active`.
A line is a word and `key=value` arguments. A value with blanks is in double quotes; a quote inside them is doubled. `#`
begins a comment at the start of a word. The words and arguments of events are derived from the event classes.
"""

from __future__ import annotations

import enum
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from os import PathLike, fspath
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.config.values.release import Release
from failover_fsm.config.values.suggestions import listed, nearest, nearest_name
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.events import EVENTS, Event, ProtocolStep
from failover_fsm.pair.settings import Options
from failover_fsm.pair.typed_commands import acting
from failover_fsm.services.machine import MachineEvent
from failover_fsm.trace import beside, claims, time_lines
from failover_fsm.trace.asa_commands import asa_command, refuse_without_unit, spoken_unit
from failover_fsm.trace.lines import TraceError, TraceLine, Word
from failover_fsm.trace.statements import (
    Config,
    Do,
    Expect,
    Mark,
    Option,
    Settle,
    Software,
    Statement,
    TopologyChoice,
    Trace,
)
from failover_fsm.trace.time_lines import Advance, LinkDelay, SynchronisationTime

__all__ = [
    "Advance",
    "Config",
    "Do",
    "Expect",
    "LinkDelay",
    "Mark",
    "Option",
    "Settle",
    "Software",
    "Statement",
    "SynchronisationTime",
    "TopologyChoice",
    "Trace",
    "TraceError",
    "parse_trace",
    "read_trace",
]


# -- reading -----------------------------------------------------------------------------------


def read_trace(path: str | PathLike[str], *, config_given: bool = False) -> Trace:
    """The trace in a text file (UTF-8, with or without byte order mark).

    Args:
        path: The file.
        config_given: True if the configuration comes from elsewhere.

    Raises:
        TraceError: If the file cannot be read or is no trace.
    """
    source = fspath(path)
    try:
        data = read_input(source)
    except InputFileError as error:
        raise TraceError(source, 0, error.what, error.allowed) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TraceError(source, line, "binary data or another encoding", "a text file in UTF-8") from None
    return parse_trace(text, source, config_given=config_given)


def parse_trace(
    text: str,
    source: str = "<trace>",
    *,
    config_given: bool = False,
    offered: Iterable[type[Event]] | None = None,
) -> Trace:
    """The statements of a trace.

    Args:
        text: The text.
        source: Its origin, for errors.
        config_given: True if the configuration comes from elsewhere.
        offered: If given, only faults, repairs and commands may stand in it, and errors offer only these.

    Raises:
        TraceError: For the first line that is no statement of the language.
    """
    statements: list[Statement] = []
    offers = None if offered is None else tuple(kind.word() for kind in offered)
    line = TraceLine(source, 1, "")
    for number, raw in enumerate(re.split("\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        line = TraceLine(source, number, raw)
        words = line.words()
        if words:
            statement = _statement(line, words, offers)
            _check_place(line, statement, statements, config_given)
            statements.append(statement)
    if not statements:
        raise TraceError(source, 1, "empty file", "statements such as `config asa.cfg`")
    if not config_given and not any(isinstance(each, Config) for each in statements):
        raise line.error("no `config` line", "config FILE.cfg")
    return Trace(tuple(statements), source)


def _statement(line: TraceLine, words: list[Word], offers: tuple[str, ...] | None) -> Statement:
    name, rest = words[0].raw, words[1:]
    if spoken_unit(words) is not None:
        return Do(asa_command(line, words), line=line.number)
    if name in _INSIDE and offers is not None:
        raise line.error(f"`{line.text.strip()}` is no event", "faults, repairs, commands")
    if name in _EVENTS:
        return Do(_event(line, _EVENTS[name], rest), line=line.number)
    if name in _READERS:
        return _READERS[name](line, rest)
    refuse_without_unit(line, words)
    known = (*_READERS, *_EVENTS) if offers is None else offers
    raise line.error(f"unknown event {shown(name)}{nearest_name(name, known)}", f"{SPOKEN}, {listed(name, known)}")


_BEFORE = (Config, Option, TopologyChoice, Software)
"""Statements that stand before all events."""


def _check_place(line: TraceLine, statement: Statement, before: list[Statement], config_given: bool) -> None:
    has_config = config_given or any(isinstance(each, Config) for each in before)
    if not isinstance(statement, _BEFORE):
        if not has_config:
            raise line.error("nothing can happen before the `config` line", "config FILE.cfg")
        return
    if isinstance(statement, Config) and any(isinstance(each, Config) for each in before):
        raise line.error("a second `config` line", "one `config` line, with one or two files")
    if isinstance(statement, TopologyChoice) and any(isinstance(each, TopologyChoice) for each in before):
        raise line.error("a second `topology` line", "one `topology` line")
    if isinstance(statement, Option) and statement.name in {each.name for each in before if isinstance(each, Option)}:
        raise line.error(f"option {shown(statement.name)} stands twice", "each option once")
    if isinstance(statement, Software) and statement.unit in {e.unit for e in before if isinstance(e, Software)}:
        raise line.error(f"a second `software` line of the {statement.unit.value}", "one `software` line for a unit")
    if not all(isinstance(each, _BEFORE) for each in before):
        allowed = "`config`, `topology`, `software` and `option` before all events"
        raise line.error("too late: something has happened already", allowed)


def _config(line: TraceLine, words: list[Word]) -> Config:
    paths = tuple(word.raw for word in words)
    if not 1 <= len(paths) <= 2 or not all(paths):
        raise line.error(f"`config` with {len(paths)} files", "config FILE.cfg, or config PRIMARY.cfg SECONDARY.cfg")
    return Config(paths, line=line.number)


def _topology(line: TraceLine, words: list[Word]) -> TopologyChoice:
    if len(words) != 1 or not words[0].raw:
        raise line.error("wrong arguments for `topology`", "topology NAME, or topology FILE.toml")
    return TopologyChoice(words[0].raw, line=line.number)


def _software(line: TraceLine, words: list[Word]) -> Software:
    given = line.arguments(words, ("unit", "version"))
    units = {unit.value: unit for unit in Unit}
    if given.get("unit") not in units or Release.parse(given.get("version", "")) is None:
        raise line.error("wrong arguments for `software`", "software unit=primary|secondary version=7.2(4)")
    return Software(units[given["unit"]], given["version"], line=line.number)


def _alone(kind: type[Settle] | type[Mark], name: str) -> Callable[[TraceLine, list[Word]], Statement]:
    def read(line: TraceLine, words: list[Word]) -> Statement:
        if words:
            raise line.error(f"{shown(words[0].raw)} after `{name}`", f"`{name}` alone on its line")
        return kind(line=line.number)

    return read


def _option(line: TraceLine, words: list[Word]) -> Option:
    kinds = typing.get_type_hints(Options)
    given = line.arguments(words, kinds)
    if len(given) != 1:
        raise line.error(f"`option` with {len(given)} values", "option NAME=VALUE")
    ((name, value),) = given.items()
    choices = {"yes": True, "no": False}
    if kinds[name] is not bool:
        choices = {str(each): each for each in typing.get_args(kinds[name])}
    if value not in choices:
        raise line.error(f"option {name} cannot be {shown(value)}{nearest(value, choices)}", ", ".join(choices))
    return Option(name, choices[value], line=line.number)


def _expect(line: TraceLine, words: list[Word]) -> Expect:
    given = line.arguments(words, (*claims.SUBJECTS, *claims.CLAIMS))
    try:
        claims.check(given)
    except ValueNotAllowed as error:
        raise line.error(error.what, error.allowed) from None
    return Expect(tuple(given.items()), line=line.number)


_READERS: Mapping[str, Callable[[TraceLine, list[Word]], Statement]] = {
    "config": _config,
    "option": _option,
    "topology": _topology,
    "settle": _alone(Settle, "settle"),
    "mark": _alone(Mark, "mark"),
    "expect": _expect,
    **time_lines.READERS,
    "software": _software,
}


# -- events ------------------------------------------------------------------------------------

_EVENTS: Mapping[str, type[Event]] = {kind.word(): kind for kind in (*EVENTS, *beside.EVENTS)}
_INSIDE = (
    *_READERS,
    *(name for name, kind in _EVENTS.items() if issubclass(kind, ProtocolStep | MachineEvent)),
)
"""What a list of faults, repairs and commands cannot contain."""

SPOKEN = "UNIT: COMMAND"
"""How a command is written as it is typed, for the lists of what is allowed."""


def _event(line: TraceLine, kind: type[Event], words: list[Word]) -> Event:
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in attrs.fields(kind)}
    given = line.arguments(words, fields)
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in given:
            usage = " ".join(f"{each}=" for each in fields)
            raise line.error(f"{kind.word()} without `{name}=`", f"{kind.word()} {usage}")
    values = {name: _value(line, name, hints[name], value) for name, value in given.items()}
    return _acting(kind(**values))


def _acting(event: Event) -> Event:
    """The event that a typed command names, else the event: what names no failover group is refused when entered."""
    try:
        return acting(event)
    except Refused:
        return event


def _value(line: TraceLine, name: str, hint: Any, text: str) -> Any:
    """An argument of an event in the type of its field; an optional one may only be left out, not written as None."""
    if isinstance(hint, types.UnionType):
        hint = next(each for each in typing.get_args(hint) if each is not types.NoneType)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        choices: dict[str, Any] = {each.value: each for each in hint}
    elif hint is int:
        choices = {"1": 1, "2": 2}  # the only numbers in events are failover groups
    else:
        choices = {text: text} if (text.strip() if name == "text" else text) else {}
    if text not in choices:
        what = f"{name} cannot be {shown(text)}{nearest(text, choices)}"
        raise line.error(what, ", ".join(choices) or "a value that is not empty")
    return choices[text]
