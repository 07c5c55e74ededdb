"""What the tables of the failover key read and change: one command, and the guards and effects of rows."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.replication import reaches_peer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, Role, State
from failover_fsm.services.keys.records import KeyEvent, Keys, Talk

__all__ = ["KeyCase", "Side", "side_of"]


class Side(enum.Enum):
    """The unit on which the command is entered; in an Active/Active pair the role is that of failover group 1."""

    STOPPED = "not running"
    OFF = "failover off"
    ACTIVE = "active"
    STANDBY = "not active"


def side_of(pair: State, unit: Unit) -> Side:
    """What a unit is for the command (KEY-4)."""
    own = pair.unit(unit)
    if not own.powered:
        return Side.STOPPED
    if not own.enabled:
        return Side.OFF
    return Side.ACTIVE if own.groups[0].role is Role.ACTIVE else Side.STANDBY


@attrs.define(kw_only=True)
class KeyCase:
    """One command, and what its rows make of it.

    Attributes:
        settings: What the protocol reads of the configuration.
        pair: The state of the pair before the command.
        keys: The record; effects replace it.
        event: The command.
        entered: The command as the pair takes it.
        key: The key that it leaves; None for no key.
        follows: What becomes of the failover link, an event of the pair.
        in_clear: The key has crossed in clear text.
    """

    settings: Settings
    pair: State
    keys: Keys
    event: KeyEvent
    entered: e.CommandEntered
    key: str | None
    follows: e.Event | None = None
    in_clear: bool = False


# -- guards ------------------------------------------------------------------------------------------


def reaches(case: KeyCase) -> bool:
    """The command crosses the failover link and arrives (CMD-2)."""
    return reaches_peer(case.pair, case.settings, case.entered)


def reaches_in_clear(case: KeyCase) -> bool:
    """It arrives, and no key encrypts it."""
    return reaches(case) and case.keys.talk is Talk.CLEAR


def link_works(case: KeyCase) -> bool:
    """The failover link carries messages now."""
    return case.pair.links.failover is LinkState.GOOD


def is_silenced(case: KeyCase) -> bool:
    """The failover link carried nothing because the keys differed."""
    return case.keys.silenced


# -- effects -----------------------------------------------------------------------------------------


def keep_here(case: KeyCase) -> None:
    """The unit has the key, or has none."""
    case.keys = case.keys.with_key(case.event.unit, case.key)


def keep_there(case: KeyCase) -> None:
    """So has its peer."""
    case.keys = case.keys.with_key(case.event.unit.peer, case.key)


def expose(case: KeyCase) -> None:
    """Who listens on the failover link has read the key."""
    assert case.key is not None, "only a key that is entered crosses"
    case.in_clear = True
    case.keys = attrs.evolve(case.keys, exposed=tuple(sorted({*case.keys.exposed, case.key})))


def silence(case: KeyCase) -> None:
    """No unit accepts a message of the other any more."""
    case.keys = attrs.evolve(case.keys, silenced=True)
    case.follows = e.FailoverLinkFailed()


def speak(case: KeyCase) -> None:
    """The units accept each other's messages again."""
    case.keys = attrs.evolve(case.keys, silenced=False)
    case.follows = e.FailoverLinkRestored()
