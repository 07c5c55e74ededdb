"""A second statement of health, from the ports themselves (IFM-14 to IFM-16, IFM-25, CFG-36, TRG-2, TRG-9, TRG-11).

Promises judge the units by it. It shares no function with the ones by which the units count: the interfaces that can
fail, the failures among them, the base of a percentage and the policy of a group are all worked out here again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from failover_fsm.model.observer import Observer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, Unit
from failover_fsm.promises.obstacles import has_given_up
from failover_fsm.records import ask

Interfaces = tuple[Interface, ...]


def monitored(settings: Settings, index: int) -> tuple[int, ...]:
    """Positions of the monitored interfaces of the group, shut down or not: the base of a percentage (CFG-36)."""
    ports = enumerate(settings.ports)
    return tuple(place for place, port in ports if port.monitored and port.group == index)


def able_to_fail(settings: Settings, index: int) -> tuple[int, ...]:
    """Those of them that the units test: not shut down, and with a standby address (CFG-5)."""
    ports = settings.ports
    return tuple(place for place in monitored(settings, index) if ports[place].addressed and not ports[place].shutdown)


def asked(settings: Settings) -> tuple[int, ...]:
    """Positions of the interfaces on which a unit asks its peer: each that is addressed, or monitored too (UHM-2)."""
    of_all = settings.options.probe != "monitored"
    ports = enumerate(settings.ports)
    return tuple(at for at, port in ports if port.addressed and not port.shutdown and (of_all or port.monitored))


def dead(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> int:
    """On how many of these interfaces the unit's port is down (IFM-25)."""
    return len([place for place in places if interfaces[place].line(unit) is PortState.DOWN])


def deaf(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> int:
    """On how many of these interfaces the unit receives nothing while its peer receives (IFM-14)."""
    pairs = [(interfaces[place].line(unit), interfaces[place].line(unit.peer)) for place in places]
    return sum(mine in (PortState.SILENT, PortState.BLOCKED) and other is PortState.GOOD for mine, other in pairs)


def in_need(interfaces: Interfaces, places: tuple[int, ...], testing: tuple[int, ...], unit: Unit, least: int) -> bool:
    """Dead interfaces, and deaf ones where the unit can test for that, are so many or more."""
    return dead(interfaces, places, unit) + deaf(interfaces, testing, unit) >= least


Tested = tuple[tuple[int, ...], tuple[int, ...]]
"""Positions of the interfaces that a unit watches, and of those on which it can tell that it alone is deaf."""


def worse(interfaces: Interfaces, own: Tested, of_peer: Tested, unit: Unit) -> bool:
    """The unit's dead and deaf interfaces are more than its peer's."""
    mine = dead(interfaces, own[0], unit) + deaf(interfaces, own[1], unit)
    return dead(interfaces, of_peer[0], unit.peer) + deaf(interfaces, of_peer[1], unit.peer) < mine


def all_receive(interfaces: Interfaces) -> bool:
    """Every port is up and receives."""
    return all(item.primary is PortState.GOOD and item.secondary is PortState.GOOD for item in interfaces)


def connected(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> bool:
    """Something that the peer sends on one of these interfaces reaches the unit."""
    for interface in (interfaces[place] for place in places):
        sends = interface.line(unit.peer) in (PortState.GOOD, PortState.SILENT)
        passes = interface.path is not LinkState.CUT and interface.deaf in (None, unit.peer)
        if sends and passes and interface.line(unit) is PortState.GOOD:
            return True
    return False


QUESTIONS: dict[Callable[..., Any], str] = {
    connected: "carries", in_need: "enough", worse: "more", all_receive: "receive",
}  # fmt: skip
"""The questions that promises put to the interfaces, each with what it is about, as in `model.observations`."""


def learns_of_peer(obs: Observer, unit: Unit) -> bool:
    """The unit can hear the results of its peer's tests: over the failover link, or where it asks."""
    if not (obs.listening(unit) and obs.listening(unit.peer)):
        return False
    own, theirs = (asked(obs.settings.at(obs.state, each)) for each in (unit, unit.peer))
    places = tuple(place for place in own if place in theirs)
    return obs.link or (obs.acquainted(unit) and ask(obs.state.interfaces, connected, places, unit))


def _testing(obs: Observer, unit: Unit) -> tuple[int, ...]:
    """The interfaces of the group on which the unit can tell that it alone is deaf; silence elsewhere is Unknown."""
    places, peer = able_to_fail(obs.settings.at(obs.state, unit), obs.index), obs.settings.at(obs.state, unit.peer)
    return tuple(place for place in places if not peer.ports[place].shutdown)


def has_more_failures(obs: Observer, unit: Unit) -> bool:
    """More monitored interfaces of the group have failed on the unit than on its peer (SPL-8, IFM-16)."""
    mine, theirs = (
        (
            able_to_fail(obs.settings.at(obs.state, each), obs.index),
            _testing(obs, each) if learns_of_peer(obs, each) else (),
        )
        for each in (unit, unit.peer)
    )
    return ask(obs.state.interfaces, worse, mine, theirs, unit)


def over_policy(obs: Observer, unit: Unit) -> bool:
    """The failures on the unit meet or exceed the interface policy of the group (IFM-15, CFG-33, CFG-36, TRG-11)."""
    settings = obs.settings.at(obs.state, unit)
    policy = settings.groups[obs.index].policy if settings.groups else settings.policy
    least = policy.count
    if least is None:
        assert policy.percent is not None, "a policy has one of the two"
        least = max(1, (policy.percent * len(monitored(settings, obs.index)) + 99) // 100)
    places = able_to_fail(settings, obs.index)
    if ask(obs.state.interfaces, in_need, places, (), unit, least):
        return True
    with_deaf = ask(obs.state.interfaces, in_need, places, _testing(obs, unit), unit, least)
    return with_deaf and learns_of_peer(obs, unit)


def unhealthy(obs: Observer, unit: Unit) -> bool:
    """The unit's service module is dead, its synchronisation failed for good, or its interfaces reach the policy."""
    return obs.has_dead_module(unit) or has_given_up(obs, unit) or over_policy(obs, unit)
