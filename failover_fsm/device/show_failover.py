"""`show failover`, `show failover group` and either inside a context: the table of lines, the writer and the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device import statistics
from failover_fsm.device.fields import AGE, DURATION, NAME, STAMP, STATE, STATUS
from failover_fsm.device.form import BLANK, Entry, TextForm, line
from failover_fsm.device.records import (
    GroupState,
    Host,
    InterfaceLine,
    LastFailover,
    ServiceModule,
    ShowFailover,
    Slot,
    Statistics,
)
from failover_fsm.templates.template import NUMBER, WORD, WORDS, Field, one_of

__all__ = [
    "CABLE_STATES",
    "FORM",
    "LAN_BASED",
    "host_entries",
    "read_hosts",
    "read_show_failover",
    "write_show_failover",
]

CABLE_STATES = {
    "Normal": "the cable is connected to both units, and both have power",
    "My side not connected": "the cable is not connected to this unit; the other side is unknown",
    "Other side is not connected": "the cable is connected to this unit, not to the other one",
    "Other side powered off": "the other unit has no power",
    "N/A": "the state cannot be told",
}
"""What the serial cable of a PIX can be, and what that means (SHW-4, Table 13-8)."""

LAN_BASED = "N/A - LAN-based failover enabled"
"""What the cable line says where a LAN link takes the place of the cable (SHW-4)."""

_ON = Field("(?i:on|off)", lambda on: "On" if on else "Off", lambda text: text.lower() == "on")
_MISSING = Field("(?i:not Configured|N/A .*)", lambda missing: "not Configured", lambda text: True)
_UNIT = Field("(?i:primary|secondary)", str, str.capitalize)
_WHICH = Field("(?i:this|other)", str, str.capitalize)
_SIDE = Field("(?i:this|peer)", str, str.capitalize)
_PART = Field(r"[^\s,]+")
_INSIDE = Field(r"[^()]*[^()\s]")

FORM = TextForm((
    line("on", "Failover {enabled}[[ ({note})]]", "SHW-3", "SHW-19", "SHW-37", enabled=_ON, note=_INSIDE),
    line("cable", "Cable status: {cable}", "SHW-3", "SHW-4", cable=WORDS),
    line("unit", "Failover unit {unit}", "SHW-2", "SHW-3", "SHW-5", "SHW-37", unit=_UNIT),
    line("no_lan", "Failover LAN Interface: {lan_missing}", "SHW-6", lan_missing=_MISSING),
    line("lan", "Failover LAN Interface: {lan_name}[[ {lan_port}]] ({lan_state})", "SHW-3", "SHW-6", "SHW-37", "SHW-41",
         lan_name=NAME, lan_port=NAME, lan_state=_INSIDE),
    line("reconnect", "Reconnect timeout {reconnect_timeout}", reconnect_timeout=AGE),
    line("unit_poll", "Unit Poll frequency {unit_poll_ms}[[, holdtime {unit_hold_ms}]]", "SHW-3", "SHW-7", "SHW-37",
         also=("Poll frequency {unit_poll_ms}",), unit_poll_ms=DURATION, unit_hold_ms=DURATION),
    line("interface_poll", "Interface Poll frequency {interface_poll_ms}[[, holdtime {interface_hold_ms}]]",
         "SHW-3", "SHW-20", "SHW-37", interface_poll_ms=DURATION, interface_hold_ms=DURATION),
    line("policy", "Interface Policy {policy}", "SHW-3", "SHW-8", "SHW-37", policy=Field(r"\d+%?")),
    line("monitored", "Monitored Interfaces {monitored} of {monitored_most} maximum", "SHW-3", "SHW-9", "SHW-37",
         monitored=NUMBER, monitored_most=NUMBER),
    line("mac_move", "MAC Address Move Notification Interval {mac_move}", mac_move=WORDS),
    line("http", "failover replication {replication}", "SHW-3", "SHW-10", "SHW-37", replication=one_of("http")),
    line("version", "Version: Ours {version}, Mate {mate_version}", version=_PART, mate_version=_PART),
    line("serial", "Serial Number: Ours {serial}, Mate {mate_serial}", serial=_PART, mate_serial=_PART),
    line("last", "Last Failover at: {at}", "SHW-3", "SHW-11", "SHW-17", "SHW-21", at=STAMP),
    line("group_last", "Group {group} last failover at: {at}", "SHW-37", "SHW-38", group=NUMBER, at=STAMP),
    line("host_state", "{which} host: {role} - {state}", "SHW-3", "SHW-12", "SHW-22", indent=8,
         which=_WHICH, role=_UNIT, state=STATE),
    line("host", "{which} host:    {role}", "SHW-37", "SHW-39", "SHW-44", which=_WHICH, role=_UNIT),
    line("side", "{which} context: {state}", "SHW-16", "SHW-17", "SHW-22", indent=8, which=_SIDE, state=STATE),
    line("group_state", "Group {group}        State:          {state}", "SHW-39", group=NUMBER, state=STATE),
    line("state", "State:          {state}", "SHW-44", indent=13, also=("System State: {state}",), state=STATE),
    line("time", "Active time: {active_time} (sec)", "SHW-12", "SHW-23", indent=16,
         also=("Active time {active_time} (sec)",), active_time=NUMBER),
    line("group_time", "Active time:    {active_time} (sec)", "SHW-23", "SHW-39", indent=16,
         active_time=NUMBER),
    line("short_time", "Active time:    {active_time} (sec)", "SHW-23", "SHW-44", indent=13, active_time=NUMBER),
    line("empty", "slot {number}: empty", "SHW-24", indent=16, number=NUMBER),
    line("card", "slot {number}: {model} hw/sw rev ({hardware}/{software}) status ({status})", "SHW-24", indent=16,
         number=NUMBER, model=Field(r"\S.*?"), hardware=Field("(?:N/A|[^/]*)"), software=Field(".*?"), status=_INSIDE),
    line("process", "slot {number}: {model} rev ({hardware})  status ({status})", indent=16,
         number=NUMBER, model=WORD, hardware=_INSIDE, status=_INSIDE),
    line("interface", "[[{context} ]]Interface {name}[[ ({address})]]: {status}[[ ({monitoring})]]",
         "SHW-13", "SHW-25", "SHW-26", "SHW-27", "SHW-28", "SHW-29", "SHW-30", "SHW-40", indent=18,
         context=NAME, name=NAME, address=_INSIDE, status=STATUS, monitoring=_INSIDE),
    line("note", "{note}", indent=18, note=Field(
        r"(?i:\w+ poll success:\s*\d+ miss:\s*\d+.*|Logging port IP: \S+)")),
    *statistics.LINES,
    line("module", "{application}, {release}, {status}[[, ({monitoring})]]", indent=18,
         application=Field("[^,:]+"), release=Field(r"[^\s,]*"), status=Field(r"\S[^,()]*?"), monitoring=_INSIDE),
), ("failover", "failover group *"))  # fmt: skip
"""The lines in the order in which devices print them, those of a unit, a context and a group together.

Decided where the chapter says two things: times without a day of the week (SHW-11 against SHW-21), `Standby Ready` for
a unit (SHW-12 against SHW-22), no `System State` (SHW-39 against SHW-45), which is read like any state.
"""

_OF_RECORD = (
    "on", "cable", "unit", "no_lan", "lan", "reconnect", "unit_poll", "interface_poll", "policy", "monitored",
    "mac_move", "http", "version", "serial",
)  # fmt: skip
"""The lines whose fields are fields of the record; the text begins with them in this order."""


# -- writing -------------------------------------------------------------------------------------


def write_show_failover(shown: ShowFailover) -> str:
    """The text of the record, as the device of that record prints it; what is None or empty is not printed."""
    return FORM.write(_entries(shown))


def _entries(shown: ShowFailover) -> Iterator[Entry]:
    for key in _OF_RECORD:
        values = {name: getattr(shown, name) for name in FORM[key].template.fields}
        if next(iter(values.values())) is not None:
            yield Entry(key, values)
    for last in shown.last_failover:
        yield Entry("last" if last.group is None else "group_last", attrs.asdict(last))
    spaced = shown.is_active_active or shown.enabled is None
    for which, host in (("This", shown.this), ("Other", shown.other)):
        if host is not None:
            yield from [BLANK] if spaced else []
            yield from host_entries(which, host, spaced=spaced)
    if shown.statistics is not None:
        yield from statistics.entries(shown.statistics)


def host_entries(which: str, host: Host, *, spaced: bool = False) -> Iterator[Entry]:
    """The entries of a host: `which` is This or Other; `spaced` for one with failover groups."""
    if host.role is None:
        side = {"This": "This", "Other": "Peer"}[which]
        yield from (Entry("side", {"which": side, "state": each.state}) for each in host.groups)
    elif spaced:
        yield Entry("host", {"which": which, "role": host.role})
    else:
        yield from (
            Entry("host_state", {"which": which, "role": host.role, "state": each.state}) for each in host.groups
        )
    for each in host.groups:
        if spaced:
            yield Entry("state" if each.group is None else "group_state", attrs.asdict(each))
        if each.active_time is not None:
            key = "time" if not spaced else "short_time" if each.group is None else "group_time"
            yield Entry(key, {"active_time": each.active_time})
    yield from [BLANK] if spaced else []
    first = 1 if not spaced else len(host.slots)  # without groups the interfaces belong to the first slot
    for slot in host.slots[:first]:
        yield from _slot(slot)
    yield from (Entry("interface", attrs.asdict(each)) for each in host.interfaces)
    for slot in host.slots[first:]:
        yield from _slot(slot)


def _slot(slot: Slot) -> Iterator[Entry]:
    kind = "empty" if slot.model is None else "card" if slot.software is not None else "process"
    yield Entry(kind, attrs.asdict(slot))
    yield from (Entry("module", attrs.asdict(each)) for each in slot.modules)
    yield from (Entry("note", {"note": each}) for each in slot.notes)


# -- reading -------------------------------------------------------------------------------------


def read_show_failover(text: str) -> ShowFailover:
    """What the output of the command says: of any release, of a unit, a context or a failover group.

    A line that is none of the table's is listed in `unread`; nothing is an error.
    """
    entries, unread = FORM.read(text)
    values: dict[str, Any] = {}
    last: list[LastFailover] = []
    found: Statistics | None = None
    for entry in entries:
        if entry.key in _OF_RECORD:
            values.update(entry.values)
        elif entry.key in ("last", "group_last"):
            last.append(LastFailover(**entry.values))
        elif FORM[entry.key] in statistics.LINES:
            found = statistics.take(found or Statistics(), entry)
    this, other = read_hosts(entries)
    return ShowFailover(
        **values, last_failover=tuple(last), this=this, other=other, statistics=found, unread=unread
    )  # fmt: skip


def read_hosts(entries: tuple[Entry, ...]) -> tuple[Host | None, Host | None]:
    """This host and the other one in a text's entries; None for one that the text does not have."""
    hosts: dict[str, Host] = {}
    which = ""
    for entry in entries:
        if entry.key in ("host_state", "host", "side"):
            which = "This" if entry.values["which"] == "This" else "Other"
            state = entry.values.get("state")
            groups = () if state is None else (GroupState(state=state),)
            hosts[which] = Host(role=entry.values.get("role"), groups=groups)
        elif which:
            hosts[which] = _with(hosts[which], entry)
    return hosts.get("This"), hosts.get("Other")


def _with(host: Host, entry: Entry) -> Host:
    """The host with one more entry."""
    values: Any = entry.values
    if entry.key in ("state", "group_state"):
        return attrs.evolve(host, groups=(*host.groups, GroupState(**values)))
    if entry.key == "time" and host.groups:  # the words of `group_time` and `short_time` are the same
        newest = attrs.evolve(host.groups[-1], **values)
        return attrs.evolve(host, groups=(*host.groups[:-1], newest))
    if entry.key == "interface":
        return attrs.evolve(host, interfaces=(*host.interfaces, InterfaceLine(**values)))
    if entry.key in ("empty", "card", "process"):
        return attrs.evolve(host, slots=(*host.slots, Slot(**values)))
    if entry.key in ("module", "note") and host.slots:
        slot = host.slots[-1]
        if entry.key == "module":
            slot = attrs.evolve(slot, modules=(*slot.modules, ServiceModule(**values)))
        else:
            slot = attrs.evolve(slot, notes=(*slot.notes, values["note"]))
        return attrs.evolve(host, slots=(*host.slots[:-1], slot))
    return host
