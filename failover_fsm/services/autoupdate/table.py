"""The table of the process: the chapter's seven steps, row by row.

A round goes from 1 to an update or to the end: an image before ASDM before the configuration, one in each round
(AUT-24). In the steps of `ACTING` the process does something, and only while the conditions of AUT-9 to AUT-11 hold. In
those of `WAITING` it waits for a unit that loads or for the active role, and looks only whether that can still come.
Where the chapter is silent, what the process began is broken off, and it begins anew at the next poll time.
"""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.pair.tables import Default, Effect, Guard, Row, Table, ignore, impossible
from failover_fsm.services.autoupdate import conditions as is_so
from failover_fsm.services.autoupdate import effects as do
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.states import ACTING, AS_ACTIVE, WAITING, Step
from failover_fsm.services.machine import MachineRow

__all__ = ["UPDATE_TABLE"]

_LOADING = (Step.SECONDARY_LOADS, Step.ONLY_SECONDARY_LOADS)
_HANDING = (Step.HAND_OVER, Step.HAND_OVER_ALONE)
_RETURNING = (Step.PRIMARY_LOADS, Step.ONLY_PRIMARY_LOADS)


def _refuse(when: Guard, reason: str, *rules: str) -> MachineRow[Step]:
    return MachineRow(Step.REST, u.PollTimeReached, when=when, refuses=True, reason=reason, rules=rules)


def _break_off(steps: Step | tuple[Step, ...], when: Guard, reason: str, *rules: str) -> Row[Step]:
    return Row(
        steps, u.ProcessBrokenOff, when=when, to=Step.REST, do=(do.end_round,), reason=reason, rules=(*rules, "AUT-25")
    )


def _round_ends(step: Step, when: Guard, to: Step, effect: Effect, *rules: str) -> Row[Step]:
    """A row of an update after which the process starts again at step 1, `to` the step that takes it there."""
    event = u.FileCopied if effect is do.copy_to_secondary else u.FileInstalled
    done = (effect, do.end_round) if to is Step.EXCHANGE else (effect,)
    return Row(step, event, when=when, to=to, do=done, reason="file in its place", rules=rules)


BEGINNING: tuple[Row[Step], ...] = (
    # Step 7: rest until the next poll time.
    _refuse(is_so.not_single, "single context mode, Active/Standby only", "AUT-2"),
    _refuse(is_so.not_configured, "no Auto Update Server is configured on the primary", "AUT-1"),
    _refuse(is_so.not_operational, "failover is off, or the failover link is down", "AUT-11"),
    _refuse(is_so.synchronising, "the units synchronise their configurations", "AUT-9"),
    _refuse(is_so.standby_failed, "the standby unit is failed", "AUT-10"),
    _refuse(is_so.not_acquainted, "the units do not hear each other on the failover link yet", "AUT-11"),
    Row(Step.REST, u.PollTimeReached, to=Step.EXCHANGE, reason="poll time", rules=("AUT-1", "AUT-25")),
    # Step 1.
    Row(Step.EXCHANGE, u.ChecksumsExchanged, when=is_so.may_act, to=Step.CALL,
        reason="checksums exchanged", rules=("AUT-12",)),
    # Step 2.
    Row(Step.CALL, u.PrimaryMadeActive, when=is_so.can_become_active, do=(do.make_primary_active,),
        reason="the primary has to call home", rules=("AUT-6",)),
    Row(Step.CALL, u.DeviceDetailsSent, when=is_so.is_active, to=Step.REPLY, do=(do.send_details,),
        reason="call home", rules=("AUT-5", "AUT-8", "AUT-26")),
    # Step 3, and which of the steps 4 to 7 follows.
    Row(Step.REPLY, u.ServerSilent, when=is_so.answers_not, to=Step.REST,
        reason="no reply", rules=("AUT-13", "AUT-25")),
    Row(Step.REPLY, u.UpdateInfoReceived, when=is_so.image_differs, to=Step.IMAGE, do=(do.note_reply, do.show_need),
        reason="need to update img", rules=("AUT-13", "AUT-14", "AUT-24", "AUT-27", "AUT-28")),
    Row(Step.REPLY, u.UpdateInfoReceived, when=is_so.asdm_differs, to=Step.ASDM, do=(do.note_reply,),
        reason="need to update asdm", rules=("AUT-13", "AUT-22", "AUT-24", "AUT-27")),
    Row(Step.REPLY, u.UpdateInfoReceived, when=is_so.configuration_differs, to=Step.CONFIGURATION,
        do=(do.note_reply,), reason="need to update config", rules=("AUT-13", "AUT-23", "AUT-24", "AUT-27")),
    Row(Step.REPLY, u.UpdateInfoReceived, when=is_so.answers, to=Step.REST, do=(do.note_reply, do.end_round),
        reason="nothing to update", rules=("AUT-13", "AUT-25", "AUT-27")),
)  # fmt: skip

RETRIEVING: tuple[Row[Step], ...] = (
    Row((Step.IMAGE, Step.ASDM, Step.CONFIGURATION), u.RetrievalFailed, when=is_so.not_delivered, to=Step.REST,
        do=(do.end_round,), reason="the file did not arrive", rules=("AUT-14", "AUT-22", "AUT-23", "AUT-25")),
    Row((Step.IMAGE, Step.ASDM, Step.CONFIGURATION), u.FileRetrieved, when=is_so.checksum_wrong, to=Step.REST,
        do=(do.end_round,), reason="wrong checksum", rules=("AUT-13", "AUT-25")),
    Row(Step.CONFIGURATION, u.FileRetrieved, when=is_so.delivers_other_link, to=Step.REST, do=(do.end_round,),
        reason="the configuration changes the failover link", rules=("AUT-4",)),
)  # fmt: skip

IMAGE: tuple[Row[Step], ...] = (
    # 4a and 4b.
    Row(Step.IMAGE, u.FileRetrieved, when=is_so.delivers_for_standby_image, to=Step.IMAGE_COPY, do=(do.keep_file,),
        reason="file retrieved", rules=("AUT-7", "AUT-14")),
    Row(Step.IMAGE, u.FileRetrieved, when=is_so.delivers, to=Step.IMAGE_UPDATE, do=(do.keep_file,),
        reason="file retrieved", rules=("AUT-7", "AUT-14")),
    _round_ends(Step.IMAGE_COPY, is_so.primary_needs_image, Step.IMAGE_UPDATE, do.copy_to_secondary,
                "AUT-7", "AUT-15", "AUT-29"),
    _round_ends(Step.IMAGE_COPY, is_so.is_active, Step.RELOAD, do.copy_to_secondary, "AUT-7", "AUT-20", "AUT-29"),
    _round_ends(Step.IMAGE_UPDATE, is_so.is_active, Step.RELOAD, do.update_primary, "AUT-15"),
    # 4c to 4e: who has a new image, and who reloads first.
    Row(Step.RELOAD, u.ReloadChosen, when=is_so.both_have_new_image, to=Step.SECONDARY_LOADS,
        do=(do.reload_secondary,), reason="both units have a new image", rules=("AUT-16",)),
    Row(Step.RELOAD, u.ReloadChosen, when=is_so.only_secondary_has_new_image, to=Step.ONLY_SECONDARY_LOADS,
        do=(do.reload_secondary,), reason="only the secondary has a new image", rules=("AUT-20",)),
    Row(Step.RELOAD, u.ReloadChosen, when=is_so.only_primary_has_new_image, to=Step.HAND_OVER_ALONE,
        do=(do.hand_over,), reason="only the primary has a new image", rules=("AUT-21",)),
    Row(Step.RELOAD, u.ReloadChosen, when=is_so.nobody_has_new_image, to=Step.EXCHANGE, do=(do.end_round,),
        reason="no unit has anything to load", rules=("AUT-24",)),
    # 4c.
    Row(Step.SECONDARY_LOADS, u.LoadingFinished, when=is_so.loaded_hitless, to=Step.HAND_OVER, do=(do.hand_over,),
        reason="hitless upgrade", rules=("AUT-17",)),
    Row(Step.SECONDARY_LOADS, u.LoadingFinished, when=is_so.loaded_not_hitless, to=Step.BOTH_LOAD,
        do=(do.reload_secondary, do.reload_primary), reason="no hitless upgrade", rules=("AUT-3", "AUT-19")),
    Row(Step.HAND_OVER, u.RoleHandedOver, when=is_so.secondary_is_active, to=Step.PRIMARY_LOADS,
        do=(do.reload_primary,), reason="the secondary is active", rules=("AUT-17",)),
    Row(Step.PRIMARY_LOADS, u.LoadingFinished, when=is_so.primary_can_return, to=Step.EXCHANGE,
        do=(do.make_primary_active, do.end_round), reason="the primary has loaded", rules=("AUT-18", "AUT-24")),
    Row(Step.BOTH_LOAD, u.LoadingFinished, when=is_so.both_loaded, to=Step.EXCHANGE, do=(do.end_round,),
        reason="both units have loaded", rules=("AUT-19", "AUT-24")),
    # 4d and 4e.
    Row(Step.ONLY_SECONDARY_LOADS, u.LoadingFinished, when=is_so.secondary_loaded, to=Step.EXCHANGE,
        do=(do.end_round,), reason="the secondary has loaded", rules=("AUT-20", "AUT-24")),
    Row(Step.HAND_OVER_ALONE, u.RoleHandedOver, when=is_so.secondary_is_active, to=Step.ONLY_PRIMARY_LOADS,
        do=(do.reload_primary,), reason="the secondary is active", rules=("AUT-21",)),
    Row(Step.ONLY_PRIMARY_LOADS, u.LoadingFinished, when=is_so.primary_loaded, to=Step.EXCHANGE,
        do=(do.end_round,), reason="the primary has loaded", rules=("AUT-21", "AUT-24")),
)  # fmt: skip

OTHERS: tuple[Row[Step], ...] = (
    # Step 5.
    Row(Step.ASDM, u.FileRetrieved, when=is_so.delivers_for_standby_asdm, to=Step.ASDM_COPY, do=(do.keep_file,),
        reason="file retrieved", rules=("AUT-7", "AUT-22")),
    Row(Step.ASDM, u.FileRetrieved, when=is_so.delivers, to=Step.ASDM_UPDATE, do=(do.keep_file,),
        reason="file retrieved", rules=("AUT-7", "AUT-22")),
    _round_ends(Step.ASDM_COPY, is_so.primary_needs_asdm, Step.ASDM_UPDATE, do.copy_to_secondary, "AUT-7", "AUT-22"),
    _round_ends(Step.ASDM_COPY, is_so.is_active, Step.EXCHANGE, do.copy_to_secondary, "AUT-7", "AUT-22", "AUT-24"),
    _round_ends(Step.ASDM_UPDATE, is_so.is_active, Step.EXCHANGE, do.update_primary, "AUT-22", "AUT-24"),
    # Step 6.
    Row(Step.CONFIGURATION, u.FileRetrieved, when=is_so.delivers, to=Step.CONFIGURATION_REPLACE,
        do=(do.keep_file,), reason="file retrieved", rules=("AUT-7", "AUT-23")),
    Row(Step.CONFIGURATION_REPLACE, u.ConfigurationReplaced, when=is_so.changes_link, to=Step.EXCHANGE,
        do=(do.replace_on_both, do.lose_failover_link, do.end_round), reason="configuration replaced",
        rules=("AUT-4", "AUT-23", "AUT-24")),
    Row(Step.CONFIGURATION_REPLACE, u.ConfigurationReplaced, when=is_so.is_active, to=Step.EXCHANGE,
        do=(do.replace_on_both, do.end_round), reason="configuration replaced", rules=("AUT-23", "AUT-24")),
)  # fmt: skip

BREAKING_OFF: tuple[Row[Step], ...] = (
    _break_off(ACTING, is_so.not_operational, "failover link lost, or a unit stopped", "AUT-11"),
    _break_off(ACTING, is_so.synchronising, "the units synchronise their configurations", "AUT-9"),
    _break_off((*ACTING, *WAITING), is_so.standby_failed, "the standby unit is failed", "AUT-10"),
    _break_off((*AS_ACTIVE, *_LOADING), is_so.not_active, "the primary is not active any more", "AUT-5"),
    _break_off((Step.CALL, *_RETURNING), is_so.cannot_become_active, "the primary is failed", "AUT-6", "AUT-10"),
    _break_off(Step.RELOAD, is_so.secondary_cannot_lead, "the secondary is failed", "AUT-10", "AUT-21"),
    _break_off(_LOADING, is_so.secondary_lost, "the secondary is out of reach", "AUT-11"),
    _break_off(_HANDING, is_so.hand_over_failed, "the secondary did not become active", "AUT-11"),
    _break_off(_RETURNING, is_so.primary_boots_alone, "the secondary is out of reach", "AUT-11"),
    _break_off(Step.BOTH_LOAD, is_so.boots_apart, "a unit is out of reach", "AUT-11"),
    Row((*ACTING, *WAITING), u.PrimaryStopped, to=Step.REST, do=(do.end_round,),
        reason="the primary stopped", rules=("AUT-5", "AUT-7")),
)  # fmt: skip

ROWS = (*BEGINNING, *RETRIEVING, *IMAGE, *OTHERS, *BREAKING_OFF)


def _otherwise(rows: tuple[Row[Step], ...]) -> Iterator[Default[Step]]:
    """The answer of every cell in which no row need hold: the event has no cause there."""
    for event in u.PROCESS_EVENTS:
        closed = {step for row in rows if row.event is event and row.when is None for step in row.states}
        rest = tuple(step for step in Step if step not in closed)
        if event is u.PrimaryStopped:
            yield ignore(rest, (event,), "the process is at rest")
        else:
            yield impossible(rest, (event,), "the process is not there, or what it takes is not so")


UPDATE_TABLE: Table[Step] = Table.of("auto update", tuple(Step), u.PROCESS_EVENTS, (*ROWS, *_otherwise(ROWS)))
"""The process; see the text at the top of the module."""
