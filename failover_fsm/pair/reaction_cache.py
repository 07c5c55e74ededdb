"""The units' reactions, each computed once."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.rule_context import Facts
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import UnitState
from failover_fsm.pair.step import Reaction, react

__all__ = ["Remembered"]

Asked = tuple[UnitState, Unit, e.Event, Facts]


class Remembered:
    """A reactor (see `move`) that remembers what `react` says, for whoever asks about many steps of one pair."""

    def __init__(self) -> None:
        self._known: dict[Asked, Reaction] = {}

    def __call__(self, own: UnitState, unit: Unit, event: e.Event, heard: Facts, settings: Settings) -> Reaction:
        """As `react`; the settings must be the same each time."""
        asked = (own, unit, event, heard)
        answer = self._known.get(asked)
        if answer is None:
            answer = self._known.setdefault(asked, react(own, unit, event, heard, settings))
        return answer

    def __iter__(self) -> Iterator[Asked]:
        """What was asked so far, in order."""
        return iter(self._known)
