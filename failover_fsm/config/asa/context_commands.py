"""Handlers of contexts: their blocks in the system space, and the changes from one to another."""

from __future__ import annotations

import re

import attrs

from failover_fsm.config.asa.failover_commands import joined_port
from failover_fsm.config.asa.reading import Reading, unique_beginning
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.pair_config import Allocation
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import PORT_NAME, Port, check_word

_PORTS = re.compile(rf"({PORT_NAME})(?:-({PORT_NAME}))?")
_MAPPED_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]{1,9})")

MOST_IN_A_RANGE = 1024
"""How many ports one line gives to a context at most: no device has more of them."""


def context_block(reading: Reading, entry: Entry) -> None:
    """`context NAME` in the system space opens the block of a context."""
    if (len(entry.args) != 1 and not entry.negated) or not entry.args or entry.capitalised:
        reading.remark(entry.line, "passed over: not a `context NAME` line", "LNK-17")
        reading.last_context = None
        return
    name = entry.args[0]
    if entry.negated:
        reading.forget_context(name)
        reading.lines[f"context {name}"] = entry.line
        return
    with entry.located():
        check_word("context", name)
    reading.set(entry, f"context {name}", multiple_context=True)
    reading.contexts.setdefault(name, {})
    reading.open_context_block(name)


def admin_context(reading: Reading, entry: Entry) -> None:
    """`admin-context NAME`."""
    entry.expect_args(1, 1)
    name = None if entry.negated else entry.args[0]
    reading.set(entry, "admin-context", admin_context=name, multiple_context=True)


def allocate_interface(reading: Reading, entry: Entry) -> None:
    """`allocate-interface PORT [NAME] [visible]` below `context`; a port may be a range of them, and so may a name."""
    entry = attrs.evolve(entry, args=joined_port(entry.args))
    entry.expect_args(1, 3)
    assert reading.open_context is not None
    ports = reading.contexts[reading.open_context]
    with entry.located():
        given = _ports_given(entry)
        if entry.negated:
            for port in given:
                ports.pop(port, None)
            return
        for port, name in zip(given, _names_given(entry, len(given)), strict=True):
            ports[port] = Allocation(port=port, mapped_name=name)


def _ports_given(entry: Entry) -> list[Port]:
    """The port, or every port of the range, in front of an `allocate-interface` line."""
    found = _PORTS.fullmatch(entry.args[0])
    if found is None:
        raise entry.error(f"{shown(entry.args[0])} is not a port", "a port such as GigabitEthernet0/1")
    if found[2] is None:
        return [Port(found[1])]
    names = _range(Port(found[1]).full_name, Port(found[2]).full_name)
    if names is None:
        allowed = f"two ports that differ in their last number, the lower one first, at most {MOST_IN_A_RANGE} ports"
        raise entry.error(f"{shown(entry.args[0])} is no range of ports", allowed)
    return [Port(name) for name in names]


def _names_given(entry: Entry, count: int) -> list[str] | list[None]:
    """What that many ports are called in the context: a name, or a range of as many names; None for each without."""
    words = [word for word in entry.args[1:] if word.lower() not in ("visible", "invisible")]
    if not words:
        return [None] * count
    if not _MAPPED_NAME.fullmatch(words[0]):
        what = f"{shown(words[0])} is no name of a port in a context"
        raise entry.error(what, "letters, digits, - and _, a letter first")
    if count == 1:
        return [words[0]]
    first, _, last = words[0].rpartition("-")
    names = _range(first, last)
    if names is None or len(names) != count:
        raise entry.error(f"{shown(words[0])} does not name {count} ports", f"a range such as int1-int{count}")
    return names


def _range(first: str, last: str) -> list[str] | None:
    """The names from the first to the last, which differ in the number at their end; None if they are no range."""
    begin, end = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if begin is None or end is None or begin["stem"].lower() != end["stem"].lower():
        return None
    numbers = range(int(begin["number"]), int(end["number"]) + 1)
    return [f"{begin['stem']}{number}" for number in numbers] if 0 < len(numbers) <= MOST_IN_A_RANGE else None


def config_url(reading: Reading, entry: Entry) -> None:
    """`config-url URL` below `context`: where its startup configuration is (SYN-13)."""
    assert reading.open_context is not None
    reading.config_urls.pop(reading.open_context, None)
    if entry.args and not entry.negated:
        reading.config_urls[reading.open_context] = entry.args[0]


def change_context(reading: Reading, entry: Entry) -> None:
    """`changeto context NAME`, `changeto system`: the next lines belong there. A name may be shortened."""
    to_system = entry.is_keyword(0, "system") or entry.args[1:2] == ("system",)
    name = None
    if not to_system:
        entry.keyword(0, "context")
        entry.expect_args(2, 2)
        name = unique_beginning(entry.args[1], sorted(reading.contexts))
        if name is None:
            declared = ", ".join(sorted(reading.contexts)) or "a name declared before by `context NAME`"
            error = entry.error(f"unknown context {shown(entry.args[1])}", declared)
            if entry.at_prompt:
                reading.unknown_context = entry.args[1], error
            raise error
    reading.set(entry, "changeto", multiple_context=True)
    reading.change_context(name)
    reading.changed_at = reading.last_prompt if entry.at_prompt else None
