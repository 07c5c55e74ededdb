"""Interface health: the status of an interface on a unit, and the tests that find it.

Searches use the *folded* verdict of `status`: what the interface tests come to in the end, from
the ports, the traffic and the path (IFM-5 to IFM-17).  The tests themselves, step by step, are
the small machine `InterfaceTest` for both units in lock-step; that its outcome is the folded
verdict is proved by exploring it (it is also what a timed pair runs).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.pair.impairments import carries, link_carries
from failover_fsm.pair.obstacles import Obstacles
from failover_fsm.pair.ports import is_up
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import DEAF, SENDING, Interface, LinkState, PortState, State, Unit
from failover_fsm.records import Queryable, Questioned, ask


class Status(enum.Enum):
    """The status of an interface as a unit prints it."""

    NORMAL = "normal"
    WAITING = "waiting"
    TESTING = "testing"
    FAILED = "failed"
    NO_LINK = "no-link"
    LINK_DOWN = "link-down"
    UNKNOWN = "unknown"


COUNTED = (Status.FAILED, Status.NO_LINK)
"""The statuses that count towards the interface policy (IFM-16, IFM-25)."""


Interfaces = tuple[Interface, ...]
_GOOD, _DOWN, _WHOLE = PortState.GOOD, PortState.DOWN, LinkState.GOOD


def carries_hellos(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> bool:
    """A hello of the peer could reach the unit on one of these interfaces."""
    peer = unit.peer
    for index in places:
        port = interfaces[index]
        if port.leads_to(unit) and port.line(unit) is _GOOD and port.line(peer) in SENDING:
            return True
    return False


def ports_down(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> int:
    """How many ports of the unit are down on these interfaces."""
    return [interfaces[index].line(unit) for index in places].count(_DOWN)


def silent_alone(interfaces: Interfaces, places: tuple[int, ...], unit: Unit) -> int:
    """On how many of these interfaces the unit receives nothing while its peer goes on to receive (IFM-14, IFM-16)."""
    ports = [interfaces[index] for index in places]
    return sum([port.line(unit) in DEAF and port.line(unit.peer) is _GOOD for port in ports])


def enough_failed(
    interfaces: Interfaces, places: tuple[int, ...], silent: tuple[int, ...], unit: Unit, least: int
) -> bool:
    """At least so many of the unit's interfaces have failed: ports down, and silent alone, each where it counts."""
    return ports_down(interfaces, places, unit) + silent_alone(interfaces, silent, unit) >= least


Watched = tuple[tuple[int, ...], tuple[int, ...]]
"""Positions of the interfaces on which a unit's ports count, and of those on which its silence counts too."""


def more_failed(interfaces: Interfaces, own: Watched, of_peer: Watched, unit: Unit) -> bool:
    """The unit has more failed interfaces than its peer."""
    failed = ports_down(interfaces, own[0], unit) + silent_alone(interfaces, own[1], unit)
    return failed > ports_down(interfaces, of_peer[0], unit.peer) + silent_alone(interfaces, of_peer[1], unit.peer)


def failover_link_works(state: State, settings: Settings) -> bool:
    """The failover link carries messages: it is whole, so are the ports under it, and the keys agree (KEY-3)."""
    places = settings.together.failover
    whole = state.links.failover is _WHOLE and ask(state.obstacles, Obstacles.keys_agree)
    return whole and (not places or ask(state.interfaces, is_up, places))


def link_works_both_ways(state: State, settings: Settings) -> bool:
    """The failover link carries messages, and to both units they arrive."""
    both = all(ask(state.impairments, link_carries, unit) for unit in Unit)
    return failover_link_works(state, settings) and both


def stateful_link_works(state: State, settings: Settings) -> bool:
    """The same of a Stateful Failover link of its own."""
    places = settings.together.stateful
    whole = state.links.stateful is _WHOLE and ask(state.obstacles, Obstacles.keys_agree)
    return whole and (not places or ask(state.interfaces, is_up, places))


def module_failed(state: State, settings: Settings, unit: Unit) -> bool:
    """The unit's service module is dead, and by its configuration that makes the unit failed (TRG-2)."""
    return settings.at(state, unit).monitors_module and not state.module_works(unit)


def hears_on_link(state: State, settings: Settings, unit: Unit) -> bool:
    """A hello of the peer can reach the unit on the failover link now."""
    both = state.unit(unit).listening and state.unit(unit.peer).listening
    return both and failover_link_works(state, settings) and ask(state.impairments, link_carries, unit)


def hears_on_data(state: State, settings: Settings, unit: Unit) -> bool:
    """A hello of the peer can reach the unit on a monitored interface now.

    One-way: the peer's port must be up, the unit's must receive.  A unit that has not heard its
    peer on the failover link since it booted takes no hello there for contact (T2-5).
    """
    own, peer = state.unit(unit), state.unit(unit.peer)
    if not (own.listening and peer.listening) or not own.acquainted or not ask(state.impairments, carries, unit):
        return False
    return ask(state.interfaces, carries_hellos, common(state, settings, unit), unit)


def answers_on_data(state: State, settings: Settings, unit: Unit) -> bool:
    """An answer of the peer to the unit's probe can reach it on an interface now, monitored or not (UHM-2)."""
    own, peer = state.unit(unit), state.unit(unit.peer)
    if not (own.listening and peer.listening) or not own.acquainted or not ask(state.impairments, carries, unit):
        return False
    return ask(state.interfaces, carries_hellos, probed(state, settings, unit), unit)


def probed(state: State, settings: Settings, unit: Unit) -> tuple[int, ...]:
    """Positions of the interfaces on which the unit asks and its peer can answer."""
    own, peer = settings.at(state, unit), settings.at(state, unit.peer)
    if own is peer:
        return own.probed
    return tuple(index for index in own.probed if peer.ports[index].addressed and not peer.ports[index].shutdown)


def common(state: State, settings: Settings, unit: Unit) -> tuple[int, ...]:
    """Positions of the interfaces on which the unit's peer sends hellos and the unit takes them (IFM-19, IFM-21)."""
    own, peer = settings.at(state, unit), settings.at(state, unit.peer)
    if own is peer:
        return own.counted
    return tuple(index for index in own.counted if index in peer.counted)


def hears(state: State, settings: Settings, unit: Unit) -> bool:
    """A hello of the peer, or its answer to a probe, can reach the unit on some channel now."""
    return hears_on_link(state, settings, unit) or answers_on_data(state, settings, unit)


def status(state: State, settings: Settings, unit: Unit, index: int) -> Status:
    """The status that the unit's interface at `index` settles in.

    Silence is a failure if the peer's interface passes traffic meanwhile (IFM-14); else it is Unknown, with a peer's
    port that is silent too or down (IFM-16, IFM-23).  Without contact a unit cannot learn its peer's
    results, so silence is then Unknown, which does not count.
    """
    port, theirs = settings.at(state, unit).ports[index], settings.at(state, unit.peer).ports[index]
    if port.shutdown:
        return Status.LINK_DOWN
    interface = state.interfaces[index]
    line = interface.line(unit)
    if line is PortState.DOWN:
        return Status.NO_LINK
    if not port.addressed:
        return Status.WAITING
    if line in DEAF:
        receives = interface.line(unit.peer) is PortState.GOOD and not theirs.shutdown
        return Status.FAILED if receives and hears(state, settings, unit) else Status.UNKNOWN
    sends = interface.line(unit.peer) in SENDING and theirs.addressed and not theirs.shutdown
    sends = sends and state.unit(unit.peer).listening and state.runs(unit.peer)
    return Status.NORMAL if sends else Status.WAITING


def failed_interfaces(state: State, settings: Settings, unit: Unit, group: int = 0) -> int:
    """How many monitored interfaces of the unit's group have failed (TRG-3, TRG-9, IFM-20): those with `COUNTED`.

    As `status` says of each, put as questions about all of them together.
    """
    down = ask(state.interfaces, ports_down, settings.at(state, unit).counted_in(group), unit)
    silent = ask(state.interfaces, silent_alone, _passing(state, settings, unit, group), unit)
    return down + silent if silent and hears(state, settings, unit) else down


def _passing(state: State, settings: Settings, unit: Unit, group: int) -> tuple[int, ...]:
    """The monitored interfaces of the group that the peer has not shut down, so that silence there may count."""
    own, peer = settings.at(state, unit), settings.at(state, unit.peer)
    places = own.counted_in(group)
    return places if own is peer else tuple(index for index in places if not peer.ports[index].shutdown)


def failed_by_group(state: State, settings: Settings, unit: Unit) -> Sequence[Any]:
    """The failed monitored interfaces of the unit, one number per group.

    A plain tuple of numbers, so that results can be cached; where a state can only be asked, numbers that rules
    compare and nobody counts.
    """
    if isinstance(state, Queryable) or isinstance(state.interfaces, Questioned):
        return tuple(FailedCount(state, settings, unit, index) for index in range(settings.group_count))
    return tuple(failed_interfaces(state, settings, unit, index) for index in range(settings.group_count))


@attrs.frozen(eq=False)
class FailedCount:
    """The number of failed monitored interfaces of a unit's group, which is compared and never counted.

    A comparison asks of the interfaces no more than its own answer.

    Attributes:
        state: The pair, in a form that can only be asked.
        settings: What the protocol reads.
        unit: The unit.
        group: The position of the failover group.
        more: So many are added to the number.
    """

    state: State = attrs.field(repr=False)
    settings: Settings = attrs.field(repr=False)
    unit: Unit
    group: int
    more: int = 0

    def __add__(self, number: int) -> FailedCount:
        return attrs.evolve(self, more=self.more + number)

    def __ge__(self, number: int) -> bool:
        """Whether there are so many; contact with the peer is looked at only where silence decides."""
        state, unit, least = self.state, self.unit, number - self.more
        places = self.settings.at(state, unit).counted_in(self.group)
        if ask(state.interfaces, enough_failed, places, (), unit, least):
            return True
        passing = _passing(state, self.settings, unit, self.group)
        return ask(state.interfaces, enough_failed, places, passing, unit, least) and hears(state, self.settings, unit)

    def __gt__(self, other: FailedCount) -> bool:
        """Whether there are more than on the peer.  Raises TypeError for any other number."""
        if (self.more, other.more, other.unit) != (0, 0, self.unit.peer):
            raise TypeError(f"{self} is compared with a number of the peer only")
        return ask(self.state.interfaces, more_failed, self._watched(), other._watched(), self.unit)

    def _watched(self) -> Watched:
        state, settings, unit = self.state, self.settings, self.unit
        passing = _passing(state, settings, unit, self.group) if hears(state, settings, unit) else ()
        return settings.at(state, unit).counted_in(self.group), passing


class Test(enum.Enum):
    """The interface tests in their order (IFM-4); ARP asks two neighbours (IFM-11)."""

    LINK = "link up/down"
    ACTIVITY = "network activity"
    ARP_1 = "arp, newest entry"
    ARP_2 = "arp, entry before"
    PING = "broadcast ping"


NETWORK_TESTS = (Test.ACTIVITY, Test.ARP_1, Test.ARP_2, Test.PING)


@attrs.frozen(kw_only=True)
class InterfaceTest:
    """Both units test one interface in lock-step.

    lines: the port of the primary and of the secondary.  contact: each unit hears the other's
    results.  test: the one that is running, None when the tests are over.  verdicts: None while open.
    """

    lines: tuple[PortState, PortState]
    contact: bool
    test: Test | None = Test.LINK
    verdicts: tuple[Status | None, Status | None] = (None, None)

    def outcomes(self) -> Iterator[InterfaceTest]:
        """Every way the running test can end.

        Whether the network has traffic during one test is open; a port that receives at all
        receives it then.  The last test makes its own: the broadcast ping is answered (IFM-13).
        """
        if self.test is None:
            return
        if self.test is Test.LINK:
            found = tuple(Status.NO_LINK if line is PortState.DOWN else None for line in self.lines)
            yield self._next((found[0], found[1]))
            return
        for traffic in (True,) if self.test is Test.PING else (True, False):
            received = tuple(traffic and line is PortState.GOOD for line in self.lines)
            yield self._next((self._judge(0, received), self._judge(1, received)))

    def _judge(self, side: int, received: tuple[bool, ...]) -> Status | None:
        """The verdict of one unit after a test: traffic is health, and one-sided traffic decides (IFM-7, IFM-8)."""
        settled = self.verdicts[side]
        if settled is not None:
            return settled
        if received[side]:
            return Status.NORMAL
        if received[1 - side] and self.contact:
            return Status.FAILED
        return Status.UNKNOWN if self.test is Test.PING else None

    def _next(self, verdicts: tuple[Status | None, Status | None]) -> InterfaceTest:
        tests = (Test.LINK, *NETWORK_TESTS)
        following = None if None not in verdicts else tests[tests.index(self.test) + 1]  # the ping leaves none open
        return attrs.evolve(self, test=following, verdicts=verdicts)
