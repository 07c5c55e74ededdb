"""Pairs as operators cable them, where one wire carries much: the smallest sets of faults that split them."""

from __future__ import annotations

import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.goals import goal
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model.places import bare_environment
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status, failover_link_works, status
from failover_fsm.pair.pair import Pair
from failover_fsm.pair.settings import Settings
from tests.pairs import PRIMARY, UNITS

LINK = """failover
failover lan unit primary
failover lan interface fover {port}
failover interface ip fover 198.18.9.1 255.255.255.252 standby 198.18.9.2
"""


def sub(port: str, name: str, vlan: int) -> str:
    """A monitored subinterface."""
    address = f" ip address 10.{vlan % 250}.0.1 255.255.255.0 standby 10.{vlan % 250}.0.2\n"
    return f"interface {port}.{vlan}\n vlan {vlan}\n nameif {name}\n{address}monitor-interface {name}\n"


def bridged(port: str, name: str, vlan: int, group: int) -> str:
    """A monitored member of a bridge group, on a subinterface."""
    tail = f" vlan {vlan}\n nameif {name}\n bridge-group {group}\nmonitor-interface {name}\n"
    return f"interface {port}.{vlan}\n{tail}"


LACP = "interface Ethernet1/1\n channel-group 7 mode active\ninterface Ethernet1/2\n channel-group 7 mode active\n"
REDUNDANT = "interface Redundant3\n member-interface GigabitEthernet0/4\n member-interface GigabitEthernet0/5\n"
BVIS = (
    "firewall transparent\ninterface BVI1\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
    "interface BVI2\n ip address 10.2.0.1 255.255.255.0 standby 10.2.0.2\n"
)
SWITCH = """ASA Version 8.4(7)
interface Vlan10
 nameif lan
 ip address 192.168.10.1 255.255.255.0 standby 192.168.10.2
interface Vlan20
 nameif wan
 ip address 192.168.20.1 255.255.255.0 standby 192.168.20.2
interface Vlan99
 description LAN Failover Interface
"""
CONTEXTS = """mode multiple
{firewall}interface TenGigabitEthernet0/8.10
 vlan 10
interface TenGigabitEthernet0/8.20
 vlan 20
context red
 allocate-interface TenGigabitEthernet0/8.10
context blue
 allocate-interface TenGigabitEthernet0/8.20
"""
IN_CONTEXTS = """changeto context red
interface TenGigabitEthernet0/8.10
 nameif users
{red}monitor-interface users
changeto context blue
interface TenGigabitEthernet0/8.20
 nameif servers
{blue}monitor-interface servers
"""

# The text, the port that carries everything, and what falls with it.
EVERYTHING_ON_ONE_PORT = {
    "vlans on a Port-channel": (
        f"ASA Version 9.16(4)\n{LACP}{sub('Port-channel7', 'dmz-a', 310)}{sub('Port-channel7', 'dmz-b', 320)}"
        + LINK.format(port="Ethernet1/8"),
        "Port-channel7",
        "dmz-a dmz-b",
    ),
    "vlans on a Redundant interface": (
        f"ASA Version 8.2(5)\n{REDUNDANT}{sub('Redundant3', 'Inside', 5)}{sub('Redundant3', 'Outside', 6)}"
        + LINK.format(port="Management0/0"),
        "Redundant3",
        "Inside Outside",
    ),
    "vlans of an ASA 5505 on one trunk": (
        SWITCH
        + "interface Ethernet0/1\n switchport trunk allowed vlan 10,20\n switchport mode trunk\n"
        + "interface Ethernet0/7\n switchport access vlan 99\n"
        + LINK.format(port="Vlan99"),
        "Ethernet0/1",
        "lan wan",
    ),
    "routed contexts on one port": (
        CONTEXTS.format(firewall="")
        + LINK.format(port="GigabitEthernet0/3")
        + IN_CONTEXTS.format(
            red=" ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n",
            blue=" ip address 10.2.0.1 255.255.255.0 standby 10.2.0.2\n",
        ),
        "TenGigabitEthernet0/8",
        "servers users",
    ),
    "transparent contexts on one port": (
        "ASA Version 8.0(5)\n"
        + CONTEXTS.format(firewall="firewall transparent\n")
        + LINK.format(port="GigabitEthernet0/3")
        + IN_CONTEXTS.format(red="!\nip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n",
                             blue="!\nip address 10.2.0.1 255.255.255.0 standby 10.2.0.2\n"),
        "TenGigabitEthernet0/8",
        "servers users",
    ),
    "a transparent firewall with a global address": (
        "ASA Version 8.2(1)\nfirewall transparent\n"
        "interface Ethernet0/0.1\n vlan 1\n nameif out\ninterface Ethernet0/0.2\n vlan 2\n nameif in\n!\n"
        "ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\nmonitor-interface out\nmonitor-interface in\n"
        + LINK.format(port="Ethernet0/3"),
        "Ethernet0/0",
        "out in",
    ),
    "two bridge groups on a Port-channel": (
        f"ASA Version 9.1(7)\n{BVIS}{LACP}"
        f"{bridged('Port-channel7', 'a1', 11, 1)}{bridged('Port-channel7', 'a2', 12, 1)}"
        f"{bridged('Port-channel7', 'b1', 21, 2)}{bridged('Port-channel7', 'b2', 22, 2)}"
        + LINK.format(port="Ethernet1/8"),
        "Port-channel7",
        "a1 a2 b1 b2",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERYTHING_ON_ONE_PORT)
def test_the_link_and_the_one_port_of_all_data_are_two_faults(name: str) -> None:
    text, port, fallen = EVERYTHING_ON_ONE_PORT[name]
    config = read_asa(text)
    settings = Settings.of(config)
    search = CutSetSearch(settings, bare_environment(config), goal("dual-active"))
    search.run(2)
    found = [set(each.names) for each in search.found]
    wanted = [{"failover_link_failed", f"port_failed unit={unit.value} port={port}"} for unit in UNITS]
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))
    pair = Pair.cold(config).step(e.PortFailed(unit=PRIMARY, port=port))[0]
    down = [each.name for at, each in enumerate(settings.ports) if no_link(pair, at)]
    assert down == fallen.split()


def no_link(pair: Pair, at: int) -> bool:
    return status(pair.state, pair.settings, PRIMARY, at) is Status.NO_LINK


# The text, and the port that carries the failover link and `inside`; `outside` has a port of its own.
OUTSIDE = "interface {port}\n nameif outside\n ip address 203.0.113.1 255.255.255.0 standby 203.0.113.2\n"
LINK_AND_DATA = {
    "on a Port-channel": (
        OUTSIDE.format(port="Ethernet1/5")
        + LACP
        + sub("Port-channel7", "inside", 30)
        + "interface Port-channel7.999\n vlan 999\n"
        + LINK.format(port="Port-channel7.999"),
        "Port-channel7",
    ),
    "on a Redundant interface": (
        OUTSIDE.format(port="GigabitEthernet0/0")
        + REDUNDANT
        + sub("Redundant3", "inside", 30)
        + "interface Redundant3.999\n vlan 999\n"
        + LINK.format(port="Redundant3.999"),
        "Redundant3",
    ),
    "on a trunk of an ASA 5505": (
        SWITCH.replace("nameif lan", "nameif inside").replace("nameif wan", "nameif outside")
        + "interface Ethernet0/0\n switchport access vlan 20\n"
        + "interface Ethernet0/1\n switchport trunk allowed vlan 10,99\n switchport mode trunk\n"
        + LINK.format(port="Vlan99"),
        "Ethernet0/1",
    ),
    "on a trunk with a bridge group": (
        "ASA Version 9.8(4)\n"
        + BVIS
        + bridged("GigabitEthernet1/1", "outside", 1, 1).replace("1/1.1", "1/2.1")
        + bridged("GigabitEthernet1/1", "inside", 2, 1)
        + "interface GigabitEthernet1/1.999\n vlan 999\n"
        + LINK.format(port="GigabitEthernet1/1.999"),
        "GigabitEthernet1/1",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LINK_AND_DATA)
def test_a_port_under_the_link_and_data_is_one_fault_for_both(name: str) -> None:
    text, port = LINK_AND_DATA[name]
    config = read_asa(text)
    assert [each.rule for each in config.advice if "shares port" in each.text] == ["LNK-5"]
    search = CutSetSearch(Settings.of(config), bare_environment(config), goal("dual-active"))
    search.run(2)
    named = {each for found in search.found for each in found.names}
    for unit in UNITS:
        fault = f"port_failed unit={unit.value} port={port}"
        other = [set(found.names) - {fault} for found in search.found if fault in found.names]
        assert all(len(rest) == 1 and "outside" in str(rest) for rest in other) and other
    assert "failover_link_failed" not in named, "without the port, inside still keeps the units apart from a split"
    pair = Pair.cold(config).step(e.PortFailed(unit=PRIMARY, port=port))[0]
    assert not failover_link_works(pair.state, pair.settings)
    assert no_link(pair, pair.settings.index_of("inside")) and not no_link(pair, pair.settings.index_of("outside"))


MEMBERS = {
    "routed, 9.7 and later": (
        "ASA Version 9.16(4)\ninterface BVI7\n nameif lan\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
        "interface Ethernet1/2\n nameif lan_1\n bridge-group 7\n"
        "interface Ethernet1/3\n nameif lan_2\n bridge-group 7\n",
        ("Ethernet1/2", "Ethernet1/3"),
    ),
    "members on Port-channels": (
        "ASA Version 9.12(4)\ninterface BVI7\n nameif lan\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
        f"{LACP}interface Port-channel7\n nameif lan_1\n bridge-group 7\n"
        "interface Ethernet1/5\n channel-group 8 mode on\ninterface Port-channel8\n nameif lan_2\n bridge-group 7\n",
        ("Port-channel7", "Port-channel8"),
    ),
    "two members on one trunk": (
        "ASA Version 9.8(2)\ninterface BVI7\n nameif lan\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
        "interface Ethernet1/2.5\n vlan 5\n nameif lan_1\n bridge-group 7\n"
        "interface Ethernet1/2.6\n vlan 6\n nameif lan_2\n bridge-group 7\n",
        ("Ethernet1/2",),
    ),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_bvi_is_down_when_all_ports_of_its_members_are(name: str) -> None:
    text, ports = MEMBERS[name]
    pair = Pair.cold(read_asa(f"{text}monitor-interface lan\n" + LINK.format(port="Ethernet1/8")))
    lan, found = pair.settings.index_of("lan"), []
    for port in ports:
        found.append(no_link(pair, lan))
        pair = pair.step(e.PortFailed(unit=PRIMARY, port=port))[0]
    assert (found, no_link(pair, lan)) == ([False] * len(ports), True)
    assert not no_link(pair.step(e.PortRestored(unit=PRIMARY, port=ports[-1]))[0], lan)
