"""Checkpoints: the states of each level of a search, and digests that tie them to a model.

Transitions and property results are not saved. A resumed search derives them from the rules again, once per sparse key,
which also shows whether the rules have changed; only the image computation of the saved levels is skipped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import slices
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import SparseRows
from failover_fsm.checker.bitset.updates import UpdateGroups
from failover_fsm.checker.rules.rule_tree import DecisionTree, Rule
from failover_fsm.records.steady import steady

__all__ = ["Checkpoint", "Store", "checkpoint_of", "digest_of_model", "digest_of_reachable_set"]


FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
"""Odd multipliers that mix the bits of a word. The transition entries of a key and rule are unordered, so their hashes
are summed.
"""


@attrs.frozen(eq=False)
class Checkpoint:
    """The levels of a search; the transitions of the last one have not been taken.

    Attributes:
        model: the digest of the model and of the layout of its states (`digest_of_model`).
        space: the digest of the keys and transition entries of all levels but the last (`digest_of_reachable_set`).
        row_words: 64-bit words per row.
        levels: the states of each level, at least one level.
    """

    model: str
    space: str
    row_words: int
    levels: tuple[SparseRows, ...]

    @property
    def states(self) -> int:
        """The number of states in all levels."""
        return sum(int(np.bitwise_count(level.words).sum(dtype=np.int64)) for level in self.levels)

    def contradiction(self) -> str | None:
        """The first way in which the checkpoint contradicts itself, in words; None if there is none.

        Whether its levels fit the model is checked when they are restored.
        """
        if not isinstance(self.row_words, int) or self.row_words < 1 or self.row_words & (self.row_words - 1):
            return f"a row cannot have {self.row_words} words"
        if not self.levels:
            return "it has no level"
        for number, level in enumerate(self.levels):
            places, words = level.places, level.words
            if not 0 < len(places) == len(words):
                return f"level {number} has {len(places)} places and {len(words)} words"
            if int(places[0]) < 0 or (places[1:] <= places[:-1]).any():
                return f"the places of level {number} do not ascend"
            if not words.all():
                return f"level {number} has empty words"
        return None


class Store(Protocol):
    """Keeps checkpoints. The checker itself has no files and no clock."""

    def save(self, checkpoint: Checkpoint, /) -> object:
        """Replace the previous checkpoint by this one, atomically."""
        ...


def digest_of_model(
    rules: Sequence[Rule],
    trees: Sequence[DecisionTree],
    known: Sequence[bool],
    layout: Layout,
    initial: Iterable[tuple[int, ...]],
    blocks: Sequence[tuple[tuple[int, ...], ...]],
) -> str:
    """The SHA-256, in hexadecimal, of a model and of the layout of its states. Events and values enter by their `repr`.

    Args:
        rules: the rules of the model.
        trees: the decision tree of each rule.
        known: whether each tree was learned completely in advance. Of other trees only the event enters; their
            behaviour is covered by `digest_of_reachable_set`.
        layout: of the states.
        initial: the initial states, as codes by slot.
        blocks: for each block of interchangeable members, the slots of each member.
    """
    packing = layout.packing
    found = hashlib.sha256(repr((packing.places, sorted(layout.shifts.items()), layout.bits, blocks)).encode())
    for leaf in packing.shape.leaves:
        found.update(f"{leaf.slot.name}: {steady(leaf.slot.domain)}\n".encode())
    found.update(repr(list(initial)).encode())
    for rule, tree, whole in zip(rules, trees, known, strict=True):
        found.update(f"rule {steady(rule.event)}\n".encode())
        if whole:
            for path in tree.paths():
                found.update(repr(path).encode())
    return found.hexdigest()


def digest_of_reachable_set(reachable: ReachableSet, levels: Sequence[SparseRows]) -> str:
    """The SHA-256, in hexadecimal, of the keys and transition entries that were created for all of these levels but the
    last.
    """
    entries = reachable.entry_counts[len(levels) - 1]
    relation = reachable.relation
    found = hashlib.sha256(str(entries).encode())
    groups, total = _digests_of_groups(relation.groups), 0
    for part in slices(entries):
        moves = groups[relation.group[part]]
        for column, factor in zip((relation.source, relation.target, relation.rule), FACTORS, strict=True):
            moves = (moves ^ column[part].astype(np.uint64)) * np.uint64(factor)
            moves ^= moves >> np.uint64(29)
        total += int(moves.sum(dtype=np.uint64))
    found.update(str(total % (1 << 64)).encode())
    reached = int(max(level.places[-1] for level in levels)) // reachable.layout.row_words + 1
    found.update(relation.keys.rows(np.arange(reached)).data)
    return found.hexdigest()


def _digests_of_groups(groups: UpdateGroups) -> NDArray[np.uint64]:
    """A hash per update group, shape (n_groups,), uint64. Group numbers would not do: they depend on the properties
    checked.
    """
    own = [groups.applies, groups.up[:, None], groups.down[:, None], groups.flip[:, None].astype(np.uint64)]
    rows = np.concatenate(own, axis=1)
    digests = b""
    for first, many in zip(groups.first.tolist(), groups.counts.tolist(), strict=True):
        parts = sorted(row.tobytes() for row in rows[first : first + many])
        digests += hashlib.sha256(b"".join(parts)).digest()[:8]
    return np.frombuffer(digests, dtype=np.uint64)


def checkpoint_of(reachable: ReachableSet, model: str, whole: int) -> Checkpoint:
    """The checkpoint of the first levels reached so far.

    Args:
        reachable: the search.
        model: the digest of the model.
        whole: how many levels to save; a level that a limit has trimmed must not be among them.
    """
    levels = tuple(reachable.levels[:whole])
    return Checkpoint(model, digest_of_reachable_set(reachable, levels), reachable.layout.row_words, levels)
