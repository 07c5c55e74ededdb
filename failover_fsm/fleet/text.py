"""The answer about a fleet as a table, as CSV and as findings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.config.values.printable import printable
from failover_fsm.fleet.answer import FleetAnswer
from failover_fsm.fleet.row import FAILED, Row
from failover_fsm.reports.gates.finding import Finding, Outcome
from failover_fsm.text.layout import columns
from failover_fsm.timing.times import seconds

__all__ = ["COLUMNS", "cells", "findings_of_fleet", "fleet_csv", "fleet_text", "summary", "verdict_text"]

COLUMNS = ("pair", "verdict", "single faults", "worst outage", "advice", "reason")
MOST_NAME = 40
MOST_REASON = 70


def verdict_text(row: Row) -> str:
    """The verdict in capitals."""
    return row.verdict.upper().replace("-", " ")


def cells(answer: FleetAnswer, row: Row) -> tuple[str, ...]:
    """A row in words, a cell for each of COLUMNS, and one more for the change if there is an earlier answer."""
    faults = f"{row.survived} of {row.single_faults}" if row.single_faults else ""
    outage, advice = outage_text(row), "" if row.verdict == FAILED else str(row.advice)
    if row.verdict == PairVerdict.NO_FAILOVER.value:
        faults = outage = "-"
    found = (row.name, verdict_text(row), faults, outage, advice, row.reason)
    return found if answer.changes is None else (*found, answer.changes[row.name].text)


def outage_text(row: Row) -> str:
    """The worst outage: how many interfaces have one without end, and the longest of the others."""
    known = "" if row.worst_outage is None else f"{seconds(row.worst_outage)} s"
    if not row.for_good:
        return known
    return f"for good ({len(row.for_good)}){f', else {known}' if known else ''}"


def fleet_text(answer: FleetAnswer) -> str:
    """The table, the worst pair first, and a summary."""
    heads = (*COLUMNS, *(() if answer.changes is None else ("change",)))
    whole = [tuple(map(printable, cells(answer, row))) for row in answer.rows]
    rows = [tuple(_cut(cell, at) for at, cell in enumerate(row)) for row in whole]
    lines = columns([heads, *rows], indent="", paragraphs=whole) if rows else []
    return "".join(f"{line}\n" for line in (*lines, *summary(answer)))


def _cut(cell: str, at: int) -> str:
    """A cell that fits: names keep their end, reasons their beginning; CSV, JSON and paragraphs have them whole."""
    if COLUMNS[min(at, len(COLUMNS) - 1)] == "pair" and len(cell) > MOST_NAME:
        return f"...{cell[3 - MOST_NAME :]}"
    return cell if at != COLUMNS.index("reason") or len(cell) <= MOST_REASON else f"{cell[: MOST_REASON - 3]}..."


def summary(answer: FleetAnswer) -> Iterator[str]:
    """What the rows come to, in a few lines."""
    counted = ", ".join(f"{count} {word.upper().replace('-', ' ')}" for word, count in answer.counts.items())
    yield f"{len(answer.rows)} pair{'' if len(answer.rows) == 1 else 's'}: {counted or 'none'}"
    if not answer.complete:
        yield f"interrupted: {answer.pairs - len(answer.rows)} of {answer.pairs} pairs are left; --resume goes on"
    if answer.changes is not None:
        words = [each.word for each in answer.changes.values()]
        counted = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(sorted(words)))
        yield f"since the earlier answer: {counted or 'nothing'}"
    if answer.gone:
        yield f"gone: {', '.join(map(printable, answer.gone))}"
    if answer.unchanged:
        yield f"left out: {answer.unchanged} without a changed file"
    if answer.others:
        yield f"besides: {answer.others} file{' that names' if answer.others == 1 else 's that name'} no failover"


def fleet_csv(answer: FleetAnswer) -> str:
    """The rows with the keys of the JSON object as columns, for a spreadsheet."""
    records = answer.to_dict()["pairs"]
    out = io.StringIO()
    keys = list(records[0]) if records else []
    writer = csv.writer(out, lineterminator="\n")
    if keys:
        writer.writerow(keys)
    writer.writerows([_safe(record[key]) for key in keys] for record in records)
    return out.getvalue()


def _safe(value: object) -> str:
    """A cell; a spreadsheet takes a text that begins so for a formula, a number it may have."""
    if isinstance(value, dict):
        text = " ".join(f"{name}={count}" for name, count in value.items())
    elif isinstance(value, list):
        text = " ".join(map(str, value))
    else:
        text = "" if value is None else str(value)
    is_text = isinstance(value, str | list)
    return f"'{printable(text)}" if is_text and text.startswith(("=", "+", "-", "@", "\t")) else printable(text)


def findings_of_fleet(answer: FleetAnswer) -> Iterator[Finding]:
    """A finding for each pair: one that is bad, or cannot be read, fails."""
    for row in answer.rows:
        if row.is_bad or row.verdict == FAILED:
            outcome = Outcome.FAILED
        else:
            outcome = Outcome.UNDECIDED if row.is_unknown else Outcome.PASSED
        if answer.changes is not None and answer.changes[row.name].word not in ("new", "worse"):
            outcome = Outcome.PASSED if outcome is Outcome.PASSED else Outcome.NOTED
        elif answer.changes is not None and answer.changes[row.name].word == "worse":
            outcome = Outcome.FAILED
        told = f"{verdict_text(row)}{f': {row.reason}' if row.reason else ''}"
        change = "" if answer.changes is None else f" ({answer.changes[row.name].text})"
        yield Finding(
            kind="pair", id=row.name, says=f"the pair {row.name} survives any single fault", outcome=outcome,
            message="" if outcome is Outcome.PASSED else f"{told}{change}",
            file=row.files[0] if row.files else None,
        )  # fmt: skip
