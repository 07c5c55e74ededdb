"""The promises that a test is given, and what their functions answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from failover_fsm.checker import Kind, Property
from failover_fsm.checker.core.answers import FAULTS, described, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.records.steady import steady
from failover_fsm.testing.kit.specification import ModelSpecification

__all__ = ["answer", "check_answers"]


def answer(claim: Property, function: Callable[..., object], *values: object) -> bool:
    """What the predicate or premise of a promise answers; as for `Checker`, it must be True, False, 0 or 1.

    Args:
        claim: The promise.
        function: Its predicate or premise.
        values: A state; or the state before a step, the event, and the state after it.

    Raises:
        ModelError: If it fails, or answers anything else. Taken for an answer, that would hide a violation.
    """
    try:
        return truth(function(*values))
    except FAULTS as error:
        raise ModelError(
            f"property {claim.name!r}: a predicate failed on {', '.join(map(steady, values))}: "
            f"{described(error, function)}",
            state=values[0],
            event=values[1] if len(values) > 1 else None,
        ) from error


def check_answers(promises: Iterable[Property], specification: ModelSpecification, states: Iterable[Any]) -> None:
    """Asks every predicate and premise in every state, or of every step from it.

    Args:
        promises: The promises.
        specification: The model.
        states: Reached states of it.

    Raises:
        ModelError: If one fails, or answers what is neither true nor false.
    """
    of_steps: list[tuple[Property, Callable[..., object]]] = []
    of_states: list[tuple[Property, Callable[..., object]]] = []
    for claim in promises:
        asked = of_steps if claim.kind is Kind.ALWAYS_STEP else of_states
        asked.extend((claim, function) for function in (claim.predicate, claim.premise) if function is not None)
    for state in states:
        for claim, function in of_states:
            answer(claim, function, state)
        for event, outcomes in specification.choices(state).items() if of_steps else ():
            for claim, function in of_steps:
                if claim.speaks_of(event):
                    answer(claim, function, state, event, outcomes[0])
