"""Messages that take time on the failover link (LNK-19): hellos and answers that are under way.

A hello is sent at its time and heard after the delay of the link; hellos do not overtake each other. An answer to a
probe on the failover link takes the delay twice, one on a data interface none. A hello that is under way when its
sender stops is still heard, and brings no news.
"""

from __future__ import annotations

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import step_possible
from failover_fsm.pair.health import answers_on_data, failover_link_works, hears_on_link
from failover_fsm.pair.states import LinkState, PeerContact
from failover_fsm.timing.location import Clock, Location, Timer
from failover_fsm.timing.timed import Mover, TimedPair, TimerOutcome

__all__ = ["ARRIVAL", "UnderWay", "asked", "heard", "sends"]

ARRIVAL = 1
"""The number of the clocks that stand for a hello that is under way."""


@attrs.frozen
class UnderWay:
    """A hello of a unit that arrives at a time in milliseconds since the start, or its answer to a probe."""

    sender: Unit
    arrives: int
    is_answer: bool = False

    @property
    def clock(self) -> Clock:
        """The clock that stands for it among those that fall due."""
        return Clock(Timer.HELLO, self.sender, ARRIVAL)


def sends(timed: TimedPair, location: Location, clock: Clock) -> bool:
    """Whether a clock that is due is a hello that goes out on a failover link that carries it."""
    hello = clock.timer is Timer.HELLO and clock.number != ARRIVAL and not location.loses(clock.unit)
    return hello and hears_on_link(location.pair, timed.settings, clock.unit.peer)


def heard(timed: TimedPair, location: Location, sender: Unit, mover: Mover) -> TimerOutcome:
    """What comes of a hello of the sender when it arrives."""
    unit, silence = sender.peer, Clock(Timer.SILENCE, sender.peer)
    if hears_on_link(location.pair, timed.settings, unit):
        return timed.contacted(location, unit, e.HelloHeard(unit=unit), mover)
    own = location.unit(unit)
    if own.contact is PeerContact.LINK and own.listening and failover_link_works(location.pair, timed.settings):
        return TimerOutcome(location.with_probes(unit, 0), (silence,))
    return TimerOutcome(location)


def asked(timed: TimedPair, location: Location, clock: Clock, mover: Mover) -> TimerOutcome | None:
    """What comes at once of a probe whose answer on the failover link takes time; None for any other clock."""
    unit = clock.unit
    if clock.timer is not Timer.SILENCE or not timed.probes_next(location, unit):
        return None
    if not hears_on_link(location.pair, timed.settings, unit) or location.loses(unit.peer):
        return None
    pair = location.pair
    unheard = location.with_pair(attrs.evolve(pair, links=attrs.evolve(pair.links, failover=LinkState.CUT)))
    on_data: tuple[e.ProtocolStep, ...] = (e.PeerAnsweredOnData(unit=unit), e.HelloHeard(unit=unit))
    possible = [event for event in on_data if step_possible(unheard.pair, timed.settings, event)]
    if answers_on_data(pair, timed.settings, unit) and possible:
        outcome = timed.contacted(unheard, unit, possible[0], mover)
        restored = outcome.location.with_pair(attrs.evolve(outcome.location.pair, links=pair.links))
        return attrs.evolve(outcome, location=restored)
    return TimerOutcome(location.with_probes(unit, location.probes_sent(unit) + 1))
