"""Four gallons out of jugs of three and five: DieHard, of tlaplus/Examples.

16 distinct states, 97 generated, depth 8; the goal is reached in six steps.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, can_recover, sometimes

from .case import Case, among, rule

SIZES = {"small": 3, "big": 5}


@attrs.frozen
class Jugs:
    """Gallons in both."""

    small: int = among(range(4))
    big: int = among(range(6))


def fill(jug: str, jugs: Any) -> bool:
    setattr(jugs, jug, SIZES[jug])
    return True


def empty(jug: str, jugs: Any) -> bool:
    setattr(jugs, jug, 0)
    return True


def pour(source: str, target: str, jugs: Any) -> bool:
    poured = min(getattr(jugs, source), SIZES[target] - getattr(jugs, target))
    setattr(jugs, source, getattr(jugs, source) - poured)
    setattr(jugs, target, getattr(jugs, target) + poured)
    return True


class DieHard:
    """Fill, empty or pour over; a jug that is full may be filled again, which changes nothing."""

    rules = [
        *(rule(act, jug) for act in (fill, empty) for jug in SIZES),
        rule(pour, "small", "big"),
        rule(pour, "big", "small"),
    ]

    def initial_states(self) -> list[Jugs]:
        return [Jugs()]


CASES = [
    Case(
        "DieHard",
        DieHard(),
        distinct=16,
        generated=97,
        depth=8,
        holds=(
            sometimes("four gallons", lambda jugs: jugs.big == 4),
            can_recover("both empty", lambda jugs: jugs.small == jugs.big == 0),
        ),
        violated=(always("not solved", lambda jugs: jugs.big != 4),),
    )
]
