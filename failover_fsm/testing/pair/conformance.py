"""Conformance testing: whether another implementation of a failover pair behaves as the model allows.

The kit for any model (`testing.kit`), with what a pair has besides: commands that may be refused, coarser words than
the model's, plans that begin with the units' boots, and disagreements as scenario files.

    conform(MyAdapter(), config)            # raises Disagreement, with a trace that cannot be shortened
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import attrs
from hypothesis import given

from failover_fsm.checker import Property
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.observer import Observer
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import State
from failover_fsm.promises import as_property, chosen
from failover_fsm.testing.kit.adapter import Act, Restless
from failover_fsm.testing.kit.arguments import check_counts, checked_floor, checked_plan
from failover_fsm.testing.kit.bench import Bench, Mismatch, check_adapter
from failover_fsm.testing.kit.conformance import Conformity, agreed, check_tried
from failover_fsm.testing.kit.coverage import Coverage, Floor
from failover_fsm.testing.kit.record import Record
from failover_fsm.testing.kit.waiting import Waiting
from failover_fsm.testing.pair.disagreement import Disagreement, acts_of, scenario_of
from failover_fsm.testing.pair.failure import CONFIG_NAME
from failover_fsm.testing.pair.plans import plans
from failover_fsm.testing.pair.specification import (
    Follower,
    Observation,
    PairSpecification,
    complaint_about,
    shows,
)
from failover_fsm.testing.pair.stateful import profile
from failover_fsm.testing.pair.walk import TransitionSystem, situation

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
    "replay",
    "shows",
]


class Adapter(Protocol):
    """The interface to the system under test."""

    def reset(self, config: PairConfig) -> None:
        """Puts both units off and never started, every link and interface good."""

    def apply(self, event: e.Event) -> None:
        """Applies a fault, a repair or a command without waiting. The system may refuse a command."""

    def observe(self) -> Observation:
        """Waits until the system is at rest, all timers included, and returns what each unit shows.

        The keys are `Unit.PRIMARY` and `Unit.SECONDARY`; a unit that cannot be seen may be left out. A unit shows off,
        starting, active, standby-ready, failed or disabled. A finer word is allowed, a synchronisation state or
        negotiation, and a coarser one, standby for ready or failed. In Active/Active there is one word per group,
        joined by " + ".
        """


@attrs.frozen
class _Configured:
    """The adapter with its `reset` bound to the configuration."""

    adapter: Adapter
    config: PairConfig

    def reset(self) -> None:
        self.adapter.reset(self.config)

    @property
    def apply(self) -> Callable[[e.Event], object]:
        return self.adapter.apply

    @property
    def observe(self) -> Callable[[], object]:
        return self.adapter.observe


@attrs.define
class _Test:
    """One test of a system: the bench, and what was seen on it."""

    transitions: TransitionSystem
    adapter: Adapter
    waiting: Waiting = Waiting()
    record: Record = attrs.field(init=False)
    bench: Bench = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        check_adapter(self.adapter)
        transitions = self.transitions
        groups = transitions.settings.group_count
        specification = PairSpecification(transitions)
        self.record = Record(specification, tuple(_promises(transitions)))
        self.bench = Bench(
            specification=specification,
            adapter=_Configured(self.adapter, transitions.config),
            complaint=lambda seen: complaint_about(seen, groups),
            looked=self.record.looked,
            waiting=self.waiting,
            written=lambda acts: scenario_of(transitions, acts, CONFIG_NAME),
        )

    def disagreement(self, wrong: Mismatch) -> Disagreement:
        best, repeats = self.bench.shortest(wrong)
        allowed = tuple(dict.fromkeys(map(situation, best.rest)))
        return Disagreement(self.transitions, best.acts, best.seen, allowed, self.bench.examples, repeats=repeats)

    def one_plan(self, acts: Sequence[Act], *, whole: bool = False) -> Conformity:
        """Plays a plan, as `Bench.play`, and says that the system agrees."""
        self.bench.examples = 1
        wrong = self.bench.play(acts, whole=whole)
        if wrong is not None:
            raise self.disagreement(wrong)
        return self.agreed(Floor())

    def agreed(self, floor: Floor) -> Conformity:
        return agreed(self.bench, self.record.situations(), self._measure, floor)

    def _measure(self, head: str) -> Coverage:
        graph = self.transitions.distances.graph
        possible = {"situations": tuple(graph.settled_situations), "rows": tuple(graph.rows)}
        return self.record.coverage(head, possible, complete=graph.complete)


def _promises(transitions: TransitionSystem) -> Iterator[Property]:
    settings = transitions.settings

    def observers(state: State) -> tuple[Observer, ...]:
        return tuple(Observer(state, settings, index) for index in range(settings.group_count))

    for promise in chosen(transitions.environment, groups=bool(settings.groups)):
        yield as_property(promise, observers)


def conform(
    adapter: Adapter,
    config: PairConfig,
    *,
    environment: Environment = DEFAULT_ENVIRONMENT,
    options: Options | None = None,
    examples: int = 200,
    length: int = 12,
    floor: Floor | None = None,
    settle_time: float | None = None,
    settle_limit: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
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
        floor: The required coverage: situations at rest, rows of the tables, promises put to the test.
        settle_time: Seconds for which the system shows the same before an observation counts; None if `observe` waits.
        settle_limit: Seconds after which waiting ends; ten settle times if None.
        clock: Seconds that only grow; for systems with a time of their own.
        sleep: Lets seconds pass on that clock.
        settings: Further settings of Hypothesis, such as `derandomize=False`.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
        AdapterError: If the adapter returns what no pair can show.
        NothingObserved: If the adapter never said anything.
        FloorNotReached: If less was seen than `floor` asks for.
        TypeError, ValueError: If an argument is wrong.
    """
    check_counts(examples=examples, length=length)
    wanted, waiting = checked_floor(floor), Waiting.of(settle_time, settle_limit, clock, sleep)
    test = _Test(TransitionSystem(config, environment, options), adapter, waiting)
    wrong = test.bench.play(()) or _drawn(test.bench, test.transitions, length, examples, settings)
    if wrong is not None:
        raise test.disagreement(wrong)
    check_tried(test.bench)
    return test.agreed(wanted)


def _drawn(
    bench: Bench, transitions: TransitionSystem, length: int, examples: int, settings: dict[str, Any]
) -> Mismatch | None:
    """Plays drawn plans until one fails; what failed once fails for Hypothesis, whatever a retry would show."""
    found: list[Mismatch] = []
    failed: list[Exception] = []

    @profile(examples=examples, report_multiple_bugs=False, **settings)
    @given(plans(transitions, length=length))
    def try_plan(acts: tuple[Act, ...]) -> None:
        if not failed:
            bench.examples += 1
            try:
                found.extend(filter(None, [bench.play(acts)]))
            except Exception as error:
                failed.append(error)
            if found:
                failed.append(_Found())
        if failed:
            raise failed[0]

    try:
        try_plan()
    except _Found:
        return found[0]
    return None


class _Found(Exception):
    """Ends the drawing of plans."""


def conform_to(
    adapter: Adapter, config: PairConfig, acts: Sequence[Act], *, options: Options | None = None
) -> Conformity:
    """Runs one plan on model and system: a test of a generated suite.

    An event that has become impossible, because the system took another way that the model allows, is skipped.

    Raises:
        ValueError: If none of its events can happen.
        Disagreement: If the system shows something that the model does not allow.
        AdapterError: If the adapter returns what no pair can show.
        NothingObserved: If the adapter never said anything.
    """
    test = _Test(TransitionSystem(config, options=options), adapter)
    found = test.one_plan(checked_plan(acts))
    if acts and not test.bench.events:
        raise ValueError(f"plan: none of its {len(acts)} events can happen; the first is {acts[0].event}")
    return found


def replay(trace: str, adapter: Adapter, config: PairConfig) -> Conformity:
    """Runs the scenario of a `Disagreement` on model and system again.

    Args:
        trace: Its text; the options stand in it, the configuration does not.
        adapter: The system under test.
        config: The configuration of the pair.

    Raises:
        Disagreement: If the system shows something that the model does not allow.
        TraceError: If the text is no scenario.
        ValueError: If an event cannot happen where it stands: nothing is skipped.
        AdapterError, NothingObserved: As `conform_to`.
    """
    if not isinstance(trace, str):
        raise TypeError(f"trace {trace!r}; allowed: the trace of a Disagreement, or another scenario")
    acts, options = acts_of(trace)
    return _Test(TransitionSystem(config, options=options), adapter).one_plan(acts, whole=True)
