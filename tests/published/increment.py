"""Threads that add one to a shared counter without a lock: an example of Stateright (increment.rs).

Two threads: 13 states, and 8 where threads that change places count as one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, among, rule

THREADS = 2


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


@attrs.frozen
class Thread:
    """The value that it has read, and where it is."""

    value: int = among(range(THREADS + 1))
    at: int = among((1, 2, 3))


@attrs.frozen
class Threads:
    """The same state as a record."""

    threads: tuple[Thread, ...] = (Thread(),) * THREADS
    counter: int = among(range(THREADS + 1))


def read(who: int, state: Any) -> bool:
    thread = state.threads[who]
    if thread.at != 1:
        return False
    thread.value, thread.at = state.counter, 2
    return True


def write(who: int, state: Any) -> bool:
    thread = state.threads[who]
    if thread.at != 2:
        return False
    state.counter, thread.at = thread.value + 1, 3
    return True


class IncrementRules:
    """Two threads, as rules."""

    rules = [rule(act, who) for act in (read, write) for who in range(THREADS)]

    def initial_states(self) -> list[Threads]:
        return [Threads()]


def done(state: Any) -> bool:
    return all(thread.at == 3 for thread in state.threads)


CASES = [
    Case(
        "increment, two threads",
        IncrementRules(),
        distinct=13,
        generated=15,
        depth=5,
        published=("distinct",),
        holds=(leads_to("done", lambda state: True, done),),
        violated=(
            always("nothing is lost", lambda s: s.counter == sum(thread.at == 3 for thread in s.threads)),
            leads_to("done, unfair", lambda state: True, done, progress=False),
        ),
    )
]
