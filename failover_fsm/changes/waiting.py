"""How long the units take for the steps that they wait for, as far as the configuration says."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.settings import Settings
from failover_fsm.timing.times import Times, seconds

__all__ = ["SLOW", "Waiting"]

SLOW = (
    e.HoldTimeExpired,
    e.NegotiationExpired,
    e.InterfacesChecked,
    e.PeerAnsweredOnData,
    e.SynchronizationFinished,
    e.PreemptTimerExpired,
    e.Restarted,
)
"""The protocol steps for which a unit waits seconds or minutes; all others follow at once, or with the next hello."""


@attrs.frozen
class Waiting:
    """The times of a pair, for its steps.

    Attributes:
        times: The times.
        settings: The pair.
    """

    times: Times
    settings: Settings

    def most(self, step: e.ProtocolStep) -> int | None:
        """The milliseconds until a step happens at the latest; None where no configuration says it."""
        if isinstance(step, e.HoldTimeExpired | e.NegotiationExpired | e.PeerAnsweredOnData):
            return self.times.hold
        if isinstance(step, e.InterfacesChecked):
            return max(each.hold for each in self.times.interfaces)
        if isinstance(step, e.PreemptTimerExpired):
            return self.times.preempt[group_index(step.group)]
        return None if isinstance(step, SLOW) else self.times.poll

    def takes_long(self, steps: Sequence[e.ProtocolStep]) -> bool:
        """Whether the pair, if it waits for these steps, waits longer than any time of the configuration."""
        return all(self.most(step) is None for step in steps)

    @property
    def all_of_it(self) -> int:
        """The milliseconds in which every step with a known time has happened, one after another."""
        interfaces = max(each.hold for each in self.times.interfaces)
        return self.times.poll + 2 * self.times.hold + interfaces + max(self.times.preempt, default=0)

    def over(self, milliseconds: int, steps: Sequence[e.ProtocolStep]) -> bool:
        """Whether a time can be over while these steps can still happen.

        A time that is long enough for all steps with a known time, one after another, is not over before them; a
        shorter one is relied on for steps that follow at once only.
        """
        if milliseconds >= self.all_of_it:
            return all(self.most(step) is None for step in steps)
        return milliseconds < self.times.poll or all(isinstance(step, SLOW) for step in steps)

    def words(self, steps: Sequence[e.ProtocolStep]) -> str:
        """What the pair waits for, in words; the steps are alternatives."""
        return " or ".join(dict.fromkeys(map(self._word, steps)))

    def _word(self, step: e.ProtocolStep) -> str:
        most = self.most(step)
        within = "" if most is None else f" (up to {seconds(most)} s)"
        match step:
            case e.HoldTimeExpired():
                return f"the hold time of the {step.unit.value} ends{within}"
            case e.NegotiationExpired():
                return f"the {step.unit.value} finds no peer{within}"
            case e.InterfacesChecked():
                return f"the {step.unit.value} has tested its interfaces{within}"
            case e.SynchronizationFinished():
                return f"the {step.unit.value} has synchronised"
            case e.Restarted():
                return f"the {step.unit.value} has booted"
            case e.PreemptTimerExpired():
                return f"the preempt delay of the {step.unit.value} ends{within}"
            case _:
                return f"the {step.unit.value} has asked on its data interfaces{within}"
