"""Zones: sets of clock values given by bounds on differences, the exact symbolic form of "at any phase".

A zone over clocks x, y, ... is the set of all values with `x - y <= bound` for each pair of clocks and for each clock
and zero. All bounds are whole milliseconds and none is strict, so the least and the greatest value of a clock in a zone
are attained (difference bound matrices; Dill 1989, Alur and Dill 1994). The module is independent of failover.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

__all__ = ["ANY", "Zone"]

ANY = 1 << 60
"""No bound."""


class Zone:
    """A set of values of named clocks. Methods modify it in place; `key` is its hashable value."""

    __slots__ = ("_at", "_least", "names")

    def __init__(self, names: Iterable[Hashable] = ()) -> None:
        self.names: list[Hashable] = list(names)
        size = len(self.names) + 1
        self._at = {name: index for index, name in enumerate(self.names, 1)}
        self._least = [[0] * size for _ in range(size)]

    @classmethod
    def of(cls, key: tuple[tuple[Hashable, ...], tuple[int, ...]]) -> Zone:
        """The zone with this key."""
        zone = cls.__new__(cls)
        zone.names = list(key[0])
        size = len(zone.names) + 1
        zone._at = {name: index for index, name in enumerate(zone.names, 1)}
        zone._least = [list(key[1][row * size : (row + 1) * size]) for row in range(size)]
        return zone

    @property
    def key(self) -> tuple[tuple[Hashable, ...], tuple[int, ...]]:
        """The zone as a value: equal for equal sets over the same clocks."""
        return tuple(self.names), tuple(bound for row in self._least for bound in row)

    @property
    def empty(self) -> bool:
        """True if no values are left."""
        return self._least[0][0] < 0

    def range(self, name: Hashable) -> tuple[int, int]:
        """The least and the greatest value of a clock."""
        index = self._at[name]
        return -self._least[0][index], self._least[index][0]

    def limit(self, name: Hashable, low: int = 0, high: int = ANY) -> None:
        """Restricts the zone to values of the clock from `low` to `high`."""
        index = self._at[name]
        self._bound(index, 0, high)
        self._bound(0, index, -low)

    def equal(self, one: Hashable, other: Hashable) -> None:
        """Restricts the zone to values in which both clocks are equal."""
        self._bound(self._at[one], self._at[other], 0)
        self._bound(self._at[other], self._at[one], 0)

    def pass_time(self) -> None:
        """Adds the values that are reached by waiting."""
        for row in self._least[1:]:
            row[0] = ANY

    def add(self, name: Hashable) -> None:
        """Adds a clock with value zero."""
        for row in self._least:
            row.append(row[0])
        self._least.append([*self._least[0][:-1], 0])
        self.names.append(name)
        self._at[name] = len(self.names)

    def copy_of(self, name: Hashable, source: Hashable) -> None:
        """Adds a clock that is equal to another."""
        self.add(name)
        at = self._at[source]
        for index, row in enumerate(self._least[:-1]):
            row[-1] = row[at]
            self._least[-1][index] = self._least[at][index]

    def free(self, name: Hashable, high: int) -> None:
        """Adds a clock with any value from zero to `high`."""
        self.add(name)
        self._least[-1][:-1] = [high + bound for bound in self._least[0][:-1]]

    def remove(self, name: Hashable) -> None:
        """Removes a clock."""
        at = self._at.pop(name)
        self.names.remove(name)
        self._at = {each: index for index, each in enumerate(self.names, 1)}
        del self._least[at]
        for row in self._least:
            del row[at]

    def restart(self, name: Hashable) -> None:
        """Sets a clock to zero."""
        at = self._at[name]
        for row in self._least:
            row[at] = row[0]
        self._least[at] = list(self._least[0])

    def set_back(self, name: Hashable, by: int) -> None:
        """Takes `by` off a clock, whose least value must not be smaller."""
        at = self._at[name]
        if self.range(name)[0] < by:
            raise ValueError(f"{name} cannot be set back by {by}; allowed: up to its least value")
        for row in self._least:
            row[at] = min(ANY, row[at] + by)
        self._least[at] = [ANY if bound == ANY else bound - by for bound in self._least[at]]

    def _bound(self, one: int, other: int, bound: int) -> None:
        """Adds `one - other <= bound` and tightens all bounds."""
        least = self._least
        if bound >= least[one][other]:
            return
        if least[other][one] + bound < 0:
            least[0][0] = -1
            return
        to_one = [row[one] for row in least]
        from_other = least[other][:]
        for row, head in zip(least, to_one, strict=True):
            if head < ANY:
                head += bound
                for column, tail in enumerate(from_other):
                    if tail < ANY and head + tail < row[column]:
                        row[column] = head + tail
