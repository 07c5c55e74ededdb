"""Fixpoints on the finished reachable set: states that cannot recover, cycles.

All sets have shape (n_keys, row_words), uint64. A preimage of a whole set costs as much as one level of the search; no
list of single transitions is built.
"""

from __future__ import annotations

import numpy as np

from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.rows import Rows, remove

__all__ = ["cycle_layers", "lost", "on_or_between_cycles"]


def lost(operator: ImageOperator, reached: Rows, goal: Rows) -> Rows:
    """The states of `reached` from which no state of `goal` is reachable."""
    new = goal & reached
    able = new.copy()
    while new.any():
        open_rows = (able != reached).any(axis=1)
        new = operator.preimage(new, open_rows)
        new &= reached
        remove(able, new)
        able |= new
    np.bitwise_xor(reached, able, out=able)  # `able` is a part of `reached`
    return able


def on_or_between_cycles(operator: ImageOperator, reached: Rows) -> Rows:
    """The states of `reached` on a cycle, or on a path from one cycle to another.

    Repeatedly removes states without predecessor or without successor in the set. Empty if and only if there is no
    cycle. Self-loops count if the operator has them.
    """
    left = reached
    while left.any():
        before = operator.preimage(left, (left != 0).any(axis=1))
        before &= left
        less = operator.image(before)
        less &= before
        if np.array_equal(less, left):
            break
        left = less
    return left


def cycle_layers(operator: ImageOperator, among: Rows, state: Rows) -> list[Rows] | None:
    """A shortest cycle through one state, as layers of states by distance to it.

    Args:
        operator: the transitions.
        among: the states that the cycle may use.
        state: the set of that one state.

    Returns:
        [the state itself, the states one step before it, ...]; the state is a predecessor of the last layer. None if it
            is on no cycle.
    """
    layers, seen = [state], state
    while layers[-1].any():
        before = operator.preimage(layers[-1]) & among
        if (before & state).any():
            return layers
        layers.append(before & ~seen)
        seen = seen | layers[-1]
    return None
