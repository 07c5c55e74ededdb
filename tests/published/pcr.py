"""DNA copied by heating and cooling: clean and stages, of tlaplus/Examples, glowingRaccoon (Harrison).

Five strands and five primers. clean.cfg, without an order of steps: 63 distinct states, 99 generated, depth 10.
stages.cfg, with one: 83 distinct, 93 generated, depth 23, and the primers are used up if every step is weakly fair.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, among, rule

DNA = PRIMERS = 5
TOTAL = PRIMERS + 2 * DNA


@attrs.frozen
class Tube:
    """Its temperature and what is in it; the cycle and the stage are followed by ``Stages`` only."""

    heat: str = among(("hot", "warm", "too hot"))
    primers: int = among(range(TOTAL + 1), PRIMERS)
    dna: int = among(range(TOTAL + 1), DNA)
    templates: int = among(range(TOTAL + 1))
    hybrids: int = among(range(TOTAL + 1))
    stage: str = among(("init", "denatured", "ready", "annealed", "extended"))
    cycle: int = among(range(8))


class Clean:
    """Any step whose temperature is right."""

    staged = False

    def __init__(self) -> None:
        self.rules = [
            rule(self.warm_up),
            rule(self.cool),
            *(rule(self.anneal, k) for k in range(1, PRIMERS + 1)),
            rule(self.extend),
        ]

    def initial_states(self) -> list[Tube]:
        return [Tube()]

    def follows(self, tube: Any, before: tuple[str, ...], after: str) -> bool:
        """Whether the stage allows the step; if so it is entered."""
        if not self.staged:
            return True
        if tube.stage not in before:
            return False
        tube.stage = after
        return True

    def warm_up(self, tube: Any) -> bool:
        if tube.heat != "hot" or not self.follows(tube, ("init", "extended"), "denatured"):
            return False
        tube.heat, tube.primers = "too hot", tube.primers + tube.hybrids
        tube.templates += tube.hybrids + 2 * tube.dna
        tube.dna = tube.hybrids = 0
        return True

    def cool(self, tube: Any) -> bool:
        if tube.heat != "too hot" or not self.follows(tube, ("denatured",), "ready"):
            return False
        tube.heat = "hot"
        return True

    def anneal(self, k: int, tube: Any) -> bool:
        """``k`` primers bind to templates."""
        if tube.heat != "hot" or k > min(tube.primers, tube.templates):
            return False
        if not self.follows(tube, ("ready",), "annealed"):
            return False
        tube.heat, tube.primers, tube.templates = "warm", tube.primers - k, tube.templates - k
        tube.hybrids += k
        return True

    def extend(self, tube: Any) -> bool:
        if tube.heat != "warm" or not self.follows(tube, ("annealed",), "extended"):
            return False
        tube.heat, tube.dna, tube.hybrids = "hot", tube.dna + tube.hybrids, 0
        if self.staged:
            tube.cycle += 1
        return True


class Stages(Clean):
    """One step after the other."""

    staged = True


def nothing_is_lost(tube: Any) -> bool:
    return tube.templates + tube.primers + 2 * (tube.dna + tube.hybrids) == TOTAL


def used_up(tube: Any) -> bool:
    return tube.primers == 0


KEPT = always("nothing is lost", nothing_is_lost)
FAIR = {"weak": [action(name) for name in ("warm_up", "cool", "anneal", "extend")], "progress": False}
CASES = [
    Case(
        "clean",
        Clean(),
        distinct=63,
        generated=99,
        depth=10,
        holds=(KEPT,),
        violated=(leads_to("primers are used up", lambda tube: True, used_up, **FAIR),),
    ),
    Case(
        "stages",
        Stages(),
        distinct=83,
        generated=93,
        depth=23,
        holds=(KEPT, leads_to("primers are used up", lambda tube: True, used_up, **FAIR)),
        violated=(leads_to("primers are used up, unfair", lambda tube: True, used_up, progress=False),),
    ),
]
