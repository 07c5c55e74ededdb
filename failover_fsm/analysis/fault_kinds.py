"""Kinds of minimal cut sets, joined into as few as possible: for people, who do not read thousands of sets.

A *shape* is a set of faults without the names of interchangeable interfaces. Shapes that differ only in how, or at
which unit, their interfaces fail are joined where every combination occurs; and so are two shapes of which one is the
other with the units exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

import attrs

from failover_fsm.analysis.cut_sets import CutSet, CutSetKind, CutSetSearch, name_of
from failover_fsm.analysis.fault_things import Things, Way, Ways
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit

__all__ = ["JoinedKind", "Place", "Thing", "joined_kinds"]

MIRRORED = {Unit.PRIMARY.value: Unit.SECONDARY.value, Unit.SECONDARY.value: Unit.PRIMARY.value, "": ""}


@attrs.frozen(order=True)
class Thing:
    """An interface, a port or an element, any one of those that are alike.

    Attributes:
        names: The names of all of these.
        ways: The ways in which it fails, one of them in each set.
        block: The same for things of which several belong together, such as a switch and its cables.
    """

    names: tuple[str, ...]
    ways: tuple[Ways, ...]
    block: tuple[int, ...] = ()


Place = tuple[Thing, ...]
"""Things on one port."""


@attrs.frozen(order=True)
class _Shape:
    """Sets of faults without names: other faults by name, units that stop, and the places with what fails there."""

    others: tuple[str, ...]
    stops: tuple[str, ...]
    places: tuple[Place, ...]

    def with_ways(self, change: Callable[[Ways], Ways]) -> _Shape:
        """The shape with every way of failing changed."""
        places = [
            tuple(sorted(attrs.evolve(each, ways=tuple(sorted(map(change, each.ways)))) for each in place))
            for place in self.places
        ]
        return attrs.evolve(self, places=tuple(sorted(places)))

    def mirrored(self) -> _Shape:
        """The shape with the units exchanged."""
        other = self.with_ways(lambda ways: tuple(sorted((MIRRORED[unit], how) for unit, how in ways)))
        return attrs.evolve(other, stops=tuple(sorted(MIRRORED[unit] for unit in self.stops)))

    @property
    def things(self) -> Iterator[Thing]:
        """All things, place by place."""
        return (each for place in self.places for each in place)


@attrs.frozen(kw_only=True)
class JoinedKind:
    """Minimal cut sets of one size that are described together.

    Attributes:
        others: The faults of links, elements and modules, by name; of each tuple, one.
        stops: The units that stop.
        places: The places with what fails there.
        either_way: True if the sets with the units exchanged belong to it too.
        count: The number of sets.
        example: One of them.
    """

    others: tuple[tuple[str, ...], ...]
    stops: tuple[str, ...]
    places: tuple[Place, ...]
    either_way: bool
    count: int
    example: CutSet


_Group = dict[_Shape, list[CutSetKind]]


def joined_kinds(search: CutSetSearch, size: int) -> tuple[JoinedKind, ...]:
    """The minimal cut sets of a size in as few kinds as possible, in the order in which they were found."""
    shapes: _Group = {}
    things = Things(search)
    for kind in search.kinds_of(size):
        for part in search.parts_of(kind):
            shapes.setdefault(_shape(things, part.example), []).append(part)
    for skeleton in (_without_ways, _without_hows):
        shapes = _joined(shapes, skeleton)
    return tuple(_alternatives(list(_finished(_renamed(shapes)))))


# -- shapes ----------------------------------------------------------------------------------------


def _shape(things: Things, example: CutSet) -> _Shape:
    others: list[str] = []
    stops: list[str] = []
    places: dict[object, dict[str, tuple[Thing, list[Way]]]] = {}
    for fault in example.faults:
        found = things.of(fault)
        if found is None:
            (stops if isinstance(fault, e.UnitFailed) else others).append(_word(fault))
            continue
        there = places.setdefault(found.place, {})
        there.setdefault(found.name, (Thing(found.alike, (), found.block), []))[1].append(found.way)
    whole = [
        tuple(sorted(attrs.evolve(thing, ways=(tuple(sorted(ways)),)) for thing, ways in there.values()))
        for there in places.values()
    ]
    return _Shape(tuple(others), tuple(sorted(stops)), tuple(sorted(whole)))


def _word(fault: e.Event) -> str:
    return fault.unit.value if isinstance(fault, e.UnitFailed) else name_of(fault)


# -- joining ---------------------------------------------------------------------------------------


def _without_ways(ways: Ways) -> Ways:
    return (("", ""),) * len(ways)


def _without_hows(ways: Ways) -> Ways:
    return tuple((unit, "") for unit, _ in ways)


def _joined(shapes: _Group, skeleton: Callable[[Ways], Ways]) -> _Group:
    """Shapes with the same skeleton are one, if every combination of the ways of their things is among them."""
    groups: dict[_Shape, list[_Shape]] = {}
    for shape in shapes:
        groups.setdefault(shape.with_ways(skeleton), []).append(shape)
    found: _Group = {}
    for group in groups.values():
        whole = _whole(group, skeleton)
        if whole is not None:
            found[whole] = [kind for shape in group for kind in shapes[shape]]
        else:
            found.update((shape, shapes[shape]) for shape in group)
    return found


def _whole(group: Sequence[_Shape], skeleton: Callable[[Ways], Ways]) -> _Shape | None:
    """The shape that stands for all of a group; None if it would stand for others too."""
    ways: dict[object, dict[Ways, None]] = {}
    for shape in group:
        for thing in shape.things:
            if len(thing.ways) > 1:
                return None  # joined already
            ways.setdefault((thing.names, skeleton(thing.ways[0])), {})[thing.ways[0]] = None
    choices = [tuple(ways[thing.names, skeleton(thing.ways[0])]) for thing in group[0].things]
    whole = _chosen(group[0], [tuple(sorted(choice)) for choice in choices])
    every = {_chosen(group[0], [(one,) for one in chosen]) for chosen in product(*choices)}
    return whole if len(every) == len(group) and every == set(group) else None


def _chosen(shape: _Shape, ways: Iterable[tuple[Ways, ...]]) -> _Shape:
    """The shape with these ways for its things, in their order."""
    following = iter(ways)
    places = [tuple(sorted(attrs.evolve(each, ways=next(following)) for each in place)) for place in shape.places]
    return attrs.evolve(shape, places=tuple(sorted(places)))


def _renamed(shapes: _Group) -> _Group:
    """Single things that fail alike are one: any of all their names."""
    groups: dict[object, list[_Shape]] = {}
    for shape in shapes:
        things = tuple(shape.things)
        alone = (shape.others, shape.stops, things[0].ways) if len(things) == 1 else shape
        groups.setdefault(alone, []).append(shape)
    found: _Group = {}
    for group in groups.values():
        first = group[0]
        if len(group) > 1:
            (thing,) = first.things
            names = tuple(dict.fromkeys(name for shape in group for each in shape.things for name in each.names))
            first = attrs.evolve(first, places=((Thing(names, thing.ways),),))
        found[first] = [kind for shape in group for kind in shapes[shape]]
    return found


def _finished(shapes: _Group) -> Iterator[JoinedKind]:
    taken: dict[_Shape, None] = {}
    for shape, kinds in shapes.items():
        if shape in taken:
            continue
        other = shape.mirrored()
        both = other != shape and other in shapes
        taken[other] = None
        yield JoinedKind(
            others=tuple((name,) for name in shape.others),
            stops=shape.stops,
            places=shape.places,
            either_way=both,
            count=sum(kind.count for kind in (*kinds, *(shapes[other] if both else ()))),
            example=kinds[0].example,
        )


def _alternatives(kinds: list[JoinedKind]) -> list[JoinedKind]:
    """Kinds that differ in one element or link, beside something that they have in common, are one: any of these."""
    while True:
        groups: dict[object, list[tuple[int, JoinedKind]]] = {}
        for kind in kinds:
            for at in range(len(kind.others)):
                rest = kind.others[:at] + kind.others[at + 1 :]
                if rest or kind.stops or kind.places:
                    groups.setdefault((rest, kind.stops, kind.places, kind.either_way), []).append((at, kind))
        largest = max(groups.values(), key=len, default=[])
        if len(largest) < 2:
            return kinds
        at, first = largest[0]
        any_of = tuple(name for place, kind in largest for name in kind.others[place])
        rest = first.others[:at] + first.others[at + 1 :]
        whole = attrs.evolve(first, others=(*rest, any_of), count=sum(kind.count for _, kind in largest))
        gone = [kind for _, kind in largest]
        kinds = [whole if kind is first else kind for kind in kinds if kind is first or kind not in gone]
