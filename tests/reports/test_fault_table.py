"""The table of faults in docs/explanation/semantics.md: made by exploring, and current."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.commands.fault_table import PAGE
from failover_fsm.pair.registry import FAULT_WORDS
from failover_fsm.reports.text.fault_table import BEGIN, END, FAULT_ROWS, FaultRow, answer_of, in_page, table_text
from tests.patience import PATIENT

ROOT = Path(__file__).parents[2]
LONG = pytest.mark.skipif(not PATIENT, reason="set FAILOVER_FSM_LONG_TESTS: a minute")
QUICK = ("a path works one way",)


def line_of(row: FaultRow) -> str:
    """The row as the page has it."""
    return table_text(iter([answer_of(row)])).splitlines()[-1]


@pytest.mark.parametrize("row", [each for each in FAULT_ROWS if each.name in QUICK], ids=lambda row: row.name)
def test_a_row_of_the_page_is_what_exploring_finds(row: FaultRow) -> None:
    assert line_of(row) in (ROOT / PAGE).read_text(encoding="utf-8")


@LONG
@pytest.mark.parametrize("row", [each for each in FAULT_ROWS if each.name not in QUICK], ids=lambda row: row.name)
def test_every_row_of_the_page_is_what_exploring_finds(row: FaultRow) -> None:
    assert line_of(row) in (ROOT / PAGE).read_text(encoding="utf-8")


def test_the_page_has_a_line_for_each_row_and_no_other() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()[2:]
    assert [line.split(" | ")[0] for line in shown] == [f"| {row.name}" for row in FAULT_ROWS]


def test_rows_name_faults_that_there_are() -> None:
    assert {word for row in FAULT_ROWS for word in (*row.faults, *row.of_groups)} <= set(FAULT_WORDS)


def test_what_is_broken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair whose unit yields only at the first hello does not recover from every split brain: the cell says so."""
    from failover_fsm.pair.settings import Options
    from failover_fsm.reports.text import fault_table

    scenario = fault_table.Scenario
    edge = Options(recovery="edge")
    monkeypatch.setattr(fault_table, "Scenario", lambda **given: attrs.evolve(scenario(**given), options=edge))
    row = FaultRow(name="the failover link fails", faults=("failover-link", "congestion"), groups=())
    assert answer_of(row).rules == ("broken", "holds", "holds")


def test_a_table_stands_between_its_marks() -> None:
    assert in_page(f"a\n{BEGIN}\nold\n{END}\nb\n", "new") == f"a\n{BEGIN}\nnew\n{END}\nb\n"
