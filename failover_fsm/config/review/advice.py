"""What is accepted and yet unwise or worth knowing, each from one function in ADVISERS with its rule.

That on failover groups is in `failover_fsm.config.review.group_advice`. What two units' files disagree on comes from
`compare`, in `failover_fsm.config.review.disagreement`.
"""

from __future__ import annotations

from collections import defaultdict

from failover_fsm.config.records.pair_config import Advice, Interface, PairConfig, StatefulLink
from failover_fsm.config.records.seen import Adviser, Found, Seen, link_ports
from failover_fsm.config.review.disagreement import Disagreement, compare
from failover_fsm.config.review.group_advice import GROUP_ADVISERS
from failover_fsm.config.values.field_values import Port

__all__ = ["ADVISERS", "SHARED_DATA_WARNING", "Disagreement", "Seen", "advise", "compare"]

# What a device prints when a data interface becomes the stateful link (LNK-14).
SHARED_DATA_WARNING = (
    "***** WARNING ***** WARNING ***** WARNING ***** WARNING *****",
    "  Sharing Stateful failover interface with regular data interface is not",
    "  a recommended configuration due to performance and security concerns.",
    "***** WARNING ***** WARNING ***** WARNING ***** WARNING *****",
)

# Ethernet is left out: it is the slowest port of one family and the fastest of another.
_SPEED = {"GigabitEthernet": 1, "TenGigabitEthernet": 10}


def advise(config: PairConfig, seen: Seen | None = None) -> tuple[Advice, ...]:
    """All advice for a configuration, in line order; without `seen`, what the records alone tell."""
    facts = Seen() if seen is None else seen
    found = [*facts.remarks]
    for rule, adviser in ADVISERS:
        found += [Advice(line=line, text=text, rule=rule) for line, text in adviser(config, facts)]
    return tuple(sorted(found, key=lambda each: (each.line is None, each.line or 0)))


def failover_off(config: PairConfig, _seen: Seen) -> Found:
    """Failover that is never switched on."""
    if not config.enabled:
        line = config.line_of("failover")
        text = "failover is off" if line else "no `failover` line: failover stays off"
        yield line or config.line_of("lan interface"), text


def no_designation(config: PairConfig, _seen: Seen) -> Found:
    """A unit that is secondary only because nothing else is said."""
    if config.lan is not None and config.line_of("lan unit") is None and config.lines:
        yield config.line_of("lan interface"), "no `failover lan unit` line: this unit is the secondary"


def incomplete_link(config: PairConfig, _seen: Seen) -> Found:
    """A failover link that cannot come up as it stands."""
    if config.lan is None:
        if config.line_of("failover") is not None:
            yield config.line_of("failover"), "no `failover lan interface` line: the units cannot meet"
    elif not _has_ip(config, config.lan.name):
        yield config.line_of("lan interface"), f"no `failover interface ip` for {config.lan.name}"


def undeclared_link_address(config: PairConfig, _seen: Seen) -> Found:
    """An address for a link that is not declared."""
    names = {each.name.lower() for each in (config.lan, config.link) if each is not None}
    for ip in config.interface_ips:
        if ip.name.lower() not in names:
            line = config.line_of(f"interface ip {ip.name.lower()}")
            yield line, f"{ip.name} is named by no `failover lan interface` or `failover link` line"


def stateful_address(config: PairConfig, _seen: Seen) -> Found:
    """A dedicated stateful link needs an address of its own, a shared one must not have it."""
    if config.link is None:
        return
    has_ip = _has_ip(config, config.link.name)
    line = config.line_of("link")
    if config.stateful_link is StatefulLink.DEDICATED and not has_ip:
        yield line, f"no `failover interface ip` for the stateful link {config.link.name}: it stays down"
    if config.stateful_link is StatefulLink.SHARED_DATA and has_ip:
        yield line, f"{config.link.name} has its address from the interface, `failover interface ip` is too much"


def link_shut_down(config: PairConfig, _seen: Seen) -> Found:
    """A link whose port is shut down."""
    for role, port in link_ports(config):
        for each in config.interfaces:
            if each.shutdown and each.context is None and each.port in (port, port.parent):
                yield config.line_in(each, "shutdown"), f"{each.port} of the {role} link is shut down"


def link_shares_port(config: PairConfig, _seen: Seen) -> Found:
    """A link on a subinterface beside data."""
    for role, port in link_ports(config):
        for each in config.interfaces:
            if each.nameif is not None and each.port != port and each.port.parent == port.parent:
                item = "lan interface" if role == "failover" else "link"
                yield config.line_of(item), f"the {role} link shares port {port.parent} with {each.nameif}"


def no_key(config: PairConfig, _seen: Seen) -> Found:
    """Failover messages in clear text."""
    if config.lan is not None and not _is_secured(config):
        text = "no failover key: everything on the failover and stateful links is in clear text"
        yield config.line_of("key") or config.line_of("lan interface"), text


def no_key_with_vpn(config: PairConfig, seen: Seen) -> Found:
    """VPN secrets in clear text."""
    if config.lan is not None and seen.vpn_line is not None and not _is_secured(config):
        text = "VPN without a failover key: user names, passwords and preshared keys cross the link readable"
        yield seen.vpn_line, text


def shared_data_warning(config: PairConfig, _seen: Seen) -> Found:
    """The device's own warning."""
    if config.stateful_link is StatefulLink.SHARED_DATA:
        yield config.line_of("link"), " ".join(line.strip() for line in SHARED_DATA_WARNING[1:3])


def shared_data_risks(config: PairConfig, _seen: Seen) -> Found:
    """What the warning means."""
    if config.stateful_link is StatefulLink.SHARED_DATA:
        line = config.line_of("link")
        yield line, "the stateful link on a data interface exposes the pair to replay attacks"
        yield line, "state traffic on a data interface can cost that segment performance"


def slow_stateful_link(config: PairConfig, _seen: Seen) -> Found:
    """A shared link on a slower port than one that is free."""
    if config.lan is None or config.stateful_link is not StatefulLink.SHARED_FAILOVER:
        return
    speed = _SPEED.get(config.lan.port.type)
    allocated = {each.port.parent for context in config.contexts for each in context.ports}
    used = allocated | {each.port.parent for each in config.interfaces if each.nameif or each.address}
    for each in config.interfaces:
        is_free = each.context is None and each.port not in used and not each.is_subinterface
        if speed is not None and is_free and _SPEED.get(each.port.type, 0) > speed:
            yield config.line_of("link"), f"failover and state share {config.lan.port}; {each.port} is faster and free"


def management_stateful_link(config: PairConfig, _seen: Seen) -> Found:
    """State traffic on a management port."""
    for role, port in link_ports(config):
        if role == "stateful" and port.type == "Management":
            yield config.line_of("link"), f"management port {port} is too slow for the stateful link"


def no_standby_address(config: PairConfig, _seen: Seen) -> Found:
    """An interface that only the active unit can use."""
    for each in config.interfaces:
        if each.address is not None and each.standby is None:
            name = each.nameif or each.port
            yield config.line_in(each, "ip address"), f"no standby address on {name}: the standby unit is silent there"


def no_name(config: PairConfig, _seen: Seen) -> Found:
    """An address on an interface without a name."""
    for each in config.interfaces:
        if each.address is not None and each.nameif is None:
            yield config.line_in(each), f"{each.port} has an address and no nameif: no traffic, not monitored"


def unmonitored_subinterface(config: PairConfig, _seen: Seen) -> Found:
    """Subinterfaces are not monitored unless told so."""
    for each in config.interfaces:
        if each.nameif is not None and not each.monitored and each.is_subinterface:
            text = f"subinterface {config.name_of(each)} is not monitored: its failure does not count"
            yield config.line_in(each, "nameif"), text


def unmonitored_interface(config: PairConfig, _seen: Seen) -> Found:
    """Interfaces whose monitoring was switched off."""
    for each in config.interfaces:
        if each.nameif is not None and not each.monitored and not each.is_subinterface:
            line = config.line_of(f"monitor-interface {each.context or ''}/{each.nameif.lower()}")
            yield line, f"{config.name_of(each)} is not monitored: its failure does not count"


def nothing_monitored(config: PairConfig, _seen: Seen) -> Found:
    """A pair that no interface failure can move; a bare bootstrap has no data interfaces yet."""
    if config.lan is not None and not config.monitored and any(each.nameif for each in config.interfaces):
        yield None, "no interface is monitored: no interface failure leads to a failover"


def policy_never_reached(config: PairConfig, _seen: Seen) -> Found:
    """A count that cannot be reached; failover groups have their own."""
    count, monitored = config.interface_policy.count, len(config.monitored)
    if monitored and count is not None and count > monitored and not config.active_active:
        text = f"interface policy {count} is never reached: {monitored} interfaces are monitored"
        yield config.line_of("interface-policy"), text


def fast_polling(config: PairConfig, _seen: Seen) -> Found:
    """Times so short that load alone can look like a failure."""
    poll = config.unit_poll
    if poll.poll_ms == poll.poll_range[0][0] or poll.hold_ms < 1000:
        text = f"unit poll {poll.poll_ms} ms, hold {poll.hold_ms} ms: congestion or load can cause a false failover"
        yield config.line_of("polltime unit"), text


def monitored_in_several_contexts(config: PairConfig, _seen: Seen) -> Found:
    """One context is enough to monitor a shared interface."""
    users: dict[Port, list[Interface]] = defaultdict(list)
    for each in config.interfaces:
        if each.monitored:
            users[each.port].append(each)
    for port, shared in users.items():
        if len(shared) > 1:
            names = ", ".join(f"{each.context}" for each in shared)
            yield config.line_in(shared[-1]), f"{port} is monitored in contexts {names}: one is enough"


def monitored_without_interface(_config: PairConfig, seen: Seen) -> Found:
    """A name that no interface has."""
    for name, line in seen.monitored_without_interface:
        yield line, f"no interface has the name {name}: nothing is monitored by this line"


def replication_without_link(config: PairConfig, _seen: Seen) -> Found:
    """HTTP replication without anything to carry it; failover groups have their own."""
    if config.replication_http and config.link is None and not config.active_active:
        yield config.line_of("replication http"), "no stateful link: HTTP replication has no effect"


def learned_addresses(_config: PairConfig, seen: Seen) -> Found:
    """Addresses that will stand in the way of `failover`."""
    for how, line in seen.learned_addresses:
        yield line, f"failover cannot be switched on with `{how}`"


def ca_server(config: PairConfig, seen: Seen) -> Found:
    """A CA server does not move to the peer."""
    if config.lan is not None and seen.ca_server_line is not None:
        yield seen.ca_server_line, "the CA server is lost when the unit fails over"


ADVISERS: tuple[tuple[str, Adviser], ...] = (
    ("CFG-21", failover_off),
    ("CFG-13", no_designation),
    ("CFG-1", incomplete_link),
    ("CFG-15", undeclared_link_address),
    ("CFG-20", stateful_address),
    ("CFG-16", link_shut_down),
    ("LNK-5", link_shares_port),
    ("KEY-1", no_key),
    ("KEY-2", no_key_with_vpn),
    ("LNK-14", shared_data_warning),
    ("LNK-15", shared_data_risks),
    ("LNK-20", slow_stateful_link),
    ("LNK-18", management_stateful_link),
    ("CFG-5", no_standby_address),
    ("CFG-9", no_name),
    ("IFM-19", unmonitored_subinterface),
    ("IFM-20", unmonitored_interface),
    ("IFM-20", nothing_monitored),
    ("CFG-34", policy_never_reached),
    ("UHM-9", fast_polling),
    ("IFM-2", monitored_in_several_contexts),
    ("CFG-27", monitored_without_interface),
    ("CFG-26", replication_without_link),
    ("LIM-3", learned_addresses),
    ("LIM-4", ca_server),
    *GROUP_ADVISERS,
)


def _has_ip(config: PairConfig, name: str) -> bool:
    return any(ip.name.lower() == name.lower() for ip in config.interface_ips)


def _is_secured(config: PairConfig) -> bool:
    return config.key is not None or any("pre-shared-key" in command for command in config.other_commands)
