"""The page of a pair, which opens with the answer about it: the verdict, times, and single faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from failover_fsm.analysis.service import FaultOutcome
from failover_fsm.assessment.facts import Facts, PairVerdict
from failover_fsm.assessment.fault_runs import fault_runs
from failover_fsm.assessment.outages import Outage
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.risks import in_words
from failover_fsm.assessment.text import (
    FIRST,
    PAUSE,
    PROTOCOL,
    SINGLE_FAULT,
    WORST_OUTAGE,
    answer_sections,
    everything_to_do,
)
from failover_fsm.pair.settings import Settings
from failover_fsm.promises import BY_ID
from failover_fsm.reports.html.figures import patterns, role_figure
from failover_fsm.reports.html.html import Markup, join, tag
from failover_fsm.reports.html.page import Opening, report_page
from failover_fsm.reports.html.plain_page import plain_page
from failover_fsm.reports.html.sections import WHAT_A_PROMISE_IS, opened, pair, ports
from failover_fsm.reports.html.tables import Table, section
from failover_fsm.reports.text.verdict import pair_line
from failover_fsm.timing.times import seconds

__all__ = ["answer_parts", "opening", "pair_page"]

MEANINGS = {
    PairVerdict.VIOLATED: "Some order of events breaks what failover must do; below is how.",
    PairVerdict.NO_FAILOVER: "As configured, the standby unit never takes over.",
    PairVerdict.AT_RISK: "A single fault ends service for good, or makes both units active.",
    PairVerdict.UNDECIDED: "Not everything that the verdict needs is known.",
    PairVerdict.HOLDS_WITH_GAPS: "It survives every single fault, but for the gaps that the configuration intends.",
    PairVerdict.HOLDS: "It survives every single fault, and breaks no promise in any order of events.",
}
"""The verdicts explained to a first-time reader."""

TONES = {PairVerdict.HOLDS: "good", PairVerdict.HOLDS_WITH_GAPS: "good", PairVerdict.UNDECIDED: "open"}
"""The colours of the verdicts; the others are bad."""

AS_IF = (WORST_OUTAGE, PAUSE, PROTOCOL)
"""The sections of the answer that are so only if failover works; single faults are left out where it does not."""

SHORT = 30
"""The characters of an item that may share its line with others."""


def pair_page(facts: Facts) -> str:
    """The page of a pair, ASCII, the same bytes for the same answer.

    Args:
        facts: What is known of the pair. Without a report of a search, the page has no runs.
    """
    if facts.report is not None:
        return report_page(facts.report, opening=opening(facts))
    page = plain_page(facts.name, *answer_parts(facts), titled=False)
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def answer_parts(facts: Facts) -> tuple[Markup, ...]:
    """What a page of the pair without runs consists of: the answer, times, single faults, a drawing, and promises."""
    shown = [part for _, part in _parts(facts)]
    risk = next((run for run in fault_runs(facts) if run.breaks), None)
    picture = Markup("")
    if facts.scenario is not None:
        picture = (
            ports(facts.scenario, _as_if(facts))
            if risk is None
            else join([role_figure(risk.story), tag("p", risk.ending)])
        )
        shown.append(pair(facts.scenario, _as_if(facts), with_ports=risk is not None))
    shown += [_promise_table(facts.protocol, _as_if(facts))] if facts.protocol is not None else []
    return patterns(), opened(_head(facts), picture), tag("main", *shown)


def opening(facts: Facts) -> Opening:
    """What the page of a pair opens with: the answer, times, single faults, and what these do."""
    return Opening(_head(facts), tuple(_parts(facts)), tuple(fault_runs(facts)), _as_if(facts))


def _as_if(facts: Facts) -> str:
    """What ends the headings of what is so only if failover worked; empty where it does."""
    return ", as if failover worked" if facts.trouble else ""


def _lines(items: Sequence[str]) -> Sequence[str]:
    """The items of a section, each in a line of its own; those that are all short in one."""
    return ["; ".join(items)] if all(len(item) <= SHORT for item in items) else items


def _head(facts: Facts) -> Markup:
    """The title, the verdict in words, and the sections of the short answer."""
    first = [("to do", everything_to_do(facts))] if everything_to_do(facts) else []
    found = [each for each in answer_sections(facts, len(facts.config.interfaces)) if each[0] not in (FIRST, PROTOCOL)]
    found += [(PROTOCOL, _promises(facts.protocol))] if facts.protocol is not None else []
    if facts.trouble:
        found = [(f"{label}{_as_if(facts) if label in AS_IF else ''}", items) for label, items in found
                 if label != SINGLE_FAULT]  # fmt: skip
    rows = [
        part for label, items in (*found, *first) for part in (tag("dt", label), *(tag("dd", x) for x in _lines(items)))
    ]
    line = [tag("p", f"{pair_line(facts.scenario)}.")] if facts.scenario is not None else []
    tone = TONES.get(facts.verdict, "bad")
    parts = (
        tag("h1", facts.name),
        tag("p", tag("strong", facts.verdict_text, class_="badge"), f" {MEANINGS[facts.verdict]}",
            class_=f"verdict {tone}"),
        *line,
        tag("dl", *rows, class_="answer"),
    )  # fmt: skip
    return join(parts)


def _promises(protocol: Protocol) -> list[str]:
    """What is known of the promises, in a sentence each."""
    if protocol.violated:
        return [f"violated: {name}" for name, _ in protocol.violated]
    if protocol.limit:
        return [f"the promises are not decided, stopped early: {protocol.limit}"]
    return [f"{protocol.count('holds')} promises hold in any order of events"]


def _promise_table(protocol: Protocol, as_if: str) -> Markup:
    """Every promise with its verdict."""
    rows = tuple(
        (word, join([tag("code", name), tag("br"), BY_ID[name].says if name in BY_ID else ""]))
        for name, word in protocol.words
    )
    words = tuple(dict.fromkeys(word for word, _ in rows))
    table = Table("All promises", ("verdict", "promise"), rows, words=words, is_folded=True)
    return section("promises", f"Promises{as_if}", tag("p", WHAT_A_PROMISE_IS), table.drawn())


def _parts(facts: Facts) -> Iterator[tuple[str, Markup]]:
    """Pairs (name, section) of what stands between the verdict and the drawing of the pair."""
    if facts.scenario is None:
        return
    if facts.outages:
        yield "times", section("times", f"Times without service{_as_if(facts)}", _times(facts.outages))
    if facts.outcomes:
        survived = f"{len(facts.survived)} of {len(facts.outcomes)} are survived: service comes back everywhere by"
        about = f"{survived} the protocol alone, with one active unit."
        table = _faults(facts.outcomes, facts.scenario.settings)
        said = [] if facts.trouble else [tag("p", about)]
        yield "faults", section("faults", f"Single faults{_as_if(facts)}", *said, table)


def _times(outages: Iterable[Outage]) -> Markup:
    rows = tuple(_time_row(each) for each in outages)
    return Table("Times", ("after", "best", "worst"), rows).drawn()


def _time_row(each: Outage) -> tuple[str, ...]:
    best = "not known" if each.unknown else "for good" if each.best is None else f"{seconds(each.best)} s"
    return each.subject, best, each.doubt or each.time


def _faults(outcomes: Iterable[FaultOutcome], settings: Settings) -> Markup:
    """The single faults that are not survived, then every one, folded."""
    ordered = sorted(outcomes, key=lambda each: each.survived)
    rows = tuple(_fault_row(each, settings) for each in ordered)
    worse = tuple(row for row, each in zip(rows, ordered, strict=True) if not each.survived)
    heads = ("outcome", "fault", "failover", "without service")
    every = Table("Single faults", heads, rows, words=("not survived", "survived"), is_folded=True).drawn()
    return join([Table("Not survived", heads, worse).drawn(), every]) if worse else every


def _fault_row(each: FaultOutcome, settings: Settings) -> tuple[str, ...]:
    lost = ", ".join(each.lost) or ("everything" if each.lost_groups else "-")
    return (
        "survived" if each.survived else "not survived",
        "; ".join(in_words([each.fault], settings)),
        "both units active" if each.dual_active else "yes" if each.taken_over else "no",
        lost,
    )
