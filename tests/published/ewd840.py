"""Termination detected by a token that goes round a ring: EWD840 (Dijkstra, Feijen and van Gasteren, 1983).

tlaplus/Examples, ewd840 (Merz), from every colouring. Three nodes (EWD840.cfg): 302 distinct states and 2,001
generated. (The manifest's depth of 10 comes from several workers; TLC with one says 9, and so do we.) TLC takes an
"or" in a guard apart, so a step with two reasons is generated twice: here too there is one rule for each reason.
Detection is sound, and comes if the nodes that handle the token are weakly fair.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, among, rule


@attrs.frozen
class Node:
    """Whether it works, and whether it is black: it may have woken a node that the token has passed."""

    active: bool = False
    black: bool = False


class EWD840:
    """``count`` nodes; node 0 starts the probes, and the token goes down from the last one."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.state = attrs.make_class(
            "State",
            {"nodes": attrs.field(), "token": among(range(count)), "token_black": attrs.field(default=True)},
            frozen=True,
        )
        nodes = range(count)
        self.rules = [
            *(rule(self.probe, why) for why in ("token", "node")),
            *(rule(self.hand_over, i, why) for i in nodes[1:] for why in ("rest", "node", "token")),
            *(rule(self.send, i, j) for i in nodes for j in nodes if i != j),
            *(rule(self.rest, i) for i in nodes),
        ]

    def initial_states(self) -> list[Any]:
        kinds = [Node(active, black) for active, black in product((False, True), repeat=2)]
        return [self.state(nodes, token) for nodes in product(kinds, repeat=self.count) for token in range(self.count)]

    def probe(self, why: str, state: Any) -> bool:
        """Node 0 begins another round, for the token or itself is black."""
        if state.token != 0 or not (state.token_black if why == "token" else state.nodes[0].black):
            return False
        state.token, state.token_black, state.nodes[0].black = self.count - 1, False, False
        return True

    def hand_over(self, i: int, why: str, state: Any) -> bool:
        """The token goes on from a node that rests, or needs not wait, for the round is lost anyway."""
        node = state.nodes[i]
        if state.token != i or not {"rest": not node.active, "node": node.black, "token": state.token_black}[why]:
            return False
        if node.black:
            state.token_black = True
        state.token, node.black = i - 1, False
        return True

    def send(self, i: int, j: int, state: Any) -> bool:
        if not state.nodes[i].active:
            return False
        state.nodes[j].active = True
        if j > i:
            state.nodes[i].black = True
        return True

    def rest(self, i: int, state: Any) -> bool:
        if not state.nodes[i].active:
            return False
        state.nodes[i].active = False
        return True


def terminated(state: Any) -> bool:
    return not any(node.active for node in state.nodes)


def detected(state: Any) -> bool:
    first = state.nodes[0]
    return state.token == 0 and not state.token_black and not first.black and not first.active


SYSTEM = action("probe", "hand_over")
CASES = [
    Case(
        "EWD840",
        EWD840(3),
        distinct=302,
        generated=2001,
        depth=9,
        published=("distinct", "generated"),
        holds=(
            always("detection is right", lambda state: not detected(state) or terminated(state), premise=detected),
            leads_to("detected, the token weakly fair", terminated, detected, weak=SYSTEM, progress=False),
        ),
        violated=(
            leads_to("detected, unfair", terminated, detected, progress=False),
            leads_to(
                "detected although all rest only now and then",
                lambda state: not state.nodes[0].active,
                detected,
                weak=SYSTEM,
                progress=False,
            ),
        ),
    )
]
