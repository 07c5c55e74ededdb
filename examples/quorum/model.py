"""The model of the cluster: what its users are promised, not how it keeps time.

`failover-fsm model check examples/quorum/model.py:Quorum` checks the promises.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import attrs

from failover_fsm.checker import Rule, always, always_step, converges, leads_to, when_settled

NODES = ("a", "b")
LINKS = ("ab", "aw", "bw")


@attrs.frozen
class Node:
    """A node: whether it is up, and whether it leads."""

    up: bool = False
    leads: bool = False


@attrs.frozen
class Cluster:
    """The nodes a and b, the witness, and the links between a and b, a and the witness, b and the witness."""

    a: Node = Node()
    b: Node = Node()
    witness: bool = True
    ab: bool = True
    aw: bool = True
    bw: bool = True


def other(name: str) -> str:
    return NODES[1 - NODES.index(name)]


def has_vote(name: str, cluster: Any) -> bool:
    """Whether a node reaches a second one of the three."""
    by_witness = cluster.witness and getattr(cluster, f"{name}w")
    return bool(by_witness or (cluster.ab and getattr(cluster, other(name)).up))


def somebody_leads(cluster: Any) -> bool:
    return any(getattr(cluster, name).leads for name in NODES)


def start(name: str, cluster: Any) -> bool:
    node = getattr(cluster, name)
    if node.up:
        return False
    node.up = True
    return True


def crash(name: str, cluster: Any) -> bool:
    node = getattr(cluster, name)
    if not node.up:
        return False
    node.up = node.leads = False
    return True


def turn(part: str, to: bool, cluster: Any) -> bool:
    """A link, or the witness, breaks or comes back."""
    if getattr(cluster, part) is to:
        return False
    setattr(cluster, part, to)
    return True


def elect(name: str, cluster: Any) -> bool:
    """A node becomes leader: nobody leads, and it has a vote beside its own."""
    node = getattr(cluster, name)
    if not node.up or somebody_leads(cluster) or not has_vote(name, cluster):
        return False
    node.leads = True
    return True


def resign(name: str, cluster: Any) -> bool:
    """A leader that lost its majority stops leading."""
    node = getattr(cluster, name)
    if not node.leads or has_vote(name, cluster):
        return False
    node.leads = False
    return True


def rule(event: Hashable, act: Callable[..., bool], *given: Any) -> Rule:
    return Rule(event, partial(act, *given))


TESTER = ("start", "crash", "break", "mend")


def by_tester(event: Any) -> bool:
    return event[0] in TESTER


def own(event: Any) -> bool:
    return not by_tester(event)


def two_lead(cluster: Any) -> bool:
    return bool(cluster.a.leads and cluster.b.leads)


def could_lead(cluster: Any) -> bool:
    return any(getattr(cluster, name).up and has_vote(name, cluster) for name in NODES)


class Quorum:
    """Two nodes and a witness."""

    rules = tuple(
        [rule((act.__name__, name), act, name) for name in NODES for act in (start, crash, elect, resign)]
        + [
            rule((word, part), turn, part, to)
            for part in (*LINKS, "witness")
            for word, to in (("break", False), ("mend", True))
        ]
    )
    properties = (
        always("never two leaders", lambda cluster: not two_lead(cluster), premise=somebody_leads),
        converges("the cluster comes to rest", within=own),
        when_settled("a majority has a leader", lambda c: somebody_leads(c) or not could_lead(c), within=own),
        when_settled(
            "a leader has a majority",
            lambda c: all(has_vote(name, c) for name in NODES if getattr(c, name).leads),
            within=own,
            premise=somebody_leads,
        ),
        leads_to("a majority leads on", could_lead, somebody_leads, within=own),
        always_step(
            "nobody takes over from a leader",
            lambda before, event, after: event[0] != "elect" or not somebody_leads(before),
        ),
    )

    def initial_states(self) -> list[Cluster]:
        return [Cluster()]


def shown(cluster: Any) -> tuple[str, ...]:
    """What of a state can be seen: whether each node is down, follows or leads."""
    words = []
    for name in NODES:
        node = getattr(cluster, name)
        words.append("down" if not node.up else "leads" if node.leads else "follows")
    return tuple(words)
