"""Routers that get VRRP wrong, each in one place, and the promise that finds it."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.vrrp import RouterState, Vrrp, VrrpSettings
from failover_fsm.vrrp.views import connected, priority
from tests.vrrp.cases import PAIR, THREE, WITHOUT_PREEMPT, routers


@attrs.frozen
class Wrong:
    """A wrong router, where it is tried, and all the promises that it breaks."""

    model: type[Vrrp]
    settings: VrrpSettings
    breaks: tuple[str, ...]


class NeverGivesWay(Vrrp):
    def gives_way(self, number: int, sender: int, lan: Any) -> bool:
        return False


class GivesWayToAll(Vrrp):
    """Two active routers of different priority both give way."""

    def gives_way(self, number: int, sender: int, lan: Any) -> bool:
        return True


class NoTieBreak(Vrrp):
    """The address does not decide between equal priorities."""

    def gives_way(self, number: int, sender: int, lan: Any) -> bool:
        return priority(self.settings, lan, sender) > priority(self.settings, lan, number)


class BothPush(Vrrp):
    """An equal priority preempts too, so that the two take turns for ever."""

    def ignores(self, number: int, sender: int, lan: Any) -> bool:
        return priority(self.settings, lan, number) >= priority(self.settings, lan, sender)

    def gives_way(self, number: int, sender: int, lan: Any) -> bool:
        return True


class PreemptsAnyway(Vrrp):
    def ignores(self, number: int, sender: int, lan: Any) -> bool:
        return priority(self.settings, lan, number) > priority(self.settings, lan, sender)


class NeverPreempts(Vrrp):
    def ignores(self, number: int, sender: int, lan: Any) -> bool:
        return False


class ForgetsTracking(Vrrp):
    """Compares what is configured, not what is advertised."""

    def ignores(self, number: int, sender: int, lan: Any) -> bool:
        own, other = (self.settings.routers[each].priority for each in (number, sender))
        return own > other


class WaitsForever(Vrrp):
    """A resignation stops the timer instead of shortening it."""

    def timeout(self, number: int, lan: Any) -> bool:
        return not lan.routers[number].resigned and super().timeout(number, lan)


class SkewUpsideDown(Vrrp):
    """The lower the priority, the sooner the timer runs out."""

    def has_longer_skew(self, number: int, lan: Any) -> bool:
        own = priority(self.settings, lan, number)
        return any(
            router.resigned and priority(self.settings, lan, other) < own for other, router in enumerate(lan.routers)
        )


class StaysActive(Vrrp):
    """A port that goes down is not noticed by an active router."""

    def port_down(self, number: int, lan: Any) -> bool:
        if lan.routers[number].state is not RouterState.ACTIVE:
            return super().port_down(number, lan)
        lan.routers[number].port = False
        return True


class HearsThroughCuts(Vrrp):
    """A backup believes in an active router that it cannot hear."""

    def is_held_back(self, number: int, lan: Any) -> bool:
        return any(
            router.state is RouterState.ACTIVE and not connected(self.settings, lan, number, other)
            for other, router in enumerate(lan.routers)
            if other != number
        ) or super().is_held_back(number, lan)


EQUAL = routers(100, 100)

WRONG = (
    Wrong(NeverGivesWay, PAIR, ("one active while connected", "a split ends", "priority wins")),
    Wrong(GivesWayToAll, PAIR, ("the routers come to rest",)),
    Wrong(NoTieBreak, EQUAL, ("one active while connected", "a split ends")),
    Wrong(BothPush, EQUAL, ("the routers come to rest",)),
    Wrong(PreemptsAnyway, WITHOUT_PREEMPT, ("nobody is pushed out without preempt",)),
    Wrong(NeverPreempts, PAIR, ("priority wins",)),
    Wrong(ForgetsTracking, routers(110, 100, decrement=20), ("the routers come to rest", "priority wins")),
    Wrong(WaitsForever, PAIR, ("somebody is active", "priority wins")),
    Wrong(SkewUpsideDown, THREE, ("a resignation makes the best active",)),
    Wrong(StaysActive, PAIR, ("who cannot serve is not active",)),
    Wrong(HearsThroughCuts, PAIR, ("somebody is active",)),
)
