"""Handlers of `failover group` and of what is entered below it, and of `join-failover-group` below `context`."""

from __future__ import annotations

import re
from difflib import get_close_matches

from failover_fsm.config.asa.failover_commands import Handler, read_mac, read_policy, read_poll
from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.criteria import InterfacePolicy, InterfacePollTime, MacAddresses, Unit
from failover_fsm.config.records.failover_group import GROUP_NUMBERS, MAX_PREEMPT_DELAY, FailoverGroup
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.lines import Line

NUMBERS = "{1 | 2}"
_BY_WORD = {
    "primary": "primary",
    "secondary": "secondary",
    "preempt": "preempt",
    "interface-policy": "interface-policy",
    "polltime": "polltime interface",
    "replication": "replication http",
    "mac": "mac address",
}


def _number(entry: Entry) -> int:
    entry.expect_args(1, 1)
    if entry.args[0] not in [str(number) for number in GROUP_NUMBERS]:
        raise entry.error(f"failover group {shown(entry.args[0])}", "1 or 2")
    return int(entry.args[0])


def failover_group(reading: Reading, entry: Entry) -> None:
    """`failover group N` creates a group or opens it again (AA-3); `no` removes it with all its settings."""
    if entry.capitalised and entry.args and not entry.args[0].isdecimal():
        reading.remark(entry.line, "passed over: reads like a sentence, not like `failover group`", "AA-3")
        return
    number = _number(entry)
    block = f"group {number}"
    if entry.negated:
        reading.groups.pop(number, None)
        for item in [item for item in reading.lines if item.startswith(f"{block} ")]:
            del reading.lines[item]
        reading.lines[block] = entry.line
        return
    if number not in reading.groups:
        reading.groups[number] = FailoverGroup(number=number)
        reading.lines[block] = entry.line
    reading.open_failover_group(number)


def join(reading: Reading, entry: Entry) -> None:
    """`join-failover-group N` below `context` (CFG-39); whether the group exists is settled at the end."""
    assert reading.open_context is not None, "the table gives this command only below `context`"
    if entry.negated:
        reading.joined.pop(reading.open_context, None)
    else:
        reading.joined[reading.open_context] = _number(entry)
    reading.lines[f"join-failover-group {reading.open_context}"] = entry.line


def join_outside(reading: Reading, entry: Entry) -> None:
    """`join-failover-group` that stands below no `context` line."""
    reading.remark(entry.line, "passed over: `join-failover-group` stands below no `context` line", "CFG-39")


def preference(reading: Reading, entry: Entry) -> None:
    """`primary`, `secondary` (AA-10); without either, and after `no`, a group prefers the primary unit."""
    if entry.args and entry.capitalised:
        reading.remark(entry.line, "passed over: reads like a sentence, not like a group command", "AA-3")
        return
    entry.expect_args(0, 0)
    reading.set_group(entry, "preference", preferred=Unit.PRIMARY if entry.negated else Unit(entry.keywords))


def preempt(reading: Reading, entry: Entry) -> None:
    """`preempt [SECONDS]` (PRE-4)."""
    entry.expect_args(0, 1)
    delay = 0
    if entry.args and not entry.negated:
        if not re.fullmatch("[0-9]{1,9}", entry.args[0]):
            raise entry.error(f"preempt delay {shown(entry.args[0])} is no number", f"0 to {MAX_PREEMPT_DELAY} seconds")
        delay = int(entry.args[0])
    reading.set_group(entry, "preempt", preempt=not entry.negated, preempt_delay=delay)


def interface_policy(reading: Reading, entry: Entry) -> None:
    """`interface-policy NUMBER[%]` (CFG-34)."""
    policy = InterfacePolicy() if entry.negated else read_policy(entry)
    reading.set_group(entry, "interface-policy", interface_policy=policy)


def polltime(reading: Reading, entry: Entry) -> None:
    """`polltime interface [msec] POLL [holdtime HOLD]` (CFG-40): the unit is polled for the pair, not for a group."""
    entry.keyword(0, "interface")
    current = reading.current_group.interface_poll
    poll = InterfacePollTime() if entry.negated else read_poll(entry.without_first(), current)
    reading.set_group(entry, "polltime interface", interface_poll=poll)


def replication(reading: Reading, entry: Entry) -> None:
    """`replication http` (CFG-26), for this group alone (STF-26)."""
    entry.keyword(0, "http")
    entry.expect_args(1, 1)
    reading.set_group(entry, "replication http", replication_http=not entry.negated)


def mac_address(reading: Reading, entry: Entry) -> None:
    """`mac address PORT ACTIVE STANDBY` (CFG-37)."""
    port, addresses = read_mac(entry)
    macs: list[MacAddresses] = [each for each in reading.current_group.macs if each.port != port]
    if addresses is not None:
        macs.append(addresses)
    reading.set_group(entry, f"mac address {port.full_name.lower()}", macs=macs)


def outside(words: int) -> Handler:
    """The handler of a group command below no `failover group` line, if it has at most `words` words more."""

    def refuse(reading: Reading, entry: Entry) -> None:
        what = f"{shown(entry.keywords)} below no `failover group` line"
        if len(entry.args) <= words and not entry.capitalised:
            raise entry.error(what, f"first `failover group {NUMBERS}`")
        reading.remark(entry.line, f"passed over: {what}", "AA-3")

    return refuse


def passes_over(reading: Reading, line: Line) -> bool:
    """Whether a line that is no command was meant for the open group; then a remark is made and the group stays open.

    A device prints an error for such a line and goes on with the next, so this is no reason to refuse the file.
    Without indentation a line is taken for a slip only if it begins like a group command; any other ends the group.
    """
    words = [word.lower() for word in line.words]
    first = words[1] if words[0] == "no" and len(words) > 1 else words[0]
    meant = get_close_matches(first, _BY_WORD, n=1, cutoff=0.75)
    if not (meant or line.indented):
        return False
    hint = f"; meant: `{_BY_WORD[meant[0]]}`?" if meant else ""
    text = f"no command of a failover group, without effect: {shown(' '.join(line.words))}{hint}"
    reading.remark(line.number + reading.part.lines_before, text, "AA-3")
    return True
