"""A search set aside: the states of each level, and what tells whether they belong to a model.

Keys, entries and what properties found are not kept. A search that is taken up again makes them from the rules, once a
key, which shows whether the rules still do what they did; only the transitions of the saved levels are not taken again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import SparseRows
from failover_fsm.checker.bitset.updates import UpdateGroups
from failover_fsm.checker.rules.rule_tree import DecisionTree, Rule

__all__ = ["Checkpoint", "Store", "checkpoint_of", "digest_of_model", "digest_of_reachable_set"]


FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
"""Odd numbers that mix the bits of a word; entries of one key and rule have no order, so their words are added up."""


@attrs.frozen(eq=False)
class Checkpoint:
    """The levels of a search, up to one whose transitions were not taken.

    model: the digest of the model and of the layout of its states.
    space: the digest of the keys and entries made for all levels but the last.
    row_words: 64-bit words in a row.
    levels: the states of each level, at least one.
    """

    model: str
    space: str
    row_words: int
    levels: tuple[SparseRows, ...]

    @property
    def states(self) -> int:
        """How many states are in it."""
        return sum(int(np.bitwise_count(level.words).sum(dtype=np.int64)) for level in self.levels)


class Store(Protocol):
    """Where checkpoints go. The checker itself has no files and no clock."""

    def save(self, checkpoint: Checkpoint, /) -> object:
        """Keep this checkpoint in place of the one before, whole or not at all."""
        ...


def digest_of_model(
    rules: Sequence[Rule],
    trees: Sequence[DecisionTree],
    known: Sequence[bool],
    layout: Layout,
    initial: Iterable[tuple[int, ...]],
    blocks: Sequence[tuple[tuple[int, ...], ...]],
) -> str:
    """The SHA-256, in hexadecimal, of a model and of how its states are laid out.

    Events and values enter by their `repr`.

    blocks: the slots of the members of each block of interchangeable members.
    known: which trees were learned in advance. Of the others only the event enters: what they do is in the digest of
        the space.
    """
    packing = layout.packing
    found = hashlib.sha256(repr((packing.places, sorted(layout.shifts.items()), layout.bits, blocks)).encode())
    for leaf in packing.shape.leaves:
        found.update(f"{leaf.slot.name}: {leaf.slot.domain!r}\n".encode())
    found.update(repr(list(initial)).encode())
    for rule, tree, whole in zip(rules, trees, known, strict=True):
        found.update(f"rule {rule.event!r}\n".encode())
        if whole:
            for path in tree.paths():
                found.update(repr(path).encode())
    return found.hexdigest()


def digest_of_reachable_set(reachable: ReachableSet, levels: Sequence[SparseRows]) -> str:
    """The SHA-256, in hexadecimal, of the keys and entries that were made for all of these levels but the last."""
    entries = reachable.entry_counts[len(levels) - 1]
    relation = reachable.relation
    found = hashlib.sha256(str(entries).encode())
    moves = _digests_of_groups(relation.groups)[relation.group[:entries]]
    for column, factor in zip((relation.source, relation.target, relation.rule), FACTORS, strict=True):
        moves = (moves ^ column[:entries].astype(np.uint64)) * np.uint64(factor)
        moves ^= moves >> np.uint64(29)
    found.update(str(int(moves.sum(dtype=np.uint64))).encode())
    reached = int(max(level.places[-1] for level in levels)) // reachable.layout.row_words + 1
    found.update(relation.keys.rows(np.arange(reached)).data)
    return found.hexdigest()


def _digests_of_groups(groups: UpdateGroups) -> NDArray[np.uint64]:
    """A word for each bundle: their numbers would not do, since they depend on the properties that are asked."""
    own = [groups.applies, groups.up[:, None], groups.down[:, None], groups.flip[:, None].astype(np.uint64)]
    rows = np.concatenate(own, axis=1)
    digests = b""
    for first, many in zip(groups.first.tolist(), groups.counts.tolist(), strict=True):
        parts = sorted(row.tobytes() for row in rows[first : first + many])
        digests += hashlib.sha256(b"".join(parts)).digest()[:8]
    return np.frombuffer(digests, dtype=np.uint64)


def checkpoint_of(reachable: ReachableSet, model: str) -> Checkpoint:
    """What has been reached.

    model: the digest of the model.
    """
    levels = tuple(reachable.levels)
    return Checkpoint(model, digest_of_reachable_set(reachable, levels), reachable.layout.row_words, levels)
