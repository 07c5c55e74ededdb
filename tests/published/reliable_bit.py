"""What the alternating bit protocol implements, without its channels: ABCorrectness, of "Specifying Systems"
(Lamport, 2002).

tlaplus/Examples, SpecifyingSystems/TLC/ABCorrectness, two values: 20 distinct states, 36 generated, depth 3.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always_step, leads_to

from .case import Case, action, among, rule

VALUES = ("a", "b")


@attrs.frozen
class Exchange:
    """The bits of the sender, of what it saw acknowledged, and of the receiver; the values of both sides."""

    bit: int = among((0, 1))
    acknowledged: int = among((0, 1))
    received_bit: int = among((0, 1))
    sent: str = among(VALUES)
    received: str = among(VALUES)


def send(value: str, state: Any) -> bool:
    if state.acknowledged != state.bit:
        return False
    state.sent, state.bit = value, 1 - state.bit
    return True


def receive(state: Any) -> bool:
    if state.received_bit == state.bit:
        return False
    state.received_bit, state.received = state.bit, state.sent
    return True


def receive_acknowledgement(state: Any) -> bool:
    if state.received_bit == state.acknowledged:
        return False
    state.acknowledged = state.received_bit
    return True


class ReliableBit:
    """Values go over one at a time."""

    rules = [*(rule(send, value) for value in VALUES), rule(receive), rule(receive_acknowledgement)]

    def initial_states(self) -> list[Exchange]:
        return [Exchange(bit, bit, bit, *values) for bit, *values in product((0, 1), VALUES, VALUES)]


def under_way(state: Any) -> bool:
    return state.bit != state.acknowledged


CASES = [
    Case(
        "ABCorrectness",
        ReliableBit(),
        distinct=20,
        generated=36,
        depth=3,
        holds=(
            always_step(
                "only what was sent is received",
                lambda before, event, after: event[0] != "receive" or after.received == before.sent,
            ),
            leads_to(
                "done, both weakly fair",
                under_way,
                lambda state: not under_way(state),
                weak=[action("receive"), action("receive_acknowledgement")],
                progress=False,
            ),
        ),
        violated=(
            leads_to(
                "done, nobody acknowledges",
                under_way,
                lambda state: not under_way(state),
                weak=action("receive"),
                progress=False,
            ),
        ),
    )
]
