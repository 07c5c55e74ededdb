"""What termination detection is, with messages that arrive at once: SyncTerminationDetection, of tlaplus/Examples,
ewd840 (Merz).

Seven nodes: 129 distinct states, 3,722 generated, depth 1. What is the same with messages that take their time is used
by `async_termination`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, always_step, leads_to
from failover_fsm.checker.rules.rule_tree import Rule

from .case import Case, action, rule


@attrs.frozen
class Node:
    """Whether it works."""

    active: bool = False


@attrs.frozen
class State:
    """The nodes, and whether their end has been seen."""

    nodes: tuple[Any, ...]
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
    return not any(node.active or getattr(node, "pending", 0) for node in state.nodes)


def detected(state: Any) -> bool:
    return bool(state.detected)


class Termination:
    """Nodes, each active or not at first, that end and detect their end, and do what the further rules say."""

    def __init__(self, count: int, kind: Any, *further: Rule) -> None:
        self.count, self.kind = count, kind
        ends: Iterable[Rule] = (rule(end, seen, i) for i in range(count) for seen in (False, True))
        self.rules = [*further, *ends, rule(detect)]

    def initial_states(self) -> list[State]:
        both = (self.kind(active=False), self.kind(active=True))
        states = [State(nodes) for nodes in product(both, repeat=self.count)]
        return [*states, State((self.kind(),) * self.count, detected=True)]


HOLDS = (
    always("detection is right", lambda state: not state.detected or terminated(state), premise=detected),
    always_step("the end is the end", lambda b, e, a: not terminated(b) or terminated(a)),
    leads_to("detected, weakly fair", terminated, detected, weak=action("detect"), progress=False),
)
VIOLATED = (leads_to("detected, unfair", terminated, detected, progress=False),)

CASES = [
    Case(
        "SyncTerminationDetection",
        Termination(7, Node, *(rule(wake, i, j) for i in range(7) for j in range(7))),
        distinct=129,
        generated=3722,
        depth=1,
        holds=HOLDS,
        violated=VIOLATED,
    )
]
