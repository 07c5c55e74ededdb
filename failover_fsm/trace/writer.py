"""Writing traces: statements as text that parses back to equal statements, and runs as scenario files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

import attrs

from failover_fsm.pair.events import Event
from failover_fsm.pair.settings import Options
from failover_fsm.timing.times import seconds
from failover_fsm.trace.language import (
    Config,
    Do,
    Expect,
    Option,
    Settle,
    Software,
    Statement,
    TopologyChoice,
    Trace,
)
from failover_fsm.trace.lines import TraceError, TraceLine, quoted
from failover_fsm.trace.time_lines import WORDS, TimeStatement

__all__ = ["format_event", "format_trace", "option_lines", "trace_from"]


def format_event(event: Event) -> str:
    """The line of an event: its word and arguments."""
    return str(event)


def format_trace(trace: Trace, comments: Iterable[str] = ()) -> str:
    """The trace as text that parses back to an equal trace, with `comments` as header lines.

    Raises:
        ValueError: If a statement cannot be written, such as a command of several lines.
    """
    return "\n".join((*_comments(comments), *map(_format, trace.statements))) + "\n"


def _comments(comments: Iterable[str]) -> Iterator[str]:
    """Comments as lines of a trace, wrapped, without unprintable characters."""
    for comment in comments:
        for line in comment.splitlines() or [""]:
            clean = "".join(char if char.isprintable() else "?" for char in line)
            yield from textwrap.wrap(clean, 98, initial_indent="# ", subsequent_indent="# ") or ["#"]


def _format(statement: Statement) -> str:
    """The line of a statement.

    Raises:
        ValueError: If the statement cannot be written on a line.
    """
    text = _written(statement)
    try:
        TraceLine("", 0, text).words()
    except TraceError as error:
        raise ValueError(f"no trace can hold {text[:80]!r}: {error.what}") from None
    return text


def _written(statement: Statement) -> str:
    if isinstance(statement, Config):
        return " ".join(("config", *map(quoted, statement.paths)))
    if isinstance(statement, Option):
        value = statement.value
        return f"option {statement.name}={('yes' if value else 'no') if isinstance(value, bool) else value}"
    if isinstance(statement, TopologyChoice):
        return f"topology {quoted(statement.name)}"
    if isinstance(statement, Software):
        return f"software unit={statement.unit.value} version={quoted(statement.version)}"
    if isinstance(statement, TimeStatement):
        word = next(word for word, kind in WORDS.items() if isinstance(statement, kind))
        return f"{word} seconds={seconds(statement.milliseconds)}"
    if isinstance(statement, Do):
        return format_event(statement.event)
    if isinstance(statement, Expect):
        return " ".join(("expect", *(f"{key}={quoted(value)}" for key, value in statement.arguments)))
    return "settle" if isinstance(statement, Settle) else "mark"


def option_lines(options: Options) -> tuple[Option, ...]:
    """The statements of the options that differ from their defaults."""
    chosen, default = attrs.asdict(options), attrs.asdict(Options())
    return tuple(Option(name, value) for name, value in chosen.items() if value != default[name])


def trace_from(
    events: Iterable[Event],
    *,
    config: Sequence[str],
    topology: str | None = None,
    options: Options | None = None,
    comments: Iterable[str] = (),
    loop: int | None = None,
) -> str:
    """A run as a scenario file that replays it.

    Args:
        events: The run.
        config: The configuration file(s).
        topology: The name of a figure or the file of a topology, None without one.
        options: The options; defaults are not written.
        comments: Header lines.
        loop: The number of events before the loop, if the run ends in one.
    """
    connected = () if topology is None else (TopologyChoice(topology),)
    head: tuple[Statement, ...] = (Config(tuple(config)), *connected, *option_lines(options or Options()))
    lines = [*_comments(comments), *map(_format, head)]
    for index, event in enumerate(events):
        lines += ["# the loop starts here: from now on these events repeat for ever"] if index == loop else []
        lines.append(_format(Do(event)))
    return "\n".join(lines) + "\n"
