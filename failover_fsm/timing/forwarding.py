"""Switch ports that came up, in time: each forwards `forward_delay` seconds later (LNK-13)."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import is_impaired
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PortState, State
from failover_fsm.timing.location import Clock, Timer

__all__ = ["forwarding", "forwards"]

LINK = -1
"""The number of the clock of the failover link."""


def forwarding(pair: State, settings: Settings, unit: Unit) -> Iterator[tuple[Clock, int]]:
    """The clocks of the ports of a unit that are blocked, with the value in milliseconds at which they forward."""
    delay = settings.options.forward_delay * 1000
    if not delay:
        return
    if is_impaired(pair.impairments, "blocked", unit):
        yield Clock(Timer.FORWARD, unit, LINK), delay
    for index, interface in enumerate(pair.interfaces):
        carrier = settings.together.shared_at.get(index)
        leads = carrier is None or carrier.interfaces[0] == index
        if leads and interface.line(unit) is PortState.BLOCKED:
            yield Clock(Timer.FORWARD, unit, index), delay


def forwards(settings: Settings, clock: Clock) -> e.Repair:
    """What happens when such a clock is due."""
    if clock.number == LINK:
        return e.FailoverLinkForwards(unit=clock.unit)
    carrier = settings.together.shared_at.get(clock.number)
    if carrier is not None:
        return e.PortForwards(unit=clock.unit, port=carrier.name)
    return e.InterfaceForwards(unit=clock.unit, interface=settings.ports[clock.number].name)
