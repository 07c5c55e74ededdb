"""What VRRP promises, as properties of the reached states, steps and runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

import attrs

from failover_fsm.checker import Property, always, always_step, converges, leads_to, when_settled
from failover_fsm.vrrp.settings import VrrpSettings
from failover_fsm.vrrp.states import RouterState
from failover_fsm.vrrp.views import can_serve, connected, is_active, preempts, priority

__all__ = ["OWN", "by_themselves", "promises"]

OWN = ("timeout", "advertisement")
"""The words of the events that routers make by themselves; all others come from outside."""


def by_themselves(event: tuple[Any, ...]) -> bool:
    """Whether an event is a step of the routers; else a fault, a repair, or what an operator does."""
    return event[0] in OWN


def promises(settings: VrrpSettings) -> tuple[Property, ...]:
    """The promises that these settings allow: without preemption the priority does not win, and nobody is pushed out.

    Args:
        settings: the routers.
    """
    return tuple(_Promises(settings).all())


@attrs.frozen
class _Promises:
    """The predicates of the promises, for one setting."""

    settings: VrrpSettings

    def all(self) -> Iterator[Property]:
        """The properties, in the order in which they are reported."""
        yield always("who cannot serve is not active", self.actives_serve, premise=self.is_somebody_active)
        yield converges("the routers come to rest", within=by_themselves)
        yield when_settled(
            "one active while connected", self.is_undivided, within=by_themselves, premise=self.is_somebody_active
        )
        yield when_settled("somebody is active", self.is_served, within=by_themselves, premise=self.is_somebody_active)
        yield leads_to("a split ends", self.is_split, self.is_undivided, within=by_themselves)
        if all(router.preempt for router in self.settings.routers):
            yield when_settled(
                "priority wins", self.is_best_active, within=by_themselves, premise=self.is_somebody_active
            )
        else:
            yield always_step("nobody is pushed out without preempt", self.takes_over_rightly, premise=self.takes_over)
        if "shutdown" in self.settings.faults and len(self.settings.routers) > 2:
            yield always_step("a resignation makes the best active", self.best_follows, premise=self.follows)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs of routers."""
        return combinations(range(len(self.settings.routers)), 2)

    def is_somebody_active(self, lan: Any) -> bool:
        return any(router.state is RouterState.ACTIVE for router in lan.routers)

    def actives_serve(self, lan: Any) -> bool:
        return all(can_serve(self.settings, lan, number) or not is_active(lan, number) for number in self.numbers())

    def numbers(self) -> range:
        """The numbers of the routers."""
        return range(len(self.settings.routers))

    def is_split(self, lan: Any) -> bool:
        return any(
            is_active(lan, one) and is_active(lan, other) and connected(self.settings, lan, one, other)
            for one, other in self.pairs()
        )

    def is_undivided(self, lan: Any) -> bool:
        return not self.is_split(lan)

    def is_served(self, lan: Any) -> bool:
        """Whether every router that could forward is active itself, or connected to an active one."""
        return all(
            any(
                is_active(lan, other) and (other == number or connected(self.settings, lan, number, other))
                for other in self.numbers()
            )
            for number in self.numbers()
            if can_serve(self.settings, lan, number)
        )

    def is_best_active(self, lan: Any) -> bool:
        return not any(
            is_active(lan, active)
            and can_serve(self.settings, lan, number)
            and connected(self.settings, lan, number, active)
            and priority(self.settings, lan, number) > priority(self.settings, lan, active)
            for number, active in permutations(self.numbers(), 2)
        )

    def takes_over(self, before: Any, event: tuple[Any, ...], after: Any) -> bool:
        return event[0] == "timeout" and self.is_somebody_active(before)

    def takes_over_rightly(self, before: Any, event: tuple[Any, ...], after: Any) -> bool:
        """Whether a backup that becomes active hears no active router, or none that it may push out."""
        if event[0] != "timeout":
            return True
        number = event[1]
        return not any(
            is_active(before, other)
            and connected(self.settings, before, number, other)
            and not preempts(self.settings, before, number, other)
            for other in self.numbers()
            if other != number
        )

    def follows(self, before: Any, event: tuple[Any, ...], after: Any) -> bool:
        return event[0] == "timeout" and bool(before.routers[event[1]].resigned)

    def best_follows(self, before: Any, event: tuple[Any, ...], after: Any) -> bool:
        """Whether the first who follows a router that resigned has the highest priority of those that heard it."""
        if not self.follows(before, event, after):
            return True
        number = event[1]
        return not any(
            before.routers[other].resigned
            and connected(self.settings, before, number, other)
            and priority(self.settings, before, other) > priority(self.settings, before, number)
            for other in self.numbers()
            if other != number
        )
