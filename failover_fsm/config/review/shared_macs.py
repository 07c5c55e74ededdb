"""Two Active/Active pairs on one network: whether the virtual MAC addresses that they make up are the same (MAC-11)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import attrs

from failover_fsm.config.records.macs import MacSource, virtual_macs
from failover_fsm.config.records.pair_config import Advice, Interface, PairConfig

RULE = "MAC-11"


@attrs.frozen
class _Generated:
    interface: Interface
    active: str
    network: ipaddress.IPv4Network


def shared_default_macs(config: PairConfig, other: PairConfig) -> tuple[Advice, ...]:
    """Advice on each interface of `config` whose default MAC addresses an interface of another pair has too.

    The other interface is in the same subnet, so that the two addresses meet on one network.
    """
    theirs = [*_generated(other)]
    found = []
    for one in _generated(config):
        for each in theirs:
            if one.active == each.active and one.network.overlaps(each.network):
                name, twin = config.name_of(one.interface), other.name_of(each.interface)
                text = (
                    f"{name} has the default MAC address {one.active}, as {twin} of {other.hostname} in {each.network}"
                )
                text += "; assign `mac address` in one of the pairs"
                found.append(Advice(line=config.line_in(one.interface, "nameif"), text=text, rule=RULE))
    return tuple(found)


def _generated(config: PairConfig) -> Iterator[_Generated]:
    """The named interfaces of a pair whose MAC addresses nobody has configured, with their subnets."""
    for each in config.interfaces:
        macs, holder = virtual_macs(config, each), config.serving(each)
        if each.nameif is None or macs is None or macs.source is not MacSource.GENERATED or holder is None:
            continue
        if holder.address is not None and holder.mask is not None:
            network = ipaddress.IPv4Network((holder.address, holder.mask), strict=False)
            yield _Generated(each, macs.active, network)
