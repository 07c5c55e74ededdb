"""A second statement of health, from the ports themselves (IFM-14 to IFM-16, IFM-25, CFG-36, TRG-2, TRG-9, TRG-11).

Promises judge the units by it. It shares no function with the ones by which the units count: the interfaces that can
fail, the failures among them, the base of a percentage and the policy of a group are all worked out here again.
"""

from __future__ import annotations

from failover_fsm.model.observer import Observer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, Unit
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
    return pairs.count((PortState.SILENT, PortState.GOOD))


def connected(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> bool:
    """Something that the peer sends on one of these interfaces reaches the unit."""
    for interface in (interfaces[place] for place in places):
        sends = interface.line(unit.peer) in (PortState.GOOD, PortState.SILENT)
        if sends and interface.path is LinkState.GOOD and interface.line(unit) is PortState.GOOD:
            return True
    return False


def learns_of_peer(obs: Observer, unit: Unit) -> bool:
    """The unit can hear the results of its peer's tests: over the failover link, or where it asks."""
    if not (obs.listening(unit) and obs.listening(unit.peer)):
        return False
    own, peer = (obs.settings.at(obs.state, each) for each in (unit, unit.peer))
    places = tuple(place for place in asked(own) if place in asked(peer))
    return obs.link or (obs.acquainted(unit) and ask(obs.state.interfaces, connected, places, unit))


def failures(obs: Observer, unit: Unit) -> int:
    """How many monitored interfaces of the group have failed on the unit; silence alone is Unknown (IFM-16)."""
    places, peer = able_to_fail(obs.settings.at(obs.state, unit), obs.index), obs.settings.at(obs.state, unit.peer)
    found = ask(obs.state.interfaces, deaf, tuple(place for place in places if not peer.ports[place].shutdown), unit)
    if found and not learns_of_peer(obs, unit):
        found = 0
    return found + ask(obs.state.interfaces, dead, places, unit)


def over_policy(obs: Observer, unit: Unit) -> bool:
    """The failures on the unit meet or exceed the interface policy of the group (IFM-15, CFG-33, CFG-36, TRG-11)."""
    settings = obs.settings.at(obs.state, unit)
    policy = settings.groups[obs.index].policy if settings.groups else settings.policy
    failed = failures(obs, unit)
    if policy.count is not None:
        return failed >= policy.count
    return failed > 0 and 100 * failed >= (policy.percent or 0) * len(monitored(settings, obs.index))


def unhealthy(obs: Observer, unit: Unit) -> bool:
    """The unit is over its policy for the group, or its service module is dead (TRG-2)."""
    return not obs.module_works(unit) or over_policy(obs, unit)
