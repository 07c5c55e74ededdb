"""The trace language: scenarios and counterexamples as plain text, one statement a line.

    config asa.cfg                     # one file for both units, or the primary's and the secondary's
    option recovery=edge               # a decision of the model other than the default
    unit_restored unit=primary         # an event, by its class name in small letters
    settle                             # protocol steps until none changes anything
    expect unit=primary state=active
    mark                               # `failovers=` and `output=` count from here

A line is a word and `key=value` arguments.  A value with blanks stands in double quotes, a quote
inside them is doubled.  `#` begins a comment where a word could begin.  The words and arguments
of events are the event classes themselves; nothing here lists them a second time.
"""

from __future__ import annotations

import enum
import re
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.config.errors import shown
from failover_fsm.config.values import ValueNotAllowed
from failover_fsm.pair.events import EVENTS, Event
from failover_fsm.pair.settings import Options
from failover_fsm.show import claims
from failover_fsm.show.lines import Line, TraceError, Word, nearest, quoted

__all__ = [
    "Config",
    "Do",
    "Expect",
    "Later",
    "Mark",
    "Option",
    "Settle",
    "Statement",
    "Trace",
    "TraceError",
    "format_event",
    "format_trace",
    "parse_trace",
    "read_trace",
    "trace_from",
]

# -- statements --------------------------------------------------------------------------------


def _line() -> int:
    """Where the statement stands; statements that say the same are equal wherever they stand."""
    value: int = attrs.field(default=0, eq=False, kw_only=True)
    return value


@attrs.frozen
class Config:
    """The configuration file of both units, or the primary's and the secondary's; relative to the trace."""

    paths: tuple[str, ...]
    line: int = _line()


@attrs.frozen
class Option:
    """One field of `Options` and its value."""

    name: str
    value: bool | str
    line: int = _line()


@attrs.frozen
class Do:
    """Something happens."""

    event: Event
    line: int = _line()


@attrs.frozen
class Settle:
    """Protocol steps run until none changes the state."""

    line: int = _line()


@attrs.frozen
class Mark:
    """Counting begins anew."""

    line: int = _line()


@attrs.frozen
class Expect:
    """What must be so now: `arguments` as written, subjects such as `unit` and claims such as `state`."""

    arguments: tuple[tuple[str, str], ...]
    line: int = _line()

    @property
    def claims(self) -> tuple[tuple[str, str], ...]:
        """The arguments that claim something."""
        return tuple((key, value) for key, value in self.arguments if key in claims.CLAIMS)

    @property
    def subjects(self) -> dict[str, str]:
        """The arguments that say what the claims are about."""
        return {key: value for key, value in self.arguments if key in claims.SUBJECTS}

    def worded(self, claim: str, value: str) -> str:
        """One claim with its subjects, `unit=primary state=active`."""
        about = (*claims.CLAIMS[claim].needs, *claims.CLAIMS[claim].takes)
        named = [(key, text) for key, text in self.arguments if key in about]
        return " ".join(f"{key}={quoted(text)}" for key, text in (*named, (claim, value)))


@attrs.frozen
class Later:
    """A statement of the language that this release cannot run; `why` says so."""

    word: str
    words: tuple[str, ...]
    line: int = _line()

    @property
    def why(self) -> str:
        """What the user is told."""
        return _LATER[self.word][0]


Statement = Config | Option | Do | Settle | Mark | Expect | Later


@attrs.frozen
class Trace:
    """A scenario: statements in order, and where they come from."""

    statements: tuple[Statement, ...]
    source: str = attrs.field(default="<trace>", eq=False)

    @property
    def config(self) -> Config | None:
        """The `config` statement."""
        return next((each for each in self.statements if isinstance(each, Config)), None)

    @property
    def options(self) -> Options:
        """The options of the pair, defaults included."""
        chosen: dict[str, Any] = {each.name: each.value for each in self.statements if isinstance(each, Option)}
        return Options(**chosen)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that are written out."""
        return tuple(each.event for each in self.statements if isinstance(each, Do))


_LATER: Mapping[str, tuple[str, str, str]] = {
    "advance": ("timed runs are not supported yet", r"seconds=[0-9]{1,9}(\.[0-9]{1,3})?", "advance seconds=NUMBER"),
    "element_failed": ("network elements are not supported yet", r"element=.+", "element_failed element=NAME"),
    "element_restored": ("network elements are not supported yet", r"element=.+", "element_restored element=NAME"),
    "topology": ("topologies are not supported yet", r".+", "topology NAME"),
}


# -- reading -----------------------------------------------------------------------------------


def read_trace(path: str | PathLike[str], *, config_given: bool = False) -> Trace:
    """The trace in a text file (UTF-8, with or without byte order mark).

    Raises TraceError for a file that cannot be read or is no trace.
    """
    source = fspath(path)
    try:
        data = Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise TraceError(source, 1, f"cannot be read: {reason}", "a readable file") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TraceError(source, line, "binary data or another encoding", "a text file in UTF-8") from None
    return parse_trace(text, source, config_given=config_given)


def parse_trace(text: str, source: str = "<trace>", *, config_given: bool = False) -> Trace:
    """The statements of a trace; `config_given` tells that the configuration comes from elsewhere.

    Raises TraceError for the first line that is not a statement of the language.
    """
    statements: list[Statement] = []
    line = Line(source, 1, "")
    for number, raw in enumerate(re.split("\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        line = Line(source, number, raw)
        words = line.words()
        if words:
            statement = _statement(line, words)
            _check_place(line, statement, statements, config_given)
            statements.append(statement)
    if not statements:
        raise TraceError(source, 1, "empty file", "statements such as `config asa.cfg`")
    if not config_given and not any(isinstance(each, Config) for each in statements):
        raise line.error("no `config` line", "config FILE.cfg")
    return Trace(tuple(statements), source)


def _statement(line: Line, words: list[Word]) -> Statement:
    name, rest = words[0].raw, words[1:]
    if name in _EVENTS:
        return Do(_event(line, _EVENTS[name], rest), line=line.number)
    if name in _LATER:
        return _later(line, name, rest)
    if name in _READERS:
        return _READERS[name](line, rest)
    known = (*_READERS, *_EVENTS, *_LATER)
    raise line.error(f"unknown event {shown(name)}{nearest(name, known)}", ", ".join(known))


def _check_place(line: Line, statement: Statement, before: list[Statement], config_given: bool) -> None:
    has_config = config_given or any(isinstance(each, Config) for each in before)
    if isinstance(statement, Later):
        return
    if not isinstance(statement, Config | Option):
        if not has_config:
            raise line.error("nothing can happen before the `config` line", "config FILE.cfg")
        return
    if isinstance(statement, Config) and any(isinstance(each, Config) for each in before):
        raise line.error("a second `config` line", "one `config` line, with one or two files")
    if isinstance(statement, Option) and statement.name in {each.name for each in before if isinstance(each, Option)}:
        raise line.error(f"option {shown(statement.name)} stands twice", "each option once")
    if not all(isinstance(each, Config | Option | Later) for each in before):
        raise line.error("too late: something has happened already", "`config` and `option` before all events")


def _config(line: Line, words: list[Word]) -> Config:
    paths = tuple(word.raw for word in words)
    if not 1 <= len(paths) <= 2 or not all(paths):
        raise line.error(f"`config` with {len(paths)} files", "config FILE.cfg, or config PRIMARY.cfg SECONDARY.cfg")
    return Config(paths, line=line.number)


def _alone(kind: type[Settle] | type[Mark], name: str) -> Callable[[Line, list[Word]], Statement]:
    def read(line: Line, words: list[Word]) -> Statement:
        if words:
            raise line.error(f"{shown(words[0].raw)} after `{name}`", f"`{name}` alone on its line")
        return kind(line=line.number)

    return read


def _option(line: Line, words: list[Word]) -> Option:
    kinds = typing.get_type_hints(Options)
    given = line.arguments(words, kinds)
    if len(given) != 1:
        raise line.error(f"`option` with {len(given)} values", "option NAME=VALUE")
    ((name, value),) = given.items()
    values = ("yes", "no") if kinds[name] is bool else typing.get_args(kinds[name])
    if value not in values:
        raise line.error(f"option {name} cannot be {shown(value)}{nearest(value, values)}", ", ".join(values))
    return Option(name, value == "yes" if kinds[name] is bool else value, line=line.number)


def _later(line: Line, name: str, words: list[Word]) -> Later:
    _, form, usage = _LATER[name]
    written = tuple(word.raw for word in words)
    if len(written) != 1 or not re.fullmatch(form, written[0]):
        raise line.error(f"wrong arguments for `{name}`", usage)
    return Later(name, written, line=line.number)


def _expect(line: Line, words: list[Word]) -> Expect:
    given = line.arguments(words, (*claims.SUBJECTS, *claims.CLAIMS))
    try:
        claims.check(given)
    except ValueNotAllowed as error:
        raise line.error(error.what, error.allowed) from None
    return Expect(tuple(given.items()), line=line.number)


_READERS: Mapping[str, Callable[[Line, list[Word]], Statement]] = {
    "config": _config,
    "option": _option,
    "settle": _alone(Settle, "settle"),
    "mark": _alone(Mark, "mark"),
    "expect": _expect,
}


# -- events ------------------------------------------------------------------------------------

_EVENTS: Mapping[str, type[Event]] = {kind.word(): kind for kind in EVENTS}


def _event(line: Line, kind: type[Event], words: list[Word]) -> Event:
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in attrs.fields(kind)}
    given = line.arguments(words, fields)
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in given:
            usage = " ".join(f"{each}=" for each in fields)
            raise line.error(f"{kind.word()} without `{name}=`", f"{kind.word()} {usage}")
    values = {name: _value(line, name, hints[name], value) for name, value in given.items()}
    return kind(**values)


def _value(line: Line, name: str, hint: Any, text: str) -> Any:
    """An argument of an event in the type of its field; `X | None` may only be left out, not be written."""
    if isinstance(hint, types.UnionType):
        hint = next(each for each in typing.get_args(hint) if each is not types.NoneType)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        choices: dict[str, Any] = {each.value: each for each in hint}
    elif hint is int:
        choices = {"1": 1, "2": 2}  # the only numbers in events are failover groups
    else:
        choices = {text: text} if text else {}
    if text not in choices:
        what = f"{name} cannot be {shown(text)}{nearest(text, choices)}"
        raise line.error(what, ", ".join(choices) or "a value that is not empty")
    return choices[text]


# -- writing -----------------------------------------------------------------------------------


def format_event(event: Event) -> str:
    """The line of an event: its word and arguments."""
    return str(event)


def format_trace(trace: Trace, comments: Iterable[str] = ()) -> str:
    """The trace as text that reads back equal, with `comments` as header lines.

    Raises ValueError for what no trace can hold, such as a command of several lines.
    """
    return "\n".join((*_comments(comments), *map(_format, trace.statements))) + "\n"


def trace_from(
    events: Iterable[Event],
    *,
    config: Sequence[str],
    options: Options | None = None,
    comments: Iterable[str] = (),
    loop: int | None = None,
) -> str:
    """A run as a scenario file that replays it: configuration file(s), options that are not the default, events.

    loop: how many events come before the loop, if the run ends in one.
    """
    chosen, default = attrs.asdict(options or Options()), attrs.asdict(Options())
    picked = [Option(name, value) for name, value in chosen.items() if value != default[name]]
    head: tuple[Statement, ...] = (Config(tuple(config)), *picked)
    lines = [*_comments(comments), *map(_format, head)]
    for index, event in enumerate(events):
        lines += ["# the loop starts here: from now on these events repeat for ever"] if index == loop else []
        lines.append(_format(Do(event)))
    return "\n".join(lines) + "\n"


def _comments(comments: Iterable[str]) -> Iterator[str]:
    for comment in comments:
        for line in comment.splitlines() or [""]:
            clean = "".join(char if char.isprintable() else "?" for char in line)
            yield from textwrap.wrap(clean, 98, initial_indent="# ", subsequent_indent="# ") or ["#"]


def _format(statement: Statement) -> str:
    text = _written(statement)
    try:
        Line("", 0, text).words()
    except TraceError as error:
        raise ValueError(f"no trace can hold {text[:80]!r}: {error.what}") from None
    return text


def _written(statement: Statement) -> str:
    if isinstance(statement, Config):
        return " ".join(("config", *map(quoted, statement.paths)))
    if isinstance(statement, Option):
        value = statement.value
        return f"option {statement.name}={value if isinstance(value, str) else 'yes' if value else 'no'}"
    if isinstance(statement, Do):
        return format_event(statement.event)
    if isinstance(statement, Expect):
        return " ".join(("expect", *(f"{key}={quoted(value)}" for key, value in statement.arguments)))
    if isinstance(statement, Later):
        return " ".join((statement.word, *statement.words))
    return "settle" if isinstance(statement, Settle) else "mark"
