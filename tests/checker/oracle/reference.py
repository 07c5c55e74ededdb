"""The other side of the comparison: a plain search over frozen records, and the definitions of the properties.

Imports nothing from the package. A rule is a list of steps on a frozen record; a claim is a kind and functions.
Everything is decided straight from the definition: breadth-first search for distances, Tarjan's algorithm for
components, and for fairness every set of states in which a run could stay for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import Any

import attrs

BRUTE = 9
"""At most so many states are searched by trying every subset; larger sets by removing states, see `fair_set`."""


@attrs.frozen(eq=False)
class RefRule:
    """One rule: what names it, and its effect as a function from a frozen record to the next one, or None."""

    event: Hashable
    step: Callable[[Any], Any]


@attrs.frozen(eq=False, kw_only=True)
class RefClaim:
    """One claim; `kind` is the name of the constructor in the library, the rest are its arguments.

    A fairness item is a function of an event, or a triple of a word, such a function, and a predicate on the states in
    which its events count.
    """

    name: str
    kind: str
    predicate: Callable[..., Any] | None = None
    premise: Callable[..., Any] | None = None
    within: Callable[[Any], Any] | None = None
    events: tuple[type, ...] | None = None
    weak: tuple[Any, ...] = ()
    strong: tuple[Any, ...] = ()
    progress: bool = True


@attrs.frozen
class Answer:
    """What is right: the verdict, whether it is vacuous, and the steps to the nearest state that decides it."""

    verdict: str
    vacuous: bool = False
    steps: int | None = None


class TooLarge(Exception):
    """The model has more states than the comparison wants to look at."""


class Graph:
    """The reachable states with their distances, and every transition as (event, number of the next state)."""

    def __init__(self, initial: Iterable[Any], rules: Sequence[RefRule], most: int) -> None:
        self.rules = rules
        self.numbers: dict[Any, int] = {}
        self.states: list[Any] = []
        self.distance: list[int] = []
        self.edges: list[list[tuple[Hashable, int]]] = []
        self.initial = [self._number(state, 0) for state in initial]
        for number, state in enumerate(self.states):
            out = []
            for rule in rules:
                after = rule.step(state)
                if after is not None:
                    out.append((rule.event, self._number(after, self.distance[number] + 1)))
            self.edges.append(out)
            if len(self.states) > most:
                raise TooLarge

    def _number(self, state: Any, distance: int) -> int:
        if state not in self.numbers:
            self.numbers[state] = len(self.states)
            self.states.append(state)
            self.distance.append(distance)
        return self.numbers[state]

    @property
    def transitions(self) -> int:
        """How many (state, event) pairs are possible."""
        return sum(map(len, self.edges))

    def moves(self, claim: RefClaim) -> list[list[tuple[Hashable, int]]]:
        """The transitions that `within` admits and that change the state."""
        return [
            [(event, after) for event, after in out if after != state and admits(claim, event)]
            for state, out in enumerate(self.edges)
        ]


def admits(claim: RefClaim, event: Hashable) -> bool:
    """Whether `within` of a claim admits an event."""
    return claim.within is None or bool(claim.within(event))


def judge(graph: Graph, claim: RefClaim) -> Answer:
    """The right answer for a claim about every kind of property."""
    answer = JUDGES[claim.kind](graph, claim)
    if answer.verdict == "holds" and claim.kind != "sometimes" and not graph.transitions:
        return attrs.evolve(answer, vacuous=True)
    return answer


def _nearest(graph: Graph, states: Iterable[int]) -> int:
    return min(graph.distance[state] for state in states)


def _true(graph: Graph, predicate: Callable[..., Any] | None) -> list[bool]:
    assert predicate is not None
    return [bool(predicate(state)) for state in graph.states]


def _always(graph: Graph, claim: RefClaim) -> Answer:
    wrong = [number for number, good in enumerate(_true(graph, claim.predicate)) if not good]
    if wrong:
        return Answer("violated", steps=_nearest(graph, wrong))
    return Answer("holds", claim.premise is not None and not any(_true(graph, claim.premise)))


def _sometimes(graph: Graph, claim: RefClaim) -> Answer:
    found = [number for number, good in enumerate(_true(graph, claim.predicate)) if good]
    return Answer("holds", steps=_nearest(graph, found)) if found else Answer("violated")


def _always_step(graph: Graph, claim: RefClaim) -> Answer:
    assert claim.predicate is not None
    wrong, seen, spoken_of = [], False, False
    for number, out in enumerate(graph.edges):
        for event, target in out:
            if claim.events is not None and not isinstance(event, claim.events):
                continue
            step = (graph.states[number], event, graph.states[target])
            spoken_of = True
            if not claim.predicate(*step):
                wrong.append(number)
            seen = seen or (claim.premise is not None and bool(claim.premise(*step)))
    if wrong:
        return Answer("violated", steps=_nearest(graph, wrong) + 1)
    return Answer("holds", not spoken_of or (claim.premise is not None and not seen))


def _when_settled(graph: Graph, claim: RefClaim) -> Answer:
    settled = [number for number, out in enumerate(graph.moves(claim)) if not out]
    good = _true(graph, claim.predicate)
    wrong = [number for number in settled if not good[number]]
    if wrong:
        return Answer("violated", steps=_nearest(graph, wrong))
    premise = claim.premise
    return Answer("holds", not any(premise is None or premise(graph.states[number]) for number in settled))


def _deadlock(graph: Graph, claim: RefClaim) -> Answer:
    final = _true(graph, claim.predicate)
    stuck = [number for number, out in enumerate(graph.moves(claim)) if not out and not final[number]]
    return Answer("violated", steps=_nearest(graph, stuck)) if stuck else Answer("holds")


def _can_recover(graph: Graph, claim: RefClaim) -> Answer:
    moves, good = graph.moves(claim), _true(graph, claim.predicate)
    changed = True
    while changed:
        changed = False
        for number, out in enumerate(moves):
            if not good[number] and any(good[after] for _, after in out):
                good[number] = changed = True
    lost = [number for number, safe in enumerate(good) if not safe]
    return Answer("violated", steps=_nearest(graph, lost)) if lost else Answer("holds")


def _converges(graph: Graph, claim: RefClaim) -> Answer:
    moves = graph.moves(claim)
    cyclic = [state for part in components(moves, range(len(moves))) if len(part) > 1 for state in part]
    if cyclic:
        return Answer("violated", steps=_nearest(graph, cyclic))
    return Answer("holds", not any(moves))


def _leads_to(graph: Graph, claim: RefClaim) -> Answer:
    moves = graph.moves(claim)
    premise, goal = _true(graph, claim.premise), _true(graph, claim.predicate)
    arena = [[] if goal[state] else [(event, after) for event, after in out if not goal[after]]
             for state, out in enumerate(moves)]  # fmt: skip
    waiting = [state for state in range(len(moves)) if premise[state] and not goal[state]]
    reached = dict.fromkeys(waiting)
    for state in waiting:
        for _, after in arena[state]:
            if after not in reached:
                reached[after] = None
                waiting.append(after)
    if fair_set(moves, arena, list(reached), actions(claim, graph)) is not None:
        return Answer("violated")
    return Answer("holds", not any(premise))


def _eventually_always(graph: Graph, claim: RefClaim) -> Answer:
    moves, good = graph.moves(claim), _true(graph, claim.predicate)
    bad = {number for number, met in enumerate(good) if not met}
    everything = range(len(moves))
    if fair_set(moves, moves, everything, actions(claim, graph), bad) is not None:
        return Answer("violated")
    return Answer("holds")


JUDGES: dict[str, Callable[[Graph, RefClaim], Answer]] = {
    "always": _always,
    "always_step": _always_step,
    "sometimes": _sometimes,
    "when_settled": _when_settled,
    "can_recover": _can_recover,
    "converges": _converges,
    "leads_to": _leads_to,
    "deadlock": _deadlock,
    "eventually_always": _eventually_always,
}

Moves = Sequence[Sequence[tuple[Hashable, int]]]


@attrs.frozen
class Action:
    """One fair action: its events, whether it is strongly fair, and the states in which it counts; None for all."""

    events: tuple[Hashable, ...]
    strong: bool
    states: frozenset[int] | None = None

    def counts(self, state: int, event: Hashable) -> bool:
        """Whether a step by this event from this state is one of the action."""
        return event in self.events and (self.states is None or state in self.states)


def actions(claim: RefClaim, graph: Graph) -> list[Action]:
    """The fair actions of a claim: one for each key that a fairness item gives; progress is one more."""
    events = [rule.event for rule in graph.rules if admits(claim, rule.event)]
    found = [Action(tuple(events), False)] if claim.progress else []
    for items, strong in ((claim.weak, False), (claim.strong, True)):
        for item in items:
            keys: dict[Hashable, list[Hashable]] = {}
            key_of, states = item, None
            if isinstance(item, tuple):
                _, key_of, predicate = item
                states = frozenset(number for number, met in enumerate(_true(graph, predicate)) if met)
            for event in events:
                key = key_of(event)
                if key is not None and key is not False:
                    keys.setdefault(key, []).append(event)
            found += [Action(tuple(those), strong, states) for those in keys.values()]
    return found


def fair(moves: Moves, arena: Moves, inside: Sequence[int], wanted: Sequence[Action]) -> bool:
    """Whether a run that visits exactly `inside` for ever, by every transition there is, is fair."""
    within = set(inside)
    for action in wanted:
        taken = any(
            action.counts(state, event) and after in within for state in inside for event, after in arena[state]
        )
        enabled = [any(action.counts(state, event) for event, _ in moves[state]) for state in inside]
        if not taken and (any(enabled) if action.strong else all(enabled)):
            return False
    return True


def fair_set(
    moves: Moves, arena: Moves, among: Sequence[int], wanted: Sequence[Action], visits: set[int] | None = None
) -> Sequence[int] | None:
    """A connected set of states in which a fair run can stay for ever, or None; tries all subsets of a small set.

    With `visits`, the set has at least one of these states.
    """
    if len(among) <= BRUTE:
        every = every_fair_set(moves, arena, among, wanted)
        return next((inside for inside in every if visits is None or visits.intersection(inside)), None)
    return refined(moves, arena, among, wanted, visits)


def every_fair_set(moves: Moves, arena: Moves, among: Sequence[int], wanted: Sequence[Action]) -> Any:
    """Every such set, by trying all subsets."""
    for size in range(1, len(among) + 1):
        for inside in combinations(among, size):
            if len(components(arena, inside)) == 1 and fair(moves, arena, inside, wanted):
                yield inside


def refined(
    moves: Moves, arena: Moves, among: Sequence[int], wanted: Sequence[Action], visits: set[int] | None = None
) -> Sequence[int] | None:
    """The same for larger sets: take away what enables a strongly fair action that is never taken, and look again."""
    for part in components(arena, among):
        if visits is not None and not visits.intersection(part):
            continue
        if fair(moves, arena, part, wanted):
            return part
        denied = [action for action in wanted if action.strong and not fair(moves, arena, part, [action])]
        left = [state for state in part
                if not any(action.counts(state, event) for action in denied for event, _ in moves[state])]  # fmt: skip
        if denied and left and (found := refined(moves, arena, left, wanted, visits)) is not None:
            return found
    return None


def components(moves: Moves, among: Iterable[int]) -> list[list[int]]:
    """The strongly connected components of the states `among`, by Tarjan's algorithm."""
    left = set(among)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    found: list[list[int]] = []

    def visit(state: int) -> None:
        index[state] = low[state] = len(index)
        stack.append(state)
        for _, after in moves[state]:
            if after in left and after not in index:
                visit(after)
            if after in left and after in stack:
                low[state] = min(low[state], low[after])
        if low[state] == index[state]:
            part = []
            while not part or part[-1] != state:
                part.append(stack.pop())
            found.append(part[::-1])

    for state in sorted(left):
        if state not in index:
            visit(state)
    return found
