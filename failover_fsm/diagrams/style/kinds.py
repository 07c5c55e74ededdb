"""The four kinds of causes of a transition, and the stroke of each."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.diagrams.style.theme import color
from failover_fsm.pair.events import Command, Event, Fault, ProtocolStep, Repair

__all__ = ["BASES", "STROKES", "Kind", "Stroke", "kind_of"]


class Kind(enum.Enum):
    """The kind of cause of a transition: the base class of its event."""

    FAULT = "fault"
    REPAIR = "repair"
    OPERATOR = "operator"
    PROTOCOL = "protocol"


BASES: dict[Kind, type[Event]] = {
    Kind.FAULT: Fault,
    Kind.REPAIR: Repair,
    Kind.OPERATOR: Command,
    Kind.PROTOCOL: ProtocolStep,
}
"""The base class of the events of each kind."""


def kind_of(event: type[Event]) -> Kind:
    """The kind of cause of an event class.

    Raises:
        ValueError: If the class is a subclass of none of the four bases.
    """
    for kind, base in BASES.items():
        if issubclass(event, base):
            return kind
    raise ValueError(f"{event.__name__} is below none of {', '.join(base.__name__ for base in BASES.values())}")


@attrs.frozen
class Stroke:
    """The stroke of a kind of cause: colour, and for black and white a line style and width; and a name in words."""

    words: str
    color: str
    style: str
    width: str


STROKES: dict[Kind, Stroke] = {
    Kind.FAULT: Stroke("thick orange", color("fault"), "solid", "2.5"),
    Kind.REPAIR: Stroke("dotted green", color("repair"), "dotted", "2"),
    Kind.OPERATOR: Stroke("dashed purple", color("operator"), "dashed", "1.2"),
    Kind.PROTOCOL: Stroke("thin black", color("ink"), "solid", "1"),
}
"""Dark enough for text on white, and distinguishable with the common kinds of colour blindness."""
