"""Handlers of contexts: their blocks in the system space, and the changes from one to another."""

from __future__ import annotations

import re

import attrs

from failover_fsm.config.asa.failover_commands import joined_port
from failover_fsm.config.asa.reading import Reading, unique_beginning
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.pair_config import Allocation
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import PORT_NAME, Port

_PORTS = re.compile(rf"{PORT_NAME}(-{PORT_NAME})?")
_MAPPED_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


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
    if not _PORTS.fullmatch(entry.args[0]):
        raise entry.error(f"{shown(entry.args[0])} is not a port", "a port such as GigabitEthernet0/1")
    with entry.located():
        port = Port(entry.args[0])
        if entry.negated:
            ports.pop(port, None)
            return
        names = [word for word in entry.args[1:] if word.lower() not in ("visible", "invisible")]
        if names and not _MAPPED_NAMES.fullmatch(names[0]):
            what = f"{shown(names[0])} is no name of a port in a context"
            raise entry.error(what, "letters, digits, - and _, a letter first")
        ports[port] = Allocation(port=port, mapped_name=names[0] if names else None)


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
