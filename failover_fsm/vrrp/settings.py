"""How the routers of one virtual router are configured, and which faults they meet."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.config.values.suggestions import listed, nearest

__all__ = ["FAULTS", "OWNER", "RouterSettings", "VrrpSettings"]

OWNER = 255
"""The priority of the router that owns the virtual address."""

FAULTS = ("shutdown", "power", "port", "tracking", "trunk")
"""What can happen to the routers: a clean stop, power lost, a port down, a tracked object down, the LAN in two."""

FEWEST, MOST = 2, 4


@attrs.frozen(kw_only=True)
class RouterSettings:
    """One router.

    Attributes:
        priority: 1 to 255; 255 is the owner of the virtual address.
        preempt: whether it takes over from an active router of lower priority (RFC 9568: Preempt_Mode).
        decrement: by how much the priority falls while a tracked object is down; None tracks nothing. 0 takes the
            router out of service instead, as keepalived does with a tracked interface without `weight`.
        switch: 0 or 1: the switch that its port is plugged into.
    """

    priority: int = 100
    preempt: bool = True
    decrement: int | None = None
    switch: int = 0

    def __attrs_post_init__(self) -> None:
        _check_range("priority", self.priority, 1, OWNER)
        _check_range("switch", self.switch, 0, 1)
        _check_truth("preempt", self.preempt)
        if self.decrement is not None:
            _check_range("decrement", self.decrement, 0, self.priority - 1)

    @property
    def is_owner(self) -> bool:
        """Whether the router owns the virtual address: it is active at once, and always preempts."""
        return self.priority == OWNER

    def effective(self, tracked: bool) -> int:
        """The priority that it advertises.

        Args:
            tracked: whether the tracked object is up.
        """
        return self.priority if tracked or self.is_owner else self.priority - (self.decrement or 0)


def _routers(routers: Iterable[RouterSettings]) -> tuple[RouterSettings, ...]:
    found = tuple(routers) if isinstance(routers, Iterable) else (routers,)
    for each in found:
        if not isinstance(each, RouterSettings):
            raise TypeError(f"routers must be RouterSettings, not {each!r}")
    return found


def _faults(words: Iterable[str]) -> tuple[str, ...]:
    found = tuple(words) if isinstance(words, Iterable) and not isinstance(words, str) else (words,)
    for word in found:
        if word not in FAULTS:
            raise ValueError(f"unknown fault {word!r}{nearest(word, FAULTS)}; allowed: {listed(word, FAULTS)}")
    return found


@attrs.frozen(kw_only=True)
class VrrpSettings:
    """The routers of one virtual router, in the order of their addresses: the last has the highest.

    Attributes:
        routers: two to four.
        fault: whether a router whose port or tracked object is down is in the state FAULT, as keepalived says it; RFC
            9568 has no such state, and it is in Initialize.
        faults: words of `FAULTS`; routers can always start, and what is broken can always be mended.

    Raises:
        ValueError, TypeError: a value that is not allowed; the message says what is.
    """

    routers: tuple[RouterSettings, ...] = attrs.field(converter=_routers)
    fault: bool = False
    faults: tuple[str, ...] = attrs.field(default=FAULTS, converter=_faults)

    def __attrs_post_init__(self) -> None:
        _check_range("the number of routers", len(self.routers), FEWEST, MOST)
        _check_truth("fault", self.fault)
        if sum(router.is_owner for router in self.routers) > 1:
            raise ValueError(f"two routers have priority {OWNER}; allowed: one owner of the virtual address")

    @classmethod
    def pair(cls, *, preempt: bool = True, fault: bool = False) -> VrrpSettings:
        """Two routers of priority 150 and 100, each at a switch of its own: the usual pair."""
        priorities = (150, 100)
        routers = (
            RouterSettings(priority=priority, preempt=preempt, switch=switch)
            for switch, priority in enumerate(priorities)
        )
        return cls(routers=routers, fault=fault)

    @property
    def divides(self) -> bool:
        """Whether there are routers at both switches, so that a broken trunk divides them."""
        return len({router.switch for router in self.routers}) > 1


def _check_truth(what: str, value: object) -> None:
    if type(value) is not bool:
        raise ValueError(f"{what} must be True or False, not {value!r}")


def _check_range(what: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{what} cannot be {value!r}; allowed: {least} to {most}")
