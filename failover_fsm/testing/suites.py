"""Suites of tests out of the explored graph: few walks that meet every state, row, pair of rows or fault.

In the words of model-based testing: the *generator* is "go the shortest way to what is nearest and not met yet",
the *stop condition* is that everything has been met that can be.  See `COVERS` for what that may be.

    suite = make_suite(Ground(config, environment), "rows")
    suite.walks                    # each a tuple of `Stage`, with the expected state of the pair
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.testing.reached_graph import Cover, Edge, Goal, Graph, Memory, TooLarge, rest_graph, step_graph, tours
from failover_fsm.testing.walk import Ground

__all__ = ["COVERS", "LENGTH", "LIMIT", "Stage", "Suite", "TooLarge", "cover_of", "make_suite"]

LENGTH = 60
"""How many events a walk goes on for before the next one begins; a longer one is hard to read when it fails."""

LIMIT = 40_000
"""How many states a graph may have."""

COVERS = {
    "states": "every state of the pair (at rest, where the units step by themselves)",
    "rows": "every row of the tables",
    "row-pairs": "every two rows, one taken directly after the other",
    "faults-in-settled": "every single fault in every settled state",
}
"""What a suite can be asked to meet."""


@attrs.frozen
class Stage:
    """One event from outside (or, step by step, of a unit) and what comes of it.

    event: with the interfaces' own names.  rests: the units come to rest before the next stage.  before, state: the
    pair around it.  forks: where the units come to rest depends on who is faster.
    """

    event: e.Event
    rests: bool
    before: State
    state: State
    forks: bool = False


@attrs.frozen(kw_only=True)
class Suite:
    """walks: the tests.  met: how many goals they meet, all that can be met.  rows: the rows that they take."""

    cover: str
    walks: tuple[tuple[Stage, ...], ...]
    met: int
    rows: tuple[str, ...]

    @property
    def stages(self) -> int:
        """How many events all walks have."""
        return sum(map(len, self.walks))


# -- what is to be met -----------------------------------------------------------------------------


def _rows(memory: Memory, edge: Edge) -> Iterable[str]:
    return (row for rows in edge.taken for row in rows)


def _pairs(memory: Memory, edge: Edge) -> Iterable[Goal]:
    assert memory is None or isinstance(memory, tuple)
    in_turn = (memory or (), *edge.taken)
    return ((first, second) for before, after in pairwise(in_turn) for first in before for second in after)


def _last_rows(memory: Memory, edge: Edge) -> Memory:
    return edge.taken[-1] if edge.taken else memory


def cover_of(name: str, graph: Graph) -> Cover:
    """The goals of that name.  Raises KeyError for a name that COVERS does not have."""
    at_rest = graph.rests
    start_or_rest = at_rest | {0}

    def state(memory: Memory, edge: Edge) -> Iterable[Goal]:
        return (edge.target,) if edge.target in at_rest or not at_rest else ()

    def faults(memory: Memory, edge: Edge) -> Iterable[Goal]:
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
    ground: Ground, cover: str, *, by_steps: bool = False, length: int = LENGTH, limit: int = LIMIT
) -> Suite:
    """The suite that meets everything of a kind that can be met.

    cover: a word of COVERS.  by_steps: the units' own steps are written out, in every order; without it, and
    for single faults always, a stage is what a tester can do, and the units come to rest by themselves.
    length: events of a walk.  limit: states of the graph.

    Raises TooLarge, and KeyError for a word that is not in COVERS.
    """
    at_rest = not by_steps or cover == "faults-in-settled"
    graph = (rest_graph if at_rest else step_graph)(ground, limit)
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
        walks=tuple(tuple(_stages(ground, walk)) for walk in walks),
        met=len(met),
        rows=tuple(rows),
    )


def _stages(ground: Ground, walk: tuple[Edge, ...]) -> Iterator[Stage]:
    told = ground.model.named_steps([event for edge in walk for event in edge.steps])
    state = ground.start
    for edge in walk:
        event, *_ = [next(told).event for _ in edge.steps]
        choice = ground.take(state, event)
        assert choice is not None, f"{event} is an event of the explored graph"
        before, state = state, choice.after
        while edge.rests and (steps := ground.own_steps(state)):
            state = steps[0].after
        yield Stage(event, edge.rests, before, state, edge.forks)
