"""What happened to a pair: the question, and its answer.

answer = explain(config, read_evidence(sources, config, settings))
for explanation in answer.explanations:
    print(explanation.events)
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.beginnings import OPERATOR, environment_for, starts_of
from failover_fsm.postmortem.clocks import ClockBounds, Late, Pairing, clock_bounds
from failover_fsm.postmortem.evidence import Evidence, Kind, Note, Observation
from failover_fsm.postmortem.explanations import Explanation, shared_events, telling_lines
from failover_fsm.postmortem.matching import Cost, Matching, Node
from failover_fsm.postmortem.search import Found
from failover_fsm.postmortem.searches import Asked, Result, searched
from failover_fsm.postmortem.steps import PairSteps
from failover_fsm.postmortem.timely import in_time, late_of, slow_of
from failover_fsm.postmortem.tokens import ENTRY
from failover_fsm.templates.messages.table import MESSAGES
from failover_fsm.text.words import state_word
from failover_fsm.timing.times import Times

__all__ = ["LIMIT", "Answer", "Judgement", "explain"]

NODES_ASKED = 200
"""So many places are asked what the pair could have printed there."""

LIMIT = 20
"""So many smallest sets are listed unless told otherwise."""

_TIMES_ASSUMED = (
    "times: the clocks differ as the switches show that both units logged, and do not drift",
    "times: a unit takes a step that is due within its time, or a second of stamps and one of a switch later",
    "times: a unit gives its peer up no sooner than a hold time, less a poll time, after it could hear it last",
)


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
        late: For each explanation, the first line that comes later than times allow, or earlier; None without. With
            `timed` only one that may be so, as messages about interfaces may come long after their cause.
        contradiction: With `timed`, two lines whose times contradict what explains the evidence without times, where
            nothing that explains as much fits them.
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
    late: tuple[Late | None, ...] = ()
    contradiction: Late | Pairing | None = None
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
        timed: Hold to hold times, and to the order that the times of both logs give once the clocks are known.
    """
    steps = steps or _steps_of(config, evidence, options)
    starts = starts_of(steps)
    asked = Asked(steps, evidence, starts, most, check or (lambda _nodes: None), limit)
    times = Times.of(config, options)
    if not timed:
        answer = _answer(asked, searched(asked))
        return attrs.evolve(answer, late=tuple(late_of(asked, times, answer.explanations)))
    result, contradiction = in_time(asked, times)
    answer = _answer(asked, result)
    late = tuple(slow_of(asked, times, answer.explanations))
    return attrs.evolve(answer, late=late, contradiction=contradiction, assumed=(*answer.assumed, *_TIMES_ASSUMED))


def _answer(asked: Asked, result: Result) -> Answer:
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
    yield f"faults and repairs: {', '.join(steps.environment.faults)}; commands: {', '.join(OPERATOR)}"
    yield "order is that of each unit's own lines; messages about interfaces may come later than their cause"
    for track in evidence.tracks:
        if track.kind is Kind.LOG:
            level = max(MESSAGES[number].severity for number in track.numbers)
            own = (each for each in evidence.observations if each.unit is track.unit)
            if level > 1 or any(each.token.number != ENTRY for each in own):
                yield f"the {track.unit.value}'s log goes up to level {level}, as its lines show"
            else:
                yield f"the {track.unit.value} printed nothing of level 1: its log has no line of it"
    if len({track.unit for track in evidence.tracks}) == 1 and evidence.tracks:
        unit = evidence.tracks[0].unit
        yield f"nothing is known of the {unit.peer.value} but what the {unit.value} saw"
