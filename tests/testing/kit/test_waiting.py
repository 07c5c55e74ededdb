"""Systems that come to rest by themselves are looked at until they show the same for a while; time is simulated."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.testing import Conformity, Disagreement, conform
from tests.testing.kit.cluster import BOOT, TESTER, Cluster, System, shown
from tests.testing.kit.test_conformance import Blinker, Lamp


class Slow(System):
    """A system that takes `delay` seconds of a clock of its own to settle; until then it shows what it is before."""

    def __init__(self, delay: float, **more: Any) -> None:
        super().__init__(**more)
        self.delay, self.now, self.changed, self.looks = delay, 0.0, 0.0, 0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def apply(self, event: Any) -> None:
        super().apply(event)
        self.changed = self.now

    def observe(self) -> Any:
        self.looks += 1
        return super().observe() if self.now - self.changed >= self.delay else tuple(self.nodes)


def held(system: Slow, **more: Any) -> Conformity:
    times = {"settle_time": 1.0, "clock": system.clock, "sleep": system.sleep, **more}
    return conform(system, Cluster(), tester=TESTER, shown=shown, start=BOOT, examples=15, **times)


def test_a_system_that_settles_within_the_time_agrees() -> None:
    system = Slow(0.5)
    found = held(system)
    assert found.observations and system.looks > 5 * found.observations


def test_what_only_a_state_on_the_way_shows_is_waited_out() -> None:
    """It shows `idle` for three settle times, and the model says that it will not stay so."""
    assert held(Slow(3.0)).observations


def test_without_a_settle_time_the_same_system_is_seen_too_early() -> None:
    system = Slow(0.5)
    with pytest.raises(Disagreement):
        conform(system, Cluster(), tester=TESTER, shown=shown, start=BOOT, examples=15)


def test_a_system_that_stays_on_the_way_is_caught_at_the_limit() -> None:
    system = Slow(1e9)
    with pytest.raises(Disagreement) as caught:
        held(system, settle_limit=4.0)
    assert "idle" in caught.value.seen and len(caught.value.acts) == 1


def test_a_system_that_goes_on_changing_has_no_rest() -> None:
    class Flapping(Slow):
        def observe(self) -> Any:
            super().observe()
            return ("leads" if self.looks % 2 else "off", "off") if self.nodes[0] == "leads" else tuple(self.nodes)

    with pytest.raises(Disagreement) as caught:
        held(Flapping(0.0))
    assert caught.value.seen.startswith("no rest: it still changes after 10 s; it shows ('")


def test_a_model_that_never_rests_is_given_its_settle_time_and_no_more() -> None:
    slept: list[float] = []
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        slept.append(seconds)

    found = conform(
        Lamp(), Blinker(), tester=["switch"], shown=str, examples=5, settle_time=1.0, clock=lambda: now, sleep=sleep
    )
    assert set(found.situations) >= {"bright"} or set(found.situations) >= {"dark"}
    assert sum(slept) < 1.3 * found.observations
