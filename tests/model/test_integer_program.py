"""The solver of small integer programs, beside trying every number."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from failover_fsm.model.integer_program import Row, cheapest, meets

SENSES: tuple[Any, ...] = (">=", "<=", "=")


def test_it_finds_a_cheapest_solution_or_shows_that_there_is_none() -> None:
    chance = Random(18)
    outcomes = {"none": 0, "some": 0}
    for _ in range(600):
        count, top = chance.randint(1, 4), chance.randint(0, 4)
        rows = [Row((1,) * count, chance.choice(("=", "<=")), top)]
        for _ in range(chance.randint(0, 4)):
            factors = tuple(chance.randint(-2, 2) for _ in range(count))
            rows.append(Row(factors, chance.choice(SENSES), chance.randint(-4, 4)))
        costs = [chance.randint(0, 3) for _ in range(count)]
        every = [found for found in product(range(top + 1), repeat=count) if meets(found, rows)]
        found = cheapest(costs, rows)
        outcomes["some" if every else "none"] += 1
        assert (found is None) == (not every)
        if found is not None:
            assert found in every
            assert _cost(costs, found) == min(_cost(costs, each) for each in every)
    assert min(outcomes.values()) > 100


def _cost(costs: list[int], numbers: tuple[int, ...]) -> int:
    return sum(cost * number for cost, number in zip(costs, numbers, strict=True))


def test_a_solution_in_fractions_alone_is_none() -> None:
    """Twice a number is three: the relaxed program has a solution, whole numbers have none."""
    assert cheapest([1], [Row((1,), "<=", 5), Row((2,), "=", 3)]) is None
