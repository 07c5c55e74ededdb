"""Leads-to against the definition: every set of states a run could visit for ever is tried, on small random
graphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from failover_fsm.checker import Checker, Finding, Verdict, leads_to
from tests.toys import Fair, Toy

EVENTS = "xyzw"


@frozen
class Case:
    """A question to both sides."""

    table: tuple[tuple[str, str, str], ...]
    premise: frozenset[str]
    goal: frozenset[str]
    within: frozenset[str]
    weak: tuple[frozenset[str], ...]
    strong: tuple[frozenset[str], ...]
    progress: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    states = "abcde"[: draw(st.integers(2, 5))]
    edges = st.tuples(st.sampled_from(states), st.sampled_from(EVENTS), st.sampled_from(states))
    others = draw(st.lists(edges, max_size=8, unique_by=lambda edge: edge[:2]))
    ring = [(states[i - 1], "x", states[i]) for i in range(len(states)) if i == 1 or draw(st.integers(0, 4))]
    table = {edge[:2]: edge for edge in others + ring}.values()
    action = st.frozensets(st.sampled_from(EVENTS), max_size=3)
    return Case(
        table=tuple(table),
        premise=draw(st.frozensets(st.sampled_from(states), min_size=1)),
        goal=draw(st.frozensets(st.sampled_from(states), max_size=1)),
        within=draw(st.one_of(*[st.just(frozenset(EVENTS))] * 3, st.frozensets(st.sampled_from(EVENTS)))),
        weak=tuple(draw(st.lists(action, max_size=2))),
        strong=tuple(draw(st.lists(action, max_size=2))),
        progress=draw(st.sampled_from([True, True, True, False])),
    )


def definition(case: Case) -> tuple[Toy, Fair]:
    model = Toy(case.table)
    weak = [set(action) for action in case.weak] + ([set(EVENTS)] if case.progress else [])
    return model, Fair(model, set(case.within), weak, [set(action) for action in case.strong])


def stems(model: Toy, fair: Fair, case: Case) -> dict[str, int]:
    """Return, per state in which an obligation can be open, the least number of steps to that situation."""
    steps = {(state, False): 0 for state in model.initial}
    queue = list(steps)
    found: dict[str, int] = {}
    for state, pending in queue:
        depth = steps[state, pending]
        open_here = state not in case.goal and (pending or state in case.premise)
        if open_here and state not in found:
            found[state] = depth
        nexts = [(after, False) for after in model.table.get(state, {}).values()] if not pending else []
        if open_here:
            nexts += [(after, True) for _, after in fair.steps.get(state, [])]
        for item in nexts:
            if item not in steps:
                steps[item] = depth + 1
                queue.append(item)
    return found


def ends(fair: Fair, states: list[str]) -> Iterator[set[str]]:
    """Yield every set of ``states`` that some fair run visits for ever, and no others."""
    for size in range(1, len(states) + 1):
        for chosen in combinations(states, size):
            inner = [(s, e, t) for s in chosen for e, t in fair.steps.get(s, []) if t in chosen]
            reach = {s: {s} for s in chosen}
            for _ in chosen:
                for s, _, t in inner:
                    for known in reach.values():
                        if s in known:
                            known.add(t)
            if all(len(known) == size for known in reach.values()) and fair.allows(chosen, [e for _, e, _ in inner]):
                yield set(chosen)


@settings(max_examples=600, deadline=None)
@given(cases())
@pytest.mark.slow
def test_the_verdict_and_the_length_of_the_stem_are_those_of_the_definition(case: Case) -> None:
    model, fair = definition(case)
    found = stems(model, fair, case)
    lengths = [found[state] for end in ends(fair, sorted(found)) for state in end]
    claim = leads_to(
        "p",
        case.premise.__contains__,
        case.goal.__contains__,
        within=case.within.__contains__,
        weak=[action.__contains__ for action in case.weak],
        strong=[action.__contains__ for action in case.strong],
        progress=case.progress,
    )
    finding = Checker(model).verify(claim).findings[0]
    assert finding.verdict is (Verdict.VIOLATED if lengths else Verdict.HOLDS)
    if lengths:
        assert finding.loop == min(lengths)
        judge_lasso(model, fair, case, finding)


def judge_lasso(model: Toy, fair: Fair, case: Case, finding: Finding[Any, Any]) -> None:
    """The run shown is one of the model, opens an obligation, never meets it, and is fair."""
    states, trace, loop = finding.states, finding.trace, finding.loop
    assert loop is not None
    assert states[0] in model.initial
    for i, event in enumerate(trace):
        assert model.table[states[i]][event] == states[i + 1]
    assert states[loop] == states[-1]
    round_trip = states[loop:] if loop == len(trace) else states[loop + 1 :]
    assert fair.allows(round_trip, trace[loop:])
    assert all(event in case.within for event in trace[loop:])
    assert any(
        states[i] in case.premise
        and not case.goal.intersection(states[i:])
        and all(event in case.within for event in trace[i:])
        for i in range(loop + 1)
    )
