"""What a search watches for: the predicates of open properties, and where each was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from attrs import define, field, frozen

from failover_fsm.checker.core.model import E, S
from failover_fsm.checker.core.properties import SETTLED, EventPredicate, Kind, Property

__all__ = ["Hit", "Monitored", "Monitors", "record"]

Monitored = tuple[Callable[..., object], int]
"""A predicate and the number of the property it belongs to."""


@frozen
class Hit(Generic[S, E]):
    """The place where a property was decided: a stored state, or one step after it.

    Attributes:
        state: the number of the stored state.
        step: (event, state after it) that follows, for a property of steps.
    """

    state: int
    step: tuple[E, S] | None = None


@define(eq=False)
class Monitors:
    """The open properties, sorted by what their predicates are evaluated on. Lists are replaced, never changed in
    place.

    Attributes:
        state_false: predicates that a state violates.
        state_true: predicates that a state witnesses: SOMETIMES, premises.
        step_false: predicates that a step violates.
        step_true: premises that a step satisfies.
        settled: per ``within``: predicates that a settled state violates, and premises it satisfies.
    """

    state_false: list[Monitored] = field(factory=list)  # violated by a state
    state_true: list[Monitored] = field(factory=list)  # witnessed by a state: SOMETIMES, premises
    step_false: list[Monitored] = field(factory=list)
    step_true: list[Monitored] = field(factory=list)
    settled: list[tuple[EventPredicate, list[Monitored], list[Monitored]]] = field(factory=list)

    @classmethod
    def of(cls, properties: Sequence[Property]) -> Monitors:
        """Sort ``properties``; those decided on the graph are left out."""
        monitors = cls()
        for slot, claim in enumerate(properties):
            predicate = claim.predicate
            if predicate is None:
                continue
            seen = [(claim.premise, slot)] if claim.premise is not None else []
            if claim.kind is Kind.ALWAYS:
                monitors.state_false.append((predicate, slot))
                monitors.state_true += seen
            elif claim.kind is Kind.SOMETIMES:
                monitors.state_true.append((predicate, slot))
            elif claim.kind is Kind.ALWAYS_STEP:
                monitors.step_false.append((predicate, slot))
                monitors.step_true += seen
            elif claim.kind in SETTLED:
                monitors._add_settled(claim.within or _always, (predicate, slot), (claim.premise or _always, slot))
        return monitors

    def _add_settled(self, within: EventPredicate, false: Monitored, true: Monitored) -> None:
        """Add a WHEN_SETTLED property to those with the same ``within``, which is evaluated once for all of them."""
        for known, all_false, all_true in self.settled:
            if known is within:
                all_false.append(false)
                all_true.append(true)
                return
        self.settled.append((within, [false], [true]))


def _always(_value: object) -> bool:
    return True


def record(monitors: list[Monitored], slots: list[int], hits: dict[int, Hit[S, E]], hit: Hit[S, E]) -> list[Monitored]:
    """Record ``hit`` in ``hits`` for the properties ``slots``; return the monitors of the others."""
    for slot in slots:
        hits[slot] = hit
    return [monitor for monitor in monitors if monitor[1] not in slots]
