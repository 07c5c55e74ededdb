"""The chapter's advice on the route of the failover link, judged by the consequences of one broken element."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Advice, Unit
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState
from failover_fsm.pair.wiring import Network, Topology, carried
from failover_fsm.topology.figures import outer_of
from failover_fsm.topology.plan import Plan


class Standing(enum.Enum):
    """The chapter's opinion of a topology."""

    NOT_RECOMMENDED = "not recommended"
    RECOMMENDED = "recommended"
    MOST_RELIABLE = "most reliable"


def standing(settings: Settings) -> tuple[Standing, str]:
    """The chapter's opinion of the topology of a pair, and the rule (SPL-11 to SPL-14).

    Raises:
        ValueError: If the pair has no topology.
    """
    topology = _topology(settings)
    if shared_fate(settings):
        return Standing.NOT_RECOMMENDED, "SPL-11"
    if not any(_cut(topology, element) for element in topology.elements):
        return Standing.MOST_RELIABLE, "SPL-14"
    shared = _switches(topology.failover) & {end for net in topology.ports for end in _switches(net)}
    return Standing.RECOMMENDED, "SPL-13" if shared else "SPL-12"


def shared_fate(settings: Settings) -> tuple[str, ...]:
    """The elements that take down the failover link and every data path together (SPL-7).

    Raises:
        ValueError: If the pair has no topology.
    """
    topology = _topology(settings)
    return tuple(element for element in topology.elements if _parts(topology, settings, element))


def advice(plan: Plan, settings: Settings) -> Iterator[Advice]:
    """The advice on the cabling of a pair.

    One element for everything (SPL-7), one host for both units (TRG-2), a failover link on a port with data (LNK-5) or
    on the outside's switch (SPL-13), no PortFast (LNK-13).

    Args:
        plan: The drawing.
        settings: The settings of the pair with this cabling.
    """
    topology = _topology(settings)
    for element in shared_fate(settings):
        yield Advice(
            line=None,
            text=f"{plan.name}: {element} carries the failover link and every data path, so its failure makes both "
            "units active; advised: different ways for the failover link and the data interfaces",
            rule="SPL-7",
        )
    for host, units in topology.hosts:
        if len(units) > 1:
            text = f"{plan.name}: both units run on {host} and stop with it; advised: a host for each unit"
            yield Advice(line=None, text=text, rule="TRG-2")
    yield from _on_a_data_port(plan, settings, topology)
    yield from _on_the_outside(plan, settings, topology)
    if not plan.portfast:
        for switch in dict.fromkeys(end for network in _networks(topology) for end in _at_units(network)):
            text = f"{plan.name}: PortFast is off on the ports of {switch} at the units; advised: switch it on"
            yield Advice(line=None, text=text, rule="LNK-13")


def _on_a_data_port(plan: Plan, settings: Settings, topology: Topology) -> Iterator[Advice]:
    """A cable of the failover link that carries data too takes both down."""
    units = [unit.value for unit in Unit]
    for cable in topology.failover:
        ports = zip(settings.ports, topology.ports, strict=True)
        names = [port.name for port, network in ports if cable in network and any(end in units for end in cable.ends)]
        if names:
            yield Advice(
                line=None,
                text=f"{plan.name}: {cable.name} carries the failover link and {', '.join(names)}; advised: a port of "
                "its own for the failover link",
                rule="LNK-5",
            )


def _on_the_outside(plan: Plan, settings: Settings, topology: Topology) -> Iterator[Advice]:
    """The failover link may share the switches of one network, preferably the one on the secure side."""
    shared = {
        port.name: _switches(topology.failover) & _switches(network)
        for port, network in zip(settings.ports, topology.ports, strict=True)
    }
    outer = outer_of(shared)
    if outer is not None and shared[outer] and not all(shared.values()):
        switch = next(end for cable in topology.failover for end in cable.ends if end in shared[outer])
        yield Advice(
            line=None,
            text=f"{plan.name}: the failover link shares {switch} with {outer}; advised: a switch on the secure side",
            rule="SPL-13",
        )


def _topology(settings: Settings) -> Topology:
    if settings.topology is None:
        raise ValueError("a pair without a topology; allowed: Plan.laid(settings)")
    return settings.topology


def _networks(topology: Topology) -> tuple[Network, ...]:
    return topology.failover, topology.stateful, *topology.ports


def _switches(network: Network) -> set[str]:
    units = {unit.value for unit in Unit}
    return {end for cable in network for end in cable.ends} - units


def _at_units(network: Network) -> Iterator[str]:
    units = [unit.value for unit in Unit]
    for cable in network:
        if any(end in units for end in cable.ends):
            yield from (end for end in cable.ends if end not in units)


def _without(topology: Topology, element: str) -> tuple[LinkState, ...]:
    return tuple(LinkState.CUT if name == element else LinkState.GOOD for name in topology.elements)


def _cut(topology: Topology, element: str) -> bool:
    links, _ = carried(topology, _without(topology, element))
    return links.failover is LinkState.CUT


def _parts(topology: Topology, settings: Settings, element: str) -> bool:
    """True if without the element the units cannot reach each other at all."""
    _, interfaces = carried(topology, _without(topology, element))
    return _cut(topology, element) and not any(_carries(interfaces[index]) for index in settings.counted)


def _carries(interface: Interface) -> bool:
    lines = (interface.primary, interface.secondary)
    return interface.path is LinkState.GOOD and PortState.DOWN not in lines
