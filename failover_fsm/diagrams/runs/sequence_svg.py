"""Sequence diagrams as svg text: time runs down, each row in a band of its own.

The bar on the lifeline of a unit shows its state (two bars for two groups). Bands do not overlap, so no text overlaps
another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.diagrams.runs.lifelines import Glyph, Lifeline, LifelineMark, MessageArrow
from failover_fsm.diagrams.runs.sequence import SequenceDiagram, SequenceRow, StateChange, group_words
from failover_fsm.diagrams.style import palette, svg, theme
from failover_fsm.diagrams.style.kinds import Kind

__all__ = ["sequence_svg"]

UNITS = (Lifeline.PRIMARY, Lifeline.SECONDARY)
LEFT, RIGHT, MIDDLE = 6.0, svg.PAGE_WIDTH - 6.0, "middle"
TINT = theme.color("tint")
BAR = 10.0
PAD = 5.0


@attrs.frozen
class _LifelinePositions:
    """The x coordinates of the lifelines, and the width available for shapes on each, in pixels."""

    center: dict[Lifeline, float]
    room: dict[Lifeline, float]

    @property
    def middle(self) -> float:
        """The x coordinate half way between the units."""
        return (self.center[Lifeline.PRIMARY] + self.center[Lifeline.SECONDARY]) / 2


WITH_OPERATOR = _LifelinePositions(
    {
        Lifeline.PRIMARY: 122.0,
        Lifeline.LINK: 264.0,
        Lifeline.DATA: 392.0,
        Lifeline.SECONDARY: 534.0,
        Lifeline.OPERATOR: 662.0,
    },
    {
        Lifeline.PRIMARY: 152.0,
        Lifeline.LINK: 118.0,
        Lifeline.DATA: 118.0,
        Lifeline.SECONDARY: 152.0,
        Lifeline.OPERATOR: 92.0,
    },
)
WITHOUT = _LifelinePositions(
    {Lifeline.PRIMARY: 138.0, Lifeline.LINK: 302.0, Lifeline.DATA: 454.0, Lifeline.SECONDARY: 618.0},
    {Lifeline.PRIMARY: 176.0, Lifeline.LINK: 140.0, Lifeline.DATA: 140.0, Lifeline.SECONDARY: 176.0},
)


@attrs.frozen
class _Band:
    """A placed row: its shapes, top and bottom, and the y coordinate at which the states change."""

    row: SequenceRow
    top: float
    bottom: float
    turn: float
    shape: str


def sequence_svg(diagram: SequenceDiagram, *, in_page: bool = False) -> str:
    """The picture, the same bytes for the same diagram.

    Args:
        diagram: The diagram.
        in_page: True for a picture in a page that has the patterns of `palette` once and finds the rows by their steps.
    """
    positions = WITH_OPERATOR if Lifeline.OPERATOR in diagram.lifelines else WITHOUT
    head, y = _head(diagram, positions)
    top = y
    bands = []
    for index, row in enumerate(diagram.rows):
        y += 22 if index == diagram.loop else 0
        note = diagram.violation_words if index == diagram.violating else ""
        bands.append(_band(row, y, note, positions, in_page))
        y = bands[-1].bottom
    y += 8 if diagram.loop is not None else 0
    foot, end = _foot(diagram, y, positions)
    shapes = [*head] if in_page else [palette.defs(), *head]
    if diagram.violating is not None:
        shapes.append(_tint(bands[diagram.violating]))
    shapes += [*_lifelines(diagram, bands, top, y, positions), *(band.shape for band in bands)]
    if diagram.loop is not None:
        shapes += _loop(diagram, bands[diagram.loop].top, y)
    name = diagram.title or "Sequence diagram"
    return svg.document(end, name, "; ".join(_story(diagram)), [*shapes, *foot], in_page=in_page)


def _story(diagram: SequenceDiagram) -> Iterator[str]:
    """The run in sentences, as the accessible description."""
    for index, row in enumerate(diagram.rows):
        yield f"{row.number} {row.sentence}" + (f", {row.banner}" if row.banner else "")
        if index == diagram.violating:
            yield diagram.violation_words


# -- above and below the rows --------------------------------------------------------------------


def _head(diagram: SequenceDiagram, positions: _LifelinePositions) -> tuple[list[str], float]:
    shapes, y = [], 8.0
    for content, size, bold in ((diagram.title, 16, True), (diagram.about, svg.SIZE, False)):
        for line in svg.wrap(content, RIGHT - LEFT, size, bold=bold):
            shapes.append(svg.text(LEFT, y + size, line, font_size=size, font_weight="bold" if bold else "normal"))
            y += size + 5
    drawn, y = _lifeline_boxes(diagram.start, y + 8, positions)
    return [*shapes, *drawn], y


def _capitals(lifeline: Lifeline) -> str:
    return lifeline.value.upper() if lifeline in UNITS else lifeline.value


def _standing(states: tuple[str, ...], lifeline: Lifeline, room: float) -> list[str]:
    if lifeline in UNITS:
        return [line for words in group_words(states) for line in svg.wrap(words, room - 8)]
    return {"cut": ["cut"], "partly": ["partly cut"]}.get(states[0], [])


def _lifeline_boxes(
    standing: dict[Lifeline, tuple[str, ...]], y: float, positions: _LifelinePositions
) -> tuple[list[str], float]:
    """The names of the lifelines and their states; for a unit one line per group."""
    columns = {lifeline: _standing(standing[lifeline], lifeline, room) for lifeline, room in positions.room.items()}
    height = 6 + svg.LINE_HEIGHT * (1 + max(map(len, columns.values())))
    shapes = []
    for lifeline, lines in columns.items():
        x, room = positions.center[lifeline], positions.room[lifeline]
        style: dict[str, str | float] = {"rx": 4, "fill": theme.color("state"), "stroke": svg.INK}
        shapes.append(svg.element("rect", x=x - room / 2, y=y, width=room, height=height, **style))
        first = y + (height - svg.LINE_HEIGHT * (1 + len(lines))) / 2
        shapes += svg.text_lines(x, first, [_capitals(lifeline)], text_anchor=MIDDLE, font_weight="bold")
        shapes += svg.text_lines(x, first + svg.LINE_HEIGHT, lines, text_anchor=MIDDLE)
    return shapes, y + height + 4


def _foot(diagram: SequenceDiagram, y: float, positions: _LifelinePositions) -> tuple[list[str], float]:
    """The final states and the legend."""
    shapes, below = _lifeline_boxes(diagram.rows[-1].standing, y + 8, positions)
    standings = [diagram.start, *(row.standing for row in diagram.rows)]
    used = {palette.swatch_of(word).name for each in standings for lifeline in UNITS for word in each[lifeline]}
    shapes += palette.legend(LEFT, below + 8, [swatch for swatch in palette.SWATCHES if swatch.name in used])
    shapes += _key(below + 27, positions)
    return shapes, below + 50


def _key(y: float, positions: _LifelinePositions) -> Iterator[str]:
    """The legend of the lines."""
    x, middle = LEFT, y + 6
    for kind, lost, words in (
        (Kind.PROTOCOL, False, "message; a dot is the link it takes"),
        (Kind.FAULT, True, "lost message"),
        *([(Kind.OPERATOR, False, "command")] if Lifeline.OPERATOR in positions.center else []),
    ):
        yield from _arrow(x, x + 34, middle, kind, lost=lost)
        yield svg.text(x + 44, y + svg.SIZE - 2, words)
        x += 44 + svg.width(words) + 14
    yield svg.element("path", d=f"M{svg.number(x)} {svg.number(middle)}h34", **_cut())
    yield svg.text(x + 44, y + svg.SIZE - 2, "link that is cut, or partly cut")


def _cut() -> dict[str, str | float]:
    return {"stroke": palette.FAULT, "stroke_width": 2, "stroke_dasharray": "2 4", "fill": "none"}


# -- behind the rows -----------------------------------------------------------------------------


def _tint(band: _Band) -> str:
    size = {"x": 4, "y": band.top, "width": svg.PAGE_WIDTH - 8, "height": band.bottom - band.top}
    return svg.element("rect", **size, fill=TINT, stroke=palette.FAULT, stroke_width=2)


def _loop(diagram: SequenceDiagram, top: float, bottom: float) -> Iterator[str]:
    words = f"LOOP: {diagram.loop_words}"
    frame = {"x": 1.5, "y": top - 20, "width": svg.PAGE_WIDTH - 3, "height": bottom - top + 20}
    yield svg.element("rect", **frame, fill="none", stroke=svg.INK, stroke_width=1.5, stroke_dasharray="7 3")
    tab = svg.width(words, bold=True) + 14
    yield svg.element("rect", x=1.5, y=top - 20, width=tab, height=18, fill=svg.INK)
    yield svg.text(8, top - 20 + svg.SIZE + 1, words, font_weight="bold", fill=svg.PAPER)


def _lifelines(
    diagram: SequenceDiagram, bands: list[_Band], top: float, bottom: float, positions: _LifelinePositions
) -> Iterator[str]:
    for lifeline, x in positions.center.items():
        spans: list[tuple[float, tuple[str, ...]]] = [(top - 4, diagram.start[lifeline])]
        for band in bands:
            if band.row.standing[lifeline] != spans[-1][1]:
                spans.append((band.turn, band.row.standing[lifeline]))
        ends = [*(start for start, _ in spans[1:]), bottom + 8]
        for (start, states), end in zip(spans, ends, strict=True):
            yield from _span(lifeline, x, states, start, end)


def _span(lifeline: Lifeline, x: float, states: tuple[str, ...], start: float, end: float) -> Iterator[str]:
    if lifeline not in UNITS:
        good = states[0] == "good"
        style: dict[str, str | float] = {"stroke": theme.color("frame")} if good else _cut()
        yield svg.element("path", d=f"M{svg.number(x)} {svg.number(start)}V{svg.number(end)}", **style)
        return
    for index, word in enumerate(states):
        left = x - BAR * len(states) / 2 + BAR * index
        yield palette.box(palette.swatch_of(word), left, start, BAR, end - start)


# -- a row ---------------------------------------------------------------------------------------


def _band(row: SequenceRow, top: float, note: str, positions: _LifelinePositions, in_page: bool) -> _Band:
    shapes: list[str] = []
    y, ground = top + PAD, TINT if note else svg.PAPER
    for item in row.cause:
        drawn, y = _item(item, y, row.kind, ground, positions)
        shapes += drawn
    turn = y
    drawn, y = _changes(row, y, positions)
    shapes += drawn
    for item in row.effects:
        drawn, y = _item(item, y, Kind.PROTOCOL, ground, positions)
        shapes += drawn
    if row.banner:
        lines = svg.wrap(row.banner, 240, bold=True)
        drawn, y = _boxed(positions.middle, y, 260, lines, svg.INK, Kind.FAULT, bold=len(lines))
        shapes += drawn
    if note:
        drawn, y = _across(note, y, palette.FAULT, TINT)
        shapes += drawn
    place = top + PAD + svg.SIZE - 1
    number = svg.text(LEFT + 3, place, row.number, font_weight="bold", fill=palette.color_of(row.kind))
    tooltip, y = f"{row.number}: {row.sentence}", y + PAD
    if in_page:
        size = {"x": 4.0, "y": top, "width": svg.PAGE_WIDTH - 8.0, "height": y - top}
        return _Band(row, top, y, turn, svg.place(tooltip, row.first, row.last, [number, *shapes], **size))
    return _Band(row, top, y, turn, svg.group(tooltip, [number, *shapes]))


def _item(item: Glyph, y: float, kind: Kind, ground: str, positions: _LifelinePositions) -> tuple[list[str], float]:
    if isinstance(item, LifelineMark):
        x, room = positions.center[item.lifeline], positions.room[item.lifeline]
        return _boxed(x, y, room, svg.wrap(item.text, room - 14), palette.color_of(item.kind), item.kind)
    return _message_arrow(item, y, kind, ground, positions)


def _boxed(
    x: float, y: float, room: float, lines: list[str], color: str, kind: Kind | None, bold: int = 0
) -> tuple[list[str], float]:
    """Lines in a box, the first `bold` of them bold; the border is that of the kind of cause."""
    height = len(lines) * svg.LINE_HEIGHT + 5
    wide = max(svg.width(line, bold=index < bold) for index, line in enumerate(lines)) + 12
    wide = min(room, wide)
    style: dict[str, str | float] = {"stroke_width": 2.5} if kind is Kind.FAULT else {}
    if kind is Kind.REPAIR:
        style = {"stroke_width": 2, "stroke_dasharray": "2 3"}
    shapes = [svg.element("rect", x=x - wide / 2, y=y, width=wide, height=height, rx=3, fill=svg.PAPER, stroke=color,
                          **style)]  # fmt: skip
    for index, line in enumerate(lines):
        weight = "bold" if index < bold else "normal"
        place = y + 3 + index * svg.LINE_HEIGHT + svg.SIZE - 1
        shapes.append(svg.text(x, place, line, text_anchor=MIDDLE, font_weight=weight, fill=color))
    return shapes, y + height + PAD


def _changes(row: SequenceRow, y: float, positions: _LifelinePositions) -> tuple[list[str], float]:
    """The new states of the units, side by side; and on the unit, the reason why nothing happened."""
    boxes: dict[Lifeline, list[tuple[list[str], int]]] = {}
    for change in row.changes:
        boxes.setdefault(change.lifeline, []).append(_change_lines(change, positions.room[change.lifeline] - 14))
    if row.refused:
        lifeline = next((_end(item) for item in row.cause), Lifeline.PRIMARY)
        boxes.setdefault(lifeline, []).append((svg.wrap(row.refused, positions.room[lifeline] - 14), 0))
    shapes, lowest = [], y
    for lifeline, stack in boxes.items():
        below = y
        for lines, bold in stack:
            drawn, below = _boxed(
                positions.center[lifeline], below, positions.room[lifeline], lines, svg.INK, None, bold
            )
            shapes += drawn
        lowest = max(lowest, below)
    return shapes, lowest


def _end(item: Glyph) -> Lifeline:
    return item.lifeline if isinstance(item, LifelineMark) else item.target


def _change_lines(change: StateChange, room: float) -> tuple[list[str], int]:
    bold = svg.wrap(change.text, room, bold=True)
    return [*bold, *(line for reason in change.reasons for line in svg.wrap(f'"{reason}"', room))], len(bold)


def _across(content: str, y: float, color: str, ground: str) -> tuple[list[str], float]:
    """A line of bold text across the picture."""
    lines = svg.wrap(content, RIGHT - LEFT - 30, bold=True)
    shapes = list(_labels(svg.PAGE_WIDTH / 2, y, lines, ground, color, bold=True))
    return shapes, y + len(lines) * svg.LINE_HEIGHT + PAD


def _labels(x: float, y: float, lines: Iterable[str], ground: str, color: str, *, bold: bool = False) -> Iterator[str]:
    """Lines of text, each on a strip of the background colour, so that no lifeline crosses the text."""
    for index, line in enumerate(lines):
        wide = svg.width(line, bold=bold) + 6
        top = y + index * svg.LINE_HEIGHT
        yield svg.element("rect", x=x - wide / 2, y=top, width=wide, height=svg.LINE_HEIGHT, fill=ground)
        weight = "bold" if bold else "normal"
        yield svg.text(x, top + svg.SIZE - 1, line, text_anchor=MIDDLE, fill=color, font_weight=weight)


# -- arrows --------------------------------------------------------------------------------------


def _message_arrow(
    arrow: MessageArrow, y: float, kind: Kind, ground: str, positions: _LifelinePositions
) -> tuple[list[str], float]:
    start, end = _edge(arrow.source, arrow.target, positions), _edge(arrow.target, arrow.source, positions)
    if arrow.lost and arrow.target in UNITS:
        end = start + (100 if end > start else -100)  # a lost message ends at the link
    lines = svg.wrap(arrow.text + (" (lost)" if arrow.lost else ""), abs(end - start) - 12)
    if arrow.source is not Lifeline.OPERATOR:
        kind = Kind.FAULT if arrow.lost else Kind.PROTOCOL
    shapes = list(_labels((start + end) / 2, y, lines, ground, palette.color_of(kind)))
    line = y + len(lines) * svg.LINE_HEIGHT + 5
    shapes += _arrow(start, end, line, kind, lost=arrow.lost)
    if arrow.via is not None:
        shapes.append(svg.element("circle", cx=positions.center[arrow.via], cy=line, r=4, fill=palette.color_of(kind)))
    return shapes, line + 8 + PAD


def _edge(lifeline: Lifeline, other: Lifeline, positions: _LifelinePositions) -> float:
    """The x coordinate at which an arrow between two lifelines touches the first: beside the bar of a unit."""
    beside = BAR if lifeline in UNITS else 0.0
    return positions.center[lifeline] + (beside if positions.center[other] > positions.center[lifeline] else -beside)


def _arrow(start: float, end: float, y: float, kind: Kind, *, lost: bool) -> Iterator[str]:
    color, way = palette.color_of(kind), 1 if end > start else -1
    dashes: dict[str, str | float] = {"stroke_dasharray": "6 3"} if kind is Kind.OPERATOR or lost else {}
    path = f"M{svg.number(start)} {svg.number(y)}H{svg.number(end)}"
    yield svg.element("path", d=path, stroke=color, stroke_width=1.5, fill="none", **dashes)
    if lost:
        cross = f"M{svg.number(end - 5)} {svg.number(y - 5)}l10 10m0 -10l-10 10"
        yield svg.element("path", d=cross, stroke=color, stroke_width=2.5, fill="none")
    else:
        tip = f"M{svg.number(end)} {svg.number(y)}l{-8 * way} -4v8z"
        yield svg.element("path", d=tip, fill=color)
