"""Transparent mode: which address serves which interface."""

import pytest

from failover_fsm.config.records.pair_config import ManagementAddress, PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.pair.settings import Settings

LINK = """failover lan unit primary
failover lan interface FO Ethernet0/3
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
failover key k
failover
"""
WHOLE = ManagementAddress(address="192.0.2.10", mask="255.255.255.0", standby="192.0.2.11")
ADDRESS = "ip address 192.0.2.10 255.255.255.0 standby 192.0.2.11\n"


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


def counted(config: PairConfig) -> list[str]:
    """The names of the interfaces that carry hellos and count."""
    settings = Settings.of(config)
    return [settings.ports[index].name for index in settings.counted]


# Every way in which the address of a firewall without bridge groups (before 8.4) is written.
GLOBAL_ADDRESS = [
    # a printed configuration, with other commands between the blocks and the address
    "firewall transparent\ninterface Ethernet0/0\n nameif outside\ninterface Ethernet0/1\n nameif inside\n"
    "ftp mode passive\n" + ADDRESS,
    # nothing between: the last block is that of a data interface, or of the failover link
    "firewall transparent\ninterface Ethernet0/0\n nameif outside\ninterface Ethernet0/1\n nameif inside\n!\n"
    + ADDRESS,
    "firewall transparent\ninterface Ethernet0/0\n nameif outside\ninterface Ethernet0/1\n nameif inside\n!\n"
    "interface Ethernet0/3\n description LAN/STATE Failover Interface\n!\n" + ADDRESS,
    # the block before has no line of its own
    "firewall transparent\ninterface Ethernet0/0\n nameif outside\ninterface Ethernet0/1\n nameif inside\n!\n"
    "interface Ethernet0/3\n!\n" + ADDRESS,
    # typed, without indentation
    "firewall transparent\ninterface e0/0\nnameif outside\ninterface e0/1\nnameif inside\n" + ADDRESS,
    "firewall transparent\n" + ADDRESS + "interface e0/0\nnameif outside\ninterface e0/1\nnameif inside\n",
    # a session: the prompt of the block before, and the one of global configuration
    "fw(config)# firewall transparent\nfw(config)# interface e0/0\nfw(config-if)# nameif outside\n"
    "fw(config-if)# interface e0/1\nfw(config-if)# nameif inside\nfw(config-if)# " + ADDRESS,
    "fw(config)# firewall transparent\nfw(config)# interface e0/0\nfw(config-if)# nameif outside\n"
    "fw(config-if)# interface e0/1\nfw(config-if)# nameif inside\nfw(config-if)# exit\nfw(config)# " + ADDRESS,
    "(config)# firewall transparent\n(config)# interface e0/0\n(config-if)# nameif outside\n"
    "(config-if)# interface e0/1\n(config-if)# nameif inside\n(config)# " + ADDRESS,
]


@pytest.mark.parametrize("text", GLOBAL_ADDRESS)
def test_the_global_address_serves_all_interfaces(text: str) -> None:
    config = read(text + LINK)
    assert config.management == (WHOLE,)
    assert all(each.address is None for each in config.interfaces)
    assert counted(config) == ["outside", "inside"]
    assert read(config.to_asa(show_key=True)) == config
    assert not [each for each in config.advice if each.rule in ("CFG-5", "CFG-10")]


@pytest.mark.parametrize("text", GLOBAL_ADDRESS)
@pytest.mark.parametrize("margin", ["    ", "\t", " "])
def test_a_text_may_be_indented_as_a_whole(text: str, margin: str) -> None:
    whole = f"{text}{LINK}"
    assert read("".join(f"{margin}{line}" for line in whole.splitlines(True))) == read(whole)


def test_the_management_port_has_an_address_of_its_own() -> None:
    blocks = "firewall transparent\ninterface Ethernet0/0\n nameif outside\n"
    own = "interface Management0/0\n management-only\n nameif mgmt\n"
    address = "ip address 10.1.1.1 255.255.255.0 standby 10.1.1.2\n"
    config = read(f"{blocks}{own} {address}!\n{ADDRESS}{LINK}")
    assert config.management == (WHOLE,)
    assert {each.nameif: each.address for each in config.interfaces} == {"outside": None, "mgmt": "10.1.1.1"}
    typed = read(f"{blocks}interface m0/0\nmanagement-only\nnameif mgmt\n{address}{LINK}")
    assert (typed.management, typed.interfaces[-1].address) == ((), "10.1.1.1")
    assert counted(typed) == ["mgmt"]
    empty = read(f"{blocks}{own}{ADDRESS}{LINK}")  # its lines are indented, and the address is not
    assert (empty.management, empty.interfaces[-1].address) == ((WHOLE,), None)
    assert counted(empty) == ["outside"]


def test_without_a_standby_address_nothing_is_heard() -> None:
    config = read("firewall transparent\ninterface e0/0\n nameif outside\nip address 192.0.2.10 255.255.255.0\n" + LINK)
    assert counted(config) == []
    assert [(each.line, each.rule) for each in config.advice] == [(4, "CFG-5")]


def test_in_routed_mode_an_address_below_an_interface_is_its_own() -> None:
    config = read("interface e0/0\n nameif outside\nip address 192.0.2.10 255.255.255.0 standby 192.0.2.11\n" + LINK)
    assert (config.interfaces[0].address, config.management) == ("192.0.2.10", ())


# Bridge groups, 8.4 and later.

BRIDGES = """ASA Version 8.4(5)
firewall transparent
interface GigabitEthernet0/0
 nameif outside
 bridge-group 1
interface GigabitEthernet0/1
 nameif inside
 bridge-group 1
interface GigabitEthernet0/2
 nameif dmz
 bridge-group 2
interface GigabitEthernet0/4
 nameif guests
 bridge-group 2
interface BVI1
 ip address 192.0.2.10 255.255.255.0 standby 192.0.2.11
interface BVI2
 ip address 198.51.100.1 255.255.255.0{}
"""


def test_each_bridge_group_has_its_address() -> None:
    config = read(BRIDGES.format(" standby 198.51.100.2") + LINK)
    assert counted(config) == ["outside", "inside", "dmz", "guests"]
    assert read(config.to_asa(show_key=True)) == config
    assert [each.rule for each in config.advice] == []


def test_a_bridge_group_without_a_standby_address_is_deaf() -> None:
    config = read(BRIDGES.format("") + LINK)
    assert counted(config) == ["outside", "inside"]
    assert [(each.line, each.rule) for each in config.advice] == [(18, "CFG-5")]
    assert "BVI2" in config.advice[0].text


def test_a_member_of_a_group_without_a_bvi_has_no_address() -> None:
    config = read(BRIDGES.format(" standby 198.51.100.2").replace("interface BVI2", "interface BVI3") + LINK)
    assert counted(config) == ["outside", "inside"]


def test_a_bvi_with_a_name_is_monitored_only_when_a_line_says_so() -> None:
    text = BRIDGES.format(" standby 198.51.100.2").replace("BVI1\n", "BVI1\n nameif users\n")
    routed = text.replace("firewall transparent\n", "")  # 9.7 and later
    for each in (text, routed):
        assert read(each + LINK).unmonitored == ("users",)
        assert "users" in read(f"{each}{LINK}monitor-interface users\n").monitored


def test_ipv6_of_a_bvi_serves_its_group() -> None:
    text = BRIDGES.format("").replace(
        " ip address 198.51.100.1 255.255.255.0\n", " ipv6 address 2001:db8::1/64 standby 2001:db8::2\n"
    )
    assert counted(read(text + LINK)) == ["outside", "inside", "dmz", "guests"]


# Contexts.

CONTEXTS = """mode multiple
{firewall}
context one
 allocate-interface Ethernet0/0
 allocate-interface Ethernet0/1
context two
 allocate-interface Ethernet0/2
failover lan interface FO Ethernet0/3
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
failover key k
failover
changeto context one
{first}
interface Ethernet0/0
 nameif outside
interface Ethernet0/1
 nameif inside
changeto context two
{second}
interface Ethernet0/2
 nameif dmz
"""


def test_every_transparent_context_has_an_address() -> None:
    second = ADDRESS.replace("192.0.2", "198.51.100")
    config = read(CONTEXTS.format(firewall="firewall transparent", first=ADDRESS, second=second))
    assert [(each.context, each.address) for each in config.management] == [
        ("one", "192.0.2.10"),
        ("two", "198.51.100.10"),
    ]
    assert counted(config) == ["outside", "inside", "dmz"]
    assert read(config.to_asa(show_key=True)) == config


def test_a_transparent_context_without_an_address_is_refused() -> None:
    """CFG-12."""
    text = CONTEXTS.format(firewall="firewall transparent", first=ADDRESS, second="!")
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert "context two has no management address" in caught.value.what
    assert caught.value.line == 21


def test_a_context_of_its_own_mode() -> None:
    """8.5 and later: one context is transparent, with a bridge group; the other is routed."""
    first = "firewall transparent\ninterface BVI1\n ip address 192.0.2.10 255.255.255.0 standby 192.0.2.11"
    text = CONTEXTS.format(firewall="!", first=first, second="!")
    text = text.replace(" nameif outside\n", " nameif outside\n bridge-group 1\n")
    text = text.replace(" nameif dmz\n", " nameif dmz\n ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2\n")
    config = read(text)
    assert [(each.name, each.transparent) for each in config.contexts] == [("one", True), ("two", False)]
    assert counted(config) == ["outside", "dmz"]  # inside is in no bridge group
    assert read(config.to_asa(show_key=True)) == config


def test_a_context_in_which_nothing_is_configured_is_a_gap_and_no_error() -> None:
    text = CONTEXTS.format(firewall="firewall transparent", first=ADDRESS, second="!")
    config = read(text.split("changeto context two")[0])
    assert [gap.unknown for gap in config.gaps] == ["the interfaces of context two: the file has none of them"]


# IPv6 of a whole firewall, 8.2(2) to 8.3.

SIX = (
    "ASA Version 8.2(5)\nfirewall transparent\n{}interface Ethernet0/0\n nameif outside\n"
    "interface Ethernet0/1\n nameif inside\n!\n{}"
)
BOTH_SIX = "ipv6 address 2001:db8::10/64 standby 2001:db8::11\n"
SIX_WAYS = [
    SIX.format("", BOTH_SIX),
    SIX.format(BOTH_SIX, ""),
    SIX.format("", "").replace(" nameif", "nameif").replace("!\n", "").replace("interface", "!\ninterface") + BOTH_SIX,
    "fw(config)# firewall transparent\nfw(config)# interface e0/0\nfw(config-if)# nameif outside\nfw(config-if)# "
    f"interface e0/1\nfw(config-if)# nameif inside\nfw(config-if)# {BOTH_SIX}ASA Version 8.2(2)\n",
]


@pytest.mark.parametrize("text", SIX_WAYS)
def test_the_global_ipv6_address_serves_all_interfaces(text: str) -> None:
    config = read(text + LINK)
    [whole] = config.management
    assert (whole.address, [(each.text, each.standby) for each in whole.ipv6]) == (
        None,
        [("2001:db8::10/64", "2001:db8::11")],
    )
    assert not any(each.ipv6 for each in config.interfaces)
    assert counted(config) == ["outside", "inside"]
    assert read(config.to_asa(show_key=True)) == config
    assert [each.rule for each in config.advice] == ["not modelled"]


def test_a_firewall_with_ipv4_and_ipv6_loses_the_one_that_is_negated() -> None:
    text = SIX.format("", ADDRESS + BOTH_SIX)
    assert len(read(text + LINK).management[0].ipv6) == 1
    assert read(f"{text}no ipv6 address 2001:db8::10/64\n{LINK}").management == (WHOLE,)
    [six] = read(f"{text}no ip address\n{LINK}").management
    assert (six.address, len(six.ipv6)) == (None, 1)
    for both in ("no ipv6 address\nno ip address\n", "no ip address\nno ipv6 address\n"):
        config = read(f"{text}{both}{LINK}")
        assert (config.management, counted(config)) == ((), [])


def test_ipv6_without_a_standby_address_is_deaf() -> None:
    config = read(SIX.format("", "ipv6 address 2001:db8::10/64\n") + LINK)
    assert counted(config) == []
    assert [(each.line, each.rule) for each in config.advice] == [(8, "CFG-5"), (8, "not modelled")]


def test_a_link_local_address_belongs_to_its_interface_and_the_firewall_still_serves_it() -> None:
    link_local = "interface Ethernet0/2\n nameif dmz\n ipv6 address fe80::1 link-local\n!\n"
    config = read(SIX.format("", link_local + ADDRESS) + LINK)
    assert [each.text for each in config.interfaces[2].ipv6] == ["fe80::1 link-local"]
    assert counted(config) == ["outside", "inside", "dmz"]


@pytest.mark.parametrize("version", ["", "ASA Version 8.2(1)\n"])
def test_ipv6_of_a_firewall_needs_a_release_that_knows_it(version: str) -> None:
    text = SIX.format("", BOTH_SIX).replace("ASA Version 8.2(5)\n", version)
    with pytest.raises(ConfigError) as caught:
        read(text + LINK)
    assert "`ipv6 address` of a transparent firewall while failover is on" in caught.value.what
    assert caught.value.line == (8 if version else 7)
    assert "8.2(2)" in caught.value.allowed
    off = read(text + LINK.replace("\nfailover\n", "\n"))
    assert [(each.line, each.rule) for each in off.advice if each.rule == "LIM-3"] == [
        (8 if version else 7, "LIM-3")
    ]  # fmt: skip


def test_in_routed_mode_an_ipv6_address_outside_a_block_is_named() -> None:
    config = read(SIX.format(BOTH_SIX, "").replace("firewall transparent\n", "") + LINK)
    assert [(each.line, each.rule) for each in config.advice if "ipv6" in each.text] == [(2, "CFG-10")]
    assert "`ipv6 address 2001:db8::10/64` stands in no `interface` block" in str(config.advice)


def test_a_context_has_an_ipv6_address_of_its_own() -> None:
    text = CONTEXTS.format(firewall="firewall transparent", first=BOTH_SIX, second=ADDRESS)
    config = read("ASA Version 8.2(5)\n" + text)
    assert [(each.context, each.address) for each in config.management] == [("one", None), ("two", "192.0.2.10")]
    assert counted(config) == ["outside", "inside", "dmz"]
    assert read(config.to_asa(show_key=True)) == config


def test_wrong_ipv6_addresses_of_a_firewall_are_refused() -> None:
    for wrong in ("2001:db8::10/64 standby", "2001:db8::10/64 standby 2001:db9::1", "nonsense", ""):
        with pytest.raises(ConfigError):
            read(SIX.format("", f"ipv6 address {wrong}\n") + LINK)
