"""Learned answers compared with those on frozen records, after a search and in both directions.

A tree was learned on views. Here states of all parts of the reached set are built as records, and rules, predicates
and premises are asked about those: what they say must be what the trees say, true or false. A small model is compared
in all its states, a large one in a sample; `docs/explanation/trust.md` says what that finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from typing import Any

import attrs
import numpy as np

from failover_fsm.checker.bitset.monitor import PropertyMonitor
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.core.answers import FAULTS, described, place_of, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.rules.predicates import answerable
from failover_fsm.checker.rules.rule_model import built
from failover_fsm.checker.rules.rule_tree import DecisionTree, Failure, Rule, Step
from failover_fsm.records import Assigned, Tracer
from failover_fsm.records.steady import steady

__all__ = ["RecordGuard"]

EVALUATIONS = 2_000
"""Comparisons over all predicates of a search."""

LEAST, MOST = 20, 500
"""States that are compared, where there are so many."""

STEPS = 200
"""Steps of rules that are compared."""

Codes = tuple[int, ...]


@attrs.frozen(eq=False)
class RecordGuard:
    """A finished search and what it was learned from.

    plain: the model on frozen records; None where it shows other states (sorted ones).
    claims: the properties as the user gave them, one for each monitor.
    """

    reachable: ReachableSet
    rules: Sequence[Rule]
    trees: Sequence[DecisionTree]
    plain: Any
    claims: Sequence[Property]
    _records: dict[Codes, Any] = attrs.field(factory=dict, init=False)

    def compare(self, monitors: Sequence[PropertyMonitor], complete: bool) -> None:
        """Compare what was learned with what records say.

        Args:
            monitors: of the properties, after the search.
            complete: whether the search was, so that every state and step was judged.

        Raises:
            ModelError: answers differ, with rule or property and the state.
        """
        functions = [
            each
            for monitor, claim in zip(monitors, self.claims, strict=True)
            for each in _functions(monitor, claim, complete)
        ]
        states = list(self._states(min(MOST, max(LEAST, EVALUATIONS // max(1, len(functions))))))
        for each in functions:
            if each.claim.kind is Kind.ALWAYS_STEP:
                self._compare_steps(each, states)
            else:
                self._compare_states(each, states)
        if self.plain is not None:
            self._compare_rules(states)

    def _record(self, codes: Codes) -> Any:
        """The record of a state, built once: all functions are asked about the same states."""
        record = self._records.get(codes)
        if record is None:
            record = self._records[codes] = built(self.reachable.layout.packing.shape, codes)
        return record

    def _states(self, most: int) -> Iterator[Codes]:
        """So many of the reached states, from all parts of the set; all of them where there are no more."""
        reachable, few = self.reachable, sum(self.reachable.sizes) <= most
        rows = reachable.reached
        places = range(len(rows)) if few else np.unique(np.linspace(0, len(rows) - 1, most).astype(np.int64)).tolist()
        for turn, row in enumerate(places):
            bits = np.flatnonzero(np.unpackbits(rows[row].view(np.uint8), bitorder="little")).tolist()
            for bit in bits if few else bits[turn % max(1, len(bits)) :][:1]:
                codes = list(reachable.layout.packing.codes(reachable.relation.keys.rows(np.array([row]))[0]))
                for slot, code in reachable.layout.dense_codes(bit).items():
                    codes[slot] = code
                yield tuple(codes)

    def _compare_states(self, each: _Function, states: Sequence[Codes]) -> None:
        tree = self.reachable.forest.tree(each.number)
        for codes in states:
            learned, record = tree.result(codes), self._record(codes)
            if isinstance(learned, Failure):
                continue
            if (each.of_records(record) is each.wanted) is not isinstance(learned, Step):
                raise each.differs(record)

    def _compare_steps(self, each: _Function, states: Sequence[Codes]) -> None:
        """Compare what a predicate says of steps, on views and on records; as many steps as states."""
        on_views, shape = answerable(each.function, step=True), self.reachable.layout.packing.shape
        for codes, rule, step in self._steps(states, len(states), each.claim.speaks_of):
            after = list(codes)
            for slot, code in step.writes:
                after[slot] = code
            tracer = Tracer(shape, partial(shape.read, codes))
            views = tracer.before(), rule.event, tracer.after(Assigned(step.writes, {}))
            before = self._record(codes)
            found = each.of_records(before, rule.event, self._record(tuple(after)))
            if found is not truth(on_views(*views)) or found is not (found if each.always is None else each.always):
                raise each.differs(before, rule.event)

    def _compare_rules(self, states: Sequence[Codes]) -> None:
        """Compare what rules do to records with what they were learned to do."""
        shape = self.reachable.layout.packing.shape
        for codes, rule, step in self._steps(states, STEPS, lambda event: True, possible=False):
            after = list(codes)
            for slot, code in step.writes if step is not None else ():
                after[slot] = code
            record = self._record(codes)
            found = self.plain.step(record, rule.event)
            if (None if found is None else shape.codes(found)) != (None if step is None else tuple(after)):
                raise ModelError(
                    f"rule {rule.event} did one thing while it was learned and another on the frozen state "
                    f"{steady(record)}: "
                    f"it must depend on the fields of the state only{place_of(rule.function)}",
                    state=record,
                    event=rule.event,
                )

    def _steps(
        self, states: Sequence[Codes], most: int, wanted: Callable[[Any], bool], possible: bool = True
    ) -> Iterator[tuple[Codes, Rule, Any]]:
        """So many pairs of a state and a rule, with what the rule was learned to do there: a Step, or None.

        possible: leave out the pairs in which the rule is not.
        """
        chosen = [pair for pair in zip(self.rules, self.trees, strict=True) if wanted(pair[0].event)]
        if not chosen or not states:
            return
        tried = len(chosen) * len(states) if len(chosen) * len(states) <= most else most
        pairs = ((codes, *pair) for codes in states for pair in chosen)
        if tried == most:  # the rules take turns, and so do the states
            pairs = ((codes, *pair) for codes, pair in zip(cycle(states), _turns(chosen, len(states)), strict=False))
        for codes, rule, tree in islice(pairs, tried):
            result = tree.result(codes)
            if isinstance(result, Step) or (result is None and not possible):
                yield codes, rule, result


def _turns(chosen: Sequence[Any], states: int) -> Iterator[Any]:
    """The rules in turn; where their number divides that of the states, not the same with the same state again."""
    place = 0
    while True:
        yield chosen[(place + place // states) % len(chosen)]
        place += 1


@attrs.frozen(eq=False)
class _Function:
    """A predicate or premise, as the user gave it.

    what: "predicate" or "premise".  number: of its tree.  wanted: the answer that the tree looks for.
    always: the answer in all states or steps, if the search met no other.
    """

    claim: Property
    what: str
    function: Callable[..., Any]
    number: int
    wanted: bool
    always: bool | None = None

    def of_records(self, *values: Any) -> bool:
        """What it says of a record, or a step of records.  Raises ModelError where it fails."""
        try:
            return truth(self.function(*values))
        except FAULTS as error:
            what = f"failed on the frozen state {steady(values[0])}, and did not while it was learned"
            what = f"property {self.claim.name!r} {what}: {described(error, self.function)}"
            raise ModelError(what, state=values[0]) from error

    def differs(self, record: Any, event: Any = None) -> ModelError:
        """The error for another answer than the tree has."""
        return ModelError(
            f"property {self.claim.name!r} answered one way while its {self.what} was learned and another way on the "
            f"frozen state {steady(record)}: it must depend on the fields of the state only{place_of(self.function)}",
            state=record,
            event=event,
        )


def _functions(monitor: PropertyMonitor, claim: Property, complete: bool) -> Iterator[_Function]:
    if claim.predicate is not None and monitor.decisive is not None:
        wanted = claim.kind in (Kind.SOMETIMES, Kind.CAN_RECOVER)
        always = None if monitor.hit is not None or not complete else not wanted
        yield _Function(claim, "predicate", claim.predicate, monitor.decisive.trees.start, wanted, always)
    if claim.premise is not None and monitor.premise is not None:
        always = None if monitor.exercised or not complete else False
        yield _Function(claim, "premise", claim.premise, monitor.premise.trees.start, True, always)
    for guard, states in zip(claim.guards, monitor.guards, strict=True):
        yield _Function(claim, "fairness item", guard, states.trees.start, True)
