"""What happened to a pair: the question, and its answer.

answer = explain(config, read_evidence(sources, config, settings))
for explanation in answer.explanations:
    print(explanation.events)
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.beam import WIDTHS, Beam
from failover_fsm.postmortem.clocks import (
    ClockBounds,
    Late,
    Pairing,
    clock_bounds,
    common_bounds,
    late_switches,
    misplaced,
    order_of,
)
from failover_fsm.postmortem.evidence import Evidence, Kind, Note, Observation
from failover_fsm.postmortem.explanations import Explanation, explanations_of, shared_events, telling_lines
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Matching, Node, Order
from failover_fsm.postmortem.search import Found, Search
from failover_fsm.postmortem.steps import PairSteps
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, DETECTED
from failover_fsm.templates.messages.table import MESSAGES
from failover_fsm.text.words import state_word

__all__ = ["LIMIT", "MORE_EVENTS", "Answer", "Judgement", "environment_for", "explain", "starts_of"]

NODES_ASKED = 200
"""So many places are asked what the pair could have printed there."""

LIMIT = 20
"""So many smallest sets are listed unless told otherwise."""

MORE_EVENTS = 8
"""The most outside events that are tried, beyond twice those that the logs themselves show to be needed."""

AT_ONCE = 2_000
"""So many places the search in the order of costs looks at before a quick one gives it a limit."""

_TIMES_ASSUMED = "times: the clocks differ as the switches show that both units logged, and do not drift"
_OPERATOR = ("failover-active", "reset", "disable", "write-standby", "reload")
_CARD = ("card", "module", "backplane")
_STATE_LINES = (311003, 311004)
_SILENCE = (103001, 105043)


class Judgement(enum.Enum):
    """What the evidence comes to."""

    EXPLAINED = "explained"
    CONTRADICTORY = "contradictory"
    UNDECIDED = "undecided"


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """What happened.

    Attributes:
        judgement: Explained: some run of the pair prints every line. Contradictory: none does, and the best
            explanations leave some out. Undecided: the search ended before that was known.
        cost: Of each explanation; None without one.
        explanations: The smallest sets of outside events, each with a run.
        is_all: There is no other smallest set.
        is_smallest: No explanation costs less; else the only one that is given may not be the best.
        least: Every explanation has so many events from outside at least.
        shared: The events that every explanation has.
        telling: Lines that would tell the explanations apart, each with the numbers of those that print it.
        clocks: For each explanation, how far the clocks are apart.
        late: With `timed`, for each explanation, the lines that come later than hold times allow.
        disorder: With `timed`, two lines whose times contradict the explanations, where none fits the times.
        stuck: Where nothing explains the evidence, or the search ended: the lines that come next in the furthest runs.
        evidence: What was read.
        steps: The pair, with the states of the runs.
        starts: The states in which a run may begin, each with a way there from both units off.
        assumed: What the answer rests on, one sentence each.
        most: The most outside events that were tried.
        nodes: How many places the search looked at.
    """

    judgement: Judgement
    cost: Cost | None = None
    explanations: tuple[Explanation, ...] = ()
    is_all: bool = True
    is_smallest: bool = True
    least: int = 0
    shared: tuple[str, ...] = ()
    telling: tuple[tuple[str, tuple[int, ...]], ...] = ()
    clocks: tuple[ClockBounds, ...] = ()
    late: tuple[tuple[Late, ...], ...] = ()
    disorder: Pairing | None = None
    stuck: tuple[Note, ...] = ()
    evidence: Evidence
    steps: PairSteps
    starts: dict[int, tuple[e.Event, ...]] = attrs.field(factory=dict)
    assumed: tuple[str, ...] = ()
    most: int = 0
    nodes: int = 0

    def replay(self, explanation: Explanation) -> tuple[e.Event, ...]:
        """Every event of a run, from both units off and never started."""
        return (*self.starts[explanation.start], *(step.event for step in explanation.steps))

    @property
    def exit_status(self) -> int:
        """0 explained, 1 contradictory, 3 undecided."""
        return {Judgement.EXPLAINED: 0, Judgement.CONTRADICTORY: 1, Judgement.UNDECIDED: 3}[self.judgement]


def explain(
    config: PairConfig,
    evidence: Evidence,
    *,
    options: Options | None = None,
    limit: int = LIMIT,
    most: int | None = None,
    check: Callable[[int], None] | None = None,
    steps: PairSteps | None = None,
    timed: bool = False,
) -> Answer:
    """The smallest explanations of the evidence.

    Args:
        config: The pair; failover is taken as switched on.
        evidence: From `reading.read_evidence`.
        options: Decisions on what the chapter leaves open.
        limit: The most explanations that are listed.
        most: The most outside events; None for MORE_EVENTS above the least number that the logs need.
        check: Is called now and then; what it raises as TimeoutError ends the search, and the answer is undecided.
        steps: A pair whose steps are known already from another question about it.
        timed: Hold to the order that the times of both logs give once the clocks are known, and to the hold times.
    """
    steps = steps or _steps_of(config, evidence, options)
    starts = starts_of(steps)
    asked = _Asked(steps, evidence, starts, most, check or (lambda _nodes: None), limit)
    result, disorder = _searched(asked), None
    if timed and result.found.cost is not None:
        result, disorder = _in_order(asked, result)
    answer = _answer(asked, result)
    if not timed:
        return answer
    late = tuple(late_switches(each, config) for each in answer.explanations)
    return attrs.evolve(answer, late=late, disorder=disorder, assumed=(*answer.assumed, _TIMES_ASSUMED))


def _answer(asked: _Asked, result: _Result) -> Answer:
    """The answer without what times say."""
    found, explanations, evidence = result.found, result.explanations, asked.evidence
    return Answer(
        judgement=_judgement(found, evidence),
        cost=found.cost,
        explanations=explanations,
        is_all=result.is_all and found.is_complete,
        is_smallest=found.is_smallest,
        least=result.least,
        shared=shared_events(explanations),
        telling=telling_lines(explanations),
        clocks=tuple(clock_bounds(each) for each in explanations),
        stuck=tuple(_stuck(result.question, found, explanations)),
        evidence=evidence,
        steps=asked.steps,
        starts=asked.starts,
        assumed=tuple(_assumed(asked.steps, evidence, explanations)),
        most=result.most,
        nodes=found.nodes,
    )


def _steps_of(config: PairConfig, evidence: Evidence, options: Options | None) -> PairSteps:
    settings = Settings.of(attrs.evolve(config, enabled=True), options or Options())
    histories = any(track.kind is Kind.HISTORY for track in evidence.tracks)
    return PairSteps(settings, environment_for(settings, evidence), histories=histories)


@attrs.frozen(eq=False)
class _Asked:
    """What is asked: the pair, the evidence, where runs may begin with the ways there, and the limits."""

    steps: PairSteps
    evidence: Evidence
    starts: dict[int, tuple[e.Event, ...]]
    most: int | None
    check: Callable[[int], None]
    limit: int


@attrs.frozen(eq=False)
class _Result:
    """What the searches found.

    Attributes:
        question: The evidence beside the pair.
        found: The end of the search whose explanations are given.
        most: The most events that were tried.
        least: Every explanation needs so many events at least.
        explanations: The explanations.
        is_all: They are all of those that the search found.
    """

    question: Matching
    found: Found
    most: int
    least: int
    explanations: tuple[Explanation, ...]
    is_all: bool


def _in_order(asked: _Asked, free: _Result) -> tuple[_Result, Pairing | None]:
    """The same once more in the order that the times give, and where nothing fits that, two lines that contradict it.

    Args:
        asked: What is asked.
        free: What explains the evidence in any order; the switches in it that both units saw bound their clocks.
    """
    clocks = common_bounds(map(clock_bounds, free.explanations))
    order = order_of(asked.evidence.tracks, clocks)
    if not order:
        return free, None
    result = _searched(asked, order)
    cost = result.found.cost
    if cost is not None and free.found.cost is not None and cost.unexplained == free.found.cost.unexplained:
        return result, None
    return free, next(filter(None, (misplaced(each, clocks) for each in free.explanations)), None)


def _searched(asked: _Asked, order: Order | None = None) -> _Result:
    """What the searches find.

    A search in the order of costs answers most questions at once. Where it does not, a quick one looks for any good
    run, and the first one goes on below what that costs.
    """
    question = Matching(asked.steps, asked.evidence.tracks, asked.evidence.snapshots, order)
    landmarks = Landmarks(question.steps.settings, question.tracks, question.snapshots)
    states = asked.steps.states
    least = min(landmarks.least(question.begin, states[number]) for number in asked.starts)
    limit = asked.most if asked.most is not None else 2 * least + MORE_EVENTS

    def at_once(nodes: int) -> None:
        asked.check(nodes)
        if nodes > AT_ONCE:
            raise TimeoutError

    found = Search(question, landmarks, asked.starts, most=limit, check=at_once).run()
    least = found.least.outside
    if not found.is_complete:
        quick = _any_run(question, landmarks, asked)
        limit = limit if quick.cost is None else quick.cost.outside
        whole = Search(question, landmarks, asked.starts, most=limit, check=asked.check).run()
        least = max(least, whole.least.outside)
        found = whole if whole.is_smallest else quick
    explanations, is_all = explanations_of(question, found, asked.limit)
    return _Result(question, found, limit, least, explanations, is_all)


def _any_run(question: Matching, landmarks: Landmarks, asked: _Asked) -> Found:
    """The best run of the beams that explains everything; else the one that came furthest."""
    found = []
    for width in WIDTHS:
        beam = Beam(question, landmarks, asked.starts, width=width, most=asked.most, check=asked.check)
        found.append(beam.run())
        if found[-1].is_stopped:
            break
    ended = [each for each in found if each.cost is not None]
    if ended:
        return min(ended, key=lambda each: each.cost or Cost())
    furthest = max(found, key=lambda each: sum(each.frontier[0][1]))
    return attrs.evolve(furthest, goals=furthest.frontier[:1])


def environment_for(settings: Settings, evidence: Evidence) -> Environment:
    """The faults and commands that are tried.

    The Stateful Failover link changes no role, so its faults are tried only where the evidence speaks of it, and so are
    those of service modules, which no configuration shows. In an Active/Active pair, where each group multiplies what
    can happen, silent interfaces and cut paths are tried only where a line speaks of interface tests or of silence.
    """
    numbers = {each.token.number for each in evidence.observations}
    faults = ["power", "failover-link", "ports"]
    if not settings.groups or numbers.intersection(DETECTED):
        faults.append("traffic")
    if not settings.groups or evidence.snapshots or numbers.intersection(_SILENCE):
        faults.append("paths")
    if settings.stateful is StatefulLink.DEDICATED and numbers.intersection(_STATE_LINES):
        faults.append("stateful-link")
    texts = [each.text.lower() for each in evidence.observations if each.token.number not in COMMANDS_LOGGED]
    texts += [note.what.lower() for note in evidence.notes]
    if any(word in text for text in texts for word in _CARD):
        faults.append("modules")
    return Environment(faults=tuple(faults), operator=_OPERATOR, max_faults=None)


def starts_of(steps: PairSteps) -> dict[int, tuple[e.Event, ...]]:
    """The states in which a run may begin, each with a way there from both units off and never started.

    Healthy, whoever is active for what, and both units off. A pair that had a fault when the evidence begins is a run
    in which the fault comes first.
    """
    booted: int = steps.cold
    way: tuple[e.Event, ...] = ()
    for unit in Unit:
        booted, way = _rested(steps, booted, way, e.UnitRestored(unit=unit))
    found: dict[int, tuple[e.Event, ...]] = {booted: way}
    groups: Sequence[int | None] = (None, *range(1, len(steps.settings.groups) + 1))
    queue = [booted]
    for number in queue:
        for unit in Unit:
            for group in groups:
                after, way = _rested(steps, number, found[number], e.FailoverActive(unit=unit, group=group))
                if after not in found:
                    found[after] = way
                    queue.append(after)
    found[steps.cold] = ()
    return found


def _rested(steps: PairSteps, number: int, way: tuple[e.Event, ...], event: e.Event) -> tuple[int, tuple[e.Event, ...]]:
    """The state in which the pair comes to rest after an event, and the way there."""
    after = steps.take(number, event)
    if after == number:
        return number, way
    rest, own = steps.settle(after)
    return rest, (*way, event, *own)


def _judgement(found: Found, evidence: Evidence) -> Judgement:
    if found.cost is None or (found.cost.unexplained and not found.is_complete):
        return Judgement.UNDECIDED
    if found.cost.unexplained or evidence.impossible:
        return Judgement.CONTRADICTORY
    return Judgement.EXPLAINED


# -- where nothing explains --------------------------------------------------------------------------------


def _stuck(question: Matching, found: Found, explanations: tuple[Explanation, ...]) -> Iterator[Note]:
    """The lines that no run prints, or those at which the furthest runs of a search that ended stand."""
    if found.cost is not None and not found.cost.unexplained:
        return
    left = {id(each): each for explanation in explanations for each in explanation.unexplained}
    for node in () if left else found.frontier[:1]:
        for index, track in enumerate(question.tracks):
            if node[1][index] < len(track.seen):
                each = track.seen[node[1][index]]
                left[id(each)] = each
    for each in sorted(left.values(), key=lambda each: (each.source, each.line)):
        allowed = tuple(sorted(str(token) for token in question.printable(each, _before(question, found, each))))
        what = "no run of the pair prints this line here" if found.cost is not None else "the search came this far"
        yield Note(place=each.place, what=what, allowed=allowed, line=each.text)


def _before(question: Matching, found: Found, seen: Observation) -> list[Node]:
    """Places of runs that explain all before an observation, which is the next of its track."""
    index = next(at for at, track in enumerate(question.tracks) if seen in track.seen)
    place = question.tracks[index].seen.index(seen)
    nodes = (node for node, known in found.known.items() if node[1][index] == place and not known.cost[0])
    return list(itertools.islice(nodes, NODES_ASKED))


def _assumed(steps: PairSteps, evidence: Evidence, explanations: tuple[Explanation, ...]) -> Iterator[str]:
    yield "start: a healthy pair, whichever unit is active, or both units off; faults before the evidence count too"
    for number in dict.fromkeys(each.start for each in explanations):
        state = steps.states[number]
        words = []
        for unit in Unit:
            roles = (state_word(state.unit(unit), index) for index in range(len(state.primary.groups)))
            words.append(f"{unit.value} {' + '.join(roles)}")
        yield f"here: {', '.join(words)}"
    yield f"faults and repairs: {', '.join(steps.environment.faults)}; commands: {', '.join(_OPERATOR)}"
    yield "order is that of each unit's own lines; messages about interfaces may come later than their cause"
    for track in evidence.tracks:
        if track.kind is Kind.LOG:
            level = max(MESSAGES[number].severity for number in track.numbers)
            yield f"the {track.unit.value}'s log goes up to level {level}, as its lines show"
    if len({track.unit for track in evidence.tracks}) == 1 and evidence.tracks:
        unit = evidence.tracks[0].unit
        yield f"nothing is known of the {unit.peer.value} but what the {unit.value} saw"
