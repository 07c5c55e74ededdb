"""Tools to make a protocol wrong for a while: rows that are changed, causes that are replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import pytest

from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import unit as u
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, State, Unit
from failover_fsm.pair.tables import Row, Table
from tests.pairs import STEP_MODULE, Entry, rewritten

Patch = pytest.MonkeyPatch


def always(ctx: RuleContext) -> bool:
    """Holds."""
    return True


def never(ctx: RuleContext) -> bool:
    """Does not hold."""
    return False


def rows(patch: Patch, table: Table[Any], event: type[e.Event], old: object, **changes: Any) -> None:
    """Changes the rows for an event that have the guard `old`; there must be one."""
    name = "UNIT_TABLE" if table is u.UNIT_TABLE else "GROUP_TABLE"
    touched = []

    def change(entry: Entry) -> Iterable[Entry]:
        if isinstance(entry, Row) and entry.event is event and entry.when is old:
            touched.append(entry)
            return (attrs.evolve(entry, **changes),)
        return (entry,)

    patch.setattr(STEP_MODULE, name, rewritten(getattr(STEP_MODULE, name), change))
    assert touched, "the mutant changes nothing"


def first(patch: Patch, row: Row[Role]) -> None:
    """Puts a row before all others of the group table."""
    table = STEP_MODULE.GROUP_TABLE
    entries = (row, *table.rows, *table.defaults)
    patch.setattr(STEP_MODULE, "GROUP_TABLE", Table.of("group", table.states, table.events, entries))


def may_happen(patch: Patch, event: type[e.Event], when: Callable[[State, Settings, Unit], bool]) -> None:
    """Replaces the cause of a protocol step."""
    patch.setitem(world._PER_UNIT, event, when)


def group_may(patch: Patch, event: type[e.Event], when: Callable[[State, Settings, Unit, int], bool]) -> None:
    """Replaces the cause of a protocol step that a group takes."""
    patch.setitem(world._PER_GROUP, event, when)
