"""Where the connection state of a pair runs, as its configuration says, and where no state can run at all."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair.stateful import where_state_runs
from tests.pairs import settings

OWN_CABLE = """\
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface GigabitEthernet0/2
interface GigabitEthernet0/3
failover
failover lan unit primary
failover lan interface fo GigabitEthernet0/2
failover interface ip fo 10.0.0.1 255.255.255.0 standby 10.0.0.2
failover link state GigabitEthernet0/3
failover interface ip state 10.0.1.1 255.255.255.0 standby 10.0.1.2
"""
LINK, ADDRESSES = OWN_CABLE.splitlines()[-2:]


def changed(*lines: tuple[str, str]) -> str:
    """The configuration with some lines in the place of others."""
    text = OWN_CABLE
    for line, other in lines:
        assert f"{line}\n" in text
        text = text.replace(f"{line}\n", other)
    return text


OVER_THE_FAILOVER_LINK = changed((LINK, "failover link fo GigabitEthernet0/2\n"), (ADDRESSES, ""))
OVER_AN_INTERFACE = changed((LINK, "failover link outside\n"), (ADDRESSES, ""))
VLAN = changed(
    (LINK, "failover link state GigabitEthernet0/2.7\n"),
    ("interface GigabitEthernet0/3", "interface GigabitEthernet0/2.7\n vlan 7\n"),
)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (OWN_CABLE, StatefulLink.DEDICATED),  # LNK-11
        (changed((ADDRESSES, "")), StatefulLink.NONE),  # without addresses it never comes up
        (changed((ADDRESSES, ADDRESSES.replace("ip state", "ip State") + "\n")), StatefulLink.DEDICATED),
        (changed(("interface GigabitEthernet0/3", "interface GigabitEthernet0/3\n shutdown\n")), StatefulLink.NONE),
        (changed((LINK, ""), (ADDRESSES, "")), StatefulLink.NONE),  # LNK-10
        (OVER_THE_FAILOVER_LINK, StatefulLink.SHARED_FAILOVER),  # LNK-11, CFG-20: it has no addresses of its own
        (OVER_AN_INTERFACE, StatefulLink.SHARED_DATA),  # LNK-11
        (VLAN, StatefulLink.SHARED_FAILOVER),  # CFG-16: the two fall together
        (VLAN.replace(" vlan 7\n", " vlan 7\n shutdown\n"), StatefulLink.SHARED_FAILOVER),
    ],
)
def test_where_state_runs(text: str, where: StatefulLink) -> None:
    assert where_state_runs(read_asa(text)) is where


@pytest.mark.parametrize(
    ("follow", "stateful", "is_so"),
    [
        (("sessions",), StatefulLink.SHARED_DATA, True),
        (("commands",), StatefulLink.SHARED_DATA, False),
        ((), StatefulLink.SHARED_DATA, False),
        (("sessions",), StatefulLink.DEDICATED, False),
    ],
)
def test_state_is_on_data_interfaces_where_connections_are_followed_there(
    follow: tuple[str, ...], stateful: StatefulLink, is_so: bool
) -> None:
    """LNK-11."""
    assert attrs.evolve(settings(2, stateful=stateful), follow=follow).state_on_data is is_so
