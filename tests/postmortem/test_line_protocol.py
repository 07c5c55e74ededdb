"""The line protocol of ports that carry no interface of the pair: of the links, of a trunk, of what has no name."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.sources import Source
from failover_fsm.postmortem.watch import Watch

TEXT = """\
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface GigabitEthernet0/1
interface GigabitEthernet0/1.5
 vlan 5
 nameif inside
 ip address 10.0.5.1 255.255.255.0 standby 10.0.5.2
interface GigabitEthernet0/1.6
 vlan 6
 nameif dmz
 ip address 10.0.6.1 255.255.255.0 standby 10.0.6.2
failover lan unit primary
failover lan interface folink GigabitEthernet0/2
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover link {link}
failover
"""
CONFIG = PairConfig.from_asa(TEXT.format(link="folink GigabitEthernet0/2"))


def line(interface: str) -> str:
    return f"Sep 28 2021 13:51:57 fw1 : %ASA-4-411002: Line protocol on Interface {interface}, changed state to down"


def read(interface: str, config: PairConfig = CONFIG) -> Evidence:
    text = f"Sep 28 2021 13:51:57 fw1 : %ASA-1-105043: (Primary) Failover interface failed\n{line(interface)}\n"
    return read_evidence([Source(kind="log", name="fw1", text=text)], config, Settings.of(config, Options()))


@pytest.mark.parametrize(
    "interface", ["GigabitEthernet0/2", "folink", "GigabitEthernet0/1", "Management0/0", "Port-channel1", "FOLINK"]
)
def test_a_port_without_an_interface_of_its_own_is_set_aside(interface: str) -> None:
    evidence = read(interface)
    assert not evidence.notes and evidence.counts["set aside"] == 1
    assert [each.line for each in evidence.observations] == [1]
    assert Watch(CONFIG).feed(line(interface)) == ()


@pytest.mark.parametrize("interface", ["inside", "GigabitEthernet0/0", "outside", "GigabitEthernet0/1.6"])
def test_the_port_of_an_interface_is_evidence(interface: str) -> None:
    assert [each.line for each in read(interface).observations] == [1, 2]


def test_a_name_that_the_pair_does_not_have_cannot_be() -> None:
    assert [note.what for note in read("office").impossible] == ["the configuration has no interface office"]
    assert Watch(CONFIG).feed(line("office"))


def test_an_interface_that_carries_the_state_of_connections_is_one_all_the_same() -> None:
    shared = PairConfig.from_asa(TEXT.format(link="outside"))
    assert shared.link is not None and shared.link.name == "outside"
    assert [each.line for each in read("outside", shared).observations] == [1, 2]
