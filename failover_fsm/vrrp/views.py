"""What can be said of the routers in a state: who hears whom, who stands above whom. Rules and promises both ask."""

from __future__ import annotations

from typing import Any

from failover_fsm.vrrp.settings import VrrpSettings
from failover_fsm.vrrp.states import RouterState

__all__ = ["can_serve", "connected", "is_active", "outranks", "preempts", "priority"]


def is_active(lan: Any, number: int) -> bool:
    """Whether a router is active."""
    return bool(lan.routers[number].state is RouterState.ACTIVE)


def can_serve(settings: VrrpSettings, lan: Any, number: int) -> bool:
    """Whether a router can forward: it runs, its port is up, and nothing takes it out of service."""
    router = lan.routers[number]
    return bool(router.running and router.port and (router.tracked or settings.routers[number].decrement != 0))


def connected(settings: VrrpSettings, lan: Any, one: int, other: int) -> bool:
    """Whether frames pass between two routers: both ports are up, and the trunk where they are at two switches."""
    same = settings.routers[one].switch == settings.routers[other].switch
    return bool(lan.routers[one].port and lan.routers[other].port and (same or lan.trunk))


def priority(settings: VrrpSettings, lan: Any, number: int) -> int:
    """The priority that a router advertises: lower while its tracked object is down."""
    return settings.routers[number].effective(bool(lan.routers[number].tracked))


def outranks(settings: VrrpSettings, lan: Any, one: int, other: int) -> bool:
    """Whether an active router gives way to another one: a higher priority or, with the same, a higher address."""
    return (priority(settings, lan, one), one) > (priority(settings, lan, other), other)


def preempts(settings: VrrpSettings, lan: Any, number: int, active: int) -> bool:
    """Whether a backup takes over from an active router that it hears; with the same priority it does not."""
    router = settings.routers[number]
    higher = priority(settings, lan, number) > priority(settings, lan, active)
    return higher and (router.preempt or router.is_owner)
