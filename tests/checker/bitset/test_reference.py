"""The compiled checker on the reference model of the benchmarks, whose counts several other explorers agree on."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import count
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks.reference import COUNTS, Reference, Role, Via
from failover_fsm.checker import (
    Checker,
    ModelError,
    Result,
    Verdict,
    always,
    always_step,
    can_recover,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.bitset import updates
from failover_fsm.checker.bitset.kernels import kernels
from failover_fsm.checker.bitset.offset_sets import OffsetSets
from failover_fsm.checker.bitset.sparse_keys import KeyTable
from failover_fsm.checker.bitset.updates import BitMove
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.cubes import CubeTable, cubes_of
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.checker.rules.rule_tree import Result as End
from failover_fsm.records.view import RecordView


def counts(result: Result[Any, Any]) -> tuple[int, int, int]:
    """States, transitions, depth."""
    return result.states, result.transitions, result.depth


@pytest.mark.slow
@pytest.mark.parametrize("k", [0, 1, 2, 3, 4])
def test_states_transitions_and_depth_are_exact(k: int) -> None:
    """A cross-check with programs that share no code with ours."""
    assert counts(CompiledChecker(Reference(k)).verify()) == COUNTS[k]


@pytest.mark.slow
@pytest.mark.parametrize(("rest_bits", "word_bits"), [(0, 64), (3, 7), (6, 64), (12, 8)])
def test_counts_do_not_depend_on_the_layout(rest_bits: int, word_bits: int) -> None:
    """States of one word or of many, rows of one bit or of many words."""
    checker = CompiledChecker(Reference(1), rest_bits=rest_bits, word_bits=word_bits)
    assert counts(checker.verify()) == COUNTS[1]


@pytest.mark.parametrize("k", [0, 1, 4])
def test_the_loops_of_numba_count_the_same(k: int) -> None:
    """Loaded from the first level on; rows of one word and of many."""
    if kernels() is None:
        pytest.skip("numba is not installed")
    assert counts(CompiledChecker(Reference(k), patience=0).verify()) == COUNTS[k]


def test_without_numba_nothing_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: a search that would like to have it goes on without."""
    kernels.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    try:
        assert kernels() is None
        assert counts(CompiledChecker(Reference(1), patience=0).verify()) == COUNTS[1]
    finally:
        kernels.cache_clear()


@pytest.mark.slow
def test_rules_learned_along_the_search_give_the_same() -> None:
    """With fewer paths than learning them all takes."""
    all_paths, some = CompiledChecker(Reference(2)), CompiledChecker(Reference(2), budget=0)
    assert counts(some.verify()) == counts(all_paths.verify()) == COUNTS[2]
    calls = [sum(tree.calls for tree in checker.trees) for checker in (all_paths, some)]
    assert calls[1] < calls[0]


@pytest.mark.slow
def test_the_plain_checker_agrees_on_everything() -> None:
    """Levels, verdicts, counterexamples, digest."""
    claims = (
        always("one active", lambda s: not all(unit.groups[0].role is Role.ACT for unit in s.units)),
        always("armed", lambda s: not s.timers[1].armed or s.units[1].groups[1].role is not Role.FAIL),
        always_step("no step back", lambda before, event, after: before.units[0].ready or not after.units[0].ready),
        sometimes("data only", lambda s: all(unit.via is Via.DATA for unit in s.units)),
    )
    compiled = CompiledChecker(Reference(0)).verify(*claims)
    plain = Checker(PlainModel(Reference(0))).verify(*claims)
    assert compiled == plain
    assert compiled.finding("one active").trace[:2] == ("power_on(0)", "power_on(1)")


def test_cubes_explore_the_same_states() -> None:
    """Sorted merges of packed states, the plainest engine there is, as a third opinion."""
    checker = CompiledChecker(Reference(1))
    table = CubeTable.of(list(cubes_of(checker.trees)), checker.packing)
    frontier = np.array([checker.packing.pack_codes(codes) for codes in checker.initial], dtype=np.uint64)
    seen, transitions, levels = frontier, 0, 0
    while len(frontier):
        levels += 1
        after = table.successors(frontier)
        transitions += len(after)
        frontier = np.setdiff1d(after[:, 0], seen[:, 0])[:, None]
        seen = np.concatenate([seen, frontier])
    assert (len(seen), transitions, levels - 1) == COUNTS[1]


@pytest.mark.parametrize("field", ["applies", "distance", "writes"])
def test_a_wrong_operation_is_seen(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts above would catch a table with one mistake in it."""
    right = updates.bit_moves_of
    spoilt = count()

    def wrong(result: End, mask: int, offset_sets: OffsetSets) -> list[BitMove]:
        made = list(right(result, mask, offset_sets))
        for place, operation in enumerate(made):
            values = {"applies": operation.applies & ~operation.applies[:1] >> 1, "distance": (1, 0, 0), "writes": ()}
            if (field != "writes" or operation.writes) and operation.distance == (0, 0, 0) and not next(spoilt):
                made[place] = attrs.evolve(operation, **{field: values[field]})
        return made

    monkeypatch.setattr(updates, "bit_moves_of", wrong)
    try:
        found = counts(CompiledChecker(Reference(4)).verify())
    except (ModelError, IndexError):
        return
    assert found != COUNTS[4]


@attrs.frozen
class Cell:
    """One number."""

    n: int = attrs.field(default=0, metadata={"domain": range(9)})
    up: bool = True


@attrs.frozen
class Wide:
    """Far more bits than a word has."""

    cells: tuple[Cell, ...] = tuple(Cell() for _ in range(30))


class Counting:
    """Each cell counts to its limit; the first cells are free to go up and down."""

    def __init__(self, limit: int = 3) -> None:
        self.rules = tuple(self._rules(limit))

    def _rules(self, limit: int) -> Iterable[Rule]:
        def more(place: int) -> Rule:
            def function(draft: Any) -> bool:
                cell, before = draft.cells[place], draft.cells[place - 1]
                if cell.n >= limit or (place and before.n < limit):
                    return False
                cell.n = cell.n + 1
                return True

            return Rule(f"more({place})", function)

        def flip(place: int) -> Rule:
            def function(draft: Any) -> None:
                draft.cells[place].up = not draft.cells[place].up

            return Rule(f"flip({place})", lambda draft: (function(draft), True)[1])

        yield from map(more, range(30))
        yield from map(flip, range(4))

    def initial_states(self) -> list[Wide]:
        """All zero."""
        return [Wide()]


@pytest.mark.slow
def test_states_wider_than_a_word_are_explored() -> None:
    """150 bits: 91 counts times 16 positions of the free cells."""
    checker = CompiledChecker(Counting())
    assert checker.packing.words == 3
    claim = always("last", lambda state: state.cells[29].n < 2 or state.cells[3].up)
    result = checker.verify(claim)
    assert (result.states, result.depth) == (91 * 16, 94)
    assert result == Checker(PlainModel(Counting())).verify(claim)
    assert len(result.finding("last").trace) == 89 + 1


def test_a_key_of_several_words_is_found_only_whole() -> None:
    """Neither a word that was never met nor two words that were never met together are a key."""
    table = KeyTable(2)
    assert list(table.intern(np.array([[1, 2], [3, 4]], dtype=np.uint64))) == [0, 1]
    assert [table.find(key) for key in ((1, 2), (3, 4), (1, 4), (5, 2), (1, 5))] == [0, 1, None, None, None]


def test_rules_that_fail_are_reported_only_where_they_are_reached() -> None:
    """A rule may break down in states that cannot happen."""

    def model(limit: int) -> Counting:
        made = Counting()
        bad = Rule("bad", lambda draft: draft.cells[0].n == limit and draft.cells[1].nothing)
        made.rules = (*made.rules[:2], bad)
        return made

    assert CompiledChecker(model(8)).verify().states == 7
    with pytest.raises(ModelError, match="rule bad failed: AttributeError: 'Cell' object has no attribute 'nothing'"):
        CompiledChecker(model(3)).verify()
    for reached in (2, 8):
        claim = always("odd", lambda state, reached=reached: state.cells[1].n != reached or state.nothing)
        if reached == 2:
            with pytest.raises(ModelError, match="property 'odd' failed: AttributeError"):
                CompiledChecker(Counting()).verify(claim)
        else:
            assert CompiledChecker(Counting()).verify(claim).verdict is Verdict.HOLDS


@attrs.frozen
class Fixed:
    """A switch that no rule touches, beside a number that counts."""

    on: bool = False
    n: int = attrs.field(default=0, metadata={"domain": range(3)})


class Untouched:
    """Counts; another rule may break down where the switch is on."""

    def __init__(self, on: bool) -> None:
        def count_up(draft: Any) -> bool:
            draft.n = (draft.n + 1) % 3
            return True

        self.state = Fixed(on)
        self.rules = (Rule("count", count_up), Rule("bad", lambda draft: draft.on and draft.n == 1 and draft.nothing))

    def initial_states(self) -> list[Fixed]:
        return [self.state]


@pytest.mark.parametrize("rest_bits", [0, 1, 12])
def test_what_fails_in_no_reached_state_is_no_failure(rest_bits: int) -> None:
    """Though it may fail beside a reached state, in the same row."""
    fine = always("fine", lambda state: not (state.on and state.n == 1) or state.nothing)
    result = CompiledChecker(Untouched(False), rest_bits=rest_bits).verify(fine)
    assert (result.verdict, result.states) == (Verdict.HOLDS, 3)
    with pytest.raises(ModelError, match="rule bad failed: AttributeError"):
        CompiledChecker(Untouched(True), rest_bits=rest_bits).verify()
    model = Untouched(True)
    model.rules = model.rules[:1]
    with pytest.raises(ModelError, match="property 'fine' failed: AttributeError"):
        CompiledChecker(model, rest_bits=rest_bits).verify(fine)


class Moody(Untouched):
    """Asked for its initial states a second time, which is when a run is shown, it becomes another model."""

    def __init__(self, begins: bool, goes_on: bool) -> None:
        super().__init__(False)
        first, self.asked, self.begins = self.rules[0], 0, begins
        self.rules = (Rule("count", lambda draft: (goes_on or self.asked < 2) and first.function(draft)),)

    def initial_states(self) -> list[Fixed]:
        self.asked += 1
        return [Fixed(on=self.asked > 1 and not self.begins)]


def test_a_run_that_the_rules_do_not_take_any_more_is_an_error() -> None:
    claim = always("p", lambda state: state.n < 2)
    assert CompiledChecker(Moody(True, True)).verify(claim).finding("p").trace == ("count", "count")
    for begins, goes_on, what in ((True, False, "no rule leads on"), (False, True, "no initial state begins it")):
        with pytest.raises(ModelError, match=f"property 'p' cannot be replayed through the rules: {what}"):
            CompiledChecker(Moody(begins, goes_on)).verify(claim)


def test_a_predicate_that_asks_for_more_than_fields_is_found_out() -> None:
    """It takes the frozen record for something else than what it was learned on, and says so in either direction."""

    def viewed(state: Any) -> bool:
        return isinstance(state, RecordView)

    def plain(state: Any) -> bool:
        return not viewed(state)

    for claim in (
        always("p", viewed),
        always("p", plain),
        always("p", lambda state: True, premise=plain),
        always_step("p", lambda before, event, after: viewed(after)),
        always_step("p", lambda before, event, after: plain(after)),
        sometimes("p", viewed),
        sometimes("p", plain),
        can_recover("p", plain),
        leads_to("p", plain, lambda state: state.n == 2),
        leads_to("p", lambda state: True, viewed),
        when_settled("p", viewed, within=lambda event: False),
    ):
        with pytest.raises(ModelError, match=r"property 'p' answered one way .* the fields of the state only \(test_"):
            CompiledChecker(Untouched(False)).verify(claim)


def test_a_model_without_a_beginning_or_with_endless_values_is_refused() -> None:
    model = Untouched(False)
    model.initial_states = list  # type: ignore[method-assign]  # an empty list
    with pytest.raises(ModelError, match="no initial state, so there is nothing to check"):
        CompiledChecker(model)
    endless = attrs.make_class("Endless", {"n": attrs.field(default=0, type=int)}, frozen=True)
    model.initial_states = lambda: [endless()]  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="the states of the model cannot be explored compiled: n"):
        CompiledChecker(model)


def test_limits_never_hold() -> None:
    """Undecided is the answer of a search that was cut short."""
    claim = always("true", lambda state: True)
    ticks = count()
    for limits in (
        {"max_states": 100},
        {"time_limit": 20.0, "clock": lambda: float(next(ticks))},
        {"stop_at_first": True},
    ):
        false = always("one bit", lambda state: not state.units[0].power)
        result = CompiledChecker(Reference(0)).verify(claim, false, **limits)
        assert result.finding("true").verdict is Verdict.UNDECIDED
        assert result.finding("one bit").verdict is Verdict.VIOLATED
        assert not result.complete
        assert result.limit
        assert 0 < result.transitions < COUNTS[0][1]
    exact = CompiledChecker(Reference(0)).verify(claim, max_states=COUNTS[0][0])
    assert exact.verdict is Verdict.HOLDS


def test_a_predicate_that_changes_after_it_was_learned_is_found_out() -> None:
    """Its answer about the shown state differs."""
    answers = {"first": False}

    def predicate(state: Any) -> bool:
        return answers["first"] or not state.units[0].power

    def progress(_: Any) -> None:
        answers["first"] = True

    with pytest.raises(ModelError, match="property 'p' is not a function of the state"):
        CompiledChecker(Reference(0)).verify(always("p", predicate), progress=progress)


def test_properties_are_checked_before_the_search() -> None:
    """Two of one name, and a time limit without a clock."""
    claim = always("p", lambda state: True)
    with pytest.raises(ValueError, match="two properties are called"):
        CompiledChecker(Reference(0)).verify(claim, claim)
    with pytest.raises(ValueError, match="needs a clock"):
        CompiledChecker(Reference(0)).verify(claim, time_limit=1.0)
