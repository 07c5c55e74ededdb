"""Generated suites for any model: few tests that together meet every state, row or transition.

A test is what a tester can do: events of its own, each followed by an observation at rest. It ends where the system's
own steps decide what is seen next, for nobody knows how it would go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Any

import attrs

from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.arguments import check_counts
from failover_fsm.testing.kit.python_text import Source
from failover_fsm.testing.kit.record import needed_rows
from failover_fsm.testing.kit.specification import Either, ModelSpecification, check_names, name_of, reachable
from failover_fsm.testing.kit.tours import Cover, Goal, GraphEdge, GraphTooLarge, Memory, ReachedGraph, explored, tours

__all__ = ["COVERS", "GraphTooLarge", "Stage", "Suite", "make_suite"]

COVERS = {
    "states": "every state at rest",
    "rows": "every event, the system's own ones included",
    "transitions": "every event of the tester in every state at rest",
}
"""The coverage criteria."""


@attrs.frozen
class Stage:
    """One event of a test, and what may be seen when the system has come to rest after it.

    Attributes:
        event: The event.
        allowed: The values that `shown` gives of the states that are possible then.
    """

    event: Any
    allowed: tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Suite:
    """A generated test suite.

    Attributes:
        cover: The coverage criterion, a key of COVERS.
        tests: The tests, each a sequence of stages from a reset on.
        met: The number of goals that the tests meet.
        missing: Goals that no test can meet for certain: events that never happen, states that look like another.
    """

    cover: str
    tests: tuple[tuple[Stage, ...], ...]
    met: int
    missing: tuple[str, ...]

    @property
    def plans(self) -> tuple[tuple[Act, ...], ...]:
        """The tests as plans for `replay`."""
        return tuple(tuple(Act(stage.event) for stage in test) for test in self.tests)

    def pytest(self) -> str:
        """A test module for pytest. It takes a fixture `adapter`, and imports pytest and the classes of the values.

        Raises:
            ValueError: If an event or a shown value has no expression that Python can read back.
        """
        return _module(self)


def make_suite(
    model: Any,
    cover: str,
    *,
    tester: Collection[Hashable] | Callable[[Any], object] | None = None,
    shown: Callable[[Any], Any] | None = None,
    either: Either | None = None,
    length: int = 60,
    max_states: int = 40_000,
) -> Suite:
    """The suite that meets every goal of a coverage criterion.

    Args:
        model: A model of the checker, of rules or of three methods.
        cover: A key of COVERS.
        tester: The events that the tester makes, as for `conform`; all of them if None.
        shown: What of a state can be seen, as for `conform`; the state itself if None.
        either: What the model leaves open, as for `conform`.
        length: The most events of a test, 1 or more.
        max_states: The most states of the graph, 1 or more.

    Raises:
        GraphTooLarge: If the graph has more than `max_states` states.
        ModelError: If the model fails.
        TypeError, ValueError: If an argument is wrong, or no test can meet anything.
    """
    if cover not in COVERS:
        raise ValueError(f"cover {cover!r}; allowed: {', '.join(COVERS)}")
    check_counts(length=length, max_states=max_states)
    specification = ModelSpecification(
        model,
        tester=(lambda event: True) if tester is None else tester,
        shown=(lambda state: state) if shown is None else shown,
        either=either,
    )
    graph = _graph(specification, max_states)
    check_names(dict.fromkeys(event for edges in graph.edges for edge in edges for event in edge.steps))
    criterion, goals = _criterion(cover, graph, specification)
    walks = tours(graph, criterion, length)
    if not walks:
        raise ValueError(
            f"cover {cover!r}: there is nothing that a test meets for certain; the tester can make no event at the "
            "start, or the system's own steps decide what comes of each"
        )
    met = dict.fromkeys(goal for walk in walks for edge in walk for goal in criterion.meets(None, edge))
    return Suite(
        cover=cover,
        tests=tuple(tuple(_stage(specification, graph, edge) for edge in walk) for walk in walks),
        met=len(met),
        missing=tuple(words for goal, words in goals.items() if goal not in met),
    )


def _stage(specification: ModelSpecification, graph: ReachedGraph, edge: GraphEdge) -> Stage:
    return Stage(edge.steps[0], _shown(specification, graph.states[edge.target]))


def _shown(specification: ModelSpecification, states: Iterable[Any]) -> tuple[Any, ...]:
    values: list[Any] = []
    for state in states:
        if (value := specification.shows(state)) not in values:
            values.append(value)
    return tuple(values)


def _graph(specification: ModelSpecification, limit: int) -> ReachedGraph:
    """The graph whose nodes are the sets of states at rest in which the system can be."""

    def closed(states: Iterable[Any]) -> tuple[Any, ...]:
        return reachable(states, lambda state: (after for _, after in specification.own_steps(state)))

    def expand(states: tuple[Any, ...]) -> Iterator[Any]:
        for event in specification.tester_events(states[0]):
            if not specification.possible(states, event):
                continue
            after = closed(each for state in states for each in specification.after(state, event))
            rest = tuple(filter(specification.at_rest, after))
            rows = needed_rows(specification, states, (event,), rest)
            yield rest, (event,), (rows,), True, len(_shown(specification, rest)) > 1

    start = tuple(filter(specification.at_rest, closed(specification.starts)))
    return explored(start, expand, limit)


def _criterion(cover: str, graph: ReachedGraph, specification: ModelSpecification) -> tuple[Cover, dict[Goal, str]]:
    """A coverage criterion, and all its goals with their names."""
    rest = dict.fromkeys(state for states in graph.states for state in states)

    def states(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
        reached = graph.states[edge.target]
        return reached if len(reached) == 1 else ()

    def rows(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
        return (row for taken in edge.taken for row in taken)

    def transitions(memory: Memory, edge: GraphEdge) -> Iterable[Goal]:
        before = graph.states[edge.source]
        return ((before[0], edge.steps[0]),) if len(before) == 1 else ()

    def every_row() -> Iterator[str]:
        for state in reachable(specification.starts, lambda state: _all_after(specification, state)):
            for event in specification.choices(state):
                yield from specification.rows(state, event)

    if cover == "rows":
        return Cover(rows), {row: row for row in every_row()}
    if cover == "states":
        return Cover(states), {state: name_of(state) for state in rest}
    steps = [(state, event) for state in rest for event in specification.tester_events(state)]
    return Cover(transitions), {step: f"{name_of(step[1])} in {name_of(step[0])}" for step in steps}


def _all_after(specification: ModelSpecification, state: Any) -> Iterable[Any]:
    return (after for outcomes in specification.choices(state).values() for after in outcomes)


# -- a pytest module -------------------------------------------------------------------------------

_MODULE = '''\
"""{summary}.

Made by `failover_fsm.testing.make_suite`; do not edit, make it again. The fixture `adapter`, which belongs into
conftest.py, reaches the system under test: an object with `reset`, `apply` and `observe`.
"""

import pytest
{imports}
TESTS = {{
{tests}
}}
"""Each step is an event, and what may be seen after it."""


@pytest.mark.parametrize("name", TESTS)
def test_the_system_does_what_the_model_allows(adapter, name):
    adapter.reset()
    for number, (event, allowed) in enumerate(TESTS[name], start=1):
        adapter.apply(event)
        seen = adapter.observe()
        assert seen in allowed, f"step {{number}}: after {{event!r}} it shows {{seen!r}}; allowed: {{allowed!r}}"
'''


def _module(suite: Suite) -> str:
    source, tests = Source(), []
    width = max(2, len(str(len(suite.tests))))
    for number, test in enumerate(suite.tests, start=1):
        steps = [
            f"        ({source.expression(each.event)}, {source.expression(list(each.allowed))})," for each in test
        ]
        tests.append("\n".join((f'    "{suite.cover}-{number:0{width}}": [', *steps, "    ],")))
    stages = sum(map(len, suite.tests))
    count = "1 test" if len(suite.tests) == 1 else f"{len(suite.tests)} tests"
    summary = f"{COVERS[suite.cover]}: {suite.met} in {count}, {stages} steps"
    return _MODULE.format(
        summary=summary[0].upper() + summary[1:],
        imports="\n" + "".join(f"{line}\n" for line in source.imports) + ("\n" if source.imports else ""),
        tests="\n".join(tests),
    )
