"""Two actors that send each other a growing number: PingPong, of Stateright's own tests (src/actor/model.rs,
actor_test_util.rs).

Up to five. A network that delivers each message once has 11 states, and the number is reached; one that loses
messages, and may deliver one again, has 4,094, and 14 for one. The message delivered last is part of a state there.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, among, rule


@attrs.frozen
class Message:
    """Whether it is in the network; pings of the first actor are even, pongs of the second odd."""

    sent: bool = False


class PingPong:
    """Both count up to ``most``; ``lossy``: messages are lost or delivered more than once."""

    def __init__(self, most: int, lossy: bool) -> None:
        self.most = most
        self.lossy = lossy
        # A step beyond the bound is none, but the message that would lead there may be in the network.
        places = range(2 * most)
        self.state = attrs.make_class(
            "State",
            {
                "network": attrs.field(),
                "first": among(range(most + 1)),
                "second": among(range(most + 1)),
                "last": among((-1, *places)),
            },
            frozen=True,
        )
        self.rules = [rule(self.deliver, i) for i in places] + [
            rule(self.lose, i) for i in range(2 * most + 1) if lossy
        ]

    def initial_states(self) -> list[Any]:
        return [self.state((Message(True), *(Message(),) * (2 * self.most)))]

    def deliver(self, i: int, state: Any) -> bool:
        """The receiver takes the number that it expects, counts, and answers."""
        value, pong = divmod(i, 2)
        count = state.first if pong else state.second
        if not state.network[i].sent or count != value or count == self.most:
            return False
        if pong:
            state.first = count + 1
        else:
            state.second = count + 1
        if self.lossy:
            state.last = i
        else:
            state.network[i].sent = False
        state.network[i + 1].sent = True
        return True

    def lose(self, i: int, state: Any) -> bool:
        if not state.network[i].sent:
            return False
        state.network[i].sent = False
        return True

    def reached(self, state: Any) -> bool:
        return self.most in (state.first, state.second)


def case(most: int, lossy: bool, distinct: int, generated: int, depth: int) -> Case:
    model = PingPong(most, lossy)
    arrives = leads_to("reaches the bound", lambda state: True, model.reached)
    return Case(
        f"ping pong to {most}, {'lossy' if lossy else 'perfect'}",
        model,
        distinct=distinct,
        generated=generated,
        depth=depth,
        published=("distinct",),
        holds=(always("within one", lambda state: abs(state.first - state.second) <= 1), *([] if lossy else [arrives])),
        violated=(arrives,) if lossy else (),
    )


CASES = [case(5, False, 11, 11, 11), case(1, True, 14, 21, 6), case(5, True, 4094, 21505, 22)]
