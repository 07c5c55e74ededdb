"""The compiled checker: same rules, properties and results as the plain one, faster.

Rules and predicates are executed symbolically into decision trees (`checker.rules.rule_tree`), which become array
tables over sets of states (`checker.bitset`); the search then runs Python code of the model only for paths it has not
met before. `docs/explanation/engine.md` explains the way from a rule to a level.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any

from failover_fsm.checker.bitset.allocator import Disk
from failover_fsm.checker.bitset.canonicalise import Canonicaliser
from failover_fsm.checker.bitset.checkpoint import Checkpoint, Store, digest_of_model
from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.divided import Crew, DividedSearch
from failover_fsm.checker.bitset.kept_trees import KeptTrees
from failover_fsm.checker.bitset.layout import Layout, choose_dense_slots
from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
from failover_fsm.checker.bitset.shard import Shard
from failover_fsm.checker.core.limits import warn_of_workers
from failover_fsm.checker.core.properties import Property, check_properties
from failover_fsm.checker.core.result import Progress, Result
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.checker.reduce.interchangeable import prove_rules
from failover_fsm.checker.reduce.symmetry import RecordBlock, Symmetric
from failover_fsm.checker.rules.learning import Learning
from failover_fsm.checker.rules.rule_model import check_rule_model
from failover_fsm.checker.rules.rule_tree import (
    PlainModel,
    RuleModel,
    learn_nearby,
    shape_of,
    tree_of_rule,
)
from failover_fsm.records import Packing

__all__ = ["NEVER", "Checkpoint", "CompiledChecker", "Crew", "Disk", "Learning", "Shard", "Store"]


PILOT = 500
"""States explored one by one if not all paths are learned in advance; the paths they take determine the layout."""

BROADCAST = 1 << 17
"""States searched in advance of a divided search, so that what they teach is learned once and not in every part."""

PATIENCE = 1 << 28
"""Words of rows that numpy handles in about the time it takes to import numba."""

NEVER = 1 << 62
"""A patience that no search exhausts."""


class CompiledChecker:
    """Checks one rule model, by visiting every reachable state.

    Args:
        model: the rules and the initial states.
        budget: how many paths are learned before the search; the others are learned during it.
        rest_bits: the largest width of the dense offset, in bits of free slots. Changes speed and memory, no result.
        word_bits: smaller than 64 only in tests.
        patience: words of rows handled before numba, if installed, takes over; `NEVER` keeps to numpy.
        blocks: interchangeable members; of states that differ only in their order one is kept
            (`checker.reduce.symmetry`).
        watchdog: enforces limits while rules are learned, by raising `LimitReached`.
        kept: what `Search.learned` of an earlier checker of this model returned; its trees need not be learned again.
            Not with `blocks`.

    Raises:
        DamagedTrees: `kept` is damaged, or of another model.
        ModelError: it is no rule model, states have no finite shape, there is no initial state, two rules have the
            same event, a rule is not a function of the state, or a rule does not treat the members of a block alike.
        KeyboardInterrupt: the user interrupts while rules are learned; later, `verify` reports what is known by then.
    """

    def __init__(
        self,
        model: RuleModel,
        *,
        budget: int = 20_000,
        rest_bits: int = 12,
        word_bits: int = 64,
        patience: int = PATIENCE,
        blocks: Sequence[RecordBlock] = (),
        watchdog: Watchdog | None = None,
        kept: bytes | None = None,
    ) -> None:
        check_rule_model(model)
        self.model = model
        self.patience = patience
        self.blocks = tuple(block.slots for block in blocks)
        self.plain: Any = getattr(model, "plain", None) or PlainModel(model)
        self.shape, self.initial = shape_of(model)
        self.packing = Packing.of(self.shape, word_bits=word_bits)
        self.learning = Learning(budget)
        self.watchdog = Watchdog() if watchdog is None else watchdog
        self.trees = [tree_of_rule(rule, self.shape) for rule in model.rules]
        self.kept = KeptTrees(self.shape) if kept is None or blocks else KeptTrees.read(kept, self.shape)
        for tree in self.trees:
            tree.before_run = self.watchdog.check
            if not self.kept.fill(tree):
                self.learning(tree)
        self.canonicaliser = self.symmetric = None
        if blocks:
            prove_rules(model.rules, self.trees, blocks)
            self.canonicaliser = Canonicaliser(blocks, self.packing)
            self.plain = self.symmetric = Symmetric(self.plain, blocks, proven=True)
            self.initial = [self.canonicaliser.codes(codes) for codes in self.initial]
        self.layout = Layout.of(self.packing, self.kept.dense or self._dense_slots(rest_bits))
        self._known = tuple(tree.complete for tree in self.trees)

    def _dense_slots(self, rest_bits: int) -> tuple[int, ...]:
        """The dense slots, chosen by what is learned of the rules."""
        if not all(tree.complete for tree in self.trees):
            learn_nearby(self.trees, self.initial, PILOT)
        fixed = () if self.canonicaliser is None else self.canonicaliser.slots
        return choose_dense_slots(self.trees, self.packing, rest_bits, fixed, getattr(self.model, "dense", ()))

    @cached_property
    def digest(self) -> str:
        """The SHA-256, in hexadecimal, of the model and the layout of its states; a checkpoint belongs to one
        digest.
        """
        return digest_of_model(self.model.rules, self.trees, self._known, self.layout, self.initial, self.blocks)

    def verify(
        self,
        *properties: Property,
        max_states: int | None = None,
        time_limit: float | None = None,
        clock: Callable[[], float] | None = None,
        progress: Callable[[Progress], object] | None = None,
        stop_at_first: bool = False,
        costs: bool = False,
        memory: int | None = None,
        store: Store | None = None,
        save_every: float = 300.0,
        resume: Checkpoint | None = None,
        spill: Disk | None = None,
        workers: int | None = None,
    ) -> Result[Any, Hashable]:
        """Search the model and judge `properties`.

        As `Checker.verify`, with two differences: limits, progress and `stop_at_first` are checked once per level, time
        and memory also within large levels; and the run that violates a LEADS_TO or an EVENTUALLY_ALWAYS may be a
        different one, with a shortest path to its premise but not always the shortest in total.

        Args:
            properties: as `Checker.verify`, and so are the arguments that are not listed here.
            memory: the search ends, undecided, when its tables would take more bytes than this.
            store: receives a checkpoint every `save_every` seconds and one when the search ends; needs a clock.
            save_every: seconds between two checkpoints, more where saving is slow; 0 for one after every level.
            resume: a checkpoint of the same model. Its levels are not searched again, but the properties are judged in
                all of them; they need not be the properties of the first search.
            spill: room on disk for the tables that take more than half of `memory`, which is needed with it. Changes
                speed, no result; the search ends, undecided, where there is no more room.
            workers: without effect; goes in version 0.4.

        Raises:
            TypeError: something is not a property, not a function or not a checkpoint.
            ValueError: two properties have the same name, a time limit or a store has no clock, or a number is out of
                range.
            CheckpointError: the checkpoint is of another model.
            ModelError: a rule or predicate fails in a reachable state or is not a function of the state, or a run
                cannot be replayed.

        Errors of the store pass unchanged.
        """
        if workers is not None:
            warn_of_workers(2)
        limits = Limits(
            max_states=max_states,
            time_limit=time_limit,
            clock=clock,
            progress=progress,
            stop_at_first=stop_at_first,
            costs=costs,
            memory=memory,
            store=store,
            save_every=save_every,
            resume=resume,
            spill=spill,
        )
        search = None
        try:
            search = self._search(properties, limits)
            return search.finish()
        except LimitReached as reached:  # while predicates were learned
            return not_searched(self.plain, properties, reached.limit)
        except KeyboardInterrupt:
            if search is not None:  # pressed again and again
                raise
            return not_searched(self.plain, properties)

    def begin(self, *properties: Property, **limits: Any) -> Search:
        """Prepare what `verify` does; the `finish` of the returned search does the rest.

        Args:
            properties: as there.
            limits: the fields of `Limits`.

        Raises:
            LimitReached: a limit was reached while predicates were learned.
            ValueError, TypeError, CheckpointError, ModelError: as `verify`.
        """
        return self._search(properties, Limits(**limits))

    def learned(self, *properties: Property, max_states: int = BROADCAST, **limits: Any) -> bytes | None:
        """What a search learns in its first states, for the argument `kept` of checkers that go on from there.

        Args:
            properties: as `verify`.
            max_states: how many states are searched.
            limits: as `begin`.

        Returns:
            None if two rules or properties cannot be told apart by name.

        Raises:
            LimitReached: a limit was reached while predicates were learned.
            ValueError, TypeError, ModelError: as `verify`.
        """
        search = self.begin(*properties, max_states=max_states, **limits)
        search.run()
        return search.tables()

    def part(self, *properties: Property, number: int, of: int) -> Shard:
        """One part of a divided search, from 0 to `of` - 1; `divided` of a checker like this one drives them all."""
        check_properties(properties)
        return Shard(self, properties, number, of)

    def divided(self, crew: Crew, *properties: Property, **limits: Any) -> Result[Any, Hashable]:
        """Search the model by a crew of parts, and judge `properties`; those of the whole graph stay undecided.

        Args:
            crew: the parts, of checkers like this one.
            properties: as `verify`, the same as those of the parts.
            limits: the fields of `Limits` that `DividedSearch` has a use for.

        Raises:
            ModelError: as `verify`; without the state and the way to it where a part has met the error.

        Errors of the crew pass unchanged.
        """
        check_properties(properties)
        return DividedSearch(self, properties, crew, Limits(**limits)).run()

    def _search(self, properties: Sequence[Property], limits: Limits) -> Search:
        check_properties(properties)
        if limits.resume is not None and not isinstance(limits.resume, Checkpoint):
            raise TypeError(f"resume must be a Checkpoint, not {type(limits.resume).__name__}")
        self.watchdog.limits = limits
        return Search(self, properties, limits)
