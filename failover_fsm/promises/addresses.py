"""Formulas on addresses: who holds them, and that nobody else does.  Each takes one Observer."""

from __future__ import annotations

from failover_fsm.config.records.macs import VirtualMacs
from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Observer
from failover_fsm.pair.addresses import held, mac_for
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.states import AnnouncedRole, Role, Unit


def in_contact(obs: Observer) -> bool:
    """The units hear each other, have met on the failover link, and no hand-over is on its way."""
    return obs.quiet and obs.met() and all(obs.greeted(unit) for unit in UNITS)


def held_by(obs: Observer) -> list[Address]:
    """The addresses of the group that are held, once for each unit that holds them."""
    found = [held(obs.state.unit(unit), obs.index) for unit in UNITS]
    return [address for address in found if address is not None]


def one_owner(obs: Observer) -> bool:
    """Of IP addresses, and of the MAC addresses that go with them on each kind of interface."""
    if not in_contact(obs):
        return True
    return _once_each(obs) and all(_macs_once_each(obs, virtual) for virtual in _kinds(obs))


def _once_each(obs: Observer) -> bool:
    found = held_by(obs)
    return len(set(found)) == len(found)


def _kinds(obs: Observer) -> list[VirtualMacs | None]:
    """The virtual MAC addresses of the group's interfaces, and none at all."""
    ports = [port for port in obs.settings.ports if port.group == obs.index]
    return list(dict.fromkeys([None, *(port.macs for port in ports)]))


def _macs_once_each(obs: Observer, virtual: VirtualMacs | None) -> bool:
    are_two = virtual is not None and virtual.standby is not None
    used = []
    for unit in UNITS:
        own = obs.state.unit(unit)
        address = held(own, obs.index)
        if address is not None:
            mac = mac_for(own, unit, address, virtual)
            used.append((mac, address if are_two and mac is Mac.VIRTUAL else None))
    return len(set(used)) == len(used)


def owes_an_address(obs: Observer, unit: Unit) -> bool:
    """The unit joins a peer that it heard active, or is up with failover off."""
    if obs.up(unit):
        return not obs.enabled(unit)
    return obs.joining(unit) and obs.peer_role(unit) is AnnouncedRole.ACTIVE


def some_unit_owes_one(obs: Observer) -> bool:
    """So it is for some unit."""
    return any(owes_an_address(obs, unit) for unit in UNITS)


def each_has_one(obs: Observer) -> bool:
    """Each such unit has an address, the active one only if it is active."""
    for unit in UNITS:
        if owes_an_address(obs, unit):
            wanted = Address.ACTIVE if obs.active(unit) else Address.STANDBY
            if held(obs.state.unit(unit), obs.index) is not wanted:
                return False
    return True


def never_twice(obs: Observer) -> bool:
    """While at most one unit is active, no address is held twice."""
    return obs.dual or _once_each(obs)


def gave_up_and_waits(obs: Observer) -> bool:
    """A unit is standby beside one that is not active, so that neither may hold the standby addresses."""
    standby = [obs.role(unit) in (Role.STANDBY_READY, Role.FAILED) for unit in (PRIMARY, SECONDARY)]
    return all(standby) and any(obs.peer_role(unit) is not AnnouncedRole.ACTIVE for unit in UNITS)
