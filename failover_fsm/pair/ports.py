"""Physical ports: what falls together, because one port carries it.

A port carries its own interface and its subinterfaces, and the failover or stateful link where that is configured on
it; a Port-channel or Redundant interface is one port. Whether a port is down shows in its interfaces, so that a state
needs no field for it: an interface on a shared port goes down and comes up with the port only. An interface over
several ports, such as a BVI, is down when all of them are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from failover_fsm.config.records.pair_config import Interface as NamedInterface
from failover_fsm.config.records.pair_config import PairConfig, StatefulLink, Unit
from failover_fsm.config.values.field_values import Port as PortName
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.pair.states import Interface, PortState

__all__ = [
    "LINKS", "Carrier", "Together", "carriers_in", "find_carrier", "is_up", "links_share_port", "no_carrier",
    "port_after", "vlans_in",
]  # fmt: skip

LINKS = ("failover-link", "stateful-link")
"""The words for the two links in topologies."""


@attrs.frozen(kw_only=True)
class Carrier:
    """A physical port of either unit with what it carries.

    Attributes:
        name: The port in full, `GigabitEthernet0/1` or `Port-channel10`. For an interface over several ports that carry
            nothing else, as a `Vlan` interface of an ASA 5505, the name of the interface: they count as one port.
        members: The ports of a bundle.
        least: How many members have to be up; with fewer the bundle is down.
        interfaces: Positions of the interfaces that run over this port alone.
        partly: Positions of the interfaces that run over other ports too, and fall with the last of them.
        failover: The failover link runs over it.
        stateful: A Stateful Failover link does that runs over other ports than the failover link.
    """

    name: str
    members: tuple[str, ...] = ()
    least: int = 1
    interfaces: tuple[int, ...] = ()
    partly: tuple[int, ...] = ()
    failover: bool = False
    stateful: bool = False

    @property
    def is_shared(self) -> bool:
        """It carries an interface and something else."""
        return bool(self.interfaces) and (
            len(self.interfaces) > 1 or bool(self.partly) or self.failover or self.stateful
        )


@attrs.frozen(kw_only=True)
class Together:
    """What moves together, derived from the carriers.

    Attributes:
        shared_at: The shared carrier of each interface that has one, by position.
        over_several: The interfaces over several ports, each with one interface of each of these ports.
        followers: The interfaces whose port, when down, has been counted as a fault already.
        failover: An interface on the port of the failover link; empty where the link has a port of its own.
        stateful: The same of the stateful link.
    """

    shared_at: dict[int, Carrier]
    over_several: tuple[tuple[int, tuple[int, ...]], ...]
    followers: tuple[int, ...]
    failover: tuple[int, ...]
    stateful: tuple[int, ...]

    @classmethod
    def of(cls, carriers: Iterable[Carrier]) -> Together:
        """What moves together on these ports."""
        shared = [carrier for carrier in carriers if carrier.is_shared]
        several: dict[int, tuple[int, ...]] = {}
        for carrier in shared:
            for index in carrier.partly:
                several[index] = (*several.get(index, ()), carrier.interfaces[0])
        return cls(
            shared_at={index: carrier for carrier in shared for index in carrier.interfaces},
            over_several=tuple(sorted(several.items())),
            followers=tuple(sorted((*several, *(index for carrier in shared for index in carrier.interfaces[1:])))),
            failover=tuple(carrier.interfaces[0] for carrier in shared if carrier.failover),
            stateful=tuple(carrier.interfaces[0] for carrier in shared if carrier.stateful),
        )


def is_up(interfaces: tuple[Interface, ...], places: tuple[int, ...]) -> bool:
    """Neither unit's port is down on these interfaces, nor blocked by its switch."""
    lines = [line for index in places for line in (interfaces[index].primary, interfaces[index].secondary)]
    return PortState.DOWN not in lines and PortState.BLOCKED not in lines


def port_after(
    interfaces: tuple[Interface, ...], together: Together, carrier: Carrier, unit: Unit, line: PortState
) -> tuple[Interface, ...] | None:
    """The interfaces after the port of a unit went down or came up; None where it is so already.

    Args:
        interfaces: The interfaces of the pair.
        together: What moves together.
        carrier: The port; it carries an interface.
        unit: Whose port it is.
        line: How the interfaces on it are afterwards, DOWN, or GOOD or BLOCKED.
    """
    is_down = interfaces[carrier.interfaces[0]].line(unit) is PortState.DOWN
    if is_down is (line is PortState.DOWN):
        return None
    found = list(interfaces)
    for index in carrier.interfaces:
        found[index] = found[index].with_line(unit, line)
    for index, ports in together.over_several:
        was, all_down = found[index].line(unit), all(found[each].line(unit) is PortState.DOWN for each in ports)
        if all_down is not (was is PortState.DOWN):
            found[index] = found[index].with_line(unit, line)
    return tuple(found)


def port_forwards(
    interfaces: tuple[Interface, ...], together: Together, carrier: Carrier, unit: Unit
) -> tuple[Interface, ...] | None:
    """The interfaces after the switch forwards at a port of a unit, for all that it carries; None if it is not blocked.

    Arguments as in `port_after`.
    """
    if interfaces[carrier.interfaces[0]].line(unit) is not PortState.BLOCKED:
        return None
    several = [index for index, leads in together.over_several if carrier.interfaces[0] in leads]
    found = list(interfaces)
    for index in (*carrier.interfaces, *several):
        found[index] = found[index].with_line(unit, PortState.GOOD)
    return tuple(found)


# -- from the configuration ------------------------------------------------------------------------


def carriers_in(config: PairConfig, named: Iterable[NamedInterface]) -> tuple[Carrier, ...]:
    """The ports that carry a link or one of these interfaces.

    Args:
        config: The pair.
        named: The interfaces by position.
    """
    items = tuple(named)
    positions = {(item.port, item.context): index for index, item in enumerate(items)}
    over = {index: config.carriers(item) for index, item in enumerate(items)}
    links = {
        "failover": config.lan.port if config.lan else None,
        "stateful": config.link.port if config.link and config.stateful_link is StatefulLink.DEDICATED else None,
    }
    if links_share_port(config):
        links["stateful"] = None
    only = {role: config.carriers_of(port) for role, port in links.items() if port is not None}
    found = []
    for port in config.ports():
        on = [positions[key] for item in port.interfaces if (key := (item.port, item.context)) in positions]
        found.append(
            Carrier(
                name=port.port.full_name,
                members=tuple(member.full_name for member in port.members),
                least=port.least,
                interfaces=tuple(index for index in on if len(over[index]) == 1),
                partly=tuple(index for index in on if len(over[index]) > 1),
                failover=only.get("failover") == (port.port,),
                stateful=only.get("stateful") == (port.port,),
            )
        )
    return tuple(_bundled(found, items))


def links_share_port(config: PairConfig) -> bool:
    """Whether the failover link and a Stateful Failover link with another name run over one port."""
    if config.lan is None or config.link is None or config.link.port is None:
        return False
    if config.stateful_link is not StatefulLink.DEDICATED:
        return False
    ports = config.carriers_of(config.lan.port)
    return bool(ports) and ports == config.carriers_of(config.link.port)


def vlans_in(config: PairConfig, named: Iterable[NamedInterface]) -> Iterator[tuple[str, int]]:
    """The VLANs of interfaces and links, by name: tags of subinterfaces, numbers of Vlan interfaces.

    A BVI is in the VLANs of the members of its bridge group; what is not tagged is in none that a unit knows of.
    """
    tags = {item.port: item.vlan for item in config.interfaces if item.vlan is not None}
    for item in named:
        ports = [item.port]
        if item.is_bvi:
            inside = [each for each in config.interfaces if each.context == item.context]
            ports = [each.port for each in inside if str(each.bridge_group) == item.port.numbers]
        for port in ports:
            yield from ((config.name_of(item), vlan) for vlan in _tag(port, tags))
    for name, link in zip(LINKS, (config.lan, config.link), strict=True):
        if link is not None and link.port is not None:
            yield from ((name, vlan) for vlan in _tag(link.port, tags))


def _tag(port: PortName, tags: Mapping[PortName, int]) -> tuple[int, ...]:
    if port.type == "Vlan" and port.numbers.isdecimal():
        return (int(port.numbers),)
    return (tags[port],) if port in tags else ()


def _bundled(carriers: list[Carrier], items: tuple[NamedInterface, ...]) -> Iterator[Carrier]:
    """The carriers, with ports that carry nothing alone taken as bundles.

    Where an interface also runs over a port that carries others alone, its bundle stands for all of its ports.
    """
    bare: dict[tuple[int, ...], list[Carrier]] = {}
    for carrier in carriers:
        if carrier.partly and not (carrier.interfaces or carrier.failover or carrier.stateful):
            bare.setdefault(carrier.partly, []).append(carrier)
    taken: dict[int, None] = {}
    for carried, ports in bare.items():
        alone = [index for index in carried if sum(index in each for each in bare) == 1]
        names = [each.name for each in ports]
        name = items[alone[0]].port.full_name if len(alone) == 1 else "+".join(names)
        if alone:
            yield Carrier(name=name, members=tuple(names), interfaces=tuple(alone))
        for index in carried:
            if index not in alone and index not in taken:
                yield Carrier(name=items[index].port.full_name, interfaces=(index,))
            taken[index] = None
    for carrier in carriers:
        partly = tuple(index for index in carrier.partly if index not in taken)
        if carrier.interfaces or carrier.failover or carrier.stateful:
            yield attrs.evolve(carrier, partly=partly)


def no_carrier(carriers: Iterable[Carrier], text: str) -> tuple[str, str]:
    """A port that carries nothing, in words: what is wrong, and what is allowed."""
    every = tuple(carriers)
    for carrier in every:
        if find_carrier((attrs.evolve(carrier, name=member) for member in carrier.members), text):
            when = "with its last member" if carrier.least == 1 else f"with fewer than {carrier.least} members"
            return f"{text} is a member of {carrier.name}, which falls {when}", f"port={carrier.name}"
    names = ", ".join(carrier.name for carrier in every) or "none"
    return f"there is no port {text} that carries anything", names


def find_carrier(carriers: Iterable[Carrier], text: str) -> Carrier | None:
    """The port that a text names, in full or abbreviated as on a device; None where there is none."""
    every = tuple(carriers)
    for carrier in every:
        if carrier.name == text:
            return carrier
    try:
        wanted = PortName(text).full_name
    except ValueNotAllowed:
        return None
    return next((carrier for carrier in every if carrier.name == wanted), None)
