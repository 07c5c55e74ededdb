"""A run of a model that breaks a promise, as text that replays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.pickled import Pickled
from failover_fsm.testing.kit.plan_text import as_trace
from failover_fsm.testing.kit.specification import name_of

__all__ = ["ModelPromiseBroken"]


class ModelPromiseBroken(Pickled, AssertionError):
    """A property does not hold at the end of a run of a model.

    Attributes:
        promise: The name of the property.
        start: The state in which the run began.
        events: The run.
        state: The state at its end.
    """

    def __init__(self, promise: str, start: Any, events: Sequence[Any], state: Any) -> None:
        self.promise, self.start, self.events, self.state = promise, start, tuple(events), state
        super().__init__(f"{promise} is broken in {name_of(state)}\n\nAs a trace:\n\n{self.trace}")

    @property
    def trace(self) -> str:
        """The run as a trace."""
        comments = (f"{self.promise} is broken at the end", f"it begins in {name_of(self.start)}")
        return as_trace((Act(event, look=False) for event in self.events), comments)
