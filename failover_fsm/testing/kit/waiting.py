"""Waiting until a system that comes to rest by itself shows the same for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.testing.kit.adapter import Restless
from failover_fsm.testing.kit.arguments import check_functions
from failover_fsm.testing.kit.belief import Belief

__all__ = ["Waiting"]

LOOKS = 10
"""How often the system is looked at within a settle time."""


@attrs.frozen(kw_only=True)
class Waiting:
    """How long to wait before an observation counts.

    Attributes:
        settle_time: Seconds for which the system shows the same; None if `observe` waits by itself.
        settle_limit: Seconds after which waiting ends.
        clock: Seconds that only grow.
        sleep: Lets as many seconds pass.
    """

    settle_time: float | None = None
    settle_limit: float = 0.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep

    @classmethod
    def of(
        cls,
        settle_time: float | None,
        settle_limit: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> Waiting:
        """The waiting of these times; the limit is ten settle times if None.

        Raises:
            TypeError: If a time is no number, or what should be called is no function.
            ValueError: If a time is not above zero, or a limit is below the settle time or alone.
        """
        check_functions(
            clock=(clock, "a function that returns seconds, as time.monotonic"),
            sleep=(sleep, "a function of seconds, as time.sleep"),
        )
        if settle_time is None:
            if settle_limit is not None:
                raise ValueError("settle_limit without settle_time; allowed: both, or observe() waits by itself")
            return cls()
        for name, seconds in (("settle_time", settle_time), ("settle_limit", settle_limit)):
            if not isinstance(seconds, int | float | None) or isinstance(seconds, bool):
                raise TypeError(f"{name} {seconds!r}; allowed: seconds above 0, or None")
        limit = 10 * settle_time if settle_limit is None else settle_limit
        if not 0 < settle_time <= limit < float("inf"):
            raise ValueError(
                f"settle_time {settle_time} and settle_limit {limit}; allowed: seconds above 0, the limit not below "
                "the settle time"
            )
        return cls(settle_time=settle_time, settle_limit=limit, clock=clock, sleep=sleep)

    def observe(self, look: Callable[[], Any], belief: Belief) -> Any:
        """What the system shows at rest.

        It is waited for what only a state on the way shows, and a model that never comes to rest is given its settle
        time and no more.

        Raises:
            Restless: If the model comes to rest and the system does not within the limit.
        """
        if self.settle_time is None:
            return look()
        begun = since = self.clock()
        seen = look()
        while True:
            self.sleep(self.settle_time / LOOKS)
            before, seen, now = seen, look(), self.clock()
            if seen != before:
                since = now
            quiet = now - since >= self.settle_time
            endless = now - begun >= self.settle_time and belief.moves()
            if (quiet or endless) and not belief.on_the_way(seen):
                return seen
            if now - begun >= self.settle_limit:
                if quiet or belief.moves():
                    return seen
                raise Restless(f"it still changes after {self.settle_limit:g} s; it shows {seen!r}")
