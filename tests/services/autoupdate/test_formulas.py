"""The formulas of the promises about Auto Update, asked of states and steps that are made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.checker import Kind
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Handover
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.promises import Formulas, update_promises
from failover_fsm.services.autoupdate.settings import UpdateOptions
from failover_fsm.services.autoupdate.states import Content, Damage, Files, Server
from tests.services.autoupdate.kit import machine
from tests.services.autoupdate.looks import (
    ACTIVE,
    BOOTS,
    CUT_LINK,
    DEAD_MODULES,
    DOWN,
    FAILED,
    FLASHED,
    JOINS,
    LOADED,
    NEW,
    NEW_FILES,
    NONE,
    OFF,
    OLD,
    PRIMARY,
    READY,
    SECONDARY,
    STARTS,
    Step,
    at,
    kept,
    premise_of,
    promise,
    steps_tested,
    unit,
)

ASKED = unit(ACTIVE, handover=Handover.REQUEST)
"""An active unit to which a request for its role is on the way."""

ASDM = attrs.evolve(LOADED, asdm=Content.NEW)

KINDS = {
    "one-unit-is-active": Kind.ALWAYS,
    "somebody-is-active-in-the-end": Kind.WHEN_SETTLED,
    "only-the-active-primary-calls-home": Kind.ALWAYS_STEP,
    "the-primary-is-made-active-first": Kind.ALWAYS_STEP,
    "no-update-on-a-pair-that-may-not": Kind.ALWAYS_STEP,
    "a-poll-begins-only-where-it-may": Kind.ALWAYS_STEP,
    "image-before-asdm-before-configuration": Kind.ALWAYS_STEP,
    "after-an-update-the-process-begins-anew": Kind.ALWAYS_STEP,
    "a-round-begins-with-an-exchange": Kind.ALWAYS_STEP,
    "the-unit-with-a-new-image-reloads": Kind.ALWAYS_STEP,
    "a-unit-that-loads-is-waited-for": Kind.ALWAYS_STEP,
    "the-process-waits-for-who-loads": Kind.ALWAYS_STEP,
    "both-reload-only-where-they-must": Kind.ALWAYS_STEP,
    "one-new-image-on-the-secondary-moves-no-role": Kind.ALWAYS,
    "asdm-and-configuration-reload-nobody": Kind.ALWAYS_STEP,
    "the-secondary-gets-copies": Kind.ALWAYS_STEP,
    "the-standby-gets-the-image-first": Kind.ALWAYS_STEP,
    "the-configuration-changes-on-both-at-once": Kind.ALWAYS_STEP,
    "only-announced-files-are-kept": Kind.ALWAYS_STEP,
    "the-failover-link-stays": Kind.ALWAYS_STEP,
    "the-process-rests": Kind.CONVERGES,
    "a-round-begins-knowing-nothing": Kind.ALWAYS,
    "what-is-broken-off-rests": Kind.ALWAYS_STEP,
    "the-files-agree-at-last": Kind.LEADS_TO,
    "two-versions-do-not-stay": Kind.LEADS_TO,
    "the-primary-is-active-again": Kind.LEADS_TO,
    "a-call-finds-nothing-to-do": Kind.ALWAYS_STEP,
}
"""By id of a promise, whether it is about every state, every step, or what comes at last."""


def test_each_promise_is_of_its_kind() -> None:
    found = update_promises(machine())
    assert {each.id: each.as_property().kind for each in found} == KINDS
    assert [each.id for each in found if each.undisturbed] == [
        "one-unit-is-active", "one-new-image-on-the-secondary-moves-no-role",
    ]  # fmt: skip


def test_a_pair_comes_to_rest_by_its_own_steps_and_a_run_ends_before_the_next_poll_time() -> None:
    def within(name: str, *events: e.Event) -> list[bool]:
        chosen = promise(name).as_property().within
        assert chosen is not None
        return [bool(chosen(event)) for event in events]

    hello, poll, call = e.HelloHeard(unit=PRIMARY), u.PollTimeReached(), u.DeviceDetailsSent()
    fault, command = e.UnitFailed(unit=PRIMARY), e.Reload(unit=PRIMARY)
    every = (hello, call, poll, fault, command)
    assert within("somebody-is-active-in-the-end", *every) == [True, False, False, False, False]
    assert within("the-process-rests", *every) == [True, True, False, False, False]
    assert within("the-files-agree-at-last", *every) == [True, True, True, False, True]


# -- roles ------------------------------------------------------------------------------------------------


def test_a_unit_is_active_unless_both_load() -> None:
    keeps = kept("one-unit-is-active")
    assert keeps(at(Step.PRIMARY_LOADS, BOOTS, ACTIVE)) and not keeps(at(Step.PRIMARY_LOADS, BOOTS, BOOTS))
    assert keeps(at(Step.BOTH_LOAD, BOOTS, BOOTS)) and not keeps(at(Step.REST, READY, READY))
    assert keeps(at(Step.REST, READY, unit(READY, handover=Handover.GRANT))), "the role is on its way"
    assert steps_tested("one-unit-is-active") == [Step.PRIMARY_LOADS, Step.BOTH_LOAD]


def test_in_the_end_a_unit_is_active_unless_both_have_stopped() -> None:
    keeps = kept("somebody-is-active-in-the-end")
    assert keeps(at()) and keeps(at(primary=OFF, secondary=ACTIVE)) and keeps(at(primary=OFF, secondary=DOWN))
    assert not keeps(at(primary=OFF, secondary=FAILED)) and not keeps(at(primary=FAILED, secondary=FAILED))


def test_the_active_primary_calls_home_and_a_standby_one_asks_for_the_role_first() -> None:
    calls, asks = kept("only-the-active-primary-calls-home"), kept("the-primary-is-made-active-first")
    assert calls(at(Step.CALL), at(Step.REPLY)) and not calls(at(Step.CALL, READY, ACTIVE), at(Step.REPLY))
    assert not calls(at(Step.CALL), at(Step.REPLY), u.DeviceDetailsSent(unit=SECONDARY))
    after = at(Step.CALL, READY, ASKED)
    assert asks(at(Step.CALL, READY, ACTIVE), after)
    assert not asks(at(Step.CALL, READY, ACTIVE), at(Step.CALL, READY, ACTIVE)), "nothing is asked"
    assert not asks(at(Step.EXCHANGE, READY, ACTIVE), after) and not asks(at(Step.CALL, ACTIVE, READY), after)


# -- whether it may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("primary", "secondary", "fields", "may"),
    [
        (ACTIVE, READY, {}, True),
        (READY, ACTIVE, {}, True),
        (ACTIVE, JOINS, {}, False),  # AUT-9
        (JOINS, ACTIVE, {}, False),
        (ACTIVE, FAILED, {}, False),  # AUT-10
        (ACTIVE, FAILED, {"modules": DEAD_MODULES[SECONDARY]}, True),  # its module
        (ACTIVE, FAILED, {"modules": DEAD_MODULES[PRIMARY]}, False),
        (FAILED, ACTIVE, {}, False),
        (FAILED, ACTIVE, {"modules": DEAD_MODULES[PRIMARY]}, True),
        (ACTIVE, READY, {"links": CUT_LINK}, False),  # AUT-11
        (ACTIVE, unit(READY, enabled=False), {}, False),
        (unit(ACTIVE, enabled=False), READY, {}, False),
        (ACTIVE, OFF, {}, False),
        (ACTIVE, STARTS, {}, False),
    ],
)
def test_nothing_is_done_on_a_pair_that_may_not(primary: Any, secondary: Any, fields: Any, may: bool) -> None:
    before, after = (at(step, primary, secondary, **fields) for step in (Step.REST, Step.EXCHANGE))
    assert Formulas(machine()).may(before) is may
    assert kept("no-update-on-a-pair-that-may-not")(before, after) is may
    assert kept("no-update-on-a-pair-that-may-not")(before, before), "nothing is done"
    begins = kept("a-poll-begins-only-where-it-may")
    assert begins(before, after) is may and begins(before, before)


# -- rounds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("primary", "secondary", "step"),
    [
        (OLD, OLD, Step.IMAGE),
        (attrs.evolve(NEW, running=Content.OLD), NEW, Step.IMAGE),
        (NEW, attrs.evolve(NEW, running=Content.OLD), Step.IMAGE),
        (LOADED, LOADED, Step.ASDM),
        (ASDM, LOADED, Step.ASDM),
        (LOADED, ASDM, Step.ASDM),
        (ASDM, ASDM, Step.CONFIGURATION),
        (ASDM, NEW, Step.CONFIGURATION),
        (NEW, ASDM, Step.REST),  # the primary's configuration decides
        (NEW, NEW, Step.REST),
    ],
)
def test_image_before_asdm_before_configuration(primary: Files, secondary: Files, step: Step) -> None:
    before = at(Step.REPLY, files=(primary, secondary))
    keeps, ends = kept("image-before-asdm-before-configuration"), kept("a-call-finds-nothing-to-do")
    reply = (Step.IMAGE, Step.ASDM, Step.CONFIGURATION, Step.REST)
    assert [after for after in reply if keeps(before, at(after))] == [step]
    assert [ends(before, at(after)) for after in reply] == [
        (after is Step.REST) is (step is Step.REST) for after in reply
    ]
    flash = {"options": UpdateOptions(compares="flash")}
    if step is Step.IMAGE and OLD not in (primary, secondary):
        assert kept("image-before-asdm-before-configuration", **flash)(before, at(Step.REST)), "AUT-12: of the flash"


def test_after_each_update_the_process_begins_anew() -> None:
    """AUT-22 to AUT-24: what may follow each step of an update; where that is over, the exchange."""
    keeps = kept("after-an-update-the-process-begins-anew")
    follow = {
        Step.IMAGE_COPY: [Step.IMAGE_UPDATE, Step.RELOAD],
        Step.IMAGE_UPDATE: [Step.RELOAD],
        Step.SECONDARY_LOADS: [Step.HAND_OVER, Step.BOTH_LOAD],
        Step.PRIMARY_LOADS: [Step.EXCHANGE],
        Step.BOTH_LOAD: [Step.EXCHANGE],
        Step.ONLY_SECONDARY_LOADS: [Step.EXCHANGE],
        Step.ONLY_PRIMARY_LOADS: [Step.EXCHANGE],
        Step.ASDM_COPY: [Step.EXCHANGE, Step.ASDM_UPDATE],
        Step.ASDM_UPDATE: [Step.EXCHANGE],
        Step.CONFIGURATION_REPLACE: [Step.EXCHANGE],
    }
    for before, after in follow.items():
        assert [step for step in Step if keeps(at(before), at(step))] == after, before


def test_a_round_begins_with_an_exchange_and_knows_nothing() -> None:
    calls, knows = kept("a-round-begins-with-an-exchange"), kept("a-round-begins-knowing-nothing")
    assert [step for step in Step if calls(at(step), at(Step.REPLY))] == [Step.CALL]
    known: tuple[dict[str, Any], ...] = ({"announced": NEW_FILES}, {"fetched": Content.NEW})
    before_reply = [Step.REST, Step.EXCHANGE, Step.CALL, Step.REPLY]
    assert all(knows(at(step)) for step in Step)
    for fields in known:
        assert not calls(at(Step.CALL, **fields), at(Step.REPLY))
        assert [step for step in Step if not knows(at(step, **fields))] == before_reply


def test_where_a_step_promise_is_put_to_the_test() -> None:
    assert steps_after("a-poll-begins-only-where-it-may") == [Step.EXCHANGE]
    assert steps_after("image-before-asdm-before-configuration") == [Step.CONFIGURATION]
    assert steps_after("after-an-update-the-process-begins-anew") == [Step.EXCHANGE]
    assert steps_after("a-call-finds-nothing-to-do") == [Step.REST]
    assert steps_before("both-reload-only-where-they-must") == [Step.SECONDARY_LOADS]
    assert steps_before("asdm-and-configuration-reload-nobody") == [
        Step.ASDM, Step.ASDM_COPY, Step.ASDM_UPDATE, Step.CONFIGURATION, Step.CONFIGURATION_REPLACE,
    ]  # fmt: skip
    copied = premise_of("the-secondary-gets-copies")
    assert copied(at(), at(files=(OLD, FLASHED))) and not copied(at(), at(files=(FLASHED, OLD)))
    wrong = premise_of("only-announced-files-are-kept")
    damage = [each for each in Damage if wrong(at(server=Server(damage=each)), at())]
    assert damage == [Damage.WRONG]
    reloads = premise_of("the-unit-with-a-new-image-reloads")
    assert reloads(at(), at(primary=BOOTS)) and not reloads(at(), at(secondary=BOOTS)) and not reloads(at(), at())


def steps_after(name: str) -> list[Step]:
    """The steps to which a step promise is put to the test."""
    return [step for step in Step if premise_of(name)(at(), at(step))]


def steps_before(name: str) -> list[Step]:
    """Those from which it is."""
    return [step for step in Step if premise_of(name)(at(step), at())]


# -- reloads ------------------------------------------------------------------------------------------------


def test_who_reloads_has_a_new_image_and_the_secondary_is_first() -> None:
    keeps = kept("the-unit-with-a-new-image-reloads")
    both, second, first = (FLASHED, FLASHED), (LOADED, FLASHED), (FLASHED, LOADED)
    alone = at(secondary=BOOTS)
    assert keeps(at(Step.RELOAD, files=both), alone) and keeps(at(Step.RELOAD, files=second), alone)
    assert not keeps(at(Step.RELOAD, files=first), alone)
    assert keeps(at(Step.HAND_OVER, READY, ACTIVE, files=first), at(primary=BOOTS, secondary=ACTIVE))
    assert not keeps(at(Step.HAND_OVER, ACTIVE, READY, files=first), at(primary=BOOTS))
    assert not keeps(at(Step.HAND_OVER, READY, ACTIVE, files=both), at(primary=BOOTS, secondary=ACTIVE))
    together = at(primary=BOOTS, secondary=BOOTS)
    assert keeps(at(Step.SECONDARY_LOADS, files=first), together) and not keeps(at(Step.RELOAD, files=both), together)
    assert keeps(at(Step.HAND_OVER), at(Step.HAND_OVER)), "nobody reloads"


def test_a_unit_that_loads_by_itself_beside_an_active_peer_is_waited_for() -> None:
    breaks = kept("a-unit-that-loads-is-waited-for")
    secondary = (Step.SECONDARY_LOADS, Step.ONLY_SECONDARY_LOADS)
    primary = (Step.PRIMARY_LOADS, Step.ONLY_PRIMARY_LOADS)
    for step in Step:
        assert breaks(at(step, ACTIVE, BOOTS), at()) is (step not in secondary)
        assert breaks(at(step, BOOTS, ACTIVE), at()) is (step not in primary)
    for stopped in (OFF, DOWN):
        assert breaks(at(Step.SECONDARY_LOADS, ACTIVE, stopped), at()), "it does not come up by itself"
    assert breaks(at(Step.SECONDARY_LOADS, ACTIVE, READY), at()), "it is up"
    assert breaks(at(Step.SECONDARY_LOADS, READY, BOOTS), at()), "nobody is active beside it"
    for loads in (STARTS, JOINS):
        assert not breaks(at(Step.SECONDARY_LOADS, ACTIVE, loads), at())


def test_the_process_goes_on_when_both_units_are_up() -> None:
    goes_on = kept("the-process-waits-for-who-loads")
    assert goes_on(at(), at()) and not goes_on(at(secondary=JOINS), at()) and not goes_on(at(primary=BOOTS), at())


@pytest.mark.parametrize(
    ("hitless", "secondary", "together"),
    [(True, READY, False), (True, FAILED, True), (False, READY, True), (False, FAILED, True)],
)
def test_both_reload_exactly_where_no_hitless_update_is_possible(hitless: bool, secondary: Any, together: bool) -> None:
    """AUT-17, AUT-19: the versions allow it and the secondary can take over, or both load together."""
    keeps = kept("both-reload-only-where-they-must", hitless=hitless)
    before = at(Step.SECONDARY_LOADS, ACTIVE, secondary)
    both, nobody = at(Step.BOTH_LOAD, BOOTS, BOOTS), at(Step.HAND_OVER, ACTIVE, secondary)
    assert (keeps(before, both), keeps(before, nobody)) == (together, not together)
    assert keeps(before, at(Step.HAND_OVER, BOOTS, secondary)) is not together, "one alone"
    for step in (Step.PRIMARY_LOADS, Step.BOTH_LOAD):
        assert keeps(at(step), both) and keeps(at(step), nobody), "it speaks of the secondary's load only"


def test_while_only_the_secondary_loads_the_primary_stays_active() -> None:
    keeps = kept("one-new-image-on-the-secondary-moves-no-role")
    assert [step for step in Step if not keeps(at(step, READY, ACTIVE))] == [Step.ONLY_SECONDARY_LOADS]
    assert keeps(at(Step.ONLY_SECONDARY_LOADS, ACTIVE, NONE))
    found = steps_tested("one-new-image-on-the-secondary-moves-no-role")
    assert found == [Step.RELOAD, Step.ONLY_SECONDARY_LOADS]


def test_asdm_and_configuration_touch_no_unit() -> None:
    keeps = kept("asdm-and-configuration-reload-nobody")
    assert keeps(at(Step.ASDM), at(Step.ASDM_COPY, files=(OLD, ASDM)))
    assert not keeps(at(), at(primary=BOOTS)) and not keeps(at(), at(secondary=BOOTS))
