"""The majority of a sequence, found in one pass with one counter: Majority, of tlaplus/Examples (Merz), after Boyer
and Moore.

Three values, sequences of up to five: 2,733 distinct states, 3,459 generated, depth 6.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, among, rule

VALUES, MOST = "ABC", 5


@attrs.frozen
class Item:
    """A value, or the end of the sequence."""

    value: str = among((*VALUES, ""))


@attrs.frozen
class State:
    """The sequence, the next place to look at, the candidate and its count."""

    sequence: tuple[Item, ...]
    candidate: str = among(VALUES)
    place: int = among(range(MOST + 1))
    count: int = among(range(MOST + 1))


def look(state: Any) -> bool:
    if at_end(state):
        return False
    value = state.sequence[state.place].value
    state.place += 1
    if state.count == 0:
        state.candidate, state.count = value, 1
    else:
        state.count += 1 if state.candidate == value else -1
    return True


def at_end(state: Any) -> bool:
    return state.place == MOST or state.sequence[state.place].value == ""


class Majority:
    """Every sequence, every first candidate."""

    rules = [rule(look)]

    def initial_states(self) -> list[State]:
        sequences = [values for count in range(MOST + 1) for values in product(VALUES, repeat=count)]
        return [
            State(tuple(Item(value) for value in (*values, *[""] * (MOST - len(values)))), candidate)
            for values in sequences
            for candidate in VALUES
        ]


def right(state: Any) -> bool:
    """At the end, no other value has the majority."""
    if not at_end(state):
        return True
    values = [item.value for item in state.sequence if item.value]
    return all(2 * values.count(value) <= len(values) for value in VALUES if value != state.candidate)


CASES = [
    Case(
        "MCMajority",
        Majority(),
        distinct=2733,
        generated=3459,
        depth=6,
        holds=(always("right", right), leads_to("ends", lambda state: True, at_end)),
        violated=(leads_to("ends, unfair", lambda state: True, at_end, progress=False),),
    )
]
