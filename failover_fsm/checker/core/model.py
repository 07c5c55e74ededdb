"""The model interface, and the error raised when a model violates its contract.

A model is any object with three methods. It may be written by hand, generated, or be a thin view of a library; the
checker looks at nothing else. Two requirements cannot be expressed in types and matter as much as the types do:

* *Functions.* The same state gives the same events in the same order, and the same event gives the same successor. No
  clock, no random numbers, no hidden counters. Traces are rebuilt by running the model again, so an impure model is
  detected, but only after the search.
* *Values.* States with the same meaning are equal and have equal hashes, and a state never changes once returned.
  Frozen attrs or data classes, tuples, enums, strings and numbers are fine.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from inspect import getattr_static
from itertools import islice
from types import FunctionType
from typing import Any, Protocol, TypeGuard, TypeVar

from failover_fsm.checker.core.answers import FAULTS, described
from failover_fsm.records.fields import is_record
from failover_fsm.records.steady import steady

MOST_LISTED = 100_000
"""The most events of a state that are taken from a generator: one without an end would never let a limit be checked."""

S = TypeVar("S", bound=Hashable)
E = TypeVar("E", bound=Hashable)


class Model(Protocol[S, E]):
    """A transition system over states ``S`` whose transitions are named by events ``E``; both hashable."""

    def initial_states(self) -> Iterable[S]:
        """Return the states a run may begin in: one at least, in a fixed order."""
        ...

    def events(self, state: S, /) -> Iterable[E]:
        """Return the events to try in ``state``, in a fixed order. Listing one that turns out impossible is
        allowed.
        """
        ...

    def step(self, state: S, event: E, /) -> S | None:
        """Return the state after ``event``, or None where the event is not possible after all."""
        ...


class FastModel(Model[S, E], Protocol[S, E]):
    """A model that can list all transitions of a state in one call.

    The search calls ``successors`` instead of ``events`` and ``step`` wherever it exists. It must list
    exactly the pairs the two others would give, in the same order; every counterexample is checked against
    both.
    """

    def successors(self, state: S, /) -> Iterable[tuple[E, S]]:
        """Return (event, state after it) for every possible event, in a fixed order."""
        ...


class ModelError(Exception):
    """The model, or a function of a property, failed or broke its contract; the result would be worthless.

    Attributes:
        state: the state at hand, or None where there was none yet.
        event: the event at hand, or None.
        trace: the events that lead from an initial state to ``state``; None if the state was not reached by a search.
    """

    def __init__(
        self, message: str, *, state: object = None, event: object = None, trace: tuple[Any, ...] | None = None
    ) -> None:
        super().__init__(one_line(message))
        self.state = state
        self.event = event
        self.trace = trace


def one_line(text: str) -> str:
    """Return a text as one line without control characters; those are escaped, as names and values may have some."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


class CheckpointError(Exception):
    """A checkpoint that cannot be resumed: damaged, or of another model; `str` is one line."""


Expand = Callable[[S], Sequence[tuple[E, S]]]


def expander(model: Model[S, E]) -> Expand[S, E]:
    """Return the function that lists the transitions of a state: the fast path of the model, or events and step.

    Raises:
        ModelError: at once if the model lacks a method; later, from the returned function, if the model raises or lists
            its transitions in a set, whose order would change from run to run.
    """
    for name in ("initial_states", "events", "step"):
        if not callable(getattr(model, name, None)):
            raise ModelError(
                f"a model needs the methods initial_states(), events(state) and step(state, event); "
                f"{type(model).__name__} has no {name}()"
            )
    if is_uninstantiated(model):
        raise ModelError(f"{model.__name__} is a class; a model is an instance of it")
    fast = getattr(model, "successors", None)
    return _from_step(model) if fast is None else _from_successors(fast)


def is_uninstantiated(model: object) -> TypeGuard[type]:
    """Return whether a model is a class whose methods need an instance."""
    return isinstance(model, type) and isinstance(getattr_static(model, "initial_states", None), FunctionType)


def _from_step(model: Model[S, E]) -> Expand[S, E]:
    events, step = model.events, model.step

    def expand(state: S) -> list[tuple[E, S]]:
        try:
            listed = in_order(events(state), "events()", state, MOST_LISTED)
        except (MemoryError, ModelError):
            raise
        except FAULTS as error:
            raise _failed(f"events({steady(state)})", error, state) from error
        pairs = []
        event: E
        try:
            for event in listed:
                after = step(state, event)
                if after is not None:
                    pairs.append((event, after))
        except (MemoryError, ModelError):
            raise
        except FAULTS as error:
            raise _failed(f"step({steady(state)}, {steady(event)})", error, state, event) from error
        return pairs

    return expand


def _from_successors(successors: Callable[[S], Iterable[tuple[E, S]]]) -> Expand[S, E]:
    def expand(state: S) -> Sequence[tuple[E, S]]:
        try:
            return in_order(successors(state), "successors()", state, MOST_LISTED)
        except (MemoryError, ModelError):
            raise
        except FAULTS as error:
            raise _failed(f"successors({steady(state)})", error, state) from error

    return expand


def initial_states(model: Any) -> Sequence[Any]:
    """Return the initial states of a model, of rules or of steps, as a sequence, duplicates included.

    Raises:
        ModelError: the model raises, gives a set, gives None as a state, or has no initial state at all: then every
            property would hold vacuously.
    """
    try:
        states = in_order(model.initial_states(), "initial_states()", None)
        for state in states:
            _check_hashable(state)
    except ModelError:
        raise
    except FAULTS as error:
        raise _failed("initial_states()", error, None) from error
    if not states:
        raise ModelError("the model has no initial state, so there is nothing to check")
    if any(state is None for state in states):
        raise ModelError("None cannot be a state: step() uses it to say that an event is not possible")
    return states


def _check_hashable(state: object) -> None:
    """Raise ModelError for a record of a class that is not frozen; whatever else is wrong with a hash passes."""
    try:
        hash(state)
    except TypeError as error:
        if not is_record(type(state)):
            raise
        allowed = "allowed: @attrs.frozen, @dataclass(frozen=True), and fields of which each can be hashed"
        raise ModelError(f"the initial state {steady(state)} cannot be hashed ({error}); {allowed}") from error


Item = TypeVar("Item")


def in_order(items: Iterable[Item], what: str, state: object, most: int | None = None) -> Sequence[Item]:
    """Return ``items`` as a list or tuple; refuse sets, whose order depends on the hash seed, and what has no end.

    Args:
        items: what a method of a model returned.
        what: the method.
        state: the state that it was asked about.
        most: the most items that are taken from a generator; None for all. A list or tuple has an end.
    """
    if isinstance(items, (list, tuple)):
        return items
    if items is None or isinstance(items, str):
        raise ModelError(f"{what} returned {items!r}; return a list, a tuple or a generator", state=state)
    if isinstance(items, (set, frozenset)):
        raise ModelError(
            f"{what} returned a {type(items).__name__}, whose order is not fixed; "
            f"return a list, a tuple or a generator",
            state=state,
        )
    listed = list(islice(items, None if most is None else most + 1))
    if most is not None and len(listed) > most:
        raise ModelError(
            f"{what} yielded more than {most:,} items in state {steady(state)}, and may have no end; allowed: a "
            "generator that ends before, or a list or a tuple",
            state=state,
        )
    return listed


def _failed(call: str, error: BaseException, state: object, event: object = None) -> ModelError:
    """Return the ModelError for an error raised by a method of the model; a ModelError passes unchanged."""
    if isinstance(error, ModelError):
        return error
    return ModelError(f"{call} raised {described(error)}", state=state, event=event)


def ill_typed(state: object, pairs: Sequence[Any], error: BaseException) -> ModelError:
    """Return an error that names the first unusable transition listed for ``state``, and the reason."""
    for pair in pairs:
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
            return ModelError(
                f"successors({steady(state)}) must list pairs (event, state), but lists {steady(pair)}",
                state=state,
            )
        event, after = pair
        for what, value in (("state", after), ("event", event)):
            try:
                hash(value)
            except FAULTS as reason:
                return ModelError(
                    f"in state {steady(state)}, event {steady(event)}: the {what} {steady(value)} is not hashable "
                    f"({reason}); states and events must be immutable values, such as tuples or frozen classes",
                    state=state,
                    event=event,
                )
    return ModelError(
        f"in state {steady(state)}: comparing the states after it raised {described(error)}",
        state=state,
    )


def check_repeatable(model: Model[S, E], expand: Expand[S, E]) -> tuple[S, Sequence[tuple[E, S]]]:
    """Evaluate the initial states and the transitions of the first one twice, and compare.

    A cheap probe. It finds states that compare by identity (nothing would ever be seen twice and the search would not
    end) and gross non-determinism before the search rather than after it.

    Returns:
        The first initial state and its transitions, to be compared with those that the search finds.

    Raises:
        ModelError: the answers differ.
    """
    first, again = initial_states(model), initial_states(model)
    same = list(first) == list(again)
    pairs: Sequence[tuple[E, S]] = ()
    if same:
        pairs = tuple(expand(first[0]))
        same = pairs == tuple(expand(again[0]))
    if not same:
        raise ModelError(
            "asked twice, the model gave different answers about its initial states and their transitions. "
            "Either states or events compare by identity (define __eq__ and __hash__, or use frozen attrs "
            "classes), or the model is not deterministic (random numbers, a clock, a counter, iteration over "
            "a set)",
            state=first[0],
        )
    return first[0], pairs
