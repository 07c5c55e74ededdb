"""What units print about what keeps them from being a pair, and how its reasons are worded.

What exactly differs (which version, how many contexts) is not modelled: those fields print as `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import obstacle_ahead
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.hindered import DIFFERS
from failover_fsm.pair.hindering import NO_HEARTBEAT
from failover_fsm.pair.obstacles import Mismatch, Obstacle, was_refused
from failover_fsm.pair.outputs import ConsoleLine, Output, SystemLog
from failover_fsm.pair.states import PeerContact, State
from failover_fsm.pair.syslog import Moment

__all__ = ["obstacle_outputs", "worded"]

UNKNOWN = "unknown"

MESSAGE_OF: dict[Mismatch, tuple[int, dict[str, object]]] = {
    Mismatch.VERSION: (103006, {"mate": UNKNOWN, "own": UNKNOWN}),
    Mismatch.MODE: (105044, {"mate": UNKNOWN, "own": UNKNOWN}),
    Mismatch.LICENSE: (105045, {"mate": UNKNOWN, "own": UNKNOWN}),
    Mismatch.CHASSIS: (105046, {}),
    Mismatch.CARD: (105047, {"mate": UNKNOWN, "slot": 1, "own": UNKNOWN}),
    Mismatch.SERVICE_MODULE: (105048, {"mate": UNKNOWN, "own": UNKNOWN}),
}
"""The message by which a unit says in what its peer differs, and its fields."""

REASON_OF = {
    Mismatch.VERSION: DIFFERS,
    Mismatch.MODE: "Other unit operating mode is different",
    Mismatch.LICENSE: "Other unit license is different",
    Mismatch.CHASSIS: "Other unit chassis configuration is different",
    Mismatch.CARD: "Other unit card configuration is different",
    Mismatch.SERVICE_MODULE: "Other unit card configuration is different",
}
"""The reason of a change of state for it."""


def worded(reason: str, before: State) -> str:
    """The reason of a row, by what differs where it is that."""
    what = before.obstacles.mismatch
    return reason if what is None or reason != DIFFERS else REASON_OF[what]


def obstacle_outputs(moment: Moment) -> Iterator[Output]:
    """The messages and console lines of a unit in a step about obstacles."""
    if isinstance(moment.event, e.HelloHeard):
        yield from _unlike(moment)
    if isinstance(moment.event, e.SynchronizationFailed):
        ahead = obstacle_ahead(moment.before, moment.settings, moment.unit)
        if ahead is not None and ahead[1] is Obstacle.LOCKED:
            yield moment.log(105021, context="system", owner=UNKNOWN)
    if isinstance(moment.event, e.UnitRestored | e.Restarted) and was_refused(moment.new.hindrance):
        yield ConsoleLine(unit=moment.unit, text=NO_HEARTBEAT)


def _unlike(moment: Moment) -> Iterator[SystemLog]:
    """The first hello of a peer that does not match, as the unit that stays and the one that gives up see it."""
    old, new = moment.old, moment.new
    meets = new.contact is PeerContact.LINK is not old.contact or not new.enabled  # a unit that hears had it on
    what = moment.before.obstacles.mismatch
    if meets and what is not None and hears_on_link(moment.before, moment.settings, moment.unit):
        number, fields = MESSAGE_OF[what]
        yield SystemLog.of(moment.unit, number, None, **fields)
