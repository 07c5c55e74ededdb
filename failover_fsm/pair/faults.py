"""Faults and repairs of links, interfaces, service modules and elements: how they change a draft of the pair.

Each function here makes a `Change`, which `pair.registry` gives to an event class. A message that was on its way on
what breaks is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import UNITS, group_number, message_survives
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.health import carries_hellos
from failover_fsm.pair.outputs import MessageLost, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Interface, LinkState, Modules, PortState, State, Unit, Wiring
from failover_fsm.pair.wiring import element_toggled, together
from failover_fsm.records import ask, edit

Change = Callable[[Any, Settings, Any], tuple[Output, ...]]
"""Applies an event to a draft of a State and returns the outputs. Raises NotPossible, nothing has changed then."""

InterfaceChange = Callable[[Interface, Any], Interface | None]
"""The interface after an event, None where the event cannot happen."""

ALREADY = "it is so already"


# -- links ---------------------------------------------------------------------------------------


def failover_link(state: Any, settings: Settings, event: e.Event) -> tuple[Output, ...]:
    """The failover link is cut or mended."""
    state.links.failover = _toggled(state.links.failover, event)
    return tuple(lose_messages(state, settings)) if isinstance(event, e.Fault) else ()


def stateful_link(state: Any, settings: Settings, event: e.Event) -> tuple[Output, ...]:
    """The Stateful Failover link is cut or mended; no hand-over message travels there."""
    state.links.stateful = _toggled(state.links.stateful, event)
    return ()


def _toggled(link: LinkState, event: e.Event) -> LinkState:
    wanted = LinkState.CUT if isinstance(event, e.Fault) else LinkState.GOOD
    if link is wanted:
        raise NotPossible(event, ALREADY)
    return wanted


# -- service modules -----------------------------------------------------------------------------


def service_module(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
    """The service module of a unit dies or works again."""
    works = isinstance(event, e.Repair)
    if state.module_works(event.unit) is works:
        raise NotPossible(event, ALREADY)
    state.modules = ask(state.modules, module_set, event.unit, works)
    return ()


def module_set(modules: Modules, unit: Unit, works: bool) -> Modules:
    """The modules, that of `unit` working or dead."""
    module = LinkState.GOOD if works else LinkState.CUT
    return attrs.evolve(modules, primary=module) if unit is Unit.PRIMARY else attrs.evolve(modules, secondary=module)


# -- interfaces ----------------------------------------------------------------------------------


def port_goes(before: tuple[PortState, ...], after: PortState) -> InterfaceChange:
    """The port of the event's unit goes from one of some states to another."""

    def change(interface: Interface, event: Any) -> Interface | None:
        if interface.line(event.unit) not in before:
            return None
        return interface.with_line(event.unit, after)

    return change


def path_goes(before: LinkState, after: LinkState) -> InterfaceChange:
    """The path between the units goes from one state to another."""
    return lambda interface, _: attrs.evolve(interface, path=after) if interface.path is before else None


def on_interface(change: InterfaceChange) -> Change:
    """The change of the interface that the event names."""

    def apply(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
        try:
            index = settings.index_of(event.interface)
        except KeyError as missing:
            names = ", ".join(port.name for port in settings.ports) or "none"
            raise NotPossible(event, f"there is no interface {missing.args[0]}; allowed: {names}") from None
        interfaces = state.interfaces
        changed = change(interfaces[index], event)
        if changed is None:
            raise NotPossible(event, ALREADY)
        return place_interfaces(state, settings, (*interfaces[:index], changed, *interfaces[index + 1 :]))

    return apply


def place_interfaces(state: Any, settings: Settings, interfaces: tuple[Interface, ...]) -> tuple[Output, ...]:
    """Gives a draft of a State these interfaces; a message that travelled on one that is cut now is lost."""
    carried = _carried(state, settings)
    state.interfaces = interfaces
    cut = any(before and not now for before, now in zip(carried, _carried(state, settings), strict=True))
    return tuple(lose_messages(state, settings, by_data=True)) if cut else ()


def _carried(state: Any, settings: Settings) -> tuple[bool, ...]:
    """Whether data interfaces carry hellos, to each unit."""
    return tuple(ask(state.interfaces, carries_hellos, settings.counted, unit) for unit in UNITS)


# -- elements of a topology ----------------------------------------------------------------------


def element(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
    """A switch, a cable or an inter-switch link fails or is mended, and takes links and interfaces along."""
    return _wired(state, settings, event, element_toggled(settings.topology, state.wiring, event))


def in_topology(change: Change) -> Change:
    """A change of a link or an interface by itself; with a topology, whatever the elements do to it besides stays."""

    def apply(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
        if settings.topology is None:
            return change(state, settings, event)
        own = edit(State(links=state.wiring.links, interfaces=state.wiring.interfaces))
        change(own, settings, event)
        wiring = attrs.evolve(state.wiring, links=own.links.freeze(), interfaces=own.interfaces)
        return _wired(state, settings, event, wiring)

    return apply


def _wired(state: Any, settings: Settings, event: e.Event, wiring: Wiring) -> tuple[Output, ...]:
    """Gives a draft of a State this wiring, and the links and interfaces that follow from it."""
    assert settings.topology is not None  # without one there is no element to change
    links, interfaces = together(settings.topology, wiring)
    state.links.failover, state.links.stateful = links.failover, links.stateful
    state.interfaces, state.wiring = interfaces, wiring
    return tuple(lose_messages(state, settings)) if isinstance(event, e.Fault) else ()


# -- messages ------------------------------------------------------------------------------------


def lose_messages(state: Any, settings: Settings, *, by_data: bool = False) -> Iterator[Output]:
    """Drops every message whose channel or ends are gone; with `by_data` only those that travel on data interfaces."""
    for unit in UNITS:
        for index, group in enumerate(state.unit(unit).groups):
            elsewhere = group.quiet or (by_data and not group.travelling_by_data)
            if elsewhere or message_survives(state, settings, unit, group.handover):
                continue
            yield MessageLost(unit=unit, message=group.handover, group=group_number(settings, index))
            group.handover = Handover.NONE
