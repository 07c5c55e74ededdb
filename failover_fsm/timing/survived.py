"""What a pair survives without a takeover: hellos in a row that are lost, and a pause of its active unit (UHM-6).

Both are exact: every phase of every timer and every order of what falls due at the same instant is followed.
"""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.timing.bounds import Known, TimeStop
from failover_fsm.timing.conditions import FailureCase, settled_cases
from failover_fsm.timing.symbolic import SymbolicModel
from failover_fsm.timing.time_stops import Reached
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.times import Times

__all__ = ["PAUSES", "longest_pause", "survived", "survived_or_stop", "survives_pause"]

ENDLESS = 1_000_000
"""A number of hellos larger than any hold time contains."""

PAUSES = (1000, 5000, 20_000, 60_000)
"""The pauses that answers speak of, in milliseconds: a busy processor, a snapshot, a virtual machine that moves."""


def survived(settings: Settings, times: Times, known: Known | None = None) -> int:
    """The first part of `survived_or_stop`."""
    return survived_or_stop(settings, times, known)[0]


def survived_or_stop(settings: Settings, times: Times, known: Known | None = None) -> tuple[int, TimeStop | None]:
    """The number of the active unit's hellos in a row that may be lost on every channel without a takeover (UHM-6).

    This is one less than the smallest number that leads to a takeover.

    Args:
        settings: The pair.
        times: Its times.
        known: What has been computed of the same pair and times; extended here.

    Returns:
        The number, and a run to a state from which time cannot pass; None if time can always pass. With such a run the
        number is of the other runs only.
    """
    fewest, stop, known = ENDLESS, None, known or Known(settings, times)
    for case in settled_cases(settings):
        timed = known.timed(case.blocks)
        ages, tied = case.ages(times)
        start = timed.at(case.pair).with_lost(case.active, ENDLESS)
        model = SymbolicModel(timed=timed, start=start, ages=ages, tied=tied, goal=case.taken_over, measured=False)
        found = Reached(model)
        if found.stop is not None:
            stop = stop or TimeStop(case=case, fired=found.stop)
        ends = [symbol.location for symbol in found.states if symbol.ends]
        fewest = min([fewest, *(ENDLESS - location.loses(case.active) for location in ends)])
    return fewest - 1, stop


def survives_pause(settings: Settings, times: Times, pause: int) -> bool:
    """Whether no phase of the timers leads to a takeover if a unit that is active hangs for so long.

    Args:
        settings: The pair.
        times: Its times.
        pause: Milliseconds.
    """
    return all(_survives(case, settings, times, pause) for case in settled_cases(settings))


def _survives(case: FailureCase, settings: Settings, times: Times, pause: int) -> bool:
    if pause <= 0:
        return True
    timed = TimedPair(settings=settings, times=times, blocks=case.blocks, lasting=True)
    ages, tied = case.ages(times)
    hung = timed.happen(timed.at(case.pair), e.UnitPaused(unit=case.active))
    start = attrs.evolve(hung, pause=pause)
    model = SymbolicModel(timed=timed, start=start, ages=ages, tied=tied, goal=case.taken_over, measured=False)
    return not any(symbol.ends for symbol in Reached(model).states)


def longest_pause(settings: Settings, times: Times) -> int:
    """The longest pause of an active unit in milliseconds that no phase of the timers turns into a takeover.

    The guess, that the last hello before the pause and the first after it are a poll and the pause apart, is put to the
    test from both sides; should it fail, the pause is found by halving.
    """
    guess = times.silence - times.poll - 1
    if survives_pause(settings, times, guess) and not survives_pause(settings, times, guess + 1):
        return guess
    low, high = 0, 2 * times.silence
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if survives_pause(settings, times, middle) else (low, middle)
    return low
