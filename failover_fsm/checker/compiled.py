"""The compiled checker: the same rules, properties and results as the plain one, at another speed.

Rules and predicates are learned (`checker.learned`), turned into tables for whole rows of
states (`checker.engine`), and the search then runs without asking Python anything but what
it has not met before.  `docs/engine.md` explains the way from a rule to a level.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.engine.edges import Edges
from failover_fsm.checker.engine.fixpoints import lost, on_or_between_cycles
from failover_fsm.checker.engine.flow import Flow
from failover_fsm.checker.engine.forest import Forest, Found
from failover_fsm.checker.engine.lassos import fair_lasso
from failover_fsm.checker.engine.layout import Layout, choose_rest
from failover_fsm.checker.engine.masks import Masks
from failover_fsm.checker.engine.rows import count
from failover_fsm.checker.engine.space import Space
from failover_fsm.checker.engine.traces import first_hit, loop_of, shown
from failover_fsm.checker.engine.watch import Watch, trees_of, watches_of
from failover_fsm.checker.learned import DecisionTree, PlainModel, RuleModel, learn_nearby, shape_of, tree_of_rule
from failover_fsm.checker.model import ModelError
from failover_fsm.checker.properties import Kind, Property
from failover_fsm.checker.result import Finding, Progress, Result, Verdict, digest_of, overall
from failover_fsm.draft import Packing

__all__ = ["CompiledChecker", "Learning"]


@attrs.define
class Learning:
    """How much is learned before the search.

    budget: paths still to be learned in advance, over all trees; what is left open is learned along the search.
    most: paths of one tree.
    """

    budget: int = 20_000
    most: int = 2_000

    def __call__(self, tree: DecisionTree) -> None:
        """Learn a tree in advance, or as much of it as is allowed."""
        before = tree.calls
        tree.learn_all(min(self.budget, self.most))
        self.budget -= tree.calls - before


PILOT = 500
"""States explored one by one where not all paths are learned in advance: what they show decides the layout."""


PATIENCE = 1 << 28
"""Words of rows that numpy handles in about the time that numba takes to be imported."""

RECHECKED = 100
"""Paths of each tree that are run once more after the search, evenly spread."""

NEVER = 1 << 62
"""A patience that no search exhausts."""


class CompiledChecker:
    """Checks one rule model, by visiting every reachable state.

    model: the rules and where runs begin.
    budget: how many paths are learned before the search; the others are learned along it.
    rest_bits: at most so many bits of free slots are numbered densely.  Changes speed and memory, no result.
    word_bits: smaller than 64 only in tests.
    patience: words of rows handled before numba, where it is installed, takes over; `NEVER` keeps to numpy.

    Raises ModelError where states have no finite shape, there is no initial state, two rules have the same
    event, or a rule is not a function of the state.
    """

    def __init__(
        self,
        model: RuleModel,
        *,
        budget: int = 20_000,
        rest_bits: int = 12,
        word_bits: int = 64,
        patience: int = PATIENCE,
    ) -> None:
        self.model = model
        self.patience = patience
        self.plain = PlainModel(model)
        self.shape, self.initial = shape_of(model)
        self.packing = Packing.of(self.shape, word_bits=word_bits)
        self.learning = Learning(budget)
        self.trees = [tree_of_rule(rule, self.shape) for rule in model.rules]
        for tree in self.trees:
            self.learning(tree)
        if not all(tree.complete for tree in self.trees):
            learn_nearby(self.trees, self.initial, PILOT)
        dense = getattr(model, "dense", ())
        self.layout = Layout.of(self.packing, choose_rest(self.trees, self.packing, rest_bits, dense))

    def verify(
        self,
        *properties: Property,
        max_states: int | None = None,
        time_limit: float | None = None,
        clock: Callable[[], float] | None = None,
        progress: Callable[[Progress], object] | None = None,
        stop_at_first: bool = False,
    ) -> Result[Any, Hashable]:
        """Search the model and judge `properties`.

        As `Checker.verify`, with two differences: limits, progress and `stop_at_first` are looked at once a
        level, so a search that ends early has finished its level; and the run that violates a LEADS_TO
        may be another one, with a shortest way to its premise but not always the shortest in all.

        Raises ValueError for two properties of one name or a time limit without a clock, ModelError where a
        rule or predicate fails in a reachable state, is not a function of the state, or where a run cannot
        be replayed.
        """
        if len({claim.name for claim in properties}) < len(properties):
            raise ValueError("two properties have the same name")
        if time_limit is not None and clock is None:
            raise ValueError("time_limit needs a clock: pass clock=time.monotonic, or any function of seconds")
        search = Search(self, properties, clock)
        search.run(max_states, time_limit, progress, stop_at_first)
        return search.result()


class Search:
    """One run of a compiled checker: call `run`, then `result`."""

    def __init__(
        self, checker: CompiledChecker, properties: Sequence[Property], clock: Callable[[], float] | None
    ) -> None:
        self._checker = checker
        self._clock = clock
        self._begun = clock() if clock is not None else 0.0
        rules = checker.model.rules
        claimed = trees_of(properties, rules, checker.shape)
        self.trees = [*checker.trees, *(tree for parts in claimed for part in parts for tree in part)]
        for tree in self.trees[len(rules) :]:
            checker.learning(tree)
        masks = Masks(checker.layout)
        forest = Forest(checker.layout, masks, self.trees)
        self.watches = watches_of(properties, claimed, forest, masks, len(rules))
        edges = Edges(checker.layout, masks, forest, len(rules), checker.patience)
        self.space = Space(checker.layout, forest, len(rules), edges, checker.initial)
        self.limit: str | None = None
        self.complete = self.interrupted = False

    def run(
        self,
        max_states: int | None,
        time_limit: float | None,
        progress: Callable[[Progress], object] | None,
        stop_at_first: bool,
    ) -> None:
        """Search until nothing is new, a limit is reached, or the user interrupts."""
        space = self.space
        try:
            while self.limit is None:
                space.expand(self._wanted(), self._meet)
                violated = [watch.judge_level(space) for watch in self.watches]
                if any(violated) and stop_at_first:
                    self.limit = "stopped at the first violation"
                elif time_limit is not None and self._seconds() >= time_limit:
                    self.limit = f"time_limit of {time_limit} seconds"
                elif not space.advance():
                    self.complete = True
                    break
                elif max_states is not None and sum(space.sizes) > max_states:
                    self.limit = f"max_states of {max_states} states"
                if progress is not None:
                    progress(self._progress())
        except KeyboardInterrupt:
            self.interrupted = True
        for tree in self.trees:
            tree.recheck(RECHECKED)

    def _wanted(self) -> list[int]:
        """The trees that still have something to tell about new keys."""
        return [number for watch in self.watches for number in watch.wanted()]

    def _meet(self, keys: Any, found: Found) -> None:
        for watch in self.watches:
            watch.meet(keys, found)

    def _seconds(self) -> float:
        return 0.0 if self._clock is None else self._clock() - self._begun

    def _progress(self) -> Progress:
        sizes = self.space.sizes
        return Progress(
            states=sum(sizes), transitions=0, frontier=sizes[-1], depth=len(sizes) - 1, seconds=self._seconds()
        )

    def result(self) -> Result[Any, Hashable]:
        """Judge what is still open, rebuild the runs, and report."""
        findings = tuple(self._finding(watch) for watch in self.watches)
        space = self.space
        done = space.reached.copy()
        if not self.complete:
            done[: len(space.frontier)] &= ~space.frontier
        transitions = int(space.transitions(done).sum())
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
            seconds=self._seconds(),
            levels=levels,
            digest=digest_of(levels, transitions, findings),
        )

    def _finding(self, watch: Watch) -> Finding[Any, Hashable]:
        claim = watch.claim
        if self.complete:
            self._judge_graph(watch)
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
        elif self.complete:
            verdict = Verdict.VIOLATED if claim.kind is Kind.SOMETIMES else Verdict.HOLDS
            vacuous = verdict is Verdict.HOLDS and _may_be_vacuous(claim) and not watch.asked
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

    def _judge_graph(self, watch: Watch) -> None:
        """Judge what needs the whole graph."""
        claim, space = watch.claim, self.space
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
        elif claim.kind is Kind.CONVERGES:
            flow = self._flow(claim)
            watch.asked = bool(flow.sources(space.reached).any())
            cycles = on_or_between_cycles(flow, space.reached)
            watch.cycles = cycles if cycles.any() else None

    def _flow(self, claim: Property) -> Flow:
        """The transitions that a property lets happen and that change the state."""
        if claim.within is None:
            return self.space.edges.flow(None, changing=True)
        allowed = []
        for rule in self._checker.model.rules:
            try:
                allowed.append(bool(claim.within(rule.event)))
            except Exception as error:
                what = f"`within` failed on event {rule.event!r}: {type(error).__name__}: {error}"
                raise ModelError(f"property {claim.name!r}: {what}", event=rule.event) from error
        return self.space.edges.flow(allowed.__getitem__, changing=True)


def _may_be_vacuous(claim: Property) -> bool:
    return claim.premise is not None or claim.kind in (Kind.WHEN_SETTLED, Kind.CONVERGES)
