"""What termination detection is, with messages that take their time: AsyncTerminationDetection, of
tlaplus/Examples, ewd998 (Merz, Kuppe).

Four nodes, at most three messages under way to each: 4,097 distinct states, 53,271 generated, depth 14. The bound
is a constraint of the search there: a fourth message is generated and dropped. Here that step changes nothing.
"""

from __future__ import annotations

from typing import Any

import attrs

from .case import Case, among, rule
from .termination import HOLDS, VIOLATED, Termination

MOST = 3


@attrs.frozen
class Node:
    """Whether it works, and how many messages are under way to it."""

    active: bool = False
    pending: int = among(range(MOST + 1))


def send(i: int, j: int, state: Any) -> bool:
    if not state.nodes[i].active:
        return False
    state.nodes[j].pending = min(MOST, state.nodes[j].pending + 1)
    return True


def receive(i: int, state: Any) -> bool:
    node = state.nodes[i]
    if not node.pending:
        return False
    node.active, node.pending = True, node.pending - 1
    return True


CASES = [
    Case(
        "AsyncTerminationDetection",
        Termination(
            4, Node, *(rule(receive, i) for i in range(4)), *(rule(send, i, j) for i in range(4) for j in range(4))
        ),
        distinct=4097,
        generated=53271,
        depth=14,
        holds=HOLDS,
        violated=VIOLATED,
    )
]
