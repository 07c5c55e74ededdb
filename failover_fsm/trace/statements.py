"""What a trace consists of: its statements, and the trace itself."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.events import Event
from failover_fsm.pair.settings import Options
from failover_fsm.trace import claims
from failover_fsm.trace.lines import quoted
from failover_fsm.trace.time_lines import Advance, TimeStatement

__all__ = ["Config", "Do", "Expect", "Mark", "Option", "Settle", "Software", "Statement", "TopologyChoice", "Trace"]


# -- statements --------------------------------------------------------------------------------


def _line() -> int:
    """The line number of a statement; it does not count for equality."""
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
    value: bool | int | str
    line: int = _line()


@attrs.frozen
class TopologyChoice:
    """The topology: the name of a figure, or a file with a `[topology]` table, relative to the trace."""

    name: str
    line: int = _line()


@attrs.frozen
class Software:
    """The software of a unit that does not run what the configuration names, as during an upgrade (EXE-18)."""

    unit: Unit
    version: str
    line: int = _line()


@attrs.frozen
class Do:
    """An event."""

    event: Event
    line: int = _line()


@attrs.frozen
class Settle:
    """Protocol steps until none changes the state."""

    line: int = _line()


@attrs.frozen
class Mark:
    """Restarts the counters of `failovers=` and `output=`."""

    line: int = _line()


@attrs.frozen
class Expect:
    """A condition on the present: `arguments` as written, subjects such as `unit` and claims such as `state`."""

    arguments: tuple[tuple[str, str], ...]
    line: int = _line()

    @property
    def claims(self) -> tuple[tuple[str, str], ...]:
        """The arguments that are claims."""
        return tuple((key, value) for key, value in self.arguments if key in claims.CLAIMS)

    @property
    def subjects(self) -> dict[str, str]:
        """The arguments that are subjects."""
        return {key: value for key, value in self.arguments if key in claims.SUBJECTS}

    def worded(self, claim: str, value: str) -> str:
        """One claim with its subjects, `unit=primary state=active`."""
        about = (*claims.CLAIMS[claim].needs, *claims.CLAIMS[claim].takes)
        named = [(key, text) for key, text in self.arguments if key in about]
        return " ".join(f"{key}={quoted(text)}" for key, text in (*named, (claim, value)))


Statement = Config | Option | TopologyChoice | Software | Do | Settle | TimeStatement | Mark | Expect


@attrs.frozen
class Trace:
    """A scenario: the statements in order, and their origin."""

    statements: tuple[Statement, ...]
    source: str = attrs.field(default="<trace>", eq=False)

    @property
    def config(self) -> Config | None:
        """The `config` statement."""
        return next((each for each in self.statements if isinstance(each, Config)), None)

    @property
    def topology(self) -> TopologyChoice | None:
        """The `topology` statement."""
        return next((each for each in self.statements if isinstance(each, TopologyChoice)), None)

    @property
    def software(self) -> dict[Unit, str]:
        """The software of the units that have a `software` statement."""
        return {each.unit: each.version for each in self.statements if isinstance(each, Software)}

    @property
    def options(self) -> Options:
        """The options of the pair, defaults included."""
        chosen: dict[str, Any] = {each.name: each.value for each in self.statements if isinstance(each, Option)}
        return Options(**chosen)

    @property
    def is_timed(self) -> bool:
        """True if time passes in it, and every step happens when it falls due."""
        return any(isinstance(each, Advance) for each in self.statements)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that are written in it."""
        return tuple(each.event for each in self.statements if isinstance(each, Do))
