"""Runs on observations made concrete: named faults and repairs of interfaces instead of jumps.

Between two steps of the units a run goes from the interfaces as they are to a condition with the wanted observation
(observed_walks.py). While a message is on its way each jump is taken
by itself, since it decides what becomes of the message. What comes out is played through `step` and compared with the
run it was made of, state by state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.model.core_steps import core_of
from failover_fsm.model.observations import signature_of
from failover_fsm.model.observed_rules import JUMPS, InterfacesRestored, ObservedRules
from failover_fsm.model.observed_walks import Walk, WiredWalk
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.wired_observed_rules import WiredObservedRules
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight
from failover_fsm.pair.pair import cold
from failover_fsm.pair.states import State
from failover_fsm.pair.step import step

__all__ = ["ConcreteRun", "concrete"]


@attrs.frozen
class ConcreteRun:
    """A run with real names.

    Attributes:
        steps: The steps, replayed through `step`.
        places: For each event of the run it was made of, and for its end, the number of steps before it.
    """

    steps: tuple[NamedStep, ...]
    places: tuple[int, ...]


def concrete(rules: ObservedRules | WiredObservedRules, events: Sequence[e.Event]) -> ConcreteRun:
    """The run with named events of interfaces instead of jumps.

    Args:
        rules: The pair.
        events: A run from the initial state, with jumps.

    Raises:
        RuntimeError: If the run cannot be replayed: the search was wrong.
    """
    states = _states(rules, events)
    found: list[e.Event] = []
    places: list[int] = []
    walk = Walk(rules.model) if isinstance(rules, ObservedRules) else WiredWalk(rules.wired)
    at = 0
    while at < len(events):
        if not isinstance(events[at], JUMPS):
            places.append(len(found))
            found.append(events[at])
            at += 1
            continue
        end = next((n for n in range(at, len(events)) if not isinstance(events[n], JUMPS)), len(events))
        places += [len(found)] * (end - at)
        for goal in _goals(states[at : end + 1], events[at:end]):
            found += walk.to(goal.interfaces)  # a state on observations has one where others have the interfaces
        at = end
    run = ConcreteRun(tuple(_replayed(rules, found)), (*places, len(found)))
    _compare(rules, run, states, events)
    return run


def _states(rules: ObservedRules | WiredObservedRules, events: Sequence[e.Event]) -> list[State]:
    plain = rules.plain
    states = list(rules.initial_states())
    for event in events:
        after = plain.step(states[-1], event)
        if after is None:
            raise RuntimeError(f"{event} is not possible in the run that is to be made concrete")
        states.append(after)
    return states


def _goals(states: Sequence[State], jumps: Sequence[e.Event]) -> Iterator[State]:
    """The states of a row of jumps to whose observations to go; a repair of everything alone is on the way."""
    last = len(jumps) - 1
    for number, jump in enumerate(jumps):
        on_the_way = isinstance(jump, InterfacesRestored) or not message_in_flight(states[0])
        if number == last or not on_the_way:
            yield states[number + 1]


# -- replayed ----------------------------------------------------------------------------------------


def _replayed(rules: ObservedRules | WiredObservedRules, events: Sequence[e.Event]) -> Iterator[NamedStep]:
    settings = rules.model.settings
    state = cold(settings)
    for event in events:
        after, outputs = step(state, settings, event)
        yield NamedStep(event=event, before=state, after=after, outputs=outputs)
        state = after


def _compare(
    rules: ObservedRules | WiredObservedRules,
    run: ConcreteRun,
    states: Sequence[State],
    events: Sequence[e.Event],
) -> None:
    """The concrete run passes through the units, links and observations of the other one, within the bound."""
    model = rules.model
    bound, fine = model.scope.max_faults, rules.observed[0].known.fine
    shown = [cold(model.settings), *(each.after for each in run.steps)]
    around = zip([None, *events], [*events, None], strict=True)
    for place, expected, (last, following) in zip(run.places, states, around, strict=True):
        if isinstance(last, JUMPS) and isinstance(following, JUMPS):
            continue  # the named events of both are one walk
        here = model.canonical(shown[place])
        signature = signature_of(model.settings, here.interfaces, fine=fine)
        observed: Any = expected.interfaces  # an observation, as above
        if core_of(here) != core_of(expected) or signature != observed.signature:
            raise RuntimeError(f"a run on observations is not what its named events do, after {place} of them")
    if bound is not None and any(model.faults(each) > bound for each in shown):
        raise RuntimeError(f"a run on observations takes more than {bound} faults at the same time")
