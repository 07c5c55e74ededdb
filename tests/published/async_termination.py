"""What termination detection is, with messages that take their time: AsyncTerminationDetection, of
tlaplus/Examples, ewd998 (Merz, Kuppe).

Four nodes, at most three messages under way to each: 4,097 distinct states, 53,271 generated, depth 14. The bound
is a constraint of the search there: a fourth message is generated and dropped. Here that step changes nothing.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, always_step, leads_to

from .case import Case, action, among, rule

MOST = 3


@attrs.frozen
class Node:
    """Whether it works, and how many messages are under way to it."""

    active: bool = False
    pending: int = among(range(MOST + 1))


@attrs.frozen
class State:
    """The nodes, and whether their end has been seen."""

    nodes: tuple[Node, ...]
    detected: bool = False


def end(seen: bool, i: int, state: Any) -> bool:
    """The node rests; where that was the end, it may be seen at once or not."""
    if not state.nodes[i].active:
        return False
    state.nodes[i].active = False
    if seen and not terminated(state):
        return False
    state.detected = seen or state.detected
    return True


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


def detect(state: Any) -> bool:
    if not terminated(state):
        return False
    state.detected = True
    return True


def terminated(state: Any) -> bool:
    return not any(node.active or node.pending for node in state.nodes)


class AsyncTermination:
    """``count`` nodes, each active or not at first."""

    def __init__(self, count: int) -> None:
        self.count = count
        nodes = range(count)
        self.rules = [
            *(rule(receive, i) for i in nodes),
            *(rule(end, seen, i) for i in nodes for seen in (False, True)),
            *(rule(send, i, j) for i in nodes for j in nodes),
            rule(detect),
        ]

    def initial_states(self) -> list[State]:
        states = [State(nodes) for nodes in product((Node(False), Node(True)), repeat=self.count)]
        return [*states, State((Node(),) * self.count, detected=True)]


def detected(state: Any) -> bool:
    return state.detected


CASES = [
    Case(
        "AsyncTerminationDetection",
        AsyncTermination(4),
        distinct=4097,
        generated=53271,
        depth=14,
        holds=(
            always("detection is right", lambda state: not state.detected or terminated(state), premise=detected),
            always_step("the end is the end", lambda b, e, a: not terminated(b) or terminated(a)),
            leads_to("detected, weakly fair", terminated, detected, weak=action("detect"), progress=False),
        ),
        violated=(leads_to("detected, unfair", terminated, detected, progress=False),),
    )
]
