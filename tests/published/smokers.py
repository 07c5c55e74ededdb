"""A dealer who offers two ingredients of three, and smokers who have one each: CigaretteSmokers, of
tlaplus/Examples (Ryndzionek), from Patil's problem.

6 distinct states, 15 generated, depth 2.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, among, rule

INGREDIENTS = ("matches", "paper", "tobacco")
NOTHING = "nothing"


@attrs.frozen
class Smoker:
    """One for each ingredient."""

    smokes: bool = False


@attrs.frozen
class State:
    """Who smokes, and the ingredient that is missing from the dealer's offer; ``nothing`` if there is none."""

    missing: str = among((*INGREDIENTS, NOTHING))
    smokers: tuple[Smoker, ...] = (Smoker(),) * 3


def start(state: Any) -> bool:
    if state.missing == NOTHING:
        return False
    for ingredient, smoker in zip(INGREDIENTS, state.smokers, strict=True):
        smoker.smokes = ingredient == state.missing
    state.missing = NOTHING
    return True


def stop(missing: str, state: Any) -> bool:
    """Whoever smokes stops, and the dealer makes the next offer."""
    if state.missing != NOTHING:
        return False
    smoker = next(smoker for smoker in state.smokers if smoker.smokes)
    smoker.smokes, state.missing = False, missing
    return True


class CigaretteSmokers:
    """Three smokers."""

    rules = [rule(start), *(rule(stop, missing) for missing in INGREDIENTS)]

    def initial_states(self) -> list[State]:
        return [State(missing) for missing in INGREDIENTS]


def first_smokes(state: Any) -> bool:
    return state.smokers[0].smokes


OFFER = [action("start"), lambda event: event if event[0] == "stop" else None]
CASES = [
    Case(
        "CigaretteSmokers",
        CigaretteSmokers(),
        distinct=6,
        generated=15,
        depth=2,
        holds=(
            always("one at a time", lambda state: sum(smoker.smokes for smoker in state.smokers) <= 1),
            leads_to("everyone smokes, each offer strongly fair", lambda s: True, first_smokes, strong=OFFER),
        ),
        violated=(leads_to("everyone smokes, each offer weakly fair", lambda s: True, first_smokes, weak=OFFER),),
    )
]
