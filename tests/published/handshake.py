"""Producer and consumer by turns, each with a bit: TwoPhase, of tlaplus/Examples, TwoPhase (Lamport, Merz).

MCTwoPhase.cfg: 4 distinct states, 5 generated, depth 4.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, action, rule


@attrs.frozen
class State:
    """The bits; equal when it is the producer's turn."""

    producer: bool = False
    consumer: bool = False


def produce(state: Any) -> bool:
    if state.producer != state.consumer:
        return False
    state.producer = not state.producer
    return True


def consume(state: Any) -> bool:
    if state.producer == state.consumer:
        return False
    state.consumer = not state.consumer
    return True


class Handshake:
    """Two rules, never both possible."""

    rules = [rule(produce), rule(consume)]

    def initial_states(self) -> list[State]:
        return [State()]


def full(state: Any) -> bool:
    return state.producer != state.consumer


CASES = [
    Case(
        "MCTwoPhase",
        Handshake(),
        distinct=4,
        generated=5,
        depth=4,
        holds=(leads_to("consumed", full, lambda s: not full(s), weak=action("consume"), progress=False),),
        violated=(
            leads_to(
                "produced, weakly fair consumer", lambda s: not full(s), full, weak=action("consume"), progress=False
            ),
        ),
    )
]
