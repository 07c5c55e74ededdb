"""Captures of many releases are read with every value, and what no template knows is listed and no error."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.device import (
    read_failover_history,
    read_failover_interface,
    read_failover_state,
    read_monitor_interface,
    read_show_failover,
    write_failover_history,
    write_failover_interface,
    write_failover_state,
    write_show_failover,
)
from failover_fsm.device.failover_state import FailedInterface
from failover_fsm.device.interfaces import read_interfaces, write_interfaces
from failover_fsm.device.records import (
    GroupState,
    Host,
    InterfaceLine,
    LastFailover,
    ServiceModule,
    ShowFailover,
    Slot,
)

DATA = Path(__file__).parents[1] / "data" / "device"


def text(name: str) -> str:
    return (DATA / f"{name}.txt").read_text()


def kinds() -> list[tuple[str, object, object]]:
    """Each capture with its reader and writer."""
    by_word = (
        ("history", read_failover_history, write_failover_history),
        ("_state", read_failover_state, write_failover_state),
        ("_interface.", read_failover_interface, write_failover_interface),
        ("", read_show_failover, write_show_failover),
    )
    found = []
    for path in sorted(DATA.glob("*.txt")):
        if not path.name.startswith("chapter_"):
            _, read, write = next(kind for kind in by_word if kind[0] in path.name)
            found.append((path.stem, read, write))
    return found


@pytest.mark.parametrize("name, read, write", kinds())
def test_a_capture_is_read_whole_and_what_is_written_of_it_reads_the_same(name, read, write):
    found = read(text(name))
    unknown = [each.text for each in found.unread]
    assert unknown == (["a line of a release to come"] if name == "own_firepower" else [])
    known = attrs.evolve(found, unread=(), **({"peer": ()} if hasattr(found, "peer") else {}))
    assert read(write(known)) == known
    assert found != read("")


HEADS = {
    # file: (on, unit, LAN interface, unit poll, interface poll, policy, monitored, http, versions, last failover)
    "sccfm_healthy": (True, "Primary", ("INTFC", "GigabitEthernet0/8", "up"), (1000, 15000), (5000, 25000), "1",
                      (3, 110), None, ("9.20(3)10", "9.20(3)10"), "14:23:15 UTC Jun 5 2024"),
    "sccfm_failover_off": (False, "Primary", (None, None, None), (None, None), (None, None), None, (None, None), None,
                           (None, None), None),
    "show_failover_host_off": (False, "Secondary", (None, None, None), (1000, 15000), (5000, 25000), "1", (2, 61),
                               None, (None, None), None),
    "genie_show_failover": (True, "Primary", ("folink", "GigabitEthernet0/2", "up"), (300, 999), (800, 5000), "1",
                            (2, 61), None, ("9.12(2)", "Unknown"), "11:24:17 UTC Apr 17 2021"),
    "own_negotiation": (True, "Secondary", ("beat", "GigabitEthernet0/2", "down"), (1000, 15000), (5000, 25000), "25%",
                        (0, 160), None, ("8.4(5)", "Unknown"), "09:12:45 UTC May 2 2014"),
    "own_short_times": (True, "Primary", ("BEAT", "Ethernet0/3", "up"), (200, 800), (500, 25000), "1", (2, 250),
                        "http", ("8.2(1)", "8.2(1)"), "13:33:10 UTC Nov 18 2010"),
    "own_firepower": (True, "Primary", ("FAILOVER", "Ethernet1/4", "up"), (1000, 15000), (5000, 25000), "1", (2, 1291),
                      "http", ("9.16(0)26", "9.16(0)26"), "13:55:46 CEST Dec 22 2021"),
    "cisco_asa_show_failover5505": (True, "Primary", ("fover", "Vlan150", "up"), (1000, 15000), (5000, 25000), "1",
                                    (4, 250), None, ("7.2(0)55", "7.2(0)55"), "19:59:58 PST Apr 6 2006"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_the_lines_before_the_hosts(name):
    found = read_show_failover(text(name))
    assert (
        found.enabled, found.unit, (found.lan_name, found.lan_port, found.lan_state),
        (found.unit_poll_ms, found.unit_hold_ms), (found.interface_poll_ms, found.interface_hold_ms), found.policy,
        (found.monitored, found.monitored_most), found.replication, (found.version, found.mate_version),
        found.last_failover[0].at if found.last_failover else None,
    ) == HEADS[name]  # fmt: skip


HOSTS = {
    # file: ((role, states, active times, interfaces) of this host, of the other one)
    "sccfm_healthy": (("Primary", ["Active"], [12345], 4), ("Secondary", ["Standby Ready"], [0], 4)),
    "show_failover_peer_cold": (("Secondary", ["Active"], [19157465], 3), ("Primary", ["Cold Standby"], [0], 3)),
    "show_failover_peer_not_detected": (
        ("Secondary", ["Active"], [19157465], 3),
        ("Primary", ["Not Detected"], [0], 3),
    ),
    "show_failover_host_standby": (("Primary", ["Standby Ready"], [34], 4), ("Secondary", ["Active"], [0], 4)),
    "show_failover_groups_active_standby": (
        ("Primary", ["Active"] * 3, [2896] * 3, 8),
        ("Secondary", ["Standby Ready", "Standby Cold", "Standby Ready"], [0] * 3, 8),
    ),
    "cisco_asa_show_failoveractiveactive": (
        ("Primary", ["Active", "Standby Ready"], [2896, 0], 8),
        ("Secondary", ["Standby Ready", "Active"], [190, 3322], 8),
    ),
    "own_negotiation": (("Secondary", ["Negotiation"], [0], 0), ("Primary", ["Not Detected"], [0], 0)),
    "own_firepower": (("Primary", ["App Sync"], [614], 3), ("Secondary", ["Bulk Sync"], [0], 0)),
}


@pytest.mark.parametrize("name", HOSTS)
def test_the_hosts(name):
    found = read_show_failover(text(name))
    assert tuple(
        (host.role, [group.state for group in host.groups], [group.active_time for group in host.groups],
         len(host.interfaces))
        for host in found.hosts
    ) == HOSTS[name]  # fmt: skip


def test_an_interface_with_everything_and_one_with_little():
    later = read_show_failover(text("own_firepower")).this.interfaces
    assert later[1] == InterfaceLine(
        name="INSIDE-1", address="10.1.1.1/2001:db8::1", status="Normal", monitoring="Monitored"
    )
    assert (later[2].status, later[2].monitoring) == ("Link Down", "Shutdown")
    early = read_show_failover(text("own_short_times"))
    assert early.this.interfaces[1] == InterfaceLine(name="INSIDE", address="10.1.1.1", status="No Link")
    of_context = read_show_failover(text("cisco_asa_show_failoveractiveactive")).other.interfaces[1]
    assert (of_context.context, of_context.name) == ("admin", "folink")
    assert of_context.address == "10.132.9.6/fe80::2a0:c9ff:fe03:102"
    assert read_show_failover("This host: Primary - Active\nInterface inside: Testing\n").this.interfaces == (
        InterfaceLine(name="inside", status="Testing"),
    )


def test_slots_and_what_is_on_the_cards():
    one = read_show_failover(text("cisco_asa_show_failover_firepower")).this.slots
    assert one[1] == Slot(
        number=2, model="SFR5516", hardware="N/A", software="5.4.1-211", status="Up/Up",
        modules=(ServiceModule(
            application="ASA FirePOWER", release="5.4.1-211", status="Up", monitoring="Monitored"),),
    )  # fmt: skip
    dead = "slot 2: SFR5516 hw/sw rev (N/A/) status (Unresponsive)\n ASA FirePOWER, , Not Present, (Monitored)\n"
    [slot] = read_show_failover(f"This host: Primary - Active\n{dead}").this.slots
    assert slot.modules == (
        ServiceModule(application="ASA FirePOWER", release="", status="Not Present", monitoring="Monitored"),
    )
    other = read_show_failover(text("cisco_asa_show_failover2")).other.slots
    assert [(each.number, each.software, each.status) for each in other] == [
        (0, "8.6(1)2", "Up Sys"), (1, "", "Unresponsive/Up"),
    ]  # fmt: skip
    assert read_show_failover(text("genie_show_failover")).this.slots[0].hardware == ""
    assert read_show_failover(text("own_firepower")).this.slots[1].notes == ("snort poll success:3041 miss:0",)
    assert [each.model for each in read_show_failover(text("own_negotiation")).other.slots] == [None, None]


def test_the_statistics():
    found = read_show_failover(text("cisco_asa_show_failover_firepower")).statistics
    assert (found.link_name, found.link_port, found.link_state) == ("FAILOVER", "Port-channel1", "up")
    tcp = found.of("TCP conn")
    assert (tcp.xmit, tcp.xerr, tcp.rcv, tcp.rerr) == (1985946559, 0, 1459317209, 629)
    assert found.of("SIP Tx").xmit == 0 and len(found.objects) == 27
    assert [(each.queue, each.current, each.most, each.total) for each in found.queues] == [
        ("Recv", 0, 23, 1698419665), ("Xmit", 0, 32, 2360626510),
    ]  # fmt: skip
    assert read_show_failover(text("genie_show_failover")).statistics.link_state == "administratively down"
    assert read_show_failover("Link : Unconfigured.").statistics.status == "Unconfigured"


def test_a_day_of_the_week_is_read_and_left_out():
    """SHW-11, SHW-21, SHW-38: the samples have none, the tables have one."""
    for day in ("", "Wed ", "Wednesday "):
        found = read_show_failover(f"last failover AT: 22:44:03 UTC {day}Dec 8 2004\n")
        assert found.last_failover == (LastFailover(at="22:44:03 UTC Dec 8 2004"),)
    assert read_show_failover("Group 2 Last Failover at: 1:02:03 GMT/BST Dec 8 2004").last_failover[0].group == 2


@pytest.mark.parametrize(
    "mark", ["<omitted output>", "<omited output>", "<output omitted>", "<SNIP>", "...", "[...]", "```"]
)
def test_marks_of_lines_that_were_left_out_are_no_lines(mark):
    assert read_show_failover(f"Failover On\n   {mark}\nFailover unit Primary\n").unread == ()


def test_a_pix_with_a_serial_cable():
    text = (
        "Cable status: Normal\nFailover LAN Interface: N/A - Serial-based failover enabled\nPoll frequency 15 seconds\n"
    )
    found = read_show_failover(text)
    assert (found.cable, found.lan_missing, found.unit_poll_ms, found.unread) == ("Normal", True, 15000, ())


def test_a_system_state_is_read_like_a_state():
    """SHW-45: a field of the table that no sample has."""
    found = read_show_failover("This host: Primary\nSystem State: Active\nActive Time: 12 (sec)\n")
    assert found.this.groups == (GroupState(state="Active", active_time=12),)


def test_a_last_failover_of_each_group():
    assert read_show_failover(text("cisco_asa_show_failoveractiveactive")).last_failover == (
        LastFailover(group=1, at="13:40:18 UTC Dec 9 2004"),
        LastFailover(group=2, at="13:40:06 UTC Dec 9 2004"),
    )


def test_states_and_their_last_failures():
    found = read_failover_state(text("own_state_contexts"))
    (this,), (other,) = found.this.groups, found.other.groups
    assert (found.this.role, this.state, this.reason, this.at) == (
        "Primary", "Active", "Ifc Failure", "08:01:44 UTC Mar 9 2025",
    )  # fmt: skip
    assert this.interfaces == (
        FailedInterface(context="office", interface="lan", status="Failed"),
        FailedInterface(context="plant", interface="outside", status="No Link"),
    )
    assert (other.state, other.reason, other.at) == ("Standby Ready", None, None)
    assert (found.configuration, found.communication) == (("Sync Done - STANDBY",), ("Mac set",))
    split = read_failover_state(text("own_state_split_brain"))
    assert split.configuration == ("Sync Done", "Sync Done - STANDBY") and split.communication == ()
    groups = read_failover_state(text("own_state_groups")).this.groups
    assert [(each.group, each.state, each.reason) for each in groups] == [
        (1, "Active", None), (2, "Failed", "Backplane Failure"),
    ]  # fmt: skip
    assert read_failover_state("State Last Failure Reason\nThis host - Primary\nActive None\n").unread == ()
    seven = read_failover_state(text("own_state_software_7"))
    assert [(host.role, host.groups[0].state, host.groups[0].reason) for host in (seven.this, seven.other)] == [
        ("Primary", "Active", None), ("Secondary", "Standby Ready", "Comm Failure"),
    ]  # fmt: skip


def test_histories():
    found = read_failover_history(text("own_history_write_standby")).entries
    assert [(each.before, each.after) for each in found][::4] == [
        ("Standby Ready", "Cold Standby"), ("Bulk Sync", "Standby Ready"),
    ]  # fmt: skip
    assert {each.reason for each in found} == {"Configuration mismatch"}
    assert found[3].at == "11:20:58 CET Nov 4 2013"
    later = read_failover_history(text("own_history_later"))
    assert later.entries[0].details == ("This host:1", "single_vf: inside", "Other host:0")
    assert [(each.after, each.reason) for each in later.entries] == [
        ("Failed", "Interface check"), ("Standby Ready", "Interface check"),
    ]  # fmt: skip
    assert (later.peer[0].after, later.peer[0].reason) == ("Waiting For Nothing", "Some new reason")
    bare = read_failover_history("Active Drain               Active Applying Config\n").entries[0]
    assert (bare.after, bare.reason, bare.at) == ("Active Applying Config", "", None)
    crowded = read_failover_history(
        "16:43:11 UTC Aug 8 2017\n 2 Negotiation Just Active No Active unit found\n"
    ).entries
    assert (crowded[0].group, crowded[0].after, crowded[0].reason) == (2, "Just Active", "No Active unit found")


def test_the_links():
    found = read_failover_interface(text("genie_show_failover_interface")).links
    assert [(each.name, each.port, each.system, each.mine, each.others) for each in found][1] == (
        "foupdateif", "GigabitEthernet0/3", "2001:db8:cafe:ffae::a/127", "2001:db8:cafe:ffae::a",
        "2001:db8:cafe:ffae::b",
    )  # fmt: skip


def test_monitored_interfaces():
    found = read_monitor_interface(
        "This host: Primary - Active\n\tInterface inside (10.1.1.91): Normal (Waiting)\nx y\n"
    )
    assert found.this.groups == (GroupState(state="Active"),)
    assert found.this.interfaces[0].monitoring == "Waiting"
    assert [each.text for each in found.unread] == ["x y"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_blanks_tabs_and_line_ends_do_not_matter(ending):
    plain = read_show_failover(text("sccfm_healthy"))
    squeezed = ending.join(line.strip().replace("  ", "\t") for line in text("sccfm_healthy").splitlines())
    assert read_show_failover(squeezed) == plain
    assert read_show_failover(squeezed.upper().replace("PRIMARY", "Primary")).unit == "Primary"


def test_what_stands_around_an_output_is_no_part_of_it():
    around = (
        "------------------ show failover ------------------\nedge/pri/act# show failover\n{}<--- More --->\nedge#\n"
    )
    assert read_show_failover(around.format(text("sccfm_healthy"))) == read_show_failover(text("sccfm_healthy"))


@pytest.mark.parametrize(
    "read", [read_show_failover, read_failover_state, read_failover_interface, read_failover_history]
)
def test_anything_is_read_without_an_error(read):
    rubbish = (
        "Group 1 State: Active\nActive time: 5 (sec)\nInterface x: Normal\nIPS, 7, Up\n\x00\xff ==== {} [[\nslot\n"
    )
    found = read(rubbish)
    assert found.unread and all(each.text for each in found.unread)


# -- pastes that begin in the middle ---------------------------------------------------------------


def test_lines_without_what_they_belong_to():
    """They are of the table, so they are not unread; there is nothing to which they could be added."""
    early = read_show_failover(
        "Active time: 5 (sec)\nThis host: Secondary\nActive time: 5 (sec)\nASA FirePOWER, 5.4.1-211, Up, (Monitored)\n"
        "snort poll success:3041 miss:0\nslot 1: empty\n"
    )
    assert (early.this.role, early.this.groups, early.other) == ("Secondary", (), None)
    assert early.this.slots == (Slot(number=1),)
    links = read_failover_interface(
        "My IP Address : 10.0.0.1\ninterface FO Ethernet0/3\nOther IP Address : 10.0.0.2\n"
    ).links
    assert [(each.name, each.system, each.mine, each.others) for each in links] == [("FO", None, None, "10.0.0.2")]
    bare = read_interfaces(
        'MAC address 0000.5e00.5300, MTU 1500\nInterface Ethernet0/0 "a", is up, line protocol is up\nx y\n'
    )
    assert [(each.number, each.text) for each in bare.unread] == [(3, "x y")]
    assert [(each.name, each.mac) for each in bare.interfaces] == [("a", None)]
    assert write_interfaces(bare) == (
        'Interface Ethernet0/0 "a", is up, line protocol is up\n        IP address unassigned\n'
    )


def test_unread_lines_have_their_numbers():
    for read in (read_show_failover, read_failover_state, read_failover_interface, read_monitor_interface):
        found = read("\ufeff\na line of a release to come\r\n\n  and another one\n")
        numbered = [(each.number, each.text) for each in found.unread]
        assert numbered == [(2, "a line of a release to come"), (5, "and another one")]


def test_the_hosts_of_two_groups_keep_their_times():
    found = read_show_failover(text("chapter_aa"))
    assert [(host.role, [(each.group, each.active_time) for each in host.groups]) for host in found.hosts] == [
        ("Primary", [(1, 10), (2, 8)]), ("Secondary", [(1, 0), (2, 1)]),
    ]  # fmt: skip
    assert [found.this.state_of(group) for group in (1, 2, 3)] == ["Active", "Standby Ready", None]
    assert read_show_failover(text("chapter_aa_group1")).this.groups == (GroupState(state="Active", active_time=1),)
    mixed = ShowFailover(
        this=Host(role="Primary", groups=(GroupState(state="Active"), GroupState(group=1, state="Active")))
    )
    assert mixed.is_active_active and not read_show_failover(text("chapter_as")).is_active_active


@pytest.mark.parametrize("pager", ["<--- More --->              ", "<--- More --->\x08\x08", "\x1b[K", "\x1b[0m"])
def test_a_line_behind_the_words_of_the_pager_is_read(pager):
    for name, read, _ in kinds():
        lines = text(name).splitlines()
        for at in range(2, len(lines), 5):
            lines[at] = pager + lines[at]
        assert read("\n".join(lines)) == read(text(name)), name


@pytest.mark.parametrize("more", ["", " (not connected)", ", autostate Enabled"])
def test_an_interface_keeps_its_addresses_whatever_stands_behind_its_state(more):
    """The lines below it were taken for those of the interface above."""
    found = read_interfaces(
        'Interface Ethernet0/0 "a", is administratively down, line protocol is down\n'
        "        MAC address 0000.5e00.5300, MTU not set\n        IP address unassigned\n"
        f'Interface Ethernet0/1 "b", is down, line protocol is down{more}\n'
        "        MAC address 0000.5e00.5301, MTU 1500\n        IP address 192.0.2.1, subnet mask 255.255.255.0\n"
    )
    assert [(each.name, each.mac, each.mtu, each.address) for each in found.interfaces] == [
        ("a", "0000.5e00.5300", None, None), ("b", "0000.5e00.5301", 1500, "192.0.2.1"),
    ]  # fmt: skip
    assert [each.protocol for each in found.interfaces] == ["down", "down"] and not found.unread
