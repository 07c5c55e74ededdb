"""The self-contained HTML page of a report: style, script, data and pictures in one file, with no network access."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from failover_fsm.analysis.verify import Report
from failover_fsm.diagrams.runs.roles import role_chart
from failover_fsm.diagrams.runs.roles_svg import roles_svg
from failover_fsm.diagrams.runs.sequence import sequence_diagram
from failover_fsm.diagrams.runs.sequence_svg import sequence_svg
from failover_fsm.diagrams.style import palette
from failover_fsm.pair.states import State
from failover_fsm.reports.html import sections
from failover_fsm.reports.html.controls import button, controls
from failover_fsm.reports.html.coverage import table_coverage
from failover_fsm.reports.html.data import PageRun, page_data, runs_of, script_json
from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.plain_page import style_hash
from failover_fsm.reports.html.state_graph import MAX_STATES, page_graph

__all__ = ["report_page"]

HERE = Path(__file__).parent


def report_page(report: Report, *, most: int = MAX_STATES) -> str:
    """The page, ASCII, the same bytes for the same report (the seconds of the search are left out).

    Args:
        report: The report.
        most: The most states for the reader to explore.
    """
    runs = tuple(runs_of(report))
    covered = table_coverage(report.scenario)
    carried = page_graph(report.scenario, _shown(runs), most)
    data = page_data(report, carried)
    style, script = _part("page.css"), _part("page.js")
    body = [
        tag("a", "To the steps", href="#steps", class_="skip"),
        _patterns(),
        sections.head(report),
        _menu(),
        tag(
            "main",
            _stepper(runs, complete=carried.complete, count=len(carried.states)),
            sections.promises(report, runs),
            sections.assumptions(report),
            sections.configuration(report),
            sections.coverage_section(report, covered),
            sections.rules(report, covered),
        ),
        tag("script", raw(script_json(data)), type="application/json", id="data"),
        tag("script", raw(script)),
    ]
    return f"<!DOCTYPE html>\n{tag('html', _head(report, style, script), tag('body', *body), lang='en')}\n"


def _part(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _shown(runs: Sequence[PageRun]) -> Iterator[State]:
    for run in runs:
        for step in run.answer.steps:
            yield from (step.before, step.after)


def _head(report: Report, style: str, script: str) -> Markup:
    """The head; its policy forbids any source but this file, and any inline script but ours."""
    policy = f"default-src 'none'; style-src {style_hash(style)}; script-src {style_hash(script)}"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{report.scenario.title}: failover check"),
        tag("style", raw(style)),
    )


def _patterns() -> Markup:
    """The patterns of all pictures; in a hidden picture they would not be found."""
    return tag("svg", raw(palette.defs()), width=0, height=0, aria_hidden="true", class_="patterns")


def _menu() -> Markup:
    names = ("steps", "promises", "assumptions", "configuration", "coverage", "rules")
    links = (tag("li", tag("a", name.capitalize(), href=f"#{name}")) for name in names)
    return tag("nav", tag("ul", *links), aria_label="Parts of this page")


# -- the steps -----------------------------------------------------------------------------------


def _stepper(runs: Sequence[PageRun], *, complete: bool, count: int) -> Markup:
    """The frame that the script fills, and the pictures of the runs."""
    options = [tag("option", f"{run.id}: {run.word}", value=run.id) for run in runs]
    options.append(tag("option", "explore from the start", value="explore"))
    carries = (
        f"This page carries all that can happen: {count:,} states, more than the search needed, because here each"
        " interface has its own name and nothing that a unit remembers is left out."
        if complete
        else f"All that can happen is too much for a page: it carries {count:,} states, those nearest to the start"
        " and to the runs above, and says so where it carries no more."
    )
    console = tag(
        "div",
        tag("p", tag("label", "Run: ", for_="run"), tag("select", *options, id="run"), class_="pick"),
        tag("p", id="says"),
        controls(button("back", "Back to the run", "Leave your own way, back to the run (Escape)")),
        tag("p", id="happened", tabindex=-1, aria_live="polite"),
        tag("p", id="banner", class_="banner", hidden=True),
        tag("div", id="units"),
        tag("p", id="world"),
        tag("div", id="ending"),
        tag("div", tag("h3", "What can happen next"), tag("div", id="choices"), tag("p", carries, class_="small")),
        tag("details", tag("summary", "These steps as a scenario file"),
            tag("p", "Saved beside the configuration as FILE.trace: ", tag("code", "failover-fsm run FILE.trace"),
                " replays it, ", tag("code", "failover-fsm diagram FILE.trace"), " draws it.", class_="small"),
            tag("pre", id="trace", tabindex=0)),
        class_="console",
    )  # fmt: skip
    pictures = tag("div", *(_pictures(run) for run in runs), tag("p", id="no-picture", class_="small"),
                   class_="pictures")  # fmt: skip
    noscript = tag(
        "noscript", tag("p", "The steps need JavaScript, which this browser does not run; all else is here.")
    )
    title = tag("h2", "Step by step", id="steps-title")
    return tag("section", title, noscript, tag("div", console, pictures, class_="steps"), id="steps",
               aria_labelledby="steps-title")  # fmt: skip


def _pictures(run: PageRun) -> Markup:
    steps, settings = run.answer.steps, run.settings
    violating = len(steps) if run.breaks else None
    # A loop of no steps is a stay in the last state: there is nothing to frame.
    loop = run.answer.loop if (run.answer.loop or 0) < len(steps) else None
    chart = role_chart(steps, settings, title="Role chart", violating=violating, loop=loop)
    sequence = sequence_diagram(steps, settings, title="Sequence diagram", violating=violating, loop=loop)
    figures = (
        ("Role chart", roles_svg(chart, in_page=True)),
        ("Sequence diagram", sequence_svg(sequence, in_page=True)),
    )
    regions = (
        tag("div", raw(picture), class_="picture", tabindex=0, role="region", aria_label=f"{name} of {run.id}")
        for name, picture in figures
    )
    return tag("div", *regions, class_="of-run", data_run=run.id, hidden=True)
