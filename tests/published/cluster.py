"""Two groups of workstations, two switches and a backbone with one repairman: the PRISM case study "cluster", after
Haverkort, Hermanns and Katoen (2000).

prismmodelchecker/prism-benchmarks, models/ctmcs/cluster; states, transitions and breadth-first iterations of its logs:
276, 1,120 and 9 for two workstations in each group, 820, 3,616 and 13 for four, 2,772, 12,832 and 21 for eight. The
rates are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import can_recover, leads_to

from .case import Case, among, rule


class Cluster:
    """``size`` workstations in each group; each part works or waits, and at most one is under repair."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.part = attrs.make_class(
            "Part", {"working": among(range(size + 1), size), "repaired": attrs.field(default=False)}, frozen=True
        )
        parts = range(5)
        self.rules = [rule(act, i) for i in parts for act in (self.fail, self.begin, self.mend)]

    def initial_states(self) -> list[Any]:
        """All work: the groups left and right, then the switches and the backbone."""
        return [State((self.part(), self.part()), (Single(),) * 3)]

    def fail(self, i: int, state: Any) -> bool:
        part = parts(state)[i]
        if not part.working:
            return False
        part.working = part.working - 1 if i < 2 else False
        return True

    def begin(self, i: int, state: Any) -> bool:
        part = parts(state)[i]
        if state.busy or part.repaired or part.working == (self.size if i < 2 else True):
            return False
        state.busy = part.repaired = True
        return True

    def mend(self, i: int, state: Any) -> bool:
        part = parts(state)[i]
        if not state.busy or not part.repaired:
            return False
        state.busy = part.repaired = False
        part.working = part.working + 1 if i < 2 else True
        return True

    def premium(self, state: Any) -> bool:
        """Whether as many workstations as one group has are connected."""
        left, right, left_switch, right_switch, line = parts(state)
        most = self.size
        joined = left.working + right.working >= most and line.working and left_switch.working and right_switch.working
        alone = (left.working == most and left_switch.working) or (right.working == most and right_switch.working)
        return bool(alone or joined)


@attrs.frozen
class Single:
    """A switch or the backbone."""

    working: bool = True
    repaired: bool = False


@attrs.frozen
class State:
    """The groups, the other parts, and whether the repairman is busy."""

    groups: tuple[Any, Any]
    others: tuple[Single, ...]
    busy: bool = False


def parts(state: Any) -> tuple[Any, ...]:
    return (*state.groups, *state.others)


def case(size: int, distinct: int, transitions: int, depth: int) -> Case:
    cluster = Cluster(size)
    return Case(
        f"cluster, N={size}",
        cluster,
        distinct=distinct,
        generated=transitions + 1,
        depth=depth,
        holds=(can_recover("premium service", cluster.premium),),
        violated=(leads_to("premium service, parts fail for ever", lambda s: True, cluster.premium),),
    )


CASES = [case(2, 276, 1120, 9), case(4, 820, 3616, 13), case(8, 2772, 12832, 21)]
