"""Peterson's mutual exclusion for two processes, six labels: tlaplus/Examples,
locks_auxiliary_vars/Peterson.
"""

from __future__ import annotations

from typing import NamedTuple

from .two_phase import put

REST, ASK, YIELD, WAIT, CRITICAL, LEAVE = range(6)


class State(NamedTuple):
    """Where each process is, who wants in, and whose turn it is."""

    label: tuple[int, ...]
    wants: tuple[bool, ...]
    turn: int


class Peterson:
    """Each event is the number of the process that takes its next step."""

    def initial_states(self) -> list[State]:
        return [State((REST, REST), (False, False), 0)]

    def events(self, state: State) -> tuple[int, ...]:
        return (0, 1)

    def step(self, state: State, event: int) -> State | None:
        me, other = event, 1 - event
        label = state.label[me]
        if label == WAIT and state.wants[other] and state.turn != me:
            return None
        after = state._replace(label=put(state.label, me, (label + 1) % 6))
        if label in (ASK, LEAVE):
            after = after._replace(wants=put(state.wants, me, label == ASK))
        if label == YIELD:
            after = after._replace(turn=other)
        return after
