"""Counterexamples: from a set of states back to the start, then forwards through the Python rules.

Backwards, level by level, go all states from which the goal is reached in time.  Forwards,
the rules themselves run on frozen records and the first event that stays among those states
is taken.  That gives a shortest run; among the shortest, the first in the order of initial
states and rules, which is the run that a plain breadth-first search finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from failover_fsm.checker.bitset.fixpoints import distances_to
from failover_fsm.checker.bitset.images import Flow
from failover_fsm.checker.bitset.monitor import Hit
from failover_fsm.checker.bitset.reached import Space
from failover_fsm.checker.bitset.rows import Rows, SparseRows
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = ["Lasso", "Run", "contains", "first_hit", "loop_of", "next_step", "only", "run_to", "shown"]

Run = tuple[tuple[Any, ...], tuple[Any, ...]]
"""Events, and the states along them: one more."""

Lasso = tuple[tuple[Any, ...], tuple[Any, ...], int]
"""Events, states, and how many events come before the part that is repeated."""

Within = Callable[[Any], object]


def first_hit(space: Space, states: Rows) -> Hit | None:
    """Those of `states` that are nearest to the start, or None where none was reached."""
    for number, level in enumerate(space.levels):
        if level.meets(states):
            return Hit(number, SparseRows.of(level.within(states)))
    return None


def run_to(space: Space, model: PlainModel, hit: Hit, name: str) -> Run:
    """The run to the first state of a hit.

    Raises ModelError where the rules, run now, do not take a step that was learned.
    """
    ways = [hit.states]
    like, flow = space.reached, space.edges.flow()
    for level in range(hit.level - 1, -1, -1):
        ways.append(SparseRows.of(space.levels[level].within(flow.backward(ways[-1].dense(like)))))
    ways.reverse()
    state = _first(space, list(model.initial_states()), ways[0], name)
    events, states = [], [state]
    for way in ways[1:]:
        event, state = next_step(space, model, state, way, name)
        events.append(event)
        states.append(state)
    return tuple(events), tuple(states)


def _first(space: Space, states: Sequence[Any], way: SparseRows, name: str) -> Any:
    for state in states:
        if contains(space, state, way):
            return state
    raise _lost(name, 0, None)


def next_step(
    space: Space, model: PlainModel, state: Any, way: SparseRows, name: str, allowed: Within | None = None
) -> tuple[Any, Any]:
    """The first step into `way`; with `allowed`, of those events only, and one that changes the state."""
    for event in model.events(state):
        if allowed is not None and not allowed(event):
            continue
        after = model.step(state, event)
        if allowed is not None and after == state:
            continue
        if after is not None and contains(space, after, way):
            return event, after
    raise _lost(name, 1, state)


def contains(space: Space, state: Any, way: SparseRows) -> bool:
    """Whether a record is in a set of reached states."""
    packing = space.layout.packing
    key, bit = space.layout.split(packing.pack(state))
    number = space.edges.keys.find(key)
    return number is not None and way.has(number * space.layout.row_words + (bit >> 6), bit & 63)


def loop_of(space: Space, model: PlainModel, among: Rows, flow: Flow, claim: Property, allowed: Within) -> Lasso:
    """The run to the first state that lies on a cycle, and once round a shortest cycle through it.

    among: the states on or between cycles of `flow`, at least one.
    allowed: whether an event may occur on the cycle.

    Raises ModelError where the rules, run now, do not take a step that was learned.
    """
    rings = None
    while rings is None:
        hit = first_hit(space, among)
        assert hit is not None, "a set that leads into cycles only has no states on one"
        events, states = run_to(space, model, hit, claim.name)
        start = only(space, states[-1])
        rings = distances_to(flow, among, start)
        among = among & ~start
    around: list[Any] = []
    for ring in rings[::-1]:
        way = SparseRows.of(ring)
        event, after = next_step(space, model, states[-1], way, claim.name, allowed)
        around.append(event)
        states = (*states, after)
    return (*events, *around), states, len(events)


def only(space: Space, state: Any) -> Rows:
    """The set of one state."""
    rows = np.zeros_like(space.reached)
    key, bit = space.layout.split(space.layout.packing.pack(state))
    number = space.edges.keys.find(key)
    assert number is not None
    rows[number, bit >> 6] = np.uint64(1 << (bit & 63))
    return rows


def _lost(name: str, step: int, state: object) -> ModelError:
    what = "no rule leads on" if step else "no initial state begins it"
    return ModelError(
        f"the run found for property {name!r} cannot be replayed through the rules: {what}. A rule answered one way "
        "while it was learned and another way now, so no result about the model can be trusted",
        state=state,
    )


def shown(space: Space, model: PlainModel, hit: Hit, claim: Property) -> Run:
    """The run that shows a property violated, or witnessed, judged once more on frozen records.

    Raises ModelError where the predicate, asked now about the last state or step, answers otherwise.
    """
    events, states = run_to(space, model, hit, claim.name)
    predicate = claim.predicate
    assert predicate is not None, "what has no predicate is hit nowhere"
    last = states[-1]
    if claim.kind is Kind.ALWAYS_STEP:
        for event in model.events(last):
            after = model.step(last, event)
            if after is not None and not predicate(last, event, after):
                return (*events, event), (*states, after)
    elif bool(predicate(last)) is (claim.kind is Kind.SOMETIMES):
        return events, states
    raise ModelError(
        f"property {claim.name!r} answered one way while its predicate was learned and another way on the frozen "
        "state: it must depend on the fields of the state only",
        state=last,
    )
