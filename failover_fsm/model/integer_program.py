"""Small linear programs in whole numbers, solved exactly.

`cheapest` finds numbers x >= 0 that meet every row and cost least, or shows that there are none: branch and bound over
the simplex method in integer arithmetic (Edmonds' pivots, Bland's rule, so that it ends), without any rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs

__all__ = ["Row", "cheapest", "meets"]


@attrs.frozen
class Row:
    """One condition: the sum of `factors[j] * x[j]` is at least, at most or exactly `right`."""

    factors: tuple[int, ...]
    sense: Literal[">=", "<=", "="]
    right: int


Solution = tuple[int, ...]


def meets(solution: Solution, rows: Sequence[Row]) -> bool:
    """Whether numbers meet every row."""
    return all(_meets(solution, row) for row in rows)


def _meets(solution: Solution, row: Row) -> bool:
    found = sum(factor * number for factor, number in zip(row.factors, solution, strict=True))
    if row.sense == "=":
        return found == row.right
    return found >= row.right if row.sense == ">=" else found <= row.right


def cheapest(costs: Sequence[int], rows: Sequence[Row]) -> Solution | None:
    """Whole numbers of least cost that meet every row; None where there are none.

    Args:
        costs: Of each number, 0 or more.
        rows: The conditions; together they bound every number from above.
    """
    best: Solution | None = None
    least = 0
    waiting = [tuple(rows)]
    while waiting:
        here = waiting.pop()
        found = _relaxed(costs, here)
        if found is None:
            continue
        values, scale = found
        cost = sum(cost * value for cost, value in zip(costs, values, strict=True))
        if best is not None and -(-cost // scale) >= least:
            continue
        broken = next((place for place, value in enumerate(values) if value % scale), None)
        if broken is None:
            best, least = tuple(value // scale for value in values), cost // scale
            continue
        unit = tuple(int(place == broken) for place in range(len(costs)))
        below = values[broken] // scale
        waiting += [(*here, Row(unit, "<=", below)), (*here, Row(unit, ">=", below + 1))]
    return best


def _relaxed(costs: Sequence[int], rows: Sequence[Row]) -> tuple[list[int], int] | None:
    """Fractions of least cost that meet every row: numerators and their common denominator; None if there are none."""
    table = _Tableau(len(costs), rows)
    size = table.width - 1
    if table.minimise([int(column >= table.artificial) for column in range(size)], size) != 0:
        return None
    table.drop_artificial()
    table.minimise([*costs, *[0] * (table.artificial - len(costs))], table.artificial)
    return table.values(len(costs)), table.scale


class _Tableau:
    """The simplex tableau: every entry is to be divided by `scale`; the last column is the right side.

    Attributes:
        rows: The entries, row by row.
        basis: The basic column of each row.
        artificial: The first of the columns that only help to begin.
        scale: The common denominator, above 0.
    """

    def __init__(self, count: int, rows: Sequence[Row]) -> None:
        slacks = sum(row.sense != "=" for row in rows)
        self.artificial = count + slacks
        self.width = self.artificial + len(rows) + 1
        self.scale = 1
        self.rows: list[list[int]] = []
        self.basis = [self.artificial + number for number in range(len(rows))]
        slack = count
        for number, row in enumerate(rows):
            entries = [*row.factors, *[0] * (self.width - count)]
            if row.sense != "=":
                entries[slack] = -1 if row.sense == ">=" else 1
                slack += 1
            entries[-1] = row.right
            if row.right < 0:
                entries = [-entry for entry in entries]
            entries[self.artificial + number] = 1
            self.rows.append(entries)

    def minimise(self, costs: Sequence[int], columns: int) -> int:
        """Makes the cost least, moving only into the first `columns` columns; the cost times `scale`."""
        while True:
            paid = [costs[column] if column < len(costs) else 0 for column in self.basis]
            paying = [(cost, row) for cost, row in zip(paid, self.rows, strict=True) if cost]
            entering = next((each for each in range(columns) if self._saves(each, costs[each], paying)), None)
            if entering is None:
                return sum(cost * row[-1] for cost, row in paying)
            leaving = self._leaving(entering)
            assert leaving is not None, "the rows bound every number"
            self._pivot(leaving, entering)

    def _saves(self, column: int, cost: int, paying: Sequence[tuple[int, Sequence[int]]]) -> bool:
        """Whether the cost falls if the column is taken into the basis, of which these rows cost something."""
        return cost * self.scale < sum([each * row[column] for each, row in paying])

    def _leaving(self, entering: int) -> int | None:
        """The row with the least ratio, of equal ones that with the first basic column."""
        found: int | None = None
        for number, row in enumerate(self.rows):
            if row[entering] <= 0:
                continue
            if found is not None:
                other = self.rows[found]
                mine, theirs = row[-1] * other[entering], other[-1] * row[entering]
                if mine > theirs or (mine == theirs and self.basis[number] > self.basis[found]):
                    continue
            found = number
        return found

    def _pivot(self, leaving: int, entering: int) -> None:
        own = self.rows[leaving]
        if own[entering] < 0:
            own = self.rows[leaving] = [-entry for entry in own]
        pivot, scale = own[entering], self.scale
        for number, row in enumerate(self.rows):
            if number != leaving:
                factor = row[entering]
                if factor or pivot != scale:  # else the row stays as it is
                    self.rows[number] = [
                        (pivot * entry - factor * mine) // scale for entry, mine in zip(row, own, strict=True)
                    ]
        self.scale, self.basis[leaving] = pivot, entering

    def drop_artificial(self) -> None:
        """Takes helping columns, which are 0 now, out of the basis; rows that say nothing new are left out."""
        for number in range(len(self.rows) - 1, -1, -1):
            if self.basis[number] >= self.artificial:
                row = self.rows[number]
                column = next((each for each in range(self.artificial) if row[each]), None)
                if column is None:
                    del self.rows[number], self.basis[number]
                else:
                    self._pivot(number, column)

    def values(self, count: int) -> list[int]:
        """The first `count` numbers, times `scale`."""
        found = [0] * count
        for column, row in zip(self.basis, self.rows, strict=True):
            if column < count:
                found[column] = row[-1]
        return found
