"""The input of a rule: its own record, and what reached the unit with the event.

A rule never sees the other unit's record.  Whatever it learns of the peer stands in `Inputs`,
which the environment fills in from the sender, as a hello or a message would carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from failover_fsm.pair.events import Event
from failover_fsm.pair.obstacles import Obstacle
from failover_fsm.pair.phases import Value
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, GroupDraft, Handover, Unit, UnitDraft


class Channel(Value):
    """The channel on which something was heard."""

    LINK = "failover link"
    DATA = "data interface"


@attrs.frozen(kw_only=True, cache_hash=True)
class Announcement:
    """What a unit says of itself in every hello and message.

    Attributes:
        roles: One entry per failover group.
        acquainted: It has heard its peer over the failover link since its own boot.
        module_dead: It is failed, its service module being dead; false where the module is not monitored.
    """

    roles: tuple[AnnouncedRole, ...]
    acquainted: bool
    module_dead: bool = False


@attrs.frozen(kw_only=True, cache_hash=True)
class Inputs:
    """What reaches the unit with an event; None or empty where the event carries nothing of it.

    Attributes:
        via: The channel, LINK also for a command that the peer sends on.
        peer: The announcement of the sender.
        failed: The unit's own failed monitored interfaces, by group: numbers, or what rules can only compare.
        peer_failed: The numbers that the peer reports for itself.
        module_dead: The unit's own service module does not work, and is monitored.
        unmonitored: The sender is heard on interfaces that are not monitored alone.
        stateful: The Stateful Failover link is there and works.
        obstacle: What stands in the way of the event.
    """

    via: Channel | None = None
    peer: Announcement | None = None
    failed: Sequence[Any] = ()
    peer_failed: Sequence[Any] = ()
    module_dead: bool = False
    unmonitored: bool = False
    stateful: bool = False
    obstacle: Obstacle = Obstacle.NONE


NOTHING = Inputs()


@attrs.define(kw_only=True)
class RuleContext:
    """One event at one unit, for one group or for the unit as a whole.

    own: draft of the unit's record; group: draft of the group's part, index: its position.
    sent: hand-over messages that the rule's effects send to the peer's same group.
    """

    unit: Unit
    event: Event
    own: UnitDraft
    inputs: Inputs
    settings: Settings
    index: int = 0
    sent: list[tuple[int, Handover]] = attrs.field(factory=list)

    @property
    def group(self) -> GroupDraft:
        """The group the case is about."""
        return self.own.groups[self.index]

    @property
    def announced_role(self) -> AnnouncedRole:
        """What the sender says about the group in this event."""
        return self.inputs.peer.roles[self.index] if self.inputs.peer else AnnouncedRole.NONE

    @property
    def announced_roles(self) -> tuple[AnnouncedRole, ...]:
        """What the sender says about every group in this event."""
        return self.inputs.peer.roles if self.inputs.peer else ()

    @property
    def failed(self) -> Any:
        """The unit's failed monitored interfaces of the group."""
        return self.inputs.failed[self.index]

    @property
    def unhealthy(self) -> bool:
        """Its service module is dead, if that is monitored, or its failed interfaces reach the group's policy."""
        return self.unhealthy_in(self.index)

    def unhealthy_in(self, index: int) -> bool:
        """The same for the group at `index`."""
        return self.inputs.module_dead or self.settings.over_policy(self.inputs.failed[index], index)

    @property
    def peer_failed(self) -> Any:
        """The peer's failed monitored interfaces of the group, as it reports them."""
        return self.inputs.peer_failed[self.index]

    @property
    def active_somewhere(self) -> bool:
        """The unit is active for some group."""
        return any(group.active for group in self.own.groups)
