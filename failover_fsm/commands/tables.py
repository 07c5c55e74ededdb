"""`failover-fsm tables`: Tables 13-2 and 13-4 as the explored model behaves, Tables 13-5 and 13-6 as they stand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.analysis.policies import (
    TABLE_13_2,
    TABLE_13_4,
    Compared,
    Deviation,
    Explored,
    PolicyOutcome,
    active_active,
    active_standby,
    compare,
)
from failover_fsm.commands.files import emit, emit_answer
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.progress import Progress
from failover_fsm.config.review.kinds import TABLE_13_5, PairKind
from failover_fsm.pair import stateful
from failover_fsm.text.layout import columns, wrap

_INDENT = "      "


@attrs.frozen(kw_only=True)
class _Table:
    """One policy table and its exploration."""

    number: str
    title: str
    explored: Explored
    rows: tuple[Compared, ...]

    @property
    def agreeing(self) -> int:
        """The number of rows that agree with the chapter."""
        return sum(row.agrees for row in self.rows)


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "tables",
        description="Tries each failure event of Tables 13-2 and 13-4 in every settled state that meets its premise, "
        "and prints what Tables 13-5 and 13-6 list.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `tables`.

    Returns:
        The exit status: 0 if every row agrees with the chapter, 1 if one does not.
    """
    with Progress("exploring"):
        tables = tuple(_tables())
    record = {"tables": [_record(table) for table in tables], "features": _features(), "state": _state()}
    if args.json:
        emit(json_object("tables", record))
    else:
        emit_answer(lambda: _text(tables))
    return 0 if all(table.agreeing == len(table.rows) for table in tables) else 1


def _tables() -> Iterator[_Table]:
    pair, groups = active_standby(), active_active()
    yield _Table(number="13-2", title="Active/Standby", explored=pair, rows=compare(TABLE_13_2, pair))
    yield _Table(number="13-4", title="Active/Active", explored=groups, rows=compare(TABLE_13_4, groups))


# -- for people ------------------------------------------------------------------------------------


def _text(tables: tuple[_Table, ...]) -> str:
    parts = (*(_lines(table) for table in tables), feature_lines(), _state_lines())
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def feature_lines() -> Iterator[str]:
    """Table 13-5: what each kind of pair supports."""
    yield "Table 13-5, what each kind of pair supports"
    rows = [(f"{row.rule}  {row.name}", *("yes" if row.supported(kind) else "no" for kind in PairKind))
            for row in TABLE_13_5]  # fmt: skip
    yield from columns([("", *(kind.value for kind in PairKind)), *rows], indent="")


def _state_lines() -> Iterator[str]:
    """Table 13-6: what Stateful Failover passes to the standby."""
    yield "Table 13-6, state information that Stateful Failover passes to the standby unit"
    for kind in stateful.TABLE:
        yield f"  {stateful.WHERE[kind.when]:<34}{kind.name}"


def _lines(table: _Table) -> Iterator[str]:
    yield f"Table {table.number}, {table.title}, as explored"
    explored = table.explored
    yield from _wrapped(f"{explored.about}: {explored.states:,} states, {len(explored.settled):,} of them settled", 2)
    for row in table.rows:
        yield ""
        yield from _wrapped(f"{row.policy.row}  {row.policy.condition}", 6, first=0)
        yield from _told(row.policy.outcome)
        verdict = "agrees with the chapter" if row.agrees else "DIFFERS FROM THE CHAPTER"
        yield f"{_INDENT}{verdict}: so in {row.as_said:,} of {row.tried:,} cases"
        for found in row.others:
            yield from _other(found)
    yield ""
    yield f"{table.agreeing} of {len(table.rows)} rows agree with the chapter"


def _told(outcome: PolicyOutcome) -> Iterator[str]:
    yield f"{_INDENT}{'failover' if outcome.failover else 'no failover'}"
    yield from _wrapped(f"active:  {_actions(outcome.active)}", 6)
    yield from _wrapped(f"standby: {_actions(outcome.standby)}", 6)


def _other(found: Deviation) -> Iterator[str]:
    first = f"{found.rule} comes first in {found.states:,}: {found.description}"
    why = first if found.rule else f"not so in {found.states:,}"
    yield from _wrapped(f"- {why}", 8, first=6)
    for outcome in found.outcomes:
        moved = "failover" if outcome.failover else "no failover"
        sides = f"active: {_actions(outcome.active)}; standby: {_actions(outcome.standby)}"
        yield from _wrapped(f"{moved}; {sides}", 8)
    yield from _wrapped(f"such as {found.example}", 8)


def _actions(actions: tuple[Any, ...]) -> str:
    return ", ".join(action.value for action in actions) or "no action"


def _wrapped(text: str, indent: int, first: int | None = None) -> list[str]:
    start = " " * (indent if first is None else first)
    return wrap(text, start, " " * indent, hyphens=False, cuts=True)


# -- for programs ------------------------------------------------------------------------------------


def _features() -> list[dict[str, Any]]:
    """Table 13-5."""
    return [
        {"row": row.rule, "feature": row.name, **{kind.value: row.supported(kind) for kind in PairKind}}
        for row in TABLE_13_5
    ]


def _state() -> list[dict[str, Any]]:
    """Table 13-6."""
    return [
        {"kind": kind.name, "passed": stateful.WHERE[kind.when], "rules": list(kind.rules)} for kind in stateful.TABLE
    ]


def _record(table: _Table) -> dict[str, Any]:
    return {
        "table": table.number,
        "pair": table.title,
        "explored": table.explored.about,
        "states": table.explored.states,
        "settled": len(table.explored.settled),
        "rows": [_row_record(row) for row in table.rows],
    }


def _row_record(row: Compared) -> dict[str, Any]:
    return {
        "row": row.policy.row,
        "condition": row.policy.condition,
        "agrees": row.agrees,
        "cases": row.tried,
        "as_the_chapter_says": row.as_said,
        **_outcome_record(row.policy.outcome),
        "others": [
            {
                "rule": found.rule,
                "says": found.description,
                "cases": found.states,
                "outcomes": [_outcome_record(outcome) for outcome in found.outcomes],
                "example": found.example,
            }
            for found in row.others
        ],
    }


def _outcome_record(outcome: PolicyOutcome) -> dict[str, Any]:
    return {
        "failover": outcome.failover,
        "active": [action.value for action in outcome.active],
        "standby": [action.value for action in outcome.standby],
    }
