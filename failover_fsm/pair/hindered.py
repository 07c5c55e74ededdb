"""The rows of the unit table about what keeps units from being a pair.

Units that do not match find it out by a hello on the failover link. Who is active stays so, with failover on; who is
not switches failover off by itself and stands by, without serving. Two units that negotiate have nobody to stand by
for: each becomes active by itself. The switch is not saved: a reload negotiates again, and so does `failover`.

A synchronisation that fails for good leaves a failed unit that neither a link nor an interface check brings back; a
reset, a reload or a switch off and on begin anew.

Theory of the obstacles: pair/obstacles.py; where they can strike: pair/hindering.py.
"""

from __future__ import annotations

from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Hindrance, Obstacle, gave_up, has_no_hindrance, is_locked, was_refused
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.states import JOINING, POWERED, AnnouncedRole, Phase, Role, Unit
from failover_fsm.pair.tables import Default, Row, impossible
from failover_fsm.pair.unit_effects import (
    become_active,
    become_standby,
    configuration_not_received,
    forget_peer,
    stop_listening,
    switch_on,
)
from failover_fsm.records import ask

_NOT_RUNNING = (Phase.OFF, Phase.DOWN, Phase.RESTARTING)

DIFFERS = "Other unit has different software version"
"""The reason of a unit that meets a peer which does not match; `syslog` words it by what differs."""

# -- guards ------------------------------------------------------------------------------------


def gave_up_joining(ctx: RuleContext) -> bool:
    """The synchronisation of the unit failed for good."""
    return ask(ctx.own.hindrance, gave_up)


def unhindered(ctx: RuleContext) -> bool:
    """Nothing hinders the unit."""
    return ask(ctx.own.hindrance, has_no_hindrance)


def configuration_locked(ctx: RuleContext) -> bool:
    """A session on the unit holds its configuration locked."""
    return ask(ctx.own.hindrance, is_locked)


def heartbeat_missing(ctx: RuleContext) -> bool:
    """Failover is on in the startup configuration, and the supervisor does not answer."""
    return ctx.inputs.obstacle is Obstacle.HEARTBEAT and ctx.own.enabled


def flash_full(ctx: RuleContext) -> bool:
    """The Flash has no room for what the peer sends."""
    return ctx.inputs.obstacle is Obstacle.FLASH


def meets_unlike_peer(ctx: RuleContext) -> bool:
    """The peer that says hello on the failover link does not match."""
    return ctx.inputs.obstacle is Obstacle.MISMATCH


def meets_unlike_active_peer(ctx: RuleContext) -> bool:
    """It does not match, and is active."""
    return meets_unlike_peer(ctx) and AnnouncedRole.ACTIVE in ctx.announced_roles


def stands_by_beside_unlike_peer(ctx: RuleContext) -> bool:
    """The peer does not match, and the unit is the one that can do without failover.

    That is a unit that is active for nothing; where each is active for something, the secondary.
    """
    if not meets_unlike_peer(ctx):
        return False
    if not ctx.active_somewhere:
        return True
    own = zip(ctx.own.groups, ctx.announced_roles, strict=True)
    shared = any(group.role is Role.ACTIVE and view is AnnouncedRole.ACTIVE for group, view in own)
    return ctx.unit is Unit.SECONDARY and AnnouncedRole.ACTIVE in ctx.announced_roles and not shared


# -- effects -----------------------------------------------------------------------------------


def refuse_failover(ctx: RuleContext) -> None:
    """The unit switches failover off by itself; its startup configuration has it on."""
    ctx.own.enabled = False
    ctx.own.hindrance = Hindrance.REFUSED


def start_over(ctx: RuleContext) -> None:
    """What hindered the unit ends with its run; failover that it refused is on in its startup configuration."""
    if ask(ctx.own.hindrance, was_refused):
        ctx.own.enabled = True
    ctx.own.hindrance = Hindrance.NONE


def give_up(ctx: RuleContext) -> None:
    """The unit is failed for all groups, and no link and no check helps."""
    for group in ctx.own.groups:
        group.role, group.return_pending = Role.FAILED, False
    ctx.own.hindrance = Hindrance.GAVE_UP


def wait_no_more(ctx: RuleContext) -> None:
    """A unit that gave up its synchronisation and takes over all the same is no standby that could wait for one."""
    if ask(ctx.own.hindrance, gave_up):
        ctx.own.hindrance = Hindrance.NONE


def lock(ctx: RuleContext) -> None:
    """The configuration is locked from now on."""
    ctx.own.hindrance = Hindrance.LOCKED


def unlock(ctx: RuleContext) -> None:
    """The configuration is free again."""
    ctx.own.hindrance = Hindrance.NONE


# -- rows --------------------------------------------------------------------------------------

HINDERED: tuple[Row[Phase] | Default[Phase], ...] = (
    # Units that do not match: who is not active does without failover.
    Row(Phase.UP, e.HelloHeard, when=stands_by_beside_unlike_peer, do=(stop_listening, refuse_failover),
        reason=DIFFERS, rules=("HW-2", "HW-4", "HW-5", "HW-7", "CTL-10")),
    Row(Phase.NEGOTIATION, e.HelloHeard, when=meets_unlike_active_peer, to=Phase.UP,
        do=(stop_listening, refuse_failover, become_standby, configuration_not_received),
        reason=DIFFERS, rules=("HW-2", "HW-4", "HW-5", "HW-7", "CTL-10")),
    Row(Phase.NEGOTIATION, e.HelloHeard, when=meets_unlike_peer, to=Phase.UP,
        do=(stop_listening, refuse_failover, become_active),
        reason=DIFFERS, rules=("HW-2", "HW-4", "HW-5", "HW-7", "CTL-10")),
    Row(JOINING, e.HelloHeard, when=meets_unlike_peer, to=Phase.UP,
        do=(stop_listening, refuse_failover, become_standby, configuration_not_received),
        reason=DIFFERS, rules=("HW-2", "HW-4", "HW-5", "HW-7", "CTL-10")),

    # A synchronisation that fails.
    Row(JOINING, e.SynchronizationFailed, when=configuration_locked, to=Phase.RESTARTING,
        do=(forget_peer, start_over), reason="reload", rules=("SYN-3",)),
    Row(JOINING, e.SynchronizationFailed, when=flash_full, to=Phase.UP, do=(give_up, configuration_not_received),
        reason="Configuration synchronization failed", rules=("HW-3",)),
    Row(JOINING, e.SynchronizationFailed, to=Phase.RESTARTING, do=(forget_peer, start_over),
        reason="unit failed", rules=("TRG-2", "SYN-3")),
    impossible((*_NOT_RUNNING, Phase.NEGOTIATION, Phase.UP), (e.SynchronizationFailed,), "the unit does not join"),
    Row(JOINING, e.SynchronizationStuck, when=unhindered, to=Phase.UP, do=(give_up, configuration_not_received),
        reason="HA state progression failed", rules=("SYN-1", "SYN-3")),
    impossible(tuple(Phase), (e.SynchronizationStuck,), "no synchronisation is interrupted"),
    Row(Phase.UP, e.FailoverReset, when=gave_up_joining, to=Phase.NEGOTIATION, do=(unlock,),
        reason="Set by the config command", rules=("CTL-1", "CTL-13")),
    Row(POWERED, e.ConfigurationLocked, when=unhindered, do=(lock,), reason="configuration locked", rules=("SYN-3",)),
    impossible(tuple(Phase), (e.ConfigurationLocked,), "the unit does not run, or is hindered already"),
    Row(POWERED, e.ConfigurationUnlocked, when=configuration_locked, do=(unlock,),
        reason="configuration unlocked", rules=("SYN-3",)),
    impossible(tuple(Phase), (e.ConfigurationUnlocked,), "nobody holds the configuration locked"),

    # What a unit comes back with.
    Row((Phase.OFF, Phase.DOWN), e.UnitReplaced, do=(switch_on, configuration_not_received),
        reason="unit replaced", rules=("SYN-2", "CFG-22")),
    impossible((*POWERED, Phase.RESTARTING), (e.UnitReplaced,), "the unit runs"),
    Row((*POWERED, Phase.RESTARTING), e.StoppedWhileSaving, to=Phase.DOWN, do=(forget_peer, start_over),
        reason="unit failed", rules=("TRG-2", "T2-1", "SYN-9", "CFG-22")),
    impossible((Phase.OFF, Phase.DOWN), (e.StoppedWhileSaving,), "the unit is not running"),
)  # fmt: skip
"""The rows of what keeps units from being a pair (pair/obstacles.py)."""
