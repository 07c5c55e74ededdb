"""Which pause of an active unit a pair survives: a busy processor, a snapshot, a virtual machine that moves (UHM-6).

To its peer a unit that hangs is as dead until it goes on. So a pause is survived if it is shorter than the time after
which the earliest takeover follows a death; `timing.survived` explores the pause itself, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.assessment.outages import Outage
from failover_fsm.timing.survived import PAUSES
from failover_fsm.timing.times import seconds

__all__ = ["Pauses"]

SHORT = 1000
"""A pause in milliseconds that a busy processor makes: a pair that does not survive it has times that are too small."""


@attrs.frozen
class Pauses:
    """What a pause of a unit that is active leads to.

    Attributes:
        survived: The longest pause without a takeover in milliseconds, whatever the phase of the timers.
    """

    survived: int

    @classmethod
    def of(cls, outages: Iterable[Outage]) -> Pauses | None:
        """The answer from the times of a dead unit; None if nobody takes over, or the times are not known."""
        best = [each.best for each in outages if each.failure == "active-unit-dies"]
        known = [each for each in best if each is not None]
        return cls(min(known) - 1) if known and len(known) == len(best) else None

    @property
    def too_short(self) -> bool:
        """A pause of one second is not survived."""
        return self.survived < SHORT

    @property
    def words(self) -> str:
        """The answer in one sentence."""
        others = [f"{seconds(each)}" for each in PAUSES if each > self.survived]
        longer = f"; {' s, '.join(others)} s make both units active until the next hello" if others else ""
        return f"an active unit may hang for up to {seconds(self.survived)} s{longer}"

    def to_dict(self) -> dict[str, object]:
        """The answer in seconds, as part of the JSON object of `check`."""
        return {
            "survived": self.survived / 1000,
            "takeover": {seconds(each): each > self.survived for each in PAUSES},
        }
