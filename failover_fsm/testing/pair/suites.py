"""Generated test suites: a few walks through the explored graph that meet every state, row, pair of rows or fault.

In terms of model-based testing, the *generator* takes the shortest way to the nearest goal not yet met, and the *stop
condition* is that every reachable goal is met. `COVERS` lists the coverage criteria.

    suite = make_suite(TransitionSystem(config, environment), "rows")
    suite.walks                    # each a tuple of `Stage`, with the expected state of the pair
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.testing.kit.tours import Cover, Goal, GraphEdge, GraphTooLarge, Memory, ReachedGraph, tours
from failover_fsm.testing.pair.reached_graph import rest_graph, step_graph
from failover_fsm.testing.pair.walk import TransitionSystem

__all__ = ["COVERS", "LENGTH", "LIMIT", "GraphTooLarge", "Stage", "Suite", "cover_of", "make_suite"]

LENGTH = 60
"""The number of events after which a walk ends; longer ones are hard to read when they fail."""

LIMIT = 40_000
"""The most states of a graph."""

COVERS = {
    "states": "every state of the pair (at rest, where the units step by themselves)",
    "rows": "every row of the tables",
    "row-pairs": "every two rows, one taken directly after the other",
    "faults-in-settled": "every single fault in every settled state",
}
"""The coverage criteria."""


@attrs.frozen
class Stage:
    """One event from outside (or, step by step, of a unit) and its result.

    Attributes:
        event: The event, with the interface names of the configuration.
        rests: True if the units come to rest before the next stage.
        before: The pair before the event.
        state: The pair after the stage.
        forks: True if the settled state depends on the order of the units' steps.
    """

    event: e.Event
    rests: bool
    before: State
    state: State
    forks: bool = False


@attrs.frozen(kw_only=True)
class Suite:
    """A generated test suite.

    Attributes:
        cover: The coverage criterion, a key of COVERS.
        walks: The tests.
        met: The number of goals met, which is the number of reachable goals.
        rows: The table rows that the walks take.
    """

    cover: str
    walks: tuple[tuple[Stage, ...], ...]
    met: int
    rows: tuple[str, ...]

    @property
    def stages(self) -> int:
        """The number of events of all walks."""
        return sum(map(len, self.walks))


# -- coverage criteria -----------------------------------------------------------------------------


def _rows(memory: Memory, edge: GraphEdge) -> Iterable[str]:
    return (row for rows in edge.taken for row in rows)


def _pairs(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
    assert memory is None or isinstance(memory, tuple)
    in_turn = (memory or (), *edge.taken)
    return ((first, second) for before, after in pairwise(in_turn) for first in before for second in after)


def _last_rows(memory: Memory, edge: GraphEdge) -> Memory:
    return edge.taken[-1] if edge.taken else memory


def cover_of(name: str, graph: ReachedGraph) -> Cover:
    """The coverage criterion of that name.

    Raises:
        KeyError: If the name is not in COVERS.
    """
    at_rest = graph.rests
    start_or_rest = at_rest | {0}

    def state(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
        return (edge.target,) if edge.target in at_rest or not at_rest else ()

    def faults(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
        hit = edge.rests and edge.source in start_or_rest and isinstance(edge.steps[0], e.Fault)
        return ((edge.source, edge.steps[0]),) if hit else ()

    return {
        "states": Cover(state),
        "rows": Cover(_rows),
        "row-pairs": Cover(_pairs, _last_rows),
        "faults-in-settled": Cover(faults),
    }[name]


# -- the suite -------------------------------------------------------------------------------------


def make_suite(
    transitions: TransitionSystem,
    cover: str,
    *,
    by_steps: bool = False,
    length: int = LENGTH,
    limit: int = LIMIT,
    seen: Callable[[int], object] = lambda _: None,
) -> Suite:
    """The suite that meets every reachable goal of a coverage criterion.

    Args:
        transitions: The pair in its environment.
        cover: A key of COVERS.
        by_steps: True to write out the units' own steps, in every order. Otherwise, and always for single faults, a
            stage is an event from outside, after which the units come to rest by themselves.
        length: The most events of a walk.
        limit: The most states of the graph.
        seen: Called with how many states of the graph were looked at.

    Raises:
        GraphTooLarge: If the graph has more than `limit` states.
        KeyError: If `cover` is not in COVERS.
    """
    at_rest = not by_steps or cover == "faults-in-settled"
    graph = (rest_graph if at_rest else step_graph)(transitions, limit, seen)
    goals = cover_of(cover, graph)
    walks = tours(graph, goals, length)
    met: set[Goal] = set()
    rows: dict[str, None] = {}
    for walk in walks:
        memory: Memory = None
        for edge in walk:
            met.update(goals.meets(memory, edge))
            memory = goals.remembers(memory, edge)
            rows |= dict.fromkeys(_rows(memory, edge))
    return Suite(
        cover=cover,
        walks=tuple(tuple(_stages(transitions, walk)) for walk in walks),
        met=len(met),
        rows=tuple(rows),
    )


def _stages(transitions: TransitionSystem, walk: tuple[GraphEdge, ...]) -> Iterator[Stage]:
    named = transitions.model.named_steps([event for edge in walk for event in edge.steps])
    state = transitions.start
    for edge in walk:
        event, *_ = [next(named).event for _ in edge.steps]
        choice = transitions.take(state, event)
        assert choice is not None, f"{event} is an event of the explored graph"
        before, state = state, choice.after
        while edge.rests and (steps := transitions.own_steps(state)):
            state = steps[0].after
        yield Stage(event, edge.rests, before, state, edge.forks)
