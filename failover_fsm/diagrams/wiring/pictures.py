"""Topologies as dot text, and as svg that needs no other program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.palette import FAULT
from failover_fsm.diagrams.style.theme import color
from failover_fsm.diagrams.wiring.layout import Box, Layout, Line
from failover_fsm.pair.wiring import UNITS

__all__ = ["wiring_dot", "wiring_svg"]

TOP, ROW, LANE = 64.0, 74.0, 26.0
"""Pixels above the rows without lanes, of a row of switches at the least, and of a direct cable's lane."""
GAP, BOTTOM = 6.0, 10.0
"""Pixels between the labels of two ports, and below the units."""
UNIT_WIDTHS, CROWDED, BOX_WIDTHS = (110.0, 190.0), 130.0, (64.0, 150.0)
"""Pixels that a unit and a switch have at the least and at the most, and a unit beside many switches at the most."""
MANY = 4
"""So many switches in a row are many."""
SIDE, BETWEEN = 12.0, 36.0
"""Pixels outside the units, and between a switch and what is beside it."""


@attrs.frozen
class _Widths:
    """The widths that the names of a picture need, in pixels."""

    unit: float
    box: float

    @classmethod
    def of(cls, drawn: Layout) -> _Widths:
        """The widths of a picture: as wide as its names, as far as there is room."""
        names = [line.text for line in drawn.lines if any(end in UNITS for end in line.ends)]
        names += [f"on {host}" for host, _, _ in drawn.hosts]
        count = max((box.column for box in drawn.boxes), default=0) + 1
        most = UNIT_WIDTHS[1] if count < MANY else CROWDED
        unit = _between((UNIT_WIDTHS[0], most), max(map(svg.width, names), default=0) + 14)
        room = (svg.PAGE_WIDTH - 2 * (SIDE + unit) - BETWEEN) / count - BETWEEN
        box = _between((BOX_WIDTHS[0], max(BOX_WIDTHS[0], min(BOX_WIDTHS[1], room))),
                       max((svg.width(box.name) for box in drawn.boxes), default=0) + 14)  # fmt: skip
        return cls(unit, box)

    @property
    def left(self) -> float:
        """The inner side of the primary."""
        return SIDE + self.unit

    @property
    def right(self) -> float:
        """The inner side of the secondary."""
        return svg.PAGE_WIDTH - SIDE - self.unit


def _between(ends: tuple[float, float], value: float) -> float:
    return max(ends[0], min(ends[1], value))


def wiring_dot(drawn: Layout) -> str:
    """The topology as dot text; broken elements are red and dashed."""
    lines = [f"graph {_quoted(drawn.title)} {{", '  rankdir="LR"; node [shape="box"];']
    for unit in UNITS:
        on = [host for host, units, _ in drawn.hosts if unit in units]
        label = f"{unit} on {', '.join(on)}" if on else unit
        off = unit in drawn.stopped or any(broken for _, units, broken in drawn.hosts if unit in units)
        lines.append(f"  {_quoted(unit)} [label={_quoted(label)}{_marked(off)}];")
    lines += [f"  {_quoted(box.name)} [label={_quoted(box.name)}{_marked(box.broken)}];" for box in drawn.boxes]
    for line in drawn.lines:
        ends = " -- ".join(map(_quoted, line.ends))
        lines.append(f"  {ends} [label={_quoted(line.text)}{_marked(line.broken)}];")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _marked(broken: bool) -> str:
    return f', color="{FAULT}", fontcolor="{FAULT}", style="dashed"' if broken else ""


def wiring_svg(drawn: Layout, *, in_page: bool = False) -> str:
    """The topology as svg; broken elements are dashed, in the colour of faults, and named below.

    Args:
        drawn: What it shows.
        in_page: True in a page.
    """
    picture = _Picture(drawn, _Widths.of(drawn))
    broken = _broken(drawn)
    said = svg.wrap(f"broken: {', '.join(broken)}", svg.PAGE_WIDTH - 2 * SIDE) if broken else []
    shapes, bottom = picture.drawn_whole()
    foot = svg.text_lines(SIDE, bottom + 6, said, fill=FAULT)
    described = f"{drawn.title}: {'; '.join(f'{line.ends[0]} to {line.ends[1]}, {line.text}' for line in drawn.lines)}"
    height = bottom + BOTTOM + len(said) * svg.LINE_HEIGHT
    return svg.document(height, drawn.title, described, [*shapes, *foot], in_page=in_page)


def _broken(drawn: Layout) -> list[str]:
    found = [box.name for box in drawn.boxes if box.broken]
    found += [name for line in drawn.lines if line.broken for name in line.names]
    return [*found, *drawn.stopped, *(host for host, _, off in drawn.hosts if off)]


def _stroke(broken: bool) -> dict[str, str | float]:
    if broken:
        return {"stroke": FAULT, "stroke_width": 2.5, "stroke_dasharray": "6 4"}
    return {"stroke": svg.INK, "stroke_width": 1.2}


@attrs.frozen
class _Picture:
    """The shapes of a topology; each method draws one kind of them."""

    drawn: Layout
    widths: _Widths

    def drawn_whole(self) -> tuple[list[str], float]:
        """All shapes, and where the units end."""
        hosts = max(sum(unit in units for _, units, _ in self.drawn.hosts) for unit in UNITS)
        direct = [line for line in self.drawn.lines if not any(end not in UNITS for end in line.ends)]
        shapes, y = self._direct(direct, TOP + hosts * svg.LINE_HEIGHT)
        centres, bottom = self._centres(y)
        shapes += [*self._at_units(centres), *self._between(centres)]
        shapes += [part for box in self.drawn.boxes for part in self._box(box, centres[box.name])]
        return [svg.text(SIDE, 22, self.drawn.title, font_weight="bold"), *self._units(bottom), *shapes], bottom

    def _ports(self, name: str, unit: str) -> list[Line]:
        """The lines between a switch and a unit."""
        return [line for line in self.drawn.lines if set(line.ends) == {name, unit}]

    def _label(self, line: Line) -> list[str]:
        """What a unit's port is, in lines that fit into the unit."""
        return svg.wrap(line.text, self.widths.unit - 12)

    def _height(self, lines: Iterable[Line]) -> float:
        """The pixels of the labels of some ports, one below the other."""
        return sum(len(self._label(line)) * svg.LINE_HEIGHT + GAP for line in lines)

    def _centres(self, top: float) -> tuple[dict[str, tuple[float, float]], float]:
        """The middle of each switch, and where the last row ends; a row is as high as the labels of its ports."""
        count = max((box.column for box in self.drawn.boxes), default=0) + 1
        first = self.widths.left + BETWEEN + self.widths.box / 2
        room = svg.PAGE_WIDTH - 2 * first
        found, y = {}, top
        for row in sorted({box.row: None for box in self.drawn.boxes}):
            boxes = [box for box in self.drawn.boxes if box.row == row]
            labels = [self._height(line for box in boxes for line in self._ports(box.name, unit)) for unit in UNITS]
            high = max(ROW, *labels)
            for box in boxes:
                share = box.column / (count - 1) if count > 1 else 0.5
                found[box.name] = (first + room * share, y + high / 2)
            y += high
        return found, y + GAP

    def _units(self, bottom: float) -> Iterator[str]:
        """The two units at the sides, with the hosts on which they run."""
        for unit, x in zip(UNITS, (SIDE, self.widths.right), strict=True):
            hosts = [(host, off) for host, units, off in self.drawn.hosts if unit in units]
            off = unit in self.drawn.stopped or any(off for _, off in hosts)
            size = {"x": x, "y": 36, "width": self.widths.unit, "height": bottom - 36}
            yield svg.element("rect", **size, rx=4, fill=color("unit"), **_stroke(off))
            yield svg.text(x + 10, 54, unit, font_weight="bold", fill=FAULT if off else svg.INK)
            for number, (host, is_off) in enumerate(hosts):
                fill = FAULT if is_off else svg.INK
                yield svg.text(x + 10, 70 + svg.LINE_HEIGHT * number, f"on {host}", fill=fill)

    def _direct(self, lines: Iterable[Line], y: float) -> tuple[list[str], float]:
        """The cables from unit to unit, above the switches, and where they end."""
        shapes: list[str] = []
        left, right = self.widths.left, self.widths.right
        for line in lines:
            words = svg.wrap(line.text, right - left - 12)
            y += (len(words) - 1) * svg.LINE_HEIGHT
            shapes.append(svg.element("line", x1=left, y1=y, x2=right, y2=y, **_stroke(line.broken)))
            shapes += _words(line, words, (left + right) / 2, y - 4 - len(words) * svg.LINE_HEIGHT, "middle")
            y += LANE
        return shapes, y

    def _at_units(self, centres: dict[str, tuple[float, float]]) -> Iterator[str]:
        """Every line from a unit to a switch; a port has its label inside the unit, each at a height of its own."""
        for unit, x, inside in ((UNITS[0], self.widths.left, -6), (UNITS[1], self.widths.right, 6)):
            rows: dict[float, list[tuple[Line, tuple[float, float]]]] = {}
            for box in self.drawn.boxes:
                centre = centres[box.name]
                rows.setdefault(centre[1], []).extend((line, centre) for line in self._ports(box.name, unit))
            for middle, mine in rows.items():
                y = middle - self._height(line for line, _ in mine) / 2
                for line, centre in mine:
                    words = self._label(line)
                    port = y + (GAP + len(words) * svg.LINE_HEIGHT) / 2
                    yield svg.element("line", x1=x, y1=port, x2=centre[0], y2=centre[1], **_stroke(line.broken))
                    yield from _words(line, words, x + inside, y + GAP / 2, "end" if inside < 0 else "start")
                    y += self._height([line])

    def _between(self, centres: dict[str, tuple[float, float]]) -> Iterator[str]:
        """The lines from switch to switch; those with the same ends side by side."""
        seen: dict[frozenset[str], int] = {}
        for line in self.drawn.lines:
            if not all(end in centres for end in line.ends):
                continue
            beside = seen.setdefault(frozenset(line.ends), 0)
            seen[frozenset(line.ends)] += 1
            shift = (0, -13, 13, -26, 26)[beside % 5]
            one, other = (centres[end] for end in line.ends)
            (x1, y1), (x2, y2) = ((x, y + shift) if one[0] != other[0] else (x + shift, y) for x, y in (one, other))
            yield svg.element("line", x1=x1, y1=y1, x2=x2, y2=y2, **_stroke(line.broken))
            if one[0] == other[0]:
                words = svg.wrap(line.text, self.widths.box + 40)
                is_left = shift < 0 or (shift == 0 and x1 > svg.PAGE_WIDTH / 2)
                place = x1 + (-5 if is_left else 5), (y1 + y2 - len(words) * svg.LINE_HEIGHT) / 2
                yield from _words(line, words, *place, "end" if is_left else "start")
            else:
                yield from self._named(line, (x1, y1), (x2, y2), below=shift > 0)

    def _named(self, line: Line, one: tuple[float, float], other: tuple[float, float], *, below: bool) -> Iterator[str]:
        """The label of a line between switches: in the gap between them, above both where it is too narrow."""
        (x1, y1), (x2, y2) = one, other
        x, y, apart = (x1 + x2) / 2, (y1 + y2) / 2, abs(x1 - x2)
        if y1 != y2:
            words = svg.wrap(line.text, self.widths.box + 20)
            yield from _words(line, words, x, y - len(words) * svg.LINE_HEIGHT / 2, "middle", ground=svg.PAPER)
            return
        gap = apart - self.widths.box - 6
        fits = all(svg.width(word) <= gap for word in line.text.split())
        words = svg.wrap(line.text, gap if fits else max(apart, 96.0))
        away = 3 if fits else self._box_height(line) / 2 + 3
        top = y + away if below else y - away - len(words) * svg.LINE_HEIGHT
        yield from _words(line, words, x, top, "middle", ground=svg.PAPER)

    def _box_height(self, line: Line) -> float:
        """The height of the higher of the switches at the ends of a line."""
        return max(self._high(svg.wrap(end, self.widths.box - 10)) for end in line.ends)

    @staticmethod
    def _high(words: list[str]) -> float:
        return max(30.0, len(words) * svg.LINE_HEIGHT + 10)

    def _box(self, box: Box, centre: tuple[float, float]) -> Iterator[str]:
        (x, y), words = centre, svg.wrap(box.name, self.widths.box - 10)
        high = self._high(words)
        size = {"x": x - self.widths.box / 2, "y": y - high / 2, "width": self.widths.box, "height": high}
        shapes = [svg.element("rect", **size, rx=3, fill=color("switch"), **_stroke(box.broken))]
        fill = FAULT if box.broken else svg.INK
        shapes += svg.text_lines(x, y - len(words) * svg.LINE_HEIGHT / 2, words, text_anchor="middle", fill=fill)
        yield svg.group(box.name, shapes)


def _words(line: Line, words: list[str], x: float, top: float, anchor: str, *, ground: str = "") -> Iterator[str]:
    """The label of a line, whole, and as its tooltip what it carries."""
    tooltip = f"{', '.join(line.names)}: {', '.join(line.carries)}" if line.carries else line.text
    shapes = []
    if ground:
        wide = max(svg.width(word) for word in words) + 4
        size = {"x": x - wide / 2, "y": top, "width": wide, "height": len(words) * svg.LINE_HEIGHT}
        shapes.append(svg.element("rect", **size, fill=ground))
    shapes += svg.text_lines(x, top, words, text_anchor=anchor, fill=FAULT if line.broken else svg.INK)
    yield svg.group(tooltip, shapes)
