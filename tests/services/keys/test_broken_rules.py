"""A rule about the failover key is cited by a row; a machine that breaks it is caught by a scenario that names it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from benchmarks.beside_mutation import SUBJECTS, plays, warned
from failover_fsm.pair.tables import Row
from failover_fsm.rules.catalogue import load
from failover_fsm.services.keys import case as c
from failover_fsm.services.keys.case import Side
from failover_fsm.services.keys.records import KeyEntered, KeysCompared, Talk
from failover_fsm.services.keys.tables import TABLES
from failover_fsm.testing.pair.mutants import with_changed_row

KEYS = SUBJECTS["keys"]
PATHS = {path.stem: path for path in KEYS.traces}

BROKEN: dict[str, tuple[str, Any, Any, dict[str, Any], str]] = {
    "KEY-1": ("key", KeyEntered, Side.ACTIVE, {"do": (c.keep_here, c.keep_there)}, "key-8-in-operation"),
    "KEY-3": ("link", KeysCompared, Talk.NONE, {"when": lambda case: False}, "key-3-never-meet"),
    "KEY-4": ("key", KeyEntered, Side.STANDBY, {"do": (c.keep_here, c.keep_there)}, "key-4-on-the-standby"),
    "KEY-8": ("key", KeyEntered, Side.OFF, {"do": (c.keep_here, c.keep_there, c.expose)}, "key-8-the-procedure"),
}
"""By rule: the table and the row (its event and first state), what is wrong with it, and the scenario."""


def row_of(table: str, event: Any, state: Any) -> Row[Any]:
    """The first row of a table for an event in a state."""
    return next(row for row in TABLES[table].rows if row.event is event and row.states[0] is state)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_machine_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    table, event, state, changes, trace = BROKEN[rule]
    row, path = row_of(table, event, state), PATHS[trace]
    assert rule in row.rules and rule in load().ids_in(path.read_text(encoding="utf-8"))
    warned(path)
    with KEYS.in_force({**TABLES, table: with_changed_row(TABLES[table], row, attrs.evolve(row, **changes))}):
        assert not plays(path)
    assert plays(path)
