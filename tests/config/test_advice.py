"""Advice on one configuration, and what two units' configurations disagree on."""

from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.advice import ADVISERS, SHARED_DATA_WARNING, Disagreement, advise, compare
from failover_fsm.config.review.asr_advice import ASR_ADVISERS
from failover_fsm.config.review.group_advice import GROUP_ADVISERS
from failover_fsm.config.review.shared_macs import shared_default_macs
from failover_fsm.pair.settings import Settings

DATA = Path(__file__).parents[1] / "data" / "config"
GOOD = """hostname asa
interface g0/0
 no shutdown
interface g0/1
 nameif inside
 ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
failover lan unit primary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key secret
failover
"""
# Each row: what is added to GOOD, the rule that speaks, and the line (None: the whole file).
CASES = [
    ("no failover key", "KEY-1", 12),
    ("no failover key\ntunnel-group 192.0.2.1 type ipsec-l2l", "KEY-2", 13),
    ("no failover", "CFG-21", 12),
    ("no failover interface ip folink", "CFG-1", 8),
    ("no failover\nno failover lan interface", "CFG-1", 12),
    ("failover interface ip other 10.8.0.1 255.255.255.0 standby 10.8.0.2", "CFG-15", 12),
    ("failover link state g0/3", "CFG-20", 12),
    ("failover link inside\nfailover interface ip inside 10.8.0.1 255.0.0.0 standby 10.8.0.2", "CFG-20", 12),
    ("interface g0/0\n shutdown", "CFG-16", 13),
    ("failover link state g0/3\ninterface g0/3\n shutdown", "CFG-16", 14),
    (
        "interface g0/5.1\n vlan 1\ninterface g0/5.2\n vlan 2\n nameif dmz\nfailover lan interface folink g0/5.1",
        "LNK-5",
        17,
    ),
    ("failover link inside", "LNK-14", 12),
    ("failover link inside", "LNK-15", 12),
    ("interface te0/8\nfailover link folink", "LNK-20", 13),
    ("failover link state m0/0", "LNK-18", 12),
    ("interface g0/2\n nameif dmz\n ip address 10.2.0.1 255.255.255.0", "CFG-5", 14),
    ("interface g0/2\n ip address 10.2.0.1 255.255.255.0 standby 10.2.0.2", "CFG-9", 12),
    ("interface g0/2.5\n vlan 5\n nameif dmz", "IFM-19", 14),
    ("interface g0/2\n nameif dmz\nno monitor-interface dmz", "IFM-20", 14),
    ("no monitor-interface inside", "IFM-20", None),
    ("failover interface-policy 2", "CFG-34", 12),
    ("failover polltime msec 200 holdtime msec 800", "UHM-9", 12),
    (
        "interface g0/5\n channel-group 3 mode active\nfailover lan interface folink g0/5",
        "LNK-4",
        14,
    ),
    ("interface g0/5\n nameif dmz\n channel-group 3 mode on", "CFG-9", 13),
    ("interface Redundant1\n member-interface g0/5\ninterface g0/5\n nameif dmz", "CFG-9", 15),
    ("interface g0/2\n nameif dmz\n ip address 10.2.0.0 255.255.255.0 standby 10.2.0.2", "CFG-7", 14),
    ("interface g0/2\n nameif dmz\n ip address 10.2.0.1 255.255.255.0 standby 10.2.0.255", "CFG-7", 14),
    ("failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.3", "CFG-7", 12),
    ("failover polltime msec 300 holdtime msec 900", "UHM-9", 12),
    ("monitor-interface nowhere", "CFG-27", 12),
    ("no monitor-interface insid", "CFG-27", 12),
    ("interface g0/2\n nameif dmz\n ip address 10.1.0.5 255.255.255.0 standby 10.1.0.6", "CFG-7", 14),
    ("interface g0/2\n nameif dmz\n ip address 10.0.0.1 255.0.0.0 standby 10.0.0.2", "CFG-7", 14),
    ("failover interface ip folink 10.1.0.5 255.255.255.252 standby 10.1.0.6", "CFG-7", 12),
    ("ASA Version 9.1(2)\nno monitor-interface service-module", "TRG-2", 13),
    ("failover replication http", "CFG-26", 12),
    ("no failover\ninterface g0/2\n ip address dhcp", "LIM-3", 14),
    ("crypto ca server", "LIM-4", 12),
]


def test_a_complete_configuration_needs_no_advice() -> None:
    assert PairConfig.from_asa(GOOD).advice == ()


@pytest.mark.parametrize(("added", "rule", "line"), CASES)
def test_advice(added: str, rule: str, line: int | None) -> None:
    found = [(each.rule, each.line) for each in PairConfig.from_asa(f"{GOOD}{added}\n").advice]
    assert (rule, line) in found


@pytest.mark.parametrize(
    "added",
    [
        "failover link folink",
        "interface te0/8\n nameif dmz\nfailover link folink",
        "failover interface-policy 100%",
        "failover polltime msec 201 holdtime 1",
        "failover polltime 1 holdtime 3",
        "failover polltime msec 200",  # 75 hellos are lost before anything happens
        "failover polltime msec 200 holdtime 1",
        "failover polltime unit msec 999 holdtime 45",
        "interface g0/2\n shutdown\n nameif dmz\n ip address 10.2.0.1 255.255.255.0",
        "interface g0/2\n shutdown\n ip address 10.2.0.0 255.255.255.0",
        "interface g0/2\n nameif dmz\n ip address 10.2.0.0 255.255.255.254 standby 10.2.0.1",
        "interface Tunnel1\n nameif vti\n ip address 169.254.1.1 255.255.255.252\nmonitor-interface vti",
        "interface Port-channel3\n nameif dmz\ninterface g0/5\n channel-group 3 mode active",
        "no failover key\nfailover ipsec pre-shared-key x",
        "interface g0/2.5\n vlan 5\n nameif dmz\nmonitor-interface dmz",
        "interface g0/2\n nameif dmz\n ip address 10.1.1.5 255.255.255.0 standby 10.1.1.6",
        "interface g0/2\n nameif dmz\n management-only\n ip address 10.1.0.5 255.255.255.0 standby 10.1.0.6",
        "interface g0/2\n nameif dmz\n shutdown\n ip address 10.1.0.5 255.255.255.0 standby 10.1.0.6",
        "no crypto ca server",
    ],
)
def test_no_advice_for(added: str) -> None:
    assert PairConfig.from_asa(f"{GOOD}{added}\n").advice == ()


MORE = "interface g0/2\n nameif dmz\n ip address 10.2.0.1 255.255.255.0 standby 10.2.0.2\n"


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("failover interface-policy 2\n", ""),
        ("failover interface-policy 2\ninterface g0/2\n shutdown\n", "2 interfaces are monitored, and 1 can fail"),
        ("failover interface-policy 51%\ninterface g0/2\n shutdown\n", "2 interfaces are monitored, and 1 can fail"),
        ("failover interface-policy 50%\ninterface g0/2\n shutdown\n", ""),
        ("failover interface-policy 3\n", "2 interfaces are monitored"),
        ("failover interface-policy 2\ninterface g0/2\n ip address 10.2.0.1 255.255.255.0\n", "and 1 can fail"),
        ("interface g0/2\n shutdown\n", ""),
        ("interface g0/1\n shutdown\ninterface g0/2\n shutdown\n", "2 interfaces are monitored, and none can fail"),
    ],
)
def test_a_policy_is_never_reached_where_too_few_interfaces_can_fail(added: str, says: str) -> None:
    """One that is shut down is monitored, and cannot fail, as `check` has it."""
    config = PairConfig.from_asa(GOOD + MORE + added)
    found = [each.text for each in config.advice if "never reached" in each.text]
    assert len(found) == bool(says) and all(each.endswith(says) for each in found)
    settings = Settings.of(config)
    assert bool(says) is not settings.over_policy(len(settings.counted_in(0)))


def test_no_name_is_missed_while_the_interfaces_are_not_known() -> None:
    text = "".join(line for line in GOOD.splitlines(True) if line.startswith("failover"))
    advice = PairConfig.from_asa(f"{text}monitor-interface dmz\nno monitor-interface inside\n").advice
    assert "CFG-27" not in [each.rule for each in advice]


def test_two_contexts_may_be_in_one_subnet() -> None:
    shared = "interface g0/1\n nameif outside\n ip address 10.1.0.{} 255.255.255.0 standby 10.1.0.{}\n"
    text = "context a\n allocate-interface g0/1\ncontext b\n allocate-interface g0/1\n"
    text += f"changeto context a\n{shared.format(1, 2)}changeto context b\n{shared.format(3, 4)}"
    assert "overlap" not in "".join(each.text for each in PairConfig.from_asa(text).advice)


def test_swapped_data_addresses_are_called_so() -> None:
    other = "interface g0/1\n nameif inside\n ip address 10.1.0.2 255.255.255.0 standby 10.1.0.1\n"
    found = disagreements(GOOD, SECONDARY + other)
    assert [each.what for each in found] == ["the addresses of inside are swapped; both units need the same line"]
    moved = disagreements(GOOD, SECONDARY + other.replace("10.1.0.2 ", "10.1.0.3 "))
    assert [each.what for each in moved] == ["the addresses of inside differ"]


WHOLE = "firewall transparent\nip address {} 255.255.255.0 standby {}\n"
SIX = "interface g0/9\n nameif users\n ipv6 address 2001:db8::{}/64 standby 2001:db8::{}\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [(WHOLE.replace("{}", "10.7.0.{}"), "the transparent firewall"), ("ASA Version 9.8(1)\n" + SIX, "users")],
)
def test_swapped_addresses_of_a_whole_firewall_and_of_ipv6_are_called_so(text: str, name: str) -> None:
    others = [text.format(*two) for two in ((2, 1), (1, 3), (1, 2))]
    found = [disagreements(GOOD + text.format(1, 2), SECONDARY + other) for other in others]
    swapped = f"the addresses of {name} are swapped; both units need the same line"
    said = [[each.what for each in one if "addresses" in each.what] for one in found]
    assert said == [[swapped], [f"the addresses of {name} differ"], []]


GROUP_PAIR = """hostname {name}
failover lan unit primary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key secret
failover group 1
 {mac}
failover group 2
context one
 allocate-interface g0/1
 join-failover-group {group}
failover
changeto context one
interface g0/1
 nameif inside
 ip address {address} 255.255.255.0 standby 10.1.0.2
"""


@pytest.mark.parametrize(
    ("changes", "shared"),
    [
        ({}, True),
        ({"address": "10.1.0.9"}, True),  # another address of the same network
        ({"group": "2"}, False),  # the group is part of the address
        ({"mac": "mac address g0/1 0.0.1 0.0.2"}, False),
    ],
)
def test_default_mac_addresses_of_two_pairs_on_one_network(changes: dict[str, str], shared: bool) -> None:
    plain = {"name": "a", "mac": "primary", "group": "1", "address": "10.1.0.1"}
    one = PairConfig.from_asa(GROUP_PAIR.format(**plain))
    other = PairConfig.from_asa(GROUP_PAIR.format(**{**plain, "name": "b", **changes}))
    found = shared_default_macs(one, other)
    assert [(each.line, each.rule) for each in found] == ([(15, "MAC-11")] if shared else [])
    assert all("inside of b" in each.text and "00a0.c901.0101" in each.text for each in found)


def test_default_mac_addresses_on_different_networks_do_not_meet() -> None:
    plain = {"name": "a", "mac": "primary", "group": "1", "address": "10.1.0.1"}
    one = PairConfig.from_asa(GROUP_PAIR.format(**plain))
    far = GROUP_PAIR.format(**plain).replace("10.1.0", "10.2.0")
    assert shared_default_macs(one, PairConfig.from_asa(far)) == ()


def test_a_secondary_by_default_is_told() -> None:
    advice = PairConfig.from_asa(GOOD.replace("failover lan unit primary\n", "\n")).advice
    assert [(each.line, each.rule) for each in advice] == [(8, "CFG-13")]


def test_shared_interface_monitored_twice() -> None:
    advice = read_config(DATA / "fpr4150_multicontext_primary.cfg").advice
    shared = [each for each in advice if each.rule == "IFM-2"]
    assert len(shared) == 1
    assert "Port-channel10.900" in shared[0].text and "con1, con2" in shared[0].text


def test_every_rule_has_a_case() -> None:
    tested = {rule for _added, rule, _line in CASES} | {"CFG-13", "IFM-2"}
    elsewhere = (*GROUP_ADVISERS, *ASR_ADVISERS)  # test_groups.py, test_asr_group.py
    assert {row[0] for row in ADVISERS if row not in elsewhere} == tested


def test_records_alone_are_advised_too() -> None:
    config = PairConfig.from_asa(GOOD.replace("failover key secret\n", ""))
    assert [each.rule for each in advise(config)] == ["KEY-1"]


def test_the_warning_of_the_device_has_four_lines() -> None:
    assert len(SHARED_DATA_WARNING) == 4
    assert SHARED_DATA_WARNING[0] == SHARED_DATA_WARNING[3]


# Two files.

SECONDARY = """failover lan unit secondary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key secret
failover
"""


def disagreements(primary: str, secondary: str) -> tuple[Disagreement, ...]:
    return compare(PairConfig.from_asa(primary), PairConfig.from_asa(secondary))


def test_a_bare_secondary_agrees() -> None:
    assert disagreements(GOOD, SECONDARY) == ()
    assert disagreements(GOOD, GOOD.replace("unit primary", "unit secondary")) == ()


def test_real_pairs_agree() -> None:
    for name in ("fpr4150_multicontext_{}.cfg", "cisco-asav_day0_{}.cfg"):
        one, other = (read_config(DATA / name.format(unit)) for unit in ("primary", "secondary"))
        assert compare(one, other) == ()


def test_a_secondary_that_is_never_switched_on() -> None:
    found = compare(read_config(DATA / "lab_pri.cfg"), read_config(DATA / "lab_sec.cfg"))
    assert [(each.rule, each.primary_line, each.is_replicated) for each in found] == [("CFG-1", 35, False)]


@pytest.mark.parametrize(
    ("old", "new", "rule", "lines", "words"),
    [
        ("unit secondary", "unit primary", "HW-1", (7, 1), "both units are designated primary"),
        ("folink g0/0", "folink g0/3", "CFG-24", (8, 2), "on g0/0 of the primary, on g0/3"),
        ("interface folink", "interface other", "CFG-24", (8, 2), "folink on the primary, other"),
        (
            "10.9.0.1 255.255.255.252 standby 10.9.0.2",
            "10.9.0.2 255.255.255.252 standby 10.9.0.1",
            "CFG-24",
            (9, 3),
            "swapped",
        ),
        ("10.9.0.1 255.255.255.252", "10.9.0.1 255.255.255.0", "CFG-24", (9, 3), "addresses of folink differ"),
        ("failover key secret", "failover key Secret", "KEY-3", (10, 4), "keys differ"),
        ("failover key secret", "", "KEY-3", (10, None), "only the primary"),
        ("\nfailover\n", "\nfailover\nmode multiple\n", "HW-4", (None, 6), "multiple context"),
        ("\nfailover\n", "\nfailover\nfirewall transparent\n", "HW-4", (None, 6), "transparent"),
        ("\nfailover\n", "\nno failover\n", "CFG-1", (11, 5), "off on the secondary"),
    ],
)
def test_what_keeps_a_pair_apart(
    old: str, new: str, rule: str, lines: tuple[int | None, int | None], words: str
) -> None:
    assert old in SECONDARY
    found = disagreements(GOOD, SECONDARY.replace(old, new))[0]
    assert (found.rule, (found.primary_line, found.secondary_line)) == (rule, lines)
    assert words in found.what
    assert not found.is_replicated


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("failover link folink", "stateful link"),
        ("failover polltime 1 holdtime 3", "unit poll"),
        ("failover polltime interface 1 holdtime 5", "interface poll"),
        ("failover interface-policy 2", "interface policy"),
        ("failover replication http", "HTTP"),
        ("failover mac address g0/1 0.0.1 0.0.2", "MAC"),
        ("interface g0/1\n nameif inside\n ip address 10.1.0.2 255.255.255.0 standby 10.1.0.1", "addresses of inside"),
        ("interface g0/2\n nameif dmz", "monitored"),
    ],
)
def test_what_replication_heals(added: str, words: str) -> None:
    found = disagreements(GOOD, f"{SECONDARY}{added}\n")
    assert [(each.rule, each.is_replicated) for each in found] == [("CFG-23", True)]
    assert words in found[0].what


def test_addresses_of_the_stateful_link_are_replicated() -> None:
    lines = "failover link state g0/3\nfailover interface ip state 10.8.0.{} 255.255.255.0 standby 10.8.0.{}\n"
    found = disagreements(GOOD + lines.format(1, 2), SECONDARY + lines.format(2, 1))
    assert [(each.rule, each.is_replicated) for each in found] == [("CFG-24", True)]
    assert "swapped" in found[0].what


def test_masked_keys_cannot_be_compared() -> None:
    masked = SECONDARY.replace("key secret", "key *****")
    assert disagreements(GOOD, masked) == ()


def test_software_versions() -> None:
    one, other = "ASA Version 8.4(2)\n", "ASA Version 8.4(5)\n"
    assert disagreements(one + GOOD, other + SECONDARY) == ()
    assert [each.rule for each in disagreements(one + GOOD, "ASA Version 9.1(2)\n" + SECONDARY)] == ["HW-5"]


def test_swapped_files() -> None:
    found = disagreements(SECONDARY, GOOD)
    assert "swapped" in found[0].what


def test_swapped_files_are_compared_as_if_they_were_not() -> None:
    found = disagreements(SECONDARY, GOOD)
    assert [(each.what, each.allowed) for each in found] == [
        ("the two files are swapped", "the primary's file first, then the secondary's")
    ]
    assert (found[0].primary_line, found[0].secondary_line) == (1, 7)
    found = disagreements(SECONDARY.replace("key secret", "key Secret") + "failover interface-policy 2\n", GOOD)
    assert [(each.what, each.primary_line, each.secondary_line) for each in found[1:]] == [
        ("the failover keys differ", 4, 10),
        ("the interface policy differs: 1 on the primary, 2 on the secondary", 6, None),
    ]


FULL = GOOD.replace("unit primary", "unit secondary")
# What a primary may have that a secondary's file lacks, and what is said of it.
LACKING = [
    ("failover interface-policy 50%", "the interface policy differs: 50% on the primary, 1 on the secondary"),
    ("failover link folink", "the stateful link differs: folink on the primary, none on the secondary"),
    ("failover link st g0/3", "the stateful link differs: st g0/3 on the primary, none on the secondary"),
    ("failover replication http", "HTTP replication differs: enabled on the primary, disabled on the secondary"),
    (
        "failover polltime 1 holdtime 3",
        "the unit poll times differ: poll 1000 ms, hold 3000 ms on the primary, poll 1000 ms, hold 15000 ms on the "
        "secondary",
    ),
    (
        "failover polltime interface 1 holdtime 5",
        "the interface poll times differ: poll 1000 ms, hold 5000 ms on the primary, poll 5000 ms, hold 25000 ms on "
        "the secondary",
    ),
    ("failover mac address g0/1 0.0.1 0.0.2", "the virtual MAC addresses of g0/1 differ"),
]


@pytest.mark.parametrize(("line", "what"), LACKING)
def test_a_whole_secondary_that_lacks_a_line_differs_and_a_bare_one_does_not(line: str, what: str) -> None:
    assert disagreements(f"{GOOD}{line}\n", SECONDARY) == ()
    assert disagreements(f"{GOOD}{line}\n", f"{FULL}{line}\n") == ()
    [found] = disagreements(f"{GOOD}{line}\n", FULL)
    assert found == Disagreement(what=what, rule="CFG-23", primary_line=12, is_replicated=True)
    assert found.allowed == "the same on both units"


def test_a_default_that_a_bare_secondary_enters_is_compared() -> None:
    [found] = disagreements(GOOD + "failover interface-policy 50%\n", SECONDARY + "failover interface-policy 1\n")
    assert (found.primary_line, found.secondary_line, found.is_replicated) == (12, 6, True)


def test_monitored_interfaces_have_names_and_lines() -> None:
    two = "interface g0/2\n nameif dmz\n"
    [found] = disagreements(f"{GOOD}{two}", f"{FULL}{two}no monitor-interface dmz\n")
    assert found.what == "the monitored interfaces differ: dmz only on the primary"
    assert (found.primary_line, found.secondary_line) == (13, 14)
    [found] = disagreements(f"{GOOD}{two}no monitor-interface DMZ\n", f"{FULL}{two}no monitor-interface inside\n")
    assert found.what == "the monitored interfaces differ: inside only on the primary; dmz only on the secondary"
    assert (found.primary_line, found.secondary_line) == (14, 13)
    assert disagreements(GOOD, FULL.replace("inside", "Inside")) == (), "names are compared without case"


def test_contexts_have_names_and_lines() -> None:
    primary = "context a\n allocate-interface g0/1\ncontext b\n allocate-interface g0/2\nfailover lan unit primary\n"
    secondary = primary.replace("unit primary", "unit secondary")
    [found] = disagreements(primary, secondary.replace("g0/2", "g0/3"))
    assert found.what == "the contexts differ: b"
    assert (found.primary_line, found.secondary_line, found.is_replicated) == (3, 3, True)


@pytest.mark.parametrize(
    ("old", "new", "what", "allowed"),
    [
        (
            "unit secondary",
            "unit primary",
            "both units are designated primary",
            "`failover lan unit primary` on one unit, `failover lan unit secondary` on the other",
        ),
        (
            "\nfailover\n",
            "\nno failover\n",
            "failover is enabled on the primary, off on the secondary",
            "`failover` on both units",
        ),
        (
            "\nfailover\n",
            "\nno failover lan interface\n",
            "the secondary has no failover link",
            "`failover lan interface folink g0/0` on both units",
        ),
        (
            "\nfailover\n",
            "\nfailover\nfirewall transparent\n",
            "one unit is transparent, one routed",
            "the same mode on both units",
        ),
        ("key secret", "key Secret", "the failover keys differ", "the same on both units"),
    ],
)
def test_what_would_be_right(old: str, new: str, what: str, allowed: str) -> None:
    found = {each.what: each.allowed for each in disagreements(GOOD, SECONDARY.replace(old, new))}
    assert found[what] == allowed


def test_what_would_be_right_for_modes_and_software() -> None:
    one, other = "ASA Version 9.1(2)\n" + GOOD, "ASA Version 8.4(5)\n" + SECONDARY + "mode multiple\n"
    assert [(each.rule, each.allowed) for each in disagreements(one, other)] == [
        ("HW-4", "the same mode on both units"),
        ("HW-5", "the same major and minor version on both units"),
    ]


def test_a_link_on_a_data_port_is_advised_against_once_with_the_names_of_all_that_share_it() -> None:
    text = "mode multiple\ninterface g0/5.9\n vlan 9\nfailover lan interface fo g0/5.9\n"
    for number in range(1, 10):
        text += f"interface g0/5.{100 + number}\n vlan {100 + number}\n"
        text += f"context c{number}\n allocate-interface g0/5.{100 + number}\n"
    for number in range(1, 10):
        text += f"changeto context c{number}\ninterface g0/5.{100 + number}\n nameif in\n"
    [said] = [each for each in PairConfig.from_asa(text).advice if each.rule == "LNK-5"]
    assert said.line == 4
    assert said.text == "the failover link shares port g0/5 with c1/in, c2/in, c3/in, c4/in, c5/in, c6/in, 3 more"
