"""Questions about the finished graph, answered by sets: lost states, cycles.

A set of states is rows of bits, so a step backwards from a whole set costs as much as one
level of the search, and no list of single transitions is ever made.
"""

from __future__ import annotations

import numpy as np

from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.rows import Rows

__all__ = ["cycle_layers", "lost", "on_or_between_cycles"]


def lost(operator: ImageOperator, reached: Rows, goal: Rows) -> Rows:
    """The reached states from which the flow cannot lead to a state of `goal`."""
    new = able = goal & reached
    while new.any():
        new = operator.preimage(new) & reached & ~able
        able = able | new
    return reached & ~able


def on_or_between_cycles(operator: ImageOperator, reached: Rows) -> Rows:
    """The reached states that lie on a cycle of the flow, or on the way from one cycle to another.

    States that no transition leaves, or none enters, within the set are taken away until there
    are none.  Empty if and only if there is no cycle.  Transitions that change nothing are
    cycles too, if the flow has them.
    """
    left = reached
    while left.any():
        less = operator.preimage(left) & left
        less = operator.image(less) & less
        if np.array_equal(less, left):
            break
        left = less
    return left


def cycle_layers(operator: ImageOperator, among: Rows, state: Rows) -> list[Rows] | None:
    """A shortest way round from one state to itself, as the states at each distance from it.

    among: the states the way may use.
    state: one state.

    Returns [the state itself, those one step before it, ...]; the state is one step before the
    last of them.  None where it is on no cycle.
    """
    layers, seen = [state], state
    while layers[-1].any():
        before = operator.preimage(layers[-1]) & among
        if (before & state).any():
            return layers
        layers.append(before & ~seen)
        seen = seen | layers[-1]
    return None
