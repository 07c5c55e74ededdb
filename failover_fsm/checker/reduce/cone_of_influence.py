"""A model without some of its fields, exactly.

A rule model is cut down to the slots of `keep`; the others stay as they are in the first initial state.  Each
rule is run for every value that it may read in a slot left out, and must do the same to the kept ones each
time; predicates must not look at what is left out.  Where that is not so, `Needed` says which slot is missing and
for what, and `checker.slicing` keeps it, too.  So nothing is taken on trust, neither a list of dependencies nor a
sample of the states.

A rule that only changes what is left out changes nothing here, and is not possible.  Two kinds of claims look closer:

- a claim on steps is asked of every step of its rules, also of those that change nothing that is kept: such rules
  must be possible, or not, whatever the values left out (`exact`);
- where the rules of a `within` go on for ever, or stop, is told by all that they change: they may not change a slot
  that is left out (`faithful`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule, RuleModel, possible
from failover_fsm.records import Shape, Tracer, TracingDraft, same_view, tracer_of

__all__ = ["Cone", "ConeModel", "MissingSlot"]

MOST_RUNS = 200
"""A rule that looks at more combinations of what is left out is taken to need it."""

Names = tuple[str, ...]


class MissingSlot(BaseException):
    """A slot that is left out matters.  No Exception, so that no rule takes it for an error of its own.

    slot: its number.
    slots: the kept slots whose new values depend on it.
    claims: the properties that depend on it.
    """

    def __init__(self, slot: int, slots: Iterable[int] = (), claims: Iterable[str] = ()) -> None:
        super().__init__(f"slot {slot}")
        self.slot = slot
        self.slots = tuple(slots)
        self.claims = tuple(claims)


@attrs.frozen(eq=False)
class Cone:
    """What is kept, and what for.

    keep: numbers of slots.
    initial: the codes of the first initial state.
    claims: the names of the properties.
    exact, faithful: those that look closer at a rule, by its event; see the module's text.
    moved: slots left out that some rule assigned another value than they hold; found along the way.
    """

    keep: frozenset[int]
    initial: tuple[int, ...]
    claims: Names
    exact: Mapping[Hashable, Names]
    faithful: Mapping[Hashable, Names]
    dropped_writes: dict[int, None] = attrs.field(factory=dict)

    def rule(self, rule: Rule) -> Rule:
        """The rule on what is kept."""

        def function(draft: Any) -> bool:
            outer = tracer_of(draft)
            runs = self._runs(rule, outer)
            for other in runs[1:]:
                self._compare(rule, outer, runs[0], other)
            if isinstance(runs[0].outcome, Exception):
                raise runs[0].outcome
            outer.writes.update(runs[0].kept)
            return runs[0].outcome

        return Rule(rule.event, function, stutters=rule.event in self.exact)

    def claim(self, claim: Property) -> Property:
        """The property, looking at nothing that is left out."""
        predicate, premise = (
            None if function is None else self._on_kept_slots(function, claim.name)
            for function in (claim.predicate, claim.premise)
        )
        return attrs.evolve(claim, predicate=predicate, premise=premise)

    def _on_kept_slots(self, function: Callable[..., object], name: str) -> Callable[..., object]:
        def predicate(state: Any, *step: Any) -> object:
            if not isinstance(state, TracingDraft):  # a record on a run that is told
                return function(state, *step)
            limited = _KeptOnlyTracer(self.keep, tracer_of(state), name)
            if not step:
                return function(same_view(state, limited))
            event, after = step
            return function(same_view(state, limited), event, same_view(after, limited))

        return predicate

    def _runs(self, rule: Rule, outer: Tracer) -> list[_Run]:
        """The rule, run for all that it may read in slots left out."""
        found: list[_Run] = []
        script: dict[int, int] | None = {}
        while script is not None:
            run = self._run(rule, outer, script)
            found.append(run)
            if len(found) > MOST_RUNS:
                raise MissingSlot(outer.shape.base(next(iter(run.left_out))), claims=self.claims)
            script = _following(outer.shape, run.left_out)
        return found

    def _run(self, rule: Rule, outer: Tracer, script: Mapping[int, int]) -> _Run:
        shape, left_out = outer.shape, dict[int, int]()

        def oracle(number: int) -> int:
            if shape.base(number) in self.keep:
                return outer.read(number)
            code = script.get(number)
            left_out[number] = shape.feasible(left_out, number)[0] if code is None else code
            return left_out[number]

        inner = Tracer(shape, oracle)
        outcome: bool | Exception
        try:
            answer = possible(rule, inner) if rule.event in self.exact else rule.function(inner.draft())
            outcome = answer is not False and answer is not None
        except Exception as error:
            outcome = error
        if outcome is True:
            self._check_writes(rule, inner)
        kept = {number: code for number, code in inner.writes.items() if number in self.keep}
        return _Run(left_out, outcome, kept if outcome is True else {})

    def _check_writes(self, rule: Rule, inner: Tracer) -> None:
        """Note what is assigned to slots left out.  Raises Needed where somebody is not indifferent to that."""
        concerned = self.faithful.get(rule.event, ())
        for number, code in list(inner.writes.items()):
            if number in self.keep:
                continue
            if concerned and inner.read(number) != code:
                raise MissingSlot(number, claims=concerned)
            if code != self.initial[number]:
                self.dropped_writes[number] = None

    def _compare(self, rule: Rule, outer: Tracer, one: _Run, other: _Run) -> None:
        """Raises Needed where two runs do not do the same to what is kept."""
        first, second = one.effect(outer.reads), other.effect(outer.reads)
        slots = [slot for slot in {**first, **second} if first.get(slot) != second.get(slot)]
        claims: Names = ()
        if isinstance(one.outcome, Exception) or isinstance(other.outcome, Exception):
            claims = () if repr(one.outcome) == repr(other.outcome) else self.claims
        elif one.outcome is not other.outcome:
            claims = self.exact.get(rule.event, ())
        if slots or claims:
            differing = next(slot for slot, code in one.left_out.items() if other.left_out.get(slot) != code)
            raise MissingSlot(outer.shape.base(differing), slots, claims)


@attrs.frozen
class _Run:
    """One run of a rule: what it read of slots left out, whether it is possible, what it assigned to kept ones."""

    left_out: dict[int, int]
    outcome: bool | Exception
    kept: dict[int, int]

    def effect(self, reads: Mapping[int, int]) -> dict[int, int]:
        """The kept slots that get another value than was read there."""
        return {slot: code for slot, code in self.kept.items() if reads.get(slot) != code}


def _following(shape: Shape, left_out: Mapping[int, int]) -> dict[int, int] | None:
    """The start of the next combination in order of codes: the last slot that has a code left, advanced."""
    reads = list(left_out.items())
    for last in range(len(reads) - 1, -1, -1):
        before, (slot, code) = dict(reads[:last]), reads[last]
        for later in shape.feasible(before, slot):
            if later > code:
                return {**before, slot: later}
    return None


class _KeptOnlyTracer(Tracer):
    """What a predicate looks through: it may not see what is left out, nor compare it."""

    def __init__(self, keep: frozenset[int], outer: Tracer, claim: str) -> None:
        super().__init__(outer.shape, self._read)
        self._keep, self._outer, self._claim = keep, outer, claim

    def _read(self, number: int) -> int:
        self.need([self.shape.base(number)])
        return self._outer.read(number)

    def need(self, numbers: Iterable[int]) -> None:
        """Raises Needed where one of the slots is left out."""
        for number in numbers:
            if number not in self._keep:
                raise MissingSlot(number, claims=(self._claim,))


class ConeModel:
    """A rule model cut down to a slice; see `checker.learned.RuleModel`.

    plain: the same for the plain explorer, on whole records in which what is left out stays as it is.
    """

    def __init__(self, model: RuleModel, shape: Shape, cone: Cone) -> None:
        self._model, self._shape, self._cone = model, shape, cone
        self.rules = tuple(cone.rule(rule) for rule in model.rules)
        self.domains = getattr(model, "domains", None)
        names = {leaf.slot.name for leaf in shape.leaves if leaf.number in cone.keep}
        self.dense = tuple(name for name in getattr(model, "dense", ()) if name in names)
        self.plain = _PlainConeModel(PlainModel(model), self.cone, cone.exact)

    def initial_states(self) -> tuple[Any, ...]:
        """Where runs begin, each once."""
        return tuple(dict.fromkeys(map(self.cone, self._model.initial_states())))

    def cone(self, record: Any) -> Any:
        """A state with what is left out put back."""
        codes = self._shape.codes(record)
        keep, initial = self._cone.keep, self._cone.initial
        return self._shape.build([code if slot in keep else initial[slot] for slot, code in enumerate(codes)])


class _PlainConeModel:
    """A plain model on states that are cut after every step."""

    def __init__(self, model: PlainModel, cone: Callable[[Any], Any], exact: Mapping[Hashable, Names]) -> None:
        self._model, self._cone, self._exact = model, cone, exact

    def initial_states(self) -> Iterable[Any]:
        """See `checker.model.Model`."""
        return dict.fromkeys(map(self._cone, self._model.initial_states()))

    def events(self, state: Any, /) -> Iterable[Hashable]:
        """See `checker.model.Model`."""
        return self._model.events(state)

    def step(self, state: Any, event: Hashable, /) -> Any | None:
        """See `checker.model.Model`."""
        after = self._model.step(state, event)
        if after is None:
            return None
        cone = self._cone(after)
        return cone if cone != state or event in self._exact else None
