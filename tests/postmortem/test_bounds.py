"""The table of events that must lie between two messages is never above what happens in runs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from failover_fsm.commands.bounds_table import explored, needs_event
from failover_fsm.pair import events as e
from failover_fsm.pair.states import PortState, Unit
from failover_fsm.postmortem.bounds import Key, between, is_bounded, key_of
from failover_fsm.postmortem.explain import starts_of
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.steps import Move, PairSteps
from tests.postmortem.truth import ONE, numbers_up_to, steps_of, tracks_of

OPERATOR = ("failover-active", "reset", "disable", "write-standby", "reload")
EVERY = ("power", "failover-link", "ports", "traffic", "paths")


def a_run(steps: PairSteps, dice: random.Random, events: int) -> list[Move]:
    """Random events; sometimes the next one comes before the units are at rest."""
    at, moves = dice.choice(list(starts_of(steps))), []
    for _ in range(events):
        moves.append(dice.choice([move for move in steps.outside(at) if not move.is_idle]))
        at = moves[-1].after
        for _ in range(dice.choice((0, 1, 2, 40, 40))):
            if not (own := steps.own(at)):
                break
            moves.append(dice.choice(own))
            at = moves[-1].after
    return moves


@pytest.mark.slow
def test_runs_never_need_fewer_events_than_the_table_says() -> None:
    dice, checked = random.Random(3), 0
    for text in (ONE, Path("models/policy-2.cfg").read_text()):
        steps = steps_of(text, EVERY, OPERATOR)
        for _ in range(60):
            moves = a_run(steps, dice, 6)
            for side in (0, 1):
                seen: list[tuple[Key, int, int]] = []
                count = 0
                for number, move in enumerate(moves):
                    count += move.is_outside
                    seen += [(key_of(t), count, number) for t in move.logs[side] if is_bounded(t.number)]
                for at, (first, before, number) in enumerate(seen):
                    for then, after, later in seen[at + 1 :]:
                        if later > number:
                            checked += between(first, then)
                            assert after - before >= between(first, then), (first, then)
    assert checked > 200


@pytest.mark.slow
def test_the_table_is_that_of_the_command_as_far_as_a_part_shows() -> None:
    """A part of the graph has fewer ways without an event, so it never says less than the whole."""
    part = needs_event(explored(150))
    assert len(part) > 50
    assert all(between(first, then) <= needed for (first, then), needed in part.items())


def test_landmarks_are_the_events_of_the_ports() -> None:
    steps = steps_of(ONE)
    start = next(iter(starts_of(steps)))
    down = steps.take(start, e.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="inside"))
    move = next(move for move in steps.outside(start) if move.after == down)
    tracks = tracks_of({Unit.PRIMARY: list(move.logs[0]), Unit.SECONDARY: []}, numbers_up_to(1))
    landmarks = Landmarks(steps.settings, tracks)
    before, after = steps.states[start], steps.states[down]
    assert after.interfaces[0].primary is PortState.DOWN
    assert landmarks.least((0,) * len(tracks), before) == 1
    assert landmarks.least((0,) * len(tracks), after) == 0
