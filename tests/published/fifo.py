"""A buffer between two handshaking channels: InnerFIFO, of "Specifying Systems" (Lamport, 2002).

tlaplus/Examples, SpecifyingSystems/FIFO/MCInnerFIFO, three messages and at most three in the buffer: 3,864 distinct
states, 9,660 generated, depth 11. The bound is a constraint of the search there: TLC generates the state with a
fourth message and drops it. Here that step changes nothing, and is counted too.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, action, rule
from .channel import VALUES, Channel, receive, send, under_way
from .queues import Cell, cells, first, push, shift

LENGTH = 3


@attrs.frozen
class Buffer:
    """The channel to the buffer, the messages in it, the channel from it."""

    source: Channel
    queue: tuple[Cell, ...]
    sink: Channel


def put(value: str, state: Any) -> bool:
    return send(value, state.source)


def buffer_receives(state: Any) -> bool:
    if not under_way(state.source):
        return False
    if first(state.queue[-1:]) is None:
        receive(state.source)
        push(state.queue, state.source.value)
    return True


def buffer_sends(state: Any) -> bool:
    head = first(state.queue)
    if head is None or not send(head, state.sink):
        return False
    shift(state.queue)
    return True


def get(state: Any) -> bool:
    return receive(state.sink)


class InnerFIFO:
    """Three messages, a buffer of three."""

    rules = [*(rule(put, value) for value in VALUES), rule(buffer_receives), rule(buffer_sends), rule(get)]

    def initial_states(self) -> list[Buffer]:
        idle = [Channel(value, bit, bit) for value, bit in product(VALUES, (False, True))]
        return [Buffer(source, cells(LENGTH), sink) for source, sink in product(idle, idle)]


def offered(state: Any) -> bool:
    return under_way(state.source) and state.source.value == "d1"


def delivered(state: Any) -> bool:
    return under_way(state.sink) and state.sink.value == "d1"


FAIR = action("buffer_receives", "buffer_sends", "get")
CASES = [
    Case(
        "MCInnerFIFO",
        InnerFIFO(),
        distinct=3864,
        generated=9660,
        depth=11,
        holds=(
            leads_to(
                "delivered, each step weakly fair",
                offered,
                delivered,
                weak=[action("buffer_receives"), action("buffer_sends"), action("get")],
                progress=False,
            ),
        ),
        violated=(
            leads_to(
                "delivered, no receiver", offered, delivered, weak=action("buffer_receives", "put"), progress=False
            ),
        ),
    )
]
