"""A ring of counters that comes to one token from any state: EWD426 (Dijkstra, 1974), his K-state machine.

tlaplus/Examples, ewd426/TokenRing (Demirbas, Kuppe), six nodes and six values: 46,656 distinct states, 248,832
generated, depth 1, and it stabilises if something is done at all. That is tried with four nodes and four values,
whose counts are TLC's.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import attrs

from failover_fsm.checker import always_step, leads_to

from .case import Case, among, rule


class TokenRing:
    """``count`` nodes with counters modulo ``values``; all combinations are initial."""

    def __init__(self, count: int, values: int) -> None:
        self.count = count
        self.values = values
        self.node = attrs.make_class("Node", {"counter": among(range(values))}, frozen=True)
        self.state = attrs.make_class("State", {"nodes": attrs.field()}, frozen=True)
        self.rules = [rule(self.create), *(rule(self.hand_over, i) for i in range(1, count))]

    def initial_states(self) -> list[Any]:
        kinds = [self.node(value) for value in range(self.values)]
        return [self.state(nodes) for nodes in product(kinds, repeat=self.count)]

    def create(self, state: Any) -> bool:
        first, last = state.nodes[0], state.nodes[-1]
        if first.counter != last.counter:
            return False
        first.counter = (last.counter + 1) % self.values
        return True

    def hand_over(self, i: int, state: Any) -> bool:
        if state.nodes[i].counter == state.nodes[i - 1].counter:
            return False
        state.nodes[i].counter = state.nodes[i - 1].counter
        return True

    def one_token(self, state: Any) -> bool:
        """Whether exactly one rule is possible."""
        counters = [node.counter for node in state.nodes]
        privileges = [counters[0] == counters[-1], *(a != b for a, b in pairwise(counters))]
        return sum(privileges) == 1


SMALL = TokenRing(4, 4)
CASES = [
    Case("TokenRing", TokenRing(6, 6), distinct=46656, generated=248832, depth=1),
    Case(
        "TokenRing, four nodes",
        SMALL,
        distinct=256,
        generated=896,
        depth=1,
        published=(),
        holds=(
            leads_to("one token in the end", lambda s: True, SMALL.one_token),
            always_step("one token for ever", lambda b, e, a: not SMALL.one_token(b) or SMALL.one_token(a)),
        ),
        violated=(leads_to("one token, unfair", lambda s: True, SMALL.one_token, progress=False),),
    ),
]
