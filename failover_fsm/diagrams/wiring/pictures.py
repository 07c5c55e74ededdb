"""Topologies as dot text, and as svg that needs no other program."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.palette import FAULT
from failover_fsm.diagrams.wiring.layout import Box, Layout, Line
from failover_fsm.pair.wiring import UNITS

__all__ = ["wiring_dot", "wiring_svg"]

TOP, ROW, LANE = 64, 74, 26
"""Pixels above the rows without lanes, of a row of switches, and of a direct cable's lane."""
UNIT_WIDTH, HEIGHT, SMALL = 138, 30, 10
LEFT, RIGHT = 12.0 + UNIT_WIDTH, svg.PAGE_WIDTH - 12.0 - UNIT_WIDTH
"""The inner sides of the units."""
BOTTOM, MARGIN = 24, 58


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


def wiring_svg(drawn: Layout) -> str:
    """The topology as svg; broken elements are red and dashed, and named below."""
    direct = [line for line in drawn.lines if not any(end not in UNITS for end in line.ends)]
    lanes = TOP + LANE * len(direct)
    height = lanes + ROW * (max((box.row for box in drawn.boxes), default=-1) + 1) + BOTTOM
    centres = _centres(drawn, lanes)
    broken = [box.name for box in drawn.boxes if box.broken]
    broken += [name for line in drawn.lines if line.broken for name in line.names]
    broken += [*drawn.stopped, *(host for host, _, off in drawn.hosts if off)]
    body = [
        svg.text(12, 22, drawn.title, font_weight="bold"),
        *_units(drawn, height),
        *(part for number, line in enumerate(direct) for part in _direct(line, TOP + LANE * number)),
        *_joined(drawn, centres),
        *(part for box in drawn.boxes for part in _box(box, centres[box.name])),
    ]
    if broken:
        body.append(svg.text(12, height - 6, f"broken: {', '.join(broken)}", fill=FAULT))
    described = f"{drawn.title}: {'; '.join(f'{line.ends[0]} to {line.ends[1]}, {line.text}' for line in drawn.lines)}"
    return svg.document(height, drawn.title, described, body)


def _centres(drawn: Layout, top: float) -> dict[str, tuple[float, float]]:
    """The middle of each switch; columns are as far apart as there is room."""
    count = max((box.column for box in drawn.boxes), default=0) + 1
    room = RIGHT - LEFT - 2 * MARGIN
    return {
        box.name: (
            LEFT + MARGIN + room * (box.column / (count - 1) if count > 1 else 0.5),
            top + ROW * (box.row + 0.5),
        )
        for box in drawn.boxes
    }


def _units(drawn: Layout, height: float) -> Iterator[str]:
    """The two units at the sides, with the hosts on which they run."""
    for unit, x in zip(UNITS, (12.0, svg.PAGE_WIDTH - 12.0 - UNIT_WIDTH), strict=True):
        hosts = [(host, off) for host, units, off in drawn.hosts if unit in units]
        off = unit in drawn.stopped or any(off for _, off in hosts)
        yield svg.element(
            "rect", x=x, y=36, width=UNIT_WIDTH, height=height - 36 - BOTTOM, rx=4, fill="#E8EEF5", **_stroke(off)
        )
        yield svg.text(x + 10, 54, unit, font_weight="bold", fill=FAULT if off else svg.INK)
        for number, (host, is_off) in enumerate(hosts):
            fill = FAULT if is_off else svg.INK
            yield svg.text(x + 10, 70 + 14 * number, f"on {host}", font_size=SMALL, fill=fill)


def _stroke(broken: bool) -> dict[str, str | float]:
    if broken:
        return {"stroke": FAULT, "stroke_width": 2.5, "stroke_dasharray": "6 4"}
    return {"stroke": svg.INK, "stroke_width": 1.2}


def _direct(line: Line, y: float) -> Iterator[str]:
    """A cable from unit to unit, above the switches."""
    yield svg.element("line", x1=LEFT, y1=y, x2=RIGHT, y2=y, **_stroke(line.broken))
    yield from _label(line, (LEFT + RIGHT) / 2, y - 4, RIGHT - LEFT, "middle")


def _joined(drawn: Layout, centres: dict[str, tuple[float, float]]) -> Iterator[str]:
    """Every line with a switch at an end; those with the same ends side by side. A unit's port has its label inside."""
    seen: dict[frozenset[str], int] = {}
    for line in drawn.lines:
        at_unit = next((end for end in line.ends if end in UNITS), None)
        ends = [centres[end] for end in line.ends if end in centres]
        if not ends:
            continue
        beside = seen.setdefault(frozenset(line.ends), 0)
        seen[frozenset(line.ends)] += 1
        shift = (0, -13, 13, -26, 26)[beside % 5]
        if at_unit is not None:
            is_left = at_unit == UNITS[0]
            ends.insert(0, (LEFT if is_left else RIGHT, ends[0][1] + shift))
            x, anchor = (LEFT - 4, "end") if is_left else (RIGHT + 4, "start")
            yield from _label(line, x, ends[0][1] + 3, UNIT_WIDTH - 8, anchor)
        else:
            ends = [(x, y + shift) for x, y in ends]
            x, y = (sum(each) / 2 for each in zip(*ends, strict=True))
            above = HEIGHT / 2 + 5 if ends[0][1] == ends[1][1] else 2
            yield from _label(line, x, y - above + (0 if beside == 0 else shift), 150, "middle")
        (one, other) = ends
        yield svg.element("line", x1=one[0], y1=one[1], x2=other[0], y2=other[1], **_stroke(line.broken))


def _label(line: Line, x: float, y: float, room: float, anchor: str) -> Iterator[str]:
    """What a line is, cut to its room; the whole of it is the tooltip."""
    label = line.text
    while svg.width(label, SMALL) > room:
        label = label.removesuffix("...")[:-1].rstrip() + "..."
    fill = FAULT if line.broken else svg.INK
    tooltip = f"{', '.join(line.names)}: {', '.join(line.carries)}" if line.carries else line.text
    yield svg.group(tooltip, [svg.text(x, y, label, font_size=SMALL, text_anchor=anchor, fill=fill)])


def _box(box: Box, centre: tuple[float, float]) -> Iterator[str]:
    (x, y), size = centre, SMALL if svg.width(box.name) > 84 else svg.SIZE
    room = max(64.0, svg.width(box.name, size) + 10)
    yield svg.element(
        "rect", x=x - room / 2, y=y - HEIGHT / 2, width=room, height=HEIGHT, rx=3, fill="#FFF7E0", **_stroke(box.broken)
    )
    fill = FAULT if box.broken else svg.INK
    yield svg.text(x, y + 4, box.name, font_size=size, text_anchor="middle", fill=fill)
