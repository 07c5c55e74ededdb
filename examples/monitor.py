"""A monitor: polls `show failover` on one unit, and says which event of the model explains what has changed.

    python examples/monitor.py PAIR.cfg POLL.txt [POLL.txt ...]        # each file is the output of one poll

A `LivePair` follows the device. When a poll shows something new, every fault, repair and command that can happen is
tried on the model; the pair takes the first one after which the unit would print what was seen, and its callbacks say
which unit took which role, and why.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from failover_fsm import Change, LivePair, PairConfig, Role, Unit, events
from failover_fsm.device.commands import show
from failover_fsm.device.moment import Moment
from failover_fsm.device.show_failover import read_show_failover
from failover_fsm.pair.pair import Pair

PERIOD = 5.0  # seconds between two polls

Picture = tuple[object, ...]


def picture(text: str) -> Picture:
    """What a poll tells of both hosts: their roles and states, and the status of each interface."""
    shown = read_show_failover(text)
    hosts = [host for host in (shown.this, shown.other) if host is not None]
    if not hosts:
        raise ValueError(f"no host in {text[:60]!r}; allowed: the output of `show failover`")
    return tuple(
        (
            host.role,
            tuple((each.group, each.state) for each in host.groups),
            tuple((each.name, each.status) for each in host.interfaces),
        )
        for host in hosts
    )


class Monitor:
    """Follows a pair by what one unit shows.

    It begins with a pair that has booted and come to rest. `clock` stamps the changes, `say` takes each line.
    """

    def __init__(
        self,
        config: PairConfig,
        unit: Unit = Unit.PRIMARY,
        *,
        clock: Callable[[], float] | None = None,
        say: Callable[[str], object] = print,
    ) -> None:
        self.config, self.unit, self.say = config, unit, say
        self.live = LivePair.cold(config, clock=clock)
        for each in Unit:
            self.live.step(events.UnitRestored(unit=each))
        self.live.settle()
        for each in Unit:
            for role in (Role.ACTIVE, Role.STANDBY_READY, Role.FAILED):
                self.live.on_enter(each, role, self._tell)

    def _tell(self, change: Change) -> None:
        when = "" if change.at is None else f"{change.at:.0f} s: "
        self.say(f"{when}{change.unit.value} is {change.after.value}: {change.because}")

    def _shown_by(self, pair: Pair) -> Picture:
        moment = Moment(state=pair.state, settings=pair.settings, config=self.config)
        text = show("show failover", moment, self.unit)
        return picture(text) if pair.state.unit(self.unit).powered else ()

    def _explanations(self, seen: Picture) -> Iterator[events.Event]:
        for event in self.live.pair.possible():
            if not isinstance(event, events.ProtocolStep):
                after = self.live.pair.step(event)[0].settle()[0]
                if self._shown_by(after) == seen:
                    yield event

    def take(self, text: str) -> bool:
        """Takes a poll; False if it shows what no single event explains."""
        seen = picture(text)
        if seen == self._shown_by(self.live.pair):
            return True
        causes = sorted(self._explanations(seen), key=lambda event: isinstance(event, events.Command))  # faults first
        if not causes:
            self.say("no single event explains what is shown")
            return False
        self.say(" or ".join(map(str, causes)))
        self.live.step(causes[0])
        self.live.settle()
        return True


async def watch(
    monitor: Monitor,
    poll: Callable[[], Awaitable[str | None]],
    *,
    period: float = PERIOD,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Polls until `poll` returns None. The device is asked without blocking the loop; the model runs between polls."""
    while (text := await poll()) is not None:
        monitor.take(text)
        await sleep(period)


def main(arguments: list[str]) -> int:
    """Takes the files as polls, one after the other."""
    if len(arguments) < 2:
        print("usage: monitor.py PAIR.cfg POLL.txt [POLL.txt ...]", file=sys.stderr)
        return 2
    config, *polls = arguments
    try:
        _follow(config, polls)
    except (OSError, ValueError) as error:  # no file, no configuration, or no output of `show failover`
        print(f"monitor.py: {error}", file=sys.stderr)
        return 2
    return 0


def _follow(config: str, polls: list[str]) -> None:
    monitor = Monitor(PairConfig.from_asa(Path(config).read_text(encoding="utf-8")))
    texts = iter(polls)

    async def poll() -> str | None:
        name = next(texts, None)
        return None if name is None else Path(name).read_text(encoding="utf-8")

    asyncio.run(watch(monitor, poll, period=0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
