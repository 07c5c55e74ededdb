"""The symmetry of fault sets: sets that differ only in the names of things that are interchangeable.

The pair is taken as a graph without names: interfaces with what the protocol goes by, the ports that carry several of
them, the elements of the topology with what they join and carry, and the faults at each. An automorphism of this graph
that leaves the units and the two links where they are changes names and nothing else. Sets that automorphisms turn into
one another are of one *kind*; its representative is the *ordered* set, in which things with more, or earlier, faults
come first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import attrs

from failover_fsm.analysis.arrangements import Alike, Beside, Part, Pattern
from failover_fsm.analysis.automorphisms import arranged
from failover_fsm.pair import events as e
from failover_fsm.pair.ports import LINKS
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import UNITS, Network, Topology

__all__ = ["Address", "FaultSet", "FaultSymmetry"]

FaultSet = tuple[int, ...]
"""Positions of faults in `CutSetSearch.faults`, ascending."""


@attrs.frozen
class Address:
    """Where a fault stands among those that are interchangeable.

    Attributes:
        orbit: The same for faults that can take each other's place.
        block: The same for all of the outermost things that are alike; None for a fault that nothing else is like.
        place: Which of these things it belongs to.
    """

    orbit: tuple[int, ...]
    block: tuple[int, ...] | None = None
    place: int = 0


class FaultSymmetry:
    """The renamings of interfaces, ports and elements that leave the pair as it is."""

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        graph = _Graph(settings, faults)
        found = arranged(list(graph.colours.values()), graph.edges)
        first = len(graph.colours) - len(faults)
        self._faults = tuple(vertex - first for vertex in found.order)  # negative for what is no fault
        self._at = {fault: place for place, fault in enumerate(self._faults)}
        self._part, self._plain = found.part, found.part.plain()
        self._addresses = dict(zip(self._faults, _addresses(self._plain, (), None, 0), strict=True))

    # -- the representative ----------------------------------------------------------------------

    def renaming(self, chosen: FaultSet) -> list[int]:
        """For each fault, the fault that takes its place in the ordered set of `chosen`."""
        names = [0] * sum(fault >= 0 for fault in self._faults)
        for place, comes in enumerate(self._part.order(self._pattern(chosen))):
            if self._faults[comes] >= 0:
                names[self._faults[comes]] = self._faults[place]
        return names

    def ordered(self, chosen: FaultSet) -> FaultSet:
        """The representative of `chosen`."""
        return self._set(self._part.least(self._pattern(chosen)))

    def extensions(self, chosen: FaultSet) -> Iterator[int]:
        """The faults that can be added to a set, at least one of those that lead to sets of the same kind."""
        return (fault for place in self._part.fresh(self._pattern(chosen)) if (fault := self._faults[place]) >= 0)

    # -- the sets of a kind ------------------------------------------------------------------------

    def count(self, chosen: FaultSet) -> int:
        """The number of sets of the same kind."""
        return self._part.count(self._pattern(chosen))

    def members(self, chosen: FaultSet) -> Iterator[FaultSet]:
        """Every set of the same kind, in no particular order."""
        return map(self._set, self._part.members(self._pattern(chosen)))

    def variants(self, chosen: FaultSet) -> Iterator[tuple[FaultSet, int]]:
        """The kind in parts that can be told by names: a set of each, and how many there are.

        In each part, every fault stands for those at its address.
        """
        for variant in self._part.variants(self._pattern(chosen)):
            yield self._set(variant), self._plain.count(variant)

    def address_of(self, fault: int) -> Address:
        """Where a fault stands among those that are interchangeable."""
        return self._addresses[fault]

    def _pattern(self, chosen: FaultSet) -> Pattern:
        return tuple(sorted(self._at[fault] for fault in chosen))

    def _set(self, pattern: Pattern) -> FaultSet:
        return tuple(sorted(self._faults[place] for place in pattern))


def _addresses(part: Part, orbit: tuple[int, ...], block: tuple[int, ...] | None, place: int) -> Iterator[Address]:
    """The address of each place of a tree without turns."""
    if isinstance(part, Beside):
        for number, each in enumerate(part.parts):
            yield from _addresses(each, (*orbit, number), block, place)
    elif isinstance(part, Alike):
        for number in range(part.number):
            outer = (orbit, number) if block is None else (block, place)
            yield from _addresses(part.part, (*orbit, -1), *outer)
    else:
        yield from (Address((*orbit, number), block, place) for number in range(part.size))


class _Graph:
    """The pair as a graph; the faults are its last vertices, in their order.

    Attributes:
        colours: The colour of each vertex.
        edges: Pairs of the numbers of vertices.
    """

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        self.colours: dict[Hashable, Hashable] = {}
        self.edges: list[tuple[int, int]] = []
        self._numbers: dict[Hashable, int] = {}
        for name in (*UNITS, *LINKS):
            self._vertex(name, name)
        self._interfaces(settings)
        if settings.topology is not None:
            self._elements(settings.topology)
        for number, fault in enumerate(faults):
            self._fault(settings, number, fault)

    def _vertex(self, key: Hashable, colour: Hashable, *near: Hashable) -> None:
        self._numbers[key] = len(self._numbers)
        self.colours[key] = colour
        self.edges += [(self._numbers[key], self._numbers[each]) for each in near]

    def _interfaces(self, settings: Settings) -> None:
        """The interfaces, and the ports that carry several things."""
        for index, port in enumerate(settings.ports):
            counts = index in settings.counted, index in settings.able_to_fail, port.addressed, port.shutdown
            carries = settings.state_on_data and port.carries_state
            self._vertex(("interface", index), ("interface", port.group, *counts, carries))
        for carrier in {each.name: each for each in settings.together.shared_at.values()}.values():
            on = [("interface", index) for index in (*carrier.interfaces, *carrier.partly)]
            self._vertex(("port", carrier.name), ("port", carrier.failover, carrier.stateful), *on)

    def _elements(self, topology: Topology) -> None:
        """Switches, cables and inter-switch links, at their ends and at the networks that they carry."""
        networks: dict[Hashable, Network] = {LINKS[0]: topology.failover, LINKS[1]: topology.stateful}
        networks |= {("interface", index): network for index, network in enumerate(topology.ports)}
        cables = {cable.name: cable for network in networks.values() for cable in network}
        everywhere = {trunk.name: trunk for trunk in topology.trunks}
        ends = [end for cable in (*cables.values(), *everywhere.values()) for end in cable.ends if end not in UNITS]
        for switch in dict.fromkeys(ends):
            self._vertex(("element", switch), "switch")
        for name, cable in (cables | everywhere).items():
            joined = [end if end in UNITS else ("element", end) for end in cable.ends]
            carried = [key for key, network in networks.items() if cable in network]
            colour = ("joint", name in everywhere, name in topology.elements)
            if cable.bundle and ("bundle", cable.bundle) not in self._numbers:
                self._vertex(("bundle", cable.bundle), ("bundle", cable.least))
            bundle = [("bundle", cable.bundle)] if cable.bundle else []
            self._vertex(("element", name), colour, *joined, *carried, *bundle)
        for host, units in topology.hosts:
            self._vertex(("element", host), "host", *units)

    def _fault(self, settings: Settings, number: int, fault: e.Fault) -> None:
        kind = (type(fault).__name__, fault.unit.value if isinstance(fault, e.AtUnit) else "")
        if isinstance(fault, e.AtInterface):
            near: Hashable = ("interface", settings.index_of(fault.interface))
        elif isinstance(fault, e.AtPort):
            near = ("port", fault.port)
        else:
            near = ("element", fault.element) if isinstance(fault, e.ElementFailed) else None
        if near in self._numbers:
            self._vertex(number, ("fault", *kind), near)
        else:
            self._vertex(number, ("fault", number))
