"""Handlers of global commands around failover: modes, names, monitoring, the management address."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from failover_fsm.config.asa.reading import Monitoring, Reading
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.pair_config import Ipv6Address, ManagementAddress
from failover_fsm.config.values.errors import NOT_MODELLED, OtherMechanism, shown

_BEHIND_FAILOVER = ("group", "interface", "interface-policy", "key", "lan", "link", "mac", "polltime", "replication")
_ADDRESS_FORM = "ip address ADDRESS MASK [standby ADDRESS]"


def hostname(reading: Reading, entry: Entry) -> None:
    """`hostname`; that of a context is not the unit's."""
    if reading.context is None and len(entry.args) == 1:
        reading.set(entry, "hostname", hostname="ciscoasa" if entry.negated else entry.args[0])


def version(reading: Reading, entry: Entry) -> None:
    """`ASA Version 9.7(1) <system>`, the first line of a printed configuration; also of PIX, FWSM and FTD (NGFW)."""
    if reading.context is None and entry.args:
        product = entry.keywords.split()[0].upper()
        reading.set(entry, "version", product=product, software=entry.args[0])
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
    """`firewall transparent`, of the unit or, in 8.5 and later, of a context."""
    if reading.context is None:
        reading.set(entry, "firewall", transparent=not entry.negated)
    elif entry.negated:
        reading.transparent_contexts.discard(reading.context)
    else:
        reading.transparent_contexts.add(reading.context)


def prompt(reading: Reading, entry: Entry) -> None:
    """`prompt WORDS`."""
    if reading.context is None and not entry.capitalised:
        reading.set(entry, "prompt", prompt=() if entry.negated else tuple(w.lower() for w in entry.args))


def address_name(reading: Reading, entry: Entry) -> None:
    """`name ADDRESS WORD`: the word may stand for the address afterwards."""
    if len(entry.args) >= 2 and not entry.negated:
        reading.address_names[entry.args[1]] = entry.args[0]


def auto_update_server(reading: Reading, entry: Entry) -> None:
    """`auto-update server URL` (AUT-1), without the words behind the URL; that of a context is not the unit's."""
    if reading.context is None and entry.args:
        reading.set(entry, "auto-update server", auto_update=None if entry.negated else entry.args[0])


def ca_server(reading: Reading, entry: Entry) -> None:
    """`crypto ca server` (LIM-4)."""
    reading.ca_server_line = None if entry.negated else entry.line


def vpn(reading: Reading, entry: Entry) -> None:
    """A sign that VPN tunnels end here (KEY-2)."""
    if not entry.negated:
        reading.vpn_line = reading.vpn_line or entry.line


def static(reading: Reading, entry: Entry) -> None:
    """`static (INSIDE,OUTSIDE) ... nailed`, a translation whose sessions are not looked up (ASR-5)."""
    if not entry.negated and any(word.lower() == "nailed" for word in entry.args):
        reading.nailed_line = reading.nailed_line or entry.line


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
    reading.monitoring[key] = Monitoring(name=name, on=not entry.negated, line=entry.line, at_prompt=entry.at_prompt)
    reading.lines[f"monitor-interface {reading.context or ''}/{name.lower()}"] = entry.line


def remark_on_slip(reading: Reading, line: int, words: tuple[str, ...]) -> None:
    """Remarks on a line that is no command and looks like `failover ...` or `monitor-interface NAME` misspelled."""
    plain = words[1:] if words[0].lower() == "no" else words
    meant = get_close_matches(plain[0], ("failover", "monitor-interface"), n=1, cutoff=0.85) if plain else []
    follows = _BEHIND_FAILOVER if meant == ["failover"] else ()
    if meant and (len(plain) == 1 or plain[1].lower() in follows or (not follows and len(plain) == 2)):
        reading.remark(line, f"no command, without effect: {shown(' '.join(words))}; meant: `{meant[0]}`?", "CFG-21")


def whole_address(reading: Reading, entry: Entry) -> None:
    """`ip address` in no `interface` block: the management address of a transparent firewall (CFG-10)."""
    if not reading.is_transparent:
        _misplaced_address(reading, entry)
        return
    reading.lines[f"management {reading.context or ''}"] = entry.line
    _set_address(reading, address=None, mask=None, standby=None)
    if entry.negated:
        return
    if len(entry.args) not in (2, 4):
        raise entry.error("wrong number of words in `ip address`", _ADDRESS_FORM)
    standby = None
    if len(entry.args) == 4:
        entry.keyword(2, "standby")
        standby = reading.address_names.get(entry.args[3], entry.args[3])
    address = reading.address_names.get(entry.args[0], entry.args[0])
    with entry.located():
        _set_address(reading, address=address, mask=entry.args[1], standby=standby)


def whole_ipv6_address(reading: Reading, entry: Entry) -> None:
    """`ipv6 address` in no `interface` block: an address of a transparent firewall (8.2(2) to 8.3)."""
    if not reading.is_transparent:
        _misplaced_address(reading, entry)
        return
    before = reading.management.get(reading.context)
    kept = {each.text: each for each in before.ipv6} if before is not None else {}
    reading.lines[f"management {reading.context or ''} ipv6"] = entry.line
    if entry.negated and not entry.args:
        kept.clear()
    else:
        address = ipv6_line(entry)
        kept.pop(address.text, None)
        if not entry.negated:
            kept[address.text] = address
    _set_address(reading, ipv6=tuple(kept.values()))


def ipv6_line(entry: Entry) -> Ipv6Address:
    """The address of an `ipv6 address` line, with its standby address where it has one."""
    entry.expect_args(1, 99)
    at = next((index for index in range(len(entry.args)) if entry.is_keyword(index, "standby", 2)), len(entry.args))
    text, after = " ".join(entry.args[:at]).lower(), entry.args[at + 1 :]
    if at < len(entry.args) and len(after) != 1:
        raise entry.error("wrong number of words behind `standby`", entry.usage)
    with entry.located():
        return Ipv6Address(text=text, standby=after[0].lower() if after else None)


def _set_address(reading: Reading, **changes: Any) -> None:
    """Changes the addresses of the transparent firewall or context that is read; without any, it has none."""
    fields = ("address", "mask", "standby", "ipv6")
    before = reading.management.pop(reading.context, None)
    values = {name: getattr(before, name) for name in fields} if before is not None else {}
    values |= changes
    if values.get("address") is not None or values.get("ipv6"):
        reading.management[reading.context] = ManagementAddress(context=reading.context, **values)


def _misplaced_address(reading: Reading, entry: Entry) -> None:
    """In routed mode an address belongs to an interface."""
    command = " ".join(["no"] * entry.negated + [entry.keywords, *entry.args[:1]])
    text = f"passed over: {shown(command)} stands in no `interface` block"
    if entry.negated or any(entry.is_keyword(index, "standby") for index in range(len(entry.args))):
        reading.remark(entry.line, text, "CFG-10")
    else:
        reading.remark(entry.line, f"{text} and has no standby address", "CFG-5")


def keep_zone(reading: Reading, entry: Entry) -> None:
    """`zone NAME` (9.3 and later): kept, not modelled."""
    if len(entry.args) == 1 and not entry.capitalised:
        name = f"zone {entry.args[0]}"
        if entry.negated:
            reading.other_commands.pop(name, None)
        else:
            reading.other_commands[name] = name
        reading.lines[name] = entry.line


def other_mechanism(reading: Reading, entry: Entry) -> None:
    """Failover that is not LAN-based failover of two units: in a public cloud, or of PIX 6.

    Raises OtherMechanism, unless the line only switches it off.
    """
    if entry.negated:
        return
    of = "of a virtual ASA in a public cloud" if "cloud" in entry.keywords else "as of PIX 6"
    wrong = entry.error(f"{shown(entry.keywords)}, failover {of}: {NOT_MODELLED}", "`failover lan interface NAME PORT`")
    raise OtherMechanism(source=wrong.source, line=wrong.line, what=wrong.what, allowed=wrong.allowed)


def leave(reading: Reading, _entry: Entry) -> None:
    """`exit`, `end`, `quit`."""
    reading.leave_block()
