"""The entries of the register for what keeps units from being a pair (pair/obstacles.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from failover_fsm.pair import events as e
from failover_fsm.pair.event_kind import UNITS, EventKind
from failover_fsm.pair.hindering import keys, mismatch, of_unit
from failover_fsm.pair.obstacles import HINDRANCES_OF, Hindrance, Obstacles, gave_up, is_locked
from failover_fsm.pair.states import State
from failover_fsm.records import ask

__all__ = ["ANY_OF", "OBSTACLE_KINDS", "OBSTACLE_WORDS", "SYNC_FAILS", "TAKEN_FOR_GRANTED"]

OBSTACLE_WORDS: dict[str, str] = {
    "mismatch": "the units differ in version, mode, license or hardware, and match again",
    "keys": "the failover keys of the units differ, and are the same again",
    "heartbeat": "the chassis supervisor does not answer a unit, which keeps failover off there, and answers again",
    "flash": "the Flash of a unit is too small for what its peer sends, and has room again",
    "bad-updates": "connection state of its peer crashes a unit at the end of each join, and no longer does",
    "config-lock": "a session on a unit holds its configuration locked, until it ends or the unit reloads",
    "stuck-sync": "a synchronisation that lost the failover link fails for good; a reset or a reload ends that",
    "replacement": "a unit that does not run is replaced by one with an older configuration, or an empty one",
    "flash-write": "a unit stops while it saves its configuration, and what it had saved is gone",
}
"""The words of `faults` about obstacles."""

TAKEN_FOR_GRANTED: dict[str, str] = {
    "mismatch": "the units match in version, mode, license and hardware",
    "keys": "their failover keys are the same",
    "heartbeat": "a chassis supervisor answers them",
    "flash": "Flash has room",
    "config-lock": "no session locks a configuration",
    "bad-updates": "no connection state crashes a unit",
    "stuck-sync": "an interrupted synchronisation begins anew",
    "replacement": "no unit is replaced",
    "flash-write": "what was saved stays",
    "shutdown": "nobody shuts an interface down",
}
"""What is assumed where an environment does not have the word."""

ANY_OF: dict[str, tuple[str, ...]] = {
    "failed-for-good": HINDRANCES_OF[Hindrance.GAVE_UP],
    "older-startup": ("replacement", "flash-write"),
}
"""What one of several words brings about, by names that promises need and no model file has."""

SYNC_FAILS = ("config-lock", "flash", "bad-updates")
"""The words with which a synchronisation can fail by itself, a step of the joining unit."""


def _differ(state: State) -> Iterator[bool]:
    yield ask(state.obstacles, Obstacles.mismatched)


def _keys_differ(state: State) -> Iterator[bool]:
    yield not ask(state.obstacles, Obstacles.keys_agree)


def _obstructed(name: str) -> Callable[[State], Iterator[bool]]:
    return lambda state: (ask(state.obstacles, Obstacles.has, name, unit) for unit in UNITS)


def _locked(state: State) -> Iterator[bool]:
    return (ask(state.unit(unit).hindrance, is_locked) for unit in UNITS)


def _stuck(state: State) -> Iterator[bool]:
    return (ask(state.unit(unit).hindrance, gave_up) for unit in UNITS)


OBSTACLE_KINDS: tuple[EventKind, ...] = (
    EventKind(event=e.UnitsMismatched, word="mismatch", change=mismatch, broken=_differ),
    EventKind(event=e.UnitsMatched, word="mismatch", heading="the units match again", change=mismatch),
    EventKind(
        event=e.KeysMismatched,
        word="keys",
        heading="the failover keys of the units differ",
        change=keys,
        broken=_keys_differ,
    ),
    EventKind(event=e.KeysMatched, word="keys", heading="the units have the same failover key again", change=keys),
    EventKind(
        event=e.HeartbeatLost,
        word="heartbeat",
        heading="the chassis supervisor does not answer the {unit} any more",
        change=of_unit("no_heartbeat"),
        broken=_obstructed("no_heartbeat"),
    ),
    EventKind(
        event=e.HeartbeatRestored,
        word="heartbeat",
        heading="the chassis supervisor answers the {unit} again",
        change=of_unit("no_heartbeat"),
    ),
    EventKind(
        event=e.FlashFilled,
        word="flash",
        heading="the Flash of the {unit} has no room for what the {peer} sends",
        change=of_unit("flash_full"),
        broken=_obstructed("flash_full"),
    ),
    EventKind(
        event=e.FlashFreed,
        word="flash",
        heading="the Flash of the {unit} has room again",
        change=of_unit("flash_full"),
    ),
    EventKind(
        event=e.StateUpdatesCorrupted,
        word="bad-updates",
        heading="connection state of the {peer} crashes the {unit} from now on",
        change=of_unit("bad_updates"),
        broken=_obstructed("bad_updates"),
    ),
    EventKind(
        event=e.StateUpdatesMended,
        word="bad-updates",
        heading="the {unit} takes the {peer}'s connection state again",
        change=of_unit("bad_updates"),
    ),
    EventKind(
        event=e.ConfigurationLocked,
        word="config-lock",
        heading="a session on the {unit} holds its configuration locked",
        broken=_locked,
    ),
    EventKind(
        event=e.ConfigurationUnlocked,
        word="config-lock",
        heading="the session that held the configuration of the {unit} ends",
    ),
    EventKind(
        event=e.SynchronizationStuck,
        word="stuck-sync",
        heading="the interrupted synchronisation of the {unit} fails for good",
        broken=_stuck,
    ),
    EventKind(
        event=e.UnitReplaced,
        word="replacement",
        heading="the {unit} is replaced by one that does not have the newest configuration",
    ),
    EventKind(event=e.StoppedWhileSaving, word="flash-write"),
)
"""The faults and repairs, in the order in which searches try them."""
