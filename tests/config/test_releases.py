"""What a release accepts, what is kept and not modelled, and failover of another kind."""

import pytest

from failover_fsm.config.records.pair_config import InterfaceIp, Key, KeyKind, PairConfig
from failover_fsm.config.values.errors import ConfigError, ConfigErrors, OtherMechanism
from failover_fsm.config.values.release import BRIDGE_GROUPS, IPV6, Release, accepts
from failover_fsm.pair.settings import Settings

DATA = "interface GigabitEthernet1/1\n nameif outside\n ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2\n"
LINK = """failover
failover lan unit primary
failover lan interface FO GigabitEthernet1/8
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""
IPV6_LINE = " ipv6 address 2001:db8:1::1/64 standby 2001:db8:1::2\n"


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert not isinstance(caught.value, ConfigErrors)
    return caught.value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("9.16(4)", (9, 16, 4, 0)), ("8.2(2)", (8, 2, 2, 0)), ("9.12(4)38", (9, 12, 4, 38)), ("7.0", (7, 0, 0, 0)),
        ("7.0.1", (7, 0, 0, 0)), ("9.20(3)10", (9, 20, 3, 10)), ("8.4(4.1)", (8, 4, 4, 0)), ("x", None), ("", None),
    ],
)  # fmt: skip
def test_releases_are_read(text: str, numbers: tuple[int, ...] | None) -> None:
    assert Release.parse(text) == (None if numbers is None else Release(*numbers))


def test_releases_are_ordered() -> None:
    names = ["7.0", "7.2(5)", "8.0(4)", "8.2(1)", "8.2(2)", "8.2(2)9", "8.4(1)", "9.1(7)", "9.12(4)", "9.20(3)10"]
    releases = [Release.parse(name) for name in names]
    assert releases == sorted(releases, key=lambda each: each or Release(0, 0))
    assert accepts("ASA", Release(9, 1), BRIDGE_GROUPS) is True
    assert accepts("ASA", Release(8, 3), BRIDGE_GROUPS) is False
    assert (accepts("ASA", None, IPV6), accepts("FWSM", Release(4, 1), IPV6)) == (None, None)
    assert accepts("NGFW", Release(6, 2), IPV6) is True


@pytest.mark.parametrize(
    ("line", "product", "software"),
    [
        ("ASA Version 9.16(4) ", "ASA", "9.16(4)"),
        ("PIX Version 7.2(1)", "PIX", "7.2(1)"),
        ("NGFW Version 6.6.1", "NGFW", "6.6.1"),
        ("FWSM Version 4.1(5)", "FWSM", "4.1(5)"),
    ],
)
def test_the_software_is_kept_and_printed(line: str, product: str, software: str) -> None:
    config = read(f"{line}\n{DATA}")
    assert (config.product, config.software) == (product, software)
    assert config.to_asa().startswith(line.strip() + "\n")
    assert read(config.to_asa()) == config


# IPv6.


@pytest.mark.parametrize(
    "version", ["ASA Version 9.16(4)", "ASA Version 8.2(2)", "ASA Version 8.3(1)", "NGFW Version 6.2"]
)
def test_ipv6_addresses_are_read_where_the_release_knows_them(version: str) -> None:
    config = read(f"{version}\n{DATA}{IPV6_LINE}{LINK}")
    [address] = config.interfaces[0].ipv6
    assert (address.text, address.standby) == ("2001:db8:1::1/64", "2001:db8:1::2")
    assert read(config.to_asa()) == config
    assert [(each.line, each.rule) for each in config.advice] == [(5, "not modelled")]


@pytest.mark.parametrize("version", ["!", "ASA Version 8.2(1)", "ASA Version 8.0(4)", "ASA Version 7.2"])
def test_ipv6_addresses_exclude_failover_elsewhere(version: str) -> None:
    error = refused(f"{version}\n{DATA}{IPV6_LINE}{LINK}")
    assert error.line == 5
    assert "ASA Version 8.2(2)" in error.allowed
    off = read(f"{version}\n{DATA}{IPV6_LINE}{LINK}no failover\n")
    assert (5, "LIM-3") in [(each.line, each.rule) for each in off.advice]


def test_an_interface_with_ipv6_alone_carries_hellos() -> None:
    text = "ASA Version 9.1(2)\ninterface g1/1\n nameif outside\n{}" + LINK
    assert Settings.of(read(text.format(IPV6_LINE))).counted == (0,)
    assert Settings.of(read(text.format(" ipv6 address 2001:db8:1::1/64\n"))).counted == ()


@pytest.mark.parametrize(
    "line",
    ["ipv6 address fe80::1 link-local standby fe80::2", "ipv6 address autoconfig", "ipv6 address 2001:db8::/64 eui-64",
     "ipv6 address 2001:DB8::1/64 standby 2001:DB8::2", "ipv6 add 2001:db8::1/127 st 2001:db8::", "ipv6 enable",
     "ipv6 address delegated ::1:0:0:0:1/64", "ipv6 address dhcp default"],
)  # fmt: skip
def test_forms_of_ipv6_addresses(line: str) -> None:
    config = read(f"ASA Version 9.1(2)\n{DATA} {line}\n{LINK}")
    assert read(config.to_asa()) == config


@pytest.mark.parametrize(
    "line",
    ["ipv6 address 2001:db8::1/64 standby 2001:db9::2", "ipv6 address 2001:db8::1/64 standby 2001:db8::1",
     "ipv6 address 2001:db8::1/129", "ipv6 address outside", "ipv6 address 2001:db8::1/64 standby",
     "ipv6 address fe80::1 link-local standby 2001:db8::2", "ipv6 address"],
)  # fmt: skip
def test_wrong_ipv6_addresses(line: str) -> None:
    assert refused(f"ASA Version 9.1(2)\n{DATA} {line}\n{LINK}").line == 5


def test_ipv6_on_the_failover_link() -> None:
    link = LINK.replace("10.0.0.1 255.255.255.252 standby 10.0.0.2", "fd00::1/64 standby fd00::2")
    config = read(f"ASA Version 9.1(2)\n{DATA}{link}")
    assert config.interface_ips == (InterfaceIp(name="FO", address="fd00::1", mask="64", standby="fd00::2"),)
    assert read(config.to_asa()) == config
    for version in ("!", "ASA Version 8.2(1)"):
        assert "ASA Version 8.2(2)" in refused(f"{version}\n{DATA}{link}").allowed
    for wrong in ("fd00::1/64 standby fd01::2", "fd00::1 standby fd00::2", "fd00::1/64", "fd00::1/64 fd00::2"):
        bad = LINK.replace("10.0.0.1 255.255.255.252 standby 10.0.0.2", wrong)
        assert refused(f"ASA Version 9.1(2)\n{DATA}{bad}").line == 9


# Keys.


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("failover key 8 AbCdEf123=", Key(kind=KeyKind.ENCRYPTED, text="AbCdEf123=")),
        ("failover key 0 secret", Key(text="secret")),
        ("failover key 8", Key(text="8")),
        ("failover key 0", Key(text="0")),
        ("failover key 8 *****", Key(kind=KeyKind.MASKED, text="*****")),
        ("failover key 0 hex 0123456789abcdef0123456789abcdef", Key(kind=KeyKind.HEX, text="0123456789abcdef" * 2)),
        ("failover key 8 hex AbCd==", Key(kind=KeyKind.ENCRYPTED, text="AbCd==")),
    ],
)
def test_keys_as_the_whole_configuration_prints_them(line: str, key: Key) -> None:
    config = read(DATA + LINK.replace("failover key *****", line))
    assert config.key == key
    assert read(config.to_asa(show_key=True)) == config


@pytest.mark.parametrize("line", ["failover key 8 one two", "failover key seven words", "failover key 7 secret"])
def test_an_error_does_not_repeat_a_key(line: str) -> None:
    error = refused(DATA + LINK.replace("failover key *****", line))
    assert error.line == 7
    assert not any(word in str(error) for word in ("one", "two", "seven", "secret`"))


# Kept, and said not to be modelled.


@pytest.mark.parametrize(
    "line",
    ["failover wait-disable", "failover standby config-lock", "failover health-check bfd template", "zone outer",
     "failover replication rate 5000", "failover timeout 0:30:00", "failover polltime link-state msec 300"],
)  # fmt: skip
def test_what_has_no_part_in_the_model_is_kept_and_named(line: str) -> None:
    config = read(f"ASA Version 9.16(4)\n{DATA}{LINK}{line}\n")
    assert config.other_commands == (line,)
    assert f"{line}\n" in config.to_asa()
    assert read(config.to_asa()) == config
    assert [(each.line, each.rule) for each in config.advice] == [(10, "not modelled")]
    assert line in config.advice[0].text
    undone = read(f"ASA Version 9.16(4)\n{DATA}{LINK}{line}\nno {line}\n")
    assert (undone.other_commands, undone.advice) == ((), ())


def test_zone_members_are_kept_and_named() -> None:
    config = read(f"ASA Version 9.16(4)\nzone outer\n!\n{DATA} zone-member outer\n{LINK}")
    assert config.interfaces[0].other_commands == ("zone-member outer",)
    assert read(config.to_asa()) == config
    assert [(each.line, each.rule) for each in config.advice] == [(2, "not modelled"), (7, "not modelled")]


@pytest.mark.parametrize(
    "line", ["failover lan enable", "failover ipsec pre-shared-key 8 x", "no failover wait-disable"]
)
def test_what_needs_no_remark(line: str) -> None:
    assert read(f"{DATA}{LINK}{line}\n").advice == ()


# Another mechanism.

PIX = "PIX Version {}\ninterface Ethernet0\n nameif outside\n ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PIX.format("7.2(4)") + "failover\n", 5),
        (PIX.format("7.0(1)") + "no failover lan enable\nfailover\nfailover polltime 99\n", 6),
        (PIX.format("8.0(4)") + LINK, 5),
        ("PIX Version 6.3(5)\nfailover\nfailover timeout 0:00:00\nfailover poll 15\n", 2),
        ("PIX Version 6.3(5)\nfailover lan enable\nfailover lan unit primary\nfailover\n", 4),
        ("failover\nfailover ip address outside 192.0.2.2\n", 2),
        (DATA + "failover\nfailover poll 15\nfailover ip address outside 192.0.2.2\nfailover polltime 99\n", 6),
        ("failover\nfailover lan key secret\n", 2),
        ("ASA Version 9.8(2)\nfailover cloud unit primary\nfailover cloud peer ip 10.0.0.2\nfailover\n", 2),
        (f"{DATA}failover cloud port control 44441\n", 4),
    ],
)
def test_failover_of_another_kind_is_one_line(text: str, line: int) -> None:
    error = refused(text)
    assert isinstance(error, OtherMechanism)
    assert "another mechanism, not modelled" in str(error)
    assert (error.line, len(str(error).splitlines())) == (line, 1)
    assert "secret" not in str(error)


def test_commands_of_another_kind_are_not_offered() -> None:
    assert "failover lan key" not in refused(f"{DATA}failover lan frobnicate\n").allowed
    assert "cloud" not in refused(f"{DATA}failover frobnicate\n").allowed


@pytest.mark.parametrize(
    "text",
    [
        PIX.format("7.2(4)") + "failover lan enable\n" + LINK,
        PIX.format("7.2(4)") + "no failover\n",
        "PIX Version 6.3(5)\nno failover\nfailover timeout 0:00:00\nno failover ip address outside\n",
        DATA + LINK + "failover poll 3\n",
        DATA + LINK + "no failover cloud unit\n",
    ],
)
def test_failover_that_is_none_of_another_kind(text: str) -> None:
    read(text)
