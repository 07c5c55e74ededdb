"""Rule models: what a user writes, the checks of its form, and the same model for the plain explorer."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol

import attrs

from failover_fsm.checker.core.answers import AnswerError, line_of, place_of, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.records import SchemaError, Shape, Tracer, TypeTests, assigned_leaf, edit

__all__ = ["PlainModel", "Rule", "RuleModel", "check_events", "possible", "says_possible", "shape_of"]


@attrs.frozen
class Rule:
    """One possible transition.

    event: names the rule; hashable, and no two rules of a model have the same.
    function: assigns to the draft it is given.  False says that the rule is not possible there, whatever it has
        assigned, and so does None where it has assigned nothing; True says that it is.  Numpy booleans, 0 and 1 are
        taken likewise; anything else, and None after an assignment, is an error.
    stutters: it counts as possible where it changes nothing.
    """

    event: Hashable
    function: Callable[[Any], object]
    stutters: bool = True


class RuleModel(Protocol):
    """A transition system over frozen attrs records with finite domains, given by rules.

    It may have `domains`, a mapping: the domains of leaves that are asked rather than read, by name; `dense`, names of
    slots (`engine.layout.choose_rest`); and `plain`, the same as a plain model, where that is not just its rules.
    """

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules, in the order in which they are tried."""
        ...

    def initial_states(self) -> Iterable[Any]:
        """The records a run may begin in: one at least, in a fixed order."""
        ...


class PlainModel:
    """A rule model as the plain explorer takes it: hashable states, events, a step.

    The same functions run, on recording drafts of frozen records; nothing is learned.

    Raises ModelError where two rules have the same event.
    """

    def __init__(self, model: RuleModel) -> None:
        self._model = model
        self._rules = {rule.event: rule for rule in model.rules}
        self._events = check_events(model.rules)
        refuse_type_tests(model.rules)

    def initial_states(self) -> Iterable[Any]:
        """See `checker.model.Model`."""
        return self._model.initial_states()

    def events(self, _state: Any, /) -> Iterable[Hashable]:
        """Every event; `step` says which of them are possible."""
        return self._events

    def step(self, state: Any, event: Hashable, /) -> Any | None:
        """The record after the rule, or None where it is not possible."""
        draft, rule = edit(state), self._rules[event]
        try:
            said = rule.function(draft)
            if not (_nothing_said(assigned_leaf(draft)) if said is None else truth(said)):
                return None
            after = draft.freeze()
        except Exception as error:
            where = line_of(error) or place_of(rule.function)
            what = f"rule {event} failed: {type(error).__name__}: {error}{where}"
            raise ModelError(what, state=state, event=event) from error
        return after if rule.stutters or after != state else None


def possible(rule: Rule, tracer: Tracer) -> bool:
    """Run a rule; whether it is possible: it says so, and where it changes nothing, that counts."""
    return says_possible(rule, tracer) and (rule.stutters or tracer.changed)


def says_possible(rule: Rule, tracer: Tracer) -> bool:
    """Run a rule; what it says."""
    said = rule.function(tracer.draft())
    if said is None:
        return _nothing_said(tracer.shape.name(next(iter(tracer.writes))) if tracer.writes else None)
    return truth(said)


def _nothing_said(assigned: str | None) -> bool:
    """The answer None of a rule.  Raises AnswerError where it has assigned something."""
    if assigned is None:
        return False
    raise AnswerError(
        f"it assigned {assigned} and returned nothing (None); a rule returns True where it is possible, else False"
    )


def check_events(rules: Sequence[Rule]) -> tuple[Hashable, ...]:
    """The events of the rules.  Raises ModelError where two are equal."""
    seen: dict[Hashable, None] = {}
    for rule in rules:
        if rule.event in seen:
            raise ModelError(f"two rules are called {rule.event}", event=rule.event)
        seen[rule.event] = None
    return tuple(seen)


def refuse_type_tests(rules: Sequence[Rule]) -> None:
    """Raise ModelError where a rule asks for a class in a way that has no answer; see `records.identity`."""
    tests = TypeTests()
    for rule in rules:
        found = tests.find(rule.function)
        if found is not None:
            where = f"{os.path.basename(found.file)}:{found.line}"
            raise ModelError(
                f"rule {rule.event} compares type(...) by `is` ({where}): a rule is given a view of the record, whose "
                "type is another; use isinstance or a class pattern",
                event=rule.event,
            )


def shape_of(model: RuleModel) -> tuple[Shape, list[tuple[int, ...]]]:
    """The shape of a model's states, and its initial states as rows of codes, in the model's order.

    Raises ModelError where there is no initial state, they differ in shape, or a leaf has no finite domain.
    """
    refuse_type_tests(model.rules)
    records = list(model.initial_states())
    if not records:
        raise ModelError("the model has no initial state, so there is nothing to check")
    try:
        shape = Shape.of(records[0], getattr(model, "domains", None))
        initial = [shape.codes(record) for record in records]
    except SchemaError as error:
        raise ModelError(f"the states of the model cannot be explored compiled: {error}") from error
    refuse_equal_states(shape, initial[0])
    return shape, initial


def refuse_equal_states(shape: Shape, codes: Sequence[int]) -> None:
    """Raise ModelError where states that differ in a leaf compare equal: the plain checker would take them for one.

    Args:
        shape: of the states.
        codes: a state, which is compared with one other for each leaf.
    """
    record = shape.build(codes)
    for leaf in shape.leaves:
        if len(leaf.domain) == 1:
            continue
        other = list(codes)
        other[leaf.number] = (codes[leaf.number] + 1) % len(leaf.domain)
        try:
            same = bool(shape.build(other) == record)
        except Exception:  # a validator, or values that no state has together
            continue
        if same:
            raise ModelError(
                f"states that differ in {leaf.slot.name} compare equal, by `eq=False` or an `__eq__` of their own: one "
                "would be taken for the other; compare all fields, or leave the field out of the state"
            )
