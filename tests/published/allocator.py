"""Resources handed out to clients: SimpleAllocator, of tlaplus/Examples (Merz)."""

from __future__ import annotations

from typing import NamedTuple

from .two_phase import put


class State(NamedTuple):
    """What each client still wants and what it holds, as bits of resources."""

    unsatisfied: tuple[int, ...]
    held: tuple[int, ...]


class Event(NamedTuple):
    """``what`` happens to ``resources`` (bits) of ``client``.

    Fairness is stated over events, so an event says what the published fairness conditions speak of.
    """

    what: str
    client: int
    resources: int
    everything: bool = False  # these are all the resources that the client holds
    satisfied: bool = False  # the client waits for nothing more


class Allocator:
    """A client asks for a set when it has and wants nothing; it gets and returns any part of it."""

    def __init__(self, clients: int, resources: int) -> None:
        self.clients = clients
        self.sets = range(1, 1 << resources)

    def initial_states(self) -> list[State]:
        return [State((0,) * self.clients, (0,) * self.clients)]

    def events(self, state: State) -> list[Event]:
        clients = range(self.clients)
        asked = [Event(what, c, s) for c in clients for s in self.sets for what in ("request", "allocate")]
        return asked + [
            Event("return", c, s, s == state.held[c], not state.unsatisfied[c]) for c in clients for s in self.sets
        ]

    def step(self, state: State, event: Event) -> State | None:
        what, c, asked, *_ = event
        wants, has = state.unsatisfied[c], state.held[c]
        taken = 0
        for held in state.held:
            taken |= held
        if what == "request" and not wants and not has:
            return state._replace(unsatisfied=put(state.unsatisfied, c, asked))
        if what == "allocate" and not asked & (taken | ~wants):
            return State(put(state.unsatisfied, c, wants & ~asked), put(state.held, c, has | asked))
        if what == "return" and not asked & ~has:
            return state._replace(held=put(state.held, c, has & ~asked))
        return None
