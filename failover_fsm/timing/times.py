"""The times of a pair in milliseconds: those from the configuration, and assumed durations."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

import attrs

from failover_fsm.config.records.criteria import InterfacePollTime, PollTime
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import JOINING, Phase

__all__ = ["BOOT", "CARD_POLL", "LOCKED", "LONGEST_TEST", "SYNCHRONIZATION", "InterfaceTimes", "Times", "seconds"]

LONGEST_TEST = 5000
"""The longest interface test: 5 seconds (IFM-10, IFM-12, IFM-13), in milliseconds."""

CARD_POLL = 2000
"""The longest time between two checks of a port of a 4GE card: 2 seconds (T7-3), in milliseconds."""

SYNCHRONIZATION = 4000
"""The duration of a synchronisation in milliseconds, if none is given; real ones last seconds to minutes (SYN-7)."""

LOCKED = 300_000
"""How long a joining unit waits for a locked configuration before it reloads: five minutes, as message 105021 tells."""

BOOT = 30_000
"""The duration of a `reload` until the unit negotiates, in milliseconds; real ones take minutes."""

NETWORK_TESTS = 4
"""The network tests after the link test: network activity, two ARP requests, broadcast ping (IFM-4, IFM-11)."""


@attrs.frozen(kw_only=True)
class InterfaceTimes:
    """Interface poll and hold time in milliseconds (CFG-28, CFG-40); shorter ones detect failures sooner (IFM-24)."""

    poll: int
    hold: int

    @property
    def test(self) -> int:
        """The milliseconds of one network test: four have to fit into the second half of the hold time."""
        return min(LONGEST_TEST, self.hold // (2 * NETWORK_TESTS))

    @property
    def card_poll(self) -> int:
        """The milliseconds between two checks of a port of a 4GE card (T7-3)."""
        return max(CARD_POLL, self.poll)


@attrs.frozen(kw_only=True)
class Times:
    """Every time of a pair, in milliseconds.

    Attributes:
        poll: The unit poll time (CFG-41).
        hold: The unit hold time (CFG-41).
        interfaces: One per failover group; Active/Standby has one.
        preempt: The preempt delay of each group (PRE-5).
        probe_after: The number of polls without a hello before a unit probes on every interface (UHM-2, UHM-7).
        from_first_missed: True if hold times begin with the first missed hello, False if with the last received one
            (UHM-8, CFG-32).
        link_delay: The delay of a message on the failover link (LNK-19).
        synchronization: The duration of a synchronisation through its four states (SYN-7). Each takes a quarter, so
            that a pair without Stateful Failover, which has no bulk synchronisation, is ready after three quarters.
    """

    poll: int = 1000
    hold: int = 15_000
    interfaces: tuple[InterfaceTimes, ...] = (InterfaceTimes(poll=5000, hold=25_000),)
    preempt: tuple[int, ...] = (0,)
    probe_after: int = 2
    from_first_missed: bool = False
    link_delay: int = 0
    synchronization: int = SYNCHRONIZATION

    @classmethod
    def of(cls, config: PairConfig, options: Options | None = None) -> Times:
        """The times of a configured pair under these options."""
        groups = config.groups
        polls = [group.interface_poll for group in groups] or [config.interface_poll]
        return attrs.evolve(
            cls.under(options or Options(), config.unit_poll),
            interfaces=tuple(InterfaceTimes(poll=each.poll_ms, hold=each.hold_ms) for each in polls),
            preempt=tuple(group.preempt_delay * 1000 for group in groups) or (0,),
        )

    @classmethod
    def under(cls, options: Options, unit: PollTime | None = None, interface: PollTime | None = None) -> Times:
        """The times of an Active/Standby pair under these options; missing arguments have their defaults."""
        one, other = unit or PollTime(), interface or InterfacePollTime()
        return cls(
            poll=one.poll_ms,
            hold=one.hold_ms,
            interfaces=(InterfaceTimes(poll=other.poll_ms, hold=other.hold_ms),),
            probe_after=options.probe_after,
            from_first_missed=options.count_from == "first-missed",
        )

    def with_durations(self, link_delay: int | None = None, synchronization: int | None = None) -> Times:
        """The times with another delay of the failover link or length of a synchronisation; None leaves it."""
        return attrs.evolve(
            self,
            link_delay=self.link_delay if link_delay is None else link_delay,
            synchronization=self.synchronization if synchronization is None else synchronization,
        )

    @property
    def silence(self) -> int:
        """Milliseconds from the last hello of the peer to the end of the unit hold time."""
        return self.hold + (self.poll if self.from_first_missed else 0)

    def quiet(self, group: int) -> int:
        """Milliseconds from the last interface hello to the start of the hold time; tests begin at its half."""
        return self.interfaces[group].poll if self.from_first_missed else 0

    def synchronization_in(self, phase: Phase) -> int:
        """The milliseconds of one state of the synchronisation; the last one takes what is left."""
        part = self.synchronization // len(JOINING)
        return self.synchronization - part * (len(JOINING) - 1) if phase is JOINING[-1] else part

    @property
    def tick(self) -> int:
        """The greatest common divisor of all times, in milliseconds."""
        parts = [self.poll, self.hold, BOOT, *map(self.synchronization_in, JOINING), *self.preempt]
        for item in self.interfaces:
            parts += [item.poll, item.hold // 2, item.test, item.card_poll]
        return gcd(*parts)

    def assumptions(self) -> Iterator[str]:
        """The assumptions of every bound, one sentence each."""
        yield f"unit poll {seconds(self.poll)} s, hold {seconds(self.hold)} s"
        for index, item in enumerate(self.interfaces):
            where = f" of group {index + 1}" if len(self.interfaces) > 1 else ""
            card = f"; ports of a 4GE card are looked at every {seconds(item.card_poll)} s"
            yield f"interface poll{where} {seconds(item.poll)} s, hold {seconds(item.hold)} s{card}"
        begins = "first hello that is missed" if self.from_first_missed else "last hello that was heard"
        yield f"probes after {self.probe_after} polls without a hello; hold times begin with the {begins}"
        yield "the pair is at rest when the fault comes, every timer in any phase; nothing is repaired"
        yield "hand-over messages and answers to probes take no time"


def seconds(milliseconds: int) -> str:
    """A time in seconds as traces and tables write it, with no more decimals than needed."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)
