"""Handlers of the `failover ...` commands. Each applies one Entry to a Reading; `no` restores the default."""

from __future__ import annotations

import re
from collections.abc import Callable

from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.links import stands_for_key
from failover_fsm.config.records.pair_config import (
    MASKED_KEY,
    FailoverInterface,
    InterfaceIp,
    InterfacePolicy,
    InterfacePollTime,
    Key,
    KeyKind,
    MacAddresses,
    PollTime,
    StatefulInterface,
    Unit,
)
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import PORT_NAME, Port, ValueNotAllowed, is_port_type, poll_words

Handler = Callable[[Reading, Entry], None]

_NUMBER = re.compile("[0-9]{1,9}")


def enable(reading: Reading, entry: Entry) -> None:
    """`failover`, `no failover` (CFG-21)."""
    reading.set(entry, "failover", enabled=not entry.negated)


def lan_unit(reading: Reading, entry: Entry) -> None:
    """`failover lan unit` (CFG-13); a unit is secondary by default."""
    if entry.negated:
        reading.set(entry, "lan unit", unit=Unit.SECONDARY)
        return
    entry.expect_args(1, 1)
    reading.set(entry, "lan unit", unit=Unit(entry.keyword(0, "primary", "secondary")))


def lan_interface(reading: Reading, entry: Entry) -> None:
    """`failover lan interface` (CFG-14)."""
    if entry.negated:
        reading.set(entry, "lan interface", lan=None)
        return
    entry.expect_args(2, 3)
    port, _rest = port_and_rest(entry, 1)
    with entry.located():
        lan = FailoverInterface(name=entry.args[0], port=port)
    reading.set(entry, "lan interface", lan=lan)


def link(reading: Reading, entry: Entry) -> None:
    """`failover link` (CFG-17, CFG-18)."""
    if entry.negated:
        reading.set(entry, "link", link=None)
        return
    entry.expect_args(1, 3)
    port = port_and_rest(entry, 1)[0] if len(entry.args) > 1 else None
    with entry.located():
        stateful = StatefulInterface(name=entry.args[0], port=port)
    reading.set(entry, "link", link=stateful)


def interface_ip(reading: Reading, entry: Entry) -> None:
    """`failover interface ip` (CFG-15): the standby address comes without a mask."""
    entry.expect_args(1, 99)
    name = entry.args[0]
    item = f"interface ip {name.lower()}"
    if entry.negated:
        reading.interface_ips.pop(name.lower(), None)
        reading.lines[item] = entry.line
        return
    if any(":" in word for word in entry.args[1:]):
        reading.interface_ips[name.lower()] = _ipv6_pair(entry)
        reading.lines[item] = entry.line
        return
    entry.expect_args(3, 99)
    if len(entry.args) < 4 or not entry.is_keyword(3, "standby"):
        raise entry.error("keyword `standby` is missing after the mask")
    entry.expect_args(5, 99)
    if len(entry.args) > 5:
        raise entry.error(f"unexpected {shown(entry.args[5])} after the standby address (it takes no mask)")
    address, standby = (reading.address_names.get(entry.args[at], entry.args[at]) for at in (1, 4))
    with entry.located():
        reading.interface_ips[name.lower()] = InterfaceIp(
            name=name, address=address, mask=entry.args[2], standby=standby
        )
    reading.lines[item] = entry.line


def _ipv6_pair(entry: Entry) -> InterfaceIp:
    """`NAME ADDRESS/BITS standby ADDRESS`; whether the release knows it is settled at the end."""
    name, *words = entry.args
    split = re.fullmatch(r"([0-9A-Fa-f:.]+)/([0-9]{1,3})", words[0])
    if len(words) != 3 or split is None or not entry.is_keyword(2, "standby"):
        raise entry.error("wrong IPv6 addresses of a failover link", "NAME ADDRESS/BITS standby ADDRESS")
    with entry.located():
        return InterfaceIp(name=name, address=split[1].lower(), mask=split[2], standby=words[2].lower())


def unit_polltime(reading: Reading, entry: Entry) -> None:
    """`failover polltime [unit]` (CFG-41 to CFG-44)."""
    poll = PollTime() if entry.negated else read_poll(entry, reading.config.unit_poll)
    reading.set(entry, "polltime unit", unit_poll=poll)


def interface_polltime(reading: Reading, entry: Entry) -> None:
    """`failover polltime interface` (CFG-28 to CFG-31)."""
    poll = InterfacePollTime() if entry.negated else read_poll(entry, reading.config.interface_poll)
    reading.set(entry, "polltime interface", interface_poll=poll)


def read_poll(entry: Entry, current: PollTime) -> PollTime:
    """`[msec] POLL [holdtime [msec] HOLD]`, of the same kind as `current`, whose hold stays if none is given."""
    with entry.located():
        poll_ms, at = _read_time(entry, 0, "poll time", current.poll_range)
        if at == len(entry.args):
            return current.with_poll(poll_ms)
        entry.keyword(at, "holdtime")
        hold_ms, at = _read_time(entry, at + 1, "hold time", current.hold_range)
        if at < len(entry.args):
            raise entry.error(f"unexpected {shown(entry.args[at])}")
        return type(current)(poll_ms=poll_ms, hold_ms=hold_ms)


def _read_time(entry: Entry, at: int, name: str, ranges: tuple[range, range]) -> tuple[int, int]:
    in_msec = entry.is_keyword(at, "msec")
    at += in_msec
    if at >= len(entry.args):
        raise entry.error(f"{name} is missing", poll_words(ranges))
    typed = entry.args[at]
    allowed, factor = (ranges[0], 1) if in_msec else (ranges[1], 1000)
    value = int(typed) * factor if _NUMBER.fullmatch(typed) else -1
    if value not in allowed:
        words = ("msec " if in_msec else "") + typed
        raise entry.error(f"{name} {shown(words)} is out of range", poll_words(ranges))
    return value, at + 1


def interface_policy(reading: Reading, entry: Entry) -> None:
    """`failover interface-policy NUM[%]` (CFG-34, CFG-35)."""
    if entry.negated:
        reading.set(entry, "interface-policy", interface_policy=InterfacePolicy())
        return
    reading.set(entry, "interface-policy", interface_policy=read_policy(entry))


def read_policy(entry: Entry) -> InterfacePolicy:
    """`NUM[%]`, also written with a blank between them."""
    entry.expect_args(1, 2)
    typed = "".join(entry.args)
    number = typed.removesuffix("%")
    value = int(number) if _NUMBER.fullmatch(number) else 0
    try:
        return InterfacePolicy(percent=value) if typed.endswith("%") else InterfacePolicy(count=value)
    except ValueNotAllowed as wrong:
        raise entry.error(f"interface policy {shown(typed)} is out of range", wrong.allowed) from None


def key(reading: Reading, entry: Entry) -> None:
    """`failover key [0 | 8] {SECRET | hex KEY}` (KEY-5 to KEY-7); an error never repeats the secret.

    With a master passphrase (8.3 and later) 8 announces an encrypted key, 0 a readable one.
    """
    if entry.negated:
        reading.set(entry, "key", key=None)
        return
    entry.expect_args(1, 99)
    words, kind = entry.args, KeyKind.TEXT
    if len(words) > 1 and words[0] in ("0", "8"):
        kind = KeyKind.ENCRYPTED if words[0] == "8" else kind
        words = words[1:]
    if "hex".startswith(words[0].lower()) and (len(words) == 2 or stands_for_key(" ".join(words[1:]))):
        kind, words = (KeyKind.HEX if kind is KeyKind.TEXT else kind), words[1:]
    if stands_for_key(" ".join(words)):
        kind, words = KeyKind.TEXT, (MASKED_KEY,)
    if len(words) > 1:
        raise entry.error(f"{len(words)} words in `failover key`")
    if words[0].lower() == "hex":
        raise entry.error("hexadecimal key is missing")
    with entry.located():
        value = Key.from_text(words[0]) if kind is KeyKind.TEXT else Key(kind=kind, text=words[0])
    reading.set(entry, "key", key=value)


def replication_http(reading: Reading, entry: Entry) -> None:
    """`failover replication http` (CFG-26)."""
    entry.expect_args(0, 0)
    reading.set(entry, "replication http", replication_http=not entry.negated)


def mac_address(reading: Reading, entry: Entry) -> None:
    """`failover mac address PORT ACTIVE STANDBY` (CFG-37)."""
    port, addresses = read_mac(entry)
    reading.macs.pop(port, None)
    if addresses is not None:
        reading.macs[port] = addresses
    reading.lines[f"mac address {port.full_name.lower()}"] = entry.line


def read_mac(entry: Entry) -> tuple[Port, MacAddresses | None]:
    """`PORT ACTIVE STANDBY`; after `no` only the port counts."""
    entry.expect_args(1, 4)
    port, rest = port_and_rest(entry, 0)
    if entry.negated:
        return port, None
    if len(rest) != 2:
        raise entry.error("active and standby MAC address are needed")
    with entry.located():
        return port, MacAddresses(port=port, active=rest[0], standby=rest[1])


def keep(reading: Reading, entry: Entry) -> None:
    """A failover command that is known but not modelled: kept as it is, the last of its kind."""
    if entry.negated:
        reading.other_commands.pop(entry.keywords, None)
    else:
        reading.other_commands[entry.keywords] = " ".join([entry.keywords, *entry.args])
    reading.lines[entry.keywords.removeprefix("failover ")] = entry.line


def executive(reading: Reading, entry: Entry) -> None:
    """A command that moves roles when it is typed; it is no part of a configuration."""
    reading.remark(entry.line, "passed over: an EXEC command, not part of a configuration", "CTL-5")


def passed_over(_reading: Reading, _entry: Entry) -> None:
    """A line that is known and of no concern here."""


def joined_port(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with a port in one: `Ethernet 0/1` is `Ethernet0/1`."""
    if len(words) > 1 and is_port_type(words[0]) and re.fullmatch(r"[0-9][0-9/.:]*", words[1]):
        return (words[0] + words[1], *words[2:])
    return words


def port_and_rest(entry: Entry, at: int) -> tuple[Port, tuple[str, ...]]:
    """The port from argument `at` on, also written with a blank as in `Ethernet 0/1`, and the words behind it."""
    words = joined_port(entry.args[at:])
    if not words or not re.fullmatch(PORT_NAME, words[0]):
        raise entry.error(f"{shown(words[0] if words else '')} is not a port")
    if at and len(words) > 1:
        raise entry.error(f"unexpected {shown(words[1])}")
    return Port(words[0]), words[1:]
