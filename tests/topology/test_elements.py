"""Drawings: what an element takes down, the names of elements, cables, redundant interfaces."""

from __future__ import annotations

import attrs
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.device.commands import show
from failover_fsm.device.moment import Moment
from failover_fsm.pair import NotPossible, Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, State
from failover_fsm.pair.step import step
from failover_fsm.pair.wiring import carried
from failover_fsm.topology import Plan, figure, plan_of
from failover_fsm.topology.plan import CABLES, Ways
from tests.pairs import PRIMARY, SECONDARY, settings
from tests.topology.drawings import BOOT, CONFIG, NAMES, broken, drawn, laid, settled

# -- what is carried -------------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    switches = [f"s{number}" for number in range(1, 5)]
    way = st.lists(st.sampled_from(switches), max_size=3, unique=True).map(tuple)
    ways: st.SearchStrategy[Ways] = st.lists(way, min_size=1, max_size=2).map(tuple)
    trunk = st.lists(st.sampled_from(switches), min_size=2, max_size=2, unique=True).map(tuple)
    return Plan(
        name="drawn", failover=draw(ways), data=draw(ways), interfaces=(("inside", draw(ways)),),
        trunks=tuple(draw(st.lists(trunk, max_size=2))),
    )  # fmt: skip


@given(plans(), st.data())
def test_links_paths_and_ports_are_up_while_some_route_is(plan: Plan, data: st.DataObject) -> None:
    topology = laid(plan).topology
    assert topology is not None
    dead = data.draw(st.sets(st.sampled_from(topology.elements)))
    elements = tuple(LinkState.CUT if name in dead else LinkState.GOOD for name in topology.elements)
    links, interfaces = carried(topology, elements)
    found = [(links.failover, None)] + [(item.path, (item.primary, item.secondary)) for item in interfaces]
    for network, (path, lines) in zip((topology.failover, *topology.ports), found, strict=True):
        graph = nx.Graph()
        graph.add_nodes_from(["primary", "secondary"])
        graph.add_edges_from(cable.ends for cable in (*network, *topology.trunks) if cable.name not in dead)
        graph.remove_nodes_from(list(dead))
        joined = nx.has_path(graph, "primary", "secondary")
        if lines is None:
            assert (path is LinkState.GOOD) == joined
            continue
        own = nx.Graph()
        own.add_nodes_from(["primary", "secondary"])
        own.add_edges_from(cable.ends for cable in network if cable.name not in dead)
        own.remove_nodes_from(list(dead))
        assert [line is PortState.GOOD for line in lines] == [own.degree(unit) > 0 for unit in ("primary", "secondary")]
        both_up = PortState.DOWN not in lines
        assert (path is LinkState.GOOD) == (joined or not both_up)


def test_elements_are_named_from_the_failover_link_outwards() -> None:
    five = drawn("figure-13-5").topology
    assert five is not None
    assert five.elements == (
        "switch-1", "switch-2", "switch-3", "switch-4",
        "cable-1", "cable-2", "cable-3", "cable-4", "cable-5", "cable-6",
        "inter-switch-link-1", "inter-switch-link-2",
    )  # fmt: skip
    assert [cable.ends for cable in five.failover] == [("primary", "switch-1"), ("switch-2", "secondary")]
    assert [cable.name for cable in five.ports[0]] == ["cable-3", "cable-4"]
    assert five.ports[0][0].ends == ("primary", "switch-3"), "outside has switches of its own"
    two = drawn("figure-13-2").topology
    assert two is not None and two.elements[-1] == "inter-switch-link"


def test_a_pair_without_a_topology_has_no_elements_and_no_more_state() -> None:
    state = cold(settings(1))
    assert state.wiring is None
    with pytest.raises(NotPossible, match="the pair has no topology"):
        step(state, settings(1), e.ElementFailed(element="switch-1"))


def test_an_element_fails_once_and_is_restored_once() -> None:
    pair = drawn("figure-13-3")
    state = broken(pair, "switch-1")
    assert state.links.failover is LinkState.CUT and state.interfaces == cold(pair).interfaces
    with pytest.raises(NotPossible, match="it is so already"):
        step(state, pair, e.ElementFailed(element="switch-1"))
    with pytest.raises(NotPossible, match="there is no element switch-7; allowed: switch-1, switch-2, cable-1"):
        step(state, pair, e.ElementFailed(element="switch-7"))
    assert step(state, pair, e.ElementRestored(element="switch-1"))[0] == cold(pair)


def test_elements_are_among_what_can_happen_to_a_pair() -> None:
    laid_out = drawn("figure-13-3")
    assert laid_out.topology is not None
    names = laid_out.topology.elements
    pair = Pair(config=CONFIG, settings=laid_out, state=broken(laid_out, names[0]))
    possible = [event for event in pair.possible() if isinstance(event, e.ElementFailed | e.ElementRestored)]
    assert possible == [*(e.ElementFailed(element=name) for name in names[1:]), e.ElementRestored(element=names[0])]


def test_what_failed_by_itself_stays_so_when_its_switch_is_back() -> None:
    pair = drawn("figure-13-1")
    port = e.InterfaceLinkFailed(unit=PRIMARY, interface="inside")
    for first, then in ((port, e.ElementFailed(element="switch-1")), (e.ElementFailed(element="switch-1"), port)):
        state = cold(pair)
        for event in (first, then):
            state = step(state, pair, event)[0]
        assert state.interfaces[1].primary is PortState.DOWN and state.interfaces[0].primary is PortState.DOWN
        state = step(state, pair, e.ElementRestored(element="switch-1"))[0]
        assert (state.interfaces[1].primary, state.interfaces[0].primary) == (PortState.DOWN, PortState.GOOD)
        assert state.links.failover is LinkState.GOOD
        assert step(state, pair, e.InterfaceLinkRestored(unit=PRIMARY, interface="inside"))[0] == cold(pair)


def test_silence_and_a_dead_switch_together_are_a_dead_port() -> None:
    pair = drawn("figure-13-3")
    state = step(broken(pair, "switch-2"), pair, e.InterfaceTrafficFailed(unit=PRIMARY, interface="inside"))[0]
    assert state.interfaces[1].primary is PortState.DOWN
    assert step(state, pair, e.ElementRestored(element="switch-2"))[0].interfaces[1].primary is PortState.SILENT


def test_an_inter_switch_link_cuts_the_path_and_leaves_the_ports_up() -> None:
    state = broken(drawn("figure-13-2"), "inter-switch-link")
    assert state.interfaces == (Interface(path=LinkState.CUT),) * 2 and state.links.failover is LinkState.CUT


def test_a_message_on_a_data_interface_is_lost_with_its_switch() -> None:
    pair = laid(figure("figure-13-3", NAMES), settings(2, policy=2))
    state = settled(pair, cold(pair), *BOOT, e.InterfaceLinkFailed(unit=PRIMARY, interface="inside"))
    state = step(state, pair, e.ElementFailed(element="switch-1"))[0]
    state, sent = step(state, pair, e.PeerAnsweredOnData(unit=PRIMARY))
    assert any("MessageSent" in repr(output) for output in sent), "the sample hands over on the data interface"
    _, outputs = step(state, pair, e.ElementFailed(element="switch-2"))
    assert any("MessageLost" in repr(output) for output in outputs)


# -- cables (LNK-7 to LNK-9) -----------------------------------------------------------------------------


def show_failover(state: State, settings: Settings, unit: Unit) -> str:
    return show("show failover", Moment(state=state, settings=settings, config=CONFIG), unit)


def test_a_dead_cable_brings_the_failover_link_down_at_both_ends() -> None:
    pair = drawn("figure-13-4")
    state = settled(pair, cold(pair), *BOOT, e.ElementFailed(element="cable-1"))
    shown = [show_failover(state, pair, unit) for unit in (PRIMARY, SECONDARY)]
    assert all("Failover LAN Interface" in text and "(failed" in text.lower() for text in shown)  # LNK-7
    by_itself = settled(pair, cold(pair), *BOOT, e.FailoverLinkFailed())
    assert shown == [show_failover(by_itself, pair, unit) for unit in (PRIMARY, SECONDARY)]  # LNK-8


@pytest.mark.parametrize("word", CABLES)
def test_crossover_and_straight_through_cables_are_one_cable(word: str) -> None:  # LNK-9
    plan = plan_of({"failover-link": word, "data": "switch-1"}, "own.toml", NAMES)
    assert laid(plan).topology == attrs.evolve(drawn("figure-13-4").topology, name="own.toml")  # type: ignore[type-var]


# -- redundant interfaces (SPL-14) -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["figure-13-6", "figure-13-7", "figure-13-8"])
def test_a_redundant_failover_interface_outlives_each_element(name: str) -> None:
    pair = drawn(name)
    assert pair.topology is not None
    for element in pair.topology.elements:
        assert broken(pair, element).links.failover is LinkState.GOOD, element
    assert broken(pair, *(cable.name for cable in pair.topology.failover)).links.failover is LinkState.CUT
