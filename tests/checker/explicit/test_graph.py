"""Components, reversal and reachability of stored graphs."""

from __future__ import annotations

from array import array
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failover_fsm.checker.explicit.graph import Graph, components
from failover_fsm.checker.explicit.liveness import nearest

EDGES = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=14, unique=True),
    )
)


def graph_of(size: int, edges: list[tuple[int, int]]) -> Graph:
    """Return the graph; the event of edge (a, b) is the text "ab"."""
    graph = Graph()
    for state in range(size):
        for source, target in edges:
            if source == state != target:
                graph.labels.append(graph.events.setdefault(f"{source}{target}", len(graph.events)))
                graph.targets.append(target)
        graph.offsets.append(len(graph.targets))
    return graph


def listed(graph: Graph) -> list[tuple[int, int, int]]:
    return sorted((source, label, target) for source in range(graph.size) for label, target in graph.edges(source))


@given(EDGES)
def test_components_are_the_classes_of_states_that_reach_each_other(case: tuple[int, list[tuple[int, int]]]) -> None:
    size, edges = case
    graph = graph_of(size, edges)
    reach = [graph.reach([state]) for state in range(size)]
    found = components(graph, range(size), bytearray(size), 0)
    home = {state: number for number, component in enumerate(found) for state in component}
    assert len(home) == sum(map(len, found))
    for one, other in combinations(range(size), 2):
        together = bool(reach[one][other] and reach[other][one])
        assert together == (one in home and home.get(one) == home.get(other))
    assert all(component == sorted(component) and len(component) > 1 for component in found)


@given(EDGES)
def test_reversing_turns_every_edge_and_keeps_its_event(case: tuple[int, list[tuple[int, int]]]) -> None:
    graph = graph_of(*case)
    turned = sorted((target, label, source) for source, label, target in listed(graph))
    assert listed(graph.reversed()) == turned


def test_restriction_keeps_edges_by_event_and_by_both_ends() -> None:
    graph = graph_of(3, [(0, 1), (1, 2), (2, 0), (0, 2)])
    assert len(listed(graph)) == 4
    allowed = bytearray(event != "02" for event in graph.events)
    assert [(s, t) for s, _, t in listed(graph.restricted(allowed))] == [(0, 1), (1, 2), (2, 0)]
    assert [(s, t) for s, _, t in listed(graph.restricted(allowed, b"\x01\x01\x00"))] == [(0, 1)]


def test_components_stay_inside_the_area() -> None:
    graph = graph_of(4, [(0, 1), (1, 0), (1, 2), (2, 3), (3, 1)])
    assert components(graph, range(4), array("I", [7] * 4), 7) == [[0, 1, 2, 3]]
    assert components(graph, [0, 1], array("I", [7, 7, 0, 7]), 7) == [[0, 1]]


def test_a_long_cycle_needs_no_recursion() -> None:
    size = 20_000
    graph = graph_of(1, [])
    graph.offsets, graph.targets = array("Q", range(size + 1)), array("I", [*range(1, size), 0])
    graph.labels = array("I", [0] * size)
    assert components(graph, range(size), bytearray(size), 0) == [list(range(size))]


def test_a_walk_to_a_wanted_step_stays_in_its_component() -> None:
    """0 and 1 are a component, 2 is beyond it."""
    graph = graph_of(3, [(0, 1), (1, 0), (1, 2)])
    home = [1, 1, 2]
    round_trip = [*graph.edges(0), next(iter(graph.edges(1)))]
    assert nearest(graph, 0, home, lambda _state, _label, target: target == 0) == round_trip
    with pytest.raises(LookupError, match="no such step in the component"):
        nearest(graph, 0, home, lambda _state, _label, target: target == 2)
