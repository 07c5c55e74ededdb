"""System messages of a step about interfaces and links.

An untimed pair finds the new status of an interface at once: all messages of its tests come with the step that changes
it. In a timed run they come when a unit notices, from `timing`; `DETECTED` are the numbers of which this is true.

Ports that go down and come up log 411002 and 411001. So does each data interface of a unit whose role switches:
failover takes it down and up again, which is normal activity and no interface failure (MON-3).
"""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import UNITS, group_number
from failover_fsm.pair.health import COUNTED, Status, hears_on_link, status
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.sessions import link_works
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import DEAF, LinkState, PeerContact, PortState, State, Unit

__all__ = ["DETECTED", "interface_logs", "link_logs", "port_logs", "report_log", "status_logs", "switch_logs"]

DETECTED = (103002, 103003, 105003, 105004, 105005, 105006, 105007, 105008, 105009)
"""The messages that say what a unit has found out about interfaces, its own or its peer's."""

_BAD = (Status.FAILED, Status.UNKNOWN)
_RESULTS = {Status.FAILED: "Failed", Status.UNKNOWN: "Undetermined"}


def switch_logs(after: State, settings: Settings, unit: Unit, index: int) -> Iterator[SystemLog]:
    """The interfaces of a group whose role switches go down and up, one after the other (MON-3)."""
    ports = settings.at(after, unit).ports
    for place, port in enumerate(ports):
        if port.group == index and not port.shutdown and after.interfaces[place].line(unit) is not PortState.DOWN:
            for number in (411002, 411001):
                yield SystemLog.of(unit, number, group_number(settings, index), interface=port.name)


def port_logs(before: State, after: State, settings: Settings) -> Iterator[SystemLog]:
    """The ports of a unit that runs which go down or come up (IFM-25)."""
    if before.interfaces is after.interfaces:
        return
    for unit in UNITS:
        if not (before.unit(unit).powered and after.unit(unit).powered):
            continue
        ports = settings.at(after, unit).ports
        for port, was, now in zip(ports, before.interfaces, after.interfaces, strict=True):
            if was is now or port.shutdown:
                continue
            is_down = now.line(unit) is PortState.DOWN
            if is_down is not (was.line(unit) is PortState.DOWN):
                group = group_number(settings, port.group)
                yield SystemLog.of(unit, 411002 if is_down else 411001, group, interface=port.name)


# -- the links ---------------------------------------------------------------------------------------


def link_logs(before: State, after: State, settings: Settings, event: e.Event | None) -> Iterator[SystemLog]:
    """The port under the failover link goes down or comes up; the way for connection state begins to work (LNK-10).

    Behind a switch that fails a port stays up, so an element of a topology is only noticed by its silence.
    """
    over_ports = before.interfaces is not after.interfaces and settings.together.failover
    for unit in UNITS if before.links is not after.links or over_ports else ():
        own = after.unit(unit)
        if not (before.unit(unit).listening and own.listening):
            continue
        was, now = _port_works(before, settings, unit), _port_works(after, settings, unit)
        elsewhere = isinstance(event, e.AtUnit) and event.unit is not unit
        if was is not now and not elsewhere and not isinstance(event, e.ElementFailed | e.ElementRestored):
            back = 105033 if own.contact is PeerContact.LINK else 105031
            yield SystemLog.of(unit, back if now else 105032)
    for unit in () if before is after or _ways(before) == _ways(after) else UNITS:
        if link_works(after, settings, unit) and not link_works(before, settings, unit):
            yield SystemLog.of(unit, 311003)
            yield SystemLog.of(unit, 311004)


def _ways(state: State) -> tuple[object, ...]:
    """All that decides whether connection state is carried."""
    listening = state.primary.listening, state.secondary.listening
    return state.links, state.impairments, state.obstacles, state.interfaces, listening


def _port_works(state: State, settings: Settings, unit: Unit) -> bool:
    places = settings.together.failover
    down = any(state.interfaces[place].line(unit) is PortState.DOWN for place in places)
    return state.links.failover is LinkState.GOOD and not down


# -- what a unit finds out ---------------------------------------------------------------------------


def interface_logs(before: State, after: State, settings: Settings) -> Iterator[SystemLog]:
    """What both units find out about monitored interfaces by a step, their own and the peer's (IFM-17, IFM-25)."""
    if before is after:
        return
    elsewhere = _hearing(before) != _hearing(after)
    if not elsewhere and before.interfaces is after.interfaces:
        return
    for unit in UNITS:
        if not _monitors(after, unit):
            continue
        for place in settings.at(after, unit).counted:
            interface = after.interfaces[place]
            if not elsewhere and interface is before.interfaces[place] and interface.line(unit) not in DEAF:
                continue  # what a unit makes of silence depends on the other interfaces too
            was, now = _monitored(before, settings, unit, place), status(after, settings, unit, place)
            if now is not was:
                group = group_number(settings, settings.ports[place].group)
                yield from status_logs(unit, settings.ports[place].name, group, was, now)
                yield from report_log(after, settings, unit, place, (was, now))


def _hearing(state: State) -> tuple[object, ...]:
    """What the status of an interface depends on besides the interfaces, and whether a unit looks at it."""
    one, other = state.primary, state.secondary
    first = one.up, one.listening, one.acquainted, one.contact is PeerContact.LINK
    second = other.up, other.listening, other.acquainted, other.contact is PeerContact.LINK
    return state.links, state.running, first, second


def _monitors(state: State, unit: Unit) -> bool:
    own = state.unit(unit)
    return own.up and own.enabled


def _monitored(state: State, settings: Settings, unit: Unit, place: int) -> Status | None:
    """The status of an interface on a unit; None where the unit does not monitor it."""
    if not (_monitors(state, unit) and place in settings.at(state, unit).counted):
        return None
    return status(state, settings, unit, place)


def status_logs(unit: Unit, interface: str, group: int | None, was: Status | None, now: Status) -> Iterator[SystemLog]:
    """The messages of a unit whose interface goes from one status to another, in the order of real logs.

    Args:
        unit: The unit.
        interface: The name of the interface.
        group: The number of its failover group, None in an Active/Standby pair.
        was: The status before; None where the unit begins to monitor the interface.
        now: The status afterwards.
    """

    def log(number: int, **fields: object) -> SystemLog:
        return SystemLog.of(unit, number, group, interface=interface, **fields)

    if now is Status.NO_LINK:
        yield log(105007)
        return
    if was is Status.NO_LINK:
        yield log(105006)
    if was in (None, Status.NO_LINK) or (now is Status.WAITING and was in _BAD):
        yield log(105003)
    if now in _BAD or (now is Status.WAITING and was is Status.NORMAL):
        if was not in _BAD:
            yield log(105005)
        yield log(105008)
        yield log(105009, result=_RESULTS.get(now, "Passed"))
        if now is Status.WAITING:
            yield log(105003)
    if now is Status.NORMAL:
        yield log(105004)


def report_log(
    state: State, settings: Settings, unit: Unit, place: int, change: tuple[Status | None, Status | None]
) -> Iterator[SystemLog]:
    """What the peer logs of an interface of `unit` that has failed or is well again, as hellos tell it (UHM-1)."""
    peer = unit.peer
    failed = [each in COUNTED for each in change]
    if failed[0] is failed[1] or None in change:
        return
    if state.unit(peer).contact is PeerContact.LINK and hears_on_link(state, settings, peer):
        group = group_number(settings, settings.ports[place].group)
        yield SystemLog.of(peer, 103003 if failed[1] else 103002, group, index=place + 1)
