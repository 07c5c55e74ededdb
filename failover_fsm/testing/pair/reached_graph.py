"""The explored graph of a pair for generated suites, and short walks that meet all goals.

There are two graphs of the same pair. In the *step graph* an edge is one event, the units' own steps included, so
every interleaving is present. In the *rest graph* an edge is a test action: one event from outside, after which the
units come to rest in the documented order of steps, or two events one right after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache

import attrs

from failover_fsm.model.pair_model import PairModel, core_of
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.states import State
from failover_fsm.testing.pair.walk import TransitionSystem, situation

__all__ = ["GraphEdge", "GraphTooLarge", "ReachedGraph", "rest_graph", "step_graph", "tours"]


class GraphTooLarge(Exception):
    """The graph has more states than allowed."""


@attrs.frozen
class GraphEdge:
    """One edge, from one state of the graph to another.

    Attributes:
        source: The number of the state before.
        target: The number of the state after.
        steps: The events, the one from outside first.
        taken: The table rows taken, one tuple per step that takes any.
        rests: True if the units have come to rest afterwards.
        forks: True if another order of their steps ends with other roles.
    """

    source: int
    target: int
    steps: tuple[e.Event, ...]
    taken: tuple[tuple[str, ...], ...]
    rests: bool = False
    forks: bool = False


@attrs.frozen
class ReachedGraph:
    """An explored graph.

    Attributes:
        states: In the order of discovery, both units off first.
        edges: The outgoing edges of each state.
    """

    states: tuple[State, ...]
    edges: tuple[tuple[GraphEdge, ...], ...]

    @property
    def rests(self) -> frozenset[int]:
        """The states in which the units come to rest after an edge; none in a step graph."""
        return frozenset(edge.target for edges in self.edges for edge in edges if edge.rests)


Moves = tuple[tuple[State, e.Event], ...]
"""Events, each with the state in which it happens."""

Expand = Callable[[State], Iterable[tuple[State, Moves, bool, bool]]]


def _explored(transitions: TransitionSystem, expand: Expand, limit: int) -> ReachedGraph:
    """Explores a graph breadth first.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """
    states = [transitions.model.canonical(transitions.start)]
    numbers = {states[0]: 0}
    edges: list[tuple[GraphEdge, ...]] = []
    rows_of = _rows_of(transitions)
    for source, state in enumerate(states):
        mine = []
        for after, moves, rests, forks in expand(state):
            if after not in numbers:
                if len(states) == limit:
                    raise GraphTooLarge(f"more than {limit:,} states")
                numbers[after] = len(states)
                states.append(after)
            taken = tuple(rows for each in moves if (rows := rows_of(*each)))
            mine.append(GraphEdge(source, numbers[after], tuple(event for _, event in moves), taken, rests, forks))
        edges.append(tuple(mine))
    return ReachedGraph(tuple(states), tuple(edges))


def _rows_of(transitions: TransitionSystem) -> Callable[[State, e.Event], tuple[str, ...]]:
    """A function for the rows that an event takes, memoised by the unit records and what the units sense."""
    known: dict[Hashable, tuple[str, ...]] = {}

    def rows_of(state: State, event: e.Event) -> tuple[str, ...]:
        if not kind_of(type(event)).by_units:
            return ()
        key = (core_of(state), transitions.model.senses(state.interfaces), event)
        if key not in known:
            choice = transitions.take(state, event)
            assert choice is not None, f"{event} is an event of the explored graph"
            known[key] = choice.rows
        return known[key]

    return rows_of


def step_graph(transitions: TransitionSystem, limit: int) -> ReachedGraph:
    """The graph with every state and every event.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """

    def expand(state: State) -> Iterable[tuple[State, Moves, bool, bool]]:
        return ((after, ((state, event),), False, False) for event, after in transitions.model.successors(state))

    return _explored(transitions, expand, limit)


def rest_graph(transitions: TransitionSystem, limit: int) -> ReachedGraph:
    """The graph of test actions and the settled states they lead to.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """
    model = transitions.model

    @cache
    def own_steps(state: State) -> tuple[tuple[e.Event, State], ...]:
        return tuple(each for each in model.successors(state) if isinstance(each[0], e.ProtocolStep))

    @cache
    def rest(state: State) -> tuple[State, Moves]:
        moves: list[tuple[State, e.Event]] = []
        seen = {state}
        while steps := own_steps(state):
            event, after = steps[0]
            moves.append((state, event))
            state = after
            if state in seen:
                break
            seen.add(state)
        return state, tuple(moves)

    def reached(starts: Iterable[State]) -> tuple[State, ...]:
        found = dict.fromkeys(starts)
        queue = list(found)
        for each in queue:
            for _, after in own_steps(each):
                if after not in found:
                    found[after] = None
                    queue.append(after)
        return tuple(found)

    def forks(state: State, event: e.Event) -> bool:
        """True if the outcome is ambiguous: the second of two events may hit any intermediate state."""
        hit = (_after(model, each, event) for each in reached((state,)))
        endings = {situation(each) for each in reached(each for each in hit if each) if not own_steps(each)}
        return len(endings) != 1

    def expand(state: State) -> Iterable[tuple[State, Moves, bool, bool]]:
        at_rest = not own_steps(state)
        for event, after in model.successors(state):
            if isinstance(event, e.ProtocolStep):
                continue
            ending, moves = rest(after)
            yield ending, ((state, event), *moves), True, forks(state, event)
            if at_rest and moves:
                yield after, ((state, event),), False, False

    return _explored(transitions, expand, limit)


def _after(model: PairModel, state: State, event: e.Event) -> State | None:
    """The state after an event from outside; a refused command changes nothing."""
    after = model.step(state, event)
    return state if after is None and isinstance(event, e.Command) else after


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
