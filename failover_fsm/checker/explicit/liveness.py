"""Properties decided on the finished graph: leads-to under fairness, can-recover, converges.

Leads-to. A counterexample is a run that reaches a state with the premise and never sees the goal
afterwards. Without goal states, and with only the events that may still occur, what remains of the graph is
called the *arena*. The run stays in it, so in the end it either stutters for ever in one state of it, or
stays for ever in some strongly connected set of its states. Which of these ends fairness allows is
decided as follows; an action counts as enabled by what is possible in the full graph of the events that may
occur, not in the arena only.

* A state is a possible end if no fair action is enabled in it.
* A component of the arena is a possible end if each weakly fair action is taken inside it or disabled
  somewhere in it, and each strongly fair action is taken inside it or disabled everywhere in it.
* A component that fails a weak action fails for good: every part of it has fewer steps and fewer states.
* A component that fails a strong action may have parts that do not: the states where the action is enabled
  are removed and the components of the rest are judged in the same way.

Eventually-always. A counterexample is a run that is without the goal again and again. Its arena is the whole graph of
the events that may go on for ever, and its end, a state or a component, must have a state without the goal.

The lasso is then built edge by edge: a component is not a cycle, and only a loop that satisfies every
fairness constraint is a counterexample. Sets of actions are bits of a Python integer.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import count

from attrs import define, field, frozen

from failover_fsm.checker.core.answers import FAULTS, described, truth
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Fairness, InStates, Property
from failover_fsm.checker.explicit.graph import Graph, components
from failover_fsm.records.steady import steady

Steps = list[tuple[int, int]]
"""A path from a known state: (event, target) of each edge, as numbers."""


@frozen
class Lasso:
    """A run that never ends, as numbers.

    Attributes:
        start: the state at which ``steps`` begin; the stem is any shortest path to it.
        steps: the edges of the path.
        loop: how many of ``steps`` come before the part that is repeated; all of them if the run stays
            where it is.
    """

    start: int
    steps: Steps
    loop: int


@define(eq=False)
class Actions:
    """The fair actions of one property: which events belong to which, as bits.

    Attributes:
        of_event: per event number, the actions it belongs to; 0 also for events that may not occur.
        weak: the weakly fair ones, progress included.
        strong: the strongly fair ones.
        guard_of: per action that counts in some states only, the number of its predicate among the property's guards.
        denied: per state, the actions that do not count there; empty if all count everywhere.
    """

    of_event: list[int]
    weak: int = 0
    strong: int = 0
    guard_of: dict[int, int] = field(factory=dict)
    denied: list[int] = field(factory=list)
    _bits: dict[tuple[int, Hashable], int] = field(factory=dict)

    def _add(self, number: int, item: int, key: Hashable, strong: bool, guard: int | None) -> None:
        bit = self._bits.setdefault((item, key), 1 << len(self._bits))
        if guard is not None:
            self.guard_of[bit] = guard
        self.of_event[number] |= bit
        if strong:
            self.strong |= bit
        else:
            self.weak |= bit

    def deny(self, guards: Sequence[Sequence[int]]) -> None:
        """Let actions count only in states where their predicate is true.

        Args:
            guards: truth per state, of each predicate of ``Property.guards``.
        """
        if self.guard_of:
            pairs = list(self.guard_of.items())
            self.denied = [
                sum(bit for bit, guard in pairs if not guards[guard][state]) for state in range(len(guards[0]))
            ]

    def of_step(self, state: int, label: int) -> int:
        """The actions that an event belongs to in a state, as bits."""
        return self.of_event[label] & ~self.denied[state] if self.denied else self.of_event[label]


def actions_of(claim: Property, events: Iterable[object], allowed: Sequence[int]) -> Actions:
    """Sort the events into the fair actions of ``claim``.

    Args:
        claim: a leads-to property.
        events: in the order of their numbers.
        allowed: truth per event number: whether the event may occur.

    Raises:
        ModelError: if a fairness item fails or its key is not hashable.
    """
    listed = list(events)
    actions = Actions(of_event=[0] * len(listed))
    numbers = count()
    items: list[tuple[Fairness, bool, int | None]] = [
        (item, strong, next(numbers) if isinstance(item, InStates) else None)
        for several, strong in ((claim.weak, False), (claim.strong, True))
        for item in several
    ]
    if claim.progress:
        items.append((lambda _event: True, False, None))
    for number, event in enumerate(listed):
        if not allowed[number]:
            continue  # not evaluated either: an item need not handle events that are excluded
        for index, (item, strong, guard) in enumerate(items):
            try:
                key, again = item(event), item(event)
                if key != again:
                    raise ValueError(f"it answered {key!r} and then {again!r}; it must depend on the event only")
                if type(key).__module__ == "numpy":  # a boolean of numpy is no key
                    key = truth(key)
                if key is not None and key is not False:
                    actions._add(number, index, key, strong, guard)
            except FAULTS as error:
                raise ModelError(
                    f"property {claim.name!r}: a fairness item failed on event {steady(event)}: "
                    f"{described(error, item)}",
                    event=event,
                ) from error
    return actions


def find_fair_lasso(
    graph: Graph,
    levels: Sequence[int],
    premise: Sequence[int],
    arena: Graph,
    outside: Sequence[int],
    fair: Actions,
    visits: Sequence[int] | None = None,
) -> Lasso | None:
    """Return a fair run on which the premise is followed by no goal, with the shortest stem; None if there
    is none.

    Args:
        graph: the edges of the events that may occur.
        levels: how many states are 0, 1, 2, ... steps from an initial state.
        premise: truth per state.
        arena: ``graph`` without the states that have the goal.
        outside: truth per state: whether it has the goal.
        fair: the fair actions.
        visits: truth per state: what the run must come to again and again; None asks for nothing.
    """
    sources = [state for state in range(graph.size) if premise[state] and not outside[state]]
    reached = arena.reach(sources)
    enabled = _enabled(graph, fair)
    fair_bits = fair.weak | fair.strong
    component_of = array("I", bytes(4 * graph.size))  # which fair component a state belongs to, from 1
    ends = bytearray(graph.size)  # 1: may stutter here for ever, 2: in a fair component
    for number, component in enumerate(_fair_components(arena, reached, enabled, fair), start=1):
        if visits is not None and not any(visits[state] for state in component):
            continue
        for state in component:
            component_of[state] = number
            ends[state] = 2
    for state in range(graph.size):
        if reached[state] and not enabled[state] & fair_bits and (visits is None or visits[state]):
            ends[state] = 1
    stem = _shortest_stem(arena, levels, sources, ends)
    if stem is None:
        return None
    start, steps = stem
    loop = len(steps)
    end = steps[-1][1] if steps else start
    if ends[end] == 2:
        steps = steps + _fair_loop(arena, end, component_of, enabled, fair, visits)
    return Lasso(start, steps, loop)


def _enabled(graph: Graph, fair: Actions) -> list[int]:
    """Return, per state, the fair actions that can occur there and change the state."""
    of_step = fair.of_step
    masks = []
    for state in range(graph.size):
        mask = 0
        for label in graph.labels[graph.offsets[state] : graph.offsets[state + 1]]:
            mask |= of_step(state, label)
        masks.append(mask)
    return masks


def _fair_components(arena: Graph, reached: Sequence[int], enabled: Sequence[int], fair: Actions) -> list[list[int]]:
    """Return the largest sets of reached states in which a fair run may go round for ever; they are
    disjoint.
    """
    area = array("I", list(reached))  # from bytes, array would take raw memory
    mark = 1
    todo = components(arena, [state for state in range(arena.size) if reached[state]], area, mark)
    found = []
    while todo:
        component = todo.pop()
        mark += 1
        for state in component:
            area[state] = mark
        taken, ever, throughout = 0, 0, fair.weak
        for state in component:
            ever |= enabled[state]
            throughout &= enabled[state]
            for label, target in arena.edges(state):
                if area[target] == mark:
                    taken |= fair.of_step(state, label)
        if throughout & ~taken:
            continue
        denied = fair.strong & ever & ~taken
        if not denied:
            found.append(component)
            continue
        rest = [state for state in component if not enabled[state] & denied]
        mark += 1
        for state in rest:
            area[state] = mark
        todo += components(arena, rest, area, mark)
    return found


def _shortest_stem(
    arena: Graph, levels: Sequence[int], sources: Sequence[int], ends: Sequence[int]
) -> tuple[int, Steps] | None:
    """Return (state with the premise, path from it to the nearest end), shortest counted from an initial
    state.

    A breadth-first search from all sources at once, in which each source enters when the search is as deep
    as the source itself.
    """
    came: dict[int, tuple[int, int] | None] = {}
    frontier: list[int] = []
    waiting = list(reversed(sources))
    bound = 0
    depth = 0
    while frontier or waiting:
        if depth < len(levels):
            bound += levels[depth]
        depth += 1
        fresh: list[int] = []
        for state in frontier:
            for label, target in arena.edges(state):
                if target not in came:
                    came[target] = (state, label)
                    fresh.append(target)
        while waiting and waiting[-1] < bound:
            source = waiting.pop()
            if source not in came:
                came[source] = None
                fresh.append(source)
        for state in fresh:
            if ends[state]:
                return _walk_back(came, state)
        frontier = fresh
    return None


def _walk_back(came: dict[int, tuple[int, int] | None], state: int) -> tuple[int, Steps]:
    """Return where the search that filled ``came`` began, and the path from there to ``state``."""
    steps: Steps = []
    before = came[state]
    while before is not None:
        steps.append((before[1], state))
        state = before[0]
        before = came[state]
    return state, steps[::-1]


def _fair_loop(
    arena: Graph,
    start: int,
    component_of: Sequence[int],
    enabled: Sequence[int],
    fair: Actions,
    visits: Sequence[int] | None,
) -> Steps:
    """Return a closed path inside the component of ``start`` that satisfies every fairness constraint, and passes a
    state of ``visits``.

    A weak constraint is satisfied by taking the action or by passing a state where it is disabled, a strong one by
    taking the action; a strong action enabled nowhere in the component has no constraint. The path is never
    empty: without constraints no fair action is enabled, and ``find_fair_lasso`` lets the run stay there, or it has
    to go to a state of ``visits``.
    """
    ever = 0
    for state, where in enumerate(component_of):
        if where == component_of[start]:
            ever |= enabled[state]
    weak = fair.weak & enabled[start]
    strong = fair.strong & ever
    path: Steps = []
    place = start
    while weak or strong:

        def meets(state: int, label: int, target: int, weak: int = weak, strong: int = strong) -> bool:
            return bool(fair.of_step(state, label) & (weak | strong) or weak & ~enabled[target])

        part = nearest(arena, place, component_of, meets)
        for label, target in part:
            taken = fair.of_step(place, label)
            weak &= enabled[target] & ~taken
            strong &= ~taken
            place = target
        path += part
    if visits is not None and not any(visits[state] for state in (start, *(target for _, target in path))):
        path += nearest(arena, place, component_of, lambda _state, _label, target: bool(visits[target]))
        place = path[-1][1]
    if place != start:
        path += nearest(arena, place, component_of, lambda _state, _label, target: target == start)
    return path


def nearest(graph: Graph, start: int, component_of: Sequence[int], wanted: Callable[[int, int, int], bool]) -> Steps:
    """Return a shortest path of one step or more inside the component of ``start`` whose last step is ``wanted``.

    Args:
        graph: the edges.
        start: the first state; the path may return to it.
        home: the component of each state.
        wanted: a predicate of (state, event, target) of a step.

    Raises:
        LookupError: if there is none, which the callers rule out beforehand.
    """
    came: dict[int, tuple[int, int] | None] = {start: None}
    queue = [start]
    for state in queue:
        for label, target in graph.edges(state):
            if component_of[target] != component_of[start]:
                continue
            if wanted(state, label, target):
                return _walk_back(came, state)[1] + [(label, target)]
            if target not in came:
                came[target] = (state, label)
                queue.append(target)
    raise LookupError("no such step in the component")


def find_cycle(graph: Graph) -> Lasso | None:
    """Return a lasso whose loop begins at the state nearest to the initial states that is on a cycle; None
    without.
    """
    component_of = array("I", bytes(4 * graph.size))
    found = components(graph, range(graph.size), component_of, 0)
    if not found:
        return None
    for number, component in enumerate(found, start=1):
        for state in component:
            component_of[state] = number
    start = min(component[0] for component in found)
    return Lasso(start, nearest(graph, start, component_of, lambda _state, _label, target: target == start), 0)


def find_lost(graph: Graph, goal: Sequence[int]) -> int | None:
    """Return the first state from which no state with the goal can be reached; None if there is none.

    Args:
        graph: the edges of the events that may occur.
        goal: truth per state.
    """
    safe = graph.reversed().reach(state for state in range(graph.size) if goal[state])
    lost = safe.find(0)
    return None if lost < 0 else lost
