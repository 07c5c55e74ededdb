"""Prisoners, a cell with one lamp and one who counts: Prisoner, of tlaplus/Examples, Prisoners_Single_Switch
(Schanda).

Three prisoners. With a lamp that is off at first (Prisoner.cfg): 16 distinct states, 49 generated, depth 5. With a
lamp that may be on (PrisonerLightUnknown.cfg): 62 distinct, 188 generated. (The manifest's depth
of 11 comes from several workers; TLC with one says 10, and so do we.)
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, among, rule

NAMES = ("Alice", "Bob", "Eve")


@attrs.frozen
class Prisoner:
    """How often it has signalled (the counter never does), and whether the warden has seen it in the cell."""

    signals: int = among(range(3))
    visited: bool = False


@attrs.frozen
class State:
    """The first prisoner counts, itself included."""

    lamp: bool = False
    prisoners: tuple[Prisoner, ...] = (Prisoner(),) * len(NAMES)
    count: int = among(range(1, 7))
    announced: bool = False


class SingleSwitch:
    """``known``: the lamp is off at first, and one signal each is enough."""

    def __init__(self, known: bool) -> None:
        self.known = known
        self.signals = 1 if known else 2
        self.enough = len(NAMES) if known else 2 * len(NAMES) - 1
        self.rules = [rule(self.counter_enters), *(rule(self.other_enters, who) for who in (1, 2))]

    def initial_states(self) -> list[State]:
        return [State()] if self.known else [State(), State(lamp=True)]

    def counter_enters(self, state: Any) -> bool:
        if state.lamp:
            state.lamp, state.count = False, state.count + 1
        state.announced = state.count >= self.enough
        state.prisoners[0].visited = True
        return True

    def other_enters(self, who: int, state: Any) -> bool:
        prisoner = state.prisoners[who]
        if not state.lamp and prisoner.signals < self.signals:
            state.lamp, prisoner.signals = True, prisoner.signals + 1
        prisoner.visited = True
        return True


def announced(state: Any) -> bool:
    return state.announced


CLAIMS = {
    "holds": (
        always("right", lambda s: not s.announced or all(who.visited for who in s.prisoners), premise=announced),
        leads_to("announced, something changes", lambda s: True, announced),
        leads_to("announced, all weakly fair", lambda s: True, announced, weak=lambda event: event, progress=False),
    ),
    "violated": (
        leads_to(
            "announced, Eve never enters",
            lambda s: True,
            announced,
            weak=lambda event: event if event != ("other_enters", 2) else None,
            progress=False,
        ),
    ),
}
CASES = [
    Case("Prisoner", SingleSwitch(known=True), distinct=16, generated=49, depth=5, **CLAIMS),
    Case(
        "PrisonerLightUnknown",
        SingleSwitch(known=False),
        distinct=62,
        generated=188,
        depth=10,
        published=("distinct", "generated"),
        **CLAIMS,
    ),
]
