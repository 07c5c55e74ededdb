"""Promises as records, and as properties of the checker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from failover_fsm.checker import (
    Property,
    always,
    always_step,
    can_recover,
    converges,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.model.observer import Observer
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State

StateTest = Callable[[Observer], bool]
StepTest = Callable[[Observer, e.Event, Observer], bool]
EventClass = type[e.Event]


@attrs.frozen(kw_only=True)
class Promise:
    """One promise.

    Attributes:
        id: Public name.
        says: Its sentence, for people.
        rules: Ids of the rules that it comes from.
        kind: How the formula is read: "always", "sometimes" and "when-settled" of states, "step" of steps,
            "leads-to" (from the premise, by the units' own steps), "can-recover", "converges" (no formula).
        holds: The formula, of an Observer, or of (before, event, after).
        premise: Must be seen once, else the promise was not put to the test.
        events: The event classes that a step formula speaks of.
        needs: Words that the environment must have for the promise to be checked at all.
        unless: Words that it must not have.
        least_faults: How many faults at the same time it takes.
        pairs: "both", "active-standby" or "active-active".
        lemma: Why it cannot fail alone; empty for a promise in its own right.
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
    pairs: str = "both"
    lemma: str = ""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """One of the catalogue is pickled by its id, since its formulas are functions without a name."""
        from failover_fsm.promises import BY_ID, promise_of

        return (promise_of, (self.id,)) if BY_ID.get(self.id) is self else super().__reduce_ex__(protocol)

    def applies(self, environment: Environment, *, groups: bool = False) -> bool:
        """Whether the promise is asked in this environment, of an Active/Standby or an Active/Active pair."""
        if self.pairs not in ("both", "active-active" if groups else "active-standby"):
            return False
        wanted = all(environment.provokes(word) for word in self.needs)
        enough = environment.max_faults is None or environment.max_faults >= self.least_faults
        return wanted and enough and not any(environment.has(word) for word in self.unless)

    def speaks_of(self, event: e.Event) -> bool:
        """Whether a promise about steps is asked of steps by this event."""
        return not self.events or isinstance(event, self.events)

    def is_met(self, views: Iterable[Sequence[Any]]) -> bool:
        """Whether the premise, if there is one, is met by a state or step.

        views: what the formula is asked of, for each failover group.
        """
        return self.premise is not None and any(self.premise(*each) for each in views)

    def is_kept(self, views: Iterable[Sequence[Any]]) -> bool:
        """Whether the formula holds of a state or step for every failover group; `views` as in `is_met`."""
        assert self.holds is not None, "converges has no formula"
        return all(self.holds(*each) for each in views)


def is_protocol_step(event: object) -> bool:
    """The event is one that the units take by themselves."""
    return isinstance(event, e.ProtocolStep)


def is_repair_or_protocol_step(event: object) -> bool:
    """The event mends something or is a protocol step."""
    return isinstance(event, e.ProtocolStep | e.Repair)


Looks = Callable[[State], tuple[Observer, ...]]


def as_property(promise: Promise, observers: Looks) -> Property:
    """The promise as the checker takes it: it must hold for every failover group.

    observers: an observer's view of each group in a state.
    """
    holds, premise, name = promise.holds, promise.premise, promise.id
    if promise.kind == "converges":
        return converges(name, within=is_protocol_step)
    assert holds is not None
    if promise.kind == "step":
        seen = None if premise is None else _of_step(premise, observers, any)
        return always_step(name, _of_step(holds, observers, all), premise=seen, events=promise.events)
    witnessed = None if premise is None else _of_state(premise, observers, any)
    if promise.kind == "always":
        return always(name, _of_state(holds, observers, all), premise=witnessed)
    if promise.kind == "sometimes":
        return sometimes(name, _of_state(holds, observers, all))
    if promise.kind == "when-settled":
        return when_settled(name, _of_state(holds, observers, all), within=is_protocol_step, premise=witnessed)
    if promise.kind == "can-recover":
        return can_recover(name, _of_state(holds, observers, all), within=is_repair_or_protocol_step)
    assert promise.kind == "leads-to" and premise is not None, promise.kind
    return leads_to(name, _of_state(premise, observers, all), _of_state(holds, observers, all), within=is_protocol_step)


def breaking_group(promise: Promise, settings: Settings, before: State, event: e.Event, after: State) -> int | None:
    """The number of the failover group in which a promise breaks at the end of a counterexample.

    before, event, after: its last step.  None in an Active/Standby pair, and where no one group is to blame.
    """
    if promise.holds is None:
        return None
    for index in range(len(settings.groups)):
        now = Observer(after, settings, index)
        arguments = (Observer(before, settings, index), event, now) if promise.kind == "step" else (now,)
        if not promise.holds(*arguments):
            return index + 1
    return None


Quantifier = Callable[[Iterable[bool]], bool]


def _of_state(test: StateTest, observers: Looks, quantifier: Quantifier) -> Callable[[State], bool]:
    def predicate(state: State) -> bool:
        found = observers(state)
        return test(found[0]) if len(found) == 1 else quantifier(map(test, found))

    return predicate


def _of_step(test: StepTest, observers: Looks, quantifier: Quantifier) -> Callable[[State, e.Event, State], bool]:
    def predicate(before: State, event: e.Event, after: State) -> bool:
        then, now = observers(before), observers(after)
        if len(then) == 1:
            return test(then[0], event, now[0])
        return quantifier(test(old, event, new) for old, new in zip(then, now, strict=True))

    return predicate
