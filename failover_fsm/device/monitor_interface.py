"""`show monitor-interface`: both hosts with their state and monitored interfaces."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.device.form import Entry, TextForm
from failover_fsm.device.records import Host, ShowFailover
from failover_fsm.device.show_failover import FORM as SHOW_FAILOVER
from failover_fsm.device.show_failover import host_entries, read_hosts

__all__ = ["FORM", "read_monitor_interface", "write_monitor_interface"]

FORM = TextForm((
    attrs.evolve(SHOW_FAILOVER["host_state"], indent=0, rules=("SHW-47",)),
    attrs.evolve(SHOW_FAILOVER["side"], indent=0, rules=("SHW-46",)),
    attrs.evolve(SHOW_FAILOVER["interface"], indent=4, rules=("SHW-47",)),
), ("monitor-interface",))  # fmt: skip
"""The lines. A unit that is ready is `Standby` here, and `Standby Ready` in `show failover` (SHW-22 against SHW-47)."""

_SHORT = {"Standby Ready": "Standby"}


def write_monitor_interface(this: Host, other: Host) -> str:
    """The text for two hosts as `show failover` has them, in the words of this command."""
    return FORM.write(_entries(this, other))


def _entries(this: Host, other: Host) -> Iterator[Entry]:
    for which, host in (("This", this), ("Other", other)):
        groups = tuple(
            attrs.evolve(each, state=_SHORT.get(each.state, each.state), active_time=None) for each in host.groups
        )
        yield from host_entries(which, attrs.evolve(host, groups=groups, slots=()))


def read_monitor_interface(text: str) -> ShowFailover:
    """The hosts in the output of the command; lines that are none of the table's are in `unread`."""
    entries, unread = FORM.read(text)
    this, other = read_hosts(entries)
    return ShowFailover(this=this, other=other, unread=unread)
