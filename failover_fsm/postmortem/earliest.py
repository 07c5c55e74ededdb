"""What times forbid a run to do too soon: a unit gives up its peer only once its hold time is over.

While a unit has contact on the failover link it hears a hello in each poll time, so from the moment at which it can
hear none any more at least the hold time less one poll time goes by until it gives the peer up (UHM-5, UHM-8). That
moment is not before any line that a run has used up by then. Nothing is said of a silence that begins less than a poll
time after the last one, as far as lines show: its hold time may have begun with that one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.postmortem.contacts import ways
from failover_fsm.postmortem.evidence import Kind, Track
from failover_fsm.timing.times import Times

__all__ = ["NO_WAITS", "TOGETHER", "Earliest", "Wait", "Waits"]

TOGETHER = 2.0
"""Seconds: a second between the two ends of a switch, as logs show it, and one for stamps without fractions."""

Wait = tuple[int, bool, float, int]
"""The side of a unit, whether it hears nothing, and a moment by its clock, with the observation it follows from: until
then it does not give up the peer it no longer hears; not after then the peer was heard again."""

Waits = tuple[Wait, ...]

NO_WAITS: Waits = ()
"""Where times forbid nothing."""


class Earliest:
    """The moments before which units do not give up their peers, along a run.

    Args:
        settings: What the protocol reads.
        tracks: The evidence.
        stamps: The times of each track; empty where they do not count.
        times: Of the pair.
        ahead: The least and the most seconds by which the primary's clock is ahead of the secondary's; None if unknown.
    """

    def __init__(
        self,
        settings: Settings,
        tracks: Sequence[Track],
        stamps: Sequence[Sequence[float]],
        times: Times,
        ahead: tuple[float, float] | None,
    ) -> None:
        self._settings = settings
        self._stamps = stamps
        self._first = [sum(len(track.seen) for track in tracks[:at]) for at in range(len(tracks))]
        self._poll, self._least = times.poll / 1000, (times.silence - times.poll) / 1000
        logs = {track.unit: at for at, track in enumerate(tracks) if track.kind is Kind.LOG and stamps[at]}
        self._own = tuple(logs.get(unit) for unit in Unit)
        shifts = (None, None) if ahead is None else (ahead[0], -ahead[1])
        self._other = tuple(
            None if shift is None or other is None else (other, shift)
            for shift, other in zip(shifts, reversed(self._own), strict=True)
        )

    def forbids(self, waits: Waits, event: e.Event) -> Wait | None:
        """What forbids a step, None where it may happen.

        Args:
            waits: What is known before it.
            event: The step.
        """
        if isinstance(event, e.HoldTimeExpired):
            side = 0 if event.unit is Unit.PRIMARY else 1
            return next((each for each in waits if each[0] == side and each[1]), None)
        return None

    def after(self, waits: Waits, states: tuple[State, State], before: Sequence[int], cursors: Sequence[int]) -> Waits:
        """What is known after a step.

        Args:
            waits: What was known before it.
            states: The pair before it and after it.
            before, cursors: How many observations of each track are used up before and after it.
        """
        if self._own == (None, None):
            return NO_WAITS
        was, now = (ways(state, self._settings) for state in states)
        found = []
        for side, own in enumerate(self._own):
            if own is None or cursors[own] == len(self._stamps[own]) or not now[side][2]:
                continue
            _, heard, had_contact = was[side]
            known = next((each for each in waits if each[0] == side), None)
            if not (heard and had_contact):
                wait = known if not now[side][1] else self._since(side, own, before, cursors)
            else:
                wait = self._young(side, own, known, before, cursors)
                if not now[side][1]:
                    wait = None if wait else self._silent(side, cursors)
            if wait is not None and not (wait[1] and wait[2] <= self._stamps[own][cursors[own]] + TOGETHER):
                found.append(wait)
        return tuple(found)

    def _young(
        self, side: int, own: int, known: Wait | None, before: Sequence[int], cursors: Sequence[int]
    ) -> Wait | None:
        """The wait of a unit that has heard its peer again lately; None once that is longer ago than a poll time."""
        if known is None:
            return None
        known = self._since(side, own, before, cursors) if math.isinf(known[2]) else known
        return None if self._floor(side, cursors)[0] >= known[2] + self._poll else known

    def _since(self, side: int, own: int, before: Sequence[int], cursors: Sequence[int]) -> Wait:
        """The wait of a unit that has heard its peer again before the first line of its own that a step uses up."""
        if cursors[own] == before[own]:
            return (side, False, math.inf, -1)
        return (side, False, self._stamps[own][before[own]] + TOGETHER, self._first[own] + before[own])

    def _silent(self, side: int, cursors: Sequence[int]) -> Wait | None:
        """The wait of a unit that hears its peer no more from now on."""
        moment, by = self._floor(side, cursors)
        return None if math.isinf(moment) else (side, True, moment + self._least, by)

    def _floor(self, side: int, cursors: Sequence[int]) -> tuple[float, int]:
        """The earliest that it can be by the clock of a unit, and the observation from which that follows."""
        own, other = self._own[side], self._other[side]
        found = [(-math.inf, -1)]
        for at, shift in ((own, 0.0), other or (None, 0.0)):
            if at is not None and cursors[at]:
                moment = self._stamps[at][cursors[at] - 1] - TOGETHER + shift
                found.append((moment, self._first[at] + cursors[at] - 1))
        return max(found)
