"""The world around the units, one question at a time: what may happen, at which unit, and what reaches it."""

from __future__ import annotations

import itertools
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import announced_roles, inputs_for, obstacle_ahead, step_possible, targets
from failover_fsm.pair.impairments import NOT_IMPAIRED, Impairments, values_for, with_link_blocked
from failover_fsm.pair.obstacles import (
    NO_OBSTACLES,
    Hindrance,
    Mismatch,
    Obstacle,
    Obstacles,
    every_obstacles,
    obstacle_domains,
)
from failover_fsm.pair.pair import cold
from failover_fsm.pair.rule_context import NOTHING, Channel, Inputs
from failover_fsm.pair.settings import Options, Port, Settings
from failover_fsm.pair.states import (
    AnnouncedRole,
    Group,
    Handover,
    Interface,
    Links,
    LinkState,
    PeerContact,
    Phase,
    Role,
    State,
    UnitState,
)
from tests.pairs import PRIMARY, SECONDARY, active_active, settings

ACTIVE, READY, FAILED = Role.ACTIVE, Role.STANDBY_READY, Role.FAILED
LINK, DATA = PeerContact.LINK, PeerContact.DATA
CUT = Links(failover=LinkState.CUT)


def unit(*roles: Role, phase: Phase = Phase.UP, contact: PeerContact = LINK, **more: Any) -> UnitState:
    return UnitState(phase=phase, contact=contact, groups=tuple(Group(role=role) for role in roles), **more)


def pair(of: Settings, primary: UnitState, secondary: UnitState, **more: Any) -> State:
    return attrs.evolve(cold(of), primary=primary, secondary=secondary, **more)


# -- at which unit a command takes place ---------------------------------------------------------------

GROUPS = active_active()
RESET = e.FailoverReset(unit=PRIMARY)
UP_PEER = unit(READY, READY)
JOINING = unit(Role.NONE, Role.NONE, phase=Phase.SYNC_CONFIG)


@pytest.mark.parametrize(
    ("own", "peer", "group", "links", "at"),
    [
        ((ACTIVE, ACTIVE), (READY, READY), None, Links(), (SECONDARY,)),
        ((FAILED, ACTIVE), (ACTIVE, READY), None, Links(), (PRIMARY,)),
        ((FAILED, ACTIVE), (ACTIVE, FAILED), None, Links(), (PRIMARY, SECONDARY)),
        ((FAILED, ACTIVE), (FAILED, READY), None, Links(), (PRIMARY,)),
        ((FAILED, ACTIVE), (ACTIVE, FAILED), 1, Links(), (PRIMARY,)),
        ((FAILED, ACTIVE), (ACTIVE, FAILED), 2, Links(), (SECONDARY,)),
        ((ACTIVE, ACTIVE), (FAILED, FAILED), None, CUT, (PRIMARY,)),
        ((ACTIVE, ACTIVE), None, None, Links(), (PRIMARY,)),
    ],
)
def test_a_reset_acts_where_groups_have_failed_and_on_the_peer_if_none_has_here(
    own: tuple[Role, ...], peer: tuple[Role, ...] | None, group: int | None, links: Links, at: tuple[object, ...]
) -> None:
    there = JOINING if peer is None else unit(*peer)
    state = pair(GROUPS, unit(*own), there, links=links)
    assert targets(state, GROUPS, e.FailoverReset(unit=PRIMARY, group=group), PRIMARY) == at


PLAIN = settings(2)


@pytest.mark.parametrize(
    ("event", "primary", "secondary", "links", "at"),
    [
        (e.FailoverDisabled(unit=PRIMARY), unit(ACTIVE), unit(READY), Links(), (PRIMARY, SECONDARY)),
        (e.FailoverDisabled(unit=PRIMARY), unit(ACTIVE), unit(READY), CUT, (PRIMARY,)),
        (e.FailoverDisabled(unit=PRIMARY), unit(READY), unit(ACTIVE), Links(), (PRIMARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(ACTIVE), unit(READY), Links(), (SECONDARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(READY), unit(ACTIVE), Links(), (PRIMARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(ACTIVE), unit(READY), CUT, (PRIMARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(ACTIVE), unit(READY, contact=DATA), Links(), (PRIMARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(ACTIVE, contact=DATA), unit(READY), Links(), (SECONDARY,)),
        (e.WriteStandby(unit=PRIMARY), unit(ACTIVE), unit(Role.NONE, phase=Phase.BULK_SYNC), Links(), (PRIMARY,)),
        (e.Reload(unit=PRIMARY), unit(ACTIVE), unit(READY), Links(), (PRIMARY,)),
    ],
)
def test_some_commands_act_on_the_peer_over_the_failover_link(
    event: e.Command, primary: UnitState, secondary: UnitState, links: Links, at: tuple[object, ...]
) -> None:
    """CMD-22, CMD-27."""
    assert targets(pair(PLAIN, primary, secondary, links=links), PLAIN, event, PRIMARY) == at


def test_a_command_does_not_reach_a_peer_that_hears_nothing() -> None:
    state = pair(PLAIN, unit(ACTIVE), unit(READY), impairments=Impairments(congested=(False, True)))
    assert targets(state, PLAIN, e.FailoverDisabled(unit=PRIMARY), PRIMARY) == (PRIMARY,)
    state = pair(PLAIN, unit(ACTIVE), unit(READY), impairments=Impairments(congested=(True, False)))
    assert targets(state, PLAIN, e.FailoverDisabled(unit=PRIMARY), PRIMARY) == (PRIMARY, SECONDARY)


# -- may a step happen now -------------------------------------------------------------------------------

WAITS = unit(READY)
SENT = UnitState(phase=Phase.UP, contact=LINK, groups=(Group(role=READY, handover=Handover.GRANT),))
HIDDEN = Settings(ports=(Port(name="inside", monitored=False),))
"""A pair with one interface, which is not monitored: units answer there and say no hello."""

BOTH = {"primary": unit(ACTIVE), "secondary": WAITS}
OFF = unit(READY, enabled=False)
NEGOTIATES = UnitState(phase=Phase.NEGOTIATION, contact=DATA)
RETURNS = UnitState(phase=Phase.UP, contact=LINK, groups=(Group(role=READY, return_pending=True), Group(role=READY)))
BELOW = unit(ACTIVE, ACTIVE)
HANDS_OUT = UnitState(phase=Phase.UP, contact=LINK, groups=(Group(role=ACTIVE, return_pending=True), Group(role=READY)))


@pytest.mark.parametrize(
    ("of", "state", "event", "may"),
    [
        (PLAIN, BOTH, e.HelloHeard(unit=PRIMARY), True),
        (PLAIN, {**BOTH, "impairments": Impairments(hangs=(True, False))}, e.HelloHeard(unit=PRIMARY), False),
        (PLAIN, {**BOTH, "impairments": Impairments(hangs=(True, False))}, e.InterfacesChecked(unit=PRIMARY), False),
        (PLAIN, {**BOTH, "impairments": Impairments(hangs=(True, False))}, e.InterfacesChecked(unit=SECONDARY), True),
        (PLAIN, {**BOTH, "secondary": OFF}, e.InterfacesChecked(unit=SECONDARY), False),
        (PLAIN, {**BOTH, "secondary": NEGOTIATES}, e.InterfacesChecked(unit=SECONDARY), False),
        (PLAIN, BOTH, e.MessageDelivered(unit=SECONDARY, group=2), False),
        (PLAIN, BOTH, e.MessageDelivered(unit=SECONDARY), False),
        (PLAIN, {**BOTH, "secondary": SENT}, e.MessageDelivered(unit=SECONDARY), True),
        (HIDDEN, {"primary": unit(ACTIVE), "secondary": NEGOTIATES, "links": CUT}, e.HelloHeard(unit=SECONDARY), False),
        (HIDDEN, {"primary": unit(ACTIVE), "secondary": unit(READY, contact=DATA), "links": CUT},
         e.HelloHeard(unit=SECONDARY), True),
        (PLAIN, {**BOTH, "links": CUT}, e.PeerAnsweredOnData(unit=SECONDARY), True),
        (PLAIN, {**BOTH, "secondary": SENT, "links": CUT}, e.PeerAnsweredOnData(unit=SECONDARY), False),
        (PLAIN, {"primary": unit(READY), "secondary": WAITS}, e.NoActiveUnitSeen(unit=SECONDARY), True),
        (PLAIN, {"primary": unit(READY), "secondary": OFF}, e.NoActiveUnitSeen(unit=SECONDARY), False),
        (PLAIN, BOTH, e.NoActiveUnitSeen(unit=SECONDARY), False),
        (PLAIN, {**BOTH, "primary": UnitState(phase=Phase.DOWN)}, e.HoldTimeExpired(unit=SECONDARY), True),
        (PLAIN, {"primary": UnitState(phase=Phase.DOWN), "secondary": OFF}, e.HoldTimeExpired(unit=SECONDARY), False),
        (PLAIN, {"primary": UnitState(phase=Phase.DOWN), "secondary": SENT}, e.HoldTimeExpired(unit=SECONDARY), False),
        (PLAIN, {"primary": UnitState(phase=Phase.DOWN), "secondary": NEGOTIATES}, e.NegotiationExpired(unit=SECONDARY),
         True),
        (PLAIN, {"primary": UnitState(phase=Phase.DOWN), "secondary": attrs.evolve(NEGOTIATES, enabled=False)},
         e.NegotiationExpired(unit=SECONDARY), False),
        (PLAIN, {"primary": attrs.evolve(SENT, phase=Phase.DOWN), "secondary": NEGOTIATES},
         e.NegotiationExpired(unit=SECONDARY), False),
        (GROUPS, {"primary": RETURNS, "secondary": BELOW}, e.PreemptTimerExpired(unit=PRIMARY, group=1), True),
        (GROUPS, {"primary": RETURNS, "secondary": BELOW}, e.PreemptTimerExpired(unit=PRIMARY, group=2), False),
        (GROUPS, {"primary": RETURNS, "secondary": BELOW, "links": CUT}, e.PreemptTimerExpired(unit=PRIMARY, group=1),
         False),
        (GROUPS, {"primary": HANDS_OUT, "secondary": UP_PEER}, e.GroupHandedOut(unit=PRIMARY, group=1), True),
        (GROUPS, {"primary": attrs.evolve(HANDS_OUT, enabled=False), "secondary": UP_PEER},
         e.GroupHandedOut(unit=PRIMARY, group=1), False),
        (GROUPS, {"primary": attrs.evolve(RETURNS, enabled=False), "secondary": BELOW},
         e.PreemptTimerExpired(unit=PRIMARY, group=1), False),
    ],
)  # fmt: skip
def test_whether_a_step_may_happen_now(of: Settings, state: dict[str, Any], event: e.ProtocolStep, may: bool) -> None:
    assert step_possible(pair(of, **state), of, event) is may


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (Group(role=ACTIVE, unchecked=True), AnnouncedRole.ACTIVE),
        (Group(role=READY), AnnouncedRole.STANDBY_READY),
        (Group(role=READY, unchecked=True), AnnouncedRole.UNCHECKED),
        (Group(role=FAILED), AnnouncedRole.FAILED),
    ],
)
def test_only_a_ready_group_is_announced_as_not_checked(group: Group, says: AnnouncedRole) -> None:
    assert announced_roles(UnitState(phase=Phase.UP, groups=(group,))) == (says,)


# -- what reaches a unit -----------------------------------------------------------------------------------


def heard(of: Settings, event: e.Event, at: Any = SECONDARY, **more: Any) -> Inputs:
    return inputs_for(pair(of, **{**BOTH, **more}), of, event, at)


def test_a_hello_carries_the_peer_the_channel_and_that_the_units_do_not_match() -> None:
    unlike = Obstacles(mismatch=Mismatch.LICENSE)
    found = heard(PLAIN, e.HelloHeard(unit=SECONDARY), obstacles=unlike)
    assert (found.via, found.obstacle, found.unmonitored) == (Channel.LINK, Obstacle.MISMATCH, False)
    assert found.peer is not None and found.peer.roles == (AnnouncedRole.ACTIVE,)
    assert heard(PLAIN, e.NoActiveUnitSeen(unit=SECONDARY), obstacles=unlike).obstacle is Obstacle.NONE
    assert heard(PLAIN, e.HelloHeard(unit=SECONDARY)).obstacle is Obstacle.NONE


@pytest.mark.parametrize("event", [e.HelloHeard(unit=SECONDARY), e.PeerAnsweredOnData(unit=SECONDARY)])
def test_a_peer_heard_on_unmonitored_interfaces_alone_is_told_as_such(event: e.Event) -> None:
    """SPL-3: such contact ends no split brain."""
    some = Settings(ports=(Port(name="outside"), Port(name="inside", monitored=False)))
    broken = (Interface(path=LinkState.CUT), Interface())
    for of, interfaces, unmonitored in (
        (HIDDEN, (Interface(),), True), (some, (Interface(), Interface()), False), (some, broken, True),
        (PLAIN, (Interface(), Interface()), False), (PLAIN, (Interface(path=LinkState.CUT),) * 2, False),
    ):  # fmt: skip
        found = heard(of, event, links=CUT, interfaces=interfaces)
        assert (found.via, found.unmonitored) == (Channel.DATA, unmonitored)


def test_a_check_compares_with_the_peer_only_where_the_healthier_unit_is_asked_for() -> None:
    """TRG-5, T2-7: as decided, it is enough that the peer is ready."""
    down = (Interface(), Interface())
    healthier = attrs.evolve(PLAIN, options=Options(mate_is_healthier=True))
    assert heard(PLAIN, e.InterfacesChecked(unit=SECONDARY), interfaces=down).peer_failed == ()
    assert heard(healthier, e.InterfacesChecked(unit=SECONDARY), interfaces=down).peer_failed == (0,)


def test_a_command_from_the_peer_comes_over_the_link_and_nothing_else_does() -> None:
    assert heard(PLAIN, e.FailoverReset(unit=PRIMARY), SECONDARY) == Inputs(via=Channel.LINK)
    assert heard(PLAIN, e.FailoverReset(unit=PRIMARY), PRIMARY) == NOTHING
    assert heard(PLAIN, e.UnitFailed(unit=PRIMARY), SECONDARY) == NOTHING


def test_what_stands_in_the_way_of_a_boot_is_the_missing_heartbeat_and_of_nothing_else() -> None:
    missing = Obstacles(no_heartbeat=(SECONDARY,))
    assert heard(PLAIN, e.UnitRestored(unit=SECONDARY), obstacles=missing) == Inputs(obstacle=Obstacle.HEARTBEAT)
    assert heard(PLAIN, e.Restarted(unit=SECONDARY), obstacles=missing) == Inputs(obstacle=Obstacle.HEARTBEAT)
    assert heard(PLAIN, e.FailoverEnabled(unit=SECONDARY), obstacles=missing) == NOTHING
    assert heard(PLAIN, e.UnitRestored(unit=PRIMARY), PRIMARY, obstacles=missing) == NOTHING


SHARED = settings(1, stateful=StatefulLink.SHARED_DATA)
FULL, BAD = Obstacles(flash_full=(SECONDARY,)), Obstacles(bad_updates=(SECONDARY,))
LOCKED = Hindrance.LOCKED


@pytest.mark.parametrize(
    ("of", "phase", "hindrance", "obstacles", "ahead"),
    [
        (SHARED, Phase.COLD_STANDBY, LOCKED, NO_OBSTACLES, (Phase.SYNC_CONFIG, Obstacle.LOCKED)),
        (SHARED, Phase.SYNC_CONFIG, LOCKED, NO_OBSTACLES, (Phase.SYNC_CONFIG, Obstacle.LOCKED)),
        (SHARED, Phase.SYNC_FILE_SYSTEM, LOCKED, NO_OBSTACLES, None),
        (SHARED, Phase.BULK_SYNC, LOCKED, NO_OBSTACLES, None),
        (SHARED, Phase.SYNC_CONFIG, Hindrance.NONE, FULL, (Phase.SYNC_FILE_SYSTEM, Obstacle.FLASH)),
        (SHARED, Phase.SYNC_CONFIG, LOCKED, FULL, (Phase.SYNC_CONFIG, Obstacle.LOCKED)),
        (SHARED, Phase.BULK_SYNC, Hindrance.NONE, FULL, None),
        (SHARED, Phase.BULK_SYNC, Hindrance.NONE, BAD, (Phase.BULK_SYNC, Obstacle.UPDATES)),
        (PLAIN, Phase.BULK_SYNC, Hindrance.NONE, BAD, None),
        (SHARED, Phase.UP, LOCKED, FULL, None),
        (SHARED, Phase.COLD_STANDBY, Hindrance.NONE, NO_OBSTACLES, None),
    ],
)
def test_where_a_synchronisation_will_fail_and_of_what(
    of: Settings, phase: Phase, hindrance: Hindrance, obstacles: Obstacles, ahead: tuple[Phase, Obstacle] | None
) -> None:
    joining = unit(Role.NONE, phase=phase, hindrance=hindrance)
    state = pair(of, unit(ACTIVE), joining, obstacles=obstacles)
    assert obstacle_ahead(state, of, SECONDARY) == ahead
    told = inputs_for(state, of, e.SynchronizationFailed(unit=SECONDARY), SECONDARY)
    assert told == (NOTHING if ahead is None else Inputs(obstacle=ahead[1]))
    assert inputs_for(state, of, e.UnitFailed(unit=SECONDARY), SECONDARY) == NOTHING


# -- values of an environment -------------------------------------------------------------------------------


def test_every_obstacle_that_the_words_of_an_environment_bring_about() -> None:
    def values(*words: str) -> tuple[Obstacles, ...]:
        return every_obstacles(words.__contains__)

    units = ((), (PRIMARY,), (SECONDARY,), (PRIMARY, SECONDARY))
    assert values() == (NO_OBSTACLES,)
    assert values("mismatch") == (NO_OBSTACLES, Obstacles(mismatch=Mismatch.LICENSE))
    assert values("keys") == (NO_OBSTACLES, Obstacles(keys_differ=True))
    assert values("heartbeat") == tuple(Obstacles(no_heartbeat=each) for each in units)
    assert values("flash") == tuple(Obstacles(flash_full=each) for each in units)
    assert values("bad-updates") == tuple(Obstacles(bad_updates=each) for each in units)
    assert len(set(values("mismatch", "keys", "heartbeat", "flash", "bad-updates"))) == 2 * 2 * 4**3


def test_the_domains_of_what_an_environment_hides_are_named_as_in_a_state() -> None:
    domains = obstacle_domains(("flash", "config-lock").__contains__)
    hindrances = (Hindrance.NONE, Hindrance.GAVE_UP, Hindrance.LOCKED)
    assert set(domains) == {"obstacles", "primary.hindrance", "secondary.hindrance"}
    assert domains["primary.hindrance"] == domains["secondary.hindrance"] == hindrances
    assert len(domains["obstacles"]) == 4


def test_every_impairment_that_the_words_of_an_environment_bring_about() -> None:
    assert values_for(()) == (NOT_IMPAIRED,)
    either = [(False, False), (False, True), (True, False), (True, True)]
    assert [each.hangs for each in values_for(("pause",))] == either
    found = values_for(("pause", "congestion"))
    assert [(each.hangs, each.congested) for each in found] == list(itertools.product(either, either))
    assert {(each.one_way, each.blocked) for each in found} == {((False, False), (False, False))}
    assert with_link_blocked(NOT_IMPAIRED) == Impairments(blocked=(True, True))
