"""Advice on the failover and the stateful link. Each function is in LINK_ADVISERS with its rule."""

from __future__ import annotations

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink
from failover_fsm.config.records.sightings import Adviser, Hints, Sightings, link_ports

# What a device prints when a data interface becomes the stateful link (LNK-14).
SHARED_DATA_WARNING = (
    "***** WARNING ***** WARNING ***** WARNING ***** WARNING *****",
    "  Sharing Stateful failover interface with regular data interface is not",
    "  a recommended configuration due to performance and security concerns.",
    "***** WARNING ***** WARNING ***** WARNING ***** WARNING *****",
)

RISKY_HOLD_MS = 1000
"""A unit hold time below this is what UHM-9 warns of: a failure is acted on in under a second."""

MOST_NAMED = 6
"""How many interfaces one piece of advice lists."""

# Ethernet is left out: it is the slowest port of one family and the fastest of another.
_SPEED = {"GigabitEthernet": 1, "TenGigabitEthernet": 10}


def failover_off(config: PairConfig, _sightings: Sightings) -> Hints:
    """Failover that is never switched on."""
    if not config.enabled:
        line = config.line_of("failover")
        text = "failover is off" if line else "no `failover` line: failover stays off"
        yield line or config.line_of("lan interface"), text


def no_designation(config: PairConfig, _sightings: Sightings) -> Hints:
    """A unit that is secondary by default only."""
    if config.lan is not None and config.line_of("lan unit") is None and config.lines:
        yield config.line_of("lan interface"), "no `failover lan unit` line: this unit is the secondary"


def incomplete_link(config: PairConfig, _sightings: Sightings) -> Hints:
    """A failover link that cannot come up as it stands."""
    if config.lan is None:
        if config.line_of("failover") is not None:
            yield config.line_of("failover"), "no `failover lan interface` line: the units cannot meet"
    elif not _has_ip(config, config.lan.name):
        yield config.line_of("lan interface"), f"no `failover interface ip` for {config.lan.name}"


def undeclared_link_address(config: PairConfig, _sightings: Sightings) -> Hints:
    """An address for a link that is not declared."""
    names = {each.name.lower() for each in (config.lan, config.link) if each is not None}
    for ip in config.interface_ips:
        if ip.name.lower() not in names:
            line = config.line_of(f"interface ip {ip.name.lower()}")
            yield line, f"{ip.name} is named by no `failover lan interface` or `failover link` line"


def stateful_address(config: PairConfig, _sightings: Sightings) -> Hints:
    """A dedicated stateful link needs an address of its own, a shared one must not have it."""
    if config.link is None:
        return
    has_ip = _has_ip(config, config.link.name)
    line = config.line_of("link")
    if config.stateful_link is StatefulLink.DEDICATED and not has_ip:
        yield line, f"no `failover interface ip` for the stateful link {config.link.name}: it stays down"
    if config.stateful_link is StatefulLink.SHARED_DATA and has_ip:
        yield line, f"{config.link.name} has its address from the interface, `failover interface ip` is too much"


def link_shut_down(config: PairConfig, _sightings: Sightings) -> Hints:
    """A link whose port is shut down, or a Port-channel that has fewer members than it needs."""
    for role, port in link_ports(config):
        for each in config.shut_blocks(port):
            if each.shutdown:
                under = "" if each.port in (port, port.parent) else f" under {port}"
                yield config.line_in(each, "shutdown"), f"{each.port}{under} of the {role} link is shut down"
            elif (short := config.short_bundle(each.port)) is not None:
                text = f"{each.port} of the {role} link needs {short[0]} members (min-bundle) and has {short[1]}"
                yield config.line_in(each, "port-channel min-bundle"), text


def link_shares_port(config: PairConfig, _sightings: Sightings) -> Hints:
    """A link on a port, or a Port-channel, that carries data too."""
    for carrier in config.ports():
        for role, port in link_ports(config):
            item, carries = ("lan interface", carrier.failover_link) if role == "failover" else ("link", True)
            if not carries or carrier.port not in config.carriers_of(port):
                continue
            names = [config.name_of(each) for each in carrier.interfaces if each.port != port]
            shown = names if len(names) <= MOST_NAMED else [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
            if names:
                yield config.line_of(item), f"the {role} link shares port {carrier.port} with {', '.join(shown)}"


def link_in_bundle(config: PairConfig, _sightings: Sightings) -> Hints:
    """A link on a member port, which carries nothing by itself."""
    for role, port in link_ports(config):
        for bundle in config.carriers_of(port):
            if bundle != port.parent and port.type not in ("Vlan", "BVI"):
                text = f"{port} of the {role} link is a member of {bundle}: it carries nothing by itself; use {bundle}"
                yield config.line_of("lan interface" if role == "failover" else "link"), text


def no_key(config: PairConfig, _sightings: Sightings) -> Hints:
    """Failover messages in clear text, commands sent by `failover exec` and their output among them (EXE-17).

    A key belongs to what both units of a new pair are given first (KEY-9).
    """
    if config.lan is not None and not _is_secured(config):
        text = "no failover key: everything on the failover and stateful links is in clear text, `failover exec` too"
        yield config.line_of("key") or config.line_of("lan interface"), text


def no_key_with_vpn(config: PairConfig, sightings: Sightings) -> Hints:
    """VPN secrets in clear text."""
    if config.lan is not None and sightings.vpn_line is not None and not _is_secured(config):
        text = "VPN without a failover key: user names, passwords and preshared keys cross the link readable"
        yield sightings.vpn_line, text


def shared_data_warning(config: PairConfig, _sightings: Sightings) -> Hints:
    """The device's own warning."""
    if config.stateful_link is StatefulLink.SHARED_DATA:
        yield config.line_of("link"), " ".join(line.strip() for line in SHARED_DATA_WARNING[1:3])


def shared_data_risks(config: PairConfig, _sightings: Sightings) -> Hints:
    """The two risks behind the warning."""
    if config.stateful_link is StatefulLink.SHARED_DATA:
        line = config.line_of("link")
        yield line, "the stateful link on a data interface exposes the pair to replay attacks"
        yield line, "state traffic on a data interface can cost that segment performance"


def slow_stateful_link(config: PairConfig, _sightings: Sightings) -> Hints:
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


def management_stateful_link(config: PairConfig, _sightings: Sightings) -> Hints:
    """State traffic on a management port."""
    for role, port in link_ports(config):
        if role == "stateful" and port.type == "Management":
            yield config.line_of("link"), f"management port {port} is too slow for the stateful link"


def fast_polling(config: PairConfig, _sightings: Sightings) -> Hints:
    """A hold time so short that load alone can look like a failure; a fast poll with a long hold is no risk."""
    poll = config.unit_poll
    if poll.hold_ms < RISKY_HOLD_MS:
        text = f"unit poll {poll.poll_ms} ms, hold {poll.hold_ms} ms: congestion or load can cause a false failover"
        yield config.line_of("polltime unit"), text


def replication_without_link(config: PairConfig, _sightings: Sightings) -> Hints:
    """HTTP replication without anything to carry it; failover groups have their own."""
    if config.replication_http and config.link is None and not config.active_active:
        yield config.line_of("replication http"), "no stateful link: HTTP replication has no effect"


def _has_ip(config: PairConfig, name: str) -> bool:
    return any(ip.name.lower() == name.lower() for ip in config.interface_ips)


def _is_secured(config: PairConfig) -> bool:
    return config.key is not None or any("pre-shared-key" in command for command in config.other_commands)


LINK_ADVISERS: tuple[tuple[str, Adviser], ...] = (
    ("CFG-21", failover_off),
    ("CFG-13", no_designation),
    ("CFG-1", incomplete_link),
    ("CFG-15", undeclared_link_address),
    ("CFG-20", stateful_address),
    ("CFG-16", link_shut_down),
    ("LNK-5", link_shares_port),
    ("LNK-4", link_in_bundle),
    ("KEY-1", no_key),
    ("KEY-2", no_key_with_vpn),
    ("LNK-14", shared_data_warning),
    ("LNK-15", shared_data_risks),
    ("LNK-20", slow_stateful_link),
    ("LNK-18", management_stateful_link),
    ("UHM-9", fast_polling),
    ("CFG-26", replication_without_link),
)
