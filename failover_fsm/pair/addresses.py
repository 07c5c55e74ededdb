"""Who uses which IP and MAC address: computed from the state, never stored.

Theory of operation.  Every data interface has an active and a standby IP address, and they move with
the failover group it belongs to: the active unit holds the active ones, the other unit the standby
ones (MAC-2, MAC-3, CFG-6).  The hand-over is break before make here too: a unit that gave up the active
addresses holds none until it hears its peer active, so that the standby ones never have two holders.

The MAC addresses are coupled with the IP addresses, so no ARP entry in the network changes when they
move (MAC-4).  Without virtual ones the active IP address goes with the burned-in MAC address of the
primary, the standby one with that of the secondary, whoever is active (MAC-5).  A unit learns its peer's
burned-in addresses over the failover link; until it has heard the peer there since its boot it uses
its own for everything (MAC-6, MAC-7), and changes them the moment it does (MAC-8).  What it has learned it
keeps until it restarts.  Virtual addresses spare it that change (MAC-9).

The failover link, and a Stateful Failover link of its own, keep their addresses (MAC-1, MAC-12).  A data
interface that carries the state is a data interface.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.macs import VirtualMacs
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.outputs import Address, GratuitousArp, Mac, MacChanged, Output
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import State, UnitState

__all__ = ["Use", "announcements", "held", "holders", "link_address", "mac_for", "use_on"]

_BURNED_IN = {Unit.PRIMARY: Mac.PRIMARY, Unit.SECONDARY: Mac.SECONDARY}
_COUPLED = {Address.ACTIVE: Unit.PRIMARY, Address.STANDBY: Unit.SECONDARY}


@attrs.frozen(kw_only=True)
class Use:
    """The IP address that a unit uses on an interface, and whose MAC address with it."""

    address: Address
    mac: Mac


def held(own: UnitState, index: int = 0) -> Address | None:
    """Which IP addresses the unit holds for the group: the active ones, the standby ones, or none.

    A standby holds the standby ones while the newest it heard is that its peer is active; so does a joining unit.
    With failover off the unit hears nobody and holds what its role says (CTL-10).
    """
    group = own.groups[index]
    if group.active:
        return Address.ACTIVE
    if own.joining or own.up:
        return Address.STANDBY if group.peer_active or not own.enabled else None
    return None


def mac_for(own: UnitState, unit: Unit, address: Address, virtual: VirtualMacs | None) -> Mac:
    """Whose MAC address the unit uses with an IP address of a data interface (MAC-5 to MAC-7, MAC-14)."""
    if virtual is not None and (address is Address.ACTIVE or virtual.standby is not None):
        return Mac.VIRTUAL
    learned = virtual is None and own.acquainted
    return _BURNED_IN[_COUPLED[address] if learned else unit]


def use_on(state: State, unit: Unit, port: Port) -> Use | None:
    """What the unit uses on a data interface; None while it holds no address there."""
    own = state.unit(unit)
    address = held(own, port.group)
    if address is None or (address is Address.STANDBY and not port.addressed):
        return None
    return Use(address=address, mac=mac_for(own, unit, address, port.macs))


def holders(state: State, port: Port, address: Address) -> tuple[Unit, ...]:
    """The units that answer for an IP address of a data interface."""
    uses = {unit: use_on(state, unit, port) for unit in Unit}
    return tuple(unit for unit, use in uses.items() if use is not None and use.address is address)


def link_address(unit: Unit) -> Address:
    """The address of the unit on the failover link and on a stateful link of its own, for ever (MAC-1, MAC-12)."""
    return next(address for address, owner in _COUPLED.items() if owner is unit)


def _basis(own: UnitState) -> tuple[object, ...]:
    """All that the addresses which a unit uses depend on."""
    return own.acquainted, *(held(own, index) for index in range(len(own.groups)))


def announcements(before: State, after: State, settings: Settings) -> Iterator[Output]:
    """What the units announce after a step: gratuitous ARP for each address that they use newly, or otherwise.

    A change of the MAC address under an IP address that stays is told too: traffic may be interrupted (MAC-8).
    """
    for unit in (Unit.PRIMARY, Unit.SECONDARY):
        was, now = before.unit(unit), after.unit(unit)
        if was is now or _basis(was) == _basis(now):
            continue
        for port in settings.ports:
            old, new = use_on(before, unit, port), use_on(after, unit, port)
            if new is None or new == old or port.shutdown:
                continue
            if old is not None and old.address is new.address:
                yield MacChanged(unit=unit, interface=port.name, address=new.address, before=old.mac, after=new.mac)
            yield GratuitousArp(unit=unit, interface=port.name, address=new.address, mac=new.mac)
