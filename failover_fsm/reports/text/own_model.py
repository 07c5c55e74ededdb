"""The verdict about a model of the user's own as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from failover_fsm.checker import Finding, Kind, Verdict
from failover_fsm.checker.auto import Searched
from failover_fsm.checker.core.trace_text import event_text
from failover_fsm.config.values.printable import printable

__all__ = ["finding_word", "own_model_text", "search_line", "summary", "why_violated"]


def finding_word(finding: Finding[Any, Any]) -> str:
    """The word for a finding: holds, happens, not tested, VIOLATED, undecided."""
    if finding.verdict is Verdict.VIOLATED:
        return "VIOLATED"
    if finding.vacuous:
        return "not tested"
    witnessed = finding.kind is Kind.SOMETIMES and finding.verdict is Verdict.HOLDS
    return "happens" if witnessed else finding.verdict.value


def search_line(searched: Searched) -> str:
    """What was explored, in one line."""
    found = searched.result
    many = f"{_many(found.states, 'state')}, {_many(found.transitions, 'transition')}, depth {found.depth}"
    whole = "every state" if found.complete else f"stopped early: {found.limit or 'interrupted'}"
    seconds = f", {found.seconds:.1f} s" if found.seconds else ""
    return f"{many}: {whole}, {searched.engine} engine{seconds}"


def summary(findings: Sequence[Finding[Any, Any]], verdict: Verdict) -> str:
    """The verdict in one line."""
    counts = dict.fromkeys(("violated", "undecided", "not tested"), 0)
    for finding in findings:
        word = finding_word(finding).lower()
        if word in counts:
            counts[word] += 1
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    of = f"of {_many(len(findings), 'property', 'properties')}"
    if not findings:
        return f"{verdict.value.upper()}: nothing was claimed"
    return f"{verdict.value.upper()}: {', '.join(parts)} {of}" if parts else f"{verdict.value.upper()}: all {of}"


def why_violated(finding: Finding[Any, Any]) -> str:
    """What shows that a property is violated, in a few words."""
    steps = len(finding.trace)
    if finding.kind is Kind.SOMETIMES:
        return "never happens: it is true in none of the states that can be reached"
    if finding.loop is not None:
        repeated = (
            f"step {steps} repeats" if finding.loop + 1 == steps else f"steps {finding.loop + 1} to {steps} repeat"
        )
        return f"violated: {repeated} for ever" if finding.loop < steps else "violated: it stays so for ever"
    return f"violated in {_many(steps, 'step')}" if steps else "violated at the start"


def own_model_text(title: str, searched: Searched) -> str:
    """The search, each property with its run, the rules that were never possible, and the verdict last.

    Args:
        title: the model.
        searched: the answer.
    """
    return "".join(f"{printable(line)}\n" for line in _lines(title, searched))


def _lines(title: str, searched: Searched) -> Iterator[str]:
    result = searched.result
    yield title
    yield f"  {search_line(searched)}"
    if searched.reason is not None:
        yield f"  not compiled: {searched.reason}"
    yield ""
    for finding in result.findings:
        yield f"  {finding_word(finding):<11} {finding.name}"
        if finding.reason and finding.verdict is Verdict.VIOLATED:
            yield f"{'':<14}{finding.reason}"
        if finding.kind is Kind.SOMETIMES and finding.verdict is Verdict.VIOLATED:
            yield f"{'':<14}{why_violated(finding)}"
        if finding.states:
            yield from (f"{'':<14}{line}" for line in finding.text().split("\n"))
    if result.never_taken:
        yield ""
        yield f"  never possible: {', '.join(event_text(event) for event in result.never_taken)}"
    yield ""
    yield summary(result.findings, result.verdict)


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"
