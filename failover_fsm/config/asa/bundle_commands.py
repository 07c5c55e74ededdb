"""Handlers below `interface` of what carries it: Port-channels, Redundant interfaces, switch ports, bridge groups."""

from __future__ import annotations

import re

from failover_fsm.config.asa.failover_commands import port_and_rest
from failover_fsm.config.asa.interface_commands import open_interface
from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.interface import MAX_BUNDLE, MAX_VLAN, check_block, check_member, vlans_of
from failover_fsm.config.values.errors import shown

MAX_NUMBER = 250
"""The greatest number of a bridge group, and more than that of a Port-channel."""

CHANNEL_MODES = ("active", "on", "passive")
"""How a port joins its Port-channel."""


def _number(entry: Entry, at: int, most: int, what: str) -> int:
    entry.expect_args(at + 1, 99)
    typed = entry.args[at]
    if not re.fullmatch("[0-9]{1,4}", typed) or not 1 <= int(typed) <= most:
        raise entry.error(f"{what} {shown(typed)}", f"1 to {most}")
    return int(typed)


def channel_group(reading: Reading, entry: Entry) -> None:
    """`channel-group NUMBER mode MODE` makes the port a member of a Port-channel (8.4 and later)."""
    draft = open_interface(reading, entry, "channel-group")
    with entry.located():
        check_block("channel-group", draft.port)
    draft.channel_group = draft.channel_mode = None
    if not entry.negated:
        draft.channel_group = _number(entry, 0, MAX_NUMBER, "channel group")
        draft.channel_mode = _mode(entry.args[2]) if len(entry.args) > 2 and entry.is_keyword(1, "mode") else None


def _mode(typed: str) -> str:
    """The mode that a word means, which may be shortened; the word itself where it is none of them."""
    meant = [mode for mode in CHANNEL_MODES if mode.startswith(typed.lower())]
    return meant[0] if len(meant) == 1 else typed.lower()


def min_bundle(reading: Reading, entry: Entry) -> None:
    """`port-channel min-bundle NUMBER` of a Port-channel: with fewer members up it is down."""
    draft = open_interface(reading, entry, "port-channel min-bundle")
    with entry.located():
        check_block("port-channel min-bundle", draft.port)
    draft.min_bundle = 1 if entry.negated else _number(entry, 0, MAX_BUNDLE, "min-bundle")


def member_interface(reading: Reading, entry: Entry) -> None:
    """`member-interface PORT` of a Redundant interface (8.0 and later)."""
    draft = open_interface(reading, entry, "member-interface")
    port, _rest = port_and_rest(entry, 0)
    with entry.located():
        check_block("member-interface", draft.port)
        check_member(port)
    draft.members = [each for each in draft.members if each != port]
    if not entry.negated:
        draft.members.append(port)


def bridge_group(reading: Reading, entry: Entry) -> None:
    """`bridge-group NUMBER` makes the interface a member of a bridge group (8.4 and later)."""
    draft = open_interface(reading, entry, "bridge-group")
    draft.bridge_group = None if entry.negated else _number(entry, 0, MAX_NUMBER, "bridge group")


def access_vlan(reading: Reading, entry: Entry) -> None:
    """`switchport access vlan NUMBER` of a switch port."""
    draft = open_interface(reading, entry, "switchport access vlan")
    draft.access_vlan = None if entry.negated else _number(entry, 0, MAX_VLAN, "wrong vlan")


def trunk_vlans(reading: Reading, entry: Entry) -> None:
    """`switchport trunk allowed vlan LIST` of a switch port."""
    draft = open_interface(reading, entry, "switchport trunk allowed vlan")
    draft.trunk_vlans = None
    if not entry.negated:
        entry.expect_args(1, 1)
        with entry.located():
            vlans_of(entry.args[0])
        draft.trunk_vlans = entry.args[0]


def native_vlan(reading: Reading, entry: Entry) -> None:
    """`switchport trunk native vlan NUMBER` of a switch port: what it carries untagged in trunk mode."""
    draft = open_interface(reading, entry, "switchport trunk native vlan")
    draft.native_vlan = None if entry.negated else _number(entry, 0, MAX_VLAN, "wrong vlan")


def switchport_mode(reading: Reading, entry: Entry) -> None:
    """`switchport mode {access | trunk}`; a port is in access mode unless a line says otherwise."""
    draft = open_interface(reading, entry, "switchport mode")
    draft.trunk = not entry.negated and entry.keyword(0, "access", "trunk") == "trunk"
