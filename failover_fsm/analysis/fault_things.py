"""What a fault is at, and how people call it: an interface or a port that fails in some way, or an element by name.

A cable at the port of an interface is told as a way in which the interface fails, where it is one of several that are
alike: nobody knows cables by their numbers. What is like nothing else keeps its own name.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.symmetry import Address
from failover_fsm.pair import events as e
from failover_fsm.pair.wiring import UNITS, Cable, Network

__all__ = ["BROKEN", "FoundThing", "Things", "Way", "Ways"]

Way = tuple[str, str]
"""At which unit something fails, empty for a path or an element; and how: down, silent, path, BROKEN, or a cable."""

Ways = tuple[Way, ...]
"""All that fails at one interface, port or element, ascending."""

BROKEN = "broken"
"""How an element fails that is told by its own name."""

HOW: dict[type[e.Event], str] = {
    e.InterfaceLinkFailed: "down",
    e.PortFailed: "down",
    e.InterfaceTrafficFailed: "silent",
    e.InterfacePathFailed: "path",
    e.InterfacePathOneWay: "deaf",
}


@attrs.frozen(kw_only=True)
class FoundThing:
    """What a fault is at.

    Attributes:
        name: Its name.
        alike: The names of all that are like it.
        way: How it fails.
        place: The same for things that belong together, as on one port.
        block: See `fault_kinds.Thing`.
    """

    name: str
    alike: tuple[str, ...]
    way: Way
    place: object
    block: tuple[int, ...] = ()


class Things:
    """What each fault of a search is at."""

    def __init__(self, search: CutSetSearch) -> None:
        self._search, settings = search, search.settings
        self._ports = {settings.ports[index].name: port.name for index, port in settings.together.shared_at.items()}
        self._cables = dict(_cables(search))
        names: dict[object, dict[str, None]] = {}
        for fault in search.faults:
            names.setdefault(self._address(fault).orbit, {})[self._name(fault)[0]] = None
        self._alike = {orbit: tuple(found) for orbit, found in names.items()}

    def of(self, fault: e.Fault) -> FoundThing | None:
        """What the fault is at; None for a unit, a link, a module, and for an element that nothing else is like."""
        name, way = self._name(fault)
        address = self._address(fault)
        alike = self._alike[address.orbit]
        if not name or (isinstance(fault, e.ElementFailed) and address.block is None):
            return None
        port = self._ports.get(name, name if name in self._ports.values() else None)
        place = ("port", port) if port is not None else (address.block, address.place if address.block else name)
        return FoundThing(name=name, alike=alike, way=way, place=place, block=address.block or ())

    def _address(self, fault: e.Fault) -> Address:
        return self._search.symmetry.address_of(self._search.positions[fault])

    def _name(self, fault: e.Fault) -> tuple[str, Way]:
        """The name of what a fault is at, empty for what has none; and the way in which it fails."""
        unit = fault.unit.value if isinstance(fault, e.AtUnit) else ""
        if isinstance(fault, e.AtPort):
            return fault.port, (unit, HOW[type(fault)])
        if isinstance(fault, e.AtInterface):
            return fault.interface, (unit, HOW[type(fault)])
        if isinstance(fault, e.ElementFailed):
            return self._cables.get(fault.element, (fault.element, ("", BROKEN)))
        return "", ("", "")


def _cables(search: CutSetSearch) -> Iterator[tuple[str, tuple[str, Way]]]:
    """The cables at ports of interfaces: each with what it is at, and how that fails without it."""
    settings, topology = search.settings, search.settings.topology
    if topology is None:
        return
    fixed = {
        fault.element
        for fault, index in search.positions.items()
        if isinstance(fault, e.ElementFailed) and search.symmetry.address_of(index).block is None
    }
    on: dict[str, tuple[Cable, list[int]]] = {}
    for index, network in enumerate(topology.ports):
        for cable in network:
            on.setdefault(cable.name, (cable, []))[1].append(index)
    links = [cable.name for cable in (*topology.failover, *topology.stateful)]
    for name, (cable, indices) in on.items():
        units = [end for end in cable.ends if end in UNITS]
        carriers = [settings.together.shared_at.get(index) for index in indices]
        if name in links or not units or (len(indices) > 1 and len({each and each.name for each in carriers}) > 1):
            continue
        what = settings.ports[indices[0]].name if carriers[0] is None else carriers[0].name
        yield name, (what, _way(cable, units, topology.ports[indices[0]], fixed))


def _way(cable: Cable, units: list[str], network: Network, fixed: set[str]) -> Way:
    """How an interface fails without a cable; where it has several at the unit, the one is told by where it leads."""
    if len(units) > 1:
        return "", "cable broken"
    (unit,) = units
    if sum(each.other_end(unit) is not None for each in network) == 1:
        return unit, "cable broken"
    far = cable.other_end(unit)
    return unit, f"cable to {far} broken" if far in fixed else "a cable broken"
