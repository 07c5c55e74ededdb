"""A sample of what a search was told, asked again after it: what counts, reads a clock or draws lots is found out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from failover_fsm.checker.core.answers import place_of, truth
from failover_fsm.checker.core.model import E, Expand, ModelError, S
from failover_fsm.records.steady import steady

__all__ = ["Sample"]

KEPT = 200
"""At most so many states are kept for the second time; at least half as many where there are so many."""


class Sample(Generic[S, E]):
    """Some states of a search, evenly spread, with the transitions that the model listed for them.

    due: the number of the next state to keep.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[S, Sequence[tuple[E, S]]]] = []
        self._first: list[tuple[S, Sequence[tuple[E, S]]]] = []
        self._stride = 1
        self.due = 0

    def keep_first(self, state: S, pairs: Sequence[tuple[E, S]]) -> None:
        """Keep what the first initial state answered before the search, to be compared with its answer in it."""
        self._first = [(state, pairs)]

    def keep(self, state: S, pairs: Sequence[tuple[E, S]]) -> None:
        """Keep a state, which has the number that is due; every other one goes when there are too many."""
        self._kept.append((state, tuple(pairs)))
        if len(self._kept) == KEPT:
            del self._kept[1::2]
            self._stride *= 2
        self.due = len(self._kept) * self._stride

    def leave_out(self, state: S) -> None:
        """Forget the state that was kept last, if it is this one: the search ended before all its steps were judged."""
        if self._kept and self._kept[-1][0] is state:
            del self._kept[-1]

    def recheck(self, expand: Expand[S, E]) -> None:
        """List the transitions of the states again and compare.

        Raises:
            ModelError: if they differ, with the state and the event.
        """
        if self._kept and self._first:
            (state, before), (_, during) = self._first[0], self._kept[0]  # both of the first initial state
            _compare_transitions(state, before, during, "during the search")
        for state, pairs in reversed(self._kept):  # in another order: what counts may count in rounds
            _compare_transitions(state, pairs, list(expand(state)), "again after the search")

    def recheck_states(self, name: str, predicate: Callable[..., Any], expected: bool) -> None:
        """Ask a predicate of states again that was never anything else during the search.

        Raises:
            ModelError: if it now is.
        """
        for state, _ in self._kept:
            self._compare(name, predicate, expected, state)

    def recheck_steps(
        self, name: str, predicate: Callable[..., Any], expected: bool, speaks_of: Callable[[object], bool]
    ) -> None:
        """Likewise a predicate of steps."""
        for state, pairs in self._kept:
            for event, after in pairs:
                if speaks_of(event):
                    self._compare(name, predicate, expected, state, event, after)

    def _compare(self, name: str, predicate: Callable[..., Any], expected: bool, *values: Any) -> None:
        if truth(predicate(*values)) is not expected:
            raise ModelError(
                f"property {name!r} answered {expected} during the search and {not expected} now, on "
                f"{steady(values[0])}: it must depend on the fields of the state only{place_of(predicate)}",
                state=values[0],
                event=values[1] if len(values) > 1 else None,
            )


def _compare_transitions(
    state: Any, pairs: Sequence[tuple[Any, Any]], again: Sequence[tuple[Any, Any]], when: str
) -> None:
    """Raise ModelError if a state has other transitions than before."""
    if list(again) == list(pairs):
        return
    event = next((one[0] for one, other in zip(pairs, again, strict=False) if one != other), None)
    if event is None:
        event = max(pairs, again, key=len)[min(len(pairs), len(again))][0]
    raise ModelError(
        f"the model is not a function of the state: asked {when}, event {event} in state {steady(state)} has another "
        "outcome. Usual causes: a random number, a clock, a counter, a global or default argument that changes, the "
        "order of a set",
        state=state,
        event=event,
    )
