"""A cluster of two nodes and a witness, in asyncio: the system that a model of one's own is shown on.

At most one node leads, and it needs a majority of the three. A node asks the other node and the witness for their vote;
a vote is a promise for `PROMISE` seconds, and a leader asks again each `BEAT`. A leader that has no vote stops leading
after `LEASE` seconds, sooner than the last promise made to it ends. Written without failover_fsm.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

BEAT = 1.0
LEASE = 2.5
PROMISE = 4.0
NODES = ("a", "b")
WITNESS = "w"
PATIENCE = {"a": 5.0, "b": 7.0}
"""Seconds without a leader until a node asks for votes; they differ, so that two nodes seldom ask at once."""


class Voter:
    """Whoever has a vote: a promise to one node at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.up = True
        self.promised_to: str | None = None
        self.promised_until = 0.0

    def vote(self, candidate: str, now: float) -> bool:
        """Promises the vote to a node, unless it is promised to another one."""
        if self.promised_to not in (None, candidate) and now < self.promised_until:
            return False
        self.promised_to, self.promised_until = candidate, now + PROMISE
        return True


class Node(Voter):
    """A node that follows or leads."""

    def __init__(self, name: str, cluster: Cluster) -> None:
        super().__init__(name)
        self.cluster = cluster
        self.up = False
        self.leads = False
        self.lease = 0.0
        self.calm_until = 0.0

    def start(self, now: float) -> None:
        """Begins as a follower; what was promised before a crash is kept on disk, so it still counts."""
        self.up, self.leads = True, False
        self.calm_until = now + PATIENCE[self.name]

    def crash(self) -> None:
        """Stops at once."""
        self.up = self.leads = False

    def vote(self, candidate: str, now: float) -> bool:
        """As a voter; and a leader is known, so there is no hurry to ask for votes."""
        if self.leads or not super().vote(candidate, now):
            return False
        self.calm_until = now + PATIENCE[self.name]
        return True

    async def beat(self, now: float) -> None:
        """One beat: a leader asks for votes, and so does a follower that has heard of no leader for long."""
        if not self.up or not (self.leads or now >= self.calm_until):
            return
        if not self.leads and not super().vote(self.name, now):
            return
        if await self.has_majority(now):
            super().vote(self.name, now)
            self.leads, self.lease = True, now + LEASE
        elif not self.leads:
            self.give_up(now)
        elif now >= self.lease:
            self.leads = False

    def give_up(self, now: float) -> None:
        """Takes the own vote back after an election that failed; else two nodes that ask would wait for each other."""
        self.promised_to, self.calm_until = None, now + PATIENCE[self.name]

    async def has_majority(self, now: float) -> bool:
        """Whether the other node or the witness votes for this one; both are asked."""
        answers = [await self.cluster.ask(self.name, other, now) for other in (*NODES, WITNESS) if other != self.name]
        return any(answers)


@dataclass
class Cluster:
    """Two nodes, the witness, and the links between them."""

    cut: set[frozenset[str]] = field(default_factory=set)
    node_class: type[Node] = Node
    witness_class: type[Voter] = Voter
    nodes: dict[str, Node] = field(init=False)
    witness: Voter = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = {name: self.node_class(name, self) for name in NODES}
        self.witness = self.witness_class(WITNESS)

    async def ask(self, sender: str, receiver: str, now: float) -> bool:
        """Asks for a vote; no answer is no vote."""
        await asyncio.sleep(0)
        voter = self.witness if receiver == WITNESS else self.nodes[receiver]
        return voter.up and frozenset((sender, receiver)) not in self.cut and voter.vote(sender, now)

    async def run(self) -> None:
        """Beats until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            for node in self.nodes.values():
                await node.beat(loop.time())
            await asyncio.sleep(BEAT)
