"""Cone-of-influence reduction of a rule model, exact by construction.

The model is reduced to the slots of `keep`; the others stay as in the first initial state. Each rule is run for every
value that it may read in a dropped slot, and must have the same effect on the kept slots each time; predicates must not
read dropped slots. Otherwise `MissingSlot` names the slot and what depends on it, and `checker.sliced` adds it to the
cone. So neither a list of dependencies nor a sample of states is trusted.

A rule that changes dropped slots only changes nothing here and is not enabled. Two kinds of properties are stricter:

- a property of steps is judged on every step of its rules, also on steps that change no kept slot: whether such a rule
  is enabled must not depend on a dropped slot (`exact`);
- whether the events of a `within` go on for ever or stop depends on everything they change: they may not change a
  dropped slot (`faithful`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.checker.core.answers import FAULTS
from failover_fsm.checker.core.properties import InStates, Property
from failover_fsm.checker.rules.predicates import answerable
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule, RuleModel, possible, says_possible
from failover_fsm.records import Shape, Tracer, TracingDraft, same_view, tracer_of

__all__ = ["Cone", "ConeModel", "MissingSlot"]

MOST_RUNS = 200
"""A rule that reads more combinations of dropped slots than this is taken to depend on them."""

Names = tuple[str, ...]


class MissingSlot(BaseException):
    """A dropped slot matters. Not an Exception, so that no rule mistakes it for an error of its own.

    Attributes:
        slot: its number.
        slots: the kept slots whose new values depend on it.
        claims: the names of the properties that depend on it.
    """

    def __init__(self, slot: int, slots: Iterable[int] = (), claims: Iterable[str] = ()) -> None:
        super().__init__(f"slot {slot}")
        self.slot = slot
        self.slots = tuple(slots)
        self.claims = tuple(claims)


@attrs.frozen(eq=False)
class Cone:
    """The slots to keep, and the properties they are kept for.

    Attributes:
        keep: numbers of slots.
        initial: the codes of the first initial state.
        claims: the names of the properties.
        exact, faithful: the stricter properties of each event, see the module's text.
        dropped_writes: dropped slots that some rule assigned a value other than the initial one; filled during the
            search.
    """

    keep: frozenset[int]
    initial: tuple[int, ...]
    claims: Names
    exact: Mapping[Hashable, Names]
    faithful: Mapping[Hashable, Names]
    dropped_writes: dict[int, None] = attrs.field(factory=dict)

    def rule(self, rule: Rule) -> Rule:
        """The rule, restricted to the kept slots."""

        def function(draft: Any) -> bool:
            outer = tracer_of(draft)
            runs = self._runs(rule, outer)
            for other in runs[1:]:
                self._compare(rule, outer, runs[0], other)
            if isinstance(runs[0].outcome, BaseException):
                raise runs[0].outcome
            outer.writes.update(runs[0].kept)
            return runs[0].outcome

        return Rule(rule.event, function, stutters=rule.event in self.exact)

    def claim(self, claim: Property) -> Property:
        """The property, with predicates that may read kept slots only."""
        predicate, premise = (
            None if function is None else self._on_kept_slots(function, claim.name)
            for function in (claim.predicate, claim.premise)
        )
        weak, strong = (
            tuple(
                InStates(item.item, self._on_kept_slots(item.predicate, claim.name))
                if isinstance(item, InStates)
                else item
                for item in items
            )
            for items in (claim.weak, claim.strong)
        )
        return attrs.evolve(claim, predicate=predicate, premise=premise, weak=weak, strong=strong)

    def _on_kept_slots(self, function: Callable[..., object], name: str) -> _Limited:
        return _Limited(self.keep, function, name)

    def _runs(self, rule: Rule, outer: Tracer) -> list[_Run]:
        """Run the rule for all combinations of values that it reads in dropped slots."""
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
        outcome: bool | BaseException
        try:
            outcome = (possible if rule.event in self.exact else says_possible)(rule, inner)
        except FAULTS as error:
            outcome = error
        if outcome is True:
            self._check_writes(rule, inner)
        kept = {number: code for number, code in inner.writes.items() if number in self.keep}
        return _Run(left_out, outcome, kept if outcome is True else {})

    def _check_writes(self, rule: Rule, inner: Tracer) -> None:
        """Note assignments to dropped slots. Raises MissingSlot if a property depends on one."""
        concerned = self.faithful.get(rule.event, ())
        for number, code in list(inner.writes.items()):
            if number in self.keep:
                continue
            if concerned and inner.read(number) != code:
                raise MissingSlot(number, claims=concerned)
            if code != self.initial[number]:
                self.dropped_writes[number] = None

    def _compare(self, rule: Rule, outer: Tracer, one: _Run, other: _Run) -> None:
        """Raise MissingSlot if two runs have different effects on the kept slots."""
        first, second = one.effect(outer.reads), other.effect(outer.reads)
        slots = [slot for slot in {**first, **second} if first.get(slot) != second.get(slot)]
        claims: Names = ()
        if isinstance(one.outcome, BaseException) or isinstance(other.outcome, BaseException):
            claims = () if repr(one.outcome) == repr(other.outcome) else self.claims
        elif one.outcome is not other.outcome:
            claims = self.exact.get(rule.event, ())
        if slots or claims:
            differing = next(slot for slot, code in one.left_out.items() if other.left_out.get(slot) != code)
            raise MissingSlot(outer.shape.base(differing), slots, claims)


@attrs.frozen(eq=False)
class _Limited:
    """A predicate that may read kept slots only.

    Where it compares the class of a record by identity it is given records instead of views, as everywhere, and reads
    them whole. It is no function, so that nobody looks for such a comparison again and passes records here.
    """

    keep: frozenset[int]
    function: Callable[..., object]
    claim: str
    _forms: dict[bool, Callable[..., object]] = attrs.field(factory=dict, init=False)

    def __call__(self, state: Any, *step: Any) -> object:
        if not isinstance(state, TracingDraft):  # a frozen record of a counterexample
            return self.function(state, *step)
        function = self._forms.get(bool(step))
        if function is None:
            function = self._forms[bool(step)] = answerable(self.function, step=bool(step))
        limited = _KeptOnlyTracer(self.keep, tracer_of(state), self.claim)
        if not step:
            return function(same_view(state, limited))
        event, after = step
        return function(same_view(state, limited), event, same_view(after, limited))


@attrs.frozen
class _Run:
    """One run of a rule: its reads of dropped slots, whether it is enabled, its assignments to kept slots."""

    left_out: dict[int, int]
    outcome: bool | BaseException
    kept: dict[int, int]

    def effect(self, reads: Mapping[int, int]) -> dict[int, int]:
        """The kept slots that are assigned a value other than the one read."""
        return {slot: code for slot, code in self.kept.items() if reads.get(slot) != code}


def _following(shape: Shape, left_out: Mapping[int, int]) -> dict[int, int] | None:
    """The next combination in order of codes: the last slot with a code left is advanced; None at the end."""
    reads = list(left_out.items())
    for last in range(len(reads) - 1, -1, -1):
        before, (slot, code) = dict(reads[:last]), reads[last]
        for later in shape.feasible(before, slot):
            if later > code:
                return {**before, slot: later}
    return None


class _KeptOnlyTracer(Tracer):
    """The tracer of a predicate: reading or comparing a dropped slot is an error."""

    def __init__(self, keep: frozenset[int], outer: Tracer, claim: str) -> None:
        super().__init__(outer.shape, self._read)
        self._keep, self._outer, self._claim = keep, outer, claim

    def _read(self, number: int) -> int:
        self.need([self.shape.base(number)])
        return self._outer.read(number)

    def need(self, numbers: Iterable[int]) -> None:
        """Raise MissingSlot if one of the slots is dropped."""
        for number in numbers:
            if number not in self._keep:
                raise MissingSlot(number, claims=(self._claim,))


class ConeModel:
    """A rule model reduced to a cone; see `checker.rules.rule_tree.RuleModel`.

    Attributes:
        rules: the reduced rules.
        domains, dense: as in the model.
        plain: the same model for the plain explorer, on whole records whose dropped slots keep their initial values.
    """

    def __init__(self, model: RuleModel, shape: Shape, cone: Cone) -> None:
        self._model, self._shape, self._cone = model, shape, cone
        self.rules = tuple(cone.rule(rule) for rule in model.rules)
        self.domains = getattr(model, "domains", None)
        names = {leaf.slot.name for leaf in shape.leaves if leaf.number in cone.keep}
        self.dense = tuple(name for name in getattr(model, "dense", ()) if name in names)
        self.plain = _PlainConeModel(PlainModel(model), self.restricted, cone.exact)

    def initial_states(self) -> tuple[Any, ...]:
        """The initial states, each once."""
        return tuple(dict.fromkeys(map(self.restricted, self._model.initial_states())))

    def restricted(self, record: Any) -> Any:
        """A state with the dropped slots reset to their initial values."""
        codes = self._shape.codes(record)
        keep, initial = self._cone.keep, self._cone.initial
        return self._shape.build([code if slot in keep else initial[slot] for slot, code in enumerate(codes)])


class _PlainConeModel:
    """A plain model whose states are reset to the cone after every step."""

    def __init__(self, model: PlainModel, restricted: Callable[[Any], Any], exact: Mapping[Hashable, Names]) -> None:
        self._model, self._restricted, self._exact = model, restricted, exact

    def initial_states(self) -> Iterable[Any]:
        """See `checker.core.model.Model`."""
        return dict.fromkeys(map(self._restricted, self._model.initial_states()))

    def events(self, state: Any, /) -> Iterable[Hashable]:
        """See `checker.core.model.Model`."""
        return self._model.events(state)

    def step(self, state: Any, event: Hashable, /) -> Any | None:
        """See `checker.core.model.Model`."""
        after = self._model.step(state, event)
        if after is None:
            return None
        kept = self._restricted(after)
        return kept if kept != state or event in self._exact else None
