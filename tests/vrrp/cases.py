"""Routers whose reached states are pinned, and how many there are."""

from __future__ import annotations

import attrs

from failover_fsm.vrrp import RouterSettings, VrrpSettings


@attrs.frozen(eq=False)
class Case:
    """Settings with what a search of them counts."""

    name: str
    settings: VrrpSettings
    states: int
    transitions: int
    depth: int


def routers(*priorities: int, preempt: bool = True, decrement: int | None = None) -> VrrpSettings:
    """Routers of these priorities, the first at one switch and all others at the other."""
    found = (
        RouterSettings(priority=priority, preempt=preempt, decrement=decrement, switch=min(number, 1))
        for number, priority in enumerate(priorities)
    )
    return VrrpSettings(routers=tuple(found), fault=decrement == 0)


PAIR = VrrpSettings.pair()
WITHOUT_PREEMPT = VrrpSettings.pair(preempt=False)
THREE = routers(120, 110, 100)
THREE_WITHOUT_PREEMPT = routers(120, 110, 100, preempt=False)
FOUR = VrrpSettings(
    routers=tuple(
        RouterSettings(priority=priority, switch=switch)
        for priority, switch in ((120, 0), (110, 0), (100, 1), (100, 1))
    )
)

CASES = (
    Case("a pair", PAIR, 70, 486, 7),
    Case("a pair without preempt", WITHOUT_PREEMPT, 70, 485, 7),
    Case("a pair of one priority", routers(100, 100), 70, 485, 7),
    Case("a pair that tracks", routers(110, 100, decrement=20), 280, 2504, 9),
    Case("keepalived that tracks without weight", routers(150, 100, preempt=False, decrement=0), 198, 1697, 7),
    Case("the owner and two others", routers(255, 100, 90), 288, 2731, 8),
    Case("three", THREE, 430, 4278, 9),
    Case("three without preempt", THREE_WITHOUT_PREEMPT, 418, 4125, 10),
    Case("four", FOUR, 2518, 32470, 11),
)
