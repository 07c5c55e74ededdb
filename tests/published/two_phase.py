"""Two-phase commit without message loss: TwoPhase, of "Consensus on Transaction Commit" (Gray and Lamport,
2006).
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

WORKING, PREPARED, COMMITTED, ABORTED = "working", "prepared", "committed", "aborted"
Event = tuple[str, int]


class State(NamedTuple):
    """Resource managers, transaction manager, and the messages ever sent (they stay in the channel)."""

    managers: tuple[str, ...]
    coordinator: str
    heard: tuple[bool, ...]  # whose "prepared" the coordinator has taken note of
    prepared: tuple[bool, ...]  # whose "prepared" was sent
    commit: bool
    abort: bool


class TwoPhase:
    """``count`` resource managers and a coordinator; the coordinator's own events carry manager -1."""

    def __init__(self, count: int) -> None:
        self.count = count

    def initial_states(self) -> list[State]:
        no = (False,) * self.count
        return [State((WORKING,) * self.count, "init", no, no, False, False)]

    def events(self, state: State) -> list[Event]:
        names = ("hear", "prepare", "give up", "obey commit", "obey abort")
        return [("commit", -1), ("abort", -1)] + [(name, i) for i in range(self.count) for name in names]

    def step(self, state: State, event: Event) -> State | None:
        name, i = event
        deciding = state.coordinator == "init"
        if name == "commit" and deciding and all(state.heard):
            return state._replace(coordinator=COMMITTED, commit=True)
        if name == "abort" and deciding:
            return state._replace(coordinator=ABORTED, abort=True)
        if name == "hear" and deciding and state.prepared[i]:
            return state._replace(heard=put(state.heard, i, True))
        if name == "prepare" and state.managers[i] == WORKING:
            return state._replace(managers=put(state.managers, i, PREPARED), prepared=put(state.prepared, i, True))
        if name == "give up" and state.managers[i] == WORKING:
            return state._replace(managers=put(state.managers, i, ABORTED))
        if name == "obey commit" and state.commit:
            return state._replace(managers=put(state.managers, i, COMMITTED))
        if name == "obey abort" and state.abort:
            return state._replace(managers=put(state.managers, i, ABORTED))
        return None


T = TypeVar("T")


def put(items: tuple[T, ...], place: int, item: T) -> tuple[T, ...]:
    """Return ``items`` with ``item`` at ``place``."""
    return (*items[:place], item, *items[place + 1 :])


def consistent(state: State) -> bool:
    """No manager has committed while another has aborted."""
    return not (COMMITTED in state.managers and ABORTED in state.managers)
