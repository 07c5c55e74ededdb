"""Leads-to under fairness on sets of states: is there a fair run that never satisfies the goal?

The *arena* is the set reached from the premise without the goal, by the events that may still occur. A run that stays
in it either stops where no fair action is enabled, or stays in a strongly connected component of the arena in which

* each weakly fair action is taken, or disabled in some state, and
* each strongly fair action is taken, or disabled in every state.

Both are found on bitsets. A fixpoint first removes every state from which the weak constraints (strong ones read as
weak) cannot be satisfied for ever. If nothing remains, no fair run exists and no component is computed. Otherwise a
bottom component of the remainder satisfies all weak constraints; if it violates a strong one, the states that enable
that action are removed and the rest is searched in the same way.

All sets have shape (n_keys, row_words), uint64.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.rows import Rows, remove

__all__ = ["Action", "Arena", "closure", "one_state"]


@attrs.frozen(eq=False)
class Action:
    """One fair action.

    Attributes:
        operator: its transitions.
        enabled: the reached states in which it is enabled, with or without the goal.
        strong: whether it is strongly fair; else weakly.
        counts: the states in which its steps count; None for all.
    """

    operator: ImageOperator
    enabled: Rows
    strong: bool
    counts: Rows | None = None

    def before(self, states: Rows) -> Rows:
        """The states from which a step of the action leads into `states`."""
        found = self.operator.preimage(states)
        return found if self.counts is None else found & self.counts


class Arena:
    """The part of the state graph that a run without the goal may use.

    Args:
        operator: the transitions that may occur.
        sources: states with the premise.
        allowed: states without the goal.
        actions: the fair actions.
        visits: states to which a run must come again and again; None asks for nothing.

    Attributes:
        states: reachable from `sources` within `allowed`.
        stops: the states in which a run may stay for ever, since no fair action is enabled.
    """

    def __init__(
        self,
        operator: ImageOperator,
        sources: Rows,
        allowed: Rows,
        actions: Sequence[Action],
        visits: Rows | None = None,
    ) -> None:
        self.operator = operator
        self.actions = actions
        self.visits = visits
        self.states = closure(operator, sources, allowed)
        stops = self.states.copy() if visits is None else self.states & visits
        for action in actions:
            stops &= ~action.enabled
        self.stops = stops

    def fair_component(self) -> Rows | None:
        """A strongly connected component that some fair run never leaves, or None."""
        return self._search(self.states)

    def _search(self, region: Rows) -> Rows | None:
        region = self._fair_core(region)
        while region.any():
            component = self._bottom(region)
            denied = np.zeros_like(region)
            for action in self.actions:
                if action.strong and not (action.before(component) & component).any():
                    denied |= action.enabled & component
            if not denied.any():
                return component
            found = self._search(component & ~denied)
            if found is not None:
                return found
            region = self._fair_core(region & ~component)
        return None

    def _fair_core(self, region: Rows) -> Rows:
        """The states of `region` from which a run can stay in it and satisfy every constraint, read as weak, for
        ever, and come to `visits` again and again.
        """
        while region.any():
            less = self.operator.preimage(region) & region
            for action in self.actions:
                met = (less & ~action.enabled) | (action.before(less) & less)
                less = closure(self.operator, met, less, backward=True)
            if self.visits is not None:
                less = closure(self.operator, less & self.visits, less, backward=True)
            if np.array_equal(less, region):
                break
            region = less
        return region

    def _bottom(self, region: Rows) -> Rows:
        """A strongly connected component of `region` that no transition leaves within `region`."""
        state = one_state(region)
        while True:
            ahead = closure(self.operator, state, region)
            component = closure(self.operator, state, ahead, backward=True)
            beyond = ahead & ~component
            if not beyond.any():
                return component
            state = one_state(beyond)


def closure(operator: ImageOperator, start: Rows, allowed: Rows, *, backward: bool = False) -> Rows:
    """The states of `allowed` reachable from `start` within `allowed`; with `backward`, those that reach `start`."""
    step = operator.preimage if backward else operator.image
    new = start & allowed
    found = new.copy()
    while new.any():
        new = step(new)
        new &= allowed
        remove(found, new)
        found |= new
    return found


def one_state(rows: Rows) -> Rows:
    """The set of the first state of a non-empty set, by key, then by bit."""
    flat = rows.reshape(-1)
    place = int(np.flatnonzero(flat)[0])
    word = int(flat[place])
    single = np.zeros_like(rows)
    single.reshape(-1)[place] = np.uint64(word & -word)
    return single
