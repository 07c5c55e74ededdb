"""Limits hold from the first instruction: while rules are learned, within a level, and to the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.reference import COUNTS, Reference
from failover_fsm.checker import Checker, Property, Verdict, always, can_recover, converges, leads_to
from failover_fsm.checker.bitset.images import ImageOperator
from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.compiled import Checkpoint, CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule

POWERED = always("off", lambda state: not state.units[0].power)
TRUE = always("true", lambda state: True)


class Clock:
    """A clock that stands still until a rule has been run so many times."""

    def __init__(self, runs: int) -> None:
        self.runs, self.now = runs, 0.0

    def __call__(self) -> float:
        return self.now

    def model(self, k: int) -> Reference:
        """The reference model, whose rules move this clock."""

        def counted(function: Callable[[Any], object]) -> Callable[[Any], object]:
            def run(draft: Any) -> object:
                self.runs -= 1
                if self.runs <= 0:
                    self.now += 1.0
                return function(draft)

            return run

        model = Reference(k)
        model.rules = tuple(Rule(rule.event, counted(rule.function), rule.stutters) for rule in model.rules)
        return model


def test_a_watchdog_ends_the_learning_of_rules() -> None:
    clock = Clock(10)
    watchdog = Watchdog(Limits(time_limit=1.0, clock=clock))
    with pytest.raises(LimitReached) as caught:
        CompiledChecker(clock.model(0), watchdog=watchdog)
    assert caught.value.limit == "time_limit of 1.0 seconds"
    assert clock.now < 3.0, "it ends at the next run of a rule"


@pytest.mark.parametrize("share", [0.02, 0.1, 0.2])
def test_time_that_runs_out_while_a_level_learns_ends_the_search(share: float) -> None:
    before = Clock(1 << 40)
    checker = CompiledChecker(before.model(1), budget=0)
    learned = before.runs
    whole = checker.verify(TRUE).levels
    clock = Clock((1 << 40) - learned + int(share * (learned - before.runs)))
    result = CompiledChecker(clock.model(1), budget=0).verify(TRUE, time_limit=1.0, clock=clock)
    assert result.limit == "time_limit of 1.0 seconds" and not result.complete and not result.interrupted
    assert result.finding("true").verdict is Verdict.UNDECIDED
    assert result.levels == whole[: len(result.levels)]


@pytest.mark.parametrize(
    "claim",
    [
        leads_to("p", lambda state: state.timers[0].armed, lambda state: not state.timers[0].armed),
        can_recover("p", lambda state: state.units[0].power),
        converges("p", within=lambda event: not event.startswith("power")),
    ],
)
def test_time_that_runs_out_while_a_property_is_judged_leaves_it_undecided(
    claim: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, preimage = [0.0], ImageOperator.preimage

    def slow(operator: ImageOperator, *rows: Any) -> Any:
        now[0] += 1.0
        return preimage(operator, *rows)

    monkeypatch.setattr(ImageOperator, "preimage", slow)
    for limit, wanted in ((1.0, Verdict.UNDECIDED), (1000.0, None)):
        now[0] = 0.0
        result = CompiledChecker(Reference(0)).verify(claim, time_limit=limit, clock=lambda: now[0])
        assert (result.finding("p").verdict is Verdict.UNDECIDED) is (wanted is Verdict.UNDECIDED)
        assert (result.limit == "time_limit of 1.0 seconds") is (wanted is Verdict.UNDECIDED)
        assert result.states == COUNTS[0][0] and (wanted is None or now[0] <= 2.0)


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 2, 7, 100, 1000, COUNTS[0][0] - 1])
@pytest.mark.parametrize("rest_bits", [0, 12])
def test_a_search_stops_at_the_largest_number_of_states(most: int, rest_bits: int) -> None:
    result = CompiledChecker(Reference(0), rest_bits=rest_bits).verify(TRUE, POWERED, max_states=most)
    plain = Checker(PlainModel(Reference(0))).verify(TRUE, max_states=most)
    assert (result.states, result.levels) == (plain.states, plain.levels) == (most, result.levels)
    assert result.limit == plain.limit == f"max_states of {most} states" and not result.complete
    assert result.finding("true").verdict is Verdict.UNDECIDED
    whole = CompiledChecker(Reference(0)).verify().levels
    assert result.levels[:-1] == whole[: len(result.levels) - 1]


@pytest.mark.slow
def test_a_violation_in_the_states_that_fit_is_found() -> None:
    """Every stored state is judged, those of a level that does not fit included."""
    levels = CompiledChecker(Reference(0)).verify().levels
    found = [
        CompiledChecker(Reference(0)).verify(POWERED, max_states=most).finding("off").verdict
        for most in range(1, sum(levels[:2]) + 1)
    ]
    assert found[0] is Verdict.UNDECIDED and found[-1] is Verdict.VIOLATED


@pytest.mark.slow
def test_a_level_that_was_cut_is_not_in_the_checkpoint() -> None:
    """Its states would be missing for ever: the transitions into them are not taken again."""

    class Kept:
        last: Checkpoint

        def save(self, checkpoint: Checkpoint, /) -> None:
            self.last = checkpoint

    whole = CompiledChecker(Reference(0)).verify(TRUE)
    store = Kept()
    for most in (100, 1000, 5000):
        CompiledChecker(Reference(0)).verify(TRUE, max_states=most, store=store, clock=lambda: 0.0)
        assert store.last.states <= most
        assert CompiledChecker(Reference(0)).verify(TRUE, resume=store.last) == whole


@pytest.mark.parametrize("place", ["expand", "advance", "transitions"])
def test_memory_that_is_refused_ends_undecided(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = getattr(ReachableSet, place), [0]

    def refused(*args: Any) -> Any:
        calls[0] += 1
        if calls[0] == (1 if place == "transitions" else 6):
            raise MemoryError
        return original(*args)

    monkeypatch.setattr(ReachableSet, place, refused)
    result = CompiledChecker(Reference(0)).verify(TRUE)
    assert result.limit == "memory of this process: no more could be allocated"
    assert result.finding("true").verdict is Verdict.UNDECIDED and not result.complete and not result.interrupted


def test_the_memory_of_the_process_counts_if_it_is_measured() -> None:
    used = [0]

    def grown() -> int:
        used[0] += 1
        return used[0]

    checker = CompiledChecker(Reference(0), budget=0)
    result = checker.begin(TRUE, memory=1 << 30, process_memory=lambda: 1 << 31).finish()
    assert result.limit == f"memory of {1 << 30} bytes" and result.states == 1
    assert CompiledChecker(Reference(0)).begin(TRUE, memory=1 << 30, process_memory=grown).finish().complete


def test_the_plain_search_ends_undecided_too() -> None:
    class Greedy(PlainModel):
        left = 50

        def step(self, state: Any, event: Any, /) -> Any:
            self.left -= 1
            if self.left == 0:
                raise MemoryError
            return super().step(state, event)

    result = Checker(Greedy(Reference(0))).verify(TRUE)
    assert result.limit == "memory of this process: no more could be allocated" and not result.complete


def test_a_model_of_one_state_is_undecided_too_if_time_runs_out_before_the_search() -> None:
    """Its only state is looked at, but nothing holds of a search that did not begin."""
    model = Reference(0)
    model.rules = ()
    claims = (TRUE, POWERED, can_recover("r", lambda state: True), leads_to("l", lambda s: True, lambda s: s.link))
    off = always("on", lambda state: state.units[0].power)
    ticks = iter(range(100))
    result = CompiledChecker(model).verify(*claims, off, time_limit=1, clock=lambda: float(next(ticks)))
    assert result.limit == "time_limit of 1 seconds" and not result.complete
    verdicts = [finding.verdict for finding in result.findings]
    assert verdicts == [Verdict.UNDECIDED] * 4 + [Verdict.VIOLATED]
