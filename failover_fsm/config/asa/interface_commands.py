"""Handlers of `interface` and of the commands below it that give an interface its name and addresses."""

from __future__ import annotations

import re
from difflib import get_close_matches

from failover_fsm.config.asa.failover_commands import joined_port
from failover_fsm.config.asa.global_commands import address_name, ipv6_line, whole_address, whole_ipv6_address
from failover_fsm.config.asa.reading import InterfaceDraft, Reading, unique_beginning
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.interface import MAX_ASR_GROUP
from failover_fsm.config.records.pair_config import MAX_VLAN, interface_item
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import PORT_NAME, Port, check_addresses, check_word, normal_mac
from failover_fsm.config.values.lines import Line

MAX_NAMEIF = 48
_PORT = re.compile(PORT_NAME)
# What counts below `interface`, for a hint on a misspelled line.
_OF_INTERFACE = ("nameif", "ip address", "shutdown", "vlan", "mac-address", "management-only")
_ADDRESS_FORM = "ip address ADDRESS MASK [standby ADDRESS]"


def interface_block(reading: Reading, entry: Entry) -> None:
    """`interface PORT` opens the block of a port; in a context the port may have another name there."""
    port = _port_named(reading, joined_port(entry.args))
    if port is None:
        reading.remark(entry.line, "passed over: not an `interface PORT` line", "CFG-14")
        reading.last_interface = None
        return
    if entry.negated:
        reading.interfaces.pop((reading.context, port), None)
        return
    draft = InterfaceDraft(port=port, context=reading.context)
    reading.open_interface(reading.interfaces.setdefault((reading.context, port), draft))
    reading.lines.setdefault(interface_item("interface", reading.context, port), entry.line)


def _port_named(reading: Reading, words: tuple[str, ...]) -> Port | None:
    """The port that the word behind `interface` means, by its mapped name or its own; None for anything else."""
    if len(words) != 1:
        return None
    mapped = {
        each.mapped_name: each.port
        for each in reading.contexts.get(reading.context or "", {}).values()
        if each.mapped_name is not None
    }
    if words[0] in mapped:
        return mapped[words[0]]
    if _PORT.fullmatch(words[0]):
        return Port(words[0])
    meant = unique_beginning(words[0], sorted(mapped))
    return None if meant is None else mapped[meant]


def open_interface(reading: Reading, entry: Entry, part: str) -> InterfaceDraft:
    """The interface below whose line this one stands; the line is recorded as that of a part of it."""
    assert reading.interface is not None, "the table gives interface commands only below `interface`"
    reading.touch_interface(reading.interface, part, entry.line)
    return reading.interface


def nameif(reading: Reading, entry: Entry) -> None:
    """`nameif NAME`."""
    draft = open_interface(reading, entry, "nameif")
    if entry.negated:
        draft.nameif = None
        return
    entry.expect_args(1, 1)
    if len(entry.args[0]) > MAX_NAMEIF:
        raise entry.error(f"name of {len(entry.args[0])} characters", f"at most {MAX_NAMEIF} characters")
    with entry.located():
        check_word("nameif", entry.args[0])
    draft.nameif = entry.args[0]


def nameif_or_name(reading: Reading, entry: Entry) -> None:
    """`name` below `interface`: `nameif NAME` shortened, or the global `name ADDRESS WORD`."""
    if (len(entry.args) == 1 or (entry.negated and not entry.args)) and not entry.capitalised:
        nameif(reading, entry)
        return
    reading.leave_block()
    address_name(reading, entry)


def shutdown(reading: Reading, entry: Entry) -> None:
    """`[no] shutdown` (CFG-16)."""
    entry.expect_args(0, 0)
    draft = open_interface(reading, entry, "shutdown")
    draft.shutdown, draft.enabled = not entry.negated, entry.negated


def management_only(reading: Reading, entry: Entry) -> None:
    """`management-only`."""
    open_interface(reading, entry, "management-only").management_only = not entry.negated


def vlan(reading: Reading, entry: Entry) -> None:
    """`vlan NUMBER` of a subinterface."""
    draft = open_interface(reading, entry, "vlan")
    if entry.negated:
        draft.vlan = None
        return
    entry.expect_args(1, 99)
    typed = entry.args[0]
    if not re.fullmatch("[0-9]{1,4}", typed) or not 1 <= int(typed) <= MAX_VLAN:
        raise entry.error(f"wrong vlan {shown(typed)}", f"1 to {MAX_VLAN}")
    draft.vlan = int(typed)


def asr_group(reading: Reading, entry: Entry) -> None:
    """`asr-group NUMBER`; a second one replaces the first (ASR-9, ASR-11)."""
    draft = open_interface(reading, entry, "asr-group")
    draft.asr_group = None
    if entry.negated:
        return
    entry.expect_args(1, 1)
    typed = entry.args[0]
    if not re.fullmatch("[0-9]{1,4}", typed) or not 1 <= int(typed) <= MAX_ASR_GROUP:
        raise entry.error(f"wrong asr-group {shown(typed)}", f"1 to {MAX_ASR_GROUP}")
    draft.asr_group = int(typed)


def interface_mac(reading: Reading, entry: Entry) -> None:
    """`mac-address ACTIVE [standby STANDBY]` of an interface (MAC-15)."""
    draft = open_interface(reading, entry, "mac-address")
    draft.mac = draft.standby_mac = None
    if entry.negated:
        return
    entry.expect_args(1, 3)
    with entry.located():
        draft.mac = normal_mac(entry.args[0])
        if len(entry.args) > 1:
            entry.keyword(1, "standby")
            entry.expect_args(3, 3)
            draft.standby_mac = normal_mac(entry.args[2])


def interface_address(reading: Reading, entry: Entry) -> None:
    """`ip address` below `interface` (CFG-9); DHCP and PPPoE exclude failover (LIM-3)."""
    if _is_of_whole_firewall(reading, entry):
        reading.leave_block()
        whole_address(reading, entry)
        return
    draft = open_interface(reading, entry, "ip address")
    draft.address = draft.mask = draft.standby = None
    for how in ("ip address dhcp", "ip address pppoe"):
        draft.learned.pop(how, None)
    if entry.negated:
        return
    entry.expect_args(1, 99)
    for how in ("dhcp", "pppoe"):
        if how in (word.lower() for word in entry.args):
            draft.learned[f"ip address {how}"] = entry.line
            return
    if any(":" in word for word in entry.args):
        raise entry.error("IPv6 address in `ip address`", _ADDRESS_FORM)
    if len(entry.args) not in (2, 4):
        raise entry.error("wrong number of words in `ip address`", _ADDRESS_FORM)
    standby = None
    if len(entry.args) == 4 and not entry.is_keyword(2, "cluster-pool", 2):
        entry.keyword(2, "standby")
        standby = reading.address_names.get(entry.args[3], entry.args[3])
    address, mask = reading.address_names.get(entry.args[0], entry.args[0]), entry.args[1]
    with entry.located():
        check_addresses(address, mask, standby)
    draft.address, draft.mask, draft.standby = address, mask, standby


def _is_of_whole_firewall(reading: Reading, entry: Entry) -> bool:
    """Whether an address behind an `interface` block is the management address of a transparent firewall.

    Such a line is not indented, and a data interface of a transparent firewall has no address that it could be.
    """
    draft = reading.interface
    assert draft is not None
    if not reading.is_transparent or entry.indented or draft.port.type == "BVI":
        return False
    has_own = draft.management_only or draft.port.type == "Management"
    return not has_own or (reading.is_indented and not entry.at_prompt)


def ipv6_address(reading: Reading, entry: Entry) -> None:
    """`ipv6 address` below `interface`: whether it goes with failover (LIM-3) depends on the release."""
    if _is_of_whole_firewall(reading, entry) and not entry.is_keyword(1, "link-local", 2):
        reading.leave_block()
        whole_ipv6_address(reading, entry)
        return
    draft = open_interface(reading, entry, "ipv6 address")
    if entry.negated and not entry.args:
        draft.ipv6.clear()
        return
    address = ipv6_line(entry)
    draft.ipv6.pop(address.text, None)
    if not entry.negated:
        draft.ipv6[address.text] = address, entry.line


def keep_in_interface(reading: Reading, entry: Entry) -> None:
    """A command of an interface that is known, kept and not modelled."""
    draft = open_interface(reading, entry, entry.keywords)
    draft.kept.pop(entry.keywords, None)
    if not entry.negated:
        draft.kept[entry.keywords] = " ".join([entry.keywords, *entry.args])


def remark_on_slip(reading: Reading, line: int, words: tuple[str, ...]) -> None:
    """Remarks on a line below `interface` that is no command and looks like one that counts."""
    first = " ".join(words[: 2 if words[0].lower() == "ip" else 1]).lower()
    for meant in get_close_matches(first, _OF_INTERFACE, n=1, cutoff=0.75):
        text = f"no command of an interface, without effect: {shown(' '.join(words))}; meant: `{meant}`?"
        reading.remark(line, text, "CFG-9")


def remark_on_lost_line(reading: Reading, line: Line) -> None:
    """Remarks on a command of an interface behind a prompt that belongs to no interface of the text."""
    first = " ".join(line.words[: 2 if line.words[0].lower() == "ip" else 1]).lower()
    if first in _OF_INTERFACE and line.mode.startswith("config"):
        text = f"passed over: {shown(' '.join(line.words))} at the prompt ({line.mode})#, below no `interface` line"
        reading.remark(line.number + reading.part.lines_before, text, "CFG-14")
