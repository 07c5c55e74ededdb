"""A server that polls stations in a circle: the PRISM case study "polling", after Ibe and Trivedi (1990).

prismmodelchecker/prism-benchmarks, models/ctmcs/polling; states, transitions and breadth-first iterations of its logs:
36, 84 and 7 for three stations, 96, 272 and 9 for four, 240, 800 and 11 for five, 15,360, 89,600 and 21 for ten. The
rates are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, action, action_each, among, rule


@attrs.frozen
class Station:
    """Whether it has something to serve."""

    full: bool = False


class Polling:
    """``count`` stations; the server looks at one of them, or serves it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.state = attrs.make_class(
            "State",
            {"stations": attrs.field(), "at": among(range(count)), "serving": attrs.field(default=False)},
            frozen=True,
        )
        places = range(count)
        self.rules = [rule(act, i) for i in places for act in (self.fill, self.pass_by, self.begin, self.serve)]

    def initial_states(self) -> list[Any]:
        return [self.state((Station(),) * self.count)]

    def fill(self, i: int, state: Any) -> bool:
        if state.stations[i].full:
            return False
        state.stations[i].full = True
        return True

    def pass_by(self, i: int, state: Any) -> bool:
        if state.at != i or state.serving or state.stations[i].full:
            return False
        state.at = (i + 1) % self.count
        return True

    def begin(self, i: int, state: Any) -> bool:
        if state.at != i or state.serving or not state.stations[i].full:
            return False
        state.serving = True
        return True

    def serve(self, i: int, state: Any) -> bool:
        if state.at != i or not state.serving or not state.stations[i].full:
            return False
        state.stations[i].full, state.serving = False, False
        state.at = (i + 1) % self.count
        return True


def waits(state: Any) -> bool:
    return state.stations[0].full


def served(state: Any) -> bool:
    return not state.stations[0].full


SERVER = action("pass_by", "begin", "serve")
CLAIMS: dict[str, Any] = {
    "holds": (leads_to("served, the server weakly fair", waits, served, weak=SERVER, progress=False),),
    "violated": (
        leads_to("served, unfair", waits, served, progress=False),
        leads_to(
            "served, every station weakly fair, not the server", waits, served, weak=action_each("fill"), progress=False
        ),
    ),
}


def case(count: int, distinct: int, transitions: int, depth: int) -> Case:
    return Case(
        f"polling, N={count}",
        Polling(count),
        distinct=distinct,
        generated=transitions + 1,
        depth=depth,
        **CLAIMS,
    )


CASES = [case(3, 36, 84, 7), case(4, 96, 272, 9), case(5, 240, 800, 11), case(10, 15360, 89600, 21)]
