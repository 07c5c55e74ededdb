"""Each process sets its own flag, then copies its neighbour's: Simple, of "Teaching Concurrency" (Lamport, 2009).

tlaplus/Examples, TeachingConcurrency/Simple, five processes: 723 distinct states, 1,842 generated, depth 11.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule

SET, COPY, DONE = range(3)


@attrs.frozen
class Process:
    """Where it is, its flag, and its copy of the neighbour's."""

    label: int = among(range(3))
    flag: bool = False
    copy: bool = False


@attrs.frozen
class State:
    """The processes in a ring."""

    ring: tuple[Process, ...]


def go(me: int, state: Any) -> bool:
    process = state.ring[me]
    if process.label == DONE:
        return False
    if process.label == SET:
        process.flag = True
    else:
        process.copy = state.ring[me - 1].flag
    process.label += 1
    return True


def end(state: Any) -> bool:
    return all_done(state)


def all_done(state: Any) -> bool:
    return all(process.label == DONE for process in state.ring)


class TeachingConcurrency:
    """``count`` processes; when all are done the state is repeated for ever."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rules = [*(rule(go, me) for me in range(count)), rule(end)]

    def initial_states(self) -> list[State]:
        return [State((Process(),) * self.count)]


def somebody_copied(state: Any) -> bool:
    return any(process.copy for process in state.ring)


CASES = [
    Case(
        "Simple",
        TeachingConcurrency(5),
        distinct=723,
        generated=1842,
        depth=11,
        holds=(
            always("somebody has copied a flag that was set", lambda s: not all_done(s) or somebody_copied(s)),
            leads_to("all end, weakly fair", lambda s: True, all_done, weak=action_each("go"), progress=False),
        ),
        violated=(
            always("everybody has", lambda s: not all_done(s) or all(process.copy for process in s.ring)),
            leads_to("all end, unfair", lambda s: True, all_done, progress=False),
        ),
    )
]
