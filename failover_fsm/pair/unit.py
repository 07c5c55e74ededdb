"""The unit FSM: power, negotiation, synchronisation, failover on or off.

Theory of operation.  A unit that gets power negotiates: it looks for a peer *on the failover
link only*.  It hears an active peer and joins it as a standby, receiving the configuration in
four states; it hears a peer that is not active, and the two agree (`NoActiveUnitSeen`); it hears
nobody, and becomes active (`NegotiationExpired`).  Only then is it *up*, and the failover-group
table (group.py) moves its roles.  This table runs first and owns leaving `up`: whenever a unit is
not up, its groups have no role, and a message on its way to it is lost.

A new contact on the failover link makes a standby receive the configuration again, and makes an
active secondary that meets an active primary step back into the join (SPL-3, SYN-18).  A joining
unit that hears its peer on data interfaces only waits for the link; when the peer falls silent
it negotiates again, with a configuration that may be half old, half new.

Failover switched off freezes the unit: it sends and hears nothing and keeps its role (CTL-10).
The switch survives a restart, and a unit that starts with failover off is a stand-alone unit.

Rows stand in the order in which they are tried.
"""

from __future__ import annotations

from failover_fsm.pair import events as e
from failover_fsm.pair.hindered import HINDERED, gave_up_joining, heartbeat_missing, refuse_failover, start_over
from failover_fsm.pair.rule_context import Channel, RuleContext
from failover_fsm.pair.states import (
    JOINING,
    POWERED,
    AnnouncedRole,
    ConfigSync,
    Handover,
    PeerContact,
    Phase,
    Role,
    Unit,
)
from failover_fsm.pair.tables import Effect, EventClass, Guard, Row, Table, ignore, impossible, refuse
from failover_fsm.pair.unit_effects import (
    arm_preemption,
    become_active,
    become_standby,
    become_standby_by_health,
    configuration_not_received,
    configuration_received,
    drop_timers,
    expect_peer,
    forget_peer,
    hand_out_later,
    needs_copy,
    stop_listening,
    switch_off,
    switch_on,
)

NOT_RUNNING = (Phase.OFF, Phase.DOWN, Phase.RESTARTING)


# -- guards ------------------------------------------------------------------------------------


def failover_on(ctx: RuleContext) -> bool:
    """Failover is switched on."""
    return ctx.own.enabled


def failover_off(ctx: RuleContext) -> bool:
    """Failover is switched off."""
    return not ctx.own.enabled


def new_contact_on_link(ctx: RuleContext) -> bool:
    """The hello is the first on the failover link for a while."""
    return ctx.inputs.via is Channel.LINK and ctx.own.contact is not PeerContact.LINK


def peer_active_on_link(ctx: RuleContext) -> bool:
    """The peer says on the failover link that it is active, for some group."""
    return ctx.inputs.via is Channel.LINK and AnnouncedRole.ACTIVE in ctx.announced_roles


def acquainted(ctx: RuleContext) -> bool:
    """Both units have heard each other over the failover link since they booted, this hello included."""
    heard_now = ctx.own.contact is not PeerContact.NEVER or ctx.inputs.via is Channel.LINK
    return heard_now and ctx.inputs.peer is not None and ctx.inputs.peer.acquainted


def recovery_due(ctx: RuleContext) -> bool:
    """The option `recovery`: at any hello, or only at one that begins a contact."""
    begins = ctx.own.contact is PeerContact.LOST or new_contact_on_link(ctx)
    return ctx.settings.options.recovery == "level" or begins


def yields_at_all(ctx: RuleContext) -> bool:
    """An active unit that hears an active peer: the secondary yields, if they know each other (SPL-3)."""
    return ctx.unit is Unit.SECONDARY and acquainted(ctx) and recovery_due(ctx) and not ctx.inputs.unmonitored


def yields_on_link(ctx: RuleContext) -> bool:
    """The secondary must give up every group it is active for, and the failover link is up, so it can rejoin."""
    if ctx.inputs.via is not Channel.LINK or not ctx.active_somewhere:
        return False
    mine = [view for group, view in zip(ctx.own.groups, ctx.announced_roles, strict=True) if group.role is Role.ACTIVE]
    return all(view is AnnouncedRole.ACTIVE for view in mine) and yields_at_all(ctx)


def standby_meets_active(ctx: RuleContext) -> bool:
    """A standby hears its active peer on the failover link again after an interruption, and needs a copy."""
    if not new_contact_on_link(ctx) or ctx.active_somewhere or AnnouncedRole.ACTIVE not in ctx.announced_roles:
        return False
    if gave_up_joining(ctx):
        return False
    lost = ctx.own.contact is not PeerContact.DATA or ctx.own.config_sync is not ConfigSync.SYNCHRONIZED
    return ctx.settings.options.resync_on_contact or lost


def nobody_else_would(ctx: RuleContext) -> bool:
    """The peer is failed or joining itself, for all groups, or negotiates too and is not the primary."""
    if AnnouncedRole.NEGOTIATION in ctx.announced_roles:
        return ctx.unit is Unit.PRIMARY
    helpless = all(view in (AnnouncedRole.FAILED, AnnouncedRole.JOINING) for view in ctx.announced_roles)
    return ctx.settings.options.no_active_unit_seen and helpless


def bulk_sync_next(ctx: RuleContext) -> bool:
    """There is connection state to receive."""
    return ctx.inputs.stateful


def off_and_active(ctx: RuleContext) -> bool:
    """Failover is switched off, and the unit is active, for some group at least."""
    return not ctx.own.enabled and ctx.active_somewhere


def standby_is_told(ctx: RuleContext) -> bool:
    """The command comes from the active peer, over the failover link, and the unit is not active."""
    return ctx.inputs.via is Channel.LINK and not ctx.active_somewhere


def learns_of_lost_link(ctx: RuleContext) -> bool:
    """A message on a data interface is the first sign that the failover link is lost: it is time for the sample."""
    first = ctx.inputs.via is Channel.DATA and ctx.own.contact is PeerContact.LINK
    return first and any(_has_more_failed(ctx, index) for index in range(len(ctx.own.groups)))


def more_failed_than_peer(ctx: RuleContext) -> bool:
    """The one sample after a failure of the failover link: the peer is ready and has fewer failed interfaces."""
    return _has_more_failed(ctx, ctx.index)


def _has_more_failed(ctx: RuleContext, index: int) -> bool:
    return (
        ctx.settings.options.sample_on_link_failure
        and ctx.own.groups[index].active
        and ctx.announced_roles[index : index + 1] == (AnnouncedRole.STANDBY_READY,)
        and ctx.inputs.failed[index] > ctx.inputs.peer_failed[index]
    )


def stays_up(ctx: RuleContext) -> bool:
    """The peer writes one context that is standby on this unit, or everything while other groups are active on it."""
    if ctx.inputs.via is not Channel.LINK:
        return False
    context = getattr(ctx.event, "context", None)
    written = ctx.own.groups[ctx.settings.group_of_context(context)]
    return written.role is not Role.ACTIVE and (context is not None or ctx.active_somewhere)


# -- effects -----------------------------------------------------------------------------------


def hand_over_by_sample(ctx: RuleContext) -> None:
    """Each group that is active here and has more failed interfaces than on the peer goes over to it (SPL-8)."""
    for index, group in enumerate(ctx.own.groups):
        if _has_more_failed(ctx, index):
            group.role, group.return_pending = Role.STANDBY_READY, False
            ctx.sent.append((index, Handover.GRANT_BY_DATA))


# -- effects that follow the rows, and follow an ignored event too ----------------------------


def record_hello(ctx: RuleContext) -> None:
    """Hearing the peer: on which channel, and what it says.

    The failover link marked failed drops preempt delays and hand-outs (T4-7); restored, it makes this unit
    available again to the groups that prefer it.
    """
    if ctx.inputs.peer is None or not ctx.own.enabled:
        return
    begins = new_contact_on_link(ctx)
    given_up = tuple(index for index, _ in ctx.sent)
    if given_up:
        needs_copy(ctx)
    ctx.own.contact = PeerContact.LINK if ctx.inputs.via is Channel.LINK else PeerContact.DATA
    if ctx.inputs.via is Channel.DATA:
        drop_timers(ctx)
    for index, (group, view) in enumerate(zip(ctx.own.groups, ctx.inputs.peer.roles, strict=True)):
        group.peer_role = view
        if group.role in (Role.STANDBY_READY, Role.FAILED) and begins and index not in given_up:
            group.return_pending = ctx.settings.preempts(index, ctx.unit)  # PRE-3
        elif group.role is Role.ACTIVE and view is AnnouncedRole.FAILED:
            group.return_pending = False  # what recovers later stays where it is, or preempts (PRE-1)


def record_silence(ctx: RuleContext) -> None:
    """Silence on every channel: the peer counts as failed (T2-1, T2-3), or is not detected yet."""
    if ctx.own.contact is not PeerContact.NEVER:
        ctx.own.contact = PeerContact.LOST
    for group in ctx.own.groups:
        group.peer_role = AnnouncedRole.NONE
    drop_timers(ctx)


AFTER: dict[EventClass, Effect] = {
    e.HelloHeard: record_hello,
    e.PeerAnsweredOnData: record_hello,
    e.MessageDelivered: record_hello,
    e.NoActiveUnitSeen: record_hello,
    e.HoldTimeExpired: record_silence,
    e.NegotiationExpired: record_silence,
}
"""Effects that follow the rows of both tables while the unit listens: guards saw the old view."""


# -- the table ---------------------------------------------------------------------------------


def _boot(state: Phase | tuple[Phase, ...], event: EventClass) -> tuple[Row[Phase], ...]:
    return (
        Row(state, event, when=heartbeat_missing, to=Phase.UP, do=(refuse_failover, become_active),
            reason="MIO-blade heartbeat failure", rules=("CTL-10", "CFG-21")),
        Row(state, event, when=failover_on, to=Phase.NEGOTIATION, reason="Failover state check",
            rules=("AS-6", "AS-7", "SYN-1")),
        Row(state, event, to=Phase.UP, do=(become_active,), reason="No Active unit found",
            rules=("CTL-10", "CFG-21")),
    )  # fmt: skip


def _synchronise(
    state: Phase | tuple[Phase, ...], event: EventClass, to: Phase, when: Guard | None, *rules: str
) -> Row[Phase]:
    done = (become_standby_by_health, configuration_received, arm_preemption) if to is Phase.UP else ()
    health = ("T2-8", "T4-3", "TRG-5", "TRG-12") if to is Phase.UP else ()
    return Row(
        state, event, when=when, to=to, do=done, reason="Detected an Active mate", rules=("SYN-3", *rules, *health)
    )


UNIT_TABLE: Table[Phase] = Table.of(
    "unit",
    tuple(Phase),
    (
        e.UnitFailed, e.UnitRestored, e.Reload, e.Restarted,
        e.FailoverDisabled, e.FailoverEnabled, e.WriteStandby, e.CommandEntered,
        e.MessageDelivered, e.HelloHeard, e.PeerAnsweredOnData, e.InterfacesChecked,
        e.SynchronizationAdvanced, e.SynchronizationFinished, e.NoActiveUnitSeen,
        e.SynchronizationFailed, e.SynchronizationStuck, e.ConfigurationLocked, e.ConfigurationUnlocked,
        e.UnitReplaced, e.StoppedWhileSaving,
        e.HoldTimeExpired, e.NegotiationExpired, e.GroupHandedOut, e.PreemptTimerExpired,
        e.FailoverActive, e.NoFailoverActive, e.FailoverReset,
    ),
    (
        # Power.
        Row((*POWERED, Phase.RESTARTING), e.UnitFailed, to=Phase.DOWN, do=(forget_peer, start_over),
            reason="unit failed", rules=("TRG-2", "TRG-7", "T2-1", "T2-3", "T4-1")),
        impossible((Phase.OFF, Phase.DOWN), (e.UnitFailed,), "the unit is not running"),
        *_boot((Phase.OFF, Phase.DOWN), e.UnitRestored),
        impossible((*POWERED, Phase.RESTARTING), (e.UnitRestored,), "the unit is running"),
        Row(POWERED, e.Reload, to=Phase.RESTARTING, do=(forget_peer, start_over),
            reason="reload", rules=("CTL-10", "SYN-1")),
        refuse(NOT_RUNNING, (e.Reload,), "the unit is not running"),
        *_boot(Phase.RESTARTING, e.Restarted),
        impossible((Phase.OFF, Phase.DOWN, *POWERED), (e.Restarted,), "no reload is going on"),

        *HINDERED,

        # Negotiation.
        Row(Phase.NEGOTIATION, e.HelloHeard, when=peer_active_on_link, to=Phase.COLD_STANDBY,
            reason="Detected an Active mate", rules=("AS-6", "AA-13", "SYN-1", "SYN-2", "SYN-16", "T2-2")),
        ignore((Phase.NEGOTIATION,), (e.HelloHeard,), "no active peer on the failover link yet"),
        Row(Phase.NEGOTIATION, e.NoActiveUnitSeen, when=nobody_else_would, to=Phase.UP,
            do=(become_active, hand_out_later), reason="No Active unit found",
            rules=("AS-5", "AS-8", "AA-9", "AA-14", "SYN-15")),
        ignore((Phase.NEGOTIATION,), (e.NoActiveUnitSeen,), "the peer becomes active"),
        Row(Phase.NEGOTIATION, e.NegotiationExpired, to=Phase.UP, do=(become_active,),
            reason="No Active unit found", rules=("AS-7", "T2-5", "T4-5", "AA-12")),
        ignore((Phase.NEGOTIATION,), (e.HoldTimeExpired,), "recorded; negotiation goes on"),
        impossible((Phase.NEGOTIATION,), (e.PeerAnsweredOnData,), "a negotiating unit probes nobody"),
        impossible((*NOT_RUNNING, *JOINING, Phase.UP), (e.NegotiationExpired,), "the unit does not negotiate"),

        # Synchronisation.
        _synchronise(Phase.COLD_STANDBY, e.SynchronizationAdvanced, Phase.SYNC_CONFIG, None),
        _synchronise(Phase.SYNC_CONFIG, e.SynchronizationAdvanced, Phase.SYNC_FILE_SYSTEM, None),
        _synchronise(Phase.SYNC_FILE_SYSTEM, e.SynchronizationAdvanced, Phase.BULK_SYNC, bulk_sync_next, "STF-1"),
        _synchronise(Phase.SYNC_FILE_SYSTEM, e.SynchronizationAdvanced, Phase.UP, None, "AS-6"),
        _synchronise(Phase.BULK_SYNC, e.SynchronizationAdvanced, Phase.UP, None, "AS-6"),
        _synchronise(JOINING, e.SynchronizationFinished, Phase.UP, None, "AS-6"),
        impossible((*NOT_RUNNING, Phase.NEGOTIATION, Phase.UP),
                   (e.SynchronizationAdvanced, e.SynchronizationFinished), "the unit does not join"),
        Row(JOINING, e.HelloHeard, when=standby_meets_active, to=Phase.COLD_STANDBY,
            reason="Detected an Active mate", rules=("SYN-1", "SPL-10")),
        ignore(JOINING, (e.HelloHeard, e.PeerAnsweredOnData), "the join goes on, or waits for the failover link"),
        Row(JOINING, e.HoldTimeExpired, to=Phase.NEGOTIATION,
            reason="HELLO not heard from mate", rules=("UHM-5", "UHM-8")),
        ignore(JOINING, (e.NoActiveUnitSeen,), "a unit without a complete configuration waits for its peer"),

        # Up: leaving it. What happens inside is the group table's.
        Row(Phase.UP, e.HelloHeard, when=yields_on_link, to=Phase.COLD_STANDBY,
            reason="Detected an Active mate", rules=("SPL-3", "SPL-4", "SPL-5", "SYN-18")),
        Row(Phase.UP, e.HelloHeard, when=standby_meets_active, to=Phase.COLD_STANDBY,
            reason="Detected an Active mate", rules=("SPL-10", "SYN-1")),
        Row(Phase.UP, e.WriteStandby, when=stays_up,
            reason="Configuration mismatch", rules=("CMD-15", "CMD-25", "CMD-27")),
        Row(Phase.UP, e.WriteStandby, when=standby_is_told, to=Phase.COLD_STANDBY,
            reason="Configuration mismatch", rules=("CMD-13", "CMD-14")),
        refuse((Phase.UP,), (e.WriteStandby,), "only the active unit can, to a standby in contact on the link"),
        refuse((*NOT_RUNNING, Phase.NEGOTIATION, *JOINING), (e.WriteStandby,), "there is no standby unit to write to"),
        Row(Phase.UP, e.MessageDelivered, when=learns_of_lost_link, do=(hand_over_by_sample,),
            reason="interface check, mate is healthier", rules=("SPL-8",)),
        ignore((Phase.UP,), (e.HelloHeard, e.PeerAnsweredOnData, e.HoldTimeExpired, e.NoActiveUnitSeen,
                             e.MessageDelivered, e.InterfacesChecked, e.GroupHandedOut, e.PreemptTimerExpired),
               "the groups decide"),
        ignore((Phase.UP,), (e.FailoverActive, e.NoFailoverActive, e.FailoverReset), "the groups decide"),

        # Failover on and off.
        Row(Phase.UP, e.FailoverDisabled, when=failover_on, do=(stop_listening, switch_off),
            reason="Set by the config command", rules=("CTL-10", "CTL-12", "CFG-21")),
        Row((Phase.NEGOTIATION, *JOINING), e.FailoverDisabled, to=Phase.UP,
            do=(stop_listening, switch_off, become_standby, configuration_not_received),
            reason="Set by the config command", rules=("CTL-10", "CFG-21")),
        refuse((Phase.UP,), (e.FailoverDisabled,), "failover is already off on this unit"),
        Row(Phase.UP, e.FailoverEnabled, when=off_and_active, do=(switch_on, expect_peer),
            reason="Set by the config command", rules=("CFG-21", "SYN-18")),
        Row(Phase.UP, e.FailoverEnabled, when=failover_off, to=Phase.NEGOTIATION, do=(switch_on,),
            reason="Failover state check", rules=("CFG-21", "SYN-18")),
        refuse((Phase.NEGOTIATION, *JOINING, Phase.UP), (e.FailoverEnabled,), "failover is already on"),
        refuse(NOT_RUNNING, (e.FailoverDisabled, e.FailoverEnabled, e.CommandEntered), "the unit is not running"),
        ignore(POWERED, (e.CommandEntered,), "a command changes configurations, not roles"),

        # What a unit that is not up cannot do.
        impossible(NOT_RUNNING, (e.HelloHeard, e.PeerAnsweredOnData, e.HoldTimeExpired, e.NoActiveUnitSeen,
                                 e.MessageDelivered, e.InterfacesChecked, e.GroupHandedOut, e.PreemptTimerExpired),
                   "the unit is not running"),
        impossible((Phase.NEGOTIATION, *JOINING), (e.MessageDelivered, e.InterfacesChecked,
                                                   e.GroupHandedOut, e.PreemptTimerExpired), "the unit is not up"),
        refuse((*NOT_RUNNING, Phase.NEGOTIATION, *JOINING), (e.FailoverActive, e.NoFailoverActive, e.FailoverReset),
               "the unit is not up"),
    ),
    after=AFTER,
)  # fmt: skip
"""The unit FSM; see the text at the top of the module."""
