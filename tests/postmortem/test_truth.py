"""Runs whose truth is known are explained, never dearer than they were; all sets that are as small are found."""

from __future__ import annotations

import itertools
import random

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.evidence import Evidence, Track
from failover_fsm.postmortem.explain import explain
from failover_fsm.postmortem.explanations import explanations_of
from failover_fsm.postmortem.hasty import HASTES, Hasty
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Matching
from failover_fsm.postmortem.steps import Move, PairSteps
from failover_fsm.postmortem.tokens import Token
from tests.patience import PATIENT
from tests.postmortem.truth import GROUPS, ONE, numbers_up_to, random_truth, searched, steps_of, tracks_of


def judge(steps: PairSteps, seed: int, most_events: int, *, nodes: int | None = None) -> bool:
    """One run with this seed: explained at no more than it cost, and its set found where that is smallest.

    Returns:
        Whether the search came to its end within so many nodes.
    """
    truth = random_truth(steps, random.Random(seed), most_events)
    found = searched(steps, truth.tracks, truth.cost.outside, nodes=nodes)
    if found.is_stopped:
        assert found.cost is None or found.cost <= truth.cost
        assert found.least.outside <= truth.cost.outside
        return False
    assert found.cost is not None and found.cost <= truth.cost, f"seed {seed}: {truth.events}"
    explanations, is_all = explanations_of(Matching(steps, truth.tracks), found, 500)
    assert is_all
    for each in explanations:
        seen = sum(len(step.seen[0]) + len(step.seen[1]) for step in each.steps)
        lost = sum(len(step.lost[0]) + len(step.lost[1]) for step in each.steps)
        assert seen == sum(len(track.seen) for track in truth.tracks)
        assert (len(each.events), lost) == (found.cost.outside, found.cost.lost), f"seed {seed}: {each.set}"
    if found.cost == truth.cost:
        assert truth.events in {each.set for each in explanations}, f"seed {seed}: {truth.events}"
    return True


@pytest.mark.slow
@pytest.mark.parametrize("block", range(19))
def test_the_truth_of_an_active_standby_pair(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        assert judge(steps_of(ONE), seed, 4 if block % 2 else 2)


@pytest.mark.slow
def test_the_truth_of_an_active_active_pair() -> None:
    for seed in range(10):
        assert judge(steps_of(GROUPS), seed, 1 + seed % 2)


@pytest.mark.skipif(not PATIENT, reason="an hour; set FAILOVER_FSM_LONG_TESTS=1 to run it")
@pytest.mark.parametrize("text", [ONE, GROUPS])
def test_ten_thousand_truths(text: str) -> None:
    """Those that are not decided within so many nodes are few, and nearly all of them of the Active/Active pair."""
    undecided = 0
    for seed in range(5000):
        if seed % 1000 == 0:
            steps_of.cache_clear()  # or the states of all runs are kept
        steps = steps_of(text, ("power", "failover-link", "ports", "traffic", "paths"))
        undecided += not judge(steps, 10_000 + seed, 4, nodes=20_000)
    print(f"{undecided} of 5,000 undecided")
    assert undecided <= (500 if text is GROUPS else 10)


Both = tuple[tuple[Token, ...], tuple[Token, ...]]
"""What each unit prints, the primary first."""


# -- an enumeration that knows nothing of searches -------------------------------------------------------


def every_run(steps: PairSteps, start: int, events: int) -> dict[Both, set[tuple[str, ...]]]:
    """What all runs of so many events print, by brute force, each with the sets of events that print it."""
    found: dict[Both, set[tuple[str, ...]]] = {}
    queue: list[tuple[int, Both, tuple[str, ...], int]] = [(start, ((), ()), (), 0)]
    seen = set(queue)
    for number, printed, names, count in queue:
        found.setdefault(printed, set()).add(tuple(sorted(names)))
        for move in (*steps.own(number), *(steps.outside(number) if count < events else ())):
            after = _after(move, printed, names, count)
            if not move.is_idle and after not in seen:
                seen.add(after)
                queue.append(after)
    return found


def _after(move: Move, printed: Both, names: tuple[str, ...], count: int) -> tuple[int, Both, tuple[str, ...], int]:
    both = [(*printed[side], *(token for token in move.logs[side] if token.number in WANTED)) for side in (0, 1)]
    name = (str(move.event),) if move.is_outside else ()
    return move.after, (both[0], both[1]), tuple(sorted((*names, *name))), count + move.is_outside


WANTED = frozenset({103001, 104001, 104002, 104003, 104004, 105043})


def is_within(part: tuple[Token, ...], whole: tuple[Token, ...]) -> bool:
    """The lines stand in the run's in their order."""
    rest = iter(whole)
    return all(token in rest for token in part)


@pytest.mark.parametrize("events", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_all_sets_are_those_of_a_plain_enumeration(events: int) -> None:
    steps = steps_of(ONE)
    start = next(iter(starts_of(steps)))
    runs = every_run(steps, start, events)
    dice = random.Random(events)
    for printed in dice.sample(sorted(runs, key=repr), min(25, len(runs))):
        kept = tuple(tuple(t for t in lines if dice.random() > 0.3) for lines in printed)
        best: dict[Cost, set[tuple[str, ...]]] = {}
        for other, sets in runs.items():
            if all(is_within(kept[side], other[side]) for side in (0, 1)):
                lost = sum(len(other[side]) - len(kept[side]) for side in (0, 1))
                for names in sets:
                    best.setdefault(Cost(0, len(names), lost), set()).add(names)
        wanted = min(best)
        tracks = tracks_of({unit: list(lines) for unit, lines in zip(Unit, kept, strict=True)}, WANTED)
        found = searched(steps, tracks, events, start=start)
        assert found.cost == wanted
        assert {each.set for each in explanations_of(Matching(steps, tracks), found, 10_000)[0]} == best[wanted]


def test_a_genuine_line_is_never_dropped_to_spare_events() -> None:
    """Costs are lexicographic: many faults and lost lines are cheaper than one line left out."""
    steps = steps_of(ONE)
    for seed in itertools.count():
        truth = random_truth(steps, random.Random(seed), 4)
        lines = [each for track in truth.tracks for each in track.seen if each.token.number == 104001]
        if truth.cost.outside >= 3 and lines:
            break
    alone: list[Track] = list(tracks_of({unit: [] for unit in Unit}, numbers_up_to(1)))
    mine = tracks_of({unit: [each.token for each in lines if each.unit is unit] for unit in Unit}, numbers_up_to(1))
    found = searched(steps, mine, 6)
    assert len(alone) == len(mine) and found.cost is not None and found.cost.unexplained == 0


def test_a_whole_answer_costs_what_the_best_search_finds() -> None:
    """`explain` looks for any good run first and for the best one then; nothing is lost by that."""
    steps, config = steps_of(ONE), PairConfig.from_asa(ONE)
    for seed in range(5):
        truth = random_truth(steps, random.Random(seed), 3)
        answer = explain(config, Evidence(tracks=truth.tracks), steps=steps)
        assert answer.is_smallest and answer.cost == searched(steps, truth.tracks, truth.cost.outside).cost


def test_a_long_log_is_explained_in_haste() -> None:
    """Two hundred lines of switches that were commanded: as many events as there were, and no line lost."""
    steps = steps_of(ONE)
    at, dice = next(iter(starts_of(steps))), random.Random(1)
    kept: dict[Unit, list[Token]] = {unit: [] for unit in Unit}
    events = 0
    numbers = numbers_up_to(4)
    while sum(map(len, kept.values())) < 200:
        moves = [move for move in steps.outside(at) if isinstance(move.event, e.FailoverActive) and not move.is_idle]
        move: Move | None = dice.choice(moves)
        events += 1
        while move is not None:
            at = move.after
            for side, unit in enumerate(Unit):
                kept[unit] += [token for token in move.logs[side] if token.number in numbers]
            move = next(iter(steps.own(at)), None)
    tracks = tracks_of(kept, numbers)
    landmarks = Landmarks(steps.settings, tracks)
    found = Hasty(
        Matching(steps, tracks), landmarks, starts_of(steps), haste=HASTES[0], patience=20_000, check=lambda _: None
    ).run()
    assert found.cost == Cost(0, events, 0)
