"""The page of a model of the user's own: the verdict, its properties, and their runs to step through.

Nothing of it knows a pair: a state is its fields by name, an event a line of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failover_fsm.checker import Finding, Kind, Verdict
from failover_fsm.checker.auto import Searched
from failover_fsm.checker.core.trace_text import event_text, fields_of
from failover_fsm.reports.html.controls import controls
from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.packed import script_json
from failover_fsm.reports.html.plain_page import part, whole_page
from failover_fsm.reports.text.own_model import finding_word, search_line, summary

__all__ = ["own_model_page"]

SCRIPTS = ("stepping.js", "own_model.js")

ENDINGS = {
    Kind.ALWAYS: "This state violates the property.",
    Kind.ALWAYS_STEP: "This step violates the property.",
    Kind.SOMETIMES: "So this can happen.",
    Kind.WHEN_SETTLED: "No event of `within` changes this state any more, and it violates the property.",
    Kind.DEADLOCK: "No event changes this state any more.",
    Kind.CAN_RECOVER: "From here no event of `within` leads to the goal.",
    Kind.CONVERGES: "From here on the steps repeat for ever.",
    Kind.LEADS_TO: "So it goes on for ever, and the goal never comes.",
    Kind.EVENTUALLY_ALWAYS: "So it goes on for ever, and the goal is missed again and again.",
}


def own_model_page(title: str, searched: Searched) -> str:
    """The page, one file without network access; the same bytes for the same answer, but for the seconds.

    Args:
        title: the model.
        searched: the answer.
    """
    findings = [finding for finding in searched.result.findings if finding.states]
    findings.sort(key=lambda finding: finding.verdict is not Verdict.VIOLATED)
    shown = [*_verdict(searched), *_properties(searched), *([_stepper(findings)] if findings else [])]
    body = [tag("header", tag("h1", title)), tag("main", *shown)]
    if findings:
        body.append(tag("script", raw(script_json(_data(findings))), type="application/json", id="data"))
    script = part(*SCRIPTS) if findings else ""
    return whole_page(f"{title}: model check", body, script=script)


def _verdict(searched: Searched) -> Iterator[Markup]:
    result = searched.result
    tone = {Verdict.HOLDS: "good", Verdict.VIOLATED: "bad", Verdict.UNDECIDED: "open"}[result.verdict]
    yield tag("p", tag("span", result.verdict.value.upper(), class_="badge"), class_=f"verdict {tone}")
    yield tag("p", summary(result.findings, result.verdict))
    yield tag("p", search_line(searched), class_="small")
    if searched.reason is not None:
        yield tag("p", f"Not compiled: {searched.reason}.", class_="small")
    if result.never_taken:
        yield tag("p", f"Never possible: {', '.join(map(event_text, result.never_taken))}.", class_="small")


def _properties(searched: Searched) -> Iterator[Markup]:
    if not searched.result.findings:
        return
    yield tag("h2", "Properties")
    for finding in searched.result.findings:
        word = finding_word(finding).lower()
        heading = tag("h3", tag("span", word, class_=f"badge {word.replace(' ', '-')}"), f" {finding.name}")
        about = [tag("p", finding.kind.value, class_="small"), *([tag("p", finding.reason)] if finding.reason else [])]
        run = [tag("details", tag("summary", "The run as text"), tag("pre", finding.text(), tabindex=0))]
        yield tag("article", heading, *about, *(run if finding.states else []), class_="promise")


def _stepper(findings: list[Finding[Any, Any]]) -> Markup:
    """The frame that the script fills."""
    options = (
        tag("option", f"{finding.name}: {finding_word(finding).lower()}", value=number)
        for number, finding in enumerate(findings)
    )
    return tag(
        "section",
        tag("h2", "Step by step", id="steps-title"),
        tag("noscript", tag("p", "The steps need JavaScript, which this browser does not run; all else is here.")),
        tag("p", tag("label", "Run: ", for_="run"), tag("select", *options, id="run"), class_="pick"),
        controls(),
        tag("p", id="happened", tabindex=-1, aria_live="polite"),
        tag("article", tag("div", id="fields"), class_="unit"),
        tag("div", id="ending"),
        id="steps",
        aria_labelledby="steps-title",
    )


def _data(findings: list[Finding[Any, Any]]) -> dict[str, Any]:
    """The runs for the script; equal states are carried once."""
    numbers: dict[Any, int] = {}
    runs = [
        {
            "events": [event_text(event) for event in finding.trace],
            "states": [numbers.setdefault(state, len(numbers)) for state in finding.states],
            "loop": finding.loop,
            "ending": ENDINGS[finding.kind],
            "breaks": finding.verdict is Verdict.VIOLATED,
        }
        for finding in findings
    ]
    return {"runs": runs, "states": [fields_of(state) for state in numbers]}
