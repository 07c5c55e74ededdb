"""The choice of unit poll and hold time: the worst outage against the lost hellos and the pauses that a pair survives.

Short hold times end an outage sooner, and mistake congestion for a failure sooner (UHM-6, UHM-9). Both sides are
computed exactly for each setting of a range: the worst time without an active unit after the active unit dies, and the
number of hellos in a row that may be lost on every channel, with the answers to probes, such that no phase and no order
of due steps leads to a takeover. To its peer a unit that hangs is as dead until it goes on: a pause is survived if it
is shorter than the time after which the earliest takeover follows a death (`survived.py` explores the pause itself).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import attrs

from failover_fsm.config.records.criteria import PollTime
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.timing.bounds import Known, measure
from failover_fsm.timing.conditions import CONDITIONS
from failover_fsm.timing.location import InterfaceBlock
from failover_fsm.timing.survived import survived
from failover_fsm.timing.table import PAIR
from failover_fsm.timing.timed import Effects
from failover_fsm.timing.times import Times, seconds

__all__ = ["HOLDS", "POLLS", "Point", "own_point", "sweep", "sweep_record", "sweep_text"]

POLLS = (200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 15_000)
HOLDS = (800, 900, 990, 1000, 1500, 2000, 3000, 5000, 10_000, 15_000, 20_000, 30_000, 45_000)
"""The ranges, in milliseconds; combinations that the chapter forbids are left out (CFG-42 to CFG-44)."""


@attrs.frozen(kw_only=True)
class Point:
    """One setting.

    Attributes:
        poll: The unit poll time in milliseconds.
        hold: The unit hold time in milliseconds.
        outage: The worst time without an active unit after the active unit dies, in milliseconds.
        survived: The number of hellos in a row that may be lost.
        pause: The milliseconds for which the active unit may hang.
        best: True if no other setting has a shorter outage and survives as much, or survives more with the same outage.
    """

    poll: int
    hold: int
    outage: int
    survived: int
    pause: int
    best: bool = False


def sweep(
    options: Options | None = None,
    polls: Sequence[int] = POLLS,
    holds: Sequence[int] = HOLDS,
    seen: Callable[[int, int], object] = lambda done, total: None,
) -> Iterator[Point]:
    """The points of the ranges, for an Active/Standby pair with two interfaces.

    Args:
        options: The reading of the points that the chapter leaves open.
        polls: Poll times of the unit in milliseconds.
        holds: Hold times in milliseconds.
        seen: Called before each setting with how many are done, of how many.
    """
    found = []
    settings = tuple(_settings(polls, holds))
    for done, point in enumerate(_points(options or Options(), settings)):
        seen(done, len(settings))
        found.append(point)
    for point in found:
        beaten = any(
            other.outage <= point.outage
            and other.survived >= point.survived
            and (other.outage, other.survived) != (point.outage, point.survived)
            for other in found
        )
        yield attrs.evolve(point, best=not beaten)


def own_point(config: PairConfig, options: Options | None = None) -> Point:
    """The point of a pair's own poll and hold time, in the pair of the sweep."""
    own = config.unit_poll
    (point,) = _points(options or Options(), (own,))
    return point


def _settings(polls: Sequence[int], holds: Sequence[int]) -> Iterator[PollTime]:
    """The settings that a device takes."""
    for poll in polls:
        for hold in holds:
            with suppress(ValueNotAllowed):
                yield PollTime(poll_ms=poll, hold_ms=hold)


def _points(options: Options, tried: Sequence[PollTime]) -> Iterator[Point]:
    dies = next(condition for condition in CONDITIONS if condition.id == "active-unit-dies")
    settings = Settings(ports=PAIR, options=options)
    effects: dict[tuple[InterfaceBlock, ...], Effects] = {}
    for setting in tried:
        times = Times.under(options, setting)
        known = Known(settings, times, effects)
        idle = measure(dies, settings, times, known=known, detection=False).no_active
        assert idle is not None  # a ready standby always takes over
        yield Point(
            poll=setting.poll_ms,
            hold=setting.hold_ms,
            outage=idle.worst.value,
            survived=survived(settings, times, known),
            pause=idle.best.value - 1,
        )


def sweep_record(points: Sequence[Point]) -> dict[str, Any]:
    """The JSON object of `times --sweep`; times in seconds."""
    return {
        "settings": [
            {
                "poll": point.poll / 1000,
                "hold": point.hold / 1000,
                "worst_outage": point.outage / 1000,
                "hellos_survived": point.survived,
                "pause_survived": point.pause / 1000,
                "hellos_per_second": round(1000 / point.poll, 3),
                "best": point.best,
            }
            for point in points
        ]
    }


def sweep_text(points: Sequence[Point], own: Point | None = None) -> str:
    """The points as a table; those that no other dominates are marked.

    Args:
        points: The settings of the sweep.
        own: The setting of a pair, which is told below the table.
    """
    lines = [
        "Worst outage after the active unit died, against hellos in a row that may get lost on every channel, and the",
        "longest pause of the active unit without a takeover",
        "",
        "      poll    hold  worst outage  hellos survived  pause survived  hellos a second",
    ]
    for point in points:
        mark = "*" if point.best else " "
        poll, hold, outage = seconds(point.poll), seconds(point.hold), seconds(point.outage)
        kept = f"{point.survived:>15}  {seconds(point.pause):>14}"
        lines.append(f"  {mark} {poll:>6}  {hold:>6}  {outage:>12}  {kept}  {1000 / point.poll:>15.2f}")
    legend = "* no other setting is as short and survives more, or survives as much and is shorter"
    lines += ["", f"Times in seconds.  {legend}."]
    if own is not None:
        lines.append(
            f"This pair: poll {seconds(own.poll)}, hold {seconds(own.hold)}: worst outage {seconds(own.outage)},"
            f" {own.survived} hellos survived."
        )
    return "\n".join(lines) + "\n"
