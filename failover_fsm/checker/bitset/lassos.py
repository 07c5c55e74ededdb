"""Lassos: counterexamples of properties of runs, built step by step through the Python rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.bitset.compiled_model import CompiledModel
from failover_fsm.checker.bitset.counterexamples import Lasso, contains, first_hit, next_step, run_to, singleton
from failover_fsm.checker.bitset.fairness import Action, Arena, closure
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import Rows, SparseRows
from failover_fsm.checker.core.properties import Property, admits
from failover_fsm.checker.explicit.liveness import actions_of
from failover_fsm.checker.rules.rule_tree import PlainModel

__all__ = ["FairRun", "fair_lasso"]


@attrs.frozen(eq=False)
class FairRun:
    """A run that is looked for; sets of states have shape (n_keys, row_words), uint64.

    Attributes:
        claim: the property that it violates.
        sources: where what must not happen begins.
        allowed: the states that it may pass from then on.
        guards: for each predicate of the property's `guards`, the reached states in which it is true.
        visits: states to which it comes again and again; None asks for nothing.
    """

    claim: Property
    sources: Rows
    allowed: Rows
    guards: Sequence[Rows]
    visits: Rows | None = None


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


def fair_lasso(reachable: ReachableSet, checker: CompiledModel, task: FairRun) -> Lasso | None:
    """A fair run that violates a property, or None if there is none.

    The path to where it begins is a shortest one, and so is the path from there to where the run stays.

    Args:
        reachable: the finished search.
        checker: the model; its watchdog is asked before each image.
        task: the run.

    Raises:
        ModelError: `within` or a fairness item fails, or a rule does not take a learned step.
        LimitReached: by the watchdog.
    """
    claim, events = task.claim, [rule.event for rule in checker.model.rules]
    allowed = [admits(claim, event) for event in events]
    operator = reachable.relation.operator(allowed.__getitem__, changing=True, check=checker.watchdog.check)
    actions, members = _actions(reachable, task, events, allowed)
    arena = Arena(operator, task.sources & task.allowed, task.allowed, actions, task.visits)
    component = None if arena.stops.any() else arena.fair_component()
    ends = arena.stops if component is None else component
    if not ends.any():
        return None
    able = closure(operator, ends, arena.states, backward=True)
    hit = first_hit(reachable, able & task.sources)
    assert hit is not None, "the arena has no path to its ends"
    what = f"property {claim.name!r}"
    stem, states = run_to(reachable, checker.plain, hit, what)
    within = claim.within or (lambda event: True)
    builder = RunBuilder(reachable, checker.plain, arena, what, within, list(stem), list(states))
    builder.extend_to(ends, arena.states)
    loop = len(builder.events)
    if component is not None:
        _close_loop(builder, component, list(zip(actions, members, strict=True)))
    return tuple(builder.events), tuple(builder.states), loop


def _actions(
    reachable: ReachableSet, task: FairRun, events: Sequence[Hashable], allowed: Sequence[bool]
) -> tuple[list[Action], list[frozenset[Any]]]:
    """The fair actions of a property, and the events of each."""
    fair = actions_of(task.claim, events, allowed)
    actions, members = [], []
    for number in range((fair.weak | fair.strong).bit_length()):
        bit = 1 << number
        own = reachable.relation.operator([bool(bits & bit) for bits in fair.of_event].__getitem__, changing=True)
        counts = task.guards[fair.guard_of[bit]] if bit in fair.guard_of else None
        enabled = own.sources(reachable.reached)
        if counts is not None:
            enabled = enabled & counts
        actions.append(Action(own, enabled, bool(fair.strong & bit), counts))
        members.append(frozenset(event for event, bits in zip(events, fair.of_event, strict=True) if bits & bit))
    return actions, members


def _close_loop(builder: RunBuilder, component: Rows, actions: list[tuple[Action, frozenset[Any]]]) -> None:
    """Go around the component once, satisfying every fairness constraint, and back to the first state of the loop."""
    loop_start = singleton(builder.reachable, builder.states[-1])
    first_event = len(builder.events)
    for action, members in actions:
        if not (action.enabled & component).any():
            continue
        disabled = component & ~action.enabled
        if not action.strong and disabled.any():
            if not _has_passed(builder, first_event, disabled):
                builder.extend_to(disabled, component)
        elif not _was_taken(builder, first_event, action, members):
            builder.extend_to(action.before(component) & component, component)
            builder.take_step(component, members.__contains__)
    visits = builder.arena.visits
    if visits is not None and not _has_passed(builder, first_event, visits):
        builder.extend_to(visits & component, component)
    assert len(builder.events) > first_event, (
        "the arena has no stops: an action is enabled at the start of the loop, and was taken or seen disabled"
    )
    builder.extend_to(loop_start, component)


def _has_passed(builder: RunBuilder, first_event: int, states: Rows) -> bool:
    """Whether the loop so far has passed one of these states."""
    layer = SparseRows.of(states)
    return any(contains(builder.reachable, state, layer) for state in builder.states[first_event:])


def _was_taken(builder: RunBuilder, first_event: int, action: Action, members: frozenset[Any]) -> bool:
    """Whether the loop so far has taken the action, in a state in which it counts."""
    layer = None if action.counts is None else SparseRows.of(action.counts)
    return any(
        event in members and (layer is None or contains(builder.reachable, state, layer))
        for event, state in zip(builder.events[first_event:], builder.states[first_event:], strict=False)
    )
