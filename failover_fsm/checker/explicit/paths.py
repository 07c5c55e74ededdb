"""Counterexample traces: rebuilt from the predecessor links, and replayed through the model.

A trace is shown to people who will act on it, so it is never trusted: each one is replayed from an initial state, event
by event, before it leaves the checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, cast

from attrs import frozen

from failover_fsm.checker.core.answers import place_of, truth
from failover_fsm.checker.core.model import E, ModelError, S, initial_states
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.explicit.breadth_first import Search
from failover_fsm.checker.explicit.liveness import Lasso
from failover_fsm.checker.explicit.monitors import Hit
from failover_fsm.records.steady import steady


@frozen
class Trace(Generic[S, E]):
    """Events, the states along them (one more), and where the loop begins, if there is one."""

    events: tuple[E, ...] = ()
    states: tuple[S, ...] = ()
    loop: int | None = None


def trace_to(search: Search[S, E], state: int) -> Trace[S, E]:
    """Return the path by which the search found ``state`` first: a shortest one."""
    events: list[E] = []
    states = [search.states[state]]
    while (event := search.via[state]) is not None or search.parents[state] != state:
        events.append(cast(E, event))  # only initial states have no event, and they end the loop
        state = search.parents[state]
        states.append(search.states[state])
    return Trace(tuple(reversed(events)), tuple(reversed(states)))


def trace_of_hit(search: Search[S, E], hit: Hit[S, E]) -> Trace[S, E]:
    """Return the path to where a property was decided."""
    trace = trace_to(search, hit.state)
    if hit.step is None:
        return trace
    event, after = hit.step
    return Trace((*trace.events, event), (*trace.states, after))


def trace_of_lasso(search: Search[S, E], lasso: Lasso) -> Trace[S, E]:
    """Return the path to the start of ``lasso``, followed by its steps."""
    assert search.graph is not None
    stem = trace_to(search, lasso.start)
    events = list(search.graph.events)
    return Trace(
        stem.events + tuple(events[label] for label, _ in lasso.steps),
        stem.states + tuple(search.states[target] for _, target in lasso.steps),
        len(stem.events) + lasso.loop,
    )


def replay(search: Search[S, E], trace: Trace[S, E], name: str) -> None:
    """Run ``trace`` through the model again.

    Args:
        search: where the trace comes from.
        trace: what to run.
        name: of the property, for the message.

    Raises:
        ModelError: the model, run again, does something else.
    """
    if trace.states[0] not in initial_states(search.model):
        raise _not_replayed(name, 0, "is not an initial state any more", trace.states[0])
    for number, event in enumerate(trace.events):
        before, after = trace.states[number], trace.states[number + 1]
        if (event, after) not in search.expand(before):
            raise _not_replayed(
                name, number, f"is no longer left by {steady(event)} for {steady(after)}", before, event
            )
        if event not in list(search.model.events(before)) or search.model.step(before, event) != after:
            raise _not_replayed(
                name,
                number,
                f"is left by {steady(event)} for {steady(after)} in successors(), not in step()",
                before,
                event,
            )
    if trace.loop is not None and trace.states[-1] != trace.states[trace.loop]:
        raise _not_replayed(name, trace.loop, "begins a loop that does not come back to it", trace.states[-1])


def confirm(claim: Property, events: Sequence[Any], states: Sequence[Any], loop: int | None) -> None:
    """Ask the functions of a property once more about the trace that shows it violated, or witnessed.

    Raises:
        ModelError: if they answer otherwise than during the search.
    """
    predicate, last = claim.predicate, states[-1]
    if claim.kind is Kind.CONVERGES or predicate is None:
        return
    if claim.kind is Kind.ALWAYS_STEP:
        shown = not truth(predicate(states[-2], events[-1], last))
    elif claim.kind is Kind.LEADS_TO:
        assert claim.premise is not None and loop is not None
        met = [truth(predicate(state)) for state in states]
        shown = any(truth(claim.premise(states[i])) and not any(met[i:]) for i in range(loop + 1))
    elif claim.kind is Kind.EVENTUALLY_ALWAYS:
        assert loop is not None
        shown = not all(truth(predicate(state)) for state in states[loop:])
    else:
        shown = truth(predicate(last)) is (claim.kind is Kind.SOMETIMES)
    if not shown:
        raise ModelError(
            f"property {claim.name!r} answered one way during the search and another way now, on its own trace: it "
            f"must depend on the fields of the state only{place_of(predicate)}",
            state=last,
        )


def _not_replayed(name: str, number: int, what: str, state: object, event: object = None) -> ModelError:
    return ModelError(
        f"the trace found for property {name!r} cannot be replayed: in step {number}, state {steady(state)} "
        f"{what}. The model answered one way during the search and another way now, so no result about it "
        "can be trusted. Usual causes: events or successors listed in the order of a set; a random number, a "
        "clock or a global that changes; a state or event that was modified after it was returned; an __eq__ "
        "or __hash__ that leaves out a field the model reads; a successors() that disagrees with step(). To "
        "find it, call the model twice on the state above and compare.",
        state=state,
        event=event,
    )
