"""What several tests of time make wrong."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.pair.states import Unit
from failover_fsm.timing.location import Clock, Location, Timer
from failover_fsm.timing.timed import TimedPair, TimerOutcome

STUCK = Clock(Timer.CARD, Unit.PRIMARY, 99)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs in which one clock falls due again and again, in no time."""
    due, fire = TimedPair.due, TimedPair.fire

    def with_another(timed: TimedPair, location: Location) -> dict[Clock, int]:
        return {**due(timed, location), STUCK: 0}

    def fired(timed: TimedPair, location: Location, clock: Clock, *more: Any) -> tuple[TimerOutcome, ...]:
        return (TimerOutcome(location, (clock,)),) if clock == STUCK else fire(timed, location, clock, *more)

    monkeypatch.setattr(TimedPair, "due", with_another)
    monkeypatch.setattr(TimedPair, "fire", fired)
