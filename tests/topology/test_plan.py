"""Drawings as they are laid over a pair: the names and the ways of everything, and what cannot be laid."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import Topology
from failover_fsm.topology import PlanError, names_for_figures, plan_of
from tests.model.test_ports import CONFIGS, LINK, own
from tests.pairs import settings

G = "GigabitEthernet0"
BRIDGED = (
    "ASA Version 9.16(4)\ninterface BVI1\n nameif lan\n ip address 10.5.0.1 255.255.255.0 standby 10.5.0.2\n"
    + "".join(f"interface {G}/{n}.{n}0\n vlan {n}0\n nameif m{n}\n bridge-group 1\n" for n in (2, 3))
    + LINK.format(port=f"{G}/1")
)
EMPTY_BVI = "interface BVI7\n nameif idle\n ip address 10.7.0.1 255.255.255.0 standby 10.7.0.2\n"
NUMBERED = own(f"{G}/0", "99", 1) + own(f"{G}/2.99", "dmz", 2).replace(" nameif", " vlan 99\n nameif")
TEXTS = {**CONFIGS, "bridged": BRIDGED, "numbered": NUMBERED + LINK.format(port=f"{G}/1")}
TEXTS["idle"] = EMPTY_BVI + CONFIGS["two vlans"]


def of(text: str) -> Settings:
    return Settings.of(read_asa(TEXTS[text]))


def laid(pair: Settings, table: Mapping[str, object]) -> Topology:
    topology = plan_of(table, "own.toml", names_for_figures(pair)).laid(pair).topology
    assert topology is not None
    return topology


def cables(topology: Topology, *names: str) -> dict[str, list[str]]:
    """The names of the cables and inter-switch links of these interfaces."""
    return {name: [cable.name for cable in topology.ports[place]] for place, name in enumerate(names)}


# -- what cannot be laid -----------------------------------------------------------------------------------

VLAN = dict(of("two vlans").vlans)
ROUND = {"failover-link": "x", "data": "a b"}
SEVERAL = {"failover-link": "a b", "data": "c"}


@pytest.mark.parametrize(
    ("pair", "table", "what", "allowed"),
    [
        (settings(0), {"failover-link": "a", "interfaces": {"dmz": "b"}}, "there is no interface 'dmz'",
         "none, the pair has none"),
        (settings(2), {"failover-link": "a", "interfaces": {"dmz": "b"}}, "there is no interface 'dmz'",
         "outside, inside"),
        (settings(2), {"failover-link": "a", "ports": {"g0": "b"}}, "there is no port 'g0' that carries anything",
         "none"),
        (of("two vlans"), {"failover-link": "a", "ports": {f"{G}/7": "b"}},
         f"there is no port '{G}/7' that carries anything", f"{G}/0, {G}/1"),
        (of("two vlans"), {"ports": {f"{G}/0": "b"}}, "the failover link is not drawn", 'failover-link = "switch-1"'),
        (of("two vlans"), {**ROUND, "carries": {"a b": ["wan"]}}, "there is no interface or link 'wan'",
         "inside, dmz, failover-link, stateful-link, a VLAN such as 10, a range such as 20-30"),
        (of("two vlans"), {**ROUND, "carries": {"a b": ["inside"]}},
         "no inter-switch link on the way of dmz carries it",
         f"its name or its VLAN {VLAN['dmz']} in [topology.carries]"),
        (of("bridged"), {**ROUND, "carries": {"a b": [20]}}, "no inter-switch link on the way of m3 carries it",
         "its name or its VLAN 30 in [topology.carries]"),
        (of("two vlans"), {**SEVERAL, "carries": {"a b": ["dmz"]}},
         "no inter-switch link on the way of failover-link carries it", "its name in [topology.carries]"),
        (of("two vlans"), {"failover-link": "a", "interfaces": {"inside": "a", "dmz": "b"}},
         f"inside and dmz run over {G}/0, so they have the same way", "one way for both, or [topology.ports]"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_pair_is_refused(
    pair: Settings, table: dict[str, object], what: str, allowed: str
) -> None:
    with pytest.raises(PlanError) as caught:
        laid(pair, table)
    assert (caught.value.what, caught.value.allowed) == (what, allowed)


# -- what is laid ------------------------------------------------------------------------------------------


def test_a_pair_without_a_stateful_link_of_its_own_has_no_cable_for_it() -> None:
    table: dict[str, object] = {"failover-link": "cable", "stateful-link": "s"}
    without = laid(settings(1), table)
    assert (without.elements, without.stateful) == (("cable-1",), ())
    own_link = laid(settings(1, stateful=StatefulLink.DEDICATED), table)
    assert own_link.elements == ("s", "cable-1", "cable-2", "cable-3")
    assert [cable.ends for cable in own_link.stateful] == [("primary", "s"), ("s", "secondary")]


def test_switches_and_links_that_no_way_has_are_elements_too() -> None:
    topology = laid(of("two vlans"), {
        "failover-link": "x", "data": "a b", "inter-switch-links": ["a d"],
        "carries": {"a c": ["inside", "dmz"], "c b": ["inside", "dmz"]}, "links": {"x e": ["fibre"]},
    })  # fmt: skip
    assert topology.elements[:6] == ("x", "a", "b", "d", "c", "e")
    assert topology.elements[-5:] == (
        "inter-switch-link-1", "inter-switch-link-2", "inter-switch-link-3", "inter-switch-link-4", "fibre",
    )  # fmt: skip
    links = {cable.name: set(cable.ends) for network in topology.ports for cable in network} | {
        cable.name: set(cable.ends) for cable in topology.trunks
    }
    assert links["inter-switch-link-1"] == {"a", "b"} and links["inter-switch-link-2"] == {"a", "d"}


def test_an_interface_that_is_not_drawn_has_no_part_of_a_link_that_lists_it() -> None:
    topology = laid(
        of("two trunks"),
        {"failover-link": "a b", "ports": {f"{G}/0": "a b"}, "carries": {"a b": ["1-4094", "a", "c", "failover-link"]}},
    )
    assert cables(topology, "a", "b", "c", "d") == {
        "a": [f"primary:{G}/0", f"secondary:{G}/0", "inter-switch-link"],
        "b": [f"primary:{G}/0", f"secondary:{G}/0", "inter-switch-link"],
        "c": [],
        "d": [],
    }


def test_a_bridge_group_runs_over_the_cables_of_all_its_ports() -> None:
    drawing: dict[str, object] = {"failover-link": "x", "ports": {f"{G}/2": "a", f"{G}/3": "b"}}
    of_ports = {n: [f"primary:{G}/{n}", f"secondary:{G}/{n}"] for n in (2, 3)}
    found = cables(laid(of("bridged"), drawing), *(port.name for port in of("bridged").ports))
    assert found == {"lan": [*of_ports[2], *of_ports[3]], "m2": of_ports[2], "m3": of_ports[3]}


def test_an_interface_on_no_port_has_numbered_cables() -> None:
    topology = laid(of("idle"), {"failover-link": "x", "data": "a"})
    assert cables(topology, "idle", "inside", "dmz") == {
        "idle": ["cable-3", "cable-4"], "inside": (shared := [f"primary:{G}/0", f"secondary:{G}/0"]), "dmz": shared,
    }  # fmt: skip


def test_more_ways_than_members_number_the_cables_of_a_port() -> None:
    topology = laid(of("two vlans"), {"failover-link": "x", "ports": {f"{G}/0": ["a", "b", "c"]}})
    assert topology.elements[:4] == ("x", "a", "b", "c")
    port = [f"primary:{G}/0", f"secondary:{G}/0"]
    expected = [name + number for number in ("", "#2", "#3") for name in port]
    assert [cable.name for cable in topology.ports[0]] == expected


def test_a_name_that_looks_like_a_vlan_is_the_name() -> None:
    table = {"failover-link": "x", "interfaces": {"99": "a b"}, "carries": {"a b": ["99"]}}
    assert cables(laid(of("numbered"), table), "99", "dmz") == {
        "99": ["cable-3", "cable-4", "inter-switch-link"], "dmz": [],
    }  # fmt: skip
    both = {"failover-link": "x", "data": "a b", "carries": {"a b": ["99"]}}
    with pytest.raises(PlanError, match="no inter-switch link on the way of dmz carries it"):
        laid(of("numbered"), both)


def test_each_two_switches_of_a_stack_are_joined() -> None:
    topology = laid(settings(1), {"failover-link": "cable", "data": "a b c", "stacks": ["a b c"]})
    joints = {frozenset(cable.ends) for cable in topology.trunks if cable.name not in topology.elements}
    assert joints == {frozenset("ab"), frozenset("ac"), frozenset("bc")}, "which are no elements, and do not fail"
