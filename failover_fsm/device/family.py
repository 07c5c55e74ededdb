"""What the commands beside `show failover` say of a pair at one moment, as records."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.macs import PICKED_BY_THE_UNIT, virtual_macs
from failover_fsm.config.records.pair_config import Interface, StatefulLink
from failover_fsm.device.failover_interface import FailoverInterfaces, LinkAddresses
from failover_fsm.device.failover_state import FailedInterface, FailoverState, HostState, LastFailure
from failover_fsm.device.history import FailoverHistory
from failover_fsm.device.interfaces import InterfaceInUse, Interfaces
from failover_fsm.device.memory import Failure
from failover_fsm.device.moment import STATUS_NAMES, Moment, title
from failover_fsm.device.words import peer_state, state_name
from failover_fsm.pair.addresses import Use, use_on
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.settings import Port
from failover_fsm.pair.states import PeerContact, Phase, PortState, Unit
from failover_fsm.services.asymmetric.records import Traffic

__all__ = ["DOCUMENTATION_MACS", "failover_history", "failover_interfaces", "failover_state", "interfaces"]

DOCUMENTATION_MACS = "0000.5e00.53"
"""How addresses for documentation begin (RFC 7042). Burned-in ones are in no configuration; these stand for them."""

_MTU = 1500


def failover_history(moment: Moment, unit: Unit) -> FailoverHistory:
    """What the unit's history holds."""
    return FailoverHistory(entries=moment.memory(unit).history)


# -- show failover state -------------------------------------------------------------------------


def failover_state(moment: Moment, unit: Unit) -> FailoverState:
    """What `show failover state` says on the unit."""
    own, memory = moment.state.unit(unit), moment.memory(unit)
    peer = moment.state.unit(unit.peer)
    numbers = range(moment.settings.group_count)
    mine = [(state_name(own, index) or "", memory.groups[index].failure) for index in numbers]
    theirs = [(peer_state(own, peer, index), memory.groups[index].peer_failure) for index in numbers]
    heard = own.contact in (PeerContact.LINK, PeerContact.DATA)
    return FailoverState(
        this=HostState(role=title(unit), groups=tuple(_failures(moment, unit, mine))),
        other=HostState(role=title(unit.peer), groups=tuple(_failures(moment, unit, theirs))),
        configuration=tuple(_configuration(moment, unit)),
        communication=("Mac set",) if heard else (),
    )


def _failures(moment: Moment, unit: Unit, found: list[tuple[str, Failure | None]]) -> Iterator[LastFailure]:
    """The last failures of a host; they stand when they are over."""
    config = moment.config_of(unit)
    named = {config.name_of(each): each for each in config.interfaces if each.nameif}
    for number, (state, failure) in enumerate(found, start=1):
        yield LastFailure(
            group=number if moment.settings.groups else None,
            state=state,
            reason=None if failure is None else failure.reason,
            at=None if failure is None else moment.stamp(failure.at),
            interfaces=tuple(
                FailedInterface(
                    context=named[name].context, interface=str(named[name].nameif), status=STATUS_NAMES[condition]
                )
                for name, condition in (() if failure is None else failure.interfaces)
            ),
        )


def _configuration(moment: Moment, unit: Unit) -> Iterator[str]:
    own, peer, memory = moment.state.unit(unit), moment.state.unit(unit.peer), moment.memory(unit)
    if peer.phase is Phase.SYNC_CONFIG and own.phase is Phase.UP:
        yield "Config Syncing"
    elif memory.sent:
        yield "Sync Done"
    if own.phase is Phase.SYNC_CONFIG:
        yield "Config Syncing - STANDBY"
    elif memory.received:
        yield "Sync Done - STANDBY"


# -- show failover interface ---------------------------------------------------------------------


def failover_interfaces(moment: Moment, unit: Unit) -> FailoverInterfaces:
    """What `show failover interface` says on the unit: the failover link, and a stateful link of its own."""
    config = moment.config_of(unit)
    own = config.link if moment.settings.stateful is StatefulLink.DEDICATED else None
    ips = {each.name.lower(): each for each in config.interface_ips}
    links = []
    for link in (config.lan, own):
        if link is None or link.port is None:
            continue
        ip = ips.get(link.name.lower())
        addresses = (None, None) if ip is None else (ip.address, ip.standby)
        mine, others = addresses if unit is Unit.PRIMARY else reversed(addresses)
        system = None if ip is None else f"{ip.address}{'/' if ip.is_ipv6 else ' '}{ip.mask}"
        links.append(
            LinkAddresses(name=link.name, port=link.port.full_name, system=system, mine=mine, others=others)
        )  # fmt: skip
    return FailoverInterfaces(links=tuple(links))


# -- show interface ------------------------------------------------------------------------------


def interfaces(
    moment: Moment, unit: Unit, *, context: str | None = None, name: str | None = None, detail: bool = False
) -> Interfaces:
    """What `show interface` says on the unit of the interfaces of a context (None: of all), or of one by its name.

    Args:
        moment: The pair.
        unit: The unit.
        context: The context.
        name: The name of the interface, or of its port.
        detail: With the counters of `show interface detail` (ASR-12).
    """
    config = moment.config_of(unit)
    named = {config.name_of(each): each for each in config.interfaces if each.nameif}
    found = []
    for index, port in enumerate(moment.settings.at(moment.state, unit).ports):
        each = named[port.name]
        if context in (None, each.context) and name in (None, each.nameif, each.port.full_name):
            shown = _in_use(moment, unit, index, port, each)
            found.append(_with_counts(moment, unit, port, shown) if detail else shown)
    return Interfaces(interfaces=tuple(found))


def _with_counts(moment: Moment, unit: Unit, port: Port, shown: InterfaceInUse) -> InterfaceInUse:
    """The interface with its counters, which are zero where no packet was followed."""
    counts = Traffic(counts=moment.counts).counted(unit, port.name)
    return attrs.evolve(shown, received=counts.received, transmitted=counts.transmitted, dropped=counts.dropped)


def _in_use(moment: Moment, unit: Unit, index: int, port: Port, each: Interface) -> InterfaceInUse:
    use = use_on(moment.state, unit, port)
    down = moment.state.interfaces[index].line(unit) is PortState.DOWN
    holder = moment.config_of(unit).serving(each)
    address = None
    if use is not None and holder is not None:
        address = holder.address if use.address is Address.ACTIVE else holder.standby
    return InterfaceInUse(
        port=each.port.full_name,
        name=str(each.nameif),
        admin="administratively down" if port.shutdown else "down" if down else "up",
        protocol="down" if port.shutdown or down else "up",
        mac=_mac(moment, unit, index, each, use),
        mtu=_MTU,
        address=address,
        mask=holder.mask if address is not None and holder is not None else None,
    )


def _mac(moment: Moment, unit: Unit, index: int, each: Interface, use: Use | None) -> str:
    """The MAC address in use (MAC-5 to MAC-7, MAC-14): a configured one, or one that stands for a burned-in one.

    Documentation has 256 addresses: 64 for each of the primary's, the secondary's, and both kinds of
    `mac-address auto`, whose numbers a unit picks.
    """
    quarter = {Mac.PRIMARY: 0, Mac.SECONDARY: 1}
    if use is None or use.mac is not Mac.VIRTUAL:
        owner = (Mac.PRIMARY if unit is Unit.PRIMARY else Mac.SECONDARY) if use is None else use.mac
        return f"{DOCUMENTATION_MACS}{64 * quarter[owner] + index % 64:02x}"
    virtual = virtual_macs(moment.config_of(unit), each)
    active = use.address is Address.ACTIVE
    found = None if virtual is None else virtual.active if active else virtual.standby
    if found is None or found == PICKED_BY_THE_UNIT:
        return f"{DOCUMENTATION_MACS}{64 * (2 if active else 3) + index % 64:02x}"
    return found
