"""Distances to all goals at once are those of one search after the other."""

from __future__ import annotations

import random

from failover_fsm.testing.kit.backward import BackwardDistances

NODES, GOALS, LIMIT = 60, 25, 255


def one_by_one(before: list[list[int]], goals: list[int], goal: int) -> list[int]:
    """The distances to one goal, breadth first."""
    known = {node: 0 for node, found in enumerate(goals) if found >> goal & 1}
    queue = list(known)
    for node in queue:
        for prior in before[node]:
            if prior not in known:
                known[prior] = known[node] + 1
                queue.append(prior)
    return [known.get(node, LIMIT) for node in range(len(before))]


def test_distances_to_all_goals_are_those_to_each() -> None:
    dice = random.Random(7)
    for edges in (0, 40, 75, 200):
        before: list[list[int]] = [[] for _ in range(NODES)]
        for _ in range(edges):
            before[dice.randrange(NODES)].append(dice.randrange(NODES))
        goals = [sum({1 << dice.randrange(GOALS) for _ in range(dice.randrange(3))}) for _ in range(NODES)]
        found = BackwardDistances(before, goals, LIMIT)
        for goal in range(GOALS + 1):
            expected = one_by_one(before, goals, goal)
            assert [found.between(node, goal) for node in range(NODES)] == expected


def test_a_distance_at_the_limit_is_no_way() -> None:
    chain = [[node + 1] if node < 9 else [] for node in range(10)]  # 9 leads to 8, ... to 0
    found = BackwardDistances(chain, [1, *[0] * 9], 4)
    assert [found.between(node, 0) for node in range(10)] == [0, 1, 2, 3, *[4] * 6]
