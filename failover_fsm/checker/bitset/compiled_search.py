"""One search of the compiled checker, from the first level to the findings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from failover_fsm.checker.bitset.batches import Found
from failover_fsm.checker.bitset.checkpoint import checkpoint_of, digest_of_space
from failover_fsm.checker.bitset.counterexamples import first_hit, loop_of, shown
from failover_fsm.checker.bitset.fixpoints import lost, on_or_between_cycles
from failover_fsm.checker.bitset.forest import Forest
from failover_fsm.checker.bitset.images import Flow
from failover_fsm.checker.bitset.lassos import fair_lasso
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.bitset.masks import Masks
from failover_fsm.checker.bitset.monitor import Watch, trees_of, watches_of
from failover_fsm.checker.bitset.orbits import Orbits
from failover_fsm.checker.bitset.projection import projected
from failover_fsm.checker.bitset.reached import Space
from failover_fsm.checker.bitset.rows import SparseRows, count
from failover_fsm.checker.bitset.transitions import Edges
from failover_fsm.checker.core.cost import Cost, costs_of
from failover_fsm.checker.core.model import CheckpointError, ModelError
from failover_fsm.checker.core.properties import NEEDS_GRAPH, Kind, Property
from failover_fsm.checker.core.result import Finding, Progress, Result, Verdict, digest_of, overall
from failover_fsm.checker.reduce.interchangeable import prove_property
from failover_fsm.checker.reduce.symmetry import Symmetric
from failover_fsm.checker.rules.learning import Learning
from failover_fsm.checker.rules.rule_tree import DecisionTree, RuleModel
from failover_fsm.records import Shape

__all__ = ["Search"]

Answer = TypeVar("Answer")

PATIENT_SAVING = 20
"""A checkpoint that takes long to save is saved so many times less often than it takes."""

RECHECKED = 100
"""Paths of each rule and predicate, and of each predicate of the steps of a rule, that are run once more afterwards."""

PRESSES = 5
"""How often what follows an interrupt is begun again when it is interrupted itself."""

AFTERWARDS = (*NEEDS_GRAPH, Kind.WHEN_SETTLED)
"""Kinds that are judged after the search."""


class CompiledModel(Protocol):
    """What a search uses of a compiled checker: its model, learned rules, layout of states, and symmetry."""

    model: RuleModel
    plain: Any
    shape: Shape
    trees: list[DecisionTree]
    initial: list[tuple[int, ...]]
    layout: Layout
    patience: int
    orbits: Orbits | None
    symmetric: Symmetric | None
    learning: Learning

    @property
    def digest(self) -> str:
        """Identifies the model and the layout of its states; a checkpoint belongs to it."""


class Search:
    """One run of a compiled checker: call `run`, then `result`."""

    def __init__(self, checker: CompiledModel, properties: Sequence[Property], limits: Limits) -> None:
        self._checker = checker
        self._limits = limits
        rules = checker.model.rules
        claimed = trees_of(properties, rules, checker.shape)
        predicates = [asked for parts in claimed for part in parts for asked in part]
        for asked in predicates:
            if isinstance(asked, DecisionTree):
                checker.learning(asked)
        masks = Masks(checker.layout)
        forest = Forest(checker.layout, masks, [*checker.trees, *predicates])
        self.watches = watches_of(properties, claimed, forest, masks, len(rules))
        if checker.symmetric is not None:
            for watch in self.watches:
                prove_property(checker.model, watch.claim, checker.shape, checker.symmetric.blocks)
                watch.claim = checker.symmetric.claim(watch.claim)
        edges = Edges(checker.layout, masks, forest, len(rules), checker.patience, limits.workers, checker.orbits)
        self.space = Space(checker.layout, forest, len(rules), edges, checker.initial)
        self._flows: dict[tuple[bool, ...], Flow] = {}
        self.limit: str | None = None
        self.complete = self.interrupted = False
        self._waiting = self._taken_up()
        self._saved = 0
        self._due = limits.save_every

    def run(self) -> None:
        """Search until nothing is new, a limit is reached, or the user interrupts."""
        try:
            self._go_through_levels()
        except KeyboardInterrupt:
            self.interrupted = True
        self._patiently(self._wind_up)

    def _go_through_levels(self) -> None:
        space = self.space
        while self.limit is None:
            if not space.expand(self._wanted(), self._meet, self._stops):
                break
            violated = [watch.judge_level(space) for watch in self.watches]
            if any(violated) and self._limits.stop_at_first:
                self.limit = "stopped at the first violation"
            elif (late := self._limits.late()) is not None:
                self.limit = late
            elif not self._advance():
                self.complete = True
                break
            self.limit = self.limit or self._full()
            if self._limits.progress is not None:
                self._limits.progress(self._progress())
            if self._limits.store is not None and self._limits.seconds() >= self._due:
                self._save()

    def _wind_up(self) -> None:
        """Keep what was reached, and look whether rules still say what they said."""
        if self.interrupted:
            self.space.drop_half_a_level()
        self._save()
        self.space.forest.recheck(RECHECKED)

    def _patiently(self, step: Callable[[], Answer]) -> Answer:
        """Do something that may be begun again, and do so when interrupted: a key pressed twice loses nothing."""
        for _ in range(PRESSES):
            try:
                return step()
            except KeyboardInterrupt:
                self.interrupted = True
        return step()

    def _full(self) -> str | None:
        """The limit on states or memory that is exceeded, in words, if there is one."""
        known = sum(watch.nbytes for watch in self.watches)
        return self._limits.full(sum(self.space.sizes), self.space.nbytes + known)

    def _stops(self) -> bool:
        """Whether to end in the middle of a level; `limit` then says why."""
        self.limit = self._full() or self._limits.late()
        return self.limit is not None

    def _advance(self) -> bool:
        """Go on to the next level, a saved one while there are any; return whether there is one."""
        if not self._waiting:
            return self.space.advance()
        resume = self._limits.resume
        assert resume is not None
        if not self.space.take(self._waiting.pop()):
            raise CheckpointError("the checkpoint does not fit the model: a level of it cannot be reached there")
        if not self._waiting and digest_of_space(self.space, self.space.levels) != resume.space:
            raise CheckpointError("the checkpoint does not fit the model: its rules lead to other states now")
        self._saved = len(self.space.levels)
        return True

    def _taken_up(self) -> list[SparseRows]:
        """The levels of the checkpoint that are still to be taken, the next one last."""
        resume = self._limits.resume
        if resume is None:
            return []
        if resume.model != self._checker.digest or resume.row_words != self.space.layout.row_words:
            raise CheckpointError("the checkpoint is of another model, or of other options of the search")
        return list(resume.levels[:0:-1])

    def _save(self) -> None:
        """Give the store what is new since the last time; nothing while an older checkpoint holds more."""
        store = self._limits.store
        if store is None or self._waiting or len(self.space.marks) <= self._saved:
            return
        begun = self._limits.seconds()
        store.save(checkpoint_of(self.space, self._checker.digest))
        self._saved = len(self.space.marks)
        ended = self._limits.seconds()
        self._due = ended + max(self._limits.save_every, PATIENT_SAVING * (ended - begun))

    def _wanted(self) -> list[int]:
        """The trees that still have something to tell about new keys."""
        return [number for watch in self.watches for number in watch.wanted()]

    def _meet(self, keys: Any, found: Found) -> None:
        for watch in self.watches:
            watch.meet(keys, found)

    def reads_of(self, watch: Watch) -> tuple[int, ...]:
        """The slots that a property and its premise were seen to read, in ascending order."""
        forest = self.space.forest
        numbers = [number for states in (watch.wrong, watch.premise) if states is not None for number in states.trees]
        return tuple(sorted({slot for number in numbers for slot in forest.reads_of(number)}))

    def _progress(self) -> Progress:
        sizes = self.space.sizes
        return Progress(
            states=sum(sizes),
            transitions=0,
            frontier=sizes[-1],
            depth=len(sizes) - 1,
            seconds=self._limits.seconds(),
            memory=self.space.nbytes,
        )

    def result(self) -> Result[Any, Hashable]:
        """Judge what is still open, rebuild the runs, and report."""
        return self._patiently(self._result)

    def finish(self) -> Result[Any, Hashable]:
        """Run, and report.  Raises KeyboardInterrupt only when it is interrupted again and again."""
        self.run()
        return self.result()

    def _result(self) -> Result[Any, Hashable]:
        findings = tuple(self._finding(watch) for watch in self.watches)
        space = self.space
        done = space.reached.copy()
        if not self.complete:
            done[: len(space.frontier)] &= ~space.frontier
        rules, by_rule = self._checker.model.rules, space.transitions(done)
        transitions = int(by_rule.sum())
        levels = tuple(space.sizes)
        return Result(
            verdict=overall(findings, self.complete),
            findings=findings,
            states=count(space.reached),
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
        )

    def _costs(self) -> tuple[Cost, ...]:
        """What each field multiplies the reached states by."""
        space = self.space
        return costs_of(self._checker.shape, count(space.reached), lambda slots: projected(space, slots))

    def _finding(self, watch: Watch) -> Finding[Any, Hashable]:
        claim = watch.claim
        judged = self._may_judge(watch)
        verdict, vacuous, loop = Verdict.UNDECIDED, False, None
        events: tuple[Any, ...] = ()
        states: tuple[Any, ...] = ()
        if watch.lasso is not None:
            verdict, (events, states, loop) = Verdict.VIOLATED, watch.lasso
        elif watch.cycles is not None:
            verdict = Verdict.VIOLATED
            flow, allowed = self._flow(claim), claim.within or (lambda event: True)
            events, states, loop = loop_of(self.space, self._checker.plain, watch.cycles, flow, claim, allowed)
        elif watch.hit is not None:
            verdict = Verdict.HOLDS if claim.kind is Kind.SOMETIMES else Verdict.VIOLATED
            events, states = shown(self.space, self._checker.plain, watch.hit, claim)
        elif judged:
            verdict = Verdict.VIOLATED if claim.kind is Kind.SOMETIMES else Verdict.HOLDS
            vacuous = verdict is Verdict.HOLDS and _may_be_vacuous(claim) and not watch.asked
        if self._checker.symmetric is not None and states:
            events, states, loop = self._checker.symmetric.told(events, states, loop)
        return Finding(
            name=claim.name,
            kind=claim.kind,
            verdict=verdict,
            vacuous=vacuous,
            trace=events,
            states=states,
            loop=loop,
            reason=claim.reason,
        )

    def _may_judge(self, watch: Watch) -> bool:
        """Judge what needs the whole graph, if it is whole and there is time left; return whether all is known."""
        if not self.complete or watch.claim.kind not in AFTERWARDS:
            return self.complete
        self.limit = self.limit or self._limits.late()
        if self.interrupted or self.limit is not None:
            return False
        try:
            self._judge_graph(watch)
        except KeyboardInterrupt:
            self.interrupted = True
            return False
        return True

    def _judge_graph(self, watch: Watch) -> None:
        """Judge what needs the whole graph."""
        claim, space = watch.claim, self.space
        if self._checker.symmetric is not None:
            self._checker.symmetric.refuse_swaps(claim, self._swaps())
        if claim.kind is Kind.WHEN_SETTLED:
            assert watch.wrong is not None
            settled = space.reached & ~self._flow(claim).sources(space.reached)
            asked = settled if watch.premise is None else watch.premise.among(settled)
            watch.asked = bool(asked.any())
            watch.hit = first_hit(space, watch.wrong.among(settled))
        elif claim.kind is Kind.CAN_RECOVER:
            assert watch.wrong is not None
            watch.hit = first_hit(space, lost(self._flow(claim), space.reached, watch.wrong.among(space.reached)))
        elif claim.kind is Kind.LEADS_TO:
            assert watch.wrong is not None and watch.premise is not None
            sources = watch.premise.among(space.reached)
            watch.asked = bool(sources.any())
            avoiding = watch.wrong.among(space.reached)
            events = [rule.event for rule in self._checker.model.rules]
            watch.lasso = fair_lasso(space, self._checker.plain, claim, sources, avoiding, events)
        else:
            assert claim.kind is Kind.CONVERGES, "one of AFTERWARDS"
            flow = self._flow(claim)
            watch.asked = bool(flow.sources(space.reached).any())
            cycles = on_or_between_cycles(flow, space.reached)
            watch.cycles = cycles if cycles.any() else None

    def _swaps(self) -> Iterator[tuple[Hashable, str]]:
        """The events that did nothing but exchange members in some reached state, with the name of a block."""
        space, symmetric = self.space, self._checker.symmetric
        assert symmetric is not None
        names = ", ".join(block.name for block in symmetric.blocks)
        reached = space.reached
        for source, bundle, rule in space.edges.swapping:
            if (reached[source] & space.edges.bundles.covers[bundle]).any():
                yield self._checker.model.rules[rule].event, names

    def _flow(self, claim: Property) -> Flow:
        """The transitions that a property lets happen and that change the state; one flow for all that let the same."""
        allowed = tuple(self._allows(claim, rule.event) for rule in self._checker.model.rules)
        if allowed not in self._flows:
            self._flows[allowed] = self.space.edges.flow(allowed.__getitem__, changing=True)
        return self._flows[allowed]

    def _allows(self, claim: Property, event: Hashable) -> bool:
        try:
            return claim.within is None or bool(claim.within(event))
        except Exception as error:
            what = f"`within` failed on event {event!r}: {type(error).__name__}: {error}"
            raise ModelError(f"property {claim.name!r}: {what}", event=event) from error


def _may_be_vacuous(claim: Property) -> bool:
    return claim.premise is not None or claim.kind in (Kind.WHEN_SETTLED, Kind.CONVERGES)
