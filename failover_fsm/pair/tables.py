"""Tables of transitions: rows as data, total by construction.

A `Table` answers each (state, event class) with ordered rows, of which the first whose guard
holds is taken, and with an outcome for when none does: the event is *ignored* (an effect in `after`
may still record it), *refused* (an operator's command, with the reason that is shown) or *not
possible*.  A cell without an answer, two answers, or a row that can never be reached behind a
row without a guard are refused when the table is built.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from failover_fsm.pair.events import Event

S = TypeVar("S", bound=enum.Enum)

Guard = Callable[[Any], bool]
Effect = Callable[[Any], None]
EventClass = type[Event]


class TableError(ValueError):
    """A table is not total, not unambiguous, or names what does not exist."""


class Otherwise(enum.Enum):
    """What becomes of an event for which no row holds."""

    IGNORED = "ignored"
    REFUSED = "refused"
    NOT_POSSIBLE = "not possible"


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, tuple) else (value,)


@attrs.frozen
class Row(Generic[S]):
    """One transition.

    Attributes:
        states: The states in which it starts.
        event: The class that fires it.
        when: Guard, None for always.
        to: The target, None to stay.
        do: Effects, in order.
        reason: The reason as an ASA prints it.
        rules: Ids of the rules it implements.
    """

    states: tuple[S, ...] = attrs.field(converter=_as_tuple)
    event: EventClass
    when: Guard | None = attrs.field(default=None, kw_only=True)
    to: S | None = attrs.field(default=None, kw_only=True)
    do: tuple[Effect, ...] = attrs.field(default=(), kw_only=True)
    reason: str = attrs.field(kw_only=True)
    rules: tuple[str, ...] = attrs.field(kw_only=True)

    @property
    def name(self) -> str:
        """A stable name for reports, `active --InterfacesChecked[over_policy]--> failed`."""
        states = "|".join(state.value for state in self.states)
        guard = f"[{name_of(self.when)}]" if self.when else ""
        target = self.to.value if self.to else "same"
        return f"{states} --{self.event.__name__}{guard}--> {target}"


@attrs.frozen
class Default(Generic[S]):
    """What happens in the given states, for the given events, where no row holds."""

    outcome: Otherwise
    states: tuple[S, ...]
    events: tuple[EventClass, ...]
    reason: str


def ignore(states: Iterable[S], events: Iterable[EventClass], reason: str) -> Default[S]:
    """The event changes no role there; what was heard is still recorded."""
    return Default(Otherwise.IGNORED, tuple(states), tuple(events), reason)


def refuse(states: Iterable[S], events: Iterable[EventClass], reason: str) -> Default[S]:
    """The unit refuses the command there, and `reason` is shown to the operator."""
    return Default(Otherwise.REFUSED, tuple(states), tuple(events), reason)


def impossible(states: Iterable[S], events: Iterable[EventClass], reason: str) -> Default[S]:
    """The event cannot happen there."""
    return Default(Otherwise.NOT_POSSIBLE, tuple(states), tuple(events), reason)


def name_of(function: Callable[..., Any] | None) -> str:
    """The name under which a guard or an effect is shown."""
    return getattr(function, "__name__", "")


@attrs.frozen
class Cell(Generic[S]):
    """The answer of a table to one (state, event class)."""

    rows: tuple[Row[S], ...]
    default: Default[S] | None

    def select(self, ctx: Any) -> Row[S] | None:
        """The first row whose guard holds for `ctx`, or None."""
        for row in self.rows:
            if row.when is None or row.when(ctx):
                return row
        return None


@attrs.frozen
class Table(Generic[S]):
    """A total transition table over `states` and `events`; build it with `Table.of`.

    Attributes:
        name: Of the table.
        states: Every state.
        events: Every event class that it answers.
        rows: The transitions, in the order in which they are tried.
        defaults: The answers where no row holds.
        cells: The answer to each state and event class.
        after: For some event classes the effect that follows whatever the table answers, *ignored* included.
    """

    name: str
    states: tuple[S, ...]
    events: tuple[EventClass, ...]
    rows: tuple[Row[S], ...]
    defaults: tuple[Default[S], ...]
    cells: Mapping[tuple[S, EventClass], Cell[S]] = attrs.field(repr=False)
    after: Mapping[EventClass, Effect] = attrs.field(factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        name: str,
        states: Iterable[S],
        events: Iterable[EventClass],
        entries: Iterable[Row[S] | Default[S]],
        after: Mapping[EventClass, Effect] | None = None,
    ) -> Table[S]:
        """A table of `entries`, checked; `after` as in the attributes.

        Raises TableError for a cell without an answer, two defaults for a cell, a default or row
        behind an unguarded row, a row twice, or a state or event the table does not have.
        """
        states, events, entries = tuple(states), tuple(events), tuple(entries)
        rows = tuple(entry for entry in entries if isinstance(entry, Row))
        defaults = tuple(entry for entry in entries if isinstance(entry, Default))
        _check_names(name, states, events, rows, defaults)
        for event in after or {}:
            if event not in events:
                raise TableError(f"{name}: an effect after {event.__name__}, which the table does not have")
        cells = {(state, event): _cell(name, state, event, rows, defaults) for state in states for event in events}
        return cls(name, states, events, rows, defaults, cells, dict(after or {}))

    def cell(self, state: S, event: EventClass) -> Cell[S]:
        """The answer to an event of class `event` in `state`."""
        return self.cells[state, event]


def _check_names(
    name: str,
    states: tuple[S, ...],
    events: tuple[EventClass, ...],
    rows: tuple[Row[S], ...],
    defaults: tuple[Default[S], ...],
) -> None:
    for row in rows:
        if row.event not in events or any(state not in states for state in (*row.states, row.to or row.states[0])):
            raise TableError(f"{name}: {row.name} names a state or event the table does not have")
        if not row.rules:
            raise TableError(f"{name}: {row.name} cites no rule")
    for default in defaults:
        for event in default.events:
            if event not in events or any(state not in states for state in default.states):
                raise TableError(f"{name}: a default for {event.__name__} names what the table does not have")
    seen = set()
    for row in rows:
        for state in row.states:
            key = (state, row.event, row.when)
            if key in seen:
                raise TableError(f"{name}: {row.name} stands twice")
            seen.add(key)


def _cell(
    name: str, state: S, event: EventClass, rows: tuple[Row[S], ...], defaults: tuple[Default[S], ...]
) -> Cell[S]:
    mine = tuple(row for row in rows if row.event is event and state in row.states)
    fallback = tuple(item for item in defaults if event in item.events and state in item.states)
    where = f"{name}: ({state.value}, {event.__name__})"
    closed = [index for index, row in enumerate(mine) if row.when is None]
    if closed and (closed[0] != len(mine) - 1 or fallback):
        raise TableError(f"{where}: something stands behind {mine[closed[0]].name}, which always holds")
    if not closed and len(fallback) != 1:
        raise TableError(f"{where} has {len(fallback)} answers for when no row holds; allowed: 1")
    return Cell(mine, fallback[0] if fallback else None)
