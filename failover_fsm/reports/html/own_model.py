"""The page of a model of the user's own: the verdict, its properties, and their runs to step through.

Nothing of it knows a pair: a state is its fields by name, an event a line of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failover_fsm.checker import Finding, Kind, PlainModel, Verdict
from failover_fsm.checker.auto import Searched, is_rule_model
from failover_fsm.checker.core.model import initial_states
from failover_fsm.checker.core.trace_text import event_text, fields_of
from failover_fsm.reports.html.controls import button, controls
from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.packed import script_json
from failover_fsm.reports.html.plain_page import part, whole_page
from failover_fsm.reports.text.own_model import finding_word, search_line, summary, why_violated

__all__ = ["own_model_page"]

SCRIPTS = ("stepping.js", "walking.js", "own_model.js")

CARRIED = 500
"""The most states whose next steps a page carries, those of the runs first."""

ENDINGS = {
    Kind.ALWAYS: "This state violates the property.",
    Kind.ALWAYS_STEP: "This step violates the property.",
    Kind.SOMETIMES: "So this can happen.",
    Kind.WHEN_SETTLED: "No event of `within` changes this state any more, and it violates the property.",
    Kind.DEADLOCK: "No event changes this state any more.",
    Kind.CAN_RECOVER: "From here no way leads to the goal.",
    Kind.CONVERGES: "From here on the steps repeat for ever.",
    Kind.LEADS_TO: "So it goes on for ever, and the goal never comes.",
    Kind.EVENTUALLY_ALWAYS: "So it goes on for ever, and the goal is missed again and again.",
}


def own_model_page(title: str, searched: Searched, model: Any) -> str:
    """The page, one file without network access; the same bytes for the same answer, but for the seconds.

    Args:
        title: the name of the model.
        searched: the answer.
        model: of rules, or of three methods; asked for what can happen in the states of the runs and around them.
    """
    findings = [finding for finding in searched.result.findings if finding.states]
    findings.sort(key=lambda finding: finding.verdict is not Verdict.VIOLATED)
    body = [
        tag("header", tag("h1", title)),
        tag("main", *_verdict(searched), *_properties(searched), _stepper(findings)),
        tag("script", raw(script_json(_data(findings, model))), type="application/json", id="data"),
    ]
    return whole_page(f"{title}: model check", body, script=part(*SCRIPTS))


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
        if finding.verdict is Verdict.VIOLATED:
            about.append(tag("p", f"{why_violated(finding)}."))
        run = [tag("details", tag("summary", "The run as text"), tag("pre", finding.text(), tabindex=0))]
        yield tag("article", heading, *about, *(run if finding.states else []), class_="promise")


def _stepper(findings: list[Finding[Any, Any]]) -> Markup:
    """The frame that the script fills."""
    names = (*(f"{finding.name}: {finding_word(finding).lower()}" for finding in findings), "from the start")
    options = (tag("option", name, value=number) for number, name in enumerate(names))
    return tag(
        "section",
        tag("h2", "Step by step", id="steps-title"),
        tag("noscript", tag("p", "The steps need JavaScript, which this browser does not run; all else is here.")),
        tag("p", tag("label", "Run: ", for_="run"), tag("select", *options, id="run"), class_="pick"),
        tag("p", id="trouble", role="alert", hidden=True),
        controls(button("back", "Back to the run", "Leave your own way, back to the run (Escape)")),
        tag("p", id="happened", tabindex=-1, aria_live="polite"),
        tag("article", tag("div", id="fields"), class_="unit"),
        tag("div", id="ending"),
        tag("h3", "What can happen next"),
        tag("div", id="choices"),
        tag("details", tag("summary", "The steps as text"), tag("pre", id="trace", tabindex=0)),
        id="steps",
        aria_labelledby="steps-title",
    )


def _data(findings: list[Finding[Any, Any]], model: Any) -> dict[str, Any]:
    """The runs for the script, those of findings and one of no steps, and what can happen; equal states are one."""
    states: dict[Any, int] = {}
    events: dict[str, int] = {}
    runs = [
        {
            "id": str(number),
            "start": _number(states, finding.states[0]),
            "steps": [
                part
                for event, state in zip(finding.trace, finding.states[1:], strict=True)
                for part in (_number(events, event_text(event)), _number(states, state))
            ],
            "loop": finding.loop,
            "ending": ENDINGS[finding.kind],
            "breaks": finding.verdict is Verdict.VIOLATED,
        }
        for number, finding in enumerate(findings)
    ]
    plain = PlainModel(model) if is_rule_model(model) else model
    runs.append({"id": str(len(findings)), "start": _number(states, initial_states(plain)[0]), "steps": []})
    choices = list(_choices(plain, states, events))
    return {"runs": runs, "states": [fields_of(state) for state in states], "events": list(events), "choices": choices}


def _choices(model: Any, states: dict[Any, int], events: dict[str, int]) -> Iterator[list[int] | None]:
    """For each state in turn the events that change it, each with the distance to the number of the state after it.

    States and events that are new get numbers.
    """
    queue = list(states)
    for state in queue:
        if states[state] >= CARRIED:
            return
        found: list[int] = []
        try:
            for event in model.events(state):
                after = model.step(state, event)
                if after is not None and after != state:
                    if after not in states:
                        queue.append(after)
                    found += [_number(events, event_text(event)), _number(states, after) - states[state]]
        except Exception:  # whatever a model raises where the search did not come
            yield None
        else:
            yield found


def _number(numbers: dict[Any, int], item: Any) -> int:
    return numbers.setdefault(item, len(numbers))
