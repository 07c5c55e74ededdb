"""Headings of events in the words of a network engineer: one sentence for each event class."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index, obstacle_ahead
from failover_fsm.pair.health import failed_interfaces
from failover_fsm.pair.obstacles import Obstacle
from failover_fsm.pair.registry import KINDS
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, PeerContact, Phase, State
from failover_fsm.services.machine import MachineEvent

__all__ = ["HEADINGS", "MESSAGES", "heading"]

MESSAGES: Mapping[Handover, str] = {
    Handover.REQUEST: "let me become active",
    Handover.GRANT: "become active",
    Handover.ANSWER: "become active, as you asked",
    Handover.GRANT_BY_DATA: "become active, you have fewer failed interfaces",
}
"""The content of each hand-over message."""

Happening = tuple[State, State, Settings]
Heading = str | Callable[..., str]


def _unit_failed(event: e.UnitFailed, _: Happening) -> str:
    what = "power fails" if event.cause is e.Cause.POWER else f"the {event.cause.value} fails"
    return f"{what} on the {event.unit.value}"


def _stopped_while_saving(event: e.StoppedWhileSaving, happening: Happening) -> str:
    return f"{_unit_failed(event, happening)} while it saves its configuration"


def _mismatched(event: e.UnitsMismatched, _: Happening) -> str:
    return f"the units do not match: {event.what.value.replace('-', ' ')}"


def _sync_failed(event: e.SynchronizationFailed, happening: Happening) -> str:
    ahead = obstacle_ahead(happening[0], happening[2], event.unit)
    return f"the {event.unit.value} cannot complete its synchronisation: {_OBSTACLES[ahead[1]] if ahead else 'failed'}"


_OBSTACLES = {
    Obstacle.LOCKED: "its configuration is locked, so it reloads",
    Obstacle.FLASH: "no room in Flash",
    Obstacle.UPDATES: "it crashes on the connection state, and boots again",
}


def _message(event: e.MessageDelivered, happening: Happening) -> str:
    message = happening[0].unit(event.unit).groups[group_index(event.group)].handover
    said = f': "{MESSAGES[message]}"' if message in MESSAGES else ""
    about = f" about group {event.group}" if event.group else ""
    return f"the {event.unit.peer.value}'s message{about} reaches the {event.unit.value}{said}"


def _hello(event: e.HelloHeard, happening: Happening) -> str:
    by_data = happening[1].unit(event.unit).contact is PeerContact.DATA
    way = "a data interface" if by_data else "the failover link"
    return f"the {event.unit.value} hears a hello from the {event.unit.peer.value} on {way}"


def _checked(event: e.InterfacesChecked, happening: Happening) -> str:
    before, _, settings = happening
    own = settings.at(before, event.unit)
    counts = []
    for index in range(settings.group_count):
        failed = failed_interfaces(before, settings, event.unit, index)
        count = "1 monitored interface" if failed == 1 else f"{failed} monitored interfaces"
        place = f" in group {index + 1}" if settings.groups else ""
        full = f"{count} failed{place}, interface policy {own.policy_of(index)}"
        counts.append(full if failed or not settings.groups else f"none failed{place}")
    if not before.module_works(event.unit):
        counts.append("the service module is dead" + ("" if own.monitors_module else " and not monitored"))
    return f"interface check on the {event.unit.value}: {'; '.join(counts)}"


def _negotiation_over(event: e.NegotiationExpired, _: Happening) -> str:
    return f"negotiation ends on the {event.unit.value}: no mate heard on the failover link"


def _silent(event: e.HoldTimeExpired, happening: Happening) -> str:
    why = "" if happening[0].unit(event.unit.peer).powered else f", the {event.unit.peer.value} is off"
    return f"hold time expires on the {event.unit.value}: HELLO not heard from mate on any interface{why}"


def _configured(event: e.CommandEntered | e.WriteStandby, _: Happening) -> str:
    text = event.text if isinstance(event, e.CommandEntered) else "write standby"
    place = f" in context {event.context}" if event.context else ""
    return f"`{text}` is entered on the {event.unit.value}{place}"


def _nobody(event: e.NoActiveUnitSeen, _: Happening) -> str:
    what = f"group {event.group} is active on neither" if event.group else "neither unit is active"
    return f"the {event.unit.value} hears its mate, and {what}"


def _handed_out(event: e.GroupHandedOut, _: Happening) -> str:
    unit = event.unit
    return f"the {unit.value} hands group {event.group} over to the {unit.peer.value}, after both booted together"


def _replicating(event: e.ProtocolStep, happening: Happening) -> str:
    unit = event.unit
    done = happening[1].unit(unit).phase is Phase.UP
    return f"the {unit.value} receives the configuration from the {unit.peer.value}{': complete' if done else ''}"


_BY_STATE: Mapping[type[e.Event], Callable[..., str]] = {
    e.UnitFailed: _unit_failed,
    e.StoppedWhileSaving: _stopped_while_saving,
    e.UnitsMismatched: _mismatched,
    e.SynchronizationFailed: _sync_failed,
    e.WriteStandby: _configured,
    e.CommandEntered: _configured,
    e.MessageDelivered: _message,
    e.HelloHeard: _hello,
    e.InterfacesChecked: _checked,
    e.SynchronizationAdvanced: _replicating,
    e.SynchronizationFinished: _replicating,
    e.NoActiveUnitSeen: _nobody,
    e.HoldTimeExpired: _silent,
    e.NegotiationExpired: _negotiation_over,
    e.GroupHandedOut: _handed_out,
}
"""The events whose sentence depends on the states around them."""

HEADINGS: Mapping[type[e.Event], Heading] = {kind.event: _BY_STATE.get(kind.event, kind.heading) for kind in KINDS}
"""One heading for each event class; a test proves that none is missing."""


def heading(event: e.Event, before: State, after: State, settings: Settings) -> str:
    """The sentence for an event that leads from one state to another."""
    if isinstance(event, MachineEvent):
        return event.heading
    form = HEADINGS[type(event)]
    if not isinstance(form, str):
        return form(event, (before, after, settings))
    unit = getattr(event, "unit", None)
    names = {"unit": unit.value, "peer": unit.peer.value} if unit else {}
    number = getattr(event, "group", None)
    names |= {name: getattr(event, name, "") for name in ("interface", "port", "element")}
    return form.format(**names, group=f" group {number}" if number else "")
