"""What of a configuration the protocol reads, of a pair with failover groups above all."""

from __future__ import annotations

from pathlib import Path

import attrs

from failover_fsm import PairConfig
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import InterfacePolicy, Unit
from failover_fsm.pair.settings import GroupSettings, Port, Settings

DATA = Path(__file__).parents[1] / "data" / "config"

GROUPS = """\
hostname edge
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/0
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover interface-policy 3
failover group 1
 interface-policy 2
failover group 2
 secondary
 preempt 60
 interface-policy 50%
interface GigabitEthernet0/0
interface GigabitEthernet0/1
interface GigabitEthernet0/2
 shutdown
interface GigabitEthernet0/3
admin-context admin
context admin
 allocate-interface GigabitEthernet0/3
 join-failover-group 1
context blue
 allocate-interface GigabitEthernet0/1
context red
 allocate-interface GigabitEthernet0/2 lan
 join-failover-group 2
changeto context admin
interface GigabitEthernet0/3
 nameif management
 ip address 10.0.9.1 255.255.255.0
changeto context blue
interface GigabitEthernet0/1
 nameif inside
 ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2
changeto context red
interface lan
 nameif inside
 ip address 10.0.2.1 255.255.255.0 standby 10.0.2.2
no monitor-interface inside
"""


def test_each_group_has_what_is_told_to_it_and_defaults_for_the_rest() -> None:
    settings = Settings.of(PairConfig.from_asa(GROUPS))
    assert settings.groups == (
        GroupSettings(preferred=Unit.PRIMARY, policy=InterfacePolicy(count=2)),
        GroupSettings(preferred=Unit.SECONDARY, preempt=True, preempt_delay=60, policy=InterfacePolicy(percent=50)),
    )
    assert [settings.policy_of(index) for index in (0, 1)] == [group.policy for group in settings.groups]
    assert settings.group_count == 2


def test_an_interface_belongs_to_the_group_of_its_context_and_one_that_names_none_to_group_1() -> None:
    settings = Settings.of(PairConfig.from_asa(GROUPS))
    assert tuple(attrs.evolve(port, macs=Port(name="any").macs) for port in settings.ports) == (
        Port(name="management", addressed=False),
        Port(name="blue/inside"),
        Port(name="red/inside", monitored=False, shutdown=True, group=1),
    )
    assert settings.contexts == (("admin", 0), ("blue", 0), ("red", 1))
    assert settings.group_of_context("red") == 1
    assert settings.group_of_context(None) == 0
    assert settings.other_contexts == ("red",)


def test_only_the_interfaces_of_a_group_count_for_it() -> None:
    settings = Settings.of(read_config(DATA / "two_uplinks_aa.cfg"))
    counted = [[settings.ports[index].name for index in settings.counted_in(group)] for group in (0, 1)]
    assert counted == [["uplink-a", "office/lan"], ["uplink-b", "shop/lan"]]


def test_a_port_that_is_shut_down_in_the_system_space_is_so_in_the_context() -> None:
    ports = {port.name: port for port in Settings.of(PairConfig.from_asa(GROUPS)).ports}
    assert ports["red/inside"].shutdown
    opened = Settings.of(PairConfig.from_asa(GROUPS.replace(" shutdown\n", "")))
    assert not opened.ports[opened.index_of("red/inside")].shutdown


def test_contexts_without_failover_groups_move_with_the_unit() -> None:
    text = GROUPS.replace("failover group 1\n interface-policy 2\n", "").replace(" join-failover-group 1\n", "")
    text = text.replace("failover group 2\n secondary\n preempt 60\n interface-policy 50%\n", "")
    settings = Settings.of(PairConfig.from_asa(text.replace(" join-failover-group 2\n", "")))
    assert (settings.groups, settings.contexts, settings.group_count) == ((), (), 1)
    assert {port.group for port in settings.ports} == {0}
    assert settings.policy_of(0) == InterfacePolicy(count=3)
