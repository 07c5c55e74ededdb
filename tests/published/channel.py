"""A wire with a value and the two bits of a handshake: Channel, of "Specifying Systems" (Lamport, 2002).

tlaplus/Examples, SpecifyingSystems/AsynchronousInterface, three values: 12 distinct states, 30 generated, depth 2.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always_step, leads_to

from .case import Case, among, rule

VALUES = ("d1", "d2", "d3")


@attrs.frozen
class Channel:
    """A value is under way while the bits differ."""

    value: str = among(VALUES)
    ready: bool = False
    acknowledged: bool = False


def send(value: str, channel: Any) -> bool:
    if channel.ready != channel.acknowledged:
        return False
    channel.value, channel.ready = value, not channel.ready
    return True


def receive(channel: Any) -> bool:
    if channel.ready == channel.acknowledged:
        return False
    channel.acknowledged = not channel.acknowledged
    return True


class AsynchronousInterface:
    """The sender chooses among three values."""

    rules = [*(rule(send, value) for value in VALUES), rule(receive)]

    def initial_states(self) -> list[Channel]:
        return [Channel(value, bit, bit) for value, bit in product(VALUES, (False, True))]


def under_way(channel: Any) -> bool:
    return channel.ready != channel.acknowledged


CASES = [
    Case(
        "AsynchInterface",
        AsynchronousInterface(),
        distinct=12,
        generated=30,
        depth=2,
        holds=(
            always_step(
                "no value is overwritten",
                lambda before, event, after: not under_way(before) or before.value == after.value,
            ),
            leads_to("received", under_way, lambda channel: not under_way(channel)),
        ),
        violated=(leads_to("received, unfair", under_way, lambda channel: not under_way(channel), progress=False),),
    )
]
