"""An Active/Active pair step by step: what names a group, what stands for all, and when a group goes home."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import NotPossible, Pair, Refused, cold, step
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import MessageSent, RoleChanged, SystemLog
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import Handover, Role, Unit
from tests.pairs import PRIMARY, SECONDARY, active_active

TRACES = Path(__file__).parents[1] / "traces"


def settled(config: str, *happened: e.Event) -> Pair:
    """A pair of that configuration after a common boot and each event, settled after each."""
    pair = Pair.cold(read_config(TRACES / config))
    for event in (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY)):
        pair, _ = pair.step(event)
    pair, _ = pair.settle()
    for event in happened:
        pair, _ = pair.step(event)
        pair, _ = pair.settle()
    return pair


def roles(pair: Pair, unit: Unit) -> list[Role]:
    """The roles of the unit's groups."""
    return [group.role for group in pair.state.unit(unit).groups]


GROUPS = settled("groups.cfg")


def test_a_pair_with_groups_starts_cold_with_a_record_for_each() -> None:
    pair = Pair.cold(read_config(TRACES / "groups.cfg"))
    assert [len(pair.state.unit(unit).groups) for unit in Unit] == [2, 2]
    assert len(pair.state.interfaces) == 4


# -- what names a group --------------------------------------------------------------------------------------


def test_a_group_that_the_pair_does_not_have_is_refused() -> None:
    settings = Settings(groups=(GroupSettings(preferred=PRIMARY),))
    with pytest.raises(Refused, match="there is no failover group 2"):
        step(cold(settings), settings, e.FailoverActive(unit=PRIMARY, group=2))


def test_a_step_that_a_group_takes_must_name_it() -> None:
    with pytest.raises(NotPossible, match="it names no failover group"):
        GROUPS.step(e.MessageDelivered(unit=PRIMARY))


def test_commands_are_possible_for_all_groups_and_for_each() -> None:
    possible = GROUPS.possible()
    assert e.FailoverActive(unit=PRIMARY) in possible
    assert e.FailoverActive(unit=PRIMARY, group=2) in possible
    assert e.FailoverActive(unit=PRIMARY, group=1) not in possible, "it is active there"
    assert e.NoFailoverActive(unit=SECONDARY, group=2) in possible
    assert e.FailoverReset(unit=PRIMARY) in possible, "accepted with nobody failed"


def test_an_active_active_pair_with_one_group_names_it_too() -> None:
    settings = active_active()
    settings = Settings(groups=settings.groups[1:])
    state = cold(settings)
    for event in (e.UnitRestored(unit=PRIMARY), e.HelloHeard(unit=PRIMARY)):
        if isinstance(event, e.HelloHeard):
            with pytest.raises(NotPossible):
                step(state, settings, event)
        else:
            state, _ = step(state, settings, event)
    state, outputs = step(state, settings, e.NegotiationExpired(unit=PRIMARY))
    changed = [output for output in outputs if isinstance(output, RoleChanged)]
    assert [(output.group, output.after) for output in changed] == [(1, Role.ACTIVE)]


# -- all groups ----------------------------------------------------------------------------------------------


def test_a_command_without_a_group_asks_for_each_that_is_not_there() -> None:
    pair, outputs = GROUPS.step(e.FailoverActive(unit=PRIMARY))
    assert [output for output in outputs if isinstance(output, MessageSent)] == [
        MessageSent(unit=PRIMARY, message=Handover.REQUEST, group=2)
    ]
    assert roles(pair.settle()[0], PRIMARY) == [Role.ACTIVE, Role.ACTIVE]


def test_a_reset_without_a_group_is_for_every_group_that_has_failed() -> None:
    pair = settled("groups.cfg")
    for event in (
        e.InterfaceLinkFailed(unit=PRIMARY, interface="inside"),
        e.InterfaceLinkFailed(unit=SECONDARY, interface="lan"),
        e.InterfaceLinkFailed(unit=SECONDARY, interface="red/outside"),
    ):
        pair, _ = pair.step(event)
    pair, _ = pair.settle()
    assert (roles(pair, PRIMARY)[0], roles(pair, SECONDARY)[1]) == (Role.FAILED, Role.FAILED)
    for unit in Unit:
        after, _ = pair.step(e.FailoverReset(unit=unit))
        assert (roles(after, PRIMARY)[0], roles(after, SECONDARY)[1]) == (Role.STANDBY_READY, Role.STANDBY_READY)
    after, _ = pair.step(e.FailoverReset(unit=PRIMARY, group=2))
    assert (roles(after, PRIMARY)[0], roles(after, SECONDARY)[1]) == (Role.FAILED, Role.STANDBY_READY)


# -- outputs -------------------------------------------------------------------------------------------------


def test_a_step_is_one_for_each_group_where_it_is_about_a_group() -> None:
    expired, heard = e.PreemptTimerExpired, e.HelloHeard
    assert e.at_groups(expired, PRIMARY, 2) == (expired(unit=PRIMARY, group=1), expired(unit=PRIMARY, group=2))
    assert e.at_groups(expired, PRIMARY, 1) == (expired(unit=PRIMARY, group=1),)
    assert e.at_groups(expired, PRIMARY, 0) == (expired(unit=PRIMARY),), "the implied group has no number"
    assert e.at_groups(heard, SECONDARY, 2) == (heard(unit=SECONDARY),)


def test_a_unit_that_never_met_its_mate_is_active_for_all_groups_when_failover_is_on_again() -> None:
    pair = Pair.cold(read_config(TRACES / "groups.cfg"))
    for event in (
        e.UnitRestored(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY), e.FailoverDisabled(unit=PRIMARY),
        e.NoFailoverActive(unit=PRIMARY, group=2),
    ):  # fmt: skip
        pair, _ = pair.step(event)
    assert roles(pair, PRIMARY) == [Role.ACTIVE, Role.STANDBY_READY]
    pair, _ = pair.step(e.FailoverEnabled(unit=PRIMARY))
    assert roles(pair, PRIMARY) == [Role.ACTIVE, Role.ACTIVE]
    met = settled("groups.cfg", e.FailoverDisabled(unit=PRIMARY))
    met, _ = met.step(e.FailoverEnabled(unit=PRIMARY))
    assert roles(met, PRIMARY) == [Role.ACTIVE, Role.STANDBY_READY], "one that has met it waits for its hello"


def test_system_log_messages_of_roles_name_the_group_and_others_do_not() -> None:
    _, outputs = GROUPS.step(e.NoFailoverActive(unit=PRIMARY, group=1))
    logs = [str(output) for output in outputs if isinstance(output, SystemLog) and output.is_brief]
    assert logs == ["%ASA-1-104002: (Primary_group_1) Switching to STANDBY - Set by the config command."]
    pair = Pair.cold(read_config(TRACES / "groups.cfg")).step(e.UnitRestored(unit=PRIMARY))[0]
    pair = pair.step(e.UnitRestored(unit=SECONDARY))[0]
    _, outputs = pair.step(e.HelloHeard(unit=PRIMARY))
    assert [str(output) for output in outputs if isinstance(output, SystemLog) and output.is_brief] == [
        "%ASA-1-105042: (Primary) Failover interface OK"
    ]


def test_each_group_gives_a_reason_of_its_own() -> None:
    """Group 1 recovers from a split brain while the sample moves group 2."""
    pair = settled("groups.cfg", e.FailoverActive(unit=SECONDARY))
    for event in (e.InterfaceLinkFailed(unit=SECONDARY, interface="lan"), e.FailoverLinkFailed()):
        pair, _ = pair.step(event)
    state = pair.state
    first = state.primary.groups[0]
    both = (type(first)(role=Role.ACTIVE, peer_role=first.peer_role), state.primary.groups[1])
    state = state.with_unit(PRIMARY, type(state.primary)(
        phase=state.primary.phase, contact=state.primary.contact, config_sync=state.primary.config_sync, groups=both
    ))  # fmt: skip
    _, outputs = step(state, pair.settings, e.PeerAnsweredOnData(unit=SECONDARY))
    assert [(output.group, output.reason) for output in outputs if isinstance(output, RoleChanged)] == [
        (1, "Recovered from communication failure"),
        (2, "interface check, mate is healthier"),
    ]


# -- the way home --------------------------------------------------------------------------------------------


def test_the_end_of_a_delay_is_possible_but_a_pair_settles_without_it() -> None:
    pair = settled("groups-delay.cfg", e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    expired = e.PreemptTimerExpired(unit=SECONDARY, group=2)
    assert roles(pair, PRIMARY) == [Role.ACTIVE, Role.ACTIVE]
    assert expired in pair.possible()
    assert pair.settle()[1] == ()
    assert roles(pair.step(expired)[0].settle()[0], SECONDARY) == [Role.STANDBY_READY, Role.ACTIVE]


@pytest.mark.parametrize(
    "dropped",
    [
        e.FailoverLinkFailed(),
        e.UnitFailed(unit=SECONDARY),
        e.UnitFailed(unit=PRIMARY),
        e.FailoverDisabled(unit=SECONDARY),
        e.FailoverActive(unit=SECONDARY, group=2),
    ],
    ids=str,
)
def test_a_delay_ends_with_the_link_with_a_unit_with_failover_and_with_a_move(dropped: e.Event) -> None:
    pair = settled("groups-delay.cfg", e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    assert pair.state.secondary.groups[1].return_pending
    pair, _ = pair.step(dropped)
    assert not pair.settle()[0].state.secondary.groups[1].return_pending


def test_a_group_that_failed_out_of_the_active_role_keeps_its_wish_and_a_recovered_one_has_its_delay() -> None:
    cut = [e.InterfaceLinkFailed(unit=SECONDARY, interface=name) for name in ("lan", "red/outside")]
    pair = settled("groups-delay.cfg", *cut)
    assert (roles(pair, SECONDARY)[1], pair.state.secondary.groups[1].return_pending) == (Role.FAILED, True), "it waits"
    pair = pair.step(e.InterfaceLinkRestored(unit=SECONDARY, interface="lan"))[0].settle()[0]
    assert (roles(pair, SECONDARY)[1], pair.state.secondary.groups[1].return_pending) == (Role.STANDBY_READY, True)


def test_a_group_moved_by_hand_has_no_delay() -> None:
    pair = settled("groups-preempt.cfg", e.FailoverActive(unit=PRIMARY, group=2))
    assert roles(pair, PRIMARY) == [Role.ACTIVE, Role.ACTIVE]
    assert not pair.state.secondary.groups[1].return_pending


def test_the_failover_link_arms_preemption_again_where_nobody_has_to_join() -> None:
    pair = settled(
        "groups-delay.cfg", e.FailoverActive(unit=PRIMARY, group=2), e.NoFailoverActive(unit=PRIMARY, group=1)
    )
    assert (roles(pair, PRIMARY), roles(pair, SECONDARY)) == (
        [Role.STANDBY_READY, Role.ACTIVE], [Role.ACTIVE, Role.STANDBY_READY],
    )  # fmt: skip
    for event in (e.FailoverLinkFailed(), e.FailoverLinkRestored()):
        pair = pair.step(event)[0].settle()[0]
    assert pair.state.primary.groups[0].return_pending and pair.state.secondary.groups[1].return_pending
    assert not pair.state.primary.groups[1].return_pending, "an active group is at home or moved there"


def test_a_hand_out_is_given_up_when_the_group_fails_there() -> None:
    pair = Pair.cold(read_config(TRACES / "groups.cfg"))
    for event in (
        *(e.InterfaceLinkFailed(unit=SECONDARY, interface=name) for name in ("lan", "red/outside")),
        e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY),
    ):  # fmt: skip
        pair, _ = pair.step(event)
    pair, _ = pair.settle()
    assert roles(pair, PRIMARY) == [Role.ACTIVE, Role.ACTIVE]
    assert not pair.state.primary.groups[1].return_pending
