"""Wrong processes that break a rule each, and the scenario that names the rule and catches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.rules.catalogue import load
from failover_fsm.rules.evidence import in_broken_rules
from failover_fsm.services.autoupdate import conditions as is_so
from failover_fsm.services.autoupdate import effects as do
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate import transcript
from failover_fsm.services.autoupdate.conditions import UpdateContext
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.states import Step
from failover_fsm.services.autoupdate.table import ROWS
from failover_fsm.services.autoupdate.view import PRIMARY, SECONDARY
from failover_fsm.testing.pair.mutants import with_changed_row
from tests.services.autoupdate import scenarios as s

Change = Callable[[AutoUpdate], AutoUpdate]


def row(step: Step, event: type[u.UpdateEvent], guard: object) -> Any:
    """The one row of a step and an event with this guard."""
    (found,) = (each for each in ROWS if step in each.states and each.event is event and each.when is guard)
    return found


def dropped(step: Step, event: type[u.UpdateEvent], guard: object) -> Change:
    """A process without a row."""

    def change(machine: AutoUpdate) -> AutoUpdate:
        return attrs.evolve(machine, table=with_changed_row(machine.table, row(step, event, guard), None))

    return change


def other(step: Step, event: type[u.UpdateEvent], guard: object, **changes: Any) -> Change:
    """A process with other fields of a row."""

    def change(machine: AutoUpdate) -> AutoUpdate:
        old = row(step, event, guard)
        return attrs.evolve(machine, table=with_changed_row(machine.table, old, attrs.evolve(old, **changes)))

    return change


def details_of_the_secondary(ctx: UpdateContext) -> None:
    do.send_details(ctx)
    ctx.outputs[-1] = do.DeviceDetails(unit=PRIMARY, identity=SECONDARY)


def replace_on_the_primary(ctx: UpdateContext) -> None:
    assert ctx.own.fetched is not None
    ctx.own = ctx.own.with_files(PRIMARY, configuration=ctx.own.fetched)


def processing_first(ctx: UpdateContext) -> None:
    ctx.lines.append(transcript.PROCESSING.write(server=ctx.settings.server))
    do.send_details(ctx)


def components_in_another_order(ctx: UpdateContext) -> None:
    do.note_reply(ctx)
    ctx.lines[-3:] = ctx.lines[:-4:-1]


def need_the_other_way_round(ctx: UpdateContext) -> None:
    do.show_need(ctx)
    needs = [is_so.needs_image(ctx, unit, ctx.announced) for unit in (SECONDARY, PRIMARY)]
    ctx.lines[-1] = transcript.need_line(active=needs[0], standby=needs[1])


def copy_without_a_line(ctx: UpdateContext) -> None:
    do.copy_to_secondary(ctx)
    ctx.lines.clear()


POLL, REPLY, COPIED, LOADED = u.PollTimeReached, u.UpdateInfoReceived, u.FileCopied, u.LoadingFinished
CALL = (Step.CALL, u.DeviceDetailsSent, is_so.is_active)
COPY = (Step.IMAGE_COPY, COPIED, is_so.primary_needs_image)
DIFFERS = (Step.REPLY, REPLY, is_so.image_differs)

BROKEN: dict[str, tuple[Change, Callable[[Change], None]]] = {
    "AUT-1": (dropped(Step.REST, POLL, is_so.not_configured), s.needs_a_server_on_the_primary),
    "AUT-2": (dropped(Step.REST, POLL, is_so.not_single), s.only_single_mode_active_standby),
    "AUT-3": (
        other(Step.SECONDARY_LOADS, LOADED, is_so.loaded_not_hitless, do=(do.reload_secondary,)),
        s.not_hitless,
    ),
    "AUT-4": (
        dropped(Step.CONFIGURATION, u.FileRetrieved, is_so.delivers_other_link),
        s.configuration_with_another_link,
    ),
    "AUT-5": (dropped(Step.IMAGE, u.ProcessBrokenOff, is_so.not_active), s.active_primary_calls_home),
    "AUT-6": (
        dropped(Step.CALL, u.PrimaryMadeActive, is_so.can_become_active),
        s.standby_primary_becomes_active_first,
    ),
    "AUT-7": (other(*COPY, do=()), s.primary_downloads_and_copies),
    "AUT-8": (other(*CALL, do=(details_of_the_secondary,)), s.identity_of_the_primary),
    "AUT-9": (dropped(Step.REST, POLL, is_so.synchronising), s.not_while_synchronising),
    "AUT-10": (dropped(Step.REST, POLL, is_so.standby_failed), s.not_beside_a_failed_standby),
    "AUT-11": (
        dropped(Step.IMAGE_COPY, u.ProcessBrokenOff, is_so.not_operational),
        s.not_without_failover_and_its_link,
    ),
    "AUT-12": (other(Step.REST, POLL, None, to=Step.CALL), s.exchange_first),
    "AUT-13": (dropped(Step.IMAGE, u.FileRetrieved, is_so.checksum_wrong), s.reply_with_checksums),
    "AUT-14": (dropped(*DIFFERS), s.image_is_needed_by_either),
    "AUT-15": (
        other(Step.IMAGE, u.FileRetrieved, is_so.delivers_for_standby_image, to=Step.IMAGE_UPDATE),
        s.standby_gets_it_first,
    ),
    "AUT-16": (
        other(Step.RELOAD, u.ReloadChosen, is_so.both_have_new_image, to=Step.HAND_OVER_ALONE, do=(do.hand_over,)),
        s.secondary_reloads_first,
    ),
    "AUT-17": (
        other(Step.SECONDARY_LOADS, LOADED, is_so.loaded_hitless, to=Step.BOTH_LOAD, do=(do.reload_primary,)),
        s.hitless,
    ),
    "AUT-18": (other(Step.PRIMARY_LOADS, LOADED, is_so.primary_can_return, do=(do.end_round,)), s.primary_returns),
    "AUT-19": (
        other(Step.SECONDARY_LOADS, LOADED, is_so.loaded_not_hitless, to=Step.PRIMARY_LOADS, do=(do.reload_primary,)),
        s.not_hitless,
    ),
    "AUT-20": (
        other(
            Step.RELOAD, u.ReloadChosen, is_so.only_secondary_has_new_image,
            to=Step.EXCHANGE, do=(do.reload_secondary, do.end_round),
        ),
        s.only_the_secondary,
    ),
    "AUT-21": (
        other(
            Step.RELOAD, u.ReloadChosen, is_so.only_primary_has_new_image,
            to=Step.ONLY_PRIMARY_LOADS, do=(do.reload_primary,),
        ),
        s.only_the_primary,
    ),
    "AUT-22": (
        other(
            Step.ASDM_UPDATE, u.FileInstalled, is_so.is_active,
            do=(do.update_primary, do.reload_secondary, do.end_round),
        ),
        s.asdm,
    ),
    "AUT-23": (
        other(
            Step.CONFIGURATION_REPLACE, u.ConfigurationReplaced, is_so.is_active,
            do=(replace_on_the_primary, do.end_round),
        ),
        s.configuration,
    ),
    "AUT-24": (
        other(Step.ASDM_UPDATE, u.FileInstalled, is_so.is_active, to=Step.REST),
        s.one_component_a_round,
    ),
    "AUT-25": (other(Step.REPLY, REPLY, is_so.answers, to=Step.EXCHANGE), s.rest_until_the_next_poll),
    "AUT-26": (other(*CALL, do=(processing_first,)), s.first_lines),
    "AUT-27": (other(*DIFFERS, do=(components_in_another_order, do.show_need)), s.component_lines),
    "AUT-28": (other(*DIFFERS, do=(do.note_reply, need_the_other_way_round)), s.need_lines),
    "AUT-29": (other(*COPY, do=(copy_without_a_line,)), s.copy_lines),
}  # fmt: skip
"""By rule: a wrong process that breaks it, and the scenario that catches it."""


@pytest.mark.parametrize("rule", BROKEN)
def test_a_process_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    change, scenario = BROKEN[rule]
    assert rule in load().ids_in(scenario.__doc__ or "")
    with pytest.raises((AssertionError, StopIteration)):
        scenario(change)


def test_every_rule_is_broken_and_cited_by_a_row() -> None:
    rules = {f"AUT-{number}" for number in range(1, 30)}
    assert {*BROKEN} == rules
    assert {rule for each in ROWS for rule in each.rules} == rules
    assert {each.rule for each in in_broken_rules(load()) if "autoupdate" in each.shown} == rules


def test_every_rule_has_a_scenario() -> None:
    named = {rule for scenario in s.SCENARIOS for rule in load().ids_in(scenario.__doc__ or "")}
    assert named == {*BROKEN} and len(s.SCENARIOS) >= 15
