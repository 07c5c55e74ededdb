"""The automorphisms of a small coloured graph, as a tree of arrangements (`arrangements.py`).

Colours are refined until vertices of one colour have equally coloured neighbours. A vertex with a colour of its own
stays where it is. Without these the graph falls into pieces; pieces with one and the same certificate, their edges and
colours written in an order of their own, can change places. Where every colour is shared, each vertex of a smallest
colour is singled out in turn: those that give the same certificate are turned into one another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain

import attrs

from failover_fsm.analysis.arrangements import Alike, Beside, Part, Stays, Turned

__all__ = ["Arranged", "arranged"]

MOST_TURNS = 6
"""A colour with more vertices than this is not turned: a subgroup is as exact, with more kinds."""

Edges = Mapping[int, frozenset[int]]
"""The neighbours of each vertex."""

Certificate = tuple[int, ...]


@attrs.frozen(kw_only=True)
class Arranged:
    """A group of automorphisms.

    Attributes:
        order: The vertices in the order of the places of the tree.
        part: The tree; each place is a vertex.
        certificate: Colours and edges in this order; pieces in which it is the same are isomorphic.
        whole: True if these are all automorphisms.
    """

    order: tuple[int, ...]
    part: Part
    certificate: Certificate
    whole: bool


def arranged(colours: Sequence[Hashable], edges: Iterable[tuple[int, int]]) -> Arranged:
    """The automorphisms of a graph, as many of them as a tree can tell.

    Args:
        colours: The colour of each vertex; an automorphism keeps it.
        edges: Pairs of vertices.
    """
    near: dict[int, set[int]] = {vertex: set() for vertex in range(len(colours))}
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    fixed = {vertex: frozenset(found) for vertex, found in near.items()}
    return _piece(tuple(near), _numbered({vertex: (repr(colours[vertex]),) for vertex in near}), fixed)


def _numbered(signatures: Mapping[int, tuple[Hashable, ...]]) -> dict[int, int]:
    """The signatures as numbers, in the order of the signatures."""
    numbers = {signature: number for number, signature in enumerate(sorted(set(signatures.values())))}
    return {vertex: numbers[signature] for vertex, signature in signatures.items()}


def _refined(vertices: Sequence[int], colours: Mapping[int, int], edges: Edges) -> dict[int, int]:
    """Colours so fine that vertices of one colour have equally coloured neighbours among these vertices."""
    inside = frozenset(vertices)
    near = {vertex: [each for each in edges[vertex] if each in inside] for vertex in vertices}
    found = _numbered({vertex: (colours[vertex],) for vertex in vertices})
    while True:
        finer = _numbered(
            {each: (found[each], tuple(sorted(found[other] for other in near[each]))) for each in vertices}
        )
        if max(finer.values()) == max(found.values()):
            return finer
        found = finer


def _piece(vertices: tuple[int, ...], colours: Mapping[int, int], edges: Edges) -> Arranged:
    """The automorphisms of a connected piece, or of the whole graph."""
    if len(vertices) == 1:
        return Arranged(order=vertices, part=Stays(1), certificate=(colours[vertices[0]],), whole=True)
    fine = _refined(vertices, colours, edges)
    cells: dict[int, list[int]] = {}
    for vertex in vertices:
        cells.setdefault(fine[vertex], []).append(vertex)
    alone = [cells[colour][0] for colour in sorted(cells) if len(cells[colour]) == 1]
    if alone:
        return _around(alone, vertices, colours, fine, edges)
    _, smallest = min((len(cell), colour) for colour, cell in cells.items())
    cell = cells[smallest]
    if len(cell) > MOST_TURNS:
        found = _around(cell[:1], vertices, colours, fine, edges)
        return attrs.evolve(found, whole=False)
    return _turned([_around([each], vertices, colours, fine, edges) for each in cell])


def _turned(found: Sequence[Arranged]) -> Arranged:
    """Of the same piece, each with another vertex singled out: those that look the same are turned into the first."""
    least = min(each.certificate for each in found)
    same = [each for each in found if each.certificate == least]
    base = same[0]
    if len(same) == 1 or not base.whole:
        return attrs.evolve(base, whole=base.whole and all(each.whole for each in found))
    places = {vertex: place for place, vertex in enumerate(base.order)}
    turns = tuple(_turn(places, base.order, each.order) for each in same)
    return attrs.evolve(base, part=Turned(base.part, turns))


def _turn(places: Mapping[int, int], base: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """The permutation of the places that takes each vertex of `order` to the one at its position in `base`."""
    to = [0] * len(base)
    for place, vertex in enumerate(order):
        to[places[vertex]] = place
    return tuple(to)


def _around(
    hubs: Sequence[int], vertices: Sequence[int], colours: Mapping[int, int], fine: Mapping[int, int], edges: Edges
) -> Arranged:
    """The automorphisms that leave the hubs where they are: those of the pieces without them."""
    rest = [vertex for vertex in vertices if vertex not in hubs]
    at_hubs = {vertex: tuple(number for number, hub in enumerate(hubs) if hub in edges[vertex]) for vertex in rest}
    joined = _numbered({vertex: (fine[vertex], at_hubs[vertex]) for vertex in rest})
    found = [_piece(piece, joined, edges) for piece in _pieces(rest, edges)]
    alike: dict[Certificate, list[Arranged]] = {}
    for each in sorted(found, key=lambda each: each.certificate):
        alike.setdefault(each.certificate, []).append(each)
    parts: list[Part] = [Stays(len(hubs))]
    for same in alike.values():
        parts.append(same[0].part if len(same) == 1 else Alike(same[0].part, len(same)))
    order = (*hubs, *chain.from_iterable(each.order for same in alike.values() for each in same))
    return Arranged(
        order=order,
        part=Beside(tuple(parts)),
        certificate=_certificate(order, colours, edges),
        whole=all(each.whole for each in found),
    )


def _pieces(vertices: Sequence[int], edges: Edges) -> list[tuple[int, ...]]:
    """The connected pieces of these vertices, each in their order."""
    left, found = dict.fromkeys(vertices), []
    while left:
        piece = {next(iter(left)): None}
        waiting = list(piece)
        for vertex in waiting:
            for other in sorted(edges[vertex]):
                if other in left and other not in piece:
                    piece[other] = None
                    waiting.append(other)
        for vertex in piece:
            del left[vertex]
        found.append(tuple(vertex for vertex in vertices if vertex in piece))
    return found


def _certificate(order: Sequence[int], colours: Mapping[int, int], edges: Edges) -> Certificate:
    """The colours and the edges of a piece with its vertices in this order."""
    places = {vertex: place for place, vertex in enumerate(order)}
    written = (
        (place, places[other])
        for place, vertex in enumerate(order)
        for other in edges[vertex]
        if other in places and places[other] > place
    )
    return (len(order), *(colours[vertex] for vertex in order), *chain.from_iterable(sorted(written)))
