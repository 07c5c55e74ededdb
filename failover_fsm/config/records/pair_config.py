"""The configuration of a failover pair as frozen records.

The records know nothing of text, files or the protocol. Each checks the ranges of its own fields when it is
built (ValueNotAllowed); what must hold between records is checked in `config.checks.consistency`. The order
of lines in a configuration has no meaning, so tuples of records are kept sorted: configurations that say the
same are equal. Line numbers and advice travel with a configuration but take no part in comparing it.

With failover groups the pair is Active/Active. Each group then has its own `interface_poll`, `interface_policy`,
`macs` and `replication_http`; those of the PairConfig, which stand for the one implied group of an Active/Standby
pair, are kept as they were entered and have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from failover_fsm.config.records.context import Allocation, Context, contexts_by_name
from failover_fsm.config.records.criteria import (
    MAX_POLICY_COUNT,
    InterfacePolicy,
    InterfacePollTime,
    MacAddresses,
    PollTime,
    Unit,
)
from failover_fsm.config.records.failover_group import (
    FIRST_GROUP,
    MAX_PREEMPT_DELAY,
    FailoverGroup,
    check_groups,
    groups_by_number,
    macs_by_port,
)
from failover_fsm.config.records.gaps import Gap, find_gaps
from failover_fsm.config.records.interface import (
    MAX_VLAN,
    Interface,
    Ipv6Address,
    ManagementAddress,
    addresses_by_context,
    interface_item,
    interfaces_by_port,
    sorted_lines,
)
from failover_fsm.config.records.links import (
    HEX_KEY_LENGTH,
    MASKED_KEY,
    MAX_SECRET_LENGTH,
    FailoverInterface,
    InterfaceIp,
    Key,
    KeyKind,
    StatefulInterface,
    StatefulLink,
    ips_by_name,
)
from failover_fsm.config.records.ports import (
    PhysicalPort,
    carriers,
    physical_ports,
    short_bundle,
    shut_blocks,
    shut_ports,
)
from failover_fsm.config.values.field_values import Port, ValueNotAllowed, is_word
from failover_fsm.config.values.kinds import checked
from failover_fsm.config.values.release import MODULE_MONITORING, Release, accepts

__all__ = [
    "HEX_KEY_LENGTH", "MASKED_KEY", "MAX_POLICY_COUNT", "MAX_PREEMPT_DELAY", "MAX_SECRET_LENGTH", "MAX_VLAN", "Advice",
    "Allocation", "Context", "FailoverGroup", "FailoverInterface", "Gap", "Interface", "InterfaceIp",
    "InterfacePolicy", "InterfacePollTime", "Ipv6Address", "Key", "KeyKind", "MacAddresses", "ManagementAddress",
    "PairConfig", "PhysicalPort", "PollTime", "StatefulInterface", "StatefulLink", "Unit", "interface_item",
]  # fmt: skip

DEFAULT_ADMIN_CONTEXT = "admin"
# How the items in `PairConfig.lines` begin that a failover or `monitor-interface` command sets.
_FAILOVER_ITEMS = (
    "failover", "group ", "interface ip ", "interface-policy", "key", "lan ", "link", "mac address ",
    "monitor-interface", "polltime ", "replication ", "ipsec ", "timeout", "wait-disable", "health-check", "standby ",
)  # fmt: skip
_NOT_OF_FAILOVER = (
    "hostname", "product", "software", "management", "multiple_context", "transparent", "mac_auto", "mac_auto_prefix",
    "interfaces", "contexts", "admin_context", "prompt", "auto_update",
)  # fmt: skip


@attrs.frozen(kw_only=True, field_transformer=checked)
class Advice:
    """Something accepted and yet worth changing or knowing: `line` (None: whole file), `text`, `rule` id.

    No rule is about these: `encoding` where a file is not in UTF-8, `not modelled` where something is only kept,
    `refused` where a device did not take a command of a session log.
    """

    line: int | None
    text: str
    rule: str


@attrs.frozen(kw_only=True, cache_hash=True, field_transformer=checked)
class PairConfig:
    """One unit's view of the pair, as configured. `PairConfig()` is a unit on which nothing was entered.

    `groups` are the failover groups of an Active/Active pair, the first before the second (AA-3); an
    Active/Standby pair has none. `management` holds the addresses of transparent firewalls without bridge groups, one
    for each context. `product` and `software` are those of the `ASA Version` line.
    `auto_update` is the URL of the Auto Update Server.
    `other_commands` are commands that are known and kept, but not modelled; `lines` maps an item
    such as `lan interface`, `group 1`, `group 1 preempt` or `join-failover-group NAME` to the line that set it
    (see `line_of`).
    """

    hostname: str = attrs.field(default="ciscoasa", validator=is_word)
    product: str = attrs.field(default="ASA", validator=is_word)
    software: str | None = attrs.field(default=None, validator=is_word)
    multiple_context: bool = False
    transparent: bool = False
    enabled: bool = False
    unit: Unit = Unit.SECONDARY
    lan: FailoverInterface | None = None
    link: StatefulInterface | None = None
    interface_ips: tuple[InterfaceIp, ...] = attrs.field(default=(), converter=ips_by_name)
    key: Key | None = None
    unit_poll: PollTime = PollTime()
    interface_poll: InterfacePollTime = InterfacePollTime()
    interface_policy: InterfacePolicy = InterfacePolicy()
    replication_http: bool = False
    macs: tuple[MacAddresses, ...] = attrs.field(default=(), converter=macs_by_port)
    mac_auto: bool = False
    mac_auto_prefix: int | None = None
    interfaces: tuple[Interface, ...] = attrs.field(default=(), converter=interfaces_by_port)
    management: tuple[ManagementAddress, ...] = attrs.field(default=(), converter=addresses_by_context)
    contexts: tuple[Context, ...] = attrs.field(default=(), converter=contexts_by_name)
    admin_context: str | None = attrs.field(default=None, validator=is_word)
    groups: tuple[FailoverGroup, ...] = attrs.field(default=(), converter=groups_by_number)
    monitor_service_module: bool = True
    prompt: tuple[str, ...] = ()
    auto_update: str | None = attrs.field(default=None, validator=is_word)
    other_commands: tuple[str, ...] = attrs.field(default=(), repr=False, converter=sorted_lines)
    advice: tuple[Advice, ...] = attrs.field(default=(), eq=False, repr=False)
    lines: Mapping[str, int] = attrs.field(factory=dict, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        declared = {context.name for context in self.contexts}
        used = [*(each.context for each in self.interfaces), *(each.context for each in self.management)]
        for name in used:
            if name is not None and name not in declared:
                raise ValueNotAllowed(f"context {name!r} is not declared", "names in contexts")
        if (self.contexts or self.admin_context) and not self.multiple_context:
            raise ValueNotAllowed("contexts in single context mode", "multiple_context=True")
        check_groups(self.groups)
        if self.groups and not self.multiple_context:
            raise ValueNotAllowed("failover groups in single context mode", "multiple_context=True")
        if self.mac_auto_prefix is not None and not (self.mac_auto and 0 <= self.mac_auto_prefix <= 65535):
            raise ValueNotAllowed("wrong mac_auto_prefix", "0 to 65535, with mac_auto")

    def line_of(self, item: str) -> int | None:
        """The line that set an item, None if no line did."""
        return self.lines.get(item)

    def line_in(self, interface: Interface, part: str = "interface") -> int | None:
        """The line of a part of an interface block, else of the block; None if neither came from a text."""
        first = self.line_of(interface_item("interface", interface.context, interface.port))
        return self.lines.get(interface_item(part, interface.context, interface.port), first)

    def name_of(self, interface: Interface) -> str:
        """The name of a named interface: `nameif`, or `context/nameif` where several contexts use it."""
        users = {each.context for each in self.interfaces if each.nameif == interface.nameif}
        return f"{interface.context}/{interface.nameif}" if len(users) > 1 else f"{interface.nameif}"

    def accepts(self, since: Release) -> bool | None:
        """Whether the software accepts what this release brought; None where the text does not name its software."""
        release = None if self.software is None else Release.parse(self.software)
        return accepts(self.product, release, since)

    def is_transparent(self, context: str | None) -> bool:
        """Whether a context, or the unit for None, is in transparent firewall mode."""
        return self.transparent or any(each.transparent for each in self.contexts if each.name == context)

    def serving(self, interface: Interface) -> Interface | ManagementAddress | None:
        """The record that holds the address of an interface; None where there is no address.

        The interface itself, or the BVI of its bridge group, or in transparent mode the management address of the
        whole context (CFG-10). The first of them with a standby address, since an interface that one of the others
        serves may still have a link-local address of its own.
        """
        holders = [*self._holders(interface)]
        return next((each for each in holders if each.has_standby_address), holders[0] if holders else None)

    def _holders(self, interface: Interface) -> Iterator[Interface | ManagementAddress]:
        if interface.address is not None or interface.ipv6:
            yield interface
        if interface.bridge_group is not None:
            bvi = Port(f"BVI{interface.bridge_group}")
            for each in self.interfaces:
                if each.port == bvi and each.context == interface.context and (each.address or each.ipv6):
                    yield each
        if self.is_transparent(interface.context) and not (interface.management_only or interface.is_virtual):
            yield from (each for each in self.management if each.context == interface.context)

    def has_standby_address(self, interface: Interface) -> bool:
        """Whether both units have an address on an interface, so that they hear each other there (CFG-5)."""
        holder = self.serving(interface)
        return holder is not None and holder.has_standby_address

    def ports(self) -> tuple[PhysicalPort, ...]:
        """The physical ports with what each carries: named interfaces, the failover link, the stateful link.

        Interfaces in one entry fall together with its port. See `config.records.ports` for bundles and VLANs.
        """
        stateful = None
        if self.link is not None:
            stateful = self.link.port
            if self.stateful_link is StatefulLink.SHARED_FAILOVER and self.lan is not None:
                stateful = self.lan.port
            elif self.stateful_link is StatefulLink.SHARED_DATA:
                name = self.link.name.lower()
                stateful = next(each.port for each in self.interfaces if each.nameif and each.nameif.lower() == name)
        failover = None if self.lan is None else self.lan.port
        return physical_ports(self.interfaces, failover=failover, stateful=stateful)

    def carriers(self, interface: Interface) -> tuple[Port, ...]:
        """The ports of `ports()` that an interface runs over; it falls when all of them have fallen."""
        return carriers(self.interfaces, interface.port, interface.context)

    def shut_ports(self, interface: Interface) -> tuple[Port, ...]:
        """The ports that are shut down and so keep down an interface that is not shut down itself."""
        return shut_ports(self.interfaces, interface)

    def is_down(self, interface: Interface) -> bool:
        """Whether an interface is shut down, by itself or with its ports."""
        return interface.shutdown or bool(self.shut_ports(interface))

    def shut_blocks(self, port: Port) -> tuple[Interface, ...]:
        """The blocks whose `shutdown` keeps down a port of the system space, such as that of the failover link."""
        return shut_blocks(self.interfaces, port)

    def short_bundle(self, port: Port) -> tuple[int, int] | None:
        """How many members a Port-channel needs and has, where it has too few; see `ports.short_bundle`."""
        return short_bundle(self.interfaces, port)

    def carriers_of(self, port: Port) -> tuple[Port, ...]:
        """The same of a port of the system space, such as that of the failover link."""
        return carriers(self.interfaces, port)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Missing parts of the configuration, on which no figure may rest; empty for a whole configuration."""
        if self.lan is None:
            return ()
        found = find_gaps(
            unit=self.unit,
            multiple_context=self.multiple_context,
            contexts=self.contexts,
            interfaces=self.interfaces,
        )
        return tuple(found)

    @property
    def says_anything_of_failover(self) -> bool:
        """Whether there is anything to judge: a failover or `monitor-interface` command, or an interface with a name.

        `no failover` counts, and so does a command with its default value if it was read from a text. False for
        PairConfig(), and for a text that is no configuration or only of other things; such a text is no error.
        """
        has_line = any(item.startswith(_FAILOVER_ITEMS) for item in self.lines)
        return (
            has_line
            or any(each.nameif for each in self.interfaces)
            or self != PairConfig(**{name: getattr(self, name) for name in _NOT_OF_FAILOVER})
        )

    @property
    def is_no_unit_of_a_pair(self) -> bool:
        """Whether no line names a failover link or switches failover on or off: the device stands alone."""
        return self.lan is None and self.line_of("failover") is None

    @property
    def monitored(self) -> tuple[str, ...]:
        """The names of the interfaces whose failure counts (IFM-20), in port order, context by context."""
        return tuple(self.name_of(each) for each in self.interfaces if each.monitored)

    @property
    def unmonitored(self) -> tuple[str, ...]:
        """The names that are not monitored; `service-module` is one of them where it is switched off."""
        names = tuple(self.name_of(each) for each in self.interfaces if each.nameif and not each.monitored)
        return names if self.monitor_service_module else (*names, "service-module")

    @property
    def monitors_service_module(self) -> bool:
        """Whether a dead service module makes a unit failed; a release before 9.3 refuses the line against it."""
        return self.monitor_service_module or self.accepts(MODULE_MONITORING) is False

    @property
    def active_active(self) -> bool:
        """Whether the pair has failover groups (AA-2)."""
        return bool(self.groups)

    def group(self, number: int) -> FailoverGroup:
        """The failover group with this number; KeyError if there is none."""
        for group in self.groups:
            if group.number == number:
                return group
        raise KeyError(number)

    def is_admin(self, context: str) -> bool:
        """Whether a context is the admin context: the one that `admin-context` names, else the one named admin."""
        return context == (self.admin_context or DEFAULT_ADMIN_CONTEXT)

    def context_group(self, context: str) -> int | None:
        """The number of the failover group of a context (CFG-39).

        Group 1 for the admin context and for one that joins none; None in an Active/Standby pair and for an
        unknown name.
        """
        for each in self.contexts if self.groups else ():
            if each.name == context:
                return FIRST_GROUP if self.is_admin(context) else each.join_failover_group or FIRST_GROUP
        return None

    def contexts_in(self, group: int) -> tuple[Context, ...]:
        """The contexts of a failover group; KeyError if there is no such group."""
        number = self.group(group).number
        return tuple(each for each in self.contexts if self.context_group(each.name) == number)

    def group_of(self, interface: Interface) -> int | None:
        """The number of the failover group that an interface moves with, that of its context (AA-2).

        None in an Active/Standby pair, and for an interface of the system space.
        """
        return None if interface.context is None else self.context_group(interface.context)

    def monitored_in(self, group: int) -> tuple[str, ...]:
        """The names, as in `monitored`, of the interfaces whose failure counts for a group; KeyError if none such."""
        number = self.group(group).number
        return tuple(self.name_of(each) for each in self.interfaces if each.monitored and self.group_of(each) == number)

    @property
    def stateful_link(self) -> StatefulLink:
        """The kind of stateful link (LNK-11); a second name for the failover link's port is the failover link."""
        if self.link is None:
            return StatefulLink.NONE
        name = self.link.name.lower()
        if self.lan is not None and name == self.lan.name.lower():
            return StatefulLink.SHARED_FAILOVER
        named = any(each.nameif is not None and each.nameif.lower() == name for each in self.interfaces)
        if named:
            return StatefulLink.SHARED_DATA
        on_lan = self.lan is not None and self.link.port == self.lan.port
        return StatefulLink.SHARED_FAILOVER if on_lan else StatefulLink.DEDICATED

    @classmethod
    def from_asa(cls, text: str, *, source: str = "<config>") -> PairConfig:
        """Read a running-config, typed or printed.

        Raises:
            ConfigError: With source, line and what is allowed.
            TypeError: If `text` is no text.
        """
        from failover_fsm.config.asa.running_config import read_asa
        from failover_fsm.config.values.errors import ConfigError

        if not isinstance(text, str):
            raise TypeError(f"PairConfig.from_asa: a text is needed, not {type(text).__name__}")
        if re.fullmatch(r"[^\s!#]+\.(?:cfg|conf|txt|toml)", text):
            what, allowed = (
                "the name of a file, and no configuration",
                "its text; `check` and `assess` take names",
            )
            raise ConfigError(source=text, line=None, what=what, allowed=allowed)
        return read_asa(text, source=source)

    def to_asa(self, *, all: bool = False, show_key: bool = False) -> str:
        """The configuration as text; with `all`, commands with default values too (see `config.asa.render`).

        Reading the text back gives an equal configuration, but for keys: they are printed as `*****` unless
        `show_key` is set.
        """
        from failover_fsm.config.asa.render import write_asa

        return write_asa(self, all=all, show_key=show_key)
