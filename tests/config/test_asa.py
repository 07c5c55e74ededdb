"""Running-config text in and out."""

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.asa.table import INTERFACE_COMMANDS, TABLE
from failover_fsm.config.checks.command_patterns import Mode
from failover_fsm.config.records.pair_config import (
    Allocation,
    Context,
    FailoverGroup,
    FailoverInterface,
    Interface,
    InterfaceIp,
    InterfacePolicy,
    InterfacePollTime,
    Ipv6Address,
    Key,
    KeyKind,
    MacAddresses,
    ManagementAddress,
    PairConfig,
    PollTime,
    StatefulInterface,
    StatefulLink,
    Unit,
)
from failover_fsm.config.values.errors import ConfigError, ConfigErrors
from failover_fsm.config.values.field_values import Port
from tests.config.test_groups import GROUPS, REFUSED_IN_A_GROUP

DATA = Path(__file__).parents[1] / "data" / "config"
LAN = "failover lan interface folink g0/0\n"
FOLINK_IP = "failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2\n"
MINIMAL = LAN + FOLINK_IP + "failover\n"


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("t.cfg")
    return caught.value


# Published and written configurations, with the values that they hold.

FOLINK_FPR = InterfaceIp(name="folink", address="10.254.0.95", mask="255.255.255.0", standby="10.254.0.96")


def test_cisco_asav_primary() -> None:
    config = read_config(DATA / "cisco-asav_day0_primary.cfg")
    assert (config.enabled, config.unit) == (True, Unit.PRIMARY)
    assert config.lan == FailoverInterface(name="CONNECT", port="GigabitEthernet0/0")
    assert config.link == StatefulInterface(name="CONNECT")
    assert config.stateful_link is StatefulLink.SHARED_FAILOVER
    assert (config.key, config.other_commands) == (None, ())
    assert set(config.monitored) == {"management", "inside", "outside"}
    assert config.interface_ips == (
        InterfaceIp(name="CONNECT", address="20.20.20.1", mask="255.255.255.0", standby="20.20.20.2"),
    )
    management = next(each for each in config.interfaces if each.nameif == "management")
    assert (management.address, management.standby) == ("10.10.10.1", "10.10.10.2")
    assert management.management_only and not management.shutdown


def test_cisco_asav_secondary_last_line_wins() -> None:
    config = read_config(DATA / "cisco-asav_day0_secondary.cfg")
    assert (config.enabled, config.unit, config.link) == (True, Unit.SECONDARY, None)


def test_batfish() -> None:
    config = read_config(DATA / "batfish_asa-failover.cfg")
    assert (config.enabled, config.unit, config.hostname) == (True, Unit.PRIMARY, "asa-failover")
    assert config.link == StatefulInterface(name="REPLICATION", port="GigabitEthernet0/3")
    assert config.stateful_link is StatefulLink.DEDICATED
    assert [(each.line, each.rule) for each in config.advice] == [(11, "KEY-1"), (12, "CFG-20")]


@pytest.mark.parametrize("unit", list(Unit))
def test_fpr4150_multiple_context(unit: Unit) -> None:
    config = read_config(DATA / f"fpr4150_multicontext_{unit.value}.cfg")
    assert (config.enabled, config.unit, config.multiple_context) == (True, unit, True)
    assert (config.hostname, config.software) == ("4100-ASA-HA", "9.7(1)")
    assert config.lan == FailoverInterface(name="folink", port="Ethernet1/8")
    assert config.stateful_link is StatefulLink.SHARED_FAILOVER
    assert config.unit_poll == PollTime(poll_ms=300, hold_ms=1000)
    assert config.interface_poll == InterfacePollTime(poll_ms=600, hold_ms=5000)
    assert config.key is not None and config.key.kind is KeyKind.MASKED
    assert config.interface_ips == (FOLINK_FPR,)
    assert [context.name for context in config.contexts] == ["admin", "con1", "con2"]
    assert config.admin_context == "admin"
    assert set(config.monitored) == {"management", "OutsideC1", "InsideC1", "OutsideC2", "InsideC2"}
    assert config.unmonitored == ("service-module",)
    assert config.prompt == ("hostname", "state", "context")
    assert (config.mac_auto, config.mac_auto_prefix) == (True, 1122)
    vlans = {str(each.port): each.vlan for each in config.interfaces if each.vlan}
    assert vlans == {"Port-channel10.900": 900, "Port-channel20.920": 920, "Port-channel20.925": 925}


def test_the_two_fpr4150_units_differ_in_designation_only() -> None:
    one, other = (read_config(DATA / f"fpr4150_multicontext_{unit.value}.cfg") for unit in Unit)
    text = other.to_asa().replace("failover lan unit secondary", "failover lan unit primary")
    assert one != other
    assert read(text) == one


def test_lab_primary_stateful_link_never_declared() -> None:
    config = read_config(DATA / "lab_pri.cfg")
    assert (config.enabled, config.unit, config.link) == (True, Unit.PRIMARY, None)
    assert config.lan == FailoverInterface(name="folink", port="g0/0")
    assert str(config.lan.port) == "g0/0"
    assert {ip.name for ip in config.interface_ips} == {"folink", "statelink"}
    assert config.monitored == ("inside", "inside2", "outside", "outside2")
    assert (32, "CFG-15") in [(each.line, each.rule) for each in config.advice]


def test_lab_secondary_is_never_switched_on() -> None:
    config = read_config(DATA / "lab_sec.cfg")
    assert (config.enabled, config.unit) == (False, Unit.SECONDARY)
    assert "CFG-21" in [each.rule for each in config.advice]


def test_subinterfaces_names_and_pix_leftovers() -> None:
    config = read_config(DATA / "subinterfaces.cfg")
    assert (config.hostname, config.software) == ("edge", "7.2(4)")
    assert config.other_commands == ("failover lan enable",)
    assert config.monitored == ("inside",)
    assert config.unmonitored == ("outside", "partners")
    outside = next(each for each in config.interfaces if each.nameif == "outside")
    assert (outside.address, outside.is_subinterface, outside.vlan) == ("198.51.100.10", True, 11)
    assert [str(each.port) for each in config.interfaces if each.shutdown] == ["Ethernet3"]
    assert config.prompt == ("hostname", "context")


def test_two_links_and_virtual_mac_addresses() -> None:
    config = read_config(DATA / "two_links.cfg")
    assert config.stateful_link is StatefulLink.DEDICATED
    assert config.replication_http
    assert config.macs == (MacAddresses(port="e0/0", active="0000.aaaa.0001", standby="0000.aaaa.0002"),)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.cfg")), ids=lambda path: path.stem)
@pytest.mark.parametrize("everything", [False, True])
def test_files_survive_a_round_trip(path: Path, everything: bool) -> None:
    config = read_config(path)
    assert read(config.to_asa(all=everything, show_key=True)) == config


# What a line may look like.


def test_abbreviations() -> None:
    short = "hostn asa\nint g0/6\nnamei outside\nip add 10.0.0.1 255.255.255.0 st 10.0.0.2\nno shut\nvl 7\n"
    short += "fail lan int folink g0/0\nfailo lan unit pri\nfa int ip folink 10.9.0.1 255.255.255.252 s 10.9.0.2\n"
    short += "failover int 2\nfailover poll u 1 h 3\nfailover pollt i ms 500 hold 5\n"
    short += "fail rep http\nmon outside\nfailover"
    config = read(short)
    assert config.unit is Unit.PRIMARY
    assert config.lan == FailoverInterface(name="folink", port="GigabitEthernet0/0")
    assert len(config.interface_ips) == 1
    assert config.interface_policy == InterfacePolicy(count=2)
    assert config.unit_poll == PollTime(poll_ms=1000, hold_ms=3000)
    assert config.interface_poll == InterfacePollTime(poll_ms=500, hold_ms=5000)
    assert config.replication_http and config.monitored == ("outside",)
    assert (config.interfaces[0].vlan, config.interfaces[0].standby) == (7, "10.0.0.2")


def test_ambiguous_abbreviation() -> None:
    assert refused("failover rel-\n").line == 1
    assert refused("failover re\n").what == "ambiguous command `failover re`"


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL.upper().replace("FOLINK", "folink"),
        MINIMAL.replace("\n", "\r\n"),
        MINIMAL.replace("\n", "\r"),
        "\ufeff" + MINIMAL,
        "".join(f"  \t{line}   \n" for line in MINIMAL.splitlines()),
        "".join(f"asa(config)# {line}\n" for line in MINIMAL.splitlines()),
        "".join(f"asa/pri/act(config-if)# {line}\n" for line in MINIMAL.splitlines()),
        "".join(f"! failover off\n# no failover\n: end\n{line}\n" for line in MINIMAL.splitlines()),
        "".join(f"<--- More --->              {line}\n" for line in MINIMAL.splitlines()),
        MINIMAL.replace("g0/0", "GigabitEthernet 0/0"),
        "failover cluster up 1 day 3 hours\nFailover                          : Active/Active  \n" + MINIMAL,
        "asa# show failover\nFailover On\nFailover unit Primary\nfailover something\nasa# \n" + MINIMAL,
        "asa# sh run\n" + MINIMAL,
        MINIMAL + "Failover is what we configured above.\nFailover link is up, they say.\n",
        MINIMAL + "no failover active\nfailover reset\n",
    ],
)
def test_the_same_configuration_in_other_clothes(text: str) -> None:
    assert read(text) == read(MINIMAL)


def test_passed_over_sentences_are_told() -> None:
    advice = read(MINIMAL + "Failover Groups are another thing\nno failover active\n").advice
    assert [(each.line, each.rule) for each in advice if "passed over" in each.text] == [(4, "CFG-21"), (5, "CTL-5")]


def test_no_undoes() -> None:
    entered = (
        "failover link folink\nfailover key k\nfailover polltime 1 holdtime 3\n"
        "failover polltime interface 3 holdtime 15\n"
        "failover interface-policy 3\nfailover replication http\nfailover mac address g0/5 0.0.1 0.0.2\n"
        "failover wait-disable\nfailover ipsec pre-shared-key k\nfailover lan unit primary\n"
    )
    undone = (
        "no failover link\nno failover key\nno failover polltime unit\nno failover polltime interface\n"
        "no failover interface-policy\nno failover replication http\nno failover mac address g0/5\n"
        "no failover wait-disable\nno failover ipsec pre-shared-key\nno failover lan unit\n"
    )
    assert read(MINIMAL + entered) != read(MINIMAL)
    assert read(MINIMAL + entered + undone) == read(MINIMAL)
    assert read(MINIMAL + "no failover\n").enabled is False
    assert read(MINIMAL + "no failover\nfailover\n") == read(MINIMAL)
    assert read(LAN + FOLINK_IP + "no failover interface ip folink\nno failover lan interface\n") == PairConfig()


def test_interface_commands_undone() -> None:
    text = "int g0/1\nnameif a\nshutdown\nip address 10.0.0.1 255.0.0.0\nvlan 3\nmanagement-only\nmac-address 0.0.1\n"
    undo = "no nameif\nno shutdown\nno ip address\nno vlan\nno management-only\nno mac-address\n"
    assert read(text + undo) == PairConfig(interfaces=[Interface(port="g0/1")])
    assert read("int g0/1.5\nvlan 5\nno interface g0/1.5\nnameif x\n") == PairConfig()


def test_blocks_end_without_indentation() -> None:
    text = "int g0/1\nsecurity-level 5\nnameif inside\ncrypto ca server\nshutdown\n"
    text += "int g0/2\nnameif dmz\nexit\nshutdown\n"
    config = read(text)
    assert [(each.nameif, each.shutdown) for each in config.interfaces] == [("inside", False), ("dmz", False)]
    text = "interface g0/1\n nameif a\nrouter ospf 1\n shutdown\nvpn load-balancing\n interface lbpublic outside\n"
    other = read(text)
    assert [each.shutdown for each in other.interfaces] == [False]


# Typed without indentation.

TYPED = "interface g0/1\n{}\nip addr 203.0.113.1 255.255.255.0 stand 203.0.113.2\nshut\n"


@pytest.mark.parametrize(
    "line",
    [
        "sec 0", "no sec", "secu 100", "desc to the core", "spe 100", "dup full", "frobnicate", "no frobnicate", "dh x",
        "Foo 1", "ip verify", "ip adress 1.1.1.1 255.0.0.0", "tunnel source inside", "sh", "x", "vl 7", "write memory",
    ],
)  # fmt: skip
def test_a_word_that_nobody_knows_leaves_the_interface_open(line: str) -> None:
    config = read(TYPED.format(line))
    [each] = config.interfaces
    assert (each.address, each.standby, each.shutdown) == ("203.0.113.1", "203.0.113.2", True)
    assert not [advice for advice in config.advice if "ip address" in advice.text and advice.line == 3]


@pytest.mark.parametrize(
    "line", ["router ospf 1", "rou ospf 1", "no names", "nat (any) 1 0 0", "name 10.0.0.9 web", "Notes on the other"]
)
def test_a_global_command_ends_the_interface(line: str) -> None:
    config = read(TYPED.format(line))
    assert (config.interfaces[0].address, config.interfaces[0].shutdown) == (None, False)
    told = [(each.line, each.text) for each in config.advice if each.rule == "CFG-10"]
    assert told == [(3, "passed over: `ip address 203.0.113.1` stands in no `interface` block")]


def test_a_misplaced_address_without_standby_is_told_with_its_name() -> None:
    [told] = [each for each in read("hostname a\nip addr 10.0.0.1 255.0.0.0\n").advice if each.line == 2]
    assert told.rule == "CFG-5"
    assert told.text == "passed over: `ip address 10.0.0.1` stands in no `interface` block and has no standby address"
    [told] = [each for each in read("no ip address\n").advice if each.line == 1]
    assert told.text == "passed over: `no ip address` stands in no `interface` block"


@pytest.mark.parametrize("word", ["nam", "name", "namei", "nameif"])
def test_a_name_may_be_shortened(word: str) -> None:
    config = read(TYPED.format(f"{word} outside"))
    assert config.monitored == ("outside",)
    assert read(TYPED.format(f"{word} outside\nno {word}")) == read(TYPED.format("!"))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("ip ad 10.0.0.1 255.0.0.0", "ip address 10.0.0.1 255.0.0.0"),
        ("mac 0.0.1 st 0.0.2", "mac-address 0.0.1 standby 0.0.2"),
        ("mac-a 0.0.1", "mac-address 0.0.1"),
        ("man", "management-only"),
    ],
)
def test_interface_commands_may_be_shortened(short: str, long: str) -> None:
    assert read(f"int g0/1\n{short}\n") == read(f"int g0/1\n{long}\n") != read("int g0/1\n")


def test_no_shortened_interface_command_is_ambiguous() -> None:
    for command in INTERFACE_COMMANDS:
        [first, *rest] = command.keywords
        for typed in range(first[1], len(first[0]) + 1):
            words = (first[0][:typed], *(word for word, _least in rest))
            TABLE.find(words, Mode.INTERFACE)  # raises LookupError for an ambiguous one


@pytest.mark.parametrize(
    ("line", "meant"), [("nmaeif x", "nameif"), ("ip adress 1.1.1.1", "ip address"), (" no shutdwon", "shutdown")]
)
def test_a_slip_below_an_interface_is_told(line: str, meant: str) -> None:
    told = [each.text for each in read(TYPED.format(line)).advice if each.line == 2]
    assert len(told) == 1 and told[0].endswith(f"meant: `{meant}`?")


def test_a_word_that_nobody_knows_leaves_the_context_open() -> None:
    text = "context one\nfrobnicate 7\nstorage-url private disk0:/x\nallocate-interface g0/1\n"
    assert [str(each.port) for each in read(text).contexts[0].ports] == ["g0/1"]
    assert read("context one\naccess-list x\nallocate-interface g0/1\n").contexts[0].ports == ()


def test_monitoring() -> None:
    text = "int g0/1\nnameif Inside\nint g0/1.5\nvlan 5\nnameif dmz\nint g0/2\nnameif out\n"
    assert read(text).monitored == ("Inside", "out")
    assert read(text + "monitor-interface dmz\nno monitor-interface OUT\n").monitored == ("Inside", "dmz")
    assert read("monitor-interface dmz\n" + text).monitored == ("Inside", "dmz", "out")
    assert read(text + "no monitor-interface service-module\n").unmonitored == ("dmz", "service-module")


MULTIPLE = """hostname sys
context one
allocate-interface g0/1 left
context two
allocate-interface g0/1
allocate-interface g0/2
failover lan interface folink g0/0
changeto context one
interface left
nameif inside
ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
hostname nobody
changeto context two
int g0/2
nameif inside
no monitor-interface inside
changeto system
failover
"""


def test_contexts() -> None:
    config = read(MULTIPLE)
    assert (config.hostname, config.multiple_context, config.enabled) == ("sys", True, True)
    assert config.contexts == (
        Context(name="one", ports=(Allocation(port="g0/1", mapped_name="left"),)),
        Context(name="two", ports=(Allocation(port="g0/1"), Allocation(port="g0/2"))),
    )
    assert [(each.context, each.port) for each in config.interfaces] == [("one", Port("g0/1")), ("two", Port("g0/2"))]
    assert config.monitored == ("one/inside",)
    assert config.unmonitored == ("two/inside",)
    prompts = MULTIPLE.replace("changeto context one", "sys/act/one# sh run").replace(
        "changeto context two", "sys/act/two(config)#"
    )
    assert read(prompts.replace("changeto system", "sys/act#")) == config


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("failover lan unit primary", "in context one"),
        ("failover link x g0/5", "in context one"),
        ("failover", "in context one"),
        ("join-failover-group 1", None),
        ("changeto context three", "unknown context `three`"),
    ],
)
def test_wrong_in_a_context(line: str, what: str | None) -> None:
    text = f"context one\nchangeto context one\n{line}\n"
    if what is None:
        read(text)  # only below `context` does this word mean anything
    else:
        error = refused(text)
        assert error.line == 3 and what in error.what


@pytest.mark.parametrize("line", ["nameif inside", "ip address 10.0.0.1 255.0.0.0"])
def test_data_interfaces_do_not_live_in_the_system_space(line: str) -> None:
    assert refused(f"mode multiple\ninterface g0/1\n{line}\n").line == 3


# Boundaries. Each row is a command after which reading succeeds or names line 4.

ACCEPTED = [
    *(f"failover polltime interface {p}" for p in ("1", "15", "msec 500", "msec 999", "5", "3 holdtime 15")),
    *(f"failover polltime interface {p}" for p in ("1 holdtime 5", "15 holdtime 75", "msec 999 holdtime 5")),
    *(f"failover polltime {p}" for p in ("1", "15", "msec 200", "msec 999", "1 holdtime 3", "5 holdtime 15")),
    *(f"failover polltime {p}" for p in ("15 holdtime 45", "msec 200 holdtime msec 800", "msec 200 holdtime msec 990")),
    *(f"failover polltime unit {p}" for p in ("msec 300 holdtime msec 900", "msec 500 holdtime 5")),
    "failover polltime msec 300 holdtime 1",
    *(f"failover interface-policy {p}" for p in ("1", "250", "1%", "100%", "50 %")),
    f"failover key {'k' * 63}",
    "failover key hex 0123456789abcdef0123456789ABCDEF",
    "failover mac address GigabitEthernet0/2 000C.F142.4CDE 000C.F142.4CDF",
    "failover link folink",
    "failover link state g0/3",
    "failover lan enable",
    "failover timeout 0:30:00",
    "failover replication rate 5000",
    "failover health-check bfd template",
    "failover standby config-lock",
    "no failover group 1",
    "failover group 1",
    "failover interface ip state 10.8.0.1 255.255.255.0 standby 10.8.0.2",
]
REFUSED = [
    *((f"failover polltime interface {p}", "1 to 15 seconds, or msec 500 to 999") for p in ("0", "16", "msec 499")),
    *((f"failover polltime interface {p}", "msec 500 to 999") for p in ("msec 1000", "", "x", "-1", "1.5", "²")),
    *((f"failover polltime interface 1 holdtime {h}", "5 to 75 seconds") for h in ("4", "76", "msec 900", "")),
    ("failover polltime interface 3 holdtime 14", "15000 ms or more"),
    *((f"failover polltime {p}", "1 to 15 seconds, or msec 200 to 999") for p in ("0", "16", "msec 199", "msec 1000")),
    *((f"failover polltime msec 200 holdtime {h}", "1 to 45 seconds, or msec 800 to 990") for h in ("0", "46")),
    *((f"failover polltime msec 200 holdtime msec {h}", "msec 800 to 990") for h in ("799", "991")),
    ("failover polltime 5 holdtime 14", "15000 ms or more"),
    ("failover polltime msec 300 holdtime msec 890", "900 ms or more"),
    ("failover polltime 5 hodtime 15", "holdtime"),
    ("failover polltime 5 holdtime 15 x", "POLL"),
    *((f"failover interface-policy {p}", "1 to 250, or 1% to 100%") for p in ("0", "251", "0%", "101%", "x", "%")),
    (f"failover key {'k' * 64}", "1 to 63"),
    ("failover key", "SECRET"),
    ("failover key hex", "hex KEY"),
    (f"failover key hex {'0' * 31}", "exactly 32"),
    (f"failover key hex {'g' * 32}", "exactly 32"),
    ("failover key two words", "hex"),
    ("failover mac address g0/2 000C.F142.4CDE", "STANDBY-MAC"),
    ("failover mac address g0/2 00-0C-F1-42-4C-DE 000C.F142.4CDF", "H.H.H"),
    ("failover mac address g0/0 0.0.1 0.0.2", "data interfaces"),
    ("failover lan unit third", "primary or secondary"),
    ("failover lan unit", "primary | secondary"),
    ("failover lan interface folink", "NAME PORT"),
    ("failover lan interface folink port", "NAME PORT"),
    ("failover lan interface folink g0/0.3", "interface g0/0.3"),
    ("failover link state", "failover link NAME PORT"),
    ("failover link folink g0/4", "g0/0"),
    ("failover link state g0/0", "failover link folink"),
    ("failover link state g0/4.1", "vlan"),
    ("failover interface ip folink 7.7.7.1 255.255.255.0 7.7.7.2", "standby ADDRESS"),
    ("failover interface ip folink 7.7.7.1 255.255.255.0", "standby ADDRESS"),
    ("failover interface ip folink 7.7.7.1 255.255.255.0 standby", "standby ADDRESS"),
    ("failover interface ip folink 7.7.7.1 255.255.255.0 standby 7.7.7.2 255.255.255.0", "standby ADDRESS"),
    ("failover interface ip folink 7.7.7.7.1 255.255.255.0 standby 7.7.7.2", "0-255"),
    ("failover interface ip folink 7.7.7.1 255.255.255.0 standby 7.7.8.2", "7.7.7.0/24"),
    ("failover interface ip folink 7.7.7.1 255.0.255.0 standby 7.7.7.2", "255.255.255.0"),
    ("failover interface ip folink fd00::1/64 standby fd00::2", "ADDRESS MASK"),
    ("failover frobnicate", "lan"),
    ("failover lan frobnicate", "failover lan unit"),
    ("no failover frobnicate", "polltime"),
    ("failover group", "1 | 2"),
    ("failover group 3", "1 or 2"),
]


@pytest.mark.parametrize("line", ACCEPTED)
def test_accepted(line: str) -> None:
    config = read(f"{MINIMAL}{line}\n")
    assert read(config.to_asa(show_key=True)) == config


@pytest.mark.parametrize(("line", "allowed"), REFUSED)
def test_refused(line: str, allowed: str) -> None:
    error = refused(f"{MINIMAL}{line}\n")
    assert error.line == 4
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("interface g0/0\n nameif inside\n" + LAN, 2),
        ("interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n" + LAN, 2),
        (LAN + "failover link state g0/3\ninterface g0/3\n nameif data\n", 4),
        (LAN + "failover link state g0/3\ninterface g0/3\n ip address 10.0.0.1 255.0.0.0\n", 4),
        (LAN + "failover link state g0/3\nfailover mac address G0/3 0.0.1 0.0.2\n", 3),
        ("interface g0/1\n nameif folink\n" + LAN, 2),
        ("context one\n allocate-interface g0/0\n" + LAN, 3),
        ("interface g0/1\n nameif a\ninterface g0/2\n nameif A\n", 4),
        ("failover\n", 1),
        ("interface g0/1\n nameif inside\nfirewall transparent\n" + LAN + "failover link inside\n", 5),
        ("interface g0/1\n nameif inside\n" + LAN + "failover link inside g0/2\n", 4),
        ("interface g0/1\n ip address 10.0.0.1 255.255.255.0 standby 10.0.1.2\n", 2),
        ("interface g0/1\n ip address 10.0.0.1\n", 2),
        ("interface g0/1\n vlan 4095\n", 2),
        ("interface g0/1\n nameif two words\n", 2),
        (f"interface g0/1\n nameif {'n' * 49}\n", 2),
        ("monitor-interface\n", 1),
        (MINIMAL + "interface g0/1\n ip address dhcp setroute\n", 5),
        (MINIMAL + "interface g0/1\n ip address pppoe\n", 5),
        (MINIMAL + "interface g0/1\n ipv6 address fd00::1/64\n", 5),
    ],
)
def test_contradictions_name_their_line(text: str, line: int) -> None:
    error = refused(text)
    assert error.line == line
    assert error.allowed


def test_learned_addresses_are_accepted_while_failover_is_off() -> None:
    config = read(LAN + "interface g0/1\n ip address dhcp\n no ipv6 address\n")
    assert (3, "LIM-3") in [(each.line, each.rule) for each in config.advice]


def test_a_fixed_address_replaces_a_learned_one() -> None:
    text = MINIMAL + "interface g0/1\n ip address dhcp\n ip address 10.0.0.1 255.0.0.0\n"
    assert read(text).interfaces[0].address == "10.0.0.1"
    assert read(MINIMAL + "interface g0/1\n ipv6 address fd00::1/64\n no ipv6 address\n").enabled


def test_names_stand_for_addresses() -> None:
    named = MINIMAL.replace("10.9.0.1", "here").replace("10.9.0.2", "there")
    assert read("name 10.9.0.1 here\nname 10.9.0.2 there\n" + named) == read(MINIMAL)


def test_a_context_goes_with_its_interfaces() -> None:
    config = read(MULTIPLE + "no context two\n")
    assert [context.name for context in config.contexts] == ["one"]
    assert config.monitored == ("inside",)


def test_a_comment_at_a_prompt_does_not_end_a_block() -> None:
    text = "asa(config)# interface g0/1\nasa(config-if)# ! now the name\nasa(config-if)# nameif inside\n"
    assert read(text).monitored == ("inside",)


def test_at_most_250_monitored() -> None:
    blocks = [f"interface g0/{n}\n nameif n{n}\n" for n in range(1, 252)]
    assert len(read("".join(blocks[:250])).monitored) == 250
    assert "251" in refused("".join(blocks)).what


def test_a_poll_alone_keeps_the_hold_of_the_line_before() -> None:
    assert read("failover polltime 1 holdtime 3\nfailover polltime msec 500\n").unit_poll.hold_ms == 3000
    assert read("failover polltime 1 holdtime 3\nfailover polltime 2\n").unit_poll.hold_ms == 6000
    assert read("failover polltime interface 6\n").interface_poll.hold_ms == 30000


def test_defaults() -> None:
    config = read("hostname x\n")
    assert (config.unit, config.enabled) == (Unit.SECONDARY, False)
    assert config.unit_poll == PollTime(poll_ms=1000, hold_ms=15000)
    assert config.interface_poll == InterfacePollTime(poll_ms=5000, hold_ms=25000)
    assert config.interface_policy == InterfacePolicy(count=1)


def test_printed_form() -> None:
    lines = read(MINIMAL + "failover key k\nfailover interface-policy 50%\n").to_asa().splitlines()
    assert lines == [
        "hostname ciscoasa",
        "!",
        "failover",
        "failover lan unit secondary",
        "failover lan interface folink GigabitEthernet0/0",
        "failover interface-policy 50%",
        "failover key *****",
        "failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2",
    ]
    everything = PairConfig().to_asa(all=True).splitlines()
    assert "no failover" in everything
    assert "failover polltime unit 1 holdtime 15" in everything
    assert "failover polltime interface 5 holdtime 25" in everything
    assert "failover interface-policy 1" in everything


@pytest.mark.parametrize("line", ["interface g0/1\n nameif in\u202eside", "hostname fw\ncontext in\u202eside"])
def test_a_name_that_is_no_word_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ConfigError, match=r"^t.cfg:2: .* is not a word"):
        read(f"{line}\n{MINIMAL}")


# `clear configure` in a session log.

BLOCKS = "interface g0/1\n nameif outside\ninterface g0/2\n nameif inside\n"
SESSION = (
    MINIMAL + "failover link state g0/8\nfailover polltime unit 3 holdtime 9\nno monitor-interface inside\n" + BLOCKS
)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("clear configure failover", "hostname fw\nno monitor-interface inside\n" + BLOCKS),
        ("asa(config)# clear conf fail", "hostname fw\nno monitor-interface inside\n" + BLOCKS),
        ("clear configure monitor-interface", "hostname fw\n" + SESSION.replace("no monitor-interface inside\n", "")),
        ("clear configure interface", "hostname fw\n" + SESSION.replace(BLOCKS, "")),
        ("clear configure access-list", "hostname fw\n" + SESSION),
        ("clear configure all", "hostname fw\n"),
    ],
)
def test_what_is_cleared_counts_no_more(typed: str, left: str) -> None:
    assert read(f"hostname fw\n{SESSION}{typed}\n") == read(left)


def test_the_interface_that_is_cleared_is_the_one_that_is_named() -> None:
    config = read(f"{SESSION}interface g0/5\n nameif dmz\nclear configure interface GigabitEthernet0/5\n")
    assert config == read(SESSION)


def test_failover_is_off_at_the_line_that_clears_it_and_on_again_when_entered_again() -> None:
    text = f"{SESSION}clear configure failover\n"
    assert read(text).line_of("failover") == text.count("\n")
    assert read(f"{text}{MINIMAL}").enabled


# Files.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"\xef\xbb\xbf \r\n", 1),
        (b"failover\n\x00\x01", 2),
        (b"hostname a\n\xff\xfe\xfa", 2),
        ("hostname a\n".encode("utf-16-le"), 1),
        ("hostname a\n".encode("utf-16")[:-1], 1),
        (b"hostname a\n" + b"x" * 10_000_000, 2),
        (b"a#" * 5_000_000, 1),
    ],
)
def test_files_that_are_no_configuration(tmp_path: Path, data: bytes, line: int) -> None:
    path = tmp_path / "bad.cfg"
    path.write_bytes(data)
    start = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert time.monotonic() - start < 2
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: ") and len(str(caught.value)) < 500


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.cfg", tmp_path, "nul\0name"):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_config(path)


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bom.cfg"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert read_config(str(path)) == read(MINIMAL)


# Properties.

WORDS = st.text("abcdefgXYZ019_-.", min_size=1, max_size=6).map(lambda text: "n" + text)
UNIT_POLLS = st.one_of(
    st.integers(200, 999).map(lambda poll: PollTime(poll_ms=poll, hold_ms=3000)),
    st.integers(1, 15).map(lambda poll: PollTime().with_poll(poll * 1000)),
    st.integers(800, 990).map(lambda hold: PollTime(poll_ms=200, hold_ms=hold)),
)
INTERFACE_POLLS = st.one_of(
    st.integers(500, 999).map(lambda poll: InterfacePollTime(poll_ms=poll, hold_ms=5000)),
    st.integers(1, 15).map(lambda poll: InterfacePollTime().with_poll(poll * 1000)),
)
POLICIES = st.one_of(
    st.integers(1, 250).map(lambda count: InterfacePolicy(count=count)),
    st.integers(1, 100).map(lambda percent: InterfacePolicy(percent=percent)),
)
KEYS = st.one_of(
    st.none(),
    st.just(Key.from_text("*****")),
    st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda text: Key(kind=KeyKind.HEX, text=text)),
    st.text([chr(code) for code in range(33, 127)], min_size=1, max_size=63)
    .filter(lambda text: text.lower() != "hex")
    .map(Key.from_text),
)
OTHERS = st.sets(st.sampled_from(["failover lan enable", "failover wait-disable", "failover timeout 0:30:00"])).map(
    tuple
)


@st.composite
def interfaces(draw: st.DrawFn, number: int, context: str | None, ipv6: bool) -> Interface:
    name = draw(st.one_of(st.none(), st.just(f"if{number}")))
    kind = draw(st.sampled_from(["g0/", "Ethernet1/", "TenGigabitEthernet0/", "Redundant", "Port-channel"]))
    sub = draw(st.sampled_from(["", ".7"]))
    address = draw(st.booleans())
    extra: dict[str, Any] = {}
    if ipv6 and draw(st.booleans()):
        extra["ipv6"] = [
            Ipv6Address(text="2001:db8::1/64", standby=draw(st.sampled_from([None, "2001:db8::2"]))),
            Ipv6Address(text="fe80::1 link-local"),
        ]
    return Interface(
        port=f"{kind}{number}{sub}",
        context=context,
        nameif=name,
        shutdown=draw(st.booleans()),
        address=f"10.{number}.0.1" if address else None,
        mask="255.255.255.0" if address else None,
        standby=f"10.{number}.0.2" if address and draw(st.booleans()) else None,
        management_only=draw(st.booleans()),
        vlan=draw(st.one_of(st.none(), st.integers(1, 4094))),
        monitored=name is not None and draw(st.booleans()),
        mac=draw(st.sampled_from([None, "0000.0000.0001"])),
        bridge_group=draw(st.sampled_from([None, 7])),
        **draw(st.sampled_from([{}] if sub else [{}, *BUNDLED.get(kind, MEMBER)])),
        access_vlan=draw(st.sampled_from([None, 30])),
        trunk_vlans=draw(st.sampled_from([None, "1,10-20"])),
        native_vlan=draw(st.sampled_from([None, 30])),
        other_commands=draw(st.sampled_from([(), ("zone-member outer",)])),
        **extra,
    )


MEMBER: list[dict[str, Any]] = [{"channel_group": 12}, {"channel_group": 12, "channel_mode": "active"}]
BUNDLED: dict[str, list[dict[str, Any]]] = {
    "Redundant": [{"members": ("g3/1", "g3/0")}],
    "Port-channel": [{"min_bundle": 2}],
}


@st.composite
def failover_groups(draw: st.DrawFn, number: int) -> FailoverGroup:
    preempt = draw(st.booleans())
    return FailoverGroup(
        number=number,
        preferred=draw(st.sampled_from(Unit)),
        preempt=preempt,
        preempt_delay=draw(st.integers(0, 1200)) if preempt else 0,
        interface_policy=draw(POLICIES),
        interface_poll=draw(INTERFACE_POLLS),
        macs=[
            MacAddresses(port=f"g0/{port}", active="0.0.1", standby="0.0.2")
            for port in draw(st.sets(st.sampled_from([71, 8, 72])))
        ],
        replication_http=draw(st.booleans()),
    )


@st.composite
def configurations(draw: st.DrawFn) -> PairConfig:
    multiple = draw(st.booleans())
    software = draw(st.sampled_from([None, "9.7(1)"]))
    contexts = draw(st.sets(st.sampled_from(["admin", "c1", "c2"]))) if multiple else set()
    numbers = draw(st.sampled_from([(), (1,), (1, 2)])) if multiple else ()
    places: list[str | None] = [*sorted(contexts)] if multiple else [None]
    found = [
        draw(interfaces(number, draw(st.sampled_from(places)), software == "9.7(1)"))
        for number in range(1, draw(st.integers(1, 5)))
        if places
    ]
    lan = draw(st.one_of(st.none(), WORDS.map(lambda name: FailoverInterface(name=name, port="g0/0"))))
    link = draw(st.sampled_from([None, StatefulInterface(name="statelink", port="e9/9")]))
    if lan is not None and draw(st.booleans()):
        link = StatefulInterface(name=lan.name)
    elif lan is not None and numbers and draw(st.booleans()):
        link = StatefulInterface(name="second", port=lan.port)
    transparent = draw(st.booleans())
    return PairConfig(
        hostname=draw(WORDS),
        software=software,
        multiple_context=multiple,
        transparent=transparent,
        management=[
            ManagementAddress(context=place, address="10.99.0.1", mask="255.255.255.0", standby="10.99.0.2")
            for place in (places if transparent else ())
        ],
        enabled=lan is not None and draw(st.booleans()),
        unit=draw(st.sampled_from(Unit)),
        lan=lan,
        link=link,
        interface_ips=[
            InterfaceIp(name=each.name, address="10.200.0.1", mask="255.255.255.252", standby="10.200.0.2")
            for each in (lan,)
            if each is not None
        ],
        key=draw(KEYS),
        unit_poll=draw(UNIT_POLLS),
        interface_poll=draw(INTERFACE_POLLS),
        interface_policy=draw(POLICIES),
        replication_http=draw(st.booleans()),
        macs=[MacAddresses(port="g0/77", active="0.0.1", standby="0.0.2")] if draw(st.booleans()) else [],
        mac_auto=(auto := draw(st.booleans())),
        mac_auto_prefix=draw(st.one_of(st.none(), st.integers(0, 65535))) if auto else None,
        interfaces=found,
        contexts=[
            Context(
                name=name,
                ports=[Allocation(port=f"g0/{n}") for n in range(draw(st.integers(1, 3)), 4)],
                join_failover_group=draw(st.sampled_from([None, *(numbers[:1] if name == "admin" else numbers)])),
            )
            for name in contexts
        ],
        admin_context="admin" if "admin" in contexts else None,
        groups=[draw(failover_groups(number)) for number in numbers],
        monitor_service_module=draw(st.booleans()),
        prompt=tuple(draw(st.lists(st.sampled_from(["hostname", "priority", "state"]), unique=True))),
        other_commands=draw(OTHERS),
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(configurations(), st.booleans())
def test_what_is_written_reads_back_equal(config: PairConfig, everything: bool) -> None:
    assert read(config.to_asa(all=everything, show_key=True)) == config


def _blocks(text: str) -> list[str]:
    """Top-level lines, each with what is indented below it."""
    blocks: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line)
    return blocks


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(configurations(), st.randoms(use_true_random=False))
def test_the_order_of_blocks_does_not_matter(config: PairConfig, chance: random.Random) -> None:
    spaces: list[list[str]] = [[]]
    for block in _blocks(config.to_asa(show_key=True)):
        if block.startswith("changeto"):
            spaces.append([])
        else:
            spaces[-1].append(block)
    names = [None, *(context.name for context in config.contexts)]
    shuffled: list[str] = []
    for name, blocks in zip(names, spaces, strict=True):
        chance.shuffle(blocks)
        blocks.sort(key=lambda block: block != "firewall transparent")  # it comes first: it erases what is there
        shuffled += [f"changeto context {name}"] if name else []
        shuffled += blocks
    assert read("\n".join(shuffled)) == config


PIECES = st.sampled_from(
    [
        *ACCEPTED,
        *(line for line, _allowed in REFUSED),
        *MULTIPLE.splitlines(),
        *MINIMAL.splitlines(),
        *GROUPS.splitlines(),
        *(line for line, _allowed in REFUSED_IN_A_GROUP),
    ]
)
STARTS = st.sampled_from(["", "", "", "no ", " ", "a/act/one# ", "Failover ", "failover ", "! "])
CUTS = st.integers(1, 12)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(STARTS, PIECES, CUTS), max_size=16))
def test_any_command_like_text_gives_a_value_or_an_error(pieces: list[tuple[str, str, int]]) -> None:
    text = "\n".join(start + " ".join(piece.split()[:words]) for start, piece, words in pieces)
    try:
        config = read(text)
    except ConfigErrors as several:
        assert len(str(several).splitlines()) == min(len(several.errors), 20) + 1
        assert all(error.allowed and "\n" not in str(error) for error in several.errors)
    except ConfigError as error:
        assert "\n" not in str(error)
        assert error.allowed
    else:
        assert read(config.to_asa(show_key=True)) == config


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_value_or_an_error(text: str) -> None:
    try:
        assert isinstance(read(text), PairConfig)
    except ConfigError as error:
        assert error.line is not None or "the name of a file" in error.what
