"""Formulas on addresses: who holds them, and that nobody else does.  Asked with one Look."""

from __future__ import annotations

from failover_fsm.config.records.macs import VirtualMacs
from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Look
from failover_fsm.pair.addresses import held, mac_for
from failover_fsm.pair.outputs import Address
from failover_fsm.pair.states import Role, View


def in_contact(look: Look) -> bool:
    """The units hear each other, have met on the failover link, and no hand-over is on its way."""
    return look.quiet and look.met() and all(look.listening(unit) and look.hears(unit) for unit in UNITS)


def held_by(look: Look) -> list[Address]:
    """The addresses of the group that are held, once for each unit that holds them."""
    found = [held(look.state.unit(unit), look.index) for unit in UNITS]
    return [address for address in found if address is not None]


def one_owner(look: Look) -> bool:
    """Of IP addresses, and of the MAC addresses that go with them on each kind of interface."""
    if not in_contact(look):
        return True
    return _once_each(look) and all(_macs_once_each(look, virtual) for virtual in _kinds(look))


def _once_each(look: Look) -> bool:
    found = held_by(look)
    return len(set(found)) == len(found)


def _kinds(look: Look) -> list[VirtualMacs | None]:
    """The virtual MAC addresses of the group's interfaces, and none at all."""
    ports = [port for port in look.settings.ports if port.group == look.index]
    return list(dict.fromkeys([None, *(port.macs for port in ports)]))


def _macs_once_each(look: Look, virtual: VirtualMacs | None) -> bool:
    used = []
    for unit in UNITS:
        own = look.state.unit(unit)
        address = held(own, look.index)
        if address is not None:
            mac = mac_for(own, unit, address, virtual)
            used.append((mac, address if mac is mac.VIRTUAL else None))
    return len(set(used)) == len(used)


def never_twice(look: Look) -> bool:
    return look.dual or _once_each(look)


def gave_up_and_waits(look: Look) -> bool:
    """A unit is standby beside one that is not active, so that neither may hold the standby addresses."""
    standby = [look.role(unit) in (Role.STANDBY_READY, Role.FAILED) for unit in (PRIMARY, SECONDARY)]
    return all(standby) and any(look.view(unit) is not View.ACTIVE for unit in UNITS)
