"""The reason that a synchronisation gives: the one that began it, all along, as devices print it (CMD-15, SYN-3)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.states import JOINING, Phase, Unit

__all__ = ["JoinReasons"]

_GOES_ON = e.SynchronizationAdvanced | e.SynchronizationFinished


class JoinReasons:
    """Follows a run. A table's row cannot know what began a synchronisation, and names what usually does."""

    def __init__(self) -> None:
        self._began: dict[Unit, str] = {}

    def worded(self, event: e.Event, outputs: Iterable[Output]) -> tuple[Output, ...]:
        """The outputs of the run's next step; to word them twice changes nothing."""
        return tuple(self._worded(event, output) for output in outputs)

    def _worded(self, event: e.Event, output: Output) -> Output:
        if isinstance(output, PhaseChanged) and output.after is Phase.COLD_STANDBY and output.before not in JOINING:
            self._began[output.unit] = output.reason
        elif isinstance(output, PhaseChanged | RoleChanged) and isinstance(event, _GOES_ON):
            return attrs.evolve(output, reason=self._began.get(output.unit, output.reason))
        return output
