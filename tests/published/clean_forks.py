"""Philosophers who hand over dirty forks: DiningPhilosophers, of tlaplus/Examples (Hemphill), after Chandy and
Misra (1984).

Five philosophers: 67 distinct states, 336 generated, depth 29. Nobody starves if everyone is weakly fair.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule


class CleanForks:
    """``count`` philosophers; fork i lies to the left of philosopher i, fork i + 1 to the right."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.fork = attrs.make_class(
            "Fork", {"holder": among(range(count)), "clean": attrs.field(default=False)}, frozen=True
        )
        self.rules = [rule(self.go, me) for me in range(count)]

    def initial_states(self) -> list[Any]:
        forks = tuple(self.fork(0 if i == 1 else i) for i in range(self.count))
        return [Table(forks, (Philosopher(),) * self.count)]

    def go(self, me: int, table: Any) -> bool:
        philosopher = table.philosophers[me]
        left, right = table.forks[me], table.forks[(me + 1) % self.count]
        if philosopher.does == "think":
            philosopher.hungry, philosopher.does = True, "loop"
        elif philosopher.does == "eat":
            philosopher.hungry, philosopher.does = False, "loop"
            left.clean = right.clean = False
        else:
            can_eat = all(fork.holder == me and fork.clean for fork in (left, right))
            if left.holder == me and not left.clean:
                left.holder, left.clean = (me - 1) % self.count, True
            elif right.holder == me and not right.clean:
                right.holder, right.clean = (me + 1) % self.count, True
            if not philosopher.hungry:
                philosopher.does = "think"
            elif can_eat:
                philosopher.does = "eat"
        return True


@attrs.frozen
class Philosopher:
    """What they do next."""

    does: str = among(("loop", "eat", "think"))
    hungry: bool = True


@attrs.frozen
class Table:
    """The forks and the philosophers."""

    forks: tuple[Any, ...]
    philosophers: tuple[Philosopher, ...]


def neighbours_do_not_both_eat(table: Any) -> bool:
    eat = [philosopher.does == "eat" for philosopher in table.philosophers]
    return not any(eat[i - 1] and eat[i] for i in range(len(eat)))


def fed(table: Any) -> bool:
    return not table.philosophers[0].hungry


CASES = [
    Case(
        "DiningPhilosophers",
        CleanForks(5),
        distinct=67,
        generated=336,
        depth=29,
        holds=(
            always("neighbours do not both eat", neighbours_do_not_both_eat),
            leads_to("nobody starves, weakly fair", lambda s: True, fed, weak=action_each("go"), progress=False),
            leads_to("nobody starves, for somebody goes on", lambda s: True, fed),
        ),
        violated=(leads_to("nobody starves, unfair", lambda s: True, fed, progress=False),),
    )
]
