"""The outage of each element of a topology: a table for people, and its JSON objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from failover_fsm.analysis.element_outages import ElementOutage, Outage
from failover_fsm.reports.text.timing import BOTH_ACTIVE
from failover_fsm.reports.text.verdict import wrapped
from failover_fsm.text.layout import columns
from failover_fsm.timing.times import seconds

__all__ = ["outages_record", "outages_text"]

FOR_GOOD = "for good"
NOT_KNOWN = "not known"
MOST_NAMES = 4
"""Alike elements that are named in a row of the table; the others are counted."""


def outages_record(found: Sequence[ElementOutage]) -> list[dict[str, Any]]:
    """The JSON objects, one for each kind of elements; times in seconds, null where service does not come back."""
    return [
        {
            "elements": list(each.elements),
            "outages": [
                {
                    "group": outage.group,
                    "active": outage.active.value,
                    "without_service": [None if end is None else end / 1000 for end in (outage.best, outage.worst)],
                    "lost": list(outage.lost),
                    "dual_active": outage.dual_active,
                    **({"not_known": outage.unknown} if outage.unknown else {}),
                }
                for outage in each.outages
            ],
        }
        for each in found
    ]


def outages_text(found: Sequence[ElementOutage]) -> str:
    """The table; empty without elements."""
    if not found:
        return ""
    begins = found[0].outages
    rows = [("element", *(_heading(each) for each in begins), "")]
    rows += [(_names(each.elements), *map(_time, each.outages), "; ".join(_notes(each))) for each in found]
    lines = ["", "Without service when an element fails:", *columns(rows)]
    lines += wrapped("In seconds, from best to worst, until the units have brought it back by themselves.", "  ", "  ")
    return "".join(f"{line}\n" for line in lines)


def _heading(outage: Outage) -> str:
    if outage.group is None:
        return f"{outage.active.value} active"
    return f"group {outage.group} ({outage.active.value})"


def _names(elements: tuple[str, ...]) -> str:
    if len(elements) <= MOST_NAMES:
        return ", ".join(elements)
    return f"{', '.join(elements[: MOST_NAMES - 1])} and {len(elements) - MOST_NAMES + 1} more"


def _time(outage: Outage) -> str:
    """The time without service; where there is none since both units are active, that is said, and 0 is not."""
    if outage.unknown:
        return NOT_KNOWN
    if outage.best is None:
        return FOR_GOOD
    if outage.worst is None:
        return f"{seconds(outage.best)}, or {FOR_GOOD}"
    if outage.worst == 0 and outage.dual_active:
        return BOTH_ACTIVE
    return seconds(outage.best) if outage.best == outage.worst else f"{seconds(outage.best)} to {seconds(outage.worst)}"


def _notes(each: ElementOutage) -> Iterator[str]:
    """What becomes of the pair besides, and what is lost for good."""
    if any(outage.dual_active for outage in each.outages):
        yield "both units become active"
    lost = dict.fromkeys(name for outage in each.outages for name in outage.lost)
    if lost:
        yield f"lost: {_names(tuple(lost))}"
