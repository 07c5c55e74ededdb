"""What a step means to the two configurations: whether they agree, and which unit has the newest command."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.replication import configuration_sent, newest_entered, newest_followed
from failover_fsm.pair.states import ConfigSync, Group, PeerContact, Phase, Role, UnitState
from failover_fsm.records import edit
from tests.pairs import PRIMARY, SECONDARY, settings

START = cold(settings())
AGREE, APART, OVERRUN = ConfigSync.SYNCHRONIZED, ConfigSync.OUT_OF_SYNC, ConfigSync.OVERRUN
UP, COLD, NEGOTIATES, DOWN = Phase.UP, Phase.COLD_STANDBY, Phase.NEGOTIATION, Phase.DOWN
SENDING = UnitState(phase=UP, contact=PeerContact.LINK, groups=(Group(role=Role.ACTIVE),))


def unit(phase: Phase = UP, *, linked: bool = True, role: Role = Role.NONE, **more: object) -> UnitState:
    contact = PeerContact.LINK if linked else PeerContact.LOST
    return UnitState(phase=phase, contact=contact, groups=(Group(role=role),), **more)  # type: ignore[arg-type]


ADVANCES = e.SynchronizationAdvanced(unit=SECONDARY)
BOOTS = unit(role=Role.ACTIVE)


@pytest.mark.parametrize(
    ("was", "own", "peer", "event", "begins", "marks"),
    [
        (NEGOTIATES, unit(COLD), AGREE, e.HelloHeard(unit=SECONDARY), True, (APART, AGREE)),
        (COLD, unit(UP, config_sync=OVERRUN), AGREE, ADVANCES, False, (APART, AGREE)),
        (UP, unit(UP, config_sync=OVERRUN), AGREE, e.HelloHeard(unit=SECONDARY), False, (OVERRUN, AGREE)),
        (COLD, unit(Phase.SYNC_CONFIG, config_sync=OVERRUN), AGREE, ADVANCES, False, (OVERRUN, AGREE)),
        (COLD, unit(UP), APART, ADVANCES, False, (AGREE, AGREE)),
        (COLD, unit(UP, enabled=False), APART, ADVANCES, False, (AGREE, APART)),
        (COLD, unit(Phase.BULK_SYNC), APART, ADVANCES, False, (AGREE, APART)),
        (COLD, unit(UP, config_sync=APART), APART, ADVANCES, False, (APART, APART)),
        (UP, unit(UP), APART, e.HelloHeard(unit=SECONDARY), False, (AGREE, APART)),
        (UP, unit(UP, config_sync=APART), AGREE, e.WriteStandby(unit=PRIMARY), False, (AGREE, AGREE)),
        (UP, unit(UP, config_sync=APART), AGREE, e.WriteStandby(unit=PRIMARY, context="x"), False, (APART, AGREE)),
        (NEGOTIATES, BOOTS, AGREE, e.NegotiationExpired(unit=SECONDARY), False, (AGREE, APART)),
        (NEGOTIATES, unit(UP, role=Role.STANDBY_READY), AGREE, e.HelloHeard(unit=SECONDARY), False, (AGREE, AGREE)),
    ],
)
def test_whether_the_configurations_agree_after_a_step_of_the_receiver(
    was: Phase, own: UnitState, peer: ConfigSync, event: e.Event, begins: bool, marks: tuple[ConfigSync, ConfigSync]
) -> None:
    """SYN-3: a copy that is complete makes the two agree, one that begins or is given up leaves them apart."""
    state = edit(attrs.evolve(START, primary=attrs.evolve(SENDING, config_sync=peer), secondary=own))
    configuration_sent(was, state, SECONDARY, event, begins=begins)
    assert (state.secondary.config_sync, state.primary.config_sync) == marks


@pytest.mark.parametrize(
    "event", [e.UnitFailed(unit=PRIMARY), e.Reload(unit=PRIMARY), e.StoppedWhileSaving(unit=PRIMARY)]
)
@pytest.mark.parametrize(("phase", "mark"), [(COLD, OVERRUN), (Phase.BULK_SYNC, OVERRUN), (UP, AGREE)])
def test_a_sender_that_stops_breaks_the_copy_off(event: e.Event, phase: Phase, mark: ConfigSync) -> None:
    state = edit(attrs.evolve(START, primary=unit(DOWN), secondary=unit(phase)))
    configuration_sent(UP, state, PRIMARY, event, begins=False)
    assert state.secondary.config_sync is mark


# -- the newest command ------------------------------------------------------------------------------------

HELLO = e.HelloHeard(unit=SECONDARY)
OLD: dict[str, Any] = {"newest": False, "saved": False}


@pytest.mark.parametrize(
    ("was", "now", "sends", "newest"),
    [
        (unit(UP), unit(UP, **OLD), True, False),
        (unit(UP), unit(DOWN, newest=True, saved=False), True, False),
        (unit(UP), unit(DOWN, newest=False, saved=True), True, True),
        (unit(NEGOTIATES), unit(COLD, **OLD), True, True),
        (unit(NEGOTIATES), unit(COLD), False, False),
        (unit(COLD, linked=False), unit(COLD, **OLD), True, True),
        (unit(COLD), unit(COLD, **OLD), True, False),
        (unit(COLD), unit(COLD, linked=False, **OLD), True, False),
        (unit(COLD, linked=False), unit(COLD, linked=False, **OLD), True, False),
        (unit(COLD), unit(Phase.SYNC_CONFIG), True, True),
        (unit(COLD), unit(UP), True, True),
        (unit(COLD), unit(UP), False, False),
        (unit(COLD), unit(UP, **OLD), True, False),
        (unit(COLD), unit(UP, enabled=False), True, False),
        (unit(COLD), unit(NEGOTIATES), True, False),
        (unit(NEGOTIATES), unit(UP, **OLD), True, False),
    ],
)
def test_which_unit_has_the_newest_command_after_a_step(
    was: UnitState, now: UnitState, sends: bool, newest: bool
) -> None:
    """SYN-3, SYN-6, SYN-9: a copy that begins has all that the sender has, one that is broken off nothing of it."""
    sender = attrs.evolve(SENDING, newest=sends)
    state = edit(attrs.evolve(START, primary=sender, secondary=now))
    newest_followed((sender, was), state, HELLO)
    assert (state.secondary.newest, state.primary.newest) == (newest, sends)


@pytest.mark.parametrize(
    ("sender_was", "sender_now", "newest"),
    [(SENDING, unit(DOWN), False), (unit(DOWN), unit(DOWN), True), (SENDING, SENDING, True)],
)
def test_a_copy_whose_sender_stops_leaves_nothing_of_it(
    sender_was: UnitState, sender_now: UnitState, newest: bool
) -> None:
    state = edit(attrs.evolve(START, primary=sender_now, secondary=unit(Phase.SYNC_CONFIG)))
    newest_followed((sender_was, unit(Phase.SYNC_CONFIG)), state, e.UnitFailed(unit=PRIMARY))
    assert state.secondary.newest is newest


@pytest.mark.parametrize("event", [e.UnitReplaced(unit=SECONDARY), e.StoppedWhileSaving(unit=SECONDARY)])
def test_a_unit_that_is_replaced_or_stops_while_it_saves_has_neither(event: e.Event) -> None:
    state = edit(attrs.evolve(START, primary=SENDING, secondary=unit(DOWN)))
    newest_followed((SENDING, unit(UP)), state, event)
    assert (state.secondary.newest, state.secondary.saved) == (False, False)


@pytest.mark.parametrize(
    ("text", "arrives", "peer", "own", "there"),
    [
        ("hostname x", True, UP, (True, False), (True, False)),
        ("hostname x", False, UP, (True, False), (False, False)),
        ("hostname x", True, COLD, (True, False), (False, False)),
        ("write memory", True, UP, (True, True), (True, True)),
        ("write memory", False, UP, (True, True), (True, False)),
        ("show version", False, UP, (True, False), (True, False)),
    ],
)
def test_a_new_command_is_where_it_arrives_and_in_flash_where_it_is_saved(
    text: str, arrives: bool, peer: Phase, own: tuple[bool, bool], there: tuple[bool, bool]
) -> None:
    """CMD-16, SYN-10, CMD-28: newest, saved."""
    before = (attrs.evolve(SENDING, saved=False), unit(peer, newest=True, saved=False))
    state = edit(attrs.evolve(START, primary=before[0], secondary=before[1]))
    newest_entered(before, arrives, state, e.CommandEntered(unit=PRIMARY, text=text))
    assert (state.primary.newest, state.primary.saved) == own
    assert (state.secondary.newest, state.secondary.saved) == there
