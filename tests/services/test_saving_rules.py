"""Rules of saving are cited by rows; a machine that breaks one is caught by a scenario that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from benchmarks.saving_mutation import TRACES, in_force, plays
from failover_fsm.pair.tables import Row
from failover_fsm.rules.catalogue import load
from failover_fsm.rules.evidence import in_broken_rules
from failover_fsm.services.saving import case as c
from failover_fsm.services.saving import happenings as h
from failover_fsm.services.saving.tables import TABLES
from failover_fsm.testing.pair.mutants import with_changed_row

PATHS = {path.stem: path for path in TRACES}

Found = tuple[type[h.Happening], Any, Mapping[str, Any] | None, str]

BROKEN: dict[str, Found] = {
    "SYN-3": (h.ReceptionLeft, None, {"to": None}, "syn-3-cut-short"),
    "SYN-5": (h.PeerConfigured, c.receives, None, "marks-of-one-space"),
    "SYN-6": (h.Received, None, {"do": ()}, "syn-6-out-of-step-while-receiving"),
    "SYN-9": (h.ReceptionBegan, None, {"do": (c.take_running, c.save)}, "syn-9-only-in-memory"),
    "SYN-10": (h.Saved, None, {"do": ()}, "syn-10-write-memory-saves-both"),
    "SYN-11": (h.Saved, None, {"do": ()}, "syn-11-write-memory-all"),
    "SYN-12": (h.Saved, None, {"do": ()}, "syn-12-without-all"),
    "SYN-13": (h.Saved, c.is_written_by_the_peer, None, "syn-13-standby-writes-nothing"),
    "SYN-14": (h.CopyArrived, None, {"do": ()}, "syn-14-copied-over-a-server"),
    "SYN-17": (h.Saved, None, {"do": ()}, "syn-17-unit-with-group-1"),
    "CMD-2": (h.PeerConfigured, c.command_arrives, None, "cmd-2-cannot-cross"),
    "CMD-11": (h.Configured, None, {"to": None}, "syn-6-out-of-step-while-receiving"),
    "CMD-16": (h.Booted, None, {"do": ()}, "syn-10-write-memory-saves-both"),
    "CMD-17": (h.Saved, None, {"do": ()}, "syn-10-write-memory-saves-both"),
    "CMD-18": (h.Saved, None, {"do": ()}, "cmd-18-each-context"),
    "CMD-19": (h.PeerConfigured, c.on_right_unit, {"to": None}, "cmd-2-cannot-cross"),
    "CMD-20": (h.PeerConfigured, c.command_arrives, {"do": (c.miss_change,)}, "cmd-2-cannot-cross"),
    "CMD-23": (h.Configured, None, {"to": None}, "cmd-27-heals-one"),
    "CMD-25": (h.Written, None, {"do": ()}, "cmd-25-everything"),
    "CMD-26": (h.WholeWritten, None, {"do": ()}, "cmd-26-write-standby-ends"),
    "CMD-27": (h.Written, None, {"to": None}, "cmd-27-heals-one"),
    "CFG-22": (h.Saved, None, {"do": ()}, "cfg-22-not-saved"),
}
"""By rule: the row (its event and its guard), what is wrong with it, and the scenario."""


def row_of(event: type[h.Happening], guard: Any) -> tuple[str, Row[Any]]:
    """The last row for an event that has the guard, with the name of its table."""
    found = [
        (name, row) for name, table in TABLES.items() for row in table.rows if row.event is event and row.when is guard
    ]
    return found[-1]


@pytest.mark.parametrize("rule", BROKEN)
def test_a_machine_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    event, guard, changes, trace = BROKEN[rule]
    table, row = row_of(event, guard)
    assert rule in {
        each for rows in TABLES.values() for some in rows.rows if some.event is event for each in some.rules
    }
    assert rule in load().ids_in(PATHS[trace].read_text(encoding="utf-8"))
    changed = None if changes is None else attrs.evolve(row, **changes)
    with in_force({**TABLES, table: with_changed_row(TABLES[table], row, changed)}):
        assert not plays(PATHS[trace])


def test_the_rules_of_the_page_are_broken_here() -> None:
    shown = {found.rule for found in in_broken_rules(load()) if found.shown.endswith("test_saving_rules.py")}
    assert shown == {*BROKEN}
    cited = {rule for table in TABLES.values() for row in table.rows for rule in row.rules}
    assert {"SYN-11", "SYN-12", "SYN-13", "SYN-14", "SYN-17", "CMD-18", "CMD-26", "CFG-22"} <= cited & {*BROKEN}
