"""A leader is elected in a ring, by numbers that go round: ChangRoberts, of tlaplus/Examples (Merz), after Chang
and Roberts (1979).

Three nodes, any of which may begin: 137 distinct states, 227 generated, depth 10. A node with a candidate's number
is elected if every node is weakly fair.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule


@attrs.frozen
class Node:
    """The numbers in its inbox as bits, whether it has begun, and how it stands."""

    begins: bool
    status: str = among(("candidate", "lost", "won"))
    started: bool = False
    inbox: int = among(range(8))


@attrs.frozen
class State:
    """The ring; node i has number i."""

    ring: tuple[Node, ...]


def start(i: int, state: Any) -> bool:
    node = state.ring[i]
    if node.started:
        return False
    node.started = True
    if node.begins:
        forward(i, i, state)
    return True


def receive(i: int, number: int, state: Any) -> bool:
    node = state.ring[i]
    if not node.started or not node.inbox & 1 << number:
        return False
    node.inbox &= ~(1 << number)
    if node.status == "lost" or number < i:
        node.status = "lost"
        forward(i, number, state)
    elif number == i:
        node.status = "won"
    return True


def forward(i: int, number: int, state: Any) -> None:
    state.ring[(i + 1) % len(state.ring)].inbox |= 1 << number


class ChangRoberts:
    """``count`` nodes, three at most."""

    def __init__(self, count: int) -> None:
        self.count = count
        nodes = range(count)
        self.rules = [*(rule(start, i) for i in nodes), *(rule(receive, i, number) for i in nodes for number in nodes)]

    def initial_states(self) -> list[State]:
        kinds = (Node(False, "lost"), Node(True, "candidate"))
        return [State(nodes) for nodes in product(kinds, repeat=self.count)]


def one_best_leader(state: Any) -> bool:
    winners = [i for i, node in enumerate(state.ring) if node.status == "won"]
    lowest = [i for i, node in enumerate(state.ring) if node.begins][:1]
    return not winners or winners == lowest


def elected(state: Any) -> bool:
    return any(node.status == "won" for node in state.ring)


def candidate(state: Any) -> bool:
    return any(node.status == "candidate" for node in state.ring)


NODES = action_each("start", "receive")
CASES = [
    Case(
        "MCChangRoberts",
        ChangRoberts(3),
        distinct=137,
        generated=227,
        depth=10,
        holds=(
            always("the lowest number that began", one_best_leader, premise=elected),
            leads_to("elected, all weakly fair", candidate, elected, weak=NODES, progress=False),
        ),
        violated=(
            leads_to("elected, unfair", candidate, elected, progress=False),
            leads_to("elected, nobody began", lambda state: True, elected, weak=NODES, progress=False),
        ),
    )
]
