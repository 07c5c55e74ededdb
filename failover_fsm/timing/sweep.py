"""The choice of unit poll and hold time: the worst outage against the number of lost hellos that a pair survives.

Short hold times end an outage sooner, and mistake congestion for a failure sooner (UHM-6, UHM-9). Both sides are
computed exactly for each setting of a range: the worst time without an active unit after the active unit dies, and the
number of hellos in a row that may be lost on every channel, with the answers to probes, such that no phase and no order
of due steps leads to a takeover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.config.records.criteria import PollTime
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.timing.bounds import Known, TimeStop, measure
from failover_fsm.timing.conditions import CONDITIONS, settled_cases
from failover_fsm.timing.location import InterfaceBlock
from failover_fsm.timing.symbolic import SymbolicModel
from failover_fsm.timing.table import PAIR
from failover_fsm.timing.time_stops import Reached
from failover_fsm.timing.timed import Effects
from failover_fsm.timing.times import Times, seconds

__all__ = ["HOLDS", "POLLS", "Point", "survived", "sweep", "sweep_record", "sweep_text"]

POLLS = (200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 15_000)
HOLDS = (800, 900, 990, 1000, 1500, 2000, 3000, 5000, 10_000, 15_000, 20_000, 30_000, 45_000)
"""The ranges, in milliseconds; combinations that the chapter forbids are left out (CFG-42 to CFG-44)."""

ENDLESS = 1_000_000
"""A number of hellos larger than any hold time contains."""


@attrs.frozen(kw_only=True)
class Point:
    """One setting.

    Attributes:
        poll: The unit poll time in milliseconds.
        hold: The unit hold time in milliseconds.
        outage: The worst time without an active unit after the active unit dies, in milliseconds.
        survived: The number of hellos in a row that may be lost.
        best: True if no other setting has a shorter outage and survives as much, or survives more with the same outage.
    """

    poll: int
    hold: int
    outage: int
    survived: int
    best: bool = False


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


def sweep(
    options: Options | None = None, polls: Sequence[int] = POLLS, holds: Sequence[int] = HOLDS
) -> Iterator[Point]:
    """The points of the ranges, in milliseconds, for an Active/Standby pair with two interfaces."""
    found = list(_points(options or Options(), polls, holds))
    for point in found:
        beaten = any(
            other.outage <= point.outage
            and other.survived >= point.survived
            and (other.outage, other.survived) != (point.outage, point.survived)
            for other in found
        )
        yield attrs.evolve(point, best=not beaten)


def _points(options: Options, polls: Sequence[int], holds: Sequence[int]) -> Iterator[Point]:
    dies = next(condition for condition in CONDITIONS if condition.id == "active-unit-dies")
    settings = Settings(ports=PAIR, options=options)
    effects: dict[tuple[InterfaceBlock, ...], Effects] = {}
    for poll in polls:
        for hold in holds:
            try:
                setting = PollTime(poll_ms=poll, hold_ms=hold)
            except ValueNotAllowed:
                continue
            times = Times.under(options, setting)
            known = Known(settings, times, effects)
            idle = measure(dies, settings, times, known=known).no_active
            assert idle is not None  # a ready standby always takes over
            yield Point(poll=poll, hold=hold, outage=idle.worst.value, survived=survived(settings, times, known))


def sweep_record(points: Sequence[Point]) -> dict[str, Any]:
    """The JSON object of `times --sweep`; times in seconds."""
    return {
        "settings": [
            {
                "poll": point.poll / 1000,
                "hold": point.hold / 1000,
                "worst_outage": point.outage / 1000,
                "hellos_survived": point.survived,
                "hellos_per_second": round(1000 / point.poll, 3),
                "best": point.best,
            }
            for point in points
        ]
    }


def sweep_text(points: Sequence[Point]) -> str:
    """The points as a table; those that no other dominates are marked."""
    lines = [
        "Worst outage after the active unit died, against hellos in a row that may get lost on every channel",
        "",
        "      poll    hold  worst outage  hellos survived  hellos a second",
    ]
    for point in points:
        mark = "*" if point.best else " "
        poll, hold, outage = seconds(point.poll), seconds(point.hold), seconds(point.outage)
        lines.append(f"  {mark} {poll:>6}  {hold:>6}  {outage:>12}  {point.survived:>15}  {1000 / point.poll:>15.2f}")
    legend = "* no other setting is as short and survives more, or survives as much and is shorter"
    lines += ["", f"Times in seconds.  {legend}."]
    return "\n".join(lines) + "\n"
