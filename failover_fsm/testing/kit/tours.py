"""Walks through a reached graph that together meet every goal of a coverage criterion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import attrs

__all__ = ["Cover", "Goal", "GraphEdge", "GraphTooLarge", "Memory", "ReachedGraph", "explored", "tours"]


class GraphTooLarge(Exception):
    """The graph has more states than allowed."""


@attrs.frozen
class GraphEdge:
    """One edge, from one state of the graph to another.

    Attributes:
        source: The number of the state before.
        target: The number of the state after.
        steps: The events, the one from outside first.
        taken: The rows taken, table rows or events of a model, one tuple per step that takes any.
        rests: True if the system has come to rest afterwards.
        forks: True if another order of its own steps ends otherwise.
    """

    source: int
    target: int
    steps: tuple[Any, ...]
    taken: tuple[tuple[str, ...], ...]
    rests: bool = False
    forks: bool = False


@attrs.frozen
class ReachedGraph:
    """An explored graph.

    Attributes:
        states: In the order of discovery, the start first.
        edges: The outgoing edges of each state.
    """

    states: tuple[Any, ...]
    edges: tuple[tuple[GraphEdge, ...], ...]

    @property
    def rests(self) -> frozenset[int]:
        """The states in which the system comes to rest after an edge; none in a graph of single steps."""
        return frozenset(edge.target for edges in self.edges for edge in edges if edge.rests)


Taken = tuple[tuple[str, ...], ...]
Expand = Callable[[Any], Iterable[tuple[Any, tuple[Any, ...], Taken, bool, bool]]]


def explored(start: Any, expand: Expand, limit: int) -> ReachedGraph:
    """Explores a graph breadth first.

    Args:
        start: The first state.
        expand: Lists for a state the state after each edge, and what `GraphEdge` has from `steps` on.
        limit: The most states.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """
    states = [start]
    numbers = {start: 0}
    edges: list[tuple[GraphEdge, ...]] = []
    for source, state in enumerate(states):
        mine = []
        for after, steps, taken, rests, forks in expand(state):
            if after not in numbers:
                if len(states) == limit:
                    raise GraphTooLarge(f"more than {limit:,} states")
                numbers[after] = len(states)
                states.append(after)
            mine.append(GraphEdge(source, numbers[after], steps, taken, rests, forks))
        edges.append(tuple(mine))
    return ReachedGraph(tuple(states), tuple(edges))


# -- walks -----------------------------------------------------------------------------------------

Goal = Hashable
Memory = Hashable


@attrs.frozen
class Cover:
    """A coverage criterion.

    Attributes:
        meets: The goals that an edge meets, given the memory of the walk.
        remembers: The memory after the edge; it has everything that `meets` reads.
    """

    meets: Callable[[Memory, GraphEdge], Iterable[Goal]]
    remembers: Callable[[Memory, GraphEdge], Memory] = lambda memory, edge: None


def tours(graph: ReachedGraph, cover: Cover, length: int) -> tuple[tuple[GraphEdge, ...], ...]:
    """Walks from the first state that together meet every reachable goal.

    Each walk goes on to the nearest goal not yet met, until none is within `length` edges of its start; a goal farther
    away gets a walk of its own. A walk ends with an edge that forks, because its next state is not determined.
    """
    met: set[Goal] = set()
    walks: list[tuple[GraphEdge, ...]] = []
    while True:
        walk: list[GraphEdge] = []
        memory: Memory = None
        while not (walk and walk[-1].forks):
            room = length - len(walk) if walk else None
            way = _nearest(graph, cover, (walk[-1].target if walk else 0, memory), met, room)
            if way is None:
                break
            for edge in way:
                met.update(cover.meets(memory, edge))
                memory = cover.remembers(memory, edge)
                walk.append(edge)
        if not walk:
            return tuple(walks)
        walks.append(tuple(walk))


Place = tuple[int, Memory]


def _nearest(
    graph: ReachedGraph, cover: Cover, start: Place, met: set[Goal], room: int | None
) -> list[GraphEdge] | None:
    """The shortest way to an edge that meets a new goal, of these the one that meets most; None if there is none."""
    came: dict[Place, GraphEdge | None] = {start: None}
    back: dict[Place, Place] = {}
    layer, best = [start], None
    depth = 0
    while layer and (room is None or depth < room):
        depth += 1
        following: list[Place] = []
        for place in layer:
            for edge in graph.edges[place[0]]:
                new = len(set(cover.meets(place[1], edge)) - met)
                if new and (best is None or new > best[0]):
                    best = (new, place, edge)
                after = (edge.target, cover.remembers(place[1], edge))
                if best is None and not edge.forks and after not in came:
                    came[after] = edge
                    back[after] = place
                    following.append(after)
        if best is not None:
            return [*_way(came, back, best[1]), best[2]]
        layer = following
    return None


def _way(came: dict[Place, GraphEdge | None], back: dict[Place, Place], place: Place) -> list[GraphEdge]:
    way = []
    while (edge := came[place]) is not None:
        way.append(edge)
        place = back[place]
    return way[::-1]
