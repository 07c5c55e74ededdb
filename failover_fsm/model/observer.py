"""An observer's view of a pair: the queries that promises put to a state, answered from the outside.

Unlike a unit, an observer sees everything; a promise may compare what a unit knows with what is so.
"""

from __future__ import annotations

from functools import cached_property

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.health import failed_interfaces, hears, hears_on_data, hears_on_link, link_works_both_ways
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, Handover, PeerContact, Phase, Role, State
from failover_fsm.records import unchanged

PRIMARY, SECONDARY = Unit.PRIMARY, Unit.SECONDARY
UNITS = (PRIMARY, SECONDARY)


class Observer:
    """An observer's view of one failover group in a state; every answer is computed once.

    index: the position of the group.  An Active/Standby pair has one, the whole unit.
    """

    def __init__(self, state: State, settings: Settings, index: int = 0) -> None:
        self.state = state
        self.settings = settings
        self.index = index

    def phase(self, unit: Unit) -> Phase:
        """The phase of the unit."""
        return self.state.unit(unit).phase

    def role(self, unit: Unit) -> Role:
        """The role of the unit."""
        return self.state.unit(unit).groups[self.index].role

    def peer_role(self, unit: Unit) -> AnnouncedRole:
        """What the unit last heard its peer say."""
        return self.state.unit(unit).groups[self.index].peer_role

    def handover(self, unit: Unit) -> Handover:
        """The message on its way to the unit."""
        return self.state.unit(unit).groups[self.index].handover

    def contact(self, unit: Unit) -> PeerContact:
        """How the unit hears its peer, as far as it knows."""
        return self.state.unit(unit).contact

    def config_sync(self, unit: Unit) -> ConfigSync:
        """Whether the unit's configuration agrees with its peer's."""
        return self.state.unit(unit).config_sync

    def newest(self, unit: Unit) -> bool:
        """The unit's running configuration has the newest command; followed where `Settings.follow` says so."""
        return self.state.unit(unit).newest

    def saved(self, unit: Unit) -> bool:
        """The unit's startup configuration has the newest command; followed as `newest` is."""
        return self.state.unit(unit).saved

    def sessions(self, unit: Unit) -> bool:
        """The unit has the group's connections, its own or a good copy; followed where `Settings.follow` says so."""
        return self.state.unit(unit).groups[self.index].sessions

    def active(self, unit: Unit) -> bool:
        """The unit is active."""
        return self.state.unit(unit).groups[self.index].active

    def keeps_role(self, unit: Unit, after: Observer) -> bool:
        """The unit has the same role in a later look."""
        return unchanged(self.state.unit(unit).groups[self.index], after.state.unit(unit).groups[self.index], "role")

    def keeps_handover(self, unit: Unit, after: Observer) -> bool:
        """The same is on its way to the unit in a later look."""
        return unchanged(
            self.state.unit(unit).groups[self.index], after.state.unit(unit).groups[self.index], "handover"
        )

    def active_somewhere(self, unit: Unit) -> bool:
        """The unit is active for this group or another one."""
        return any(group.active for group in self.state.unit(unit).groups)

    def joining(self, unit: Unit) -> bool:
        """The unit receives the configuration."""
        return self.state.unit(unit).joining

    def negotiates(self, unit: Unit) -> bool:
        """The unit negotiates."""
        return self.state.unit(unit).negotiating

    def up(self, unit: Unit) -> bool:
        """The unit is up."""
        return self.state.unit(unit).up

    def powered(self, unit: Unit) -> bool:
        """The unit runs and does not hang."""
        return self.state.unit(unit).powered and self.state.runs(unit)

    def enabled(self, unit: Unit) -> bool:
        """Failover is on at the unit."""
        return self.state.unit(unit).enabled

    def listening(self, unit: Unit) -> bool:
        """The unit runs with failover on, and does not hang."""
        return self.state.unit(unit).listening and self.state.runs(unit)

    def acquainted(self, unit: Unit) -> bool:
        """The unit has heard its peer over the failover link since its own boot."""
        return self.state.unit(unit).acquainted

    def met(self) -> bool:
        """Both units have."""
        return self.acquainted(PRIMARY) and self.acquainted(SECONDARY)

    @cached_property
    def link(self) -> bool:
        """The failover link carries messages, in both directions."""
        return link_works_both_ways(self.state, self.settings)

    @cached_property
    def dual(self) -> bool:
        """Both units are active."""
        return self.active(PRIMARY) and self.active(SECONDARY)

    @cached_property
    def quiet(self) -> bool:
        """No hand-over message is on its way."""
        return all(self.state.unit(unit).groups[self.index].quiet for unit in UNITS)

    @cached_property
    def _hears(self) -> dict[Unit, bool]:
        return {unit: hears(self.state, self.settings, unit) for unit in UNITS}

    def hears(self, unit: Unit) -> bool:
        """A hello of the peer or its answer can reach the unit now, on whatever channel means something to it."""
        return self._hears[unit]

    def greeted(self, unit: Unit) -> bool:
        """A hello can, on the failover link or a monitored interface: what ends a split brain (SPL-3)."""
        return hears_on_link(self.state, self.settings, unit) or hears_on_data(self.state, self.settings, unit)

    def hears_on_link(self, unit: Unit) -> bool:
        """A hello of the peer can reach the unit on the failover link now."""
        return hears_on_link(self.state, self.settings, unit)

    @cached_property
    def _failed(self) -> dict[Unit, int]:
        return {unit: failed_interfaces(self.state, self.settings, unit, self.index) for unit in UNITS}

    def failed(self, unit: Unit) -> int:
        """How many monitored interfaces of the unit have failed."""
        return self._failed[unit]

    def over_policy(self, unit: Unit) -> bool:
        """The unit's failed interfaces reach the interface policy: met or exceeded (IFM-15, IFM-25, CFG-36).

        Worked out here once more: what the units use is not to be judged by itself.
        """
        settings, failed = self.settings.at(self.state, unit), self.failed(unit)
        policy = settings.policy_of(self.index)
        if policy.count is not None:
            return failed >= policy.count
        return failed > 0 and failed * 100 >= (policy.percent or 0) * settings.monitored_in(self.index)

    def has_dead_module(self, unit: Unit) -> bool:
        """The unit's service module is dead and monitored; one that is not monitored does not matter (TRG-2).

        Worked out here once more: what the units use is not to be judged by itself.
        """
        return not self.state.module_works(unit) and self.settings.at(self.state, unit).monitors_module

    def return_pending(self, unit: Unit) -> bool:
        """The group is to move to the unit it prefers."""
        return self.state.unit(unit).groups[self.index].return_pending

    @property
    def home(self) -> Unit | None:
        """The unit that the group prefers; None in an Active/Standby pair."""
        groups = self.settings.at(self.state, PRIMARY).groups
        return groups[self.index].preferred if groups else None

    @property
    def counted(self) -> tuple[int, ...]:
        """Positions of the monitored interfaces of the group."""
        return self.settings.counted_in(self.index)

    @cached_property
    def healthy(self) -> bool:
        """One active unit, one ready standby, both with failover on."""
        roles = sorted(self.role(unit).value for unit in UNITS)
        return roles == ["active", "standby-ready"] and all(self.enabled(unit) for unit in UNITS)
