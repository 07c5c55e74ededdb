"""Model and system side by side: plans are played on both until they disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import isawaitable
from typing import Any

import attrs

from failover_fsm.testing.kit.adapter import Act, AdapterError, Restless
from failover_fsm.testing.kit.belief import Belief
from failover_fsm.testing.kit.plan_text import as_trace
from failover_fsm.testing.kit.shorten import shortened
from failover_fsm.testing.kit.specification import Specification
from failover_fsm.testing.kit.values import is_empty
from failover_fsm.testing.kit.waiting import Waiting

__all__ = ["Bench", "Mismatch", "check_adapter"]


@attrs.frozen
class Mismatch:
    """Where a system leaves its model.

    Attributes:
        acts: The plan so far.
        seen: What the system shows, in words.
        rest: The states at rest that the model allows.
    """

    acts: tuple[Act, ...]
    seen: str
    rest: tuple[Any, ...]


def check_adapter(adapter: Any) -> None:
    """Refuses what is no adapter.

    Raises:
        TypeError: With what it lacks.
    """
    if isinstance(adapter, type):
        raise TypeError(f"{adapter.__name__} is a class; an adapter is an instance of it")
    for name in ("reset", "apply", "observe"):
        if not callable(getattr(adapter, name, None)):
            raise TypeError(
                f"an adapter needs reset(), apply(event) and observe(); {type(adapter).__name__} has no {name}()"
            )


@attrs.define(kw_only=True)
class Bench:
    """Plays plans, and counts.

    Attributes:
        specification: What the system may do.
        adapter: The system; its `reset` takes no argument.
        complaint: What is wrong with an observation whatever the state, None if nothing is.
        looked: Called after each whole observation that the model allows, as `Record.looked`.
        written: Writes the plan under way below an error of the adapter.
        waiting: How long to wait for an observation.
        examples: The number of plans.
        events: The number of events.
        observations: The number of observations that said something.
        belief: Where the system can be.
        acts: The plan under way.
    """

    specification: Specification
    adapter: Any
    complaint: Callable[[Any], str | None]
    looked: Callable[[tuple[Any, ...], Sequence[Any], tuple[Any, ...]], object]
    written: Callable[[Sequence[Act]], str] = as_trace
    waiting: Waiting = Waiting()
    examples: int = 0
    events: int = 0
    observations: int = 0
    belief: Belief = attrs.field(init=False)
    acts: list[Act] = attrs.field(init=False, factory=list)
    _before: tuple[Any, ...] = attrs.field(init=False, default=())
    _pending: list[Any] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        check_adapter(self.adapter)

    def play(self, acts: Iterable[Act], *, whole: bool = False) -> Mismatch | None:
        """Plays a plan from a reset on; None if system and model agree. A plan ends with an observation.

        Args:
            acts: The plan.
            whole: True to refuse an event that cannot happen where it stands; False to pass over it.

        Raises:
            ValueError: With the event that cannot happen, and with those that can.
        """
        self.begin()
        for act in acts:
            if self.specification.possible(self.belief.states, act.event):
                wrong = self.act(act)
                if wrong is not None:
                    return wrong
            elif whole:
                number = len(self.acts) + 1
                raise ValueError(f"plan, event {number}: {self.belief.impossible(act.event)}")
        if self.acts and self.acts[-1].look:
            return None
        self.acts[-1:] = [attrs.evolve(act, look=True) for act in self.acts[-1:]]
        return self._look()

    def begin(self) -> None:
        """Resets the system, and what is known of it."""
        self.acts, self._pending = [], []
        self.belief = Belief(self.specification)
        self._before = self.belief.states
        self._call(self.adapter.reset)

    def act(self, act: Act) -> Mismatch | None:
        """Makes an event happen in both, and looks if the act says so."""
        self.belief.apply(act.event)
        self.acts.append(act)
        self._pending.append(act.event)
        self._call(self.adapter.apply, act.event)
        self.events += 1
        return self._look() if act.look else None

    def _look(self) -> Mismatch | None:
        try:
            seen = self.waiting.observe(self._observed, self.belief)
        except Restless as error:
            if self.belief.moves():
                return None  # the model does not come to rest either
            return Mismatch(tuple(self.acts), f"no rest: {error}", self.belief.at_rest())
        if is_empty(seen):
            return None
        self.observations += 1
        rest = tuple(state for state in self.belief.at_rest() if self.specification.agrees(state, seen))
        if not self.belief.observe(seen):
            return Mismatch(tuple(self.acts), self.specification.seen_words(seen), self.belief.at_rest())
        if self.specification.is_whole(rest[0], seen):
            self.looked(self._before, self._pending, rest)
            self._before, self._pending = self.belief.states, []
        return None

    def _observed(self) -> Any:
        seen = self._call(self.adapter.observe)
        wrong = self.complaint(seen)
        if wrong is not None:
            raise self._wrong(f"observe() returned {wrong}")
        return seen

    def _call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        try:
            answer = method(*arguments)
        except Restless:
            raise
        except Exception as error:
            self._note(error)
            raise
        if isawaitable(answer):
            getattr(answer, "close", lambda: None)()
            name = method.__name__
            raise self._wrong(f"{name}() returned a coroutine; allowed: run it to its end in {name}()")
        return answer

    def _wrong(self, what: str) -> AdapterError:
        error = AdapterError(what)
        self._note(error)
        return error

    def _note(self, error: Exception) -> None:
        """Adds the plan under way to an error."""
        error.add_note(f"The plan so far:\n{self.written(self.acts)}")

    def shortest(self, found: Mismatch) -> tuple[Mismatch, bool]:
        """A mismatch by a plan from which no event can be left out, and True.

        The given one and False if the plan does not fail again.
        """
        best = found

        def keeps(acts: Sequence[Act]) -> tuple[Act, ...] | None:
            nonlocal best
            try:
                again = self.play(acts)
            except AdapterError:
                return None
            if again is None:
                return None
            best = again
            return again.acts

        if keeps(found.acts) is None:
            return found, False
        shortened(best.acts, keeps)
        return best, True
