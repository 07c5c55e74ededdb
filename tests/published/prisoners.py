"""Prisoners, a room with two switches and one who counts: Prisoners, of tlaplus/Examples (Lamport).

Four prisoners, both switches up or down at first: 214 distinct states, 860 generated, depth 14. If everyone is
taken to the room again and again, the counter knows in the end.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, action_each, among, rule

OTHERS = 3


@attrs.frozen
class Prisoner:
    """How often switch A was moved up; at most twice."""

    moved: int = among(range(3))


@attrs.frozen
class State:
    """The switches, the prisoners who do not count, and the count."""

    a_is_up: bool
    b_is_up: bool
    others: tuple[Prisoner, ...] = (Prisoner(),) * OTHERS
    count: int = among(range(2 * OTHERS + 2))


def other_enters(who: int, state: Any) -> bool:
    prisoner = state.others[who]
    if not state.a_is_up and prisoner.moved < 2:
        state.a_is_up, prisoner.moved = True, prisoner.moved + 1
    else:
        state.b_is_up = not state.b_is_up
    return True


def counter_enters(state: Any) -> bool:
    if state.a_is_up:
        state.a_is_up, state.count = False, state.count + 1
    else:
        state.b_is_up = not state.b_is_up
    return True


class Prisoners:
    """Whoever enters moves one switch."""

    rules = [rule(counter_enters), *(rule(other_enters, who) for who in range(OTHERS))]

    def initial_states(self) -> list[State]:
        return [State(a, b) for a, b in product((False, True), repeat=2)]


def done(state: Any) -> bool:
    return state.count >= 2 * OTHERS


COUNTER, ALL_OTHERS = action("counter_enters"), action_each("other_enters")
CASES = [
    Case(
        "Prisoners",
        Prisoners(),
        distinct=214,
        generated=860,
        depth=14,
        holds=(
            always("right", lambda state: not done(state) or all(who.moved for who in state.others), premise=done),
            leads_to("known, all weakly fair", lambda s: True, done, weak=[COUNTER, ALL_OTHERS], progress=False),
        ),
        violated=(
            leads_to("known, only the counter enters", lambda s: True, done, weak=COUNTER, progress=False),
            leads_to("known, somebody enters", lambda s: True, done),
        ),
    )
]
