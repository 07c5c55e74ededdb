"""Conformance testing: whether another implementation of a failover pair behaves as the model allows.

The system under test is reached through an `Adapter`: reset it, apply an event, observe what the units show. The
units' own steps (hellos, timers, hand-over messages) are not observable, so the model is tracked as a set of states:
all that it can be in, whatever steps the units took. An event moves each of them. An observation is made when the
system has come to rest, and keeps the settled states that show what was observed. If none is left, system and model
disagree.

    conform(MyAdapter(), config)            # raises Disagreement, with a trace that cannot be shortened
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs
from hypothesis import given
from hypothesis import strategies as st

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import Phase, State, UnitState
from failover_fsm.testing.pair.failure import CONFIG_NAME, shortened
from failover_fsm.testing.pair.stateful import profile
from failover_fsm.testing.pair.walk import TransitionSystem, situation
from failover_fsm.text.words import role_word, state_word
from failover_fsm.trace.language import Config, Do, Expect, Option, Settle, Statement, Trace
from failover_fsm.trace.writer import format_trace

__all__ = [
    "Act",
    "Adapter",
    "Conformity",
    "Disagreement",
    "Follower",
    "Restless",
    "conform",
    "conform_to",
    "plans",
    "shows",
]

Observation = Mapping[Unit, str]


class Restless(Exception):
    """Raised by `Adapter.observe`: the system does not come to rest. A pair always does, so this is a disagreement."""


class Adapter(Protocol):
    """The interface to the system under test."""

    def reset(self, config: PairConfig) -> None:
        """Puts both units off and never started, every link and interface good."""

    def apply(self, event: e.Event) -> None:
        """Applies a fault, a repair or a command without waiting. The system may refuse a command."""

    def observe(self) -> Observation:
        """Waits until the system is at rest, all timers included, and returns what each unit shows.

        A unit shows off, starting, active, standby-ready, failed or disabled. A finer word is allowed, a
        synchronisation state or negotiation, and a coarser one, standby for ready or failed. In Active/Active there is
        one word per group, joined by " + ".
        """


@attrs.frozen
class Act:
    """One event of a plan, and whether the system comes to rest and is observed after it."""

    event: e.Event
    look: bool = True


def shows(own: UnitState, word: str) -> bool:
    """True if a unit with this record may show the word."""
    parts = word.split(" + ")
    if len(parts) == 1 and len(own.groups) > 1:
        parts *= len(own.groups)  # off, starting and disabled are the whole unit's
    return len(parts) == len(own.groups) and all(_shows(own, index, part) for index, part in enumerate(parts))


def _shows(own: UnitState, index: int, word: str) -> bool:
    exact = state_word(own, index)
    if word == "starting":
        return own.listening and own.phase is not Phase.UP
    if word == "standby":
        return own.listening and own.phase is Phase.UP and role_word(own, index) == "standby"
    return word == exact


class Follower:
    """The set of states that the model can be in, given the events and observations so far.

    Attributes:
        transitions: The pair in its environment.
        states: The states in a fixed order; the units may have taken any number of steps since the last observation.
    """

    def __init__(self, transitions: TransitionSystem) -> None:
        self.transitions = transitions
        self.states: tuple[State, ...] = (transitions.start,)

    def apply(self, event: e.Event) -> None:
        """Applies an event; a command may also be refused.

        Raises:
            ValueError: If the event is impossible in every state.
        """
        after: dict[State, None] = {}
        for state in self.states:
            choice = self.transitions.take(state, event)
            if choice is not None:
                after.setdefault(choice.after)
            elif isinstance(event, e.Command):
                after.setdefault(state)
        if not after:
            raise ValueError(f"{event} cannot happen here; allowed: what `plans` draws")
        self.states = self._reachable(after)

    def at_rest(self) -> tuple[State, ...]:
        """The states in which no protocol step changes anything."""
        return tuple(state for state in self.states if self.transitions.settled(state))

    def observe(self, seen: Observation) -> bool:
        """Keeps the settled states that show the observation; False, with nothing dropped, if there is none."""
        kept = tuple(
            state for state in self.at_rest() if all(shows(state.unit(unit), word) for unit, word in seen.items())
        )
        self.states = kept or self.states
        return bool(kept)

    def _reachable(self, starts: Iterable[State]) -> tuple[State, ...]:
        found = dict.fromkeys(starts)
        queue = list(found)
        for state in queue:
            for choice in self.transitions.own_steps(state):
                if choice.after not in found:
                    found[choice.after] = None
                    queue.append(choice.after)
        return tuple(found)


class Disagreement(AssertionError):
    """The system shows something that the model does not allow.

    Attributes:
        transitions: The pair in its environment.
        acts: The plan up to the disagreement, from both units off.
        seen: What the system shows at the end.
        allowed: What the model allows there, in words.
        examples: The number of plans it took to find it.
    """

    def __init__(
        self, transitions: TransitionSystem, acts: Sequence[Act], seen: str, allowed: tuple[str, ...], examples: int = 0
    ) -> None:
        self.transitions, self.acts, self.seen, self.allowed = transitions, tuple(acts), seen, allowed
        self.examples = examples
        self.trace = _trace_of(self)
        wanted = "\n  or    ".join(allowed)
        super().__init__(
            f"the system and the model disagree (plan {examples}, {len(self.acts)} events)\n"
            f"  shows {seen}\n  model {wanted}\n\n{self.trace}"
        )


def _trace_of(found: Disagreement) -> str:
    """The plan as a scenario file, with `settle` at each observation and the state of the model afterwards."""
    transitions, state = found.transitions, found.transitions.start
    chosen, default = attrs.asdict(transitions.options), attrs.asdict(Options())
    statements: list[Statement] = [Config((CONFIG_NAME,))]
    statements += [Option(name, value) for name, value in chosen.items() if value != default[name]]
    for act in found.acts:
        statements.append(Do(act.event))
        choice = transitions.take(state, act.event)
        state = choice.after if choice else state
        if act.look:
            statements.append(Settle())
            while steps := transitions.own_steps(state):
                state = steps[0].after
    if len(transitions.start.primary.groups) == 1:
        for unit in Unit:
            statements.append(Expect((("unit", unit.value), ("state", state_word(state.unit(unit))))))
    comments = [f"the system shows {found.seen}", *(f"the model allows {words}" for words in found.allowed)]
    return format_trace(Trace(tuple(statements)), comments)


@attrs.frozen(kw_only=True)
class Conformity:
    """The system agreed with the model in all plans.

    Attributes:
        examples: The number of plans.
        events: The number of events.
        observations: The number of observations.
        situations: The number of observations of each situation.
    """

    examples: int
    events: int
    observations: int
    situations: Counter[str]


@attrs.define
class _Bench:
    """Model and system side by side, and the counts."""

    transitions: TransitionSystem
    adapter: Adapter
    examples: int = 0
    events: int = 0
    observations: int = 0
    situations: Counter[str] = attrs.field(factory=Counter)

    def run(self, acts: Sequence[Act]) -> Disagreement | None:
        """Runs one plan; None if system and model agree."""
        follower = Follower(self.transitions)
        self.adapter.reset(self.transitions.config)
        for number, act in enumerate(acts, start=1):
            try:
                follower.apply(act.event)
            except ValueError:
                continue  # happens only while a plan is shortened
            self.adapter.apply(act.event)
            self.events += 1
            if act.look:
                wrong = self._look(follower)
                if wrong is not None:
                    allowed = tuple(dict.fromkeys(situation(state) for state in follower.at_rest()))
                    return Disagreement(self.transitions, acts[:number], wrong, allowed, self.examples)
        return None

    def _look(self, follower: Follower) -> str | None:
        self.observations += 1
        try:
            seen = self.adapter.observe()
        except Restless as error:
            return f"no rest: {error}"
        if not follower.observe(seen):
            return " / ".join(seen.get(unit, "?") for unit in Unit)
        if len(follower.states) == 1:
            self.situations[situation(follower.states[0])] += 1
        return None

    def shortest(self, found: Disagreement) -> Disagreement:
        """A minimal plan with the same disagreement; the given one if it cannot be reproduced."""
        best = [found]

        def keeps(acts: Sequence[Act]) -> tuple[Act, ...] | None:
            again = self.run(acts)
            if again is None:
                return None
            best[0] = Disagreement(self.transitions, again.acts, again.seen, again.allowed, found.examples)
            return again.acts

        shortened(found.acts, keeps)
        return best[0]


STARTS = (
    (Act(e.UnitRestored(unit=Unit.PRIMARY)), Act(e.UnitRestored(unit=Unit.SECONDARY))),
    (Act(e.UnitRestored(unit=Unit.PRIMARY), look=False), Act(e.UnitRestored(unit=Unit.SECONDARY))),
    (Act(e.UnitRestored(unit=Unit.SECONDARY)), Act(e.UnitRestored(unit=Unit.PRIMARY))),
    (),
)
"""The beginnings of plans: one unit after the other, both at once, or nothing."""


@st.composite
def plans(draw: st.DrawFn, transitions: TransitionSystem, *, length: int = 12) -> tuple[Act, ...]:
    """Possible faults, repairs and commands one after the other; now and then two at the same time."""
    acts, state = [], transitions.start
    begin = draw(st.sampled_from(STARTS))
    for number in range(len(begin) + draw(st.integers(1, length))):
        if number < len(begin):
            act = begin[number]
        else:
            outside = [each.event for each in transitions.choices(state) if not isinstance(each.event, e.ProtocolStep)]
            kinds = tuple(dict.fromkeys(type(event) for event in outside))
            if not kinds:
                break
            kind = draw(st.sampled_from(kinds))
            chosen = draw(st.sampled_from([event for event in outside if type(event) is kind]))
            act = Act(chosen, look=draw(st.integers(0, 5)) > 0)
        acts.append(act)
        choice = transitions.take(state, act.event)
        state = choice.after if choice else state
        while act.look and (steps := transitions.own_steps(state)):
            state = steps[0].after
    return (*acts[:-1], attrs.evolve(acts[-1], look=True)) if acts else ()


def conform(
    adapter: Adapter,
    config: PairConfig,
    *,
    environment: Environment = DEFAULT_ENVIRONMENT,
    options: Options | None = None,
    examples: int = 200,
    length: int = 12,
    **settings: Any,
) -> Conformity:
    """Runs plans on model and system until they disagree or `examples` plans have run.

    Args:
        adapter: The system under test.
        config: The configuration of the pair.
        environment: The events that the adapter can apply.
        options: The reading of the points that the chapter leaves open.
        examples: The number of plans.
        length: The most events of a plan after its start.
        settings: Further settings of Hypothesis, such as `derandomize=False`.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
    """
    bench = _Bench(TransitionSystem(config, environment, options), adapter)
    found: list[Disagreement] = []

    @profile(examples=examples, report_multiple_bugs=False, **settings)
    @given(plans(bench.transitions, length=length))
    def try_plan(acts: tuple[Act, ...]) -> None:
        if not found:
            bench.examples += 1
            wrong = bench.run(acts)
            if wrong is not None:
                found.append(wrong)
        if found:
            raise found[0]  # also if Hypothesis retries the plan and the system conforms this time

    try:
        try_plan()
    except Disagreement as wrong:
        raise bench.shortest(wrong) from None
    return Conformity(
        examples=bench.examples, events=bench.events, observations=bench.observations, situations=bench.situations
    )


def conform_to(
    adapter: Adapter, config: PairConfig, acts: Sequence[Act], *, options: Options | None = None
) -> Conformity:
    """Runs one plan on model and system: a test of a generated suite.

    An event that has become impossible, because the system took another way that the model allows, is skipped.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
    """
    bench = _Bench(TransitionSystem(config, options=options), adapter, examples=1)
    wrong = bench.run(acts)
    if wrong is not None:
        raise bench.shortest(wrong)
    return Conformity(examples=1, events=bench.events, observations=bench.observations, situations=bench.situations)
