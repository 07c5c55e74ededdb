"""The alternating bit protocol over channels that lose messages: AlternatingBit, of "Specifying Systems"
(Lamport, 2002).

tlaplus/Examples, SpecifyingSystems/TLC/MCAlternatingBit, two values, at most two messages under way in each
direction: 240 distinct states, 1,392 generated, depth 10; what is sent is received, under strong fairness of
receiving and weak fairness of sending again. A message over the bound is generated there and dropped; here the step
changes nothing.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, action, among, rule
from .queues import cell_of, cells, first, length, push, shift

VALUES, BOUND = ("a", "b"), 2
Message = cell_of(f"{bit}{value}" for bit, value in product((0, 1), VALUES))
Acknowledgement = cell_of(("0", "1"))


@attrs.frozen
class Protocol:
    """``bit`` and ``sent`` of the sender, the bit it last saw acknowledged, and what the receiver has."""

    messages: tuple[Any, ...] = cells(BOUND, Message)
    acknowledgements: tuple[Any, ...] = cells(BOUND, Acknowledgement)
    bit: int = among((0, 1))
    acknowledged: int = among((0, 1))
    received_bit: int = among((0, 1))
    sent: str = among(VALUES)
    received: str = among(VALUES)


def send_new(value: str, state: Any) -> bool:
    if state.acknowledged != state.bit:
        return False
    if length(state.messages) < BOUND:
        state.sent, state.bit = value, 1 - state.bit
        push(state.messages, f"{state.bit}{value}")
    return True


def send_again(state: Any) -> bool:
    if state.acknowledged == state.bit:
        return False
    if length(state.messages) < BOUND:
        push(state.messages, f"{state.bit}{state.sent}")
    return True


def receive(state: Any) -> bool:
    message = first(state.messages)
    if message is None:
        return False
    shift(state.messages)
    state.received_bit, state.received = int(message[0]), message[1]
    return True


def acknowledge(state: Any) -> bool:
    if length(state.acknowledgements) < BOUND:
        push(state.acknowledgements, str(state.received_bit))
    return True


def receive_acknowledgement(state: Any) -> bool:
    bit = first(state.acknowledgements)
    if bit is None:
        return False
    shift(state.acknowledgements)
    state.acknowledged = int(bit)
    return True


def lose(queue: str, place: int, state: Any) -> bool:
    cells_of_queue = getattr(state, queue)
    if length(cells_of_queue) <= place:
        return False
    shift(cells_of_queue, place)
    return True


class AlternatingBit:
    """Every place of a queue may be lost."""

    rules = [
        *(rule(send_new, value) for value in VALUES),
        *map(rule, (send_again, receive, acknowledge, receive_acknowledgement)),
        *(rule(lose, queue, place) for queue in ("messages", "acknowledgements") for place in range(BOUND)),
    ]

    def initial_states(self) -> list[Protocol]:
        return [
            Protocol(bit=bit, acknowledged=bit, received_bit=bit, sent=sent, received=received)
            for bit, sent, received in product((0, 1), VALUES, VALUES)
        ]


def under_way(state: Any) -> bool:
    return state.sent == "a" and state.bit != state.acknowledged


def arrived(state: Any) -> bool:
    return state.received == "a"


SENDING = [action("send_again"), action("acknowledge")]
RECEIVING = [action("receive"), action("receive_acknowledgement")]
CASES = [
    Case(
        "MCAlternatingBit",
        AlternatingBit(),
        distinct=240,
        generated=1392,
        depth=10,
        holds=(leads_to("received", under_way, arrived, weak=SENDING, strong=RECEIVING, progress=False),),
        violated=(
            leads_to("received, all weakly fair", under_way, arrived, weak=SENDING + RECEIVING, progress=False),
            leads_to("received, all losses", under_way, arrived),
        ),
    )
]
