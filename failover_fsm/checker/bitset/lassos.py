"""Lassos: counterexamples of leads-to, built step by step through the Python rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.bitset.counterexamples import Lasso, contains, first_hit, next_step, run_to, singleton
from failover_fsm.checker.bitset.fairness import Action, Arena, closure
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import Rows, SparseRows
from failover_fsm.checker.core.properties import Property, admits
from failover_fsm.checker.explicit.liveness import actions_of
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = ["fair_lasso"]


@attrs.define(eq=False)
class RunBuilder:
    """A run under construction.

    Attributes:
        reachable: the finished search.
        model: runs the rules.
        arena: the states the run may use after its stem.
        what: what the run shows, for messages.
        allowed: which events may occur.
        events, states: the run so far; one state more than events.
    """

    reachable: ReachableSet
    model: PlainModel
    arena: Arena
    what: str
    allowed: Callable[[Any], object]
    events: list[Any]
    states: list[Any]

    def take_step(self, into: Rows, allowed: Callable[[Any], object] | None = None) -> None:
        """Take the first step into a set, by an allowed event."""
        layer = SparseRows.of(into)
        event, after = next_step(self.reachable, self.model, self.states[-1], layer, self.what, allowed or self.allowed)
        self.events.append(event)
        self.states.append(after)

    def extend_to(self, goal: Rows, among: Rows) -> None:
        """Extend the run by a shortest path to a set; by nothing if it is already there."""
        here = singleton(self.reachable, self.states[-1])
        layers = [goal & among]
        seen = layers[0]
        while not (layers[-1] & here).any():
            layers.append(self.arena.operator.preimage(layers[-1]) & among & ~seen)
            seen = seen | layers[-1]
            assert layers[-1].any(), "a goal of a fair run cannot be reached"
        for layer in layers[-2::-1]:
            self.take_step(layer)


def fair_lasso(
    reachable: ReachableSet,
    model: PlainModel,
    claim: Property,
    sources: Rows,
    avoiding: Rows,
    events: Sequence[Hashable],
    check: Callable[[], object] = lambda: None,
) -> Lasso | None:
    """A fair run on which the premise is followed by no goal, or None if there is none.

    The path to the premise is a shortest one, and so is the path from there to where the run stays.

    Args:
        reachable: the finished search.
        model: runs the rules.
        claim: a leads-to property.
        sources: the states with the premise, shape (n_keys, row_words), uint64.
        avoiding: the states without the goal, same shape.
        events: of the rules, in order.
        check: called before each image; may raise to give up.

    Raises:
        ModelError: `within` or a fairness item fails, or a rule does not take a learned step.
    """
    within = claim.within or (lambda event: True)
    allowed = [admits(claim, event) for event in events]
    fair = actions_of(claim, events, allowed)
    operator = reachable.relation.operator(allowed.__getitem__, changing=True, check=check)
    actions, members = [], []
    for number in range((fair.weak | fair.strong).bit_length()):
        bit = 1 << number
        own = reachable.relation.operator([bool(bits & bit) for bits in fair.of_event].__getitem__, changing=True)
        actions.append(Action(own, own.sources(reachable.reached), bool(fair.strong & bit)))
        members.append(frozenset(event for event, bits in zip(events, fair.of_event, strict=True) if bits & bit))
    arena = Arena(operator, sources & avoiding, avoiding, actions)
    component = None if arena.stops.any() else arena.fair_component()
    ends = arena.stops if component is None else component
    if not ends.any():
        return None
    able = closure(operator, ends, arena.states, backward=True)
    hit = first_hit(reachable, able & sources)
    assert hit is not None, "the arena has no path to its ends"
    what = f"property {claim.name!r}"
    stem, states = run_to(reachable, model, hit, what)
    builder = RunBuilder(reachable, model, arena, what, within, list(stem), list(states))
    builder.extend_to(ends, arena.states)
    loop = len(builder.events)
    if component is not None:
        _close_loop(builder, component, list(zip(actions, members, strict=True)))
    return tuple(builder.events), tuple(builder.states), loop


def _close_loop(builder: RunBuilder, component: Rows, actions: list[tuple[Action, frozenset[Any]]]) -> None:
    """Go around the component once, satisfying every fairness constraint, and back to the first state of the loop."""
    loop_start = singleton(builder.reachable, builder.states[-1])
    first_event = len(builder.events)
    for action, members in actions:
        if not (action.enabled & component).any():
            continue
        disabled = component & ~action.enabled
        if not action.strong and disabled.any():
            if not _was_disabled(builder, first_event, disabled):
                builder.extend_to(disabled, component)
        elif members.isdisjoint(builder.events[first_event:]):
            builder.extend_to(action.operator.preimage(component) & component, component)
            builder.take_step(component, members.__contains__)
    assert len(builder.events) > first_event, (
        "the arena has no stops: an action is enabled at the start of the loop, and was taken or seen disabled"
    )
    builder.extend_to(loop_start, component)


def _was_disabled(builder: RunBuilder, first_event: int, disabled: Rows) -> bool:
    """Whether the loop so far has passed a state in which the action is disabled."""
    layer = SparseRows.of(disabled)
    return any(contains(builder.reachable, state, layer) for state in builder.states[first_event:])
