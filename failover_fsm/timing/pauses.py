"""A unit that hangs, in time: its clocks stand still and go on where they were, while those of its peer run."""

from __future__ import annotations

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.impairments import with_impairment
from failover_fsm.timing.location import Location, Timer

__all__ = ["NEVER", "STANDS_STILL", "awake"]

NEVER = 10**9
"""The due value, in milliseconds, of a clock that stands still: longer than any time."""

STANDS_STILL = (Timer.HELLO, Timer.POLL, Timer.CARD, Timer.WATCH, Timer.SILENCE)
"""The clocks that go on where they were after a pause; whatever else falls due begins anew."""


def awake(location: Location, unit: Unit) -> Location:
    """The location in which the unit does not hang."""
    impairments = with_impairment(location.pair.impairments, "hangs", unit, False)
    return attrs.evolve(location, pair=attrs.evolve(location.pair, impairments=impairments), pause=0)
