"""Some of the interfaces that are alike, which stand for the others in stories."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings

__all__ = ["is_at", "shared_ports", "some_interfaces"]


def some_interfaces(pairs: Sequence[Settings], most: int) -> tuple[str, ...]:
    """Names of interfaces that all of these pairs have: of those that are alike in each of them the first ones.

    Args:
        pairs: The pairs.
        most: How many of each kind.
    """
    known = [{port.name: port for port in settings.ports} for settings in pairs]
    count: dict[object, int] = {}
    found = []
    for port in pairs[0].ports:
        if all(port.name in names for names in known):
            likeness = tuple(attrs.evolve(names[port.name], name="") for names in known)
            count[likeness] = count.get(likeness, 0) + 1
            if count[likeness] <= most:
                found.append(port.name)
    return tuple(found)


def shared_ports(*pairs: Settings) -> tuple[str, ...]:
    """The physical ports of all of these pairs that carry several interfaces, or a link."""
    names = [{each.name: None for each in settings.carriers} for settings in pairs]
    return tuple(name for name in names[0] if all(name in other for other in names))


def is_at(event: e.Event, interfaces: Sequence[str], ports: Sequence[str]) -> bool:
    """Whether an event is at one of these interfaces or ports, or at neither an interface nor a port."""
    if isinstance(event, e.AtInterface):
        return event.interface in interfaces
    return not isinstance(event, e.AtPort) or event.port in ports
