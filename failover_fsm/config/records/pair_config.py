"""What the operator wrote for a failover pair, as frozen records.

The records know nothing of text, files or the protocol. Each checks the ranges of its own fields when it is
built (ValueNotAllowed); what must hold between records is checked in `config.checks.consistency`. The order
of lines in a configuration has no meaning, so tuples of records are kept sorted: configurations that say the
same are equal. Line numbers and advice travel with a configuration but take no part in comparing it.

With failover groups the pair is Active/Active. Each group then has its own `interface_poll`, `interface_policy`,
`macs` and `replication_http`; those of the PairConfig, which stand for the one implied group of an Active/Standby
pair, are kept as they were entered and have no effect.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping

import attrs

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
    GROUP_NUMBERS,
    MAX_PREEMPT_DELAY,
    FailoverGroup,
    groups_by_number,
    macs_by_port,
)
from failover_fsm.config.values.field_values import (
    Port,
    ValueNotAllowed,
    check_addresses,
    is_word,
    optional_mac,
    optional_port,
    to_port,
)

__all__ = [
    "HEX_KEY_LENGTH", "MASKED_KEY", "MAX_POLICY_COUNT", "MAX_PREEMPT_DELAY", "MAX_SECRET_LENGTH", "MAX_VLAN", "Advice",
    "Allocation", "Context", "FailoverGroup", "FailoverInterface", "Interface", "InterfaceIp", "InterfacePolicy",
    "InterfacePollTime", "Key", "KeyKind", "MacAddresses", "PairConfig", "PollTime", "StatefulInterface",
    "StatefulLink", "Unit", "interface_item",
]  # fmt: skip

HEX_KEY_LENGTH = 32
MAX_SECRET_LENGTH = 63
MASKED_KEY = "*****"
MAX_VLAN = 4094
DEFAULT_ADMIN_CONTEXT = "admin"
# How the items in `PairConfig.lines` begin that a failover or `monitor-interface` command sets.
_FAILOVER_ITEMS = (
    "failover", "group ", "interface ip ", "interface-policy", "key", "lan ", "link", "mac address ",
    "monitor-interface", "polltime ", "replication ", "ipsec ", "timeout", "wait-disable", "health-check", "standby ",
)  # fmt: skip
_NOT_OF_FAILOVER = (
    "hostname", "software", "multiple_context", "transparent", "mac_auto", "mac_auto_prefix", "interfaces", "contexts",
    "admin_context", "prompt",
)  # fmt: skip


class StatefulLink(enum.Enum):
    """What carries Stateful Failover (LNK-11)."""

    NONE = "none"
    DEDICATED = "dedicated"
    SHARED_FAILOVER = "shared_failover"
    SHARED_DATA = "shared_data"


class KeyKind(enum.Enum):
    """How a failover key is written (KEY-5); MASKED is what a device shows instead of it."""

    TEXT = "text"
    HEX = "hex"
    MASKED = "masked"


@attrs.frozen(kw_only=True)
class Advice:
    """Something accepted and yet worth changing or knowing: `line` (None: whole file), `text`, `rule` id.

    The rule is `encoding` where a file is not in UTF-8, which no rule is about.
    """

    line: int | None
    text: str
    rule: str


@attrs.frozen(kw_only=True)
class FailoverInterface:
    """The failover link: its interface name and port (CFG-14)."""

    name: str = attrs.field(validator=is_word)
    port: Port = attrs.field(converter=to_port)


@attrs.frozen(kw_only=True)
class StatefulInterface:
    """The stateful link: its interface name, and its port unless it shares a named interface (CFG-17)."""

    name: str = attrs.field(validator=is_word)
    port: Port | None = attrs.field(default=None, converter=optional_port)


@attrs.frozen(kw_only=True)
class InterfaceIp:
    """Active and standby address of a failover or stateful link, dotted, in one subnet (CFG-7, CFG-15)."""

    name: str = attrs.field(validator=is_word)
    address: str
    mask: str
    standby: str

    def __attrs_post_init__(self) -> None:
        check_addresses(self.address, self.mask, self.standby)


@attrs.frozen(kw_only=True)
class Key:
    """The failover key: 1 to 63 printable characters (KEY-6), or 32 lower-case hexadecimal digits (KEY-7)."""

    kind: KeyKind = KeyKind.TEXT
    text: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.kind is KeyKind.HEX:
            object.__setattr__(self, "text", self.text.lower())  # frozen, and only a hex key ignores case
            if not re.fullmatch(f"[0-9a-f]{{{HEX_KEY_LENGTH}}}", self.text):
                raise ValueNotAllowed("wrong hexadecimal failover key", f"exactly {HEX_KEY_LENGTH} hexadecimal digits")
        elif not re.fullmatch(f"[!-~]{{1,{MAX_SECRET_LENGTH}}}", self.text):
            raise ValueNotAllowed(
                "wrong failover key", f"1 to {MAX_SECRET_LENGTH} letters, digits or punctuation, no blanks"
            )

    @classmethod
    def from_text(cls, text: str) -> Key:
        """A shared secret, or the masked key when the text is only asterisks."""
        return cls(kind=KeyKind.MASKED, text=MASKED_KEY) if set(text) == {"*"} else cls(text=text)


@attrs.frozen(kw_only=True)
class Allocation:
    """A port given to a context, with the name it has there if it is renamed."""

    port: Port = attrs.field(converter=to_port)
    mapped_name: str | None = attrs.field(default=None, validator=is_word)


def _allocations(ports: Iterable[Allocation]) -> tuple[Allocation, ...]:
    return tuple(sorted(ports, key=lambda each: each.port.sort_key))


@attrs.frozen(kw_only=True)
class Context:
    """A security context, its ports, and the failover group it joins.

    Without `join_failover_group` it is in group 1 (AA-5), so that None and 1 are equal.
    """

    name: str = attrs.field(validator=is_word)
    ports: tuple[Allocation, ...] = attrs.field(default=(), converter=_allocations)
    join_failover_group: int | None = attrs.field(default=None, eq=lambda number: number or FIRST_GROUP)

    def __attrs_post_init__(self) -> None:
        if self.join_failover_group is not None and self.join_failover_group not in GROUP_NUMBERS:
            raise ValueNotAllowed(f"failover group {self.join_failover_group}", "1 or 2")


@attrs.frozen(kw_only=True)
class Interface:
    """A port as configured; `context` is None in single mode and in the system space.

    `address`, `mask`, `standby` are dotted IPv4 (CFG-7); `vlan` is 1 to 4094. `monitored` is resolved: named
    physical interfaces are monitored unless told otherwise, subinterfaces only when told so (IFM-19). `mac`
    and `standby_mac` come from `mac-address` in interface mode (MAC-15).
    """

    port: Port = attrs.field(converter=to_port)
    context: str | None = attrs.field(default=None, validator=is_word)
    nameif: str | None = attrs.field(default=None, validator=is_word)
    shutdown: bool = False
    address: str | None = None
    mask: str | None = None
    standby: str | None = None
    management_only: bool = False
    vlan: int | None = None
    monitored: bool = False
    mac: str | None = attrs.field(default=None, converter=optional_mac)
    standby_mac: str | None = attrs.field(default=None, converter=optional_mac)

    def __attrs_post_init__(self) -> None:
        if self.address is not None and self.mask is not None:
            check_addresses(self.address, self.mask, self.standby)
        elif (self.address, self.mask, self.standby) != (None, None, None):
            raise ValueNotAllowed("address without mask, or mask without address", "both or neither")
        if self.vlan is not None and not 1 <= self.vlan <= MAX_VLAN:
            raise ValueNotAllowed(f"vlan {self.vlan} is out of range", f"1 to {MAX_VLAN}")
        if self.monitored and self.nameif is None:
            raise ValueNotAllowed(f"{self.port} is monitored without a name", "an interface with nameif")
        if self.standby_mac is not None and self.mac is None:
            raise ValueNotAllowed("standby MAC address without an active one", "both, or the active")

    @property
    def is_subinterface(self) -> bool:
        return self.port.is_subinterface


def _by_port(interfaces: Iterable[Interface]) -> tuple[Interface, ...]:
    return tuple(sorted(interfaces, key=lambda each: (each.context or "", each.port.sort_key)))


def interface_item(part: str, context: str | None, port: Port) -> str:
    """The key in `PairConfig.lines` of a part of an interface block, such as `nameif` or `interface`."""
    return f"{part} {context or ''}/{port.full_name.lower()}"


def _ips_by_name(ips: Iterable[InterfaceIp]) -> tuple[InterfaceIp, ...]:
    return tuple(sorted(ips, key=lambda each: each.name))


def _contexts_by_name(contexts: Iterable[Context]) -> tuple[Context, ...]:
    return tuple(sorted(contexts, key=lambda each: each.name))


def _sorted_words(commands: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(commands))


@attrs.frozen(kw_only=True)
class PairConfig:
    """One unit's view of the pair, as configured. `PairConfig()` is a unit on which nothing was entered.

    `groups` are the failover groups of an Active/Active pair, the first before the second (AA-3); an
    Active/Standby pair has none.
    `other_commands` are failover commands that are known and kept, but not modelled; `lines` maps an item
    such as `lan interface`, `group 1`, `group 1 preempt` or `join-failover-group NAME` to the line that set it
    (see `line_of`).
    """

    hostname: str = attrs.field(default="ciscoasa", validator=is_word)
    software: str | None = attrs.field(default=None, validator=is_word)
    multiple_context: bool = False
    transparent: bool = False
    enabled: bool = False
    unit: Unit = Unit.SECONDARY
    lan: FailoverInterface | None = None
    link: StatefulInterface | None = None
    interface_ips: tuple[InterfaceIp, ...] = attrs.field(default=(), converter=_ips_by_name)
    key: Key | None = None
    unit_poll: PollTime = PollTime()
    interface_poll: InterfacePollTime = InterfacePollTime()
    interface_policy: InterfacePolicy = InterfacePolicy()
    replication_http: bool = False
    macs: tuple[MacAddresses, ...] = attrs.field(default=(), converter=macs_by_port)
    mac_auto: bool = False
    mac_auto_prefix: int | None = None
    interfaces: tuple[Interface, ...] = attrs.field(default=(), converter=_by_port)
    contexts: tuple[Context, ...] = attrs.field(default=(), converter=_contexts_by_name)
    admin_context: str | None = attrs.field(default=None, validator=is_word)
    groups: tuple[FailoverGroup, ...] = attrs.field(default=(), converter=groups_by_number)
    monitor_service_module: bool = True
    prompt: tuple[str, ...] = ()
    other_commands: tuple[str, ...] = attrs.field(default=(), repr=False, converter=_sorted_words)
    advice: tuple[Advice, ...] = attrs.field(default=(), eq=False, repr=False)
    lines: Mapping[str, int] = attrs.field(factory=dict, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        declared = {context.name for context in self.contexts}
        for interface in self.interfaces:
            if interface.context is not None and interface.context not in declared:
                raise ValueNotAllowed(f"context {interface.context!r} is not declared", "names in contexts")
        if (self.contexts or self.admin_context) and not self.multiple_context:
            raise ValueNotAllowed("contexts in single context mode", "multiple_context=True")
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

    @property
    def says_anything_of_failover(self) -> bool:
        """Whether there is anything to judge: a failover or `monitor-interface` command, or an interface with a name.

        `no failover` counts, and so does a command with its default value if it was read from a text. False for
        PairConfig(), and for a text that is no configuration or only of other things; such a text is no error.
        """
        told = any(item.startswith(_FAILOVER_ITEMS) for item in self.lines)
        return (
            told
            or any(each.nameif for each in self.interfaces)
            or self != PairConfig(**{name: getattr(self, name) for name in _NOT_OF_FAILOVER})
        )

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
        """What carries the stateful link (LNK-11); a second name for the failover link's port is that link."""
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
        """Read a running-config, typed or printed; ConfigError names source, line and what is allowed."""
        from failover_fsm.config.asa.running_config import read_asa

        return read_asa(text, source=source)

    def to_asa(self, *, all: bool = False) -> str:
        """The configuration as text that reads back equal; with `all`, defaults too (see `config.render`)."""
        from failover_fsm.config.asa.render import write_asa

        return write_asa(self, all=all)
