"""Rules that are never taken are noted on both engines; nothing is noted of a search that is not complete."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.checker import Checker, Result, always
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.reduce.interchangeable import SymmetricChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from tests.checker.bitset.test_errors import Filling, seats


def model() -> Filling:
    """Two rules that are never possible, and one that changes nothing but is."""
    made = Filling()
    never = (Rule("leak", lambda draft: draft.level > 8), Rule("blow", lambda draft: False))
    made.rules = (never[0], *made.rules, never[1], Rule("look", lambda draft: True))
    return made


def plain(made: Any, **limits: Any) -> Result[Any, Any]:
    return Checker(PlainModel(made)).verify(always("p", lambda state: True), **limits)


def compiled(made: Any, **limits: Any) -> Result[Any, Any]:
    return CompiledChecker(made).verify(always("p", lambda state: True), **limits)


@pytest.mark.parametrize("engine", [plain, compiled])
def test_rules_that_are_never_taken_are_noted(engine: Any) -> None:
    found = engine(model())
    assert found.never_taken == ("leak", "blow")
    assert engine(Filling()).never_taken == ()
    assert found == engine(model()), "the note is no part of what results are compared by"


@pytest.mark.parametrize("engine", [plain, compiled])
def test_a_search_that_was_cut_short_notes_nothing(engine: Any) -> None:
    assert engine(model(), max_states=3).never_taken == ()


def test_of_interchangeable_members_nothing_is_noted() -> None:
    """Only the sorted state is searched, in which one member always acts for the others."""
    made, block = seats()
    made.rules = made.rules[:3]
    assert CompiledChecker(made, blocks=(block,)).verify().never_taken == ()
    assert SymmetricChecker(made, block).verify().never_taken == ()


def test_a_model_without_rules_has_nothing_to_note() -> None:
    class Counter:
        def initial_states(self) -> list[int]:
            return [0]

        def events(self, state: int) -> list[str]:
            return ["more", "less"]

        def step(self, state: int, event: str) -> int | None:
            return state + 1 if event == "more" and state < 3 else None

    assert Checker(Counter()).verify().never_taken == ()
