"""Optional history variables (command freshness, connections), and the outputs about them.

They are updated at the end of each step if `Settings.follow` names them. No table and no occurrence function reads
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair import run_time
from failover_fsm.pair.addresses import announcements
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.replication import Both, Was, newest_entered, newest_followed, reaches_peer
from failover_fsm.pair.sessions import sessions_followed, takeovers, with_sessions
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.records import brought


@attrs.frozen(kw_only=True)
class Before:
    """The values before a step that the history variables are computed from.

    Attributes:
        units: Both units, the primary first; None where neither commands nor running configurations are followed.
        arrives: A command reaches the peer.
    """

    units: Both | None
    arrives: bool

    @classmethod
    def of(cls, state: Any, settings: Settings, event: e.Event) -> Before:
        """The pair as it is now, a draft or a State."""
        if "commands" not in settings.follow and settings.running is None:
            return cls(units=None, arrives=False)
        arrives = isinstance(event, e.CommandEntered) and reaches_peer(state, settings, event)
        return cls(units=(Was.of(state.primary), Was.of(state.secondary)), arrives=arrives)


def followed(before: Before, after: State, settings: Settings, event: e.Event) -> State:
    """The state after a step with its history variables brought up to date, which most steps leave as they are."""
    state: State = brought(_commands, after, before, settings, event)[0]
    return with_sessions(state, settings) if "sessions" in settings.follow else state


def follow(before: Before, state: Any, settings: Settings, event: e.Event) -> None:
    """Updates the history variables that `settings.follow` names after a step, on a draft of the pair."""
    _commands(state, before, settings, event)
    if "sessions" in settings.follow:
        sessions_followed(state, settings)


def _commands(state: Any, before: Before, settings: Settings, event: e.Event) -> None:
    if before.units is not None and settings.running is not None and not isinstance(event, e.CommandEntered):
        run_time.follow(before.units, state, settings, event)
    if before.units is not None and "commands" in settings.follow:
        if isinstance(event, e.CommandEntered):
            newest_entered(before.units, before.arrives, state, event)
        else:
            newest_followed(before.units, state, event)


def emitted(before: State, after: State, settings: Settings) -> Iterator[Output]:
    """The outputs of a step about addresses and connections."""
    yield from announcements(before, after, settings)
    if "sessions" in settings.follow:
        yield from takeovers(before, after, settings)
