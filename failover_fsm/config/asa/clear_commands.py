"""The handler of `clear configure`, as a session log may have it: what was entered before counts no more."""

from __future__ import annotations

import attrs

from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Entry
from failover_fsm.config.records.pair_config import PairConfig

_OF_FAILOVER = (
    "enabled", "unit", "lan", "link", "key", "unit_poll", "interface_poll", "interface_policy", "replication_http",
)  # fmt: skip
_LINES_OF_FAILOVER = (
    "lan ", "link", "key", "polltime ", "interface-policy", "replication ", "interface ip ", "mac address ", "group ",
    "join-failover-group ",
)  # fmt: skip


def clear_configure(reading: Reading, entry: Entry) -> None:
    """`clear configure {failover | interface [PORT] | monitor-interface | all}`; others clear nothing that is read."""
    if not entry.args or entry.capitalised:
        return
    every = entry.is_keyword(0, "all", 3)
    if reading.context is None and (every or entry.is_keyword(0, "failover", 2)):
        _clear_failover(reading, entry)
    if every or entry.is_keyword(0, "monitor-interface", 3):
        for key in [key for key in reading.monitoring if every or key[0] == reading.context]:
            del reading.monitoring[key]
    if every or entry.is_keyword(0, "interface", 3):
        ports = [port.lower() for port in entry.args[1:2]]
        for at in [at for at in reading.interfaces if every or at[0] == reading.context]:
            if not ports or ports[0] in (at[1].name.lower(), at[1].full_name.lower()):
                del reading.interfaces[at]
    if every and reading.context is None:
        for name in [*reading.contexts]:
            reading.forget_context(name)
        reading.management.pop(None, None)


def _clear_failover(reading: Reading, entry: Entry) -> None:
    """Failover is off, and nothing of it is configured."""
    plain = PairConfig()
    reading.config = attrs.evolve(reading.config, **{name: getattr(plain, name) for name in _OF_FAILOVER})
    reading.interface_ips.clear()
    reading.macs.clear()
    reading.groups.clear()
    reading.joined.clear()
    for command in [command for command in reading.other_commands if command.startswith("failover")]:
        del reading.other_commands[command]
    for item in [item for item in reading.lines if item.startswith(_LINES_OF_FAILOVER)]:
        del reading.lines[item]
    reading.lines["failover"] = entry.line
