"""An interface as configured, and the addresses that an interface or a whole transparent firewall has."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from failover_fsm.config.values.field_values import (
    Port,
    ValueNotAllowed,
    check_addresses,
    check_ipv6_pair,
    is_word,
    optional_mac,
    to_port,
)
from failover_fsm.config.values.kinds import checked, in_order

MAX_VLAN = 4094
MAX_ASR_GROUP = 32
MAX_BUNDLE = 16
"""The most members of a Port-channel that are up at a time."""

_VIRTUAL_TYPES = ("tunnel", "loopback", "vni", "nve")


@attrs.frozen(kw_only=True, field_transformer=checked)
class Ipv6Address:
    """One `ipv6 address` line: `text` is what follows these words but for the standby address.

    `text` is `ADDRESS/BITS`, with ` eui-64` or not, `ADDRESS link-local`, `autoconfig` or `dhcp`.
    """

    text: str
    standby: str | None = None

    def __attrs_post_init__(self) -> None:
        check_ipv6_pair(self.text, self.standby)


def _ipv6_in_order(addresses: Iterable[Ipv6Address]) -> tuple[Ipv6Address, ...]:
    return in_order(addresses, Ipv6Address, lambda each: each.text)


@attrs.frozen(kw_only=True, field_transformer=checked)
class ManagementAddress:
    """The addresses of a whole transparent firewall or context, which serve all its interfaces (CFG-10).

    Software before 8.4 has them; later software gives each bridge group addresses, on its BVI. `ipv6` holds the
    `ipv6 address` lines of 8.2(2) and later.
    """

    context: str | None = attrs.field(default=None, validator=is_word)
    address: str | None = None
    mask: str | None = None
    standby: str | None = None
    ipv6: tuple[Ipv6Address, ...] = attrs.field(default=(), converter=_ipv6_in_order)

    def __attrs_post_init__(self) -> None:
        _check_pair(self.address, self.mask, self.standby)
        if self.address is None and not self.ipv6:
            raise ValueNotAllowed("a transparent firewall without an address", "an IPv4 or an IPv6 address")

    @property
    def has_standby_address(self) -> bool:
        """Whether there is a standby address, of IPv4 or IPv6."""
        return self.standby is not None or any(each.standby is not None for each in self.ipv6)


def addresses_by_context(addresses: Iterable[ManagementAddress]) -> tuple[ManagementAddress, ...]:
    """An attrs converter: the addresses of whole firewalls, context by context."""
    return in_order(addresses, ManagementAddress, lambda each: each.context or "")


def _check_pair(address: str | None, mask: str | None, standby: str | None) -> None:
    """Checks IPv4 addresses that may be left out together."""
    if address is not None and mask is not None:
        check_addresses(address, mask, standby)
    elif (address, mask, standby) != (None, None, None):
        raise ValueNotAllowed("address without mask, or mask without address", "both or neither")


def sorted_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """An attrs converter: lines in order."""
    return in_order(lines, str, str)


def _ports_in_order(ports: Iterable[Port | str]) -> tuple[Port, ...]:
    if isinstance(ports, str):
        raise ValueNotAllowed(f"members of Interface cannot be {ports!r}", "tuple of Port")
    return in_order(tuple(to_port(port) for port in ports), Port, lambda port: port.sort_key)


_BLOCKS = {"channel-group": "", "member-interface": "Redundant", "port-channel min-bundle": "Port-channel"}
"""The type of the interface below which a line of a bundle stands; empty for a physical port."""


def check_block(line: str, port: Port) -> None:
    """Raises ValueNotAllowed for a line of a bundle below an interface that cannot have it."""
    wanted = _BLOCKS[line]
    fits = port.type == wanted and not port.is_subinterface if wanted else _is_physical(port)
    if not fits:
        where = f"{wanted}NUMBER" if wanted else "with a physical port"
        raise ValueNotAllowed(f"{line} of {port}", f"below `interface` {where}")


def check_member(port: Port) -> None:
    """Raises ValueNotAllowed for a member of a Redundant interface that is no physical port."""
    if not _is_physical(port):
        raise ValueNotAllowed(f"member-interface {port}", "a physical port")


def _is_physical(port: Port) -> bool:
    made = ("port-channel", "redundant", "bvi", "vlan", *_VIRTUAL_TYPES)
    return not port.is_subinterface and port.type.lower() not in made


def vlans_of(text: str) -> frozenset[int]:
    """The VLANs of a list such as `1,10-20`; ValueNotAllowed for anything else."""
    found: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", part)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (0, 0)
        if not 1 <= first <= last <= MAX_VLAN:
            raise ValueNotAllowed(f"VLANs {text!r}", f"numbers 1 to {MAX_VLAN} and ranges, as in 1,10-20")
        found.update(range(first, last + 1))
    return frozenset(found)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Interface:
    """A port as configured; `context` is None in single mode and in the system space.

    Attributes:
        address, mask, standby: dotted IPv4 (CFG-7). `ipv6` holds the `ipv6 address` lines.
        vlan: 1 to 4094, of a subinterface.
        monitored: resolved: named physical interfaces are monitored unless a line says otherwise, subinterfaces
            only when a line says so (IFM-19).
        mac, standby_mac: from `mac-address` in interface mode (MAC-15).
        bridge_group: the bridge group that the interface is a member of; `BVI1` holds the address of group 1.
        channel_group, channel_mode: the number of the Port-channel that the port is a member of, and how it joins.
        min_bundle: how many members of a Port-channel have to be up for it to be up, from `port-channel min-bundle`.
        members: the member ports of a Redundant interface.
        access_vlan, trunk_vlans, native_vlan, trunk: which VLANs a switch port carries, as on an ASA 5505: one, or in
            trunk mode a list as entered and the untagged one, whether the list has it or not.
        asr_group: 1 to 32, the ASR group of the interface; it is in one at most (ASR-9, ASR-11).
        other_commands: lines that are known and kept, but have no part in the model, such as `zone-member`.
    """

    port: Port = attrs.field(converter=to_port)
    context: str | None = attrs.field(default=None, validator=is_word)
    nameif: str | None = attrs.field(default=None, validator=is_word)
    shutdown: bool = False
    address: str | None = None
    mask: str | None = None
    standby: str | None = None
    ipv6: tuple[Ipv6Address, ...] = attrs.field(default=(), converter=_ipv6_in_order)
    management_only: bool = False
    vlan: int | None = None
    monitored: bool = False
    mac: str | None = attrs.field(default=None, converter=optional_mac)
    standby_mac: str | None = attrs.field(default=None, converter=optional_mac)
    bridge_group: int | None = None
    channel_group: int | None = None
    channel_mode: str | None = attrs.field(default=None, validator=is_word)
    min_bundle: int = 1
    members: tuple[Port, ...] = attrs.field(default=(), converter=_ports_in_order)
    access_vlan: int | None = None
    trunk_vlans: str | None = attrs.field(default=None, validator=is_word)
    native_vlan: int | None = None
    trunk: bool = False
    asr_group: int | None = None
    other_commands: tuple[str, ...] = attrs.field(default=(), converter=sorted_lines)

    def __attrs_post_init__(self) -> None:
        _check_pair(self.address, self.mask, self.standby)
        for vlan in (self.vlan, self.access_vlan, self.native_vlan):
            if vlan is not None and not 1 <= vlan <= MAX_VLAN:
                raise ValueNotAllowed(f"vlan {vlan} is out of range", f"1 to {MAX_VLAN}")
        self._check_bundle()
        if self.asr_group is not None and not 1 <= self.asr_group <= MAX_ASR_GROUP:
            raise ValueNotAllowed(f"asr-group {self.asr_group} is out of range", f"1 to {MAX_ASR_GROUP}")
        if self.trunk_vlans is not None:
            vlans_of(self.trunk_vlans)
        if self.monitored and self.nameif is None:
            raise ValueNotAllowed(f"{self.port} is monitored without a name", "an interface with nameif")
        if self.standby_mac is not None and self.mac is None:
            raise ValueNotAllowed("standby MAC address without an active one", "both, or the active")

    def _check_bundle(self) -> None:
        if not 1 <= self.min_bundle <= MAX_BUNDLE:
            raise ValueNotAllowed(f"min-bundle {self.min_bundle} is out of range", f"1 to {MAX_BUNDLE}")
        if self.min_bundle > 1:
            check_block("port-channel min-bundle", self.port)
        if self.channel_group is not None:
            check_block("channel-group", self.port)
        if self.members:
            check_block("member-interface", self.port)
        for port in self.members:
            check_member(port)

    @property
    def is_subinterface(self) -> bool:
        """Whether it is one of several interfaces on its port."""
        return self.port.is_subinterface

    @property
    def is_bvi(self) -> bool:
        """Whether this is the virtual interface of a bridge group, which has an address and no port of its own."""
        return self.port.type == "BVI"

    @property
    def is_virtual(self) -> bool:
        """Whether the interface is made of software: a BVI, a tunnel, a loopback, a VXLAN segment."""
        return self.is_bvi or self.port.type.lower() in _VIRTUAL_TYPES

    @property
    def has_standby_address(self) -> bool:
        """Whether the interface itself has a standby address, of IPv4 or IPv6."""
        return self.standby is not None or any(each.standby is not None for each in self.ipv6)

    @property
    def monitored_by_default(self) -> bool:
        """Whether the interface is monitored where no `monitor-interface` line names it (IFM-19)."""
        return not self.is_subinterface and not self.is_virtual


def interface_item(part: str, context: str | None, port: Port) -> str:
    """The key in `PairConfig.lines` of a part of an interface block, such as `nameif` or `interface`."""
    return f"{part} {context or ''}/{port.full_name.lower()}"


def interfaces_by_port(interfaces: Iterable[Interface]) -> tuple[Interface, ...]:
    """An attrs converter: interfaces in port order, context by context."""
    return in_order(interfaces, Interface, lambda each: (each.context or "", each.port.sort_key))
