"""What a run of tests has seen for certain, counted: situations, states, events and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.checker import Kind, Property
from failover_fsm.testing.kit.coverage import Coverage, Part
from failover_fsm.testing.kit.promises import answer
from failover_fsm.testing.kit.specification import Specification, reachable

__all__ = ["Look", "Record", "needed_rows"]

States = tuple[Any, ...]


Look = tuple[States, tuple[Any, ...], States]
"""The states in which the system could be after the last whole observation, the events of the tester since, and the
states at rest in which it can be now."""


@attrs.define
class Record:
    """The whole observations of one test that the model allows. Nothing else counts.

    Attributes:
        specification: What the system may do.
        promises: The properties to count: how often each was put to the test.
        looks: How often each observation was made after the same events from the same states.
    """

    specification: Specification
    promises: tuple[Property, ...] = ()
    looks: Counter[Look] = attrs.field(factory=Counter)

    def looked(self, before: States, events: Sequence[Any], kept: States) -> None:
        """Counts an observation; the arguments are those of a `Look`."""
        self.looks[before, tuple(events), kept] += 1

    def situations(self) -> Counter[str]:
        """How often each situation was observed, where an observation tells which it is."""
        return self._counted(self._situation)

    def coverage(self, head: str, possible: Mapping[str, tuple[str, ...]], *, complete: bool) -> Coverage:
        """What was seen of what can be seen.

        Args:
            head: What the test did, in a line.
            possible: All "situations", "states" and "rows" that can be seen, of each kind that is to be counted.
            complete: True if these are all.
        """
        counts = {"situations": self._situation, "states": self._state, "rows": self._rows}
        parts = [Part(kind, self._counted(counts[kind]), names, complete) for kind, names in possible.items()]
        if self.promises:
            names = tuple(each.name for each in self.promises)
            parts.append(Part("premises", self._counted(self._tested), names))
        return Coverage(head, tuple(parts))

    def _counted(self, names_of: Callable[[Look], Iterable[str]]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for look, times in self.looks.items():
            for name in names_of(look):
                counts[name] += times
        return counts

    def _situation(self, look: Look) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(map(self.specification.words, look[2])))
        return words if len(words) == 1 else ()

    def _state(self, look: Look) -> Iterable[str]:
        return map(self.specification.state_name, look[2]) if len(look[2]) == 1 else ()

    def _rows(self, look: Look) -> tuple[str, ...]:
        return needed_rows(self.specification, *look)

    def _tested(self, look: Look) -> Iterator[str]:
        before, events, kept = look
        step = self._certain_step(before, events)
        return (each.name for each in self.promises if _is_tested(each, kept, step))

    def _certain_step(self, before: States, events: Sequence[Any]) -> tuple[Any, Any, Any] | None:
        if len(before) != 1 or len(events) != 1:
            return None
        after = self.specification.after(before[0], events[0])
        return (before[0], events[0], after[0]) if len(after) == 1 else None


def needed_rows(specification: Specification, before: States, events: Sequence[Any], kept: States) -> tuple[str, ...]:
    """The rows without which none of the kept states is reached by these events of the tester and own steps.

    Args:
        specification: What the system may do.
        before: The states in which the system could be before the first event.
        events: The events of the tester.
        kept: The states in which it can be at the end.
    """
    seen: dict[str, None] = {}
    _reached(specification, before, events, lambda rows: bool(seen.update(dict.fromkeys(rows))))  # leaves nothing out
    wanted = frozenset(kept)

    def is_needed(row: str) -> bool:
        return wanted.isdisjoint(_reached(specification, before, events, lambda rows: row in rows))

    return tuple(filter(is_needed, seen))


def _reached(
    specification: Specification, states: States, events: Sequence[Any], left_out: Callable[[tuple[str, ...]], bool]
) -> States:
    def own(state: Any) -> Iterable[Any]:
        for event, after in specification.own_steps(state):
            if not left_out(specification.rows(state, event)):
                yield after

    def by_tester(event: Any) -> Iterable[Any]:
        for state in states:
            if not left_out(specification.rows(state, event)):
                yield from specification.after(state, event)

    states = reachable(states, own)
    for event in events:
        states = reachable(by_tester(event), own)
    return states


def _is_tested(claim: Property, kept: States, step: tuple[Any, Any, Any] | None) -> bool:
    """True if an observation puts the claim to the test, whichever of the kept states the system is in."""
    premise = claim.predicate if claim.kind is Kind.SOMETIMES else claim.premise
    if claim.kind is Kind.ALWAYS_STEP:
        return step is not None and claim.speaks_of(step[1]) and _holds(claim, premise, *step)
    return all(_holds(claim, premise, state) for state in kept)


def _holds(claim: Property, premise: Callable[..., object] | None, *values: Any) -> bool:
    return premise is None or answer(claim, premise, *values)
