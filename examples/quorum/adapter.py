"""The cluster as the test kit reaches it. Time is virtual: a loop without anything to do jumps to its next timer."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any

from examples.quorum.cluster import PATIENCE, PROMISE, Cluster, Node, Voter
from examples.quorum.model import Quorum, by_tester, shown
from failover_fsm.testing import conform

REST = PROMISE + sum(PATIENCE.values())
"""Seconds after which the cluster has come to rest whatever happened."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is moved by its own timers."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now


class _Jumping(selectors.SelectSelector):
    """Waits for nothing: what would be waited is added to the clock."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        self.loop.now += timeout or 0.0
        return super().select(0)


class ClusterAdapter:
    """A cluster to be held against the model; other classes of nodes and witness are for seeding faults."""

    def __init__(self, node_class: type[Node] = Node, witness_class: type[Voter] = Voter) -> None:
        self.classes = {"node_class": node_class, "witness_class": witness_class}
        self.loop = VirtualLoop()
        self.task: asyncio.Task[None] | None = None

    def reset(self) -> None:
        if self.task is not None:
            self.task.cancel()
        self.cluster = Cluster(**self.classes)
        self.task = self.loop.create_task(self.cluster.run())

    def apply(self, event: tuple[str, str]) -> None:
        word, part = event
        if word in ("start", "crash"):
            node = self.cluster.nodes[part]
            node.start(self.loop.time()) if word == "start" else node.crash()
        elif part == "witness":
            self.cluster.witness.up = word == "mend"
        else:
            (self.cluster.cut.add if word == "break" else self.cluster.cut.discard)(frozenset(part))

    def observe(self) -> tuple[str, ...]:
        self.loop.run_until_complete(asyncio.sleep(REST))
        nodes = self.cluster.nodes.values()
        return tuple("down" if not node.up else "leads" if node.leads else "follows" for node in nodes)

    def close(self) -> None:
        """Ends the cluster; nothing can be applied any more."""
        if self.task is not None:
            self.task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


def check(adapter: ClusterAdapter, examples: int = 60, length: int = 12) -> Any:
    """Holds a cluster against the model; returns what was seen, and raises where the two disagree."""
    return conform(
        adapter, Quorum(), tester=by_tester, shown=shown, start=[("start", "a"), ("start", "b")],
        promises=Quorum.properties, examples=examples, length=length,
    )  # fmt: skip


if __name__ == "__main__":
    adapter = ClusterAdapter()
    try:
        print(check(adapter).table())
    finally:
        adapter.close()
