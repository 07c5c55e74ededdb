"""The errors that `step` raises.  Nothing has changed then: the state that was given is still good."""

from __future__ import annotations

from failover_fsm.pair.events import Event


class StepError(Exception):
    """Base of the two; never raised itself.

    Attributes:
        event: The event that was tried.
        why: The reason, in the words that an operator reads.
    """

    def __init__(self, event: Event, why: str) -> None:
        if type(self) is StepError:
            raise TypeError("raise Refused or NotPossible")
        super().__init__(event, why)
        self.event = event
        self.why = why

    def __str__(self) -> str:
        return f"{self.event}: {self.why}"


class Refused(StepError):
    """The unit refuses the operator's command, or the command has nothing to do."""


class NotPossible(StepError):
    """The event cannot happen in this state: its cause does not hold, or it is so already."""
