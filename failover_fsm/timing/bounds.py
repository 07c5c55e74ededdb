"""The best and the worst time from a failure to its detection, to the takeover, and without an active unit.

For each case of a condition, every phase of every timer and every interleaving is followed until the goal is reached
(`symbolic.py`). The extremes are the least and the greatest value of a gauge in the states in which runs end; each is
attained by a run. Whether the goal is always reached is decided by the checker on the graph without gauges, which is
finite.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import attrs

from failover_fsm.checker import Checker, Verdict, always, always_step, leads_to, sometimes
from failover_fsm.pair.service import loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.timing.conditions import CONDITIONS, Condition, FailureCase
from failover_fsm.timing.location import Clock, InterfaceBlock
from failover_fsm.timing.symbolic import (
    ELAPSED,
    IDLE,
    UNSERVED,
    Age,
    Fired,
    Goal,
    Symbol,
    SymbolicModel,
    TooManyStates,
    anyone_active,
    reachable,
)
from failover_fsm.timing.time_stops import Reached
from failover_fsm.timing.timed import Effects, TimedPair
from failover_fsm.timing.times import Times
from failover_fsm.timing.zones import Zone

__all__ = [
    "MOST_STATES",
    "Bounds",
    "Extreme",
    "Known",
    "Measured",
    "TimeStop",
    "measure",
    "measure_all",
    "measure_groups",
    "until",
]

MOST_STATES = 40_000
"""The most symbolic states of one failure case for `check` and `times`, a minute at most."""


class Known:
    """What the conditions of one pair have in common, each part computed once: cases, and timed pairs by blocks.

    Args:
        settings: The pair.
        times: Its times.
        effects: What is known of the pair's steps, by blocks, from other times; extended here.
    """

    def __init__(
        self, settings: Settings, times: Times, effects: dict[tuple[InterfaceBlock, ...], Effects] | None = None
    ) -> None:
        self._settings, self._times = settings, times
        self._effects = {} if effects is None else effects
        self._cases: dict[Condition, list[FailureCase]] = {}
        self._timed: dict[tuple[InterfaceBlock, ...], TimedPair] = {}

    def cases(self, condition: Condition) -> list[FailureCase]:
        """The cases of a condition."""
        if condition not in self._cases:
            self._cases[condition] = condition.cases(self._settings)
        return self._cases[condition]

    def timed(self, blocks: tuple[InterfaceBlock, ...]) -> TimedPair:
        """The timed pair with these blocks, which knows the steps of earlier searches."""
        if blocks not in self._timed:
            effects = self._effects.setdefault(blocks, {})
            self._timed[blocks] = TimedPair(
                settings=self._settings, times=self._times, blocks=blocks, lasting=True, effects=effects
            )
        return self._timed[blocks]


@attrs.frozen(kw_only=True)
class Extreme:
    """One end of a range, with a run that attains it.

    Attributes:
        value: Milliseconds.
        case: The case in which it occurs.
        ages: The age of each clock at the fault, in milliseconds.
        elapsed: Milliseconds from the fault to the end of the run.
    """

    value: int
    case: FailureCase
    ages: dict[Clock, int]
    elapsed: int


@attrs.frozen(kw_only=True)
class Bounds:
    """A range from best to worst; `certain` is True if every run reaches the goal."""

    best: Extreme
    worst: Extreme
    certain: bool = True

    @property
    def pair(self) -> tuple[int, int | None]:
        """Best and worst in milliseconds; the worst is None if some run never reaches the goal."""
        return self.best.value, self.worst.value if self.certain else None


@attrs.frozen(kw_only=True)
class TimeStop:
    """A run after which time cannot pass.

    Attributes:
        case: The failure case.
        fired: The clocks that fell due after its faults.
    """

    case: FailureCase
    fired: tuple[Fired, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        """The run in words, one step each."""
        return (*map(str, self.case.faults), *map(str, self.fired))


@attrs.frozen(kw_only=True)
class Measured:
    """The bounds of a condition; None for something that never happens.

    Attributes:
        condition: The condition.
        group: The number of the failover group that is observed; None in an Active/Standby pair, and for all together.
        limit: The most symbolic states of a case if there were more: then no bound is known, and all are None.
        detection: The time to the detection; None too if it was not asked for.
        takeover: The time to the takeover.
        no_active: The time without an active unit.
        service: The time in which some interface of the group works on no unit that is active for it.
        states: The number of visited symbolic states.
        stop: A run to a state from which time cannot pass, if there is one; the bounds are then of the other runs only.
    """

    condition: Condition
    detection: Bounds | None
    takeover: Bounds | None
    no_active: Bounds | None
    service: Bounds | None
    states: int
    stop: TimeStop | None = None
    group: int | None = None
    limit: int | None = None

    @property
    def unknown(self) -> str:
        """Why no bound is known, in words; empty if the bounds are."""
        return "" if self.limit is None else f"more than {self.limit:,} symbolic states"

    @property
    def id(self) -> str:
        """The name of the condition, with the failover group where there is one."""
        return self.condition.id if self.group is None else f"{self.condition.id} group {self.group}"


def measure_all(settings: Settings, times: Times) -> Iterator[Measured]:
    """The bounds of every condition of `CONDITIONS`, one by one; in an Active/Active pair for each failover group."""
    known = Known(settings, times)
    for condition in CONDITIONS:
        yield from measure_groups(condition, settings, times, most=MOST_STATES, known=known)


def measure_groups(
    condition: Condition, settings: Settings, times: Times, *, most: int | None = None, known: Known | None = None
) -> Iterator[Measured]:
    """The bounds of one condition, for each failover group of an Active/Active pair; arguments as `measure`."""
    groups = range(1, len(settings.groups) + 1) if settings.groups else (None,)
    known = known or Known(settings, times)
    for group in groups:
        yield measure(condition, settings, times, group, most=most, known=known)


def measure(
    condition: Condition,
    settings: Settings,
    times: Times,
    group: int | None = None,
    *,
    most: int | None = None,
    known: Known | None = None,
    detection: bool = True,
) -> Measured:
    """The bounds of one condition, exact over every phase and interleaving.

    Args:
        condition: The condition.
        settings: The pair.
        times: Its times.
        group: The number of the failover group to observe; None for all of them together.
        most: The most symbolic states of a case, None for any number.
        known: What earlier conditions of the same pair and times have computed; extended here.
        detection: False to leave out the time to the detection, which is a search of its own.

    Raises:
        KeyboardInterrupt: If it was interrupted; there are no bounds then.
    """
    try:
        return _measured(condition, known or Known(settings, times), group, most, detection)
    except TooManyStates:
        unknown = Measured(condition=condition, detection=None, takeover=None, no_active=None, service=None, states=0)
        return attrs.evolve(unknown, group=group, limit=most)


def _measured(condition: Condition, known: Known, group: int | None, most: int | None, detection: bool) -> Measured:
    detections, takeovers, idles, services, states = [], [], [], [], 0
    stop: TimeStop | None = None
    for case in known.cases(condition):
        if group is not None and case.group != group - 1:
            continue
        timed = known.timed(case.blocks)
        if detection and not condition.announced:
            found = _CaseSearch(timed, case, case.detected, most)
            detections.append(found.bounds(ELAPSED))
            states += found.states
            stop = stop or found.stop
        found = _CaseSearch(timed, case, case.taken_over, most)
        stop = stop or found.stop
        takeovers.append(found.bounds(ELAPSED))
        idles.append(found.outage(IDLE))
        services.append(found.outage(UNSERVED))
        states += found.states
    return Measured(
        condition=condition,
        detection=_together(detections),
        takeover=_together(takeovers),
        no_active=_together(idles),
        service=_together(services),
        states=states,
        stop=stop,
        group=group,
    )


def until(timed: TimedPair, case: FailureCase, goal: Goal, most: int) -> Bounds | None:
    """The time from the events of a case until a goal; None if it is never reached, or the search gets too large.

    Args:
        timed: The timed pair, with the blocks of the case.
        case: Where it begins; clocks that ran before are in any phase.
        goal: Where it ends.
        most: The most symbolic states.

    Raises:
        KeyboardInterrupt: If it was interrupted.
    """
    try:
        return _CaseSearch(timed, case, goal, most).bounds(ELAPSED)
    except TooManyStates:
        return None


def _together(found: list[Bounds | None]) -> Bounds | None:
    """The union of several bounds."""
    reached = [bounds for bounds in found if bounds is not None]
    if not reached:
        return None
    return Bounds(
        best=min((bounds.best for bounds in reached), key=lambda extreme: extreme.value),
        worst=max((bounds.worst for bounds in reached), key=lambda extreme: extreme.value),
        certain=len(reached) == len(found) and all(bounds.certain for bounds in reached),
    )


class _CaseSearch:
    """All runs of one case up to a goal."""

    def __init__(self, timed: TimedPair, case: FailureCase, goal: Goal, most: int | None) -> None:
        start = timed.at(case.pair)
        for event in case.faults:
            start = timed.happen(start, event)
        ages, tied = case.ages(timed.times)
        self._case, self._periods = case, ages
        served = _serves(timed.settings, case.group)
        model = SymbolicModel(
            timed=timed,
            start=start,
            ages=ages,
            tied=tied,
            goal=goal,
            measured=False,
            later=case.later,
            served=served,
            most=most,
        )
        stuck = Reached(model).stop  # the first to meet every state: the checker would wrap TooManyStates
        found = Checker(model).verify(
            sometimes("reached", lambda symbol: symbol.ends),
            leads_to("certain", lambda _: True, lambda symbol: symbol.ends),
            always_step("goes on", lambda before, _, after: before != after),
            always(IDLE, lambda symbol: anyone_active(symbol.location)),
            always(UNSERVED, lambda symbol: served(symbol.location)),
        )
        self.stop = None if stuck is None else TimeStop(case=case, fired=stuck)
        if found.interrupted:
            raise KeyboardInterrupt  # an interrupted search proves nothing
        self._never = tuple(each for each in (IDLE, UNSERVED) if found.finding(each).verdict is Verdict.HOLDS)
        self.states = found.states
        reached = found.finding("reached").verdict is Verdict.HOLDS
        certain = (found.finding("certain").verdict, found.finding("goes on").verdict)
        self._certain = certain == (Verdict.HOLDS, Verdict.HOLDS)
        self._ends: list[Symbol] = []
        if reached:
            self._ends = self._run(attrs.evolve(model, measured=True), timed.times)

    def _run(self, model: SymbolicModel, times: Times) -> list[Symbol]:
        """The states in which runs end; other runs are followed for longer than any timer."""
        horizon = 2 * max(times.silence, *(item.hold + item.poll for item in times.interfaces), *times.preempt)
        states = reachable(model, lambda symbol: self._certain or symbol.range(ELAPSED)[0] <= horizon)
        self.states += len(states)
        return [symbol for symbol in states if symbol.ends]

    def outage(self, gauge: str) -> Bounds | None:
        """The time in which the gauge runs, IDLE or UNSERVED; None if it has no end."""
        if self._ends or gauge not in self._never:
            return self.bounds(gauge)
        never = Extreme(value=0, case=self._case, ages={}, elapsed=0)
        return Bounds(best=never, worst=never)

    def bounds(self, gauge: str) -> Bounds | None:
        """The extremes of a gauge where runs end; one that does not run there counts nothing."""
        if not self._ends:
            return None
        ranges = [(_range(symbol, gauge), symbol) for symbol in self._ends]
        low = min(ranges, key=lambda item: item[0][0])
        high = max(ranges, key=lambda item: item[0][1])
        return Bounds(
            best=self._extreme(low[1], gauge, low[0][0]),
            worst=self._extreme(high[1], gauge, high[0][1]),
            certain=self._certain,
        )

    def _extreme(self, symbol: Symbol, gauge: str, value: int) -> Extreme:
        """A run that attains the value: gauges are fixed one after the other, clocks as young as possible."""
        zone = Zone.of(symbol.zone)
        if gauge in zone.names:
            zone.limit(gauge, low=value, high=value)
        elapsed = zone.range(ELAPSED)[0]
        zone.limit(ELAPSED, low=elapsed, high=elapsed)
        ages = {}
        for name in list(zone.names):
            if isinstance(name, Age):
                gauged = zone.range(name)[0]
                zone.limit(name, low=gauged, high=gauged)
                age = gauged - elapsed
                ages[name.clock] = age if age >= 0 else age % self._periods[name.clock]
        return Extreme(value=value, case=self._case, ages=ages, elapsed=elapsed)


def _serves(settings: Settings, group: int) -> Goal:
    """The predicate that every interface of the group works on a unit that is active for it."""

    @cache
    def is_served(pair: State) -> bool:
        loss = loss_in(pair, settings)
        return group not in loss.groups and all(settings.ports[index].group != group for index in loss.interfaces)

    return lambda location: is_served(location.pair)


def _range(symbol: Symbol, gauge: str) -> tuple[int, int]:
    if gauge not in symbol.zone[0]:
        return 0, 0
    return symbol.range(gauge)
