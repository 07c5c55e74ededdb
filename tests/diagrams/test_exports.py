"""What is written for other tools is read back by readers that other people wrote."""

from __future__ import annotations

import io
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import itf_py
import networkx
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.diagrams import TooLarge, sequence_diagram, state_graph, to_graphml, to_itf, to_shiviz
from failover_fsm.diagrams.exports.graphml import StateEdge, StateGraph, StateNode
from failover_fsm.diagrams.exports.shiviz import PARSER
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair.states import Unit
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played

ROOT = Path(__file__).parents[2]
TRACES = sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/*.trace")])
MODEL = ROOT / "models" / "synchronisation.toml"


@cache
def played_of(path: Path) -> Played:
    return play(*load(path))


def run_of(name: str) -> Played:
    (path,) = [path for path in TRACES if path.name == name]
    return played_of(path)


# -- ITF -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_itf_py_reads_the_run(path: Path) -> None:
    played = played_of(path)
    trace = itf_py.trace_from_json(json.loads(to_itf(played.steps, played.pair.settings)))
    assert [state.values["mbt::actionTaken"] for state in trace.states[1:]] == [
        step.event.word() for step in played.steps
    ]
    states = [played.steps[0].before, *(step.after for step in played.steps)]
    for number, (read, state) in enumerate(zip(trace.states, states, strict=True)):
        assert read.meta["index"] == number
        assert set(read.values) == set(trace.vars)
        for unit in Unit:
            own, record = state.unit(unit), read.values[unit.value]
            assert (record.phase, record.enabled) == (own.phase.value, own.enabled)
            assert [group.role for group in record.groups] == [group.role.value for group in own.groups]
        names = [port.name for port in played.pair.settings.ports]
        assert {name: each.path for name, each in read.values["interfaces"].items()} == {
            name: each.path.value for name, each in zip(names, state.interfaces, strict=True)
        }
    assert trace.loop is None


def test_itf_has_the_arguments_of_an_event() -> None:
    played = run_of("failed-unit-obeys.trace")
    trace = itf_py.trace_from_json(json.loads(to_itf(played.steps, played.pair.settings)))
    assert dict(trace.states[0].values["arguments"]) == {}
    assert dict(trace.states[8].values["arguments"]) == {"unit": "secondary", "interface": "outside"}


def test_the_loop_of_itf_is_the_state_that_follows_the_last() -> None:
    """Two commands that undo each other: after the last state comes the one after the first step of the loop."""
    played = run_of("disabling.trace")
    step = played.steps[-1]
    there, back = step, attrs.evolve(step, before=step.after, after=step.before)
    trace = itf_py.trace_from_json(json.loads(to_itf([there, back], played.pair.settings, loop=0)))
    assert trace.loop == 1
    assert trace.states[2].values["primary"] == trace.states[0].values["primary"]


def test_nothing_is_no_trace() -> None:
    with pytest.raises(ValueError, match="no states; allowed: at least one step"):
        to_itf([], run_of("reset.trace").pair.settings)


# -- ShiViz --------------------------------------------------------------------------------------


def shiviz_events(log: str) -> list[tuple[str, str, dict[str, int]]]:
    """(host, event, clock), read with the expression that the log is for; ShiViz writes groups without P."""
    found = list(re.finditer(PARSER.replace("(?<", "(?P<"), log))
    assert len(found) == log.count("\n") / 2
    return [(each["host"], each["event"], json.loads(each["clock"])) for each in found]


def wrong_clocks(events: list[tuple[str, str, dict[str, int]]]) -> list[str]:
    """Events that no vector clock allows: each host counts its own by one and knows of others only what was."""
    newest: dict[str, dict[str, int]] = {}
    wrong = []
    for host, event, clock in events:
        mine = newest.get(host, {})
        counts = clock.get(host) == mine.get(host, 0) + 1
        forgets = any(clock.get(other, 0) < count for other, count in mine.items())
        foresees = any(count > newest.get(other, {}).get(other, 0) for other, count in clock.items() if other != host)
        if not counts or forgets or foresees:
            wrong.append(event)
        newest[host] = clock
    return wrong


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_shiviz_reads_the_log(path: Path) -> None:
    played = played_of(path)
    events = shiviz_events(to_shiviz(sequence_diagram(played.steps, played.pair.settings)))
    assert wrong_clocks(events) == []
    assert {host for host, _, _ in events} <= {"primary", "secondary", "failover-link", "data-network", "operator"}


def test_a_wrong_clock_is_noticed() -> None:
    played = run_of("forced-switch.trace")
    events = shiviz_events(to_shiviz(sequence_diagram(played.steps, played.pair.settings)))
    swapped = [*events[:4], events[5], events[4], *events[6:]]
    assert wrong_clocks(swapped)


def test_a_message_carries_what_its_sender_knew() -> None:
    played = run_of("forced-switch.trace")
    events = shiviz_events(to_shiviz(sequence_diagram(played.steps, played.pair.settings)))
    clocks = {(host, event): clock for host, event, clock in events}
    sent = clocks["primary", "14: sends become active, as you asked"]
    heard = clocks["secondary", "15: receives become active, as you asked"]
    assert heard["primary"] == sent["primary"]
    assert heard["operator"] == 1
    assert "no standby ready unit in contact" in events[-1][1]


def test_a_lost_message_is_not_received() -> None:
    played = run_of("lost-grant.trace")
    events = shiviz_events(to_shiviz(sequence_diagram(played.steps, played.pair.settings)))
    told = [event for _, event, _ in events if event.endswith("become active")]
    assert told == ["13: sends become active", "13: takes become active", "14: loses become active"]


# -- GraphML -------------------------------------------------------------------------------------


def read_graphml(text: str) -> Any:
    return networkx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)


def test_networkx_reads_the_explored_graph() -> None:
    scenario = read_model(MODEL)
    graph = read_graphml(to_graphml(state_graph(PairModel(scenario.settings, scenario.environment))))
    pinned = dict(scenario.expect)
    assert graph.number_of_nodes() == pinned["states"]
    assert graph.number_of_edges() == pinned["transitions"]
    distances = networkx.single_source_shortest_path_length(graph, "s0")
    assert len(distances) == pinned["states"]
    assert max(distances.values()) == pinned["depth"]
    start = graph.nodes["s0"]
    assert (start["primary"], start["secondary"], start["active"]) == ("off", "off", "none")


def test_edges_lead_where_their_events_lead() -> None:
    scenario = read_model(MODEL)
    model = PairModel(scenario.settings, scenario.environment)
    graph = read_graphml(to_graphml(state_graph(model)))
    state, node = model.initial_states()[0], "s0"
    wanted = [
        "unit_restored unit=primary",
        "negotiation_expired unit=primary",
        "unit_restored unit=secondary",
        "hello_heard unit=secondary",
    ]
    for event in wanted:
        (state,) = [after for each, after in model.successors(state) if str(each) == event]
        (node,) = [target for _, target, data in graph.out_edges(node, data=True) if data["event"] == event]
    assert graph.nodes[node]["primary"] == "active"
    assert graph.nodes[node]["secondary"] == "cold-standby"
    assert {data["kind"] for *_, data in graph.edges(data=True)} <= {"fault", "repair", "operator", "protocol"}


def test_a_graph_that_is_too_large_is_refused() -> None:
    scenario = read_model(MODEL)
    with pytest.raises(TooLarge, match="more than 100 states; allowed: a smaller scenario"):
        state_graph(PairModel(scenario.settings, scenario.environment), most=100)


def test_odd_text_survives_graphml() -> None:
    nodes = (StateNode(0, (("primary", '<a & "b">'),)), StateNode(1, (("primary", "\u00fc\u0001"),)))
    edges = (StateEdge(0, 1, 'command_entered text="a <b>"', "operator"), StateEdge(0, 1, "reload", "operator"))
    graph = read_graphml(to_graphml(StateGraph(nodes, edges)))
    assert [graph.nodes[each]["primary"] for each in ("s0", "s1")] == ['<a & "b">', "\u00fc?"]
    assert [data["event"] for *_, data in graph.edges(data=True)] == ['command_entered text="a <b>"', "reload"]


def test_the_explored_graph_has_each_edge_once() -> None:
    scenario = read_model(MODEL)
    graph = state_graph(PairModel(scenario.settings, scenario.environment))
    assert all(one != other for one, other in pairwise(sorted(map(str, graph.edges))))
