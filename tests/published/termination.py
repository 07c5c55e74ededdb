"""What termination detection is, with messages that arrive at once: SyncTerminationDetection, of tlaplus/Examples,
ewd840 (Merz).

Seven nodes: 129 distinct states, 3,722 generated, depth 1.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, always_step, leads_to

from .case import Case, action, rule


@attrs.frozen
class Node:
    """Whether it works."""

    active: bool = False


@attrs.frozen
class State:
    """The nodes, and whether their end has been seen."""

    nodes: tuple[Node, ...]
    detected: bool = False


def end(seen: bool, i: int, state: Any) -> bool:
    """The node rests; where it was the last one, that may be seen at once or not."""
    if not state.nodes[i].active:
        return False
    state.nodes[i].active = False
    if seen and not terminated(state):
        return False
    state.detected = seen or state.detected
    return True


def wake(i: int, j: int, state: Any) -> bool:
    if not state.nodes[i].active:
        return False
    state.nodes[j].active = True
    return True


def detect(state: Any) -> bool:
    if not terminated(state):
        return False
    state.detected = True
    return True


def terminated(state: Any) -> bool:
    return not any(node.active for node in state.nodes)


class Termination:
    """``count`` nodes, each active or not at first."""

    def __init__(self, count: int) -> None:
        self.count = count
        nodes = range(count)
        self.rules = [
            *(rule(end, seen, i) for i in nodes for seen in (False, True)),
            *(rule(wake, i, j) for i in nodes for j in nodes),
            rule(detect),
        ]

    def initial_states(self) -> list[State]:
        states = [State(nodes) for nodes in product((Node(False), Node(True)), repeat=self.count)]
        return [*states, State((Node(),) * self.count, detected=True)]


def detected(state: Any) -> bool:
    return state.detected


CASES = [
    Case(
        "SyncTerminationDetection",
        Termination(7),
        distinct=129,
        generated=3722,
        depth=1,
        holds=(
            always("detection is right", lambda state: not state.detected or terminated(state), premise=detected),
            always_step("the end is the end", lambda b, e, a: not terminated(b) or terminated(a)),
            leads_to("detected, weakly fair", terminated, detected, weak=action("detect"), progress=False),
        ),
        violated=(leads_to("detected, unfair", terminated, detected, progress=False),),
    )
]
