"""The explored graph of a pair, for generated suites.

There are two graphs of the same pair. In the *step graph* an edge is one event, the units' own steps included, so
every interleaving is present. In the *rest graph* an edge is a test action: one event from outside, after which the
units come to rest in the documented order of steps, or two events one right after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from itertools import count

from failover_fsm.model.core_steps import core_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.states import State
from failover_fsm.testing.kit.tours import ReachedGraph, explored
from failover_fsm.testing.pair.walk import TransitionSystem, situation

__all__ = ["rest_graph", "step_graph"]


Moves = tuple[tuple[State, e.Event], ...]
"""Events, each with the state in which it happens."""

Expand = Callable[[State], Iterable[tuple[State, Moves, bool, bool]]]


Seen = Callable[[int], object]


def _explored(transitions: TransitionSystem, expand: Expand, limit: int, seen: Seen) -> ReachedGraph:
    """Explores a graph breadth first, with the table rows that each edge takes."""
    rows_of, numbers = _rows_of(transitions), count(1)

    def with_rows(state: State) -> Iterable[tuple[State, tuple[e.Event, ...], tuple[tuple[str, ...], ...], bool, bool]]:
        seen(next(numbers))
        for after, moves, rests, forks in expand(state):
            taken = tuple(rows for each in moves if (rows := rows_of(*each)))
            yield after, tuple(event for _, event in moves), taken, rests, forks

    return explored(transitions.model.canonical(transitions.start), with_rows, limit)


def _rows_of(transitions: TransitionSystem) -> Callable[[State, e.Event], tuple[str, ...]]:
    """A function for the rows that an event takes, memoised by the unit records and what the units sense."""
    known: dict[Hashable, tuple[str, ...]] = {}

    def rows_of(state: State, event: e.Event) -> tuple[str, ...]:
        if not kind_of(type(event)).by_units:
            return ()
        key = (core_of(state), transitions.model.senses(state.interfaces), event)
        if key not in known:
            choice = transitions.take(state, event)
            assert choice is not None, f"{event} is an event of the explored graph"
            known[key] = choice.rows
        return known[key]

    return rows_of


def step_graph(transitions: TransitionSystem, limit: int, seen: Seen = lambda _: None) -> ReachedGraph:
    """The graph with every state and every event; `seen` is called with how many states were looked at.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """

    def expand(state: State) -> Iterable[tuple[State, Moves, bool, bool]]:
        return ((after, ((state, event),), False, False) for event, after in transitions.model.successors(state))

    return _explored(transitions, expand, limit, seen)


def rest_graph(transitions: TransitionSystem, limit: int, seen: Seen = lambda _: None) -> ReachedGraph:
    """The graph of test actions and the settled states they lead to; `seen` as for `step_graph`.

    Raises:
        GraphTooLarge: If there are more than `limit` states.
    """
    model = transitions.model

    @cache
    def own_steps(state: State) -> tuple[tuple[e.Event, State], ...]:
        return tuple(each for each in model.successors(state) if isinstance(each[0], e.ProtocolStep))

    @cache
    def rest(state: State) -> tuple[State, Moves]:
        moves: list[tuple[State, e.Event]] = []
        seen = {state}
        while steps := own_steps(state):
            event, after = steps[0]
            moves.append((state, event))
            state = after
            if state in seen:
                break
            seen.add(state)
        return state, tuple(moves)

    def reached(starts: Iterable[State]) -> tuple[State, ...]:
        found = dict.fromkeys(starts)
        queue = list(found)
        for each in queue:
            for _, after in own_steps(each):
                if after not in found:
                    found[after] = None
                    queue.append(after)
        return tuple(found)

    def forks(state: State, event: e.Event) -> bool:
        """True if the outcome is ambiguous: the second of two events may hit any intermediate state."""
        hit = (_after(model, each, event) for each in reached((state,)))
        endings = {situation(each) for each in reached(each for each in hit if each) if not own_steps(each)}
        return len(endings) != 1

    def expand(state: State) -> Iterable[tuple[State, Moves, bool, bool]]:
        at_rest = not own_steps(state)
        for event, after in model.successors(state):
            if isinstance(event, e.ProtocolStep):
                continue
            ending, moves = rest(after)
            yield ending, ((state, event), *moves), True, forks(state, event)
            if at_rest and moves:
                yield after, ((state, event),), False, False

    return _explored(transitions, expand, limit, seen)


def _after(model: PairModel, state: State, event: e.Event) -> State | None:
    """The state after an event from outside; a refused command changes nothing."""
    after = model.step(state, event)
    return state if after is None and isinstance(event, e.Command) else after
