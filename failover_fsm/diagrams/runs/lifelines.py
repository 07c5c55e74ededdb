"""Lifelines of a sequence diagram, and the glyphs on and between them."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.diagrams.style.kinds import Kind
from failover_fsm.pair.states import Unit

__all__ = ["LIFELINES", "Glyph", "Lifeline", "LifelineMark", "MessageArrow", "lifeline_of"]


class Lifeline(enum.Enum):
    """A lifeline."""

    PRIMARY = "primary"
    LINK = "failover link"
    DATA = "data network"
    SECONDARY = "secondary"
    OPERATOR = "operator"


LIFELINES = tuple(Lifeline)
"""From left to right."""


def lifeline_of(unit: Unit) -> Lifeline:
    """The lifeline of a unit."""
    return Lifeline(unit.value)


@attrs.frozen(kw_only=True)
class MessageArrow:
    """A message from one lifeline to another.

    Attributes:
        source: The lifeline of the sender.
        target: The lifeline of the receiver.
        text: The message.
        via: The link it crosses, None if it starts or ends on one.
        lost: True if it does not arrive.
    """

    source: Lifeline
    target: Lifeline
    text: str
    via: Lifeline | None = None
    lost: bool = False


@attrs.frozen(kw_only=True)
class LifelineMark:
    """A local event on one lifeline: a fault, a repair, a timer, a check."""

    lifeline: Lifeline
    text: str
    kind: Kind


Glyph = MessageArrow | LifelineMark
