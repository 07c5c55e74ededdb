"""The state of a reading: what the lines so far have said, and the PairConfig it makes in the end."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.config.checks.command_patterns import Entry, Mode
from failover_fsm.config.checks.consistency import validate
from failover_fsm.config.records.failover_group import FIRST_GROUP
from failover_fsm.config.records.pair_config import (
    Advice,
    Allocation,
    Context,
    FailoverGroup,
    Interface,
    InterfaceIp,
    MacAddresses,
    PairConfig,
    interface_item,
)
from failover_fsm.config.records.seen import Seen
from failover_fsm.config.review.advice import advise
from failover_fsm.config.values.errors import ConfigError, shown
from failover_fsm.config.values.field_values import Port


@attrs.define(kw_only=True)
class InterfaceDraft:
    """An interface block while it is read.

    `enabled` tells of a `no shutdown` line; `learned` names a source of addresses that failover excludes.
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
    enabled: bool = False
    learned: dict[str, int] = attrs.field(factory=dict)

    def frozen(self, *, monitored: bool) -> Interface:
        values = {field.name: getattr(self, field.name) for field in attrs.fields(InterfaceDraft)}
        del values["learned"], values["enabled"]
        return Interface(**values, monitored=monitored)


@attrs.define(kw_only=True)
class Monitoring:
    """A `monitor-interface` line: the name as typed, on or off, and where."""

    name: str
    on: bool
    line: int


@attrs.frozen(kw_only=True)
class Part:
    """One of the files of a reading: the number of lines before it, and the context it is for, if any."""

    source: str
    lines_before: int = 0
    context: str | None = None


@attrs.define(kw_only=True)
class Reading:
    """Everything a reading has gathered. Single values go straight into `config`; items of lists are collected.

    `source` is the first file, with the system space, and `part` the one that is read; lines are numbered through
    all of them. `context` is the context whose configuration is read (None: single mode or system space); `mode`,
    `interface`, `open_context` and `open_group` say below which block the next line stands. `understood` tells that
    the part has a line that is a configuration command, known here or not.
    """

    source: str
    part: Part = attrs.field(default=attrs.Factory(lambda self: Part(source=self.source), takes_self=True))
    config: PairConfig = attrs.field(factory=PairConfig)
    context: str | None = None
    mode: Mode = Mode.GLOBAL
    interface: InterfaceDraft | None = None
    open_context: str | None = None
    open_group: int | None = None
    lines: dict[str, int] = attrs.field(factory=dict)
    interface_ips: dict[str, InterfaceIp] = attrs.field(factory=dict)
    macs: dict[Port, MacAddresses] = attrs.field(factory=dict)
    other_commands: dict[str, str] = attrs.field(factory=dict)
    interfaces: dict[tuple[str | None, Port], InterfaceDraft] = attrs.field(factory=dict)
    contexts: dict[str, dict[Port, Allocation]] = attrs.field(factory=dict)
    joined: dict[str, int] = attrs.field(factory=dict)
    groups: dict[int, FailoverGroup] = attrs.field(factory=dict)
    monitoring: dict[tuple[str | None, str], Monitoring] = attrs.field(factory=dict)
    address_names: dict[str, str] = attrs.field(factory=dict)
    remarks: list[Advice] = attrs.field(factory=list)
    ca_server_line: int | None = None
    vpn_line: int | None = None
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

    def set_group(self, entry: Entry, part: str, **changes: Any) -> None:
        """Changes fields of the open group and records which line did."""
        group = self.current_group
        with entry.located():
            self.groups[group.number] = attrs.evolve(group, **changes)
        self.lines[f"group {group.number} {part}"] = entry.line

    def remark(self, line: int, text: str, rule: str) -> None:
        """Notes something that is passed over although it looks like configuration."""
        self.remarks.append(Advice(line=line, text=text, rule=rule))

    def leave_block(self) -> None:
        """What follows stands below no `interface`, `context` or `failover group` line."""
        self.mode = Mode.GLOBAL
        self.interface = None
        self.open_context = None
        self.open_group = None

    def open_failover_group(self, number: int) -> None:
        """What follows stands below `failover group`."""
        self.mode, self.open_group = Mode.GROUP, number

    def begin(self, part: Part) -> None:
        """What follows stands in another file."""
        self.leave_block()
        self.part, self.context = part, part.context

    def forget_context(self, name: str) -> None:
        """Removes a context with everything that was configured in it."""
        self.contexts.pop(name, None)
        self.joined.pop(name, None)
        for key in [key for key in self.interfaces if key[0] == name]:
            del self.interfaces[key]
        for told in [told for told in self.monitoring if told[0] == name]:
            del self.monitoring[told]

    def finish(self) -> PairConfig:
        """The configuration that was read; ConfigError where its parts contradict each other."""
        self._refuse_learned_addresses()
        self._refuse_groups_in_single_mode()
        self._imply_group_1()
        config = attrs.evolve(
            self.config,
            interface_ips=self.interface_ips.values(),
            macs=self.macs.values(),
            other_commands=self.other_commands.values(),
            contexts=[
                Context(name=name, ports=tuple(ports.values()), join_failover_group=self.joined.get(name))
                for name, ports in self.contexts.items()
            ],
            groups=self.groups.values(),
            interfaces=[draft.frozen(monitored=self._monitored(draft)) for draft in self.interfaces.values()],
            lines=dict(self.lines),
        )
        validate(config, source=self.source)
        return attrs.evolve(config, advice=advise(config, self._seen()))

    def _monitored(self, draft: InterfaceDraft) -> bool:
        if draft.nameif is None:
            return False
        told = self.monitoring.get((draft.context, draft.nameif.lower()))
        return not draft.port.is_subinterface if told is None else told.on

    def _refuse_learned_addresses(self) -> None:
        for draft in self.interfaces.values():
            for how, line in draft.learned.items():
                if self.config.enabled:
                    raise ConfigError(
                        source=self.source,
                        line=line,
                        what=f"{shown(how)} on an interface while failover is on",
                        allowed="ip address ADDRESS MASK standby ADDRESS",
                    )

    def _refuse_groups_in_single_mode(self) -> None:
        """LIM-2: groups tell of multiple context mode, unless `mode single` or data in the system space denies it."""
        if not self.groups:
            return
        has_data = any(draft.context is None and (draft.nameif or draft.address) for draft in self.interfaces.values())
        if "mode single" in self.lines or (has_data and not self.config.multiple_context):
            raise ConfigError(
                source=self.source,
                line=self.lines[f"group {min(self.groups)}"],
                what="failover groups in single context mode",
                allowed="`mode multiple`, with names and addresses in contexts",
            )
        self.config = attrs.evolve(self.config, multiple_context=True)

    def _imply_group_1(self) -> None:
        """The admin context and unassigned contexts need group 1, also where only group 2 was entered."""
        if self.groups and FIRST_GROUP not in self.groups:
            self.groups[FIRST_GROUP] = FailoverGroup(number=FIRST_GROUP)
            text = "no `failover group 1`: it is taken with its defaults, for the admin context and unassigned ones"
            self.remark(self.lines["group 2"], text, "AA-4")

    def _seen(self) -> Seen:
        named = {(draft.context, draft.nameif.lower()) for draft in self.interfaces.values() if draft.nameif}
        missing = [told for key, told in self.monitoring.items() if key not in named and told.on]
        return Seen(
            remarks=tuple(self.remarks),
            ca_server_line=self.ca_server_line,
            vpn_line=self.vpn_line,
            monitored_without_interface=tuple((told.name, told.line) for told in missing),
            learned_addresses=tuple(
                (how, line) for draft in self.interfaces.values() for how, line in draft.learned.items()
            ),
            enabled_ports=frozenset(
                draft.port for draft in self.interfaces.values() if draft.enabled and draft.context is None
            ),
        )

    def touch_interface(self, draft: InterfaceDraft, part: str, line: int) -> None:
        """Records the line of a part of an interface block."""
        self.lines[interface_item(part, draft.context, draft.port)] = line
