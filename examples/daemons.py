"""A small pair of HA daemons, written without failover_fsm: the system that the test kit is shown on.

Two daemons poll each other with hellos, JSON in UDP datagrams on loopback: one socket stands for the failover link
and one for each data interface.  `Lab.poll` is one poll interval for both, and what a daemon sends arrives before
the next.  A daemon knows its own ports and the last hello; timers are counted in polls.
"""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import dataclass, field
from typing import Any

HOLD = 4  # polls without a hello until a channel counts as silent
NEGOTIATE = 8  # polls after boot until a unit that hears nobody becomes active
ELECT = 6  # polls in which nobody is active until one of two units takes the role
COPY = 3  # polls that copying the configuration takes

RANKS = ("standby", "waiting", "failed", "copying")  # who becomes active when nobody is

Hello = dict[str, Any]
LINK = "failover link"


@dataclass
class Port:
    """A data port of one unit: up or not, and whether anything arrives."""

    up: bool = True
    receives: bool = True


@dataclass
class Daemon:
    """One unit.  `mode` is off, waiting, copying, active, standby or failed."""

    name: str
    ports: dict[str, Port]
    policy: int = 1
    mode: str = "off"
    met: bool = False
    ages: dict[str, int] = field(default_factory=dict)
    peer: Hello = field(default_factory=dict)
    channel: str = "none"
    lonely: int = 0
    headless: int = 0
    copied: int = 0
    outbox: list[tuple[str, Hello]] = field(default_factory=list)

    def boot(self) -> None:
        """Power comes back: nothing is remembered."""
        self.mode, self.met, self.channel = "waiting", False, "none"
        self.ages, self.peer, self.outbox = {}, {}, []
        self.lonely = self.headless = self.copied = 0

    # -- what it sends and hears -----------------------------------------------------------------

    def hello(self) -> Hello:
        """What it says of itself."""
        idle = [name for name, port in self.ports.items() if not (port.up and port.receives)]
        return {"kind": "hello", "mode": self.mode, "met": self.met, "idle": idle, "failures": self.failures()}

    def receive(self, channel: str, packet: bytes) -> None:
        """A packet arrived.  Data interfaces mean nothing before the first hello on the failover link."""
        heard: Hello = json.loads(packet)
        if channel != LINK and not self.met:
            return
        self.met = True
        self.heard_on(channel)
        if heard["kind"] == "hello":
            self.peer = heard
        elif heard["kind"] == "ask" and self.mode == "active" and self.peer.get("mode") == "standby":
            self.mode = "standby"
            self.send(LINK, "take")
        elif heard["kind"] == "take" and self.may_take() and self.peer.get("mode") != "active":
            self.mode = "active"

    def heard_on(self, channel: str) -> None:
        """The hold time of the channel starts again."""
        self.ages[channel] = 0

    def send(self, channel: str, kind: str) -> None:
        """A message besides the hello; it goes out behind one."""
        self.outbox += [(channel, self.hello()), (channel, {"kind": kind})]

    def listen(self) -> str:
        """Where the peer is heard: link, data or none."""
        self.ages = {channel: age + 1 for channel, age in self.ages.items() if age < HOLD}
        if LINK in self.ages:
            return "link"
        return "data" if self.ages else "none"

    # -- health ----------------------------------------------------------------------------------

    def failures(self) -> int:
        """Ports that are down, or silent beside a peer that receives; with no such peer a silent one is unknown."""
        return sum(self.port_failed(name, port) for name, port in self.ports.items())

    def port_failed(self, name: str, port: Port) -> bool:
        if not port.up:
            return True
        return not port.receives and self.channel != "none" and name not in self.peer.get("idle", ())

    def is_sick(self) -> bool:
        return self.failures() >= self.policy

    # -- one poll --------------------------------------------------------------------------------

    def tick(self) -> None:
        """One poll interval: timers, then what the mode demands."""
        before, self.channel = self.channel, self.listen()
        if self.channel == "none":
            self.peer = {}
        other = self.peer.get("mode", "none")
        self.headless = self.headless + 1 if other not in ("none", "active") and self.mode != "active" else 0
        if self.mode == "waiting":
            self.wait(other)
        elif self.mode == "copying":
            self.config_sync(other, before)
        elif self.mode == "active":
            self.serve(other, before)
        elif self.mode in ("standby", "failed"):
            self.stand_by(other, before)

    def wait(self, other: str) -> None:
        """Boot: join an active peer, agree with one that is not, or be alone."""
        self.lonely = self.lonely + 1 if self.channel == "none" else 0
        if self.channel == "link" and other == "active":
            self.mode, self.copied = "copying", 0
        elif self.lonely >= NEGOTIATE or (self.headless >= ELECT and self.goes_first(other)):
            self.mode = "active"

    def config_sync(self, other: str, before: str) -> None:
        """The configuration comes over the failover link, from the active peer; ready after it means healthy."""
        if self.channel == "none":
            self.mode, self.lonely = "waiting", 0
        elif self.channel == "link" and other == "active":
            self.copied = self.copied + 1 if before == "link" else 0
            if self.copied >= COPY:
                self.mode = self.health()

    def serve(self, other: str, before: str) -> None:
        """The active unit: yields to the primary, hands over when it is sick and the peer is well."""
        if other == "active" and self.name == "secondary" and self.yields() and self.peer["met"]:
            self.mode, self.copied = ("copying", 0) if self.channel == "link" else ("standby", 0)
        elif before == "link" and self.channel == "data":
            if other == "standby" and self.failures() > self.peer["failures"]:
                self.mode = "standby"
                self.send("data", "take")
        elif self.is_sick() and other == "standby" and self.may_hand_over():
            self.mode = "failed"
            self.send(LINK if self.channel == "link" else "data", "take")

    def stand_by(self, other: str, before: str) -> None:
        """The standby unit: takes over after silence, watches its own health, elects when nobody is active."""
        if self.channel == "none":
            self.mode = "active"
            return
        if before != "link" and self.channel == "link" and other == "active":
            self.mode, self.copied = "copying", 0
            return
        self.mode = self.health()
        if self.headless >= ELECT and self.goes_first(other):
            self.mode = "active"

    def health(self) -> str:
        return "failed" if self.is_sick() else "standby"

    # -- decisions that a mutant gets wrong ------------------------------------------------------

    def goes_first(self, other: str) -> bool:
        """Which of two units that are not active takes the role; between equals the primary."""
        if self.mode == other:
            return self.name == "primary"
        return RANKS.index(self.mode) < RANKS.index(other)

    def may_take(self) -> bool:
        return self.mode == "standby"

    def may_hand_over(self) -> bool:
        return self.channel == "link"

    def yields(self) -> bool:
        return True

    # -- the operator ----------------------------------------------------------------------------

    def command(self, text: str) -> None:
        """`failover active` and `no failover active`; what cannot be done is not done."""
        other = self.peer.get("mode")
        if text == "failover active" and self.mode == "standby" and self.channel == "link" and other == "active":
            self.send(LINK, "ask")
        elif text == "no failover active" and self.mode == "active" and self.channel == "link" and other == "standby":
            self.mode = "standby"
            self.send(LINK, "take")


class Lab:
    """Two daemons on loopback, each with a UDP socket for the link and for every data interface; the cables between.

    Time goes by polls and not by the clock, so that nothing waits and every run is the same.  `close` it after use.
    """

    def __init__(self, names: tuple[str, ...], policy: int = 1, kind: type[Daemon] = Daemon) -> None:
        self.link = True
        self.paths = dict.fromkeys(names, True)
        self.units = {name: kind(name, {each: Port() for each in names}, policy) for name in ("primary", "secondary")}
        self.runner = asyncio.Runner()
        self.sockets = {(unit, channel): _bound() for unit in self.units for channel in (LINK, *names)}

    def close(self) -> None:
        """Gives the sockets back."""
        for each in self.sockets.values():
            each.close()
        self.runner.close()

    async def poll(self) -> None:
        """One poll interval: both act, send what they have to say, and hear what arrives."""
        for unit in self.units.values():
            if unit.mode != "off":
                unit.tick()
        arriving = [await self.send(unit) for unit in self.units.values()]
        await asyncio.gather(*(self.hear(*each) for each in arriving))

    async def send(self, sender: Daemon) -> tuple[Daemon, list[str]]:
        """Sends datagrams to the peer; returns it, and the channels on which the cables let them through."""
        receiver = self.units["secondary" if sender.name == "primary" else "primary"]
        passed = []
        for channel, packet in self.packets(sender):
            if receiver.mode != "off" and self.carries(channel, sender, receiver):
                address = self.sockets[receiver.name, channel].getsockname()
                data = json.dumps(packet).encode()
                await asyncio.get_running_loop().sock_sendto(self.sockets[sender.name, channel], data, address)
                passed.append(channel)
        return receiver, passed

    async def hear(self, receiver: Daemon, channels: list[str]) -> None:
        """Receives what was sent to a unit in this poll."""
        for channel in channels:
            received = asyncio.get_running_loop().sock_recv(self.sockets[receiver.name, channel], 65536)
            receiver.receive(channel, await asyncio.wait_for(received, timeout=10))

    def packets(self, unit: Daemon) -> list[tuple[str, Hello]]:
        """A hello on every channel, and behind it what waits in the outbox; `data` goes out on all interfaces."""
        if unit.mode == "off":
            return []
        waiting, unit.outbox = unit.outbox, []
        hello = unit.hello()
        packets = [(channel, hello) for channel in (LINK, *unit.ports)]
        for channel, packet in waiting:
            packets += [(each, packet) for each in (unit.ports if channel == "data" else (channel,))]
        return packets

    def carries(self, channel: str, sender: Daemon, receiver: Daemon) -> bool:
        """Whether a packet gets through."""
        if channel == LINK:
            return self.link
        port = receiver.ports[channel]
        return self.paths[channel] and sender.ports[channel].up and port.up and port.receives

    def rest(self, quiet: int = 14, most: int = 150) -> bool:
        """Polls until nothing has changed for a while; False if that never comes."""
        return self.runner.run(self._rest(quiet, most))

    async def _rest(self, quiet: int, most: int) -> bool:
        calm, before = 0, ""
        for _ in range(most):
            await self.poll()
            now = repr([(unit.mode, unit.channel, unit.peer) for unit in self.units.values()])
            calm, before = (calm + 1 if now == before else 0), now
            if calm >= quiet:
                return True
        return False


def _bound() -> socket.socket:
    """A UDP socket on a free port of the loopback interface."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind(("127.0.0.1", 0))
    return made
