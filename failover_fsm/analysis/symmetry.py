"""The symmetry of fault sets: sets that differ only in the names of interchangeable interfaces and ports.

Such sets are of one *kind*. Each kind has a representative, the *ordered* set, in which the interfaces with more, or
earlier, faults come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, permutations, product
from math import factorial, prod
from typing import TypeVar

from failover_fsm.model.places import Place, places_alike
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings

__all__ = ["FaultSet", "InterfaceSymmetry"]

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)

FaultSet = tuple[int, ...]
"""Positions of faults in `CutSetSearch.faults`, ascending."""

_Row = list[int]
"""The faults of one interface, or of one port."""

_Runs = list[list[_Row]]
"""The faults of a place: runs of rows; the rows of a run are interchangeable."""

_RunPattern = tuple[tuple[FaultSet, ...], ...]
"""Which faults of a place are in a set: for each row of each run the chosen positions within the row."""


class InterfaceSymmetry:
    """The renamings of interchangeable interfaces and ports that leave the pair as it is.

    A pair with a topology has none: its cables tell the interfaces apart.
    """

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        self._all = range(len(faults))
        alike = places_alike(settings, by_state=settings.state_on_data) if settings.topology is None else ()
        self._blocks = [[self._runs(settings, faults, place) for place in places] for places in alike]
        self._places = {
            at: (block, place, run)
            for block, places in enumerate(self._blocks)
            for place, runs in enumerate(places)
            for run, rows in enumerate(runs)
            for row in rows
            for at in row
        }

    def _runs(self, settings: Settings, faults: tuple[e.Fault, ...], place: Place) -> _Runs:
        """The faults of a place: of its port, then of each interface, run by run."""
        of_port = [at for at in self._all if place.port and getattr(faults[at], "port", None) == place.port.name]
        runs = [[settings.ports[index].name for index in run] for run in place.runs]
        return [
            [of_port],
            *(
                [[at for at in self._all if getattr(faults[at], "interface", None) == name] for name in run]
                for run in runs
            ),
        ]

    # -- the representative ----------------------------------------------------------------------

    def renaming(self, chosen: FaultSet) -> list[int]:
        """For each fault, the fault that takes its place in the ordered set of `chosen`."""
        names = list(self._all)

        def pattern(row: _Row) -> list[bool]:
            return [at not in chosen for at in row]

        for block in self._blocks:
            inner = [[at for run in runs for row in sorted(run, key=pattern) for at in row] for runs in block]
            for runs, row in zip(block, sorted(inner, key=pattern), strict=True):
                for target, at in zip((at for run in runs for each in run for at in each), row, strict=True):
                    names[at] = target
        return names

    def ordered(self, chosen: FaultSet) -> FaultSet:
        """The representative of `chosen`."""
        names = self.renaming(chosen)
        return tuple(sorted(names[at] for at in chosen))

    def extensions(self, chosen: FaultSet) -> Iterator[int]:
        """The faults that can be added to a set, one of those that lead to sets of the same kind."""
        skipped: dict[int, None] = {}
        for block in self._blocks:
            for runs in _first_fresh(block, [_touched([row for run in each for row in run], chosen) for each in block]):
                for run in runs:
                    skipped.update(dict.fromkeys(at for row in run for at in row))
            for runs in block:
                for run in runs:
                    fresh = _first_fresh(run, [_touched([row], chosen) for row in run])
                    skipped.update(dict.fromkeys(at for row in fresh for at in row))
        return (at for at in self._all if at not in chosen and at not in skipped)

    def place_of(self, fault: int) -> tuple[int, int, int] | None:
        """Where a fault is: the block of interchangeable places, the place, and the run; None for any other fault."""
        return self._places.get(fault)

    # -- the sets of a kind ------------------------------------------------------------------------

    def count(self, chosen: FaultSet) -> int:
        """The number of sets of the same kind."""
        return prod(
            _arrangements([_by_kind(pattern) for pattern in patterns])
            * prod(_arrangements(run) for pattern in patterns for run in pattern)
            for patterns in self._patterns(chosen)
        )

    def members(self, chosen: FaultSet) -> Iterator[FaultSet]:
        """Every set of the same kind, in no particular order."""
        fixed = [at for at in chosen if at not in self._places]
        choices = [list(self._placed(block, patterns)) for block, patterns in self._by_block(chosen)]
        for each in product(*choices):
            yield tuple(sorted([*fixed, *(at for found in each for at in found)]))

    def _patterns(self, chosen: FaultSet) -> Iterator[list[_RunPattern]]:
        return (patterns for _, patterns in self._by_block(chosen))

    def _by_block(self, chosen: FaultSet) -> Iterator[tuple[list[_Runs], list[_RunPattern]]]:
        for block in self._blocks:
            yield (
                block,
                [
                    tuple(tuple(tuple(n for n, at in enumerate(row) if at in chosen) for row in run) for run in runs)
                    for runs in block
                ],
            )

    def _placed(self, block: list[_Runs], patterns: list[_RunPattern]) -> Iterator[list[int]]:
        """The faults in a block under every renaming."""
        for order in _permutations([_by_kind(pattern) for pattern in patterns]):
            inner = [list(product(*map(_permutations, pattern))) for pattern in order]
            for placed in product(*inner):
                yield [
                    row[n]
                    for runs, pattern in zip(block, placed, strict=True)
                    for run, rows in zip(runs, pattern, strict=True)
                    for row, numbers in zip(run, rows, strict=True)
                    for n in numbers
                ]


def _touched(rows: list[_Row], chosen: FaultSet) -> bool:
    return any(at in chosen for row in rows for at in row)


def _first_fresh(items: Sequence[T], touched: list[bool]) -> list[T]:
    """The items that are not touched, but for the first."""
    return [item for item, is_touched in zip(items, touched, strict=True) if not is_touched][1:]


def _by_kind(pattern: _RunPattern) -> _RunPattern:
    """The pattern of a place without the order of its rows."""
    return tuple(tuple(sorted(run)) for run in pattern)


def _arrangements(items: Sequence[Hashable]) -> int:
    """The number of different orders."""
    return factorial(len(items)) // prod(map(factorial, Counter(items).values()))


def _permutations(items: Sequence[H]) -> Iterator[tuple[H, ...]]:
    """Every different order; most items are usually alike, so the others are placed among these."""
    if not items:
        yield ()
        return
    common = Counter(items).most_common(1)[0][0]
    others = [item for item in items if item != common]
    orders = list(dict.fromkeys(permutations(others)))
    for places in combinations(range(len(items)), len(others)):
        for order in orders:
            found = [common] * len(items)
            for place, item in zip(places, order, strict=True):
                found[place] = item
            yield tuple(found)
