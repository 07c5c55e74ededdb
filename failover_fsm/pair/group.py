"""The failover-group FSM: who is active.

Theory of operation.  The table runs while the unit is up, for the one implied group of an Active/Standby
pair, or for each failover group by itself (AA-6, AA-15).  A role moves for six reasons.

*Silence.*  A standby that hears its peer on no channel for the hold time becomes active, a failed
one too: better a firewall with a broken interface than none (UHM-5, T2-1).  An active unit stays.

*Health.*  An active unit whose failed interfaces reach the policy gives up if it believes its
peer ready and hears it on the failover link; else it stays (TRG-5, TRG-6).  A standby whose
interfaces reach the policy is failed, and ready again when they do not (T2-8, IFM-18).  A dead service
module counts as much as interfaces that reach the policy (TRG-2), whatever the interfaces are like.

*Commands.*  A hand-over is break before make: the active unit gives up and sends a grant, and the
standby becomes active when the grant arrives.  `failover active` on a standby sends a request
that the active unit answers with a grant.  So a hand-over never makes two active units; for one
message delay none is active.  A unit that has failed meanwhile takes no grant.

*The sample.*  When the failover link fails and the peer answers on a data interface, the active
unit compares failed interfaces once and hands over if it has more (SPL-8).  After that failover
is suspended until the link is back (SPL-9): `heard` is no longer LINK.

*The way home.*  A group with preempt asks for the active role on the unit it prefers when that unit
becomes available: synchronised, or in contact again on the failover link; and, once it has recovered there, if it
failed out of the active role.  That is an edge: a group that is moved by hand has no timer, and stays, whatever
becomes of its standby side (PRE-3, PRE-6).  After a common boot the
unit that went first hands a group out once, preempt or not, unless it fails there meanwhile (AA-14).

*Repair of agreement.*  Two active units that hear each other: the secondary yields (SPL-3; over the
failover link by joining anew, see unit.py).  No active unit, nothing on its way: `NoActiveUnitSeen`
elects one, the chapter being silent; ready before failed, primary before secondary.

Rows stand in the order in which they are tried.
"""

from __future__ import annotations

from failover_fsm.pair import events as e
from failover_fsm.pair.hindered import gave_up_joining, wait_no_more
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.states import AnnouncedRole, Handover, PeerContact, Role, Unit
from failover_fsm.pair.tables import Effect, Guard, Row, Table, ignore, impossible, refuse
from failover_fsm.pair.unit import failover_off, more_failed_than_peer, yields_at_all
from failover_fsm.pair.unit_effects import configuration_not_received

# -- guards ------------------------------------------------------------------------------------


def over_policy(ctx: RuleContext) -> bool:
    """The unit's failed monitored interfaces reach the interface policy."""
    return ctx.settings.over_policy(ctx.failed, ctx.index)


def module_dead(ctx: RuleContext) -> bool:
    """The unit's service module does not work, and is monitored."""
    return ctx.inputs.module_dead


def healthy(ctx: RuleContext) -> bool:
    """The service module works, failed monitored interfaces are within the policy, and no synchronisation failed."""
    return not ctx.unhealthy and not gave_up_joining(ctx)


def unchecked(ctx: RuleContext) -> bool:
    """The group is ready only by a reset or because it yielded, and is found healthy now."""
    return ctx.group.unchecked and healthy(ctx)


def can_hand_over(ctx: RuleContext) -> bool:
    """Failover is on, not suspended, and the unit believes its peer ready (TRG-5, TRG-6, TRG-12)."""
    own = ctx.own
    return own.enabled and own.contact is PeerContact.LINK and ctx.group.peer_role is AnnouncedRole.STANDBY_READY


def mate_is_healthier(ctx: RuleContext) -> bool:
    """The option: the peer has to have fewer failed interfaces, not only to be ready."""
    return not ctx.settings.options.mate_is_healthier or bool(ctx.failed > ctx.peer_failed)


def over_policy_and_can_hand_over(ctx: RuleContext) -> bool:
    """The policy is reached and a ready peer is there to take over."""
    return can_hand_over(ctx) and over_policy(ctx) and mate_is_healthier(ctx)


def module_dead_and_can_hand_over(ctx: RuleContext) -> bool:
    """The service module is dead and a ready peer is there to take over."""
    return module_dead(ctx) and can_hand_over(ctx)


def can_request(ctx: RuleContext) -> bool:
    """Failover is on, not suspended, and the unit believes its peer active."""
    own = ctx.own
    return own.enabled and own.contact is PeerContact.LINK and ctx.group.peer_role is AnnouncedRole.ACTIVE


def must_yield(ctx: RuleContext) -> bool:
    """The group is active on both units, and this is the secondary (SPL-3)."""
    return ctx.announced_role is AnnouncedRole.ACTIVE and yields_at_all(ctx)


def silence_counts(ctx: RuleContext) -> bool:
    """Silence makes a standby active, unless the option says that suspension comes first."""
    return not (ctx.settings.options.suspension_ignores_silence and ctx.own.contact is PeerContact.DATA)


def failed_may_take_over(ctx: RuleContext) -> bool:
    """Silence makes a failed standby active too, unless options say otherwise."""
    return ctx.settings.options.failed_standby_takes_over and silence_counts(ctx)


def can_request_home(ctx: RuleContext) -> bool:
    """As for a command, and the group has been found healthy here."""
    return can_request(ctx) and not ctx.group.unchecked


def requested_by_ready_peer(ctx: RuleContext) -> bool:
    """The peer asks for the active role and is still ready to take it."""
    return ctx.group.handover is Handover.REQUEST and ctx.announced_role is AnnouncedRole.STANDBY_READY


def granted(ctx: RuleContext) -> bool:
    """The peer hands the role over, and has not become active again since."""
    return ctx.group.handover is Handover.GRANT and ctx.announced_role is not AnnouncedRole.ACTIVE


def granted_for_module(ctx: RuleContext) -> bool:
    """The peer hands the role over because it is failed, its service module being dead."""
    peer = ctx.inputs.peer
    dead = peer is not None and peer.module_dead and ctx.announced_role is AnnouncedRole.FAILED
    return dead and granted(ctx)


def granted_home(ctx: RuleContext) -> bool:
    """The peer hands the group over because the preempt timer asked for it."""
    return granted_as_asked(ctx) and ctx.group.return_pending


def granted_as_asked(ctx: RuleContext) -> bool:
    """The peer hands the role over because this unit asked for it."""
    return ctx.group.handover is Handover.ANSWER and ctx.announced_role is not AnnouncedRole.ACTIVE


def granted_by_sample(ctx: RuleContext) -> bool:
    """The peer hands the role over because the sample found it less healthy."""
    return ctx.group.handover is Handover.GRANT_BY_DATA and ctx.announced_role is not AnnouncedRole.ACTIVE


def failed_unit_obeys(ctx: RuleContext) -> bool:
    """The option: a failed unit takes the role it is handed."""
    obeys = ctx.settings.options.failed_unit_obeys
    return obeys and (granted(ctx) or granted_as_asked(ctx) or granted_by_sample(ctx))


def ready_goes_first(ctx: RuleContext) -> bool:
    """A ready unit goes before an unchecked one, and both before any other; between equals the primary."""
    if not ctx.settings.options.no_active_unit_seen:
        return False
    if ctx.announced_role in (AnnouncedRole.STANDBY_READY, AnnouncedRole.UNCHECKED):
        peer_unchecked = ctx.announced_role is AnnouncedRole.UNCHECKED
        return ctx.unit is Unit.PRIMARY if peer_unchecked == ctx.group.unchecked else peer_unchecked
    return ctx.announced_role in (AnnouncedRole.FAILED, AnnouncedRole.JOINING, AnnouncedRole.NEGOTIATION)


def failed_goes_before_joining(ctx: RuleContext) -> bool:
    """A failed unit goes before a joining one, and between two failed units the primary.

    A unit that negotiates waits to join one that is active for another group, and is then no help for this one.
    """
    if not ctx.settings.options.no_active_unit_seen:
        return False
    if ctx.announced_role is AnnouncedRole.FAILED:
        return ctx.unit is Unit.PRIMARY
    if ctx.announced_role is AnnouncedRole.NEGOTIATION:
        return ctx.active_somewhere
    return ctx.announced_role is AnnouncedRole.JOINING


# -- effects -----------------------------------------------------------------------------------


def _send(message: Handover, name: str, doc: str) -> Effect:
    def effect(ctx: RuleContext) -> None:
        ctx.sent.append((ctx.index, message))

    effect.__name__, effect.__doc__ = name, doc
    return effect


def arm_preemption(ctx: RuleContext) -> None:
    """A group restored on the unit it prefers, or that yields there, moves back after its preempt delay (PRE-6)."""
    ctx.group.return_pending = ctx.settings.preempts(ctx.index, ctx.unit)


def mark_unchecked(ctx: RuleContext) -> None:
    """The group is ready, but nobody hands over to it before its next interface check (CTL-1, CTL-14)."""
    ctx.group.unchecked = True


def mark_checked(ctx: RuleContext) -> None:
    """The group has been found healthy."""
    ctx.group.unchecked = False


send_grant = _send(Handover.GRANT, "send_grant", "Tell the peer to become active.")
send_request = _send(Handover.REQUEST, "send_request", "Ask the peer for the active role.")
send_answer = _send(Handover.ANSWER, "send_answer", "Grant what the peer asked for.")
send_grant_by_data = _send(
    Handover.GRANT_BY_DATA, "send_grant_by_data", "Tell the peer on a data interface to take over."
)

# -- the table ---------------------------------------------------------------------------------

A, R, F, NONE = Role.ACTIVE, Role.STANDBY_READY, Role.FAILED, Role.NONE
STANDBY = (R, F)


def _take(when: Guard, reason: str, *rules: str) -> Row[Role]:
    return Row(R, e.MessageDelivered, when=when, to=A, reason=reason, rules=rules)


GROUP_EVENTS = (
    e.MessageDelivered, e.HelloHeard, e.PeerAnsweredOnData, e.InterfacesChecked,
    e.NoActiveUnitSeen, e.HoldTimeExpired, e.GroupHandedOut, e.PreemptTimerExpired,
    e.FailoverActive, e.NoFailoverActive, e.FailoverReset,
)  # fmt: skip

GROUP_TABLE: Table[Role] = Table.of(
    "group",
    tuple(Role),
    GROUP_EVENTS,
    (
        # Hand-over messages.
        Row(A, e.MessageDelivered, when=requested_by_ready_peer, to=R, do=(send_answer,),
            reason="Other unit wants me Standby",
            rules=("TRG-4", "TRG-8", "TRG-10", "CTL-5", "CTL-7", "AS-2", "AA-7")),
        ignore((A,), (e.MessageDelivered,), "already active, or the unit that asked has failed since"),
        _take(granted_for_module, "Service card in other unit has failed", "TRG-2"),
        _take(granted, "Other unit wants me Active", "TRG-4", "CTL-6", "CTL-8", "T2-7", "T4-2", "AS-2", "AA-7"),
        _take(granted_home, "Preemption", "PRE-2", "PRE-3", "PRE-6"),
        _take(granted_as_asked, "Set by the config command", "TRG-4", "CTL-5"),
        _take(granted_by_sample, "Other unit wants me Active", "SPL-8"),
        ignore((R,), (e.MessageDelivered,), "a request to a unit that is not active any more"),
        Row(F, e.MessageDelivered, when=failed_unit_obeys, to=A, do=(wait_no_more,),
            reason="Other unit wants me Active", rules=("TRG-5",)),
        ignore((F,), (e.MessageDelivered,), "in failed state, cannot be active"),

        # Hellos.
        Row(A, e.HelloHeard, when=must_yield, to=R,
            do=(arm_preemption, mark_unchecked, configuration_not_received),
            reason="Recovered from communication failure", rules=("SPL-3", "SPL-4", "SPL-5", "PRE-3")),
        Row(A, e.PeerAnsweredOnData, when=must_yield, to=R, do=(configuration_not_received,),
            reason="Recovered from communication failure", rules=("SPL-3", "SPL-4", "SPL-5")),
        Row(A, e.PeerAnsweredOnData, when=more_failed_than_peer, to=R, do=(send_grant_by_data,),
            reason="interface check, mate is healthier", rules=("SPL-8",)),
        ignore((A, *STANDBY), (e.HelloHeard,), "recorded; a hello alone moves no role"),
        ignore((A, *STANDBY), (e.PeerAnsweredOnData,), "no failover; the failover link is marked failed"),

        # Silence.
        Row(R, e.HoldTimeExpired, when=silence_counts, to=A,
            reason="HELLO not heard from mate", rules=("T2-1", "T4-1", "UHM-5", "UHM-8", "SPL-2")),
        Row(F, e.HoldTimeExpired, when=failed_may_take_over, to=A, do=(wait_no_more,),
            reason="HELLO not heard from mate", rules=("UHM-5", "UHM-8", "SPL-2")),
        ignore((A,), (e.HoldTimeExpired,), "an active unit stays active and marks its peer failed"),
        ignore(STANDBY, (e.HoldTimeExpired,), "an option keeps the standby from taking over"),

        # Interfaces.
        Row(A, e.InterfacesChecked, when=module_dead_and_can_hand_over, to=F, do=(send_grant, arm_preemption),
            reason="Detect service card failure", rules=("TRG-2", "TRG-5")),
        Row(A, e.InterfacesChecked, when=over_policy_and_can_hand_over, to=F, do=(send_grant, arm_preemption),
            reason="Interface check",
            rules=("T2-7", "T4-2", "TRG-3", "TRG-9", "TRG-11", "IFM-15", "IFM-25", "AA-15", "PRE-6")),
        ignore((A,), (e.InterfacesChecked,), "healthy, or no ready peer in contact on the failover link"),
        Row(R, e.InterfacesChecked, when=module_dead, to=F,
            reason="Detect service card failure", rules=("TRG-2", "TRG-5")),
        Row(R, e.InterfacesChecked, when=over_policy, to=F,
            reason="Interface check", rules=("T2-8", "T4-3", "TRG-3", "TRG-9", "IFM-15")),
        Row(R, e.InterfacesChecked, when=unchecked, do=(mark_checked,),
            reason="Interface check", rules=("CTL-1", "CTL-14", "PRE-6")),
        ignore((R,), (e.InterfacesChecked,), "healthy"),
        Row(F, e.InterfacesChecked, when=healthy, to=R,
            reason="Interface check", rules=("IFM-18", "T4-4", "PRE-1", "PRE-6")),
        ignore((F,), (e.InterfacesChecked,), "still over the policy, or the service module still dead"),

        # Nobody is active.
        Row(R, e.NoActiveUnitSeen, when=ready_goes_first, to=A,
            reason="No Active unit found", rules=("UHM-5", "AS-5")),
        ignore((R,), (e.NoActiveUnitSeen,), "the primary goes first"),
        Row(F, e.NoActiveUnitSeen, when=failed_goes_before_joining, to=A, do=(wait_no_more,),
            reason="No Active unit found", rules=("UHM-5", "AS-5")),
        ignore((F,), (e.NoActiveUnitSeen,), "the peer goes first"),
        impossible((A,), (e.NoActiveUnitSeen,), "this unit is active"),

        # The way home, in an Active/Active pair.
        Row(A, e.GroupHandedOut, when=can_hand_over, to=R, do=(send_grant,),
            reason="Other unit wants me Standby", rules=("AA-14", "AA-9", "AA-10")),
        ignore((A,), (e.GroupHandedOut,), "no ready peer in contact on the failover link yet"),
        Row(R, e.PreemptTimerExpired, when=can_request_home, do=(send_request,),
            reason="Preemption", rules=("PRE-2", "PRE-3", "PRE-5")),
        ignore((R,), (e.PreemptTimerExpired,),
               "the group is not active on a peer in contact on the failover link, or has not been checked here"),
        impossible(STANDBY, (e.GroupHandedOut,), "the group is not active on this unit"),
        impossible((A, F), (e.PreemptTimerExpired,), "the group is not a ready standby on this unit"),

        # The operator.
        Row(R, e.FailoverActive, when=can_request_home, do=(send_request,),
            reason="Set by the config command",
            rules=("TRG-4", "TRG-8", "TRG-10", "CTL-4", "CTL-5", "CTL-7", "CTL-9")),
        Row(STANDBY, e.FailoverActive, when=failover_off, to=A, do=(wait_no_more,),
            reason="Set by the config command", rules=("CTL-11",)),
        refuse((R,), (e.FailoverActive,), "active unit not in contact on the failover link, or no check since reset"),
        refuse((F,), (e.FailoverActive,), "in failed state, cannot be active: enter failover reset first"),
        refuse((A,), (e.FailoverActive,), "the unit is already active"),
        Row(A, e.NoFailoverActive, when=can_hand_over, to=R, do=(send_grant,),
            reason="Set by the config command", rules=("TRG-4", "TRG-8", "TRG-10", "CTL-6", "CTL-8")),
        Row(A, e.NoFailoverActive, when=failover_off, to=R,
            reason="Set by the config command", rules=("CTL-11",)),
        refuse((A,), (e.NoFailoverActive,), "no standby ready unit in contact on the failover link"),
        refuse(STANDBY, (e.NoFailoverActive,), "the unit is not active"),
        Row(F, e.FailoverReset, to=R, do=(mark_unchecked,),
            reason="Set by the config command", rules=("CTL-1", "CTL-13", "CTL-14")),
        ignore((A, R), (e.FailoverReset,), "accepted, and no unit is failed"),

        impossible((NONE,), GROUP_EVENTS, "the unit is not up"),
    ),
)  # fmt: skip
"""The failover-group FSM; see the text at the top of the module."""
