"""Effects of the unit table: what a unit does to its own record as a whole."""

from __future__ import annotations

from failover_fsm.pair.obstacles import Hindrance, is_locked
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, Handover, PeerContact, Role
from failover_fsm.records import ask


def forget_peer(ctx: RuleContext) -> None:
    """Nothing is known of the peer any more, and nothing it sent will arrive."""
    ctx.own.contact = PeerContact.NEVER
    for group in ctx.own.groups:
        group.peer_role = AnnouncedRole.NONE


def stop_listening(ctx: RuleContext) -> None:
    """Hellos mean nothing from now on; the acquaintance stays."""
    if ctx.own.contact is not PeerContact.NEVER:
        ctx.own.contact = PeerContact.LOST
    for group in ctx.own.groups:
        group.peer_role = AnnouncedRole.NONE
        group.handover = Handover.NONE
    drop_timers(ctx)


def become_active(ctx: RuleContext) -> None:
    """Every group becomes active on this unit (AA-12)."""
    for group in ctx.own.groups:
        group.role, group.return_pending, group.unchecked = Role.ACTIVE, False, False


def become_standby(ctx: RuleContext) -> None:
    """Every group is standby on this unit (AA-13)."""
    for group in ctx.own.groups:
        group.role, group.return_pending = Role.STANDBY_READY, False


def become_standby_by_health(ctx: RuleContext) -> None:
    """Every group is standby on this unit: ready if its interfaces there are within the policy, else failed."""
    for index, group in enumerate(ctx.own.groups):
        group.role = Role.FAILED if ctx.unhealthy_in(index) else Role.STANDBY_READY


def hand_out_later(ctx: RuleContext) -> None:
    """Groups that prefer a peer which boots too go over to it once it is ready (AA-14)."""
    for index, group in enumerate(ctx.own.groups):
        group.return_pending = AnnouncedRole.NEGOTIATION in ctx.announced_roles and ctx.settings.prefers(
            index, ctx.unit.peer
        )


def arm_preemption(ctx: RuleContext) -> None:
    """The preempt timers of the groups that prefer this unit are armed: the unit is available (PRE-3)."""
    for index, group in enumerate(ctx.own.groups):
        group.return_pending = ctx.settings.preempts(index, ctx.unit)


def drop_timers(ctx: RuleContext) -> None:
    """No group is to move home any more: the failover link is lost, or failover is off."""
    for group in ctx.own.groups:
        group.return_pending = False


def switch_off(ctx: RuleContext) -> None:
    """Failover is off from now on."""
    ctx.own.enabled = False


def switch_on(ctx: RuleContext) -> None:
    """Failover is on from now on; the unit begins anew."""
    ctx.own.enabled = True
    if not ask(ctx.own.hindrance, is_locked):
        ctx.own.hindrance = Hindrance.NONE


def expect_peer(ctx: RuleContext) -> None:
    """Start the hold timer for standby groups (UHM-8); mark the failover link failed until the next hello.

    A unit that has never met its mate waits for none: it is active for all groups (AA-12).
    """
    if all(group.role is Role.ACTIVE for group in ctx.own.groups):
        return
    if ctx.own.contact is PeerContact.NEVER:
        become_active(ctx)
    else:
        ctx.own.contact = PeerContact.DATA
        needs_copy(ctx)


def needs_copy(ctx: RuleContext) -> None:
    """A role or the configuration may have changed since the last copy; noted where a contact alone brings none."""
    if not ctx.settings.options.resync_on_contact:
        ctx.own.config_sync = ConfigSync.OUT_OF_SYNC


def configuration_received(ctx: RuleContext) -> None:
    """The running configuration is the active unit's, unless commands overtook the copy (SYN-5, SYN-6)."""
    overrun = ctx.own.config_sync is ConfigSync.OVERRUN
    ctx.own.config_sync = ConfigSync.OUT_OF_SYNC if overrun else ConfigSync.SYNCHRONIZED


def configuration_not_received(ctx: RuleContext) -> None:
    """The copy broke off or never began: what the unit has is not what the active unit has (SYN-3)."""
    ctx.own.config_sync = ConfigSync.OUT_OF_SYNC
