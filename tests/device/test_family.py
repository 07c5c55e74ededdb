"""`show failover state`, `show failover interface`, `show interface`: failures, links, and addresses in use."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device import read_failover_state
from failover_fsm.device.commands import show
from failover_fsm.device.interfaces import read_interfaces
from tests.device.moments import BOOT, ONE, TWO, P, S, moment
from tests.device.test_moment import MIXED, SHARED

JOINS = "unit_restored unit=primary\nsettle\nunit_restored unit=secondary\n"
HALF_JOINED = ("hello_heard unit=secondary", "hello_heard unit=primary", "synchronization_advanced unit=secondary")
SILENT = ("failover_link_failed", "interface_path_failed interface=inside", "interface_path_failed interface=outside",
          "settle")  # fmt: skip


def state_of(*lines: str, unit=P, **more):
    """What `show failover state` says, from its text."""
    found = read_failover_state(show("show failover state", moment(*lines, **more), unit))
    return found, found.this.groups[0], found.other.groups[0]


# -- show failover state -------------------------------------------------------------------------


def test_the_failures_of_groups_as_a_whole_text() -> None:
    lines = ("interface_link_failed unit=secondary interface=lan", "settle",
             "interface_link_failed unit=primary interface=machines", "settle")  # fmt: skip
    assert (
        show("show failover state", moment(*lines, config=TWO), P)
        == """\
               State          Last Failure Reason      Date/Time
This host  -   Primary
    Group 1    Active         None
    Group 2    Failed         Ifc Failure              00:00:20 UTC Jan 1 2026
                              plant machines: No Link
Other host -   Secondary
    Group 1    Failed         Ifc Failure              00:00:17 UTC Jan 1 2026
                              office lan: No Link
    Group 2    Active         None

====Configuration State===
        Sync Done
====Communication State===
        Mac set
"""
    )


def test_the_failures_of_an_active_unit_whose_mate_is_no_better() -> None:
    """It stays active; a further interface makes a new failure, with all that have failed."""
    lines = (*(f"interface_link_failed unit={unit} interface=inside\nsettle" for unit in ("secondary", "primary")),
             "interface_link_failed unit=primary interface=outside", "settle")  # fmt: skip
    _, mine, theirs = state_of(*lines)
    assert (mine.group, theirs.group) == (None, None)
    assert (mine.state, mine.reason, mine.at) == ("Active", "Ifc Failure", "00:00:17 UTC Jan 1 2026")
    assert [(each.context, each.interface) for each in mine.interfaces] == [(None, "outside"), (None, "inside")]
    assert (theirs.state, theirs.reason, theirs.at) == ("Failed", "Ifc Failure", "00:00:14 UTC Jan 1 2026")


@pytest.mark.parametrize("seconds, state, reason", [("2", "Standby Ready", None), ("30", "Failed", "Ifc Failure")])
def test_a_failure_that_its_unit_has_not_found_yet_is_none(seconds, state, reason) -> None:
    """As `show failover`, which has the interface as normal until then."""
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    lines = ("interface_traffic_failed unit=secondary interface=inside", f"advance seconds={seconds}")
    for unit, place in ((S, 1), (P, 2)):
        found = state_of(*lines, boot=boot, unit=unit)[place]
        assert (found.state, found.reason, found.at is None) == (state, reason, reason is None)


def test_a_failure_dates_from_when_the_unit_found_it() -> None:
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    found = moment("interface_traffic_failed unit=secondary interface=inside", "advance seconds=60", boot=boot)
    failure = found.memories[S].groups[0].failure
    assert 60000 + 20000 < failure.at <= 60000 + 26000  # five polls without a hello, then the tests
    assert [name for name, _ in failure.interfaces] == ["inside"]
    assert found.memories[P].groups[0].peer_failure == failure


def test_a_failure_keeps_its_date_until_there_is_another() -> None:
    later = ('command_entered unit=primary text="failover polltime unit 2 holdtime 15"', "settle")
    for fault, at in (
        ("service_module_failed unit=secondary", "00:00:13 UTC Jan 1 2026"),
        ("interface_link_failed unit=secondary interface=inside", "00:00:14 UTC Jan 1 2026"),
    ):
        assert [state_of(fault, "settle", *more)[2].at for more in ((), later)] == [at] * 2
    both = tuple(f"interface_link_failed unit={unit} interface=inside\nsettle" for unit in ("secondary", "primary"))
    stays = [state_of(*both, *more)[1] for more in ((), later)]
    assert [(each.state, each.at) for each in stays] == [("Active", "00:00:16 UTC Jan 1 2026")] * 2
    silent = [state_of(*SILENT, *more)[2] for more in ((), later)]
    assert [(each.reason, each.at) for each in silent] == [("Comm Failure", silent[0].at)] * 2


def test_a_mate_that_comes_back_keeps_its_failure_with_the_unit_that_missed_it() -> None:
    """The mate itself has forgotten everything."""
    back = ("unit_failed unit=primary", "settle", "unit_restored unit=primary", "settle")
    found, mine, theirs = state_of(*back, unit=S)
    assert (mine.state, mine.reason) == ("Active", None)
    assert (theirs.state, theirs.reason) == ("Standby Ready", "Comm Failure")
    assert found.configuration == ("Sync Done", "Sync Done - STANDBY")
    found, mine, theirs = state_of(*back, unit=P)
    assert (mine.reason, theirs.reason, found.configuration) == (None, None, ("Sync Done - STANDBY",))


def test_a_mate_that_is_heard_on_data_interfaces_alone_still_tells_its_failure() -> None:
    lines = ("failover_link_failed", "settle", "interface_link_failed unit=primary interface=inside", "settle")
    found, _, theirs = state_of(*lines, unit=S)
    assert (found.other.role, theirs.state, theirs.reason) == ("Primary", "Active", "Ifc Failure")
    assert found.communication == ("Mac set",)


def test_a_unit_whose_failover_is_off_notes_no_failure() -> None:
    lines = ("failover_disabled unit=primary", "settle", "interface_link_failed unit=primary interface=inside",
             "service_module_failed unit=primary", "settle")  # fmt: skip
    for unit in (P, S):
        _, mine, theirs = state_of(*lines, unit=unit)
        assert (mine.state, mine.reason, theirs.state, theirs.reason) == ("Disabled", None, "Not Detected", None)


@pytest.mark.parametrize(
    "lines, unit, mine, theirs, said",
    [
        (HALF_JOINED, P, "Active", "Sync Config", ("Config Syncing",)),
        (HALF_JOINED, S, "Sync Config", "Active", ("Config Syncing - STANDBY",)),
        ((*HALF_JOINED, "unit_failed unit=primary", "settle"), S, "Active", "Failed", ()),  # cut short
        ((*HALF_JOINED, "failover_disabled unit=secondary", "settle"), S, "Disabled", "Not Detected", ()),
        ((*HALF_JOINED, "failover_disabled unit=secondary", "settle"), P, "Active", "Failed", ()),
        ((*HALF_JOINED, "unit_failed unit=primary", "unit_restored unit=primary"), P, "Negotiation",
         "Not Detected", ()),  # its mate still synchronises, but not with this unit as it is now
        ((*HALF_JOINED, "settle", "interface_link_failed unit=secondary interface=inside", "settle"), P, "Active",
         "Failed", ("Sync Done",)),  # it stays done
    ],
)  # fmt: skip
def test_the_synchronisations_that_ended(lines, unit, mine, theirs, said) -> None:
    found, this, other = state_of(*lines, unit=unit, boot=JOINS)
    assert (this.state, other.state, found.configuration) == (mine, theirs, said)


# -- show failover interface ---------------------------------------------------------------------

LINKS = ONE.to_asa(show_key=True)
ADDRESSES = [line for line in LINKS.splitlines() if line.startswith("failover interface ip")]


@pytest.mark.parametrize(
    "text, links",
    [
        ("hostname asa\n", []),
        (SHARED[0], ["folink"]),
        (LINKS.replace("link statelink GigabitEthernet0/3", "link inside").replace(f"{ADDRESSES[1]}\n", ""),
         ["folink"]),  # a data interface is none of these links
        (LINKS, ["folink", "statelink"]),
    ],
)  # fmt: skip
def test_the_links_that_have_addresses_of_their_own(text, links) -> None:
    shown = show("show failover interface", moment(config=PairConfig.from_asa(text)), P).splitlines()
    assert [line.split()[1] for line in shown if line.startswith("        interface ")] == links


def test_links_with_ipv6_and_links_without_an_address() -> None:
    config = PairConfig.from_asa("ASA Version 9.1(2)\n" + LINKS.replace(
        ADDRESSES[0], "failover interface ip folink 2001:db8::5/64 standby 2001:db8::6"))  # fmt: skip
    assert (
        show("show failover interface", moment(config=config), S)
        == """\
        interface folink GigabitEthernet0/2
                System IP Address: 2001:db8::5/64
                My IP Address    : 2001:db8::6
                Other IP Address : 2001:db8::5
        interface statelink GigabitEthernet0/3
                System IP Address: 172.16.0.5 255.255.255.252
                My IP Address    : 172.16.0.6
                Other IP Address : 172.16.0.5
"""
    )
    bare = PairConfig.from_asa("".join(f"{line}\n" for line in LINKS.splitlines() if line not in ADDRESSES))
    now = moment(config=bare, boot="unit_restored unit=primary\n")
    assert show("show failover interface", now, P) == "        interface folink GigabitEthernet0/2\n"


# -- show interface ------------------------------------------------------------------------------


def test_interfaces_that_are_up_down_and_shut_down() -> None:
    """Without `detail` there are no counters (ASR-12)."""
    config = PairConfig.from_asa(MIXED.replace("nameif auto", "shutdown\n nameif auto"))
    text = show("show interface", moment("interface_link_failed unit=primary interface=dmz", config=config), P)
    assert (
        text
        == """\
Interface Ethernet0/0 "outside", is up, line protocol is up
        MAC address 0000.5e00.5300, MTU 1500
        IP address 192.0.2.1, subnet mask 255.255.255.0
Interface Ethernet0/1 "inside", is up, line protocol is up
        MAC address 0000.5e00.5301, MTU 1500
        IP address unassigned
Interface Ethernet0/2 "dmz", is down, line protocol is down
        MAC address 0000.5e00.5302, MTU 1500
        IP address 10.9.0.1, subnet mask 255.255.255.0
Interface Ethernet0/4.5 "lab", is up, line protocol is up
        MAC address 0000.5e00.5303, MTU 1500
        IP address unassigned
Interface Ethernet0/5 "auto", is administratively down, line protocol is down
        MAC address 0000.5e00.5304, MTU 1500
        IP address unassigned
"""
    )


def test_an_interface_by_the_name_of_its_port() -> None:
    text = show("show interface GigabitEthernet0/1 detail", moment(), S)
    assert (
        text
        == """\
Interface GigabitEthernet0/1 "inside", is up, line protocol is up
        MAC address 0000.5e00.5341, MTU 1500
        IP address 10.0.1.2, subnet mask 255.255.255.0
  Asymmetrical Routing Statistics:
        Received 0 packets
        Transmitted 0 packets
        Dropped 0 packets
"""
    )


def in_use(*lines: str, unit, **more) -> list[tuple[str | None, str | None]]:
    found = read_interfaces(show("show interface", moment(*lines, **more), unit)).interfaces
    return [(each.address, each.mac) for each in found]


def test_a_unit_without_an_address_has_its_own_mac_address() -> None:
    """It has given up the active ones and not heard yet that its mate has taken them."""
    given = "primary: no failover active"
    assert in_use(given, unit=P) == [(None, "0000.5e00.5300"), (None, "0000.5e00.5301")]
    back = in_use(given, "settle", "secondary: no failover active", unit=S)
    assert back == [(None, "0000.5e00.5340"), (None, "0000.5e00.5341")]


def test_virtual_mac_addresses_go_with_the_ip_addresses() -> None:
    """MAC-9; those whose number a unit picks have others that stand for them, the same on both units."""
    assert in_use(unit=S, config=TWO) == [
        ("192.0.2.2", "00a0.c900.0102"), ("10.1.0.2", "00a0.c901.0102"),
        ("198.51.100.1", "00a0.c902.0201"), ("10.2.0.1", "00a0.c903.0201"),
    ]  # fmt: skip
    picked = PairConfig.from_asa(TWO.to_asa(show_key=True).replace("mode multiple", "mode multiple\nmac-address auto"))
    assert in_use(unit=S, config=picked) == [
        ("192.0.2.2", "0000.5e00.53c0"), ("10.1.0.2", "0000.5e00.53c1"),
        ("198.51.100.1", "0000.5e00.5382"), ("10.2.0.1", "0000.5e00.5383"),
    ]  # fmt: skip
