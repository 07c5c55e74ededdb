"""Sequence diagrams as plain text of at most 100 columns, ASCII except for names in the trace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from failover_fsm.diagrams.runs.lifelines import Glyph, Lifeline, LifelineMark, MessageArrow
from failover_fsm.diagrams.runs.sequence import SequenceDiagram, SequenceRow, StateChange, group_words
from failover_fsm.diagrams.style.kinds import Kind

__all__ = ["WIDTH", "sequence_text"]

WIDTH = 100
CENTER = {Lifeline.PRIMARY: 18, Lifeline.LINK: 39, Lifeline.DATA: 55, Lifeline.SECONDARY: 75, Lifeline.OPERATOR: 93}
ROOM = {Lifeline.PRIMARY: 24, Lifeline.LINK: 15, Lifeline.DATA: 15, Lifeline.SECONDARY: 22, Lifeline.OPERATOR: 12}
UNITS = (Lifeline.PRIMARY, Lifeline.SECONDARY)
BARS = {"active": "#", "standby-ready": "|", "failed": "X", "disabled": "-", "disabled (active)": "H", "off": " "}
LINKS = {"good": "|", "partly": ":", "cut": "."}
KEY = (
    "units: # active, | standby ready, : starting, X failed, - disabled, H disabled but active, blank off",
    "links: | good, : partly cut, . cut",
    "---> message (o: the link it takes), ---X lost message, ===> command",
)

Standing = dict[Lifeline, tuple[str, ...]]


def sequence_text(diagram: SequenceDiagram) -> str:
    """The diagram as text that ends with a line break."""
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
    return {lifeline: standing[lifeline] for lifeline in diagram.lifelines}


def _canvas(standing: Standing, *texts: tuple[float, str]) -> str:
    """A line with the lifelines and, on top of them, texts around their centres."""
    line = [" "] * WIDTH
    for lifeline in standing:
        bar = "".join(BARS.get(word, ":") if lifeline in UNITS else LINKS.get(word, "|") for word in standing[lifeline])
        _put(line, CENTER[lifeline], bar)
    for center, content in texts:
        _put(line, center, content)
    return "".join(line)


def _put(line: list[str], center: float, content: str) -> None:
    start = max(0, min(int(center - (len(content) - 1) / 2), WIDTH - len(content)))
    line[start : start + len(content)] = content


def _ends(standing: Standing) -> Iterator[str]:
    """The names of the lifelines and their states; for a unit one line per group."""
    columns = {lifeline: [lifeline.value.upper()] for lifeline in standing}
    for lifeline in UNITS:
        columns[lifeline] += group_words(standing[lifeline])
    for lifeline in (Lifeline.LINK, Lifeline.DATA):
        columns[lifeline] += {"cut": ["cut"], "partly": ["partly cut"]}.get(standing[lifeline][0], [])
    for index in range(max(map(len, columns.values()))):
        line = [" "] * WIDTH
        for lifeline, words in columns.items():
            _put(line, CENTER[lifeline], words[index] if index < len(words) else "")
        yield "".join(line)


def _row(row: SequenceRow, before: Standing, after: Standing) -> Iterator[str]:
    lines = [line for item in row.cause for line in _item(item, row.kind, before)]
    lines += _changes(row, after)
    lines += [line for item in row.effects for line in _item(item, Kind.PROTOCOL, after)]
    if row.banner:
        middle = (CENTER[Lifeline.PRIMARY] + CENTER[Lifeline.SECONDARY]) / 2
        lines += [_canvas(after, (middle, f" {line} ")) for line in textwrap.wrap(f"** {row.banner} **", 40)]
    for index, line in enumerate(lines):
        yield f"{row.number if index == 0 else '':<5}{line[5:]}"


def _item(item: Glyph, kind: Kind, standing: Standing) -> Iterator[str]:
    if isinstance(item, MessageArrow):
        yield from _message_arrow(item, kind, standing)
        return
    words = "FAULT: " if item.kind is Kind.FAULT else ""
    for line in textwrap.wrap(f"[{words}{item.text}]", ROOM[item.lifeline] + 1):
        yield _canvas(standing, (CENTER[item.lifeline], f" {line} "))


def _changes(row: SequenceRow, after: Standing) -> Iterator[str]:
    """The new states of the units, side by side."""
    columns: dict[Lifeline, list[str]] = {}
    for change in row.changes:
        columns.setdefault(change.lifeline, []).extend(_change(change))
    if row.refused:
        lifeline = next(
            (item.lifeline if isinstance(item, LifelineMark) else item.target for item in row.cause), Lifeline.PRIMARY
        )
        columns.setdefault(lifeline, []).extend(textwrap.wrap(row.refused, ROOM[lifeline]))
    for index in range(max(map(len, columns.values()), default=0)):
        texts = [(CENTER[lifeline], f" {lines[index]} ") for lifeline, lines in columns.items() if index < len(lines)]
        yield _canvas(after, *texts)


def _change(change: StateChange) -> Iterator[str]:
    yield from textwrap.wrap(change.text, ROOM[change.lifeline])
    for reason in change.reasons:
        yield from textwrap.wrap(f'"{reason}"', ROOM[change.lifeline])


def _message_arrow(arrow: MessageArrow, kind: Kind, standing: Standing) -> Iterator[str]:
    start, end = CENTER[arrow.source], CENTER[arrow.target]
    way = 1 if end > start else -1
    if arrow.lost and arrow.target in UNITS:
        end = start + 12 * way
    middle = (start + end) / 2
    for line in textwrap.wrap(arrow.text + (" (lost)" if arrow.lost else ""), max(10, abs(end - start) - 4)):
        yield _canvas(standing, (middle, f" {line} "))
    stroke = "=" if kind is Kind.OPERATOR and arrow.source is Lifeline.OPERATOR else "-"
    tip = "X" if arrow.lost else ">" if way > 0 else "<"
    near, far = start + 2 * way, end - (0 if arrow.lost else 2 * way)
    shaft = dict.fromkeys(range(min(near, far), max(near, far) + 1), stroke) | {far: tip}
    if arrow.via is not None:
        shaft[CENTER[arrow.via]] = "o"
    yield _canvas(standing, *shaft.items())
