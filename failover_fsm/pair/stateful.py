"""The connection state that Stateful Failover passes to the standby: Table 13-6, narrowed by a configuration."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.config.records.pair_config import FailoverGroup, Interface, PairConfig, StatefulLink
from failover_fsm.pair.ports import links_share_port

__all__ = ["TABLE", "WHERE", "Kind", "carries_state", "passed", "passed_by_group"]


@attrs.frozen
class Kind:
    """One kind of connection state.

    name: ours.  when: whether it is passed, by configuration and failover group (None in an Active/Standby
    pair), given that Stateful Failover is on.
    """

    name: str
    when: Callable[[PairConfig, FailoverGroup | None], bool]
    rules: tuple[str, ...]


def always(_config: PairConfig, _group: FailoverGroup | None) -> bool:
    """It is passed."""
    return True


def never(_config: PairConfig, _group: FailoverGroup | None) -> bool:
    """It is not passed: lost, or to be learned anew."""
    return False


def http_replicated(config: PairConfig, group: FailoverGroup | None) -> bool:
    """HTTP replication is on, of the pair or of the failover group (STF-12, STF-25, STF-26)."""
    return config.replication_http if group is None else group.replication_http


def transparent(config: PairConfig, _group: FailoverGroup | None) -> bool:
    """The units are in transparent firewall mode; in routed mode there is no such table."""
    return config.transparent


def vpn_failover(config: PairConfig, _group: FailoverGroup | None) -> bool:
    """VPN failover: Active/Standby in single context mode only (LIM-1)."""
    return not config.multiple_context


TABLE: tuple[Kind, ...] = (
    Kind("NAT translations", always, ("STF-7",)),
    Kind("TCP connections", always, ("STF-8",)),
    Kind("UDP connections", always, ("STF-9",)),
    Kind("ARP table", always, ("STF-10",)),
    Kind("layer 2 bridge table", transparent, ("STF-11",)),
    Kind("HTTP connections", http_replicated, ("STF-12", "STF-16", "STF-25")),
    Kind("ISAKMP and IPSec security associations", vpn_failover, ("STF-13", "LIM-1")),
    Kind("VPN sessions, without logging in again", vpn_failover, ("STF-24", "LIM-1")),
    Kind("bookmarks and customization of WebVPN", vpn_failover, ("STF-4",)),
    Kind("GTP PDP connections", always, ("STF-14",)),
    Kind("SIP signalling sessions", always, ("STF-15",)),
    Kind("calls of an IP SoftPhone", always, ("STF-23",)),
    Kind("hang-up of a SoftPhone call, so the phone unregisters later", never, ("STF-23",)),
    Kind("user authentication", never, ("STF-17",)),
    Kind("TCP state of inspected protocols, tried again as well as can be", never, ("STF-18",)),
    Kind("routing tables", never, ("STF-19",)),
    Kind("state of security service modules", never, ("STF-20",)),
    Kind("DHCP leases", never, ("STF-21",)),
    Kind("WebVPN Smart Tunnels", never, ("STF-22",)),
    Kind("WebVPN port forwarding", never, ("STF-22",)),
    Kind("WebVPN plugins", never, ("STF-22",)),
    Kind("WebVPN Java applets", never, ("STF-22",)),
    Kind("clientless or AnyConnect sessions over IPv6", never, ("STF-22",)),
    Kind("Citrix authentication", never, ("STF-22",)),
)
"""Every kind that the chapter speaks of, passed or not."""


WHERE: dict[Callable[[PairConfig, FailoverGroup | None], bool], str] = {
    always: "passed",
    never: "not passed",
    http_replicated: "passed where HTTP replication is on",
    transparent: "passed in transparent firewall mode",
    vpn_failover: "passed in single context mode",
}
"""The words for each condition under which a kind is passed."""


def passed(config: PairConfig, group: FailoverGroup | None = None) -> tuple[str, ...]:
    """The kinds of state that reach the standby: none without a Stateful Failover link (STF-1, LNK-10)."""
    if config.stateful_link is StatefulLink.NONE:
        return ()
    return tuple(kind.name for kind in TABLE if kind.when(config, group))


def passed_by_group(config: PairConfig) -> tuple[tuple[str, ...], ...]:
    """`passed` of each failover group; of an Active/Standby pair, of the pair."""
    return tuple(passed(config, group) for group in config.groups or (None,))


def carries_state(config: PairConfig, interface: Interface) -> bool:
    """Whether a data interface serves as Stateful Failover link too (LNK-11, LNK-16)."""
    if config.link is None or interface.nameif is None or config.stateful_link is not StatefulLink.SHARED_DATA:
        return False
    return interface.nameif.lower() == config.link.name.lower()


def where_state_runs(config: PairConfig) -> StatefulLink:
    """Where the stateful link runs; one of its own without addresses, or with its port shut down, never comes up.

    A VLAN of its own on the port of the failover link is no cable of its own: the two fall together (CFG-16, CFG-20).
    """
    if config.stateful_link is not StatefulLink.DEDICATED or config.link is None or config.link.port is None:
        return config.stateful_link
    if config.link.name.lower() not in {item.name.lower() for item in config.interface_ips}:
        return StatefulLink.NONE
    if links_share_port(config):
        return StatefulLink.SHARED_FAILOVER
    return StatefulLink.NONE if config.shut_blocks(config.link.port) else StatefulLink.DEDICATED
