"""Orders of interchangeable interfaces, and what a unit senses of several."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import UNITS
from failover_fsm.model.places import Alike
from failover_fsm.pair.states import DEAF as DEAF_PORTS
from failover_fsm.pair.states import SENDING, Interface, LinkState, PortState

__all__ = ["Rank", "count_down", "count_silent", "hear_hellos", "order_of", "rank_of"]


LINES = (PortState.DOWN, PortState.BLOCKED, PortState.SILENT, PortState.GOOD)
DEAF = (*UNITS, None)
Rank = tuple[int, int, int, int]


def order_of(alike: Alike, interfaces: tuple[Interface, ...]) -> Iterator[int]:
    """The interfaces of places that are alike, in the fixed order: within each run, then place by place."""
    found = [
        [index for run in place.runs for index in sorted(run, key=lambda index: rank_of(interfaces[index]))]
        for place in alike
    ]
    found.sort(key=lambda positions: [rank_of(interfaces[index]) for index in positions])
    return (index for positions in found for index in positions)


def rank_of(interface: Interface) -> Rank:
    """The place of an interface in the fixed order of those that are alike."""
    return (
        LINES.index(interface.primary),
        LINES.index(interface.secondary),
        int(interface.path is LinkState.GOOD),
        DEAF.index(interface.deaf),
    )


def hear_hellos(counted: list[Interface], unit: Unit) -> bool:
    """The unit hears hellos of its peer on one of these interfaces."""
    return any(
        item.leads_to(unit) and item.line(unit) is PortState.GOOD and item.line(unit.peer) in SENDING
        for item in counted
    )


def count_down(counted: list[Interface], unit: Unit) -> int:
    """On how many of them the unit's port is down."""
    return sum(item.line(unit) is PortState.DOWN for item in counted)


def count_silent(counted: list[Interface], unit: Unit) -> int:
    """On how many of them the unit receives nothing while its peer receives."""
    return sum(item.line(unit) in DEAF_PORTS and item.line(unit.peer) is PortState.GOOD for item in counted)
