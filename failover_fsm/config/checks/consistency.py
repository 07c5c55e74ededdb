"""Consistency between the parts of a configuration: contradictions, and combinations that a device refuses.

Each check is a function in CHECKS that yields the faults it finds, causes before what may follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Interface, PairConfig, StatefulLink
from failover_fsm.config.values.errors import ConfigError, ConfigErrors, shown
from failover_fsm.config.values.field_values import Port

MAX_MONITORED = 250


@attrs.frozen(kw_only=True)
class Fault:
    """A contradiction: its line if known, what is wrong, what is allowed.

    `follows_from` names commands that are missing: where a line of one of them was refused, this is no fault of its
    own.
    """

    line: int | None
    what: str
    allowed: str
    follows_from: tuple[str, ...] = ()


def contradictions(config: PairConfig) -> Iterator[Fault]:
    """All contradictions in `config`, the one to mend first before the others."""
    for check in CHECKS:
        yield from check(config)


def validate(config: PairConfig, *, source: str = "<config>") -> None:
    """Raises ConfigError, or ConfigErrors for several, naming `source` and lines, for contradictions in `config`."""
    errors = [
        ConfigError(source=source, line=fault.line, what=fault.what, allowed=fault.allowed)
        for fault in contradictions(config)
    ]
    if len(errors) > 1:
        raise ConfigErrors(sorted(errors, key=lambda each: (each.line is None, each.line or 0)), errors[0])
    if errors:
        raise errors[0]


def _named_on(config: PairConfig, port: Port) -> Iterator[Interface]:
    """The interfaces on a port that carry data: those with a name or an address."""
    for each in config.interfaces:
        if each.port == port and (each.nameif is not None or each.address is not None):
            yield each


def failover_has_link(config: PairConfig) -> Iterator[Fault]:
    """LNK-1: failover needs its link."""
    if config.enabled and config.lan is None:
        yield Fault(
            line=config.line_of("failover"),
            what="failover is on without a failover link",
            allowed="failover lan interface NAME PORT",
            follows_from=("failover lan interface",),
        )


def failover_port_is_free(config: PairConfig) -> Iterator[Fault]:
    """LNK-4, LNK-5: the failover interface serves nothing else."""
    if config.lan is not None:
        yield from _port_is_free(config, config.lan.port, "lan interface", "failover")


def stateful_port_is_free(config: PairConfig) -> Iterator[Fault]:
    """CFG-8, CFG-19: a dedicated stateful interface serves nothing else."""
    port = config.link.port if config.link is not None else None
    if port is not None and config.stateful_link is StatefulLink.DEDICATED:
        yield from _port_is_free(config, port, "link", "stateful")


def _port_is_free(config: PairConfig, port: Port, item: str, role: str) -> Iterator[Fault]:
    for each in _named_on(config, port):
        what = f"name {shown(each.nameif)}" if each.nameif else "an ip address"
        yield Fault(
            line=config.line_in(each, "nameif" if each.nameif else "ip address"),
            what=f"{role} interface {port} has {what}",
            allowed="an interface without nameif and ip address",
        )
    for context in config.contexts:
        if any(each.port == port for each in context.ports):
            yield Fault(
                line=config.line_of(item),
                what=f"{role} interface {port} is allocated to context {context.name}",
                allowed="a port that is in no context",
            )


def subinterface_is_defined(config: PairConfig) -> Iterator[Fault]:
    """CFG-14, CFG-17: a subinterface must have been created."""
    defined = {each.port for each in config.interfaces}
    links = [("lan interface", config.lan.port if config.lan else None)]
    links.append(("link", config.link.port if config.link else None))
    for item, port in links:
        if port is not None and port.is_subinterface and port not in defined:
            yield Fault(
                line=config.line_of(item),
                what=f"subinterface {port} is not defined",
                allowed=f"a physical port, or `interface {port}` with a vlan",
            )


def stateful_link_is_known(config: PairConfig) -> Iterator[Fault]:
    """CFG-18: without a port, the link uses a name that exists; with one, name and port agree.

    Two names for one port are met in published Active/Active configurations, and there they are advice.
    """
    if config.link is None:
        return
    line, kind, port = config.line_of("link"), config.stateful_link, config.link.port
    name = shown(config.link.name)
    if kind is StatefulLink.DEDICATED and port is None:
        yield Fault(
            line=line,
            what=f"{name} names no interface, and no port is given",
            allowed="failover link NAME PORT, the name of the failover interface or a nameif",
            follows_from=("failover lan interface", "nameif"),
        )
    if config.lan is None or port is None:
        return
    same_name = config.link.name.lower() == config.lan.name.lower()
    if same_name and port != config.lan.port:
        yield Fault(line=line, what=f"{name} is already on {config.lan.port}", allowed=f"{config.lan.port}")
    if not same_name and port == config.lan.port and not config.active_active:
        yield Fault(
            line=line,
            what=f"port {port} already has the name {shown(config.lan.name)}",
            allowed=f"failover link {config.lan.name}, or another port",
        )


def shared_data_link_is_possible(config: PairConfig) -> Iterator[Fault]:
    """LNK-16: a data interface carries the stateful link in single context, routed mode only."""
    if config.link is None or config.stateful_link is not StatefulLink.SHARED_DATA:
        return
    line = config.line_of("link")
    if config.multiple_context or config.transparent:
        mode = "multiple context" if config.multiple_context else "transparent"
        yield Fault(
            line=line,
            what=f"data interface {shown(config.link.name)} as stateful link in {mode} mode",
            allowed="a dedicated interface or the failover interface",
        )
    named = [
        each.port
        for each in config.interfaces
        if each.nameif is not None and each.nameif.lower() == config.link.name.lower()
    ]
    if config.link.port is not None and config.link.port not in named:
        yield Fault(line=line, what=f"{shown(config.link.name)} is on {named[0]}", allowed=f"{named[0]}")


def link_names_differ_from_data(config: PairConfig) -> Iterator[Fault]:
    """LNK-5: the name of the failover interface is not that of a data interface."""
    for each in config.interfaces:
        if config.lan is not None and each.nameif and each.nameif.lower() == config.lan.name.lower():
            yield Fault(
                line=config.line_in(each, "nameif"),
                what=f"name {shown(each.nameif)} is that of the failover interface",
                allowed="another name",
            )


def mac_is_not_on_link(config: PairConfig) -> Iterator[Fault]:
    """MAC-13: the links keep their MAC addresses."""
    dedicated = config.link if config.stateful_link is StatefulLink.DEDICATED else None
    links = [link.port for link in (config.lan, dedicated) if link is not None]
    macs = [("", mac) for mac in config.macs]
    macs += [(f"group {group.number} ", mac) for group in config.groups for mac in group.macs]
    for prefix, mac in macs:
        if mac.port in links:
            yield Fault(
                line=config.line_of(f"{prefix}mac address {mac.port.full_name.lower()}"),
                what=f"virtual MAC address for {mac.port}, which is a failover or stateful link",
                allowed="data interfaces",
            )


def names_are_unique(config: PairConfig) -> Iterator[Fault]:
    """A name belongs to one interface of a context."""
    first: dict[tuple[str | None, str], Interface] = {}
    for each in config.interfaces:
        if each.nameif is None:
            continue
        other = first.setdefault((each.context, each.nameif.lower()), each)
        if other is not each:
            lines = [line for line in (config.line_in(use, "nameif") for use in (other, each)) if line]
            yield Fault(
                line=max(lines, default=None),
                what=f"name {shown(each.nameif)} is on {other.port} and on {each.port}",
                allowed="one interface for each name",
            )


def system_space_has_no_data(config: PairConfig) -> Iterator[Fault]:
    """LNK-17, CFG-11: in multiple context mode names and addresses belong to contexts."""
    for each in config.interfaces if config.multiple_context else ():
        for part, value in (("nameif", each.nameif), ("ip address", each.address)):
            if each.context is None and value is not None:
                yield Fault(
                    line=config.line_in(each, part),
                    what=f"`{part}` of {each.port} in the system execution space",
                    allowed="after `changeto context NAME`",
                    follows_from=("mode",),
                )


def transparent_contexts_have_addresses(config: PairConfig) -> Iterator[Fault]:
    """CFG-12: every transparent context needs a management address, its own or that of a bridge group."""
    addressed = {each.context for each in config.management}
    addressed |= {each.context for each in config.interfaces if each.address or each.ipv6}
    for context in config.contexts:
        named = [each for each in config.interfaces if each.context == context.name and each.nameif]
        if named and config.is_transparent(context.name) and context.name not in addressed:
            yield Fault(
                line=config.line_in(named[0]),
                what=f"context {context.name} has no management address in transparent mode",
                allowed="`ip address ADDRESS MASK standby ADDRESS`, in 8.4 and later below `interface BVI1`",
                follows_from=("ip address",),
            )


def joined_groups_exist(config: PairConfig) -> Iterator[Fault]:
    """AA-3, CFG-39: a context joins a group that has been created."""
    created = {group.number for group in config.groups}
    for each in config.contexts:
        number = each.join_failover_group
        if number is not None and number not in created:
            yield Fault(
                line=config.line_of(f"join-failover-group {each.name}"),
                what=f"context {each.name} joins failover group {number}, which is not created",
                allowed=" or ".join(f"group {one}" for one in sorted(created)) or f"first `failover group {number}`",
                follows_from=("failover group",),
            )


def admin_context_is_in_group_1(config: PairConfig) -> Iterator[Fault]:
    """AA-4: the admin context does not leave group 1."""
    for each in config.contexts:
        if config.is_admin(each.name) and each.join_failover_group not in (None, 1):
            yield Fault(
                line=config.line_of(f"join-failover-group {each.name}"),
                what=f"admin context {each.name} in failover group {each.join_failover_group}",
                allowed="group 1",
            )


def monitored_are_not_too_many(config: PairConfig) -> Iterator[Fault]:
    """IFM-1: a unit monitors 250 interfaces at most, all contexts together."""
    if len(config.monitored) > MAX_MONITORED:
        yield Fault(line=None, what=f"{len(config.monitored)} monitored interfaces", allowed=f"at most {MAX_MONITORED}")


CHECKS: tuple[Callable[[PairConfig], Iterator[Fault]], ...] = (
    names_are_unique,
    system_space_has_no_data,
    failover_has_link,
    stateful_link_is_known,
    shared_data_link_is_possible,
    failover_port_is_free,
    stateful_port_is_free,
    link_names_differ_from_data,
    subinterface_is_defined,
    mac_is_not_on_link,
    transparent_contexts_have_addresses,
    joined_groups_exist,
    admin_context_is_in_group_1,
    monitored_are_not_too_many,
)
