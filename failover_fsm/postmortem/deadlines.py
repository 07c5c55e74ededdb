"""What the times of lines allow a run: a step that is due happens within its time, so no later line comes before it.

While a unit owes a step (its peer is silent, a port has failed, a message is on its way) its clock runs towards a
deadline, as the timed pair has it (`timing`). A line that a run uses up says what time it is: the step was owed by
then, so it happens at most its time later, and until it does no line of a later time can be used up. Each track has a
clock of its own; the logs of the two units are compared only where it is known how far their clocks are apart.

The lines that a unit prints in one step lie together. Of the earliest moments only those of the hold time count
(`earliest`): others would need the phase of each timer.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.states import State, Unit
from failover_fsm.postmortem.earliest import NO_WAITS, TOGETHER, Earliest, Waits
from failover_fsm.postmortem.evidence import Kind, Track
from failover_fsm.postmortem.steps import Move, PairSteps
from failover_fsm.timing.times import Times

__all__ = ["NO_CLOCK", "Clock", "Deadlines", "Due", "longest"]

Moments = tuple[tuple[float, int], ...]
"""For each track, the latest that it can be by its clock, and the number of the observation from which that follows."""

Due = tuple[tuple[e.Event, Moments], ...]
"""The steps that are owed, each with the moments until which it happens."""

Clock = tuple[Due, Moments, Waits]
"""What is known of the time at a place: the steps that may still be owed, the latest that it can be there, and until
when units do not give up their peers."""

NO_CLOCK: Clock = ((), (), NO_WAITS)
"""Where times do not count."""

_LOGS = (Kind.LOG, Kind.INTERFACES)
_LONG = (e.SynchronizationFinished, e.UnitRestored, e.Restarted)
"""Steps that go on for seconds or minutes while the unit prints; the lines of all others lie together."""


def longest(times: Times, event: e.Event, state: State) -> float | None:
    """The most seconds that a unit takes for a step from when it is possible; None where nothing bounds it.

    A silent peer or interface is noticed within the hold times (UHM-5, UHM-8, IFM-14); of the hellos of a whole hold
    time not all get lost; messages take no time. How long a boot, an election or a synchronisation takes is assumed for
    bounds, and known of no device.

    Args:
        times: Of the pair.
        event: The step.
        state: Where it is possible.
    """
    if isinstance(event, e.HoldTimeExpired):
        most = times.silence
    elif isinstance(event, e.HelloHeard):
        if not (state.primary.up and state.secondary.up):
            return None
        most = times.silence
    elif isinstance(event, e.InterfacesChecked):  # its own tests, and the hello that tells the peer
        most = max(each.hold + each.poll for each in times.interfaces) + times.silence
    elif isinstance(event, e.PeerAnsweredOnData):
        most = (times.probe_after + 1) * times.poll
    elif isinstance(event, e.MessageDelivered):
        most = times.link_delay
    elif isinstance(event, e.PreemptTimerExpired):
        most = times.preempt[group_index(event.group)] + times.poll
    else:
        return None
    return most / 1000


class Deadlines:
    """The deadlines of the steps that are owed, along a run.

    Args:
        steps: The pair.
        tracks: The evidence.
        times: Of the pair.
        ahead: The least and the most seconds by which the primary's clock is ahead of the secondary's; None if unknown.
        is_prompt: Messages about interfaces count too, as if they never came long after their cause, and of the steps
            that are owed those that a log would have.

    Attributes:
        steps: The pair.
        tracks: The evidence.
        seen: Its observations, those of each track after those of the one before it.
        is_prompt: As given.
        begin: What is known of the time before the evidence.
        earliest: What must not happen too soon.
    """

    def __init__(
        self,
        steps: PairSteps,
        tracks: Sequence[Track],
        times: Times,
        ahead: tuple[float, float] | None = None,
        *,
        is_prompt: bool = False,
    ) -> None:
        self.is_prompt = is_prompt
        self.seen = tuple(each for track in tracks for each in track.seen)
        self.steps = steps
        self.tracks = tuple(tracks)
        self._times = times
        self._ahead = ahead
        self._first = [sum(len(track.seen) for track in tracks[:at]) for at in range(len(tracks))]
        self._stamps = [_rising(track) if is_prompt or track.kind is not Kind.INTERFACES else [] for track in tracks]
        self._never: Moments = ((math.inf, -1),) * len(self.tracks)
        self.begin: Clock = ((), self._never, NO_WAITS)
        self.earliest = Earliest(steps.settings, tracks, self._stamps, times, ahead)
        self._owed: dict[int, tuple[tuple[e.Event, float], ...]] = {}
        self._most: dict[e.Event, float] = {}
        self._due: dict[tuple[int, tuple[int, ...], Clock], Due] = {}

    # -- along a run ---------------------------------------------------------------------------------------

    def ends(self, due: Due, event: e.Event, cursors: Sequence[int]) -> tuple[int, ...]:
        """For each track, how many of its observations can be used up with the next step.

        Args:
            due: What is owed before it.
            event: The step.
            cursors: How many observations of each track are used up before it.
        """
        limits = self.limits(due, event, cursors)
        return tuple(
            len(track.seen) if math.isinf(moment) else bisect_right(stamps, moment)
            for track, stamps, (moment, _) in zip(self.tracks, self._stamps, limits, strict=True)
        )

    def limits(self, due: Due, event: e.Event, cursors: Sequence[int]) -> Moments:
        """For each track, the latest time that a line of the next step can have, and the observation it follows from.

        Args:
            due: What is owed before it.
            event: The step.
            cursors: How many observations of each track are used up before it.
        """
        now = self._latest(due)
        if isinstance(event, _LONG):
            return now
        return tuple(
            min(limit, (stamps[cursor] + TOGETHER, self._first[at] + cursor))
            if track.kind is Kind.LOG and cursor < len(stamps)
            else limit
            for at, (track, stamps, cursor, limit) in enumerate(
                zip(self.tracks, self._stamps, cursors, now, strict=True)
            )
        )

    def due(self, number: int, cursors: tuple[int, ...], clock: Clock) -> Due:
        """What is owed in a state, and until when.

        Args:
            number: The state.
            cursors: How many observations of each track are used up.
            clock: What is known of the time there.
        """
        key = number, cursors, clock
        found = self._due.get(key)
        if found is None:
            running, now, _ = clock
            earlier = dict(running)
            found = self._due[key] = tuple(
                (step, self._in_sight(earlier.get(step) or _later(now, most), cursors))
                for step, most in self._owed_in(number)
            )
        return found

    def after(self, due: Due, event: e.Event, before: Sequence[int], cursors: Sequence[int]) -> tuple[Due, Moments]:
        """Until when steps may still be owed after a step, and the latest that it can be then.

        Args:
            due: What was owed before.
            event: The step.
            before, cursors: How many observations of each track are used up before and after it.
        """
        used = self._used(before, cursors)
        now = tuple(min(moment, used.get(at, moment)) for at, moment in enumerate(self._latest(due)))
        running = []
        for step, limit in due:
            since = _later(now, self._most[step])
            sooner = tuple(map(min, limit, since))
            if step != event and sooner != since:  # else it is as if it were owed from now on
                running.append((step, sooner))
        return tuple(running), self._in_sight(now, cursors)

    def _latest(self, due: Due) -> Moments:
        """The latest that it can be while all this is owed."""
        if not due:
            return self._never
        return tuple(min(moments) for moments in zip(*(limit for _, limit in due), strict=True))

    def _used(self, before: Sequence[int], cursors: Sequence[int]) -> Mapping[int, tuple[float, int]]:
        """The times of the first observations that a step has used up, for each track the earliest that it follows."""
        found: dict[int, tuple[float, int]] = {}
        for at, stamps in enumerate(self._stamps):
            if stamps and cursors[at] > before[at]:
                stamp, by = stamps[before[at]] + TOGETHER, self._first[at] + before[at]
                for other, later in self._comparable(at):
                    found[other] = min(found.get(other, (math.inf, -1)), (stamp + later, by))
        return found

    def _comparable(self, at: int) -> Iterator[tuple[int, float]]:
        """The tracks whose clocks are known beside that of a track, with what is added to its times at most."""
        yield at, 0.0
        mine = self.tracks[at]
        if self.is_prompt and mine.kind is not Kind.HISTORY:  # both parts of a log have one clock
            for other, track in enumerate(self.tracks):
                if other != at and (track.unit, track.kind in _LOGS) == (mine.unit, True):
                    yield other, 0.0
        if self._ahead is None or mine.kind is not Kind.LOG:
            return
        for other, track in enumerate(self.tracks):
            if track.kind is Kind.LOG and track.unit is not mine.unit and self._stamps[other]:
                yield other, -self._ahead[0] if mine.unit is Unit.PRIMARY else self._ahead[1]

    def _in_sight(self, limit: Moments, cursors: Sequence[int]) -> Moments:
        """The limit without moments after the last line of a track, which exclude nothing."""
        return tuple(
            moment if stamps and cursors[at] < len(stamps) and moment[0] < stamps[-1] else (math.inf, -1)
            for (at, stamps), moment in zip(enumerate(self._stamps), limit, strict=True)
        )

    def _owed_in(self, number: int) -> tuple[tuple[e.Event, float], ...]:
        """The steps of the units that change a state and are due within a time."""
        found = self._owed.get(number)
        if found is None:
            state = self.steps.states[number]
            moves = (move for move in self.steps.own(number) if not self.is_prompt or self._is_logged(move))
            bounds = ((move.event, longest(self._times, move.event, state)) for move in moves)
            found = self._owed[number] = tuple((event, most) for event, most in bounds if most is not None)
            self._most.update(found)
        return found

    def _is_logged(self, move: Move) -> bool:
        """A log would have what the step prints: a run without it has not just left it out of the story."""
        return any(
            track.takes(token)
            for track in self.tracks
            for token in move.logs[0 if track.unit is Unit.PRIMARY else 1]
            if track.kind in _LOGS
        )


def _later(now: Moments, most: float) -> Moments:
    return tuple((moment + most, by) for moment, by in now)


def _rising(track: Track) -> list[float]:
    """The times of the observations of a track; empty where they are not known or go back."""
    stamps = [each.stamp for each in track.seen if each.stamp is not None]
    if len(stamps) < len(track.seen) or stamps != sorted(stamps):
        return []
    return stamps
