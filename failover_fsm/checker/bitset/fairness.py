"""Leads-to on sets of states: is there a fair run that never sees the goal?

The *arena* is what is reached from the premise without the goal, by the rules that may still
occur.  A run in it ends in one of two ways: it stops where no fair action is enabled, or it
goes round for ever in a strongly connected part of the arena where

* each weakly fair action is taken, or is disabled in some state, and
* each strongly fair action is taken, or is disabled in every state.

Both are looked for on rows of bits.  First a fixpoint takes away every state from which the
weak demands (and the strong ones read as weak) cannot be met for ever.  If nothing is left,
there is no fair run and the search ends without a single component having been computed.
Otherwise a component that nothing leaves is taken from what is left; it meets all weak
demands.  Where it denies a strong one, the states that enable it are removed and the rest is
searched in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.rows import Rows

__all__ = ["Action", "Arena", "closure", "one_state"]


@attrs.frozen(eq=False)
class Action:
    """One fair action.

    flow: its transitions.
    enabled: the reached states that it can leave, goal or not.
    strong: whether it is strongly fair; else weakly.
    """

    operator: ImageOperator
    enabled: Rows
    strong: bool


class Arena:
    """Where a run without the goal may go.

    states: what is reached from `sources` without leaving `allowed`.
    stops: those of them where a run may stay for ever, because no fair action is enabled.
    """

    def __init__(self, operator: ImageOperator, sources: Rows, allowed: Rows, actions: Sequence[Action]) -> None:
        self.operator = operator
        self.actions = actions
        self.states = closure(operator, sources, allowed)
        stops = self.states.copy()
        for action in actions:
            stops &= ~action.enabled
        self.stops = stops

    def fair_component(self) -> Rows | None:
        """A strongly connected set of states in which a fair run may stay for ever, or None."""
        return self._search(self.states)

    def _search(self, region: Rows) -> Rows | None:
        region = self._fair_core(region)
        while region.any():
            component = self._bottom(region)
            denied = np.zeros_like(region)
            for action in self.actions:
                if action.strong and not (action.operator.preimage(component) & component).any():
                    denied |= action.enabled & component
            if not denied.any():
                return component
            found = self._search(component & ~denied)
            if found is not None:
                return found
            region = self._fair_core(region & ~component)
        return None

    def _fair_core(self, region: Rows) -> Rows:
        """The states of `region` from which a run can stay in it and meet every demand, read as weak, for ever."""
        while region.any():
            less = self.operator.preimage(region) & region
            for action in self.actions:
                met = (less & ~action.enabled) | (action.operator.preimage(less) & less)
                less = closure(self.operator, met, less, backward=True)
            if np.array_equal(less, region):
                break
            region = less
        return region

    def _bottom(self, region: Rows) -> Rows:
        """A strongly connected component of `region` that no transition leaves for the rest of `region`."""
        state = one_state(region)
        while True:
            ahead = closure(self.operator, state, region)
            component = closure(self.operator, state, ahead, backward=True)
            beyond = ahead & ~component
            if not beyond.any():
                return component
            state = one_state(beyond)


def closure(operator: ImageOperator, start: Rows, allowed: Rows, *, backward: bool = False) -> Rows:
    """What is reached from `start` within `allowed`, or what reaches it."""
    step = operator.preimage if backward else operator.image
    found = new = start & allowed
    while new.any():
        new = step(new) & allowed & ~found
        found = found | new
    return found


def one_state(rows: Rows) -> Rows:
    """The first state of a set, by the number of its key and of its bit; the set must not be empty."""
    flat = rows.reshape(-1)
    place = int(np.flatnonzero(flat)[0])
    word = int(flat[place])
    single = np.zeros_like(rows)
    single.reshape(-1)[place] = np.uint64(word & -word)
    return single
