"""Configurations of kinds that are easily read wrongly, played: who hears whom, who takes over, what a unit prints."""

from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.device.commands import show
from failover_fsm.device.moment import Moment
from failover_fsm.trace.player import load, play

LINK = """failover
failover lan unit primary
failover lan interface FO Ethernet0/3
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""
BOOT = "config t.cfg\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"
ADDRESS = "ip address 192.0.2.10 255.255.255.0 standby 192.0.2.11\n"
BLOCKS = "interface Ethernet0/0\n nameif outside\n{}interface Ethernet0/1\n nameif inside\n{}"
# The same pair, transparent and routed, by an address of its own for each interface, of a group, and of IPv6.
PAIRS = {
    "global": "firewall transparent\n" + BLOCKS.format("", "") + ADDRESS,
    "bridge group": "firewall transparent\n"
    + BLOCKS.format(" bridge-group 1\n", " bridge-group 1\n")
    + "interface BVI1\n "
    + ADDRESS,
    "routed": BLOCKS.format(f" {ADDRESS}", " ip address 10.9.9.1 255.255.255.0 standby 10.9.9.2\n"),
    "IPv6": "ASA Version 9.1(2)\n"
    + BLOCKS.format(
        " ipv6 address 2001:db8::1/64 standby 2001:db8::2\n", " ipv6 address 2001:db8:1::1/64 standby 2001:db8:1::2\n"
    ),
    "prompts": "(config)#interface Ethernet0/0\n(config-if)#nameif outside\n(config-if)#" + ADDRESS
    + "(config)#interface Ethernet0/1\n(config-if)#nameif inside\n(config-if)#" + ADDRESS.replace("192.0.2", "10.9.9"),
}  # fmt: skip


def played(folder: Path, text: str, rest: str) -> tuple[bool, str]:
    """Whether a run meets its expectations, and what the primary prints in the end."""
    (folder / "t.cfg").write_text(text + LINK)
    (folder / "t.trace").write_text(BOOT + rest)
    found = play(*load(folder / "t.trace"))
    moment = Moment(state=found.pair.state, settings=found.pair.settings, config=found.pair.config)
    return not found.failures, show("show failover", moment, Unit.PRIMARY)


@pytest.mark.parametrize("kind", PAIRS)
def test_an_interface_that_fails_moves_the_active_role(tmp_path: Path, kind: str) -> None:
    rest = "expect unit=primary interface=inside status=normal\n"
    rest += "interface_link_failed unit=primary interface=inside\nsettle\nexpect active=secondary\n"
    met, _shown = played(tmp_path, PAIRS[kind], rest)
    assert met


@pytest.mark.parametrize("kind", PAIRS)
def test_units_hear_each_other_on_data_when_the_failover_link_fails(tmp_path: Path, kind: str) -> None:
    met, _shown = played(tmp_path, PAIRS[kind], "failover_link_failed\nsettle\nexpect active=primary\n")
    assert met


def test_without_a_standby_address_they_do_not(tmp_path: Path) -> None:
    deaf = PAIRS["global"].replace(" standby 192.0.2.11", "")
    met, _shown = played(tmp_path, deaf, "failover_link_failed\nsettle\nexpect active=both\n")
    assert met


WORDS = """interface Ethernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface Ethernet0/1.72
 vlan 72
 nameif vlan72
 no ip address
interface Management0/0
 shutdown
 nameif management
 no ip address
"""


def test_the_words_and_addresses_of_show_failover(tmp_path: Path) -> None:
    """As two real units of 8.0(4) and 8.2(1) print them."""
    _met, shown = played(tmp_path, WORDS, "")
    own, other = shown.split("        Other host: Secondary")
    for host, address in ((own, "192.0.2.1"), (other, "192.0.2.2")):
        assert f"Interface outside ({address}): Normal (Monitored)\n" in host
        assert "Interface vlan72 (0.0.0.0): Normal (Not-Monitored)\n" in host
        assert "Interface management (0.0.0.0): Link Down (Waiting)\n" in host
    _met, failed = played(tmp_path, WORDS, "interface_link_failed unit=primary interface=outside\nsettle\n")
    assert "Interface outside (192.0.2.2): No Link (Monitored)\n" in failed
    assert "Interface outside (192.0.2.1): Normal (Waiting)\n" in failed


def test_the_management_address_is_printed_for_every_interface(tmp_path: Path) -> None:
    _met, shown = played(tmp_path, PAIRS["global"], "")
    assert shown.count("(192.0.2.10)") == shown.count("(192.0.2.11)") == 2
    assert PairConfig.from_asa(PAIRS["global"] + LINK).transparent
