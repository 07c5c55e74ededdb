"""Six processes that wait for each other: Barrier, of tlaplus/Examples, barriers (Differdange).

64 distinct states, 194 generated, depth 7.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always_step, leads_to

from .case import Case, action, action_each, rule


@attrs.frozen
class Process:
    """Whether it has come to the barrier."""

    waits: bool = False


@attrs.frozen
class State:
    """All processes."""

    processes: tuple[Process, ...]


def arrive(me: int, state: Any) -> bool:
    if state.processes[me].waits:
        return False
    state.processes[me].waits = True
    return True


def go_on(state: Any) -> bool:
    if not all(process.waits for process in state.processes):
        return False
    for process in state.processes:
        process.waits = False
    return True


class Barrier:
    """``count`` processes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rules = [*(rule(arrive, me) for me in range(count)), rule(go_on)]

    def initial_states(self) -> list[State]:
        return [State((Process(),) * self.count)]


def nobody_goes_early(before: Any, event: Any, after: Any) -> bool:
    late = not all(process.waits for process in before.processes)
    return not late or all(now.waits for was, now in zip(before.processes, after.processes, strict=True) if was.waits)


def free(state: Any) -> bool:
    return not any(process.waits for process in state.processes)


FAIR = [action_each("arrive"), action("go_on")]
CASES = [
    Case(
        "Barrier",
        Barrier(6),
        distinct=64,
        generated=194,
        depth=7,
        holds=(
            always_step("nobody goes early", nobody_goes_early),
            leads_to("goes on, everyone weakly fair", lambda s: True, free, weak=FAIR, progress=False),
        ),
        violated=(leads_to("goes on, some arrive", lambda s: not free(s), free, weak=action("go_on"), progress=False),),
    )
]
