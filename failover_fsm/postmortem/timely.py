"""Explanations that fit the times of the lines: each unit's hold times, and the clocks of both beside each other.

First every unit's own clock counts. What explains the evidence then shows how far the two clocks are apart, and with
that it is searched once more. Where nothing that explains as much fits, two lines are named that contradict it.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.postmortem.clocks import (
    ClockBounds,
    Late,
    Pairing,
    clock_bounds,
    common_bounds,
    first_late,
    misplaced,
    order_of,
)
from failover_fsm.postmortem.deadlines import Deadlines
from failover_fsm.postmortem.earliest import TOGETHER
from failover_fsm.postmortem.explanations import Explanation
from failover_fsm.postmortem.matching import Cost
from failover_fsm.postmortem.search import Found
from failover_fsm.postmortem.searches import Asked, Result, searched
from failover_fsm.timing.times import Times

__all__ = ["in_time", "late_of", "slow_of"]

Contradiction = Late | Pairing


def in_time(asked: Asked, times: Times) -> tuple[Result, Contradiction | None]:
    """What explains the evidence in its times, and where that leaves more lines out than without times, two of them.

    Args:
        asked: What is asked.
        times: Of the pair.
    """
    tracks = asked.evidence.tracks
    own = Deadlines(asked.steps, tracks, times)
    alone = searched(asked, deadlines=own)
    if _unexplained(alone.found):
        free = searched(asked)
        if _is_better(free.found, alone.found):
            return alone, _contradiction(free.explanations, ClockBounds(), own)
    tried = [_beside(asked, times, alone, clocks) for clocks in _clocks(alone.explanations)]
    if alone.found.cost is None or not tried:
        return alone, None
    result, contradiction = min(tried, key=lambda each: _worth(each[0].found))
    if len(tried) > 1 and result.found.cost != alone.found.cost:  # with other clocks less might do
        found = attrs.evolve(result.found, is_smallest=False)
        result = attrs.evolve(result, found=found, is_all=False, least=alone.least)
    return result, contradiction


def late_of(asked: Asked, times: Times, explanations: tuple[Explanation, ...]) -> Iterator[Late | None]:
    """For each explanation that was found without times, the first line that comes later than they allow, or earlier.

    If there is none, that of `slow_of`.

    Args:
        asked: What was asked.
        times: Of the pair.
        explanations: What was found.
    """
    for each in explanations:
        clocks = clock_bounds(each)
        ahead = None if clocks.low is None or clocks.high is None else (clocks.low, clocks.high)
        found = first_late(each, Deadlines(asked.steps, asked.evidence.tracks, times, ahead))
        yield found or _slow(each, asked, times)


def slow_of(asked: Asked, times: Times, explanations: tuple[Explanation, ...]) -> Iterator[Late | None]:
    """For each explanation, the first line that fits only as messages about interfaces may come long after their cause.

    Args:
        asked: What was asked.
        times: Of the pair.
        explanations: What was found.
    """
    return (_slow(each, asked, times) for each in explanations)


def _slow(each: Explanation, asked: Asked, times: Times) -> Late | None:
    return first_late(each, Deadlines(asked.steps, asked.evidence.tracks, times, is_prompt=True))


def _beside(asked: Asked, times: Times, alone: Result, clocks: ClockBounds) -> tuple[Result, Contradiction | None]:
    """What explains the evidence where the clocks are apart by this, and what contradicts that.

    Args:
        asked: What is asked.
        times: Of the pair.
        alone: What explains it where the clocks may be apart by anything.
        clocks: By how much they are.
    """
    assert clocks.low is not None and clocks.high is not None, "only known ones are asked"
    tracks = asked.evidence.tracks
    both = Deadlines(asked.steps, tracks, times, (clocks.low, clocks.high))
    result = searched(asked, order_of(tracks, clocks), both)
    if _is_better(alone.found, result.found):
        return result, _contradiction(alone.explanations, clocks, both)
    if result.found.cost is None:
        fitting = tuple(each for each in alone.explanations if _contradiction((each,), clocks, both) is None)
        result = attrs.evolve(alone, explanations=fitting, is_all=False) if fitting else result
    return result, None


def _clocks(explanations: tuple[Explanation, ...]) -> Iterator[ClockBounds]:
    """By how much the clocks may be apart, as explanations show; where they contradict themselves, either way."""
    bounds = [clock_bounds(each) for each in explanations]
    common = common_bounds(bounds)
    if common.low is not None:
        yield common
    elif bounds and all(each.conflict is not None for each in bounds):
        for pairing in bounds[0].conflict or ():
            yield ClockBounds(low=pairing.difference - TOGETHER, high=pairing.difference + TOGETHER)


def _contradiction(
    explanations: tuple[Explanation, ...], clocks: ClockBounds, deadlines: Deadlines
) -> Contradiction | None:
    """Two lines of the first explanation that has such whose times contradict it."""
    for each in explanations:
        found = misplaced(each, clocks) or first_late(each, deadlines)
        if found is not None:
            return found
    return None


def _unexplained(found: Found) -> bool:
    return found.cost is None or found.cost.unexplained > 0


def _is_better(one: Found, other: Found) -> bool:
    """The one leaves fewer lines out than the other can."""
    return one.cost is not None and one.cost.unexplained < other.least.unexplained


def _worth(found: Found) -> tuple[bool, Cost]:
    return found.cost is None, found.cost or Cost()
