"""Clusters with one fault each, which the test kit finds."""

from __future__ import annotations

import attrs

from examples.quorum.cluster import PATIENCE, Node, Voter


class VotesForAll(Voter):
    """The witness promises its vote to everybody who asks."""

    def vote(self, candidate: str, now: float) -> bool:
        return True


class NeverForgets(Voter):
    """The witness keeps its first promise for ever."""

    def vote(self, candidate: str, now: float) -> bool:
        self.promised_to = self.promised_to or candidate
        return self.promised_to == candidate


class NeedsNobody(Node):
    """A node leads without a majority."""

    async def has_majority(self, now: float) -> bool:
        await super().has_majority(now)
        return True


class NeverStops(Node):
    """A leader that lost its majority goes on."""

    async def has_majority(self, now: float) -> bool:
        return await super().has_majority(now) or self.leads


class NeedsBoth(Node):
    """A node wants the votes of all three."""

    async def has_majority(self, now: float) -> bool:
        others = [name for name in ("a", "b", "w") if name != self.name]
        return all([await self.cluster.ask(self.name, other, now) for other in others])


class GoesHome(Node):
    """Node b gives its leadership to node a as soon as it hears of it."""

    def vote(self, candidate: str, now: float) -> bool:
        if self.name == "b":
            self.leads, self.promised_to = False, None
        return super().vote(candidate, now)

    async def beat(self, now: float) -> None:
        if self.name == "a" and self.up and not self.leads and self.cluster.nodes["b"].leads:
            self.calm_until = now
        await super().beat(now)


class KeepsAsking(Node):
    """A node that was not elected keeps its vote for itself: two that ask wait for each other for ever.

    The first version of the cluster had this fault, and the kit found it in its fifteenth plan.
    """

    def give_up(self, now: float) -> None:
        self.calm_until = now + PATIENCE[self.name]
        self.promised_until = now + 2 * PATIENCE["b"]


@attrs.frozen
class Wrong:
    """A fault: the class of the nodes or of the witness that has it."""

    node_class: type[Node] = Node
    witness_class: type[Voter] = Voter

    @property
    def name(self) -> str:
        """The class with the fault."""
        return (self.witness_class if self.node_class is Node else self.node_class).__name__


WRONG = (
    *(Wrong(witness_class=each) for each in (VotesForAll, NeverForgets)),
    *(Wrong(node_class=each) for each in (NeedsNobody, NeverStops, NeedsBoth, GoesHome, KeepsAsking)),
)
