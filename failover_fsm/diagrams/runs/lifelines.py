"""What is drawn between and on the lifelines of a sequence diagram."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.diagrams.style.kinds import Kind
from failover_fsm.pair.states import Unit

__all__ = ["LANES", "Item", "Lane", "Mark", "Signal", "lane_of"]


class Lane(enum.Enum):
    """A lifeline."""

    PRIMARY = "primary"
    LINK = "failover link"
    DATA = "data network"
    SECONDARY = "secondary"
    OPERATOR = "operator"


LANES = tuple(Lane)
"""From left to right."""


def lane_of(unit: Unit) -> Lane:
    """The lifeline of a unit."""
    return Lane(unit.value)


@attrs.frozen(kw_only=True)
class Signal:
    """A message from one lifeline to another.

    via: the link it crosses, None where it starts or ends on one.  lost: it does not arrive.
    """

    source: Lane
    target: Lane
    text: str
    via: Lane | None = None
    lost: bool = False


@attrs.frozen(kw_only=True)
class Mark:
    """Something that happens on one lifeline: a fault, a repair, a timer, a check."""

    lane: Lane
    text: str
    kind: Kind


Item = Signal | Mark
