"""The knowledge of a unit about a block of interfaces: from its ports, from hellos, from the network tests."""

from __future__ import annotations

from functools import cache

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.health import COUNTED, NETWORK_TESTS, InterfaceTest, Status
from failover_fsm.pair.impairments import carries as arrives
from failover_fsm.pair.states import SENDING, PortState
from failover_fsm.records import ask
from failover_fsm.timing.location import GOOD_WATCH, JUDGED, OVER, UNITS, InterfaceBlock, InterfaceWatch, Location

__all__ = ["Lines", "can_fail", "carries", "lines", "looked", "verdicts"]

Lines = tuple[PortState, PortState]
"""The port of the unit and that of its peer."""


def lines(location: Location, unit: Unit, block: InterfaceBlock) -> Lines:
    """The ports of a block; those of a peer that does not run are down."""
    interface = location.pair.interfaces[block.ports[0]]
    peer = interface.line(unit.peer) if location.unit(unit.peer).powered else PortState.DOWN
    return interface.line(unit), peer


def carries(location: Location, unit: Unit, block: InterfaceBlock) -> bool:
    """True if the peer hears the unit's hellos on the block (IFM-21)."""
    own, peer = lines(location, unit, block)
    both = location.unit(unit).listening and location.unit(unit.peer).listening
    both = both and ask(location.pair.impairments, arrives, unit.peer)
    leads = location.pair.interfaces[block.ports[0]].leads_to(unit.peer)
    return both and leads and own in SENDING and peer is PortState.GOOD


def looked(location: Location, unit: Unit, number: int, block: InterfaceBlock) -> InterfaceWatch:
    """The unit's knowledge after a check of the ports of block `number` (IFM-17, IFM-25)."""
    watch, line = location.watch(unit, number), lines(location, unit, block)[0]
    if line is PortState.DOWN:
        return watch if watch.status is Status.NO_LINK else InterfaceWatch(status=Status.NO_LINK)
    judged = watch.stage == JUDGED or watch.status is Status.UNKNOWN
    if watch.status is Status.NO_LINK or (judged and line is PortState.GOOD):
        return GOOD_WATCH
    return watch


def verdicts(unit: Unit, ports: Lines, stage: int, *, contact: bool) -> tuple[Status | None, ...]:
    """The possible results of the network test that ends; None stands for the next test (IFM-5 to IFM-16).

    Args:
        unit: The unit that tests.
        ports: The state of both ports.
        stage: The number of the test, 1 to 4.
        contact: True if the unit receives its peer's results.
    """
    side = UNITS.index(unit)
    both = ports if side == 0 else ports[::-1]
    test = InterfaceTest(lines=both, contact=contact, test=NETWORK_TESTS[stage - 1])
    return tuple(dict.fromkeys(after.verdicts[side] for after in test.outcomes()))


@cache
def can_fail(unit: Unit, ports: Lines) -> bool:
    """True if some outcome of the tests is a failure; otherwise a silence on the block has no effect."""
    found = [verdict for stage in range(1, OVER) for verdict in verdicts(unit, ports, stage, contact=True)]
    return any(verdict in COUNTED for verdict in found)
