"""The searches that answer a question, one after another: the first that ends, and what is known where none does."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.pair import events as e
from failover_fsm.postmortem.deadlines import Deadlines
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.explanations import Explanation, explanations_of
from failover_fsm.postmortem.hasty import HASTES, LAST_HASTE, Hasty
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Matching, Order
from failover_fsm.postmortem.search import Found, Search
from failover_fsm.postmortem.steps import PairSteps

__all__ = ["AT_ONCE", "MORE_EVENTS", "Asked", "Result", "searched"]

MORE_EVENTS = 8
"""The most outside events that are tried, beyond twice those that the logs themselves show to be needed."""

AT_ONCE = 2_000
"""So many places the search in the order of costs looks at before a quick one gives it a limit."""

FIRST_PATIENCE = 2_000
"""So many places a quick search looks at before another one is tried, then four times as many."""


@attrs.frozen(eq=False)
class Asked:
    """What is asked: the pair, the evidence, where runs may begin with the ways there, and the limits."""

    steps: PairSteps
    evidence: Evidence
    starts: dict[int, tuple[e.Event, ...]]
    most: int | None
    check: Callable[[int], None]
    limit: int


@attrs.frozen(eq=False)
class Result:
    """What the searches found.

    Attributes:
        question: The evidence beside the pair.
        found: The end of the search whose explanations are given.
        most: The most events that were tried.
        least: Every explanation needs so many events at least.
        explanations: The explanations.
        is_all: They are all of those that the search found.
    """

    question: Matching
    found: Found
    most: int
    least: int
    explanations: tuple[Explanation, ...]
    is_all: bool


def searched(asked: Asked, order: Order | None = None, deadlines: Deadlines | None = None) -> Result:
    """What the searches find.

    A search in the order of costs answers most questions at once. Where it does not, a quick one looks for any good
    run, and the first one goes on below what that costs.

    Args:
        asked: What is asked.
        order: What is known of the order of lines of different tracks.
        deadlines: What times allow; None where only the order counts.
    """
    question = Matching(asked.steps, asked.evidence.tracks, asked.evidence.snapshots, order, deadlines)
    landmarks = Landmarks(question.steps.settings, question.tracks, question.snapshots)
    states = asked.steps.states
    least = min(landmarks.least(question.begin, states[number]) for number in asked.starts)
    limit = asked.most if asked.most is not None else 2 * least + MORE_EVENTS

    def at_once(nodes: int) -> None:
        asked.check(nodes)
        if nodes > AT_ONCE:
            raise TimeoutError

    found = Search(question, landmarks, asked.starts, most=limit, check=at_once).run()
    least = max(least, found.least.outside)
    if not found.is_complete:
        quick = _any_run(question, landmarks, asked)
        limit = limit if quick.cost is None else quick.cost.outside
        whole = Search(question, landmarks, asked.starts, most=limit, check=asked.check).run()
        least = max(least, whole.least.outside)
        found = whole if whole.is_smallest else attrs.evolve(quick, least=whole.least)
    explanations, is_all = explanations_of(question, found, asked.limit)
    return Result(question, found, limit, least, explanations, is_all)


def _any_run(question: Matching, landmarks: Landmarks, asked: Asked) -> Found:
    """The best run of the quick searches that explains everything; else the one that came furthest."""
    patience = FIRST_PATIENCE
    while True:
        found: list[Found] = []
        for haste in (*HASTES, LAST_HASTE):
            if haste is LAST_HASTE and any(each.cost is not None for each in found):
                break
            search = Hasty(
                question, landmarks, asked.starts, haste=haste, patience=patience, most=asked.most, check=asked.check
            )
            found.append(search.run())
            if found[-1].is_stopped:
                break
        ended = [each for each in found if each.cost is not None]
        if ended:
            return min(ended, key=lambda each: each.cost or Cost())
        if found[-1].is_stopped or all(each.nodes < patience for each in found):
            furthest = max(found, key=lambda each: sum(each.frontier[0][1]))
            return attrs.evolve(furthest, goals=furthest.frontier[:1])
        patience *= 4
