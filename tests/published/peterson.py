"""Peterson's mutual exclusion for two processes, six labels: tlaplus/Examples, locks_auxiliary_vars/Peterson
(Differdange).

42 distinct states, 77 generated, depth 11. A process that has shown its wish gets in if something is done at all; one
that only means to needs fairness.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule

REST, ASK, YIELD, WAIT, CRITICAL, LEAVE = range(6)


@attrs.frozen
class Process:
    """Where it is, and whether it wants in."""

    label: int = among(range(6))
    wants: bool = False


@attrs.frozen
class State:
    """Both, and whose turn it is."""

    processes: tuple[Process, ...] = (Process(), Process())
    turn: int = among((0, 1))


def go(me: int, state: Any) -> bool:
    mine, other = state.processes[me], state.processes[1 - me]
    if mine.label == WAIT and other.wants and state.turn != me:
        return False
    if mine.label in (ASK, LEAVE):
        mine.wants = mine.label == ASK
    if mine.label == YIELD:
        state.turn = 1 - me
    mine.label = (mine.label + 1) % 6
    return True


class Peterson:
    """A process takes its next step."""

    rules = [rule(go, me) for me in (0, 1)]

    def initial_states(self) -> list[State]:
        return [State()]


def inside(me: int, state: Any) -> bool:
    return state.processes[me].label in (CRITICAL, LEAVE)


def at(label: int, state: Any) -> bool:
    return state.processes[0].label == label


CASES = [
    Case(
        "Peterson",
        Peterson(),
        distinct=42,
        generated=77,
        depth=11,
        holds=(
            always("mutual exclusion", lambda state: not (inside(0, state) and inside(1, state))),
            leads_to("waits", lambda s: at(WAIT, s), lambda s: at(CRITICAL, s)),
            leads_to(
                "asks, weakly fair",
                lambda s: at(ASK, s),
                lambda s: at(CRITICAL, s),
                weak=action_each("go"),
                progress=False,
            ),
        ),
        violated=(leads_to("asks", lambda s: at(ASK, s), lambda s: at(CRITICAL, s)),),
    )
]
