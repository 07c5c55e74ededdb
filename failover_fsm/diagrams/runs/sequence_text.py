"""A sequence diagram as plain text of at most 100 columns, ASCII but for names in the trace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from failover_fsm.diagrams.runs.lifelines import Item, Lane, Mark, Signal
from failover_fsm.diagrams.runs.sequence import Change, Row, SequenceDiagram, group_words
from failover_fsm.diagrams.style.kinds import Kind

__all__ = ["WIDTH", "sequence_text"]

WIDTH = 100
CENTER = {Lane.PRIMARY: 18, Lane.LINK: 39, Lane.DATA: 55, Lane.SECONDARY: 75, Lane.OPERATOR: 93}
ROOM = {Lane.PRIMARY: 24, Lane.LINK: 15, Lane.DATA: 15, Lane.SECONDARY: 22, Lane.OPERATOR: 12}
UNITS = (Lane.PRIMARY, Lane.SECONDARY)
BARS = {"active": "#", "standby-ready": "|", "failed": "X", "disabled": "-", "disabled (active)": "H", "off": " "}
LINKS = {"good": "|", "partly": ":", "cut": "."}
KEY = (
    "units: # active, | standby ready, : starting, X failed, - disabled, H disabled but active, blank off",
    "links: | good, : partly cut, . cut",
    "---> message (o: the link it takes), ---X lost message, ===> command",
)

Standing = dict[Lane, tuple[str, ...]]


def sequence_text(diagram: SequenceDiagram) -> str:
    """The diagram as text, ended by a line break."""
    lines = [line for part in (diagram.title, diagram.about) for line in textwrap.wrap(part, WIDTH)]
    standing = _shown(diagram, diagram.start)
    lines += ["", *_ends(standing)]
    for index, row in enumerate(diagram.rows):
        if index == diagram.loop:
            lines.append(f"== LOOP: {diagram.loop_words} ".ljust(WIDTH, "="))
        after = _shown(diagram, row.standing)
        lines += [*_row(row, standing, after), _canvas(after)]
        if index == diagram.violating:
            lines += textwrap.wrap(f">>> {diagram.violation_words}", WIDTH, subsequent_indent=" " * 4)
        standing = after
    if diagram.loop is not None:
        lines.append(f"== and on again with step {diagram.rows[diagram.loop].first} ".ljust(WIDTH, "="))
    lines += [*_ends(standing), "", *KEY]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _shown(diagram: SequenceDiagram, standing: Standing) -> Standing:
    return {lane: standing[lane] for lane in diagram.lanes}


def _canvas(standing: Standing, *texts: tuple[float, str]) -> str:
    """A line with the lifelines and, over them, texts around their centres."""
    line = [" "] * WIDTH
    for lane in standing:
        bar = "".join(BARS.get(word, ":") if lane in UNITS else LINKS.get(word, "|") for word in standing[lane])
        _put(line, CENTER[lane], bar)
    for center, content in texts:
        _put(line, center, content)
    return "".join(line)


def _put(line: list[str], center: float, content: str) -> None:
    start = max(0, min(int(center - (len(content) - 1) / 2), WIDTH - len(content)))
    line[start : start + len(content)] = content


def _ends(standing: Standing) -> Iterator[str]:
    """The names of the lifelines and how they stand: the state of a unit, a line a group."""
    columns = {lane: [lane.value.upper()] for lane in standing}
    for lane in UNITS:
        columns[lane] += group_words(standing[lane])
    for lane in (Lane.LINK, Lane.DATA):
        columns[lane] += {"cut": ["cut"], "partly": ["partly cut"]}.get(standing[lane][0], [])
    for index in range(max(map(len, columns.values()))):
        line = [" "] * WIDTH
        for lane, words in columns.items():
            _put(line, CENTER[lane], words[index] if index < len(words) else "")
        yield "".join(line)


def _row(row: Row, before: Standing, after: Standing) -> Iterator[str]:
    lines = [line for item in row.cause for line in _item(item, row.kind, before)]
    lines += _changes(row, after)
    lines += [line for item in row.effects for line in _item(item, Kind.PROTOCOL, after)]
    if row.banner:
        middle = (CENTER[Lane.PRIMARY] + CENTER[Lane.SECONDARY]) / 2
        lines += [_canvas(after, (middle, f" {line} ")) for line in textwrap.wrap(f"** {row.banner} **", 40)]
    for index, line in enumerate(lines):
        yield f"{row.number if index == 0 else '':<5}{line[5:]}"


def _item(item: Item, kind: Kind, standing: Standing) -> Iterator[str]:
    if isinstance(item, Signal):
        yield from _signal(item, kind, standing)
        return
    words = "FAULT: " if item.kind is Kind.FAULT else ""
    for line in textwrap.wrap(f"[{words}{item.text}]", ROOM[item.lane] + 1):
        yield _canvas(standing, (CENTER[item.lane], f" {line} "))


def _changes(row: Row, after: Standing) -> Iterator[str]:
    """What the units became, side by side."""
    columns: dict[Lane, list[str]] = {}
    for change in row.changes:
        columns.setdefault(change.lane, []).extend(_change(change))
    if row.refused:
        lane = next((item.lane if isinstance(item, Mark) else item.target for item in row.cause), Lane.PRIMARY)
        columns.setdefault(lane, []).extend(textwrap.wrap(row.refused, ROOM[lane]))
    for index in range(max(map(len, columns.values()), default=0)):
        texts = [(CENTER[lane], f" {lines[index]} ") for lane, lines in columns.items() if index < len(lines)]
        yield _canvas(after, *texts)


def _change(change: Change) -> Iterator[str]:
    yield from textwrap.wrap(change.text, ROOM[change.lane])
    for reason in change.reasons:
        yield from textwrap.wrap(f'"{reason}"', ROOM[change.lane])


def _signal(signal: Signal, kind: Kind, standing: Standing) -> Iterator[str]:
    start, end = CENTER[signal.source], CENTER[signal.target]
    way = 1 if end > start else -1
    if signal.lost and signal.target in UNITS:
        end = start + 12 * way
    middle = (start + end) / 2
    for line in textwrap.wrap(signal.text + (" (lost)" if signal.lost else ""), max(10, abs(end - start) - 4)):
        yield _canvas(standing, (middle, f" {line} "))
    stroke = "=" if kind is Kind.OPERATOR and signal.source is Lane.OPERATOR else "-"
    tip = "X" if signal.lost else ">" if way > 0 else "<"
    near, far = start + 2 * way, end - (0 if signal.lost else 2 * way)
    shaft = dict.fromkeys(range(min(near, far), max(near, far) + 1), stroke) | {far: tip}
    if signal.via is not None:
        shaft[CENTER[signal.via]] = "o"
    yield _canvas(standing, *shaft.items())
