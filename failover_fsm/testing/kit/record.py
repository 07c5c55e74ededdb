"""What a run of tests has seen for certain, counted: situations, states, events and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.checker import Kind, Property
from failover_fsm.testing.kit.coverage import Coverage, Part
from failover_fsm.testing.kit.explored import Explored, name_of
from failover_fsm.testing.kit.specification import ModelSpecification, reachable

__all__ = ["Record"]

States = tuple[Any, ...]


@attrs.define
class Record:
    """The counts of one test. Nothing counts before an observation that the model allows.

    Attributes:
        specification: What the system may do.
        promises: The properties to count: how often each was put to the test.
        situations: The observations of each situation, where an observation tells it.
        states: The observations that leave one state.
        rows: The events of the tester that were followed by an observation, and own ones without which it would not
            have been possible.
        premises: The number of observations that put each promise to the test.
    """

    specification: ModelSpecification
    promises: tuple[Property, ...] = ()
    situations: Counter[str] = attrs.field(factory=Counter)
    states: Counter[str] = attrs.field(factory=Counter)
    rows: Counter[str] = attrs.field(factory=Counter)
    premises: Counter[str] = attrs.field(factory=Counter)
    _needed: dict[Any, tuple[Any, ...]] = attrs.field(factory=dict)

    def looked(self, before: States, events: Sequence[Any], kept: States) -> None:
        """Counts an observation.

        Args:
            before: The states in which the system could be after the last observation, or at the start.
            events: The events of the tester since then.
            kept: The states at rest in which it can be now.
        """
        words = tuple(dict.fromkeys(map(self.specification.words, kept)))
        self.situations.update(words if len(words) == 1 else ())
        self.states.update(map(name_of, kept) if len(kept) == 1 else ())
        self.rows.update(map(name_of, events))
        key = (before, tuple(events), kept)
        if key not in self._needed:
            self._needed[key] = tuple(self._own_events_needed(*key))
        self.rows.update(map(name_of, self._needed[key]))
        steps = self._certain_steps(before, events)
        self.premises.update(each.name for each in self.promises if _is_tested(each, kept, steps))

    def _own_events_needed(self, before: States, events: Sequence[Any], kept: States) -> Iterator[Any]:
        """The own events without which none of the kept states is reached."""
        seen: dict[Any, None] = {}
        self._moved(before, events, lambda event: bool(seen.setdefault(event)))
        wanted = frozenset(kept)
        for event in seen:
            if wanted.isdisjoint(self._moved(before, events, lambda each, left_out=event: each == left_out)):
                yield event

    def _moved(self, states: States, events: Sequence[Any], left_out: Callable[[Any], bool]) -> States:
        def following(state: Any) -> Iterable[Any]:
            return (after for event, after in self.specification.own_steps(state) if not left_out(event))

        states = reachable(states, following)
        for event in events:
            states = reachable((each for state in states for each in self.specification.after(state, event)), following)
        return states

    def _certain_steps(self, before: States, events: Sequence[Any]) -> tuple[tuple[Any, Any, Any], ...]:
        if len(before) != 1 or len(events) != 1:
            return ()
        after = self.specification.after(before[0], events[0])
        return ((before[0], events[0], after[0]),) if len(after) == 1 else ()

    def coverage(self, head: str, explored: Explored) -> Coverage:
        """What was seen of what can be seen."""
        complete = explored.complete
        names = {
            "situations": (self.situations, explored.situations),
            "states": (self.states, tuple(map(name_of, explored.resting))),
            "rows": (self.rows, tuple(map(name_of, explored.events))),
            "premises": (self.premises, tuple(each.name for each in self.promises)),
        }
        return Coverage(head, tuple(Part(name, met, possible, complete) for name, (met, possible) in names.items()))


def _is_tested(claim: Property, kept: States, steps: Sequence[tuple[Any, Any, Any]]) -> bool:
    """True if an observation puts the claim to the test, whichever of the kept states the system is in."""
    premise = claim.predicate if claim.kind is Kind.SOMETIMES else claim.premise
    if claim.kind is Kind.ALWAYS_STEP:
        return any(claim.speaks_of(event) and _holds(premise, before, event, after) for before, event, after in steps)
    return all(_holds(premise, state) for state in kept)


def _holds(premise: Callable[..., object] | None, *values: Any) -> bool:
    return premise is None or bool(premise(*values))
