"""Differences and runbooks as findings: a gate reads them as JUnit or SARIF."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.assessment.findings import of_trouble
from failover_fsm.changes.differences import Differences
from failover_fsm.changes.runbook_text import problem_words, recorded
from failover_fsm.changes.runbook_verdict import Problem, RunbookAnswer
from failover_fsm.changes.text import change_words, not_known
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.reports.gates.finding import Finding, Outcome, slug
from failover_fsm.text.headings import heading

__all__ = ["of_differences", "of_runbook"]


def of_differences(found: Differences) -> Iterator[Finding]:
    """A finding for each difference and story, and for what is not known; what is worse fails."""
    file = found.new.title
    for each in found.found:
        change = f"{each.what}: {change_words(each)}"
        yield Finding(
            kind="difference", id=slug(f"{each.kind} {each.what}"), says=f"{each.what} is no worse than before",
            outcome=Outcome.FAILED if each.worse else Outcome.NOTED, message=change, file=file, line=each.line,
        )  # fmt: skip
    for story in found.behaviours:
        told = ", then ".join(story.headings)
        yield Finding(
            kind="story", id=slug(told), says=f"{told} ends no worse than before",
            outcome=Outcome.FAILED if story.worse else Outcome.NOTED,
            message=f"before: {story.old.text}; now: {story.new.text}", file=file, steps=story.headings,
            rules=story.rows,
        )  # fmt: skip
    for told in not_known(found):
        yield Finding(
            kind="difference", id=slug(told), says="everything is known and compared", outcome=Outcome.UNDECIDED,
            message=told, file=file,
        )  # fmt: skip


def of_runbook(answer: RunbookAnswer, config: PairConfig, file: str) -> Iterator[Finding]:
    """A finding for each step; one at which something goes wrong without a fault fails, with the way to it.

    Before them stands what is in the way of failover.

    Args:
        answer: The answer.
        config: The configuration of the pair.
        file: Its file.
    """
    yield from of_trouble(answer.trouble, file)
    for place, step in enumerate(answer.runbook.steps):
        wrong = [each for each in answer.problems if each.event.place == place]
        risky = [each for each in (*answer.interruptions, *answer.with_fault) if each.event.place == place]
        outcome = Outcome.FAILED if wrong else Outcome.NOTED if risky else Outcome.PASSED
        told = "; ".join(dict.fromkeys(problem_words(answer, each, config) for each in wrong or risky))
        yield Finding(
            kind="step", id=f"line-{step.line}", says=f"{step.text}: nothing goes wrong", outcome=outcome, message=told,
            file=answer.runbook.source, line=step.line, steps=tuple(_steps(answer, wrong[0])) if wrong else (),
        )  # fmt: skip


def _steps(answer: RunbookAnswer, problem: Problem) -> Iterator[str]:
    for each in recorded(answer, problem):
        yield heading(each.event, each.before, each.after, answer.settings)
