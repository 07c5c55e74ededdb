"""How states and causes look in the pictures of runs: fills with a pattern, so that they differ without colour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.kinds import STROKES, Kind

__all__ = ["FAULT", "FAULT_PATTERN", "LOOKS", "Look", "box", "color_of", "defs", "look_of", "swatches"]


@attrs.frozen
class Look:
    """The look of some states.  pattern: the svg shapes of an 8 by 8 tile on `fill`, or empty.  ink: text on it."""

    name: str
    fill: str
    ink: str = svg.INK
    border: str = svg.INK
    pattern: str = ""
    dashed: bool = False

    @property
    def id(self) -> str:
        """The name of its pattern in the picture."""
        return "look-" + "".join(char if char.isalnum() else "-" for char in self.name.lower())

    @property
    def paint(self) -> str:
        """What fills a shape of this look."""
        return f"url(#{self.id})" if self.pattern else self.fill


FAULT = STROKES[Kind.FAULT].color

LOOKS: tuple[Look, ...] = (
    Look("Active", "#0B4A8F", ink="#FFFFFF"),
    Look("Standby Ready", "#BFE0F5"),
    Look("starting", "#FFFFFF", pattern='<circle cx="2" cy="2" r="1.1"/><circle cx="6" cy="6" r="1.1"/>'),
    Look("Failed", "#FFD9BF", border=FAULT, pattern=f'<path d="M0 8L8 0" stroke="{FAULT}" stroke-width="1.6"/>'),
    Look("Disabled", "#D8D8D8", pattern='<path d="M0 4H8" stroke="#222222" stroke-width="1"/>'),
    Look(
        "Disabled (Active)",
        "#0B4A8F",
        ink="#FFFFFF",
        pattern='<path d="M0 4H8" stroke="#FFFFFF" stroke-width="1.2"/>',
    ),
    Look("Off", "#FFFFFF", border="#777777", dashed=True),
)
"""In the order of the legend.  The fills differ in lightness too, for black and white."""

_OF = {
    "active": 0, "standby-ready": 1, "failed": 3, "disabled": 4, "disabled (active)": 5, "off": 6
}  # fmt: skip

FAULT_PATTERN = Look(
    "fault", "#FFFFFF", border=FAULT, pattern=f'<path d="M0 0L8 8" stroke="{FAULT}" stroke-width="3"/>'
)
"""What is broken, in a role chart."""


def look_of(word: str) -> Look:
    """The look of a state word; every state that is not listed is one of starting."""
    return LOOKS[_OF.get(word, 2)]


def color_of(kind: Kind) -> str:
    """The colour of a kind of cause, the same as in the state diagrams."""
    return STROKES[kind].color


def defs() -> str:
    """The patterns, for the top of a picture."""
    tiles = [
        svg.holding(
            [svg.element("rect", width=8, height=8, fill=look.fill), look.pattern],
            "pattern",
            id=look.id,
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for look in (*LOOKS, FAULT_PATTERN)
        if look.pattern
    ]
    return svg.holding(tiles, "defs")


def box(look: Look, x: float, y: float, width: float, height: float) -> str:
    """A rectangle of that look."""
    dashes = {"stroke_dasharray": "3 2"} if look.dashed else {}
    shape = {"x": x, "y": y, "width": width, "height": height}
    return svg.element("rect", **shape, fill=look.paint, stroke=look.border, **dashes)


def swatches(x: float, y: float, shown: Iterable[Look], right: float = math.inf) -> Iterator[str]:
    """The legend: a box and the name of each look, in as many lines as fit before `right`, where the page ends."""
    for place, line, look in _placed(x, shown, right):
        top = y + line * svg.LINE_HEIGHT
        yield box(look, place, top, 22, 12)
        yield svg.text(place + 27, top + svg.SIZE - 1, look.name)


def swatch_lines(x: float, shown: Iterable[Look], right: float) -> int:
    """How many lines the legend has."""
    return 1 + max((line for _, line, _ in _placed(x, shown, right)), default=0)


def _placed(x: float, shown: Iterable[Look], right: float) -> Iterator[tuple[float, int, Look]]:
    """Where each look of the legend stands, and in which line."""
    place, line = x, 0
    for look in shown:
        wide = 27 + svg.width(look.name)
        if place + wide > right:
            place, line = x, line + 1
        yield place, line, look
        place += wide + 12
