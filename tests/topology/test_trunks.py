"""Topologies of pairs whose ports carry several things: one cable per port, trunks, stacks."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.goals import goal
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status, failover_link_works, status
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, State
from failover_fsm.pair.step import next_state
from failover_fsm.topology import PlanError, advice, figure, names_for_figures, plan_of, shared_fate
from tests.model.test_ports import CONFIGS, LINK, own, settings
from tests.pairs import PRIMARY, SECONDARY

G = "GigabitEthernet0"


def laid(name: str, table: dict[str, object]) -> Settings:
    """The pair of that name with a [topology] table."""
    pair = settings(name)
    return plan_of(table, "wiring.toml", names_for_figures(pair)).laid(pair)


def without(pair: Settings, *elements: str) -> State:
    """The cold pair with these elements broken."""
    state = cold(pair)
    for element in elements:
        state = next_state(state, pair, e.ElementFailed(element=element)).state
    return state


def down(pair: Settings, state: State, unit: object = PRIMARY) -> list[str]:
    """The interfaces of a unit without link."""
    of = PRIMARY if unit is PRIMARY else SECONDARY
    found = [status(state, pair, of, index) for index in range(len(pair.ports))]
    return [port.name for port, word in zip(pair.ports, found, strict=True) if word is Status.NO_LINK]


def test_two_vlans_of_a_port_have_one_cable_named_after_it() -> None:
    pair = laid("two vlans", {"failover-link": "cable", "data": "core"})
    assert pair.topology is not None
    assert pair.topology.elements == ("core", f"{G}/1", f"primary:{G}/0", f"secondary:{G}/0")
    assert down(pair, without(pair, f"primary:{G}/0")) == ["inside", "dmz"]
    assert down(pair, without(pair, f"primary:{G}/0"), SECONDARY) == []


def test_a_failover_link_on_a_data_port_shares_its_cable() -> None:
    pair = laid("failover link on a data trunk", {"failover-link": "a", "interfaces": {"outside": "b", "inside": "a"}})
    broken = without(pair, f"secondary:{G}/1")
    assert not failover_link_works(broken, pair) and down(pair, broken, SECONDARY) == ["inside"]
    mended = next_state(broken, pair, e.ElementRestored(element=f"secondary:{G}/1")).state
    assert mended == cold(pair)


def test_a_failed_port_stays_down_when_its_cable_is_mended() -> None:
    pair = laid("failover link on a data trunk", {"failover-link": "a", "data": "a"})
    state = next_state(without(pair, f"primary:{G}/1"), pair, e.PortFailed(unit=PRIMARY, port=f"{G}/1")).state
    state = next_state(state, pair, e.ElementRestored(element=f"primary:{G}/1")).state
    assert not failover_link_works(state, pair) and down(pair, state) == ["inside"]
    state = next_state(state, pair, e.PortRestored(unit=PRIMARY, port=f"{G}/1")).state
    assert state == cold(pair)


def test_ways_of_a_port_hold_for_all_that_it_carries() -> None:
    pair = laid("failover link on a data trunk", {"ports": {f"{G}/1": "a b"}, "data": "c"})
    assert pair.topology is not None
    assert pair.topology.failover == pair.topology.ports[1] != pair.topology.ports[0]


@pytest.mark.parametrize(
    ("name", "table", "what"),
    [
        ("two vlans", {"failover-link": "a", "interfaces": {"inside": "a", "dmz": "b"}}, "inside and dmz run over"),
        ("failover link on a data trunk", {"failover-link": "a", "data": "b"}, "failover-link and inside run over"),
        ("two vlans", {"failover-link": "a", "ports": {f"{G}/7": "b"}}, f"no port '{G}/7' that carries anything"),
        ("two vlans", {"ports": {f"{G}/0": "b"}}, "the failover link is not drawn"),
        ("two vlans", {"failover-link": "a b", "data": "a", "carries": {"a b": ["dmz"]}}, "failover-link carries it"),
        ("two vlans", {"failover-link": "a b", "carries": {"a b": ["wan"]}}, "no interface or link 'wan'"),
        ("two vlans", {"failover-link": "a", "carries": {"a": ["dmz"]}}, "'a' does not name two switches"),
        ("two vlans", {"failover-link": "a", "stacks": ["a"]}, "a stack has two or more switches"),
    ],
)
def test_a_drawing_that_cannot_be_built_is_refused(name: str, table: dict[str, object], what: str) -> None:
    with pytest.raises(PlanError, match=what):
        laid(name, table)


def test_a_figure_with_a_port_of_its_own_for_the_failover_link_does_not_fit_a_shared_port() -> None:
    pair = settings("failover link on a data trunk")
    with pytest.raises(PlanError, match=f"failover-link and inside run over {G}/1"):
        figure("figure-13-3", names_for_figures(pair)).laid(pair)


def test_a_trunk_carries_the_vlans_that_it_names() -> None:
    table = {
        "failover-link": "x",
        "data": "a b",
        "inter-switch-links": ["a c", "c b"],
        "carries": {"a b": ["inside", "dmz"], "a c": ["dmz"], "c b": ["dmz"]},
    }
    pair = laid("two vlans", table)
    assert pair.topology is not None
    (direct,) = [cable.name for cable in pair.topology.ports[0] if set(cable.ends) == {"a", "b"}]
    parted = [interface.path is LinkState.CUT for interface in without(pair, direct).interfaces]
    assert parted == [True, False], "dmz goes round by c"


VLANS = {name: next(iter([v for n, v in settings("two vlans").vlans if n == name])) for name in ("inside", "dmz")}


@pytest.mark.parametrize(
    ("carries", "parted"),
    [
        ([VLANS["inside"], VLANS["dmz"]], ["inside", "dmz"]),
        ([f"1-{VLANS['inside']}", "dmz"], ["inside", "dmz"]),
        ([str(VLANS["inside"])], ["inside"]),
        (["1-4094"], ["inside", "dmz"]),
        (["inside", 4094], ["inside"]),
    ],
)
def test_a_trunk_carries_the_vlans_that_it_lists(carries: list[object], parted: list[str]) -> None:
    table = {
        "failover-link": "x",
        "data": "a b",
        "inter-switch-links": ["a c", "c b"],
        "carries": {"a b": carries, "a c": ["dmz", VLANS["inside"]], "c b": ["1-4094"]},
    }
    both = laid("two vlans", table)
    assert both.topology is not None
    used = {port.name: network for port, network in zip(both.ports, both.topology.ports, strict=True)}
    on_it = [name for name, network in used.items() if any(set(cable.ends) == {"a", "b"} for cable in network)]
    assert on_it == parted
    table["carries"] = {"a b": carries, "a c": [4000], "c b": [4000]}
    if len(parted) < 2:
        with pytest.raises(PlanError, match="no inter-switch link on the way of dmz carries it") as caught:
            laid("two vlans", table)
        assert caught.value.allowed == f"its name or its VLAN {VLANS['dmz']} in [topology.carries]"
    else:
        laid("two vlans", table)


def test_links_and_bridge_groups_are_in_the_vlans_of_their_subinterfaces() -> None:
    assert dict(settings("failover link on a data trunk").vlans)["failover-link"] == 777
    both = dict(settings("both links on one port").vlans)
    assert (both["failover-link"], both["stateful-link"], both.get("outside")) == (7, 8, None)
    text = "ASA Version 9.16(4)\ninterface BVI1\n nameif lan\n ip address 10.5.0.1 255.255.255.0 standby 10.5.0.2\n"
    for number in (2, 3):
        text += f"interface {G}/{number}.{number}0\n vlan {number}0\n nameif m{number}\n bridge-group 1\n"
    text += "interface Vlan9\n nameif users\n ip address 10.9.0.1 255.255.255.0 standby 10.9.0.2\n"
    found = Settings.of(read_asa(text + LINK.format(port=f"{G}/1"))).vlans
    assert found == (("lan", 20), ("lan", 30), ("m2", 20), ("m3", 30), ("users", 9))


@pytest.mark.parametrize("carries", [[0], [4095], ["30-20"], ["1,x"], [1.5], [True], "10", [[10]]])
def test_what_is_no_vlan_is_refused(carries: object) -> None:
    table = {"failover-link": "x", "data": "a b", "carries": {"a b": carries}}
    with pytest.raises(PlanError, match=r"no interface or link|must be a list of interfaces, links and VLANs"):
        laid("two vlans", table)


def test_a_port_channel_over_a_stack_lives_while_a_member_does() -> None:
    table = {"failover-link": "cable", "ports": {"Port-channel1": ["a", "b"]}, "stacks": ["a b"]}
    pair = laid("vlans on a port-channel", table)
    assert pair.topology is not None
    assert pair.topology.elements == (
        "a", "b", f"{G}/1", f"primary:{G}/4", f"secondary:{G}/4", f"primary:{G}/5", f"secondary:{G}/5",
    )  # fmt: skip
    assert down(pair, without(pair, "a")) == []
    assert down(pair, without(pair, f"primary:{G}/4", f"primary:{G}/5")) == ["inside", "dmz"]
    crossed = without(pair, f"primary:{G}/4", f"secondary:{G}/5")
    assert all(interface.path is LinkState.GOOD for interface in crossed.interfaces), "by the stack"


def needing(least: int, table: dict[str, object]) -> Settings:
    """A Port-channel of two members, with this many that it needs."""
    text = f"interface Port-channel1\n port-channel min-bundle {least}\n"
    pair = Settings.of(read_asa(text + CONFIGS["vlans on a port-channel"]))
    return plan_of(table, "wiring.toml", names_for_figures(pair)).laid(pair)


def test_a_port_channel_that_needs_both_members_falls_with_one() -> None:
    table: dict[str, object] = {"failover-link": "cable", "ports": {"Port-channel1": ["a", "b"]}, "stacks": ["a b"]}
    pair = needing(2, table)
    one = without(pair, f"primary:{G}/4")
    assert down(pair, one) == ["inside", "dmz"] and down(pair, one, SECONDARY) == []
    both = without(pair, "a")
    assert down(pair, both) == down(pair, both, SECONDARY) == ["inside", "dmz"]
    assert down(pair, cold(pair)) == [] and down(needing(1, table), without(needing(1, table), "a")) == []


def test_ways_of_a_port_channel_stand_for_as_many_members() -> None:
    """One way for two members is enough, with three ways two of three are needed."""
    one = needing(2, {"failover-link": "cable", "ports": {"Port-channel1": "a"}})
    assert down(one, cold(one)) == []
    three = needing(2, {"failover-link": "cable", "ports": {"Port-channel1": ["a", "b", "c"]}})
    assert down(three, without(three, "a")) == [] and down(three, without(three, "a", "b")) == ["inside", "dmz"]


def test_a_switch_under_one_member_of_each_unit_is_a_single_point_of_failure() -> None:
    pair = needing(2, {"failover-link": "cable", "ports": {"Port-channel1": ["a", "b"]}, "stacks": ["a b"]})
    search = CutSetSearch(pair, Environment(faults=WITH_TOPOLOGY), goal("service-lost"))
    search.run(1)
    assert {name for found in search.found for name in found.names} >= {"a", "b"}


def test_advice_names_the_port_that_carries_link_and_data() -> None:
    pair = settings("failover link on a data trunk")
    plan = plan_of({"failover-link": "a", "data": "a"}, "wiring.toml", names_for_figures(pair))
    found = [(each.rule, each.text) for each in advice(plan, plan.laid(pair))]
    assert [text for rule, text in found if rule == "LNK-5"] == [
        f"wiring.toml: {unit}:{G}/1 carries the failover link and inside; advised: a port of its own for the failover "
        "link"
        for unit in ("primary", "secondary")
    ]
    assert shared_fate(plan.laid(pair)) == ("a",)


def test_cut_sets_name_ports_and_switches() -> None:
    pair = laid("failover link on a data trunk", {"failover-link": "a", "interfaces": {"outside": "b", "inside": "a"}})
    search = CutSetSearch(pair, Environment(faults=WITH_TOPOLOGY), goal("dual-active"))
    search.run(2)
    named = {name for found in search.found for name in found.names}
    assert {"a", "b"} in [set(found.names) for found in search.found]
    assert {f"primary:{G}/0", f"primary:{G}/1"} in [set(found.names) for found in search.found]
    assert not any(name.startswith("cable") for name in named)


def test_pairs_whose_interfaces_have_their_own_ports_keep_their_cables() -> None:
    from failover_fsm.config.asa.files import read_config

    pair = Settings.of(read_config(Path(__file__).parents[2] / "models" / "active-standby.cfg"))
    plain = attrs.evolve(pair, carriers=())
    drawing = figure("figure-13-5", names_for_figures(pair))
    assert drawing.laid(pair).topology == drawing.laid(plain).topology


@pytest.mark.parametrize("outer", ["outside", "Outside", "OUTSIDE"])
def test_the_outside_is_known_by_its_name_in_any_case(outer: str) -> None:
    text = own(f"{G}/0", "lan", 1) + own(f"{G}/2", outer, 2) + LINK.format(port=f"{G}/1")
    pair = Settings.of(read_asa(text))
    assert dict(figure("figure-13-5", names_for_figures(pair)).interfaces).keys() == {outer}
    table = {"failover-link": "edge", "data": "core", "interfaces": {outer: "edge"}}
    plan = plan_of(table, "wiring.toml", names_for_figures(pair))
    said = [each.text for each in advice(plan, plan.laid(pair)) if each.rule == "SPL-13"]
    assert said == [f"wiring.toml: the failover link shares edge with {outer}; advised: a switch on the secure side"]
