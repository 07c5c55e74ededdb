"""Resources handed out to clients: SimpleAllocator, of tlaplus/Examples, allocator (Merz).

Three clients and two resources: 400 distinct states, 1,633 generated, depth 6. Every client is served if clients that
hold something return it and allocation is strongly fair; weakly fair allocation is not enough.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule

RESOURCES = 2
SETS = range(1, 1 << RESOURCES)


@attrs.frozen
class Client:
    """What it still wants and what it holds, as bits of resources."""

    wants: int = among(range(1 << RESOURCES))
    holds: int = among(range(1 << RESOURCES))


@attrs.frozen
class State:
    """All clients."""

    clients: tuple[Client, ...]


def request(i: int, asked: int, state: Any) -> bool:
    client = state.clients[i]
    if client.wants or client.holds:
        return False
    client.wants = asked
    return True


def allocate(i: int, given: int, state: Any) -> bool:
    client = state.clients[i]
    if given & ~client.wants or any(other.holds & given for other in state.clients):
        return False
    client.wants, client.holds = client.wants & ~given, client.holds | given
    return True


def give_back(i: int, returned: int, everything: bool, satisfied: bool, state: Any) -> bool:
    """Fairness is stated over events, so an event says whether that was all, and whether nothing is waited for."""
    client = state.clients[i]
    if returned & ~client.holds or everything != (client.holds == returned) or satisfied != (not client.wants):
        return False
    client.holds &= ~returned
    return True


class Allocator:
    """A client asks for a set when it has and wants nothing; it gets and returns any part of it."""

    def __init__(self, clients: int) -> None:
        self.clients = clients
        cases = [(i, resources) for i in range(clients) for resources in SETS]
        bits = (False, True)
        self.rules = [
            *(rule(act, *case) for act in (request, allocate) for case in cases),
            *(
                rule(give_back, i, resources, everything, satisfied)
                for (i, resources), everything, satisfied in product(cases, bits, bits)
                if (everything or satisfied if resources < SETS[-1] else everything and satisfied)
            ),
        ]

    def initial_states(self) -> list[State]:
        return [State((Client(),) * self.clients)]


def exclusive(state: Any) -> bool:
    held = [client.holds for client in state.clients]
    return sum(item.bit_count() for item in held) <= RESOURCES and not held[0] & held[1]


def wants(state: Any) -> int:
    return state.clients[0].wants


def returns(event: Any) -> Hashable:
    """Each client that holds something returns all of it, now or later."""
    return event[1] if event[0] == "give_back" and event[3] else None


def returns_when_satisfied(event: Any) -> Hashable:
    """The same, but only from a client that has got all that it asked for."""
    return event[1] if event[0] == "give_back" and event[3] and event[4] else None


ALLOCATES = action_each("allocate")


def obtains(name: str, **fairness: Any) -> Any:
    return leads_to(
        f"obtains, {name}",
        lambda state: wants(state) & 1 == 1,
        lambda state: state.clients[0].holds & 1 == 1,
        progress=False,
        **fairness,
    )


def satisfied(name: str, **fairness: Any) -> Any:
    return leads_to(f"satisfied, {name}", lambda s: True, lambda s: not wants(s), progress=False, **fairness)


def given_back(name: str, **fairness: Any) -> Any:
    return leads_to(
        f"returns, {name}",
        lambda state: not wants(state),
        lambda state: not state.clients[0].holds,
        progress=False,
        **fairness,
    )


STRONG: dict[str, Any] = {"weak": returns, "strong": ALLOCATES}
WEAK: dict[str, Any] = {"weak": [returns, ALLOCATES]}
LAZY: dict[str, Any] = {"weak": returns_when_satisfied, "strong": ALLOCATES}
CASES = [
    Case(
        "SimpleAllocator",
        Allocator(3),
        distinct=400,
        generated=1633,
        depth=6,
        holds=(
            always("exclusive", exclusive),
            *(claim("strongly fair", **STRONG) for claim in (given_back, obtains, satisfied)),
            given_back("weakly fair", **WEAK),
            given_back("returned when satisfied", **LAZY),
        ),
        violated=(
            *(claim("weakly fair", **WEAK) for claim in (obtains, satisfied)),
            *(claim("returned when satisfied", **LAZY) for claim in (obtains, satisfied)),
        ),
    )
]
