"""Threads that add one to a shared counter without a lock, three times each: counter.m, of the Murphi idioms in the
documentation of the checker Rumur (doc/murphi-idioms.rst).

Three threads. The figures printed there (52,816 states) are of a search that ended at the error. Without the invariant
Rumur 2022.08 counts 59,658 states and 136,527 rules fired, which are the figures here: its rules fired do not count
the first state.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, sometimes

from .case import Case, among, rule

THREADS = ROUNDS = 3


@attrs.frozen
class Thread:
    """Where it is, its rounds so far, and the value that it has read; -1 for none."""

    at: str = among(("loop", "read", "done"))
    rounds: int = among(range(ROUNDS + 1))
    value: int = among(range(-1, THREADS * ROUNDS + 1))


@attrs.frozen
class State:
    """The threads and the counter."""

    threads: tuple[Thread, ...] = (Thread(),) * THREADS
    total: int = among(range(THREADS * ROUNDS + 1))


def read(who: int, state: Any) -> bool:
    thread = state.threads[who]
    if thread.at != "loop" or thread.rounds == ROUNDS:
        return False
    thread.value, thread.at = state.total, "read"
    return True


def write(who: int, state: Any) -> bool:
    thread = state.threads[who]
    if thread.at != "read":
        return False
    state.total, thread.rounds, thread.at = thread.value + 1, thread.rounds + 1, "loop"
    return True


def leave(who: int, state: Any) -> bool:
    thread = state.threads[who]
    if thread.at != "loop" or thread.rounds < ROUNDS:
        return False
    thread.at = "done"
    return True


class LostUpdates:
    """Three threads."""

    rules = [rule(act, who) for act in (read, write, leave) for who in range(THREADS)]

    def initial_states(self) -> list[State]:
        return [State()]


def done(state: Any) -> bool:
    return all(thread.at == "done" for thread in state.threads)


CASES = [
    Case(
        "counter.m",
        LostUpdates(),
        distinct=59658,
        generated=136528,
        depth=22,
        published=(),
        holds=(sometimes("two are left", lambda state: done(state) and state.total == 2),),
        violated=(always("nothing is lost", lambda state: not done(state) or state.total == THREADS * ROUNDS),),
    )
]
