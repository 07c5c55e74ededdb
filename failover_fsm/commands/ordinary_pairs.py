"""Ordinary pairs, whose promises are searched before a version ships: `shipped_promises.json` is written here.

`python -m failover_fsm.commands.ordinary_pairs` takes minutes. It is to be run after a change of what a verdict depends
on (`shipped_promises.SOURCES`); a test says so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.analysis.observed_structure import observed_structure
from failover_fsm.analysis.verify import verify_observed
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands.files import complain
from failover_fsm.commands.shipped_promises import FILE, key_of, sources_digest
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Scenario

__all__ = ["PAIRS", "Described", "searched"]


@attrs.frozen(kw_only=True)
class Described:
    """An ordinary pair.

    Attributes:
        monitored: How many interfaces are monitored, by failover group; one group is that of an Active/Standby pair.
        unmonitored: How many others have a standby address; of an Active/Standby pair.
        trunks: How many monitored subinterfaces other ports carry, port by port; of an Active/Standby pair.
        policy: The interface policy.
        preempt: By failover group, whether it goes home by itself.
        preferred: By failover group.
    """

    monitored: tuple[int, ...]
    unmonitored: int = 0
    trunks: tuple[int, ...] = ()
    policy: str = "1"
    preempt: tuple[bool, ...] = (False, False)
    preferred: tuple[str, ...] = ("primary", "secondary")

    def __str__(self) -> str:
        """The pair in a few words."""
        several = f"{self.monitored[0]} monitored" if len(self.monitored) == 1 else f"{list(self.monitored)} monitored"
        parts = [several, f"policy {self.policy}"]
        parts += [f"{vlans} monitored on one port" for vlans in self.trunks]
        parts += [f"{self.unmonitored} not monitored"] if self.unmonitored else []
        for number, (unit, preempt) in enumerate(zip(self.preferred, self.preempt, strict=True), start=1):
            if len(self.monitored) > 1:
                parts.append(f"group {number} {unit}{', preempt' if preempt else ''}")
        return "; ".join(parts)

    def scenario(self) -> Scenario:
        """The pair as `check` explores it."""
        config = PairConfig.from_asa("".join(f"{line}\n" for line in self._lines()))
        return Scenario(title=str(self), config=config, environment=explored_environment(config))

    def _lines(self) -> Iterator[str]:
        yield "hostname pair"
        groups = len(self.monitored) > 1
        if groups:
            yield from ("mode multiple", *(f"interface GigabitEthernet0/{port}" for port in range(sum(self.monitored))))
        yield from ("interface GigabitEthernet1/0", "failover", "failover lan unit primary")
        yield "failover lan interface folink GigabitEthernet1/0"
        yield "failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2"
        if groups:
            yield from self._contexts()
        else:
            yield f"failover interface-policy {self.policy}"
            yield from self._interfaces(0, self.monitored[0] + self.unmonitored)
            yield from (f"no monitor-interface if{self.monitored[0] + more}" for more in range(self.unmonitored))
            for port, vlans in enumerate(self.trunks, start=1):
                yield from self._trunk(port, vlans)

    def _trunk(self, port: int, vlans: int) -> Iterator[str]:
        yield f"interface GigabitEthernet1/{port}"
        for vlan in range(100 * port, 100 * port + vlans):
            yield from (f"interface GigabitEthernet1/{port}.{vlan}", f" vlan {vlan}", f" nameif vlan{vlan}")
            yield f" ip address 10.{port}.{vlan % 100}.1 255.255.255.0 standby 10.{port}.{vlan % 100}.2"
        yield from (f"monitor-interface vlan{vlan}" for vlan in range(100 * port, 100 * port + vlans))

    def _contexts(self) -> Iterator[str]:
        for number, (unit, preempt) in enumerate(zip(self.preferred, self.preempt, strict=True), start=1):
            yield from (f"failover group {number}", f" {unit}", f" interface-policy {self.policy}")
            yield from [" preempt"] if preempt else []
        yield from ("admin-context one", "context one", *self._allocated(0), " join-failover-group 1")
        yield from ("context two", *self._allocated(1), " join-failover-group 2")
        for number, context in enumerate(("one", "two")):
            yield f"changeto context {context}"
            yield from self._interfaces(sum(self.monitored[:number]), self.monitored[number])

    def _allocated(self, group: int) -> Iterator[str]:
        first = sum(self.monitored[:group])
        yield from (f" allocate-interface GigabitEthernet0/{first + more}" for more in range(self.monitored[group]))

    def _interfaces(self, first: int, count: int) -> Iterator[str]:
        for port in range(first, first + count):
            yield from (f"interface GigabitEthernet0/{port}", f" nameif if{port}")
            yield f" ip address 10.0.{port}.1 255.255.255.0 standby 10.0.{port}.2"


def _pairs() -> Iterator[Described]:
    """What is ordinary, in each number of interfaces that makes a difference to the units."""
    for monitored in range(1, 5):
        yield from (Described(monitored=(monitored,), unmonitored=more) for more in (0, 1))
    yield from (Described(monitored=(0,), unmonitored=more) for more in (1, 2))
    yield Described(monitored=(5,), unmonitored=1)
    yield from (Described(monitored=(monitored,), policy="2") for monitored in range(1, 6))
    yield from (Described(monitored=(0,), trunks=trunks) for trunks in ((2,), (3,), (2, 2)))
    both = (True, True)
    for preempt in (both, (False, False), (True, False)):
        yield from (Described(monitored=of_groups, preempt=preempt) for of_groups in ((1, 1), (2, 2), (3, 3)))
    yield from (Described(monitored=each, preempt=both) for each in ((1, 2), (2, 1)))
    yield Described(monitored=(2, 2), preferred=("primary", "primary"))


PAIRS = tuple(_pairs())


def searched(pair: Described) -> tuple[str, dict[str, Any]]:
    """The digest of a pair's structure, and what a search on observations finds.

    Raises:
        ValueError: If the search asks for more than the structure tells, or a promise does not hold.
    """
    scenario = pair.scenario()
    seen, report = observed_structure(scenario), verify_observed(scenario)
    protocol = None if report is None else Protocol.of(report)
    if seen is None or protocol is None or not protocol.observed or protocol.violated or protocol.limit:
        raise ValueError(f"{pair}: no verdict that holds for every pair with its structure")
    record = {"pair": str(pair), "explored": protocol.explored, "never": list(protocol.never)}
    return key_of(seen), {**record, "words": dict(protocol.words)}


def main() -> int:
    """Writes the file; takes minutes.

    Returns:
        0 if it is written, 2 with a line on stderr if it cannot be.
    """
    found: dict[str, Any] = {}
    try:
        for number, pair in enumerate(PAIRS, start=1):
            complain(f"{number} of {len(PAIRS)}: {pair}")
            key, record = searched(pair)
            found[key] = record
        rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(found[key])}" for key in found)
        FILE.write_text(f'{{"sources": "{sources_digest()}", "pairs": {{\n{rows}\n}}}}\n', encoding="utf-8")
    except (ValueError, OSError) as error:
        complain(f"failover_fsm.commands.ordinary_pairs: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
