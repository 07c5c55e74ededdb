"""Each operation on a zone, against the set of points for which the zone stands, down to its key."""

from __future__ import annotations

import random
from itertools import product

import pytest

from failover_fsm.timing.zones import ANY, Zone

TOP = 5
"""Clocks are looked at from 0 to this value."""

Point = dict[str, int]


class Pointwise:
    """The same operations on a plain set of points: what a zone means, with no bounds at all."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.points: list[Point] = [{}]

    def _keep(self, found: list[Point]) -> None:
        self.points = [dict(each) for each in {tuple(point.items()) for point in found}]

    def limit(self, name: str, low: int = 0, high: int = ANY) -> None:
        self._keep([point for point in self.points if low <= point[name] <= high])

    def equal(self, one: str, other: str) -> None:
        self._keep([point for point in self.points if point[one] == point[other]])

    def pass_time(self) -> None:
        later = [
            {name: at + passed for name, at in point.items()} for point in self.points for passed in range(TOP + 1)
        ]
        self._keep([point for point in later if max(point.values(), default=0) <= TOP])

    def add(self, name: str) -> None:
        self.free(name, 0)

    def free(self, name: str, high: int) -> None:
        self.names.append(name)
        self._keep([{**point, name: at} for point in self.points for at in range(high + 1)])

    def copy_of(self, name: str, source: str) -> None:
        self.names.append(name)
        self._keep([{**point, name: point[source]} for point in self.points])

    def remove(self, name: str) -> None:
        self.names.remove(name)
        self._keep([{each: point[each] for each in self.names} for point in self.points])

    def restart(self, name: str) -> None:
        self._keep([{**point, name: 0} for point in self.points])

    def set_back(self, name: str, by: int) -> None:
        self._keep([{**point, name: point[name] - by} for point in self.points])

    @property
    def key(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The greatest difference of each two clocks; the first of them is zero for ever."""
        rows = [(0, *(point[name] for name in self.names)) for point in self.points]
        places = range(len(self.names) + 1)
        pairs = product(places, places)
        return tuple(self.names), tuple(max(row[one] - row[other] for row in rows) for one, other in pairs)


def walk(seed: int) -> None:
    """Does some operations, drawn by the seed, to a zone and to a set of points until nothing is left of it."""
    draw = random.Random(seed)
    zone, known = Zone(), Pointwise()
    for number in range(9):
        words = ["add", "free", "free"] if len(known.names) < 3 else []
        if known.names:
            words += ["limit", "limit", "wait", "wait", "restart", "set_back", "remove"]
            words += ["copy_of"] if len(known.names) < 3 else []
        if len(known.names) > 1:
            words.append("equal")
        word = draw.choice(words)
        name = draw.choice(known.names or ["none"])
        new = f"clock {number}"
        if word == "set_back" and known.names:
            arguments: tuple[object, ...] = (name, draw.randint(0, min(point[name] for point in known.points)))
        else:
            arguments = {
                "add": (new,), "free": (new, draw.randint(0, 3)), "copy_of": (new, name), "remove": (name,),
                "restart": (name,), "limit": (name, draw.randint(0, 2), draw.randint(2, TOP)), "wait": (),
                "equal": (name, draw.choice(known.names or ["none"])),
            }[word]  # fmt: skip
        for kind in (zone, known):
            getattr(kind, "pass_time" if word == "wait" else word)(*arguments)
        if word == "wait":
            for each in known.names:
                zone.limit(each, high=TOP)
        assert zone.empty is (not known.points), (word, arguments)
        if zone.empty:
            return
        assert zone.key == known.key == Zone.of(zone.key).key, (word, arguments)
        for each in known.names:
            values = [point[each] for point in known.points]
            assert zone.range(each) == Zone.of(zone.key).range(each) == (min(values), max(values))


@pytest.mark.parametrize("seed", range(40))
def test_an_operation_leaves_the_points_that_it_should(seed: int) -> None:
    walk(seed)


def waiting() -> Zone:
    """x is 3 ahead of y, z anything from 0 to 2 behind x, and all of them have run for any time."""
    zone = Zone()
    zone.free("x", 3)
    zone.limit("x", low=3)
    zone.add("y")
    zone.free("z", 3)
    zone.limit("z", low=1)
    zone.pass_time()
    return zone


def test_without_a_limit_clocks_run_for_ever_and_keep_their_differences() -> None:
    zone = waiting()
    assert [zone.range(name) for name in "xyz"] == [(3, ANY), (0, ANY), (1, ANY)]
    zone.limit("y", low=7)
    assert [zone.range(name) for name in "xyz"] == [(10, ANY), (7, ANY), (8, ANY)]
    zone.equal("x", "z")
    assert [zone.range(name) for name in "xyz"] == [(10, ANY), (7, ANY), (10, ANY)]
    zone.limit("z", high=12)
    assert [zone.range(name) for name in "xyz"] == [(10, 12), (7, 9), (10, 12)]
    zone.add("new")
    zone.pass_time()
    zone.restart("x")
    assert zone.range("x") == (0, 0) and zone.range("y") == (7, ANY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("limit", "x", 0, 9)], [("limit", "y", 0, 6)]),
        ([("free", "new", 2), ("limit", "x", 0, 9)], [("limit", "x", 0, 9), ("free", "new", 2)]),
        ([("add", "new"), ("limit", "x", 0, 9)], [("limit", "x", 0, 9), ("add", "new")]),
        ([("copy_of", "new", "x"), ("limit", "x", 0, 9)], [("limit", "y", 0, 6), ("copy_of", "new", "x")]),
        ([("copy_of", "new", "x"), ("limit", "x", 4)], [("limit", "y", 1), ("copy_of", "new", "x")]),
        ([("restart", "z"), ("limit", "x", 0, 9)], [("limit", "x", 0, 9), ("restart", "z")]),
        ([("set_back", "x", 2), ("limit", "x", 0, 7)], [("limit", "x", 0, 9), ("set_back", "x", 2)]),
        ([("set_back", "x", 3), ("equal", "x", "y")], [("set_back", "x", 3)]),
        ([("remove", "y"), ("limit", "x", 0, 9)], [("limit", "y", 0, 6), ("remove", "y")]),
        ([("limit", "y", 8), ("set_back", "z", 4), ("set_back", "z", 5)], [("limit", "y", 8), ("set_back", "z", 9)]),
        ([("add", "new"), ("pass_time",), ("limit", "new", 4), ("set_back", "new", 2)],
         [("limit", "y", 4), ("free", "new", 2), ("limit", "new", 2), ("pass_time",)]),
    ],
)  # fmt: skip
def test_equal_sets_have_the_same_key_whatever_they_have_come_from(
    one: list[tuple[object, ...]], other: list[tuple[object, ...]]
) -> None:
    keys = []
    for operations in (one, other):
        zone = waiting()
        for word, *arguments in operations:
            getattr(zone, str(word))(*arguments)
        assert not zone.empty
        keys.append(zone.key)
    assert keys[0] == keys[1]


def test_a_clock_is_set_back_to_its_least_value_and_no_further() -> None:
    zone = waiting()
    with pytest.raises(ValueError, match="x cannot be set back by 4; allowed: up to its least value"):
        zone.set_back("x", 4)
    zone.set_back("x", 3)
    assert zone.range("x") == (0, ANY)


def test_what_has_no_bound_has_exactly_none() -> None:
    zone = waiting()
    zone.free("new", 3)
    zone.limit("new", low=2)
    assert zone.range("new") == (2, 3)
    assert {bound for bound in zone.key[1] if bound > 1000} == {ANY}


def test_a_zone_begins_with_clocks_at_zero() -> None:
    one, other = Zone(("x", "y")), Zone()
    other.add("x")
    other.add("y")
    one.pass_time()
    other.pass_time()
    one.limit("y", low=3)
    other.limit("y", low=3)
    assert one.key == other.key and one.range("x") == (3, ANY)


def test_clocks_that_differ_for_ever_are_never_equal() -> None:
    zone = waiting()
    zone.equal("x", "y")
    assert zone.empty
    zone.limit("x", low=1, high=9)
    zone.equal("z", "y")
    assert zone.empty
