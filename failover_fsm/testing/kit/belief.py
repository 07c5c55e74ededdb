"""The set of states that a system can be in, given what was done to it and what was seen of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from failover_fsm.testing.kit.specification import Specification, listed, name_of, reachable

__all__ = ["Belief"]


class Belief:
    """The states in which the system can be; it may have taken any number of own steps since the last observation.

    Attributes:
        specification: What the system may do.
        states: The states in a fixed order.
    """

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self.states = self._closed(specification.starts)

    def apply(self, event: Any) -> None:
        """Moves every state along an event of the tester.

        Raises:
            ValueError: If the event is impossible in every state.
        """
        after = dict.fromkeys(each for state in self.states for each in self.specification.after(state, event))
        if not after:
            raise ValueError(f"{event} cannot happen here")
        self.states = self._closed(after)

    def impossible(self, event: Any) -> str:
        """Says that an event cannot be made, with those that can whichever state the system is in."""
        specification = self.specification
        events = dict.fromkeys(each for state in self.states for each in specification.tester_events(state))
        can = [each for each in events if specification.possible(self.states, each)]
        return f"{name_of(event)} cannot happen here; allowed: {listed(can)}"

    def at_rest(self) -> tuple[Any, ...]:
        """The states in which the system can be when one waited long enough."""
        return tuple(state for state in self.states if self.specification.at_rest(state))

    def moves(self) -> bool:
        """True if the system need not come to rest at all."""
        return any(self.specification.own_steps(state) for state in self.at_rest())

    def observe(self, seen: Any) -> bool:
        """Keeps the states at rest that show what was seen; False, with nothing dropped, if there is none."""
        kept = tuple(state for state in self.at_rest() if self.specification.agrees(state, seen))
        if kept:
            self.states = self._closed(kept)
        return bool(kept)

    def on_the_way(self, seen: Any) -> bool:
        """True if only a state that the system will leave shows what was seen, so that it is worth waiting."""
        showing = [state for state in self.states if self.specification.agrees(state, seen)]
        return bool(showing) and not any(map(self.specification.at_rest, showing))

    def _closed(self, states: Iterable[Any]) -> tuple[Any, ...]:
        own_steps = self.specification.own_steps
        return reachable(states, lambda state: (after for _, after in own_steps(state)))
