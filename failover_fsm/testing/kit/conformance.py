"""Conformance testing: whether a system behaves as a model allows.

The system is reached through an `Adapter`. Its own steps are not observable, so it is followed as the set of states in
which it can be. An event of the tester moves each of them; an observation, made when the system has come to rest, keeps
those that show what was seen. If none is left, system and model disagree.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from functools import cached_property, partial
from random import Random
from typing import Any

import attrs

from failover_fsm.checker import Property
from failover_fsm.testing.kit.adapter import Act, Adapter, NothingObserved
from failover_fsm.testing.kit.arguments import (
    check_counts,
    check_seed,
    checked_events,
    checked_floor,
    checked_plan,
    checked_promises,
)
from failover_fsm.testing.kit.belief import Belief
from failover_fsm.testing.kit.bench import Bench, Mismatch
from failover_fsm.testing.kit.coverage import Coverage, Floor
from failover_fsm.testing.kit.disagreement import Disagreement
from failover_fsm.testing.kit.explored import Explored, explore
from failover_fsm.testing.kit.plan_text import read_trace
from failover_fsm.testing.kit.planner import Planner
from failover_fsm.testing.kit.promises import check_answers
from failover_fsm.testing.kit.record import Record
from failover_fsm.testing.kit.specification import Either, ModelSpecification
from failover_fsm.testing.kit.waiting import Waiting

__all__ = ["Conformity", "agreed", "check_tried", "conform", "replay"]

MAX_STATES = 20_000
"""The number of states that are explored in advance."""


@attrs.define(kw_only=True, slots=False)
class Conformity:
    """The system agreed with the model in all plans.

    Attributes:
        examples: The number of plans.
        events: The number of events.
        observations: The number of observations that said something.
        situations: The number of observations of each situation, in words.
        measure: Works out `coverage`.
    """

    examples: int
    events: int
    observations: int
    situations: Counter[str]
    measure: Callable[[], Coverage] = attrs.field(repr=False, eq=False)

    @cached_property
    def coverage(self) -> Coverage:
        """What was seen of what can be seen."""
        return self.measure()

    def table(self) -> str:
        """Which situations, states, rows and promises were seen, how often, and which never."""
        return self.coverage.table()


def conform(
    adapter: Adapter,
    model: Any,
    *,
    tester: Collection[Hashable] | Callable[[Any], object],
    shown: Callable[[Any], Any],
    start: Sequence[Hashable] = (),
    either: Either | None = None,
    settle_time: float | None = None,
    settle_limit: float | None = None,
    promises: Iterable[Property] = (),
    floor: Floor | None = None,
    examples: int = 100,
    length: int = 12,
    seed: int = 0,
    max_states: int = MAX_STATES,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Conformity:
    """Runs plans on model and system until they disagree or `examples` plans have run.

    Args:
        adapter: The system under test.
        model: A model of the checker, of rules or of three methods.
        tester: The events that the tester makes, as a collection or as a function of an event. Every other event is
            the system's own.
        shown: What of a state can be seen: words, numbers, enumerations, or tuples, frozensets and mappings of them.
        start: Events of the tester with which every plan begins, in any order, so that each
            must be possible in every initial state.
        either: Called with a state and an event that can happen there; lists further states that are allowed after
            it. With the state itself a command may be refused, an own step may stay out.
        settle_time: Seconds for which the system shows the same before an observation counts; None if `observe` waits.
        settle_limit: Seconds after which waiting ends; ten settle times if None.
        promises: Properties of the checker, of which the table says which were put to the test.
        floor: The required coverage.
        examples: The number of plans, 1 or more.
        length: The most events of a plan after its start, 1 or more.
        seed: Another seed, other plans.
        max_states: How many states are explored in advance, for the table and to tell words that no state shows.
        clock: Seconds that only grow; for systems with a time of their own.
        sleep: Lets seconds pass on that clock.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
        AdapterError: If the adapter returns what no state can show.
        NothingObserved: If the adapter never said anything, or no event could be made.
        FloorNotReached: If less was seen than `floor` asks for.
        ModelError: If the model or a function of a promise fails.
        TypeError, ValueError: If an argument is wrong.
    """
    check_counts(examples=examples, length=length)
    check_seed(seed)
    claims, wanted, begin = checked_promises(promises), checked_floor(floor), checked_events("start", start)
    waiting = Waiting.of(settle_time, settle_limit, clock, sleep)
    specification = ModelSpecification(model, tester, shown, either)
    explored = explore(specification, max_states)
    explored.check_floor(floor)
    explored.check_tester_events("start", begin)
    _check_start(specification, begin)
    if not callable(tester) and specification.rule_events is None:
        explored.check_tester_events("tester", tester)
    check_answers(claims, specification, explored.states)
    record = Record(specification, claims)
    bench = _bench(adapter, specification, explored, record, waiting)
    planner = Planner(specification, begin, length, Random(seed))
    wrong = bench.play(())
    while wrong is None and bench.examples < examples:
        bench.examples += 1
        wrong = _planned(bench, planner)
    if wrong is not None:
        raise _disagreement(bench, specification, wrong)
    check_tried(bench)
    return _agreed(bench, record, explored, wanted)


def check_tried(bench: Bench) -> None:
    """Refuses a test in which nothing was done.

    Raises:
        NothingObserved: If no event was made.
    """
    if not bench.events:
        raise NothingObserved(
            f"no event was made in {bench.examples:,} plans: what the system may do by itself leaves none that is "
            "possible whatever it did; allowed: a tester that makes the other events, such as faults, too"
        )


def _check_start(specification: ModelSpecification, start: Iterable[Any]) -> None:
    """Refuses an event that cannot be the first one, for the order of the start is drawn."""
    belief = Belief(specification)
    for event in start:
        if not specification.possible(belief.states, event):
            raise ValueError(f"start: {belief.impossible(event)}")


def _bench(
    adapter: Adapter, specification: ModelSpecification, explored: Explored, record: Record, waiting: Waiting
) -> Bench:
    return Bench(
        specification=specification,
        adapter=adapter,
        complaint=lambda seen: explored.form.complaint(seen, known=explored.complete),
        looked=record.looked,
        waiting=waiting,
    )


def _planned(bench: Bench, planner: Planner) -> Mismatch | None:
    bench.begin()
    for act in planner.acts(bench.belief):
        wrong = bench.act(act)
        if wrong is not None:
            return wrong
    return None


def _agreed(bench: Bench, record: Record, explored: Explored, floor: Floor) -> Conformity:
    def measure(head: str) -> Coverage:
        return record.coverage(head, explored.goals(), complete=explored.complete)

    return agreed(bench, record.situations(), measure, floor)


def _disagreement(bench: Bench, specification: ModelSpecification, wrong: Mismatch) -> Disagreement:
    best, repeats = bench.shortest(wrong)
    values: list[Any] = []
    for state in best.rest:
        if (value := specification.shows(state)) not in values:
            values.append(value)
    allowed = tuple(dict.fromkeys(map(specification.words, best.rest)))
    return Disagreement(best.acts, best.seen, allowed, bench.examples, values=values, repeats=repeats)


def agreed(bench: Bench, situations: Counter[str], measure: Callable[[str], Coverage], floor: Floor) -> Conformity:
    """The answer about a system that agreed in all plans.

    Args:
        bench: Where they were played.
        situations: The situations that were observed.
        measure: What was seen of what can be seen, given a line on what the test did.
        floor: The required coverage.

    Raises:
        NothingObserved: If no observation said anything.
        FloorNotReached: If less was seen than the floor asks for.
    """
    head = f"{bench.examples:,} plans, {bench.events:,} events, {bench.observations:,} observations"
    if not bench.observations:
        raise NothingObserved(f"nothing was observed in {head}: observe() returned empty mappings only")
    found = Conformity(
        examples=bench.examples,
        events=bench.events,
        observations=bench.observations,
        situations=situations,
        measure=partial(measure, head),
    )
    if floor != Floor():
        found.coverage.check(floor)
    return found


def replay(
    plan: str | Sequence[Act],
    adapter: Adapter,
    model: Any,
    *,
    tester: Collection[Hashable] | Callable[[Any], object],
    shown: Callable[[Any], Any],
    either: Either | None = None,
    settle_time: float | None = None,
    settle_limit: float | None = None,
    max_states: int = MAX_STATES,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Conformity:
    """Runs one plan on model and system, as it stands.

    Args:
        plan: The trace of a `Disagreement`, or acts.
        adapter: As for `conform`, and so are all other arguments.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
        ValueError: If a line of the trace cannot be read, or an event cannot happen where it stands: nothing is
            skipped.
        AdapterError, NothingObserved, ModelError, TypeError: As `conform`.
    """
    waiting = Waiting.of(settle_time, settle_limit, clock, sleep)
    specification = ModelSpecification(model, tester, shown, either)
    explored = explore(specification, max_states)
    acts = read_trace(plan, explored.by_tester) if isinstance(plan, str) else checked_plan(plan)
    explored.check_tester_events("plan", (act.event for act in acts))
    record = Record(specification)
    bench = _bench(adapter, specification, explored, record, waiting)
    bench.examples = 1
    wrong = bench.play(acts, whole=True)
    if wrong is not None:
        raise _disagreement(bench, specification, wrong)
    return _agreed(bench, record, explored, Floor())
