"""Some formulas of the promises about `failover exec`, asked of states and steps that are made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.states import ConfigSync, Links, Phase, State, Unit, UnitState
from failover_fsm.services.machine import Joint
from failover_fsm.services.remote.promises import PROMISES
from failover_fsm.services.remote.records import CommandMode, Mode, Session, Sessions
from failover_fsm.services.remote.typed import Typed
from tests.promises.looks import ACTIVE, CUT_LINK, NONE, READY, unit

PRIMARY, SECONDARY = Unit
CONFIG, INTERFACE = CommandMode(Mode.CONFIG), CommandMode(Mode.INTERFACE, "interface x")
CONFIGURING = Session(at=CONFIG)
HELLO, EXIT = e.HelloHeard(unit=PRIMARY), Typed(unit=PRIMARY, text="exit")
SENT = Typed(unit=SECONDARY, text="failover exec mate access-list a permit ip any any")
"""A configuration command for the mate, from the secondary."""


def at(
    primary: UnitState | None = None, secondary: UnitState | None = None, *, links: Links | None = None, **own: Session
) -> Joint[Sessions]:
    """A pair with the primary active, and its sessions, which configure; `first` and `second` are others."""
    state = State(primary=primary or unit(ACTIVE), secondary=secondary or unit(READY), links=links or Links())
    first, second = own.get("first", CONFIGURING), own.get("second", CONFIGURING)
    return Joint(pair=state, own=Sessions(primary=first, secondary=second))


def judged(name: str, before: Joint[Sessions], event: e.Event, after: Joint[Sessions]) -> tuple[bool, bool]:
    """Whether a step is a test of a promise, and whether it keeps it."""
    found = next(each for each in PROMISES if each.id == name)
    return bool(found.premise and found.premise(before, event, after)), found.holds(before, event, after)


@pytest.mark.parametrize(
    ("fields", "where", "is_test"),
    [
        ({}, SECONDARY, True),
        ({}, PRIMARY, False),  # it is the active unit itself
        ({"links": CUT_LINK}, SECONDARY, False),
        ({"secondary": unit(READY, enabled=False)}, SECONDARY, False),
        ({"primary": unit(ACTIVE, enabled=False)}, SECONDARY, False),
        ({"secondary": unit(NONE, phase=Phase.SYNC_CONFIG)}, SECONDARY, False),
        ({"second": Session()}, SECONDARY, False),  # in privileged EXEC
        ({"primary": unit(READY)}, SECONDARY, False),  # nobody is active
        ({"secondary": unit(ACTIVE)}, SECONDARY, False),  # both are
    ],
)
def test_what_is_sent_to_the_active_unit_from_a_standby_in_contact_changes_no_pair(
    fields: dict[str, Any], where: Unit, is_test: bool
) -> None:
    before = at(**fields)
    changed = attrs.evolve(before, pair=attrs.evolve(before.pair, secondary=unit(READY, newest=False)))
    event = attrs.evolve(SENT, unit=where)
    assert judged("exec-active-replicates", before, event, before) == (is_test, True)
    assert judged("exec-active-replicates", before, event, changed) == (is_test, not is_test)


def sessions(joint: Joint[Sessions], **changes: Any) -> Joint[Sessions]:
    """The same with other sessions."""
    return attrs.evolve(joint, own=attrs.evolve(joint.own, **changes))


def test_what_is_sent_leaves_the_sessions_and_what_is_not_leaves_the_modes() -> None:
    before, leaves, lines = at(), "exec-leaves-the-session", "session-leaves-exec"
    moved = sessions(before, secondary=Session())
    opened = sessions(before, secondary=attrs.evolve(CONFIGURING, primary=INTERFACE))
    assert judged(leaves, before, SENT, opened) == (True, True) and judged(leaves, before, SENT, before) == (
        False,
        True,
    )
    assert judged(leaves, before, SENT, moved) == (False, False) and judged(leaves, before, EXIT, moved) == (
        False,
        True,
    )
    off = at(secondary=unit(NONE, phase=Phase.OFF))
    assert judged(leaves, off, SENT, sessions(off, secondary=Session())) == (False, True), "it does not run"
    assert judged(leaves, before, HELLO, moved) == (False, True)
    assert judged(lines, before, EXIT, moved) == (True, True) and judged(lines, before, EXIT, opened) == (False, False)
    assert judged(lines, before, SENT, opened)[1] and judged(lines, before, HELLO, opened) == (False, True)
    assert judged(lines, before, HELLO, moved) == (False, True), "no line is typed"


def test_no_command_that_is_sent_takes_units_in_contact_out_of_step() -> None:
    def keeps(before: Joint[Sessions], event: e.Event = SENT) -> bool:
        marked = attrs.evolve(before.pair, secondary=unit(READY, config_sync=ConfigSync.OUT_OF_SYNC))
        return judged("exec-keeps-synchronisation", before, event, attrs.evolve(before, pair=marked))[1]

    assert not keeps(at()) and keeps(at(), EXIT) and keeps(at(), HELLO) and keeps(at(links=CUT_LINK))
    assert keeps(at(secondary=unit(NONE, phase=Phase.SYNC_CONFIG)))
    assert judged("exec-keeps-synchronisation", at(), SENT, at())[1]


def test_a_block_can_be_open_on_the_standby_alone() -> None:
    found = next(each for each in PROMISES if each.id == "exec-mode-follows-its-unit")
    open_there = Session(secondary=INTERFACE)

    def seen(primary: Session, state: UnitState | None = None) -> bool:
        return found.holds(Joint(pair=at(primary=state).pair, own=Sessions(primary=primary)))

    assert seen(open_there) and not seen(open_there, unit(READY)) and not seen(Session())
    assert not seen(attrs.evolve(open_there, primary=INTERFACE)), "its own is open too"
