"""Advice on failover groups: silent for an Active/Standby pair. Each function is in GROUP_ADVISERS with its rule."""

from __future__ import annotations

from collections.abc import Callable

from failover_fsm.config.records.pair_config import (
    FailoverGroup,
    InterfacePolicy,
    InterfacePollTime,
    PairConfig,
    StatefulLink,
)
from failover_fsm.config.records.sightings import Adviser, Hints, Sightings, link_ports
from failover_fsm.config.review.interface_advice import never_reached

# Commands for the unit, of the same name below `failover group` without `failover`: the item, its value, its default.
_WITHOUT_EFFECT: tuple[tuple[str, Callable[[PairConfig], object], object], ...] = (
    ("interface-policy", lambda config: config.interface_policy, InterfacePolicy()),
    ("polltime interface", lambda config: config.interface_poll, InterfacePollTime()),
    ("replication http", lambda config: config.replication_http, False),
)

_NO_EFFECT = "no effect with failover groups: enter"


def unit_wide_commands(config: PairConfig, _sightings: Sightings) -> Hints:
    """Active/Standby settings of the unit, which decide nothing where each group has its own."""
    if not config.active_active:
        return
    for item, value, default in _WITHOUT_EFFECT:
        if value(config) != default:
            text = f"`failover {item}` has {_NO_EFFECT} `{item}` below each `failover group`"
            yield config.line_of(item), text
    for mac in config.macs:
        line = config.line_of(f"mac address {mac.port.full_name.lower()}")
        yield line, f"`failover mac address` for {mac.port} has {_NO_EFFECT} `mac address` below each `failover group`"


def unassigned_contexts(config: PairConfig, _sightings: Sightings) -> Hints:
    """Contexts that are in group 1 by default only; the admin context always is."""
    for each in config.contexts if config.active_active else ():
        if each.join_failover_group is None and not config.is_admin(each.name):
            text = f"context {each.name} joins no failover group: it is in group 1"
            yield config.line_of(f"context {each.name}"), text


def groups_without_contexts(config: PairConfig, _sightings: Sightings) -> Hints:
    """A division that divides nothing."""
    for group in config.groups if config.contexts else ():
        if not config.contexts_in(group.number):
            yield config.line_of(f"group {group.number}"), f"no context is in failover group {group.number}"
    if len(config.groups) == 1:
        yield config.line_of("group 1"), "there is one failover group only: all contexts are active on the same unit"


def same_preference(config: PairConfig, _sightings: Sightings) -> Hints:
    """Groups that share no load after a common boot."""
    if len(config.groups) > 1 and len({group.preferred for group in config.groups}) == 1:
        lines = [config.line_of(f"group {group.number} preference") for group in config.groups]
        line = max((line for line in lines if line is not None), default=config.line_of("group 2"))
        yield line, f"both failover groups prefer the {config.groups[0].preferred.value} unit: the other has no load"


def preempt_at_once(config: PairConfig, _sightings: Sightings) -> Hints:
    """A return before the state of the connections has been copied back."""
    for group in config.groups if config.stateful_link is not StatefulLink.NONE else ():
        if group.preempt and group.preempt_delay == 0:
            text = f"failover group {group.number} moves back at once; a delay leaves time to copy connections first"
            yield config.line_of(f"group {group.number} preempt"), text


def policies_never_reached(config: PairConfig, _sightings: Sightings) -> Hints:
    """A policy that cannot be reached by the group's interfaces, as far as their contexts are known."""
    for group in config.groups:
        monitored = [each for each in config.interfaces if each.monitored and config.group_of(each) == group.number]
        why = never_reached(config, group.interface_policy, monitored)
        if why and _is_known(config, group):
            policy = f"interface policy {group.interface_policy} of failover group {group.number}"
            yield _line_in(config, group, "interface-policy"), f"{policy} {why}"


def replication_without_link(config: PairConfig, _sightings: Sightings) -> Hints:
    """HTTP replication without anything to carry it."""
    for group in config.groups if config.link is None else ():
        if group.replication_http:
            text = f"no stateful link: HTTP replication of failover group {group.number} has no effect"
            yield _line_in(config, group, "replication http"), text


def replication_in_one_group(config: PairConfig, _sightings: Sightings) -> Hints:
    """HTTP replication of one group, not of the other: each has a line of its own."""
    replicating = [group for group in config.groups if group.replication_http]
    for group in config.groups if config.link is not None and replicating else ():
        if not group.replication_http:
            text = f"HTTP connections of failover group {group.number} are not replicated, those of the other group are"
            yield _line_in(config, replicating[0], "replication http"), text


def addresses_of_foreign_ports(config: PairConfig, _sightings: Sightings) -> Hints:
    """Virtual MAC addresses for a port that no context of the group uses."""
    for group in config.groups:
        contexts = config.contexts_in(group.number)
        used = {each.port.parent for context in contexts for each in context.ports}
        if any(char.isdigit() for port in used for char in port.type):
            continue  # a range of ports, which is kept as it was entered
        used |= {each.port.parent for each in config.interfaces if config.group_of(each) == group.number}
        for mac in group.macs if used else ():
            if mac.port.parent not in used:
                line = config.line_of(f"group {group.number} mac address {mac.port.full_name.lower()}")
                yield line, f"{mac.port} is in no context of failover group {group.number}"


def two_names_for_a_link(config: PairConfig, _sightings: Sightings) -> Hints:
    """The stateful link is the failover link under a second name."""
    lan, link = config.lan, config.link
    if not config.active_active or lan is None or link is None or link.port != lan.port:
        return
    if link.name.lower() != lan.name.lower():
        text = f"{lan.name} and {link.name} are both {lan.port}: enter `failover link {lan.name}` if both links are to"
        text += " share it, or give the stateful link a port of its own"
        yield config.line_of("link"), text


def link_never_enabled(config: PairConfig, sightings: Sightings) -> Hints:
    """A link's port without `no shutdown` in a text that enables other ports: as typed, it stays shut down."""
    if not config.active_active or not sightings.enabled_ports:
        return
    shut = {each.port for each in config.interfaces if each.shutdown and each.context is None}
    for role, port in link_ports(config):
        if sightings.enabled_ports.isdisjoint({port, port.parent}) and shut.isdisjoint({port, port.parent}):
            blocks = [each for each in config.interfaces if each.port == port and each.context is None]
            line = config.line_in(blocks[0]) if blocks else None
            item = "lan interface" if role == "failover" else "link"
            yield line or config.line_of(item), f"no `no shutdown` for {port} of the {role} link: it may stay down"


def unknown_contexts(config: PairConfig, _sightings: Sightings) -> Hints:
    """Contexts with ports and without any configuration of their own."""
    configured = {each.context for each in config.interfaces}
    for each in config.contexts if config.active_active else ():
        if each.ports and each.name not in configured:
            text = f"the interfaces of context {each.name} are not in the text: none of them can be monitored"
            yield config.line_of(f"context {each.name}"), text


def not_allocated(config: PairConfig, _sightings: Sightings) -> Hints:
    """A port in the configuration of a context that is not given to it: a device refuses the `interface` line."""
    given = {each.name: [allocation.port for allocation in each.ports] for each in config.contexts if each.ports}
    for each in config.interfaces:
        if each.nameif is None or each.is_virtual or each.context not in given or each.port in given[each.context]:
            continue
        text = f"{each.port} is not allocated to context {each.context}, so {config.name_of(each)} does not exist there"
        yield config.line_in(each), f"{text}: enter `allocate-interface {each.port}` below `context {each.context}`"


def vpn_in_contexts(config: PairConfig, sightings: Sightings) -> Hints:
    """Tunnels are not carried over."""
    if config.active_active and sightings.vpn_line is not None:
        yield sightings.vpn_line, "VPN sessions do not survive a failover in multiple context mode"


def _is_known(config: PairConfig, group: FailoverGroup) -> bool:
    """Whether the text holds the configuration of every context of a group, and names an interface in one."""
    configured = {each.context for each in config.interfaces}
    complete = all(each.name in configured or not each.ports for each in config.contexts_in(group.number))
    return complete and any(each.nameif and config.group_of(each) == group.number for each in config.interfaces)


def _line_in(config: PairConfig, group: FailoverGroup, part: str) -> int | None:
    """The line of a part of a group, else of the group."""
    return config.line_of(f"group {group.number} {part}") or config.line_of(f"group {group.number}")


GROUP_ADVISERS: tuple[tuple[str, Adviser], ...] = (
    ("CFG-25", unit_wide_commands),
    ("CFG-39", unassigned_contexts),
    ("AA-2", groups_without_contexts),
    ("AA-10", same_preference),
    ("PRE-5", preempt_at_once),
    ("CFG-36", policies_never_reached),
    ("STF-26", replication_without_link),
    ("STF-26", replication_in_one_group),
    ("CFG-37", addresses_of_foreign_ports),
    ("CFG-18", two_names_for_a_link),
    ("CFG-16", link_never_enabled),
    ("CFG-11", unknown_contexts),
    ("CFG-11", not_allocated),
    ("LIM-1", vpn_in_contexts),
)
