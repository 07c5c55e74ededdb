"""Two processes and one lock, four labels: Lock, of tlaplus/Examples, locks_auxiliary_vars (Differdange).

12 distinct states, 21 generated, depth 5.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule

REST, WAIT, CRITICAL, LEAVE = range(4)


@attrs.frozen
class Process:
    """Where it is."""

    label: int = among(range(4))


@attrs.frozen
class State:
    """Both processes and the lock."""

    processes: tuple[Process, ...] = (Process(), Process())
    free: bool = True


def go(me: int, state: Any) -> bool:
    process = state.processes[me]
    if process.label == WAIT and not state.free:
        return False
    if process.label in (WAIT, LEAVE):
        state.free = process.label == LEAVE
    process.label = (process.label + 1) % 4
    return True


class Lock:
    """A process takes its next step."""

    rules = [rule(go, me) for me in (0, 1)]

    def initial_states(self) -> list[State]:
        return [State()]


def inside(me: int, state: Any) -> bool:
    return state.processes[me].label in (CRITICAL, LEAVE)


def waits(state: Any) -> bool:
    return state.processes[0].label == WAIT


CASES = [
    Case(
        "Lock",
        Lock(),
        distinct=12,
        generated=21,
        depth=5,
        holds=(
            always("mutual exclusion", lambda state: not (inside(0, state) and inside(1, state))),
            leads_to("gets in, strongly fair", waits, lambda s: inside(0, s), strong=action_each("go"), progress=False),
        ),
        violated=(
            leads_to("gets in, weakly fair", waits, lambda s: inside(0, s), weak=action_each("go"), progress=False),
        ),
    )
]
