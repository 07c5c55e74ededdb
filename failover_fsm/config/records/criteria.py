"""Settings that decide when to fail over, and under which address: times, policies, virtual MAC addresses.

A unit of an Active/Standby pair has one of each, a failover group its own.
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar, Self

import attrs

from failover_fsm.config.values.field_values import Port, ValueNotAllowed, normal_mac, poll_words, to_port
from failover_fsm.config.values.kinds import checked

MAX_POLICY_COUNT = 250


class Unit(enum.Enum):
    """The fixed designation of a unit (HW-1); it does not change when roles do."""

    PRIMARY = "primary"
    SECONDARY = "secondary"

    __hash__ = object.__hash__  # there is one object of each, and hashing its name takes longer

    @property
    def peer(self) -> Unit:
        """The other unit of the pair."""
        return _PEERS[self]


_PEERS = {Unit.PRIMARY: Unit.SECONDARY, Unit.SECONDARY: Unit.PRIMARY}


@attrs.frozen(kw_only=True, field_transformer=checked)
class PollTime:
    """Unit poll and hold time in milliseconds (CFG-42 to CFG-44).

    The poll is 200 to 999 ms or whole seconds from 1 to 15; the hold is 800 to 990 ms or whole seconds from 1
    to 45, and at least 3 polls.
    """

    poll_ms: int = 1000
    hold_ms: int = 15000
    polls_in_hold: ClassVar[int] = 3
    poll_range: ClassVar[tuple[range, range]] = (range(200, 1000), range(1000, 15001, 1000))
    hold_range: ClassVar[tuple[range, range]] = (range(800, 991), range(1000, 45001, 1000))

    def __attrs_post_init__(self) -> None:
        self._check("poll time", self.poll_ms, self.poll_range)
        self._check("hold time", self.hold_ms, self.hold_range)
        least = self.polls_in_hold * self.poll_ms
        if self.hold_ms < least:
            raise ValueNotAllowed(
                f"hold time {self.hold_ms} ms is less than {self.polls_in_hold} times the poll time",
                f"{least} ms or more with a poll time of {self.poll_ms} ms",
            )

    @staticmethod
    def _check(name: str, value: int, ranges: tuple[range, range]) -> None:
        if not any(value in allowed for allowed in ranges):
            raise ValueNotAllowed(f"{name} {value} ms is out of range", poll_words(ranges))

    def with_poll(self, poll_ms: int) -> Self:
        """A new poll time alone: the hold time stays if it still may, else becomes the smallest that may."""
        self._check("poll time", poll_ms, self.poll_range)
        least = self.polls_in_hold * poll_ms
        if self.hold_ms >= least:
            return attrs.evolve(self, poll_ms=poll_ms)
        hold = min(value for allowed in self.hold_range for value in allowed if value >= least)
        return attrs.evolve(self, poll_ms=poll_ms, hold_ms=hold)


@attrs.frozen(kw_only=True, field_transformer=checked)
class InterfacePollTime(PollTime):
    """Interface poll and hold time in milliseconds (CFG-29 to CFG-31).

    The poll is 500 to 999 ms or whole seconds from 1 to 15; the hold whole seconds from 5 to 75, and at least
    5 polls.
    """

    poll_ms: int = 5000
    hold_ms: int = 25000
    polls_in_hold: ClassVar[int] = 5
    poll_range: ClassVar[tuple[range, range]] = (range(500, 1000), range(1000, 15001, 1000))
    hold_range: ClassVar[tuple[range, range]] = (range(0), range(5000, 75001, 1000))


@attrs.frozen(kw_only=True, field_transformer=checked)
class InterfacePolicy:
    """How many monitored interfaces must fail: a `count` 1 to 250 or a `percent` 1 to 100 (CFG-35)."""

    percent: int | None = None
    count: int | None = attrs.field()

    @count.default
    def _count_unless_percent(self) -> int | None:
        return 1 if self.percent is None else None

    def __attrs_post_init__(self) -> None:
        given, most = (self.count, MAX_POLICY_COUNT) if self.percent is None else (self.percent, 100)
        if given is None or not 1 <= given <= most or None not in (self.count, self.percent):
            raise ValueNotAllowed(f"interface policy {self} is out of range", f"1 to {MAX_POLICY_COUNT}, or 1% to 100%")

    def __str__(self) -> str:
        return f"{self.count}" if self.percent is None else f"{self.percent}%"

    def least(self, monitored: int) -> int | None:
        """How many of `monitored` interfaces must fail (CFG-35, CFG-36); None where that can never be."""
        if self.percent is None:
            return self.count
        return -(-self.percent * monitored // 100) if monitored else None

    def reached(self, failed: Any, monitored: int) -> bool:
        """Whether `failed` of `monitored` interfaces are enough to fail over (CFG-36); of none, never.

        Args:
            failed: A number, or what is only compared with one.
            monitored: How many interfaces are monitored.
        """
        least = self.least(monitored)
        return least is not None and failed >= least


@attrs.frozen(kw_only=True, field_transformer=checked)
class MacAddresses:
    """Virtual MAC addresses of a port (CFG-37): `active` goes with the active IP address (MAC-14)."""

    port: Port = attrs.field(converter=to_port)
    active: str = attrs.field(converter=normal_mac)
    standby: str = attrs.field(converter=normal_mac)
