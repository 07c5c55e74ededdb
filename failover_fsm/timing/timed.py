"""The timed pair: the tables of the pair, and the time at which each of their steps falls due.

A unit sends a hello every unit poll (UHM-1, LNK-2), at any phase, and one on each interface every interface poll, when
it also checks its ports (IFM-21, IFM-25). The clock SILENCE counts from the last hello on the failover link: after
`probe_after` polls the unit probes on every interface, and again each poll (UHM-2, UHM-7). An answer on the failover
link is a hello, one on a data interface is `PeerAnsweredOnData`; the hold time ends in silence (UHM-5, UHM-8).
Interface hellos do not count as an answer. The clock WATCH counts from the last hello on an interface: tests begin
after half of the hold time, traffic ends them well at once, and the verdict counts at its end (IFM-3, IFM-22, IFM-23).

Hand-over messages take the delay of the failover link, which is none unless it is given (LNK-19; `late.py` has hellos
and answers that are under way). The answer to a probe, and the check of the interface policy after a change of an
interface status take no time. Steps due at the same instant may happen in any order, except that a probe sent in the
instant in which the hold time ends is answered too late.

Hold times never exceed their end, so a timed run is a run of the tables, with one addition: a hold time can end
although no channel is cut, if hellos were lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight, step_possible
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.forwarding import unit_boots
from failover_fsm.pair.health import COUNTED, Status, answers_on_data, hears, hears_on_link
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PortState, State, UnitState
from failover_fsm.pair.step import UnitHandler, UnitResult, next_state, react
from failover_fsm.timing.forwarding import forwards
from failover_fsm.timing.location import (
    GOOD_WATCH,
    JUDGED_FAILED,
    OVER,
    QUIET,
    UNITS,
    Clock,
    InterfaceWatch,
    Location,
    Timer,
)
from failover_fsm.timing.ports import lines, looked, verdicts
from failover_fsm.timing.running_clocks import Effects, RunningClocks, every_port

__all__ = ["Effects", "Mover", "TimedPair", "TimerOutcome", "every_port"]

Mover = Callable[[State, e.Event, UnitHandler], State]
"""Applies an event to the pair; the handler gives rules the interface failures that the units know of."""


def _moved(settings: Settings) -> Mover:
    def mover(state: State, event: e.Event, handler: UnitHandler) -> State:
        return next_state(state, settings, event, handler).state

    return mover


@attrs.frozen
class TimerOutcome:
    """One possible result of a due timer: the location, the clocks that restart, and those that stood still till now.

    set_back: With the milliseconds for which each of them stood still.
    """

    location: Location
    restarted: tuple[Clock, ...] = ()
    set_back: tuple[tuple[Clock, int], ...] = ()


@attrs.define(kw_only=True)
class TimedPair(RunningClocks):
    """The pair as a timed system: what comes of each clock that is due, and of what happens besides.

    The attributes are those of `RunningClocks`.
    """

    _fired: dict[tuple[Location, Clock], tuple[TimerOutcome, ...]] = attrs.field(factory=dict, init=False, repr=False)

    def _changes(self, location: Location, event: e.ProtocolStep) -> bool:
        try:
            return self._move(location, event, _moved(self.settings)).pair != location.pair
        except StepError:
            return False

    # -- what comes of a clock that is due ---------------------------------------------------------

    def fire(self, location: Location, clock: Clock, mover: Mover | None = None) -> tuple[TimerOutcome, ...]:
        """The possible results of a due clock; several if they depend on the network.

        Args:
            location: The location.
            clock: A clock of `due`.
            mover: Applies events to the pair; the default computes only the state after them.
        """
        if mover is not None:
            return self._fire(location, clock, mover)
        known = self._fired.get((location, clock))
        if known is None:
            known = self._fired[location, clock] = self._fire(location, clock, _moved(self.settings))
        return known

    def _fire(self, location: Location, clock: Clock, do: Mover) -> tuple[TimerOutcome, ...]:
        if clock.timer is Timer.HELLO:
            return (self._hello(location, clock.unit, do),)
        if clock.timer is Timer.SILENCE:
            return tuple(self._silent(location, clock.unit, do))
        if clock.timer in (Timer.POLL, Timer.CARD):
            return (self._polled(location, clock, do),)
        if clock.timer is Timer.WATCH:
            return tuple(self._watched(location, clock))
        if clock.timer is Timer.FORWARD:
            return (TimerOutcome(self._move(location, forwards(self.settings, clock), do)),)
        if clock.timer is Timer.RESUME:
            stood = tuple((each, location.pause) for each in self._standing(location, clock.unit))
            resumed = attrs.evolve(self._move(location, e.UnitResumed(unit=clock.unit), do), pause=0)
            return (TimerOutcome(resumed, set_back=stood),)
        moved = self._move(location, self._event(clock), do)
        if clock.timer is Timer.RESTART:
            moved = moved.with_pair(unit_boots(moved.pair, self.settings, clock.unit))
        after = self._heard_by_message(location, clock, moved)
        return (attrs.evolve(after, restarted=(*after.restarted, clock)),)

    def happen(self, location: Location, event: e.Event, mover: Mover | None = None) -> Location:
        """The location after a fault, a repair or a command.

        Raises:
            Refused: If the unit refuses the command.
            NotPossible: If the event is impossible.
        """
        after = self._move(location, event, mover or _moved(self.settings))
        if isinstance(event, e.UnitRestored):
            after = after.with_pair(unit_boots(after.pair, self.settings, event.unit))
        return self._tidied(after)

    def _move(self, location: Location, event: e.Event, do: Mover) -> Location:
        """Applies the event; units count the interface failures they know of, not the actual ones.

        For the comparison after the loss of the failover link both units look at their ports at that moment (SPL-8).
        """

        def handler(own: UnitState, unit: Unit, event: e.Event, known: Inputs, settings: Settings) -> UnitResult:
            if known.peer_failed and not isinstance(event, e.InterfacesChecked):
                seen = self._sampled(location)
                failed, peer_failed = self._failed(seen, unit), self._failed(seen, unit.peer)
                known = attrs.evolve(known, failed=failed, peer_failed=peer_failed)
            elif known.failed:
                told = self._failed(location, unit.peer) if known.peer_failed else ()
                known = attrs.evolve(known, failed=self._failed(location, unit), peer_failed=told)
            return react(own, unit, event, known, settings)

        return location.with_pair(do(location.pair, event, handler))

    def _sampled(self, location: Location) -> Location:
        """The location in which both units have just looked at all their ports."""
        for unit in UNITS:
            for index, block in enumerate(self.blocks):
                location = location.with_watch(unit, index, looked(location, unit, index, block))
        return location

    def _tidied(self, location: Location) -> Location:
        """The location in which a unit that does not run knows nothing."""
        for unit in UNITS:
            if not location.unit(unit).listening:
                location = location.with_watches(unit, (GOOD_WATCH,) * len(self.blocks)).with_probes(unit, 0)
        return location

    def _heard_by_message(self, before: Location, clock: Clock, after: Location) -> TimerOutcome:
        """A hand-over message counts as contact with the peer."""
        if clock.timer is Timer.MESSAGE:
            return TimerOutcome(after.with_probes(clock.unit, 0), (Clock(Timer.SILENCE, clock.unit),))
        return TimerOutcome(self._tidied(after))

    def _hello(self, location: Location, unit: Unit, do: Mover) -> TimerOutcome:
        """The unit sends a hello on the failover link, and its peer receives it if it can (UHM-1, UHM-3)."""
        sent = Clock(Timer.HELLO, unit)
        if location.loses(unit):
            return TimerOutcome(location.with_lost(unit, location.loses(unit) - 1), (sent,))
        if not hears_on_link(location.pair, self.settings, unit.peer):
            return TimerOutcome(location, (sent,))
        return self.contacted(location, unit.peer, e.HelloHeard(unit=unit.peer), do, sent)

    def contacted(self, location: Location, unit: Unit, event: e.Event, do: Mover, *also: Clock) -> TimerOutcome:
        """What comes of an event by which the unit hears its peer; also: clocks that restart with its own."""
        after = self._move(location, event, do).with_probes(unit, 0)
        return TimerOutcome(self._tidied(after), (Clock(Timer.SILENCE, unit), *also))

    def _silent(self, location: Location, unit: Unit, do: Mover) -> Iterator[TimerOutcome]:
        """A probe (UHM-2 to UHM-4, UHM-7), or the end of the hold time (UHM-5, UHM-8).

        Nothing comes of a probe while a hand-over message is on its way: the message arrives first, at the same moment.
        """
        pair, settings = location.pair, self.settings
        if self._silence_due(location, unit)[1]:
            yield TimerOutcome(self._tidied(self._expired(location, unit, do)), (Clock(Timer.SILENCE, unit),))
            return
        congested = location.loses(unit.peer) > 0
        heard: tuple[e.ProtocolStep, ...] = (e.PeerAnsweredOnData(unit=unit), e.HelloHeard(unit=unit))
        if hears_on_link(pair, settings, unit) and not congested:
            yield self.contacted(location, unit, e.HelloHeard(unit=unit), do)
        elif congested or not answers_on_data(pair, settings, unit):
            yield TimerOutcome(location.with_probes(unit, location.probes_sent(unit) + 1))
        elif possible := [event for event in heard if step_possible(pair, settings, event)]:
            yield self.contacted(location, unit, possible[0], do)
        elif not message_in_flight(pair):
            yield TimerOutcome(location.with_probes(unit, location.probes_sent(unit) + 1))

    def _expired(self, location: Location, unit: Unit, do: Mover) -> Location:
        """The hold time ends. Hellos may have been lost on working channels: to the unit these are cut."""
        pair, event = location.pair, e.HoldTimeExpired(unit=unit)
        if not hears(pair, self.settings, unit):
            return self._move(location, event, do)
        links = attrs.evolve(pair.links, failover=LinkState.CUT)
        interfaces = tuple(attrs.evolve(item, path=LinkState.CUT) for item in pair.interfaces)
        cut = location.with_pair(attrs.evolve(pair, links=links, interfaces=interfaces))
        after = self._move(cut, event, do).pair
        return location.with_pair(attrs.evolve(after, links=pair.links, interfaces=pair.interfaces))

    # -- interfaces ------------------------------------------------------------------------------------

    def _polled(self, location: Location, clock: Clock, do: Mover) -> TimerOutcome:
        """The unit checks its ports and, on a poll, sends a hello on each of them."""
        unit, restarted = clock.unit, [clock]
        after = location
        for index, block in enumerate(self.blocks):
            if block.group != clock.number:
                continue
            if block.card is (clock.timer is Timer.CARD):
                seen = looked(location, unit, index, block)
                if seen != location.watch(unit, index):
                    after = after.with_watch(unit, index, seen)
                    restarted.append(Clock(Timer.WATCH, unit, index))
            if clock.timer is Timer.POLL and self.carries_hellos(location, unit, index):
                restarted.append(Clock(Timer.WATCH, unit.peer, index))
                if location.watch(unit.peer, index).status is not Status.NO_LINK:
                    after = after.with_watch(unit.peer, index, GOOD_WATCH)
        if clock.timer is Timer.POLL and self._reunites(location, unit, clock.number):
            after = self._tidied(self._move(after, e.HelloHeard(unit=unit.peer), do).with_probes(unit.peer, 0))
            restarted.append(Clock(Timer.SILENCE, unit.peer))
        return TimerOutcome(after, tuple(restarted))

    def _watched(self, location: Location, clock: Clock) -> Iterator[TimerOutcome]:
        """Silence on a block: tests begin, continue or end, or the verdict counts (IFM-3 to IFM-16, IFM-23)."""
        unit, index = clock.unit, clock.number
        watch = location.watch(unit, index)
        if watch.stage == OVER and watch.verdict in COUNTED:
            yield TimerOutcome(location.with_watch(unit, index, JUDGED_FAILED))
        elif watch.stage == OVER:
            yield TimerOutcome(location.with_watch(unit, index, InterfaceWatch(status=Status.UNKNOWN)), (clock,))
        elif watch.stage == QUIET:
            down = lines(location, unit, self.blocks[index])[0] is PortState.DOWN
            begun = InterfaceWatch(status=Status.NO_LINK) if down else InterfaceWatch(status=Status.TESTING, stage=1)
            yield TimerOutcome(location.with_watch(unit, index, begun))
        else:
            contact = hears(location.pair, self.settings, unit)
            for verdict in verdicts(unit, lines(location, unit, self.blocks[index]), watch.stage, contact=contact):
                if verdict is Status.NORMAL:
                    yield TimerOutcome(location.with_watch(unit, index, GOOD_WATCH), (clock,))
                elif verdict is None:
                    yield TimerOutcome(location.with_watch(unit, index, attrs.evolve(watch, stage=watch.stage + 1)))
                else:
                    over = attrs.evolve(watch, stage=OVER, verdict=verdict)
                    yield TimerOutcome(location.with_watch(unit, index, over))
