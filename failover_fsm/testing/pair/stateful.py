"""`FailoverMachine`: the pair as a Hypothesis state machine, generated from the event classes.

There is one rule per event class that the environment has, enabled while an event of the class is possible. Promises
are invariants and checks of every step. Two more rules: `settle` takes protocol steps until the units are at rest, and
`toward` walks to a goal that plain walks seldom meet, by the shortest way through the explored graph.

    TestMyPair = machine_for(config, floor=Floor(situations=1.0)).TestCase     # for pytest or unittest
    coverage = check_pair(config, examples=100, steps=50)                      # or as a call
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

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
from hypothesis.strategies import SearchStrategy

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import State
from failover_fsm.testing.kit.stateful import TestCaseOf, profile
from failover_fsm.testing.pair.coverage import Coverage, Floor
from failover_fsm.testing.pair.failure import PromiseBroken
from failover_fsm.testing.pair.monitor import RuntimeMonitor
from failover_fsm.testing.pair.strategies import config_texts
from failover_fsm.testing.pair.walk import Choice, TransitionSystem

__all__ = ["FailoverMachine", "check_pair", "machine_for", "profile"]


class FailoverMachine(RuleBasedStateMachine):
    """A failover pair on a random walk. It draws its configuration; `machine_for` makes a class with a fixed one.

    Attributes:
        environment: The events from outside that may happen.
        options: The reading of the points that the chapter leaves open.
        transitions: The pair in its environment, None while the configuration is drawn.
        floor: The required coverage; needs a fixed configuration.
        steered: True if walks head for goals that are seldom met.
        known: Ids of promises that are known to break and are not checked.
        coverage: The coverage of all runs of the class.
    """

    environment: ClassVar[Environment] = DEFAULT_ENVIRONMENT
    options: ClassVar[Options] = Options()
    transitions: ClassVar[TransitionSystem | None] = None
    floor: ClassVar[Floor] = Floor()
    steered: ClassVar[bool] = True
    known: ClassVar[tuple[str, ...]] = ()
    coverage: ClassVar[Coverage] = Coverage()
    _kept: ClassVar[RuntimeMonitor | None] = None
    _drawn_goals: ClassVar[SearchStrategy[str] | None] = None
    TestCase: Any = TestCaseOf()  # takes the place of Hypothesis's own, which knows no floor

    def __init__(self) -> None:
        super().__init__()
        self.events: list[e.Event] = []
        self._failed = False
        if self.transitions is not None:
            self._enter(self.transitions)

    @initialize(text=config_texts())
    def begin(self, text: str) -> None:
        """Draws a configuration."""
        self._enter(TransitionSystem(PairConfig.from_asa(text), self.environment, self.options))

    def _enter(self, transitions: TransitionSystem) -> None:
        self.here = transitions
        self.state: State = transitions.start
        self.monitor = self._monitor_of(transitions)
        self.coverage.begin(self.state)

    @classmethod
    def _monitor_of(cls, transitions: TransitionSystem) -> RuntimeMonitor:
        """The monitor of a run; the runs of a class with a fixed configuration share one, and what it has judged."""
        kept: RuntimeMonitor | None = vars(cls).get("_kept")
        if kept is None or transitions is not cls.transitions:
            kept = RuntimeMonitor(transitions, lambda promise: cls.coverage.premise(promise), cls.known)
            if transitions is cls.transitions:
                cls._kept = kept
        return kept

    # -- for the rules -----------------------------------------------------------------------------

    def choices(self, kind: type[e.Event]) -> tuple[e.Event, ...]:
        """The possible events of a class in the current state."""
        return tuple(choice.event for choice in self.here.by_kind(self.state).get(kind, ()))

    @classmethod
    def drawn_goals(cls) -> SearchStrategy[str]:
        """The strategy that draws a goal, rare ones more often; made once for all runs of the class."""
        kept: SearchStrategy[str] | None = vars(cls).get("_drawn_goals")
        if kept is None:
            assert cls.transitions is not None, "walks are steered where the configuration is fixed"
            goals = cls.transitions.distances.rare_goals
            half = goals[: max(1, len(goals) // 2)]
            kept = cls._drawn_goals = st.sampled_from((*half[: len(half) // 2], *half, *goals))
        return kept

    def do(self, event: e.Event) -> Choice:
        """Takes the event, and checks the promises about steps."""
        choice = self.here.take(self.state, event)
        assert choice is not None, f"{event} cannot happen here"
        before, self.state = self.state, choice.after
        self.events.append(event)
        self.coverage.step(choice)
        if broken := self.monitor.of_step(before, event, self.state):
            self._fail(broken)
        return choice

    def _fail(self, broken: Any) -> None:
        self._failed = True
        raise PromiseBroken(self.here, self.events, broken)

    # -- rules that are not of one event class -------------------------------------------------------

    @precondition(lambda self: not self.here.settled(self.state))
    @rule()
    def settle(self) -> None:
        """Takes protocol steps in the documented order until none changes the state."""
        seen = {self.state}
        while steps := self.here.own_steps(self.state):
            self.do(steps[0].event)
            self.promises_about_states()
            if self.state in seen:
                return
            seen.add(self.state)

    @precondition(lambda self: self.steered and self.transitions is not None)
    @rule(goal=st.runner().flatmap(lambda machine: machine.drawn_goals()))
    def toward(self, goal: str) -> None:
        """Walks the shortest way to a goal; for a table row or a premise, also takes the step itself."""
        while choice := self.here.distances.toward(self.state, goal):
            before = self.state
            self.do(choice.event)
            self.promises_about_states()
            if self.here.distances.reached(before, choice, goal):
                return

    @invariant()
    def promises_about_states(self) -> None:
        """Checks every promise about states, and in settled states those about them."""
        if broken := self.monitor.of_state(self.state):
            self._fail(broken)

    def teardown(self) -> None:
        """Checks the promises about the future of the run, unless one is violated already."""
        under_way = sys.exc_info()[0] is not None
        if not (under_way or self._failed) and hasattr(self, "here"):
            broken = self.monitor.of_end(self.state)
            if broken:
                self._fail(broken)

    # -- as a test -----------------------------------------------------------------------------------

    @classmethod
    def check(cls, settings: hypothesis_settings | None = None) -> Coverage:
        """Runs the machine with fresh counts, then checks the floor.

        Raises:
            PromiseBroken: If a promise is violated; with a run from which no event can be left out.
            FloorNotReached: If the coverage is below the floor.
        """
        cls.coverage = Coverage()
        try:
            run_state_machine_as_test(cls, settings=settings or profile())
        except PromiseBroken as found:
            raise found.shortest(cls.known) from None
        if cls.transitions is not None and cls.floor != Floor():
            cls.coverage.check(cls.floor, cls.transitions, cls.premises())
        return cls.coverage

    @classmethod
    def premises(cls) -> tuple[str, ...]:
        """The ids of the promises whose premise a run can meet."""
        assert cls.transitions is not None
        return RuntimeMonitor(cls.transitions, lambda name: None, cls.known).premises

    @classmethod
    def table(cls) -> str:
        """The coverage as a table."""
        if cls.transitions is None:
            return cls.coverage.table()
        return cls.coverage.table(cls.transitions, cls.premises())


def _rule_for(kind: type[e.Event]) -> Callable[..., None]:
    def happens(self: FailoverMachine, event: e.Event) -> None:
        self.do(event)

    happens.__name__, happens.__doc__ = kind.word(), kind.__doc__
    happens.__qualname__ = f"FailoverMachine.{kind.word()}"
    drawn = st.runner().flatmap(lambda machine: st.sampled_from(machine.choices(kind)))

    def can_happen(self: FailoverMachine) -> bool:  # Hypothesis would look up the source of a lambda each time
        return kind in self.here.by_kind(self.state)

    made: Callable[..., None] = precondition(can_happen)(rule(event=drawn)(happens))
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
    """A machine for one configuration, or, without `config`, one that draws it.

    Args:
        config: The configuration.
        environment: The events from outside that may happen.
        options: The reading of the points that the chapter leaves open.
        floor: The required coverage.
        steered: True to head for goals that are seldom met.
        known: Ids of promises that are known to break and are not checked.

    Raises:
        ValueError: If there is a floor and no configuration, whose explored graph the floor is measured by.
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
        transitions = TransitionSystem(config, environment, options)
        never = {kind.word(): None for kind in e.EVENTS if kind not in transitions.kinds}
        body |= {"transitions": transitions, "begin": None, **never}
    return type("FailoverMachine", (FailoverMachine,), body)


def check_pair(
    config: PairConfig | None = None,
    *,
    examples: int = 100,
    steps: int = 50,
    save_to: str | Path | None = None,
    **how: Any,
) -> Coverage:
    """Walks a pair at random and checks every promise on the way.

    Args:
        config: The configuration; drawn if None.
        examples: The number of walks.
        steps: The most rules per walk.
        save_to: A folder for the trace and the configuration of a failure.
        how: Further arguments of `machine_for`.

    Returns:
        The coverage.

    Raises:
        PromiseBroken: If a promise is violated.
        FloorNotReached: If the coverage is below the floor.
    """
    try:
        return machine_for(config, **how).check(profile(examples=examples, steps=steps))
    except PromiseBroken as failure:
        if save_to is not None:
            failure.save(save_to)
        raise
