"""The answer about a runbook: safe, safe but for one more fault, or unsafe, and which step is the riskiest."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

import attrs

from failover_fsm.analysis.service import every_fault
from failover_fsm.changes.alike import is_at, shared_ports, some_interfaces
from failover_fsm.changes.outage_times import Duration, OutageTimes, assumed_durations
from failover_fsm.changes.runbook import OF_PAIR, Act, Runbook, Wait
from failover_fsm.changes.runbook_search import Event, RunbookSearch
from failover_fsm.changes.waiting import Waiting
from failover_fsm.config.review.trouble import Point, trouble
from failover_fsm.model.interleavings import starts
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import changing_steps
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state
from failover_fsm.services.remote import ExecMachine, Typed
from failover_fsm.timing.times import Times
from failover_fsm.trace.lines import TraceError

__all__ = ["Problem", "RunbookAnswer", "Safety", "try_runbook"]


class Safety(enum.Enum):
    """The verdict on a runbook; an earlier one takes precedence over a later one."""

    NO_FAILOVER = "no-failover"
    UNSAFE = "unsafe"
    UNDECIDED = "undecided"
    SAFE_BUT_FOR = "safe-but-for"
    SAFE = "safe"


@attrs.frozen(kw_only=True)
class Problem:
    """Something that goes wrong in a runbook, in some order of events.

    Attributes:
        event: What was met.
        way: A shortest run to it, from two units that are off.
        lasts: How long an outage that ends by itself lasts after it, in the timed pair; None for anything else, and if
            that is not known.
    """

    event: Event
    way: tuple[e.Event, ...]
    lasts: Duration | None = None


@attrs.frozen(kw_only=True)
class RunbookAnswer:
    """The answer about a runbook.

    Attributes:
        runbook: The runbook.
        settings: The pair.
        waiting: How long its steps take.
        problems: What goes wrong without any fault.
        interruptions: The outages that a step by hand brings about and the units end by themselves.
        with_fault: What one fault at some moment leads to that it would not lead to in the pair before the first step.
        short: The waits for a time that may be over while a unit boots or synchronises.
        without_standby: The positions of the steps after which the pair rests without a ready standby, each with how
            long, None if that is not known or it does not end by itself.
        assumed: The length of a boot and of a synchronisation that times rest on, empty if they rest on none.
        ends: Whether the runbook comes to its end without a fault.
        nodes: How many places of the search were visited.
        begin: How many events of each run come before the first step.
        limit: Why the search was ended, empty if it was not.
        trouble: Why the pair has no failover; the rest is then as if it worked.
    """

    runbook: Runbook
    settings: Settings
    waiting: Waiting
    problems: tuple[Problem, ...]
    interruptions: tuple[Problem, ...]
    with_fault: tuple[Problem, ...]
    short: tuple[Problem, ...]
    without_standby: tuple[tuple[int, Duration | None], ...]
    assumed: str
    ends: bool
    nodes: int
    begin: int
    limit: str = ""
    trouble: tuple[Point, ...] = ()

    @property
    def verdict(self) -> Safety:
        """The verdict."""
        return Safety.NO_FAILOVER if self.trouble else self.as_if

    @property
    def as_if(self) -> Safety:
        """The verdict as if failover worked."""
        if self.problems:
            return Safety.UNSAFE
        if self.limit:
            return Safety.UNDECIDED
        return Safety.SAFE_BUT_FOR if self.with_fault or self.interruptions else Safety.SAFE

    @property
    def exit_status(self) -> int:
        """0 safe, or safe but for what is said; 1 unsafe, or no failover; 3 undecided."""
        return {Safety.NO_FAILOVER: 1, Safety.UNSAFE: 1, Safety.UNDECIDED: 3}.get(self.verdict, 0)

    @property
    def riskiest(self) -> Problem | None:
        """The worst of what can go wrong; None if nothing can."""
        found = (*self.problems, *self.with_fault, *self.interruptions)
        return min(found, key=_rank, default=None)


KINDS = ("both-active", "outage", "lost-command", "refused", "stuck", "short-wait")
"""What goes wrong, the worst first."""


def _rank(problem: Problem) -> tuple[int, int, bool]:
    return problem.event.fault is not None, KINDS.index(problem.event.kind), bool(problem.event.ends_by)


def try_runbook(
    runbook: Runbook,
    scenario: Scenario,
    *,
    faults: bool = True,
    check: Callable[[int], object] = lambda _: None,
    timing: Callable[[int], object] = lambda _: None,
) -> RunbookAnswer:
    """Tries a runbook in every order of the operator's and the units' steps, and again with one fault at any moment.

    Args:
        runbook: The runbook.
        scenario: The pair.
        faults: False to leave the fault out.
        check: Called with the number of nodes of the search now and then; `TimeoutError` or KeyboardInterrupt that it
            raises end the search, and the answer says so.
        timing: Called after the search with how many times are worked out.

    Raises:
        TraceError: If what is given at the beginning cannot happen.
        KeyboardInterrupt: If it was interrupted after the search.
    """
    settings = scenario.settings
    if any(isinstance(step, Act) and isinstance(step.event, e.CommandEntered | Typed) for step in runbook.steps):
        settings = attrs.evolve(settings, running=scenario.config)
    state, run = _begin(settings, runbook)
    chosen = tuple(_faults(settings, scenario)) if faults else ()
    times = Times.of(scenario.config, scenario.options).with_durations(**dict(scenario.durations))
    waiting = Waiting(times, settings)
    machine = ExecMachine.of(scenario.config, settings)
    search = RunbookSearch(settings, runbook, state, run, chosen, waiting, machine)
    limit = ""
    try:
        search.run(OF_PAIR["ready"], check)
    except (TimeoutError, KeyboardInterrupt) as stopped:
        limit = str(stopped) or "interrupted"

    worked_out = count()

    def in_time() -> None:
        if limit:
            raise TimeoutError(limit)  # no time is worked out after a search that was stopped
        check(search.nodes)
        timing(next(worked_out))

    answer = _answer(search, OutageTimes(settings, times, in_time), state, limit)
    return attrs.evolve(answer, trouble=trouble(scenario.config))


def _answer(search: RunbookSearch, timed: OutageTimes, before: State, limit: str) -> RunbookAnswer:
    """What a search has met, sorted, with its times.

    Args:
        search: The search.
        timed: The times of the pair.
        before: The pair before the first step.
        limit: Why the search was ended, empty if it was not.
    """
    runbook, waiting = search.runbook, search.waiting
    found = [Problem(event=each, way=search.way_to(each)) for each in search.events.values()]
    alone = [each for each in found if each.event.fault is None and each.event.kind != "short-wait"]
    by_hand = [each for each in alone if _is_by_hand(each.event, runbook)]
    problems = _timed(_shortest(each for each in alone if each not in by_hand), timed, before)
    interruptions = _timed(_shortest(by_hand), timed, before)
    with_fault = _timed(_by_fault(found, waiting), timed, before)
    without_standby = tuple(
        (place, timed.without_standby(search.way_to_node(node), OF_PAIR["ready"]))
        for place, node in sorted(search.without_standby.items(), key=lambda item: item[0])
    )
    lasting = [each.lasts for each in (*problems, *interruptions, *with_fault)]
    lasting += [lasts for _, lasts in without_standby]
    return RunbookAnswer(
        runbook=runbook,
        settings=search.settings,
        waiting=waiting,
        problems=problems,
        interruptions=interruptions,
        with_fault=with_fault,
        short=tuple(_shortest(each for each in found if each.event.kind == "short-wait")),
        without_standby=without_standby,
        assumed=assumed_durations(waiting.times) if any(each is not None and each.boots for each in lasting) else "",
        ends=search.ends,
        nodes=search.nodes,
        begin=len(search.run_before),
        limit=limit,
    )


def _timed(problems: Iterable[Problem], timed: OutageTimes, before: State) -> tuple[Problem, ...]:
    """The problems with how long outages last; one of 0 s is a hand-over, and none."""
    found = []
    for each in problems:
        lasts = None
        if each.event.kind == "outage" and each.event.ends_by:
            lasts = timed.without_service(each.way, before)
            if lasts is not None and each.event.fault is not None:
                lasts = attrs.evolve(lasts, best=None)  # the fault can come just before the boot is over, too
        if lasts is None or lasts.worst != 0:
            found.append(attrs.evolve(each, lasts=lasts))
    return tuple(found)


def _begin(settings: Settings, runbook: Runbook) -> tuple[State, tuple[e.Event, ...]]:
    """The pair before the first step, and the run to it: both units up, then what is given, at rest."""
    first = starts(settings)[0]
    state, run = first.state, list(first.events)
    for event in runbook.given:
        try:
            state = next_state(state, settings, event).state
        except StepError as error:
            raise TraceError(runbook.source, 1, f"`given {event}`: {error.why}", "what can happen there") from None
        run.append(event)
        seen = {state}
        while (following := next(changing_steps(state, settings), None)) is not None and following[1] not in seen:
            state = following[1]
            seen.add(state)
            run.append(following[0])
    return state, tuple(run)


def _faults(settings: Settings, scenario: Scenario) -> Iterator[e.Fault]:
    """Every fault of units, links and elements; of interfaces that are alike the first one's."""
    interfaces, ports = some_interfaces((settings,), 1), shared_ports(settings)
    for fault in every_fault(settings, scenario.environment):
        if is_at(fault, interfaces, ports):
            yield fault


def _is_by_hand(event: Event, runbook: Runbook) -> bool:
    """Whether an outage that ends by itself follows a step by hand, without a look at the pair in between."""
    if event.kind != "outage" or not event.ends_by:
        return False
    for step in reversed(runbook.steps[: event.place + 1]):
        if isinstance(step, Wait):
            return False
        if isinstance(step, Act) and step.by_hand:
            return True
    return False


def _shortest(problems: Iterator[Problem] | Sequence[Problem]) -> list[Problem]:
    """For each step and kind the problem that is worst, in the order of the steps."""
    found: dict[tuple[int, str, str], Problem] = {}
    for each in problems:
        key = each.event.place, each.event.kind, each.event.detail
        if key not in found or (found[key].event.ends_by and not each.event.ends_by):
            found[key] = each
    return sorted(found.values(), key=lambda each: (each.event.place, KINDS.index(each.event.kind)))


def _by_fault(problems: Sequence[Problem], waiting: Waiting) -> Iterator[Problem]:
    """What a fault leads to for longer than a take-over, without what it leads to before the first step as well."""
    at_rest = [
        each
        for each in problems
        if each.event.fault is not None
        and each.event.kind in ("outage", "both-active")
        and waiting.takes_long(each.event.ends_by)
    ]
    before = {_harm(each.event) for each in at_rest if each.event.place < 0}
    anyway = {(each.event.place, each.event.kind) for each in problems if each.event.fault is None}
    worst: dict[object, Problem] = {}
    for each in at_rest:
        event = each.event
        if _harm(event) in before or (event.place, event.kind) in anyway:
            continue
        key = event.place, event.kind, event.fault
        if key not in worst or _size(event) > _size(worst[key].event):
            worst[key] = each
    yield from sorted(worst.values(), key=lambda each: (each.event.place, -len(each.event.loss.groups)))


def _harm(event: Event) -> object:
    return event.kind, event.fault, event.loss, event.dual


def _size(event: Event) -> tuple[int, int, bool]:
    """The greater the worse: groups without a unit, interfaces without service, and whether it stays so."""
    return len(event.loss.groups), len(event.loss.interfaces), not event.ends_by
