"""What `show failover` prints where a pair does not stand as usual: whole texts, and every line of its hosts."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device import read_show_failover
from failover_fsm.device.commands import show
from failover_fsm.device.memory import GroupMemory, UnitMemory
from failover_fsm.device.moment import Moment, show_failover
from tests.device import chapter
from tests.device.moments import BOOT, ONE, TWO, P, S, moment

ALONE = "unit_restored unit=primary\nsettle\n"
TIMED = BOOT.replace("settle\n", "advance seconds=60\n")


def text_of(*lines: str, unit=P, context=None, command="show failover", **more) -> str:
    return show(command, moment(*lines, **more), unit, context=context)


def with_lines(config: PairConfig, old: str, new: str) -> PairConfig:
    """The pair with other lines in place of one."""
    text = config.to_asa(show_key=True)
    assert old in text
    return PairConfig.from_asa(text.replace(old, new))


TABLE = """\
        Stateful Obj    xmit       xerr       rcv        rerr
        General         0          0          0          0
        sys cmd         0          0          0          0
        up time         0          0          0          0
        RPC services    0          0          0          0
        TCP conn        0          0          0          0
        UDP conn        0          0          0          0
        ARP tbl         0          0          0          0
        Xlate_Timeout   0          0          0          0
        VPN IKE upd     0          0          0          0
        VPN IPSEC upd   0          0          0          0
        VPN CTCP upd    0          0          0          0
        VPN SDI upd     0          0          0          0
        VPN DHCP upd    0          0          0          0
        SIP Session     0          0          0          0

        Logical Update Queue Information
                        Cur     Max     Total
        Recv Q:         0       0       0
        Xmit Q:         0       0       0
"""
OF_CONTEXT = """\
        RPC services    0          0          0          0
        TCP conn        0          0          0          0
        UDP conn        0          0          0          0
        ARP tbl         0          0          0          0
        Xlate_Timeout   0          0          0          0
        SIP Session     0          0          0          0
"""


def test_a_unit_that_has_never_heard_a_mate() -> None:
    """It knows its own slots, addresses and interfaces, and nothing of the mate's."""
    found = text_of("interface_link_failed unit=primary interface=inside", "settle", boot=ALONE)
    assert (
        found
        == """\
Failover On
Failover unit Primary
Failover LAN Interface: folink GigabitEthernet0/2 (failed)
Reconnect timeout 0:00:00
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Interface Policy 1
Monitored Interfaces 2 of 250 maximum
MAC Address Move Notification Interval not set
Last Failover at: 00:00:02 UTC Jan 1 2026
        This host: Primary - Active
                Active time: 1 (sec)
                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                  Interface outside (198.51.100.1): Normal (Waiting)
                  Interface inside (10.0.1.1): No Link (Monitored)
                slot 1: empty
        Other host: Secondary - Not Detected
                Active time: 0 (sec)
                  Interface outside (0.0.0.0): Unknown (Waiting)
                  Interface inside (0.0.0.0): Unknown (Waiting)

Stateful Failover Logical Update Statistics
        Link : statelink GigabitEthernet0/3 (up)
"""
        + TABLE
    )


def test_a_unit_without_failover() -> None:
    bare = PairConfig.from_asa("hostname asa\n")
    assert (
        text_of(config=bare, boot="unit_restored unit=primary\n")
        == """\
Failover Off
Failover unit Primary
Failover LAN Interface: not Configured
Reconnect timeout 0:00:00
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Interface Policy 1
Monitored Interfaces 0 of 250 maximum
MAC Address Move Notification Interval not set
Last Failover at: 00:00:01 UTC Jan 1 2026
        This host: Primary - Disabled
                Active time: 0 (sec)
                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                slot 1: empty
        Other host: Secondary - Not Detected
                Active time: 0 (sec)

Stateful Failover Logical Update Statistics
        Link : Unconfigured.
"""
    )
    assert show_failover(moment(config=bare, boot="unit_restored unit=primary\n"), P).lan_missing is True


def test_two_groups_as_a_whole_text() -> None:
    """SHW-37 to SHW-40; a group's replication over HTTP is said of the unit, its times are those of the first group."""
    second = "failover group 2\n  secondary\n"
    config = with_lines(TWO, second, f"{second}  replication http\n  polltime interface 4 holdtime 20\n")
    found = text_of("interface_link_failed unit=secondary interface=lan", "settle", unit=S, config=config)
    assert (
        found
        == """\
Failover On
Failover unit Secondary
Failover LAN Interface: folink GigabitEthernet0/4 (up)
Reconnect timeout 0:00:00
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Interface Policy 1
Monitored Interfaces 4 of 250 maximum
MAC Address Move Notification Interval not set
failover replication http
Group 1 last failover at: 00:00:06 UTC Jan 1 2026
Group 2 last failover at: 00:00:14 UTC Jan 1 2026

This host:    Secondary
Group 1        State:          Failed
                Active time:    0 (sec)
Group 2        State:          Active
                Active time:    4 (sec)

                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                slot 1: empty
                  office Interface outside (192.0.2.2): Normal (Monitored)
                  office Interface lan (10.1.0.2): No Link (Monitored)
                  plant Interface outside (198.51.100.1): Normal (Monitored)
                  plant Interface machines (10.2.0.1): Normal (Monitored)

Other host:    Primary
Group 1        State:          Active
                Active time:    13 (sec)
Group 2        State:          Standby Ready
                Active time:    8 (sec)

                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                slot 1: empty
                  office Interface outside (192.0.2.1): Normal (Monitored)
                  office Interface lan (10.1.0.1): Normal (Waiting)
                  plant Interface outside (198.51.100.2): Normal (Monitored)
                  plant Interface machines (10.2.0.2): Normal (Monitored)

Stateful Failover Logical Update Statistics
        Link : statelink GigabitEthernet0/5 (up)
"""
        + TABLE
    )


def test_a_context_shows_its_own_interfaces_only() -> None:
    """SHW-16 to SHW-18, SHW-44: two contexts of one group differ; a group has no header above its rows."""
    assert (
        text_of(config=chapter.TWO, context="ctx1")
        == """\
Failover On
Last Failover at: 00:00:05 UTC Jan 1 2026
        This context: Active
                Active time: 10 (sec)
                  Interface outside (10.1.1.1): Normal (Monitored)
                  Interface inside (10.2.2.1): Normal (Monitored)
        Peer context: Standby Ready
                Active time: 0 (sec)
                  Interface outside (10.1.1.2): Normal (Monitored)
                  Interface inside (10.2.2.2): Normal (Monitored)

Stateful Failover Logical Update Statistics
        Status: Configured.
        Stateful Obj    xmit       xerr       rcv        rerr
"""
        + OF_CONTEXT
    )
    group = text_of(config=TWO, command="show failover group 1")
    assert group.endswith("Statistics\n        Status: Configured.\n" + OF_CONTEXT)


CONTEXTS = """mode multiple
interface GigabitEthernet0/0
interface GigabitEthernet0/1
interface GigabitEthernet0/2
admin-context admin
context admin
 allocate-interface GigabitEthernet0/0
context plant
 allocate-interface GigabitEthernet0/1
failover
failover lan unit primary
failover lan interface FO GigabitEthernet0/2
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
changeto context admin
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
changeto context plant
interface GigabitEthernet0/1
 nameif inside
 ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
"""


def test_a_context_of_a_pair_without_groups() -> None:
    """Its contexts go with the unit; without a stateful link nothing is counted."""
    config = PairConfig.from_asa(CONTEXTS)
    assert (
        text_of(config=config, context="plant")
        == """\
Failover On
Last Failover at: 00:00:05 UTC Jan 1 2026
        This context: Active
                Active time: 6 (sec)
                  Interface inside (10.1.0.1): Normal (Monitored)
        Peer context: Standby Ready
                Active time: 0 (sec)
                  Interface inside (10.1.0.2): Normal (Monitored)

Stateful Failover Logical Update Statistics
        Link : Unconfigured.
"""
    )
    monitored = text_of(config=config, context="plant", command="show monitor-interface")
    assert [line for line in monitored.splitlines() if "host" in line] == [
        "This host: Primary - Active", "Other host: Secondary - Standby",
    ]  # fmt: skip


MIXED = """ASA Version 9.1(2)
interface Ethernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
 ipv6 enable
interface Ethernet0/1
 nameif inside
 ipv6 address fe80::1 link-local standby fe80::2
interface Ethernet0/2
 nameif dmz
 ip address 10.9.0.1 255.255.255.0
interface Ethernet0/4.5
 vlan 5
 nameif lab
 no ip address
interface Ethernet0/5
 nameif auto
 ipv6 address autoconfig
interface Ethernet0/6
failover
failover lan unit primary
failover lan interface FO Ethernet0/3
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""
"""One interface of each kind: both addresses, only a link-local one, no standby one, none at all, a learned one."""


def interface_lines(text: str) -> list[str]:
    return [line.split("Interface ")[1] for line in text.splitlines() if "Interface " in line and line[0] == " "]


def test_addresses_of_every_kind() -> None:
    """SHW-13: 0.0.0.0 where there is none; behind it the address of IPv6, if it has a prefix or is link-local."""
    cut = ("interface_link_failed unit=primary interface=dmz", "interface_link_failed unit=primary interface=lab")
    text = text_of(*cut, "settle", config=PairConfig.from_asa(MIXED))
    assert interface_lines(text) == [
        "outside (192.0.2.1): Normal (Monitored)",
        "inside (0.0.0.0/fe80::1): Normal (Monitored)",
        "dmz (10.9.0.1): No Link (Waiting)",  # its peer has no address to be heard from
        "lab (0.0.0.0): No Link (Not-Monitored)",
        "auto (0.0.0.0): Normal (Waiting)",
        "outside (192.0.2.2): Normal (Monitored)",
        "inside (0.0.0.0/fe80::2): Normal (Monitored)",
        "dmz (0.0.0.0): Normal (Waiting)",
        "lab (0.0.0.0): Normal (Not-Monitored)",
        "auto (0.0.0.0): Normal (Waiting)",
    ]
    assert "Version: Ours 9.1(2), Mate 9.1(2)\n" in text
    assert text.count("slot 0: ASA hw/sw rev (N/A/9.1(2)) status (Up Sys)\n") == 2


def test_a_unit_that_has_given_up_its_addresses_has_none_until_it_hears_the_new_active_one() -> None:
    given = interface_lines(text_of("primary: no failover active"))
    assert given[:2] == ["outside (0.0.0.0): Normal (Monitored)", "inside (0.0.0.0): Normal (Monitored)"]
    after = interface_lines(text_of("primary: no failover active", "settle"))
    assert after[:2] == ["outside (198.51.100.2): Normal (Monitored)", "inside (10.0.1.2): Normal (Monitored)"]


def test_the_slots_of_a_unit_whose_service_module_is_dead() -> None:
    found = text_of("service_module_failed unit=secondary", "settle").splitlines()
    assert [line.strip() for line in found if "slot 1" in line] == [
        "slot 1: empty", "slot 1: SSM hw/sw rev (N/A/) status (Unresponsive/Up)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines, unit, mine, theirs",
    [
        (("advance seconds=40",), S, 0, 99),  # of a mate that is heard, up to now
        (("failover_link_failed", "advance seconds=40"), S, 0, 99),  # it is heard on the data interfaces
        (("unit_failed unit=primary", "advance seconds=2"), S, 0, 59),  # dead, which nobody has noticed
        (("failover_link_failed", "interface_path_failed interface=inside", "interface_path_failed interface=outside",
          "advance seconds=100"), P, 159, 0),  # neither hears the other: each counts its own
        (("failover_link_failed", "interface_path_failed interface=inside", "interface_path_failed interface=outside",
          "advance seconds=100"), S, 85, 74),
    ],
)  # fmt: skip
def test_active_times(lines, unit, mine, theirs) -> None:
    """SHW-23: a unit knows its mate's as it heard it last."""
    found = read_show_failover(text_of(*lines, unit=unit, boot=TIMED))
    assert (found.this.groups[0].active_time, found.other.groups[0].active_time) == (mine, theirs)


def test_active_times_of_units_of_which_nothing_is_remembered() -> None:
    dead = moment("unit_failed unit=primary", "settle", config=TWO)
    bare = Moment(state=dead.state, settings=dead.settings, config=dead.config)
    found = read_show_failover(show("show failover", bare, S))
    assert [each.active_time for host in found.hosts for each in host.groups] == [0, 0, 0, 0]
    assert bare.memory(S) == UnitMemory(groups=(GroupMemory(), GroupMemory()), heard_active=(0, 0))


SHARED = [
    with_lines(ONE, "failover link statelink GigabitEthernet0/3\n", f"failover link folink{port}\n")
    .to_asa(show_key=True)
    .replace("failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6\n", "")
    for port in (" GigabitEthernet0/2", "")
]


@pytest.mark.parametrize("text", SHARED, ids=("with its port", "without its port"))
def test_a_stateful_link_on_the_failover_link_goes_with_it(text) -> None:
    """LNK-11, CFG-20, SHW-31."""
    config = PairConfig.from_asa(text)
    blocks = [read_show_failover(text_of(*lines, "settle", config=config)).statistics
              for lines in ((), ("failover_link_failed",))]  # fmt: skip
    assert [(each.link_name, each.link_port, each.link_state) for each in blocks] == [
        ("folink", "GigabitEthernet0/2", "up"), ("folink", "GigabitEthernet0/2", "failed"),
    ]  # fmt: skip
    alone = read_show_failover(text_of(config=config, boot=ALONE))
    assert (alone.lan_state, alone.statistics.link_state) == ("failed", "failed")
    links = text_of(config=config, command="show failover interface")
    assert links.count("interface folink") == links.count("System IP Address") == 1


def test_a_stateful_link_without_addresses_is_none() -> None:
    """It never comes up."""
    config = with_lines(ONE, "failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6\n", "")
    assert text_of(config=config).endswith("Statistics\n        Link : Unconfigured.\n")


def test_a_bridge_table_where_one_context_bridges() -> None:
    """SHW-35."""
    bridging = attrs.evolve(TWO, contexts=tuple(attrs.evolve(each, transparent=each.name == "plant")
                                                for each in TWO.contexts))  # fmt: skip
    for config, is_there in ((TWO, False), (bridging, True)):
        found = attrs.evolve(moment(config=TWO), config=config)
        assert ("L2BRIDGE tbl" in show("show failover", found, P)) is is_there
