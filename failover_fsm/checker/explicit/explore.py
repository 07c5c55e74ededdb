"""The checker: search the model, judge the properties, replay what was found, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic

from attrs import evolve

from failover_fsm.checker.core.answers import FAULTS, described, truth
from failover_fsm.checker.core.cost import costs_of_states
from failover_fsm.checker.core.model import E, Model, ModelError, S, expander
from failover_fsm.checker.core.properties import NEEDS_GRAPH, Kind, Property, admits, check_properties
from failover_fsm.checker.core.result import Finding, Progress, Result, Verdict, digest_of, overall
from failover_fsm.checker.explicit.breadth_first import Clock, Limits, Search
from failover_fsm.checker.explicit.graph import Graph
from failover_fsm.checker.explicit.liveness import Lasso, actions_of, find_cycle, find_fair_lasso, find_lost
from failover_fsm.checker.explicit.paths import Trace, confirm, replay, trace_of_hit, trace_of_lasso, trace_to
from failover_fsm.records.steady import steady


class Checker(Generic[S, E]):
    """Checks one model, by visiting every reachable state.

    Args:
        model: see ``checker.model.Model``.

    Raises:
        ModelError: if the model lacks a method.
    """

    def __init__(self, model: Model[S, E]) -> None:
        self.model = model
        expander(model)

    def verify(
        self,
        *properties: Property,
        max_states: int | None = None,
        time_limit: float | None = None,
        clock: Clock | None = None,
        progress: Callable[[Progress], object] | None = None,
        progress_every: int = 10_000,
        stop_at_first: bool = False,
        costs: bool = False,
        memory: int | None = None,
        process_memory: Callable[[], int] | None = None,
    ) -> Result[S, E]:
        """Search the model and judge ``properties``.

        The search goes on after a violation, so that one run answers for every property and always counts
        the same states. An interrupt from the keyboard ends it: what is violated stays violated, a witness
        stays a witness, everything else is undecided. The same goes for the limits.

        Args:
            properties: what is claimed; names must differ.
            max_states: the search ends when it meets one distinct state more than this. The model is
                complete if it has exactly this many. States that were stored have all been judged.
            time_limit: seconds; checked before each state is expanded and each graph property is judged.
            clock: a function that returns seconds, for ``time_limit`` and ``seconds``; nothing else reads a
                clock.
            progress: called with a ``Progress`` now and then.
            progress_every: how many states are expanded between two calls of ``progress``.
            stop_at_first: end at the first violation that the search meets. The result is then not complete.
            costs: whether to compute the factor by which each field multiplies the states, which must be records.
            memory: the search ends, undecided, when `process_memory` returns more bytes than this.
            process_memory: a function that returns the bytes that the process has taken since the check began.

        Returns:
            The result; byte for byte the same for the same model, apart from ``seconds``.

        Raises:
            ValueError: two properties of one name, a limit out of range, a time limit without a clock.
            TypeError: something that is not a property or not a function.
            ModelError: the model or a predicate failed, or a counterexample could not be replayed.
        """
        check_properties(properties)
        limits = Limits(
            max_states=max_states,
            time_limit=time_limit,
            clock=clock,
            progress=progress,
            progress_every=progress_every,
            stop_at_first=stop_at_first,
            memory=memory,
            process_memory=process_memory,
        )
        search = Search(self.model, properties, limits)
        try:
            search.run()
            findings = tuple(_finding(search, slot, claim) for slot, claim in enumerate(properties))
        except ModelError as error:
            number = search.number_of(error.state)
            if number is not None and error.trace is None:
                error.trace = trace_to(search, number).events
            raise
        levels = search.levels()
        return Result(
            verdict=overall(findings, search.complete),
            findings=findings,
            states=len(search.states),
            transitions=search.transitions,
            generated=search.listed + search.transitions,
            depth=max(0, len(levels) - 1),
            complete=search.complete,
            interrupted=search.interrupted,
            limit=search.limit,
            seconds=search.seconds(),
            levels=levels,
            digest=digest_of(levels, search.transitions, findings),
            costs=costs_of_states(search.states) if costs else (),
            never_taken=tuple(search.never_taken) if search.complete else (),
        )


def _finding(search: Search[S, E], slot: int, claim: Property) -> Finding[S, E]:
    """Judge one property after the search."""
    verdict, vacuous, trace = Verdict.UNDECIDED, False, Trace[S, E]()
    if claim.kind in NEEDS_GRAPH:
        if _may_judge(search):
            try:
                verdict, vacuous, trace = _judge_graph(search, claim)
            except KeyboardInterrupt:
                search.interrupted = True
    else:
        verdict, vacuous, trace = _judge_hits(search, slot, claim)
    if trace.states:
        replay(search, trace, claim.name)
        confirm(claim, trace.events, trace.states, trace.loop)
    if verdict is Verdict.HOLDS and claim.kind is not Kind.SOMETIMES and not search.transitions:
        vacuous = True
    return Finding(
        name=claim.name,
        kind=claim.kind,
        verdict=verdict,
        vacuous=vacuous,
        trace=trace.events,
        states=trace.states,
        loop=trace.loop,
        reason=claim.reason,
    )


RECHECKED = 100
"""States in which a predicate of a property of the graph is evaluated twice."""

Judged = tuple[Verdict, bool, Trace[S, E]]


def _judge_hits(search: Search[S, E], slot: int, claim: Property) -> Judged[S, E]:
    """Return (verdict, vacuous, trace) of a property that was watched during the search."""
    seen = search.witnesses.get(slot)
    if claim.kind is Kind.SOMETIMES:
        if seen is not None:
            return Verdict.HOLDS, False, trace_of_hit(search, seen)
        return (Verdict.VIOLATED if search.complete else Verdict.UNDECIDED), False, Trace()
    bad = search.violations.get(slot)
    if bad is not None:
        return Verdict.VIOLATED, False, trace_of_hit(search, bad)
    if not search.complete:
        return Verdict.UNDECIDED, False, Trace()
    may_be_vacuous = claim.premise is not None or claim.kind is Kind.WHEN_SETTLED
    never = claim.kind is Kind.ALWAYS_STEP and not search.has_step_of(claim)
    return Verdict.HOLDS, never or (may_be_vacuous and seen is None), Trace()


def _may_judge(search: Search[S, E]) -> bool:
    """Return whether the graph is whole and there is time left."""
    if search.complete and not search.interrupted and search.limit is None:
        search.limit = search.late()
    return search.complete and not search.interrupted and search.limit is None


def _judge_graph(search: Search[S, E], claim: Property) -> Judged[S, E]:
    """Return (verdict, vacuous, trace) of a property that is decided on the finished graph."""
    assert search.graph is not None
    allowed = _allowed(search.graph, claim)
    graph = search.graph.restricted(allowed)
    lasso: Lasso | None
    if claim.kind is Kind.CONVERGES:
        lasso, vacuous = find_cycle(graph), not graph.targets
    elif claim.kind is Kind.CAN_RECOVER:
        lost = find_lost(graph, _truth(search, claim, claim.predicate))
        if lost is not None:
            return Verdict.VIOLATED, False, trace_to(search, lost)
        return Verdict.HOLDS, False, Trace()
    else:
        lasso, vacuous = _unfulfilled(search, claim, graph, allowed)
    if lasso is not None:
        return Verdict.VIOLATED, False, trace_of_lasso(search, lasso)
    return Verdict.HOLDS, vacuous, Trace()


def _unfulfilled(search: Search[S, E], claim: Property, graph: Graph, allowed: bytearray) -> tuple[Lasso | None, bool]:
    """Return a fair run that violates a LEADS_TO or an EVENTUALLY_ALWAYS, and whether its premise never occurs.

    Args:
        search: the finished search.
        claim: the property.
        graph: the edges of the events of its ``within``.
        allowed: truth per event number: whether ``within`` admits it.
    """
    assert search.graph is not None
    fair = actions_of(claim, search.graph.events, allowed)
    fair.deny([_truth(search, claim, guard) for guard in claim.guards])
    goal = _truth(search, claim, claim.predicate)
    missed = bytearray(not good for good in goal)
    if claim.kind is Kind.EVENTUALLY_ALWAYS:
        everywhere = bytearray(b"\1" * graph.size)
        return find_fair_lasso(graph, search.levels(), everywhere, graph, bytearray(graph.size), fair, missed), False
    premise = _truth(search, claim, claim.premise)
    arena = graph.restricted(allowed, missed)
    return find_fair_lasso(graph, search.levels(), premise, arena, goal, fair), not any(premise)


def _allowed(graph: Graph, claim: Property) -> bytearray:
    """Return truth per event number: whether ``within`` of the property admits the event."""
    return bytearray(admits(claim, event) for event in graph.events)


def _truth(search: Search[S, E], claim: Property, predicate: Callable[..., Any] | None) -> bytearray:
    """Return truth per state of a predicate of ``claim``."""
    assert predicate is not None
    values = bytearray()
    stride = -(-len(search.states) // RECHECKED)
    for number, state in enumerate(search.states):
        try:
            values.append(truth(predicate(state)))
            if number % stride == 0 and truth(predicate(state)) is not bool(values[-1]):
                raise ValueError("called twice it answered differently; it must depend on the fields of the state only")
            if number % stride == 0 and search.number_of(state) != number:
                raise ValueError("it changed the state; predicates only read")
        except FAULTS as error:
            what = f"a predicate failed on {steady(state)}: {described(error)}"
            raise ModelError(f"property {claim.name!r}: {what}", state=state) from error
    return values


def not_searched(model: Model[S, E], properties: Iterable[Property], limit: str | None = None) -> Result[S, E]:
    """The result of a search that never began: only the first initial state is judged.

    Args:
        model: the model.
        properties: the properties.
        limit: the limit that left no room for a search, in words; None if the user interrupted.
    """
    begun = Checker(model).verify(*properties, max_states=1)
    findings = tuple(map(_shown_at_once, begun.findings))
    return evolve(
        begun,
        verdict=overall(findings, False),
        findings=findings,
        complete=False,
        interrupted=limit is None,
        limit=limit,
        never_taken=(),
        digest=digest_of(begun.levels, begun.transitions, findings),
    )


def _shown_at_once(finding: Finding[S, E]) -> Finding[S, E]:
    """The finding, undecided unless the initial state shows it: a model of one state is not called searched either."""
    violated = finding.verdict is Verdict.VIOLATED and finding.kind in (Kind.ALWAYS, Kind.ALWAYS_STEP)
    if violated or (finding.verdict is Verdict.HOLDS and finding.kind is Kind.SOMETIMES):
        return finding
    return Finding(name=finding.name, kind=finding.kind, verdict=Verdict.UNDECIDED, reason=finding.reason)
