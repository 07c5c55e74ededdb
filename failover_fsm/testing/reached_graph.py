"""The explored graph of a pair as suites walk it, and the shortest walks that meet what has not been met.

Two graphs are made of the same pair.  In the *step graph* an edge is one event, the units' own steps
included: every interleaving is there.  In the *rest graph* an edge is what a tester can do: one event from
outside, after which the units come to rest in the documented order of steps, or two events one right after
the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache

import attrs

from failover_fsm.model.pair_model import PairModel, core_of
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.testing.walk import Ground, situation

__all__ = ["Edge", "Graph", "TooLarge", "rest_graph", "step_graph", "tours"]


class TooLarge(Exception):
    """The graph has more states than a suite is made from."""


@attrs.frozen
class Edge:
    """One move: from one state of the graph to another.

    steps: the events, what comes from outside first.  taken: the rows of the tables that they take, one tuple for
    each step that takes any.  rests: the units have come to rest afterwards.  forks: another order of their steps
    ends with other roles.
    """

    source: int
    target: int
    steps: tuple[e.Event, ...]
    taken: tuple[tuple[str, ...], ...]
    rests: bool = False
    forks: bool = False


@attrs.frozen
class Graph:
    """states: in the order in which they were reached, both units off first; edges: those that leave each state."""

    states: tuple[State, ...]
    edges: tuple[tuple[Edge, ...], ...]

    @property
    def rests(self) -> frozenset[int]:
        """The states in which the units come to rest after an edge; none in a step graph."""
        return frozenset(edge.target for edges in self.edges for edge in edges if edge.rests)


Moves = tuple[tuple[State, e.Event], ...]
"""Events, each with the state in which it happens."""

Expand = Callable[[State], Iterable[tuple[State, Moves, bool, bool]]]


def _explored(ground: Ground, expand: Expand, limit: int) -> Graph:
    """Breadth first; raises TooLarge beyond `limit` states."""
    states = [ground.model.canonical(ground.start)]
    numbers = {states[0]: 0}
    edges: list[tuple[Edge, ...]] = []
    rows_of = _rows_of(ground)
    for source, state in enumerate(states):
        mine = []
        for after, moves, rests, forks in expand(state):
            if after not in numbers:
                if len(states) == limit:
                    raise TooLarge(f"more than {limit:,} states")
                numbers[after] = len(states)
                states.append(after)
            taken = tuple(rows for each in moves if (rows := rows_of(*each)))
            mine.append(Edge(source, numbers[after], tuple(event for _, event in moves), taken, rests, forks))
        edges.append(tuple(mine))
    return Graph(tuple(states), tuple(edges))


def _rows_of(ground: Ground) -> Callable[[State, e.Event], tuple[str, ...]]:
    """The rows that an event takes; asked once for all states in which the units and what they sense are the same."""
    known: dict[Hashable, tuple[str, ...]] = {}

    def rows_of(state: State, event: e.Event) -> tuple[str, ...]:
        if not hasattr(event, "unit") or hasattr(event, "interface"):
            return ()
        key = (core_of(state), ground.model.senses(state.interfaces), event)
        if key not in known:
            choice = ground.take(state, event)
            assert choice is not None, f"{event} is an event of the explored graph"
            known[key] = choice.rows
        return known[key]

    return rows_of


def step_graph(ground: Ground, limit: int) -> Graph:
    """Every state, every event.  Raises TooLarge beyond `limit` states."""

    def expand(state: State) -> Iterable[tuple[State, Moves, bool, bool]]:
        return ((after, ((state, event),), False, False) for event, after in ground.model.successors(state))

    return _explored(ground, expand, limit)


def rest_graph(ground: Ground, limit: int) -> Graph:
    """What a tester can bring about, and where that leads.  Raises TooLarge beyond `limit` states."""
    model = ground.model

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
        """A real system may be anywhere between the states when the second of two events comes."""
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

    return _explored(ground, expand, limit)


def _after(model: PairModel, state: State, event: e.Event) -> State | None:
    """The state after an event from outside; a command that is refused changes nothing."""
    after = model.step(state, event)
    return state if after is None and isinstance(event, e.Command) else after


# -- walks -----------------------------------------------------------------------------------------

Goal = Hashable
Memory = Hashable


@attrs.frozen
class Cover:
    """What a suite is to meet.

    meets: the goals that an edge meets, given what the walk remembers.  remembers: what it remembers after the
    edge; everything that `meets` asks for.
    """

    meets: Callable[[Memory, Edge], Iterable[Goal]]
    remembers: Callable[[Memory, Edge], Memory] = lambda memory, edge: None


def tours(graph: Graph, cover: Cover, length: int) -> tuple[tuple[Edge, ...], ...]:
    """Walks from the first state that meet every goal that can be met.

    Each goes on to what is nearest and not met yet, until nothing is within `length` edges from its start; what is
    farther away than that is met by a walk of its own.  A walk ends with an edge that forks, for it cannot
    be known where it goes on.
    """
    met: set[Goal] = set()
    walks: list[tuple[Edge, ...]] = []
    while True:
        walk: list[Edge] = []
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


def _nearest(graph: Graph, cover: Cover, start: Place, met: set[Goal], room: int | None) -> list[Edge] | None:
    """The shortest way whose last edge meets something new, of those the one that meets most; None if there is none."""
    came: dict[Place, Edge | None] = {start: None}
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


def _way(came: dict[Place, Edge | None], back: dict[Place, Place], place: Place) -> list[Edge]:
    way = []
    while (edge := came[place]) is not None:
        way.append(edge)
        place = back[place]
    return way[::-1]
