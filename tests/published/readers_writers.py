"""Readers and writers served in the order in which they come: ReadersWriters, of tlaplus/Examples (DeFrain).

Three actors: 21,527 distinct states, 59,674 generated, depth 13. Everyone reads and writes again and again if all
that they do is weakly fair.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, action_each, rule
from .queues import cell_of, cells, first, push, shift

ACTORS = 3
Request = cell_of(f"{kind}{actor}" for kind in "rw" for actor in range(ACTORS))


@attrs.frozen
class Actor:
    """What it does."""

    reads: bool = False
    writes: bool = False


@attrs.frozen
class State:
    """The actors and the requests in order."""

    actors: tuple[Actor, ...] = (Actor(),) * ACTORS
    queue: tuple[Any, ...] = cells(2 * ACTORS, Request)


def ask(actor: int, kind: str, state: Any) -> bool:
    request = f"{kind}{actor}"
    if any(cell.item == request for cell in state.queue):
        return False
    push(state.queue, request)
    return True


def serve(state: Any) -> bool:
    request = first(state.queue)
    if request is None or any(actor.writes for actor in state.actors):
        return False
    actor = state.actors[int(request[1])]
    if request[0] == "r":
        actor.reads = True
    else:
        if any(other.reads for other in state.actors):
            return False
        actor.writes = True
    shift(state.queue)
    return True


def stop(number: int, state: Any) -> bool:
    actor = state.actors[number]
    if not (actor.reads or actor.writes):
        return False
    if actor.reads:
        actor.reads = False
    else:
        actor.writes = False
    return True


class ReadersWriters:
    """Each request waits once at most."""

    rules = [
        *(rule(ask, actor, kind) for kind in "rw" for actor in range(ACTORS)),
        rule(serve),
        *(rule(stop, actor) for actor in range(ACTORS)),
    ]

    def initial_states(self) -> list[State]:
        return [State()]


def safe(state: Any) -> bool:
    writers, readers = (sum(getattr(actor, what) for actor in state.actors) for what in ("writes", "reads"))
    return writers <= 1 and not (writers and readers)


def writes(state: Any) -> bool:
    return state.actors[0].writes


ASKING = [action_each("ask"), action("serve")]
FAIR = [lambda event: event if event[0] == "ask" else None, action("serve"), action("stop")]
CASES = [
    Case(
        "ReadersWriters",
        ReadersWriters(),
        distinct=21527,
        generated=59674,
        depth=13,
        holds=(
            always("one writer or readers", safe),
            leads_to("writes", lambda s: True, writes, weak=FAIR, progress=False),
        ),
        violated=(leads_to("writes, nobody has to stop", lambda s: True, writes, weak=FAIR[:2], progress=False),),
    )
]
