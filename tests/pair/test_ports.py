"""What runs over which physical port, by the configuration, and what moves together there."""

from __future__ import annotations

import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.ports import (
    Carrier,
    Together,
    carriers_in,
    find_carrier,
    is_up,
    links_share_port,
    no_carrier,
    port_after,
    port_forwards,
    vlans_in,
)
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, PortState
from tests.pairs import PRIMARY

G = "GigabitEthernet0"


def interface(port: str, name: str = "", net: int = 0, *more: str) -> str:
    """An interface, with a name and addresses or without."""
    named = [f" nameif {name}", f" ip address 10.{net}.0.1 255.255.255.0 standby 10.{net}.0.2"] if name else []
    return "\n".join([f"interface {port}", *(f" {line}" for line in more), *named, ""])


def links(failover: str, stateful: str = "") -> str:
    """The failover link, and a stateful link on another port or, without one, none."""
    lines = ["failover", "failover lan unit primary", f"failover lan interface FO {failover}", "failover key x"]
    lines += ["failover interface ip FO 10.9.0.1 255.255.255.252 standby 10.9.0.2"]
    if stateful:
        lines += [f"failover link ST {stateful}",
                  "failover interface ip ST 10.9.1.1 255.255.255.252 standby 10.9.1.2"]  # fmt: skip
    return "\n".join([*lines, ""])


OUTSIDE = interface(f"{G}/0", "outside", 1)
TAGGED = interface(f"{G}/3.7", "", 0, "vlan 7") + interface(f"{G}/3.8", "", 0, "vlan 8")
BRIDGED = interface("BVI1", "lan", 5) + "".join(
    interface(f"{G}/{n}.{n}0", "", 0, f"vlan {n}0", f"nameif m{n}", "bridge-group 1") for n in (4, 5)
)
OTHER_BRIDGE = interface("BVI2", "far", 6) + interface(f"{G}/6.60", "", 0, "vlan 60", "nameif m6", "bridge-group 2")


def read(*parts: str) -> PairConfig:
    return read_asa("".join(parts))


def named(config: PairConfig) -> tuple[object, ...]:
    return tuple(item for item in config.interfaces if item.nameif)


def carriers(config: PairConfig) -> dict[str, tuple[tuple[int, ...], bool, bool]]:
    """By port, the interfaces on it and whether it carries the failover link or the stateful link."""
    found = carriers_in(config, named(config))  # type: ignore[arg-type]
    return {each.name: (each.interfaces, each.failover, each.stateful) for each in found}


@pytest.mark.parametrize(
    ("config", "found"),
    [
        (read(OUTSIDE), {f"{G}/0": ((0,), False, False)}),
        (read(OUTSIDE, links(f"{G}/2")), {f"{G}/0": ((0,), False, False), f"{G}/2": ((), True, False)}),
        (read(OUTSIDE, links(f"{G}/2"), f"failover link FO {G}/2\n"),
         {f"{G}/0": ((0,), False, False), f"{G}/2": ((), True, False)}),
        (read(OUTSIDE, links(f"{G}/2"), f"failover link outside {G}/0\n"),
         {f"{G}/0": ((0,), False, False), f"{G}/2": ((), True, False)}),
        (read(OUTSIDE, links(f"{G}/2", f"{G}/1")),
         {f"{G}/0": ((0,), False, False), f"{G}/2": ((), True, False), f"{G}/1": ((), False, True)}),
        (read(OUTSIDE, TAGGED, links(f"{G}/3.7", f"{G}/3.8")),
         {f"{G}/0": ((0,), False, False), f"{G}/3": ((), True, False)}),
    ],
)  # fmt: skip
def test_the_ports_that_carry_an_interface_or_a_link(
    config: PairConfig, found: dict[str, tuple[tuple[int, ...], bool, bool]]
) -> None:
    """CFG-16, CFG-20: a stateful link beside the failover link on one port is no port of its own."""
    assert carriers(config) == found


@pytest.mark.parametrize(
    ("config", "shares"),
    [
        (read(OUTSIDE), False),
        (read(OUTSIDE, links(f"{G}/2")), False),
        (read(OUTSIDE, links(f"{G}/2"), f"failover link FO {G}/2\n"), False),
        (read(OUTSIDE, links(f"{G}/2", f"{G}/1")), False),
        (read(OUTSIDE, TAGGED, links(f"{G}/3.7", f"{G}/3.8")), True),
        (read(OUTSIDE, TAGGED, links(f"{G}/2", f"{G}/3.8")), False),
        (read(OUTSIDE, links(f"{G}/2"), "failover link outside\n"), False),
    ],
)
def test_two_links_share_a_port_where_both_run_over_it(config: PairConfig, shares: bool) -> None:
    assert links_share_port(config) is shares


@pytest.mark.parametrize(
    ("config", "found"),
    [
        (read(OUTSIDE), set()),
        (read(OUTSIDE, TAGGED, links(f"{G}/3.7", f"{G}/3.8")), {("failover-link", 7), ("stateful-link", 8)}),
        (read(OUTSIDE, TAGGED, links(f"{G}/3.7", f"{G}/1")), {("failover-link", 7)}),
        (read(interface(f"{G}/4.40", "inside", 4, "vlan 40"), links(f"{G}/2")), {("inside", 40)}),
        (read(interface("Vlan12", "inside", 4), links(f"{G}/2")), {("inside", 12)}),
    ],
)
def test_the_vlans_of_interfaces_and_links(config: PairConfig, found: set[tuple[str, int]]) -> None:
    assert set(vlans_in(config, named(config))) == found  # type: ignore[arg-type]


def test_a_bvi_is_in_the_vlans_of_the_members_of_its_own_bridge_group() -> None:
    config = read("ASA Version 9.16(4)\n", BRIDGED, OTHER_BRIDGE, links(f"{G}/2"))
    bridges = [item for item in config.interfaces if item.is_bvi]
    assert set(vlans_in(config, bridges)) == {("lan", 40), ("lan", 50), ("far", 60)}
    pair = dict.fromkeys(name for name, _ in Settings.of(config).vlans)
    assert {"lan", "far"} <= set(pair)


# -- what moves together -------------------------------------------------------------------------------------

ALONE = Carrier(name="p0", interfaces=(0,))
SHARED = Carrier(name="p1", interfaces=(1, 2))
LINKED = Carrier(name="p3", interfaces=(3,), failover=True)
STATE = Carrier(name="p4", interfaces=(4,), stateful=True)
OWN = Carrier(name="p5", failover=True)
LEFT, RIGHT = Carrier(name="pl", interfaces=(5,), partly=(7,)), Carrier(name="pr", interfaces=(6,), partly=(7,))
EVERY = (ALONE, SHARED, LINKED, STATE, OWN, LEFT, RIGHT)


def test_what_moves_together_follows_from_what_each_port_carries() -> None:
    found = Together.of(EVERY)
    assert {index: each.name for index, each in found.shared_at.items()} == {
        1: "p1", 2: "p1", 3: "p3", 4: "p4", 5: "pl", 6: "pr",
    }  # fmt: skip
    assert found.over_several == ((7, (5, 6)),)
    assert found.followers == (2, 7), "the second interface of a port, and what several ports carry"
    assert (found.failover, found.stateful) == ((3,), (4,))


DOWN, BLOCKED, SILENT, GOOD = PortState.DOWN, PortState.BLOCKED, PortState.SILENT, PortState.GOOD


@pytest.mark.parametrize(("line", "up"), [(GOOD, True), (SILENT, True), (BLOCKED, False), (DOWN, False)])
def test_a_port_is_up_that_is_neither_down_nor_blocked(line: PortState, up: bool) -> None:
    assert is_up((Interface(), Interface(secondary=line)), (1,)) is up
    assert is_up((Interface(primary=line), Interface()), (0, 1)) is up
    assert is_up((Interface(primary=line), Interface()), (1,))


def lines(found: tuple[Interface, ...] | None) -> str:
    """The ports of the primary, a letter each."""
    return "" if found is None else "".join(each.primary.value[0] for each in found)


def every(letters: str) -> tuple[Interface, ...]:
    by_letter = {each.value[0]: each for each in PortState}
    return tuple(Interface(primary=by_letter[letter]) for letter in letters)


@pytest.mark.parametrize(
    ("before", "carrier", "line", "after"),
    [
        ("gggggggg", SHARED, DOWN, "gddggggg"),
        ("gddggggg", SHARED, GOOD, "gggggggg"),
        ("gddggggg", SHARED, DOWN, ""),
        ("gggggggg", SHARED, GOOD, ""),
        ("gsgggggg", SHARED, DOWN, "gddggggg"),
        ("gggggggg", LEFT, DOWN, "gggggdgg"),
        ("gggggdgg", RIGHT, DOWN, "gggggddd"),
        ("gggggddd", LEFT, GOOD, "ggggggdg"),
        ("gggggddd", LEFT, BLOCKED, "gggggbdb"),
        ("gggggdgs", LEFT, GOOD, "gggggggs"),
    ],
)
def test_a_port_goes_with_all_it_carries_and_the_last_of_several_takes_the_rest(
    before: str, carrier: Carrier, line: PortState, after: str
) -> None:
    assert lines(port_after(every(before), Together.of(EVERY), carrier, PRIMARY, line)) == after


@pytest.mark.parametrize(
    ("before", "carrier", "after"),
    [
        ("gbbggggg", SHARED, "gggggggg"),
        ("gggggbdb", LEFT, "ggggggdg"),
        ("gbbggbdb", SHARED, "gggggbdb"),
        ("gggggggg", SHARED, ""),
        ("gdbggggg", SHARED, ""),
        ("bbbggggg", ALONE, "gbbggggg"),
    ],
)
def test_a_switch_that_forwards_opens_what_the_port_carries(before: str, carrier: Carrier, after: str) -> None:
    """LNK-13."""
    assert lines(port_forwards(every(before), Together.of(EVERY), carrier, PRIMARY)) == after


# -- names -----------------------------------------------------------------------------------------------------

BUNDLE = Carrier(name="Port-channel1", members=(f"{G}/4", f"{G}/5"), interfaces=(0,))
NEEDY = Carrier(name="Port-channel2", members=(f"{G}/6", f"{G}/7"), least=2, interfaces=(1,))
BY_NAME = (Carrier(name="vlans", interfaces=(2,)), Carrier(name=f"{G}/0", interfaces=(3,)))


def test_a_port_that_carries_nothing_is_said_to_be_what_it_is() -> None:
    some = (BUNDLE, NEEDY, *BY_NAME)
    assert no_carrier(some, f"{G}/4") == (
        f"{G}/4 is a member of Port-channel1, which falls with its last member", "port=Port-channel1"
    )  # fmt: skip
    assert no_carrier(some, f"{G}/7") == (
        f"{G}/7 is a member of Port-channel2, which falls with fewer than 2 members", "port=Port-channel2"
    )  # fmt: skip
    allowed = f"Port-channel1, Port-channel2, vlans, {G}/0"
    assert no_carrier(some, "g9") == ("there is no port g9 that carries anything", allowed)
    assert no_carrier((), "g9") == ("there is no port g9 that carries anything", "none")


def test_a_port_is_found_by_its_name_in_full_or_abbreviated() -> None:
    assert find_carrier(BY_NAME, "vlans") is BY_NAME[0]
    assert find_carrier(BY_NAME, "gi0/0") is BY_NAME[1]
    assert find_carrier(BY_NAME, "gi0/1") is None
    odd = Carrier(name="no port 5", interfaces=(4,))
    assert find_carrier((odd,), "no port 5") is odd, "also one whose name is that of no port"
    assert find_carrier(BY_NAME, "nothing at all") is None
