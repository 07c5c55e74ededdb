"""One search of the compiled checker, from the first level to the findings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.allocator import Allocator
from failover_fsm.checker.bitset.assembly import Assembly
from failover_fsm.checker.bitset.checkpoint import checkpoint_of, digest_of_reachable_set
from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.failures import error_of_predicate, error_of_rule
from failover_fsm.checker.bitset.limits import LimitReached, Limits
from failover_fsm.checker.bitset.monitor import PropertyMonitor
from failover_fsm.checker.bitset.projection import projected_count
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import FunctionFails, SparseRows, count
from failover_fsm.checker.bitset.verdicts import JUDGED_AFTERWARDS, Verdicts
from failover_fsm.checker.core.cost import Cost, costs_of
from failover_fsm.checker.core.model import CheckpointError
from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.core.result import NO_MEMORY, Progress, Result, digest_of, overall
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.checker.reduce.cone_of_influence import ConeModel

__all__ = ["Search"]

Ints = NDArray[np.int64]
T = TypeVar("T")

SAVE_INTERVAL_RATIO = 20
"""Minimum ratio of search time to save time between two checkpoints, unless every level is wanted."""

RECHECKED_PATHS = 100
"""How many learned paths per tree are re-executed after the search, to detect impure rules."""

CHECKED_ONE_BY_ONE = 1_000_000
"""States up to which each level of a checkpoint is computed again and compared; larger ones are checked together."""

INTERRUPT_RETRIES = 5
"""How many times finalisation is retried if Ctrl-C is pressed again."""


class Search:
    """One run of a compiled checker: call `run`, then `result`.

    Attributes:
        monitors: one per property.
        reachable: the states reached.
        limit: the limit that ended the search, in words; None if none did.
        complete: every reachable state was expanded.
        interrupted: the user interrupted the search.
    """

    def __init__(self, checker: CompiledModel, properties: Sequence[Property], limits: Limits) -> None:
        self._checker = checker
        self._limits = limits
        self._watchdog = checker.watchdog
        self._parts = Assembly.of(checker, properties, Allocator(limits.memory, limits.spill), checker.initial)
        self.reachable, self.monitors = self._parts.reachable, self._parts.monitors
        self._verdicts = Verdicts(checker, self.reachable)
        self.limit: str | None = None
        self.complete = self.interrupted = False
        self._cut_short = self._trimmed = False
        self._pending_levels = self._levels_to_restore()
        self._saved = 0
        self._due = limits.save_every

    def run(self) -> None:
        """Search until no new state is found, a limit is reached, or the user interrupts."""
        self._watchdog.limits = self._limits
        try:
            self._search_levels()
        except KeyboardInterrupt:
            self.interrupted = self._cut_short = True
        except LimitReached as reached:
            self.limit, self._cut_short = reached.limit, True
        except MemoryError:
            self.limit, self._cut_short = NO_MEMORY, True
        self._watchdog.limits = None  # runs are rebuilt and rules are rechecked whatever the time
        try:
            self._retry_on_interrupt(self._finalise)
        except MemoryError:
            self.limit, self.complete = NO_MEMORY, False

    def _search_levels(self) -> None:
        """Expand, judge and advance, one level at a time."""
        while self.limit is None:
            self._trim()
            if not self._expand():
                break
            violated = [self._judged(monitor, monitor.judge_level) for monitor in self.monitors]
            if any(violated) and self._limits.stop_at_first:
                self.limit = "stopped at the first violation"
            elif self.limit is None:
                self.limit = self._limits.late()
            if self.limit is None and not self._advance():
                self.complete = True
                break
            self.limit = self.limit or self._memory_exceeded()
            if self._limits.progress is not None:
                self._limits.progress(self._progress())
            if self._limits.store is not None and self._limits.seconds() >= self._due:
                self._save()

    def _expand(self) -> bool:
        """Create the transition entries of new keys; return whether that was all of them.

        Raises:
            ModelError: a rule fails in a state of the newest level.
        """
        try:
            return self._parts.expand(self._stops)
        except FunctionFails as failure:
            checker, rule = self._checker, failure.rule
            assert rule is not None
            event = checker.model.rules[rule].event
            self._watchdog.limits = None
            error = error_of_rule(failure, self.reachable, checker.plain, checker.symmetric, event)
            raise error from error.__cause__

    def _judged(self, monitor: PropertyMonitor, judge: Callable[[ReachableSet], T]) -> T:
        """Judge a property.

        Raises:
            ModelError: its predicate or premise fails in a state that is judged.
        """
        try:
            return judge(self.reachable)
        except FunctionFails as failure:
            checker = self._checker
            self._watchdog.limits = None
            error = error_of_predicate(failure, self.reachable, checker.plain, checker.symmetric, monitor.claim)
            raise error from error.__cause__

    def _trim(self) -> None:
        """Cut a level that exceeds the limit on states; the search ends once the states that fit are judged."""
        reachable = self.reachable
        total = sum(reachable.sizes)
        limit = self._limits.crowded(total)
        if limit is not None and self._limits.max_states is not None:
            self.limit = limit
            room = self._limits.max_states - self._limits.counted - (total - reachable.sizes[-1])
            self._trimmed = room > 0
            reachable.trim(room)

    def _finalise(self) -> None:
        """Save a last checkpoint; re-execute some learned paths, and evaluate some states as frozen records, to detect
        impure rules and predicates.
        """
        cut_short = self.interrupted or self._cut_short
        if cut_short:
            self.reachable.drop_partial_level()
        self._save()
        self.reachable.forest.recheck(RECHECKED_PATHS)
        if not cut_short:
            self._parts.guard.compare(self.monitors, self.complete)

    def _retry_on_interrupt(self, step: Callable[[], T]) -> T:
        """Run a restartable step, again if Ctrl-C interrupts it, so that pressing the key twice loses nothing, or if it
        finds the disk full, after which arrays are made in memory.
        """
        for _ in range(INTERRUPT_RETRIES):
            try:
                return step()
            except KeyboardInterrupt:
                self.interrupted = True
            except LimitReached:
                continue
        return step()

    def _memory_exceeded(self) -> str | None:
        """The limit on memory in words if it is exceeded, or None."""
        return self._limits.swollen(self._parts.nbytes)

    def _stops(self) -> bool:
        """Whether to end in the middle of a level; sets `limit`."""
        reached = self._memory_exceeded() or self._limits.late()
        self.limit = reached or self.limit
        return reached is not None

    def _advance(self) -> bool:
        """Go on to the next level, a saved one while there are any; return whether there is one."""
        if not self._pending_levels:
            return self.reachable.advance(self._watchdog.check)
        resume = self._limits.resume
        assert resume is not None
        one_by_one = sum(self.reachable.sizes) <= CHECKED_ONE_BY_ONE
        if not self.reachable.restore_level(self._pending_levels.pop(), exactly=one_by_one):
            raise CheckpointError("the checkpoint does not fit the model: a level of it cannot be reached there")
        if not self._pending_levels:
            if digest_of_reachable_set(self.reachable, self.reachable.levels) != resume.space:
                raise CheckpointError("the checkpoint does not fit the model: its rules lead to other states now")
            if not one_by_one and not self.reachable.is_closed():
                raise CheckpointError("the checkpoint does not fit the model: it lacks states or has others")
        self._saved = len(self.reachable.levels)
        return True

    def _levels_to_restore(self) -> list[SparseRows]:
        """The levels of the checkpoint that are still to be restored, the next one last."""
        resume = self._limits.resume
        if resume is None:
            return []
        if resume.model != self._checker.digest or resume.row_words != self.reachable.layout.row_words:
            raise CheckpointError("the checkpoint is of another model, or of other options of the search")
        wrong = resume.contradiction()
        if wrong is not None:
            raise CheckpointError(f"the checkpoint contradicts itself: {wrong}")
        first = self.reachable.levels[0]
        if not all(map(np.array_equal, (first.places, first.words), (resume.levels[0].places, resume.levels[0].words))):
            raise CheckpointError("the checkpoint does not fit the model: it begins in other states")
        return list(resume.levels[:0:-1])

    def _save(self) -> None:
        """Save a checkpoint of the new levels, unless an older checkpoint has more of them."""
        store = self._limits.store
        whole = len(self.reachable.entry_counts) - self._trimmed
        if store is None or self._pending_levels or whole <= self._saved:
            return
        begun = self._limits.seconds()
        store.save(checkpoint_of(self.reachable, self._checker.digest, whole))
        self._saved = whole
        ended = self._limits.seconds()
        every = self._limits.save_every
        self._due = ended + (max(every, SAVE_INTERVAL_RATIO * (ended - begun)) if every else 0.0)

    def reads_of(self, monitor: PropertyMonitor) -> tuple[int, ...]:
        """The slots that a property and its premise have read so far, ascending."""
        forest = self.reachable.forest
        numbers = [number for states in monitor.state_sets() for number in states.trees]
        return tuple(sorted({slot for number in numbers for slot in forest.reads_of(number)}))

    def _progress(self) -> Progress:
        sizes = self.reachable.sizes
        return Progress(
            states=sum(sizes),
            transitions=0,
            frontier=sizes[-1],
            depth=len(sizes) - 1,
            seconds=self._limits.seconds(),
            memory=self.reachable.nbytes,
        )

    def result(self) -> Result[Any, Hashable]:
        """Judge the open properties, rebuild the runs, and report.

        If there is no memory left for that, every property that the initial state does not decide is undecided.
        """
        try:
            return self._retry_on_interrupt(self._result)
        except MemoryError:
            self.complete, self.limit = False, NO_MEMORY
            self.reachable.clear()
            return not_searched(self._checker.plain, [monitor.claim for monitor in self.monitors], NO_MEMORY)

    def learned(self) -> bytes | None:
        """All trees of a complete search, for the argument `kept` of a later checker; None if nothing was learned."""
        known = len(self.reachable.forest) == self._parts.known_nodes
        if not self.complete or self._checker.symmetric is not None or known:
            return None
        return self.tables()

    def tables(self) -> bytes | None:
        """All trees as far as they are learned, for the argument `kept` of a later checker; None if two cannot be told
        apart by name.
        """
        return self._parts.tables()

    def finish(self) -> Result[Any, Hashable]:
        """Run, and report. Raises KeyboardInterrupt only after repeated interrupts."""
        self.run()
        return self.result()

    def _result(self) -> Result[Any, Hashable]:
        reachable = self.reachable
        done = reachable.relation.allocator.copy(reachable.reached)
        if not self.complete:
            done[: len(reachable.frontier)] &= ~reachable.frontier
        rules, by_rule = self._checker.model.rules, reachable.transitions(done)
        findings = tuple(
            self._verdicts.finding(monitor, by_rule, judged=self._may_judge(monitor)) for monitor in self.monitors
        )
        transitions = int(by_rule.sum())
        whole = self.complete and self._checker.symmetric is None and not isinstance(self._checker.model, ConeModel)
        levels = tuple(reachable.sizes)
        return Result(
            verdict=overall(findings, self.complete),
            findings=findings,
            states=count(reachable.reached),
            transitions=transitions,
            generated=len(self._checker.initial) + transitions,
            depth=len(levels) - 1,
            complete=self.complete,
            interrupted=self.interrupted,
            limit=self.limit,
            seconds=self._limits.seconds(),
            levels=levels,
            digest=digest_of(levels, transitions, findings),
            costs=self._costs() if self._limits.costs else (),
            taken=tuple(rule.event for rule, many in zip(rules, by_rule, strict=True) if many),
            never_taken=tuple(rule.event for rule, many in zip(rules, by_rule, strict=True) if whole and not many),
        )

    def _costs(self) -> tuple[Cost, ...]:
        """The factor by which each field multiplies the reached states."""
        reachable = self.reachable
        return costs_of(self._checker.shape, count(reachable.reached), lambda slots: projected_count(reachable, slots))

    def _may_judge(self, monitor: PropertyMonitor) -> bool:
        """Judge a property of the finished graph if there is time left; return whether its verdict is final."""
        if not self.complete or monitor.claim.kind not in JUDGED_AFTERWARDS:
            return self.complete
        self.limit = self.limit or self._limits.late()
        if self.interrupted or self.limit is not None:
            return False
        try:
            self._watchdog.limits = self._limits
            self._judged(monitor, lambda _: self._verdicts.judge(monitor))
        except KeyboardInterrupt:
            self.interrupted = True
            return False
        except LimitReached as reached:
            self.limit = reached.limit
            return False
        finally:
            self._watchdog.limits = None  # runs are rebuilt whatever the time
        return True
