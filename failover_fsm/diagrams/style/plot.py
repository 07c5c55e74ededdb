"""Plots of lines over two logarithmic axes, as svg text.

Series differ in marker and dash besides colour, and each has its name at the end of its line, so that a plot can be
read in black and white and without a legend. The axes reach as far as the data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.theme import color

__all__ = ["Axis", "Mark", "Series", "plot_svg"]

LEFT, RIGHT, TOP, BOTTOM = 64.0, svg.PAGE_WIDTH - 130.0, 62.0, 420.0
COLORS = ("active", "fault", "repair", "operator", "ink")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
SHAPES = ("circle", "square", "up", "diamond", "down")
SIZE = 4.5
PAD = 0.04
"""The share of an axis that is free before the first and after the last value."""


@attrs.frozen
class Series:
    """A line.

    Attributes:
        name: What stands at its end.
        points: Pairs of values, from left to right.
        filled: For each point whether its marker is filled; empty for all of them.
        tips: For each point its tooltip; empty for none.
        is_bold: True for a line that is drawn thick.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    filled: tuple[bool, ...] = ()
    tips: tuple[str, ...] = ()
    is_bold: bool = False


@attrs.frozen
class Mark:
    """A point that is marked with a ring and words."""

    point: tuple[float, float]
    words: str


@attrs.frozen(kw_only=True)
class Axis:
    """A logarithmic axis.

    Attributes:
        label: What is measured, with the unit.
        first: The pixel of the lowest value.
        last: The pixel of the highest.
        low: The lowest value.
        high: The highest.
        shift: What is added to a value before its logarithm is taken: 1 where values may be 0.
        written: How a tick is written.
    """

    label: str
    first: float
    last: float
    low: float
    high: float
    shift: float = 0.0
    written: Callable[[float], str] = "{:g}".format

    @classmethod
    def of(
        cls,
        label: str,
        values: Iterable[float],
        ends: tuple[float, float],
        *,
        shift: float = 0.0,
        written: Callable[[float], str] = "{:g}".format,
    ) -> Axis:
        """The axis of some values, which must not be empty; where all are equal it is a little longer."""
        found = list(values)
        low, high = min(found), max(found)
        longer = high if high > low else 2 * low + 1
        return cls(label=label, first=ends[0], last=ends[1], low=low, high=longer, shift=shift, written=written)

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high = self._log(self.low), self._log(self.high)
        share = PAD + (1 - 2 * PAD) * (self._log(value) - low) / (high - low)
        return self.first + (self.last - self.first) * share

    def _log(self, value: float) -> float:
        return math.log10(value + self.shift)

    @property
    def ticks(self) -> list[float]:
        """The round values on it: powers of ten, and where these are few, 2 and 5 times them."""
        low, high = self.low, self.high
        powers = range(math.floor(math.log10(max(low, 1e-9))) - 1, math.ceil(math.log10(high)) + 1)
        factors = (1,) if math.log10(high / max(low, self.shift, 1e-9)) > 3 else (1, 2, 5)
        found = [factor * 10.0**power for power in powers for factor in factors]
        zero = [0.0] if low <= 0 < self.shift else []
        return zero + [value for value in found if low * 0.999 <= value <= high * 1.001 and value >= self.shift]


def plot_svg(
    title: str, across: Axis, up: Axis, series: Sequence[Series], *, note: str, mark: Mark | None = None,
    in_page: bool = False,
) -> str:  # fmt: skip
    """The plot.

    Args:
        title: Above it.
        across: The axis to the right, from `LEFT` to `RIGHT`.
        up: The axis upwards, from `BOTTOM` to `TOP`.
        series: The lines, not empty.
        note: A sentence below it.
        mark: A point to be marked.
        in_page: True in a page.
    """
    shapes = [svg.text(6, 22, title, font_size=16, font_weight="bold"), *_grid(across, up)]
    for number, each in enumerate(series):
        shapes += _line(each, number, across, up)
    shapes += _names(series, across, up)
    if mark is not None:
        shapes += _marked(mark, across, up)
    lines = svg.wrap(note, svg.PAGE_WIDTH - 12)
    shapes += svg.text_lines(6, BOTTOM + 48, lines)
    return svg.document(BOTTOM + 56 + len(lines) * svg.LINE_HEIGHT, title, note, shapes, in_page=in_page)


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    line: dict[str, str | float] = {"stroke": color("line"), "stroke_width": 1.0}
    for value in across.ticks:
        x = across.at(value)
        yield svg.element("line", x1=x, y1=TOP, x2=x, y2=BOTTOM, **line)
        yield svg.text(x, BOTTOM + 16, across.written(value), text_anchor="middle")
    for value in up.ticks:
        y = up.at(value)
        yield svg.element("line", x1=LEFT, y1=y, x2=RIGHT, y2=y, **line)
        yield svg.text(LEFT - 6, y + 4, up.written(value), text_anchor="end")
    yield svg.text(6, TOP - 16, up.label)
    yield svg.text((LEFT + RIGHT) / 2, BOTTOM + 33, across.label, text_anchor="middle")


def _places(each: Series, across: Axis, up: Axis) -> list[tuple[float, float]]:
    return [(across.at(x), up.at(y)) for x, y in each.points]


def _stroke(number: int) -> str:
    return color(COLORS[number % len(COLORS)])


def _line(each: Series, number: int, across: Axis, up: Axis) -> Iterator[str]:
    places = _places(each, across, up)
    joined = " ".join(f"{svg.number(x)},{svg.number(y)}" for x, y in places)
    dashes: dict[str, str] = {"stroke_dasharray": DASHES[number % len(DASHES)]} if number % len(DASHES) else {}
    yield svg.element("polyline", points=joined, fill="none", stroke=_stroke(number),
                      stroke_width=2.6 if each.is_bold else 1.4, **dashes)  # fmt: skip
    for index, (x, y) in enumerate(places):
        is_filled = each.filled[index] if each.filled else True
        fill = _stroke(number) if is_filled else svg.PAPER
        drawn = _marker(SHAPES[number % len(SHAPES)], x, y, fill, _stroke(number))
        yield svg.group(each.tips[index], [drawn]) if each.tips else drawn


def _marker(shape: str, x: float, y: float, fill: str, stroke: str) -> str:
    if shape == "circle":
        return svg.element("circle", cx=x, cy=y, r=SIZE - 0.5, fill=fill, stroke=stroke)
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "up": ((0, -1.2), (1.2, 1), (-1.2, 1)),
        "down": ((0, 1.2), (1.2, -1), (-1.2, -1)),
    }[shape]
    size = SIZE - 0.5
    points = " ".join(f"{svg.number(x + right * size)},{svg.number(y + down * size)}" for right, down in corners)
    return svg.element("polygon", points=points, fill=fill, stroke=stroke)


def _names(series: Sequence[Series], across: Axis, up: Axis) -> Iterator[str]:
    """The names at the ends of the lines, moved down where one would lie on another."""
    ends = sorted((_places(each, across, up)[-1][::-1], number) for number, each in enumerate(series))
    taken: list[tuple[float, float, float]] = []
    for (y, x), number in ends:
        name = series[number].name
        wide = svg.width(name, bold=True)
        below = y + 4
        while any(abs(below - other) < svg.LINE_HEIGHT and x + 8 < end and start < x + 8 + wide
                  for other, start, end in taken):  # fmt: skip
            below += 1
        taken.append((below, x + 8, x + 8 + wide))
        weight = "bold" if series[number].is_bold else "normal"
        yield svg.element("rect", x=x + 8, y=below - svg.SIZE + 1, width=wide, height=svg.SIZE + 2, fill=svg.PAPER)
        yield svg.text(x + 10, below, name, fill=_stroke(number), font_weight=weight)


def _marked(mark: Mark, across: Axis, up: Axis) -> Iterator[str]:
    x, y = across.at(mark.point[0]), up.at(mark.point[1])
    yield svg.element("circle", cx=x, cy=y, r=9, fill="none", stroke=color("fault"), stroke_width=2.5)
    wide = svg.width(mark.words, bold=True) + 6
    left = min(x - 14 - wide, RIGHT - wide) if x - 14 - wide > LEFT else x + 14
    top = y + 12
    yield svg.element("rect", x=left, y=top, width=wide, height=svg.LINE_HEIGHT + 1, fill=svg.PAPER,
                      stroke=color("fault"))  # fmt: skip
    yield svg.text(left + 3, top + svg.SIZE, mark.words, font_weight="bold", fill=color("fault"))
