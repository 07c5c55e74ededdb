"""Small models for the tests of the checker: graphs written down as paths or edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

State = str
Event = str


class Toy:
    """A graph as a model; each edge is an event, enabled where the edge begins.

    Args:
        edges: (state, event, state after it), in the order in which they are listed to the checker. The same
            event may occur in many states, but leads from each to one state only.
        initial: where runs begin; the source of the first edge if not given.
    """

    def __init__(self, edges: Iterable[tuple[State, Event, State]], initial: Iterable[State] | None = None) -> None:
        self.edges = list(edges)
        self.initial = [self.edges[0][0]] if initial is None else list(initial)
        self.table: dict[State, dict[Event, State]] = {}
        for before, event, after in self.edges:
            out = self.table.setdefault(before, {})
            assert event not in out, f"{event} leaves {before} twice"
            out[event] = after

    def initial_states(self) -> Iterable[State]:
        return list(self.initial)

    def events(self, state: State) -> Iterable[Event]:
        return list(self.table.get(state, {}))

    def step(self, state: State, event: Event) -> State | None:
        return self.table.get(state, {}).get(event)


class FastToy(Toy):
    """The same, with the fast path."""

    def successors(self, state: State) -> Iterator[tuple[Event, State]]:
        return iter(self.table.get(state, {}).items())


def toy(*paths: str, initial: str | None = None) -> Toy:
    """Return the model of some paths: ``toy("a x b y c", "b z a")``, states and events in turn.

    Args:
        paths: words separated by blanks.
        initial: the initial states, separated by blanks; the first word of the first path if not given.
    """
    edges = []
    for path in paths:
        words = path.split()
        edges += [(words[i], words[i + 1], words[i + 2]) for i in range(0, len(words) - 2, 2)]
    return Toy(dict.fromkeys(edges), [paths[0].split()[0]] if initial is None else initial.split())


class Counter:
    """Counts for ever; the space has no end. Events are the numbers counted to."""

    def initial_states(self) -> list[int]:
        return [0]

    def events(self, state: int) -> list[int]:
        return [state + 1]

    def step(self, state: int, event: int) -> int | None:
        return event


class Grid:
    """Two counters up to ``side - 1`` each, moved one at a time or reset; a larger space with a known size."""

    def __init__(self, side: int) -> None:
        self.side = side

    def initial_states(self) -> list[tuple[int, int]]:
        return [(0, 0)]

    def events(self, state: tuple[int, int]) -> tuple[str, ...]:
        return ("right", "up", "reset")

    def step(self, state: tuple[int, int], event: str) -> tuple[int, int] | None:
        across, high = state
        if event == "right":
            return (across + 1, high) if across + 1 < self.side else None
        if event == "up":
            return (across, high + 1) if high + 1 < self.side else None
        return (0, 0)


class Fair:
    """The definition of a fair run, spelled out on the edges of a toy; shares nothing with the checker.

    Args:
        model: the graph.
        within: the events that may occur.
        weak: weakly fair actions, each a set of events.
        strong: strongly fair actions.
    """

    def __init__(self, model: Toy, within: set[Event], weak: list[set[Event]], strong: list[set[Event]]) -> None:
        self.weak = [action & within for action in weak]
        self.strong = [action & within for action in strong]
        self.steps = {
            state: [(event, after) for event, after in out.items() if event in within and after != state]
            for state, out in model.table.items()
        }

    def enabled(self, state: State, action: set[Event]) -> bool:
        """Whether some event of the action can occur in ``state`` and changes it."""
        return any(event in action for event, _ in self.steps.get(state, []))

    def allows(self, states: Iterable[State], taken: Iterable[Event]) -> bool:
        """Whether a run is fair that visits exactly ``states`` for ever, and takes exactly ``taken`` for
        ever.
        """
        states, taken = list(states), list(taken)
        for action in self.weak:
            if all(self.enabled(state, action) for state in states) and not action.intersection(taken):
                return False
        for action in self.strong:
            if any(self.enabled(state, action) for state in states) and not action.intersection(taken):
                return False
        return True
