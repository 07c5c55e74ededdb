"""Rule models: what a user writes, the checks of its form, and the same model for the plain explorer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol

import attrs

from failover_fsm.checker.core.answers import FAULTS, AnswerError, described, file_name, truth
from failover_fsm.checker.core.model import ModelError, initial_states, is_uninstantiated
from failover_fsm.records import Draft, SchemaError, Shape, Tracer, TypeTests, assigned_leaf, check_domains, edit
from failover_fsm.records.steady import steady

__all__ = ["PlainModel", "Rule", "RuleModel", "check_rule_model", "possible", "says_possible", "shape_of"]


@attrs.frozen
class Rule:
    """A guarded command: a set of transitions named by one event.

    Attributes:
        event: names the rule; hashable, and no two rules of a model have the same.
        function: assigns to the view of a state and returns True if the rule is possible there, else False; assignments
            are then ignored. Numpy booleans, 0 and 1 are accepted too. None counts as False if nothing was assigned;
            None after an assignment, and any other value, is an error.
        stutters: whether the rule is possible where it changes nothing.
    """

    event: Hashable
    function: Callable[[Any], object] = attrs.field()
    stutters: bool = True

    @function.validator
    def _check_function(self, _attribute: object, function: object) -> None:
        if not callable(function):
            allowed = "Rule(event, function), where the function takes the view of a state"
            raise TypeError(f"rule {self.event!r}: {function!r} is no function; allowed: {allowed}")


class RuleModel(Protocol):
    """A transition system over frozen records with finite domains, given by rules.

    A model may also have the attributes `domains`, a mapping from names of opaque leaves to their domains; `dense`,
    names of slots (see `bitset.layout.choose_dense_slots`); and `plain`, the same system as a plain model, if that is
    more than its rules.
    """

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules in the order in which they are tried."""
        ...

    def initial_states(self) -> Iterable[Any]:
        """Return the records a run may begin in: at least one, in a fixed order."""
        ...


class PlainModel:
    """A rule model as a model of the plain explorer: its rules run on mutable views of frozen records.

    Args:
        model: the rule model.

    Raises:
        ModelError: it is no rule model, two rules have the same event, or a rule compares `type(...)` by identity.
    """

    def __init__(self, model: RuleModel) -> None:
        check_rule_model(model)
        self._model = model
        self._rules = {rule.event: rule for rule in model.rules}
        self._events = tuple(self._rules)
        refuse_type_tests(model.rules)

    def initial_states(self) -> Iterable[Any]:
        """Return the initial states; see `checker.core.model.Model`.

        Raises:
            ModelError: there is none, or one has a value outside the domain of its field.
        """
        states = initial_states(self._model)
        for state in states:
            try:
                check_domains(state, getattr(self._model, "domains", None))
            except SchemaError as error:
                raise ModelError(f"initial state {steady(state)}: {error}", state=state) from error
        return states

    @property
    def rule_events(self) -> tuple[Hashable, ...]:
        """The events of all rules, in their order."""
        return self._events

    def events(self, _state: Any, /) -> Iterable[Hashable]:
        """Return every event; `step` decides which of them are possible."""
        return self._events

    def step(self, state: Any, event: Hashable, /) -> Any | None:
        """Return the record after the rule, None if the rule is not possible.

        Raises:
            ModelError: the rule fails or its answer is neither true nor false; names rule and line.
        """
        view, rule = edit(state), self._rules[event]
        try:
            answer = rule.function(view)
            if not (_answer_none(assigned_leaf(view)) if answer is None else truth(answer)):
                return None
            after = Draft.freeze(view)  # a record may have a field of this name
        except FAULTS as error:
            what = f"rule {event} failed: {described(error, rule.function)}"
            raise ModelError(what, state=state, event=event) from error
        return after if rule.stutters or after != state else None


def possible(rule: Rule, tracer: Tracer) -> bool:
    """Execute a rule and return whether it is possible: it returned true, and changed something if it must."""
    return says_possible(rule, tracer) and (rule.stutters or tracer.changed)


def says_possible(rule: Rule, tracer: Tracer) -> bool:
    """Execute a rule and return its answer."""
    answer = rule.function(tracer.draft())
    if answer is None:
        return _answer_none(tracer.shape.name(next(iter(tracer.writes))) if tracer.writes else None)
    return truth(answer)


def _answer_none(assigned: str | None) -> bool:
    """Return the meaning of the answer None. Raises AnswerError if the rule has assigned something."""
    if assigned is None:
        return False
    raise AnswerError(
        f"it assigned {assigned} and returned nothing (None); a rule returns True where it is possible, else False"
    )


def check_rule_model(model: Any) -> None:
    """Raise ModelError for an object that is no rule model, or has two rules of one event; it says what one needs."""
    rules: Any = getattr(model, "rules", None)
    wrong = None
    if isinstance(model, type) and (is_uninstantiated(model) or not isinstance(rules, Sequence)):
        wrong = "is a class, not an instance of it"
    elif not isinstance(rules, Sequence):
        wrong = "has no `rules`" if rules is None else f"has {type(rules).__name__} as `rules`"
    elif not all(isinstance(rule, Rule) for rule in rules):
        wrong = f"has a {next(type(rule).__name__ for rule in rules if not isinstance(rule, Rule))} among its `rules`"
    elif not callable(getattr(model, "initial_states", None)):
        wrong = "has no initial_states()"
    if wrong is not None:
        name = model.__name__ if isinstance(model, type) else type(model).__name__
        raise ModelError(
            "a rule model needs `rules`, a sequence of Rule(event, function), and initial_states(); "
            f"{name} {wrong}. A model of events() and step() is checked by Checker"
        )
    _check_events(rules)


def _check_events(rules: Sequence[Rule]) -> None:
    """Raise ModelError if an event is not hashable, or two are equal."""
    seen: dict[Hashable, None] = {}
    for rule in rules:
        try:
            f"{rule.event}{rule.event!r}"  # messages need both
        except FAULTS as error:
            raise ModelError(f"the event of a rule cannot be written: {described(error)}") from error
        try:
            known = rule.event in seen
        except TypeError as error:
            raise ModelError(
                f"the event {steady(rule.event)} of a rule is not hashable ({error})", event=rule.event
            ) from error
        if known:
            raise ModelError(f"two rules are called {rule.event}", event=rule.event)
        seen[rule.event] = None


def refuse_type_tests(rules: Sequence[Rule]) -> None:
    """Raise ModelError if a rule compares `type(...)` by identity, which a view cannot answer (`records.identity`)."""
    tests = TypeTests()
    for rule in rules:
        found = tests.find(rule.function)
        if found is not None:
            where = f"{file_name(found.file)}:{found.line}"
            raise ModelError(
                f"rule {rule.event} compares type(...) by `is` ({where}): a rule is given views of records, whose "
                "type is another, and it is not known here whether this is one; use isinstance or a class pattern",
                event=rule.event,
            )


def shape_of(model: RuleModel) -> tuple[Shape, list[tuple[int, ...]]]:
    """Return the shape of a model's states and the codes of its initial states, in the model's order.

    Raises:
        ModelError: initial_states() fails or gives no state, they differ in shape, a leaf has no finite domain,
            different states compare equal, or a rule compares `type(...)` by identity.
    """
    refuse_type_tests(model.rules)
    records = initial_states(model)
    try:
        shape = Shape.of(records[0], getattr(model, "domains", None))
        initial = [shape.codes(record) for record in records]
    except SchemaError as error:
        raise ModelError(f"the states of the model cannot be explored compiled: {error}") from error
    refuse_equal_states(shape, initial[0])
    return shape, initial


def built(shape: Shape, codes: Sequence[int]) -> Any:
    """Return the record of a state.  Raises ModelError if its class refuses the values, as a validator can."""
    try:
        return shape.build(codes)
    except FAULTS as error:
        values = ", ".join(f"{leaf.slot.name}={steady(leaf.domain[codes[leaf.number]])}" for leaf in shape.leaves)
        raise ModelError(f"a state cannot be built, with {values}: {described(error)}") from error


def refuse_equal_states(shape: Shape, codes: Sequence[int]) -> None:
    """Raise ModelError if states that differ in a leaf compare equal: the plain checker would merge them.

    Args:
        shape: of the states.
        codes: a state, which is compared with one other for each leaf.
    """
    record = built(shape, codes)
    for leaf in shape.leaves:
        if len(leaf.domain) == 1:
            continue
        other = list(codes)
        other[leaf.number] = (codes[leaf.number] + 1) % len(leaf.domain)
        try:
            same = bool(shape.build(other) == record)
        except FAULTS:  # a validator, or values that no state has together
            continue
        if same:
            raise ModelError(
                f"states that differ in {leaf.slot.name} compare equal, by `eq=False` or an `__eq__` of their own: one "
                "would be taken for the other; compare all fields, or leave the field out of the state"
            )
