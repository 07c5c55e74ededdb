"""Whose a line is that names no unit: its host tells, or the file, and never against what another host shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from failover_fsm.device.messages import Log
from failover_fsm.pair.states import Unit

__all__ = ["Owners"]


@attrs.frozen
class Owners:
    """The units of hosts, and of files.

    Attributes:
        hosts: The units of the hosts whose lines name one unit only, in any file.
        other: The host of the other unit, none of whose lines names it: there are two hosts, and one is known.
        files: The unit of each file all of whose lines come from one unit, as far as units and hosts tell.
    """

    hosts: Mapping[str, Unit]
    other: str
    files: Mapping[str, Unit]

    @classmethod
    def of(cls, logs: Mapping[str, Log], given: Mapping[str, Unit]) -> Owners:
        """Learns them from the lines that name a unit.

        Args:
            logs: The logs by the names of their files.
            given: The units of files whose unit was said.
        """
        named: dict[str, set[Unit]] = {}
        for message in (message for log in logs.values() for message in log if message.host):
            named.setdefault(message.host, set()).update(() if message.unit is None else (message.unit,))
        hosts = {host: next(iter(units)) for host, units in named.items() if len(units) == 1}
        silent = [host for host, units in named.items() if not units]
        other = silent[0] if len(named) == 2 and len(silent) == 1 and hosts else ""
        if other:
            (known,) = hosts.values()
            hosts[other] = known.peer
        files = {name: unit for name, log in logs.items() if (unit := _only(log, hosts)) is not None}
        return cls(hosts, other, {**files, **given})

    def unit(self, file: str, host: str, given: Unit | None = None) -> Unit | None:
        """The unit of a line that names none, None where nothing tells it.

        Args:
            file: The name of its file.
            host: Its host, empty where it has none.
            given: The unit of the file, where it was said.
        """
        return given or self.hosts.get(host) or self.files.get(file)

    def is_of(self, unit: Unit, host: str) -> bool:
        """Nothing says that a host is not this unit's: it is known as that, or no host is known, or there is none."""
        return not host or not self.hosts or self.hosts.get(host) is unit


def _only(log: Log, hosts: Mapping[str, Unit]) -> Unit | None:
    """The unit that all lines of a file are from; None where one of a host that nobody knows stands beside a known."""
    owners = {owner for message in log for owner in _owner(message.unit, message.host, hosts)}
    is_mixed = any(message.host in hosts for message in log) and any(
        message.host and message.host not in hosts for message in log
    )
    return next(iter(owners)) if len(owners) == 1 and not is_mixed else None


def _owner(unit: Unit | None, host: str, hosts: Mapping[str, Unit]) -> Iterator[Unit]:
    owner = unit or hosts.get(host)
    if owner is not None:
        yield owner
