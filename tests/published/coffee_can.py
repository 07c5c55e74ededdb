"""Beans of two colours drawn in pairs from a can: CoffeeCan, of tlaplus/Examples (Helwer), from Gries' puzzle.

At most 100 beans (CoffeeCan100Beans.cfg): 5,150 distinct states, 20,002 generated, depth 1. The can ends with one
bean, white if and only if the number of white beans was odd.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always_step, leads_to

from .case import Case, among, rule

MOST = 100


@attrs.frozen
class Can:
    """How many beans of each colour."""

    black: int = among(range(MOST + 1))
    white: int = among(range(MOST + 1))


def two_black(can: Any) -> bool:
    if can.black < 2:
        return False
    can.black -= 1
    return True


def two_white(can: Any) -> bool:
    if can.white < 2:
        return False
    can.black, can.white = can.black + 1, can.white - 2
    return True


def one_of_each(can: Any) -> bool:
    if not can.black or not can.white:
        return False
    can.black -= 1
    return True


def end(can: Any) -> bool:
    return (can.black, can.white) in ((0, 1), (1, 0))


class CoffeeCan:
    """Two of a colour are replaced by a black bean, one of each by a white one."""

    rules = [rule(draw) for draw in (two_white, two_black, one_of_each, end)]

    def initial_states(self) -> list[Can]:
        return [Can(black, white) for black in range(MOST + 1) for white in range(MOST + 1 - black) if black + white]


def last_is(white: int, can: Any) -> bool:
    return (can.black, can.white) == (1 - white, white)


CASES = [
    Case(
        "CoffeeCan100Beans",
        CoffeeCan(),
        distinct=5150,
        generated=20002,
        depth=1,
        holds=(
            always_step("an even number of white beans stays even", lambda b, e, a: b.white % 2 == a.white % 2),
            leads_to("odd ends white", lambda can: can.white % 2, lambda can: last_is(1, can)),
            leads_to("even ends black", lambda can: can.white % 2 == 0, lambda can: last_is(0, can)),
        ),
        violated=(
            leads_to("odd ends white, unfair", lambda can: can.white % 2, lambda can: last_is(1, can), progress=False),
            leads_to("even ends white", lambda can: can.white % 2 == 0, lambda can: last_is(1, can)),
        ),
    )
]
