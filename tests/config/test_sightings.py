"""The ports of the links."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.pair_config import FailoverInterface, Interface, PairConfig, StatefulInterface
from failover_fsm.config.records.sightings import link_ports

LAN = FailoverInterface(name="folink", port="g0/0")


@pytest.mark.parametrize(
    ("lan", "link", "ports"),
    [
        (None, None, []),
        (LAN, None, ["failover g0/0"]),
        (LAN, StatefulInterface(name="folink"), ["failover g0/0"]),
        (LAN, StatefulInterface(name="inside", port="g0/1"), ["failover g0/0"]),
        (LAN, StatefulInterface(name="nowhere"), ["failover g0/0"]),
        (LAN, StatefulInterface(name="state", port="g0/3"), ["failover g0/0", "stateful g0/3"]),
        (None, StatefulInterface(name="state", port="g0/3"), ["stateful g0/3"]),
    ],
)
def test_a_link_of_its_own_has_a_port_of_its_own(
    lan: FailoverInterface | None, link: StatefulInterface | None, ports: list[str]
) -> None:
    config = PairConfig(lan=lan, link=link, interfaces=[Interface(port="g0/1", nameif="inside")])
    assert [f"{role} {port}" for role, port in link_ports(config)] == ports
