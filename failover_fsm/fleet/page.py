"""The answer about a fleet as a page, whose rows lead to a page for each pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from failover_fsm.fleet.answer import FleetAnswer
from failover_fsm.fleet.row import Row
from failover_fsm.fleet.text import COLUMNS, cells, summary, verdict_text
from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.plain_page import plain_page

__all__ = ["fleet_page", "page_names", "pair_page"]


def page_names(rows: Iterable[Row]) -> dict[str, str]:
    """The file name of each pair's page by the pair's name: different for each, also where case does not count."""
    found: dict[str, str] = {}
    taken: dict[str, None] = {}
    for row in sorted(rows, key=lambda each: each.name):
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", row.name).strip("-.")[:80] or "pair"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken[name.lower()] = None
        found[row.name] = f"{name}.html"
    return found


def fleet_page(answer: FleetAnswer, links: Mapping[str, str]) -> str:
    """The page of the fleet.

    Args:
        answer: The answer.
        links: The address of each pair's page by the pair's name.
    """
    heads = (*COLUMNS, *(() if answer.changes is None else ("change",)))
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in heads)))
    rows = (_row(answer, row, links) for row in answer.rows)
    about = tag("div", *(tag("p", line) for line in summary(answer)))
    table = tag("table", tag("caption", "The worst pair first"), head, tag("tbody", *rows), class_="fleet")
    scrolled = tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Pairs")
    return plain_page(f"Failover pairs of {answer.source}", tag("main", about, scrolled))


def _row(answer: FleetAnswer, row: Row, links: Mapping[str, str]) -> Markup:
    name, verdict, *others = cells(answer, row)
    first = tag("a", name, href=links[row.name]) if row.name in links else name
    return tag(
        "tr",
        tag("th", first, scope="row"),
        tag("td", tag("span", verdict, class_="badge"), class_=_colour(row)),
        *(tag("td", each) for each in others),
    )


def _colour(row: Row) -> str:
    return "bad" if row.is_bad else "open" if row.is_unknown else "good"


def pair_page(row: Row, parts: str, back: str) -> str:
    """The page of one pair: that of `failover-fsm report` without runs, and the command that writes it with them.

    Args:
        row: The row of the pair.
        parts: What the page consists of, as HTML (`Examined.page`), empty if there is no answer.
        back: The address of the fleet's page.
    """
    files = " ".join(row.files)
    command = tag("code", f"failover-fsm report {files} -o PAIR.html")
    more = tag("footer", tag("p", "The same with runs to step through: ", command))
    way_back = tag("nav", tag("a", "All pairs", href=back))
    if parts:
        return plain_page(row.name, way_back, raw(parts), more, titled=False)
    badge = tag("span", verdict_text(row), class_="badge")
    verdict = tag("p", badge, f" {row.reason}", class_=f"verdict {_colour(row)}")
    return plain_page(row.name, way_back, tag("main", verdict), more)
