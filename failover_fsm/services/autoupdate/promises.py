"""What the process promises, as formulas over joint states and steps.

`update_promises` gives those that are kept with at most one thing broken at a time. Some hold only while nothing breaks
(`undisturbed`); what a fault does to those stands in `findings`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.checker import Property, converges, leads_to, when_settled
from failover_fsm.pair import events as e
from failover_fsm.pair.health import module_failed
from failover_fsm.pair.states import Handover, Phase, Role
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.states import AWAITED, Component, Damage, Files, Process, Step
from failover_fsm.services.autoupdate.view import PRIMARY, SECONDARY, UNITS, PairView
from failover_fsm.services.machine import Joint, MachinePromise

__all__ = ["BEFORE_REPLY", "Formulas", "UpdatePromise", "update_promises"]

State = Joint[Process]
_RELOADING = (u.ReloadChosen, u.LoadingFinished, u.RoleHandedOver)
BEFORE_REPLY = (Step.REST, Step.EXCHANGE, Step.CALL, Step.REPLY)
"""The steps of a round before the server has told anything."""

_UPDATING = {
    Step.IMAGE_COPY: (Step.IMAGE_UPDATE, Step.RELOAD),
    Step.IMAGE_UPDATE: (Step.RELOAD,),
    Step.SECONDARY_LOADS: (Step.HAND_OVER, Step.BOTH_LOAD),
    Step.ASDM_COPY: (Step.ASDM_UPDATE, Step.EXCHANGE),
}
"""What follows within an update; after any other step of these events the update is over."""

_LATER = (Step.ASDM, Step.ASDM_COPY, Step.ASDM_UPDATE, Step.CONFIGURATION, Step.CONFIGURATION_REPLACE)


@attrs.frozen(kw_only=True)
class UpdatePromise(MachinePromise):
    """A promise of the process; `kind` may also be "leads-to", "converges" and "when-settled".

    Attributes:
        undisturbed: It speaks of runs in which nothing breaks; with a fault its violation is a finding.
    """

    undisturbed: bool = False

    def as_property(self) -> Property:
        """The promise as the checker takes it; what leads to something does so when nothing more breaks."""
        if self.kind == "leads-to":
            assert self.premise is not None, self.id
            return leads_to(self.id, self.premise, self.holds, within=_no_fault, weak=_each)
        if self.kind == "converges":
            return converges(self.id, within=_by_itself)
        if self.kind == "when-settled":
            return when_settled(self.id, self.holds, within=_pair_by_itself, premise=self.premise)
        return super().as_property()


def _no_fault(event: object) -> bool:
    return not isinstance(event, e.Fault)


def _each(event: object) -> object:
    """Every event is an action of its own: what goes on being possible is done at last."""
    return event


def _by_itself(event: object) -> bool:
    """Steps of the units and of one run of the process, without the next poll time."""
    return isinstance(event, e.ProtocolStep) and not isinstance(event, u.PollTimeReached)


def _pair_by_itself(event: object) -> bool:
    return isinstance(event, e.ProtocolStep) and not isinstance(event, u.UpdateEvent)


def _files_changed(before: State, after: State) -> list[str]:
    """The fields that a step changed, as `primary.flash`."""
    found = []
    for unit in UNITS:
        for field in attrs.fields(Files):
            if getattr(before.own.files(unit), field.name) is not getattr(after.own.files(unit), field.name):
                found.append(f"{unit.value}.{field.name}")
    return found


def _reloads(before: State, after: State) -> tuple[bool, bool]:
    """Whether the primary, and whether the secondary, begins to reload in a step."""
    return tuple(before.pair.unit(unit).powered and not after.pair.unit(unit).powered for unit in UNITS)  # type: ignore[return-value]  # two units


def _loading(joint: State) -> bool:
    """The unit that the process waits for comes up by itself, beside an active peer."""
    unit = AWAITED.get(joint.own.step, PRIMARY)
    comes = joint.pair.unit(unit).phase not in (Phase.OFF, Phase.DOWN, Phase.UP)
    return joint.own.step in AWAITED and comes and joint.pair.unit(unit.peer).groups[0].active


def _asks(joint: State) -> bool:
    """A request for the active role is on its way to the secondary."""
    return joint.pair.secondary.groups[0].handover is Handover.REQUEST


def update_promises(machine: AutoUpdate) -> tuple[UpdatePromise, ...]:
    """The promises about a process, in the order in which they are printed."""
    formulas = Formulas(machine)
    return (
        *_of_roles(formulas),
        *_of_permission(formulas),
        *_of_rounds(formulas),
        *_of_reloads(formulas),
        *_of_files(),
        *_of_ends(),
        *_of_rest(formulas),
    )


class Formulas:
    """Formulas that ask about the pair."""

    def __init__(self, machine: AutoUpdate) -> None:
        self.machine = machine
        self.hitless = machine.settings.hitless

    def view(self, joint: State) -> PairView:
        """The pair under the questions of the process."""
        return self.machine.view(joint.pair)

    def active(self, joint: State, unit: Any = PRIMARY) -> bool:
        """A unit is active."""
        return joint.pair.unit(unit).groups[0].active

    def switches(self, before: State, after: State) -> bool:
        """When the secondary has loaded, both reload if the update cannot be hitless, only then (AUT-17, AUT-19)."""
        unable = not self.hitless or self.view(before).role(SECONDARY) is Role.FAILED
        return (_reloads(before, after) == (True, True)) == unable

    def may(self, joint: State) -> bool:
        """Nothing forbids the process, asked anew of the pair: AUT-9, AUT-10 and AUT-11."""
        view, units = self.view(joint), [joint.pair.unit(unit) for unit in UNITS]
        ready = all(own.up and own.enabled for own in units) and view.operational
        roles = [view.role(unit) for unit in UNITS if not module_failed(view.pair, view.settings, unit)]
        return ready and Role.FAILED not in roles


def _of_roles(ask: Formulas) -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="one-unit-is-active", kind="always", undisturbed=True,
            says="A unit is active, or the role on its way to one, at every moment in which not both load together.",
            rules=("AUT-17", "AUT-18", "AUT-21", "AUT-3"),
            holds=lambda s: ask.view(s).somebody_active or s.own.step is Step.BOTH_LOAD,
            premise=lambda s: s.own.step in (Step.PRIMARY_LOADS, Step.BOTH_LOAD),
        ),
        UpdatePromise(
            id="somebody-is-active-in-the-end", kind="when-settled",
            says="Where the pair has come to rest a unit is active, whatever the process was doing.",
            rules=("AUT-3", "AUT-17", "AUT-19"),
            holds=lambda s: ask.view(s).somebody_active or all(ask.view(s).stopped(unit) for unit in UNITS),
        ),
        UpdatePromise(
            id="only-the-active-primary-calls-home", kind="step", events=(u.DeviceDetailsSent,),
            says="No unit calls home that is not the active primary.", rules=("AUT-5", "AUT-8"),
            holds=lambda s, event, t: event.unit is PRIMARY and ask.active(s),
        ),
        UpdatePromise(
            id="the-primary-is-made-active-first", kind="step", events=(u.PrimaryMadeActive,),
            says="A standby primary asks for the active role after the exchange and before the call.", rules=("AUT-6",),
            holds=lambda s, event, t: s.own.step is Step.CALL and not ask.active(s) and _asks(t),
        ),
    )  # fmt: skip


def _of_permission(ask: Formulas) -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="no-update-on-a-pair-that-may-not", kind="step",
            says="Nothing is exchanged, retrieved, copied, installed or reloaded while the units synchronise, the "
            "standby is failed but for its module, or failover or its link is down.",
            rules=("AUT-9", "AUT-10", "AUT-11"),
            events=(u.ChecksumsExchanged, u.PrimaryMadeActive, u.DeviceDetailsSent, u.UpdateInfoReceived,
                    u.FileRetrieved, u.FileCopied, u.FileInstalled, u.ConfigurationReplaced, *_RELOADING),
            holds=lambda s, event, t: s == t or ask.may(s),
        ),
        UpdatePromise(
            id="a-poll-begins-only-where-it-may", kind="step", events=(u.PollTimeReached,),
            says="The process does not begin on a pair on which it may not occur.",
            rules=("AUT-1", "AUT-2", "AUT-9", "AUT-10", "AUT-11"),
            holds=lambda s, event, t: (t.own.step is Step.REST) or ask.may(s),
            premise=lambda s, event, t: t.own.step is Step.EXCHANGE,
        ),
    )  # fmt: skip


def _reload_order(before: State, event: e.Event, after: State) -> bool:
    """Who reloads: the secondary first where both have a new image, both at once, or the one with a new image."""
    primary, secondary = _reloads(before, after)
    new = [before.own.files(unit).flash is not before.own.files(unit).running for unit in UNITS]
    if primary and secondary:
        return before.own.step is Step.SECONDARY_LOADS
    if primary:
        return new == [True, False] and before.pair.secondary.groups[0].active
    return not secondary or new[1]


def _of_rounds(ask: Formulas) -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="image-before-asdm-before-configuration", kind="step", events=(u.UpdateInfoReceived,),
            says="ASDM is updated only when no unit needs an image, the configuration only when none needs either.",
            rules=("AUT-24", "AUT-14", "AUT-22", "AUT-23"),
            holds=lambda s, event, t: _first_needed(ask.machine, s) is _CHOSEN.get(t.own.step),
            premise=lambda s, event, t: t.own.step is Step.CONFIGURATION,
        ),
        UpdatePromise(
            id="after-an-update-the-process-begins-anew", kind="step",
            events=(u.LoadingFinished, u.FileInstalled, u.FileCopied, u.ConfigurationReplaced),
            says="After each image, ASDM and configuration update the process starts again at step 1.",
            rules=("AUT-22", "AUT-23", "AUT-24"),
            holds=lambda s, event, t: t.own.step in _UPDATING.get(s.own.step, (Step.EXCHANGE,)),
            premise=lambda s, event, t: t.own.step is Step.EXCHANGE,
        ),
        UpdatePromise(
            id="a-round-begins-with-an-exchange", kind="step", events=(u.DeviceDetailsSent,),
            says="A call home comes after an exchange in the same round, and nothing is known of an earlier reply.",
            rules=("AUT-12", "AUT-24"),
            holds=lambda s, event, t: s.own.step is Step.CALL and s.own.announced is None and s.own.fetched is None,
        ),
    )  # fmt: skip


def _of_reloads(ask: Formulas) -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="the-unit-with-a-new-image-reloads", kind="step", events=_RELOADING,
            says="The secondary reloads first where both have a new image; the primary reloads only beside an active "
            "secondary, or together with it.",
            rules=("AUT-16", "AUT-19", "AUT-20", "AUT-21"),
            holds=_reload_order, premise=lambda s, event, t: _reloads(s, t)[0],
        ),
        UpdatePromise(
            id="a-unit-that-loads-is-waited-for", kind="step", events=(u.ProcessBrokenOff,),
            says="The process is not broken off while the unit that it waits for is loading.",
            rules=("AUT-17", "AUT-20", "AUT-21"),
            holds=lambda s, event, t: not _loading(s),
        ),
        UpdatePromise(
            id="the-process-waits-for-who-loads", kind="step", events=(u.LoadingFinished,),
            says="The process goes on when the units that load are up again.",
            rules=("AUT-17", "AUT-18", "AUT-19", "AUT-20", "AUT-21"),
            holds=lambda s, event, t: all(s.pair.unit(unit).up for unit in UNITS),
        ),
        UpdatePromise(
            id="both-reload-only-where-they-must", kind="step", events=(u.LoadingFinished,),
            says="When the secondary has loaded, both reload together if the update cannot be hitless, and only then.",
            rules=("AUT-17", "AUT-19"),
            holds=lambda s, event, t: s.own.step is not Step.SECONDARY_LOADS or ask.switches(s, t),
            premise=lambda s, event, t: s.own.step is Step.SECONDARY_LOADS,
        ),
        UpdatePromise(
            id="one-new-image-on-the-secondary-moves-no-role", kind="always", undisturbed=True,
            says="While only the secondary loads, the primary stays active.", rules=("AUT-20",),
            holds=lambda s: s.own.step is not Step.ONLY_SECONDARY_LOADS or ask.active(s),
            premise=lambda s: s.own.step is Step.ONLY_SECONDARY_LOADS or s.own.step is Step.RELOAD,
        ),
        UpdatePromise(
            id="asdm-and-configuration-reload-nobody", kind="step",
            says="Steps 5 and 6 reload no unit and move no role.", rules=("AUT-22", "AUT-23"),
            events=(u.FileRetrieved, u.FileCopied, u.FileInstalled, u.ConfigurationReplaced),
            holds=lambda s, event, t: s.pair.primary == t.pair.primary and s.pair.secondary == t.pair.secondary,
            premise=lambda s, event, t: s.own.step in _LATER,
        ),
    )  # fmt: skip


_CHOSEN = {Step.IMAGE: Component.IMAGE, Step.ASDM: Component.ASDM, Step.CONFIGURATION: Component.CONFIGURATION}


def _first_needed(machine: AutoUpdate, joint: State) -> Component | None:
    """The component that comes first in this round, by the checksums alone (AUT-24)."""
    own, wanted = joint.own, joint.own.server.offered
    image = "running" if machine.settings.options.compares == "running" else "flash"
    if any(getattr(own.files(unit), image) is not wanted.image for unit in UNITS):
        return Component.IMAGE
    if any(own.files(unit).asdm is not wanted.asdm for unit in UNITS):
        return Component.ASDM
    return None if own.primary.configuration is wanted.configuration else Component.CONFIGURATION


def _fetch_first(before: State, event: e.Event, after: State) -> bool:
    """A file reaches the secondary only by a copy of what the primary has retrieved in this round."""
    changed = _files_changed(before, after)
    wanted = "secondary.flash" if before.own.step is Step.IMAGE_COPY else "secondary.asdm"
    return before.own.fetched is not None and set(changed) <= {wanted}


def _standby_first(before: State, event: e.Event, after: State) -> bool:
    """When the primary installs an image, the secondary has it already, or did not need it."""
    if before.own.step is Step.ASDM_UPDATE:
        return set(_files_changed(before, after)) <= {"primary.asdm"}
    wanted, files = before.own.fetched, before.own.secondary
    return wanted in (files.flash, files.running) and set(_files_changed(before, after)) <= {"primary.flash"}


def _of_files() -> tuple[UpdatePromise, ...]:
    copied: Callable[..., bool] = lambda s, event, t: s.own.secondary != t.own.secondary  # noqa: E731  # a formula
    return (
        UpdatePromise(
            id="the-secondary-gets-copies", kind="step", events=(u.FileCopied,),
            says="The secondary gets what the primary has retrieved, and nothing else changes by a copy.",
            rules=("AUT-7", "AUT-14"), holds=_fetch_first, premise=copied,
        ),
        UpdatePromise(
            id="the-standby-gets-the-image-first", kind="step", events=(u.FileInstalled,),
            says="The image is on the standby before it is in place on the primary.",
            rules=("AUT-15", "AUT-22"), holds=_standby_first,
        ),
        UpdatePromise(
            id="the-configuration-changes-on-both-at-once", kind="step", events=(u.ConfigurationReplaced,),
            says="Both units go by the retrieved configuration from the same step on.", rules=("AUT-23", "AUT-8"),
            holds=lambda s, event, t: t.own.primary.configuration is t.own.secondary.configuration is s.own.fetched,
        ),
        UpdatePromise(
            id="only-announced-files-are-kept", kind="step", events=(u.FileRetrieved,),
            says="What the primary keeps is what the server announced.", rules=("AUT-13", "AUT-14"),
            holds=lambda s, event, t: t.own.fetched is None or t.own.fetched is t.own.announced.of(_about(s)),
            premise=lambda s, event, t: s.own.server.damage is Damage.WRONG,
        ),
        UpdatePromise(
            id="the-failover-link-stays", kind="step", events=(u.ConfigurationReplaced,),
            says="A new configuration does not take the failover link from the units.", rules=("AUT-4",),
            holds=lambda s, event, t: s.pair.links == t.pair.links,
        ),
    )  # fmt: skip


def _about(joint: State) -> Component:
    return _CHOSEN[joint.own.step]


def _is_done(joint: State) -> bool:
    return joint.own.step is Step.REST and joint.own.agree


def _of_ends() -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="the-process-rests", kind="converges",
            says="After a poll time the process comes to its end in finitely many steps: it has no endless round.",
            rules=("AUT-24", "AUT-25"), holds=lambda s: True,
        ),
    )  # fmt: skip


def _of_rest(ask: Formulas) -> tuple[UpdatePromise, ...]:
    return (
        UpdatePromise(
            id="a-round-begins-knowing-nothing", kind="always",
            says="Before a reply the process knows nothing of an earlier one, and keeps no file out of its place.",
            rules=("AUT-12", "AUT-24", "AUT-25"),
            holds=lambda s: s.own.step not in BEFORE_REPLY or (s.own.announced is None and s.own.fetched is None),
        ),
        UpdatePromise(
            id="what-is-broken-off-rests", kind="step", events=(u.ProcessBrokenOff,),
            says="A process that is broken off does nothing more until the next poll time.",
            rules=("AUT-9", "AUT-10", "AUT-11", "AUT-25"),
            holds=lambda s, event, t: t.own.step is Step.REST and s.pair == t.pair,
        ),
        UpdatePromise(
            id="the-files-agree-at-last", kind="leads-to",
            says="Once nothing more breaks and what is broken is mended, both units run and have what the server "
            "offers, and the process is at rest.",
            rules=("AUT-24", "AUT-25"), holds=_is_done, premise=lambda s: True,
        ),
        UpdatePromise(
            id="two-versions-do-not-stay", kind="leads-to",
            says="Two versions of the software in the pair come to an end, once what is broken is mended.",
            rules=("AUT-17", "AUT-20", "AUT-21"),
            holds=lambda s: not s.own.mixed, premise=lambda s: s.own.mixed,
        ),
        UpdatePromise(
            id="the-primary-is-active-again", kind="leads-to",
            says="When the primary has loaded beside an active secondary, it becomes active again.",
            rules=("AUT-18", "AUT-21"),
            holds=lambda s: ask.active(s),
            premise=lambda s: s.own.step in (Step.PRIMARY_LOADS, Step.ONLY_PRIMARY_LOADS),
        ),
        UpdatePromise(
            id="a-call-finds-nothing-to-do", kind="step", events=(u.UpdateInfoReceived,),
            says="The process ends after a call home that finds everything as the server offers it, and only then.",
            rules=("AUT-25",),
            holds=lambda s, event, t: (t.own.step is Step.REST) == (_first_needed(ask.machine, s) is None),
            premise=lambda s, event, t: t.own.step is Step.REST,
        ),
    )  # fmt: skip
