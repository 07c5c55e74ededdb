"""Runs that go on for ever: the counterexamples of leads-to, walked step by step through the Python rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.bitset.counterexamples import Lasso, contains, first_hit, next_step, only, run_to
from failover_fsm.checker.bitset.fairness import Action, Arena, closure
from failover_fsm.checker.bitset.reached import Space
from failover_fsm.checker.bitset.rows import Rows, SparseRows
from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.explicit.liveness import actions_of
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = ["fair_lasso"]


@attrs.define(eq=False)
class Walk:
    """A run in the making.

    events, states: so far; one state more than events.
    """

    space: Space
    model: PlainModel
    arena: Arena
    name: str
    allowed: Callable[[Any], object]
    events: list[Any]
    states: list[Any]

    def step(self, into: Rows, allowed: Callable[[Any], object] | None = None) -> None:
        """Take the first step that leads into a set, by an allowed event."""
        way = SparseRows.of(into)
        event, after = next_step(self.space, self.model, self.states[-1], way, self.name, allowed or self.allowed)
        self.events.append(event)
        self.states.append(after)

    def go(self, goal: Rows, among: Rows) -> None:
        """Walk a shortest way to a set; no step if the run is there already."""
        here = only(self.space, self.states[-1])
        rings = [goal & among]
        seen = rings[0]
        while not (rings[-1] & here).any():
            rings.append(self.arena.flow.backward(rings[-1]) & among & ~seen)
            seen = seen | rings[-1]
            assert rings[-1].any(), "a goal of a fair run cannot be reached"
        for ring in rings[-2::-1]:
            self.step(ring)


def fair_lasso(
    space: Space, model: PlainModel, claim: Property, sources: Rows, avoiding: Rows, events: Sequence[Hashable]
) -> Lasso | None:
    """A fair run on which the premise is followed by no goal, or None where there is none.

    The way to the premise is a shortest one, and so is the way from there to where the run stays.

    sources: the states with the premise.  avoiding: the states without the goal.  events: of the rules, in order.

    Raises ModelError where `within` or a fairness item fails, or a rule does not take a step that was learned.
    """
    within = claim.within or (lambda event: True)
    allowed = [bool(within(event)) for event in events]
    fair = actions_of(claim, events, allowed)
    flow = space.edges.flow(allowed.__getitem__, changing=True)
    actions, members = [], []
    for number in range((fair.weak | fair.strong).bit_length()):
        bit = 1 << number
        own = space.edges.flow([bool(bits & bit) for bits in fair.of_event].__getitem__, changing=True)
        actions.append(Action(own, own.sources(space.reached), bool(fair.strong & bit)))
        members.append(frozenset(event for event, bits in zip(events, fair.of_event, strict=True) if bits & bit))
    arena = Arena(flow, sources & avoiding, avoiding, actions)
    component = None if arena.stops.any() else arena.fair_component()
    ends = arena.stops if component is None else component
    if not ends.any():
        return None
    able = closure(flow, ends, arena.states, backward=True)
    hit = first_hit(space, able & sources)
    assert hit is not None, "an arena without a way to its ends"
    stem, states = run_to(space, model, hit, claim.name)
    walk = Walk(space, model, arena, claim.name, within, list(stem), list(states))
    walk.go(ends, arena.states)
    loop = len(walk.events)
    if component is not None:
        _go_round(walk, component, list(zip(actions, members, strict=True)))
    return tuple(walk.events), tuple(walk.states), loop


def _go_round(walk: Walk, component: Rows, actions: list[tuple[Action, frozenset[Any]]]) -> None:
    """Walk round the component once, meeting every demand of fairness, back to where the walk stands."""
    home = only(walk.space, walk.states[-1])
    begun = len(walk.events)
    for action, members in actions:
        if not (action.enabled & component).any():
            continue
        idle = component & ~action.enabled
        if not action.strong and idle.any():
            if not _was_idle(walk, begun, idle):
                walk.go(idle, component)
        elif members.isdisjoint(walk.events[begun:]):
            walk.go(action.flow.backward(component) & component, component)
            walk.step(component, members.__contains__)
    assert len(walk.events) > begun, "the arena has no stops: an action is enabled at home, and was taken or left idle"
    walk.go(home, component)


def _was_idle(walk: Walk, begun: int, idle: Rows) -> bool:
    """Whether the loop so far has passed a state of a set."""
    way = SparseRows.of(idle)
    return any(contains(walk.space, state, way) for state in walk.states[begun:])
