"""Which physical port carries which interface: what falls together when one cable or port fails.

A physical port carries its own interface and its subinterfaces, and the failover or stateful link where that is
configured on it. Member ports of a Port-channel or Redundant interface carry nothing by themselves: the bundle is one
port with `members`, and falls when its last member has fallen, or when fewer are left than `port-channel min-bundle`
says. A `Vlan` interface, as on an ASA 5505, runs over every switch port in its VLAN, and a BVI over the ports of its
bridge group; such an interface falls when all of them have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from failover_fsm.config.records.interface import Interface, vlans_of
from failover_fsm.config.values.field_values import Port

DEFAULT_VLAN = 1


@attrs.frozen(kw_only=True)
class PhysicalPort:
    """A port of a unit with all that it carries.

    Attributes:
        port: a physical port, a Port-channel or a Redundant interface.
        members: the ports of a bundle; empty for a plain port.
        least: how many of the members have to be up for a bundle to be up.
        interfaces: the named interfaces that run over it, in the order of `PairConfig.interfaces`. One that also
            runs over other ports (see `carriers`) falls only when all of them have.
        failover_link: whether the failover link runs over it.
        stateful_link: whether the Stateful Failover link does, also where it shares the failover link or a data
            interface.
    """

    port: Port
    members: tuple[Port, ...] = ()
    least: int = 1
    interfaces: tuple[Interface, ...] = ()
    failover_link: bool = False
    stateful_link: bool = False


def carriers(interfaces: Iterable[Interface], port: Port, context: str | None = None) -> tuple[Port, ...]:
    """The ports that an interface on `port` runs over: one, unless it is a Vlan or BVI; none if nothing carries it.

    Args:
        interfaces: all interfaces of a unit, those of the system space and of all contexts.
        port: where the interface is configured.
        context: the context of the interface, to which a bridge group belongs.
    """
    every = tuple(interfaces)
    if port.type == "Vlan":
        return _in_vlan(every, _number(port))
    if port.type == "BVI":
        group = _number(port)
        members = [each for each in every if each.bridge_group == group and each.context == context and not each.is_bvi]
        found = (port for member in members for port in carriers(every, member.port, member.context))
        return _sorted(found)
    parent = port.parent
    for each in every:
        if each.channel_group is not None and each.port == parent:
            return (Port(f"Port-channel{each.channel_group}"),)
        if parent in each.members:
            return (each.port,)
    return (parent,)


def shut_ports(interfaces: Iterable[Interface], interface: Interface) -> tuple[Port, ...]:
    """The ports that are shut down and so keep an interface down; none where it is shut down itself, or may be up.

    A port of the system space is shut down for the contexts too, a physical port for its subinterfaces, and a bundle
    with all of its members.
    """
    every = tuple(interfaces)
    shut = {each.port: each for each in every if each.shutdown and each.context is None}
    if interface.shutdown:
        return ()
    if interface.port in shut:
        return (interface.port,)
    if interface.port.type == "Vlan":
        ports = _in_vlan(every, _number(interface.port), shut=True)
    else:
        ports = carriers(every, interface.port, interface.context)
    return ports if all(_is_shut(every, shut, port) for port in ports) else ()


def shut_blocks(interfaces: Iterable[Interface], port: Port) -> tuple[Interface, ...]:
    """The blocks whose `shutdown` keeps down a port of the system space, such as that of a link; none if it may be up.

    They are of the port itself or of its physical port; or of every port that it runs over. A Port-channel that has
    fewer members than it needs stands for itself.
    """
    every = tuple(interfaces)
    shut = {each.port: each for each in every if each.shutdown and each.context is None}
    own = tuple(shut[each] for each in dict.fromkeys((port, port.parent)) if each in shut)
    if own:
        return own
    below = _in_vlan(every, _number(port), shut=True) if port.type == "Vlan" else carriers(every, port)
    found: list[Interface] = []
    for each in below:
        if not _is_shut(every, shut, each):
            return ()
        members = (each,) if each in shut else _bundles(every).get(each, ())
        found += [shut[member] for member in members if member in shut]
        if each not in shut and not any(member in shut for member in members):
            found += [block for block in every if block.port == each and block.context is None]
    return tuple(found)


def _is_shut(every: tuple[Interface, ...], shut: Mapping[Port, Interface], port: Port) -> bool:
    members = _bundles(every).get(port, ())
    return port in shut or (bool(members) and sum(member not in shut for member in members) < _least(every, port))


def short_bundle(interfaces: Iterable[Interface], port: Port) -> tuple[int, int] | None:
    """How many members a Port-channel needs and how many it has that are not shut down, where that is too few.

    None where it is enough, or nothing is known of the members, and where one member is all that it needs.
    """
    every = tuple(interfaces)
    shut = {each.port: each for each in every if each.shutdown and each.context is None}
    least = _least(every, port)
    if least == 1 or port in shut or not _is_shut(every, shut, port):
        return None
    return least, sum(member not in shut for member in _bundles(every)[port])


def _least(every: tuple[Interface, ...], port: Port) -> int:
    """How many members of a bundle have to be up."""
    return max((each.min_bundle for each in every if each.port == port and each.context is None), default=1)


def _number(port: Port) -> int:
    """The number of a Vlan or BVI; 0, which none has, for any other form."""
    return int(port.numbers) if port.numbers.isdecimal() else 0


def _in_vlan(interfaces: tuple[Interface, ...], vlan: int, *, shut: bool = False) -> tuple[Port, ...]:
    """The switch ports in a VLAN, also those that are shut down if asked for; without a VLAN, one is in VLAN 1."""
    found = []
    for each in interfaces:
        is_switch_port = not (each.nameif or each.is_subinterface or each.is_virtual or each.port.type == "Vlan")
        if not is_switch_port or (each.shutdown and not shut) or each.context is not None:
            continue
        if each.trunk:
            tagged = each.trunk_vlans is not None and vlan in vlans_of(each.trunk_vlans)
            carried = tagged or vlan == each.native_vlan
        else:
            carried = vlan == (each.access_vlan or DEFAULT_VLAN)
        if carried:
            found.append(each.port)
    return _sorted(found)


def _sorted(ports: Iterable[Port]) -> tuple[Port, ...]:
    return tuple(sorted(set(ports), key=lambda port: port.sort_key))


def physical_ports(
    interfaces: Iterable[Interface], *, failover: Port | None, stateful: Port | None
) -> tuple[PhysicalPort, ...]:
    """The ports that carry a named interface or a link, in port order.

    Args:
        interfaces: all interfaces of a unit.
        failover: the port of the failover link.
        stateful: the port of the stateful link, also a data interface's or the failover link's.
    """
    every = tuple(interfaces)
    carried: dict[Port, list[Interface]] = {}
    for each in every:
        for port in carriers(every, each.port, each.context) if each.nameif is not None else ():
            carried.setdefault(port, []).append(each)
    of_failover = carriers(every, failover) if failover is not None else ()
    of_state = carriers(every, stateful) if stateful is not None else ()
    bundles = _bundles(every)
    return tuple(
        PhysicalPort(
            port=port,
            members=bundles.get(port, ()),
            least=_least(every, port),
            interfaces=tuple(carried.get(port, ())),
            failover_link=port in of_failover,
            stateful_link=port in of_state,
        )
        for port in _sorted([*carried, *of_failover, *of_state])
    )


def _bundles(interfaces: tuple[Interface, ...]) -> Mapping[Port, tuple[Port, ...]]:
    """The member ports of each Port-channel and Redundant interface."""
    found: dict[Port, list[Port]] = {each.port: [*each.members] for each in interfaces if each.members}
    for each in interfaces:
        if each.channel_group is not None:
            found.setdefault(Port(f"Port-channel{each.channel_group}"), []).append(each.port)
    return {port: _sorted(members) for port, members in found.items()}
