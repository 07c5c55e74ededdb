"""The palette of run pictures: fills with patterns, so that states differ without colour too."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.kinds import STROKES, Kind
from failover_fsm.diagrams.style.theme import color

__all__ = ["FAULT", "FAULT_PATTERN", "SWATCHES", "Swatch", "box", "color_of", "defs", "legend", "swatch_of"]


@attrs.frozen
class Swatch:
    """The appearance of some states.

    Attributes:
        name: The name in the legend.
        fill: The background colour.
        ink: The colour of text on it.
        border: The colour of the outline.
        pattern: The svg shapes of an 8 by 8 pixel tile on `fill`, or empty.
        dashed: True if the outline is dashed.
    """

    name: str
    fill: str
    ink: str = svg.INK
    border: str = svg.INK
    pattern: str = ""
    dashed: bool = False

    @property
    def id(self) -> str:
        """The id of its pattern in the picture."""
        return "look-" + "".join(char if char.isalnum() else "-" for char in self.name.lower())

    @property
    def paint(self) -> str:
        """The `fill` attribute of a shape with this swatch."""
        return f"url(#{self.id})" if self.pattern else self.fill


def _bar(stroke: str, width: float) -> str:
    """A tile with a horizontal bar."""
    return f'<path d="M0 4H8" stroke="{stroke}" stroke-width="{width:g}"/>'


def _dots(fill: str) -> str:
    """A tile with two dots."""
    return "".join(svg.element("circle", cx=at, cy=at, r=1.1, fill=fill) for at in (2, 6))


FAULT = STROKES[Kind.FAULT].color

SWATCHES: tuple[Swatch, ...] = (
    Swatch("Active", color("active"), ink=svg.PAPER),
    Swatch("Standby Ready", color("standby")),
    Swatch("starting", svg.PAPER, pattern=_dots(svg.INK)),
    Swatch(
        "Failed", color("failed"), border=FAULT, pattern=f'<path d="M0 8L8 0" stroke="{FAULT}" stroke-width="1.6"/>'
    ),
    Swatch("Disabled", color("disabled"), pattern=_bar(svg.INK, 1)),
    Swatch(
        "Disabled (Active)",
        color("active"),
        ink=svg.PAPER,
        pattern=_bar(svg.PAPER, 1.2),
    ),
    Swatch("Off", svg.PAPER, border=color("off"), dashed=True),
)
"""In the order of the legend. The fills also differ in lightness, for black and white."""

_OF = {
    "active": 0, "standby-ready": 1, "failed": 3, "disabled": 4, "disabled (active)": 5, "off": 6
}  # fmt: skip

FAULT_PATTERN = Swatch(
    "fault", svg.PAPER, border=FAULT, pattern=f'<path d="M0 0L8 8" stroke="{FAULT}" stroke-width="3"/>'
)
"""The swatch of a fault in a role chart."""


def swatch_of(word: str) -> Swatch:
    """The swatch of a state word; any word that is not listed is a phase of starting."""
    return SWATCHES[_OF.get(word, 2)]


def color_of(kind: Kind) -> str:
    """The colour of a kind of cause, as in the state diagrams."""
    return STROKES[kind].color


def defs() -> str:
    """The pattern definitions, for the top of a picture."""
    tiles = [
        svg.holding(
            [svg.element("rect", width=8, height=8, fill=swatch.fill), swatch.pattern],
            "pattern",
            id=swatch.id,
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for swatch in (*SWATCHES, FAULT_PATTERN)
        if swatch.pattern
    ]
    return svg.holding(tiles, "defs")


def box(swatch: Swatch, x: float, y: float, width: float, height: float) -> str:
    """A rectangle with that swatch."""
    dashes = {"stroke_dasharray": "3 2"} if swatch.dashed else {}
    shape = {"x": x, "y": y, "width": width, "height": height}
    return svg.element("rect", **shape, fill=swatch.paint, stroke=swatch.border, **dashes)


def legend(x: float, y: float, shown: Iterable[Swatch], right: float = math.inf) -> Iterator[str]:
    """The legend: a box and the name of each swatch, in as many lines as fit before `right`, the end of the page."""
    for place, line, swatch in _placed(x, shown, right):
        top = y + line * svg.LINE_HEIGHT
        yield box(swatch, place, top, 22, 12)
        yield svg.text(place + 27, top + svg.SIZE - 1, swatch.name)


def legend_line_count(x: float, shown: Iterable[Swatch], right: float) -> int:
    """The number of lines of the legend."""
    return 1 + max((line for _, line, _ in _placed(x, shown, right)), default=0)


def _placed(x: float, shown: Iterable[Swatch], right: float) -> Iterator[tuple[float, int, Swatch]]:
    """The place and the line of each swatch in the legend."""
    place, line = x, 0
    for swatch in shown:
        wide = 27 + svg.width(swatch.name)
        if place + wide > right:
            place, line = x, line + 1
        yield place, line, swatch
        place += wide + 12
