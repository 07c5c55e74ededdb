"""Advice on data interfaces: names, addresses, monitoring. Each function is in INTERFACE_ADVISERS with its rule."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from failover_fsm.config.records.criteria import InterfacePolicy
from failover_fsm.config.records.pair_config import Interface, PairConfig
from failover_fsm.config.records.sightings import Adviser, Hints, Sightings
from failover_fsm.config.values.field_values import Port


def no_standby_address(config: PairConfig, _sightings: Sightings) -> Hints:
    """An address that only the active unit has; on a port that is shut down it does not matter."""
    for each in config.interfaces:
        is_used = not config.is_down(each) and (each.is_bvi or not each.is_virtual)
        by_ipv6 = each.address is None
        alone = bool(each.ipv6) and not config.has_standby_address(each) if by_ipv6 else not each.has_standby_address
        if alone and is_used:
            name = each.nameif or each.port
            part = "ipv6 address" if by_ipv6 else "ip address"
            yield config.line_in(each, part), f"no standby address on {name}: the standby unit is silent there"
    for whole in config.management:
        if not whole.has_standby_address:
            where = f"context {whole.context}" if whole.context else "the transparent firewall"
            text = f"no standby address for {where}: the standby unit is silent on all its interfaces"
            item = f"management {whole.context or ''}"
            yield config.line_of(item) or config.line_of(f"{item} ipv6"), text


def no_name(config: PairConfig, _sightings: Sightings) -> Hints:
    """An address on an interface without a name; a BVI needs none."""
    for each in config.interfaces:
        if each.address is not None and each.nameif is None and not (config.is_down(each) or each.is_bvi):
            yield config.line_in(each), f"{each.port} has an address and no nameif: no traffic, not monitored"


def unusable_address(config: PairConfig, _sightings: Sightings) -> Hints:
    """The address of a network, or its broadcast address, which no unit can have."""
    for line, name, address, mask, standby in _addresses(config):
        network = ipaddress.IPv4Network((address, mask), strict=False)
        if network.prefixlen >= 31:
            continue
        for kind, taken in (("active", address), ("standby", standby)):
            for what, unusable in (("network", network.network_address), ("broadcast", network.broadcast_address)):
                if taken is not None and ipaddress.IPv4Address(taken) == unusable:
                    yield line, f"the {kind} address {taken} of {name} is the {what} address of {network}"


def overlapping_networks(config: PairConfig, _sightings: Sightings) -> Hints:
    """Two interfaces of a unit or context in one subnet, which a device refuses; management alone may be elsewhere."""
    found: dict[str | None, list[tuple[ipaddress.IPv4Network, str, int | None]]] = defaultdict(list)
    for each in config.interfaces:
        if each.address is not None and not (each.management_only or config.is_down(each)):
            network = ipaddress.IPv4Network((each.address, each.mask), strict=False)
            found[each.context].append((network, each.nameif or f"{each.port}", config.line_in(each, "ip address")))
    for ip in config.interface_ips:
        if not ip.is_ipv6:
            network = ipaddress.IPv4Network((ip.address, ip.mask), strict=False)
            found[None].append((network, ip.name, config.line_of(f"interface ip {ip.name.lower()}")))
    for networks in found.values():
        widest = None
        for one in sorted(networks, key=lambda each: (each[0], each[2] or 0)):
            if widest is not None and one[0].overlaps(widest[0]):
                text = f"{one[1]} ({one[0]}) and {widest[1]} ({widest[0]}) overlap"
                yield max(one[2] or 0, widest[2] or 0) or None, f"{text}: a device refuses two interfaces in one subnet"
            if widest is None or one[0].broadcast_address > widest[0].broadcast_address:
                widest = one


def _addresses(config: PairConfig) -> Iterator[tuple[int | None, str, str, str, str | None]]:
    """Line, name, address, mask and standby address of everything with an IPv4 address that is in use."""
    for each in config.interfaces:
        if each.address is not None and each.mask is not None and not config.is_down(each):
            name = each.nameif or f"{each.port}"
            yield config.line_in(each, "ip address"), name, each.address, each.mask, each.standby
    for whole in config.management:
        line = config.line_of(f"management {whole.context or ''}")
        if whole.address is not None and whole.mask is not None:
            yield line, whole.context or "the transparent firewall", whole.address, whole.mask, whole.standby
    for ip in config.interface_ips:
        if not ip.is_ipv6:
            yield config.line_of(f"interface ip {ip.name.lower()}"), ip.name, ip.address, ip.mask, ip.standby


def named_member(config: PairConfig, _sightings: Sightings) -> Hints:
    """A name on a member port of a Port-channel or Redundant interface, where it has no effect."""
    for each in config.interfaces:
        if each.nameif is None or each.port.type in ("Vlan", "BVI"):
            continue
        for bundle in config.carriers(each):
            if bundle != each.port.parent:
                text = f"{each.port} is a member of {bundle}: the name {each.nameif} belongs on {bundle}"
                yield config.line_in(each, "nameif"), text


def down_with_its_port(config: PairConfig, _sightings: Sightings) -> Hints:
    """A named interface that its port keeps down, so that it never counts."""
    for each in config.interfaces:
        ports = config.shut_ports(each) if each.nameif is not None else ()
        if ports:
            why = _too_short(config, ports[0]) or _shut(config, ports)
            yield config.line_in(each, "nameif"), f"{config.name_of(each)} is down on both units: {why}"


def _too_short(config: PairConfig, bundle: Port) -> str:
    """That a Port-channel has fewer members than it needs, in words; empty where it has not, or one is enough."""
    short = config.short_bundle(bundle)
    return "" if short is None else f"{bundle} needs {short[0]} members (min-bundle) and has {short[1]}"


def _shut(config: PairConfig, ports: Sequence[Port]) -> str:
    """That ports are shut down, in words; of a bundle that is not, all members are."""
    own = {block.port for block in config.interfaces if block.shutdown and block.context is None}
    names = [f"{each}" if each in own else f"the members of {each}" for each in ports]
    return f"{', '.join(names)} {'is' if len(ports) == 1 and ports[0] in own else 'are'} shut down"


def unmonitored_subinterface(config: PairConfig, _sightings: Sightings) -> Hints:
    """Subinterfaces, which are monitored only where a line says so."""
    for each in config.interfaces:
        if each.nameif is not None and not each.monitored and each.is_subinterface:
            text = f"subinterface {config.name_of(each)} is not monitored: its failure does not count"
            yield config.line_in(each, "nameif"), text


def unmonitored_interface(config: PairConfig, _sightings: Sightings) -> Hints:
    """Interfaces whose monitoring was switched off."""
    for each in config.interfaces:
        if each.nameif is not None and not each.monitored and each.monitored_by_default:
            line = config.line_of(f"monitor-interface {each.context or ''}/{each.nameif.lower()}")
            yield line, f"{config.name_of(each)} is not monitored: its failure does not count"


def nothing_monitored(config: PairConfig, _sightings: Sightings) -> Hints:
    """A pair that no interface failure can move; a bare bootstrap has no data interfaces yet."""
    if config.lan is not None and not config.monitored and any(each.nameif for each in config.interfaces):
        yield None, "no interface is monitored: no interface failure leads to a failover"


def policy_never_reached(config: PairConfig, _sightings: Sightings) -> Hints:
    """A count that cannot be reached; failover groups have their own."""
    why = never_reached(config, config.interface_policy, (each for each in config.interfaces if each.monitored))
    if config.monitored and why and not config.active_active:
        yield config.line_of("interface-policy"), f"interface policy {config.interface_policy} {why}"


def never_reached(config: PairConfig, policy: InterfacePolicy, monitored: Iterable[Interface]) -> str:
    """Why a policy cannot be reached by these monitored interfaces, in words; empty if it can be, or is 1.

    One that is shut down, by itself or with its port, counts among the monitored ones and never fails; nor does one
    with an address and no standby address, of which another advice tells.
    """
    every = tuple(monitored)
    up = [each for each in every if not config.is_down(each)]
    able = [each for each in up if (holder := config.serving(each)) is None or holder.has_standby_address]
    lacks_addresses = every and len(up) == len(every) and policy.reached(1, len(every))
    if policy.reached(len(able), len(every)) or lacks_addresses:
        return ""
    count = f"{len(every)} interface{' is' if len(every) == 1 else 's are'} monitored"
    can = "" if len(able) == len(every) else f", and {len(able) or 'none'} can fail"
    return f"is never reached: {count}{can}"


def monitored_in_several_contexts(config: PairConfig, _sightings: Sightings) -> Hints:
    """One context is enough to monitor a shared interface."""
    users: dict[Port, list[Interface]] = defaultdict(list)
    for each in config.interfaces:
        if each.monitored:
            users[each.port].append(each)
    for port, shared in users.items():
        if len(shared) > 1:
            names = ", ".join(f"{each.context}" for each in shared)
            yield config.line_in(shared[-1]), f"{port} is monitored in contexts {names}: one is enough"


def monitored_without_interface(_config: PairConfig, sightings: Sightings) -> Hints:
    """A name that no interface has."""
    for name, line in sightings.monitored_without_interface:
        yield line, f"no interface has the name {name}: nothing is monitored by this line"
    for name, line in sightings.unmonitored_without_interface:
        yield line, f"no interface has the name {name}: this line takes nothing out of monitoring"


WATCH_MODULES = "enter `monitor-interface service-module`"
"""What makes a service module that dies count (TRG-2)."""


def service_module_line(config: PairConfig, _sightings: Sightings) -> Hints:
    """What the line does; a release before 9.3 refuses it, so that service modules stay monitored."""
    if not config.monitors_service_module:
        line = config.line_of("monitor-interface service-module")
        text = "a service module that dies makes no unit failed, so the role stays beside it"
        yield line, f"{text}: {WATCH_MODULES}, unless there is none"
    elif not config.monitor_service_module and config.monitors_service_module:
        text = f"{config.product} {config.software} has no `no monitor-interface service-module`: it has no effect"
        yield config.line_of("monitor-interface service-module"), text


def learned_addresses(_config: PairConfig, sightings: Sightings) -> Hints:
    """Addresses that will stand in the way of `failover`."""
    for how, line in sightings.learned_addresses:
        yield line, f"failover cannot be switched on with `{how}`"


INTERFACE_ADVISERS: tuple[tuple[str, Adviser], ...] = (
    ("CFG-5", no_standby_address),
    ("CFG-9", no_name),
    ("CFG-9", named_member),
    ("CFG-7", unusable_address),
    ("CFG-7", overlapping_networks),
    ("CFG-16", down_with_its_port),
    ("IFM-19", unmonitored_subinterface),
    ("IFM-20", unmonitored_interface),
    ("IFM-20", nothing_monitored),
    ("CFG-34", policy_never_reached),
    ("IFM-2", monitored_in_several_contexts),
    ("CFG-27", monitored_without_interface),
    ("TRG-2", service_module_line),
    ("LIM-3", learned_addresses),
)
