"""How far the clocks of the two units are apart, from what both saw at one moment.

A switch that one unit hands to the other, and a step that both log, happen within `TOGETHER` seconds. Each such pair of
lines bounds the difference of the clocks; all of them together give an interval, or two of them contradict each other.
Drift is taken as none.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import RoleChanged
from failover_fsm.pair.states import Role, Unit
from failover_fsm.postmortem.evidence import Observation
from failover_fsm.postmortem.explanations import Explanation, StoryStep
from failover_fsm.postmortem.tokens import DETECTED

__all__ = ["TOGETHER", "ClockBounds", "Late", "Pairing", "clock_bounds", "late_switches"]

TOGETHER = 2.0
"""Seconds: a second between the two ends of a switch, as logs show it, and one for stamps without fractions."""


@attrs.frozen(kw_only=True, eq=False)
class Pairing:
    """Two lines about one moment, one of each unit; both have a time."""

    primary: Observation
    secondary: Observation

    @property
    def difference(self) -> float:
        """The primary's time less the secondary's, in seconds."""
        assert self.primary.stamp is not None and self.secondary.stamp is not None, "pairings have times"
        return self.primary.stamp - self.secondary.stamp


@attrs.frozen(kw_only=True, eq=False)
class ClockBounds:
    """By how many seconds the primary's clock is ahead of the secondary's.

    Attributes:
        low, high: The ends of the interval; both None where nothing bounds it.
        pairings: The pairs of lines that bound it.
        conflict: Two pairs that no difference of clocks allows for.
    """

    low: float | None = None
    high: float | None = None
    pairings: tuple[Pairing, ...] = ()
    conflict: tuple[Pairing, Pairing] | None = None


def clock_bounds(explanation: Explanation) -> ClockBounds:
    """What a run says of the clocks."""
    pairings = tuple(_pairings(explanation))
    if not pairings:
        return ClockBounds()
    least = min(pairings, key=lambda each: each.difference)
    most = max(pairings, key=lambda each: each.difference)
    low, high = most.difference - TOGETHER, least.difference + TOGETHER
    if low > high:
        return ClockBounds(pairings=pairings, conflict=(least, most))
    return ClockBounds(low=low, high=high, pairings=pairings)


@attrs.frozen(kw_only=True, eq=False)
class Late:
    """A switch for silence that comes later than the hold time allows, by one unit's own clock.

    Attributes:
        cause: The last line before the silence about an event from outside.
        effect: The line of the switch.
        most: So many seconds may lie between them.
    """

    cause: Observation
    effect: Observation
    most: float


def late_switches(explanation: Explanation, hold: float) -> tuple[Late, ...]:
    """Where a unit noticed the silence of its peer later than the configuration lets it.

    Args:
        explanation: The run.
        hold: The unit hold time in seconds (UHM-5, UHM-8).
    """
    found = []
    cause: dict[int, Observation | None] = {}
    for step in explanation.steps:
        if step.is_outside:
            cause = {side: _timed(step, side) for side in (0, 1)}
        elif isinstance(step.event, e.HoldTimeExpired):
            side = 0 if step.event.unit is Unit.PRIMARY else 1
            before, after = cause.get(side), _timed(step, side)
            if before is not None and after is not None and _seconds(after) - _seconds(before) > hold + TOGETHER:
                found.append(Late(cause=before, effect=after, most=hold + TOGETHER))
    return tuple(found)


def _seconds(each: Observation) -> float:
    assert each.stamp is not None, "only lines with a time are asked"
    return each.stamp


def _pairings(explanation: Explanation) -> Iterator[Pairing]:
    """The pairs of lines of a run that are about one moment."""
    gave: dict[tuple[Unit, int | None], Observation] = {}
    for step in explanation.steps:
        ends = [_timed(step, side) for side in (0, 1)]
        if ends[0] is not None and ends[1] is not None:
            yield Pairing(primary=ends[0], secondary=ends[1])
        for change in step.step.outputs:
            if not isinstance(change, RoleChanged):
                continue
            mine = ends[0 if change.unit is Unit.PRIMARY else 1]
            if change.before is Role.ACTIVE and mine is not None:
                gave[change.unit, change.group] = mine
            taken = change.after is Role.ACTIVE and isinstance(step.event, e.MessageDelivered)
            theirs = gave.pop((change.unit.peer, change.group), None) if taken else None
            if mine is not None and theirs is not None:
                first, second = (mine, theirs) if change.unit is Unit.PRIMARY else (theirs, mine)
                yield Pairing(primary=first, secondary=second)


def _timed(step: StoryStep, side: int) -> Observation | None:
    """The first line of a unit about a step that has a time; messages of interface tests come late."""
    lines = (each for each in step.seen[side] if each.stamp is not None and each.token.number not in DETECTED)
    return next(lines, None)
