"""Explored graphs as plain data and as GraphML, which yEd, Gephi, Cytoscape and networkx read."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.diagrams.style.kinds import kind_of
from failover_fsm.diagrams.style.svg import escaped
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.words import groups_of, unit_word

__all__ = ["MAX_STATES", "StateEdge", "StateGraph", "StateNode", "TooLarge", "state_graph", "to_graphml"]

MAX_STATES = 100_000
"""The most states of a graph."""


class TooLarge(ValueError):
    """The graph has more states than allowed."""


@attrs.frozen
class StateNode:
    """A state of the pair: its number in order of discovery, and the words of each attribute."""

    number: int
    attributes: tuple[tuple[str, str], ...]


@attrs.frozen
class StateEdge:
    """An event that leads from one state to another, both given by number."""

    source: int
    target: int
    event: str
    kind: str


@attrs.frozen
class StateGraph:
    """The reachable graph of a scenario; state 0 is the start."""

    nodes: tuple[StateNode, ...]
    edges: tuple[StateEdge, ...]


def state_graph(model: PairModel, most: int = MAX_STATES) -> StateGraph:
    """The graph that the model's environment allows, breadth first.

    Args:
        model: The pair in its environment.
        most: The most states.

    Raises:
        TooLarge: If there are more.
    """
    reached = list(model.initial_states())
    numbers = {state: number for number, state in enumerate(reached)}
    edges: list[StateEdge] = []
    for number, state in enumerate(reached):
        for event, after in model.successors(state):
            if after not in numbers:
                if len(reached) == most:
                    raise TooLarge(f"more than {most} states; allowed: a smaller scenario, or a higher limit")
                numbers[after] = len(reached)
                reached.append(after)
            edges.append(StateEdge(number, numbers[after], str(event), kind_of(type(event)).value))
    nodes = tuple(StateNode(number, tuple(_attributes(state, model))) for number, state in enumerate(reached))
    return StateGraph(nodes, tuple(edges))


def _attributes(state: State, model: PairModel) -> Iterator[tuple[str, str]]:
    groups = groups_of(state)
    for unit in Unit:
        own = state.unit(unit)
        yield unit.value, " / ".join(unit_word(state, unit, index) for index, _ in groups)
        yield f"{unit.value}-sees", " / ".join(words.seen_word(own, index) for index, _ in groups)
        statuses = [words.status_word(state, model.settings, unit, index) for index in range(len(state.interfaces))]
        yield f"{unit.value}-interfaces", " ".join(statuses)
    yield "active", " / ".join(words.active_word(state, index) for index, _ in groups)
    yield "failover-link", state.links.failover.value


def to_graphml(graph: StateGraph) -> str:
    """The graph as GraphML, ASCII, the same bytes for the same graph."""
    names = [name for name, _ in graph.nodes[0].attributes] if graph.nodes else []
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    for owner, name in (*(("node", name) for name in names), ("edge", "event"), ("edge", "kind")):
        lines.append(f'<key id="{name}" for="{owner}" attr.name="{name}" attr.type="string"/>')
    lines.append('<graph id="pair" edgedefault="directed">')
    for node in graph.nodes:
        lines.append(f'<node id="s{node.number}">{"".join(_data(*each) for each in node.attributes)}</node>')
    for number, edge in enumerate(graph.edges):
        data = _data("event", edge.event) + _data("kind", edge.kind)
        lines.append(f'<edge id="e{number}" source="s{edge.source}" target="s{edge.target}">{data}</edge>')
    return "\n".join([*lines, "</graph>", "</graphml>"]) + "\n"


def _data(key: str, value: str) -> str:
    return f'<data key="{key}">{escaped(value)}</data>'
