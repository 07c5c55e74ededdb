"""A second, independent simulation of a failover pair in time, for comparison with the bounds of the package.

Written from the rules alone: it imports nothing of the package, knows no tables and no zones, and tries every phase
one by one.  Time goes in eighths of a second.  Two orders of what happens in the same instant are tried: hellos
before timers, and timers before hellos.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

POLL, HOLD = 8, 24
IF_POLL, IF_HOLD = 8, 40
PROBE = 2 * POLL
ACTIVE, STANDBY = 0, 1


class Pair:
    """Unit 0 is active, unit 1 is standby.  hello, poll: ticks since each unit sent on link, on interfaces."""

    def __init__(self, hello: tuple[int, int], poll: tuple[int, int], hold: int, probe: int, if_poll: int) -> None:
        self.hello, self.poll = list(hello), list(poll)
        self.silence = [hello[1], hello[0]]
        self.quiet = [poll[1], poll[0]]
        self.hold, self.probe, self.if_poll = hold, probe, if_poll
        self.power = [True, True]
        self.role = ["active", "ready"]
        self.link = True
        self.link_failed = [False, False]
        self.leaderless = 0
        self.port, self.receives = [True, True], [True, True]
        self.failed = [False, False]
        self.data_paths = True
        self.noticed: int | None = None
        self.taken: int | None = None
        self.idle = 0
        self.unserved = 0

    def hears(self, unit: int) -> bool:
        return self.power[0] and self.power[1] and self.link

    def send_hellos(self, now: int) -> None:
        for unit in (0, 1):
            if self.power[unit] and self.hello[unit] >= POLL:
                self.hello[unit] = 0
                if self.hears(1 - unit):
                    self.silence[1 - unit] = 0
                    self.link_failed[1 - unit] = False

    def unit_timers(self, now: int) -> None:
        for unit in (0, 1):
            if not self.power[unit]:
                continue
            if self.silence[unit] >= self.hold:
                self.note(now)
                if self.role[unit] != "active":
                    self.become_active(unit, now)
                self.silence[unit] = -(10**6)
            elif self.silence[unit] >= self.probe and not self.link_failed[unit]:
                if self.hears(unit):
                    self.silence[unit] = 0
                elif all(self.power) and self.data_paths:
                    self.link_failed[unit] = True
                    self.silence[unit] = -(10**6)  # data interfaces go on answering
                    self.note(now)
                    self.sample(unit, now)

    def sample(self, unit: int, now: int) -> None:
        """The failover link alone is lost: the unit looks at its ports and compares them with its peer's (SPL-8)."""
        peer = 1 - unit
        worse = not self.port[unit] and self.port[peer]
        if self.role[unit] == "active" and self.role[peer] == "ready" and worse:
            self.role[unit] = "ready"
            self.become_active(peer, now)

    def election(self, now: int) -> None:
        """The standby hears on data interfaces for one poll that nobody is active, and takes over (UHM-5)."""
        alone = self.link_failed[STANDBY] and "active" not in self.role and self.role[STANDBY] == "ready"
        if alone and self.leaderless >= POLL:
            self.become_active(STANDBY, now)
        self.leaderless = self.leaderless + 1 if alone else 0

    def interface_polls(self, now: int) -> None:
        for unit in (0, 1):
            if self.power[unit] and self.poll[unit] >= self.if_poll:
                self.poll[unit] = 0
                if not self.port[unit] and not self.failed[unit]:
                    self.fail(unit, now)
                if self.power[1 - unit] and self.port[unit] and self.port[1 - unit] and self.receives[1 - unit]:
                    self.quiet[1 - unit] = 0

    def interface_tests(self, now: int) -> None:
        for unit in (0, 1):
            if not self.power[unit] or self.failed[unit]:
                continue
            if self.quiet[unit] >= IF_HOLD and not self.receives[unit] and self.power[1 - unit]:
                self.fail(unit, now)
            elif self.quiet[unit] >= IF_HOLD // 2 and self.receives[unit]:
                self.quiet[unit] = 0  # other traffic

    def fail(self, unit: int, now: int) -> None:
        self.failed[unit] = True
        self.note(now)
        peer = 1 - unit
        if self.role[unit] == "active" and self.role[peer] == "ready" and not self.link_failed[unit]:
            self.role[unit] = "failed"
            if self.hears(unit):  # else the message is lost
                self.become_active(peer, now)
        elif self.role[unit] == "ready":
            self.role[unit] = "failed"

    def become_active(self, unit: int, now: int) -> None:
        self.role[unit] = "active"
        if unit == STANDBY and self.taken is None:
            self.taken = now

    def note(self, now: int) -> None:
        if self.noticed is None:
            self.noticed = now

    def run(self, hellos_first: bool, until: int) -> None:
        steps = [self.send_hellos, self.interface_polls, self.unit_timers, self.interface_tests]
        if not hellos_first:
            steps = steps[2:] + steps[:2]
        steps.append(self.election)
        for now in range(until):
            for step in steps:
                step(now)
            if self.taken is not None:
                return
            if not any(self.power[unit] and self.role[unit] == "active" for unit in (0, 1)):
                self.idle += 1
            serving = [self.power[unit] and self.role[unit] == "active" and self.receives[unit] for unit in (0, 1)]
            self.unserved += not any(serving)
            for clocks in (self.hello, self.poll, self.silence, self.quiet):
                for unit in (0, 1):
                    clocks[unit] += 1


def phases(if_poll: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Every phase, from just sent to just about to be sent."""
    values = range(POLL + 1), range(POLL + 1), range(if_poll + 1), range(if_poll + 1)
    for one, two, three, four in product(*values):
        yield (one, two), (three, four)


def break_pair(pair: Pair, condition: str) -> None:
    """The fault."""
    if condition == "active-unit-dies":
        pair.power[ACTIVE] = False
    elif condition == "interface-link-down":
        pair.port[ACTIVE] = pair.receives[ACTIVE] = False
    elif condition == "interface-silent":
        pair.receives[ACTIVE] = False
    elif condition == "failover-link-lost":
        pair.link = False
    elif condition == "interface-link-down, with the failover link":
        pair.port[ACTIVE] = pair.receives[ACTIVE] = pair.link = False
    elif condition == "failover-link-lost, no data interface":
        pair.link = pair.data_paths = False
    else:
        raise ValueError(condition)


Seconds = tuple[float, float] | None


def extremes(condition: str, *, hold: int = HOLD, probe: int = PROBE, if_poll: int = IF_POLL) -> dict[str, Seconds]:
    """Best and worst time to detection, to takeover, with no unit active, and without service, in seconds."""
    seen: dict[str, list[int]] = {"detection": [], "takeover": [], "no_active": [], "service": []}
    for (hello, poll), hellos_first in product(phases(if_poll), (True, False)):
        pair = Pair(hello, poll, hold, probe, if_poll)
        break_pair(pair, condition)
        pair.run(hellos_first, until=12 * IF_HOLD // 4)
        if pair.noticed is not None:
            seen["detection"].append(pair.noticed)
        if pair.taken is not None:
            seen["takeover"].append(pair.taken)
        seen["no_active"].append(pair.idle)
        seen["service"].append(pair.unserved)
    return {name: (min(found) / 8, max(found) / 8) if found else None for name, found in seen.items()}
