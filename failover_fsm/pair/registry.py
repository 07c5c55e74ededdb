"""The register of events: for each event class, everything besides the tables that makes it part of the model.

A new event is a class in `pair.events`, an entry here, and rows of the tables or a `Change` that say what it does.
The environments of model files, both explorers, the bound on faults, `Pair.possible`, the minimal cut sets and the
sentences of a run are derived from the entries. Who makes an event (fault, repair, command, protocol step) is its
base class; where it is generated (each unit, group, interface, element) follows from the fields of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from failover_fsm.pair import events as e
from failover_fsm.pair.disturbances import impairs, is_broken, path_is_one_way, path_works_both_ways
from failover_fsm.pair.event_kind import COMMAND_TEXT, UNITS, EventKind, Places
from failover_fsm.pair.faults import (
    InterfaceChange,
    element,
    failover_link,
    in_topology,
    interface_changed,
    on_interface,
    path_goes,
    port,
    port_changed,
    port_goes,
    service_module,
    stateful_link,
)
from failover_fsm.pair.forwarding import interface_forwards, is_link_blocked, then_blocked
from failover_fsm.pair.impairments import SPANNING_TREE
from failover_fsm.pair.obstacle_kinds import ANY_OF, OBSTACLE_KINDS, OBSTACLE_WORDS
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, Phase, PortState, State
from failover_fsm.records import ask_of

__all__ = [
    "ANY_OF",
    "BY_ELEMENTS",
    "COMMAND_TEXT",
    "FAULT_WORDS",
    "KINDS",
    "NEEDS_ONE_OF",
    "OPERATOR_WORDS",
    "UNIMPAIRED",
    "EventKind",
    "Places",
    "broken_core",
    "broken_on",
    "interfaces_after",
    "kind_of",
    "weight",
]

FAULT_WORDS: dict[str, str] = {
    "power": "a unit stops (power, hardware, software) and boots again",
    "failover-link": "the failover link fails and is restored",
    "stateful-link": "the Stateful Failover link, a link of its own, fails and is restored",
    "modules": "the service module of a unit dies and works again",
    "interfaces": "ports and traffic, below",
    "ports": "a physical port of a unit goes down with all that it carries, and comes up",
    "traffic": "a unit receives nothing on a monitored interface although its port is up, and receives again",
    "paths": "the units cannot hear each other on a monitored interface, and can again",
    "pause": "a unit hangs for a while, sends and hears nothing, and goes on where it was",
    "congestion": "whatever is sent to a unit is lost for a while, on every channel",
    "one-way-link": "a unit receives nothing on the failover link, while what it sends there arrives",
    "one-way-paths": "a unit does not hear its peer on a monitored interface, while the peer hears the unit",
    SPANNING_TREE: "a switch port that comes up passes nothing until the switch forwards (no PortFast)",
    "elements": "a switch, a cable or an inter-switch link of the topology fails and is restored",
    **OBSTACLE_WORDS,
}
"""The words of `faults` in a model file."""

UNIMPAIRED: dict[str, str] = {
    "pause": "no unit hangs",
    "one-way-paths": "a path works both ways or not at all",
    SPANNING_TREE: "switch ports have PortFast (LNK-13)",
}
"""What is assumed where an environment does not have the word, and no other sentence says so."""

OPERATOR_WORDS: dict[str, str] = {
    "failover-active": "`failover active` and `no failover active` on either unit",
    "reset": "`failover reset` on either unit",
    "disable": "`no failover` and `failover` on either unit",
    "write-standby": "`write standby` on either unit",
    "reload": "`reload` on either unit",
    "command": "a configuration command on either unit",
    "shutdown": "`shutdown` and `no shutdown` of each monitored interface, typed on either unit",
}
"""The words of `operator` in a model file."""

NEEDS_ONE_OF: dict[str, tuple[str, ...]] = {
    "stuck-sync": (
        "failover-link", "ports", "interfaces", "elements", "power", "pause", "congestion", "one-way-link", "keys",
        "reload",
    ),
    SPANNING_TREE: ("failover-link", "ports", "interfaces", "elements", "power", "reload"),
}  # fmt: skip
"""The words of `faults` that change nothing by themselves, each with the words of `faults` and `operator` that can
bring about what it is about: a failover link that is lost while a unit joins, and one, or a port, that comes up. Ports
can carry the failover link too, and in time a unit that boots brings its ports up."""

BY_ELEMENTS = ("failover-link", "interfaces", "ports", "paths")
"""The faults that elements of a topology bring about."""


def is_down(phase: Phase) -> bool:
    """The unit has failed; one that was never started has not."""
    return phase is Phase.DOWN


def _stopped(state: State) -> Iterator[bool]:
    return (ask_of(state.unit(unit), "phase", is_down) for unit in UNITS)


def _link_cut(state: State) -> Iterator[bool]:
    yield state.links.failover is LinkState.CUT or is_link_blocked(state)


def _stateful_link_cut(state: State) -> Iterator[bool]:
    yield state.links.stateful is LinkState.CUT


def _module_dead(state: State) -> Iterator[bool]:
    return (not state.module_works(unit) for unit in UNITS)


def _ports_in(*lines: PortState) -> Callable[[Interface], int]:
    return lambda interface: sum(interface.line(unit) in lines for unit in UNITS)


def _path_cut(interface: Interface) -> int:
    return int(interface.path is LinkState.CUT)


def _path_one_way(interface: Interface) -> int:
    return int(interface.deaf is not None)


def _of_interface(
    event: type[e.Event],
    word: str,
    heading: str,
    change: InterfaceChange,
    broken_at: Callable[[Interface], int] | None = None,
) -> EventKind:
    return EventKind(
        event=event,
        word=word,
        heading=heading,
        change=in_topology(on_interface(change)),
        of_interface=change,
        broken_at=broken_at,
    )


_GOOD, _SILENT, _BLOCKED, _DOWN = PortState.GOOD, PortState.SILENT, PortState.BLOCKED, PortState.DOWN

KINDS: tuple[EventKind, ...] = (
    EventKind(
        event=e.FailoverActive, word="failover-active", heading="`failover active{group}` is entered on the {unit}"
    ),
    EventKind(
        event=e.NoFailoverActive, word="failover-active", heading="`no failover active{group}` is entered on the {unit}"
    ),
    EventKind(event=e.FailoverReset, word="reset", heading="`failover reset{group}` is entered on the {unit}"),
    EventKind(event=e.FailoverDisabled, word="disable", heading="`no failover` is entered on the {unit}"),
    EventKind(event=e.FailoverEnabled, word="disable", heading="`failover` is entered on the {unit}"),
    EventKind(event=e.WriteStandby, word="write-standby"),
    EventKind(event=e.Reload, word="reload", heading="`reload` is entered on the {unit}"),
    EventKind(event=e.CommandEntered, word="command", by_context=True),
    EventKind(event=e.UnitFailed, word="power", broken=_stopped),
    EventKind(
        event=e.FailoverLinkFailed, word="failover-link", heading="the failover link fails",
        change=in_topology(failover_link), broken=_link_cut,
    ),
    EventKind(
        event=e.FailoverLinkRestored, word="failover-link", heading="the failover link works again",
        change=then_blocked(in_topology(failover_link)),
    ),
    EventKind(
        event=e.FailoverLinkForwards, word=SPANNING_TREE,
        heading="the switch forwards on the failover link of the {unit}", change=impairs("blocked"),
    ),
    EventKind(
        event=e.StatefulLinkFailed, word="stateful-link", heading="the Stateful Failover link fails",
        change=in_topology(stateful_link), broken=_stateful_link_cut,
    ),
    EventKind(
        event=e.StatefulLinkRestored, word="stateful-link", heading="the Stateful Failover link works again",
        change=in_topology(stateful_link),
    ),
    EventKind(
        event=e.ServiceModuleFailed, word="modules", heading="the service module of the {unit} dies",
        change=service_module, broken=_module_dead,
    ),
    EventKind(
        event=e.ServiceModuleRestored, word="modules", heading="the service module of the {unit} works again",
        change=service_module,
    ),
    EventKind(
        event=e.UnitPaused, word="pause", heading="the {unit} hangs", change=impairs("hangs"),
        broken=is_broken("hangs"),
    ),
    EventKind(event=e.UnitResumed, word="pause", heading="the {unit} goes on where it was", change=impairs("hangs")),
    EventKind(
        event=e.CongestionBegan, word="congestion", heading="congestion: whatever is sent to the {unit} is lost",
        change=impairs("congested"), broken=is_broken("congested"),
    ),
    EventKind(
        event=e.CongestionEnded, word="congestion", heading="the congestion ends: the {unit} hears its mate again",
        change=impairs("congested"),
    ),
    EventKind(
        event=e.FailoverLinkOneWay, word="one-way-link",
        heading="the {unit} receives nothing on the failover link any more; what it sends there arrives",
        change=impairs("one_way"), broken=is_broken("one_way"),
    ),
    EventKind(
        event=e.FailoverLinkBothWays, word="one-way-link", heading="the {unit} receives on the failover link again",
        change=impairs("one_way"),
    ),
    EventKind(event=e.UnitRestored, heading="the {unit} gets power and boots"),
    *OBSTACLE_KINDS,
    _of_interface(
        e.InterfaceLinkFailed, "ports", "link down on interface {interface} of the {unit}",
        port_goes((_GOOD, _SILENT, _BLOCKED), _DOWN), _ports_in(_DOWN, _BLOCKED),
    ),
    _of_interface(
        e.InterfaceLinkRestored, "ports", "link up on interface {interface} of the {unit}", port_goes((_DOWN,), _GOOD)
    ),
    _of_interface(
        e.InterfaceForwards, SPANNING_TREE, "the switch forwards at interface {interface} of the {unit}",
        interface_forwards,
    ),
    EventKind(
        event=e.PortForwards, word=SPANNING_TREE, heading="the switch forwards at port {port} of the {unit}",
        change=in_topology(port),
    ),
    EventKind(
        event=e.PortFailed, word="ports", heading="port {port} of the {unit} goes down", change=in_topology(port)
    ),
    EventKind(
        event=e.PortRestored, word="ports", heading="port {port} of the {unit} comes up", change=in_topology(port)
    ),
    _of_interface(
        e.InterfaceTrafficFailed, "traffic",
        "interface {interface} of the {unit} receives nothing any more (its link is up)",
        port_goes((_GOOD,), _SILENT), _ports_in(_SILENT),
    ),
    _of_interface(
        e.InterfaceTrafficRestored, "traffic", "interface {interface} of the {unit} receives traffic again",
        port_goes((_SILENT,), _GOOD),
    ),
    _of_interface(
        e.InterfacePathFailed, "paths", "the units cannot hear each other any more on interface {interface}",
        path_goes(LinkState.GOOD, LinkState.CUT), _path_cut,
    ),
    _of_interface(
        e.InterfacePathRestored, "paths", "the units can hear each other again on interface {interface}",
        path_goes(LinkState.CUT, LinkState.GOOD),
    ),
    _of_interface(
        e.InterfacePathOneWay, "one-way-paths",
        "the {unit} does not hear its mate any more on interface {interface}; the mate hears it",
        path_is_one_way, _path_one_way,
    ),
    _of_interface(
        e.InterfacePathBothWays, "one-way-paths", "the {unit} hears its mate again on interface {interface}",
        path_works_both_ways,
    ),
    EventKind(event=e.ElementFailed, word="elements", heading="{element} fails", change=element),
    EventKind(event=e.ElementRestored, word="elements", heading="{element} works again", change=element),
    EventKind(event=e.MessageDelivered),
    EventKind(event=e.HelloHeard),
    EventKind(
        event=e.PeerAnsweredOnData,
        heading="the {unit} hears no hello on the failover link, but the {peer} answers on a data interface",
    ),
    EventKind(event=e.InterfacesChecked),
    EventKind(event=e.SynchronizationAdvanced),
    EventKind(event=e.SynchronizationFinished),
    EventKind(event=e.SynchronizationFailed),
    EventKind(event=e.NoActiveUnitSeen),
    EventKind(event=e.HoldTimeExpired),
    EventKind(event=e.NegotiationExpired),
    EventKind(event=e.GroupHandedOut),
    EventKind(event=e.PreemptTimerExpired, heading="the preempt delay of{group} ends on the {unit}"),
    EventKind(event=e.Restarted, heading="the {unit} boots after its reload"),
)  # fmt: skip
"""Every event class once, in the order in which searches try commands, faults and repairs."""

_BY_EVENT = {kind.event: kind for kind in KINDS}
if (missing := {*e.EVENTS} ^ {*_BY_EVENT}) or len(_BY_EVENT) < len(KINDS):
    names = ", ".join(sorted(event.__name__ for event in missing)) or "an event"
    raise TypeError(f"{names}: every event class has one entry in KINDS")


def kind_of(event: type[e.Event]) -> EventKind:
    """The entry of an event class."""
    return _BY_EVENT[event]


def interfaces_after(
    settings: Settings, interfaces: tuple[Interface, ...], event: e.AtInterface | e.AtPort
) -> tuple[Interface, ...] | None:
    """The interfaces after a fault or repair of one or of a port, None where that cannot happen."""
    if isinstance(event, e.AtPort):
        return port_changed(settings, interfaces, settings.carrier(event.port), event)
    change = kind_of(type(event)).of_interface
    assert change is not None, f"{event} is no event of an interface"
    return interface_changed(settings, interfaces, settings.index_of(event.interface), change, event)


_BROKEN_AT = tuple(kind.broken_at for kind in KINDS if kind.broken_at is not None)


def weight(interface: Interface) -> int:
    """How many things are broken on an interface."""
    return sum(broken_at(interface) for broken_at in _BROKEN_AT)


def broken_on(interfaces: tuple[Interface, ...], followers: tuple[int, ...] = ()) -> int:
    """How many things are broken on the interfaces; a port that several run over is one.

    Args:
        interfaces: The interfaces of a pair.
        followers: `Settings.together.followers`.
    """
    down = sum(interfaces[index].line(unit) in (_DOWN, _BLOCKED) for index in followers for unit in UNITS)
    return sum(map(weight, interfaces)) - down


_CORE_FAULTS = tuple(kind for kind in KINDS if kind.broken is not None)


def broken_core(state: State, kinds: Iterable[EventKind] = _CORE_FAULTS) -> Iterator[bool]:
    """For each thing besides the interfaces that can break, whether it has, asked of a record or a draft one by one.

    Args:
        state: The pair.
        kinds: The faults to look for.
    """
    for kind in kinds:
        if kind.broken is not None:
            yield from kind.broken(state)
