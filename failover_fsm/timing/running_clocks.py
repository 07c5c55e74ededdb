"""Which clocks of a timed pair run in a location, when each is due, and which of them matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_number, obstacle_ahead, step_possible
from failover_fsm.pair.health import Status, hears_on_link, status
from failover_fsm.pair.obstacles import Obstacle
from failover_fsm.pair.pair import changing_steps
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, State
from failover_fsm.timing.forwarding import forwarding
from failover_fsm.timing.location import (
    GOOD_WATCH,
    JUDGED,
    JUDGED_FAILED,
    OVER,
    UNITS,
    Clock,
    InterfaceBlock,
    InterfaceWatch,
    Location,
    Timer,
    failed_of,
)
from failover_fsm.timing.pauses import NEVER, STANDS_STILL, awake
from failover_fsm.timing.ports import can_fail, carries, lines, looked
from failover_fsm.timing.times import BOOT, LOCKED, Times

__all__ = ["Effects", "RunningClocks", "every_port"]

Effects = dict[tuple[Location, e.Event], bool]
"""Whether a step is possible in a location and changes it."""


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
class RunningClocks:
    """Which clocks of a timed pair run in a location, and when each is due.

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
    _times: dict[PairConfig, Times] = attrs.field(factory=dict, init=False, repr=False)

    def at(self, pair: State) -> Location:
        """The location of a pair at rest: a unit that has tested its monitored interfaces knows which have failed."""
        fresh = (GOOD_WATCH,) * len(self.blocks)
        location = Location(pair=pair, watches=(fresh, fresh))
        testing = {event.unit for event, _ in changing_steps(pair, self.settings) if type(event) is e.InterfacesChecked}
        for unit in UNITS:
            if location.unit(unit).listening and unit not in testing:
                location = location.with_watches(unit, self._tested(location, unit))
        return location

    def _tested(self, location: Location, unit: Unit) -> tuple[InterfaceWatch, ...]:
        """What the unit knows of each block after its interface tests."""
        known = {Status.NO_LINK: InterfaceWatch(status=Status.NO_LINK), Status.FAILED: JUDGED_FAILED}
        return tuple(
            known.get(status(location.pair, self.settings, unit, block.ports[0]), GOOD_WATCH)
            if self.watches(location, unit, index)
            else GOOD_WATCH
            for index, block in enumerate(self.blocks)
        )

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
        group = group_number(self.settings, clock.number)
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

    def _changes(self, location: Location, event: e.ProtocolStep) -> bool:
        """Whether a step that is possible changes the pair; who moves the pair knows that."""
        raise NotImplementedError

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
