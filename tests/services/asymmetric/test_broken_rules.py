"""A rule of asymmetric routing is cited by a row; a machine that breaks it is caught by a scenario that names it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from benchmarks.beside_mutation import SUBJECTS, plays, warned
from failover_fsm.pair.tables import Row
from failover_fsm.rules.catalogue import load
from failover_fsm.services.asymmetric import case as c
from failover_fsm.services.asymmetric import events as a
from failover_fsm.services.asymmetric.tables import TABLES
from failover_fsm.testing.pair.mutants import with_changed_row

ASR = SUBJECTS["asr"]
PATHS = {path.stem: path for path in ASR.traces}


def knows_any(case: c.PacketCase) -> bool:
    """The unit has the session, on whatever interface."""
    return case.found is not None


def route(case: c.PacketCase) -> None:
    """Packets of sessions of this interface are moved as well."""
    c.redirect(case)


Found = tuple[str, type[Any], Any, dict[str, Any] | None, str]

BROKEN: dict[str, Found] = {
    "ASR-1": ("lookup", a.PacketArrived, c.is_in_no_asr_group, {"do": (c.forward,)}, "asr-1-no-asr-group"),
    "ASR-2": ("lookup", a.PacketArrived, c.is_known_to_the_group, {"when": knows_any}, "asr-2-only-the-same-group"),
    "ASR-3": ("return", a.PacketRedirected, None, {"do": (c.receive, c.take)}, "asr-3-after-the-end"),
    "ASR-4": ("lookup", a.PacketArrived, c.is_active_member, None, "asr-4-put-back-into-the-stream"),
    "ASR-6": ("lookup", a.PacketArrived, c.is_known_here, {"do": (route,)}, "asr-6-own-session-first"),
    "ASR-7": ("lookup", a.PacketArrived, c.has_no_effect, None, "asr-7-active-standby"),
    "ASR-8": ("lookup", a.PacketArrived, c.has_no_effect, None, "asr-8-without-stateful-failover"),
    "ASR-11": ("lookup", a.PacketArrived, c.is_in_no_asr_group, None, "asr-1-no-asr-group"),
    "ASR-12": ("return", a.PacketRedirected, c.is_known_here, {"do": (c.take,)}, "asr-15-figure-13-9"),
    "ASR-15": ("lookup", a.PacketArrived, c.is_known_to_the_group, {"do": (c.drop,)}, "asr-15-figure-13-9"),
}
"""By rule: the table and the row (its event and guard), what is wrong with it, and the scenario."""


def row_of(table: str, event: type[Any], when: Any) -> Row[Any]:
    """The first row of a table for an event with this guard."""
    return next(row for row in TABLES[table].rows if row.event is event and row.when is when)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_machine_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    table, event, when, changes, trace = BROKEN[rule]
    row, path = row_of(table, event, when), PATHS[trace]
    assert rule in row.rules and rule in load().ids_in(path.read_text(encoding="utf-8") + trace.upper())
    changed = None if changes is None else attrs.evolve(row, **changes)
    warned(path)
    with ASR.in_force({**TABLES, table: with_changed_row(TABLES[table], row, changed)}):
        assert not plays(path)
    assert plays(path)
