"""What single faults do to a pair as runs to step through: the risks, and how the peer takes over from a dead unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from failover_fsm.analysis.service import FaultOutcome
from failover_fsm.assessment.facts import Facts
from failover_fsm.assessment.risks import in_words
from failover_fsm.model.interleavings import replayed
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.reports.html.runs import PageRun

__all__ = ["MOST_RISKS", "fault_runs"]

MOST_RISKS = 4
"""The most risks whose runs a page has."""

WITHOUT_RISK = "Service is back everywhere, with one active unit."


def fault_runs(facts: Facts) -> Iterator[PageRun]:
    """A run for each risk, and one in which an active unit dies and its peer takes over, if there is failover.

    Args:
        facts: What is known of the pair; without its single faults there are no runs.
    """
    scenario = facts.scenario
    if scenario is None:
        return
    by_fault = {each.fault: each for each in facts.outcomes}
    for risk in facts.risks[:MOST_RISKS]:
        outcome = by_fault.get(risk.faults[0])
        if outcome is not None and outcome.trace:
            ending = f"Here it stays without a repair: {risk.consequence}."
            yield _run(scenario, outcome, ending, breaks=True)
    if facts.trouble:
        return  # no peer takes over
    dies = (each for each in facts.outcomes if isinstance(each.fault, e.UnitFailed) and each.taken_over)
    if (outcome := next(dies, None)) is not None and outcome.survived:
        yield _run(scenario, outcome, WITHOUT_RISK, breaks=False)


def _run(scenario: Scenario, outcome: FaultOutcome, ending: str, *, breaks: bool) -> PageRun:
    said = "; ".join(in_words([outcome.fault], scenario.settings))
    return PageRun(
        id=f"fault-{re.sub(r'[^A-Za-z0-9]+', '-', outcome.name).strip('-')}",
        word="a single fault that is not survived" if breaks else "how the peer takes over",
        description=f"Both units are ready, then this alone happens: {said}.",
        ending=ending,
        breaks=breaks,
        steps=tuple(replayed(scenario.settings, outcome.trace)),
        settings=scenario.settings,
        title=said,
        is_promise=False,
    )
