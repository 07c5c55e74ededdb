"""The answer about a pair as findings: a gate reads them as JUnit or SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.analysis.verify import Answer, Report
from failover_fsm.assessment.facts import Facts
from failover_fsm.assessment.requirements import Judged
from failover_fsm.assessment.risks import in_words
from failover_fsm.checker import Verdict
from failover_fsm.config.records.pair_config import Gap
from failover_fsm.config.review.trouble import Point
from failover_fsm.pair.settings import Settings
from failover_fsm.promises import BY_ID, Promise
from failover_fsm.reports.gates.finding import Finding, Outcome, slug
from failover_fsm.services.machine import MachinePromise
from failover_fsm.text.headings import heading

__all__ = ["findings_of", "of_gaps", "of_trouble", "promises_of"]

PROMISED = {
    "holds": Outcome.PASSED,
    "happens": Outcome.PASSED,
    "not tested": Outcome.NOT_TESTED,
    "undecided": Outcome.UNDECIDED,
    "violated": Outcome.FAILED,
}
"""What becomes of a promise, by the word of its verdict."""


def findings_of(facts: Facts, requirements: Sequence[Judged] = (), *, strict: bool = False) -> Iterator[Finding]:
    """The findings: what is in the way of failover, requirements, risks, gaps, promises and advice.

    Args:
        facts: The answer.
        requirements: The requirements with their results.
        strict: True if gaps fail.
    """
    file = facts.title
    yield from of_trouble(facts.trouble, file)
    yield from of_gaps(facts.unknown, file)
    for judged in requirements:
        yield from _required(judged, file)
    yield from _risks(facts, file)
    for spot in facts.gaps:
        yield Finding(
            kind="gap", id=slug(spot.subject), says=f"the failure of {spot.subject} alone triggers a failover",
            outcome=Outcome.FAILED if strict else Outcome.NOTED,
            message=f"{spot.subject}: {spot.reason}: {spot.remedy}", file=file, line=spot.line,
        )  # fmt: skip
    yield from _promises(facts, file)
    for advice in facts.advice:
        yield Finding(
            kind="advice", id=slug(f"{advice.rule} {advice.line or ''}"), says=f"the chapter's advice {advice.rule}",
            outcome=Outcome.NOTED, message=advice.text, file=file, line=advice.line, rules=(advice.rule,),
        )  # fmt: skip


def of_trouble(points: Sequence[Point], file: str) -> Iterator[Finding]:
    """What is in the way of failover.

    Args:
        points: Why there is none.
        file: The configuration.
    """
    for point in points:
        yield Finding(
            kind="risk", id=slug(f"no failover {point.subject}"), says="failover is on, comes up and can be triggered",
            outcome=Outcome.FAILED, message=f"{point.subject} {point.reason}: {point.remedy}",
            file=file, line=point.line,
        )  # fmt: skip


def of_gaps(gaps: Sequence[Gap], file: str) -> Iterator[Finding]:
    """The missing parts of a configuration, on which no answer may rest.

    Args:
        gaps: The missing parts.
        file: The configuration.
    """
    for gap in gaps:
        yield Finding(
            kind="risk", id=slug(f"not known {gap.unknown}"), says="everything that the answer rests on is known",
            outcome=Outcome.UNDECIDED, message=f"{gap.unknown}; {gap.remedy}", file=file,
        )  # fmt: skip


def _required(judged: Judged, file: str) -> Iterator[Finding]:
    outcome = Outcome.FAILED if judged.unmet else Outcome.UNDECIDED if judged.unknown else Outcome.PASSED
    yield Finding(
        kind="requirement", id=judged.requirement.text, says=f"the pair meets {judged.requirement.text}",
        outcome=outcome, message="" if outcome is Outcome.PASSED else judged.line,
        file=file, line=judged.unmet[0].line if judged.unmet else None,
    )  # fmt: skip


def _risks(facts: Facts, file: str) -> Iterator[Finding]:
    if facts.scenario is None:
        return
    settings = facts.scenario.settings
    for risk in facts.risks:
        words = ", ".join(in_words(risk.faults, settings))
        remedy = f"; {risk.point.advice}" if risk.point is not None else ""
        yield Finding(
            kind="risk", id=slug(words), says="no single fault ends service or makes both units active",
            outcome=Outcome.FAILED, message=f"{words}: {risk.consequence}{remedy}",
            file=file, line=risk.point.line if risk.point is not None else None,
        )  # fmt: skip


def _promises(facts: Facts, file: str) -> Iterator[Finding]:
    if facts.report is not None:
        yield from promises_of(facts.report, file)
    elif facts.protocol is not None:
        for name, word in facts.protocol.words:
            yield _promise(BY_ID[name], PROMISED[word], file)


def promises_of(report: Report, file: str) -> Iterator[Finding]:
    """The promises of a search; one that is violated as the model file says is noted.

    Args:
        report: The search.
        file: The configuration or the model file.
    """
    for answer in report.answers:
        outcome = PROMISED[answer.word]
        if answer.surprising:
            outcome = Outcome.FAILED
        elif answer.verdict is Verdict.VIOLATED:
            outcome = Outcome.NOTED
        found = _promise(answer.promise, outcome, file)
        yield attrs.evolve(found, steps=tuple(_steps(answer, report.scenario.settings)))


def _promise(promise: Promise | MachinePromise, outcome: Outcome, file: str) -> Finding:
    message = "" if outcome is Outcome.PASSED else promise.says
    return Finding(
        kind="promise", id=promise.id, says=promise.says, outcome=outcome, message=message, file=file,
        rules=promise.rules,
    )  # fmt: skip


def _steps(answer: Answer, settings: Settings) -> Iterator[str]:
    """The steps of a counterexample, as many as its trace has."""
    if answer.verdict is Verdict.VIOLATED:
        for each in answer.steps:
            yield heading(each.event, each.before, each.after, settings)
