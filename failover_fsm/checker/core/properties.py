"""Properties: what is claimed about a model.

Each kind has a constructor. The claims, for a model whose reachable states are meant throughout:

``always``        the predicate is true in every state.
``always_step``   the predicate is true of every step (before, event, after), steps that change nothing
                  included.
``sometimes``     the predicate is true in some state. The proof is a witness, so a bounded search can
                  establish it.
``leads_to``      wherever the premise is true the goal is true then or later, on every fair run (below).
``can_recover``   from every state some state with the goal can be reached: possible, not inevitable.
``when_settled``  the predicate is true in every settled state: one that no event of ``within`` changes.
``converges``     the events of ``within`` cannot go on changing the state for ever: their graph has no cycle.
``deadlock``      every state is changed by some event, unless the predicate says that a run may end there.
``eventually_always``  on every fair run the predicate is true from some point on (``<>[]`` in TLA+).

``within`` is a predicate on events. It selects the events that may still occur from the moment to which the claim
applies: ``lambda event: not isinstance(event, Fault)`` reads "after the last fault". None means every event.

A *premise* of ``always``, ``always_step`` or ``when_settled`` does not weaken the predicate. It only has to
be seen true once somewhere; if it never is, the finding is marked vacuous, because a predicate of the form
"not premise, or ..." was then never put to the test.

Runs and fairness
-----------------
``leads_to`` is ``premise ~> goal`` in the sense of TLA+. A run is an infinite sequence of states in which
each step is an event or a *stutter* that leaves everything as it is; an event that changes nothing is a
stutter. From the state with the premise on, only events of ``within`` occur. Without any
fairness a run may stutter for ever anywhere, so nothing ever has to happen. Fairness names what has to
happen. An *action* is a set of events; it is *enabled* in a state if one of its events (of ``within``) can
occur there and changes the state, and it is *taken* by a step that is one of its events and changes the
state.

* weakly fair: if the action is enabled in every state from some point on, it is taken infinitely often;
* strongly fair: if it is enabled infinitely often, it is taken infinitely often.

``eventually_always`` speaks of the same runs; from some point on only events of ``within`` occur.

Each item of ``weak`` and ``strong`` is a function of an event. It returns False or None for events that it
does not concern, True for events of its one action, or any other hashable key: one action per key, so
``lambda event: event.unit`` makes the steps of each unit an action of their own. ``in_states(item, predicate)``
counts an item's events only in states where the predicate is true: elsewhere its actions are neither enabled nor
taken. ``progress`` (True unless switched off) is one more weakly fair action: all events of ``within`` together. It
means that a run stops only where no event of ``within`` changes the state any more. So a run may stutter for ever in
a state if and only if no fair action, progress included, is enabled there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from typing import Any

from attrs import field, frozen

from failover_fsm.checker.core.answers import FAULTS, described, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.records.steady import steady

StatePredicate = Callable[[Any], object]
StepPredicate = Callable[[Any, Any, Any], object]
EventPredicate = Callable[[Any], object]
Fairness = Callable[[Any], Hashable]


class Kind(Enum):
    """The kinds of property; the value is the word printed in reports."""

    ALWAYS = "always"
    ALWAYS_STEP = "always-step"
    SOMETIMES = "sometimes"
    LEADS_TO = "leads-to"
    CAN_RECOVER = "can-recover"
    WHEN_SETTLED = "when-settled"
    CONVERGES = "converges"
    DEADLOCK = "deadlock"
    EVENTUALLY_ALWAYS = "eventually-always"


NEEDS_GRAPH = (Kind.LEADS_TO, Kind.CAN_RECOVER, Kind.CONVERGES, Kind.EVENTUALLY_ALWAYS)
"""Kinds that are decided on the finished graph; without one of these the edges are not stored."""


SETTLED = (Kind.WHEN_SETTLED, Kind.DEADLOCK)
"""Kinds that speak of the states which no event of ``within`` changes."""

ASKS_FOR_CHANGE = (*SETTLED, Kind.LEADS_TO, Kind.CONVERGES, Kind.EVENTUALLY_ALWAYS)
"""Kinds for which it matters whether an event changes anything at all."""


@frozen(eq=False)
class InStates:
    """A fairness item that counts in some states only; made by ``in_states``.

    Attributes:
        item: a function of an event, as it would be given without.
        predicate: on a state.
    """

    item: Fairness
    predicate: StatePredicate

    def __call__(self, event: Any) -> Hashable:
        """Return the key of the action that an event belongs to, wherever it occurs."""
        return self.item(event)


def in_states(item: Fairness, predicate: StatePredicate) -> InStates:
    """Return a fairness item whose events count only in states where ``predicate(state)`` is true.

    Args:
        item: a function of an event: True or a key of its action, False or None for events that it does not concern.
        predicate: on the state in which the event occurs. Where it is false the action is not enabled, and a step
            from there does not take it.

    Raises:
        TypeError: one of them is no function.
    """
    for what, value in (("the item", item), ("the predicate", predicate)):
        if not callable(value):
            raise TypeError(f"in_states: {what} must be a function, not {value!r}")
    return InStates(item, predicate)


def _fairness(items: Iterable[Fairness] | Fairness) -> tuple[Fairness, ...]:
    """Normalise one function or several to a tuple; what is neither is refused later, with the property's name."""
    single = callable(items) or isinstance(items, str) or not isinstance(items, Iterable)
    found: Any = items
    return (found,) if single else tuple(found)


def _classes(items: tuple[type, ...] | type | None) -> tuple[type, ...] | None:
    """Normalise one class or several likewise."""
    return items if items is None else tuple(items) if isinstance(items, tuple | list) else (items,)


@frozen(eq=False, kw_only=True)
class Property:
    """One claim. Build it with the constructors of this module, which know what each kind needs.

    Attributes:
        name: its identity in results; unique within one run of the checker.
        kind: how the functions below are read.
        predicate: on a state, on (before, event, after) for ALWAYS_STEP; the goal of LEADS_TO and
            CAN_RECOVER; where a run may end for DEADLOCK. CONVERGES has none.
        premise: the left side of LEADS_TO; elsewhere what must be seen once for the claim not to be vacuous.
        events: the classes of the events that an ALWAYS_STEP applies to; None for all.
        within: which events may occur from then on; None for all.
        weak: weakly fair actions (LEADS_TO, EVENTUALLY_ALWAYS).
        strong: strongly fair actions, of the same.
        progress: whether something possible is eventually done, of the same.
        reason: free text for reports: why the claim should hold, or where it comes from.
    """

    name: str = field()
    kind: Kind
    predicate: Callable[..., object] | None = None
    premise: Callable[..., object] | None = None
    events: tuple[type, ...] | None = field(default=None, converter=_classes)
    within: EventPredicate | None = None
    weak: tuple[Fairness, ...] = field(default=(), converter=_fairness)
    strong: tuple[Fairness, ...] = field(default=(), converter=_fairness)
    progress: bool = True
    reason: str = ""

    @name.validator
    def _check_name(self, _attribute: object, name: str) -> None:
        if not isinstance(name, str) or not name:
            raise ValueError(f"a property needs a name, a non-empty string, not {name!r}")

    def __attrs_post_init__(self) -> None:
        functions: list[tuple[str, object, str]] = [
            ("premise", self.premise, "what the predicate takes"), ("within", self.within, "an event"),
            *(("a fairness item", item, "an event") for item in self.weak + self.strong),
        ]  # fmt: skip
        if self.kind is not Kind.CONVERGES and not callable(self.predicate):
            raise TypeError(f"property {self.name!r}: the predicate must be a function, not {self.predicate!r}")
        if self.kind is Kind.LEADS_TO and self.premise is None:
            raise TypeError(f"property {self.name!r}: leads_to needs a premise")
        if self.kind is Kind.CONVERGES and self.within is None:
            allowed = "a function of an event, lambda event: True for all"
            raise TypeError(f"property {self.name!r}: converges needs `within`; allowed: {allowed}")
        for each in self.events or ():
            if not isinstance(each, type):
                raise TypeError(f"property {self.name!r}: events must be classes of events, not {each!r}")
        for what, value, of in functions:
            if value is not None and not callable(value):
                what = f"{what} must be a function, not {value!r}; allowed: a function of {of}"
                raise TypeError(f"property {self.name!r}: {what}")

    @property
    def guards(self) -> tuple[StatePredicate, ...]:
        """The predicates of the fairness items made by ``in_states``: the weak ones, then the strong ones."""
        return tuple(item.predicate for item in self.weak + self.strong if isinstance(item, InStates))

    def speaks_of(self, event: object) -> bool:
        """Whether a property of steps applies to steps of this event."""
        return self.events is None or isinstance(event, self.events)


def always(
    name: str, predicate: StatePredicate, *, premise: StatePredicate | None = None, reason: str = ""
) -> Property:
    """Return the claim that ``predicate(state)`` is true in every reachable state."""
    return Property(name=name, kind=Kind.ALWAYS, predicate=predicate, premise=premise, reason=reason)


def always_step(
    name: str,
    predicate: StepPredicate,
    *,
    premise: StepPredicate | None = None,
    events: tuple[type, ...] | None = None,
    reason: str = "",
) -> Property:
    """Return the claim that ``predicate(before, event, after)`` is true of every step between reachable
    states.

    ``events`` are the classes of the events it applies to: it is evaluated on no other step, which is much
    cheaper than a predicate that tests the class itself. None for all.
    """
    return Property(
        name=name, kind=Kind.ALWAYS_STEP, predicate=predicate, premise=premise, events=events, reason=reason
    )


def sometimes(name: str, predicate: StatePredicate, *, reason: str = "") -> Property:
    """Return the claim that ``predicate(state)`` is true in at least one reachable state."""
    return Property(name=name, kind=Kind.SOMETIMES, predicate=predicate, reason=reason)


def leads_to(
    name: str,
    premise: StatePredicate,
    goal: StatePredicate,
    *,
    within: EventPredicate | None = None,
    weak: Iterable[Fairness] | Fairness = (),
    strong: Iterable[Fairness] | Fairness = (),
    progress: bool = True,
    reason: str = "",
) -> Property:
    """Return the claim that after each state with ``premise`` comes one with ``goal``, on every fair run.

    Args:
        name: the name in results.
        premise: on a state; where it holds the obligation begins. A state with premise and goal meets it at
            once.
        goal: on a state.
        within: which events may occur once the obligation has begun; None for all.
        weak: weakly fair actions, see the text of this module; one function or several.
        strong: strongly fair actions, likewise.
        progress: whether a run stops only where no event of ``within`` changes the state. False gives bare
            TLA+.
        reason: free text for reports.
    """
    return Property(
        name=name,
        kind=Kind.LEADS_TO,
        predicate=goal,
        premise=premise,
        within=within,
        weak=weak,
        strong=strong,
        progress=progress,
        reason=reason,
    )


def can_recover(name: str, goal: StatePredicate, *, within: EventPredicate | None = None, reason: str = "") -> Property:
    """Return the claim that events of ``within`` can lead from every reachable state to one with ``goal``."""
    return Property(name=name, kind=Kind.CAN_RECOVER, predicate=goal, within=within, reason=reason)


def when_settled(
    name: str,
    predicate: StatePredicate,
    *,
    within: EventPredicate,
    premise: StatePredicate | None = None,
    reason: str = "",
) -> Property:
    """Return the claim that ``predicate(state)`` is true wherever no event of ``within`` changes the state.

    The finding is vacuous if no state is settled, or if ``premise`` is true in no settled state.
    """
    return Property(
        name=name, kind=Kind.WHEN_SETTLED, predicate=predicate, premise=premise, within=within, reason=reason
    )


def converges(name: str, *, within: EventPredicate, reason: str = "") -> Property:
    """Return the claim that events of ``within`` alone cannot change the state for ever.

    Events that change nothing are not steps. The finding is vacuous if no event of ``within`` ever changes
    a state.
    """
    return Property(name=name, kind=Kind.CONVERGES, within=within, reason=reason)


def deadlock(name: str = "no deadlock", *, final: StatePredicate | None = None, reason: str = "") -> Property:
    """Return the claim that no run gets stuck: each reachable state is changed by some event, or is final.

    An event that is possible and changes nothing does not help; TLC and SPIN would count it as a way on.

    Args:
        name: the name in results.
        final: on a state; where it is true a run may end. None: nowhere.
        reason: free text for reports.
    """
    return Property(name=name, kind=Kind.DEADLOCK, predicate=_nowhere if final is None else final, reason=reason)


def _nowhere(_state: Any) -> bool:
    return False


def eventually_always(
    name: str,
    goal: StatePredicate,
    *,
    within: EventPredicate | None = None,
    weak: Iterable[Fairness] | Fairness = (),
    strong: Iterable[Fairness] | Fairness = (),
    progress: bool = True,
    reason: str = "",
) -> Property:
    """Return the claim that on every fair run ``goal(state)`` is true from some point on: ``<>[] goal``.

    Args:
        name: the name in results.
        goal: on a state.
        within: which events may go on for ever; all others stop at some point, as faults do. None for all.
        weak: as for ``leads_to``, and so are the others.
        strong: likewise.
        progress: likewise.
        reason: free text for reports.
    """
    return Property(
        name=name,
        kind=Kind.EVENTUALLY_ALWAYS,
        predicate=goal,
        within=within,
        weak=weak,
        strong=strong,
        progress=progress,
        reason=reason,
    )


def admits(claim: Property, event: object) -> bool:
    """Return whether ``within`` of a property admits an event; it is called twice.

    Raises:
        ModelError: if it fails, answers differently the second time, or its answer is neither true nor false.
    """
    if claim.within is None:
        return True
    try:
        admitted = truth(claim.within(event))
        if truth(claim.within(event)) is not admitted:
            raise ValueError(f"it answered {admitted} and then {not admitted}; it must depend on the event only")
    except FAULTS as error:
        what = f"`within` failed on event {steady(event)}: {described(error, claim.within)}"
        raise ModelError(f"property {claim.name!r}: {what}", event=event) from error
    return admitted


def check_properties(properties: Iterable[object]) -> None:
    """Raise TypeError for something that is not a property, and ValueError where two have one name."""
    names = set()
    for claim in properties:
        if not isinstance(claim, Property):
            raise TypeError(f"not a property: {claim!r}; use always(), leads_to() and so on")
        if claim.name in names:
            raise ValueError(f"two properties are called {claim.name!r}")
        names.add(claim.name)
