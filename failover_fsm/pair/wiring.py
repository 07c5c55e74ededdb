"""The wiring between the units: switches, cables, inter-switch links, and which links are up while some are broken.

Theory of the wiring.  A *network* is what the two units share: the failover link, a stateful link of its own,
a data interface.  Its *cables* run from the units' ports to switches, or directly from one unit to the other;
several cables at one unit are the members of a redundant interface (SPL-14), or of a Port-channel, which may need more
than one of them.  *Trunks*, the inter-switch links, carry
every network.  A unit's port is up while one of its cables has something alive at its other end; the units reach
each other on a network while a route of whole cables, switches and trunks is left (SPL-1).  A crossover and a
straight-through cable are the same (LNK-9).  A direct cable is one element with the port at either end: when it
is dead both units see the link down (LNK-7), and neither can tell which end it was (LNK-8).

Assumptions: the ends of a redundant interface find each other by any route; a unit without power leaves the
port at the other end of a direct cable as it is, since nothing counts there that its silence does not tell.
"""

from __future__ import annotations

from functools import cache

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.states import Interface, Links, LinkState, PortState, Wiring

UNITS = (Unit.PRIMARY.value, Unit.SECONDARY.value)


@attrs.frozen(kw_only=True, cache_hash=True)
class Cable:
    """A cable or a trunk.

    name: the element.  ends: what it joins, names of switches, or `primary` and `secondary` for the units.
    bundle: the Port-channel that it is a member of, if that needs more than one.  least: how many members it needs.
    """

    name: str
    ends: tuple[str, str]
    bundle: str = ""
    least: int = 1

    def other_end(self, end: str) -> str | None:
        """What is at the other end from `end`; None where the cable does not touch `end`."""
        if end not in self.ends:
            return None
        return self.ends[1] if self.ends[0] == end else self.ends[0]


Network = tuple[Cable, ...]
"""The cables of one network, all ends of them."""


@attrs.frozen(kw_only=True, cache_hash=True)
class Topology:
    """The wiring of one pair.

    name: for people.  elements: every switch, cable and inter-switch link that can fail, from the failover
    link outwards.  trunks: the inter-switch links.  failover, stateful: the networks of the links, empty
    where a link is not drawn and so never fails by an element.  ports: the network of each interface in
    the order of `Settings.ports`, empty likewise.  hosts: elements on which a unit runs as a virtual machine, with
    the names of the units that stop with each.
    """

    name: str
    elements: tuple[str, ...]
    trunks: tuple[Cable, ...] = ()
    failover: Network = ()
    stateful: Network = ()
    ports: tuple[Network, ...] = ()
    hosts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def index_of(self, element: str) -> int:
        """The position of an element.  Raises KeyError when the topology does not have it."""
        if element not in self.elements:
            raise KeyError(element)
        return self.elements.index(element)

    def units_on(self, element: str) -> tuple[Unit, ...]:
        """The units that run on an element, which is their host."""
        return tuple(unit for unit in Unit if unit.value in dict(self.hosts).get(element, ()))


def healthy(topology: Topology) -> Wiring:
    """Everything whole."""
    return Wiring(
        elements=(LinkState.GOOD,) * len(topology.elements),
        interfaces=(Interface(),) * len(topology.ports),
    )


def broken_elements(topology: Topology, elements: tuple[LinkState, ...]) -> tuple[str, ...]:
    """The names of the elements that are broken, in the topology's order."""
    return tuple(name for name, state in zip(topology.elements, elements, strict=True) if state is LinkState.CUT)


def is_hosted(topology: Topology | None, wiring: Wiring | None, unit: Unit) -> bool:
    """True if no host of the unit is broken."""
    if topology is None or wiring is None or not topology.hosts:
        return True
    broken = broken_elements(topology, wiring.elements)
    return not any(unit.value in units for host, units in topology.hosts if host in broken)


@cache
def carried(topology: Topology, elements: tuple[LinkState, ...]) -> tuple[Links, tuple[Interface, ...]]:
    """The links and interfaces as far as the elements decide.

    A path is cut where both ports are up and no route joins them; where a port is down that tells it all.
    """
    broken = broken_elements(topology, elements)
    links = Links(
        failover=channel_over(topology, topology.failover, broken),
        stateful=channel_over(topology, topology.stateful, broken),
    )
    return links, tuple(interface_over(topology, network, broken) for network in topology.ports)


def channel_over(topology: Topology, network: Network, broken: tuple[str, ...]) -> LinkState:
    """Whether a network joins the units while these elements are broken; one that is not drawn does."""
    whole = _whole(network, broken)
    return LinkState.GOOD if not network or _joined(topology, whole, broken) else LinkState.CUT


def interface_over(topology: Topology, network: Network, broken: tuple[str, ...]) -> Interface:
    """The state of an interface with this network while these elements are broken."""
    whole = _whole(network, broken)
    lines = [_line(whole, unit, broken) if network else PortState.GOOD for unit in UNITS]
    path = LinkState.GOOD if PortState.DOWN in lines else channel_over(topology, network, broken)
    return Interface(path=path, primary=lines[0], secondary=lines[1])


def _line(network: Network, unit: str, broken: tuple[str, ...]) -> PortState:
    """A port is up while the other end of one of its cables is alive."""
    far = [cable.other_end(unit) for cable in network if cable.name not in broken]
    return PortState.GOOD if any(end is not None and end not in broken for end in far) else PortState.DOWN


def _whole(network: Network, broken: tuple[str, ...]) -> Network:
    """The cables without those of Port-channels that have too few members left."""
    needy = {(unit, cable.bundle): cable.least for cable in network for unit in cable.ends if cable.least > 1}
    found = network
    for (unit, bundle), least in needy.items():
        of_unit = [cable for cable in network if cable.bundle == bundle and unit in UNITS and unit in cable.ends]
        alive = [cable for cable in of_unit if cable.name not in broken and cable.other_end(unit) not in broken]
        if len(alive) < least:
            found = tuple(cable for cable in found if cable not in of_unit)
    return found


def is_joined(topology: Topology, network: Network) -> bool:
    """True if the units reach each other on a network while everything is whole."""
    return _joined(topology, network, ())


def _joined(topology: Topology, network: Network, broken: tuple[str, ...]) -> bool:
    """A route leads from the primary's port to the secondary's."""
    whole = [cable for cable in (*network, *topology.trunks) if cable.name not in broken]
    reached = [UNITS[0]]
    for place in reached:
        for cable in whole:
            end = cable.other_end(place)
            if end is not None and end not in reached and end not in broken:
                reached.append(end)
    return UNITS[1] in reached


def together(topology: Topology, wiring: Wiring) -> tuple[Links, tuple[Interface, ...]]:
    """The links and interfaces of a pair: what fails by itself and what the elements take down, together."""
    links, interfaces = carried(topology, wiring.elements)
    both = Links(
        failover=_worse(wiring.links.failover, links.failover),
        stateful=_worse(wiring.links.stateful, links.stateful),
    )
    return both, tuple(map(worst_of, wiring.interfaces, interfaces))


def _worse(one: LinkState, other: LinkState) -> LinkState:
    return LinkState.CUT if LinkState.CUT in (one, other) else LinkState.GOOD


def worst_of(one: Interface, other: Interface) -> Interface:
    """An interface that is as broken as both: by itself and by its elements."""
    lines = [_worse_line(one.line(unit), other.line(unit)) for unit in Unit]
    path = _worse(one.path, other.path)
    deaf = one.deaf if path is LinkState.GOOD else None
    return Interface(path=path, primary=lines[0], secondary=lines[1], deaf=deaf)


def _worse_line(one: PortState, other: PortState) -> PortState:
    worst = (PortState.DOWN, PortState.BLOCKED, PortState.SILENT, PortState.GOOD)
    return next(line for line in worst if line in (one, other))


def element_toggled(
    topology: Topology | None, wiring: Wiring | None, event: e.ElementFailed | e.ElementRestored
) -> Wiring:
    """The wiring after an element failed or was restored.

    Raises NotPossible for a pair without a topology, an element that it does not have, or one that is so already.
    """
    if topology is None or wiring is None:
        raise NotPossible(event, "the pair has no topology")
    try:
        index = topology.index_of(event.element)
    except KeyError:
        names = ", ".join(topology.elements)
        raise NotPossible(event, f"there is no element {event.element}; allowed: {names}") from None
    wanted = LinkState.CUT if isinstance(event, e.ElementFailed) else LinkState.GOOD
    elements = list(wiring.elements)
    if elements[index] is wanted:
        raise NotPossible(event, "it is so already")
    elements[index] = wanted
    return attrs.evolve(wiring, elements=tuple(elements))
