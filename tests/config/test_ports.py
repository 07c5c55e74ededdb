"""Which physical port carries which interface and which link."""

from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.interface import Interface
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.records.ports import carriers, physical_ports, shut_blocks, shut_ports
from failover_fsm.config.review.trouble import port_trouble
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port
from failover_fsm.pair.settings import Settings
from tests.config.test_asa import DATA

LINK = "failover lan interface folink {}\n"


def read(text: str) -> PairConfig:
    config = PairConfig.from_asa(text, source="t.cfg")
    assert PairConfig.from_asa(config.to_asa()) == config
    return config


def ports(config: PairConfig) -> dict[str, tuple[str, ...]]:
    """Each port with the names of what it carries, links in angle brackets."""
    return {
        each.port.full_name: (
            *(f"{interface.nameif}" for interface in each.interfaces),
            *(("<failover>",) if each.failover_link else ()),
            *(("<stateful>",) if each.stateful_link else ()),
        )
        for each in config.ports()
    }


def test_subinterfaces_fall_with_their_port() -> None:
    text = "interface g0/0\n no nameif\ninterface g0/0.10\n vlan 10\n nameif inside\ninterface g0/0.20\n nameif dmz\n"
    config = read(text + "interface g0/2\n nameif outside\n" + LINK.format("g0/1"))
    assert ports(config) == {
        "GigabitEthernet0/0": ("inside", "dmz"),
        "GigabitEthernet0/1": ("<failover>",),
        "GigabitEthernet0/2": ("outside",),
    }
    assert [config.carriers(each)[0].full_name for each in config.interfaces if each.nameif == "dmz"] == [
        "GigabitEthernet0/0"
    ]


def test_links_on_a_data_trunk() -> None:
    text = "interface g0/1.10\n nameif inside\ninterface g0/1.777\n vlan 777\ninterface g0/1.778\n vlan 778\n"
    shared = read(text + LINK.format("g0/1.777") + "failover link state g0/1.778\n")
    assert ports(shared) == {"GigabitEthernet0/1": ("inside", "<failover>", "<stateful>")}
    assert ports(read(text + LINK.format("g0/1.777") + "failover link folink\n")) == ports(shared)
    data = read("interface g0/3\n nameif dmz\n" + LINK.format("g0/2") + "failover link dmz\n")
    assert ports(data) == {"GigabitEthernet0/2": ("<failover>",), "GigabitEthernet0/3": ("dmz", "<stateful>")}


CHANNEL = """interface g0/0
 channel-group 7 mode active
interface g0/1
 channel-group 7 mode active
interface Port-channel7
interface Port-channel7.5
 vlan 5
 nameif inside
interface Port-channel7.6
 vlan 6
 nameif dmz
"""


def test_a_port_channel_is_one_port_with_members() -> None:
    config = read(CHANNEL + LINK.format("g0/2"))
    assert ports(config) == {"GigabitEthernet0/2": ("<failover>",), "Port-channel7": ("inside", "dmz")}
    assert [port.full_name for port in config.ports()[1].members] == ["GigabitEthernet0/0", "GigabitEthernet0/1"]
    assert config.ports()[0].members == ()
    on_member = read(CHANNEL + LINK.format("g0/1"))
    assert ports(on_member) == {"Port-channel7": ("inside", "dmz", "<failover>")}


def test_a_redundant_interface_is_one_port_with_members() -> None:
    text = "interface Redundant1\n member-interface g0/4\n member-interface g0/3\n nameif inside\n"
    config = read(text + LINK.format("g0/2"))
    [link, redundant] = config.ports()
    assert (redundant.port.full_name, [port.full_name for port in redundant.members]) == (
        "Redundant1",
        ["GigabitEthernet0/3", "GigabitEthernet0/4"],
    )
    assert link.failover_link and not redundant.failover_link
    assert read(text + " no member-interface g0/4\n").ports()[0].members == config.ports()[1].members[:1]


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("member-interface g0/4", "member g0/4"),
        ("member-interface g0/4", "mem GigabitEthernet 0/4"),
        ("channel-group 7 mode active", "channel 7 mode active"),
        ("channel-group 7 mode passive", "chan 7 m p"),
        ("channel-group 7 mode on", "ch 7 mode ON"),
        ("port-channel min-bundle 2", "port min 2"),
    ],
)
def test_commands_of_bundles_may_be_shortened(line: str, typed: str) -> None:
    blocks = {"member-interface": "Redundant1", "port-channel": "Port-channel7"}
    block = f"interface {blocks.get(line.split()[0], 'g0/3')}\n "
    whole, short = read(f"{block}{line}\n"), read(f"{block}{typed}\n")
    assert short == whole != read(f"{block}\n")


def test_a_mode_of_a_channel_group_that_is_none_is_kept_as_it_stands() -> None:
    text = "interface g0/3\n channel-group 7 mode {}\n"
    assert [read(text.format(word)).interfaces[0].channel_mode for word in ("auto", "o")] == ["auto", "on"]


SWITCH = """interface Vlan1
 nameif inside
interface Vlan2
 nameif outside
interface Vlan3
 nameif dmz
interface Vlan4
interface Ethernet0/0
 switchport access vlan 2
interface Ethernet0/1
interface Ethernet0/2
interface Ethernet0/3
 switchport trunk allowed vlan 3-4,9
 switchport mode trunk
interface Ethernet0/4
 shutdown
"""


def test_vlans_run_over_their_switch_ports() -> None:
    config = read(SWITCH + LINK.format("Vlan4"))
    assert ports(config) == {
        "Ethernet0/0": ("outside",),
        "Ethernet0/1": ("inside",),
        "Ethernet0/2": ("inside",),
        "Ethernet0/3": ("dmz", "<failover>"),
    }
    carried = {each.nameif: [port.full_name for port in config.carriers(each)] for each in config.interfaces}
    assert carried["inside"] == ["Ethernet0/1", "Ethernet0/2"]  # it falls when both have fallen


def test_a_bvi_runs_over_the_ports_of_its_bridge_group() -> None:
    text = "firewall transparent\ninterface BVI1\n nameif users\n ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2\n"
    text += "interface g0/1\n nameif one\n bridge-group 1\ninterface g0/2.7\n nameif two\n bridge-group 1\n"
    config = read(text + LINK.format("g0/3"))
    assert ports(config) == {
        "GigabitEthernet0/1": ("users", "one"),
        "GigabitEthernet0/2": ("users", "two"),
        "GigabitEthernet0/3": ("<failover>",),
    }


@pytest.mark.parametrize(
    "text",
    [
        "interface BVI1\n nameif a\n bridge-group 1\n",
        "interface Vlan10.5\n nameif a\n",
        "interface BVI1/2\n nameif a\n",
    ],
)
def test_what_nothing_carries_has_no_port(text: str) -> None:
    config = read(text + LINK.format("g0/3"))
    assert ports(config) == {"GigabitEthernet0/3": ("<failover>",)}
    assert config.carriers(config.interfaces[0]) == ()


def test_contexts_share_the_ports_of_the_system_space() -> None:
    config = read_config(DATA / "fpr4150_multicontext_primary.cfg")
    assert ports(config) == {
        "Ethernet1/7": ("management",),
        "Ethernet1/8": ("<failover>", "<stateful>"),
        "Port-channel10": ("OutsideC1", "OutsideC2"),
        "Port-channel20": ("InsideC1", "InsideC2"),
    }


@pytest.mark.parametrize(
    "line",
    ["channel-group", "channel-group 0", "channel-group x mode on", "bridge-group 0", "bridge-group 251",
     "switchport access vlan 4095", "switchport trunk allowed vlan 7-5", "switchport trunk native vlan 0",
     "member-interface nothing"],
)  # fmt: skip
def test_wrong_numbers_of_bundles(line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"interface g0/1\n {line}\n")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("block", "line", "message"),
    [
        (
            "g0/3.1",
            "channel-group 1 mode on",
            "channel-group of g0/3.1; allowed: below `interface` with a physical port",
        ),
        ("Redundant1", "channel-group 1 mode on", "channel-group of Redundant1; allowed: below"),
        ("Port-channel1", "channel-group 2 mode on", "channel-group of Port-channel1; allowed: below"),
        ("Vlan1", "channel-group 2 mode on", "channel-group of Vlan1; allowed: below"),
        ("Loopback1", "channel-group 2 mode on", "channel-group of Loopback1; allowed: below"),
        ("Redundant1", "member-interface Tunnel1", "member-interface Tunnel1; allowed: a physical port"),
        ("BVI1", "channel-group 2 mode on", "channel-group of BVI1; allowed: below"),
        ("g0/3", "member-interface g0/4", "member-interface of g0/3; allowed: below `interface` RedundantNUMBER"),
        ("Port-channel1", "member-interface g0/4", "member-interface of Port-channel1; allowed: below"),
        ("Redundant1.5", "member-interface g0/4", "member-interface of Redundant1.5; allowed: below"),
        ("Redundant1", "member-interface Redundant2", "member-interface Redundant2; allowed: a physical port"),
        ("Redundant1", "member-interface Port-channel2", "member-interface Port-channel2; allowed: a physical port"),
        ("Redundant1", "member-interface g0/4.5", "member-interface g0/4.5; allowed: a physical port"),
        (
            "g0/3",
            "port-channel min-bundle 2",
            "port-channel min-bundle of g0/3; allowed: below `interface` Port-channel",
        ),
        ("Redundant1", "no port-channel min-bundle", "port-channel min-bundle of Redundant1; allowed: below"),
    ],
)
def test_a_bundle_has_physical_members_and_its_own_lines(block: str, line: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"interface {block}\n {line}\n")
    assert caught.value.line == 2 and message in str(caught.value)


@pytest.mark.parametrize(
    ("mode", "vlans"),
    [("trunk", {3, 4, 9}), ("access", {1}), (None, {1})],
)
def test_a_list_of_vlans_counts_in_trunk_mode_only(mode: str | None, vlans: set[int]) -> None:
    text = SWITCH.replace(" switchport mode trunk\n", f" switchport mode {mode}\n" if mode else "")
    config = read(text + LINK.format("Vlan9") + "interface Vlan9\n")
    [port] = [each for each in config.interfaces if each.port.full_name == "Ethernet0/3"]
    assert port.trunk is (mode == "trunk")
    over = {1: ("inside",), 3: ("dmz",)}
    names = ports(config).get("Ethernet0/3", ())
    assert names == (("dmz", "<failover>") if mode == "trunk" else over[min(vlans)])


@pytest.mark.parametrize(
    ("lines", "carries"),
    [
        (" switchport trunk native vlan 3\n switchport mode trunk\n", True),
        (" switchport trunk allowed vlan 9\n switchport trunk native vlan 3\n switchport mode trunk\n", True),
        (" switchport trunk allowed vlan 3\n switchport trunk native vlan 3\n switchport mode trunk\n", True),
        (" switchport trunk native vlan 3\n", False),
        (" switchport trunk native vlan 9\n switchport mode trunk\n", False),
        (" switchport trunk native vlan 3\n no switchport trunk native vlan\n switchport mode trunk\n", False),
    ],
)
def test_a_trunk_carries_its_native_vlan_whether_the_list_has_it_or_not(lines: str, carries: bool) -> None:
    text = SWITCH.replace(" switchport trunk allowed vlan 3-4,9\n switchport mode trunk\n", lines)
    config = read(text + LINK.format("Vlan9") + "interface Vlan9\n")
    assert ("dmz" in ports(config).get("Ethernet0/3", ())) is carries
    assert read(config.to_asa()) == config


# What is shut down takes along: the text, and the interfaces that are down with a port.
SHUT = [
    ("interface g0/1\n shutdown\ninterface g0/1.7\n vlan 7\n nameif a\ninterface g0/2\n nameif b\n", {"a": "g0/1"}),
    ("interface g0/1\ninterface g0/1.7\n vlan 7\n nameif a\n shutdown\ninterface g0/2\n nameif b\n", {}),
    (CHANNEL.replace("active\n", "active\n shutdown\n"), {"inside": "Port-channel7", "dmz": "Port-channel7"}),
    (CHANNEL.replace("active\n", "active\n shutdown\n", 1), {}),
    (CHANNEL.replace("channel7\n", "channel7\n port-channel min-bundle 2\n"), {}),
    (
        CHANNEL.replace("active\n", "active\n shutdown\n", 1).replace(
            "channel7\n", "channel7\n port-channel min-bundle 2\n"
        ),
        {"inside": "Port-channel7", "dmz": "Port-channel7"},
    ),
    (
        CHANNEL.replace("channel7\n", "channel7\n port-channel min-bundle 3\n"),
        {"inside": "Port-channel7", "dmz": "Port-channel7"},
    ),
    ("interface Port-channel7\n port-channel min-bundle 2\n nameif inside\n", {}),
    (
        CHANNEL.replace("interface Port-channel7\n", "interface Port-channel7\n shutdown\n"),
        {"inside": "Port-channel7", "dmz": "Port-channel7"},
    ),
    (
        "interface g0/3\n shutdown\ninterface g0/4\n shutdown\n"
        "interface Redundant1\n member-interface g0/3\n member-interface g0/4\n nameif a\n",
        {"a": "Redundant1"},
    ),
    (SWITCH.replace("vlan 2\n", "vlan 2\n shutdown\n"), {"outside": "Ethernet0/0"}),
    (SWITCH.replace("Ethernet0/1\n", "Ethernet0/1\n shutdown\n"), {}),
    (
        SWITCH.replace("Ethernet0/1\n", "Ethernet0/1\n shutdown\n").replace(
            "Ethernet0/2\n", "Ethernet0/2\n shutdown\n"
        ),
        {"inside": "Ethernet0/1, Ethernet0/2, Ethernet0/4"},
    ),
    (
        "interface g0/0\n shutdown\ninterface g0/0.1\n vlan 1\ncontext one\n allocate-interface g0/0.1\n"
        "changeto context one\ninterface g0/0.1\n nameif a\nchangeto system\n",
        {"a": "GigabitEthernet0/0"},
    ),
    (
        "interface BVI1\n nameif users\ninterface g0/1\n shutdown\n nameif one\n bridge-group 1\n",
        {"users": "GigabitEthernet0/1"},
    ),
]


@pytest.mark.parametrize(("text", "down"), SHUT)
def test_an_interface_is_down_with_its_port(text: str, down: dict[str, str]) -> None:
    config = read(text + LINK.format("g0/8"))
    found = {f"{each.nameif}": config.shut_ports(each) for each in config.interfaces if each.nameif}
    shown = {name: ", ".join(port.full_name for port in ports) for name, ports in found.items() if ports}
    assert shown == {name: port.replace("g0/", "GigabitEthernet0/") for name, port in down.items()}
    settings = Settings.of(config)
    assert {port.name for port in settings.ports if port.shutdown} == {
        *down,
        *(f"{each.nameif}" for each in config.interfaces if each.nameif and each.shutdown),
    }
    assert {each.text.split(" ")[0] for each in config.advice if "on both units" in each.text} == set(down)


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("interface g0/0\n shutdown\ninterface g0/1\n shutdown\n", "the members of Port-channel7 are shut down"),
        ("interface Port-channel7\n shutdown\n", "Port-channel7 is shut down"),
    ],
)
def test_advice_names_the_blocks_in_which_shutdown_stands(added: str, says: str) -> None:
    """CFG-16: who looks for it finds it there."""
    assert f"inside is down on both units: {says}" in [each.text for each in read(CHANNEL + added).advice]


NEEDS = "interface Port-channel7\n port-channel min-bundle {}\n"


@pytest.mark.parametrize(
    ("needed", "shut", "says"),
    [(2, "", ""), (2, " shutdown\n", "needs 2 members (min-bundle) and has 1"), (3, "", "needs 3 members")],
)
def test_a_failover_link_on_a_port_channel_with_too_few_members_is_no_failover(
    needed: int, shut: str, says: str
) -> None:
    text = CHANNEL.split("interface Port")[0].replace("active\n", f"active\n{shut}", 1) + NEEDS.format(needed)
    config = read(text + "interface g0/3\n nameif a\n" + LINK.format("Port-channel7"))
    found = [each.reason for each in port_trouble(config)]
    assert len(found) == bool(says) and all(says in each for each in found)
    assert bool(config.shut_blocks(Port("Port-channel7"))) is bool(says)


@pytest.mark.parametrize(
    ("links", "role"),
    [
        (LINK.format("Port-channel7"), "failover"),
        (LINK.format("g0/8") + "failover link state Port-channel7\n", "stateful"),
    ],
)
@pytest.mark.parametrize(("needed", "says"), [(2, []), (3, ["needs 3 members (min-bundle) and has 2"])])
def test_advice_tells_of_a_link_on_a_port_channel_with_too_few_members(
    links: str, role: str, needed: int, says: list[str]
) -> None:
    """CFG-16: nothing is shut down, and the link never comes up."""
    config = read(CHANNEL.split("interface Port")[0] + NEEDS.format(needed) + links)
    found = [each.text for each in config.advice if each.rule == "CFG-16"]
    assert found == [f"Port-channel7 of the {role} link {each}" for each in says]


@pytest.mark.parametrize("line", ["port-channel min-bundle 2", "port-c min-b 2", "port-channel load-balance src-ip"])
def test_min_bundle_is_read_and_written(line: str) -> None:
    config = read(f"{CHANNEL}interface Port-channel7\n {line}\n" + LINK.format("g0/8"))
    (block,) = (each for each in config.interfaces if each.port.full_name == "Port-channel7")
    assert block.min_bundle == (2 if "min-b" in line else 1)
    assert read(config.to_asa()) == config
    again = read(config.to_asa() + f"interface Port-channel7\n no {line}\n")
    assert all(each.min_bundle == 1 for each in again.interfaces)


@pytest.mark.parametrize("number", ["0", "17", "two", "\u0662"])
def test_a_wrong_min_bundle_is_refused(number: str) -> None:
    with pytest.raises(ConfigError, match="1 to 16"):
        read(f"interface Port-channel7\n port-channel min-bundle {number}\n")


REDUNDANT = "interface Redundant1\n member-interface g0/3\n member-interface g0/4\n"
SHUT_LINK = [
    ("interface g0/3\n shutdown\n", "g0/3", "its port g0/3 is shut down"),
    ("interface g0/3\n shutdown\ninterface g0/3.7\n vlan 7\n", "g0/3.7", "its port g0/3 is shut down"),
    (REDUNDANT + "interface g0/3\n shutdown\ninterface g0/4\n", "Redundant1", ""),
    (
        REDUNDANT + "interface g0/3\n shutdown\ninterface g0/4\n shutdown\n",
        "Redundant1",
        "g0/3, g0/4 are shut down, and Redundant1 has no other port",
    ),
    (
        REDUNDANT + "interface Redundant1.7\n vlan 7\ninterface g0/3\n shutdown\ninterface g0/4\n shutdown\n",
        "Redundant1.7",
        "g0/3, g0/4 are shut down, and Redundant1.7 has no other port",
    ),
    (
        "interface Port-channel9\ninterface g0/3\n channel-group 9 mode active\n shutdown\n",
        "Port-channel9",
        "g0/3 is shut down, and Port-channel9 has no other port",
    ),
    (
        SWITCH.replace("Ethernet0/3\n", "Ethernet0/3\n shutdown\n") + "interface Vlan9\n",
        "Vlan9",
        "Ethernet0/3 is shut down, and Vlan9 has no other port",
    ),
    ("interface Vlan9\n", "Vlan9", ""),
    (
        SWITCH.replace("Ethernet0/2\n", "Ethernet0/2\n switchport access vlan 9\n").replace(
            "Ethernet0/3\n", "Ethernet0/3\n shutdown\n"
        )
        + "interface Vlan9\n",
        "Vlan9",
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "port", "said"), SHUT_LINK)
def test_the_failover_link_is_down_with_its_port(text: str, port: str, said: str) -> None:
    config = read(text + LINK.format(port))
    assert [each.reason for each in port_trouble(config)] == ([f"never comes up: {said}"] if said else [])
    assert ("CFG-16" in [each.rule for each in config.advice if "failover link" in each.text]) is bool(said)


@pytest.mark.parametrize("shut", ["interface g0/2\n shutdown\n", "interface g0/2\n"])
def test_what_is_down_with_its_port_gets_no_advice_on_its_address(shut: str) -> None:
    text = f"{shut}interface g0/2.5\n vlan 5\n nameif dmz\n ip address 10.2.0.0 255.255.255.0\n"
    rules = [each.rule for each in read(text + LINK.format("g0/8")).advice]
    assert ("CFG-16" in rules, "CFG-5" in rules, "CFG-7" in rules) == (
        (True, False, False) if "shutdown" in shut else (False, True, True)
    )


# Records alone, with what a text cannot hold.


def of(port: str, context: str | None = None, **more: Any) -> Interface:
    return Interface(port=port, context=context, **more)


MEMBERS = [of("g0/1", "one", bridge_group=1), of("g0/2", "one", bridge_group=2), of("g0/3", "two", bridge_group=1)]
LOOP = [of("BVI1", nameif="a", bridge_group=1), of("g0/4", bridge_group=1)]
PLAIN = of("Ethernet0/1")
NO_SWITCH_PORTS = [
    of("g0/1", nameif="a"), of("g0/2.5"), of("tunnel1"), of("Vlan2"), of("Ethernet0/2", "one"),
    of("Ethernet0/3", shutdown=True), of("Ethernet0/4", access_vlan=2), of("Ethernet0/5", trunk=True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("interfaces", "port", "context", "over"),
    [
        (MEMBERS, "BVI1", "one", ["g0/1"]),
        (MEMBERS, "BVI2", "one", ["g0/2"]),
        (MEMBERS, "BVI1", "two", ["g0/3"]),
        (MEMBERS, "BVI1", None, []),
        (LOOP, "BVI1", None, ["g0/4"]),
        ([of("g0/4", bridge_group=1)], "BVI1/2", None, []),
        ([*NO_SWITCH_PORTS, PLAIN], "Vlan1", None, ["Ethernet0/1"]),
        ([PLAIN], "Vlan10.5", None, []),
        ([PLAIN], "Vlan2", None, []),
    ],
)
def test_an_interface_runs_over_the_ports_that_it_belongs_to(
    interfaces: list[Interface], port: str, context: str | None, over: list[str]
) -> None:
    assert [str(each) for each in carriers(interfaces, Port(port), context)] == over


BUNDLE = [of("g0/1", channel_group=7), of("g0/2", channel_group=7, shutdown=True), of("Port-channel7", nameif="a")]


@pytest.mark.parametrize(
    ("interfaces", "asked", "shut"),
    [
        ([of("g0/1", nameif="a", shutdown=True)], 0, []),  # by itself
        ([of("g0/1", nameif="a")], 0, []),
        ([of("g0/1", shutdown=True), of("g0/1", "one", nameif="a")], 1, ["g0/1"]),
        ([of("g0/1.7", shutdown=True), of("g0/1.7", "one", nameif="a")], 1, ["g0/1.7"]),
        ([of("g0/1", "two", shutdown=True), of("g0/1", "one", nameif="a")], 1, []),
        ([of("g0/9", shutdown=True), of("BVI1", nameif="a")], 1, []),
        (BUNDLE, 2, []),
        ([attrs.evolve(each, shutdown=True) for each in BUNDLE[:2]] + BUNDLE[2:], 2, ["Port-channel7"]),
        ([of("g0/9", shutdown=True), of("Port-channel7", nameif="a")], 1, []),
        ([attrs.evolve(PLAIN, shutdown=True), of("Vlan1", nameif="a")], 1, ["Ethernet0/1"]),
        ([attrs.evolve(PLAIN, shutdown=True), of("Ethernet0/2"), of("Vlan1", nameif="a")], 2, []),
    ],
)
def test_ports_that_are_shut_down_keep_an_interface_down(
    interfaces: list[Interface], asked: int, shut: list[str]
) -> None:
    assert [str(each) for each in shut_ports(interfaces, interfaces[asked])] == shut


@pytest.mark.parametrize(
    ("interfaces", "port", "blocks"),
    [
        ([of("g0/1", "one", shutdown=True)], "g0/1", []),
        ([of("g0/1", shutdown=True), of("g0/1.7", shutdown=True)], "g0/1.7", ["g0/1.7", "g0/1"]),
        ([of("g0/1", shutdown=True), of("g0/1.7")], "g0/1.7", ["g0/1"]),
        ([*BUNDLE[:2], of("Port-channel7", shutdown=True)], "g0/1", ["Port-channel7"]),
        (BUNDLE, "Port-channel7", []),
    ],
)
def test_blocks_that_keep_a_link_down(interfaces: list[Interface], port: str, blocks: list[str]) -> None:
    assert [str(each.port) for each in shut_blocks(interfaces, Port(port))] == blocks


def test_a_port_knows_what_runs_over_it() -> None:
    found = physical_ports([*BUNDLE, of("g0/3", nameif="b")], failover=Port("g0/4"), stateful=Port("Port-channel7"))
    assert [(str(each.port), [str(one) for one in each.members]) for each in found] == [
        ("g0/3", []), ("g0/4", []), ("Port-channel7", ["g0/1", "g0/2"]),
    ]  # fmt: skip
    assert [(each.failover_link, each.stateful_link, len(each.interfaces)) for each in found] == [
        (False, False, 1), (True, False, 0), (False, True, 1),
    ]  # fmt: skip
