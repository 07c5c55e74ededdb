"""What the failover link carries, and where the model has it."""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import AnnouncedRole, Handover

__all__ = ["CLASSES", "TrafficClass"]


@attrs.frozen
class TrafficClass:
    """A class of information on the failover link.

    Attributes:
        name: In the words of the chapter.
        carried: What of the model is this information.
        rules: The rules of the chapter.
    """

    name: str
    carried: tuple[object, ...]
    rules: tuple[str, ...] = ("LNK-3",)


CLASSES = (
    TrafficClass("state of the unit", (AnnouncedRole, Handover)),
    TrafficClass("hello messages", (e.HelloHeard,)),
    TrafficClass("network link status", (e.InterfacesChecked,)),
    TrafficClass("MAC address exchange", ("learned with the first hello since the boot",), ("LNK-3", "MAC-6", "MAC-7")),
    TrafficClass("configuration replication and synchronisation", (e.SynchronizationAdvanced, e.CommandEntered)),
)
"""The five classes. While the link is down none arrives there; hellos and one hand-over then travel on data (SPL-8)."""
