"""From one condition of the interfaces, or one wiring, to another: repairs, then faults, only where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.states import Interface, LinkState, PortState, Unit, Wiring

__all__ = ["Walk", "WiredWalk"]

Condition = tuple[Interface, ...]


class Walk:
    """The way of the interfaces through a run, from all good; goals are observations."""

    def __init__(self, model: PairModel) -> None:
        self._model = model
        self._now = cold(model.settings).interfaces

    def to(self, goal: Any) -> Iterator[e.Event]:
        """The events from where the interfaces are to a condition with the observation `goal`."""
        near = _nearest(self._model, self._now, goal.condition)
        yield from _walk(self._model, self._now, near)
        self._now = near


class WiredWalk:
    """The same for a pair with a topology, whose elements fail; hosts are left as they are."""

    def __init__(self, model: WiredModel) -> None:
        self._model = model
        wiring = cold(model.settings).wiring
        assert wiring is not None, "a pair with a topology"
        self._now = wiring

    def to(self, goal: Any) -> Iterator[e.Event]:
        """The events from the wiring as it is to one with the observation `goal`."""
        now, then = self._now, goal.wiring
        yield from self._elements(now, then, LinkState.CUT, e.ElementRestored)
        yield from _links(now, then, LinkState.CUT, (e.FailoverLinkRestored(), e.StatefulLinkRestored()))
        yield from _walk(self._model, now.interfaces, then.interfaces)
        yield from _links(now, then, LinkState.GOOD, (e.FailoverLinkFailed(), e.StatefulLinkFailed()))
        yield from self._elements(now, then, LinkState.GOOD, e.ElementFailed)
        self._now = then

    def _elements(
        self, now: Wiring, then: Wiring, begin: LinkState, kind: type[e.ElementFailed | e.ElementRestored]
    ) -> Iterator[e.Event]:
        """The events of the elements that are in the state `begin` and in another one afterwards."""
        topology = self._model.settings.topology
        assert topology is not None, "a pair with a topology"
        hosts = dict(topology.hosts)
        for name, one, other in zip(topology.elements, now.elements, then.elements, strict=True):
            if name not in hosts and one is begin is not other:
                yield kind(element=name)


def _links(now: Wiring, then: Wiring, begin: LinkState, events: tuple[e.Event, e.Event]) -> Iterator[e.Event]:
    """The events of the links that are broken by themselves, or are going to be."""
    links = (now.links.failover, then.links.failover), (now.links.stateful, then.links.stateful)
    for (one, other), event in zip(links, events, strict=True):
        if one is begin is not other:
            yield event


def _nearest(model: PairModel, interfaces: Condition, goal: Condition) -> Condition:
    """The condition `goal` with interchangeable places exchanged, so that many stay as they are."""
    found = list(goal)
    for alike in model.alike:
        wanted = [tuple(goal[index] for index in place.positions) for place in alike]
        open_places = []
        for place in alike:
            now = tuple(interfaces[index] for index in place.positions)
            if now in wanted:
                wanted.remove(now)
                for index, item in zip(place.positions, now, strict=True):
                    found[index] = item
            else:
                open_places.append(place)
        for place, items in zip(open_places, wanted, strict=True):
            for index, item in zip(place.positions, items, strict=True):
                found[index] = item
    return tuple(found)


def _walk(model: PairModel, start: Condition, goal: Condition) -> Iterator[e.Event]:
    """Repairs and then faults that lead from one condition to another."""
    now = start
    for wanted in (_repairs, _faults):
        for event in wanted(model, now, goal):
            after = interfaces_after(model.settings, now, event)
            if after is None:
                raise RuntimeError(f"{event} is not possible on the way to a condition of the interfaces")
            now = after
            yield event
    if now != goal:
        raise RuntimeError("faults and repairs do not lead to a condition of the interfaces")


def _repairs(model: PairModel, now: Condition, goal: Condition) -> Iterator[e.AtPort | e.AtInterface]:
    """What is mended because it is not broken so in `goal`."""
    good, silent, down = PortState.GOOD, PortState.SILENT, PortState.DOWN
    for port, first, unit in _ports(model):
        if now[first].line(unit) is down is not goal[first].line(unit):
            yield e.PortRestored(unit=unit, port=port)
    for index, name, has_line in _interfaces(model):
        for unit in Unit:
            before, after = now[index].line(unit), goal[index].line(unit)
            if has_line and before is down is not after:
                yield e.InterfaceLinkRestored(unit=unit, interface=name)
            if before is silent and after is good:
                yield e.InterfaceTrafficRestored(unit=unit, interface=name)
        if now[index].path is LinkState.CUT is not goal[index].path:
            yield e.InterfacePathRestored(interface=name)
        deaf = now[index].deaf
        if deaf is not None and goal[index].deaf is not deaf:
            yield e.InterfacePathBothWays(unit=deaf, interface=name)


def _faults(model: PairModel, now: Condition, goal: Condition) -> Iterator[e.AtPort | e.AtInterface]:
    """What breaks, from a condition that is nowhere worse than `goal`; ports first, with all that they carry."""
    silent, down = PortState.SILENT, PortState.DOWN
    for port, first, unit in _ports(model):
        if now[first].line(unit) is not down is goal[first].line(unit):
            yield e.PortFailed(unit=unit, port=port)
    for index, name, has_line in _interfaces(model):
        for unit in Unit:
            before, after = now[index].line(unit), goal[index].line(unit)
            if has_line and before is not down is after:
                yield e.InterfaceLinkFailed(unit=unit, interface=name)
            if before is not silent is after:
                yield e.InterfaceTrafficFailed(unit=unit, interface=name)
        if now[index].path is not LinkState.CUT is goal[index].path:
            yield e.InterfacePathFailed(interface=name)
        deaf = goal[index].deaf
        if deaf is not None and now[index].deaf is not deaf:
            yield e.InterfacePathOneWay(unit=deaf, interface=name)


def _ports(model: PairModel) -> Iterator[tuple[str, int, Unit]]:
    """The ports that fail with all that they carry: name, an interface on it, and the unit."""
    for alike in model.alike:
        for place in alike:
            if place.port is not None:
                yield from ((place.port.name, place.port.interfaces[0], unit) for unit in Unit)


def _interfaces(model: PairModel) -> Iterator[tuple[int, str, bool]]:
    """The interfaces: position, name, and whether its port carries nothing else."""
    for alike in model.alike:
        for place in alike:
            yield from ((index, model.settings.ports[index].name, place.has_line) for index in place.positions)
