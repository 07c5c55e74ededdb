"""One part of a divided search: the states whose sparse keys belong to it.

A hash of the key says to which part it belongs, so all parts agree without a table of keys. A part expands its own
keys, judges its own states, and keeps the levels of these. Of a level's image it keeps what is its own and hands the
rest over, as packed keys with their rows; a state that was handed over once is not handed over again.

`divided` drives the parts. Nothing here knows where they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator
from failover_fsm.checker.bitset.assembly import Assembly
from failover_fsm.checker.bitset.columns import Column
from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.compiled_search import RECHECKED_PATHS
from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.rows import FunctionFails, Rows, SparseRows, grown
from failover_fsm.checker.bitset.verdicts import Verdicts
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import SETTLED, Property

__all__ = ["Parcel", "Shard", "Totals", "owners"]

Ints = NDArray[np.int64]

FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Odd multipliers that mix the bits of a word."""

Parcel = tuple[NDArray[np.uint64], Rows]
"""States: packed keys, shape (n, n_words), uint64, without repetition; and the row of each, shape (n, row_words)."""


def owners(keys: NDArray[np.uint64], of: int) -> Ints:
    """The part to which each key belongs; the same on every machine.

    Args:
        keys: packed words, shape (n, n_words), uint64.
        of: how many parts there are.

    Returns:
        Numbers of parts, shape (n,), int64.
    """
    mixed = np.zeros(len(keys), dtype=np.uint64)
    for column in keys.T:
        mixed ^= column
        for factor in FACTORS:
            mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(factor)
    answer: Ints = ((mixed >> np.uint64(32)) % np.uint64(of)).astype(np.int64)
    return answer


@attrs.frozen(eq=False)
class Totals:
    """What a part has found when the search ends.

    Attributes:
        by_rule: the transitions that leave its expanded states, per rule, shape (n_rules,), int64.
        exercised: for each property, whether its premise or situation occurred here.
        hits: for each property, the first level here whose states decide it; None if none does.
        nbytes: bytes of the tables in memory.
    """

    by_rule: Ints
    exercised: tuple[bool, ...]
    hits: tuple[int | None, ...]
    nbytes: int


class Shard:
    """A part of a search.

    Args:
        checker: the model, learned alike in all parts; without interchangeable members.
        properties: what is judged.
        number: of this part, from 0.
        of: how many parts there are.
    """

    def __init__(self, checker: CompiledModel, properties: Sequence[Property], number: int, of: int) -> None:
        self._checker, self._number, self._of = checker, number, of
        layout = checker.layout
        keys = [layout.split(layout.packing.pack_codes(codes))[0] for codes in checker.initial]
        own = owners(np.array(keys, dtype=np.uint64).reshape(-1, layout.packing.words), of) == number
        initial = [codes for codes, mine in zip(checker.initial, own.tolist(), strict=True) if mine]
        self._parts = Assembly.of(checker, properties, Allocator(), initial)
        self._reachable = self._parts.reachable
        self._owners = Column(np.int64)
        self._coming: Rows = self._reachable.frontier
        self._operator: ImageOperator | None = None
        self._layers: list[SparseRows] = []
        self._level = self._handed_over = 0

    def layout(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        """What all parts must have alike: the digest of the model, and the dense slots."""
        return self._checker.digest, tuple(sorted(self._checker.layout.shifts.items()))

    def size(self) -> int:
        """The number of states of the newest level that belong here."""
        return self._reachable.sizes[-1]

    def _owners_of_known_keys(self) -> Ints:
        """The part of every known key, shape (n_keys,), int64."""
        keys = self._reachable.relation.keys
        if len(self._owners) < len(keys):
            self._owners.add(owners(keys.rows(np.arange(len(self._owners), len(keys))), self._of))
        return self._owners.data

    # -- a level -----------------------------------------------------------------------------------

    def judge(self) -> tuple[int, ...]:
        """Expand the keys that are new in the newest level, and judge its states.

        Returns:
            The positions of the properties that these states violate and none before them here.

        Raises:
            ModelError: a rule, predicate or premise fails in one of them.
        """
        try:
            self._parts.expand()
            monitors = enumerate(self._parts.monitors)
            return tuple(place for place, monitor in monitors if monitor.judge_level(self._reachable))
        except FunctionFails as failure:
            raise ModelError(failure.message) from None

    def leave(self) -> tuple[Parcel, ...]:
        """Take every transition of the newest level; return for each part the states that it has not got from here."""
        reachable = self._reachable
        after = reachable.next_states()
        owner, active = self._owners_of_known_keys(), np.flatnonzero(after.any(axis=1))
        foreign = active[owner[active] != self._number]
        parcels = tuple(self._parcel(after, foreign[owner[foreign] == other]) for other in range(self._of))
        reachable.visited = grown(reachable.visited, len(after), reachable.relation.allocator)
        self._handed_over += sum(words.nbytes + rows.nbytes for words, rows in parcels)
        reachable.visited[foreign] |= after[foreign]
        after[foreign] = 0
        self._coming = after
        return parcels

    def _no_states(self) -> Rows:
        """The empty set, with a row for each known key."""
        return np.zeros((len(self._reachable.relation.keys), self._checker.layout.row_words), dtype=np.uint64)

    def _parcel(self, rows: Rows, chosen: Ints) -> Parcel:
        """The states of these keys, shape (n,), int64."""
        return self._reachable.relation.keys.rows(chosen), rows[chosen]

    def handed_over(self) -> int:
        """Bytes of all parcels so far."""
        return self._handed_over

    def enter(self, parcels: Sequence[Parcel]) -> int:
        """Begin the next level with the states that were kept and those of the parcels; return how many are new."""
        reachable = self._reachable
        numbers = [reachable.relation.keys.intern(words) for words, _ in parcels]
        after = self._no_states()
        after[: len(self._coming)] = self._coming
        for own, (_, rows) in zip(numbers, parcels, strict=True):
            after[own] |= rows
            known = own[own < len(reachable.visited)]
            after[known] &= ~reachable.visited[known]
        reachable.begin_level(after)
        return self.size()

    # -- the end -----------------------------------------------------------------------------------

    def close(self, complete: bool) -> Totals:
        """Check what was learned, judge what is judged at the end, and count.

        Args:
            complete: whether the search is; else the newest level was not left.

        Raises:
            ModelError: something is not a function of the state, or fails in a reached state.
        """
        reachable, monitors = self._reachable, self._parts.monitors
        foreign = np.flatnonzero(self._owners_of_known_keys()[: len(reachable.visited)] != self._number)
        reachable.visited[foreign] = 0
        reachable.forest.recheck(RECHECKED_PATHS)
        self._parts.guard.compare(monitors, complete)
        done = reachable.reached.copy()
        if complete:
            self._judge_settled()
        else:
            done[: len(reachable.frontier)] &= ~reachable.frontier
        return Totals(
            by_rule=reachable.transitions(done),
            exercised=tuple(monitor.exercised for monitor in monitors),
            hits=tuple(None if monitor.hit is None else monitor.hit.level for monitor in monitors),
            nbytes=self._parts.nbytes,
        )

    def _judge_settled(self) -> None:
        """Judge the properties of settled states, which are seen from the state itself."""
        verdicts = Verdicts(self._checker, self._reachable)
        try:
            for monitor in self._parts.monitors:
                if monitor.claim.kind in SETTLED:
                    verdicts.judge(monitor)
        except FunctionFails as failure:
            raise ModelError(failure.message) from None

    # -- the way back ------------------------------------------------------------------------------

    def aim(self, place: int, level: int) -> None:
        """Begin a way back at the states here that decide the property at `place`, if they are of this level."""
        hit = self._parts.monitors[place].hit
        nothing = SparseRows(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))
        self._level = level
        self._layers = [nothing if hit is None or hit.level != level else hit.states]

    def show(self) -> tuple[Parcel, ...]:
        """The states of the newest layer, for every part."""
        rows = self._layers[-1].dense(self._reachable.reached)
        return (self._parcel(rows, np.flatnonzero(rows.any(axis=1))),) * self._of

    def step_back(self, parcels: Sequence[Parcel]) -> None:
        """Add a layer: the states here, one level nearer to the initial ones, that lead to a state of the parcels."""
        reachable = self._reachable
        numbers = [reachable.relation.keys.intern(words) for words, _ in parcels]
        wanted = self._no_states()
        for own, (_, rows) in zip(numbers, parcels, strict=True):
            wanted[own] |= rows
        if self._operator is None:
            self._operator = reachable.relation.operator()
        self._level -= 1
        before = reachable.levels[self._level].within(self._operator.preimage(wanted))
        self._layers.append(SparseRows.of(before))

    def has(self, layer: int, states: Sequence[tuple[tuple[int, ...], int]]) -> tuple[bool, ...]:
        """For each state, given by its key and offset, whether it is in a layer: 0 where the way back began."""
        words = self._reachable.layout.row_words
        found = [(self._reachable.relation.keys.find(key), bit) for key, bit in states]
        return tuple(
            number is not None and self._layers[layer].has(number * words + (bit >> 6), bit & 63)
            for number, bit in found
        )
