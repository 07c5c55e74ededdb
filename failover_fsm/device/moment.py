"""What `show failover` and its family say of a pair at one moment, as records: from its state and its units' memories.

A unit speaks of its peer as it heard it last. What the model does not know is not invented: there are no serial
numbers, and counters of packets stay at zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from failover_fsm.config.records.pair_config import Interface, ManagementAddress, PairConfig, StatefulLink
from failover_fsm.device.clock import START, stamp
from failover_fsm.device.memory import GroupMemory, Memories, UnitMemory
from failover_fsm.device.records import (
    GroupState,
    Host,
    InterfaceLine,
    LastFailover,
    ObjectCount,
    QueueCount,
    ShowFailover,
    Slot,
    Statistics,
)
from failover_fsm.device.show_failover import LAN_BASED
from failover_fsm.device.statistics import OBJECTS, QUEUES
from failover_fsm.device.style import Style, style_of
from failover_fsm.device.words import peer_state, state_name
from failover_fsm.pair.addresses import held
from failover_fsm.pair.environment import stateful_works
from failover_fsm.pair.health import Status, status
from failover_fsm.pair.outputs import Address
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import PeerContact, State, Unit
from failover_fsm.services.asymmetric.records import Counts

__all__ = ["MAX_MONITORED", "NO_ADDRESS", "STATUS_NAMES", "Moment", "host", "link_state", "show_failover", "title"]

MAX_MONITORED = 250
"""The most interfaces that can be monitored (SHW-9); later devices name another number, by their model."""

NO_ADDRESS = "0.0.0.0"
STATUS_NAMES = {each: each.value.replace("-", " ").title() for each in Status}
"""The conditions of an interface as devices print them; a test compares them with `fields.INTERFACE_STATUSES`."""


@attrs.frozen(kw_only=True)
class Moment:
    """A pair at one moment.

    Attributes:
        state, settings, config: The pair; the settings of a `Pair`, and its configuration as it was read.
        memories: What its units remember, by `memory.remember`; without a run, nothing.
        now: Milliseconds since the beginning of the run.
        start: The date then.
        style: What the software prints; None for that of the release in the configuration.
        detected: The conditions that units have found of their interfaces, by position; where none is given, an
            interface is shown in the condition that its tests come to.
        counts: The ASR packets of interfaces, where packets were followed (ASR-12).
    """

    state: State
    settings: Settings
    config: PairConfig
    memories: Memories = attrs.field(factory=dict)
    now: int = 0
    start: datetime = START
    style: Style | None = None
    detected: Mapping[tuple[Unit, int], Status] = attrs.field(factory=dict)
    counts: tuple[Counts, ...] = ()

    def config_of(self, unit: Unit) -> PairConfig:
        """The running configuration of the unit; commands may have changed it."""
        return self.state.running.of(unit) if self.state.running.changed else self.config

    def style_of(self, unit: Unit) -> Style:
        """What the software of the unit prints."""
        return self.style or style_of(self.config_of(unit))

    def memory(self, unit: Unit) -> UnitMemory:
        """What the unit remembers."""
        count = self.settings.group_count
        return self.memories.get(unit, UnitMemory(groups=(GroupMemory(),) * count, heard_active=(0,) * count))

    def stamp(self, milliseconds: int) -> str:
        """The stamp of an instant."""
        return stamp(milliseconds, self.start)

    def status(self, unit: Unit, index: int) -> Status:
        """The condition of the interface at `index` on the unit."""
        return self.detected.get((unit, index)) or status(self.state, self.settings, unit, index)

    def hears(self, unit: Unit) -> bool:
        """The unit hears its peer, on the failover link or on a data interface; one that has died is still believed."""
        return self.state.unit(unit).contact in (PeerContact.LINK, PeerContact.DATA)


def title(unit: Unit) -> str:
    """Primary or Secondary."""
    return unit.value.capitalize()


# -- show failover -------------------------------------------------------------------------------


def show_failover(
    moment: Moment, unit: Unit, *, group: int | None = None, context: str | None = None
) -> ShowFailover:  # fmt: skip
    """What `show failover` says on a unit that runs.

    Args:
        moment: The pair.
        unit: Where the command is entered.
        group: The failover group of `show failover group`, 1 or 2 (SHW-44).
        context: The context in which it is entered (SHW-16).
    """
    places = _places(moment, unit, group, context)
    short = context is not None or group is not None
    hosts = [host(moment, unit, each, places, short=short, context=context) for each in (unit, unit.peer)]
    found = _head(moment, unit)
    if short:
        found = ShowFailover(enabled=found.enabled if context is not None else None)
    return attrs.evolve(
        found,
        last_failover=tuple(_last(moment, unit, places, short)),
        this=hosts[0],
        other=hosts[1],
        statistics=_of_context(moment, unit, headed=context is not None) if short else _of_unit(moment, unit),
    )


def _places(moment: Moment, unit: Unit, group: int | None, context: str | None) -> tuple[int, ...]:
    """The positions of the groups that the command is about."""
    if context is not None:
        return (dict(moment.settings.contexts).get(context, 0),)
    return tuple(range(moment.settings.group_count)) if group is None else (group - 1,)


def _head(moment: Moment, unit: Unit) -> ShowFailover:
    config, style, own = moment.config_of(unit), moment.style_of(unit), moment.state.unit(unit)
    first = config.groups[0] if config.groups else config
    ports = moment.settings.at(moment.state, unit).ports
    unheard = own.contact is PeerContact.NEVER and config.software is not None
    lan = config.lan
    return ShowFailover(
        enabled=own.enabled,
        cable=LAN_BASED if style.cable and not config.groups else None,
        unit=title(unit),
        lan_missing=True if lan is None else None,
        lan_name=None if lan is None else lan.name,
        lan_port=None if lan is None else lan.port.full_name,
        lan_state=None if lan is None else link_state(moment, unit),
        reconnect_timeout="0:00:00" if style.times else None,
        unit_poll_ms=config.unit_poll.poll_ms,
        unit_hold_ms=config.unit_poll.hold_ms,
        interface_poll_ms=first.interface_poll.poll_ms,
        interface_hold_ms=first.interface_poll.hold_ms if style.hold else None,
        policy=str(first.interface_policy),
        monitored=sum(port.monitored for port in ports),
        monitored_most=MAX_MONITORED,
        mac_move="not set" if style.times else None,
        replication="http" if any(each.replication_http for each in config.groups or (config,)) else None,
        version=config.software,
        mate_version="Unknown" if unheard else config.software,
    )


def link_state(moment: Moment, unit: Unit) -> str:
    """The state of the failover link as the unit prints it: failed where no hello arrives (UHM-4, T2-5)."""
    own = moment.state.unit(unit)
    if not own.listening:
        return "down"
    return "up" if own.contact is PeerContact.LINK else "failed"


def _last(moment: Moment, unit: Unit, places: tuple[int, ...], short: bool) -> Iterator[LastFailover]:
    for index in places:
        at = moment.memory(unit).groups[index].last_failover
        if at is not None:
            numbered = moment.settings.groups and not short
            yield LastFailover(group=index + 1 if numbered else None, at=moment.stamp(at))


# -- hosts ---------------------------------------------------------------------------------------


def host(
    moment: Moment, unit: Unit, which: Unit, places: tuple[int, ...], *, short: bool = False, context: str | None = None
) -> Host:
    """A host as `unit` prints it.

    Args:
        moment: The pair.
        unit: Where the command is entered.
        which: The host, `unit` itself or its peer.
        places: The positions of the groups to be shown.
        short: One state without slots, as for a group or a context.
        context: The context in which the command is entered.
    """
    states = tuple(
        GroupState(
            group=index + 1 if moment.settings.groups and not short else None,
            state=_state(moment, unit, which, index, brief=short and context is None),
            active_time=_active_ms(moment, unit, which, index) // 1000,
        )
        for index in places
    )
    return Host(
        role=None if context is not None else title(which),
        groups=states,
        slots=() if short else _slots(moment, unit, which),
        interfaces=tuple(_interfaces(moment, unit, which, places, context)),
    )


def _state(moment: Moment, unit: Unit, which: Unit, index: int, *, brief: bool) -> str:
    """The state; `Standby` is short for `Standby Ready` in the display of a group (SHW-44)."""
    own = moment.state.unit(unit)
    peer = moment.state.unit(unit.peer)
    found = (state_name(own, index) or "") if which is unit else peer_state(own, peer, index)
    return "Standby" if brief and found == "Standby Ready" else found


def _active_ms(moment: Moment, unit: Unit, which: Unit, index: int) -> int:
    memory = moment.memory(unit)
    if which is unit:
        return memory.groups[index].active_at(moment.now)
    if moment.hears(unit) and moment.state.unit(which).listening:
        return moment.memory(which).groups[index].active_at(moment.now)
    return memory.heard_active[index]


def _slots(moment: Moment, unit: Unit, which: Unit) -> tuple[Slot, ...]:
    """The slots: the chassis, whose model the model does not know, and a dead service module."""
    style, config = moment.style_of(unit), moment.config_of(unit)
    if style.slots is not None:
        return style.slots[which]
    if which is not unit and moment.state.unit(unit).contact is PeerContact.NEVER:
        return ()
    chassis = Slot(number=0, model=config.product, hardware="N/A", software=config.software or "", status="Up Sys")
    card = Slot(number=1)
    if not moment.state.module_works(which):
        card = Slot(number=1, model="SSM", hardware="N/A", software="", status="Unresponsive/Up")
    return (chassis, card)


def _interfaces(
    moment: Moment, unit: Unit, which: Unit, places: tuple[int, ...], context: str | None
) -> Iterator[InterfaceLine]:
    config, suffix = moment.config_of(unit), moment.style_of(unit).suffix
    named = {config.name_of(each): each for each in config.interfaces if each.nameif}
    known = which is unit or moment.hears(unit)
    for index, port in enumerate(moment.settings.at(moment.state, unit).ports):
        each = named[port.name]
        if port.group not in places or (context is not None and each.context != context):
            continue
        if suffix == "none" and not port.monitored:
            continue
        found = moment.status(which, index) if known else Status.UNKNOWN
        begun = which is unit or moment.state.unit(unit).contact is not PeerContact.NEVER
        condition, monitoring = (found, None) if suffix == "none" else _condition(port, found, begun=begun)
        if suffix == "unusual" and monitoring == "Monitored":
            monitoring = None
        yield InterfaceLine(
            context=each.context if context is None else None,
            name=str(each.nameif),
            address=_address(moment, unit, which, port, config.serving(each)),
            status=STATUS_NAMES[condition],
            monitoring=monitoring,
        )


def _condition(port: Port, found: Status, *, begun: bool) -> tuple[Status, str | None]:
    """The condition and the suffix; devices say Waiting of the monitoring, which may not have `begun`."""
    if not port.monitored:
        return Status.NORMAL if found is Status.WAITING else found, "Not-Monitored"
    if found is Status.WAITING:
        return Status.NORMAL, "Waiting"
    return found, "Monitored" if port.addressed and begun else "Waiting"


def _address(moment: Moment, unit: Unit, which: Unit, port: Port, holder: Interface | ManagementAddress | None) -> str:
    """The address of a host on an interface, 0.0.0.0 where it has none (SHW-13).

    A unit prints its own by its role, and the other one for its mate once it has heard it.
    """
    own = moment.state.unit(unit)
    here = held(own, port.group)
    if holder is None or here is None or (which is not unit and own.contact is PeerContact.NEVER):
        return NO_ADDRESS
    active = (here is Address.ACTIVE) == (which is unit)
    first = next((each for each in holder.ipv6 if "/" in each.text or "link-local" in each.text), None)
    longer = None if first is None else first.text.split("/")[0].split()[0] if active else first.standby
    shorter = holder.address if active else holder.standby
    return f"{shorter or NO_ADDRESS}/{longer}" if longer else shorter or NO_ADDRESS


# -- statistics ----------------------------------------------------------------------------------


def _of_unit(moment: Moment, unit: Unit) -> Statistics:
    """The block of a unit, with the Stateful Failover link (SHW-14, SHW-31)."""
    config = moment.config_of(unit)
    is_dead = config.link is not None and config.link.port is not None and config.shut_blocks(config.link.port)
    if config.link is None or (moment.settings.stateful is StatefulLink.NONE and not is_dead):
        return Statistics(status="Unconfigured")
    port, name = config.link.port, config.link.name
    if port is None and config.lan is not None and moment.settings.stateful is StatefulLink.SHARED_FAILOVER:
        port = config.lan.port
    data = next((each for each in config.interfaces if (each.nameif or "").lower() == name.lower()), None)
    if port is None and data is not None:
        port = data.port
    return Statistics(
        link_name=name,
        link_port=None if port is None else port.full_name,
        link_state="down" if is_dead else _stateful_state(moment, unit),
        headed=True,
        objects=tuple(_objects(moment, unit, of_context=False)),
        queues=tuple(QueueCount(queue=queue) for queue in QUEUES),
    )


_ON_DATA = {Status.NO_LINK: "down", Status.LINK_DOWN: "down", Status.FAILED: "failed"}
"""The state of a Stateful Failover link on a data interface, by the condition of that; otherwise it is up."""


def _stateful_state(moment: Moment, unit: Unit) -> str:
    """The state of the Stateful Failover link: up, down or failed; that of the link or interface on which it runs."""
    if moment.settings.stateful is StatefulLink.SHARED_FAILOVER or not moment.state.unit(unit).listening:
        return link_state(moment, unit)
    for index, port in enumerate(moment.settings.at(moment.state, unit).ports):
        if port.carries_state:
            return _ON_DATA.get(moment.status(unit, index), "up")
    return "up" if stateful_works(moment.state, moment.settings) else "failed"


def _of_context(moment: Moment, unit: Unit, *, headed: bool) -> Statistics:
    """The block of a context or a group, which names no link (SHW-18); that of a group has no header (SHW-44)."""
    if moment.settings.stateful is StatefulLink.NONE:
        return Statistics(status="Unconfigured")
    return Statistics(status="Configured", headed=headed, objects=tuple(_objects(moment, unit, of_context=True)))


def _objects(moment: Moment, unit: Unit, *, of_context: bool) -> Iterator[ObjectCount]:
    """The rows; nothing counts packets in the model."""
    config = moment.config_of(unit)
    bridges = config.transparent or any(each.transparent for each in config.contexts)
    is_so = {"": True, "transparent": bridges, "gtp": moment.style_of(unit).gtp}
    for kind in OBJECTS:
        if (kind.of_context if of_context else kind.of_unit) and is_so[kind.only]:
            yield ObjectCount(name=kind.name)
