"""A configuration as text: what `show running-config [all] failover` prints, and the lines that it leans on.

Printed, each item once, in this order: `ASA Version` if known, `hostname`, `mode multiple`, `firewall transparent`,
`mac-address auto`; the interfaces; in multiple context mode `admin-context` and the `context` blocks; the failover
commands; the failover groups; `auto-update server`; `prompt`; the `monitor-interface` lines that differ from the
default; then, after `changeto context NAME`, each context's interfaces and `monitor-interface` lines. With `all`, also
commands that have their default value. Ports are printed with their full names. Keys, and the user in a URL, are
printed as `*****` unless they are to be shown; with them, reading the text back gives an equal PairConfig.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failover_fsm.config.records.pair_config import (
    MASKED_KEY,
    FailoverGroup,
    Interface,
    InterfacePolicy,
    InterfacePollTime,
    Key,
    KeyKind,
    ManagementAddress,
    PairConfig,
    PollTime,
)
from failover_fsm.config.values.field_values import PORT_NAME

# A name and a password before the host of a URL.
_USER = re.compile(r"^(\w+://)[^/@]*@")
# A secret among the commands that are kept as they were entered.
_SECRET = re.compile(r"^(failover ipsec pre-shared-key) .*")


def write_asa(config: PairConfig, *, all: bool = False, show_key: bool = False) -> str:
    """The text of `config`.

    Args:
        config: what to print.
        all: whether to add the commands with default values.
        show_key: whether to print the failover key, not `*****`.
    """
    lines = [
        *_head(config),
        *_management(config, None),
        *_interfaces(config, None),
        *_contexts(config),
        *_failover(config, all, show_key),
        *_links(config, show_key),
        *(line for group in config.groups for line in _group(group, all)),
        *_tail(config, show_key),
        *([] if config.contexts else _monitoring(config, None, all)),
    ]
    for context in config.contexts:
        lines += ["!", f"changeto context {context.name}"]
        lines += ["firewall transparent"] if context.transparent else []
        lines += [*_management(config, context.name), *_interfaces(config, context.name)]
        lines += _monitoring(config, context.name, all)
    return "\n".join(lines) + "\n"


def write_failover(config: PairConfig, *, all: bool = False) -> str:
    """What `show running-config [all] failover` prints: the failover commands and nothing else (SHW-48, SHW-49).

    Args:
        config: what to print.
        all: whether to add the commands with default values.
    """
    groups = (line for group in config.groups for line in _group(group, all))
    commands = (*_failover(config, all, show_key=False), *_links(config, show_key=False))
    return "".join(f"{line}\n" for line in (*(each for each in commands if "failover" in each), *groups))


def _head(config: PairConfig) -> Iterator[str]:
    if config.software is not None:
        yield f"{config.product} Version {config.software}"
    yield f"hostname {config.hostname}"
    if config.multiple_context:
        yield "mode multiple"
    if config.transparent:
        yield "firewall transparent"
    if config.mac_auto:
        prefix = "" if config.mac_auto_prefix is None else f" prefix {config.mac_auto_prefix}"
        yield f"mac-address auto{prefix}"


def _management(config: PairConfig, context: str | None) -> Iterator[str]:
    for each in config.management:
        if each.context == context:
            yield from _addresses(each)


def _addresses(holder: Interface | ManagementAddress) -> Iterator[str]:
    if holder.address is not None:
        standby = "" if holder.standby is None else f" standby {holder.standby}"
        yield f"ip address {holder.address} {holder.mask}{standby}"
    for each in holder.ipv6:
        yield f"ipv6 address {each.text}{'' if each.standby is None else f' standby {each.standby}'}"


def _interfaces(config: PairConfig, context: str | None) -> Iterator[str]:
    for each in config.interfaces:
        if each.context == context:
            yield "!"
            yield f"interface {_name_in_context(config, each)}"
            yield from (f" {line}" for line in _interface_parts(each))
    yield "!"


def _name_in_context(config: PairConfig, interface: Interface) -> str:
    """The name of the port, or that which it has in its context where its own would mean another port or none."""
    port = interface.port
    given = next((each.ports for each in config.contexts if each.name == interface.context), ())
    mapped = {each.mapped_name: each.port for each in given if each.mapped_name is not None}
    clear = re.fullmatch(PORT_NAME, port.full_name) and mapped.get(port.full_name, port) == port
    return port.full_name if clear else next((name for name, meant in mapped.items() if meant == port), port.full_name)


def _interface_parts(interface: Interface) -> Iterator[str]:
    if interface.shutdown:
        yield "shutdown"
    yield from _carrier(interface)
    if interface.mac is not None:
        standby = "" if interface.standby_mac is None else f" standby {interface.standby_mac}"
        yield f"mac-address {interface.mac}{standby}"
    if interface.management_only:
        yield "management-only"
    if interface.nameif is not None:
        yield f"nameif {interface.nameif}"
    if interface.bridge_group is not None:
        yield f"bridge-group {interface.bridge_group}"
    if interface.asr_group is not None:
        yield f"asr-group {interface.asr_group}"
    yield from interface.other_commands
    yield from _addresses(interface)


def _carrier(interface: Interface) -> Iterator[str]:
    """The VLAN of an interface, and the bundle that it belongs to or consists of."""
    if interface.vlan is not None:
        yield f"vlan {interface.vlan}"
    if interface.channel_group is not None:
        mode = "" if interface.channel_mode is None else f" mode {interface.channel_mode}"
        yield f"channel-group {interface.channel_group}{mode}"
    if interface.min_bundle > 1:
        yield f"port-channel min-bundle {interface.min_bundle}"
    yield from (f"member-interface {port.full_name}" for port in interface.members)
    if interface.access_vlan is not None:
        yield f"switchport access vlan {interface.access_vlan}"
    if interface.trunk_vlans is not None:
        yield f"switchport trunk allowed vlan {interface.trunk_vlans}"
    if interface.native_vlan is not None:
        yield f"switchport trunk native vlan {interface.native_vlan}"
    if interface.trunk:
        yield "switchport mode trunk"


def _contexts(config: PairConfig) -> Iterator[str]:
    if config.admin_context is not None:
        yield f"admin-context {config.admin_context}"
    for context in config.contexts:
        yield f"context {context.name}"
        for each in context.ports:
            name = "" if each.mapped_name is None else f" {each.mapped_name}"
            yield f"  allocate-interface {each.port.full_name}{name}"
        if context.config_url is not None:
            yield f"  config-url {context.config_url}"
        if context.join_failover_group is not None:
            yield f"  join-failover-group {context.join_failover_group}"
    if config.contexts:
        yield "!"


def _failover(config: PairConfig, all: bool, show_key: bool) -> Iterator[str]:
    yield "failover" if config.enabled else "no failover"
    yield f"failover lan unit {config.unit.value}"
    if config.lan is not None:
        yield f"failover lan interface {config.lan.name} {config.lan.port.full_name}"
    if all or config.unit_poll != PollTime():
        yield f"failover polltime unit {_poll(config.unit_poll)}"
    all_here = all and not config.active_active  # what a group has of its own is no default of the unit
    if all_here or config.interface_poll != InterfacePollTime():
        yield f"failover polltime interface {_poll(config.interface_poll)}"
    if all_here or config.interface_policy != InterfacePolicy():
        yield f"failover interface-policy {config.interface_policy}"
    if config.key is not None:
        yield f"failover key {_key(config.key) if show_key else MASKED_KEY}"
    if config.replication_http or all_here:
        yield f"{'' if config.replication_http else 'no '}failover replication http"
    for mac in config.macs:
        yield f"failover mac address {mac.port.full_name} {mac.active} {mac.standby}"


def _links(config: PairConfig, show_key: bool) -> Iterator[str]:
    """The stateful link, the addresses of both links, and the commands that are kept and not modelled."""
    if config.link is not None:
        port = "" if config.link.port is None else f" {config.link.port.full_name}"
        yield f"failover link {config.link.name}{port}"
    for ip in config.interface_ips:
        mask = f"/{ip.mask}" if ip.is_ipv6 else f" {ip.mask}"
        yield f"failover interface ip {ip.name} {ip.address}{mask} standby {ip.standby}"
    for command in config.other_commands:
        yield command if show_key else _SECRET.sub(rf"\1 {MASKED_KEY}", command)


def _key(key: Key) -> str:
    return {KeyKind.HEX: "hex ", KeyKind.ENCRYPTED: "8 "}.get(key.kind, "") + key.text


def _group(group: FailoverGroup, all: bool) -> Iterator[str]:
    yield f"failover group {group.number}"
    yield f"  {group.preferred.value}"
    if group.preempt or all:
        delay = f" {group.preempt_delay}" if group.preempt_delay else ""
        yield f"  {'' if group.preempt else 'no '}preempt{delay}"
    if group.replication_http or all:
        yield f"  {'' if group.replication_http else 'no '}replication http"
    for mac in group.macs:
        yield f"  mac address {mac.port.full_name} {mac.active} {mac.standby}"
    if all or group.interface_poll != InterfacePollTime():
        yield f"  polltime interface {_poll(group.interface_poll)}"
    if all or group.interface_policy != InterfacePolicy():
        yield f"  interface-policy {group.interface_policy}"


def _tail(config: PairConfig, show_key: bool) -> Iterator[str]:
    if config.auto_update is not None:
        url = config.auto_update if show_key else _USER.sub(rf"\1{MASKED_KEY}@", config.auto_update)
        yield f"auto-update server {url}"
    if config.prompt:
        yield f"prompt {' '.join(config.prompt)}"


def _monitoring(config: PairConfig, context: str | None, all: bool) -> Iterator[str]:
    for each in config.interfaces:
        if each.context != context or each.nameif is None:
            continue
        if all or each.monitored != each.monitored_by_default:
            yield f"{'' if each.monitored else 'no '}monitor-interface {each.nameif}"
    if all or not config.monitor_service_module:
        yield f"{'' if config.monitor_service_module else 'no '}monitor-interface service-module"


def _poll(poll: PollTime) -> str:
    return f"{_time(poll.poll_ms)} holdtime {_time(poll.hold_ms)}"


def _time(milliseconds: int) -> str:
    return f"msec {milliseconds}" if milliseconds < 1000 else str(milliseconds // 1000)
