"""Verdicts of a finished search: properties of the graph of reached states, and the finding of each property."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.counterexamples import counterexample, first_hit, loop_of
from failover_fsm.checker.bitset.fixpoints import lost, on_or_between_cycles
from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.lassos import FairRun, fair_lasso
from failover_fsm.checker.bitset.monitor import PropertyMonitor
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import Rows, remove
from failover_fsm.checker.core.properties import NEEDS_GRAPH, SETTLED, Kind, Property, admits
from failover_fsm.checker.core.result import Finding, Verdict
from failover_fsm.checker.explicit.paths import confirm
from failover_fsm.checker.reduce.cone_of_influence import ConeModel
from failover_fsm.checker.rules.rule_tree import RuleModel

__all__ = ["JUDGED_AFTERWARDS", "Verdicts", "is_vacuous"]

Ints = NDArray[np.int64]

JUDGED_AFTERWARDS = (*NEEDS_GRAPH, *SETTLED)
"""Kinds of properties that are judged on the finished reachable set."""


class Verdicts:
    """Judges the properties of a search after it.

    Args:
        checker: the model.
        reachable: the states reached.
    """

    def __init__(self, checker: CompiledModel, reachable: ReachableSet) -> None:
        self._checker = checker
        self._reachable = reachable
        self._operators: dict[tuple[bool, ...], ImageOperator] = {}
        self._settled_states: dict[tuple[bool, ...], Rows] = {}
        self._cyclic_states: dict[tuple[bool, ...], Rows] = {}

    def judge(self, monitor: PropertyMonitor) -> None:
        """Judge a property, of a kind of `JUDGED_AFTERWARDS`, on the finished reachable set.

        Raises:
            FunctionFails: its predicate or premise fails in a reached state.
        """
        claim, reachable = monitor.claim, self._reachable
        if self._checker.symmetric is not None:
            self._checker.symmetric.refuse_swaps(claim, self._swaps())
        if claim.kind in SETTLED:
            assert monitor.decisive is not None
            settled = self._settled(claim)
            exercising = settled if monitor.premise is None else monitor.premise.restricted(settled)
            monitor.exercised = bool(exercising.any())
            monitor.hit = first_hit(reachable, monitor.decisive.restricted(settled))
        elif claim.kind is Kind.CAN_RECOVER:
            assert monitor.decisive is not None
            goal = monitor.decisive.restricted(reachable.reached)
            monitor.hit = first_hit(reachable, lost(self._operator(claim), reachable.reached, goal))
        elif claim.kind in (Kind.LEADS_TO, Kind.EVENTUALLY_ALWAYS):
            self._judge_runs(monitor)
        else:
            assert claim.kind is Kind.CONVERGES, "one of JUDGED_AFTERWARDS"
            monitor.exercised = bool((reachable.reached & ~self._settled(claim)).any())
            cycles = self._cycles(claim)
            monitor.cycles = cycles if cycles.any() else None

    def _judge_runs(self, monitor: PropertyMonitor) -> None:
        """Judge a LEADS_TO or an EVENTUALLY_ALWAYS."""
        claim, reachable = monitor.claim, self._reachable
        assert monitor.decisive is not None
        guards = [guard.restricted(reachable.reached) for guard in monitor.guards]
        avoiding = monitor.decisive.restricted(reachable.reached)
        if claim.kind is Kind.EVENTUALLY_ALWAYS:
            task = FairRun(claim, reachable.reached, reachable.reached, guards, visits=avoiding)
        else:
            assert monitor.premise is not None
            sources = monitor.premise.restricted(reachable.reached)
            monitor.exercised = bool(sources.any())
            task = FairRun(claim, sources, avoiding, guards)
        monitor.lasso = fair_lasso(reachable, self._checker, task)

    def finding(self, monitor: PropertyMonitor, by_rule: Ints, *, judged: bool) -> Finding[Any, Hashable]:
        """The verdict of one property with its run.

        Args:
            monitor: of the property.
            by_rule: transitions per rule, shape (n_rules,).
            judged: whether the verdict is final where nothing decided it.
        """
        claim = monitor.claim
        verdict, vacuous, loop = Verdict.UNDECIDED, False, None
        events: tuple[Any, ...] = ()
        states: tuple[Any, ...] = ()
        if monitor.lasso is not None:
            verdict, (events, states, loop) = Verdict.VIOLATED, monitor.lasso
            confirm(claim, events, states, loop)
        elif monitor.cycles is not None:
            verdict = Verdict.VIOLATED
            operator, allowed = self._operator(claim), claim.within or (lambda event: True)
            events, states, loop = loop_of(
                self._reachable, self._checker.plain, monitor.cycles, operator, claim, allowed
            )
        elif monitor.hit is not None:
            verdict = Verdict.HOLDS if claim.kind is Kind.SOMETIMES else Verdict.VIOLATED
            events, states = counterexample(self._reachable, self._checker.plain, monitor.hit, claim)
        elif judged:
            verdict = Verdict.VIOLATED if claim.kind is Kind.SOMETIMES else Verdict.HOLDS
            vacuous = verdict is Verdict.HOLDS and is_vacuous(claim, self._checker.model, by_rule, monitor.exercised)
        if self._checker.symmetric is not None and states:
            events, states, loop = self._checker.symmetric.unsorted_run(events, states, loop)
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

    def _swaps(self) -> Iterator[tuple[Hashable, str]]:
        """The events that only exchanged interchangeable members in some reached state, with the names of the
        blocks.
        """
        reachable, symmetric = self._reachable, self._checker.symmetric
        assert symmetric is not None
        names = ", ".join(block.name for block in symmetric.blocks)
        reached = reachable.reached
        for source, group, rule in reachable.relation.member_swaps:
            if (reached[source] & reachable.relation.groups.covers[group]).any():
                yield self._checker.model.rules[rule].event, names

    def _settled(self, claim: Property) -> Rows:
        """The reached states that no event of `within` changes; shared as operators are."""
        allowed, reached = self._allowed(claim), self._reachable.reached
        if allowed not in self._settled_states:
            settled = self._reachable.relation.allocator.copy(reached)
            remove(self._operator(claim).sources(reached), settled)
            self._settled_states[allowed] = settled
        return self._settled_states[allowed]

    def _cycles(self, claim: Property) -> Rows:
        """The reached states on or between cycles of the events of `within`; shared as operators are."""
        allowed = self._allowed(claim)
        if allowed not in self._cyclic_states:
            self._cyclic_states[allowed] = on_or_between_cycles(self._operator(claim), self._reachable.reached)
        return self._cyclic_states[allowed]

    def _allowed(self, claim: Property) -> tuple[bool, ...]:
        return tuple(admits(claim, rule.event) for rule in self._checker.model.rules)

    def _operator(self, claim: Property) -> ImageOperator:
        """State-changing transitions whose events satisfy `within`; shared by properties with the same `within`."""
        allowed = self._allowed(claim)
        if allowed not in self._operators:
            self._operators[allowed] = self._reachable.relation.operator(
                allowed.__getitem__, changing=True, check=self._checker.watchdog.check
            )
        return self._operators[allowed]


def is_vacuous(claim: Property, model: RuleModel, by_rule: Ints, exercised: bool) -> bool:
    """Whether a property that holds was never put to the test.

    Args:
        claim: the property.
        model: the rules.
        by_rule: transitions per rule, shape (n_rules,).
        exercised: whether the premise was satisfied, or the situation that the property is about occurred.
    """
    if claim.kind is Kind.SOMETIMES:
        return False
    if not by_rule.any() and not isinstance(model, ConeModel):  # the whole model may have transitions
        return True
    if claim.premise is not None or claim.kind in (Kind.WHEN_SETTLED, Kind.CONVERGES):
        return not exercised
    spoken_of = [claim.speaks_of(rule.event) for rule in model.rules]
    return claim.kind is Kind.ALWAYS_STEP and not by_rule[spoken_of].any()
