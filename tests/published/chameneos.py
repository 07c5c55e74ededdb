"""Creatures that meet in pairs and change colour: Chameneos, of tlaplus/Examples (Ryndzionek), after Kaiser and
Pradat-Peyre (2003).

Four creatures of three colours and four meetings: 34,534 distinct states, 104,697 generated, depth 13.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, among, rule

COLOURS = ("blue", "red", "yellow")
FADED, NOBODY = "faded", -1
CREATURES = MEETINGS = 4


@attrs.frozen
class Creature:
    """Its colour and how many it has met."""

    colour: str = among((*COLOURS, FADED))
    met: int = among(range(MEETINGS + 1))


@attrs.frozen
class State:
    """The creatures, the one that waits for another, and the meetings so far."""

    creatures: tuple[Creature, ...]
    waiting: int = among((NOBODY, *range(CREATURES)))
    meetings: int = among(range(MEETINGS + 1))


def come(who: int, state: Any) -> bool:
    creature = state.creatures[who]
    if creature.colour == FADED or state.waiting == who:
        return False
    if state.waiting != NOBODY:
        meet(creature, state.creatures[state.waiting])
        state.waiting, state.meetings = NOBODY, state.meetings + 1
    elif state.meetings < MEETINGS:
        state.waiting = who
    else:
        creature.colour = FADED
    return True


def meet(one: Any, other: Any) -> None:
    """Both take the third colour, or keep the one that they share."""
    colours = (one.colour, other.colour)
    colour = next((c for c in COLOURS if c not in colours), None) if colours[0] != colours[1] else colours[0]
    for creature in (one, other):
        creature.colour, creature.met = colour, creature.met + 1


class Chameneos:
    """All colours at first."""

    rules = [rule(come, who) for who in range(CREATURES)]

    def initial_states(self) -> list[State]:
        return [State(creatures) for creatures in product([Creature(colour) for colour in COLOURS], repeat=CREATURES)]


def counted(state: Any) -> bool:
    return state.meetings != MEETINGS or sum(creature.met for creature in state.creatures) == 2 * MEETINGS


def all_faded(state: Any) -> bool:
    return all(creature.colour == FADED for creature in state.creatures)


CASES = [
    Case(
        "Chameneos",
        Chameneos(),
        distinct=34534,
        generated=104697,
        depth=13,
        holds=(always("every meeting was one of two", counted), leads_to("all fade", lambda s: True, all_faded)),
        violated=(
            leads_to(
                "all fade, the first never comes again",
                lambda s: True,
                all_faded,
                weak=lambda e: e[1] or None,
                progress=False,
            ),
        ),
    )
]
