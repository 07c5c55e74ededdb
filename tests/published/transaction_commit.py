"""What two-phase commit implements: TCommit, of "Consensus on Transaction Commit" (Gray and Lamport, 2006)."""

from __future__ import annotations

from .two_phase import ABORTED, COMMITTED, PREPARED, WORKING, put

State = tuple[str, ...]
Event = tuple[str, int]


class TransactionCommit:
    """``count`` resource managers that see each other's state directly."""

    def __init__(self, count: int) -> None:
        self.count = count

    def initial_states(self) -> list[State]:
        return [(WORKING,) * self.count]

    def events(self, state: State) -> list[Event]:
        return [(name, i) for i in range(self.count) for name in ("prepare", "commit", "abort")]

    def step(self, state: State, event: Event) -> State | None:
        name, i = event
        if name == "prepare" and state[i] == WORKING:
            return put(state, i, PREPARED)
        if name == "commit" and state[i] == PREPARED and all(s in (PREPARED, COMMITTED) for s in state):
            return put(state, i, COMMITTED)
        if name == "abort" and state[i] in (WORKING, PREPARED) and COMMITTED not in state:
            return put(state, i, ABORTED)
        return None
