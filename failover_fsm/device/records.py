"""What `show failover` and `show monitor-interface` say, as records.

A value that a text does not have is None. Words are those of the device, with single blanks; times are milliseconds
where the name ends in `_ms`, else seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.device.form import UnreadLine

__all__ = [
    "GroupState",
    "Host",
    "InterfaceLine",
    "LastFailover",
    "ObjectCount",
    "QueueCount",
    "ServiceModule",
    "ShowFailover",
    "Slot",
    "Statistics",
]


@attrs.frozen(kw_only=True)
class GroupState:
    """The state of a unit or context (group None) or of one of its failover groups.

    Attributes:
        group: The number of the failover group, None for the unit as a whole.
        state: One of `fields.STATES`, or what stands there.
        active_time: Seconds in which it was active (SHW-23).
    """

    group: int | None = None
    state: str
    active_time: int | None = None


@attrs.frozen(kw_only=True)
class InterfaceLine:
    """An interface of a host.

    Attributes:
        context: The context before the word Interface, None without one (SHW-40).
        name: The name.
        address: The address that the host uses, as printed: IPv4, IPv4/IPv6 or IPv6 (SHW-13).
        status: One of `fields.INTERFACE_STATUSES`, or what stands there.
        monitoring: The suffix of later software: Monitored, Waiting, Not-Monitored, Shutdown.
    """

    context: str | None = None
    name: str
    address: str | None = None
    status: str
    monitoring: str | None = None


@attrs.frozen(kw_only=True)
class ServiceModule:
    """The application on a card: `ASA FirePOWER, 5.4.1-211, Up, (Monitored)`."""

    application: str
    release: str
    status: str
    monitoring: str | None = None


@attrs.frozen(kw_only=True)
class Slot:
    """A slot of the chassis; `model` is None for an empty one (SHW-24).

    Attributes:
        number: The number of the slot.
        model: What is in it.
        hardware, software: Its two releases; a Firepower's slots for its processes have only `hardware`.
        status: As printed, `Up Sys`.
        modules: The applications on the card.
        notes: Other lines below the slot, as they stand.
    """

    number: int
    model: str | None = None
    hardware: str | None = None
    software: str | None = None
    status: str | None = None
    modules: tuple[ServiceModule, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Host:
    """One of the two hosts.

    Attributes:
        role: Primary or Secondary; None inside a context.
        groups: Its state, or the states of its groups.
        slots: In the order of the text.
        interfaces: In the order of the text.
    """

    role: str | None = None
    groups: tuple[GroupState, ...] = ()
    slots: tuple[Slot, ...] = ()
    interfaces: tuple[InterfaceLine, ...] = ()

    @property
    def state(self) -> str | None:
        """The state of the unit as a whole; None where groups have their own, or none stands there."""
        return next((each.state for each in self.groups if each.group is None), None)

    def state_of(self, group: int) -> str | None:
        """The state of a failover group, None if it is not listed."""
        return next((each.state for each in self.groups if each.group == group), None)


@attrs.frozen(kw_only=True)
class ObjectCount:
    """A row of the statistics: packets of one kind sent and received, with the errors of each (SHW-32)."""

    name: str
    xmit: int = 0
    xerr: int = 0
    rcv: int = 0
    rerr: int = 0


@attrs.frozen(kw_only=True)
class QueueCount:
    """A queue of state updates: packets in it now, at most, and in all (SHW-15)."""

    queue: str
    current: int = 0
    most: int = 0
    total: int = 0


@attrs.frozen(kw_only=True)
class Statistics:
    """The statistics of Stateful Failover.

    Attributes:
        link_name, link_port, link_state: The Stateful Failover link (SHW-14, SHW-31).
        status: `Unconfigured` without such a link; inside a context `Configured` (SHW-18).
        headed: The columns have a header.
        objects: The rows; without a link there are none.
        queues: The two queues; a context has none.
    """

    link_name: str | None = None
    link_port: str | None = None
    link_state: str | None = None
    status: str | None = None
    headed: bool = False
    objects: tuple[ObjectCount, ...] = ()
    queues: tuple[QueueCount, ...] = ()

    def of(self, name: str) -> ObjectCount | None:
        """The row of that name, None without one."""
        return next((each for each in self.objects if each.name == name), None)


@attrs.frozen(kw_only=True)
class LastFailover:
    """When the roles last changed: on the unit (group None), or of a failover group (SHW-38)."""

    group: int | None = None
    at: str


@attrs.frozen(kw_only=True)
class ShowFailover:
    """The output of `show failover`, of `show failover group`, or of either inside a context.

    Attributes:
        enabled: Failover is on; None where the text does not say so, as for one group.
        note: What stands in brackets behind that.
        cable: The cable line, only on a PIX (SHW-4).
        unit: Primary or Secondary: where the command was entered.
        lan_name, lan_port, lan_state: The failover link; `lan_missing` is True where it is not configured.
        reconnect_timeout, mac_move: Of later software, as printed.
        unit_poll_ms, unit_hold_ms, interface_poll_ms, interface_hold_ms: In milliseconds.
        policy: A number of interfaces, or a percentage with its sign.
        monitored, monitored_most: Interfaces that are monitored, and that can be.
        replication: `http` if HTTP connections are replicated.
        version, mate_version, serial, mate_serial: As printed; Unknown for a mate that was not heard.
        last_failover: One entry, or one for each group.
        this, other: The two hosts.
        statistics: None if the text has none.
        unread: The lines that no template reads.
    """

    enabled: bool | None = None
    note: str | None = None
    cable: str | None = None
    unit: str | None = None
    lan_name: str | None = None
    lan_port: str | None = None
    lan_state: str | None = None
    lan_missing: bool | None = None
    reconnect_timeout: str | None = None
    unit_poll_ms: int | None = None
    unit_hold_ms: int | None = None
    interface_poll_ms: int | None = None
    interface_hold_ms: int | None = None
    policy: str | None = None
    monitored: int | None = None
    monitored_most: int | None = None
    mac_move: str | None = None
    replication: str | None = None
    version: str | None = None
    mate_version: str | None = None
    serial: str | None = None
    mate_serial: str | None = None
    last_failover: tuple[LastFailover, ...] = ()
    this: Host | None = None
    other: Host | None = None
    statistics: Statistics | None = None
    unread: tuple[UnreadLine, ...] = ()

    @property
    def hosts(self) -> Iterator[Host]:
        """The hosts that the text has, this one first."""
        yield from (each for each in (self.this, self.other) if each is not None)

    @property
    def is_active_active(self) -> bool:
        """Failover groups have states of their own."""
        return any(each.group is not None for host in self.hosts for each in host.groups)
