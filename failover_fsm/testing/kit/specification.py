"""A model as a specification of a system under test: who makes which events, and what of a state can be seen.

Everything here is a function of the model, memoised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Any, Protocol

import attrs

from failover_fsm.checker.core.answers import FAULTS
from failover_fsm.checker.core.model import ModelError, expander, initial_states, one_line
from failover_fsm.checker.explicit.graph import Graph, components
from failover_fsm.checker.rules.rule_model import PlainModel
from failover_fsm.records.steady import steady
from failover_fsm.testing.kit.values import agrees, is_whole, words_of

__all__ = ["ModelSpecification", "Specification", "check_names", "listed", "name_of", "plain_model", "reachable"]

MOST = 100_000
"""The most states that are kept of those that own steps reach."""

Either = Callable[[Any, Any], Iterable[Any]]


class Specification(Protocol):
    """What the kit knows of what a system may do."""

    @property
    def starts(self) -> tuple[Any, ...]:
        """The states in which a run may begin."""

    def after(self, state: Any, event: Any) -> tuple[Any, ...]:
        """The states in which the system may be right after an event of the tester; none if it cannot happen."""

    def possible(self, states: Collection[Any], event: Any) -> bool:
        """True if the tester may make this event while the system is in one of these states, nobody knows which."""

    def tester_events(self, state: Any) -> tuple[Any, ...]:
        """The events that the tester can make in the state."""

    def own_steps(self, state: Any) -> tuple[tuple[Any, Any], ...]:
        """The system's own events that change the state, each with the state after it."""

    def at_rest(self, state: Any) -> bool:
        """True if a system that is left alone may be observed in this state, however long one waits."""

    def agrees(self, state: Any, seen: Any) -> bool:
        """True if the state may show what was seen."""

    def is_whole(self, state: Any, seen: Any) -> bool:
        """True if what was seen, which agrees with the state, is all that the state shows."""

    def words(self, state: Any) -> str:
        """What the state shows, in words."""

    def seen_words(self, seen: Any) -> str:
        """An observation in words."""

    def state_name(self, state: Any) -> str:
        """The state as one line; equal states have one name."""

    def rows(self, state: Any, event: Any) -> tuple[str, ...]:
        """Names of what the event takes in the state: rows of a table, or the event itself."""


def plain_model(model: Any) -> Any:
    """The model as one of three methods.

    Raises:
        ModelError: If it is neither a rule model nor a model of three methods.
    """
    is_plain = all(callable(getattr(model, name, None)) for name in ("events", "step"))
    return model if is_plain else PlainModel(model)


def name_of(value: object) -> str:
    """A state or event as one line."""
    return one_line(value if isinstance(value, str) else steady(value))


def reachable(starts: Iterable[Any], following: Callable[[Any], Iterable[Any]]) -> tuple[Any, ...]:
    """The states that are reached from the given ones, themselves included, nearest first.

    Raises:
        ModelError: If there are more than MOST of them: a system that goes on for ever is never observed at rest.
    """
    found = dict.fromkeys(starts)
    queue = list(found)
    for state in queue:
        if len(queue) > MOST:
            raise ModelError(f"more than {MOST:,} states are reached from {name_of(queue[0])}", state=queue[0])
        for after in following(state):
            if after not in found:
                found[after] = None
                queue.append(after)
    return tuple(found)


@attrs.define(eq=False)
class ModelSpecification:
    """A model of the checker as a specification.

    Attributes:
        model: The model, of rules or of three methods.
        tester: The events that the tester makes, as a collection or as a function of an event.
        shown: What of a state can be seen.
        either: What else the system may do when an event comes in a state: further states after it.
        starts: The initial states.
        rule_events: The events of a rule model; None for a model of three methods, which names them state by state.
    """

    model: Any
    tester: Collection[Hashable] | Callable[[Any], object]
    shown: Callable[[Any], Any]
    either: Either | None = None
    starts: tuple[Any, ...] = attrs.field(init=False)
    rule_events: tuple[Any, ...] | None = attrs.field(init=False)
    _expand: Callable[[Any], Any] = attrs.field(init=False)
    _choices: dict[Any, dict[Any, tuple[Any, ...]]] = attrs.field(init=False, factory=dict)
    _shown: dict[Any, Any] = attrs.field(init=False, factory=dict)
    _rests: dict[Any, bool] = attrs.field(init=False, factory=dict)
    _names: dict[Any, str] = attrs.field(init=False, factory=dict)
    _by_tester: dict[Any, bool] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        plain = plain_model(self.model)
        self._expand = expander(plain)
        self.starts = tuple(dict.fromkeys(initial_states(plain)))
        for name, function in (("shown", self.shown), ("either", self.either)):
            if not (callable(function) or (name == "either" and function is None)):
                raise TypeError(f"{name} must be a function, not {function!r}")
        self.rule_events = plain.rule_events if isinstance(plain, PlainModel) else None
        if not callable(self.tester):
            self._take_collection(self.tester)

    def _take_collection(self, tester: object) -> None:
        if isinstance(tester, str) or not isinstance(tester, Iterable):
            raise TypeError(f"tester must be a collection of events or a function of an event, not {tester!r}")
        named, events = tuple(tester), self.rule_events
        unknown = [event for event in named if events is not None and event not in events]
        if unknown:
            raise ValueError(f"tester: the model has no event {unknown[0]!r}; allowed: {listed(events or ())}")
        self.tester = named

    def by_tester(self, event: Any) -> bool:
        """True if the tester makes this event; every other one is the system's own."""
        known = self._by_tester.get(event)
        if known is None:
            tester = self.tester
            known = self._by_tester[event] = bool(tester(event)) if callable(tester) else event in tester
        return known

    def choices(self, state: Any) -> dict[Any, tuple[Any, ...]]:
        """Every possible event with the states that may come of it, in the order of the model."""
        known = self._choices.get(state)
        if known is None:
            known = {event: tuple(self._outcomes(state, event, after)) for event, after in self._expand(state)}
            self._choices[state] = known
        return known

    def _outcomes(self, state: Any, event: Any, after: Any) -> Iterator[Any]:
        yield after
        if self.either is None:
            return
        others = self.either(state, event)
        if not isinstance(others, list | tuple):
            raise ModelError(
                f"either({steady(state)}, {steady(event)}) returned {steady(others)}; allowed: a list or "
                "tuple of states, which may be empty",
                state=state,
                event=event,
            )
        yield from (other for other in others if other != after)

    def after(self, state: Any, event: Any) -> tuple[Any, ...]:
        """The states in which the system may be right after the event; none if it cannot happen."""
        return self.choices(state).get(event, ())

    def possible(self, states: Collection[Any], event: Any) -> bool:
        """True if the event can happen in every one of these states."""
        return all(event in self.choices(state) for state in states)

    def tester_events(self, state: Any) -> tuple[Any, ...]:
        """The events that the tester can make in the state, in the order of the model."""
        return tuple(event for event in self.choices(state) if self.by_tester(event))

    def own_steps(self, state: Any) -> tuple[tuple[Any, Any], ...]:
        """The system's own events that change the state, each with the state after it."""
        return tuple(
            (event, after)
            for event, outcomes in self.choices(state).items()
            if not self.by_tester(event)
            for after in outcomes
            if after != state
        )

    def at_rest(self, state: Any) -> bool:
        """True if a system that is left alone may be found in this state, however long one waits.

        Nothing of its own need happen there; or the system never comes to rest, and always comes back to this state.
        """
        known = self._rests.get(state)
        if known is None:
            self._classify(state)
            known = self._rests[state]
        return known

    def _classify(self, state: Any) -> None:
        found = reachable((state,), lambda each: (after for _, after in self.own_steps(each)))
        numbers = {each: number for number, each in enumerate(found)}
        graph = Graph()
        for each in found:
            graph.targets.extend(numbers[after] for _, after in self.own_steps(each))
            graph.offsets.append(len(graph.targets))
            self._rests[each] = self._may_stay(each)
        for component in components(graph, range(len(found)), bytes(len(found)), 0):
            inside = frozenset(component)
            if all(target in inside for each in component for target in _targets(graph, each)):
                self._rests.update((found[each], True) for each in component)

    def _may_stay(self, state: Any) -> bool:
        """True if every own step that changes the state may as well stay out."""
        own = [outcomes for event, outcomes in self.choices(state).items() if not self.by_tester(event)]
        return all(state in outcomes for outcomes in own)

    def shows(self, state: Any) -> Any:
        """What the state shows.

        Raises:
            ModelError: If `shown` fails.
        """
        if state not in self._shown:
            try:
                self._shown[state] = self.shown(state)
            except FAULTS as error:
                raise ModelError(
                    f"shown({steady(state)}) raised {type(error).__name__}: {error}", state=state
                ) from error
        return self._shown[state]

    def agrees(self, state: Any, seen: Any) -> bool:
        """True if the state may show what was seen."""
        return agrees(self.shows(state), seen)

    def is_whole(self, state: Any, seen: Any) -> bool:
        """True if what was seen is all that the state shows."""
        return is_whole(self.shows(state), seen)

    def words(self, state: Any) -> str:
        """What the state shows, in words."""
        return words_of(self.shows(state))

    def seen_words(self, seen: Any) -> str:
        """An observation in words."""
        return words_of(seen)

    def state_name(self, state: Any) -> str:
        """The state as one line; equal states have one name, that of the one which was named first."""
        return self._names.setdefault(state, name_of(state))

    def rows(self, state: Any, event: Any) -> tuple[str, ...]:
        """The name of the event."""
        return (name_of(event),)


def _targets(graph: Graph, state: int) -> Iterable[int]:
    return graph.targets[graph.offsets[state] : graph.offsets[state + 1]]


def check_names(events: Iterable[Any]) -> None:
    """Refuses two events that read alike: a trace, a table and a suite could not tell them apart.

    Raises:
        ValueError: With their text.
    """
    named: dict[str, Any] = {}
    for event in events:
        for text in dict.fromkeys((name_of(event), one_line(steady(event)))):
            if named.setdefault(text, event) != event:
                raise ValueError(
                    f"two events of the model are both written {text}; allowed: a repr of its own for each"
                )


def listed(events: Collection[Any], most: int = 20) -> str:
    """Events in a message, the first ones if there are many, `none` if there are none."""
    names = [name_of(event) for event in events]
    return (", ".join(names[:most]) or "none") + (f" and {len(names) - most} more" if len(names) > most else "")
