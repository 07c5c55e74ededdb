"""Connections at a failover: kept, or lost and to be set up again by the clients.

Theory of operation.  An active unit has the connections of its group.  With Stateful Failover it passes
them on to a standby that is ready, for as long as the Stateful Failover link works (STF-5), and when the link
works again it sends everything anew; so a standby's copy is up to date or it is not, one bit a
group.  While the link is down the copy gets old, and a failover then ends the sessions (STF-2, T2-6, T4-6);
when the active unit has died the copy stays as good as it was.  Without Stateful Failover no copy is
ever good (STF-3).  Roles never read any of this.

A link that the failover link shares fails with it; one on a data interface fails with that interface's path
or ports.  In a split brain each unit has its own connections; those of the secondary end when it
yields, those of the primary live on (SPL-6).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.pair.events import WriteStandby
from failover_fsm.pair.health import failover_link_works, stateful_link_works
from failover_fsm.pair.impairments import carries, link_carries
from failover_fsm.pair.outputs import Output, SessionsEnded, SessionsTakenOver
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PortState, Role, State
from failover_fsm.records import ask

__all__ = ["STANDBY", "link_works", "sessions_ended", "sessions_followed", "sessions_now", "takeovers", "with_sessions"]

_UNITS = (Unit.PRIMARY, Unit.SECONDARY)
STANDBY = (Role.STANDBY_READY, Role.FAILED)


def link_works(state: Any, settings: Settings, sender: Unit) -> bool:
    """Whether connection state of `sender` reaches its peer now (LNK-10, LNK-11)."""
    if settings.stateful is StatefulLink.NONE or not (state.primary.listening and state.secondary.listening):
        return False
    if not ask(state.impairments, carries, sender.peer):
        return False
    if settings.stateful is StatefulLink.DEDICATED:
        return stateful_link_works(state, settings)
    if settings.stateful is StatefulLink.SHARED_FAILOVER:
        return failover_link_works(state, settings) and ask(state.impairments, link_carries, sender.peer)
    ways = zip(state.interfaces, settings.at(state, sender).ports, settings.at(state, sender.peer).ports, strict=True)
    carrying = [item for item, own, peer in ways if own.carries_state and not (own.shutdown or peer.shutdown)]
    return any(
        item.leads_to(sender.peer)
        and item.line(sender) is not PortState.DOWN
        and item.line(sender.peer) is PortState.GOOD
        for item in carrying
    )


def sessions_now(state: Any, settings: Settings) -> Iterator[tuple[Unit, int, bool]]:
    """Which groups of which units have the connections after a step, by the position of the group.

    A group that is active nowhere, or on a unit that hangs, keeps what it has: its copy, or the connections it had
    when it gave up.  It is not among them.
    """
    for unit in _UNITS:
        own, peer = state.unit(unit), state.unit(unit.peer)
        is_up, is_copied = own.up, None
        for index, group in enumerate(own.groups):
            if not is_up:
                yield unit, index, False
            elif group.active:
                yield unit, index, True
            elif peer.groups[index].active and state.runs(unit.peer):
                if is_copied is None:
                    is_copied = link_works(state, settings, unit.peer)
                yield unit, index, is_copied


def sessions_followed(state: Any, settings: Settings) -> None:
    """Brings `sessions` of every group of both units up to date after a step, on a draft of the pair."""
    for unit, index, has in sessions_now(state, settings):
        state.unit(unit).groups[index].sessions = has


def with_sessions(state: State, settings: Settings) -> State:
    """As `sessions_followed`: the state with sessions up to date, which they are after most steps."""
    for unit, index, has in tuple(sessions_now(state, settings)):
        own = state.unit(unit)
        if own.groups[index].sessions is not has:
            changed = attrs.evolve(own.groups[index], sessions=has)
            groups = (*own.groups[:index], changed, *own.groups[index + 1 :])
            state = state.with_unit(unit, attrs.evolve(own, groups=groups))
    return state


def sessions_ended(state: Any, settings: Settings, event: WriteStandby) -> Iterator[Output]:
    """The connections that a `write standby` ends: of the groups that stay active on its receiver (CMD-25, CMD-26)."""
    if event.context is not None or not settings.groups or "sessions" not in settings.follow:
        return
    for index, group in enumerate(state.unit(event.unit.peer).groups):
        if group.active:
            yield SessionsEnded(unit=event.unit.peer, group=index + 1)


def takeovers(before: State, after: State, settings: Settings) -> Iterator[Output]:
    """What becomes of the connections where a standby became active in a step: kept, and of which kinds, or lost."""
    for unit in _UNITS:
        was, now = before.unit(unit).groups, after.unit(unit).groups
        for index, (old, new) in enumerate(zip(was, now, strict=True) if was is not now else ()):
            if old.role in STANDBY and new.role is Role.ACTIVE and after.unit(unit).enabled:
                yield SessionsTakenOver(
                    unit=unit,
                    group=index + 1 if settings.groups else None,
                    kept=old.sessions,
                    kinds=settings.passed[index] if old.sessions and settings.passed else (),
                )
