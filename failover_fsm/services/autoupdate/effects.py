"""What the rows do: to the files, to the pair by its own events, and the lines that they print."""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import Unit
from failover_fsm.services.autoupdate import transcript
from failover_fsm.services.autoupdate.conditions import UpdateContext, component_of, delivered, needs_image
from failover_fsm.services.autoupdate.states import Component, Content, Step
from failover_fsm.services.autoupdate.view import PRIMARY, SECONDARY, UNITS


@attrs.frozen(kw_only=True)
class DeviceDetails(Output):
    """What the server is told: the MAC address and the serial number of which unit (AUT-8).

    Attributes:
        unit: The unit that calls home.
        identity: The unit whose MAC address and serial number are reported.
    """

    identity: Unit


def end_round(ctx: UpdateContext) -> None:
    """What the round knew is forgotten."""
    ctx.own = attrs.evolve(ctx.own, announced=None, fetched=None)


# -- the server --------------------------------------------------------------------------------------------


def send_details(ctx: UpdateContext) -> None:
    """The primary tells its own MAC address and serial number (AUT-8, AUT-26)."""
    ctx.outputs.append(DeviceDetails(unit=ctx.event.unit, identity=PRIMARY))
    ctx.lines.append(transcript.SENT.write(server=ctx.settings.server))


def note_reply(ctx: UpdateContext) -> None:
    """The announced contents are noted, and the reply is shown (AUT-13, AUT-26, AUT-27)."""
    ctx.own = attrs.evolve(ctx.own, announced=ctx.own.server.offered)
    ctx.lines.append(transcript.PROCESSING.write(server=ctx.settings.server))
    ctx.lines += transcript.component_lines(ctx.settings.files)


def show_need(ctx: UpdateContext) -> None:
    """Which unit needs the image is shown: the primary is the active one, the secondary the standby (AUT-28)."""
    need = [needs_image(ctx, unit, ctx.announced) for unit in UNITS]
    ctx.lines.append(transcript.need_line(active=need[0], standby=need[1]))


def keep_file(ctx: UpdateContext) -> None:
    """What was delivered is on the primary (AUT-7)."""
    ctx.own = attrs.evolve(ctx.own, fetched=delivered(ctx))


# -- files -------------------------------------------------------------------------------------------------


def _fetched(ctx: UpdateContext) -> Content:
    assert ctx.own.fetched is not None, "only rows after the retrieval put a file somewhere"
    return ctx.own.fetched


def _put(ctx: UpdateContext, unit: Unit) -> None:
    field = "asdm" if component_of(ctx.own.step) is Component.ASDM else "flash"
    ctx.own = ctx.own.with_files(unit, **{field: _fetched(ctx)})


def copy_to_secondary(ctx: UpdateContext) -> None:
    """The file is on the secondary, over the failover link; the copy of an image is shown (AUT-15, AUT-29)."""
    if ctx.own.step is Step.IMAGE_COPY:
        ctx.lines += transcript.copy_lines(ctx.settings.files[Component.IMAGE].size)
    _put(ctx, SECONDARY)


def update_primary(ctx: UpdateContext) -> None:
    """The file is in its place on the primary (AUT-15, AUT-22)."""
    _put(ctx, PRIMARY)


def replace_on_both(ctx: UpdateContext) -> None:
    """Both units go by the new configuration from now on (AUT-23)."""
    for unit in UNITS:
        ctx.own = ctx.own.with_files(unit, configuration=_fetched(ctx))


# -- the pair ----------------------------------------------------------------------------------------------


def _happens(ctx: UpdateContext, event: e.Event) -> None:
    assert ctx.pair_step is not None, "effects run in an answer"
    ctx.pair, outputs = ctx.pair_step(ctx.pair, event)
    ctx.outputs += outputs


def lose_failover_link(ctx: UpdateContext) -> None:
    """The units cannot hear each other on the failover link any more (AUT-4)."""
    _happens(ctx, e.FailoverLinkFailed())


def make_primary_active(ctx: UpdateContext) -> None:
    """`failover active` on the primary (AUT-6, AUT-18)."""
    _happens(ctx, e.FailoverActive(unit=PRIMARY))


def hand_over(ctx: UpdateContext) -> None:
    """`no failover active` on the primary: the secondary becomes active (AUT-17, AUT-21)."""
    _happens(ctx, e.NoFailoverActive(unit=PRIMARY))


def reload_primary(ctx: UpdateContext) -> None:
    """`reload` on the primary."""
    _happens(ctx, e.Reload(unit=PRIMARY))


def reload_secondary(ctx: UpdateContext) -> None:
    """`reload` on the secondary."""
    _happens(ctx, e.Reload(unit=SECONDARY))
