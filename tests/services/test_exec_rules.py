"""Every rule of `failover exec` is cited by a row; a machine that breaks it is caught by a scenario that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from benchmarks.exec_mutation import TRACES, in_force, plays
from failover_fsm.pair.tables import Row
from failover_fsm.rules.catalogue import load
from failover_fsm.rules.evidence import in_broken_rules
from failover_fsm.services.remote import case as c
from failover_fsm.services.remote import typed as t
from failover_fsm.services.remote.records import CommandMode, Mode
from failover_fsm.services.remote.tables import TABLES
from failover_fsm.testing.pair.mutants import with_changed_row

MATE, ACTIVE = (t.Keyword.MATE,), (t.Keyword.ACTIVE,)
PATHS = {path.stem: path for path in TRACES}


def mixes_modes(case: c.ExecCase) -> None:
    """The session follows the mode of `failover exec`."""
    case.session = attrs.evolve(case.session, at=CommandMode(Mode.INTERFACE, case.line.line))


Found = tuple[str, type[t.Line], Any, Mapping[str, Any] | None, str]

BROKEN: dict[str, Found] = {
    "EXE-1": ("command", t.Sends, c.mate_is_active, {"do": (c.to_self,)}, "exe-1-active-from-the-standby"),
    "EXE-2": ("command", t.Sends, c.mate_is_standby, {"do": (c.to_self,)}, "exe-2-standby-leaves-synchronisation"),
    "EXE-3": ("mode of failover exec", t.Looks, None, {"do": ()}, "exe-3-output-comes-back"),
    "EXE-4": ("command", t.Sends, c.lacks_privilege, None, "exe-4-privileges"),
    "EXE-5": ("command", t.Sends, c.changes_context, None, "exe-5-peer-context"),
    "EXE-6": ("command", t.Sends, c.is_empty, None, "exe-6-syntax"),
    "EXE-7": ("command", t.Sends, c.own_is_active, {"do": (c.to_mate,)}, "exe-7-even-on-this-unit"),
    "EXE-8": ("command", t.Sends, MATE, {"do": (c.to_self,)}, "exe-7-even-on-this-unit"),
    "EXE-9": ("session", t.Sends, None, {"to": Mode.PRIVILEGED}, "exe-9-the-prompt-stays"),
    "EXE-10": ("mode of failover exec", t.OpensInterface, None, {"do": (mixes_modes,)}, "exe-9-the-prompt-stays"),
    "EXE-11": ("mode of failover exec", t.Exits, None, {"to": None}, "exe-11-begins-in-global-configuration"),
    "EXE-12": ("mode of failover exec", t.OpensInterface, None, {"to": Mode.CONFIG}, "exe-12-first-example"),
    "EXE-13": ("mode of failover exec", t.OpensRouter, None, {"to": Mode.CONFIG}, "exe-13-second-example"),
    "EXE-14": ("session", t.AsksMode, None, {"do": ()}, "exe-14-show-failover-exec"),
    "EXE-15": ("command", t.AsksMode, MATE, {"do": (c.to_self,)}, "exe-14-show-failover-exec"),
    "EXE-16": ("way", t.Sends, c.is_out_of_reach, None, "exe-16-needs-the-link"),
    "EXE-17": ("way", t.Sends, c.has_no_key, None, "exe-17-no-key"),
    "EXE-18": ("way", t.Sends, c.mate_is_older, None, "exe-18-one-unit-upgraded"),
    "EXE-19": ("session", t.AsksHelp, c.is_in_command_string, None, "exe-19-no-help"),
    "EXE-20": ("command", t.Sends, c.debugs, None, "exe-20-changeto-and-debug"),
    "EXE-21": ("way", t.Sends, c.mate_failed_otherwise, None, "exe-21-failed-standby"),
    "EXE-22": ("way", t.Sends, c.configures_from_privileged, None, "exe-22-privileged-exec"),
    "EXE-23": ("command", t.Sends, c.recurses, None, "exe-20-changeto-and-debug"),
    "EXE-24": ("command", t.Sends, c.is_unconfirmed, None, "exe-24-confirmation"),
}
"""By rule: the table and the row (its event, and its guard or states), what is wrong with it, and the scenario."""


def row_of(table: str, event: type[t.Line], which: Any) -> Row[Any]:
    """The row of a table for an event that has the guard, or, where states are given, starts in these."""
    rows = [row for row in TABLES[table].rows if row.event is event]
    if isinstance(which, tuple):
        return next(row for row in rows if row.states == which)
    return next(row for row in rows if row.when is which)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_machine_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    table, event, which, changes, trace = BROKEN[rule]
    row = row_of(table, event, which)
    assert rule in row.rules
    assert rule in load().ids_in(PATHS[trace].read_text(encoding="utf-8"))
    changed = None if changes is None else attrs.evolve(row, **changes)
    with in_force({**TABLES, table: with_changed_row(TABLES[table], row, changed)}):
        assert not plays(PATHS[trace])


def test_every_rule_is_broken_here_and_cited_by_a_row() -> None:
    rules = {rule.id for rule in load().of_family("EXE")}
    assert rules == {*BROKEN}
    assert rules <= {rule for table in TABLES.values() for row in table.rows for rule in row.rules}
    assert {found.rule for found in in_broken_rules(load()) if found.shown.endswith("test_exec_rules.py")} == rules
