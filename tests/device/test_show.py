"""What units print for show commands, in every condition that the chapter names."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device import read_failover_interface, read_failover_state, read_show_failover, write_show_failover
from failover_fsm.device.commands import COMMANDS, CommandError, find, show
from failover_fsm.device.failover_exec import read_failover_exec
from failover_fsm.device.fields import INTERFACE_STATUSES, STATES
from failover_fsm.device.interfaces import read_interfaces, write_interfaces
from failover_fsm.device.moment import STATUS_NAMES, Moment
from failover_fsm.device.records import ObjectCount, ShowFailover
from failover_fsm.device.show_failover import CABLE_STATES
from failover_fsm.device.statistics import OBJECTS, sum_of
from failover_fsm.device.style import CHAPTER, EARLIER, LATER, PIX, style_of
from failover_fsm.device.words import ACTIVE_CHAIN, JOIN_CHAIN, STATE_NAMES, peer_state
from failover_fsm.pair.states import AnnouncedRole, PeerContact
from tests.device.moments import BOOT, ONE, TWO, P, S, moment

ADDRESS = "ip address 192.0.2.{0} 255.255.255.0 standby 192.0.2.{1}\n"


def failover(*lines: str, unit=P, config=ONE, boot=BOOT, context=None, style=None) -> ShowFailover:
    """What `show failover` says, from its text."""
    return read_show_failover(
        show("show failover", moment(*lines, config=config, boot=boot, style=style), unit, context=context)
    )


def test_a_pair_with_a_silent_interface_as_a_whole_text() -> None:
    """SHW-2 to SHW-15, SHW-19, SHW-24, SHW-25."""
    text = show("show failover", moment("interface_traffic_failed unit=secondary interface=inside", "settle"), P)
    assert (
        text.split("Stateful Failover")[0]
        == """\
Failover On
Failover unit Primary
Failover LAN Interface: folink GigabitEthernet0/2 (up)
Reconnect timeout 0:00:00
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Interface Policy 1
Monitored Interfaces 2 of 250 maximum
MAC Address Move Notification Interval not set
Last Failover at: 00:00:05 UTC Jan 1 2026
        This host: Primary - Active
                Active time: 10 (sec)
                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                  Interface outside (198.51.100.1): Normal (Monitored)
                  Interface inside (10.0.1.1): Normal (Monitored)
                slot 1: empty
        Other host: Secondary - Failed
                Active time: 0 (sec)
                slot 0: ASA hw/sw rev (N/A/) status (Up Sys)
                  Interface outside (198.51.100.2): Normal (Monitored)
                  Interface inside (10.0.1.2): Failed (Monitored)
                slot 1: empty

"""
    )


def test_the_other_unit_swaps_the_hosts() -> None:
    """SHW-12, SHW-13, SHW-22: one's own unit first, each with the addresses in use on it."""
    found = failover("secondary: failover active", "settle", unit=S)
    assert (found.unit, found.this.role, found.this.state) == ("Secondary", "Secondary", "Active")
    assert (found.other.role, found.other.state) == ("Primary", "Standby Ready")
    assert [each.address for each in found.this.interfaces] == ["198.51.100.1", "10.0.1.1"]
    assert [each.address for each in found.other.interfaces] == ["198.51.100.2", "10.0.1.2"]


SILENT = "interface_traffic_failed unit={} interface=inside"


@pytest.mark.parametrize(
    "line, style, mine, theirs",
    [
        ("settle", LATER, ("Normal", "Monitored"), ("Normal", "Monitored")),  # SHW-27
        (
            "interface_traffic_failed unit=primary interface=inside",
            LATER,
            ("Failed", "Monitored"),
            ("Normal", "Monitored"),
        ),
        ("interface_link_failed unit=primary interface=inside", LATER, ("No Link", "Monitored"), ("Normal", "Waiting")),
        (
            "interface_link_failed unit=primary interface=inside",
            CHAPTER,
            ("No Link", None),
            ("Waiting", None),
        ),  # SHW-30
        (
            SILENT.format("primary") + "\n" + SILENT.format("secondary"),
            LATER,
            ("Unknown", "Monitored"),
            ("Unknown", "Monitored"),
        ),  # SHW-29
        ("unit_failed unit=secondary", LATER, ("Normal", "Waiting"), ("Unknown", "Monitored")),
    ],
)
def test_the_conditions_of_an_interface(line, style, mine, theirs) -> None:
    """SHW-25 to SHW-30; later software says Waiting of the monitoring, the chapter of the interface."""
    found = failover(line, "settle", style=style)
    assert [(host.interfaces[1].status, host.interfaces[1].monitoring) for host in found.hosts] == [mine, theirs]


def test_what_a_unit_has_not_found_yet_it_does_not_show() -> None:
    """Where time passes, an interface is as its unit found it: normal, then under test, then failed."""
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    shown = []
    for seconds in ("2", "14", "28"):
        found = failover(SILENT.format("secondary"), f"advance seconds={seconds}", boot=boot, unit=S)
        shown.append(found.this.interfaces[1].status)
    assert shown == ["Normal", "Testing", "Failed"]


def test_an_interface_that_is_shut_down() -> None:
    """SHW-28: Link Down is administrative, No Link is not."""
    config = PairConfig.from_asa(ONE.to_asa(show_key=True).replace(" nameif inside", " shutdown\n nameif inside"))
    assert failover(config=config).this.interfaces[1].status == "Link Down"


def test_every_condition_and_every_state_has_a_device_word() -> None:
    assert set(STATUS_NAMES.values()) == set(INTERFACE_STATUSES)
    assert {*STATE_NAMES.values(), *ACTIVE_CHAIN, *JOIN_CHAIN, "Disabled", "Not Detected", "App Sync"} == set(STATES)


def test_a_mate_that_is_silent_or_was_never_heard() -> None:
    silent = failover("unit_failed unit=primary", "settle", unit=S)
    assert (silent.lan_state, silent.other.state) == ("failed", "Failed")
    assert {each.status for each in silent.other.interfaces} == {"Unknown"}
    assert silent.other.groups[0].active_time == 8  # as it was heard last (SHW-23)
    alone = failover(boot="unit_restored unit=primary\nsettle\n")
    assert (alone.other.state, alone.other.slots) == ("Not Detected", ())
    assert {(each.status, each.monitoring) for each in alone.other.interfaces} == {("Unknown", "Waiting")}
    assert {each.address for each in alone.other.interfaces} == {"0.0.0.0"}


def test_a_mate_that_joins_is_shown_with_its_phase() -> None:
    boot = "unit_restored unit=primary\nsettle\nunit_restored unit=secondary\n"
    steps = ["hello_heard unit=secondary", "hello_heard unit=primary", "synchronization_advanced unit=secondary"]
    found = failover(*steps, boot=boot)
    assert found.other.state == failover(*steps, boot=boot, unit=S).this.state == "Sync Config"
    silent = moment(*steps, boot=boot)
    own = attrs.evolve(silent.state.primary, contact=PeerContact.DATA)
    told = show("show failover", attrs.evolve(silent, state=attrs.evolve(silent.state, primary=own)), P)
    assert read_show_failover(told).other.state == "Cold Standby"  # its hellos do not arrive: where it began
    for enabled, state in ((True, "Failed"), (False, "Not Detected")):
        groups = tuple(attrs.evolve(each, peer_role=AnnouncedRole.NONE) for each in own.groups)
        lost = attrs.evolve(own, contact=PeerContact.LOST, enabled=enabled, groups=groups)
        assert peer_state(lost, silent.state.secondary) == state


def test_a_unit_that_is_off_and_one_with_failover_off() -> None:
    assert show("show failover", moment(boot="settle\n"), P) == "The primary is off and prints nothing.\n"
    off = failover("failover_disabled unit=primary", "settle", unit=S)
    assert (off.enabled, off.lan_state, off.this.state) == (False, "down", "Disabled")  # SHW-19
    bare = PairConfig.from_asa("hostname asa\n")
    none = failover(config=bare, boot="unit_restored unit=primary\n")
    assert (none.lan_missing, none.lan_name, none.statistics.status) == (True, None, "Unconfigured")


def test_times_policy_and_http() -> None:
    """SHW-7, SHW-8, SHW-10, SHW-20."""
    more = (
        "failover polltime unit msec 200 holdtime msec 800\nfailover interface-policy 50%\nfailover replication http\n"
    )
    text = show("show failover", moment(config=PairConfig.from_asa(ONE.to_asa(show_key=True) + more)), P)
    assert "Unit Poll frequency 200 milliseconds, holdtime 800 milliseconds\n" in text
    assert "Interface Policy 50%\n" in text and "failover replication http\n" in text
    assert failover().replication is None


def test_a_command_changes_what_the_unit_shows() -> None:
    found = failover('command_entered unit=primary text="failover interface-policy 2"', "settle")
    assert found.policy == "2"


@pytest.mark.parametrize(
    "events, state",
    [([], "up"), (["stateful_link_failed"], "failed"), (["failover_disabled unit=primary"], "down")],
)
def test_the_stateful_link(events, state) -> None:
    """SHW-14, SHW-31: its names and its state."""
    block = failover(*events, "settle").statistics
    assert (block.link_name, block.link_port, block.link_state) == ("statelink", "GigabitEthernet0/3", state)
    assert [row.name for row in block.objects] == [kind.name for kind in OBJECTS if kind.of_unit and not kind.only]
    assert {(row.xmit, row.xerr, row.rcv, row.rerr) for row in block.objects} == {
        (0, 0, 0, 0)
    }  # nothing counts (SHW-32)


def test_a_stateful_link_on_a_data_interface_goes_with_it() -> None:
    """SHW-31, LNK-11: it is down where the interface is down, and failed where that has failed."""
    text = "".join(line + "\n" for line in ONE.to_asa(show_key=True).splitlines() if "statelink" not in line)
    config = PairConfig.from_asa(text + "failover link inside\n")
    down, failed = "interface_link_failed unit=primary interface=inside", SILENT.format("primary")
    blocks = [failover(*lines, "settle", config=config).statistics for lines in ((), (down,), (failed,))]
    assert [(each.link_name, each.link_port, each.link_state) for each in blocks] == [
        ("inside", "GigabitEthernet0/1", state) for state in ("up", "down", "failed")
    ]


def test_no_stateful_link() -> None:
    config = PairConfig.from_asa(
        "".join(line + "\n" for line in ONE.to_asa(show_key=True).splitlines() if "statelink" not in line)
    )
    block = failover(config=config).statistics
    assert (block.status, block.objects, block.queues) == ("Unconfigured", (), ())


def test_the_rows_of_the_statistics() -> None:
    """SHW-33, SHW-35, SHW-36: the first is the sum; the bridge table and GTP only where there are such.

    Each kind of object has one row (SHW-34). A sample whose first row is not the sum is read as it stands (SHW-42).
    """
    assert len({kind.name for kind in OBJECTS}) == len({kind.counts for kind in OBJECTS}) == len(OBJECTS)
    block = "Stateful Obj xmit xerr rcv rerr\nGeneral 1973 0 1895 0\nTCP conn 1435 0 1450 0\n"
    assert read_show_failover(block).statistics.of("General").xmit == 1973
    rows = (ObjectCount(name="TCP conn", xmit=6, rcv=1), ObjectCount(name="ARP tbl", xmit=106, rerr=2))
    assert sum_of(rows) == ObjectCount(name="General", xmit=112, rcv=1, rerr=2)
    bridging = PairConfig.from_asa("firewall transparent\n" + ONE.to_asa(show_key=True))
    assert failover(config=bridging).statistics.of("L2BRIDGE tbl") is not None
    assert failover().statistics.of("L2BRIDGE tbl") is None
    gtp = failover(config=TWO, context="office", style=attrs.evolve(LATER, gtp=True)).statistics
    assert gtp.of("GTP PDP") is not None and gtp.of("General") is None  # SHW-18
    assert failover(config=TWO, context="office").statistics.of("GTP PDP") is None


@pytest.mark.parametrize("cable", CABLE_STATES)
def test_the_cable(cable: str) -> None:
    """SHW-4: a PIX has the line, and five states."""
    text = write_show_failover(ShowFailover(enabled=True, cable=cable))
    assert text == f"Failover On\nCable status: {cable}\n"
    assert read_show_failover(text).cable == cable
    assert len(CABLE_STATES) == 5


@pytest.mark.parametrize(
    "first, style",
    [("", LATER), ("ASA Version 8.2(1)\n", EARLIER), ("ASA Version 8.6(1)2\n", LATER),
     ("ASA Version 8.2(5)\n", EARLIER), ("ASA Version 8.3(1)\n", LATER),
     ("PIX Version 7.2(1)\nfailover lan enable\n", PIX),
     ("NGFW Version 6.1.0\n", LATER)],
)  # fmt: skip
def test_each_release_in_its_style(first, style) -> None:
    config = PairConfig.from_asa(first + ONE.to_asa(show_key=True))
    assert style_of(config) == style
    found = failover(config=config)
    assert (found.cable is None, found.this.interfaces[0].monitoring is None) == (
        not style.cable,
        style.suffix != "all",
    )
    assert found.version == config.software == found.mate_version
    if config.software:
        assert failover(config=config, boot="unit_restored unit=primary\nsettle\n").mate_version == "Unknown"


def test_two_groups() -> None:
    """SHW-37 to SHW-40, SHW-43: a state for each group, the context before each interface, VPN rows with zero."""
    found = failover(config=TWO)
    assert [(each.group, each.state) for each in found.this.groups] == [(1, "Active"), (2, "Standby Ready")]
    assert [each.group for each in found.last_failover] == [1, 2]
    assert [(each.context, each.name, each.address) for each in found.this.interfaces][1:3] == [
        ("office", "lan", "10.1.0.1"), ("plant", "outside", "198.51.100.2"),
    ]  # fmt: skip
    assert found.statistics.of("VPN IKE upd").xmit == 0
    assert (found.cable, found.monitored) == (None, 4)
    assert failover(config=TWO, style=CHAPTER).cable is None


def test_one_group_and_one_context() -> None:
    """SHW-16, SHW-44: nothing of the unit, and only the interfaces of the group or of the context."""
    group = read_show_failover(show("show failover group 2", moment(config=TWO), S))
    assert (group.enabled, group.unit, group.this.state, group.other.state) == (None, None, "Active", "Standby")
    assert {each.context for each in group.this.interfaces} == {"plant"} and group.this.slots == ()
    inside = failover(config=TWO, context="office", unit=S)
    assert (inside.enabled, inside.this.role, inside.this.state, inside.other.state) == (
        True,
        None,
        "Standby Ready",
        "Active",
    )
    assert [(each.context, each.name) for each in inside.this.interfaces] == [(None, "outside"), (None, "lan")]


def test_a_dead_service_module() -> None:
    found = failover("service_module_failed unit=secondary", "settle")
    assert (found.other.state, found.other.slots[1].status) == ("Failed", "Unresponsive/Up")
    state = read_failover_state(
        show("show failover state", moment("service_module_failed unit=secondary", "settle"), P)
    )
    assert state.other.groups[0].reason == "Backplane Failure"


WORDS = """ASA Version 9.1(2)
interface Ethernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface Ethernet0/1.72
 vlan 72
 nameif vlan72
 no ip address
interface Management0/0
 shutdown
 nameif management
 ipv6 address 2001:db8::1/64 standby 2001:db8::2
failover
failover lan unit primary
failover lan interface FO Ethernet0/3
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""


def test_unmonitored_interfaces_and_ipv6() -> None:
    config = PairConfig.from_asa(WORDS)
    later = [(each.name, each.status, each.monitoring) for each in failover(config=config).this.interfaces]
    assert later == [
        ("outside", "Normal", "Monitored"), ("vlan72", "Normal", "Not-Monitored"),
        ("management", "Link Down", "Monitored"),
    ]  # fmt: skip
    early = [
        (each.name, each.status, each.monitoring) for each in failover(config=config, style=EARLIER).this.interfaces
    ]
    assert early == [("outside", "Normal", None), *later[1:2], ("management", "Link Down", None)]
    plain = failover(config=config, style=CHAPTER)
    assert [each.name for each in plain.this.interfaces] == ["outside", "management"]
    assert plain.monitored == len(plain.this.interfaces) == 2  # SHW-9
    assert [host.interfaces[1].address for host in plain.hosts] == ["0.0.0.0/2001:db8::1", "0.0.0.0/2001:db8::2"]
    monitored = show("show monitor-interface", moment(config=config), P)
    assert "vlan72" not in monitored and "Interface management" in monitored


# -- the other commands ----------------------------------------------------------------------------


def test_the_state_after_a_failure_that_is_over() -> None:
    """The last failure is not cleared when the fault clears, and its interfaces stand below it."""
    lines = ("interface_link_failed unit=primary interface=inside", "settle",
             "interface_link_restored unit=primary interface=inside", "settle")  # fmt: skip
    found = read_failover_state(show("show failover state", moment(*lines), S))
    assert (found.other.groups[0].state, found.other.groups[0].reason) == ("Standby Ready", "Ifc Failure")
    assert [(each.interface, each.status) for each in found.other.groups[0].interfaces] == [("inside", "No Link")]
    assert found.this.groups[0].reason is None
    assert (found.configuration, found.communication) == (("Sync Done - STANDBY",), ("Mac set",))
    assert read_failover_state(show("show failover state", moment(*lines), P)).configuration == ("Sync Done",)


def test_the_state_of_a_split_brain() -> None:
    lines = ("failover_link_failed", "interface_path_failed interface=inside",
             "interface_path_failed interface=outside", "settle")  # fmt: skip
    for unit in (P, S):
        found = read_failover_state(show("show failover state", moment(*lines), unit))
        assert (found.this.groups[0].state, found.other.groups[0].state) == ("Active", "Failed")
        assert (found.this.groups[0].reason, found.other.groups[0].reason) == (None, "Comm Failure")
        assert found.communication == ()


def test_the_state_while_a_configuration_is_sent() -> None:
    boot = "unit_restored unit=primary\nsettle\nunit_restored unit=secondary\n"
    joining = moment("hello_heard unit=secondary", "synchronization_advanced unit=secondary", boot=boot)
    states = [read_failover_state(show("show failover state", joining, unit)).configuration for unit in (P, S)]
    assert states == [("Config Syncing",), ("Config Syncing - STANDBY",)]


def test_the_links_with_the_addresses_of_both_units() -> None:
    """The failover link and a stateful link of its own keep their addresses (MAC-1, MAC-12)."""
    for unit, own, other in ((P, "172.16.0.1", "172.16.0.2"), (S, "172.16.0.2", "172.16.0.1")):
        found = read_failover_interface(
            show("show failover interface", moment("secondary: failover active"), unit)
        ).links
        assert [(each.name, each.port) for each in found] == [
            ("folink", "GigabitEthernet0/2"), ("statelink", "GigabitEthernet0/3"),
        ]  # fmt: skip
        assert (found[0].system, found[0].mine, found[0].others) == ("172.16.0.1 255.255.255.252", own, other)


def test_the_running_configuration() -> None:
    """SHW-48, SHW-49: the failover commands of the unit; with `all` those of default value too; none in a context."""
    plain, every = (show(f"show running-config {all}failover", moment(), S).splitlines() for all in ("", "all "))
    assert plain[:3] == ["failover", "failover lan unit secondary", "failover lan interface folink GigabitEthernet0/2"]
    assert set(plain) < set(every)
    assert {"failover polltime unit 1 holdtime 15", "failover interface-policy 1"} <= {*every} - {*plain}
    assert all("failover" in line for line in every)
    groups = show("show running-config failover", moment(config=TWO), P)
    assert "failover group 2\n  secondary\n  preempt 60\n" in groups and "context" not in groups
    assert show("show running-config failover", moment(config=TWO), P, context="office") == ""
    again = PairConfig.from_asa("mode multiple\n" + groups)
    assert (again.groups, again.lan, again.interface_ips) == (TWO.groups, TWO.lan, TWO.interface_ips)
    assert show("show running-config failover", moment("failover_disabled unit=primary"), P).startswith("no failover\n")


def test_the_mac_address_in_use() -> None:
    """SHW-1: it goes with the IP address; burned-in ones have others that stand for them."""
    before, after = (read_interfaces(show("show interface outside", moment(*lines), S)).interfaces[0]
                     for lines in ((), ("secondary: failover active", "settle")))  # fmt: skip
    assert (before.address, before.mac) == ("198.51.100.2", "0000.5e00.5340")
    assert (after.address, after.mac) == ("198.51.100.1", "0000.5e00.5300")  # the primary's, which the unit learned
    virtual = read_interfaces(show("show interface", moment(config=TWO), P, context="office")).interfaces
    assert [each.mac for each in virtual] == ["00a0.c900.0101", "00a0.c901.0101"]
    down = moment("interface_link_failed unit=primary interface=inside")
    assert read_interfaces(show("show interface inside", down, P)).interfaces[0].protocol == "down"
    shut = read_interfaces(show("show interface management", moment(config=PairConfig.from_asa(WORDS)), P)).interfaces
    assert (shut[0].admin, shut[0].address) == ("administratively down", None)
    text = show("show interface", moment(), P)
    assert write_interfaces(read_interfaces(text)) == text


def test_the_mode_of_failover_exec() -> None:
    assert show("show failover exec active", moment(), S) == "Active unit Failover EXEC is at config mode\n"
    assert show("show failover exec standby", moment(), S) == "Standby unit Failover EXEC is at config mode\n"
    assert read_failover_exec(show("sh failover exec mate", moment(), S)).role == "Active"
    assert read_failover_exec(show("show failover exec mate", moment(), P)).role == "Standby"


def test_words_may_be_shortened() -> None:
    assert [find(text)[0].text for text in ("sh fail", "sho failover hist", "sh run fa", "SH MON")] == [
        "show failover", "show failover history", "show running-config failover", "show monitor-interface",
    ]  # fmt: skip
    assert find("show int outside")[1] == {"name": "outside"}


@pytest.mark.parametrize(
    "command, pair, context, error",
    [
        ("show version", ONE, None, "`show version` is unknown; allowed: show failover, "),
        ("show", ONE, None, "is unknown"),
        ("show f", ONE, None, "is unknown"),  # as short as that it could be many a command
        ("show fail groups 1", ONE, None, "show failover group GROUP, "),
        (
            "show failover group 1",
            ONE,
            None,
            "there is no failover group 1; allowed: `show failover`, in an Active/Standby",
        ),
        ("show failover group 3", TWO, None, "there is no failover group 3; allowed: group 1 or 2"),
        (
            "show monitor-interface",
            TWO,
            None,
            "in the system space; allowed: in a context: admin, office, plant",
        ),  # SHW-46
        ("show failover", TWO, "shop", "there is no context shop; allowed: admin, office, plant"),
        ("show failover", ONE, "shop", "there is no context shop; allowed: no context, the pair has none"),
        ("show interface dmz", ONE, None, "there is no interface dmz; allowed: outside, inside"),
        ("show failover exec me", ONE, None, "allowed: active, standby, mate"),
        ("show failover exec actives", ONE, None, "allowed: active, standby, mate"),
    ],
)
def test_a_command_that_cannot_be_entered(command, pair, context, error) -> None:
    with pytest.raises(CommandError) as caught:
        show(command, moment(config=pair), P, context=context)
    assert error in str(caught.value)


def test_a_unit_without_interfaces_shows_none() -> None:
    bare = moment(config=PairConfig.from_asa("hostname asa\n"), boot="unit_restored unit=primary\n")
    assert show("show interface", bare, P) == show("show failover interface", bare, P) == ""


def test_every_command_without_a_run() -> None:
    """A state alone, without what its units remember, prints all but the times."""
    found = moment(config=TWO)
    bare = Moment(state=found.state, settings=found.settings, config=found.config)
    for command in COMMANDS:
        text = command.text.format(group="1", unit="mate", name="lan")
        answer = show(text, bare, P, context="office" if "monitor" in text else None)
        assert answer and "None" not in answer.replace("None\n", "")
    assert "Last Failover" not in show("show failover", bare, P)
