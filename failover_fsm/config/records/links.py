"""The failover link and the Stateful Failover link: names, ports, addresses, and the key that protects them."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import attrs

from failover_fsm.config.values.field_values import (
    Port,
    ValueNotAllowed,
    check_addresses,
    check_ipv6_pair,
    is_word,
    optional_port,
    to_port,
)
from failover_fsm.config.values.kinds import checked, in_order

HEX_KEY_LENGTH = 32
MAX_SECRET_LENGTH = 63
MASKED_KEY = "*****"


def stands_for_key(text: str) -> bool:
    """Whether a text stands in the place of a key: the asterisks of a device, or `<removed>` of a collector."""
    return set(text) == {"*"} or (text.startswith("<") and text.endswith(">"))


class StatefulLink(enum.Enum):
    """The kinds of link that carry Stateful Failover (LNK-11)."""

    NONE = "none"
    DEDICATED = "dedicated"
    SHARED_FAILOVER = "shared_failover"
    SHARED_DATA = "shared_data"


class KeyKind(enum.Enum):
    """How a failover key is written (KEY-5).

    ENCRYPTED is what `more system:running-config` prints under a master passphrase (`failover key 8 ...`), MASKED
    is what `show running-config` prints instead of any key.
    """

    TEXT = "text"
    HEX = "hex"
    ENCRYPTED = "encrypted"
    MASKED = "masked"


@attrs.frozen(kw_only=True, field_transformer=checked)
class FailoverInterface:
    """The failover link: its interface name and port (CFG-14)."""

    name: str = attrs.field(validator=is_word)
    port: Port = attrs.field(converter=to_port)


@attrs.frozen(kw_only=True, field_transformer=checked)
class StatefulInterface:
    """The stateful link: its interface name, and its port unless it shares a named interface (CFG-17)."""

    name: str = attrs.field(validator=is_word)
    port: Port | None = attrs.field(default=None, converter=optional_port)


@attrs.frozen(kw_only=True, field_transformer=checked)
class InterfaceIp:
    """Active and standby address of a failover or stateful link, in one subnet (CFG-7, CFG-15).

    An IPv4 `mask` is dotted; of IPv6 addresses (8.2(2) and later) it is the length of the prefix, as in `64`.
    """

    name: str = attrs.field(validator=is_word)
    address: str
    mask: str
    standby: str

    def __attrs_post_init__(self) -> None:
        if self.is_ipv6:
            check_ipv6_pair(f"{self.address}/{self.mask}", self.standby)
        else:
            check_addresses(self.address, self.mask, self.standby)

    @property
    def is_ipv6(self) -> bool:
        """Whether the addresses are IPv6."""
        return ":" in self.address


def ips_by_name(ips: Iterable[InterfaceIp]) -> tuple[InterfaceIp, ...]:
    """An attrs converter: the addresses of links by the links' names."""
    return in_order(ips, InterfaceIp, lambda each: each.name)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Key:
    """The failover key: 1 to 63 printable characters (KEY-6), or 32 lower-case hexadecimal digits (KEY-7)."""

    kind: KeyKind = KeyKind.TEXT
    text: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.kind is KeyKind.HEX:
            object.__setattr__(self, "text", self.text.lower())  # frozen, and only a hex key ignores case
            if not re.fullmatch(f"[0-9a-f]{{{HEX_KEY_LENGTH}}}", self.text):
                raise ValueNotAllowed("wrong hexadecimal failover key", f"exactly {HEX_KEY_LENGTH} hexadecimal digits")
        elif self.kind is KeyKind.ENCRYPTED:
            if not re.fullmatch("[!-~]{1,512}", self.text):
                raise ValueNotAllowed("wrong encrypted failover key", "1 to 512 printable characters, no blanks")
        elif not re.fullmatch(f"[!-~]{{1,{MAX_SECRET_LENGTH}}}", self.text):
            raise ValueNotAllowed(
                "wrong failover key", f"1 to {MAX_SECRET_LENGTH} letters, digits or punctuation, no blanks"
            )

    @classmethod
    def from_text(cls, text: str) -> Key:
        """A shared secret, or the masked key where the text stands in the place of one; see `stands_for_key`."""
        return cls(kind=KeyKind.MASKED, text=MASKED_KEY) if stands_for_key(text) else cls(text=text)
