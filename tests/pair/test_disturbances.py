"""Disturbances and obstacles as they begin and end: what they change, what cannot happen, and how much is broken."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.hindering import NO_HEARTBEAT
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.obstacles import NO_OBSTACLES, Hindrance, Mismatch, Obstacles
from failover_fsm.pair.outputs import MessageLost
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import broken_core, broken_on, weight
from failover_fsm.pair.states import (
    Group,
    Handover,
    Interface,
    Links,
    LinkState,
    PeerContact,
    Phase,
    PortState,
    Role,
    State,
    UnitState,
)
from failover_fsm.pair.step import step
from tests.pairs import PRIMARY, SECONDARY, settings

PAIR = settings(1)
UP = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(Group(role=Role.STANDBY_READY),))
LEADS = attrs.evolve(UP, groups=(Group(role=Role.ACTIVE),))
RUNS = attrs.evolve(cold(PAIR), primary=LEADS, secondary=UP)
ALONE = attrs.evolve(RUNS, secondary=UnitState(phase=Phase.DOWN))
AWAITS = attrs.evolve(RUNS, secondary=attrs.evolve(UP, groups=(
    Group(role=Role.STANDBY_READY, handover=Handover.GRANT),)))  # fmt: skip
"""A message is on its way to the secondary."""


def after(state: State, *happened: e.Event) -> State:
    for event in happened:
        state = step(state, PAIR, event)[0]
    return state


UNLIKE = e.UnitsMismatched(what=Mismatch.LICENSE)
OLD = e.UnitsMismatched(what=Mismatch.VERSION)


@pytest.mark.parametrize(
    ("state", "happened", "impairments", "obstacles"),
    [
        (RUNS, (e.UnitPaused(unit=SECONDARY),), Impairments(hangs=(False, True)), NO_OBSTACLES),
        (RUNS, (e.UnitPaused(unit=SECONDARY), e.UnitResumed(unit=SECONDARY)), Impairments(), NO_OBSTACLES),
        (RUNS, (e.CongestionBegan(unit=PRIMARY),), Impairments(congested=(True, False)), NO_OBSTACLES),
        (RUNS, (e.CongestionBegan(unit=PRIMARY), e.CongestionEnded(unit=PRIMARY)), Impairments(), NO_OBSTACLES),
        (RUNS, (e.FailoverLinkOneWay(unit=PRIMARY),), Impairments(one_way=(True, False)), NO_OBSTACLES),
        (ALONE, (e.CongestionBegan(unit=SECONDARY),), Impairments(congested=(False, True)), NO_OBSTACLES),
        (RUNS, (UNLIKE,), Impairments(), Obstacles(mismatch=Mismatch.LICENSE)),
        (RUNS, (UNLIKE, e.UnitsMatched()), Impairments(), NO_OBSTACLES),
        (ALONE, (OLD,), Impairments(), Obstacles(mismatch=Mismatch.VERSION)),
        (RUNS, (e.KeysMismatched(),), Impairments(), Obstacles(keys_differ=True)),
        (RUNS, (e.KeysMismatched(), e.KeysMatched()), Impairments(), NO_OBSTACLES),
        (RUNS, (e.FlashFilled(unit=SECONDARY),), Impairments(), Obstacles(flash_full=(SECONDARY,))),
        (RUNS, (e.FlashFilled(unit=SECONDARY), e.FlashFilled(unit=PRIMARY), e.FlashFreed(unit=SECONDARY)),
         Impairments(), Obstacles(flash_full=(PRIMARY,))),
        (RUNS, (e.StateUpdatesCorrupted(unit=PRIMARY),), Impairments(), Obstacles(bad_updates=(PRIMARY,))),
    ],
)  # fmt: skip
def test_a_disturbance_is_there_from_its_fault_to_its_repair(
    state: State, happened: tuple[e.Event, ...], impairments: Impairments, obstacles: Obstacles
) -> None:
    found = after(state, *happened)
    assert (found.impairments, found.obstacles) == (impairments, obstacles)


ALREADY = "it is so already"
NO_BEAT = attrs.evolve(RUNS, obstacles=Obstacles(no_heartbeat=(SECONDARY,)))
GAVE_UP = attrs.evolve(UP, hindrance=Hindrance.GAVE_UP)


@pytest.mark.parametrize(
    ("state", "happened", "error", "why"),
    [
        (RUNS, (e.UnitPaused(unit=PRIMARY),) * 2, NotPossible, ALREADY),
        (RUNS, (e.UnitResumed(unit=PRIMARY),), NotPossible, ALREADY),
        (ALONE, (e.UnitPaused(unit=SECONDARY),), NotPossible, "the unit is not running"),
        (RUNS, (e.CongestionEnded(unit=PRIMARY),), NotPossible, ALREADY),
        (RUNS, (UNLIKE, UNLIKE), NotPossible, ALREADY),
        (RUNS, (e.UnitsMatched(),), NotPossible, ALREADY),
        (RUNS, (OLD,), NotPossible, "both units run; allowed: what=license, or while a unit does not run"),
        (RUNS, (e.KeysMismatched(),) * 2, NotPossible, ALREADY),
        (RUNS, (e.KeysMatched(),), NotPossible, ALREADY),
        (RUNS, (e.FlashFilled(unit=PRIMARY),) * 2, NotPossible, ALREADY),
        (RUNS, (e.FlashFreed(unit=PRIMARY),), NotPossible, ALREADY),
        (attrs.evolve(NO_BEAT, secondary=attrs.evolve(UP, enabled=False)), (e.FailoverEnabled(unit=SECONDARY),),
         Refused, NO_HEARTBEAT),
        (attrs.evolve(RUNS, secondary=GAVE_UP), (e.WriteStandby(unit=PRIMARY),), Refused,
         "the standby has given up its synchronisation; reset it or reload it"),
        (RUNS, (e.SynchronizationStuck(unit=SECONDARY),), NotPossible,
         "the failover link is there; allowed: after it was lost during a synchronisation"),
    ],
)  # fmt: skip
def test_what_cannot_happen_or_is_refused_says_why(
    state: State, happened: tuple[e.Event, ...], error: type[Exception], why: str
) -> None:
    *before, last = happened
    state = after(state, *before)
    with pytest.raises(error) as refused:
        step(state, PAIR, last)
    assert str(refused.value).endswith(why)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (
            attrs.evolve(NO_BEAT, secondary=UnitState(phase=Phase.DOWN, enabled=False)),
            e.FailoverEnabled(unit=SECONDARY),
        ),
        (NO_BEAT, e.FailoverEnabled(unit=SECONDARY)),
        (attrs.evolve(NO_BEAT, primary=attrs.evolve(LEADS, enabled=False)), e.FailoverEnabled(unit=PRIMARY)),
        (attrs.evolve(RUNS, secondary=attrs.evolve(GAVE_UP, phase=Phase.DOWN)), e.WriteStandby(unit=PRIMARY)),
    ],
)
def test_nothing_else_is_refused_for_an_obstacle(state: State, event: e.Event) -> None:
    try:
        step(state, PAIR, event)
    except (Refused, NotPossible) as error:
        assert NO_HEARTBEAT not in str(error) and "given up" not in str(error)


@pytest.mark.parametrize(
    ("event", "is_lost"),
    [
        (e.KeysMismatched(), True),
        (e.CongestionBegan(unit=SECONDARY), True),
        (e.CongestionBegan(unit=PRIMARY), False),
        (e.FailoverLinkOneWay(unit=SECONDARY), True),
        (UNLIKE, False),
        (e.FlashFilled(unit=SECONDARY), False),
    ],
)
def test_what_keeps_a_message_from_arriving_loses_it(event: e.Event, is_lost: bool) -> None:
    state, outputs = step(AWAITS, PAIR, event)
    assert any(isinstance(output, MessageLost) for output in outputs) is is_lost
    assert state.secondary.groups[0].quiet is is_lost


@pytest.mark.parametrize(
    ("impaired", "obstacles", "event"),
    [
        (Impairments(congested=(True, True)), NO_OBSTACLES, e.CongestionEnded(unit=PRIMARY)),
        (Impairments(congested=(False, True)), Obstacles(keys_differ=True), e.KeysMatched()),
    ],
)
def test_the_end_of_a_disturbance_loses_nothing(impaired: Impairments, obstacles: Obstacles, event: e.Event) -> None:
    """The secondary hears nothing here, so its message would be found to be lost if it were looked for."""
    state = attrs.evolve(AWAITS, impairments=impaired, obstacles=obstacles)
    assert not any(isinstance(output, MessageLost) for output in step(state, PAIR, event)[1])


# -- how much is broken ----------------------------------------------------------------------------------

DOWN, BLOCKED, SILENT, CUT = PortState.DOWN, PortState.BLOCKED, PortState.SILENT, LinkState.CUT


@pytest.mark.parametrize(
    ("interface", "much"),
    [
        (Interface(), 0),
        (Interface(primary=DOWN), 1),
        (Interface(primary=DOWN, secondary=DOWN), 2),
        (Interface(primary=BLOCKED), 1),
        (Interface(secondary=SILENT), 1),
        (Interface(path=CUT), 1),
        (Interface(deaf=PRIMARY), 1),
        (Interface(path=CUT, primary=SILENT, secondary=DOWN), 3),
    ],
)
def test_an_interface_is_as_heavy_as_what_is_broken_on_it(interface: Interface, much: int) -> None:
    assert weight(interface) == much
    assert broken_on((interface, Interface())) == much


@pytest.mark.parametrize(
    ("line", "much"), [(DOWN, 1), (BLOCKED, 1), (SILENT, 2), (PortState.GOOD, 0)]
)  # fmt: skip
def test_a_port_that_several_interfaces_run_over_is_one_fault(line: PortState, much: int) -> None:
    """The second interface follows the first; silence is of each by itself."""
    assert broken_on((Interface(primary=line), Interface(primary=line)), followers=(1,)) == much


@pytest.mark.parametrize(
    ("changes", "much"),
    [
        ({}, 0),
        ({"links": Links(failover=CUT)}, 1),
        ({"links": Links(failover=CUT, stateful=CUT)}, 2),
        ({"impairments": Impairments(blocked=(True, False))}, 1),
        ({"impairments": Impairments(hangs=(True, True))}, 2),
        ({"obstacles": Obstacles(keys_differ=True, flash_full=(PRIMARY, SECONDARY))}, 3),
        ({"secondary": UnitState(phase=Phase.DOWN)}, 1),
        ({"secondary": UnitState(phase=Phase.OFF)}, 0),
    ],
)
def test_what_is_broken_besides_the_interfaces(changes: dict[str, Any], much: int) -> None:
    assert sum(broken_core(attrs.evolve(RUNS, **changes))) == much
