"""Threads that add one to a shared counter without a lock: an example of Stateright (increment.rs)."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """The counter, and of each thread the value it has read and where it is: 1 reads, 2 writes, 3 has ended."""

    counter: int
    threads: tuple[tuple[int, int], ...]


class Increment:
    """``count`` threads; an event is what is done and by which."""

    def __init__(self, count: int) -> None:
        self.count = count

    def initial_states(self) -> list[State]:
        return [State(0, ((0, 1),) * self.count)]

    def events(self, state: State) -> list[tuple[str, int]]:
        return [(name, thread) for thread in range(self.count) for name in ("read", "write")]

    def step(self, state: State, event: tuple[str, int]) -> State | None:
        name, thread = event
        value, place = state.threads[thread]
        threads = list(state.threads)
        if name == "read" and place == 1:
            threads[thread] = (state.counter, 2)
            return state._replace(threads=tuple(threads))
        if name == "write" and place == 2:
            threads[thread] = (value, 3)
            return State(value + 1, tuple(threads))
        return None
