"""The table of commands that a configuration is read by: what may follow them, and the handler of each.

A pattern is a command's keywords; what stands before a bracket must be typed, the rest of the word may follow.
"""

from __future__ import annotations

from failover_fsm.config.asa import bundle_commands as bundle
from failover_fsm.config.asa import clear_commands as clear
from failover_fsm.config.asa import context_commands as contexts
from failover_fsm.config.asa import failover_commands as failover
from failover_fsm.config.asa import global_commands as around
from failover_fsm.config.asa import group_commands as group
from failover_fsm.config.asa import interface_commands as interface
from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Command, CommandTable, Mode
from failover_fsm.config.records.interface import MAX_ASR_GROUP

Row = Command[Reading]


def _system(pattern: str, handler: failover.Handler, usage: str = "") -> Row:
    return Row(pattern=pattern, handler=handler, usage=usage, system_only=True)


def _below(mode: Mode, pattern: str, handler: failover.Handler, usage: str = "") -> Row:
    return Row(pattern=pattern, handler=handler, usage=usage, mode=mode)


_POLL = "[msec] POLL [holdtime [msec] HOLD]"
_INTERFACE_POLL = "[msec] POLL [holdtime HOLD]"

FAILOVER_COMMANDS: tuple[Row, ...] = (
    _system("fa[ilover]", failover.enable),
    _system("fa[ilover] lan unit", failover.lan_unit, "{primary | secondary}"),
    _system("fa[ilover] lan interface", failover.lan_interface, "NAME PORT"),
    _system("fa[ilover] lan enable", failover.keep),
    _system("fa[ilover] link", failover.link, "NAME [PORT]"),
    _system("fa[ilover] interface ip", failover.interface_ip, "NAME ADDRESS MASK standby ADDRESS"),
    _system("fa[ilover] polltime", failover.unit_polltime, f"[unit] {_POLL}"),
    _system("fa[ilover] polltime unit", failover.unit_polltime, _POLL),
    _system("fa[ilover] polltime interface", failover.interface_polltime, _INTERFACE_POLL),
    _system("fa[ilover] polltime link-state", failover.keep, "msec TIME"),
    _system("fa[ilover] interface-policy", failover.interface_policy, "NUMBER[%]"),
    _system("fa[ilover] key", failover.key, "[0 | 8] {SECRET | hex KEY}"),
    _system("fa[ilover] ipsec pre-shared-key", failover.keep, "KEY"),
    _system("fa[ilover] replication http", failover.replication_http),
    _system("fa[ilover] replication rate", failover.keep, "RATE"),
    _system("fa[ilover] mac address", failover.mac_address, "PORT ACTIVE-MAC STANDBY-MAC"),
    _system("fa[ilover] timeout", failover.keep, "TIME"),
    _system("fa[ilover] wait-disable", failover.keep),
    _system("fa[ilover] health-check", failover.keep, "bfd TEMPLATE"),
    _system("fa[ilover] standby config-lock", failover.keep),
    _system("fa[ilover] group", group.failover_group, group.NUMBERS),
    Row(pattern="fa[ilover] cloud", handler=around.other_mechanism),
    Row(pattern="fa[ilover] ip address", handler=around.other_mechanism),
    Row(pattern="fa[ilover] lan key", handler=around.other_mechanism),
    Row(pattern="fa[ilover] active", handler=failover.executive),
    Row(pattern="fa[ilover] reset", handler=failover.executive),
    Row(pattern="fa[ilover] reload-standby", handler=failover.executive),
    Row(pattern="fa[ilover] exec", handler=failover.executive),
    # `show version` prints "failover cluster up 1 day" where there is a pair.
    Row(pattern="fa[ilover] cluster[]", handler=failover.passed_over),
)

OTHER_COMMANDS: tuple[Row, ...] = (
    Row(pattern="asa[] version[]", handler=around.version),
    Row(pattern="pix[] version[]", handler=around.version),
    Row(pattern="ngfw[] version[]", handler=around.version),
    Row(pattern="fwsm[] version[]", handler=around.version),
    Row(pattern="zone[]", handler=around.keep_zone, usage="NAME"),
    Row(pattern="hostn[ame]", handler=around.hostname, usage="NAME"),
    Row(pattern="mode[]", handler=around.context_mode, usage="{single | multiple}"),
    Row(pattern="firew[all] transparent", handler=around.firewall),
    Row(pattern="prom[pt]", handler=around.prompt, usage="WORDS"),
    Row(pattern="auto-update server", handler=around.auto_update_server, usage="URL"),
    Row(pattern="name[]", handler=around.address_name, usage="ADDRESS NAME"),
    Row(pattern="crypto ca server", handler=around.ca_server),
    Row(pattern="tunnel-g[roup]", handler=around.vpn),
    Row(pattern="static[]", handler=around.static),
    Row(pattern="mac-address auto", handler=around.mac_auto, usage="[prefix NUMBER]"),
    Row(pattern="mon[itor-interface]", handler=around.monitor_interface, usage="NAME"),
    Row(pattern="cont[ext]", handler=contexts.context_block, usage="NAME"),
    Row(pattern="admin-[context]", handler=contexts.admin_context, usage="NAME"),
    Row(pattern="changet[o]", handler=contexts.change_context, usage="{system | context NAME}"),
    Row(pattern="int[erface]", handler=interface.interface_block, usage="PORT"),
    Row(pattern="ip ad[dress]", handler=around.whole_address, usage="ADDRESS MASK [standby ADDRESS]"),
    Row(pattern="ipv6 add[ress]", handler=around.whole_ipv6_address, usage="ADDRESS/BITS [standby ADDRESS]"),
    Row(pattern="cle[ar] conf[igure]", handler=clear.clear_configure),
    Row(pattern="exi[t]", handler=around.leave),
    Row(pattern="end[]", handler=around.leave),
    Row(pattern="quit[]", handler=around.leave),
)

CONTEXT_COMMANDS: tuple[Row, ...] = (
    _below(Mode.CONTEXT, "al[locate-interface]", contexts.allocate_interface, "PORT [NAME]"),
    _below(Mode.CONTEXT, "jo[in-failover-group]", group.join, group.NUMBERS),
    _below(Mode.CONTEXT, "conf[ig-url]", contexts.config_url, "URL"),
    _below(Mode.CONTEXT, "des[cription]", failover.passed_over),
    _below(Mode.CONTEXT, "mem[ber]", failover.passed_over),
    _below(Mode.CONTEXT, "storage-u[rl]", failover.passed_over),
    _below(Mode.CONTEXT, "scansafe", failover.passed_over),
)

GROUP_COMMANDS: tuple[Row, ...] = (
    _below(Mode.GROUP, "pri[mary]", group.preference),
    _below(Mode.GROUP, "sec[ondary]", group.preference),
    _below(Mode.GROUP, "pre[empt]", group.preempt, "[SECONDS]"),
    _below(Mode.GROUP, "interface-[policy]", group.interface_policy, "NUMBER[%]"),
    _below(Mode.GROUP, "pol[ltime]", group.polltime, f"interface {_INTERFACE_POLL}"),
    _below(Mode.GROUP, "rep[lication]", group.replication, "http"),
    _below(Mode.GROUP, "mac[] a[ddress]", group.mac_address, "PORT ACTIVE-MAC STANDBY-MAC"),
)

# The same below no `failover group` line, where a device does not know them; each with the words that may follow.
MISPLACED_COMMANDS: tuple[Row, ...] = (
    Row(pattern="primary[]", handler=group.outside(0)),
    Row(pattern="secondary[]", handler=group.outside(0)),
    Row(pattern="preempt[]", handler=group.outside(1)),
    Row(pattern="interface-policy[]", handler=group.outside(2)),
    Row(pattern="polltime[]", handler=group.outside(6)),
    Row(pattern="replication[]", handler=group.outside(1)),
    Row(pattern="mac[] address[]", handler=group.outside(4)),
    Row(pattern="join-failover-group[]", handler=group.join_outside),
)

# Interface commands that are of no concern here are listed so that they do not seem to end the block.
_PASSED_BELOW_INTERFACE = (
    "des[cription]", "sec[urity-level]", "spe[ed]", "dup[lex]", "del[ay]", "lacp", "por[t-channel]",
    "redundant-i[nterface]", "flowcontrol", "ospf", "rip", "eigrp", "igmp", "pim", "multicast", "authentication",
    "hello-interval", "hold-time", "split-horizon", "summary-address", "pppoe", "dhcp[]", "dhcpr[elay]",
    "policy-route", "switchport", "backup", "forward", "ipv6[]", "cts", "media-type", "tunnel[]",
    "nve-only", "vtep-nic", "segment-id", "mcast-group", "ddns", "lldp",
)  # fmt: skip

INTERFACE_COMMANDS: tuple[Row, ...] = (
    _below(Mode.INTERFACE, "nam[eif]", interface.nameif, "NAME"),
    _below(Mode.INTERFACE, "name[]", interface.nameif_or_name, "NAME"),
    _below(Mode.INTERFACE, "shu[tdown]", interface.shutdown),
    _below(Mode.INTERFACE, "man[agement-only]", interface.management_only),
    _below(Mode.INTERFACE, "vl[an]", interface.vlan, "NUMBER"),
    _below(Mode.INTERFACE, "mac[-address]", interface.interface_mac, "ACTIVE-MAC [standby STANDBY-MAC]"),
    _below(Mode.INTERFACE, "ip ad[dress]", interface.interface_address, "ADDRESS MASK [standby ADDRESS]"),
    _below(Mode.INTERFACE, "ipv6 add[ress]", interface.ipv6_address, "ADDRESS/BITS [standby ADDRESS]"),
    _below(Mode.INTERFACE, "ch[annel-group]", bundle.channel_group, "NUMBER mode MODE"),
    _below(Mode.INTERFACE, "por[t-channel] min[-bundle]", bundle.min_bundle, "NUMBER"),
    _below(Mode.INTERFACE, "mem[ber-interface]", bundle.member_interface, "PORT"),
    _below(Mode.INTERFACE, "bri[dge-group]", bundle.bridge_group, "NUMBER"),
    _below(Mode.INTERFACE, "switchport access vlan", bundle.access_vlan, "NUMBER"),
    _below(Mode.INTERFACE, "switchport trunk allowed vlan", bundle.trunk_vlans, "LIST"),
    _below(Mode.INTERFACE, "switchport trunk native vlan", bundle.native_vlan, "NUMBER"),
    _below(Mode.INTERFACE, "switchport mode", bundle.switchport_mode, "{access | trunk}"),
    _below(Mode.INTERFACE, "asr-group", interface.asr_group, f"NUMBER, 1 to {MAX_ASR_GROUP}"),
    _below(Mode.INTERFACE, "zone-member", interface.keep_in_interface, "NAME"),
    *(_below(Mode.INTERFACE, pattern, failover.passed_over) for pattern in _PASSED_BELOW_INTERFACE),
)

TABLE: CommandTable[Reading] = CommandTable(
    (
        *FAILOVER_COMMANDS,
        *OTHER_COMMANDS,
        *CONTEXT_COMMANDS,
        *GROUP_COMMANDS,
        *MISPLACED_COMMANDS,
        *INTERFACE_COMMANDS,
    )
)

BLOCKS: tuple[failover.Handler, ...] = (
    interface.interface_block,
    contexts.context_block,
    contexts.change_context,
    group.failover_group,
)
"""The handlers of lines that open a block or begin another context."""
