"""A search divided into parts, which may be in other processes or on other machines.

All parts go from level to level together: each judges its states, takes their transitions, and hands over what belongs
to others. Counts, verdicts and counterexamples are those of one search, however many parts there are.

Judged are properties that are seen from a state or a step. Those that ask for the whole graph (`NEEDS_GRAPH`) stay
undecided.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.counterexamples import Run, ended, not_replayable
from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.bitset.shard import Totals
from failover_fsm.checker.bitset.verdicts import is_vacuous
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import NEEDS_GRAPH, Kind, Property
from failover_fsm.checker.core.result import Finding, Progress, Result, Verdict, digest_of, overall

__all__ = ["GRAPH_UNJUDGED", "Crew", "DividedSearch"]

GRAPH_UNJUDGED = "a divided search judges no property of the whole graph"
"""The limit of a search with such properties, in words."""


class Crew(Protocol):
    """The parts of a search (`checker.bitset.shard.Shard`), wherever they are."""

    def ask(self, method: str, /, *arguments: Any) -> list[Any]:
        """Call a method of every part; return the answers in the order of the parts."""
        ...

    def exchange(self, give: str, take: str, /) -> list[Any]:
        """Call `give` of every part, which returns a parcel for each, then `take` with those for it; return the answers
        of `take` in the order of the parts.
        """
        ...


class DividedSearch:
    """One search by a crew: call `run`.

    Args:
        checker: the model as the crew has it, to run rules on frozen records.
        properties: those of the crew.
        crew: the parts.
        limits: `max_states`, `time_limit` with `clock`, `progress` and `stop_at_first` count, all between levels; the
            last level may go beyond `max_states`.

    Attributes:
        sizes: the number of states of each level so far.
        nbytes: bytes of the tables of all parts at the end.
    """

    def __init__(self, checker: CompiledModel, properties: Sequence[Property], crew: Crew, limits: Limits) -> None:
        self._checker, self._properties, self._crew, self._limits = checker, properties, crew, limits
        self.sizes: list[int] = []
        self.nbytes = 0

    def run(self) -> Result[Any, Hashable]:
        """Search, judge, and find the runs.

        Raises:
            ModelError: a rule, predicate or premise fails in a reached state or is not a function of the state.

        Errors of the crew pass unchanged.
        """
        layouts = self._crew.ask("layout")
        if len(set(layouts)) > 1 or layouts[0][1] != tuple(sorted(self._checker.layout.shifts.items())):
            raise ModelError(
                "the parts of the search have learned different rules: they are not functions of the state, or other "
                "versions of the program"
            )
        self.sizes = [sum(self._crew.ask("size"))]
        limit = self._levels()
        return self._result(limit, self._crew.ask("close", limit is None))

    def _levels(self) -> str | None:
        """Go from level to level; return the limit that ended the search, or None."""
        limits = self._limits
        while True:
            violated = self._crew.ask("judge")
            if any(violated) and limits.stop_at_first:
                return "stopped at the first violation"
            limit = limits.crowded(sum(self.sizes)) or limits.late()
            if limit is not None:
                return limit
            new = sum(self._crew.exchange("leave", "enter"))
            if not new:
                return None
            self.sizes.append(new)
            if limits.progress is not None:
                depth, states = len(self.sizes) - 1, sum(self.sizes)
                limits.progress(
                    Progress(states=states, transitions=0, frontier=new, depth=depth, seconds=limits.seconds())
                )

    def _result(self, limit: str | None, totals: Sequence[Totals]) -> Result[Any, Hashable]:
        checker, complete = self._checker, limit is None
        by_rule: NDArray[np.int64] = np.sum([each.by_rule for each in totals], axis=0)
        self.nbytes = sum(each.nbytes for each in totals)
        findings = tuple(self._finding(place, totals, by_rule, complete) for place in range(len(self._properties)))
        transitions = int(by_rule.sum())
        if complete and any(claim.kind in NEEDS_GRAPH for claim in self._properties):
            limit = GRAPH_UNJUDGED
        rules = checker.model.rules
        return Result(
            verdict=overall(findings, complete),
            findings=findings,
            states=sum(self.sizes),
            transitions=transitions,
            generated=len(checker.initial) + transitions,
            depth=len(self.sizes) - 1,
            complete=complete,
            interrupted=False,
            limit=limit,
            seconds=self._limits.seconds(),
            levels=tuple(self.sizes),
            digest=digest_of(self.sizes, transitions, findings),
            costs=(),
            taken=tuple(rule.event for rule, many in zip(rules, by_rule, strict=True) if many),
            never_taken=tuple(rule.event for rule, many in zip(rules, by_rule, strict=True) if complete and not many),
        )

    def _finding(
        self, place: int, totals: Sequence[Totals], by_rule: NDArray[np.int64], complete: bool
    ) -> Finding[Any, Hashable]:
        """The verdict of the property at `place`, with its run."""
        claim = self._properties[place]
        levels = [each.hits[place] for each in totals]
        hits = [level for level in levels if level is not None]
        verdict, vacuous, run = Verdict.UNDECIDED, False, ((), ())
        if hits:
            verdict = Verdict.HOLDS if claim.kind is Kind.SOMETIMES else Verdict.VIOLATED
            run = ended(self._run_to(place, min(hits)), self._checker.plain, claim)
        elif complete and claim.kind not in NEEDS_GRAPH:
            verdict = Verdict.VIOLATED if claim.kind is Kind.SOMETIMES else Verdict.HOLDS
            exercised = any(each.exercised[place] for each in totals)
            vacuous = verdict is Verdict.HOLDS and is_vacuous(claim, self._checker.model, by_rule, exercised)
        return Finding(
            name=claim.name,
            kind=claim.kind,
            verdict=verdict,
            vacuous=vacuous,
            trace=run[0],
            states=run[1],
            reason=claim.reason,
        )

    def _run_to(self, place: int, level: int) -> Run:
        """A shortest run to a state that decides the property at `place`, as `counterexamples.run_to` finds it."""
        self._crew.ask("aim", place, level)
        for _ in range(level):
            self._crew.exchange("show", "step_back")
        plain, what = self._checker.plain, f"property {self._properties[place].name!r}"
        steps: list[tuple[Any, Any]] = [(None, state) for state in plain.initial_states()]
        events, states = list[Any](), list[Any]()
        for layer in range(level, -1, -1):
            chosen = self._first(layer, [state for _, state in steps])
            if chosen is None:
                raise not_replayable(what, len(states), states[-1] if states else None)
            events.append(steps[chosen][0])
            states.append(steps[chosen][1])
            steps = [(event, plain.step(states[-1], event)) for event in plain.events(states[-1])] if layer else []
            steps = [step for step in steps if step[1] is not None]
        return tuple(events[1:]), tuple(states)

    def _first(self, layer: int, states: Sequence[Any]) -> int | None:
        """The position of the first of these records that is in a layer of the way back; None if none is."""
        layout = self._checker.layout
        asked = [layout.split(layout.packing.pack(state)) for state in states]
        found = np.any(self._crew.ask("has", layer, asked), axis=0)
        return int(np.argmax(found)) if found.any() else None
