"""Failures of the user's code: the reached state in which a rule or predicate fails, the way there, and the cause."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import attrs

from failover_fsm.checker.bitset.counterexamples import first_hit, run_to
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import FunctionFails
from failover_fsm.checker.core.answers import FAULTS, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.reduce.symmetry import Symmetric

__all__ = ["error_of_predicate", "error_of_rule"]


def error_of_rule(
    failure: FunctionFails, reachable: ReachableSet, plain: Any, symmetric: Symmetric | None, event: Hashable
) -> ModelError:
    """The error for a rule that fails in a reached state; raise it from its `__cause__`.

    Args:
        failure: what was learned, and the states.
        reachable: the search.
        plain: the model, to run on frozen records.
        symmetric: the model with sorted members, if there are some.
        event: of the rule.
    """
    place = _Place.of(failure, reachable, plain, symmetric, f"the failure of rule {event}")
    place.fails(lambda: plain.step(place.kept, event))
    return place.error(event)


def error_of_predicate(
    failure: FunctionFails, reachable: ReachableSet, plain: Any, symmetric: Symmetric | None, claim: Property
) -> ModelError:
    """The error for a predicate or premise that fails in a reached state, or at a step from it.

    Args:
        failure, reachable, plain, symmetric: as in `error_of_rule`.
        claim: the property.
    """
    place = _Place.of(failure, reachable, plain, symmetric, f"property {claim.name!r}")
    steps: list[tuple[Any, ...]] = [(place.kept,)]
    if claim.kind is Kind.ALWAYS_STEP:
        taken = ((event, plain.step(place.kept, event)) for event in plain.events(place.kept) if claim.speaks_of(event))
        steps = [(place.kept, event, after) for event, after in taken if after is not None]
    for step in steps:
        for function in (claim.predicate, claim.premise):
            if function is not None and place.fails(partial(_answer, function, step)):
                return place.error(step[1] if len(step) > 1 else None)
    return place.error(None)


def _answer(function: Callable[..., object], values: tuple[Any, ...]) -> bool:
    """The answer of a predicate; raises AnswerError for one that is neither true nor false."""
    return truth(function(*values))


@attrs.define(eq=False)
class _Place:
    """The state in which a function fails.

    message: what was learned.
    kept, state: the state as the search keeps it, and with the members' own names.
    trace: the events that lead there.
    cause: what the function raises on the frozen state.
    """

    message: str
    kept: Any
    state: Any
    trace: tuple[Any, ...]
    cause: BaseException | None = None

    @classmethod
    def of(
        cls, failure: FunctionFails, reachable: ReachableSet, plain: Any, symmetric: Symmetric | None, what: str
    ) -> _Place:
        hit = first_hit(reachable, failure.states)
        assert hit is not None, "functions are evaluated in reached states"
        events, states = run_to(reachable, plain, hit, what)
        kept = states[-1]
        if symmetric is not None:
            events, states, _ = symmetric.unsorted_run(events, states, None)
        return cls(failure.message, kept, states[-1], tuple(events))

    def fails(self, call: Callable[[], object]) -> bool:
        """Call a function on the frozen state; keep what it raises, and return whether it does."""
        try:
            call()
        except FAULTS as error:
            cause: BaseException = error
            while isinstance(cause, ModelError) and cause.__cause__ is not None:
                cause = cause.__cause__  # what the user's code raised
            self.cause = cause
            return True
        return False

    def error(self, event: Hashable) -> ModelError:
        """The error, with its cause."""
        message = self.message
        if self.cause is None:
            message += ". On the frozen state it does not fail: it must depend on the fields of the state only"
        found = ModelError(message, state=self.state, event=event, trace=self.trace)
        found.__cause__ = self.cause
        return found
