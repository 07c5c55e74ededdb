"""The input of advice besides the records: lines of a text that no record holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Advice, PairConfig, StatefulLink
from failover_fsm.config.values.field_values import Port


@attrs.frozen(kw_only=True)
class Sightings:
    """Lines of a text that a PairConfig does not hold: remarks of the reading, and signs of other features.

    `enabled_ports` are the ports of the system space with a `no shutdown` line; a printed configuration has none.
    """

    remarks: tuple[Advice, ...] = ()
    ca_server_line: int | None = None
    vpn_line: int | None = None
    nailed_line: int | None = None
    monitored_without_interface: tuple[tuple[str, int], ...] = ()
    unmonitored_without_interface: tuple[tuple[str, int], ...] = ()
    learned_addresses: tuple[tuple[str, int], ...] = ()
    enabled_ports: frozenset[Port] = frozenset()


Hints = Iterator[tuple[int | None, str]]
"""Lines (None: the whole file), each with a sentence of advice."""

Adviser = Callable[[PairConfig, Sightings], Hints]


def link_ports(config: PairConfig) -> Iterator[tuple[str, Port]]:
    """The port of the failover link, and that of a dedicated stateful link, each with its role."""
    if config.lan is not None:
        yield "failover", config.lan.port
    dedicated = config.link if config.stateful_link is StatefulLink.DEDICATED else None
    if dedicated is not None and dedicated.port is not None:
        yield "stateful", dedicated.port
