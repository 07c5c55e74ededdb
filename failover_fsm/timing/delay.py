"""What the delay of the failover link and the length of a synchronisation do to a pair (LNK-19, SYN-7).

A delay that never changes delays everything alike, and every gap between two hellos stays a poll. What hurts is a delay
that grows: the hello after the growth comes so much later. Everything here is about a delay of up to so many
milliseconds, from one message to the next; that it can be so is shown by the timed player, to the millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair.settings import Settings
from failover_fsm.timing.times import Times, seconds

__all__ = ["MOST_DELAY", "OPTIMAL_DELAY", "LateLink", "duration_of", "late_record", "late_text"]

OPTIMAL_DELAY = 10
"""Milliseconds up to which nothing is lost; exactly so much is in neither of the chapter's sentences (LNK-19)."""

MOST_DELAY = 250
"""The longest delay in milliseconds that the chapter allows (LNK-19)."""


@attrs.frozen(kw_only=True)
class LateLink:
    """A pair on a failover link with a delay.

    Attributes:
        times: The times of the pair, delay and synchronisation included.
        asks_on_data: Some interface has a standby address, so that an asked peer can answer there at once.
    """

    times: Times
    asks_on_data: bool

    @classmethod
    def of(cls, settings: Settings, times: Times) -> LateLink:
        """The same of a pair."""
        return cls(times=times, asks_on_data=bool(settings.probed))

    @property
    def quality(self) -> str:
        """What the chapter says of the delay: optimal, degraded or unsupported (LNK-19)."""
        delay = self.times.link_delay
        return "optimal" if delay <= OPTIMAL_DELAY else "degraded" if delay <= MOST_DELAY else "unsupported"

    @property
    def asks_from(self) -> int:
        """The least growth of the delay, in milliseconds, at which a unit can miss hellos and ask (UHM-2, UHM-7)."""
        return min((self.times.probe_after - 1) * self.times.poll, self.takes_over_from)

    @property
    def takes_over_from(self) -> int:
        """The least growth at which a hold time can end although nothing is broken (UHM-8)."""
        return self.times.silence - self.times.poll

    @property
    def link_failed_from(self) -> int | None:
        """The least growth at which a working link can be marked failed: an answer on data comes first (UHM-4)."""
        return self.asks_from if self.asks_on_data and self.asks_from < self.takes_over_from else None

    @property
    def false_failover_from(self) -> int | None:
        """The least growth at which the standby can take over from a healthy unit; None if answers on data keep it."""
        return None if self.link_failed_from is not None else self.takes_over_from

    @property
    def dies(self) -> tuple[int, int]:
        """Milliseconds from the death of the active unit to the takeover: its last hello may be under way."""
        return self.times.silence - self.times.poll, self.times.silence + self.times.link_delay

    @property
    def forced(self) -> tuple[int, int]:
        """The longest hand-over that is asked for, and the longest time without an active unit in it (TRG-4)."""
        return 2 * self.times.link_delay, self.times.link_delay

    @property
    def join(self) -> tuple[int, int]:
        """Milliseconds without redundancy, from when a booted unit looks for its peer until it is ready (SYN-7)."""
        whole = self.times.synchronization
        return whole, whole + self.times.poll + self.times.link_delay


def duration_of(text: str) -> int:
    """The milliseconds of a duration such as `10 ms`, `0.5 s` or `2 min`.

    Raises:
        ValueError: With `what; allowed: ...`, if it is none.
    """
    found = re.fullmatch(r"\s*([0-9]{1,6})(?:\.([0-9]{1,3}))? +(ms|s|min)\s*", text)
    if found is None:
        raise ValueError(f'wrong duration {text!r}; allowed: "10 ms", "0.5 s", "2 min"')
    factor = {"ms": 1, "s": 1000, "min": 60_000}[found[3]]
    thousandths = (int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))) * factor
    if thousandths % 1000:
        raise ValueError(f'duration {text!r} is no whole number of milliseconds; allowed: "10 ms", "0.5 s", "2 min"')
    return thousandths // 1000


def late_record(late: LateLink) -> dict[str, Any]:
    """The objects `link_delay` and `join` of `times --json`, in seconds; null for never."""
    failed, false = late.link_failed_from, late.false_failover_from
    return {
        "link_delay": {
            "delay": late.times.link_delay / 1000,
            "quality": late.quality,
            "link_marked_failed_from": None if failed is None else failed / 1000,
            "false_failover_from": None if false is None else false / 1000,
            "active_unit_dies": [each / 1000 for each in late.dies],
            "forced": late.forced[0] / 1000,
            "forced_no_active": late.forced[1] / 1000,
        },
        "join": {
            "synchronisation": late.times.synchronization / 1000,
            "without_redundancy": [each / 1000 for each in late.join],
        },
    }


_SAYS = {
    "optimal": "optimal",
    "degraded": f"some loss by retransmission, above {OPTIMAL_DELAY} ms",
    "unsupported": f"more than the {MOST_DELAY} ms that are allowed",
}


def late_text(late: LateLink) -> Iterator[str]:
    """The lines of `times` about the delay and the join."""
    dies, forced, join = late.dies, late.forced, late.join
    yield f"Failover link with a delay of up to {seconds(late.times.link_delay)} s: {_SAYS[late.quality]} (LNK-19)"
    yield f"  - the active unit dies: takeover after {seconds(dies[0])} to {seconds(dies[1])} s"
    idle = f"up to {seconds(forced[1])} s of it with no unit active"
    yield f"  - forced: takeover after up to {seconds(forced[0])} s, {idle}"
    if late.link_failed_from is not None:
        yield f"  - a delay that grows by {seconds(late.link_failed_from)} s or more can mark the failover link failed;"
        yield "    nobody takes over then, as long as the units answer each other on a data interface (UHM-4)"
    else:
        assert late.false_failover_from is not None, "one of the two has a limit"
        grows = f"a delay that grows by {seconds(late.false_failover_from)} s or more"
        yield f"  - {grows} can make a false failover (UHM-8)"
    yield f"Synchronisation of {seconds(late.times.synchronization)} s (SYN-7)"
    without = f"no redundancy for {seconds(join[0])} to {seconds(join[1])} s"
    yield f"  - {without} after a unit has booted and looks for its peer"
