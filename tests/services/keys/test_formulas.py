"""The formulas of the promises about the failover key, asked of states and steps that are made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.checker import Kind
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import ConfigSync, PeerContact, Phase, State, Unit, UnitState
from failover_fsm.services.keys.promises import key_promises, seen_by_others
from failover_fsm.services.keys.records import KeyEntered, Keys
from failover_fsm.services.machine import Joint, MachinePromise
from tests.promises.looks import ACTIVE, CUT_LINK, READY, unit

PRIMARY, SECONDARY = Unit
ENTERED = KeyEntered(unit=PRIMARY, key="new")
OLD, NEW, ONE_NEW = (
    Keys(primary="old", secondary="old"),
    Keys(primary="new", secondary="new"),
    Keys(primary="new", secondary="old"),
)
OFF = unit(READY, phase=Phase.OFF)


def promise(name: str) -> MachinePromise:
    """A promise by its id."""
    return next(each for each in key_promises(Settings()) if each.id == name)


def at(
    own: Keys = OLD, primary: UnitState | None = None, secondary: UnitState | None = None, **fields: Any
) -> Joint[Keys]:
    """A pair with the primary active, and its keys."""
    state = State(primary=primary or unit(ACTIVE), secondary=secondary or unit(READY), **fields)
    return Joint(pair=state, own=own)


def judged(name: str, before: Joint[Keys], after: Joint[Keys], where: Unit = PRIMARY) -> tuple[bool, bool]:
    """Whether a key that is entered is a test of a promise, and whether it keeps it."""
    found, event = promise(name), KeyEntered(unit=where, key="new")
    assert found.premise is not None
    return found.premise(before, event, after), found.holds(before, event, after)


def exposed(own: Keys) -> Keys:
    """The same keys, of which the new one has crossed in clear text."""
    return attrs.evolve(own, exposed=("new",))


def test_each_promise_is_of_its_kind() -> None:
    assert {each.id: each.as_property().kind for each in key_promises(Settings())} == {
        "key-unseen-while-off": Kind.ALWAYS_STEP,
        "key-unseen-behind-a-key": Kind.ALWAYS_STEP,
        "key-standby-keeps-it": Kind.ALWAYS_STEP,
        "key-active-replicates": Kind.ALWAYS_STEP,
        "key-different-never-meet": Kind.ALWAYS,
        "key-different-both-active": Kind.SOMETIMES,
        "key-procedure-works": Kind.SOMETIMES,
        "key-can-always-be-mended": Kind.CAN_RECOVER,
        "key-unseen": Kind.ALWAYS_STEP,
    }


def test_where_failover_is_off_a_key_does_not_cross() -> None:
    """KEY-8."""
    name, off = "key-unseen-while-off", unit(ACTIVE, enabled=False)
    assert judged(name, at(primary=off), at(ONE_NEW, off)) == (True, True)
    assert judged(name, at(primary=off), at(exposed(ONE_NEW), off)) == (True, False)
    assert judged(name, at(), at(exposed(ONE_NEW))) == (False, True), "failover is on"
    assert judged(name, at(primary=off), at(exposed(OLD), off)) == (False, True), "it does not take it"
    stopped = unit(ACTIVE, enabled=False, phase=Phase.OFF)
    assert judged(name, at(primary=stopped), at(exposed(ONE_NEW), stopped)) == (False, True)


def test_behind_another_key_a_key_does_not_cross_in_clear_text() -> None:
    """KEY-8, KEY-9."""
    name, clear = "key-unseen-behind-a-key", Keys()
    assert judged(name, at(), at(NEW)) == (True, True) and judged(name, at(), at(exposed(NEW))) == (True, False)
    assert judged(name, at(clear), at(exposed(NEW))) == judged(name, at(), at(exposed(ONE_NEW))) == (False, True)
    assert judged(name, at(NEW), at(NEW)) == (False, True), "nothing changes"
    assert promise("key-unseen").holds(at(), ENTERED, at(NEW))
    assert not promise("key-unseen").holds(at(), ENTERED, at(exposed(NEW)))


def test_what_is_entered_on_a_standby_stays_there_and_marks_it() -> None:
    """KEY-4."""
    name, marked = "key-standby-keeps-it", unit(READY, config_sync=ConfigSync.OUT_OF_SYNC)
    there = Keys(primary="old", secondary="new")
    assert judged(name, at(), at(there, secondary=marked), SECONDARY) == (True, True)
    assert judged(name, at(), at(there), SECONDARY) == (True, False), "it is not marked"
    assert judged(name, at(), at(NEW, secondary=marked), SECONDARY) == (True, False), "the peer has it too"
    assert judged(name, at(), at(NEW)) == (False, True) and judged(name, at(), at(), SECONDARY) == (False, True)
    for other in (unit(READY, enabled=False), unit(READY, phase=Phase.SYNC_CONFIG)):
        assert judged(name, at(secondary=other), at(NEW, secondary=other), SECONDARY) == (False, True)


@pytest.mark.parametrize(
    ("fields", "where", "in_contact"),
    [
        ({}, PRIMARY, True),
        ({}, SECONDARY, False),
        ({"secondary": unit(ACTIVE)}, PRIMARY, False),
        ({"primary": unit(READY)}, PRIMARY, False),  # nobody is active
        ({"secondary": unit(READY, enabled=False)}, PRIMARY, False),
        ({"secondary": unit(READY, contact=PeerContact.DATA)}, PRIMARY, False),
        ({"primary": unit(ACTIVE, contact=PeerContact.LOST)}, PRIMARY, False),
        ({"secondary": unit(READY, phase=Phase.SYNC_CONFIG)}, PRIMARY, False),
        ({"links": CUT_LINK}, PRIMARY, False),
    ],
)
def test_what_is_entered_on_the_active_unit_of_a_pair_in_contact_is_on_both(
    fields: dict[str, Any], where: Unit, in_contact: bool
) -> None:
    """KEY-4."""
    name, before = "key-active-replicates", at(**fields)
    assert judged(name, before, at(NEW, **fields), where) == (in_contact, True)
    assert judged(name, before, at(ONE_NEW, **fields), where) == (in_contact, not in_contact)
    assert judged(name, before, before, where) == (False, True)


def test_units_with_different_keys_hear_nothing_and_may_both_be_active() -> None:
    """KEY-3."""
    meet, both = promise("key-different-never-meet"), promise("key-different-both-active")
    assert meet.premise is not None
    assert meet.holds(at()) and not meet.holds(at(ONE_NEW)) and meet.holds(at(ONE_NEW, links=CUT_LINK))
    assert meet.holds(at(ONE_NEW, secondary=OFF)), "one of them does not run"
    one_way = attrs.evolve(at().pair.impairments, one_way=(True, False))
    assert not meet.holds(at(ONE_NEW, impairments=one_way)), "one of them hears"
    assert meet.premise(at(ONE_NEW)) and not meet.premise(at()) and not meet.premise(at(ONE_NEW, secondary=OFF))
    assert not meet.premise(at(ONE_NEW, secondary=unit(READY, enabled=False)))
    assert both.holds(at(ONE_NEW, secondary=unit(ACTIVE))) and not both.holds(at(ONE_NEW))
    assert not both.holds(at(secondary=unit(ACTIVE)))


def test_a_pair_talks_encrypted_with_a_key_that_nobody_has_seen() -> None:
    """KEY-8."""
    for name in ("key-procedure-works", "key-can-always-be-mended"):
        done = promise(name).holds
        assert done(at()) and not done(at(Keys())) and not done(at(ONE_NEW)) and not done(at(exposed(NEW)))
        assert done(at(exposed(OLD))), "another key was seen"
        for other in (unit(READY, enabled=False), unit(READY, contact=PeerContact.DATA),
                      unit(READY, phase=Phase.BULK_SYNC)):  # fmt: skip
            assert not done(at(secondary=other))
        assert not done(at(primary=unit(ACTIVE, enabled=False)))
    assert seen_by_others(at(exposed(NEW))) and not seen_by_others(at(exposed(OLD)))
    assert not seen_by_others(at(exposed(ONE_NEW))), "it is not in use on both"
