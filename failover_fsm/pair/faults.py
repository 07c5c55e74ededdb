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
from failover_fsm.pair.health import carries_hellos, probed
from failover_fsm.pair.impairments import with_link_blocked
from failover_fsm.pair.outputs import MessageLost, Output
from failover_fsm.pair.ports import Carrier, is_up, no_carrier, port_after, port_forwards
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Interface, LinkState, Modules, PortState, State, Unit, Wiring
from failover_fsm.pair.wiring import element_toggled, together
from failover_fsm.records import ask, edit

Change = Callable[[Any, Settings, Any], tuple[Output, ...]]
"""Applies an event to a draft of a State and returns the outputs. Raises NotPossible, nothing has changed then."""

InterfaceChange = Callable[[Interface, Any], Interface | None]
"""The interface after an event, None where the event cannot happen."""

ALREADY = "it is so already"

OF_THE_PORT = (e.InterfaceLinkFailed, e.InterfaceLinkRestored, e.InterfaceForwards)
"""The events of an interface that happen to the port under it, with all that this carries."""


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

    def change(interface: Interface, _: Any) -> Interface | None:
        if interface.path is not before or interface.deaf is not None:
            return None
        return attrs.evolve(interface, path=after)

    return change


def on_interface(change: InterfaceChange) -> Change:
    """The change of the interface that the event names."""

    def apply(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
        try:
            index = settings.index_of(event.interface)
        except KeyError as missing:
            names = ", ".join(port.name for port in settings.ports) or "none"
            raise NotPossible(event, f"there is no interface {missing.args[0]}; allowed: {names}") from None
        if isinstance(event, OF_THE_PORT):
            _refuse_over_several(settings, index, event)
        return _placed(state, settings, event, interface_changed(settings, state.interfaces, index, change, event))

    return apply


def interface_changed(
    settings: Settings, interfaces: tuple[Interface, ...], index: int, change: InterfaceChange, event: Any
) -> tuple[Interface, ...] | None:
    """The interfaces after a change of one, None where it cannot happen; a link goes with its port."""
    carrier = settings.together.shared_at.get(index)
    if carrier is not None and isinstance(event, OF_THE_PORT):
        return port_changed(settings, interfaces, carrier, event)
    changed = change(interfaces[index], event)
    if changed is not None and isinstance(event, e.InterfaceLinkRestored):
        changed = changed.with_line(event.unit, _comes_up(settings))
    return None if changed is None else (*interfaces[:index], changed, *interfaces[index + 1 :])


def _refuse_over_several(settings: Settings, index: int, event: e.Event) -> None:
    """An interface over several ports has no port that could fail with it alone."""
    for position, leads in settings.together.over_several:
        if position == index:
            names = ", ".join(settings.together.shared_at[lead].name for lead in leads)
            what = f"{settings.ports[index].name} is down when all of its ports are"
            raise NotPossible(
                event,
                f"{what}; allowed: {'port_failed' if isinstance(event, e.Fault) else 'port_restored'} for {names}",
            )


# -- physical ports ------------------------------------------------------------------------------


def port(state: Any, settings: Settings, event: Any) -> tuple[Output, ...]:
    """A physical port goes down or comes up, and so does everything that it carries."""
    carrier = _carrier(settings, event)
    if carrier.interfaces:
        return _placed(state, settings, event, port_changed(settings, state.interfaces, carrier, event))
    wanted = LinkState.CUT if isinstance(event, e.Fault) else LinkState.GOOD
    links = [name for name in ("failover", "stateful") if getattr(carrier, name)]
    if isinstance(event, e.PortForwards) or all(getattr(state.links, name) is wanted for name in links):
        raise NotPossible(event, ALREADY)
    for name in links:
        setattr(state.links, name, wanted)
    if settings.options.forward_delay and carrier.failover and isinstance(event, e.Repair):
        state.impairments = ask(state.impairments, with_link_blocked)
    return tuple(lose_messages(state, settings)) if isinstance(event, e.Fault) else ()


def port_changed(
    settings: Settings, interfaces: tuple[Interface, ...], carrier: Carrier, event: Any
) -> tuple[Interface, ...] | None:
    """The interfaces after a port that carries some went down, came up or forwards, None where it is so already."""
    if isinstance(event, e.PortForwards | e.InterfaceForwards):
        return port_forwards(interfaces, settings.together, carrier, event.unit)
    line = PortState.DOWN if isinstance(event, e.Fault) else _comes_up(settings)
    return port_after(interfaces, settings.together, carrier, event.unit, line)


def _comes_up(settings: Settings) -> PortState:
    """How a port is when it has come up: the switch may not forward there yet (LNK-13)."""
    return PortState.BLOCKED if settings.options.forward_delay else PortState.GOOD


def _carrier(settings: Settings, event: Any) -> Carrier:
    try:
        return settings.carrier(event.port)
    except KeyError:
        what, allowed = no_carrier(settings.carriers, event.port)
        raise NotPossible(event, f"{what}; allowed: {allowed}") from None


def _placed(
    state: Any, settings: Settings, event: e.Event, interfaces: tuple[Interface, ...] | None
) -> tuple[Output, ...]:
    if interfaces is None:
        raise NotPossible(event, ALREADY)
    return place_interfaces(state, settings, interfaces)


def place_interfaces(state: Any, settings: Settings, interfaces: tuple[Interface, ...]) -> tuple[Output, ...]:
    """Gives a draft of a State these interfaces; a message that travelled on what is cut now is lost."""
    carried, linked = _carried(state, settings), _linked(state, settings)
    state.interfaces = interfaces
    if linked and not _linked(state, settings):
        return tuple(lose_messages(state, settings))
    cut = any(before and not now for before, now in zip(carried, _carried(state, settings), strict=True))
    return tuple(lose_messages(state, settings, by_data=True)) if cut else ()


def _linked(state: Any, settings: Settings) -> bool:
    """The ports under the failover link are up; asked only where they carry interfaces too."""
    places = settings.together.failover
    return bool(places) and ask(state.interfaces, is_up, places)


def _carried(state: Any, settings: Settings) -> tuple[bool, ...]:
    """Whether data interfaces carry hellos, to each unit."""
    return tuple(ask(state.interfaces, carries_hellos, probed(state, settings, unit), unit) for unit in UNITS)


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
