"""The failure conditions of Table 13-7 and a few more: what happens to a settled pair, and what is awaited."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import COUNTED
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, Role, State
from failover_fsm.pair.step import next_state
from failover_fsm.timing.location import UNITS, Clock, InterfaceBlock, Location, Timer
from failover_fsm.timing.times import Times

__all__ = ["CONDITIONS", "TWO_FAULTS", "Condition", "FailureCase", "blocks", "settled", "settled_cases"]


@attrs.frozen(kw_only=True)
class FailureCase:
    """One way in which a condition can come about.

    Attributes:
        pair: The settled pair before.
        group: The position of the failover group that is observed.
        active: The unit that is active in `group`.
        faults: The events, all at the same instant.
        blocks: The monitored interfaces; the broken ones are one block.
        later: A second event at any time until the takeover.
    """

    pair: State
    active: Unit
    group: int
    faults: tuple[e.Event, ...]
    blocks: tuple[InterfaceBlock, ...]
    later: e.UnitFailed | None = None

    def detected(self, location: Location) -> bool:
        """True if some unit has noticed: it hears its peer less well, or counts an interface of the group as failed."""
        return self.detected_on(location, self.blocks)

    def detected_on(self, location: Location, blocks: tuple[InterfaceBlock, ...]) -> bool:
        """The same of a location whose interfaces are divided into other blocks."""
        for unit in UNITS:
            own = location.unit(unit)
            if own.listening and own.contact is not PeerContact.LINK:
                return True
            watched = zip(blocks, location.watches[UNITS.index(unit)], strict=True)
            if any(block.group == self.group and watch.status in COUNTED for block, watch in watched):
                return True
        return False

    def taken_over(self, location: Location) -> bool:
        """True if the group is active on the unit on which it was not."""
        return location.unit(self.active.peer).groups[self.group].role is Role.ACTIVE

    def ages(self, times: Times) -> tuple[dict[Clock, int], dict[Clock, Clock]]:
        """The clocks of a settled pair.

        Each unit sends at a phase of its own; the last hello received is the last one that the peer sent.

        Returns:
            The greatest value of each clock in milliseconds, and the clocks that are equal to another.
        """
        ages: dict[Clock, int] = {}
        tied: dict[Clock, Clock] = {}
        for unit in UNITS:
            ages[Clock(Timer.HELLO, unit)] = times.poll
            tied[Clock(Timer.SILENCE, unit)] = Clock(Timer.HELLO, unit.peer)
            for group, item in enumerate(times.interfaces):
                ages[Clock(Timer.POLL, unit, group)] = item.poll
                ages[Clock(Timer.CARD, unit, group)] = item.card_poll
            for index, block in enumerate(self.blocks):
                tied[Clock(Timer.WATCH, unit, index)] = Clock(Timer.POLL, unit.peer, block.group)
        return ages, tied


CasesOf = Callable[[Settings], list[FailureCase]]


@attrs.frozen(kw_only=True)
class Condition:
    """A failure condition.

    Attributes:
        id: The name of the condition.
        description: The condition in words.
        rules: The rules of the chapter.
        cases: Every way in which it can come about in a pair with these settings; none if it cannot.
        announced: True if the units are notified, so that there is nothing to detect.
    """

    id: str
    description: str
    rules: tuple[str, ...]
    cases: CasesOf
    announced: bool = False


# -- where it begins -----------------------------------------------------------------------------


def settled(settings: Settings, first: Unit) -> State:
    """The pair after `first` has booted alone and its peer has joined.

    In an Active/Active pair each group is then moved to its preferred unit.
    """
    state = cold(settings)
    for unit in (first, first.peer):
        state = _settle(_after(state, settings, e.UnitRestored(unit=unit)), settings)
    for index, group in enumerate(settings.groups):
        if state.unit(group.preferred).groups[index].role is not Role.ACTIVE:
            state = _settle(_after(state, settings, e.FailoverActive(unit=group.preferred, group=index + 1)), settings)
    return state


def _after(state: State, settings: Settings, event: e.Event) -> State:
    return next_state(state, settings, event).state


def _settle(state: State, settings: Settings) -> State:
    while (following := next(changing_steps(state, settings), None)) is not None:
        state = following[1]
    return state


def _starts(settings: Settings) -> Iterator[tuple[State, Unit, int]]:
    """Settled pairs, with the active unit of each of their groups."""
    firsts = (Unit.PRIMARY,) if settings.groups else UNITS
    for first in firsts:
        state = settled(settings, first)
        for index in range(settings.group_count):
            for unit in UNITS:
                if state.unit(unit).groups[index].role is Role.ACTIVE:
                    yield state, unit, index


def _name(settings: Settings, index: int) -> int | None:
    return index + 1 if settings.groups else None


def blocks(settings: Settings, broken: tuple[int, ...] = (), *, card: bool = False) -> tuple[InterfaceBlock, ...]:
    """The monitored interfaces: the broken ones, and the others of each group."""
    found = []
    for index in range(settings.group_count):
        fallen = tuple(port for port in broken if settings.ports[port].group == index)
        found += [InterfaceBlock(group=index, ports=fallen, card=card)] if fallen else []
    for index in range(settings.group_count):
        whole = tuple(port for port in settings.counted_in(index) if port not in broken)
        found += [InterfaceBlock(group=index, ports=whole)] if whole else []
    return tuple(found)


# -- what happens ----------------------------------------------------------------------------------


def settled_cases(settings: Settings) -> list[FailureCase]:
    """The settled pairs without any fault."""
    return [
        FailureCase(pair=state, active=unit, group=index, faults=(), blocks=blocks(settings))
        for state, unit, index in _starts(settings)
    ]


def _dies(settings: Settings) -> list[FailureCase]:
    return [attrs.evolve(case, faults=(e.UnitFailed(unit=case.active),)) for case in settled_cases(settings)]


def _link_lost(settings: Settings) -> list[FailureCase]:
    return [attrs.evolve(case, faults=(e.FailoverLinkFailed(),)) for case in settled_cases(settings)]


def _silent_interfaces() -> CasesOf:
    def of(settings: Settings) -> list[FailureCase]:
        found = []
        for state, unit, index in _starts(settings):
            broken = _enough(settings, index)
            if broken:
                names = (settings.ports[port].name for port in broken)
                faults = tuple(e.InterfaceTrafficFailed(unit=unit, interface=name) for name in names)
                places = blocks(settings, broken)
                found.append(FailureCase(pair=state, active=unit, group=index, faults=faults, blocks=places))
        return found

    return of


def _ports_down(*, card: bool = False) -> CasesOf:
    def of(settings: Settings) -> list[FailureCase]:
        found = []
        for state, unit, index in _starts(settings):
            for broken, faults in _enough_ports(settings, index, unit):
                places = blocks(settings, broken, card=card)
                found.append(FailureCase(pair=state, active=unit, group=index, faults=faults, blocks=places))
        return found

    return of


def _enough_ports(settings: Settings, index: int, unit: Unit) -> Iterator[tuple[tuple[int, ...], tuple[e.Fault, ...]]]:
    """The interfaces on as many ports as the policy of the group asks for, and the ports' faults; none if too few.

    Once for each kind of port, which then fails first: kinds differ in the links and the interfaces on them.
    """
    over_several = dict(settings.together.over_several)
    places = [position for position in settings.counted_in(index) if position not in over_several]
    kinds: dict[tuple[object, ...], int] = {}
    for position in places:
        kinds.setdefault(_kind_of_port(settings, position), position)
    for first in kinds.values():
        broken: list[int] = []
        faults: list[e.Fault] = []
        for position in (first, *places):
            if position in broken:
                continue
            carrier = settings.together.shared_at.get(position)
            if carrier is None:
                broken.append(position)
                faults.append(e.InterfaceLinkFailed(unit=unit, interface=settings.ports[position].name))
            else:
                broken += [each for each in carrier.interfaces if each in settings.counted]
                faults.append(e.PortFailed(unit=unit, port=carrier.name))
            if settings.over_policy(sum(settings.ports[each].group == index for each in broken), index):
                yield tuple(broken), tuple(faults)
                break


def _kind_of_port(settings: Settings, position: int) -> tuple[object, ...]:
    """Ports of one kind make no difference to the times: the same links, and as many interfaces of each group."""
    carrier = settings.together.shared_at.get(position)
    if carrier is None:
        return ()
    counted = sorted(settings.ports[each].group for each in carrier.interfaces if each in settings.counted)
    return carrier.failover, carrier.stateful, bool(carrier.partly), tuple(counted)


def _enough(settings: Settings, index: int) -> tuple[int, ...]:
    """As many monitored interfaces of the group as its policy requires; none if there are fewer."""
    ports = settings.counted_in(index)
    count = next((n for n in range(1, len(ports) + 1) if settings.over_policy(n, index)), None)
    return () if count is None else ports[:count]


def _returns(settings: Settings) -> list[FailureCase]:
    """A group with `preempt` is active on the other unit when its preferred unit becomes available."""
    found = []
    for index, group in enumerate(settings.groups):
        if not group.preempt:
            continue
        peer = group.preferred.peer
        state = _settle(_after(cold(settings), settings, e.UnitRestored(unit=peer)), settings)
        state = _after(state, settings, e.UnitRestored(unit=group.preferred))
        while not state.unit(group.preferred).groups[index].return_pending:
            state = next(changing_steps(state, settings))[1]
        found.append(FailureCase(pair=state, active=peer, group=index, faults=(), blocks=blocks(settings)))
    return found


def _forced(settings: Settings) -> list[FailureCase]:
    found = []
    for state, unit, index in _starts(settings):
        group = _name(settings, index)
        for event in (e.FailoverActive(unit=unit.peer, group=group), e.NoFailoverActive(unit=unit, group=group)):
            found.append(FailureCase(pair=state, active=unit, group=index, faults=(event,), blocks=blocks(settings)))
    return found


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        id="active-unit-dies",
        description="the active unit loses power or stops",
        rules=("T7-1", "UHM-5", "UHM-8", "UHM-9"),
        cases=_dies,
    ),
    Condition(
        id="interface-link-down",
        description="ports of the active unit go down, as many as the interface policy asks for",
        rules=("T7-2", "IFM-25"),
        cases=_ports_down(),
    ),
    Condition(
        id="interface-link-down-4ge",
        description="the same on a 4GE card",
        rules=("T7-3",),
        cases=_ports_down(card=True),
    ),
    Condition(
        id="interface-silent",
        description="ports of the active unit are up but receive nothing, as many as the policy asks for",
        rules=("T7-4", "IFM-3", "IFM-22", "IFM-23", "CFG-32"),
        cases=_silent_interfaces(),
    ),
    Condition(
        id="failover-link-lost",
        description="the failover link is cut",
        rules=("UHM-4", "UHM-7", "T2-4"),
        cases=_link_lost,
    ),
    Condition(
        id="preempted-return",
        description="the unit that a group with preempt prefers is available again",
        rules=("PRE-5",),
        cases=_returns,
        announced=True,
    ),
    Condition(
        id="forced",
        description="the operator moves the active role",
        rules=("TRG-4",),
        cases=_forced,
        announced=True,
    ),
)
"""Every condition, in the order of output."""


def _dies_under_test(settings: Settings) -> list[FailureCase]:
    silent = _silent_interfaces()(settings)
    return [attrs.evolve(case, later=e.UnitFailed(unit=case.active)) for case in silent]


TWO_FAULTS: tuple[Condition, ...] = (
    Condition(
        id="active-unit-dies-under-test",
        description="ports of the active unit fall silent, and the unit dies before the interface tests have come to "
        "an end",
        rules=("T7-1", "T7-4"),
        cases=_dies_under_test,
    ),
)
"""Conditions with a second fault; promises can be about them."""
