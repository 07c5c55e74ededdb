"""The least numbers of events that evidence needs are never above what runs of the pair take."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from failover_fsm.device.words import peer_state, state_name
from failover_fsm.pair import events as e
from failover_fsm.pair.states import PortState, State, Unit
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.deadlines import NO_CLOCK
from failover_fsm.postmortem.evidence import Snapshot
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Matching
from failover_fsm.postmortem.steps import Move, PairSteps, Sort
from failover_fsm.postmortem.tokens import Token
from tests.patience import PATIENT
from tests.postmortem.truth import GROUPS, ONE, numbers_up_to, steps_of, tracks_of

OPERATOR = ("failover-active", "reset", "disable", "write-standby", "reload")
EVERY = ("power", "failover-link", "ports", "traffic", "paths")
TEXTS = {"one interface": ONE, "policy 2": Path("models/policy-2.cfg").read_text(), "groups": GROUPS}


def edges(steps: PairSteps, most: int | None) -> Iterator[Move]:
    """Every step of the first states, breadth first; of all states, for None."""
    queue = list(starts_of(steps))
    seen = set(queue)
    for place, number in enumerate(queue):  # which grows meanwhile
        if place == most:
            return
        for move in (*steps.own(number), *steps.outside(number)):
            yield move
            if move.after not in seen:
                seen.add(move.after)
                queue.append(move.after)


def alone(token: Token, side: int) -> dict[Unit, list[Token]]:
    """The logs of two units, one of which has one line."""
    return {unit: [token] if at == side else [] for at, unit in enumerate(Unit)}


@pytest.mark.parametrize("name", TEXTS)
def test_no_step_prints_a_line_that_needs_more_events_than_the_step_is(name: str) -> None:
    steps = steps_of(TEXTS[name], EVERY, OPERATOR)
    known: dict[tuple[int, Token], Landmarks] = {}
    needed = 0
    for move in edges(steps, None if PATIENT else 120):
        before, after = steps.states[move.before], steps.states[move.after]
        assert move.is_outside or before.interfaces == after.interfaces
        assert sum(token.number == 111008 for side in move.logs for token in side) <= move.is_outside
        for side in (0, 1):
            for token in move.logs[side]:
                if (side, token) not in known:
                    tracks = tracks_of(alone(token, side), numbers_up_to(7))
                    known[side, token] = Landmarks(steps.settings, tracks)
                least = known[side, token].least((0,) * 4, before)
                assert least <= move.is_outside, f"{move.event}: {token}"
                needed += least
    assert needed > 50


def test_every_event_brings_a_line_nearer_by_one_at_most() -> None:
    """For each line and each condition of the ports: a step never spares more events than it is."""
    steps = steps_of(ONE, EVERY, OPERATOR)
    moves = list(edges(steps, 120))
    lines = {(side, token) for move in moves for side in (0, 1) for token in move.logs[side]}
    checked = 0
    for side, token in sorted(lines, key=repr):
        landmarks = Landmarks(steps.settings, tracks_of(alone(token, side), numbers_up_to(7)))
        for move in moves:
            before, after = (landmarks.least((0,) * 4, steps.states[at]) for at in (move.before, move.after))
            assert before <= move.is_outside + after, f"{move.event}: {token}"
            checked += before > after
    assert checked > 50


@pytest.mark.parametrize("name", TEXTS)
def test_every_event_brings_a_switch_nearer_by_one_at_most(name: str) -> None:
    """Also where its reason, or silence, asks for a fault of the ports, of the link or of the peer."""
    steps = steps_of(TEXTS[name], EVERY, OPERATOR)
    moves = list(edges(steps, None if PATIENT else 120))
    printed = {(side, token): move for move in moves for side in (0, 1) for token in move.logs[side]}
    needed = 0
    for side, token in sorted((key for key in printed if key[1].number in (103001, 104001, 104002)), key=repr):
        landmarks = Landmarks(steps.settings, tracks_of(alone(token, side), numbers_up_to(7)))
        for move in moves:
            before, after = (landmarks.least((0,) * 4, steps.states[at]) for at in (move.before, move.after))
            assert before <= move.is_outside + after, f"{move.event}: {token}"
            assert not (before > move.is_outside and token in move.logs[side]), f"{move.event}: {token}"
            needed += before
    assert needed > 1000


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


@pytest.mark.parametrize("name", TEXTS)
def test_random_runs_never_need_fewer_events_than_their_lines_ask_for(name: str) -> None:
    steps, dice = steps_of(TEXTS[name], EVERY, OPERATOR), random.Random(3)
    asked = 0
    for _ in range(400 if PATIENT else 25):
        moves = a_run(steps, dice, 5)
        kept = {unit: [t for move in moves for t in move.logs[side]] for side, unit in enumerate(Unit)}
        kept = {unit: [token for token in tokens if dice.random() > 0.2] for unit, tokens in kept.items()}
        tracks = tracks_of(kept, numbers_up_to(7))
        landmarks = Landmarks(steps.settings, tracks)
        least = landmarks.least((0,) * 4, steps.states[moves[0].before])
        assert least <= sum(move.is_outside for move in moves)
        asked += least
    assert asked > 25


@pytest.mark.parametrize("name", TEXTS)
def test_an_event_that_is_not_helpful_leaves_as_much_to_come(name: str) -> None:
    """Of the rest of random runs, wherever the pair is: what a search puts off would bring nothing nearer."""
    steps, dice = steps_of(TEXTS[name], EVERY, OPERATOR), random.Random(5)
    numbers = [move.before for move in edges(steps, 120)]
    put_off = 0
    for _ in range(200 if PATIENT else 15):
        moves = a_run(steps, dice, 5)
        kept = {unit: [t for move in moves for t in move.logs[side]] for side, unit in enumerate(Unit)}
        tracks = tracks_of({unit: tokens[dice.randint(0, 3) :] for unit, tokens in kept.items()}, numbers_up_to(7))
        matching, landmarks = Matching(steps, tracks), Landmarks(steps.settings, tracks)
        for number in dice.sample(numbers, 40):
            least = landmarks.least(matching.begin, steps.states[number])
            helpful = landmarks.helpful(matching.begin, steps.states[number])
            for move in steps.outside(number, [sort for sort in Sort if sort not in helpful]) if least else ():
                for (after, cursors, _), _ in matching.after((number, matching.begin, NO_CLOCK), move):
                    assert landmarks.least(cursors, steps.states[after]) >= least, f"{move.event}"
                    put_off += 1
    assert put_off > 1000


def test_each_loss_of_contact_is_an_event() -> None:
    """The secondary loses its contact three times: where the link does not fall, the primary stops each time."""
    steps = steps_of(ONE, EVERY, OPERATOR)
    start = steps.states[next(iter(starts_of(steps)))]
    lost, made, fell = (Token(number=number) for number in (105043, 105042, 105032))
    for lines, needed in (([lost, made, lost, made, lost], 3), ([fell, lost, made, fell, lost], 3), ([made, lost], 1)):
        tracks = tracks_of({Unit.PRIMARY: [], Unit.SECONDARY: lines}, numbers_up_to(1))
        assert Landmarks(steps.settings, tracks).least((0,) * 4, start) == needed
    both = tracks_of({unit: [lost, made, lost] for unit in Unit}, numbers_up_to(1))
    assert Landmarks(steps.settings, both).least((0,) * 4, start) == 3


def views(state: State) -> tuple[Snapshot, ...]:
    """What both units show of both."""
    found = []
    for unit in Unit:
        own, peer = state.unit(unit), state.unit(unit.peer)
        mine = tuple((at, (state_name(own, at) or "").lower()) for at in range(len(own.groups)))
        theirs = tuple((at, peer_state(own, peer, at).lower()) for at in range(len(own.groups)))
        found.append(Snapshot(source="", seen_by=unit, about=unit, words=mine))
        found.append(Snapshot(source="", seen_by=unit, about=unit.peer, words=theirs))
    return tuple(found)


@pytest.mark.parametrize(
    ("faults", "operator", "silenced"),
    [(EVERY, OPERATOR, 0), (("failover-link", "ports", "paths"), ("failover-active", "reset"), 5)],
)
def test_what_units_show_at_rest_needs_no_event_any_more(
    faults: tuple[str, ...], operator: tuple[str, ...], silenced: int
) -> None:
    steps = steps_of(ONE, faults, operator)
    healthy = steps.states[next(iter(starts_of(steps)))]
    deaf = 0
    for move in edges(steps, None if PATIENT else 1500 if silenced else 250):
        state = steps.states[move.before]
        if all(state.unit(unit).powered for unit in Unit) and steps.settled(move.before):
            landmarks = Landmarks(steps.settings, (), views(state))
            assert landmarks.least((), state) == 0, f"before {move.event}"
            deaf += landmarks.least((), healthy) > 0
    assert deaf >= silenced


def test_reasons_of_switches_need_faults() -> None:
    """The primary gives up for its interfaces, and the secondary does not hear it: two faults, whatever else."""
    steps = steps_of(ONE, EVERY, OPERATOR)
    start = next(iter(starts_of(steps)))
    gives = Token(number=104002, says="interface check, mate is healthier")
    unheard = Token(number=104001, says="hello not heard from mate")
    landmarks = Landmarks(
        steps.settings, tracks_of({Unit.PRIMARY: [gives], Unit.SECONDARY: [unheard]}, numbers_up_to(1))
    )
    down = steps.take(start, e.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="inside"))
    dead = steps.take(down, e.UnitFailed(unit=Unit.PRIMARY))
    least = [landmarks.least((0,) * 4, steps.states[number]) for number in (start, down, dead)]
    assert least == [2, 1, 0]


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
