"""The state diagrams of the shipped tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.diagrams.machine.machine import Diagram, LegendEntry, Passage, state_diagram
from failover_fsm.diagrams.style.kinds import Kind
from failover_fsm.pair import hindered
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.hindered import HINDERED
from failover_fsm.pair.states import JOINING, POWERED, Phase, Role
from failover_fsm.pair.tables import Row, Table
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.pair.unit_effects import become_active, become_standby, become_standby_by_health
from failover_fsm.services.autoupdate.events import PrimaryStopped, ProcessBrokenOff
from failover_fsm.services.autoupdate.table import UPDATE_TABLE

_OF_HINDERED = frozenset(entry.name for entry in HINDERED if isinstance(entry, Row))


def _hinders(row: Row[Any]) -> bool:
    """Whether a row of the unit table speaks of what keeps two units from being a pair."""
    return row.name in _OF_HINDERED or (row.when is not None and row.when.__module__ == hindered.__name__)


TABLES: dict[str, Table[Any]] = {
    UNIT_TABLE.name: attrs.evolve(UNIT_TABLE, rows=tuple(row for row in UNIT_TABLE.rows if not _hinders(row))),
    "hindered": attrs.evolve(
        UNIT_TABLE, name="hindered", rows=tuple(row for row in UNIT_TABLE.rows if _hinders(row)), after={}
    ),
    GROUP_TABLE.name: GROUP_TABLE,
}
"""What is drawn by its name: the tables that run, the unit table in two pictures."""


SCREEN_LABELS = 40
"""The characters in a line of a label with which the whole unit table, too large for a page of text, fits a screen."""


def _unit(table: Table[Any], besides: str, kinds: tuple[Kind, ...]) -> Diagram:
    title = f"Unit: power, negotiation, synchronisation{besides}"
    drawn = state_diagram(table, title=title, names={"powered": POWERED, "joining": JOINING}, kinds=kinds)
    return attrs.evolve(drawn, label_width=SCREEN_LABELS) if kinds == tuple(Kind) else drawn


COMES_UP: dict[Callable[[Any], None], tuple[Role, ...]] = {
    become_active: (Role.ACTIVE,),
    become_standby: (Role.STANDBY_READY,),
    become_standby_by_health: (Role.STANDBY_READY, Role.FAILED),
}
"""What an effect of the unit table makes of the groups of a unit that comes up."""


def passages() -> tuple[Passage, ...]:
    """How the unit table moves a group: into a role when the unit comes up, out of any when it goes down."""
    up: dict[Role, dict[str, None]] = {role: {} for role in Role if role is not Role.NONE}
    down: dict[str, None] = {}
    for row in UNIT_TABLE.rows:
        if row.to is Phase.UP and Phase.UP not in row.states:
            for role in (role for effect in row.do for role in COMES_UP.get(effect, ())):
                up[role].setdefault(row.event.word())
        if Phase.UP in row.states and row.to not in (None, Phase.UP):
            down.setdefault(row.event.word())
    none = Role.NONE.value
    found = [Passage((none,), role.value, tuple(words)) for role, words in up.items()]
    return *found, Passage(tuple(role.value for role in up), none, tuple(down))


def _group(kinds: tuple[Kind, ...]) -> Diagram:
    drawn = state_diagram(GROUP_TABLE, title="Failover group: who is active", kinds=kinds)
    if kinds != tuple(Kind):
        return drawn
    legend = (*drawn.legend, LegendEntry(None, "grey: where the unit table leads, when the unit comes up or goes down"))
    return attrs.evolve(drawn, passages=passages(), legend=legend)


FIGURES: dict[str, Callable[[Iterable[Kind]], Diagram]] = {
    UNIT_TABLE.name: lambda kinds: _unit(TABLES["unit"], " (what hinders a pair: a picture of its own)", tuple(kinds)),
    "hindered": lambda kinds: state_diagram(
        TABLES["hindered"],
        title="Unit: what keeps two units from being a pair",
        direction="across",
        kinds=kinds,
    ),
    GROUP_TABLE.name: lambda kinds: _group(tuple(kinds)),
}
"""Name of a table: the function that draws it."""


def seven_steps() -> Diagram:
    """The process of Auto Update, without the ways in which it is broken off: each leads to rest."""
    rows = tuple(row for row in UPDATE_TABLE.rows if row.event not in (ProcessBrokenOff, PrimaryStopped))
    title = "Auto Update: the seven steps (not drawn: from each step to rest when the process is broken off)"
    return state_diagram(attrs.evolve(UPDATE_TABLE, rows=rows), title=title)


def figure(name: str, kinds: Iterable[Kind] = tuple(Kind), *, whole: bool = False) -> Diagram:
    """The picture of the table called `name`, restricted to rows with these causes.

    Args:
        name: One of FIGURES.
        kinds: The causes.
        whole: All rows of the unit table together, for what runs and is not looked at (SCXML).

    Raises:
        ValueError: If there is no such table; the message lists the names.
    """
    if name not in FIGURES:
        raise ValueError(f"{name!r} is no diagram{nearest(name, FIGURES)}; allowed: {listed(name, FIGURES)}")
    if whole and name == UNIT_TABLE.name:
        return _unit(UNIT_TABLE, "", tuple(kinds))
    return FIGURES[name](kinds)
