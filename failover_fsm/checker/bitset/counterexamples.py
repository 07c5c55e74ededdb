"""Counterexamples: backwards over the levels as sets, then forwards through the Python rules.

The backward pass intersects each level with the preimage of the next. The forward pass runs the rules on frozen records
and takes the first event that stays in these sets. The run is a shortest one and, among those, the first in the order
of initial states and rules: the run that a breadth-first search over single states finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from failover_fsm.checker.bitset.fixpoints import cycle_layers
from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.monitor import Hit
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import Rows, SparseRows
from failover_fsm.checker.core.answers import truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = [
    "Lasso",
    "Run",
    "contains",
    "counterexample",
    "ended",
    "first_hit",
    "loop_of",
    "next_step",
    "not_replayable",
    "run_to",
    "singleton",
]

Run = tuple[tuple[Any, ...], tuple[Any, ...]]
"""Events, and the states along them: one more."""

Lasso = tuple[tuple[Any, ...], tuple[Any, ...], int]
"""Events, states, and how many events precede the loop."""

Within = Callable[[Any], object]


def first_hit(reachable: ReachableSet, states: Rows) -> Hit | None:
    """The states of `states` nearest to an initial state, or None if none was reached; shape (n_keys, row_words),
    uint64.
    """
    for number, level in enumerate(reachable.levels):
        if level.meets(states):
            return Hit(number, SparseRows.of(level.within(states)))
    return None


def run_to(reachable: ReachableSet, model: PlainModel, hit: Hit, what: str) -> Run:
    """A shortest run to the first state of a hit.

    Args:
        reachable: the finished search.
        model: runs the rules.
        hit: where the run ends.
        what: what the run shows, for messages.

    Raises:
        ModelError: the rules, run again, do not take a learned step.
    """
    layers = [hit.states]
    like, operator = reachable.reached, reachable.relation.operator()
    for level in range(hit.level - 1, -1, -1):
        layers.append(SparseRows.of(reachable.levels[level].within(operator.preimage(layers[-1].dense(like)))))
    layers.reverse()
    state = _first(reachable, list(model.initial_states()), layers[0], what)
    events, states = [], [state]
    for layer in layers[1:]:
        event, state = next_step(reachable, model, state, layer, what)
        events.append(event)
        states.append(state)
    return tuple(events), tuple(states)


def _first(reachable: ReachableSet, states: Sequence[Any], layer: SparseRows, what: str) -> Any:
    """The first of the initial states that is in `layer`."""
    for state in states:
        if contains(reachable, state, layer):
            return state
    raise not_replayable(what, 0, None)


def next_step(
    reachable: ReachableSet, model: PlainModel, state: Any, layer: SparseRows, what: str, allowed: Within | None = None
) -> tuple[Any, Any]:
    """The first step into `layer`.

    Args:
        reachable: the finished search.
        model: runs the rules.
        state: where the step begins.
        layer: the states to step into.
        what: what the run shows, for messages.
        allowed: which events may occur; if given, the step must also change the state.

    Raises:
        ModelError: no rule takes such a step.
    """
    for event in model.events(state):
        if allowed is not None and not allowed(event):
            continue
        after = model.step(state, event)
        if allowed is not None and after == state:
            continue
        if after is not None and contains(reachable, after, layer):
            return event, after
    raise not_replayable(what, 1, state)


def contains(reachable: ReachableSet, state: Any, layer: SparseRows) -> bool:
    """Whether a record is in a set of reached states."""
    packing = reachable.layout.packing
    key, bit = reachable.layout.split(packing.pack(state))
    number = reachable.relation.keys.find(key)
    return number is not None and layer.has(number * reachable.layout.row_words + (bit >> 6), bit & 63)


def loop_of(
    reachable: ReachableSet, model: PlainModel, among: Rows, operator: ImageOperator, claim: Property, allowed: Within
) -> Lasso:
    """The run to the first state that lies on a cycle, then once around a shortest cycle through it.

    Args:
        reachable: the finished search.
        model: runs the rules.
        among: the states on or between cycles of `operator`, at least one.
        operator: the transitions of the cycle.
        claim: the property.
        allowed: which events may occur on the cycle.

    Raises:
        ModelError: the rules, run again, do not take a learned step.
    """
    layers, what = None, f"property {claim.name!r}"
    while layers is None:
        hit = first_hit(reachable, among)
        assert hit is not None, "a set that leads into cycles only has no states on one"
        events, states = run_to(reachable, model, hit, what)
        start = singleton(reachable, states[-1])
        layers = cycle_layers(operator, among, start)
        among = among & ~start
    around: list[Any] = []
    for layer in layers[::-1]:
        event, after = next_step(
            reachable, model, states[-1], SparseRows.of(layer), f"property {claim.name!r}", allowed
        )
        around.append(event)
        states = (*states, after)
    return (*events, *around), states, len(events)


def singleton(reachable: ReachableSet, state: Any) -> Rows:
    """The set of one state, shape (n_keys, row_words), uint64."""
    rows = np.zeros_like(reachable.reached)
    key, bit = reachable.layout.split(reachable.layout.packing.pack(state))
    number = reachable.relation.keys.find(key)
    assert number is not None
    rows[number, bit >> 6] = np.uint64(1 << (bit & 63))
    return rows


def not_replayable(shown: str, step: int, state: object) -> ModelError:
    """The error for a run whose first state (`step` 0), or a step, the rules do not give again."""
    what = "no rule leads on" if step else "no initial state begins it"
    return ModelError(
        f"the run found for {shown} cannot be replayed through the rules: {what}. A rule answered one way "
        "while it was learned and another way now, so no result about the model can be trusted",
        state=state,
    )


def counterexample(reachable: ReachableSet, model: PlainModel, hit: Hit, claim: Property) -> Run:
    """The run that violates a property, or witnesses it, with the predicate evaluated again on frozen records.

    Raises:
        ModelError: the predicate, evaluated on the last state or step, disagrees with what was learned.
    """
    return ended(run_to(reachable, model, hit, f"property {claim.name!r}"), model, claim)


def ended(run: Run, model: PlainModel, claim: Property) -> Run:
    """The run to a hit of a property with the step that decides it, if one does; raises as `counterexample`."""
    events, states = run
    predicate = claim.predicate
    assert predicate is not None, "what has no predicate is hit nowhere"
    last = states[-1]
    if claim.kind is Kind.ALWAYS_STEP:
        for event in model.events(last):
            after = model.step(last, event)
            if after is not None and not truth(predicate(last, event, after)):
                return (*events, event), (*states, after)
    elif truth(predicate(last)) is (claim.kind is Kind.SOMETIMES):
        return events, states
    raise ModelError(
        f"property {claim.name!r} answered one way while its predicate was learned and another way on the frozen "
        "state: it must depend on the fields of the state only",
        state=last,
    )
