"""Guards of the two tables, one at a time, on what a unit remembers and what has reached it."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair import group as of_group
from failover_fsm.pair import unit as of_unit
from failover_fsm.pair.hindered import heartbeat_missing, stands_by_beside_unlike_peer
from failover_fsm.pair.obstacles import Hindrance, Obstacle
from failover_fsm.pair.rule_context import Announcement, Channel, Inputs, RuleContext
from failover_fsm.pair.settings import GroupSettings, Options, Settings
from failover_fsm.pair.states import (
    AnnouncedRole,
    ConfigSync,
    Group,
    Handover,
    PeerContact,
    Phase,
    Role,
    Unit,
    UnitState,
)
from failover_fsm.records import edit
from tests.pairs import PRIMARY, SECONDARY, settings

A, R, F, J, N, Z, U = (
    AnnouncedRole.ACTIVE, AnnouncedRole.STANDBY_READY, AnnouncedRole.FAILED, AnnouncedRole.JOINING,
    AnnouncedRole.NEGOTIATION, AnnouncedRole.NONE, AnnouncedRole.UNCHECKED,
)  # fmt: skip
ACTIVE, READY, FAILED = Role.ACTIVE, Role.STANDBY_READY, Role.FAILED
LINK, DATA = Channel.LINK, Channel.DATA
ON_LINK, ON_DATA, LOST, NEVER = PeerContact.LINK, PeerContact.DATA, PeerContact.LOST, PeerContact.NEVER


def case(
    *groups: Group, says: tuple[AnnouncedRole, ...] = (), via: Channel | None = LINK, contact: PeerContact = ON_LINK,
    unit: Unit = SECONDARY, of: Settings | None = None, event: e.Event | None = None, known: bool = True,
    own: dict[str, Any] | None = None, options: dict[str, Any] | None = None, module_dead: bool = False, **inputs: Any,
) -> RuleContext:  # fmt: skip
    """A unit that is up, with these groups, and hears what the peer says of them."""
    record = UnitState(phase=Phase.UP, contact=contact, groups=groups or (Group(role=READY),), **(own or {}))
    peer = Announcement(roles=says, acquainted=known, module_dead=module_dead) if says else None
    found = of or Settings(options=Options(**(options or {})))
    heard = Inputs(via=via, peer=peer, **inputs)
    draft: Any = edit(record)
    return RuleContext(unit=unit, event=event or e.HelloHeard(unit=unit), own=draft, inputs=heard, settings=found)


def group(role: Role = READY, **more: Any) -> Group:
    return Group(role=role, **more)


EDGE = {"recovery": "edge"}
TWO = Settings(groups=tuple(GroupSettings(preferred=each) for each in (PRIMARY, SECONDARY)),
               contexts=(("one", 0), ("two", 1)))  # fmt: skip
SHY = {"suspension_ignores_silence": True}
GRANT, REQUEST, ANSWER, BY_DATA = Handover.GRANT, Handover.REQUEST, Handover.ANSWER, Handover.GRANT_BY_DATA
LED = group(ACTIVE)
UNLIKE = Obstacle.MISMATCH
WRITES = e.WriteStandby(unit=PRIMARY)


@pytest.mark.parametrize(
    ("guard", "ctx", "holds"),
    [
        (of_unit.acquainted, case(says=(A,)), True),
        (of_unit.acquainted, case(says=(A,), known=False), False),
        (of_unit.acquainted, case(says=(A,), contact=NEVER), True),
        (of_unit.acquainted, case(says=(A,), contact=NEVER, via=DATA), False),
        (of_unit.acquainted, case(says=(A,), contact=LOST, via=DATA), True),
        (of_unit.acquainted, case(), False),
        (of_unit.recovery_due, case(says=(A,)), True),
        (of_unit.recovery_due, case(says=(A,), options=EDGE), False),
        (of_unit.recovery_due, case(says=(A,), options=EDGE, contact=ON_DATA), True),
        (of_unit.recovery_due, case(says=(A,), options=EDGE, contact=LOST, via=DATA), True),
        (of_unit.recovery_due, case(says=(A,), options=EDGE, contact=ON_DATA, via=DATA), False),
        (of_unit.yields_at_all, case(LED, says=(A,)), True),
        (of_unit.yields_at_all, case(LED, says=(A,), unit=PRIMARY), False),
        (of_unit.yields_at_all, case(LED, says=(A,), unmonitored=True, via=DATA, contact=ON_DATA), False),
        (of_unit.yields_at_all, case(LED, says=(A,), options=EDGE), False),
        (of_unit.yields_on_link, case(LED, group(), says=(A, R)), True),
        (of_unit.yields_on_link, case(LED, LED, says=(A, R)), False),
        (of_unit.yields_on_link, case(group(), group(), says=(A, A)), False),
        (of_unit.yields_on_link, case(LED, says=(A,), via=DATA), False),
        (of_unit.standby_meets_active, case(says=(A,), contact=ON_DATA), True),
        (of_unit.standby_meets_active, case(says=(A,), contact=ON_DATA, options={"resync_on_contact": False}), False),
        (of_unit.standby_meets_active, case(says=(A,), contact=LOST, options={"resync_on_contact": False}), True),
        (of_unit.standby_meets_active, case(says=(A,), contact=ON_DATA, options={"resync_on_contact": False},
                                            own={"config_sync": ConfigSync.OUT_OF_SYNC}), True),
        (of_unit.standby_meets_active, case(says=(A,)), False),
        (of_unit.standby_meets_active, case(LED, says=(A,), contact=ON_DATA), False),
        (of_unit.standby_meets_active, case(says=(R,), contact=ON_DATA), False),
        (of_unit.off_and_active, case(LED, own={"enabled": False}), True),
        (of_unit.off_and_active, case(LED), False),
        (of_unit.off_and_active, case(own={"enabled": False}), False),
        (of_unit.stays_up, case(group(), group(), of=TWO, event=e.WriteStandby(unit=PRIMARY, context="two")), True),
        (of_unit.stays_up, case(group(), LED, of=TWO, event=e.WriteStandby(unit=PRIMARY, context="two")), False),
        (of_unit.stays_up, case(group(), LED, of=TWO, event=e.WriteStandby(unit=PRIMARY, context="one")), True),
        (of_unit.stays_up, case(group(), LED, of=TWO, event=WRITES), True),
        (of_unit.stays_up, case(group(), group(), of=TWO, event=WRITES), False),
        (of_unit.stays_up, case(group(), LED, of=TWO, event=WRITES, via=None), False),
        (of_unit.learns_of_lost_link, case(LED, says=(R,), via=DATA, failed=(1,), peer_failed=(0,)), True),
        (of_unit.learns_of_lost_link, case(LED, says=(R,), via=DATA, failed=(1,), peer_failed=(1,)), False),
        (of_unit.learns_of_lost_link, case(LED, says=(F,), via=DATA, failed=(1,), peer_failed=(0,)), False),
        (of_unit.learns_of_lost_link, case(group(), says=(R,), via=DATA, failed=(1,), peer_failed=(0,)), False),
        (of_unit.learns_of_lost_link, case(LED, says=(R,), via=DATA, contact=ON_DATA, failed=(1,), peer_failed=(0,)),
         False),
        (of_unit.learns_of_lost_link, case(LED, says=(R,), failed=(1,), peer_failed=(0,)), False),
        (of_unit.learns_of_lost_link, case(LED, says=(R,), via=DATA, failed=(1,), peer_failed=(0,),
                                           options={"sample_on_link_failure": False}), False),
        (of_group.unchecked, case(group(unchecked=True), of=settings(1), failed=(0,)), True),
        (of_group.unchecked, case(group(unchecked=True), of=settings(1), failed=(1,)), False),
        (of_group.unchecked, case(group(), of=settings(1), failed=(0,)), False),
        (of_group.can_hand_over, case(group(ACTIVE, peer_role=R)), True),
        (of_group.can_hand_over, case(group(ACTIVE, peer_role=F)), False),
        (of_group.can_hand_over, case(group(ACTIVE, peer_role=R), contact=ON_DATA), False),
        (of_group.can_hand_over, case(group(ACTIVE, peer_role=R), own={"enabled": False}), False),
        (of_group.can_request, case(group(peer_role=A)), True),
        (of_group.can_request, case(group(peer_role=R)), False),
        (of_group.can_request, case(group(peer_role=A), contact=ON_DATA), False),
        (of_group.can_request, case(group(peer_role=A), own={"enabled": False}), False),
        (of_group.silence_counts, case(contact=ON_DATA), True),
        (of_group.silence_counts, case(contact=ON_DATA, options=SHY), False),
        (of_group.silence_counts, case(options=SHY), True),
        (of_group.failed_may_take_over, case(group(FAILED)), True),
        (of_group.failed_may_take_over, case(group(FAILED), contact=ON_DATA, options=SHY), False),
        (of_group.failed_may_take_over, case(group(FAILED), options={"failed_standby_takes_over": False}), False),
        (of_group.granted, case(group(handover=GRANT), says=(R,)), True),
        (of_group.granted, case(group(handover=GRANT), says=(A,)), False),
        (of_group.granted, case(group(handover=REQUEST), says=(R,)), False),
        (of_group.granted_as_asked, case(group(handover=ANSWER), says=(R,)), True),
        (of_group.granted_as_asked, case(group(handover=ANSWER), says=(A,)), False),
        (of_group.granted_by_sample, case(group(handover=BY_DATA), says=(R,)), True),
        (of_group.granted_by_sample, case(group(handover=BY_DATA), says=(A,)), False),
        (of_group.granted_for_module, case(group(handover=GRANT), says=(F,), module_dead=True), True),
        (of_group.granted_for_module, case(group(handover=GRANT), says=(R,), module_dead=True), False),
        (of_group.granted_for_module, case(group(handover=GRANT), says=(F,)), False),
        (of_group.granted_for_module, case(group(handover=ANSWER), says=(F,), module_dead=True), False),
        (of_group.granted_for_module, case(group(handover=GRANT)), False),
        *((of_group.failed_unit_obeys, case(group(FAILED, handover=each), says=(R,), options={"failed_unit_obeys": on}),
           on and each is not REQUEST) for each in (GRANT, ANSWER, BY_DATA, REQUEST) for on in (True, False)),
        (heartbeat_missing, case(obstacle=Obstacle.HEARTBEAT), True),
        (heartbeat_missing, case(obstacle=Obstacle.HEARTBEAT, own={"enabled": False}), False),
        (heartbeat_missing, case(), False),
        (stands_by_beside_unlike_peer, case(says=(A,), obstacle=UNLIKE), True),
        (stands_by_beside_unlike_peer, case(says=(A,)), False),
        (stands_by_beside_unlike_peer, case(LED, says=(R,), obstacle=UNLIKE), False),
        (stands_by_beside_unlike_peer, case(LED, group(), says=(R, A), obstacle=UNLIKE), True),
        (stands_by_beside_unlike_peer, case(LED, group(), says=(R, A), obstacle=UNLIKE, unit=PRIMARY), False),
        (stands_by_beside_unlike_peer, case(LED, LED, says=(R, A), obstacle=UNLIKE), False),
    ],
)  # fmt: skip
def test_a_guard_holds(guard: Any, ctx: RuleContext, holds: bool) -> None:
    assert bool(guard(ctx)) is holds


# -- what a hello leaves behind ----------------------------------------------------------------------------

HOME = Settings(groups=(GroupSettings(preferred=SECONDARY, preempt=True),))


@pytest.mark.parametrize(
    ("ctx", "contact", "peer_role", "returns"),
    [
        (case(group(), says=(A,), contact=LOST, of=HOME), ON_LINK, A, True),
        (case(group(FAILED), says=(A,), contact=LOST, of=HOME), ON_LINK, A, True),
        (case(group(), says=(A,), of=HOME), ON_LINK, A, False),
        (case(group(return_pending=True), says=(A,), of=HOME), ON_LINK, A, True),
        (case(group(Role.NONE), says=(A,), contact=LOST, of=HOME), ON_LINK, A, False),
        (case(group(ACTIVE, return_pending=True), says=(F,), of=HOME), ON_LINK, F, False),
        (case(group(ACTIVE, return_pending=True), says=(R,), of=HOME), ON_LINK, R, True),
        (case(group(FAILED, return_pending=True), says=(F,), of=HOME), ON_LINK, F, True),
        (case(group(return_pending=True), says=(A,), via=DATA, of=HOME), ON_DATA, A, False),
        (case(group(), says=(A,), contact=LOST, of=HOME, own={"enabled": False}), LOST, Z, False),
        (case(group(), contact=LOST, of=HOME), LOST, Z, False),
    ],
)
def test_a_hello_leaves_the_channel_what_was_said_and_the_way_home(
    ctx: RuleContext, contact: PeerContact, peer_role: AnnouncedRole, returns: bool
) -> None:
    """PRE-1, PRE-3, T4-7."""
    of_unit.record_hello(ctx)
    own = ctx.own
    assert (own.contact, own.groups[0].peer_role, own.groups[0].return_pending) == (contact, peer_role, returns)
    assert own.hindrance is Hindrance.NONE
