"""The state of a reading: all that the lines so far have set. `config.asa.finishing` makes a PairConfig of it."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.config.checks.command_patterns import Entry, Mode
from failover_fsm.config.records.pair_config import (
    Advice,
    Allocation,
    FailoverGroup,
    Interface,
    InterfaceIp,
    Ipv6Address,
    MacAddresses,
    ManagementAddress,
    PairConfig,
    interface_item,
)
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port


@attrs.define(kw_only=True)
class InterfaceDraft:
    """An interface block while it is read; the fields that Interface has too mean the same.

    Attributes:
        enabled: whether a `no shutdown` line was read.
        learned: sources of addresses that failover excludes (LIM-3), with their lines.
        ipv6: the `ipv6 address` lines by their text, each with its line.
        kept: lines that are kept and not modelled, by their first word.
    """

    port: Port
    context: str | None
    nameif: str | None = None
    shutdown: bool = False
    address: str | None = None
    mask: str | None = None
    standby: str | None = None
    management_only: bool = False
    vlan: int | None = None
    mac: str | None = None
    standby_mac: str | None = None
    bridge_group: int | None = None
    channel_group: int | None = None
    channel_mode: str | None = None
    min_bundle: int = 1
    members: list[Port] = attrs.field(factory=list)
    access_vlan: int | None = None
    trunk_vlans: str | None = None
    native_vlan: int | None = None
    trunk: bool = False
    asr_group: int | None = None
    enabled: bool = False
    learned: dict[str, int] = attrs.field(factory=dict)
    ipv6: dict[str, tuple[Ipv6Address, int]] = attrs.field(factory=dict)
    kept: dict[str, str] = attrs.field(factory=dict)

    def frozen(self, *, monitored: bool | None) -> Interface:
        """The record; `monitored`: on or off by a `monitor-interface` line, None where there is none."""
        values = {field.name: getattr(self, field.name) for field in attrs.fields(InterfaceDraft)}
        for name in ("learned", "enabled", "kept", "ipv6"):
            del values[name]
        made = Interface(
            **values,
            ipv6=[address for address, _line in self.ipv6.values()],
            other_commands=self.kept.values(),
        )
        if self.nameif is None:
            return made
        return attrs.evolve(made, monitored=made.monitored_by_default if monitored is None else monitored)


@attrs.define(kw_only=True)
class Monitoring:
    """A `monitor-interface` line: the name as typed, on or off, where, and whether behind a prompt."""

    name: str
    on: bool
    line: int
    at_prompt: bool


@attrs.frozen(kw_only=True)
class Part:
    """One of the files of a reading: the number of lines before it, and the context it is for, if any."""

    source: str
    lines_before: int = 0
    context: str | None = None


@attrs.define(kw_only=True)
class Reading:
    """Everything a reading has gathered. Single values go straight into `config`; items of lists are collected.

    Attributes:
        source: the first file, with the system space. Lines are numbered through all files.
        part: the file that is read; `parts` are all so far.
        context: the context whose configuration is read; None in single mode and in the system space.
        context_is_lost: whether the change to it was refused, so that no line can be placed.
        unknown_context: the name in a refused change to a context at a prompt, and its error, which the next prompt may
            take back: the device knew the context.
        mode: the block in which the next line stands, opened by `interface`, `open_context` or `open_group`.
        last_interface, last_context, last_group: what a prompt of such a block belongs to; None where the line that
            opened the block was refused or passed over.
        last_prompt: the prompt before this line or an earlier one; `changed_at` is that of the last `changeto`, as long
            as no other prompt has followed.
        block_indented: whether the lines of the open block are indented; None before its first one.
        text_indented: the same of the block before, which speaks for an empty block.
        skipped_below: the indentation of a line that opens a block of no concern here; what is deeper belongs to it.
        refused: the keywords of refused lines, from which other errors may follow.
        understood: whether this file has a line that is a configuration command, known here or not.
    """

    source: str
    part: Part = attrs.field(default=attrs.Factory(lambda self: Part(source=self.source), takes_self=True))
    parts: list[Part] = attrs.field(default=attrs.Factory(lambda self: [self.part], takes_self=True))
    config: PairConfig = attrs.field(factory=PairConfig)
    context: str | None = None
    context_is_lost: bool = False
    unknown_context: tuple[str, ConfigError] | None = None
    mode: Mode = Mode.GLOBAL
    interface: InterfaceDraft | None = None
    open_context: str | None = None
    open_group: int | None = None
    last_interface: InterfaceDraft | None = None
    last_context: str | None = None
    last_group: int | None = None
    last_prompt: tuple[str, ...] | None = None
    changed_at: tuple[str, ...] | None = None
    block_indented: bool | None = None
    text_indented: bool = False
    skipped_below: int | None = None
    lines: dict[str, int] = attrs.field(factory=dict)
    interface_ips: dict[str, InterfaceIp] = attrs.field(factory=dict)
    macs: dict[Port, MacAddresses] = attrs.field(factory=dict)
    other_commands: dict[str, str] = attrs.field(factory=dict)
    interfaces: dict[tuple[str | None, Port], InterfaceDraft] = attrs.field(factory=dict)
    management: dict[str | None, ManagementAddress] = attrs.field(factory=dict)
    contexts: dict[str, dict[Port, Allocation]] = attrs.field(factory=dict)
    transparent_contexts: set[str] = attrs.field(factory=set)
    config_urls: dict[str, str] = attrs.field(factory=dict)
    joined: dict[str, int] = attrs.field(factory=dict)
    groups: dict[int, FailoverGroup] = attrs.field(factory=dict)
    monitoring: dict[tuple[str | None, str], Monitoring] = attrs.field(factory=dict)
    address_names: dict[str, str] = attrs.field(factory=dict)
    remarks: list[Advice] = attrs.field(factory=list)
    errors: list[tuple[int | None, ConfigError]] = attrs.field(factory=list)
    refused: list[str] = attrs.field(factory=list)
    ca_server_line: int | None = None
    vpn_line: int | None = None
    nailed_line: int | None = None
    understood: bool = False

    def set(self, entry: Entry, item: str, **changes: Any) -> None:
        """Changes fields of the configuration and records which line did."""
        with entry.located():
            self.config = attrs.evolve(self.config, **changes)
        self.lines[item] = entry.line

    @property
    def current_group(self) -> FailoverGroup:
        """The group below whose `failover group` line the reading stands."""
        assert self.open_group is not None, "the table gives group commands only below `failover group`"
        return self.groups[self.open_group]

    @property
    def is_transparent(self) -> bool:
        """Whether what is read now, the unit or a context, is in transparent firewall mode."""
        return self.config.transparent or self.context in self.transparent_contexts

    @property
    def is_indented(self) -> bool:
        """Whether lines of the open block are indented, so that one that is not does not belong to it."""
        return self.text_indented if self.block_indented is None else self.block_indented

    def set_group(self, entry: Entry, part: str, **changes: Any) -> None:
        """Changes fields of the open group and records which line did."""
        group = self.current_group
        with entry.located():
            self.groups[group.number] = attrs.evolve(group, **changes)
        self.lines[f"group {group.number} {part}"] = entry.line

    def remark(self, line: int, text: str, rule: str) -> None:
        """Notes something that is passed over although it looks like configuration."""
        self.remarks.append(Advice(line=line, text=text, rule=rule))

    def refuse(self, line: int | None, error: ConfigError, keywords: str = "") -> None:
        """Collects an error; `line` is counted through all files, and `keywords` are those of the refused line."""
        self.errors.append((line, error))
        if keywords:
            self.refused.append(keywords)

    def accepts_unknown(self, context: str) -> bool:
        """Whether a prompt shows the context of a refused change; the error is taken back then."""
        typed, error = self.unknown_context or ("", None)
        if error is None or not context.startswith(typed):
            return False
        self.errors = [each for each in self.errors if each[1] is not error]
        self.unknown_context = None
        return True

    def error_at(self, line: int | None, what: str, allowed: str) -> ConfigError:
        """An error on a line that is counted through all files; it names the file and the line there."""
        if line is None:
            return ConfigError(source=self.source, line=None, what=what, allowed=allowed)
        part = max((part for part in self.parts if part.lines_before < line), key=lambda part: part.lines_before)
        return ConfigError(source=part.source, line=line - part.lines_before, what=what, allowed=allowed)

    def leave_block(self) -> None:
        """The next line stands below no `interface`, `context` or `failover group` line."""
        self.mode = Mode.GLOBAL
        self.interface = None
        self.open_context = None
        self.open_group = None
        if self.block_indented is not None:
            self.text_indented = self.block_indented
        self.block_indented = None

    def enter_other_block(self) -> None:
        """The next lines belong to a block that is not read."""
        self.leave_block()
        self.mode = Mode.OTHER

    def open_interface(self, draft: InterfaceDraft) -> None:
        """The next lines stand below this `interface` line."""
        self.mode, self.interface, self.last_interface = Mode.INTERFACE, draft, draft

    def open_context_block(self, name: str) -> None:
        """The next lines stand below this `context` line."""
        self.mode, self.open_context, self.last_context = Mode.CONTEXT, name, name

    def open_failover_group(self, number: int) -> None:
        """The next lines stand below this `failover group` line."""
        self.mode, self.open_group, self.last_group = Mode.GROUP, number, number

    def begin(self, part: Part) -> None:
        """The next lines stand in another file."""
        self.parts.append(part)
        self.part = part
        self.change_context(part.context)

    def change_context(self, context: str | None) -> None:
        """The next lines belong to a context, or to the system space for None."""
        self.leave_block()
        self.context, self.last_interface, self.context_is_lost = context, None, False

    def forget_context(self, name: str) -> None:
        """Removes a context with everything that was configured in it."""
        self.contexts.pop(name, None)
        self.config_urls.pop(name, None)
        self.joined.pop(name, None)
        self.management.pop(name, None)
        self.transparent_contexts.discard(name)
        for key in [key for key in self.interfaces if key[0] == name]:
            del self.interfaces[key]
        for monitored in [monitored for monitored in self.monitoring if monitored[0] == name]:
            del self.monitoring[monitored]

    def touch_interface(self, draft: InterfaceDraft, part: str, line: int) -> None:
        """Records the line of a part of an interface block."""
        self.lines[interface_item(part, draft.context, draft.port)] = line


def unique_beginning(typed: str, names: list[str]) -> str | None:
    """The name that `typed` is, or else the only one that begins with it; None if there is none, or several."""
    if typed in names:
        return typed
    fitting = [name for name in names if typed and name.startswith(typed)]
    return fitting[0] if len(fitting) == 1 else None
