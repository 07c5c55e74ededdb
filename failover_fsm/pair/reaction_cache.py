"""A memoised `react`: what the units do with events, each computed once."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import UnitState
from failover_fsm.pair.step import UnitResult, react

__all__ = ["ReactionCache"]

Question = tuple[UnitState, Unit, e.Event, Inputs]


class ReactionCache:
    """A `UnitHandler` that keeps every result of `react`, for searches that take many steps of one pair."""

    def __init__(self) -> None:
        self._known: dict[Question, UnitResult] = {}

    def __call__(self, own: UnitState, unit: Unit, event: e.Event, inputs: Inputs, settings: Settings) -> UnitResult:
        """As `react`; the settings must be the same each time."""
        question = (own, unit, event, inputs)
        result = self._known.get(question)
        if result is None:
            result = self._known.setdefault(question, react(own, unit, event, inputs, settings))
        return result

    def __iter__(self) -> Iterator[Question]:
        """The arguments of all calls so far, in order."""
        return iter(self._known)
