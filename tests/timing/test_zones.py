"""Zones against the sets they stand for, point by point."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from failover_fsm.timing.zones import Zone

NAMES = ("x", "y", "z")
TOP = 6
"""Clocks are looked at from 0 to this value."""

Point = tuple[int, ...]


def points(zone: Zone) -> set[Point]:
    """The whole-numbered values in a zone, found one by one."""
    if zone.empty:
        return set()
    found = set()
    for values in product(range(TOP + 1), repeat=len(zone.names)):
        copy = Zone.of(zone.key)
        for name, value in zip(zone.names, values, strict=True):
            copy.limit(name, low=value, high=value)
        if not copy.empty:
            found.add(values)
    return found


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("limit"), st.sampled_from(NAMES), st.integers(0, TOP), st.integers(0, TOP)),
        st.tuples(st.just("equal"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("restart"), st.sampled_from(NAMES)),
        st.tuples(st.just("wait")),
    ),
    max_size=5,
)


def both(zone: Zone, known: set[Point], operation: tuple[object, ...]) -> set[Point]:
    """Does an operation to a zone and to a set of points."""
    word, *arguments = operation
    if word == "limit":
        name, low, high = arguments
        zone.limit(name, low=low, high=high)  # type: ignore[arg-type]  # numbers, by the strategy
        return {point for point in known if low <= point[NAMES.index(name)] <= high}  # type: ignore[operator,arg-type]
    if word == "equal":
        one, other = (NAMES.index(name) for name in arguments)  # type: ignore[arg-type]
        zone.equal(*arguments)
        return {point for point in known if point[one] == point[other]}
    if word == "restart":
        at = NAMES.index(arguments[0])  # type: ignore[arg-type]
        if not zone.empty:
            zone.restart(arguments[0])
        return {(*point[:at], 0, *point[at + 1 :]) for point in known}
    if not zone.empty:
        zone.pass_time()
        for name in NAMES:
            zone.limit(name, high=TOP)
    later = {tuple(value + passed for value in point) for point in known for passed in range(TOP + 1)}
    return {point for point in later if max(point) <= TOP}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.tuples(*(st.integers(0, 3) for _ in NAMES)), OPERATIONS)
def test_a_zone_is_the_set_of_points_that_its_operations_leave(
    highs: tuple[int, ...], operations: list[tuple[object, ...]]
) -> None:
    zone = Zone()
    for name, high in zip(NAMES, highs, strict=True):
        zone.free(name, high)
    known = set(product(*(range(high + 1) for high in highs)))
    for operation in operations:
        known = both(zone, known, operation)
        assert points(zone) == known
        assert zone.empty is (not known)
        if known:
            for index, name in enumerate(NAMES):
                assert zone.range(name) == (min(p[index] for p in known), max(p[index] for p in known))


def test_clocks_come_go_and_agree() -> None:
    zone = Zone()
    zone.free("x", 4)
    zone.copy_of("y", "x")
    zone.pass_time()
    zone.limit("x", high=6)
    zone.add("z")
    assert zone.range("y") == (0, 6) and zone.range("z") == (0, 0)
    zone.limit("y", low=5)
    assert zone.range("x") == (5, 6)
    zone.remove("x")
    assert zone.names == ["y", "z"] and zone.range("y") == (5, 6)
    assert Zone.of(zone.key).key == zone.key


def test_a_zone_without_values_is_empty_for_ever() -> None:
    zone = Zone()
    zone.free("x", 4)
    zone.limit("x", low=5)
    assert zone.empty
    zone.limit("x", low=0, high=1)
    assert zone.empty
