"""Groups of permutations as trees: which things may change places with which.

A *pattern* says which of `size` places are marked: their numbers, ascending. Patterns that a permutation of the group
turns into one another are alike; the least of them, marked places first, is the *least form* of each. A tree is made
of places that stay (`Stays`), of parts side by side (`Beside`), of parts that are the same in any order (`Alike`), and,
at the top, of a few permutations of the whole (`Turned`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, permutations, product
from math import factorial, inf, prod
from typing import Protocol, TypeVar

import attrs

__all__ = ["Alike", "Beside", "Part", "Pattern", "Stays", "Turned"]

Pattern = tuple[int, ...]
"""The marked places, ascending."""

H = TypeVar("H", bound=Hashable)


def rank(pattern: Pattern) -> tuple[float, ...]:
    """By what patterns are sorted: an early mark comes before a late one, and any mark before none."""
    return (*pattern, inf)


class Part(Protocol):
    """A part of a tree, with places numbered from 0."""

    @property
    def size(self) -> int:
        """The number of places."""

    def least(self, pattern: Pattern) -> Pattern:
        """The least form of a pattern."""

    def order(self, pattern: Pattern) -> list[int]:
        """For each place of the least form the place whose mark stands there; a permutation of the group."""

    def count(self, pattern: Pattern) -> int:
        """The number of patterns with this least form."""

    def members(self, pattern: Pattern) -> Iterator[Pattern]:
        """Every pattern with this least form, in no particular order."""

    def fresh(self, pattern: Pattern) -> Iterator[int]:
        """Unmarked places, at least one of each set of those that permutations exchange which keep the pattern."""

    def plain(self) -> Part:
        """The part without its turns: a subgroup."""

    def variants(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """The different least forms, under the plain part, of all that the group makes of a pattern."""


@attrs.frozen
class Stays:
    """Places that nothing exchanges."""

    size: int

    def least(self, pattern: Pattern) -> Pattern:
        """The pattern itself."""
        return pattern

    def order(self, pattern: Pattern) -> list[int]:
        """Every place where it is."""
        return list(range(self.size))

    def count(self, pattern: Pattern) -> int:
        """One."""
        return 1

    def members(self, pattern: Pattern) -> Iterator[Pattern]:
        """The pattern itself."""
        yield pattern

    def fresh(self, pattern: Pattern) -> Iterator[int]:
        """All unmarked places."""
        return (place for place in range(self.size) if place not in pattern)

    def plain(self) -> Part:
        """The part itself."""
        return self

    def variants(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """The pattern itself."""
        return (pattern,)


@attrs.frozen
class Beside:
    """Parts side by side, each with a group of its own."""

    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """The number of places."""
        return sum(part.size for part in self.parts)

    def least(self, pattern: Pattern) -> Pattern:
        """The least form, part by part."""
        return tuple(
            begin + place for begin, part, inner in self._split(pattern) if inner for place in part.least(inner)
        )

    def order(self, pattern: Pattern) -> list[int]:
        """The order, part by part."""
        return [begin + place for begin, part, inner in self._split(pattern) for place in part.order(inner)]

    def count(self, pattern: Pattern) -> int:
        """The product of those of the parts."""
        return prod(part.count(inner) for _, part, inner in self._split(pattern) if inner)

    def members(self, pattern: Pattern) -> Iterator[Pattern]:
        """Every combination."""
        found = [
            [tuple(begin + place for place in each) for each in part.members(inner)]
            for begin, part, inner in self._split(pattern)
            if inner
        ]
        return (tuple(place for each in chosen for place in each) for chosen in product(*found))

    def fresh(self, pattern: Pattern) -> Iterator[int]:
        """Those of each part."""
        return (begin + place for begin, part, inner in self._split(pattern) for place in part.fresh(inner))

    def plain(self) -> Part:
        """The plain parts side by side."""
        return Beside(tuple(part.plain() for part in self.parts))

    def variants(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """Every combination of those of the parts."""
        found = [
            [tuple(begin + place for place in each) for each in part.variants(inner)]
            for begin, part, inner in self._split(pattern)
            if inner
        ]
        return tuple(tuple(place for each in chosen for place in each) for chosen in product(*found))

    def _split(self, pattern: Pattern) -> Iterator[tuple[int, Part, Pattern]]:
        """Each part with its first place and its own pattern."""
        begin = 0
        for part in self.parts:
            end = begin + part.size
            yield begin, part, tuple(place - begin for place in pattern if begin <= place < end)
            begin = end


@attrs.frozen
class Alike:
    """So many parts that are the same, in any order, each with a group of its own."""

    part: Part
    number: int

    @property
    def size(self) -> int:
        """The number of places."""
        return self.part.size * self.number

    def least(self, pattern: Pattern) -> Pattern:
        """The marked parts first, in their least forms."""
        found = sorted((self.part.least(inner) for inner in self._marked(pattern).values()), key=rank)
        return tuple(at * self.part.size + place for at, inner in enumerate(found) for place in inner)

    def order(self, pattern: Pattern) -> list[int]:
        """The order of the parts, and within each."""
        marked = self._marked(pattern)
        each = {at: rank(self.part.least(inner)) for at, inner in marked.items()}
        empty = self.part.order(())
        found = sorted(range(self.number), key=lambda at: each.get(at, (inf,)))
        orders = ((at, self.part.order(marked[at]) if at in marked else empty) for at in found)
        return [at * self.part.size + place for at, inner in orders for place in inner]

    def count(self, pattern: Pattern) -> int:
        """The orders of the parts, times what is possible within each."""
        found = [self.part.least(inner) for inner in self._marked(pattern).values()]
        return _orders([*found, *[()] * (self.number - len(found))]) * prod(map(self.part.count, found))

    def members(self, pattern: Pattern) -> Iterator[Pattern]:
        """Every order of the parts, with everything that is possible within each."""
        found = [self.part.least(inner) for inner in self._marked(pattern).values()]
        for order in _permutations([*found, *[()] * (self.number - len(found))]):
            inner = [
                [tuple(at * self.part.size + place for place in each) for each in self.part.members(chosen)]
                for at, chosen in enumerate(order)
                if chosen
            ]
            yield from (tuple(place for each in chosen for place in each) for chosen in product(*inner))

    def fresh(self, pattern: Pattern) -> Iterator[int]:
        """Those of one of each set of parts that are marked alike."""
        marked, seen = self._marked(pattern), dict[Pattern, None]()
        for at in range(self.number):
            inner = marked.get(at, ())
            if inner not in seen:
                seen[inner] = None
                yield from (at * self.part.size + place for place in self.part.fresh(inner))

    def plain(self) -> Part:
        """The plain parts in any order."""
        return Alike(self.part.plain(), self.number)

    def variants(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """Every combination of those of the marked parts, in order."""
        found: dict[Pattern, None] = {}
        for chosen in product(*(self.part.variants(inner) for inner in self._marked(pattern).values())):
            ordered = sorted(chosen, key=rank)
            found[tuple(at * self.part.size + place for at, inner in enumerate(ordered) for place in inner)] = None
        return tuple(found)

    def _marked(self, pattern: Pattern) -> dict[int, Pattern]:
        """The patterns of the parts that have one."""
        found: dict[int, list[int]] = {}
        for place in pattern:
            found.setdefault(place // self.part.size, []).append(place % self.part.size)
        return {at: tuple(inner) for at, inner in found.items()}


@attrs.frozen
class Turned:
    """A part turned by a few permutations; what these and the group of the part make together is a group.

    Attributes:
        part: The part.
        turns: The permutations, the first of which changes nothing: where each place goes.
    """

    part: Part
    turns: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """The number of places."""
        return self.part.size

    def least(self, pattern: Pattern) -> Pattern:
        """The least of the least forms of what the permutations make of the pattern."""
        return min(self._forms(pattern), key=rank)

    def order(self, pattern: Pattern) -> list[int]:
        """The order of the permutation that leads to the least form."""
        turned = [self._turn(turn, pattern) for turn in self.turns]
        best = min(range(len(turned)), key=lambda at: rank(self.part.least(turned[at])))
        back = {place: at for at, place in enumerate(self.turns[best])}
        return [back[place] for place in self.part.order(turned[best])]

    def count(self, pattern: Pattern) -> int:
        """The sum over the different least forms within the part."""
        return sum(map(self.part.count, self._forms(pattern)))

    def members(self, pattern: Pattern) -> Iterator[Pattern]:
        """Those of each of the different least forms within the part."""
        return (each for form in self._forms(pattern) for each in self.part.members(form))

    def fresh(self, pattern: Pattern) -> Iterator[int]:
        """Those within the part."""
        return self.part.fresh(pattern)

    def plain(self) -> Part:
        """The plain part, not turned."""
        return self.part.plain()

    def variants(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """Those of each turn."""
        found = (each for turn in self.turns for each in self.part.variants(self._turn(turn, pattern)))
        return tuple(dict.fromkeys(found))

    def _forms(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """The different least forms within the part of what the permutations make of the pattern."""
        return tuple(dict.fromkeys(self.part.least(self._turn(turn, pattern)) for turn in self.turns))

    def _turn(self, turn: Sequence[int], pattern: Pattern) -> Pattern:
        return tuple(sorted(turn[place] for place in pattern))


def _orders(items: Sequence[Hashable]) -> int:
    """The number of different orders."""
    return factorial(len(items)) // prod(map(factorial, Counter(items).values()))


def _permutations(items: Sequence[H]) -> Iterator[tuple[H, ...]]:
    """Every different order; most items are usually alike, so the others are placed among these."""
    common = Counter(items).most_common(1)[0][0]
    others = [item for item in items if item != common]
    orders = list(dict.fromkeys(permutations(others)))
    for places in combinations(range(len(items)), len(others)):
        for order in orders:
            found = [common] * len(items)
            for place, item in zip(places, order, strict=True):
                found[place] = item
            yield tuple(found)
