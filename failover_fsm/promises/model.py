"""What a promise is, and how the checker takes it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.checker import Property, always, always_step, can_recover, converges, sometimes, when_settled
from failover_fsm.look import Look
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.scenario import Environment

StateTest = Callable[[Look], bool]
StepTest = Callable[[Look, e.Event, Look], bool]
EventClass = type[e.Event]


@attrs.frozen(kw_only=True)
class Promise:
    """One promise.

    id: public name.  says: what it means, for people.  rules: where it comes from.  kind: how the
    formula is read: "always" and "when-settled" of states, "step" of steps, "sometimes", "converges",
    "can-recover".  holds: the formula, of a Look, or of (before, event, after).  premise: what must
    be seen once.  events: the event classes a step formula speaks of.  needs: words the
    environment must have for the promise to be asked at all.  unless: words it must not have.
    least_faults: how many faults at the same time it takes for the promise to mean anything.
    lemma: why it cannot fail alone, empty for a promise in its own right.
    """

    id: str
    says: str
    rules: tuple[str, ...]
    kind: str
    holds: Callable[..., bool] | None = None
    premise: Callable[..., bool] | None = None
    events: tuple[EventClass, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    least_faults: int = 0
    lemma: str = ""

    def applies(self, environment: Environment) -> bool:
        """Whether the promise is asked in this environment."""
        wanted = all(environment.has(word) for word in self.needs)
        enough = environment.max_faults is None or environment.max_faults >= self.least_faults
        return wanted and enough and not any(environment.has(word) for word in self.unless)


def is_protocol_step(event: object) -> bool:
    """The event is one that the units take by themselves."""
    return isinstance(event, e.ProtocolStep)


def is_repair_or_protocol_step(event: object) -> bool:
    """The event mends something or is a protocol step."""
    return isinstance(event, e.ProtocolStep | e.Repair)


def as_property(promise: Promise, look: Callable[[State], Look]) -> Property:
    """The promise as the checker takes it, over states of a model that `look` looks at."""
    holds, premise, name = promise.holds, promise.premise, promise.id
    if promise.kind == "converges":
        return converges(name, within=is_protocol_step)
    assert holds is not None
    state_premise = None if premise is None else _of_state(premise, look)
    if promise.kind == "always":
        return always(name, _of_state(holds, look), premise=state_premise)
    if promise.kind == "sometimes":
        return sometimes(name, _of_state(holds, look))
    if promise.kind == "when-settled":
        return when_settled(name, _of_state(holds, look), within=is_protocol_step, premise=state_premise)
    if promise.kind == "can-recover":
        return can_recover(name, _of_state(holds, look), within=is_repair_or_protocol_step)
    step_premise = None if premise is None else _of_step(premise, look)
    return always_step(name, _of_step(holds, look), premise=step_premise, events=promise.events)


def _of_state(test: StateTest, look: Callable[[State], Look]) -> Callable[[State], bool]:
    def predicate(state: State) -> bool:
        return test(look(state))

    return predicate


def _of_step(test: StepTest, look: Callable[[State], Look]) -> Callable[[State, e.Event, State], bool]:
    def predicate(before: State, event: e.Event, after: State) -> bool:
        return test(look(before), event, look(after))

    return predicate
