"""Handlers of what stands around failover: interfaces, contexts, monitoring, modes."""

from __future__ import annotations

import re
from difflib import get_close_matches

from failover_fsm.config.asa.reading import InterfaceDraft, Monitoring, Reading
from failover_fsm.config.checks.command_patterns import Entry, Mode
from failover_fsm.config.records.pair_config import MAX_VLAN, Allocation, interface_item
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import Port, check_addresses, normal_mac

MAX_NAMEIF = 48
_PORT = re.compile(r"[A-Za-z][A-Za-z-]*[0-9][0-9/.:]*")
# What counts below `interface`, for a hint on a misspelled line.
_OF_INTERFACE = ("nameif", "ip address", "shutdown", "vlan", "mac-address", "management-only")
_ADDRESS_FORM = "ip address ADDRESS MASK [standby ADDRESS]"


def hostname(reading: Reading, entry: Entry) -> None:
    """`hostname`; that of a context is not the unit's."""
    if reading.context is None and len(entry.args) == 1:
        reading.set(entry, "hostname", hostname="ciscoasa" if entry.negated else entry.args[0])


def version(reading: Reading, entry: Entry) -> None:
    """`ASA Version 9.7(1) <system>`, the first line of a printed configuration."""
    if reading.context is None and entry.args:
        reading.set(entry, "version", software=entry.args[0])
        if entry.args[-1] == "<system>":
            reading.set(entry, "version", multiple_context=True)


def context_mode(reading: Reading, entry: Entry) -> None:
    """`mode {single | multiple}`."""
    if entry.args and entry.is_keyword(0, "multiple", 2):
        reading.set(entry, "mode", multiple_context=not entry.negated)
        reading.lines.pop("mode single", None)
    elif entry.args and entry.is_keyword(0, "single", 2):
        reading.lines["mode single"] = entry.line


def firewall(reading: Reading, entry: Entry) -> None:
    """`firewall transparent`; in a context it says nothing of the unit."""
    if reading.context is None:
        reading.set(entry, "firewall", transparent=not entry.negated)


def prompt(reading: Reading, entry: Entry) -> None:
    """`prompt WORDS`."""
    if reading.context is None and not entry.capitalised:
        reading.set(entry, "prompt", prompt=() if entry.negated else tuple(w.lower() for w in entry.args))


def address_name(reading: Reading, entry: Entry) -> None:
    """`name ADDRESS WORD`: the word may stand for the address afterwards."""
    if len(entry.args) >= 2 and not entry.negated:
        reading.address_names[entry.args[1]] = entry.args[0]


def ca_server(reading: Reading, entry: Entry) -> None:
    """`crypto ca server` (LIM-4)."""
    reading.ca_server_line = None if entry.negated else entry.line


def vpn(reading: Reading, entry: Entry) -> None:
    """A sign that VPN tunnels end here (KEY-2)."""
    if not entry.negated:
        reading.vpn_line = reading.vpn_line or entry.line


def mac_auto(reading: Reading, entry: Entry) -> None:
    """`mac-address auto [prefix N]`."""
    prefix = None
    if len(entry.args) >= 2 and not entry.negated:
        entry.keyword(0, "prefix")
        if not re.fullmatch("[0-9]{1,5}", entry.args[1]) or int(entry.args[1]) > 65535:
            raise entry.error(f"wrong prefix {shown(entry.args[1])}", "0 to 65535")
        prefix = int(entry.args[1])
    reading.set(entry, "mac-address auto", mac_auto=not entry.negated, mac_auto_prefix=prefix)


def monitor_interface(reading: Reading, entry: Entry) -> None:
    """`[no] monitor-interface NAME` (CFG-27); which interface it means is settled at the end."""
    entry.expect_args(1, 1)
    name = entry.args[0]
    if name.lower() == "service-module":
        reading.set(entry, "monitor-interface service-module", monitor_service_module=not entry.negated)
        return
    key = (reading.context, name.lower())
    reading.monitoring[key] = Monitoring(name=name, on=not entry.negated, line=entry.line)
    reading.lines[f"monitor-interface {reading.context or ''}/{name.lower()}"] = entry.line


def context_block(reading: Reading, entry: Entry) -> None:
    """`context NAME` in the system space opens the block of a context."""
    if (len(entry.args) != 1 and not entry.negated) or not entry.args or entry.capitalised:
        reading.remark(entry.line, "passed over: not a `context NAME` line", "LNK-17")
        return
    name = entry.args[0]
    if entry.negated:
        reading.forget_context(name)
        reading.lines[f"context {name}"] = entry.line
        return
    reading.set(entry, f"context {name}", multiple_context=True)
    reading.contexts.setdefault(name, {})
    reading.mode, reading.open_context = Mode.CONTEXT, name


def admin_context(reading: Reading, entry: Entry) -> None:
    """`admin-context NAME`."""
    entry.expect_args(1, 1)
    name = None if entry.negated else entry.args[0]
    reading.set(entry, "admin-context", admin_context=name, multiple_context=True)


def allocate_interface(reading: Reading, entry: Entry) -> None:
    """`allocate-interface PORT [NAME] [visible]` below `context`."""
    entry.expect_args(1, 3)
    assert reading.open_context is not None
    ports = reading.contexts[reading.open_context]
    with entry.located():
        port = Port(entry.args[0])
        if entry.negated:
            ports.pop(port, None)
            return
        names = [word for word in entry.args[1:] if word.lower() not in ("visible", "invisible")]
        ports[port] = Allocation(port=port, mapped_name=names[0] if names else None)


def change_context(reading: Reading, entry: Entry) -> None:
    """`changeto context NAME`, `changeto system`: what follows belongs there."""
    to_system = entry.is_keyword(0, "system") or entry.args[1:2] == ("system",)
    if not to_system:
        entry.keyword(0, "context")
        entry.expect_args(2, 2)
        if entry.args[1] not in reading.contexts:
            declared = ", ".join(sorted(reading.contexts)) or "a name declared before by `context NAME`"
            raise entry.error(f"unknown context {shown(entry.args[1])}", declared)
    reading.set(entry, "changeto", multiple_context=True)
    reading.context = None if to_system else entry.args[1]


def interface_block(reading: Reading, entry: Entry) -> None:
    """`interface PORT` opens the block of a port; in a context the port may have another name there."""
    words = entry.args
    if len(words) == 2 and words[0].replace("-", "").isalpha() and words[1][0].isdigit():
        words = (words[0] + words[1],)
    mapped = {
        each.mapped_name: each.port
        for each in reading.contexts.get(reading.context or "", {}).values()
        if each.mapped_name is not None
    }
    if len(words) == 1 and words[0] in mapped:
        port = mapped[words[0]]
    elif len(words) == 1 and _PORT.fullmatch(words[0]):
        port = Port(words[0])
    else:
        reading.remark(entry.line, "passed over: not an `interface PORT` line", "CFG-14")
        return
    if entry.negated:
        reading.interfaces.pop((reading.context, port), None)
        return
    draft = InterfaceDraft(port=port, context=reading.context)
    reading.interface = reading.interfaces.setdefault((reading.context, port), draft)
    reading.mode = Mode.INTERFACE
    reading.lines.setdefault(interface_item("interface", reading.context, port), entry.line)


def _open_interface(reading: Reading, entry: Entry, part: str) -> InterfaceDraft:
    assert reading.interface is not None, "the table gives interface commands only below `interface`"
    reading.touch_interface(reading.interface, part, entry.line)
    return reading.interface


def nameif(reading: Reading, entry: Entry) -> None:
    """`nameif NAME`."""
    draft = _open_interface(reading, entry, "nameif")
    if entry.negated:
        draft.nameif = None
        return
    entry.expect_args(1, 1)
    if len(entry.args[0]) > MAX_NAMEIF:
        raise entry.error(f"name of {len(entry.args[0])} characters", f"at most {MAX_NAMEIF} characters")
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
    draft = _open_interface(reading, entry, "shutdown")
    draft.shutdown, draft.enabled = not entry.negated, entry.negated


def management_only(reading: Reading, entry: Entry) -> None:
    """`management-only`."""
    _open_interface(reading, entry, "management-only").management_only = not entry.negated


def vlan(reading: Reading, entry: Entry) -> None:
    """`vlan NUMBER` of a subinterface."""
    draft = _open_interface(reading, entry, "vlan")
    if entry.negated:
        draft.vlan = None
        return
    entry.expect_args(1, 99)
    typed = entry.args[0]
    if not re.fullmatch("[0-9]{1,4}", typed) or not 1 <= int(typed) <= MAX_VLAN:
        raise entry.error(f"wrong vlan {shown(typed)}", f"1 to {MAX_VLAN}")
    draft.vlan = int(typed)


def interface_mac(reading: Reading, entry: Entry) -> None:
    """`mac-address ACTIVE [standby STANDBY]` of an interface (MAC-15)."""
    draft = _open_interface(reading, entry, "mac-address")
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
    draft = _open_interface(reading, entry, "ip address")
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
    if len(entry.args) == 4:
        entry.keyword(2, "standby")
        standby = reading.address_names.get(entry.args[3], entry.args[3])
    address, mask = reading.address_names.get(entry.args[0], entry.args[0]), entry.args[1]
    with entry.located():
        check_addresses(address, mask, standby)
    draft.address, draft.mask, draft.standby = address, mask, standby


def ipv6_address(reading: Reading, entry: Entry) -> None:
    """`ipv6 address` below `interface` excludes failover (LIM-3)."""
    draft = _open_interface(reading, entry, "ipv6 address")
    draft.learned.pop("ipv6 address", None)
    if not entry.negated:
        draft.learned["ipv6 address"] = entry.line


def address_outside(reading: Reading, entry: Entry) -> None:
    """`ip address` outside an interface: the management address in transparent mode (CFG-10), not modelled."""
    command = " ".join(["no"] * entry.negated + ["ip address", *entry.args[:1]])
    text = f"passed over: {shown(command)} stands in no `interface` block"
    if entry.negated or any(entry.is_keyword(index, "standby") for index in range(len(entry.args))):
        reading.remark(entry.line, text, "CFG-10")
    else:
        reading.remark(entry.line, f"{text} and has no standby address", "CFG-5")


def tell_slip(reading: Reading, line: int, words: tuple[str, ...]) -> None:
    """Tells of a line below `interface` that is no command and looks like one that counts."""
    first = " ".join(words[: 2 if words[0].lower() == "ip" else 1]).lower()
    for meant in get_close_matches(first, _OF_INTERFACE, n=1, cutoff=0.75):
        text = f"no command of an interface, without effect: {shown(' '.join(words))}; meant: `{meant}`?"
        reading.remark(line, text, "CFG-9")


def leave(reading: Reading, _entry: Entry) -> None:
    """`exit`, `end`, `quit`."""
    reading.leave_block()
