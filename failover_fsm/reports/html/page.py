"""The self-contained HTML page of a report: style, script, data and pictures in one file, with no network access."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.analysis.verify import Report
from failover_fsm.pair.states import State
from failover_fsm.reports.html import sections
from failover_fsm.reports.html.coverage import TableCoverage, table_coverage
from failover_fsm.reports.html.data import PageWriter, runs_of
from failover_fsm.reports.html.figures import patterns
from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.packed import packed
from failover_fsm.reports.html.plain_page import part, whole_page
from failover_fsm.reports.html.runs import PageRun, first_picture, stepper
from failover_fsm.reports.html.state_graph import MAX_STATES, PageGraph, page_graph

__all__ = ["Opening", "report_page", "served_page"]

SCRIPTS = ("tables.js", "own_way.js", "stepping.js", "walking.js", "page.js")


@attrs.frozen
class Opening:
    """What a page opens with, where it is about a pair and not about promises alone.

    Attributes:
        header: The title and the answer.
        parts: Pairs (name, section) between the header and the drawing of the pair.
        runs: Runs to step through besides those of the promises.
        as_if: Ends the headings of what is only so if something worked that does not.
    """

    header: Markup
    parts: tuple[tuple[str, Markup], ...] = ()
    runs: tuple[PageRun, ...] = ()
    as_if: str = ""


def report_page(report: Report, *, most: int = MAX_STATES, opening: Opening | None = None) -> str:
    """The page, ASCII, the same bytes for the same report (the seconds of the search are left out).

    Args:
        report: The report.
        most: The most states for the reader to explore.
        opening: What stands above the promises; by default the verdict on them.
    """
    return _drawn(report, most, opening, served=False)[0]


def served_page(report: Report, *, most: int = MAX_STATES, opening: Opening | None = None) -> tuple[str, PageWriter]:
    """The same page for a server, which it asks for the states that it does not carry, and what answers that."""
    return _drawn(report, most, opening, served=True)


def _drawn(report: Report, most: int, opening: Opening | None, *, served: bool) -> tuple[str, PageWriter]:
    top = Opening(sections.head(report)) if opening is None else opening
    runs = tuple(sorted((*top.runs, *runs_of(report)), key=lambda run: not run.breaks))
    carried = page_graph(report.scenario, _shown(runs), most)
    writer = PageWriter(report, carried, runs)
    data = writer.whole()
    broken = next((run for run in runs if run.breaks), None)
    first = sections.ports(report.scenario, top.as_if) if broken is None else first_picture(broken)
    parts = [*top.parts, *_parts(report, runs, carried, top.as_if, served=served, with_ports=broken is not None)]
    parts = [(name, section) for name, section in parts if section]
    body = [
        tag("a", "To the steps", href="#steps", class_="skip"),
        patterns(),
        sections.opened(top.header, first),
        _menu([name for name, _ in parts]),
        tag("main", *(section for _, section in parts)),
        tag("script", raw(packed(data)), type="text/plain", id="data", data_served="yes" if served else False),
    ]
    title = f"{report.scenario.short_title}: failover check"
    return whole_page(title, body, script=part(*SCRIPTS), served=served), writer


def _parts(
    report: Report, runs: Sequence[PageRun], carried: PageGraph, as_if: str, *, served: bool, with_ports: bool
) -> Iterator[tuple[str, Markup]]:
    """Pairs (name, section) of what every page of a report has; a section that is empty is left out."""
    covered: TableCoverage = table_coverage(carried)
    yield "pair", sections.pair(report.scenario, as_if, with_ports=with_ports)
    yield "promises", sections.promises(report, runs, as_if)
    yield "steps", stepper(runs, _carries(carried, served), as_if)
    yield "assumptions", sections.assumptions(report)
    yield "configuration", sections.configuration(report)
    yield "coverage", sections.coverage_section(report, covered, as_if)
    yield "rules", sections.rules(report, covered)


def _carries(carried: PageGraph, served: bool) -> str:
    """How much of what can happen the page carries, in words."""
    count = f"{len(carried.states):,} states"
    if carried.complete:
        return (
            f"This page carries all that can happen: {count}, more than the search needed, because here each"
            " interface has its own name and nothing that a unit remembers is left out."
        )
    if served:
        return f"This page carries {count}, and asks for more where you go on."
    return (
        f"All that can happen is too much for a page: it carries {count}, those nearest to the start and to the runs"
        " above, and says so where it carries no more; failover-fsm explore has them all."
    )


def _shown(runs: Sequence[PageRun]) -> Iterator[State]:
    for run in runs:
        for step in run.steps:
            yield from (step.before, step.after)


def _menu(names: Sequence[str]) -> Markup:
    links = (tag("li", tag("a", name.capitalize(), href=f"#{name}")) for name in names)
    return tag("nav", tag("ul", *links), aria_label="Parts of this page")
