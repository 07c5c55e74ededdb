"""Words for what keeps units from being a pair, as it stands in a state."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.pair.obstacles import Hindrance
from failover_fsm.pair.states import State, Unit

__all__ = ["of_pair", "of_unit"]

_HINDRANCES = {
    Hindrance.REFUSED: "failover: refused by the unit itself",
    Hindrance.GAVE_UP: "synchronisation: failed for good",
    Hindrance.LOCKED: "configuration: locked by a session",
}


def of_pair(state: State) -> Iterator[str]:
    """What stands between the units, one sentence each."""
    if state.obstacles.mismatch is not None:
        yield f"the units do not match: {state.obstacles.mismatch.value.replace('-', ' ')}"
    if state.obstacles.keys_differ:
        yield "the failover keys of the units differ"


def of_unit(state: State, unit: Unit) -> Iterator[str]:
    """What stands in the way of a unit that runs."""
    hindrance = state.unit(unit).hindrance
    if hindrance in _HINDRANCES:
        yield _HINDRANCES[hindrance]
    if state.obstacles.lacks_heartbeat(unit):
        yield "chassis supervisor: no answer"
    if state.obstacles.lacks_room(unit):
        yield "Flash: no room for what its peer sends"
    if state.obstacles.crashes(unit):
        yield "connection state of its peer crashes it"
