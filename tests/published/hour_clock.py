"""A clock that shows the hour, started at any of them: HourClock, of "Specifying Systems" (Lamport, 2002).

tlaplus/Examples, SpecifyingSystems/HourClock and Liveness/LiveHourClock: 12 distinct states, 24 generated, depth 1.
With a weakly fair tick every hour comes again and again; without fairness the clock may stand still.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, among, rule


@attrs.frozen
class Clock:
    """What the clock shows."""

    hour: int = among(range(1, 13))


def tick(clock: Any) -> bool:
    clock.hour = clock.hour % 12 + 1
    return True


class HourClock:
    """One rule."""

    rules = [rule(tick)]

    def initial_states(self) -> list[Clock]:
        return [Clock(hour) for hour in range(1, 13)]


def noon(clock: Any) -> bool:
    return clock.hour == 12


CASES = [
    Case(
        "LiveHourClock",
        HourClock(),
        distinct=12,
        generated=24,
        depth=1,
        holds=(leads_to("noon, weakly fair", lambda clock: True, noon, weak=lambda event: True, progress=False),),
        violated=(leads_to("noon, unfair", lambda clock: True, noon, progress=False),),
    )
]
