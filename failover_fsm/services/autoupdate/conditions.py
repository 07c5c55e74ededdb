"""What the rows ask: of the pair, of the files, of the server. A condition only reads."""

from __future__ import annotations

import attrs

from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import Role, State, Unit
from failover_fsm.services.autoupdate.events import UpdateEvent
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.states import Component, Content, Damage, Offered, Process, Step
from failover_fsm.services.autoupdate.view import PRIMARY, SECONDARY, UNITS, PairView
from failover_fsm.services.machine import PairStep


@attrs.define(kw_only=True)
class UpdateContext:
    """One event of the process: what guards read and effects change.

    Attributes:
        event: What happens.
        settings: What the process reads.
        view: The pair as it is before.
        pair: The pair; an effect makes one of the pair's own events happen.
        own: The record.
        pair_step: How the pair moves, while effects run.
        lines: What `debug auto-update client` prints.
        outputs: What is emitted besides.
    """

    event: UpdateEvent
    settings: UpdateSettings
    view: PairView
    pair: State
    own: Process
    pair_step: PairStep | None = None
    lines: list[str] = attrs.field(factory=list)
    outputs: list[Output] = attrs.field(factory=list)

    @property
    def announced(self) -> Offered:
        """The contents of the server's last reply."""
        assert self.own.announced is not None, "only rows after the reply ask"
        return self.own.announced


# -- whether the process may occur -------------------------------------------------------------------


def not_single(ctx: UpdateContext) -> bool:
    """The pair is Active/Active, or in multiple context mode (AUT-2)."""
    return not ctx.settings.single


def not_configured(ctx: UpdateContext) -> bool:
    """The primary's configuration names no server (AUT-1)."""
    return not ctx.settings.configured


def not_operational(ctx: UpdateContext) -> bool:
    """Failover is off, the failover link is down, or a unit is neither up nor joining (AUT-11)."""
    return not ctx.view.operational


def not_acquainted(ctx: UpdateContext) -> bool:
    """A unit has not heard its peer on the failover link since that was last silent (AUT-11)."""
    return not ctx.view.acquainted


def synchronising(ctx: UpdateContext) -> bool:
    """A unit receives its configuration (AUT-9)."""
    return ctx.view.synchronising


def standby_failed(ctx: UpdateContext) -> bool:
    """A unit is in the failed state, and not for its service module alone (AUT-10)."""
    return ctx.view.standby_failed


def may_act(ctx: UpdateContext) -> bool:
    """What the process assumes is so (AUT-9 to AUT-11)."""
    return ctx.view.may_act


def is_active(ctx: UpdateContext) -> bool:
    """The primary is active, and the process may go on (AUT-5)."""
    return ctx.view.role(PRIMARY) is Role.ACTIVE and ctx.view.may_act


def not_active(ctx: UpdateContext) -> bool:
    """The primary is not active any more (AUT-5)."""
    return ctx.view.role(PRIMARY) is not Role.ACTIVE


def can_become_active(ctx: UpdateContext) -> bool:
    """The secondary is active, and the pair accepts `failover active` on the primary (AUT-6)."""
    return ctx.view.can_become_active


def cannot_become_active(ctx: UpdateContext) -> bool:
    """The primary is failed for its service module: the process may begin, but the primary cannot lead it (AUT-6)."""
    return ctx.view.role(PRIMARY) is Role.FAILED


# -- the server ------------------------------------------------------------------------------------------


def answers(ctx: UpdateContext) -> bool:
    """The server answers the active primary."""
    return ctx.own.server.reachable and is_active(ctx)


def answers_not(ctx: UpdateContext) -> bool:
    """The server answers nothing."""
    return not ctx.own.server.reachable


def image_differs(ctx: UpdateContext) -> bool:
    """The server answers, and a unit has another image than its checksum says (AUT-14)."""
    return answers(ctx) and any(needs_image(ctx, unit, ctx.own.server.offered) for unit in UNITS)


def asdm_differs(ctx: UpdateContext) -> bool:
    """The server answers, and a unit has another ASDM image than its checksum says (AUT-22)."""
    return answers(ctx) and any(ctx.own.files(unit).asdm is not ctx.own.server.offered.asdm for unit in UNITS)


def configuration_differs(ctx: UpdateContext) -> bool:
    """The server answers, and the primary has another configuration than its checksum says (AUT-23)."""
    return answers(ctx) and ctx.own.primary.configuration is not ctx.own.server.offered.configuration


def needs_image(ctx: UpdateContext, unit: Unit, offered: Offered) -> bool:
    """What the unit tells of its image in step 1 is not what the server offers (AUT-12, AUT-14)."""
    files = ctx.own.files(unit)
    told = files.running if ctx.settings.options.compares == "running" else files.flash
    return told is not offered.image


def delivered(ctx: UpdateContext) -> Content | None:
    """What the HTTP server delivers for the component of this step; None where nothing whole arrives."""
    server = ctx.own.server
    if not server.reachable or server.damage is Damage.TRUNCATED:
        return None
    return Content.WRONG if server.damage is Damage.WRONG else server.offered.of(component_of(ctx.own.step))


def component_of(step: Step) -> Component:
    """The component that a step is about."""
    if step in (Step.ASDM, Step.ASDM_COPY, Step.ASDM_UPDATE):
        return Component.ASDM
    return Component.CONFIGURATION if step is Step.CONFIGURATION else Component.IMAGE


def not_delivered(ctx: UpdateContext) -> bool:
    """No file arrives, or not whole."""
    return delivered(ctx) is None


def delivers(ctx: UpdateContext) -> bool:
    """A file arrives whole at the active primary."""
    return delivered(ctx) is not None and is_active(ctx)


def checksum_wrong(ctx: UpdateContext) -> bool:
    """It arrives, and is not the announced one; the primary looks at its checksum."""
    wrong = delivered(ctx) is not ctx.announced.of(component_of(ctx.own.step))
    return ctx.settings.options.verifies and wrong and delivers(ctx)


def delivers_for_standby_image(ctx: UpdateContext) -> bool:
    """It arrives, and the standby needs it."""
    return delivers(ctx) and needs_image(ctx, SECONDARY, ctx.announced)


def delivers_for_standby_asdm(ctx: UpdateContext) -> bool:
    """It arrives, and the standby needs it."""
    return delivers(ctx) and ctx.own.secondary.asdm is not ctx.announced.asdm


def delivers_other_link(ctx: UpdateContext) -> bool:
    """A configuration arrives whose failover link is another, and it is refused (AUT-4)."""
    return ctx.settings.changes_link and ctx.settings.options.refuses_link_change and delivers(ctx)


def changes_link(ctx: UpdateContext) -> bool:
    """The configuration that is put in place has another failover link (AUT-4)."""
    return ctx.settings.changes_link and is_active(ctx)


# -- copies and reloads ----------------------------------------------------------------------------------


def primary_needs_image(ctx: UpdateContext) -> bool:
    """The copy is done, and the primary needs the image too."""
    return is_active(ctx) and needs_image(ctx, PRIMARY, ctx.announced)


def primary_needs_asdm(ctx: UpdateContext) -> bool:
    """The copy is done, and the primary needs the ASDM image too."""
    return is_active(ctx) and ctx.own.primary.asdm is not ctx.announced.asdm


def has_new_image(ctx: UpdateContext, unit: Unit) -> bool:
    """The unit will load another image than it runs."""
    files = ctx.own.files(unit)
    return files.flash is not files.running


def both_have_new_image(ctx: UpdateContext) -> bool:
    """Both units have a new image (AUT-16)."""
    return is_active(ctx) and all(has_new_image(ctx, unit) for unit in UNITS)


def only_secondary_has_new_image(ctx: UpdateContext) -> bool:
    """Only the secondary has a new image (AUT-20)."""
    return is_active(ctx) and has_new_image(ctx, SECONDARY) and not has_new_image(ctx, PRIMARY)


def only_primary_has_new_image(ctx: UpdateContext) -> bool:
    """Only the primary has a new image, and the secondary can become active (AUT-21)."""
    only = has_new_image(ctx, PRIMARY) and not has_new_image(ctx, SECONDARY)
    return only and ctx.view.can_hand_over


def secondary_cannot_lead(ctx: UpdateContext) -> bool:
    """Only the primary has a new image, and the secondary is failed for its service module (AUT-10, AUT-21)."""
    only = has_new_image(ctx, PRIMARY) and not has_new_image(ctx, SECONDARY)
    return only and ctx.view.role(SECONDARY) is Role.FAILED


def nobody_has_new_image(ctx: UpdateContext) -> bool:
    """Each unit runs what it has: one that got the new image has booted meanwhile."""
    return is_active(ctx) and not any(has_new_image(ctx, unit) for unit in UNITS)


def loaded_hitless(ctx: UpdateContext) -> bool:
    """The secondary is up and ready, and the versions allow an update without an outage (AUT-17)."""
    return ctx.settings.hitless and ctx.view.can_hand_over


def loaded_not_hitless(ctx: UpdateContext) -> bool:
    """The secondary is up, and the versions do not allow it, or it is failed for its service module (AUT-19)."""
    return is_active(ctx) and (not ctx.settings.hitless or ctx.view.role(SECONDARY) is Role.FAILED)


def secondary_loaded(ctx: UpdateContext) -> bool:
    """The secondary is up again, and the primary is still active (AUT-20)."""
    return is_active(ctx)


def secondary_is_active(ctx: UpdateContext) -> bool:
    """The secondary is active, and the primary a ready standby in contact."""
    return ctx.view.role(SECONDARY) is Role.ACTIVE and ctx.view.may_act


def primary_loaded(ctx: UpdateContext) -> bool:
    """The primary is up again, a ready standby beside the active secondary (AUT-18, AUT-21)."""
    return ctx.view.role(PRIMARY) is Role.STANDBY_READY and secondary_is_active(ctx)


def primary_can_return(ctx: UpdateContext) -> bool:
    """The same, and the pair accepts `failover active` on the primary, as it does on a ready standby only (AUT-18)."""
    return ctx.view.can_become_active


def both_loaded(ctx: UpdateContext) -> bool:
    """Both units are up again: the process may act (AUT-19)."""
    return ctx.view.may_act


def secondary_lost(ctx: UpdateContext) -> bool:
    """The secondary has stopped, or is up without the failover link (AUT-11)."""
    stopped = ctx.view.stopped(SECONDARY)
    return stopped or (ctx.pair.unit(SECONDARY).up and not ctx.view.operational)


def hand_over_failed(ctx: UpdateContext) -> bool:
    """The message is lost, and the primary is active again or the secondary is out of contact."""
    returned = ctx.view.role(PRIMARY) is Role.ACTIVE and ctx.view.quiet
    return returned or not ctx.view.operational


def primary_boots_alone(ctx: UpdateContext) -> bool:
    """The primary is up again, and failover is not operational or the primary already active."""
    return ctx.pair.unit(PRIMARY).up and (not ctx.view.operational or ctx.view.role(PRIMARY) is Role.ACTIVE)


def boots_apart(ctx: UpdateContext) -> bool:
    """A unit has stopped, or both are up without the failover link."""
    stopped = any(ctx.view.stopped(unit) for unit in UNITS)
    up = all(ctx.pair.unit(unit).up for unit in UNITS)
    return stopped or (up and not ctx.view.operational)
