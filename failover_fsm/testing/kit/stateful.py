"""Any model as a Hypothesis state machine that checks promises on random walks.

TestMyModel = machine_for(MyModel(), promises=[always("safe", is_safe)]).TestCase     # for pytest or unittest
"""

from __future__ import annotations

import unittest
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from inspect import signature
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from failover_fsm.checker import Kind, Property
from failover_fsm.checker.core.properties import admits
from failover_fsm.testing.kit.arguments import checked_floor, checked_promises
from failover_fsm.testing.kit.coverage import Coverage, Floor, Part
from failover_fsm.testing.kit.explored import explore
from failover_fsm.testing.kit.goal_distances import GoalDistances
from failover_fsm.testing.kit.promise_broken import ModelPromiseBroken
from failover_fsm.testing.kit.promises import answer
from failover_fsm.testing.kit.shorten import shortened
from failover_fsm.testing.kit.specification import ModelSpecification, name_of

__all__ = ["ModelMachine", "TestCaseOf", "machine_for", "profile"]

JUDGED = (Kind.ALWAYS, Kind.ALWAYS_STEP, Kind.SOMETIMES, Kind.WHEN_SETTLED)
"""The kinds of property that a walk can judge; the others need the whole graph."""


def profile(*, examples: int = 100, steps: int = 50, **more: Any) -> hypothesis_settings:
    """Hypothesis settings for these machines: repeatable, no deadline, no database, no health checks, no shrinking.

    Nothing depends on the speed of the machine. Runs repeat as far as Hypothesis does: it also draws constants of the
    modules that happen to be imported. Runs are shortened afterwards event by event, which is faster than shrinking
    and goes further.

    Args:
        examples: The number of test cases.
        steps: The most rules per test case.
        more: Further settings of Hypothesis, which take precedence.

    Raises:
        TypeError: If Hypothesis has no such setting.
        hypothesis.errors.InvalidArgument: If it does not allow its value.
    """
    known = tuple(signature(hypothesis_settings).parameters)
    for name in more:
        if name not in known:
            raise TypeError(f"{name} is no argument, and no setting of Hypothesis; these are: {', '.join(known)}")
    chosen: dict[str, Any] = {
        "max_examples": examples,
        "stateful_step_count": steps,
        "deadline": None,
        "database": None,
        "derandomize": True,
        "suppress_health_check": list(HealthCheck),
        "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    }
    return hypothesis_settings(**{**chosen, **more})


class TestCaseOf:
    """The `TestCase` of a machine with a class method `check`, which knows a floor as Hypothesis's own does not."""

    __test__ = False  # not for pytest

    def __init__(self) -> None:
        self.cases: dict[type, type[unittest.TestCase]] = {}

    def __get__(self, obj: object, machine: Any = None) -> type[unittest.TestCase]:
        if machine not in self.cases:

            def run_test(case: Any) -> None:
                machine.check(case.settings)

            body = {"settings": profile(), "runTest": run_test, "__qualname__": f"{machine.__qualname__}.TestCase"}
            self.cases[machine] = type(f"{machine.__name__}TestCase", (unittest.TestCase,), body)
        return self.cases[machine]


class ModelMachine(RuleBasedStateMachine):
    """A model on a random walk; `machine_for` makes a class for one model.

    A subclass can drive a system along: `began` and `happened` are called with what the model does.

    Attributes:
        specification: The model, all of whose events the walk may take.
        distances: The way to what random walks seldom meet.
        promises: The properties that are checked.
        floor: The required coverage.
        runs: The number of test cases.
        steps: The number of events.
        situations: The number of visits of what states show.
        rows: The number of times that each event was taken.
        premises: The number of times that each promise was put to the test.
    """

    specification: ClassVar[ModelSpecification]
    distances: ClassVar[GoalDistances]
    promises: ClassVar[tuple[Property, ...]] = ()
    floor: ClassVar[Floor] = Floor()
    runs: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    situations: ClassVar[Counter[str]] = Counter()
    rows: ClassVar[Counter[str]] = Counter()
    premises: ClassVar[Counter[str]] = Counter()
    TestCase: Any = TestCaseOf()  # takes the place of Hypothesis's own, which knows no floor

    @initialize(number=st.runner().flatmap(lambda machine: st.sampled_from(range(len(machine.specification.starts)))))
    def begin(self, number: int) -> None:
        """Begins in one of the initial states."""
        type(self).runs += 1
        self.start = self.state = self.specification.starts[number]
        self.events: list[Any] = []
        self._visited()
        self.began(self.state)

    # -- for subclasses --------------------------------------------------------------------------------

    def began(self, state: Any) -> None:
        """Called with the initial state of each walk."""

    def happened(self, before: Any, event: Any, after: Any) -> None:
        """Called after each step of the model."""

    # -- rules -----------------------------------------------------------------------------------------

    @property
    def possible(self) -> tuple[Any, ...]:
        """The events that can happen in the current state."""
        return tuple(self.specification.choices(self.state))

    @property
    def goals(self) -> tuple[str, ...]:
        """The goals to draw from; the rarer half is there twice, so that it is drawn more often."""
        goals = self.distances.rare_goals
        return (*goals[: (len(goals) + 1) // 2], *goals)

    @precondition(lambda self: bool(self.possible))
    @rule(event=st.runner().flatmap(lambda machine: st.sampled_from(machine.possible)))
    def step(self, event: Any) -> None:
        """An event happens."""
        before, self.state = self.state, self.specification.choices(self.state)[event][0]
        self.events.append(event)
        type(self).steps += 1
        self.rows[name_of(event)] += 1
        self._judge(before, event)
        self._visited()
        self.happened(before, event, self.state)

    @rule(goal=st.runner().flatmap(lambda machine: st.sampled_from(machine.goals)))
    def toward(self, goal: str) -> None:
        """Walks the shortest way to a goal; for an event, also takes it."""
        while (event := self.distances.toward(self.state, goal)) is not None:
            self.step(event)
            if name_of(event) == goal:
                return

    # -- promises --------------------------------------------------------------------------------------

    def _visited(self) -> None:
        self.situations[self.specification.words(self.state)] += 1
        self._judge()

    def _judge(self, *step: Any) -> None:
        for claim in self.promises:
            broken, tested = _judged(self.specification, claim, self.state, step)
            self.premises[claim.name] += tested
            if broken:
                raise ModelPromiseBroken(claim.name, self.start, self.events, self.state)

    # -- as a test -------------------------------------------------------------------------------------

    @classmethod
    def check(cls, settings: hypothesis_settings | None = None) -> Coverage:
        """Runs the machine with fresh counts, then checks the floor.

        Raises:
            ModelPromiseBroken: If a promise is broken; with a run from which no event can be left out.
            FloorNotReached: If the coverage is below the floor.
            ModelError: If the model or a function of a promise fails.
        """
        cls.runs = cls.steps = 0
        cls.situations, cls.rows, cls.premises = Counter(), Counter(), Counter()
        try:
            run_state_machine_as_test(cls, settings=settings or profile())
        except ModelPromiseBroken as found:
            raise _shortest(cls.specification, cls.promises, found) from None
        coverage = cls.coverage()
        coverage.check(cls.floor)
        return coverage

    @classmethod
    def coverage(cls) -> Coverage:
        """What the walks visited of what can be visited; a `sometimes` that was never seen is a premise never met."""
        explored = cls.distances.explored
        situations = tuple(dict.fromkeys(map(cls.specification.words, explored.states)))
        parts = (
            Part("situations", cls.situations, situations, explored.complete),
            Part("rows", cls.rows, tuple(map(name_of, explored.events)), explored.complete),
            Part("premises", cls.premises, tuple(each.name for each in cls.promises)),
        )
        return Coverage(f"{cls.runs:,} runs, {cls.steps:,} steps", parts)


def _judged(specification: ModelSpecification, claim: Property, state: Any, step: Sequence[Any]) -> tuple[bool, bool]:
    """Whether a claim is broken, and whether it was put to the test, by a state or, with `step`, by a step to it."""
    if (claim.kind is Kind.ALWAYS_STEP) != bool(step):
        return False, False
    values = (*step, state)
    if step and not claim.speaks_of(step[1]):
        return False, False
    if claim.kind is Kind.WHEN_SETTLED and not _settled(specification, claim, state):
        return False, False
    assert claim.predicate is not None
    holds = answer(claim, claim.predicate, *values)
    if claim.kind is Kind.SOMETIMES:
        return False, holds
    return not holds, claim.premise is None or answer(claim, claim.premise, *values)


def _settled(specification: ModelSpecification, claim: Property, state: Any) -> bool:
    choices = specification.choices(state).items()
    return not any(after[0] != state and admits(claim, event) for event, after in choices)


def _shortest(
    specification: ModelSpecification, promises: Iterable[Property], found: ModelPromiseBroken
) -> ModelPromiseBroken:
    """The same promise broken by a run from which no event can be left out."""
    claim = next(each for each in promises if each.name == found.promise)
    best = found

    def breaks(events: Sequence[Any]) -> tuple[Any, ...] | None:
        nonlocal best
        state, run = found.start, []
        broken, _ = _judged(specification, claim, state, ())
        for event in events:
            if broken or event not in specification.choices(state):
                continue
            before, state = state, specification.choices(state)[event][0]
            run.append(event)
            broken = any(_judged(specification, claim, state, step)[0] for step in ((), (before, event)))
        if broken:
            best = ModelPromiseBroken(claim.name, found.start, run, state)
        return tuple(run) if broken else None

    shortened(found.events, breaks)
    return best


def machine_for(
    model: Any,
    *,
    promises: Iterable[Property] = (),
    shown: Callable[[Any], Any] | None = None,
    floor: Floor | None = None,
    max_states: int = 20_000,
) -> type[ModelMachine]:
    """A Hypothesis machine that walks a model at random, toward what is seldom met, and checks promises on the way.

    Args:
        model: A model of the checker, of rules or of three methods.
        promises: Properties of the kinds always, always_step, when_settled and sometimes. A `sometimes` never fails by
            itself; the coverage says whether it was seen, and a floor can ask for it.
        shown: What of a state counts as one situation; the state itself if None.
        floor: The required coverage.
        max_states: How many states are explored to steer and to measure.

    Raises:
        ModelError: If the model fails.
        TypeError, ValueError: If an argument is wrong, or a walk cannot judge a promise.
    """
    claims, wanted = checked_promises(promises), checked_floor(floor)
    for claim in claims:
        if claim.kind not in JUDGED:
            allowed = ", ".join(kind.value for kind in JUDGED)
            raise ValueError(f"{claim.name!r} is a {claim.kind.value} promise, for `Checker`; allowed: {allowed}")
    specification = ModelSpecification(model, lambda event: True, (lambda state: state) if shown is None else shown)
    explored = explore(specification, max_states)
    explored.check_floor(floor)
    body: dict[str, Any] = {
        "specification": specification,
        "distances": GoalDistances(specification, explored),
        "promises": claims,
        "floor": wanted,
        "__module__": __name__,
    }
    return type("ModelMachine", (ModelMachine,), body)
