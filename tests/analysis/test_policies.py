"""Tables 13-2 and 13-4 as explored: every row agrees with the chapter, and a wrong protocol is seen in the rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import attrs
import pytest

from failover_fsm.analysis import policies
from failover_fsm.analysis.policies import (
    TABLE_13_2,
    TABLE_13_4,
    Compared,
    Explored,
    PolicyAction,
    active_active,
    active_standby,
)
from failover_fsm.analysis.policies import compare as found_in
from failover_fsm.cli import main
from failover_fsm.commands import tables
from failover_fsm.pair import events as e
from failover_fsm.pair.tables import Row
from failover_fsm.text.layout import WIDTH
from tests.pairs import STEP_MODULE, rewritten


@cache
def pair() -> Explored:
    return active_standby()


@cache
def groups() -> Explored:
    return active_active()


@cache
def compared(name: str) -> tuple[Compared, ...]:
    return found_in(TABLE_13_2, pair()) if name == "13-2" else found_in(TABLE_13_4, groups())


BOTH = pytest.mark.parametrize(("name", "rows"), [("13-2", 8), ("13-4", 7)])


@pytest.mark.slow
@BOTH
def test_every_row_agrees_with_the_chapter(name: str, rows: int) -> None:
    """T2-1 to T2-8, T4-1 to T4-7."""
    found = compared(name)
    assert len(found) == rows
    assert [row.policy.row for row in found if not row.agrees] == []
    assert all(row.tried == row.as_said + sum(other.states for other in row.others) for row in found)


@BOTH
def test_every_rule_that_comes_before_a_row_does_so_somewhere_but_the_sample_in_groups(name: str, rows: int) -> None:
    for row in compared(name):
        used = {(other.rule, other.description) for other in row.others}
        idle = {(each.rule, each.description) for each in row.policy.before} - used
        assert {rule for rule, _ in idle} <= ({"SPL-8"} if name == "13-4" else set()), row.policy.row
        assert used <= {(each.rule, each.description) for each in row.policy.before}


def test_the_failed_standby_and_the_sample_are_among_what_comes_before() -> None:
    first = {(row.policy.row, other.rule) for row in compared("13-2") for other in row.others}
    assert {("T2-4", "SPL-8"), ("T2-7", "TRG-5"), ("T2-7", "TRG-6"), ("T2-2", "T2-5")} <= first


# -- a wrong protocol --------------------------------------------------------------------------------------


def without(event: type[e.Event], table: str, patch: pytest.MonkeyPatch) -> None:
    """The rows for an event never hold."""

    def change(entry: object) -> tuple[object, ...]:
        if isinstance(entry, Row) and entry.event is event:
            return (attrs.evolve(entry, when=never()),)
        return (entry,)

    patch.setattr(STEP_MODULE, table, rewritten(getattr(STEP_MODULE, table), change))  # type: ignore[arg-type]


def never() -> Callable[[object], bool]:
    """A guard that does not hold; each is its own, since two rows of a state and an event may not share one."""
    return lambda case: False


@pytest.mark.slow
@pytest.mark.parametrize(("event", "wrong"), [(e.HoldTimeExpired, {"T2-1"}), (e.InterfacesChecked, {"T2-7", "T2-8"})])
def test_a_wrong_protocol_differs_in_the_row_that_speaks_of_it(
    event: type[e.Event], wrong: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(event, "GROUP_TABLE", monkeypatch)
    found = found_in(TABLE_13_2, active_standby(max_faults=1))
    differing = {row.policy.row: row for row in found if not row.agrees and row.tried}
    assert wrong & differing.keys() == wrong & {row.policy.row for row in found if row.tried} and differing
    for row in differing.values():
        assert any(other.rule is None and other.example for other in row.others)


# -- the command ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_prints_the_tables_and_says_what_was_explored(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables"]) == 0
    told = capsys.readouterr().out
    assert "8 of 8 rows agree with the chapter" in told and "7 of 7 rows agree with the chapter" in told
    assert "up to 3 faults" in told.replace("\n  ", " ") and "of them settled" in told
    assert all(len(line) <= WIDTH for line in told.splitlines())
    assert all(f"{row.row}  " in told for row in (*TABLE_13_2, *TABLE_13_4))


@pytest.mark.slow
def test_the_json_has_every_row_with_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["tables"]
    assert (first["table"], len(first["rows"]), second["table"], len(second["rows"])) == ("13-2", 8, "13-4", 7)
    row = first["rows"][0]
    assert (row["row"], row["agrees"], row["failover"]) == ("T2-1", True, True)
    assert row["standby"] == [PolicyAction.BECOMES_ACTIVE.value, PolicyAction.MARKS_PEER.value]


@pytest.mark.slow
def test_a_row_that_differs_is_told_and_makes_the_exit_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = attrs.evolve(TABLE_13_2[0], outcome=attrs.evolve(TABLE_13_2[0].outcome, failover=False))
    monkeypatch.setattr(tables, "TABLE_13_2", (wrong,))
    monkeypatch.setattr(tables, "active_standby", pair)
    monkeypatch.setattr(tables, "active_active", groups)
    assert main(["tables"]) == 1
    told = capsys.readouterr().out
    assert "DIFFERS FROM THE CHAPTER" in told and "0 of 1 rows agree" in told and "- not so in" in told
    assert policies.compare is found_in
