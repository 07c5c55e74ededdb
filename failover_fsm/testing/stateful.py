"""`FailoverMachine`: the pair as a Hypothesis state machine, generated from the event classes.

One rule an event class, enabled while an event of the class can happen; promises are invariants and
checks of every step.  Beside those rules `settle` lets the units come to rest, and `toward` walks to
something that plain walks seldom meet, by the shortest way through the explored graph.

    TestMyPair = machine_for(config, floor=Floor(situations=1.0)).TestCase     # for pytest or unittest
    coverage = check_pair(config, examples=100, steps=50)                      # or as a call
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.scenario import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import State
from failover_fsm.testing.coverage import Coverage, Floor
from failover_fsm.testing.failure import PromiseBroken
from failover_fsm.testing.monitor import Judge
from failover_fsm.testing.strategies import config_texts
from failover_fsm.testing.walk import Choice, Ground

__all__ = ["FailoverMachine", "check_pair", "machine_for", "profile"]


def profile(*, examples: int = 100, steps: int = 50, **more: Any) -> hypothesis_settings:
    """Settings for these machines: repeatable, no deadline, nothing kept between runs, health checks off.

    Repeatable as far as Hypothesis is: it also tries constants of the modules that are imported.

    Shrinking is off too: the runs are shortened event by event afterwards, which is faster and goes further.
    """
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


class _TestCase:
    """The `TestCase` of a machine: runs it, then holds its coverage against the floor."""

    def __get__(self, obj: object, machine: type[FailoverMachine] | None = None) -> type[unittest.TestCase]:
        assert machine is not None
        return machine.test_case()


class FailoverMachine(RuleBasedStateMachine):
    """A failover pair on a walk.  As it stands it draws its configuration; `machine_for` makes one that has one.

    environment, options: what may happen, and how the chapter is read.  ground: where it walks.  floor:
    what has to be met, with a ground of its own only.  steered: whether it heads for what is seldom met.
    known: ids of promises that are known to break.  coverage: what all runs of the class have met.
    """

    environment: ClassVar[Environment] = DEFAULT_ENVIRONMENT
    options: ClassVar[Options] = Options()
    ground: ClassVar[Ground | None] = None
    floor: ClassVar[Floor] = Floor()
    steered: ClassVar[bool] = True
    known: ClassVar[tuple[str, ...]] = ()
    coverage: ClassVar[Coverage] = Coverage()
    cases: ClassVar[dict[type, type[unittest.TestCase]]] = {}
    TestCase = _TestCase()  # type: ignore[assignment]  # takes the place of Hypothesis's own, which knows no floor

    def __init__(self) -> None:
        super().__init__()
        self.events: list[e.Event] = []
        self._failed = False
        if self.ground is not None:
            self._enter(self.ground)

    @initialize(text=config_texts())
    def begin(self, text: str) -> None:
        """Draws a configuration."""
        self._enter(Ground(PairConfig.from_asa(text), self.environment, self.options))

    def _enter(self, ground: Ground) -> None:
        self.here = ground
        self.state: State = ground.start
        self.judge = Judge(ground, self.coverage.premise, self.known)
        self.coverage.begin(self.state)

    # -- what the rules ask ------------------------------------------------------------------------

    def choices(self, kind: type[e.Event]) -> tuple[e.Event, ...]:
        """The events of a class that can happen now."""
        return tuple(choice.event for choice in self.here.choices(self.state) if type(choice.event) is kind)

    @property
    def goals(self) -> tuple[str, ...]:
        """Where to head for, what is met least often first and most often in this list."""
        seldom = self.here.compass.seldom
        half = seldom[: max(1, len(seldom) // 2)]
        return tuple(goal for part in (half[: len(half) // 2], half, seldom) for goal in part)

    def do(self, event: e.Event) -> Choice:
        """Lets the event happen, and asks the promises about steps."""
        choice = self.here.take(self.state, event)
        assert choice is not None, f"{event} cannot happen here"
        before, self.state = self.state, choice.after
        self.events.append(event)
        self.coverage.step(choice)
        if broken := self.judge.of_step(before, event, self.state):
            self._fail(broken)
        return choice

    def _fail(self, broken: Any) -> None:
        self._failed = True
        raise PromiseBroken(self.here, self.events, broken)

    # -- rules that are not of one event class -------------------------------------------------------

    @precondition(lambda self: not self.here.settled(self.state))
    @rule()
    def settle(self) -> None:
        """The units take their own steps in the documented order until none is left."""
        seen = {self.state}
        while steps := self.here.own_steps(self.state):
            self.do(steps[0].event)
            self.promises_about_states()
            if self.state in seen:
                return
            seen.add(self.state)

    @precondition(lambda self: self.steered and self.ground is not None)
    @rule(goal=st.runner().flatmap(lambda machine: st.sampled_from(machine.goals)))
    def toward(self, goal: str) -> None:
        """Walks to a situation, or up to a row of the tables or what a promise speaks of, and through it."""
        while choice := self.here.compass.toward(self.state, goal):
            before = self.state
            self.do(choice.event)
            self.promises_about_states()
            if self.here.compass.reached(before, choice, goal):
                return

    @invariant()
    def promises_about_states(self) -> None:
        """Every promise about states, settled ones included."""
        if broken := self.judge.of_state(self.state):
            self._fail(broken)

    def teardown(self) -> None:
        """Where could it go from here: promises about that, unless something is wrong already."""
        under_way = sys.exc_info()[0] is not None
        if not (under_way or self._failed) and hasattr(self, "here"):
            broken = self.judge.of_end(self.state)
            if broken:
                self._fail(broken)

    # -- as a test -----------------------------------------------------------------------------------

    @classmethod
    def check(cls, settings: hypothesis_settings | None = None) -> Coverage:
        """Runs the machine with fresh counts, then checks the floor; returns the coverage.

        Raises PromiseBroken with a run from which nothing can be left out, or FloorNotReached.
        """
        cls.coverage = Coverage()
        try:
            run_state_machine_as_test(cls, settings=settings or profile())
        except PromiseBroken as found:
            raise found.shortest(cls.known) from None
        if cls.ground is not None and cls.floor != Floor():
            cls.coverage.check(cls.floor, cls.ground, cls.premises())
        return cls.coverage

    @classmethod
    def premises(cls) -> tuple[str, ...]:
        """The promises whose premise can be met."""
        assert cls.ground is not None
        return Judge(cls.ground, lambda name: None, cls.known).premises

    @classmethod
    def table(cls) -> str:
        """What has been met, as a table."""
        if cls.ground is None:
            return cls.coverage.table()
        return cls.coverage.table(cls.ground, cls.premises())

    @classmethod
    def test_case(cls) -> type[unittest.TestCase]:
        """A unittest class whose one test is `check`; set its `settings` to change how long it runs."""
        if cls not in cls.cases:

            def run_test(case: Any) -> None:
                cls.check(case.settings)

            body = {"settings": profile(), "runTest": run_test, "__qualname__": f"{cls.__qualname__}.TestCase"}
            cls.cases[cls] = type(f"{cls.__name__}TestCase", (unittest.TestCase,), body)
        return cls.cases[cls]


def _rule_for(kind: type[e.Event]) -> Callable[..., None]:
    def happens(self: FailoverMachine, event: e.Event) -> None:
        self.do(event)

    happens.__name__, happens.__doc__ = kind.word(), kind.__doc__
    happens.__qualname__ = f"FailoverMachine.{kind.word()}"
    drawn = st.runner().flatmap(lambda machine: st.sampled_from(machine.choices(kind)))
    enabled = precondition(lambda self: bool(self.choices(kind)))
    made: Callable[..., None] = enabled(rule(event=drawn)(happens))
    return made


for _kind in e.EVENTS:
    setattr(FailoverMachine, _kind.word(), _rule_for(_kind))


def machine_for(
    config: PairConfig | None = None,
    *,
    environment: Environment = DEFAULT_ENVIRONMENT,
    options: Options | None = None,
    floor: Floor | None = None,
    steered: bool = True,
    known: Iterable[str] = (),
) -> type[FailoverMachine]:
    """A machine for one configuration, or one that draws it where `config` is None.

    A floor needs a configuration: what can be met is read from the explored graph.  Raises ValueError otherwise.
    """
    if config is None and floor is not None:
        raise ValueError("a floor without a configuration; allowed: floor=None, or a config")
    body: dict[str, Any] = {
        "environment": environment,
        "options": options or Options(),
        "floor": floor or Floor(),
        "steered": steered,
        "known": tuple(known),
        "coverage": Coverage(),
        "__module__": __name__,
    }
    if config is not None:
        body |= {"ground": Ground(config, environment, options), "begin": None}
    return type("FailoverMachine", (FailoverMachine,), body)


def check_pair(
    config: PairConfig | None = None,
    *,
    examples: int = 100,
    steps: int = 50,
    save_to: str | Path | None = None,
    **how: Any,
) -> Coverage:
    """Walks a pair and checks every promise on the way; returns what was met.

    how: as in `machine_for`.  save_to: a folder for the trace and the configuration of a failure.
    Raises PromiseBroken or FloorNotReached.
    """
    try:
        return machine_for(config, **how).check(profile(examples=examples, steps=steps))
    except PromiseBroken as failure:
        if save_to is not None:
            failure.save(save_to)
        raise
