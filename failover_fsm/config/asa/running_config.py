"""Running-config text in: the table of commands, and the loop that applies them line by line.

Accepts what a device prints and what people type: any order, keywords shortened, any indentation or none, the
last of several equal commands wins, `no` undoes. Lines that are no command of the table are passed over, except
after `failover`, where an unknown keyword is an error. Without indentation a block below `interface` or `context`
ends at the next command of the global configuration, not at a word that nobody knows. In multiple context mode the
system space comes first; a context's configuration follows a line `changeto context NAME` or a prompt with the name
in it (`asa/act/NAME#`), or comes as a text of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.config.asa import failover_commands as failover
from failover_fsm.config.asa import group_commands as group
from failover_fsm.config.asa import interface_commands as around
from failover_fsm.config.asa.reading import Part, Reading
from failover_fsm.config.checks.command_patterns import Command, CommandTable, Entry, Mode
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError, shown
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.lines import Line, count_lines, read_lines
from failover_fsm.config.values.top_level import begins_top_level, holds_address, is_unmistakable

Row = Command[Reading]
# Gives the source and the text of a context's own configuration, or None if there is none.
ContextText = Callable[[str], tuple[str, str] | None]


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
    _system("fa[ilover] key", failover.key, "{SECRET | hex KEY}"),
    _system("fa[ilover] ipsec pre-shared-key", failover.keep, "KEY"),
    _system("fa[ilover] replication http", failover.replication_http),
    _system("fa[ilover] replication rate", failover.keep, "RATE"),
    _system("fa[ilover] mac address", failover.mac_address, "PORT ACTIVE-MAC STANDBY-MAC"),
    _system("fa[ilover] timeout", failover.keep, "TIME"),
    _system("fa[ilover] wait-disable", failover.keep),
    _system("fa[ilover] health-check", failover.keep, "bfd TEMPLATE"),
    _system("fa[ilover] standby config-lock", failover.keep),
    _system("fa[ilover] group", group.failover_group, group.NUMBERS),
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
    Row(pattern="hostn[ame]", handler=around.hostname, usage="NAME"),
    Row(pattern="mode[]", handler=around.context_mode, usage="{single | multiple}"),
    Row(pattern="firew[all] transparent", handler=around.firewall),
    Row(pattern="prom[pt]", handler=around.prompt, usage="WORDS"),
    Row(pattern="name[]", handler=around.address_name, usage="ADDRESS NAME"),
    Row(pattern="crypto ca server", handler=around.ca_server),
    Row(pattern="tunnel-g[roup]", handler=around.vpn),
    Row(pattern="mac-address auto", handler=around.mac_auto, usage="[prefix NUMBER]"),
    Row(pattern="mon[itor-interface]", handler=around.monitor_interface, usage="NAME"),
    Row(pattern="cont[ext]", handler=around.context_block, usage="NAME"),
    Row(pattern="admin-[context]", handler=around.admin_context, usage="NAME"),
    Row(pattern="changet[o]", handler=around.change_context, usage="{system | context NAME}"),
    Row(pattern="int[erface]", handler=around.interface_block, usage="PORT"),
    Row(pattern="ip ad[dress]", handler=around.address_outside),
    Row(pattern="exi[t]", handler=around.leave),
    Row(pattern="end[]", handler=around.leave),
    Row(pattern="quit[]", handler=around.leave),
)

CONTEXT_COMMANDS: tuple[Row, ...] = (
    _below(Mode.CONTEXT, "al[locate-interface]", around.allocate_interface, "PORT [NAME]"),
    _below(Mode.CONTEXT, "jo[in-failover-group]", group.join, group.NUMBERS),
    _below(Mode.CONTEXT, "conf[ig-url]", failover.passed_over),
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
    "des[cription]", "sec[urity-level]", "spe[ed]", "dup[lex]", "del[ay]", "channel-g[roup]", "lacp",
    "port-c[hannel]", "member-i[nterface]", "redundant-i[nterface]", "flowcontrol", "ospf", "rip", "eigrp", "igmp",
    "pim", "multicast", "authentication", "hello-interval", "hold-time", "split-horizon", "summary-address", "pppoe",
    "dhcp[]", "dhcpr[elay]", "policy-route", "zone-member", "bridge-group", "asr-group", "switchport", "backup",
    "ipv6[]", "cts", "media-type", "tunnel[]", "nve-only", "vtep-nic", "segment-id", "mcast-group", "ddns", "lldp",
)  # fmt: skip

INTERFACE_COMMANDS: tuple[Row, ...] = (
    _below(Mode.INTERFACE, "nam[eif]", around.nameif, "NAME"),
    _below(Mode.INTERFACE, "name[]", around.nameif_or_name, "NAME"),
    _below(Mode.INTERFACE, "shu[tdown]", around.shutdown),
    _below(Mode.INTERFACE, "man[agement-only]", around.management_only),
    _below(Mode.INTERFACE, "vl[an]", around.vlan, "NUMBER"),
    _below(Mode.INTERFACE, "mac[-address]", around.interface_mac, "ACTIVE-MAC [standby STANDBY-MAC]"),
    _below(Mode.INTERFACE, "ip ad[dress]", around.interface_address, "ADDRESS MASK [standby ADDRESS]"),
    _below(Mode.INTERFACE, "ipv6 add[ress]", around.ipv6_address, "ADDRESS/BITS"),
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


# Commands that are no sign of a configuration: English words, or what any shell understands.
_NO_SIGN: tuple[failover.Handler, ...] = (
    failover.passed_over,
    failover.executive,
    around.leave,
    around.hostname,
    around.prompt,
    around.context_mode,
    around.address_name,
)


def read_asa(
    text: str, *, source: str = "<config>", context_text: ContextText | None = None, accepts_anything: bool = True
) -> PairConfig:
    """The configuration that `text` describes. ConfigError names its source, the line and what is allowed.

    `context_text` is asked for the configuration of each context that `text` declares; it comes after `text`.
    Unless `accepts_anything`, a text without any ASA configuration command is an error too.
    """
    reading = Reading(source=source)
    _read_text(reading, text, accepts_anything)
    parts = [reading.part]
    lines_before = count_lines(text)
    for name in sorted(reading.contexts):
        found = None if context_text is None else context_text(name)
        if found is None:
            continue
        parts.append(Part(source=found[0], lines_before=lines_before, context=name))
        reading.begin(parts[-1])
        _read_text(reading, found[1], accepts_anything)
        lines_before += count_lines(found[1])
    try:
        config = reading.finish()
    except ValueNotAllowed as wrong:
        raise ConfigError(source=source, line=None, what=wrong.what, allowed=wrong.allowed) from None
    except ConfigError as error:
        place, line = _place(parts, error.line)
        raise ConfigError(source=place, line=line, what=error.what, allowed=error.allowed) from None
    return config if len(parts) == 1 else _relocated(config, parts)


def _place(parts: list[Part], line: int | None) -> tuple[str, int | None]:
    """The file, and the line in it, of a line that is numbered through all parts."""
    if line is None:
        return parts[0].source, None
    part = max((part for part in parts if part.lines_before < line), key=lambda part: part.lines_before)
    return part.source, line - part.lines_before


def _relocated(config: PairConfig, parts: list[Part]) -> PairConfig:
    """A configuration whose lines are those of the first file; advice on another file names it in its text."""
    advice = []
    for each in config.advice:
        source, line = _place(parts, each.line)
        if source != parts[0].source:
            each = attrs.evolve(each, line=None, text=f"{source}:{line}: {each.text}")
        advice.append(each)
    lines = {item: line for item, line in config.lines.items() if line <= parts[1].lines_before}
    return attrs.evolve(config, advice=tuple(advice), lines=lines)


def _read_text(reading: Reading, text: str, accepts_anything: bool) -> None:
    reading.understood = False
    for line in read_lines(text, source=reading.part.source):
        if line.prompt is not None:
            _follow_prompt(reading, line.prompt)
        if line.words:
            _read_line(reading, line)
    if not (reading.understood or accepts_anything):
        what, allowed = "no ASA configuration command in this file", "an ASA configuration, as `show running-config`"
        raise ConfigError(source=reading.part.source, line=None, what=what, allowed=allowed)


def _follow_prompt(reading: Reading, parts: tuple[str, ...]) -> None:
    """A prompt tells the context it stands in; the first part is the host name."""
    context = next((part for part in parts[1:] if part in reading.contexts), reading.part.context)
    if context != reading.context:
        reading.leave_block()
        reading.context = context


def _read_line(reading: Reading, line: Line) -> None:
    negated = line.words[0].lower() == "no" and len(line.words) > 1
    words = line.words[1:] if negated else line.words
    try:
        found = TABLE.find(words, reading.mode)
    except LookupError as ambiguous:
        what = f"ambiguous command {shown(' '.join(words))}"
        raise ConfigError(source=reading.part.source, line=line.number, what=what, allowed=str(ambiguous)) from None
    if found is None:
        _read_unknown(reading, line, words)
        return
    command, used = found
    entry = Entry(
        source=reading.part.source,
        line=line.number + reading.part.lines_before,
        lines_before=reading.part.lines_before,
        keywords=" ".join(keyword for keyword, _least in command.keywords),
        args=words[used:],
        negated=negated,
        usage=command.full_text,
        capitalised=words[0][0].isupper() and not words[0].isupper(),
    )
    if command.mode is Mode.GLOBAL:
        reading.leave_block()
    if entry.keywords.startswith("failover") and entry.capitalised and words[-1][-1] in ".,;!?":
        _pass_over_sentence(reading, entry)
        return
    if command.handler is failover.enable and entry.args:
        _unknown_failover_keyword(reading, entry)
        return
    if command.system_only and reading.context is not None:
        raise entry.error(f"{shown(entry.keywords)} in context {reading.context}", "in the system execution space only")
    remarks = len(reading.remarks)
    command.handler(reading, entry)
    is_plain = len(reading.remarks) == remarks and words[used : used + 1] != ("=",)
    if is_unmistakable(words) or (command.handler not in _NO_SIGN and (is_plain or holds_address(words))):
        reading.understood = True


def _read_unknown(reading: Reading, line: Line, words: tuple[str, ...]) -> None:
    """A line that is no command of the table: passed over, and without indentation it may end a block."""
    if is_unmistakable(words):
        reading.understood = True
    is_sentence = words[0].istitle() and len(words) > 2
    if reading.mode is Mode.GROUP:
        stays = group.passes_over(reading, line)
    else:
        stays = reading.mode is not Mode.GLOBAL and not is_sentence and not begins_top_level(words[0])
    if not (line.indented or stays):
        reading.leave_block()
    elif reading.mode is Mode.INTERFACE and stays:
        around.tell_slip(reading, line.number + reading.part.lines_before, words)


def _pass_over_sentence(reading: Reading, entry: Entry) -> None:
    reading.remark(entry.line, "passed over: reads like a sentence, not like a failover command", "CFG-21")


def _unknown_failover_keyword(reading: Reading, entry: Entry) -> None:
    """An error, unless the line reads like a sentence that begins with "Failover"."""
    if entry.capitalised:
        _pass_over_sentence(reading, entry)
        return
    typed = entry.args[0].lower()
    begun = [
        command.full_text
        for command in FAILOVER_COMMANDS
        if len(command.keywords) > 2 and command.keywords[1][0].startswith(typed)
    ]
    if begun:
        raise entry.error(f"unknown or incomplete {shown(' '.join(('failover', *entry.args)))}", " or ".join(begun))
    known = sorted({command.keywords[1][0] for command in FAILOVER_COMMANDS[1:] if command.system_only})
    raise entry.error(f"unknown keyword {shown(entry.args[0])} after `failover`", ", ".join(known))
