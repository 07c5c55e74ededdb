"""The small values of a configuration: ports, addresses, MAC addresses, and the error for a wrong one.

Imports nothing of the package.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Any

import attrs

PORT_TYPES = (
    "Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "Management", "Port-channel",
    "Redundant", "BVI", "Vlan", "Internal-Data", "Internal-Control",
)  # fmt: skip


PORT_NAME = r"[A-Za-z][A-Za-z-]*[0-9][0-9/.:]*"
"""A pattern that every port, but no other word of a configuration that stands for one, fits."""


class ValueNotAllowed(ValueError):
    """A value outside what the configuration accepts. Attributes: `what` is wrong, what is `allowed`."""

    def __init__(self, what: str, allowed: str) -> None:
        self.what = what
        self.allowed = allowed
        super().__init__(f"{what}; allowed: {allowed}")


def check_mask(address: str, mask: str) -> ipaddress.IPv4Network:
    """The subnet of an IPv4 address and mask, both dotted; ValueNotAllowed where one is malformed."""
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        raise ValueNotAllowed(f"{address!r} is not an IPv4 address", "four numbers 0-255 with dots") from None
    try:
        bits = int(ipaddress.IPv4Address(mask))
    except ValueError:
        raise ValueNotAllowed(f"{mask!r} is not a subnet mask", "such as 255.255.255.0") from None
    inverse = bits ^ 0xFFFFFFFF
    if bits == 0 or inverse & (inverse + 1):
        raise ValueNotAllowed(f"{mask!r} is not a subnet mask", "such as 255.255.255.0")
    return ipaddress.IPv4Network((address, mask), strict=False)


def check_addresses(address: str, mask: str, standby: str | None) -> None:
    """Active and standby address differ and share the subnet (CFG-7); else ValueNotAllowed."""
    network = check_mask(address, mask)
    if standby is None:
        return
    check_mask(standby, mask)
    if ipaddress.IPv4Address(standby) not in network:
        raise ValueNotAllowed(
            f"standby address {standby} is not in the subnet of {address}", f"an address in {network}"
        )
    if standby == address:
        raise ValueNotAllowed(f"{address} is both active and standby address", "two different addresses")


def check_ipv6_pair(text: str, standby: str | None) -> None:
    """Checks an `ipv6 address` line: an address with its prefix, and a standby address that lies in it.

    `text` may also be `ADDRESS link-local`, `autoconfig`, `dhcp`, or the name of a prefix and an address.
    Raises ValueNotAllowed for anything else.
    """
    words = text.split()
    if words[:1] in (["autoconfig"], ["dhcp"]) or (len(words) > 1 and ":" not in words[0] and ":" in words[1]):
        return
    try:
        whole = ipaddress.IPv6Interface(words[0])
        other = None if standby is None else ipaddress.IPv6Address(standby)
    except (ValueError, IndexError):
        wrong = f"{text} standby {standby}" if standby is not None else text
        raise ValueNotAllowed(
            f"{wrong!r} is not an IPv6 address", "such as 2001:db8::1/64 standby 2001:db8::2"
        ) from None
    network = ipaddress.IPv6Network("fe80::/10") if words[1:] == ["link-local"] else whole.network
    if other is not None and other not in network:
        raise ValueNotAllowed(
            f"standby address {standby} is not in the subnet of {words[0]}", f"an address in {network}"
        )
    if other == whole.ip:
        raise ValueNotAllowed(f"{whole.ip} is both active and standby address", "two different addresses")


def normal_mac(text: str) -> str:
    """A MAC address as `hhhh.hhhh.hhhh` in lower case (CFG-38); ValueNotAllowed for any other form."""
    if not re.fullmatch(r"[0-9a-fA-F]{1,4}(\.[0-9a-fA-F]{1,4}){2}", text):
        raise ValueNotAllowed(f"{text!r} is not a MAC address", "H.H.H, each H up to four hexadecimal digits")
    return ".".join(part.zfill(4) for part in text.lower().split("."))


def poll_words(ranges: tuple[range, range]) -> str:
    """A pair of ranges in milliseconds, given as `msec` and as whole seconds, in words; the first may be empty."""
    msec, seconds = ranges
    words = f"{seconds[0] // 1000} to {seconds[-1] // 1000} seconds"
    return f"{words}, or msec {msec[0]} to {msec[-1]}" if msec else words


def is_word(_instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """An attrs validator: one printable word, or None."""
    if value is not None:
        check_word(field.name, value)


def _is_name(_instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    check_word(field.name, value)


def check_word(what: str, value: str) -> None:
    """Checks that what is named is one printable word.  Raises ValueNotAllowed."""
    if not isinstance(value, str) or not value or not value.isprintable() or len(value.split()) != 1:
        raise ValueNotAllowed(f"{what} {value!r} is not a word", "printable characters, no blanks")


@lru_cache(maxsize=4096)
def _full_port_name(name: str) -> str:
    split = re.fullmatch(r"([A-Za-z-]+)([0-9].*)", name)
    if split is None:
        return name
    typed, numbers = split.group(1).lower(), split.group(2)
    exact = [known for known in PORT_TYPES if known.lower() == typed]
    fitting = exact or [known for known in PORT_TYPES if known.lower().startswith(typed)]
    return fitting[0] + numbers if len(fitting) == 1 else name


@attrs.frozen
class Port:
    """A physical port or subinterface. `name` keeps the spelling; equality compares the port it means.

    Case does not matter and the type may be shortened as long as it stays unique: `Port("g0/0")` equals
    `Port("GigabitEthernet0/0")` (CFG-14). `full_name` is the name as a device prints it.
    """

    name: str = attrs.field(validator=_is_name, eq=lambda name: _full_port_name(name).lower())

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """The name as a device prints it, with the type in full."""
        return _full_port_name(self.name)

    @property
    def type(self) -> str:
        """The part before the numbers, in full, such as `GigabitEthernet`."""
        return re.sub(r"[\d/.:]*$", "", self.full_name)

    @property
    def numbers(self) -> str:
        """The part behind the type, such as `0/1.10`."""
        return self.full_name[len(self.type) :]

    @property
    def is_subinterface(self) -> bool:
        """Whether it is a subinterface, such as `GigabitEthernet0/1.10`."""
        return "." in self.name

    @property
    def parent(self) -> Port:
        """The physical port that carries a subinterface; a physical port itself."""
        return Port(self.name.split(".")[0]) if self.is_subinterface else self

    @property
    def sort_key(self) -> tuple[str, tuple[int, ...], str]:
        """Orders ports by type, then by number, so that 0/10 follows 0/9."""
        numbers = tuple(int(number) for number in re.findall("[0-9]{1,9}", self.full_name))
        return self.type.lower(), numbers, self.full_name.lower()


def is_port_type(word: str) -> bool:
    """Whether a word is the type of a port, or the beginning of one: `GigabitEthernet`, `gi`."""
    return any(known.lower().startswith(word.lower()) for known in PORT_TYPES)


def to_port(value: Port | str) -> Port:
    """An attrs converter that takes a port or its name."""
    return value if isinstance(value, Port) else Port(value)


def optional_port(value: Port | str | None) -> Port | None:
    """Like `to_port`, where there may be none."""
    return None if value is None else to_port(value)


def optional_mac(value: str | None) -> str | None:
    """Like `normal_mac`, where there may be none."""
    return None if value is None else normal_mac(value)
