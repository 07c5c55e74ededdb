"""The virtual MAC addresses of an interface: where they may come from, and which of them counts."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable

import attrs

from failover_fsm.config.records.pair_config import Interface, PairConfig

__all__ = ["ORDER", "PICKED_BY_THE_UNIT", "MacSource", "VirtualMacs", "default_macs", "virtual_macs"]

PICKED_BY_THE_UNIT = "picked by the unit"
"""Stands for an address that the configuration does not hold: `mac-address auto` numbers ports by itself."""


class MacSource(enum.Enum):
    """Where virtual MAC addresses come from."""

    INTERFACE = "mac-address"
    FAILOVER = "failover mac address"
    AUTO = "mac-address auto"
    GENERATED = "Active/Active default"


@attrs.frozen(kw_only=True)
class VirtualMacs:
    """`active` goes with the active IP address, `standby` with the standby one (MAC-14).

    standby: None where only an active address was given; the standby unit then uses its burned-in one.
    """

    source: MacSource
    active: str
    standby: str | None


def default_macs(port: int, group: int) -> tuple[str, str]:
    """The active and the standby MAC address that Active/Active gives a port in a failover group (MAC-16).

    port: the last number of the physical port's name, 0 to 255, group: 1 or 2; both are written as two
    hexadecimal digits, the chapter giving no width.  Raises ValueError for other numbers.
    """
    if not 0 <= port <= 255 or group not in (1, 2):
        raise ValueError(f"port {port}, failover group {group}; allowed: ports 0 to 255, groups 1 and 2")
    return f"00a0.c9{port:02x}.{group:02x}01", f"00a0.c9{port:02x}.{group:02x}02"


def _of_interface(config: PairConfig, interface: Interface) -> VirtualMacs | None:
    if interface.mac is None:
        return None
    return VirtualMacs(source=MacSource.INTERFACE, active=interface.mac, standby=interface.standby_mac)


def _of_failover(config: PairConfig, interface: Interface) -> VirtualMacs | None:
    """`failover mac address`; in a failover group `mac address` is the command (CFG-37)."""
    number = config.group_of(interface)
    configured = config.macs if number is None else config.group(number).macs
    port = interface.port.parent
    for macs in configured:
        if macs.port == port:
            return VirtualMacs(source=MacSource.FAILOVER, active=macs.active, standby=macs.standby)
    return None


def _automatic(config: PairConfig, interface: Interface) -> VirtualMacs | None:
    if not config.mac_auto:
        return None
    return VirtualMacs(source=MacSource.AUTO, active=PICKED_BY_THE_UNIT, standby=PICKED_BY_THE_UNIT)


def _generated(config: PairConfig, interface: Interface) -> VirtualMacs | None:
    """The addresses that every interface of a failover group has (MAC-10)."""
    number = config.group_of(interface)
    digits = re.search(r"([0-9]{1,9})$", interface.port.parent.name)
    if number is None or digits is None or int(digits[1]) > 255:
        return None
    active, standby = default_macs(int(digits[1]), number)
    return VirtualMacs(source=MacSource.GENERATED, active=active, standby=standby)


ORDER: tuple[Callable[[PairConfig, Interface], VirtualMacs | None], ...] = (
    _of_interface, _of_failover, _automatic, _generated,
)  # fmt: skip
"""The order of preference: MAC-15 in an Active/Standby pair, which has no generated ones, MAC-17 in Active/Active."""


def virtual_macs(config: PairConfig, interface: Interface) -> VirtualMacs | None:
    """The virtual MAC addresses of an interface; None where burned-in ones are used (MAC-15, MAC-17)."""
    return next((found for each in ORDER if (found := each(config, interface)) is not None), None)
