"""A sequence diagram as svg, text in and text out: time runs down, each row in a band of its own.

The bar on the lifeline of a unit shows its state (two bars where there are two groups).  Nothing
shares a band with anything else, so no text can lie on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.diagrams.runs.lifelines import Item, Lane, Mark, Signal
from failover_fsm.diagrams.runs.sequence import Change, Row, SequenceDiagram, group_words
from failover_fsm.diagrams.style import palette as looks
from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.kinds import Kind

__all__ = ["sequence_svg"]

UNITS = (Lane.PRIMARY, Lane.SECONDARY)
LEFT, RIGHT, MIDDLE = 6.0, svg.PAGE_WIDTH - 6.0, "middle"
TINT = "#FFF0D6"
BAR = 10.0
PAD = 5.0


@attrs.frozen
class _Lanes:
    """Where the lifelines stand, and how wide what stands on each may be."""

    center: dict[Lane, float]
    room: dict[Lane, float]

    @property
    def middle(self) -> float:
        """Half way between the units."""
        return (self.center[Lane.PRIMARY] + self.center[Lane.SECONDARY]) / 2


WITH_OPERATOR = _Lanes(
    {Lane.PRIMARY: 122.0, Lane.LINK: 264.0, Lane.DATA: 392.0, Lane.SECONDARY: 534.0, Lane.OPERATOR: 662.0},
    {Lane.PRIMARY: 152.0, Lane.LINK: 118.0, Lane.DATA: 118.0, Lane.SECONDARY: 152.0, Lane.OPERATOR: 92.0},
)
WITHOUT = _Lanes(
    {Lane.PRIMARY: 138.0, Lane.LINK: 302.0, Lane.DATA: 454.0, Lane.SECONDARY: 618.0},
    {Lane.PRIMARY: 176.0, Lane.LINK: 140.0, Lane.DATA: 140.0, Lane.SECONDARY: 176.0},
)


@attrs.frozen
class _Band:
    """A row that has its place: what it draws, top and bottom, and where the states change in it."""

    row: Row
    top: float
    bottom: float
    turn: float
    shape: str


def sequence_svg(diagram: SequenceDiagram, *, in_page: bool = False) -> str:
    """The picture, the same bytes for the same diagram.

    in_page: it stands in a page that has the patterns of `looks` once and finds the rows by their steps.
    """
    lanes = WITH_OPERATOR if Lane.OPERATOR in diagram.lanes else WITHOUT
    head, y = _head(diagram, lanes)
    top = y
    bands = []
    for index, row in enumerate(diagram.rows):
        y += 22 if index == diagram.loop else 0
        note = diagram.violation_words if index == diagram.violating else ""
        bands.append(_band(row, y, note, lanes, in_page))
        y = bands[-1].bottom
    y += 8 if diagram.loop is not None else 0
    foot, end = _foot(diagram, y, lanes)
    shapes = [*head] if in_page else [looks.defs(), *head]
    if diagram.violating is not None:
        shapes.append(_tint(bands[diagram.violating]))
    shapes += [*_lifelines(diagram, bands, top, y, lanes), *(band.shape for band in bands)]
    if diagram.loop is not None:
        shapes += _loop(diagram, bands[diagram.loop].top, y)
    name = diagram.title or "Sequence diagram"
    return svg.document(end, name, "; ".join(_story(diagram)), [*shapes, *foot])


def _story(diagram: SequenceDiagram) -> Iterator[str]:
    """The run in sentences, for those who cannot see it."""
    for index, row in enumerate(diagram.rows):
        yield f"{row.number} {row.sentence}" + (f", {row.banner}" if row.banner else "")
        if index == diagram.violating:
            yield diagram.violation_words


# -- above and below the rows --------------------------------------------------------------------


def _head(diagram: SequenceDiagram, lanes: _Lanes) -> tuple[list[str], float]:
    shapes, y = [], 8.0
    for content, size, bold in ((diagram.title, 16, True), (diagram.about, svg.SIZE, False)):
        for line in svg.wrap(content, RIGHT - LEFT, size, bold=bold):
            shapes.append(svg.text(LEFT, y + size, line, font_size=size, font_weight="bold" if bold else "normal"))
            y += size + 5
    drawn, y = _lane_boxes(diagram.start, y + 8, lanes)
    return [*shapes, *drawn], y


def _capitals(lane: Lane) -> str:
    return lane.value.upper() if lane in UNITS else lane.value


def _standing(states: tuple[str, ...], lane: Lane, room: float) -> list[str]:
    if lane in UNITS:
        return [line for words in group_words(states) for line in svg.wrap(words, room - 8)]
    return {"cut": ["cut"], "partly": ["partly cut"]}.get(states[0], [])


def _lane_boxes(standing: dict[Lane, tuple[str, ...]], y: float, lanes: _Lanes) -> tuple[list[str], float]:
    """The names of the lifelines and how they stand: the state of a unit, a line a group."""
    columns = {lane: _standing(standing[lane], lane, room) for lane, room in lanes.room.items()}
    height = 6 + svg.LINE_HEIGHT * (1 + max(map(len, columns.values())))
    shapes = []
    for lane, lines in columns.items():
        x, room = lanes.center[lane], lanes.room[lane]
        style: dict[str, str | float] = {"rx": 4, "fill": "#EEEEEE", "stroke": svg.INK}
        shapes.append(svg.element("rect", x=x - room / 2, y=y, width=room, height=height, **style))
        first = y + (height - svg.LINE_HEIGHT * (1 + len(lines))) / 2
        shapes += svg.text_lines(x, first, [_capitals(lane)], text_anchor=MIDDLE, font_weight="bold")
        shapes += svg.text_lines(x, first + svg.LINE_HEIGHT, lines, text_anchor=MIDDLE)
    return shapes, y + height + 4


def _foot(diagram: SequenceDiagram, y: float, lanes: _Lanes) -> tuple[list[str], float]:
    """The final states and the legend."""
    shapes, below = _lane_boxes(diagram.rows[-1].standing, y + 8, lanes)
    standings = [diagram.start, *(row.standing for row in diagram.rows)]
    used = {looks.look_of(word).name for each in standings for lane in UNITS for word in each[lane]}
    shapes += looks.swatches(LEFT, below + 8, [look for look in looks.LOOKS if look.name in used])
    shapes += _key(below + 27, lanes)
    return shapes, below + 50


def _key(y: float, lanes: _Lanes) -> Iterator[str]:
    """What the lines mean."""
    x, middle = LEFT, y + 6
    for kind, lost, words in (
        (Kind.PROTOCOL, False, "message; a dot is the link it takes"),
        (Kind.FAULT, True, "lost message"),
        *([(Kind.OPERATOR, False, "command")] if Lane.OPERATOR in lanes.center else []),
    ):
        yield from _arrow(x, x + 34, middle, kind, lost=lost)
        yield svg.text(x + 44, y + svg.SIZE - 2, words)
        x += 44 + svg.width(words) + 14
    yield svg.element("path", d=f"M{svg.number(x)} {svg.number(middle)}h34", **_cut())
    yield svg.text(x + 44, y + svg.SIZE - 2, "link that is cut, or partly cut")


def _cut() -> dict[str, str | float]:
    return {"stroke": looks.FAULT, "stroke_width": 2, "stroke_dasharray": "2 4", "fill": "none"}


# -- behind the rows -----------------------------------------------------------------------------


def _tint(band: _Band) -> str:
    size = {"x": 4, "y": band.top, "width": svg.PAGE_WIDTH - 8, "height": band.bottom - band.top}
    return svg.element("rect", **size, fill=TINT, stroke=looks.FAULT, stroke_width=2)


def _loop(diagram: SequenceDiagram, top: float, bottom: float) -> Iterator[str]:
    words = f"LOOP: {diagram.loop_words}"
    frame = {"x": 1.5, "y": top - 20, "width": svg.PAGE_WIDTH - 3, "height": bottom - top + 20}
    yield svg.element("rect", **frame, fill="none", stroke=svg.INK, stroke_width=1.5, stroke_dasharray="7 3")
    tab = svg.width(words, bold=True) + 14
    yield svg.element("rect", x=1.5, y=top - 20, width=tab, height=18, fill=svg.INK)
    yield svg.text(8, top - 20 + svg.SIZE + 1, words, font_weight="bold", fill="#FFFFFF")


def _lifelines(diagram: SequenceDiagram, bands: list[_Band], top: float, bottom: float, lanes: _Lanes) -> Iterator[str]:
    for lane, x in lanes.center.items():
        spans: list[tuple[float, tuple[str, ...]]] = [(top - 4, diagram.start[lane])]
        for band in bands:
            if band.row.standing[lane] != spans[-1][1]:
                spans.append((band.turn, band.row.standing[lane]))
        ends = [*(start for start, _ in spans[1:]), bottom + 8]
        for (start, states), end in zip(spans, ends, strict=True):
            yield from _span(lane, x, states, start, end)


def _span(lane: Lane, x: float, states: tuple[str, ...], start: float, end: float) -> Iterator[str]:
    if lane not in UNITS:
        good = states[0] == "good"
        style: dict[str, str | float] = {"stroke": "#999999"} if good else _cut()
        yield svg.element("path", d=f"M{svg.number(x)} {svg.number(start)}V{svg.number(end)}", **style)
        return
    for index, word in enumerate(states):
        left = x - BAR * len(states) / 2 + BAR * index
        yield looks.box(looks.look_of(word), left, start, BAR, end - start)


# -- a row ---------------------------------------------------------------------------------------


def _band(row: Row, top: float, note: str, lanes: _Lanes, in_page: bool) -> _Band:
    shapes: list[str] = []
    y, ground = top + PAD, TINT if note else "#FFFFFF"
    for item in row.cause:
        drawn, y = _item(item, y, row.kind, ground, lanes)
        shapes += drawn
    turn = y
    drawn, y = _changes(row, y, lanes)
    shapes += drawn
    for item in row.effects:
        drawn, y = _item(item, y, Kind.PROTOCOL, ground, lanes)
        shapes += drawn
    if row.banner:
        lines = svg.wrap(row.banner, 240, bold=True)
        drawn, y = _boxed(lanes.middle, y, 260, lines, svg.INK, Kind.FAULT, bold=len(lines))
        shapes += drawn
    if note:
        drawn, y = _across(note, y, looks.FAULT, TINT)
        shapes += drawn
    place = top + PAD + svg.SIZE - 1
    number = svg.text(LEFT + 3, place, row.number, font_weight="bold", fill=looks.color_of(row.kind))
    tooltip, y = f"{row.number}: {row.sentence}", y + PAD
    if in_page:
        size = {"x": 4.0, "y": top, "width": svg.PAGE_WIDTH - 8.0, "height": y - top}
        return _Band(row, top, y, turn, svg.place(tooltip, row.first, row.last, [number, *shapes], **size))
    return _Band(row, top, y, turn, svg.group(tooltip, [number, *shapes]))


def _item(item: Item, y: float, kind: Kind, ground: str, lanes: _Lanes) -> tuple[list[str], float]:
    if isinstance(item, Mark):
        x, room = lanes.center[item.lane], lanes.room[item.lane]
        return _boxed(x, y, room, svg.wrap(item.text, room - 14), looks.color_of(item.kind), item.kind)
    return _signal(item, y, kind, ground, lanes)


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
    shapes = [svg.element("rect", x=x - wide / 2, y=y, width=wide, height=height, rx=3, fill="#FFFFFF", stroke=color,
                          **style)]  # fmt: skip
    for index, line in enumerate(lines):
        weight = "bold" if index < bold else "normal"
        place = y + 3 + index * svg.LINE_HEIGHT + svg.SIZE - 1
        shapes.append(svg.text(x, place, line, text_anchor=MIDDLE, font_weight=weight, fill=color))
    return shapes, y + height + PAD


def _changes(row: Row, y: float, lanes: _Lanes) -> tuple[list[str], float]:
    """What the units became, side by side; and why nothing happened, on the unit."""
    boxes: dict[Lane, list[tuple[list[str], int]]] = {}
    for change in row.changes:
        boxes.setdefault(change.lane, []).append(_change_lines(change, lanes.room[change.lane] - 14))
    if row.refused:
        lane = next((_end(item) for item in row.cause), Lane.PRIMARY)
        boxes.setdefault(lane, []).append((svg.wrap(row.refused, lanes.room[lane] - 14), 0))
    shapes, lowest = [], y
    for lane, stack in boxes.items():
        below = y
        for lines, bold in stack:
            drawn, below = _boxed(lanes.center[lane], below, lanes.room[lane], lines, svg.INK, None, bold)
            shapes += drawn
        lowest = max(lowest, below)
    return shapes, lowest


def _end(item: Item) -> Lane:
    return item.lane if isinstance(item, Mark) else item.target


def _change_lines(change: Change, room: float) -> tuple[list[str], int]:
    bold = svg.wrap(change.text, room, bold=True)
    return [*bold, *(line for reason in change.reasons for line in svg.wrap(f'"{reason}"', room))], len(bold)


def _across(content: str, y: float, color: str, ground: str) -> tuple[list[str], float]:
    """A line of bold text across the picture."""
    lines = svg.wrap(content, RIGHT - LEFT - 30, bold=True)
    shapes = list(_labels(svg.PAGE_WIDTH / 2, y, lines, ground, color, bold=True))
    return shapes, y + len(lines) * svg.LINE_HEIGHT + PAD


def _labels(x: float, y: float, lines: Iterable[str], ground: str, color: str, *, bold: bool = False) -> Iterator[str]:
    """Lines of text, each on a strip of the ground so that no lifeline strikes it through."""
    for index, line in enumerate(lines):
        wide = svg.width(line, bold=bold) + 6
        top = y + index * svg.LINE_HEIGHT
        yield svg.element("rect", x=x - wide / 2, y=top, width=wide, height=svg.LINE_HEIGHT, fill=ground)
        weight = "bold" if bold else "normal"
        yield svg.text(x, top + svg.SIZE - 1, line, text_anchor=MIDDLE, fill=color, font_weight=weight)


# -- arrows --------------------------------------------------------------------------------------


def _signal(signal: Signal, y: float, kind: Kind, ground: str, lanes: _Lanes) -> tuple[list[str], float]:
    start, end = _edge(signal.source, signal.target, lanes), _edge(signal.target, signal.source, lanes)
    if signal.lost and signal.target in UNITS:
        end = start + (100 if end > start else -100)  # it got as far as the link, and not to the next lane
    lines = svg.wrap(signal.text + (" (lost)" if signal.lost else ""), abs(end - start) - 12)
    if signal.source is not Lane.OPERATOR:
        kind = Kind.FAULT if signal.lost else Kind.PROTOCOL
    shapes = list(_labels((start + end) / 2, y, lines, ground, looks.color_of(kind)))
    line = y + len(lines) * svg.LINE_HEIGHT + 5
    shapes += _arrow(start, end, line, kind, lost=signal.lost)
    if signal.via is not None:
        shapes.append(svg.element("circle", cx=lanes.center[signal.via], cy=line, r=4, fill=looks.color_of(kind)))
    return shapes, line + 8 + PAD


def _edge(lane: Lane, other: Lane, lanes: _Lanes) -> float:
    """Where an arrow between two lanes touches the first: beside the bar of a unit."""
    beside = BAR if lane in UNITS else 0.0
    return lanes.center[lane] + (beside if lanes.center[other] > lanes.center[lane] else -beside)


def _arrow(start: float, end: float, y: float, kind: Kind, *, lost: bool) -> Iterator[str]:
    color, way = looks.color_of(kind), 1 if end > start else -1
    dashes: dict[str, str | float] = {"stroke_dasharray": "6 3"} if kind is Kind.OPERATOR or lost else {}
    path = f"M{svg.number(start)} {svg.number(y)}H{svg.number(end)}"
    yield svg.element("path", d=path, stroke=color, stroke_width=1.5, fill="none", **dashes)
    if lost:
        cross = f"M{svg.number(end - 5)} {svg.number(y - 5)}l10 10m0 -10l-10 10"
        yield svg.element("path", d=cross, stroke=color, stroke_width=2.5, fill="none")
    else:
        tip = f"M{svg.number(end)} {svg.number(y)}l{-8 * way} -4v8z"
        yield svg.element("path", d=tip, fill=color)
