"""The explanations that a search has found: every different set of outside events, each with one run that shows it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Kind, Observation, Track
from failover_fsm.postmortem.matching import Cursors, Matching, Node, Skip
from failover_fsm.postmortem.search import Found
from failover_fsm.postmortem.steps import Move
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, ENTRY, SWITCHES, same_reason, token_of_output
from failover_fsm.text.story import RecordedStep

__all__ = ["UNITS", "Explanation", "StoryStep", "explanations_of", "shared_events", "telling_lines"]

UNITS = (Unit.PRIMARY, Unit.SECONDARY)
_BY_COMMAND = same_reason("Set by the config command")
_PEERS = (103002, 103003)
"""What a unit prints of an interface of its peer, as the peer says."""
PLACES = 200_000
"""The most combinations of node and events that are looked at to tell the sets apart."""


@attrs.frozen(kw_only=True, eq=False)
class StoryStep:
    """One step of a run with the evidence beside it.

    Attributes:
        step: The step.
        seen: The observations of each unit that it explains, those of the primary first.
        lost: The messages of each unit that it prints and the evidence lacks.
        lines: Both in the order in which the step prints them, the text of each one that is lost; entries of histories
            come last.
        printed: Every message that a unit prints, whether or not there is a log that would have it.
    """

    step: RecordedStep
    seen: tuple[tuple[Observation, ...], tuple[Observation, ...]]
    lost: tuple[tuple[str, ...], tuple[str, ...]]
    lines: tuple[tuple[Observation | str, ...], tuple[Observation | str, ...]]
    printed: tuple[tuple[SystemLog, ...], tuple[SystemLog, ...]]

    @property
    def event(self) -> e.Event:
        """What happens."""
        return self.step.event

    @property
    def is_outside(self) -> bool:
        """A fault, a repair or a command."""
        return not isinstance(self.event, e.ProtocolStep)

    @property
    def is_told(self) -> bool:
        """A line says that this happened, not only what came of it: a command, or the link of the interface."""
        return any(_tells(each, self.event) for each in (*self.seen[0], *self.seen[1]))


def _tells(line: Observation, event: e.Event) -> bool:
    """A line that a step prints names its event, so that no other event could have brought it about."""
    token, unit = line.token, event.unit if isinstance(event, e.AtUnit) else None
    is_role = token.number in (*SWITCHES, ENTRY)
    if isinstance(event, e.Command):
        is_command = token.number in COMMANDS_LOGGED or (is_role and token.says == _BY_COMMAND)
        return line.unit is unit and is_command
    if is_role:
        return False  # says what the unit does, not what is broken
    if isinstance(event, e.AtInterface | e.AtPort) and unit not in (None, line.unit):
        return token.number in _PEERS
    is_of_it = not isinstance(event, e.AtInterface) or token.interface == event.interface.lower()
    return unit in (None, line.unit) and is_of_it


@attrs.frozen(kw_only=True, eq=False)
class Explanation:
    """One smallest set of outside events, and a run that shows it.

    Attributes:
        events: The outside events, in the order of the run.
        start: The number of the state in which the run begins.
        steps: The run.
        unexplained: The observations that it leaves out.
    """

    events: tuple[e.Event, ...]
    start: int
    steps: tuple[StoryStep, ...]
    unexplained: tuple[Observation, ...] = ()

    @property
    def set(self) -> tuple[str, ...]:
        """The events as a set in which one can be twice, in a fixed order."""
        return tuple(sorted(map(str, self.events)))


def explanations_of(question: Matching, found: Found, limit: int) -> tuple[tuple[Explanation, ...], bool]:
    """The different sets of outside events among the best runs, and whether these are all of them.

    Args:
        question: The evidence beside the pair.
        found: What it found.
        limit: The most sets.
    """
    runs, is_all = _runs(found, limit)
    made = (_explanation(question, run) for run in runs)
    return tuple(sorted(made, key=lambda each: each.set)), is_all


# -- the ways back from the goals ------------------------------------------------------------------------

Run = tuple[Node, tuple[tuple["Move | Skip", Node], ...]]
"""The place where it begins, and its steps, each with the place to which it leads."""


def _runs(found: Found, limit: int) -> tuple[list[Run], bool]:
    """One run for each set of outside events, walking back from the goals."""
    runs: list[Run] = []
    queue: list[tuple[Node, tuple[str, ...], object]] = [(goal, (), None) for goal in found.goals]
    seen: set[tuple[Node, tuple[str, ...]]] = {(goal, ()) for goal in found.goals}
    known = found.known
    ends: set[tuple[str, ...]] = set()
    at = 0
    while at < len(queue):
        node, events, tail = queue[at]
        at += 1
        if known[node].is_start and events not in ends:
            if len(runs) == limit:
                return runs, False
            ends.add(events)
            runs.append((node, tuple(_listed(tail))))
        for before, move in known[node].ways:
            more = events
            if isinstance(move, Move) and move.is_outside:
                more = tuple(sorted((*events, str(move.event))))
            if (before, more) not in seen:
                if len(seen) > PLACES:
                    return runs, False
                seen.add((before, more))
                queue.append((before, more, ((move, node), tail)))
    return runs, True


def _listed(tail: Any) -> Iterator[tuple[Move | Skip, Node]]:
    while tail is not None:
        step, tail = tail
        yield step


# -- a run with its evidence -------------------------------------------------------------------------------


def _explanation(question: Matching, run: Run) -> Explanation:
    here, moves = run
    steps: list[StoryStep] = []
    skipped: list[Observation] = []
    for move, after in moves:
        if isinstance(move, Skip):
            skipped.append(question.tracks[move.track].seen[move.index])
        else:
            steps.append(_told(question, move, here[1], after[1]))
        here = after
    events = tuple(step.event for step in steps if step.is_outside)
    return Explanation(events=events, start=run[0][0], steps=tuple(steps), unexplained=tuple(skipped))


def _told(question: Matching, move: Move, before: Cursors, after: Cursors) -> StoryStep:
    """The step with the observations that it uses up."""
    record = question.steps.record(move)
    used = [
        (track, list(track.seen[start:end])) for track, start, end in zip(question.tracks, before, after, strict=True)
    ]
    sides = [
        (
            tuple(each for each in record.outputs if isinstance(each, SystemLog) and each.unit is unit),
            [each for each in used if each[0].unit is unit],
        )
        for unit in UNITS
    ]
    lines = [tuple(_lines(printed, tracks)) for printed, tracks in sides]
    seen = [tuple(_in_order(each for each in found if isinstance(each, Observation))) for found in lines]
    lost = [tuple(each for each in found if isinstance(each, str)) for found in lines]
    return StoryStep(
        step=record,
        seen=(seen[0], seen[1]),
        lost=(lost[0], lost[1]),
        lines=(lines[0], lines[1]),
        printed=(sides[0][0], sides[1][0]),
    )


def _lines(
    printed: Sequence[SystemLog], used: Sequence[tuple[Track, Sequence[Observation]]]
) -> Iterator[Observation | str]:
    """What a unit prints in a step that its logs have or should have, and the entries of its histories."""
    logs = [(track, deque(seen)) for track, seen in used if track.kind is not Kind.HISTORY]
    for log in printed:
        token = token_of_output(log)
        for track, left in logs:
            if track.takes(token):
                is_seen = bool(left) and left[0].token.matches(token)
                yield left.popleft() if is_seen else f"{log.number} {log.text}"
    for _, left in logs:
        yield from left
    for track, seen in used:
        yield from seen if track.kind is Kind.HISTORY else ()


def _in_order(seen: Iterable[Observation]) -> list[Observation]:
    return sorted(seen, key=lambda each: (each.source, each.line))


# -- what explanations share, and what tells them apart --------------------------------------------------


def shared_events(explanations: tuple[Explanation, ...]) -> tuple[str, ...]:
    """The events that are in every explanation."""
    if not explanations:
        return ()
    common = Counter(explanations[0].set)
    for each in explanations[1:]:
        common &= Counter(each.set)
    return tuple(sorted(common.elements()))


def telling_lines(explanations: tuple[Explanation, ...], most: int = 3) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Lines that some explanations print and others do not, those that part them most evenly first.

    Returns:
        The lines, each with the numbers from 1 of the explanations whose runs print it.
    """
    by_line: dict[str, dict[int, None]] = {}
    for number, each in enumerate(explanations, start=1):
        for step in each.steps:
            for side, unit in enumerate(UNITS):
                for log in step.printed[side]:
                    by_line.setdefault(f"the {unit.value}: {log}", {})[number] = None
    half = len(explanations) / 2
    parting = [(line, tuple(who)) for line, who in by_line.items() if len(who) < len(explanations)]
    parting.sort(key=lambda item: (abs(len(item[1]) - half), item[0]))
    chosen: dict[tuple[int, ...], str] = {}
    for line, who in parting:
        chosen.setdefault(who, line)
    return tuple((line, who) for who, line in chosen.items())[:most]
