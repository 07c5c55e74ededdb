"""Times as logs write them beside each other: one with its year, another without it, or without a date at all."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.device.messages import Stamp

__all__ = ["Calendar"]

_ANY_YEAR = 1972


class Calendar:
    """What a time is in which no year is written: that year in which it is nearest to one that is known.

    Args:
        stamps: Times of the same weeks; the first with a year counts, else the first with a date.
    """

    def __init__(self, stamps: Iterable[Stamp] = ()) -> None:
        dated = [stamp for stamp in stamps if stamp.month is not None]
        known = next((stamp for stamp in dated if stamp.year is not None), dated[0] if dated else None)
        self._known = None if known is None or known.year is not None else attrs.evolve(known, year=_ANY_YEAR)
        self._known = self._known or known
        self._is_any = known is not None and known.year is None

    def moved_to(self, stamp: Stamp) -> Calendar:
        """The same with another time that is known.

        Args:
            stamp: The time, from `whole`.
        """
        found = Calendar((stamp,))
        found._is_any = found._is_any or self._is_any
        return found

    def knows_no_year(self, stamp: Stamp) -> bool:
        """The time has a year, and none was known before."""
        return stamp.year is not None and self._is_any

    def whole(self, stamp: Stamp | None) -> Stamp | None:
        """A time with its year, None where it cannot be compared with the others.

        Args:
            stamp: The time; None where a line has none.
        """
        if stamp is None or self._known is None or stamp.year is not None:
            return stamp
        if stamp.month is None:
            return None
        assert self._known.year is not None, "it was given one"
        near = (attrs.evolve(stamp, year=self._known.year + years) for years in (0, 1, -1))
        now = self._known.seconds
        return min(near, key=lambda each: abs(each.seconds - now))

    def seconds(self, stamp: Stamp | None) -> float | None:
        """Seconds of a time; only differences mean something. None where it cannot be compared with the others.

        Args:
            stamp: The time; None where a line has none.
        """
        whole = self.whole(stamp)
        return None if whole is None else whole.seconds
