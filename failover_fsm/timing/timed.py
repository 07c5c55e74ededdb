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

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight, obstacle_ahead, step_possible
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.forwarding import unit_boots
from failover_fsm.pair.health import COUNTED, Status, answers_on_data, hears, hears_on_link
from failover_fsm.pair.obstacles import Obstacle
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PeerContact, PortState, State, UnitState
from failover_fsm.pair.step import UnitHandler, UnitResult, next_state, react
from failover_fsm.timing.forwarding import forwarding, forwards
from failover_fsm.timing.location import (
    GOOD_WATCH,
    JUDGED,
    OVER,
    QUIET,
    UNITS,
    Clock,
    InterfaceBlock,
    InterfaceWatch,
    Location,
    Timer,
    failed_of,
)
from failover_fsm.timing.pauses import NEVER, STANDS_STILL, awake
from failover_fsm.timing.ports import can_fail, carries, lines, looked, verdicts
from failover_fsm.timing.times import BOOT, LOCKED, Times

__all__ = ["Effects", "Mover", "TimedPair", "TimerOutcome", "every_port"]

Effects = dict[tuple[Location, e.Event], bool]
"""Whether a step is possible in a location and changes it."""

Mover = Callable[[State, e.Event, UnitHandler], State]
"""Applies an event to the pair; the handler gives rules the interface failures that the units know of."""


_STEPS_OF_UNITS: dict[Timer, Callable[..., e.ProtocolStep]] = {
    Timer.CHECK: e.InterfacesChecked,
    Timer.SYNCHRONIZATION: e.SynchronizationAdvanced,
    Timer.FAILED_SYNCHRONIZATION: e.SynchronizationFailed,
    Timer.NEGOTIATION: e.NegotiationExpired,
    Timer.RESTART: e.Restarted,
}
_STEPS_OF_GROUPS: dict[Timer, Callable[..., e.ProtocolStep]] = {
    Timer.MESSAGE: e.MessageDelivered,
    Timer.HAND_OUT: e.GroupHandedOut,
    Timer.ELECTION: e.NoActiveUnitSeen,
    Timer.PREEMPT: e.PreemptTimerExpired,
}


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


def every_port(settings: Settings) -> tuple[InterfaceBlock, ...]:
    """Each monitored interface as a block of its own; each interface where a command may have it monitored later."""
    places = settings.counted if settings.running is None else range(len(settings.ports))
    return tuple(InterfaceBlock(group=settings.ports[index].group, ports=(index,)) for index in places)


def _watch_due(times: Times, watch: InterfaceWatch, block: InterfaceBlock) -> int:
    """When the next interface test begins or ends, in milliseconds from the last hello there."""
    item, start = times.interfaces[block.group], times.quiet(block.group)
    if watch.stage == OVER:
        return start + item.hold
    return start + item.hold // 2 + watch.stage * item.test


@attrs.define(kw_only=True)
class TimedPair:
    """The pair as a timed system.

    Attributes:
        settings: The pair.
        times: Its times.
        blocks: The monitored interfaces; interfaces in equal condition are one block.
        lasting: True if there are no further faults and repairs, so that clocks without effect can be left out; the
            runs are the same.
        effects: Whether a step changes a location, as far as it is known. Times have no part in it, so pairs with the
            same settings and blocks may share it.
    """

    settings: Settings
    times: Times
    blocks: tuple[InterfaceBlock, ...]
    lasting: bool = False
    effects: Effects = attrs.field(factory=dict, eq=False, repr=False)
    _due: dict[Location, dict[Clock, int]] = attrs.field(factory=dict, init=False, repr=False)
    _fired: dict[tuple[Location, Clock], tuple[TimerOutcome, ...]] = attrs.field(factory=dict, init=False, repr=False)
    _times: dict[PairConfig, Times] = attrs.field(factory=dict, init=False, repr=False)

    def at(self, pair: State) -> Location:
        """The location of a pair whose units know of no failed interface."""
        fresh = (GOOD_WATCH,) * len(self.blocks)
        return Location(pair=pair, watches=(fresh, fresh))

    # -- what commands have changed in operation -----------------------------------------------------

    def times_of(self, location: Location, unit: Unit) -> Times:
        """The times by which a unit goes now."""
        running = location.pair.running
        if self.settings.running is None or not running.changed:
            return self.times
        config = running.of(unit)
        known = self._times.get(config)
        if known is None:
            of_unit = Times.of(config, self.settings.options)
            of_unit = of_unit.with_durations(self.times.link_delay, self.times.synchronization)
            known = self._times.setdefault(config, of_unit)
        return known

    def watches(self, location: Location, unit: Unit, index: int) -> bool:
        """True if the interfaces of a block count on the unit now, so that it sends hellos there and tests them."""
        if self.settings.running is None:
            return True
        return set(self.blocks[index].ports) <= {*self.settings.at(location.pair, unit).counted}

    def carries_hellos(self, location: Location, unit: Unit, index: int) -> bool:
        """True if the peer hears the unit's hellos on the block."""
        both = all(self.watches(location, each, index) for each in UNITS)
        return both and carries(location, unit, self.blocks[index])

    def _failed(self, location: Location, unit: Unit) -> tuple[int, ...]:
        """The failed monitored interfaces that the unit knows of, by group."""
        places = [index for index in range(len(self.blocks)) if self.watches(location, unit, index)]
        return failed_of(location, unit, self.blocks, self.settings.group_count, places)

    # -- which clocks run ------------------------------------------------------------------------

    def due(self, location: Location) -> dict[Clock, int]:
        """The running clocks, each with the value in milliseconds at which it is due, in the order of `Clock.order`."""
        known = self._due.get(location)
        if known is None:
            found = {clock: value for unit in UNITS for clock, value in self._due_or_frozen(location, unit)}
            known = dict(sorted(found.items(), key=lambda item: item[0].order))
            self._due[location] = known
        return known

    def _due_or_frozen(self, location: Location, unit: Unit) -> Iterator[tuple[Clock, int]]:
        """The clocks of a unit; of one that hangs those that stand still, never due, and the end of the pause."""
        yield from forwarding(location.pair, self.settings, unit)
        if location.pair.runs(unit):
            yield from self._due_at(location, unit)
            return
        yield from ((clock, NEVER) for clock in self._standing(location, unit))
        if location.pause:
            yield Clock(Timer.RESUME, unit), location.pause

    def _standing(self, location: Location, unit: Unit) -> tuple[Clock, ...]:
        """The clocks of a unit that hangs which stand still: of those that would run if it did not."""
        running = self.due(awake(location, unit))
        return tuple(clock for clock in running if clock.unit is unit and clock.timer in STANDS_STILL)

    def _due_at(self, location: Location, unit: Unit) -> Iterator[tuple[Clock, int]]:
        yield from self._steps_due(location, unit)
        own, times = location.unit(unit), self.times_of(location, unit)
        if not own.listening:
            return
        if self._hello_matters(location, unit):
            yield Clock(Timer.HELLO, unit), times.poll
        for group, item in enumerate(times.interfaces):
            if self._poll_matters(location, unit, group):
                yield Clock(Timer.POLL, unit, group), item.poll
            if self._card_matters(location, unit, group):
                yield Clock(Timer.CARD, unit, group), item.card_poll
        for index, block in enumerate(self.blocks):
            if self._watch_matters(location, unit, index):
                yield Clock(Timer.WATCH, unit, index), _watch_due(times, location.watch(unit, index), block)
        if own.contact in (PeerContact.LINK, PeerContact.DATA):
            yield Clock(Timer.SILENCE, unit), self._silence_due(location, unit)[0]

    def _steps_due(self, location: Location, unit: Unit) -> Iterator[tuple[Clock, int]]:
        """Steps of the pair that fall due a fixed time after their cause began to hold."""
        times, phase = self.times_of(location, unit), location.unit(unit).phase
        kinds: tuple[tuple[Timer, e.ProtocolStep, int | None], ...] = (
            (Timer.CHECK, e.InterfacesChecked(unit=unit), 0),
            (Timer.SYNCHRONIZATION, e.SynchronizationAdvanced(unit=unit), times.synchronization_in(phase)),
            (Timer.FAILED_SYNCHRONIZATION, e.SynchronizationFailed(unit=unit), self._fails_after(location, unit)),
            (Timer.NEGOTIATION, e.NegotiationExpired(unit=unit), times.hold),
            (Timer.RESTART, e.Restarted(unit=unit), BOOT),
        )
        for timer, event, after in kinds:
            if after is not None and self._happens(location, event):
                yield Clock(timer, unit), after
        for index in range(self.settings.group_count):
            for timer, after in (
                (Timer.MESSAGE, 0 if location.unit(unit).groups[index].travelling_by_data else times.link_delay),
                (Timer.HAND_OUT, 0),
                (Timer.ELECTION, times.poll),
                (Timer.PREEMPT, times.preempt[index]),
            ):
                if self._happens(location, self._event(Clock(timer, unit, index))):
                    yield Clock(timer, unit, index), after

    def _fails_after(self, location: Location, unit: Unit) -> int | None:
        """How long the unit is in the synchronisation state in which it fails; None in every other state."""
        ahead = obstacle_ahead(location.pair, self.settings, unit)
        if ahead is None or ahead[0] is not location.unit(unit).phase:
            return None
        return LOCKED if ahead[1] is Obstacle.LOCKED else self.times_of(location, unit).synchronization_in(ahead[0])

    def _event(self, clock: Clock) -> e.ProtocolStep:
        group = clock.number + 1 if self.settings.group_count > 1 else None
        unit = clock.unit
        if clock.timer in _STEPS_OF_UNITS:
            return _STEPS_OF_UNITS[clock.timer](unit=unit)
        return _STEPS_OF_GROUPS[clock.timer](unit=unit, group=group)

    def _happens(self, location: Location, event: e.ProtocolStep) -> bool:
        """True if the step is possible and changes something."""
        key = (location, event)
        known = self.effects.get(key)
        if known is None:
            known = step_possible(location.pair, self.settings, event) and self._changes(location, event)
            self.effects[key] = known
        return known

    def _changes(self, location: Location, event: e.Event) -> bool:
        try:
            return self._move(location, event, _moved(self.settings)).pair != location.pair
        except StepError:
            return False

    def is_routine(self, location: Location, unit: Unit) -> bool:
        """True if every hello of the unit arrives and is no news to its peer."""
        peer = unit.peer
        if location.probes_sent(peer) or location.loses(unit) or location.unit(peer).contact is not PeerContact.LINK:
            return False
        hello = e.HelloHeard(unit=peer)
        return hears_on_link(location.pair, self.settings, peer) and not self._happens(location, hello)

    # -- which of them matter ----------------------------------------------------------------------

    def _hello_matters(self, location: Location, unit: Unit) -> bool:
        return not self.lasting or hears_on_link(location.pair, self.settings, unit.peer)

    def _poll_matters(self, location: Location, unit: Unit, group: int) -> bool:
        if not self.lasting or self._reunites(location, unit, group):
            return True
        return any(
            block.group == group and (self._news(location, unit, index) or self._relieves(location, unit, index))
            for index, block in enumerate(self.blocks)
        )

    def _card_matters(self, location: Location, unit: Unit, group: int) -> bool:
        cards = [index for index, block in enumerate(self.blocks) if block.card and block.group == group]
        return any(not self.lasting or self._news(location, unit, index, card=True) for index in cards)

    def _news(self, location: Location, unit: Unit, index: int, *, card: bool = False) -> bool:
        """True if a check of the block's ports would change the unit's knowledge."""
        block = self.blocks[index]
        return block.card is card and looked(location, unit, index, block) != location.watch(unit, index)

    def _relieves(self, location: Location, unit: Unit, index: int) -> bool:
        """True if the unit's hellos on the block end a silence at its peer."""
        watched = self._watch_matters(location, unit.peer, index)
        return watched and self.carries_hellos(location, unit, index)

    def _reunites(self, location: Location, unit: Unit, group: int) -> bool:
        """True if the unit's interface hellos end the silence of a peer that had lost it on every channel (SPL-3)."""
        peer = unit.peer
        lost = location.unit(peer).contact is PeerContact.LOST and not hears_on_link(location.pair, self.settings, peer)
        places = (index for index, block in enumerate(self.blocks) if block.group == group)
        heard = any(self.carries_hellos(location, unit, index) for index in places)
        return lost and heard and self._happens(location, e.HelloHeard(unit=peer))

    def _watch_matters(self, location: Location, unit: Unit, index: int) -> bool:
        watch, pair = location.watch(unit, index), location.pair
        if watch.stage == JUDGED or watch.status is Status.NO_LINK or not self.watches(location, unit, index):
            return False
        if not (pair.unit(unit).listening and pair.unit(unit.peer).listening):
            return False
        return not self.lasting or can_fail(unit, lines(location, unit, self.blocks[index]))

    # -- when the longer ones are due ------------------------------------------------------------------

    def _silence_due(self, location: Location, unit: Unit) -> tuple[int, bool]:
        """The next due value of SILENCE in milliseconds; True if it ends the hold time, False if it is a probe."""
        times = self.times_of(location, unit)
        first = 1 if location.unit(unit).contact is PeerContact.DATA else times.probe_after
        probe = (first + location.probes_sent(unit)) * times.poll
        return (probe, False) if probe < times.silence else (times.silence, True)

    def probes_next(self, location: Location, unit: Unit) -> bool:
        """True if the unit asks its peer when SILENCE is due; False if its hold time ends then."""
        return not self._silence_due(location, unit)[1]

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
            yield TimerOutcome(location.with_watch(unit, index, InterfaceWatch(status=Status.FAILED, stage=JUDGED)))
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
