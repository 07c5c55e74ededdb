"""How far the clocks of the two units are apart, from what both saw at one moment.

A switch that one unit hands to the other, and a step that both log, happen within `TOGETHER` seconds. Each such pair of
lines bounds the difference of the clocks; all of them together give an interval, or two of them contradict each other.
Drift is taken as none. Once the clocks are known within an interval, lines of the two units that are further apart than
it leaves open have an order, to which a search can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import RoleChanged
from failover_fsm.pair.states import Role, Unit
from failover_fsm.postmortem.deadlines import Deadlines, Due
from failover_fsm.postmortem.earliest import NO_WAITS, TOGETHER, Waits
from failover_fsm.postmortem.evidence import Kind, Observation, Track
from failover_fsm.postmortem.explanations import UNITS, Explanation, StoryStep
from failover_fsm.postmortem.matching import Order
from failover_fsm.postmortem.tokens import DETECTED

__all__ = [
    "ClockBounds",
    "Late",
    "Pairing",
    "clock_bounds",
    "common_bounds",
    "first_late",
    "misplaced",
    "order_of",
]


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
    """A line that comes later than times allow, or earlier.

    Attributes:
        cause: A line since which the unit owed a step, at the latest; or before which it heard its peer.
        effect: The line, before which it should have happened; or before which it cannot have given up its peer.
        by: It comes at least so many seconds too late, or too early.
        is_early: It comes too early.
        is_slow: It may, if one of the two is a message about interfaces that comes long after its own cause.
    """

    cause: Observation
    effect: Observation
    by: float
    is_early: bool = False
    is_slow: bool = False


def common_bounds(bounds: Iterable[ClockBounds]) -> ClockBounds:
    """The interval that holds whichever of some explanations is true; without ends where one of them has none."""
    known = [each for each in bounds if each.conflict is None]
    lows = [each.low for each in known if each.low is not None]
    highs = [each.high for each in known if each.high is not None]
    if not known or len(lows) < len(known) or len(highs) < len(known):
        return ClockBounds()
    return ClockBounds(low=min(lows), high=max(highs))


def order_of(tracks: Sequence[Track], clocks: ClockBounds) -> Order:
    """Which lines of the one unit come before which of the other, whatever their clocks show within the interval.

    Messages of interface tests come late, and a unit whose times go back has no order.

    Args:
        tracks: The evidence.
        clocks: By how much the primary's clock is ahead.
    """
    if clocks.low is None or clocks.high is None:
        return {}
    logs = [(at, track) for at, track in enumerate(tracks) if track.kind is Kind.LOG and _is_ordered(track)]
    found: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {}
    for at, track in logs:
        others = [(other, each) for other, each in logs if each.unit is not track.unit]
        ahead = clocks.high if track.unit is Unit.PRIMARY else -clocks.low
        found[at] = tuple(
            tuple((other, _before(each, _seconds(line) - ahead - TOGETHER)) for other, each in others)
            for line in track.seen
        )
    return found


def _is_ordered(track: Track) -> bool:
    stamps = [each.stamp for each in track.seen if each.stamp is not None]
    return len(stamps) == len(track.seen) and stamps == sorted(stamps)


def _before(track: Track, moment: float) -> int:
    """How many lines of a track stand before a moment of its own clock."""
    return sum(_seconds(each) < moment for each in track.seen)


def misplaced(explanation: Explanation, clocks: ClockBounds) -> Pairing | None:
    """The first two lines of a run that stand in the wrong order by the times of both; None without such."""
    if clocks.low is None or clocks.high is None:
        return None
    latest: dict[Unit, Observation] = {}
    for step in explanation.steps:
        for side, unit in enumerate(Unit):
            now, before = _timed(step, side), latest.get(unit.peer)
            if now is None:
                continue
            ahead = clocks.low if unit is Unit.PRIMARY else -clocks.high
            if before is not None and _seconds(before) > _seconds(now) - ahead + TOGETHER:
                primary, secondary = (now, before) if unit is Unit.PRIMARY else (before, now)
                return Pairing(primary=primary, secondary=secondary)
            if unit not in latest or _seconds(latest[unit]) < _seconds(now):
                latest[unit] = now
    return None


def first_late(explanation: Explanation, deadlines: Deadlines) -> Late | None:
    """The first line of a run that comes later than what was owed before it allows, or earlier; None without such.

    Args:
        explanation: The run.
        deadlines: What times allow.
    """
    places = {
        id(each): (at, index) for at, track in enumerate(deadlines.tracks) for index, each in enumerate(track.seen)
    }
    due: Due = ()
    waits = NO_WAITS
    cursors = [0] * len(deadlines.tracks)
    for step in explanation.steps:
        early = _early(step, waits, cursors, deadlines)
        if early is not None:
            return early
        before, limits = [*cursors], deadlines.limits(due, step.event, cursors)
        for each in (*step.seen[0], *step.seen[1]):
            at, index = places[id(each)]
            cursors[at] = max(cursors[at], index + 1)
            moment, by = limits[at]
            if each.stamp is not None and each.stamp > moment:
                late = _seconds(each) - moment
                return Late(cause=deadlines.seen[by], effect=each, by=late, is_slow=deadlines.is_prompt)
        running, now = deadlines.after(due, step.event, before, cursors)
        waits = deadlines.earliest.after(waits, (step.step.before, step.step.after), before, cursors)
        number = deadlines.steps.number(step.step.after)
        due = deadlines.due(number, tuple(cursors), (running, now, waits))
    return None


def _early(step: StoryStep, waits: Waits, cursors: Sequence[int], deadlines: Deadlines) -> Late | None:
    """The next line of a unit that gives up its peer sooner than its hold time allows."""
    wait = deadlines.earliest.forbids(waits, step.event)
    if wait is None:
        return None
    side, _, moment, by = wait
    at = next(at for at, track in enumerate(deadlines.tracks) if track.kind is Kind.LOG and track.unit is UNITS[side])
    line = deadlines.tracks[at].seen[cursors[at]]
    return Late(cause=deadlines.seen[by], effect=line, by=moment - TOGETHER - _seconds(line), is_early=True)


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
