"""Breadth-first search: every reachable state once, exactly, in a fixed order.

States are numbered as they are found, and the number identifies a state everywhere else. The states themselves are the
keys of one dictionary, so two states are the same if and only if they are equal; no hash compaction is used. Each state
stores its predecessor and the event by which it was first found; these links form the shortest paths.

Properties of single states, steps and settled states are judged during the search, and the first hit is kept;
breadth-first, the first is a shortest one. A decided property costs nothing from then on.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Generic

from attrs import frozen

from failover_fsm.checker.core.answers import FAULTS, described, truth
from failover_fsm.checker.core.limits import check_functions, check_numbers, check_seconds
from failover_fsm.checker.core.model import (
    E,
    Model,
    ModelError,
    S,
    check_repeatable,
    expander,
    ill_typed,
    initial_states,
)
from failover_fsm.checker.core.properties import NEEDS_GRAPH, EventPredicate, Property
from failover_fsm.checker.core.result import NO_MEMORY, Progress
from failover_fsm.checker.explicit.graph import Graph
from failover_fsm.checker.explicit.monitors import Hit, Monitored, Monitors, record
from failover_fsm.checker.explicit.recheck import Sample
from failover_fsm.records.steady import steady

Clock = Callable[[], float]


@frozen(kw_only=True)
class Limits:
    """When to stop and how to report progress; see ``Checker.verify`` for the meaning of each."""

    max_states: int | None = None
    time_limit: float | None = None
    clock: Clock | None = None
    progress: Callable[[Progress], object] | None = None
    progress_every: int = 10_000
    stop_at_first: bool = False
    memory: int | None = None
    process_memory: Callable[[], int] | None = None

    def __attrs_post_init__(self) -> None:
        check_numbers(max_states=self.max_states, progress_every=self.progress_every, memory=self.memory)
        check_seconds(time_limit=self.time_limit)
        check_functions(clock=self.clock, progress=self.progress, process_memory=self.process_memory)
        if self.time_limit is not None and self.clock is None:
            raise ValueError("time_limit needs a clock: pass clock=time.monotonic, or any function of seconds")


STOPPED = "stopped at the first violation"

WATCHED, WATCHED_AFTERWARDS = 1_000, 64
"""So many states, and every so many later ones, are looked up again to see that nothing has changed them."""


class Search(Generic[S, E]):
    """One run over one model. Call ``run`` once, then read the attributes.

    Attributes:
        states: every state found, in order.
        parents: the number of the state each was found from; its own number for initial states.
        via: the event each was found by; None for initial states.
        starts: the number of the first state of each level.
        listed: how many initial states the model listed, duplicates included.
        transitions: how many transitions were listed by the expanded states.
        expanded: how many states were expanded.
        graph: the edges, if some property needs them.
        violations: where each violated property was first violated, by its number.
        witnesses: where each SOMETIMES property or premise was first seen true, by its number.
        kinds: the classes of the events of steps that were judged.
        never_taken: the events of rules that were not taken so far; of models that list the events of their rules.
        limit: why the search ended early, in words; None if it did not.
        complete: whether every reachable state was expanded.
        interrupted: whether the user stopped it.
    """

    def __init__(self, model: Model[S, E], properties: Sequence[Property], limits: Limits) -> None:
        self.model = model
        self.properties = properties
        self.limits = limits
        self.expand = expander(model)
        self.states: list[S] = []
        self.parents = array("I")
        self.via: list[E | None] = []
        self.starts: list[int] = []
        self.listed = 0
        self.transitions = 0
        self.expanded = 0
        self.graph = Graph() if any(claim.kind in NEEDS_GRAPH for claim in properties) else None
        self.violations: dict[int, Hit[S, E]] = {}
        self.witnesses: dict[int, Hit[S, E]] = {}
        self.limit: str | None = None
        self.complete = False
        self.interrupted = False
        self.kinds: dict[type, None] = {}
        self.never_taken: dict[Any, None] = dict.fromkeys(getattr(model, "rule_events", ()))
        self._sample: Sample[S, E] = Sample()
        self._numbers: dict[S, int] = {}
        self._monitors = Monitors.of(properties)
        self._by_event_class: dict[type, tuple[list[Monitored], list[Monitored]]] = {}  # step watches by class of event
        self._begun = limits.clock() if limits.clock is not None else 0.0

    def run(self) -> None:
        """Search until every reachable state is expanded, a limit is reached, or the user interrupts.

        Raises:
            ModelError: if the model or a predicate fails or breaks its contract.
        """
        try:
            self._sample.keep_first(*check_repeatable(self.model, self.expand))
            self.limit = self._begin() or self._sweep()
            self.complete = self.limit is None
            if not self.complete and self.expanded < len(self.states):
                self._sample.leave_out(self.states[self.expanded])
            self._recheck()
        except KeyboardInterrupt:
            self.interrupted = True
        except MemoryError:
            self.limit = NO_MEMORY

    def number_of(self, state: Any) -> int | None:
        """Return the number of a stored state; None if it is not one."""
        try:
            return self._numbers.get(state)
        except FAULTS:  # it cannot be hashed or compared
            return None

    def _recheck(self) -> None:
        """Call the model and the functions of open properties again for a sample; so far their answers were alike."""
        sample, monitors = self._sample, self._monitors
        sample.recheck(self.expand)
        for each, expected in ((monitors.state_false, True), (monitors.state_true, False)):
            for predicate, slot in each:
                sample.recheck_states(self.properties[slot].name, predicate, expected)
        for each, expected in ((monitors.step_false, True), (monitors.step_true, False)):
            for predicate, slot in each:
                claim = self.properties[slot]
                sample.recheck_steps(claim.name, predicate, expected, claim.speaks_of)

    def has_step_of(self, claim: Property) -> bool:
        """Return whether an ALWAYS_STEP property applies to some step that was judged."""
        return any(claim.events is None or issubclass(kind, claim.events) for kind in self.kinds)

    def seconds(self) -> float:
        """Return the time since the search began; 0.0 without a clock."""
        clock = self.limits.clock
        return 0.0 if clock is None else clock() - self._begun

    def late(self) -> str | None:
        """Return the words for the time limit if it has passed, else None."""
        limit = self.limits.time_limit
        return None if limit is None or self.seconds() < limit else f"time_limit of {limit} seconds"

    def exceeded(self) -> str | None:
        """Return the words for the limit on time or memory that is exceeded, else None."""
        limit, measure = self.limits.memory, self.limits.process_memory
        swollen = limit is not None and measure is not None and measure() > limit
        return self.late() or (f"memory of {limit} bytes" if swollen else None)

    def levels(self) -> tuple[int, ...]:
        """Return how many states were found 0, 1, 2, ... steps from an initial state."""
        if not self.starts:
            return ()  # interrupted before the first state
        ends = [*self.starts[1:], len(self.states)]
        return tuple(end - start for start, end in zip(self.starts, ends, strict=True))

    def _begin(self) -> str | None:
        """Store and judge the initial states; return the reason to stop, if any."""
        initial = initial_states(self.model)
        self.listed = len(initial)
        self.starts.append(0)
        for state in initial:
            number = self._numbers.setdefault(state, len(self.states))
            if number == len(self.states):
                if number == self.limits.max_states:
                    return self._full()
                self.states.append(state)
                self.parents.append(number)
                self.via.append(None)
                if self._judge_state(number, state):
                    return STOPPED
        return None

    def _full(self) -> str:
        return f"max_states of {self.limits.max_states} states"

    def _sweep(self) -> str | None:
        """Expand the states in order; return the reason to stop early, if any.

        One long function on purpose: this is the inner loop, and names local to it are what makes it fast.
        """
        states, parents, via, expand = self.states, self.parents, self.via, self.expand
        intern, monitors, limits = self._numbers.setdefault, self._monitors, self.limits
        sample, never_taken = self._sample, self.never_taken
        ceiling, timed = limits.max_states, limits.time_limit is not None or limits.memory is not None
        report = limits.progress_every if limits.progress is not None else None
        graph = self.graph
        kinds = {} if graph is None else graph.events
        keep_target = None if graph is None else graph.targets.append
        keep_label = None if graph is None else graph.labels.append
        size = level_end = len(states)
        source = transitions = 0
        try:
            while source < size:
                if source == level_end:
                    self.starts.append(source)
                    level_end = size
                if timed and (exceeded := self.exceeded()):
                    return exceeded
                if report and source % report == 0 and source:
                    self._report_progress(source, transitions)
                state = states[source]
                watched = source < WATCHED or not source % WATCHED_AFTERWARDS
                if watched:
                    self._check_unchanged(source, state)
                pairs = expand(state)
                if never_taken:
                    for event, _ in pairs:
                        never_taken.pop(event, None)
                if source == sample.due:
                    sample.keep(state, pairs)
                stepping = monitors.step_false or monitors.step_true
                try:
                    for event, after in pairs:
                        target = intern(after, size)
                        if target == size:
                            if size == ceiling:
                                return self._full()
                            states.append(after)
                            parents.append(source)
                            via.append(event)
                            size += 1
                            if (monitors.state_false or monitors.state_true) and self._judge_state(target, after):
                                return STOPPED
                        transitions += 1
                        if stepping and self._judge_step(source, state, event, after):
                            return STOPPED
                        if keep_target and keep_label and target != source:
                            keep_label(kinds.setdefault(event, len(kinds)))
                            keep_target(target)
                except (ModelError, MemoryError):
                    raise
                except FAULTS as error:
                    raise ill_typed(state, pairs, error) from error
                if monitors.settled and self._judge_settled(source, state, pairs):
                    return STOPPED
                if watched:
                    self._check_unchanged(source, state)
                source += 1
                if graph is not None:
                    graph.offsets.append(len(graph.targets))
            return None
        finally:
            self.transitions, self.expanded = transitions, source
            if len(states) > level_end:
                self.starts.append(level_end)

    def _check_unchanged(self, number: int, state: S) -> None:
        """Raise ModelError if a state is not what it was when it was stored: its hash leads to another place."""
        if self.number_of(state) != number:
            raise ModelError(
                f"a state was changed after the model returned it, and is now {steady(state)}: a step or predicate "
                "assigned to it, as object.__setattr__ can; states must not change, and predicates only read",
                state=state,
            )

    def _report_progress(self, source: int, transitions: int) -> None:
        """Call the progress function, which must exist."""
        assert self.limits.progress is not None
        size = len(self.states)
        self.limits.progress(
            Progress(
                states=size,
                transitions=transitions,
                frontier=size - source,
                depth=len(self.starts) - 1,
                seconds=self.seconds(),
            )
        )

    def _judge_state(self, number: int, state: S) -> bool:
        """Judge a newly stored state; return whether to stop."""
        monitors = self._monitors
        if seen := self._answers(monitors.state_true, True, state):
            monitors.state_true = record(monitors.state_true, seen, self.witnesses, Hit(number))
        if bad := self._answers(monitors.state_false, False, state):
            monitors.state_false = record(monitors.state_false, bad, self.violations, Hit(number))
        return bool(bad) and self.limits.stop_at_first

    def _judge_step(self, source: int, state: S, event: E, after: S) -> bool:
        """Judge a step; return whether to stop."""
        monitors = self._monitors
        monitors_of_class = self._by_event_class.get(type(event))
        if monitors_of_class is None:
            self.kinds[type(event)] = None
            monitors_of_class = self._by_event_class[type(event)] = self._step_monitors(type(event))
        true, false = monitors_of_class
        seen = self._answers(true, True, state, event, after) if true else None
        bad = self._answers(false, False, state, event, after) if false else None
        if seen:
            monitors.step_true = record(monitors.step_true, seen, self.witnesses, Hit(source, (event, after)))
            self._by_event_class.clear()
        if bad:
            monitors.step_false = record(monitors.step_false, bad, self.violations, Hit(source, (event, after)))
            self._by_event_class.clear()
        return bool(bad) and self.limits.stop_at_first

    def _step_monitors(self, kind: type) -> tuple[list[Monitored], list[Monitored]]:
        """Return the open step monitors, premises and claims, that apply to events of this class."""

        def applies(monitor: Monitored) -> bool:
            events = self.properties[monitor[1]].events
            return events is None or issubclass(kind, events)

        monitors = self._monitors
        return list(filter(applies, monitors.step_true)), list(filter(applies, monitors.step_false))

    def _judge_settled(self, source: int, state: S, pairs: Sequence[tuple[E, S]]) -> bool:
        """Judge an expanded state by the properties of settled states; return whether to stop."""
        stop = False
        still_open = []
        for within, false, true in self._monitors.settled:
            if not self._can_move(within, state, pairs):
                true = record(true, self._answers(true, True, state), self.witnesses, Hit(source))
                bad = self._answers(false, False, state)
                false = record(false, bad, self.violations, Hit(source))
                stop = stop or bool(bad)
            if false:
                still_open.append((within, false, true))
        self._monitors.settled = still_open
        return stop and self.limits.stop_at_first

    def _can_move(self, within: EventPredicate, state: S, pairs: Sequence[tuple[E, S]]) -> bool:
        """Return whether some event of ``within`` changes ``state``."""
        try:
            return any(truth(within(event)) and after != state for event, after in pairs)
        except FAULTS as error:
            raise ModelError(
                f"judging the events of {steady(state)} by `within` raised {described(error)}",
                state=state,
            ) from error

    def _answers(self, monitors: list[Monitored], wanted: bool, *values: Any) -> list[int]:
        """Return the numbers of the properties whose predicate answers ``wanted``."""
        slots = []
        slot = 0
        try:
            for predicate, slot in monitors:
                if truth(predicate(*values)) is wanted:
                    slots.append(slot)
        except MemoryError:
            raise
        except FAULTS as error:
            raise ModelError(
                f"property {self.properties[slot].name!r}: a predicate failed on "
                f"{', '.join(map(steady, values))}: {described(error)}",
                state=values[0],
                event=values[1] if len(values) > 1 else None,
            ) from error
        return slots
