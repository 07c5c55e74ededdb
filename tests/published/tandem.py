"""Two queues one behind the other, the first with a phase: the PRISM case study "tandem", after Hermanns,
Meyer-Kayser and Siegle (1999).

prismmodelchecker/prism-benchmarks, models/ctmcs/tandem; states, transitions and breadth-first iterations of its log for
a capacity of five: 66, 189 and 17. The rates are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import can_recover, leads_to

from .case import Case, action, among, rule

CAPACITY = 5


@attrs.frozen
class Queues:
    """Customers in both, and the phase of the first server."""

    first: int = among(range(CAPACITY + 1))
    phase: int = among((1, 2))
    second: int = among(range(CAPACITY + 1))


def arrive(queues: Any) -> bool:
    if queues.first == CAPACITY:
        return False
    queues.first += 1
    return True


def second_phase(queues: Any) -> bool:
    if not queues.first or queues.phase == 2:
        return False
    queues.phase = 2
    return True


def go_over(queues: Any) -> bool:
    if not queues.first or queues.second == CAPACITY:
        return False
    queues.first, queues.phase, queues.second = queues.first - 1, 1, queues.second + 1
    return True


def leave(queues: Any) -> bool:
    if not queues.second:
        return False
    queues.second -= 1
    return True


class Tandem:
    """Both queues of the same capacity."""

    rules = [rule(act) for act in (arrive, second_phase, go_over, leave)]

    def initial_states(self) -> list[Queues]:
        return [Queues()]


def empty(queues: Any) -> bool:
    return not queues.first and not queues.second


def room(queues: Any) -> bool:
    return queues.second < CAPACITY


CASES = [
    Case(
        "tandem, c=5",
        Tandem(),
        distinct=66,
        generated=190,
        depth=17,
        holds=(
            can_recover("both can be empty", empty),
            leads_to("room again", lambda q: not room(q), room, weak=action("leave"), progress=False),
        ),
        violated=(leads_to("both empty", lambda q: True, empty, weak=action("leave", "go_over")),),
    )
]
