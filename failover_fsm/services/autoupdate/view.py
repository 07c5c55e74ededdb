"""What the process sees of the pair: each question is answered once for each state of the pair."""

from __future__ import annotations

from functools import cached_property

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.health import failed_by_group, hears_on_link, module_failed
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, Phase, Role, State, Unit
from failover_fsm.pair.step import next_state

__all__ = ["PRIMARY", "SECONDARY", "UNITS", "PairView"]

UNITS = (Unit.PRIMARY, Unit.SECONDARY)
PRIMARY, SECONDARY = UNITS


class PairView:
    """A state of the pair under the questions of the process.

    A step of the process includes what the units tell each other in it over the failover link, so the peer's health is
    the present one. Whether a unit knows of the link is asked of its own record.
    """

    def __init__(self, pair: State, settings: Settings) -> None:
        self.pair = pair
        self.settings = settings

    def role(self, unit: Unit) -> Role:
        """The role of a unit."""
        return self.pair.unit(unit).groups[0].role

    def stopped(self, unit: Unit) -> bool:
        """The unit does not run, and will not by itself."""
        return self.pair.unit(unit).phase in (Phase.OFF, Phase.DOWN)

    @cached_property
    def operational(self) -> bool:
        """Failover is on, the failover link works, and each unit is up or joining (AUT-11)."""
        linked = all(hears_on_link(self.pair, self.settings, unit) for unit in UNITS)
        return linked and not any(self.pair.unit(unit).negotiating for unit in UNITS)

    @cached_property
    def acquainted(self) -> bool:
        """Each unit hears its peer on the failover link, and knows it (AUT-11)."""
        return all(self.pair.unit(unit).contact is PeerContact.LINK for unit in UNITS)

    @cached_property
    def synchronising(self) -> bool:
        """A unit receives its configuration (AUT-9)."""
        return any(self.pair.unit(unit).joining for unit in UNITS)

    @cached_property
    def standby_failed(self) -> bool:
        """A unit is in the failed state, and not for its service module alone (AUT-10)."""
        return any(self.role(unit) is Role.FAILED and not self._by_module_alone(unit) for unit in UNITS)

    def _by_module_alone(self, unit: Unit) -> bool:
        failed = failed_by_group(self.pair, self.settings, unit)[0]
        return module_failed(self.pair, self.settings, unit) and not self.settings.over_policy(failed, 0)

    @cached_property
    def may_act(self) -> bool:
        """What the process assumes is so (AUT-9 to AUT-11)."""
        return self.operational and self.acquainted and not (self.synchronising or self.standby_failed)

    @cached_property
    def quiet(self) -> bool:
        """No hand-over message is on its way."""
        return not message_in_flight(self.pair)

    @cached_property
    def can_become_active(self) -> bool:
        """The secondary is active, nothing is on its way, and the pair accepts `failover active` (AUT-6)."""
        leads = self.role(SECONDARY) is Role.ACTIVE
        return leads and self.may_act and self.quiet and self._accepts(e.FailoverActive(unit=PRIMARY))

    @cached_property
    def can_hand_over(self) -> bool:
        """The secondary is ready, nothing is on its way, and the pair accepts `no failover active` (AUT-17, AUT-21)."""
        ready = self.role(SECONDARY) is Role.STANDBY_READY
        return ready and self.may_act and self.quiet and self._accepts(e.NoFailoverActive(unit=PRIMARY))

    def _accepts(self, event: e.Command) -> bool:
        try:
            next_state(self.pair, self.settings, event)
        except StepError:
            return False
        return True

    @cached_property
    def somebody_active(self) -> bool:
        """A unit is active, or the role is on its way from one to the other, which takes one message."""
        return any(self.role(unit) is Role.ACTIVE for unit in UNITS) or not self.quiet
